//! What a case expects, held against the verdict.

use coldhive_hive::names_equal;
use coldhive_rules::model::{self, DifferenceSketch, RemnantSketch};
use coldhive_rules::{
    Applies, CheckResult, Difference, EvidenceKind, Remnant, Rule, Truth, Verdict,
};

use super::Mismatch;

/// Everything that is otherwise than expected.
pub(super) fn mismatches(rule: &Rule, case: &model::Case, verdict: &Verdict) -> Vec<Mismatch> {
    let mut found = Vec::new();
    found.extend(outcome(case, verdict));
    found.extend(applicability(case, verdict));
    let file = rule.file();
    for check in file.checks.iter() {
        let named = case.checks.get(&check.id.value).map(|expected| expected.value.truth());
        let expected = match named {
            Some(expected) => vec![expected],
            None => case.others.iter().map(|expected| expected.truth()).collect(),
        };
        found.extend(result(&check.id, &expected, &verdict.checks));
    }
    for remark in &file.remarks {
        if let Some(expected) = case.checks.get(&remark.id.value) {
            found.extend(result(&remark.id, &[expected.value.truth()], &verdict.remarks));
        }
    }
    found.extend(listed(
        "differences",
        case.differences.as_deref(),
        &verdict.differences,
        is_difference,
        difference,
    ));
    found.extend(listed(
        "remnants",
        case.remnants.as_deref(),
        &verdict.remnants,
        is_remnant,
        remnant,
    ));
    found
}

fn outcome(case: &model::Case, verdict: &Verdict) -> Option<Mismatch> {
    let expected = case.outcome.outcome();
    if verdict.outcome == expected {
        return None;
    }
    let open = |check: &&CheckResult| !matches!(check.result, Truth::True | Truth::NotApplicable);
    let mut why: Vec<_> = verdict
        .checks
        .iter()
        .filter(open)
        .map(|check| format!("{} is {}: {}", check.id, check.result, check.found))
        .collect();
    if why.is_empty() {
        why.clone_from(&verdict.applicability.reasons);
    }
    Some(Mismatch {
        what: "outcome".into(),
        expected: expected.to_string(),
        found: verdict.outcome.to_string(),
        why,
    })
}

fn applicability(case: &model::Case, verdict: &Verdict) -> Option<Mismatch> {
    let expected = case.applicability?.applies();
    let found = verdict.applicability.value;
    (found != expected).then(|| Mismatch {
        what: "applicability".into(),
        expected: applies(expected).into(),
        found: applies(found).into(),
        why: verdict.applicability.reasons.clone(),
    })
}

const fn applies(value: Applies) -> &'static str {
    match value {
        Applies::Applicable => "applicable",
        Applies::NotApplicable => "notapplicable",
        Applies::Undetermined => "undetermined",
    }
}

/// Whether a check is one of what it may be; where nothing is said, it may be anything.
fn result(id: &str, expected: &[Truth], results: &[CheckResult]) -> Option<Mismatch> {
    let result = results.iter().find(|result| result.id == id);
    let found = result.map_or(Truth::NotEvaluated, |result| result.result);
    if expected.is_empty() || expected.contains(&found) {
        return None;
    }
    let words: Vec<_> = expected.iter().map(ToString::to_string).collect();
    Some(Mismatch {
        what: id.into(),
        expected: words.join(" or "),
        found: found.to_string(),
        why: result.map(|result| result.found.clone()).into_iter().collect(),
    })
}

/// Whether all that must be listed is; an empty list of it: whether nothing is.
fn listed<E, F>(
    what: &str,
    expected: Option<&[E]>,
    found: &[F],
    is: impl Fn(&E, &F) -> bool,
    words: impl Fn(&F) -> String,
) -> Option<Mismatch>
where
    E: Words,
{
    let expected = expected?;
    let missing: Vec<_> =
        expected.iter().filter(|one| !found.iter().any(|found| is(one, found))).collect();
    let unwanted = expected.is_empty() && !found.is_empty();
    if missing.is_empty() && !unwanted {
        return None;
    }
    let missing: Vec<_> = missing.into_iter().map(Words::words).collect();
    Some(Mismatch {
        what: what.into(),
        expected: if unwanted { "none".into() } else { missing.join(", ") },
        found: if found.is_empty() { "none".into() } else { format!("{} others", found.len()) },
        why: found.iter().map(words).collect(),
    })
}

/// What is told as one line.
trait Words {
    fn words(&self) -> String;
}

impl Words for DifferenceSketch {
    fn words(&self) -> String {
        let value = self.value.as_deref().map(|value| format!(", value \"{value}\""));
        let set = self.control_set.as_deref().map(|set| format!(", against {set}"));
        format!("{}{}{}", self.key, value.unwrap_or_default(), set.unwrap_or_default())
    }
}

impl Words for RemnantSketch {
    fn words(&self) -> String {
        let value = self.value.as_deref().map(|value| format!(", value \"{value}\""));
        format!("{}{}", self.key, value.unwrap_or_default())
    }
}

fn is_difference(expected: &DifferenceSketch, found: &Difference) -> bool {
    let is_value = match (&expected.value, &found.value) {
        (Some(expected), Some(found)) => names_equal(expected, found),
        (None, None) => true,
        _ => false,
    };
    let set = expected.control_set.as_deref();
    is_value
        && names_equal(&expected.key, &found.key)
        && set.is_none_or(|set| names_equal(set, &found.control_set))
}

fn difference(found: &Difference) -> String {
    let value = found.value.as_deref().map(|value| format!(", value \"{value}\""));
    format!(
        "{}{}: {} here, {} in {}",
        found.key,
        value.unwrap_or_default(),
        found.here,
        found.there,
        found.control_set
    )
}

fn is_remnant(expected: &RemnantSketch, found: &Remnant) -> bool {
    let is_what = match (&expected.value, &found.value) {
        (Some(expected), Some(found)) => names_equal(expected, found),
        (None, None) => found.what == EvidenceKind::Key,
        _ => false,
    };
    is_what && names_equal(&expected.key, &found.stood)
}

fn remnant(found: &Remnant) -> String {
    let value = found.value.as_deref().map(|value| format!(", value \"{value}\""));
    format!("{}{}", found.stood, value.unwrap_or_default())
}
