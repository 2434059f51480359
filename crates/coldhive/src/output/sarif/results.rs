//! The results that a verdict becomes.

use std::collections::{BTreeMap, HashSet};

use coldhive_hive::Sha256Digest;
use coldhive_rules::{CheckResult, Evidence, Finding, Outcome, Truth, Verdict};

use super::model::{
    CheckProperties, Location, LocationProperties, LogicalLocation, Message, PhysicalLocation,
    Region, ResultProperties, SarifResult,
};
use super::{Artifacts, level};
use crate::output::place::{confirmation_word, finding_word, full_path, is_open, kind_word, why};

/// The results of a verdict, at least one.
pub(super) fn of(
    verdict: &Verdict,
    rule_index: Option<usize>,
    artifacts: &Artifacts,
) -> Vec<SarifResult> {
    let maker = Maker { verdict, rule_index, artifacts };
    let checks = verdict.checks.iter().filter(|check| is_open(check.result));
    let mut results: Vec<_> = checks.map(|check| maker.check(check)).collect();
    if results.is_empty() {
        results.push(maker.verdict());
    }
    let remarks = verdict.remarks.iter().filter(|remark| is_open(remark.result));
    results.extend(remarks.map(|remark| maker.remark(remark)));
    if let Some(first) = results.first_mut() {
        first.properties.signs.clone_from(&verdict.signs);
    }
    results
}

struct Maker<'m> {
    verdict: &'m Verdict,
    rule_index: Option<usize>,
    artifacts: &'m Artifacts,
}

impl Maker<'_> {
    fn check(&self, check: &CheckResult) -> SarifResult {
        let so = match check.result {
            Truth::False => "does not hold",
            Truth::Error => "could not be evaluated",
            _ => "can't be told",
        };
        let kind = if check.result == Truth::False { "fail" } else { "open" };
        self.result(kind, &told(check, so), Some(check))
    }

    fn remark(&self, remark: &CheckResult) -> SarifResult {
        let so = if remark.result == Truth::False { "does not hold" } else { "can't be told" };
        self.result("informational", &told(remark, so), Some(remark))
    }

    fn verdict(&self) -> SarifResult {
        let (kind, so) = match self.verdict.outcome {
            Outcome::Pass => ("pass", "all checks hold"),
            Outcome::NotApplicable => ("notApplicable", "the rule does not apply"),
            Outcome::NotSelected => ("notApplicable", "the rule was not selected"),
            // A fault is always that of a check; what is neither is open.
            Outcome::Fail => ("fail", "the fault is there"),
            Outcome::Unknown => ("open", "it can't be told"),
            Outcome::Error => ("open", "the rule could not be evaluated"),
        };
        let why = match self.verdict.outcome {
            Outcome::Pass => String::new(),
            _ => why(self.verdict),
        };
        let why = if why.is_empty() { why } else { format!(": {why}") };
        self.result(kind, &format!("{}: {so}{why}", self.verdict.rule.title), None)
    }

    fn result(&self, kind: &'static str, text: &str, check: Option<&CheckResult>) -> SarifResult {
        let verdict = self.verdict;
        let evidence = check.map(|it| it.evidence.as_slice()).unwrap_or_default();
        let mut seen = HashSet::new();
        let mut locations = evidence
            .iter()
            .map(|it| self.location(it))
            // The schema wants each place once.
            .filter(|it| serde_json::to_string(it).is_ok_and(|it| seen.insert(it)));
        let first = locations.next().unwrap_or_else(|| self.artifacts.whole(&verdict.hive.path));
        let related = locations.collect();
        SarifResult {
            rule_id: verdict.rule.id.clone(),
            rule_index: self.rule_index,
            kind,
            // 3.27.10: where nothing failed, the level is none.
            level: if kind == "fail" { level(verdict.rule.level) } else { "none" },
            message: Message::new(text),
            locations: vec![first],
            related_locations: related,
            partial_fingerprints: self.fingerprints(check),
            properties: ResultProperties {
                outcome: verdict.outcome.to_string(),
                control_set: verdict.control_set.clone(),
                control_set_roles: verdict.control_set_roles.clone(),
                computer: verdict.hive.computer.clone(),
                signs: Vec::new(),
                check: check.map(|it| CheckProperties {
                    check: it.id.clone(),
                    check_result: it.result.to_string(),
                    expected: it.expected.clone(),
                    found: it.found.clone(),
                    remedy: it.remedy.clone(),
                }),
            },
        }
    }

    fn fingerprints(&self, check: Option<&CheckResult>) -> BTreeMap<&'static str, String> {
        let verdict = self.verdict;
        let key = check.and_then(|it| it.evidence.first()).map(|it| it.key.as_str());
        let parts = [
            verdict.rule.id.as_str(),
            check.map(|it| it.id.as_str()).unwrap_or_default(),
            verdict.control_set.as_deref().unwrap_or_default(),
            key.unwrap_or_default(),
        ];
        // No id and no path holds a NUL.
        let digest = Sha256Digest::of(parts.join("\0").as_bytes());
        BTreeMap::from([("coldhiveCheck/v1", digest.to_string())])
    }

    fn location(&self, evidence: &Evidence) -> Location {
        let key = full_path(self.verdict, evidence.hive, &evidence.key);
        let last = evidence.key.rsplit('\\').next().unwrap_or_default();
        let key_name = evidence.name.as_deref().unwrap_or(last);
        let (name, path) = match &evidence.value {
            Some(value) => (value.as_str(), format!("{key}\\{value}")),
            None => (key_name, key),
        };
        let is_packed = self.artifacts.is_packed(&evidence.file);
        let region = match (evidence.file_offset, evidence.line) {
            (_, Some(line)) if line > 0 => Some(Region::Lines { start_line: line }),
            (Some(byte_offset), _) if !is_packed => Some(Region::Bytes { byte_offset }),
            _ => None,
        };
        let lacks = match (&evidence.lacks_key, &evidence.lacks_value) {
            (Some(key), Some(value)) => Some(format!("no key {key}, and so no value {value}")),
            (Some(key), None) => Some(format!("no key {key} below it")),
            (None, Some(value)) => Some(format!("no value {value} in it")),
            (None, None) => None,
        };
        Location {
            physical_location: PhysicalLocation {
                artifact_location: self.artifacts.location(&evidence.file),
                region,
            },
            logical_locations: vec![LogicalLocation {
                name: name.to_owned(),
                fully_qualified_name: path,
                kind: kind_word(evidence.kind),
            }],
            // Damage may only hide what it names.
            message: lacks
                .filter(|_| evidence.finding == Finding::Absent)
                .map(|text| Message::new(&text)),
            properties: Some(LocationProperties {
                finding: finding_word(evidence.finding),
                last_written: evidence.last_written,
                log_entry: evidence.log_entry,
                expanded_offset: evidence.file_offset.filter(|_| is_packed),
                second_reader: confirmation_word(evidence.confirmed),
            }),
        }
    }
}

fn told(check: &CheckResult, so: &str) -> String {
    format!("{}: {so}. Expected: {}. Found: {}.", check.title, check.expected, check.found)
}
