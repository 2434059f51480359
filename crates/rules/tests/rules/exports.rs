//! Hives that were saved from a part of the registry, and texts exported from it: what they don't hold is unknown.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::Hive;
use coldhive_rules::{
    Applies, Context, HiveInfo, Outcome, Place, Rule, Target, Truth, Verdict, evaluate_selected,
};
use coldhive_system::{Lacks, Mount, Selector, System};
use proptest::prelude::*;

use crate::support::{built_in, check, choosing, node, q262832, regardless, result, rule};

const WINSOCK: &str = "ControlSet001\\Services\\Winsock";

/// A part of a described hive, as saving that key gives it.
fn export(spec: &HiveSpec, path: &str) -> HiveSpec {
    let mut spec = spec.clone();
    let mut root = spec.root.remove(path).expect("it is there");
    root.name = path.rsplit('\\').next().unwrap_or_default().to_owned();
    let inside = |key: &str| {
        let rest = key.get(path.len()..).filter(|_| key.starts_with(path))?;
        Some(rest.trim_start_matches('\\').to_owned())
    };
    let faults = spec.faults.iter().filter_map(|fault| match fault {
        Fault::ZeroSignature { key } => Some(Fault::ZeroSignature { key: inside(key)? }),
        Fault::ListHole { key } => Some(Fault::ListHole { key: inside(key)? }),
        Fault::NoSecurity { key } => Some(Fault::NoSecurity { key: inside(key)? }),
        Fault::ValueListHole { key, value } => {
            Some(Fault::ValueListHole { key: inside(key)?, value: value.clone() })
        }
        other => panic!("{other:?}"),
    });
    let faults: Vec<_> = faults.collect();
    let exported = HiveSpec::new(Version::V1_3, root);
    faults.into_iter().fold(exported, HiveSpec::fault)
}

fn verdict(rule: &Rule, spec: &HiveSpec, mount: &str, context: &Context) -> Verdict {
    let file = build(spec).expect("it can be written");
    let mount: Mount = mount.parse().expect("it is a mount");
    let system = System::mounted(Hive::parse(&file).expect("it is a hive"), &mount);
    let info = HiveInfo::of_system(&system, "export", None);
    let mut verdicts = evaluate_selected(rule, system, &info, context);
    assert_eq!(verdicts.len(), 1);
    verdicts.remove(0)
}

#[test]
fn the_fault_shows_in_what_winsock_alone_was_saved_to() {
    let rules = built_in();
    let q262832 = rules.get("Q262832").unwrap();
    let broken = export(&samples::cluster_broken(), WINSOCK);
    let verdict = verdict(q262832, &broken, WINSOCK, &Context::default());
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(verdict.control_set.as_deref(), Some("ControlSet001"));
    assert_eq!(verdict.applicability.value, Applies::Undetermined);
    assert_eq!(
        verdict.hive.mounted_at.as_deref(),
        Some("HKLM\\SYSTEM\\ControlSet001\\Services\\Winsock")
    );
    let failed: Vec<_> = verdict.failed_checks().map(|check| check.id.as_str()).collect();
    assert_eq!(failed, ["provider-key", "transports"]);
    // Sentences have the machine's paths, evidence those in the file.
    let transports = check(&verdict, "transports");
    assert!(transports.found.contains("Services\\Winsock\\Parameters"), "{}", transports.found);
    assert_eq!(transports.evidence[0].key, "Parameters");
    let absent = &check(&verdict, "provider-key").evidence[0];
    assert_eq!(absent.key, "Setup Migration\\Providers");
    assert_eq!(absent.lacks_key.as_deref(), Some("Clusnet"));
    assert!(verdict.applicability.reasons.iter().any(|why| why.contains("ClusSvc")));
    assert!(
        verdict.notes.iter().any(|note| note.contains("was saved from")),
        "{:?}",
        verdict.notes
    );
}

