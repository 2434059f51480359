//! What a cure says beside its changes: the checks that it can do nothing about, and what to know before an import.

use coldhive_hive::Damage;
use coldhive_rules::{Applies, CheckResult, Truth};

use super::data::LeftOut;
use super::plan::Plan;

impl Plan<'_> {
    /// Tells of each check that doesn't hold or can't be told, and that nothing was said to; of those for one reason
    /// together.
    pub(super) fn rest(&mut self) {
        let is_rest = |check: &&CheckResult| {
            matches!(check.result, Truth::False | Truth::Unknown | Truth::Error)
                && !self.answered.contains(check.id.as_str())
        };
        let mut rest: Vec<&CheckResult> = self.verdict.checks.iter().filter(is_rest).collect();
        // What is certainly wrong says more than what that leaves open.
        rest.sort_by_key(|check| check.result != Truth::False);
        let mut told: Vec<(&str, LeftOut)> = Vec::new();
        for check in rest {
            if let Some((_, left)) = told.iter_mut().find(|(found, _)| *found == check.found) {
                left.checks.push(check.id.clone());
                continue;
            }
            let (why, remedy) = match check.result {
                Truth::False => (check.found.clone(), check.remedy.clone()),
                _ => (format!("it can't be told whether anything is wrong: {}", check.found), None),
            };
            let advice = remedy.unwrap_or_else(|| advice(check).into());
            let (checks, about) = (vec![check.id.clone()], check.title.clone());
            told.push((&check.found, LeftOut { checks, about, why, advice }));
        }
        self.cure.left_out.extend(told.into_iter().map(|(_, left)| left));
    }

    /// What else there is to know before an import.
    pub(super) fn notes(&mut self) {
        let has = |role: &str| self.verdict.control_set_roles.iter().any(|it| it == role);
        if has("current") && !has("default") {
            self.cure.notes.push(
                "Select does not make this control set the default: the next start may use another one, which then lacks \
                 these changes. Read the verdict's notes first."
                    .into(),
            );
        }
        if self.verdict.applicability.value != Applies::Applicable {
            self.cure.notes.push(
                "It can't be told for certain that the article is about this machine: read the verdict's reasons first.".into(),
            );
        }
        let hive = &self.verdict.hive;
        if hive.dirty {
            self.cure.notes.push(format!(
                "The hive was copied while writes were under way ({}): compare with the running node before an import.",
                if hive.recovery == "recovered" { "recovered from its logs" } else { "not recovered" }
            ));
        }
        if self.is_damaged() {
            self.cure.notes.push(
                "The hive is damaged. Get a second copy first: if that is sound, the damage came from copying, and a cure \
                 should be made of the sound copy. If the node's own hive is damaged, an import does not mend it: restore \
                 the hive from its backup (the folder Repair), and do not import without a backup of what is there."
                    .into(),
            );
        }
    }

    fn is_damaged(&self) -> bool {
        let intact = |id: &str| id.ends_with("-intact");
        !self.verdict.hive.damage.is_empty()
            || self.verdict.checks.iter().any(|it| intact(&it.id) && it.result == Truth::False)
            || self.verdict.checks.iter().any(tells_damage)
    }
}

/// Whether a check rests on damage. What a part of a registry doesn't hold is none.
fn tells_damage(check: &CheckResult) -> bool {
    let mut damage = check.evidence.iter().flat_map(|it| &it.damage);
    damage.any(|it| it.code != Damage::NotInExport.code())
}

/// What to do about a check that can't be told.
fn advice(check: &CheckResult) -> &'static str {
    let mut damage = check.evidence.iter().flat_map(|it| &it.damage);
    if tells_damage(check) {
        "Get a better copy of the hive, with its transaction logs, and check it again."
    } else if check.id.ends_with("-access") && damage.next().is_none() {
        "Say which SIDs the account of the Cluster service has, with --param account=, and check the hive again."
    } else {
        "Copy the whole hive SYSTEM from the node, and check that."
    }
}
