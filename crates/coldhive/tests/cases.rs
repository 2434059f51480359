//! Cases that rules carry: what is made of a description, and what is told of a case.
#![cfg(feature = "cases")]

use coldhive::cases::{CaseOptions, CaseResult, bytes, make, run};
use coldhive::hive::{Hive, Key};
use coldhive::rules::cases::{CaseSource, HiveTree};
use coldhive::rules::language::{Content, Described as _};
use coldhive::rules::model::FaultName;
use coldhive::rules::{Outcome, Rule, RuleSet};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use proptest::prelude::*;

const HEAD: &str = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n\
    \x20 - { id: there, title: t, expect: { key: { path: '{ccs}\\Services', exists: true } } }\n\
    \x20 - { id: list, title: t, expect: { value: { path: '{ccs}\\Services', name: List, contains: a } } }\n\
    remarks:\n  - { id: remark, title: t, expect: { key: { path: Setup, exists: true } } }\n";

fn load(text: &str) -> Rule {
    Rule::load("r.yaml", &format!("{HEAD}{text}")).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn tree(rule: &Rule) -> HiveTree {
    match rule.case_source(&rule.file().cases[0].hive) {
        Some(CaseSource::Tree(tree)) => tree.as_ref().clone(),
        other => panic!("{other:?}"),
    }
}

fn results(text: &str) -> Vec<CaseResult> {
    run(&load(text), &CaseOptions::default())
}

/// The proof of the built-in rules.
#[test]
fn every_case_of_every_built_in_rule_is_as_it_should_be() {
    for rule in RuleSet::built_in().unwrap().iter() {
        let results = run(rule, &CaseOptions::default());
        assert!(results.len() >= 12, "{} has {} cases", rule.id(), results.len());
        for result in results {
            assert!(result.passed, "{}: {:?} {:?}", result.name, result.mismatches, result.error);
        }
        // Each check is proven to hold somewhere and not to hold somewhere else.
        for check in &rule.file().checks.value {
            for wanted in ["true", "false"] {
                let named = rule.file().cases.iter().any(|case| {
                    let is = case.checks.get(&check.id.value);
                    is.is_some_and(|is| is.value.word() == wanted)
                        || is.is_none() && case.others.iter().any(|is| is.word() == wanted)
                });
                assert!(named, "no case has the check {} {wanted}", check.id.value);
            }
        }
    }
}

#[test]
fn what_is_otherwise_than_expected_is_told() {
    let hive = "{ select: { current: 1 }, keys: { 'ControlSet001\\Services': { values: { List: [b] } } } }";
    let case = |expected: &str| format!("cases:\n  - {{ name: n, hive: {hive}, {expected} }}\n");
    let told = |expected: &str| -> Vec<String> {
        let [result] = <[CaseResult; 1]>::try_from(results(&case(expected))).unwrap();
        assert_eq!(result.passed, result.mismatches.is_empty());
        assert_eq!(result.found, Some(Outcome::Fail));
        let line = |one: &coldhive::cases::Mismatch| {
            format!("{} {} {}", one.what, one.expected, one.found)
        };
        result.mismatches.iter().map(line).collect()
    };
    let none: [String; 0] = [];
    assert_eq!(told("outcome: fail"), none);
    assert_eq!(
        told("outcome: fail, checks: { list: false }, others: true, applicability: applicable"),
        none
    );
    assert_eq!(told("outcome: pass"), ["outcome pass fail"]);
    assert_eq!(
        told("outcome: fail, checks: { there: false, remark: true }"),
        ["there false true", "remark true false"]
    );
    assert_eq!(told("outcome: fail, others: [true, unknown]"), ["list true or unknown false"]);
    assert_eq!(
        told("outcome: fail, applicability: undetermined"),
        ["applicability undetermined applicable"]
    );
    assert_eq!(told("outcome: fail, remnants: [{ key: a }], differences: []"), ["remnants a none"]);
    assert_eq!(
        told("outcome: fail, differences: [{ key: a, value: b }]"),
        ["differences a, value \"b\" none"]
    );
}

#[test]
fn a_remark_that_holds_is_expected_like_a_check() {
    let hive = "{ select: { current: 1 }, keys: { Setup: {}, 'ControlSet001\\Services': { values: { List: [a] } } } }";
    let text = format!(
        "cases:\n  - {{ name: n, hive: {hive}, outcome: pass, checks: {{ remark: true }} }}\n"
    );
    assert!(results(&text)[0].passed);
}

#[test]
fn a_case_that_cant_be_run_says_why() {
    let text = "cases:\n\
        \x20 - { name: no folder, hive: { path: a.SYSTEM }, outcome: pass }\n\
        \x20 - { name: no cell, hive: { keys: { a: { values: { n: 1 } } }, damage: [{ fault: freed-data, key: a, value: n }] }, outcome: pass }\n\
        \x20 - { name: nothing left, hive: { damage: [{ fault: cut-short, bytes: 100 }] }, outcome: pass }\n";
    let results = results(text);
    let why: Vec<_> = results.iter().map(|result| result.error.clone().unwrap()).collect();
    assert!(results.iter().all(|result| !result.passed && result.verdict.is_none()));
    assert!(why[0].contains("stands beside the rule file"), "{}", why[0]);
    assert!(why[1].contains("no cell of its own"), "{}", why[1]);
    assert!(!why[2].is_empty());
}

#[test]
fn a_hive_beside_the_rule_and_a_filter() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/rules");
    let rule = load(
        "cases:\n\
        \x20 - { name: a file, hive: { path: ../cluster-sound.SYSTEM }, outcome: fail, checks: { there: true } }\n\
        \x20 - { name: no such file, hive: { path: nowhere.SYSTEM }, outcome: fail }\n",
    );
    let mut options = CaseOptions::default();
    options.folder = Some(folder.into());
    let results = run(&rule, &options);
    assert!(results[0].passed, "{:?}", results[0]);
    assert!(results[1].error.as_ref().unwrap().contains("nowhere.SYSTEM"));
    options.filter = Some("A FILE".into());
    assert_eq!(run(&rule, &options).len(), 1);
}