#[test]
fn a_sound_export_passes_under_any_name() {
    let rules = built_in();
    let q262832 = rules.get("Q262832").unwrap();
    for path in ["ControlSet001", "ControlSet001\\Services", WINSOCK] {
        let spec = export(&samples::cluster_sound(), path);
        let file = build(&spec).unwrap();
        let system = System::new(Hive::parse(&file).unwrap());
        let info = HiveInfo::of_system(&system, "export", None);
        let recognised = evaluate_selected(q262832, system, &info, &Context::default()).remove(0);
        assert_eq!(recognised.outcome, Outcome::Pass, "{path}");
        let told = verdict(q262832, &spec, path, &choosing(Selector::Number(1)));
        assert_eq!(told.outcome, Outcome::Pass, "{path}");
        // A control set alone tells the product and the services; less of it doesn't.
        let expected =
            if path == "ControlSet001" { Applies::Applicable } else { Applies::Undetermined };
        assert_eq!(told.applicability.value, expected, "{path}: {:?}", told.applicability);
    }
}

/// Whatever is asked beside the part that was saved: nobody knows.
#[test]
fn what_lies_outside_is_unknown() {
    let outside = [
        "key: { path: Select, exists: true }",
        "key: { path: Select, exists: false }",
        "key: { path: Setup, intact: true }",
        "key: { path: '{ccs}', exists: true }",
        "key: { path: '{ccs}\\Services\\ClusSvc', exists: true }",
        "key: { path: '{ccs}\\Services\\None', exists: false }",
        "key: { path: '{ccs}\\Services\\ClusSvc', remnant: true }",
        "value: { path: Select, name: Current, exists: true }",
        "value: { path: '{ccs}\\Services\\Tcpip', name: Start, type: REG_DWORD }",
        "access: { path: '{ccs}\\Services\\Tcpip', present: true }",
        "service: { name: Tcpip, present: true }",
        "service: { name: Tcpip, start: automatic }",
        "key: { path: Select, class: '' }",
        "key: { path: Select, subkeys: { count: { ge: 0 } } }",
        "key: { path: '{ccs}\\Services', subkeys: { names: { disjoint_from: None } } }",
        "value: { path: Select, name: Current, equals: 1 }",
        "value: { path: Select, name: Current, compare: { is: ge, than: { path: Select, name: Default } } }",
        "value: { path: '{winsock}\\Parameters', name: Transports, same_entries_as: { path: Select, name: x } }",
        "access: { path: Select, owner: BA }",
        "service: { name: Tcpip, type: driver }",
        "service: { name: Tcpip, account: LocalSystem }",
        "product: { service_pack: { ge: 3 } }",
        "for_each: { subkeys_of: '{ccs}\\Services', as: it, expect: { text: { of: '{it}', matches: '.' } } }",
        "for_each: { subkeys_of: Setup, as: it, quantifier: any, expect: { text: { of: '{it}', matches: '.' } } }",
        "for_each: { entries_of: { path: Setup, name: a }, as: it, expect: { text: { of: '{it}', matches: '.' } } }",
        "for_each: { subkeys_of: '*\\Services', as: it, expect: { text: { of: '{it}', matches: '.' } } }",
        "same: { path: '{winsock}', as: last-known-good }",
        "product: { family: nt4 }",
        "product: { suite: Enterprise }",
        "product: { type: LanmanNT }",
    ];
    let spec = export(&samples::cluster_sound(), WINSOCK);
    let verdict = verdict(&rule(&outside), &spec, WINSOCK, &Context::default());
    for (number, predicate) in outside.iter().enumerate() {
        let check = check(&verdict, &format!("c{number}"));
        assert_eq!(check.result, Truth::Unknown, "{predicate}: {}", check.found);
    }
    assert_eq!(verdict.outcome, Outcome::Unknown);
}

