//! From a verdict's checks to changes.

use std::collections::BTreeSet;

use coldhive_hive::{Lookup, names_equal};
use coldhive_rules::{Truth, Verdict};
use coldhive_system::Selector;

use super::data::{Before, Change, ChangeKind, Cure, LeftOut};
use super::files::stem;
use super::lists::{Here, LISTS, List};
use super::permissions::permissions;
use super::reg_text::Carried;
use super::sources::{Depth, FoundKey, Sets, join};
use crate::case::Case;

pub(super) const MIGRATION: &str = r"Services\Winsock\Setup Migration";
pub(super) const PROVIDER: &str = r"Services\Winsock\Setup Migration\Providers\Clusnet";
pub(super) const PARAMETERS: &str = r"Services\Winsock\Parameters";
pub(super) const CLUSNET: &str = "Clusnet";

/// The keys that must be there, and the checks that say so; one that holds others comes before them.
const KEYS: [(&str, &str); 3] =
    [(MIGRATION, "migration-key"), (PROVIDER, "provider-key"), (PARAMETERS, "parameters-key")];

/// The checks of their permissions.
const ACCESS: [(&str, &str); 3] = [
    (PROVIDER, "provider-key-access"),
    (MIGRATION, "migration-key-access"),
    (PARAMETERS, "parameters-key-access"),
];

/// What is worked out of one verdict.
pub(super) struct Plan<'c> {
    pub(super) sets: Sets<'c>,
    pub(super) verdict: &'c Verdict,
    pub(super) cure: Cure,
    /// The checks that something was said to.
    pub(super) answered: BTreeSet<&'static str>,
}

/// What would put right what a verdict found; `None` where it is about no control set.
pub(super) fn cure(case: &Case, verdict: &Verdict) -> Option<Cure> {
    let sets = Sets::of(case, verdict)?;
    let control_set = sets.own.name.clone();
    let (root, note) = root(&control_set, &verdict.control_set_roles);
    let cure = Cure {
        rule: verdict.rule.id.clone(),
        hive: verdict.hive.path.clone(),
        sha256: verdict.hive.sha256.clone(),
        control_set_roles: verdict.control_set_roles.clone(),
        root,
        changes: Vec::new(),
        permissions: Vec::new(),
        left_out: Vec::new(),
        notes: vec![note],
        stem: stem(case, &control_set),
        number: 1,
        control_set,
    };
    let mut plan = Plan { sets, verdict, cure, answered: BTreeSet::new() };
    KEYS.into_iter().for_each(|(key, check)| plan.key(key, check));
    LISTS.iter().for_each(|list| plan.list(list));
    plan.permissions();
    plan.rest();
    plan.notes();
    in_order(&mut plan.cure.changes);
    Some(plan.cure)
}

/// The control set's registry path on the node, and why that one.
fn root(set: &str, roles: &[String]) -> (String, String) {
    let system = r"HKEY_LOCAL_MACHINE\SYSTEM";
    let is_current = roles.iter().any(|role| role == "current");
    let numbered = matches!(set.parse(), Ok(Selector::Number(_)));
    if numbered && !is_current {
        let note = format!(
            "The paths name {set}, because that is what was evaluated, and it is not the control set that the machine ran \
             with: an import changes nothing of what the node uses until it starts with {set}."
        );
        return (format!(r"{system}\{set}"), note);
    }
    let note = if names_equal(set, "CurrentControlSet") {
        "The paths name CurrentControlSet, as the file does.".into()
    } else if is_current {
        format!(
            "The paths name CurrentControlSet, because {set} is the control set that the machine ran with when the hive \
             was copied, and CurrentControlSet is what the running node calls its own. Look first at \
             {system}\\Select, value Current, on the node: if it has started with another control set since, copy the hive \
             and check it again."
        )
    } else {
        "The paths name CurrentControlSet, because the file does not tell which control set it was saved from.".into()
    };
    (format!(r"{system}\CurrentControlSet"), note)
}

