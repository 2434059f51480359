//! The signs in logs beside the hive, as tables and timelines tell them.

use std::collections::HashSet;

use coldhive_rules::model::Meaning;
use coldhive_rules::{SignFound, Verdict};

/// The signs that verdicts tell of, each once for a rule, by time; those without a time stand last.
pub(super) fn signs(verdicts: &[Verdict]) -> Vec<(&Verdict, &SignFound)> {
    let mut seen = HashSet::new();
    let all = verdicts.iter().flat_map(|verdict| verdict.signs.iter().map(move |it| (verdict, it)));
    // The verdicts on other control sets tell the same of the same log.
    let mut signs: Vec<_> = all
        .filter(|(verdict, sign)| {
            seen.insert((&verdict.rule.id, &sign.id, &sign.file, sign.offset))
        })
        .collect();
    signs.sort_by_key(|(_, sign)| (sign.when.is_none(), sign.when));
    signs
}

/// What a sign means, as in JSON.
pub(super) const fn meaning_word(means: Meaning) -> &'static str {
    match means {
        Meaning::Fault => "fault",
        Meaning::OtherCause => "other-cause",
        Meaning::Well => "well",
    }
}

/// What a rule says by a sign, in words.
pub(super) fn told(verdict: &Verdict, sign: &SignFound) -> String {
    let means = match sign.means {
        Meaning::Fault => "for the fault",
        Meaning::OtherCause => "against the fault: another cause",
        Meaning::Well => "against the fault: it went well",
    };
    format!("{}: {} ({}), {means}", verdict.rule.id, sign.title, sign.id)
}
