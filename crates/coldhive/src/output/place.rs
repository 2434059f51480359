//! What records are called outside of JSON.

use coldhive_hive::Confirmation;
use coldhive_rules::{Applies, EvidenceKind, Finding, HiveInfo, HiveName, Truth, Verdict};

/// The hive that records stand in; `None` for one of which nothing is told.
pub(super) fn hive_of(verdict: &Verdict, name: HiveName) -> Option<&HiveInfo> {
    match name {
        HiveName::Software => verdict.software.as_deref(),
        _ => Some(&verdict.hive),
    }
}

/// The path of a key on the machine, by its path from the hive's root.
pub(super) fn full_path(verdict: &Verdict, name: HiveName, key: &str) -> String {
    let whole = match name {
        HiveName::Software => "HKLM\\SOFTWARE",
        _ => "HKLM\\SYSTEM",
    };
    let mount = hive_of(verdict, name).and_then(|hive| hive.mounted_at.as_deref());
    let mount = mount.unwrap_or(whole);
    if key.is_empty() { mount.to_owned() } else { format!("{mount}\\{key}") }
}

/// The word for a kind of record, as in JSON.
pub(super) const fn kind_word(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Key => "key",
        EvidenceKind::Value => "value",
        EvidenceKind::Security => "security",
    }
}

/// The word for a finding, as in JSON.
pub(super) const fn finding_word(finding: Finding) -> &'static str {
    match finding {
        Finding::Found => "found",
        Finding::Absent => "absent",
        Finding::Unreadable => "unreadable",
        Finding::Obscured => "obscured",
    }
}

/// The word for applicability, as in JSON.
pub(super) const fn applies_word(applies: Applies) -> &'static str {
    match applies {
        Applies::Applicable => "applicable",
        Applies::NotApplicable => "notapplicable",
        Applies::Undetermined => "undetermined",
    }
}

/// The word for what the second reader says, as in JSON.
pub(super) const fn confirmation_word(confirmed: Confirmation) -> &'static str {
    match confirmed {
        Confirmation::Agrees => "agrees",
        Confirmation::Differs => "differs",
        Confirmation::Damaged => "damaged",
        Confirmation::NotAsked => "not_asked",
    }
}

/// Whether a check's or remark's result is worth a finding of its own.
pub(super) const fn is_open(result: Truth) -> bool {
    !matches!(result, Truth::True | Truth::NotApplicable)
}

/// Why a verdict without a check is what it is, in sentences; empty where there is nothing to say.
pub(super) fn why(verdict: &Verdict) -> String {
    let reasons = &verdict.applicability.reasons;
    if reasons.is_empty() { verdict.notes.join("; ") } else { reasons.join("; ") }
}
