//! One verdict for each control set, or one that says why there is none.

use coldhive_forge::{Fault, HiveSpec, KeySpec, Version, build, samples};
use coldhive_rules::{Applies, Outcome};
use coldhive_system::Selector;

use crate::support::{built_in, choosing, evaluate, faulty, node, q262832, verdicts};

#[test]
fn all_control_sets_each_by_itself() {
    let file = build(&samples::cluster_broken()).unwrap();
    let rules = built_in();
    let all = verdicts(rules.get("q262832").unwrap(), &file, &choosing(Selector::All));
    let told: Vec<_> =
        all.iter().map(|verdict| (verdict.control_set.as_deref(), verdict.outcome)).collect();
    assert_eq!(
        told,
        [(Some("ControlSet001"), Outcome::Fail), (Some("ControlSet002"), Outcome::Pass)]
    );
}

#[test]
fn no_control_set_to_select_is_not_applicable() {
    let software =
        HiveSpec::new(Version::V1_3, KeySpec::new("R").subkey(KeySpec::new("Microsoft")));
    let zero = node(|root| {
        root.at("Select").set_value(coldhive_forge::ValueSpec::dword("Current", 0));
    });
    for spec in [software, zero] {
        let verdict = q262832(&spec);
        assert_eq!(verdict.outcome, Outcome::NotApplicable);
        assert_eq!(verdict.control_set, None);
        assert_eq!(verdict.checks, []);
        assert_eq!(verdict.applicability.reasons.len(), 1);
    }
}

#[test]
fn a_choice_that_damage_prevents_is_unknown() {
    for (spec, advice) in [
        (faulty(crate::support::zero_signature("Select")), "choose by number, or all"),
        (faulty(Fault::RootUnreadable), "get a better copy"),
        (faulty(Fault::ListSignature { key: String::new() }), "get a better copy"),
    ] {
        let verdict = q262832(&spec);
        assert_eq!(verdict.outcome, Outcome::Unknown, "{:?}", spec.faults);
        assert_eq!(verdict.applicability.value, Applies::Undetermined);
        let reason = &verdict.applicability.reasons[0];
        assert!(reason.contains(advice), "{reason}");
    }
}

#[test]
fn notes_on_the_choice_are_in_the_verdict() {
    let spec = node(|root| {
        root.remove("Select");
        root.remove("ControlSet002");
    });
    let verdict = q262832(&spec);
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(verdict.control_set.as_deref(), Some("ControlSet001"));
    assert!(verdict.notes[0].contains("no key Select"), "{:?}", verdict.notes);
}

#[test]
fn a_hive_saved_from_a_control_set() {
    let mut root = samples::cluster_broken().root.remove("ControlSet001").unwrap();
    root.name = "Exported".into();
    let spec = HiveSpec::new(Version::V1_3, root);
    for selector in [Selector::Current, Selector::All] {
        let rules = built_in();
        let verdict = evaluate(rules.get("Q262832").unwrap(), &spec, &choosing(selector));
        assert_eq!(verdict.outcome, Outcome::Fail);
        assert_eq!(verdict.control_set.as_deref(), Some("(root)"));
        let failed: Vec<_> = verdict.failed_checks().map(|check| check.id.as_str()).collect();
        assert_eq!(failed, ["provider-key", "transports"]);
        assert_eq!(verdict.differences, [], "there is no other control set");
        // Records below the root are named by their own paths, and the root's by its name.
        for evidence in &verdict.checks[1].evidence {
            assert!(evidence.key.starts_with("Services\\"), "{}", evidence.key);
        }
    }
}
