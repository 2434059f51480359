//! Real hives and edited copies, where they are at hand: what Q262832 should say of each.

use std::path::PathBuf;

use coldhive_rules::{Applies, Context, Outcome, Truth};
use serde_json::Value as Json;

use crate::support::{built_in, verdicts};

pub(crate) fn corpus() -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder =
        std::env::var_os("COLDHIVE_CORPUS").map_or_else(|| PathBuf::from(default), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no corpus at {} (set COLDHIVE_CORPUS)", folder.display());
    None
}

#[test]
fn edited_copies_of_a_real_hive() {
    let Some(corpus) = corpus() else { return };
    let expected = std::fs::read_to_string(corpus.join("cluster/EXPECTED.json")).unwrap();
    let expected: Json = serde_json::from_str(&expected).unwrap();
    let rules = built_in();
    let rule = rules.get("Q262832").unwrap();
    for (name, expected) in expected.as_object().unwrap() {
        let file = std::fs::read(corpus.join("cluster").join(name)).unwrap();
        let verdict = verdicts(rule, &file, &Context::default()).remove(0);
        assert_eq!(verdict.outcome.to_string(), expected["outcome"], "{name}");
        let failed: Vec<_> = verdict.failed_checks().map(|check| check.id.as_str()).collect();
        let should: Vec<_> =
            expected["false"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        assert_eq!(failed, should, "{name}");
        if verdict.outcome == Outcome::Pass {
            assert!(verdict.checks.iter().all(|check| check.result == Truth::True), "{name}");
        }
    }
}

#[test]
fn real_hives_are_no_cluster_nodes() {
    let Some(corpus) = corpus() else { return };
    let rules = built_in();
    let rule = rules.get("Q262832").unwrap();
    for name in
        ["nt4-ee-sp3", "xp-sp3-m57", "win7-sp1", "win81-dirty", "win10-1709", "container-delta"]
    {
        let file = std::fs::read(corpus.join(format!("system/{name}.SYSTEM"))).unwrap();
        for verdict in verdicts(rule, &file, &Context::default()) {
            assert_eq!(verdict.outcome, Outcome::NotApplicable, "{name}");
            assert_eq!(verdict.applicability.value, Applies::NotApplicable, "{name}");
        }
    }
}

#[test]
fn odd_hives_are_survived() {
    let Some(corpus) = corpus() else { return };
    let rules = built_in();
    let rule = rules.get("Q262832").unwrap();
    for entry in std::fs::read_dir(corpus.join("odd")).unwrap() {
        let Ok(file) = std::fs::read(entry.unwrap().path()) else { continue };
        if coldhive_hive::Hive::parse(&file).is_ok() {
            let context = crate::support::regardless();
            assert!(!verdicts(rule, &file, &context).is_empty());
        }
    }
}
