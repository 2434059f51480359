//! Sameness with another control set, or with a baseline.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, build};
use coldhive_hive::Hive;
use coldhive_rules::Truth::{self, False, NotApplicable, NotEvaluated, True, Unknown};
use coldhive_rules::{HiveInfo, Target};
use coldhive_system::{Selector, System};

use super::table;
use crate::support::{choosing, node, rule};

/// The key `Test` in both control sets, and then changed.
fn both(change: impl FnOnce(&mut KeySpec)) -> HiveSpec {
    node(|root| {
        for set in ["ControlSet001", "ControlSet002"] {
            let key = root.at(&format!("{set}\\Test"));
            key.set_value(ValueSpec::dword("a", 1));
            key.set_value(ValueSpec::sz("b", "x"));
            key.at("below\\deep").set_value(ValueSpec::dword("c", 1));
        }
        change(root);
    })
}

const VALUE: &str = "same: { path: '{ccs}\\Test', name: a, as: last-known-good }";
const OTHER: &str = "same: { path: '{ccs}\\Test', name: b, as: last-known-good }";
const VALUES: &str = "same: { path: '{ccs}\\Test', as: last-known-good }";
const DEEP: &str = "same: { path: '{ccs}\\Test', as: last-known-good, deep: true }";

#[track_caller]
fn all_four(spec: &HiveSpec, expected: [Truth; 4]) {
    let tests = [VALUE, OTHER, VALUES, DEEP];
    for (test, expected) in tests.into_iter().zip(expected) {
        table(spec, &[(test, expected)]);
    }
}

#[test]
fn what_differs() {
    all_four(&both(|_| {}), [True; 4]);
    // Times, classes and owners may differ.
    all_four(&both(|root| root.at("ControlSet001\\Test").class = Some("x".into())), [True; 4]);
    type Change = fn(&mut KeySpec);
    let changes: [(Change, [Truth; 4]); 9] = [
        (
            |key| {
                key.set_value(ValueSpec::dword("a", 2));
            },
            [False, True, False, False],
        ),
        (
            |key| {
                key.set_value(ValueSpec::qword("a", 1));
            },
            [False, True, False, False],
        ),
        (|key| key.values.retain(|value| value.name != "a"), [False, True, False, False]),
        (
            |key| {
                key.set_value(ValueSpec::dword("new", 1));
            },
            [True, True, False, False],
        ),
        (
            |key| {
                key.at("below\\deep").set_value(ValueSpec::dword("c", 2));
            },
            [True, True, True, False],
        ),
        (
            |key| {
                key.at("below\\deep\\new");
            },
            [True, True, True, False],
        ),
        (
            |key| {
                key.remove("below");
            },
            [True, True, True, False],
        ),
        (|key| key.values.clear(), [False, False, False, False]),
        (
            |key| {
                key.subkeys.clear();
                key.at("BELOW\\deep").set_value(ValueSpec::dword("C", 1));
            },
            [True; 4],
        ),
    ];
    for (change, expected) in changes {
        for set in ["ControlSet001", "ControlSet002"] {
            all_four(&both(|root| change(root.at(&format!("{set}\\Test")))), expected);
        }
    }
    all_four(
        &both(|root| {
            root.remove("ControlSet001\\Test");
        }),
        [False; 4],
    );
    all_four(&node(|_| {}), [True; 4]);
}

#[test]
fn what_cannot_be_compared() {
    for set in ["ControlSet001", "ControlSet002"] {
        let key = format!("{set}\\Test");
        let faults = [
            (
                Fault::ValueSignature { key: key.clone(), value: "a".into() },
                [Unknown, True, Unknown, Unknown],
            ),
            (
                Fault::ValueListHole { key: key.clone(), value: "a".into() },
                [Unknown, True, Unknown, Unknown],
            ),
            (
                Fault::ZeroSignature { key: format!("{key}\\below\\deep") },
                [True, True, True, Unknown],
            ),
            (Fault::ListSignature { key: key.clone() }, [True, True, True, Unknown]),
            (Fault::ZeroSignature { key }, [Unknown; 4]),
        ];
        for (fault, expected) in faults {
            all_four(&both(|_| {}).fault(fault), expected);
        }
        // A difference that is seen stays one.
        let fault = Fault::ValueSignature { key: format!("{set}\\Test"), value: "a".into() };
        let spec = both(|root| {
            root.at("ControlSet001\\Test").set_value(ValueSpec::sz("b", "y"));
        });
        all_four(&spec.fault(fault), [Unknown, False, False, False]);
    }
}

#[test]
fn control_sets_that_are_not_there() {
    let spec = |name: &str, number: u32| {
        both(|root| {
            root.at("Select").set_value(ValueSpec::dword(name, number));
        })
    };
    // The last known good one is this one, or there is none, or it can't be told.
    table(&spec("LastKnownGood", 1), &[(VALUES, NotApplicable)]);
    table(&both(|_| {}), &[("same: { path: '{ccs}\\Test', as: failed }", NotApplicable)]);
    table(&both(|_| {}), &[("same: { path: '{ccs}\\Test', as: current }", NotApplicable)]);
    let hidden = Fault::ValueSignature { key: "Select".into(), value: "LastKnownGood".into() };
    table(&both(|_| {}).fault(hidden), &[(VALUES, Unknown)]);
    table(&both(|_| {}), &[("same: { path: '{ccs}\\Test', as: baseline }", NotEvaluated)]);
}

#[test]
fn a_baseline() {
    let sound = build(&both(|_| {})).unwrap();
    let changed = build(&both(|root| {
        root.at("ControlSet001\\Test").set_value(ValueSpec::dword("a", 7));
    }))
    .unwrap();
    let rule = rule(&[
        "same: { path: '{ccs}\\Test', name: a, as: baseline }",
        "same: { path: '{ccs}\\Test', as: baseline, deep: true }",
        "same: { path: '{ccs}\\Services', as: baseline, deep: true }",
        "same: { path: Select, as: baseline }",
        "for_each: { subkeys_of: '{ccs}', as: key, expect: { same: { path: '{key.path}', as: baseline } } }",
    ]);
    let results = |file: &[u8], baseline: &[u8]| {
        let system = System::new(Hive::parse(file).unwrap());
        let info = HiveInfo::of(system.hive(), "SYSTEM", None);
        let baseline = System::new(Hive::parse(baseline).unwrap());
        let target = Target::new(system, &info).baseline(baseline);
        let verdict = target.check(&rule, &choosing(Selector::Current)).remove(0);
        // What is told rests on records of this hive alone.
        assert!(
            verdict.checks.iter().all(|check| check.evidence.iter().all(|it| it.file == "SYSTEM"))
        );
        verdict.checks.iter().map(|check| check.result).collect::<Vec<_>>()
    };
    assert_eq!(results(&sound, &sound), [True; 5]);
    assert_eq!(results(&changed, &sound), [False, False, True, True, False]);
    assert_eq!(results(&sound, &changed), [False, False, True, True, False]);
}

/// A key below itself has no end.
#[test]
fn a_circle_of_keys() {
    let spec = both(|_| {})
        .fault(Fault::Cycle {
            key: "ControlSet001\\Test\\below\\deep".into(),
            to: "ControlSet001\\Test".into(),
        })
        .fault(Fault::Cycle {
            key: "ControlSet002\\Test\\below\\deep".into(),
            to: "ControlSet002\\Test".into(),
        });
    let result = crate::support::truth(&spec, DEEP);
    assert!(matches!(result, Unknown | False), "{result}");
}