/// Every fault that the language knows can be made.
#[test]
fn every_fault_can_be_made() {
    let Content::Words(words) = FaultName::DESCRIPTION.content else { panic!("faults are words") };
    let base =
        "{ keys: { a: { values: { l: [one, two], m: [three, four] }, keys: { b: {}, c: {} } } } }";
    let sound = load(&format!("cases:\n  - {{ name: n, hive: {base}, outcome: pass }}\n"));
    let sound = make(&tree(&sound)).unwrap();
    for word in words {
        let name = word.name;
        // What each is told, by trying: the loader knows.
        let fields = [
            "",
            ", key: a",
            ", key: a, value: l",
            ", key: a, value: l, entry: two",
            ", bytes: 4608",
        ];
        let mut made = fields.iter().filter_map(|fields| {
            let text = format!(
                "hives: {{ base: {base} }}\ncases:\n  - {{ name: n, hive: {{ like: base, damage: [{{ fault: {name}{fields} }}] }}, outcome: pass }}\n"
            );
            let rule = Rule::load("r.yaml", &format!("{HEAD}{text}")).ok()?;
            Some(bytes(&rule, &rule.file().cases[0].hive).unwrap().unwrap())
        });
        let broken = made.next().unwrap_or_else(|| panic!("{name} needs something else"));
        let free = ["merged-free-cells", "linked-free-cells"].contains(&name);
        assert!(free || broken != sound, "{name} breaks nothing");
        assert!(made.next().is_none(), "{name} takes one set of fields");
    }
}

/// A value as a rule file and as forge have it.
#[derive(Clone, Debug)]
struct Both(String, ValueSpec);

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn value() -> impl Strategy<Value = Both> {
    let text = "[ -~äЖ€]{0,12}";
    let name = "[A-Za-z0-9 ._#:'{}-]{0,10}".boxed();
    let both =
        |yaml: String, spec: ValueSpec| Both(format!("{}: {yaml}", quoted(&spec.name)), spec);
    prop_oneof![
        (name.clone(), text).prop_map(move |(n, t)| both(quoted(&t), ValueSpec::sz(n, &t))),
        (name.clone(), any::<u32>())
            .prop_map(move |(n, x)| both(x.to_string(), ValueSpec::dword(n, x))),
        (name.clone(), any::<u64>()).prop_map(move |(n, x)| {
            both(format!("{{ type: REG_QWORD, data: {x} }}"), ValueSpec::qword(n, x))
        }),
        (name.clone(), prop::collection::vec("[ -~]{1,8}", 0..4)).prop_map(move |(n, list)| {
            let yaml: Vec<_> = list.iter().map(|entry| quoted(entry)).collect();
            let entries: Vec<_> = list.iter().map(String::as_str).collect();
            both(format!("[{}]", yaml.join(", ")), ValueSpec::multi_sz(n, &entries))
        }),
        (name, any::<u32>(), prop::collection::vec(any::<u8>(), 0..24)).prop_map(
            move |(n, code, data)| {
                let hex: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
                both(format!("{{ type: {code}, hex: '{hex}' }}"), ValueSpec::raw(n, code, data))
            }
        ),
    ]
}