impl Plan<'_> {
    fn result(&self, check: &str) -> Option<Truth> {
        self.verdict.checks.iter().find(|it| it.id == check).map(|it| it.result)
    }

    fn is_false(&self, check: &str) -> bool {
        self.result(check) == Some(Truth::False)
    }

    fn is_open(&self, check: &str) -> bool {
        matches!(self.result(check), Some(Truth::False | Truth::Unknown | Truth::Error))
    }

    fn is_added(&self, key: &str) -> bool {
        let is_it = |it: &Change| it.what == ChangeKind::AddKey && names_equal(&it.key, key);
        self.cure.changes.iter().any(is_it)
    }

    /// Restores a key that is certainly not there, with all below it.
    fn key(&mut self, key: &'static str, check: &'static str) {
        if !self.is_false(check) || !self.sets.key(&self.sets.own, key).is_absent() {
            return;
        }
        self.answered.insert(check);
        if self.is_added(key) {
            return;
        }
        match self.sets.restored(key, Depth::Whole) {
            Ok(found) => {
                self.add_above(key, check);
                found.into_iter().for_each(|found| self.add(key, found, check));
            }
            Err(why) => self.left_out(
                Some(check),
                key,
                format!("the key is missing, and what it should hold is not known: {why}"),
                self.elsewhere(),
            ),
        }
    }

    /// Where content can be had that no other control set has.
    fn elsewhere(&self) -> String {
        let deleted = if self.verdict.remnants.is_empty() {
            ""
        } else {
            " The verdict lists what was deleted here and can still be read: that may be the content, and nobody can be \
             sure that it is whole."
        };
        format!(
            "The article does not say what it should hold. Export the key from another node of the cluster, or from a \
             backup of this one, and import that.{deleted}"
        )
    }

    /// Adds the keys above one that are missing too, with their own values.
    fn add_above(&mut self, key: &str, check: &'static str) {
        for (end, _) in key.match_indices('\\') {
            let above = key.get(..end).unwrap_or_default();
            let is_missing = self.sets.key(&self.sets.own, above).is_absent();
            if !is_missing || self.is_added(above) {
                continue;
            }
            match self.sets.restored(above, Depth::Values) {
                Ok(found) => found.into_iter().for_each(|found| self.add(above, found, check)),
                Err(why) => {
                    let why =
                        format!("the key is made, but without values, which are not known: {why}");
                    self.left_out(None, above, why, self.elsewhere());
                    self.push_key(above.to_owned(), check, Vec::new());
                }
            }
        }
    }

    fn push_key(&mut self, key: String, check: &str, from: Vec<super::Source>) {
        let why = match from.first() {
            Some(source) => format!("{} has the key, and it is missing here", named(source)),
            None => "what is restored stands below it".into(),
        };
        let (what, check) = (ChangeKind::AddKey, check.to_owned());
        self.cure.changes.push(Change { key, what, check, why, from });
    }

    /// Adds a key that another control set has. The two lists are a matter of their own.
    fn add(&mut self, start: &str, found: FoundKey, check: &'static str) {
        let key = join(start, &found.below);
        for (about, why) in found.not_carried {
            let advice = format!("Compare with {} in Regedt32.", found.source.control_set);
            self.left_out(None, &format!("{key}: {about}"), why, advice);
        }
        if !self.is_added(&key) {
            self.push_key(key.clone(), check, vec![found.source]);
        }
        for value in found.values {
            if LISTS.iter().any(|list| list.is(&key, &value.name)) {
                continue;
            }
            self.cure.changes.push(Change {
                key: key.clone(),
                why: format!("{} has it so", named(&value.source)),
                what: ChangeKind::SetValue {
                    name: value.name,
                    to: value.content,
                    before: Before::Absent,
                },
                check: check.to_owned(),
                from: vec![value.source],
            });
        }
    }

    /// Makes a list what it should be.
    fn list(&mut self, list: &'static List) {
        let List { key, name, names_it, well_formed } = *list;
        let is_added = self.is_added(key);
        if !is_added && !self.is_open(names_it) && !self.is_open(well_formed) {
            return;
        }
        let about = format!("{key}, value {name}");
        let here = match self.sets.key(&self.sets.own, key) {
            _ if is_added => Here::absent(list),
            Lookup::Found(_) => match Here::read(&self.sets, list) {
                Some(here) => here,
                None => return,
            },
            Lookup::Absent => {
                self.answered.insert(names_it);
                let why = "the key that should hold it is missing and could not be restored".into();
                return self.left_out(Some(names_it), &about, why, self.elsewhere());
            }
            // What hides the key is told with the checks that it leaves open.
            Lookup::Unreadable(_) | Lookup::Obscured(_) => return,
        };
        self.answered.extend([names_it, well_formed]);
        let check = if self.is_open(names_it) || is_added { names_it } else { well_formed };
        let advice = || {
            "Look at the list in Regedt32 on the node, or on another node, and add Clusnet as a line of its own by hand."
                .to_owned()
        };
        let new = match here.mended(&self.sets, list) {
            Ok(new) => new,
            Err(why) => {
                let why = format!("which entries the list should have is not known: {why}");
                return self.left_out(Some(check), &about, why, advice());
            }
        };
        if let Err(why) = Carried::of(&new.name, &new.content) {
            return self.left_out(Some(check), &about, why.into(), advice());
        }
        let what = ChangeKind::SetValue { name: new.name, to: new.content, before: new.before };
        let (key, check) = (key.to_owned(), check.to_owned());
        self.cure.changes.push(Change { key, what, check, why: new.why, from: new.from });
    }

    fn permissions(&mut self) {
        for (key, check) in ACCESS {
            let found = self.verdict.checks.iter().find(|it| it.id == check);
            if let Some(found) = found.filter(|it| it.result == Truth::False) {
                let wanted = permissions(&self.sets, self.verdict, key, check, &found.found);
                self.answered.insert(check);
                self.cure.permissions.push(wanted);
            }
        }
    }

    fn left_out(&mut self, check: Option<&str>, about: &str, why: String, advice: String) {
        let (checks, about) = (check.map(str::to_owned).into_iter().collect(), about.to_owned());
        self.cure.left_out.push(LeftOut { checks, about, why, advice });
    }
}

/// Puts the changes of a key together, where it is first named: a key then still comes before those below it.
fn in_order(changes: &mut [Change]) {
    let keys: Vec<String> = changes.iter().map(|change| change.key.clone()).collect();
    changes.sort_by_cached_key(|change| keys.iter().position(|key| *key == change.key));
}

/// A control set as the place that something is taken from.
fn named(source: &super::Source) -> String {
    format!("{} ({})", source.control_set, source.control_set_role)
}

#[cfg(test)]
mod tests {
    use coldhive_rules::RuleSet;

    use super::*;

    #[test]
    fn the_rule_has_the_checks_that_are_answered() {
        let rules = RuleSet::built_in().unwrap();
        let rule = rules.get(super::super::RULE).expect("the rule");
        let lists = LISTS.iter().flat_map(|list| [list.names_it, list.well_formed]);
        let checks = KEYS.iter().chain(&ACCESS).map(|(_, check)| *check).chain(lists);
        for id in checks {
            assert!(rule.file().checks.iter().any(|check| check.id.as_str() == id), "{id}");
        }
    }
}
