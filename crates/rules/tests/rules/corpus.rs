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

/// What ControlSet002 of the edited copies has: it was left as the unedited node is.
fn lost(check: &str) -> (&'static str, Option<&'static str>, &'static str) {
    let list = "REG_MULTI_SZ: ";
    match check {
        "provider-key" | "provider-key-intact" => {
            ("Setup Migration\\Providers\\Clusnet", None, "present")
        }
        "provider-list" => ("Setup Migration", Some("Provider List"), list),
        "transports" => ("Parameters", Some("Transports"), list),
        "provider-key-access" => {
            ("Setup Migration\\Providers\\Clusnet", None, "O:BAG:SYD:(A;;KR;;;WD)")
        }
        "parameters-key-access" => ("Parameters", None, "O:BAG:SYD:(A;;KR;;;WD)"),
        other => panic!("no copy fails {other}"),
    }
}

#[test]
fn what_the_last_known_good_control_set_still_has_is_named() {
    let Some(corpus) = corpus() else { return };
    let expected = std::fs::read_to_string(corpus.join("cluster/EXPECTED.json")).unwrap();
    let expected: Json = serde_json::from_str(&expected).unwrap();
    let rules = built_in();
    let rule = rules.get("Q262832").unwrap();
    for (name, expected) in expected.as_object().unwrap() {
        let file = std::fs::read(corpus.join("cluster").join(name)).unwrap();
        let verdict = verdicts(rule, &file, &Context::default()).remove(0);
        let failed: Vec<_> =
            expected["false"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        assert_eq!(verdict.differences.len(), failed.len(), "{name}: {:#?}", verdict.differences);
        for check in failed {
            let (key, value, there) = lost(check);
            let found = verdict.differences.iter().find(|it| {
                let below = format!("Services\\Winsock\\{key}").to_lowercase();
                it.key.to_lowercase().ends_with(&below) && it.value.as_deref() == value
            });
            let found = found.unwrap_or_else(|| panic!("{name}: {check}"));
            assert_eq!(found.control_set, "ControlSet002");
            assert!(found.last_known_good && found.there.starts_with(there), "{name}: {found:?}");
            assert!(value.is_none() || found.there.ends_with(", Clusnet"), "{name}: {found:?}");
            assert!(found.there_last_written.is_some(), "{name}: {found:?}");
        }
    }
}

#[test]
fn no_rule_finds_its_fault_where_none_is() {
    let Some(corpus) = corpus() else { return };
    let rules = built_in().without_software();
    let real =
        ["nt4-ee-sp3", "xp-sp3-m57", "win7-sp1", "win81-dirty", "win10-1709", "container-delta"];
    let real = real.map(|name| format!("system/{name}.SYSTEM"));
    for name in real.iter().map(String::as_str).chain(["cluster/healthy.SYSTEM"]) {
        let file = std::fs::read(corpus.join(name)).unwrap();
        for rule in rules.iter() {
            for verdict in verdicts(rule, &file, &Context::default()) {
                let is_well = matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable);
                assert!(is_well, "{name}, {}: {}", rule.id(), verdict.outcome);
            }
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