/// Keys, values, classes and descriptors, all that is stored of them but times.
fn content(key: &Key<'_>, path: &str, into: &mut Vec<String>) {
    let security = key.security().unwrap().map(|security| security.descriptor().to_vec());
    into.push(format!("{path} {:?} {security:?}", key.class_name()));
    for value in key.values() {
        let value = value.unwrap();
        into.push(format!(
            "{path} {:?} {} {:?}",
            value.name(),
            value.value_type().code(),
            value.data().unwrap()
        ));
    }
    for below in key.subkeys() {
        let below = below.unwrap();
        let path = format!("{path}\\{}", below.name().unwrap());
        content(&below, &path, into);
    }
}

fn read(file: &[u8]) -> Vec<String> {
    let hive = Hive::parse(file).unwrap();
    let mut into = Vec::new();
    content(&hive.root().unwrap(), "", &mut into);
    into
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A tree that a rule file describes is the one that forge's own types describe, as the reader reads both.
    #[test]
    fn a_described_tree_is_the_forged_one(
        keys in prop::collection::btree_map("[a-dA-D]{1,2}(\\\\[a-c]{1,2}){0,3}", prop::collection::vec(value(), 0..5), 0..12),
        format in 1_usize..=6,
    ) {
        let mut root = KeySpec::new("");
        let mut yaml = String::new();
        for (path, values) in &keys {
            let mut given: Vec<&Both> = Vec::new();
            for value in values {
                let same = |known: &&Both| known.1.name.to_lowercase() == value.1.name.to_lowercase();
                if !given.iter().any(same) {
                    given.push(value);
                }
            }
            let key = root.at(path);
            for value in &given {
                key.set_value(value.1.clone());
            }
            let lines: Vec<_> = given.iter().map(|value| value.0.as_str()).collect();
            yaml.push_str(&format!("{}: {{ values: {{ {} }} }}, ", quoted(path), lines.join(", ")));
        }
        let rule = load(&format!(
            "cases:\n  - {{ name: n, hive: {{ format: 1.{format}, keys: {{ {yaml} }} }}, outcome: pass }}\n"
        ));
        let described = make(&tree(&rule)).unwrap();
        let forged = build(&HiveSpec::new(Version::ALL[format - 1], root)).unwrap();
        prop_assert_eq!(read(&described), read(&forged));
    }

    /// Whatever is broken together, a case ends in a result.
    #[test]
    fn faults_in_any_company_end_in_a_result(
        faults in prop::collection::vec((0_usize..29, 0_usize..5, 0_usize..4, 0_u64..9000), 1..5),
        format in 1_usize..=6,
    ) {
        let Content::Words(words) = FaultName::DESCRIPTION.content else { panic!("faults are words") };
        let keys = ["''", "ControlSet001", "ControlSet001\\Services", "ControlSet001\\Services\\a", "Select"];
        let values = ["List", "large", "''", "small"];
        let base = |size: usize| format!(
            "{{ format: 1.{format}, select: {{ current: 1 }}, keys: {{ {} }} }}",
            keys[..4].iter().map(|key| format!(
                "{key}: {{ values: {{ '': x, List: [a, b], small: 1, large: {{ type: 3, hex: '{}' }} }}, keys: {{ z: {{}} }} }}",
                "ab".repeat(size)
            )).collect::<Vec<_>>().join(", ")
        );
        let damage: Vec<_> = faults.iter().map(|&(fault, key, value, bytes)| {
            let (key, value) = (keys[key], values[value]);
            let fields = [
                String::new(),
                format!(", key: {key}"),
                format!(", key: {key}, value: {value}"),
                format!(", key: {key}, value: {value}, entry: b"),
                format!(", bytes: {bytes}"),
            ];
            let name = words[fault % words.len()].name;
            // The set of fields that this fault takes, told by a hive that is soon read.
            let small = base(8);
            let fits = |fields: &&String| {
                let text = format!("hives: {{ base: {small}, x: {{ like: base, damage: [{{ fault: {name}{fields} }}] }} }}\n");
                Rule::load("r.yaml", &format!("{HEAD}{text}")).is_ok()
            };
            fields.iter().find(fits).map(|fields| format!("{{ fault: {name}{fields} }}")).unwrap_or_default()
        }).filter(|fault| !fault.is_empty()).collect();
        let results = results(&format!(
            "hives: {{ base: {} }}\ncases:\n  - {{ name: n, hive: {{ like: base, damage: [{}] }}, outcome: pass }}\n",
            base(17_000), damage.join(", ")
        ));
        prop_assert!(results[0].verdict.is_some() != results[0].error.is_some());
    }
}