/// One change to the Winsock of the sample node.
#[derive(Clone, Debug)]
enum Change {
    Remove(&'static str),
    Value(&'static str, ValueSpec),
    Sddl(&'static str, &'static str),
    Fault(Fault),
}

fn changes() -> impl Strategy<Value = Change> {
    const KEYS: [&str; 5] = [
        "Parameters",
        "Setup Migration",
        "Setup Migration\\Providers",
        "Setup Migration\\Providers\\Clusnet",
        "Setup Migration\\Providers\\NetBIOS",
    ];
    const LISTS: [(&str, &str); 2] =
        [("Parameters", "Transports"), ("Setup Migration", "Provider List")];
    const SDDL: [&str; 4] = [
        "O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)",
        "O:BAG:SYD:(A;CI;KA;;;SY)",
        "O:BAG:SYD:",
        "O:BAG:SYD:(D;CI;KA;;;BA)(A;CI;KA;;;WD)",
    ];
    let key = || prop::sample::select(KEYS.to_vec());
    let full = |key: &str| format!("{WINSOCK}\\{key}");
    prop_oneof![
        key().prop_map(Change::Remove),
        (prop::sample::select(LISTS.to_vec()), prop::bool::ANY).prop_map(|((key, name), with)| {
            let entries: &[&str] = if with { &["Tcpip", "clusnet"] } else { &["Tcpip"] };
            Change::Value(key, ValueSpec::multi_sz(name, entries))
        }),
        (prop::sample::select(LISTS.to_vec()), prop::collection::vec(any::<u8>(), 0..9))
            .prop_map(|((key, name), data)| Change::Value(key, ValueSpec::raw(name, 7, data))),
        prop::sample::select(LISTS.to_vec())
            .prop_map(|(key, name)| Change::Value(key, ValueSpec::sz(name, "Clusnet"))),
        (key(), prop::sample::select(SDDL.to_vec()))
            .prop_map(|(key, sddl)| Change::Sddl(key, sddl)),
        key().prop_map(move |key| Change::Fault(Fault::ZeroSignature { key: full(key) })),
        key().prop_map(move |key| Change::Fault(Fault::ListHole { key: full(key) })),
        key().prop_map(move |key| Change::Fault(Fault::NoSecurity { key: full(key) })),
    ]
}

fn changed(changes: &[Change]) -> HiveSpec {
    let mut spec = node(|_| {});
    let mut has_fault = false;
    for change in changes {
        let winsock = spec.root.at(WINSOCK);
        match change {
            Change::Remove(key) => {
                winsock.remove(key);
            }
            Change::Value(key, value) if winsock.get(key).is_some() => {
                winsock.at(key).set_value(value.clone());
            }
            Change::Sddl(key, sddl) if winsock.get(key).is_some() => {
                let key = winsock.at(key);
                *key = key.clone().sddl(sddl).expect("it is SDDL");
            }
            Change::Fault(fault) if !has_fault => {
                spec = spec.clone().fault(fault.clone());
                has_fault = true;
            }
            _ => {}
        }
    }
    spec
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// What a rule says of Winsock doesn't depend on how much else was saved with it.
    #[test]
    fn checks_that_look_at_winsock_alone_are_the_same(changes in prop::collection::vec(changes(), 0..4)) {
        let spec = changed(&changes);
        prop_assume!(build(&spec).is_ok());
        let rules = built_in();
        let q262832 = rules.get("Q262832").unwrap();
        let whole = crate::support::evaluate(q262832, &spec, &regardless());
        for path in [WINSOCK, "ControlSet001\\Services", "ControlSet001"] {
            let part = export(&spec, path);
            prop_assume!(build(&part).is_ok());
            let part = verdict(q262832, &part, path, &regardless());
            prop_assert_eq!(part.outcome, whole.outcome);
            prop_assert_eq!(part.checks.len(), whole.checks.len());
            for (part, whole) in part.checks.iter().zip(&whole.checks) {
                prop_assert_eq!(part.result, whole.result, "{} of {}: {}", &part.id, path, &part.found);
                prop_assert_eq!(part.evidence.len(), whole.evidence.len());
                for (part, whole) in part.evidence.iter().zip(&whole.evidence) {
                    prop_assert_eq!((part.kind, part.finding), (whole.kind, whole.finding));
                    prop_assert_eq!((&part.data, &part.sddl), (&whole.data, &whole.sddl));
                    prop_assert_eq!((&part.lacks_key, &part.lacks_value), (&whole.lacks_key, &whole.lacks_value));
                    prop_assert!(whole.key.to_lowercase().ends_with(&part.key.to_lowercase()));
                }
            }
        }
    }
}

/// The tree of an exported text: the keys above what was exported, and no others.
fn text() -> HiveSpec {
    let mut root = KeySpec::new("SYSTEM");
    *root.at("CurrentControlSet\\Services\\Winsock") =
        samples::cluster_sound().root.at(WINSOCK).clone();
    HiveSpec::new(Version::V1_3, root)
}

fn text_verdict(rule: &Rule, spec: &HiveSpec, exported: &str, context: &Context) -> Verdict {
    let file = build(spec).unwrap();
    let exported: [Mount; 1] = [exported.parse().unwrap()];
    let system = System::new(Hive::parse(&file).unwrap());
    let system = system.holding(&exported).lacking(Lacks::REG_TEXT);
    let info = HiveInfo::of_system(&system, "winsock.reg", None);
    let place = |offset| Place {
        file: "winsock.reg".into(),
        line: u32::try_from(offset).ok(),
        ..Place::default()
    };
    let target = Target::new(system, &info).places(&place);
    target.check(rule, context).remove(0)
}

#[test]
fn what_a_text_lacks_is_unknown() {
    let key = "key: { path: '{winsock}\\Parameters'";
    let predicates = [
        format!("{key}, newer_than: 1990-01-01 }}"),
        format!("{key}, older_than: 2100-01-01 }}"),
        format!("{key}, class: '' }}"),
        format!("{key}, intact: true }}"),
        "access: { path: '{winsock}\\Parameters', owner: BA }".into(),
        "access: { path: '{winsock}\\Parameters', dacl: populated }".into(),
        format!("{key}, subkeys: {{ count: {{ eq: 0 }} }} }}"),
        "value: { path: '{winsock}\\Parameters', name: Transports, first: Tcpip }".into(),
        "for_each: { subkeys_of: '{winsock}', as: it, expect: { key: { path: '{it.path}', exists: true } } }".into(),
    ];
    let rule = rule(&predicates.iter().map(String::as_str).collect::<Vec<_>>());
    let winsock = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock";
    let verdict = text_verdict(&rule, &text(), winsock, &Context::default());
    for (number, check) in verdict.checks.iter().enumerate() {
        let expected = if number < 6 { Truth::Unknown } else { Truth::True };
        assert_eq!(check.result, expected, "{}: {}", predicates[number], check.found);
    }
}

#[test]
fn a_text_tells_of_lists_and_keys_and_nothing_else() {
    let rules = built_in();
    let q262832 = rules.get("Q262832").unwrap();
    let winsock = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock";
    let verdict = text_verdict(q262832, &text(), winsock, &Context::default());
    assert_eq!(verdict.control_set.as_deref(), Some("CurrentControlSet"));
    assert_eq!(verdict.outcome, Outcome::Unknown);
    for check in &verdict.checks {
        let told = !check.id.ends_with("-access") && !check.id.ends_with("-intact");
        let expected = if told { Truth::True } else { Truth::Unknown };
        assert_eq!(check.result, expected, "{}: {}", check.id, check.found);
        for evidence in &check.evidence {
            assert_eq!(
                (evidence.cell, evidence.file_offset, evidence.last_written),
                (None, None, None)
            );
            assert!(evidence.line.is_some() && evidence.sddl.is_none());
        }
    }
    let access = check(&verdict, "parameters-key-access");
    assert!(access.found.contains("holds no security descriptors"), "{}", access.found);
    assert_eq!(verdict.remnants, []);

    // A fault shows all the same.
    let mut broken = text();
    broken.root.remove("CurrentControlSet\\Services\\Winsock\\Setup Migration\\Providers\\Clusnet");
    let verdict = text_verdict(q262832, &broken, winsock, &Context::default());
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(result(&verdict, "provider-key"), Truth::False);
}

/// Only what was exported whole can lack something.
#[test]
fn a_text_lacks_only_what_it_holds_whole() {
    let mut spec = text();
    spec.root.remove("CurrentControlSet\\Services\\Winsock\\Setup Migration");
    spec.root.at("CurrentControlSet\\Services\\Winsock\\Parameters").values.clear();
    let predicates = [
        "key: { path: '{winsock}\\Setup Migration', exists: true }",
        "value: { path: '{winsock}\\Parameters', name: Transports, exists: true }",
        "value: { path: '{winsock}', name: Type, exists: true }",
        "key: { path: '{winsock}', exists: true }",
        "key: { path: '{winsock}\\Parameters', remnant: true }",
    ];
    use Truth::{False, True, Unknown};
    for (exported, expected) in [
        ("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock", [False, False, True, True, Unknown]),
        (
            "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock\\Parameters",
            [Unknown, False, True, True, Unknown],
        ),
        (
            "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock\\Other",
            [Unknown, Unknown, True, True, Unknown],
        ),
    ] {
        let verdict = text_verdict(&rule(&predicates), &spec, exported, &Context::default());
        let truths: Vec<_> = verdict.checks.iter().map(|check| check.result).collect();
        assert_eq!(truths, expected, "{exported}");
    }
}

/// Records on pages that were recovered from a log stand in that log.
#[test]
fn evidence_names_the_file_that_holds_it() {
    let file = build(&samples::cluster_broken()).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    let rules = built_in();
    let q262832 = rules.get("Q262832").unwrap();
    let plain = Target::new(system, &info).check(q262832, &Context::default()).remove(0);
    let edge = check(&plain, "transports").evidence[0].file_offset.unwrap();
    let places = |offset: u64| {
        if offset < edge {
            Place { file: "SYSTEM".into(), offset: Some(offset), ..Place::default() }
        } else {
            let (file, offset) = ("SYSTEM.LOG1".into(), Some(offset - edge + 512));
            Place { file, offset, log_entry: Some(7), line: None }
        }
    };
    let recovered = Target::new(system, &info).places(&places).check(q262832, &Context::default());
    let mut seen = [false; 2];
    for (plain, recovered) in plain.checks.iter().zip(&recovered[0].checks) {
        for (plain, recovered) in plain.evidence.iter().zip(&recovered.evidence) {
            let Some(offset) = plain.file_offset else { continue };
            assert_eq!(recovered.cell, plain.cell);
            let in_log = offset >= edge;
            seen[usize::from(in_log)] = true;
            assert_eq!(recovered.file, if in_log { "SYSTEM.LOG1" } else { "SYSTEM" });
            assert_eq!(recovered.log_entry, in_log.then_some(7));
            let expected = if in_log { offset - edge + 512 } else { offset };
            assert_eq!(recovered.file_offset, Some(expected));
        }
    }
    assert_eq!(seen, [true; 2]);
    let json = serde_json::to_string(&recovered[0]).unwrap();
    assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), recovered[0]);
}

/// A whole hive is judged as before, told or not.
#[test]
fn a_whole_hive_may_be_told_to_be_one() {
    let spec = samples::cluster_broken();
    let rules = built_in();
    let told = verdict(rules.get("Q262832").unwrap(), &spec, "HKLM\\SYSTEM", &Context::default());
    let plain = q262832(&spec);
    assert_eq!(
        told.checks.iter().map(|check| &check.found).collect::<Vec<_>>(),
        plain.checks.iter().map(|check| &check.found).collect::<Vec<_>>()
    );
    assert_eq!(told.hive.mounted_at, None);
}
