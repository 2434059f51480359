//! Tests of a key.

use coldhive_forge::{DEFAULT_TIME, Fault, HiveSpec, KeySpec, ValueSpec};
use coldhive_hive::FileTime;
use coldhive_rules::Truth::{False, True, Unknown};

use super::{KEY, node, table, with};
use crate::support::truth;

fn key(test: &str) -> String {
    format!("key: {{ path: '{{ccs}}\\Test', {test} }}")
}

/// A key with a class, a time and three subkeys.
fn sample() -> HiveSpec {
    with(|key| {
        key.class = Some("Shell".into());
        key.last_written = DEFAULT_TIME;
        for name in ["Alpha", "Beta", "Gamma"] {
            key.subkeys.push(KeySpec::new(name).value(ValueSpec::dword("x", 1)));
        }
    })
}

const HOLDS: [&str; 12] = [
    "class: shell",
    "newer_than: 1999-12-31",
    "older_than: 2101-01-01T00:00:00Z",
    "newer_than: 1999-12-31, older_than: 2101-01-01",
    "subkeys: { count: { eq: 3 } }",
    "subkeys: { count: { ge: 1, lt: 9 } }",
    "subkeys: { names: { superset_of: [alpha, GAMMA] } }",
    "subkeys: { names: { superset_of: beta } }",
    "subkeys: { names: { disjoint_from: [Delta] } }",
    "subkeys: { names: { equals: [Gamma, Beta, Alpha] } }",
    "subkeys: { count: { ne: 2 }, names: { superset_of: Alpha, disjoint_from: x } }",
    "exists: true, class: Shell, subkeys: { count: { ge: 3 } }",
];

const FAILS: [&str; 10] = [
    "class: ''",
    "class: Net",
    "newer_than: 2101-01-01",
    "older_than: 1999-12-31T23:59:59.9999999Z",
    "subkeys: { count: { lt: 3 } }",
    "subkeys: { names: { superset_of: [Alpha, Delta] } }",
    "subkeys: { names: { disjoint_from: [x, beta] } }",
    "subkeys: { names: { equals: [Alpha, Beta] } }",
    "subkeys: { names: { equals: [Alpha, Beta, Gamma, Delta] } }",
    "subkeys: { names: { equals: [] } }",
];

#[test]
fn what_is_there() {
    for (tests, expected) in [(&HOLDS[..], True), (&FAILS[..], False)] {
        for test in tests {
            table(&sample(), &[(&key(test), expected)]);
        }
    }
    let plain = with(|_| {});
    for test in ["class: ''", "subkeys: { names: { equals: [] } }", "subkeys: { count: { eq: 0 } }"]
    {
        table(&plain, &[(&key(test), True)]);
    }
    // The bounds themselves are neither newer nor older.
    let exactly = FileTime::new(DEFAULT_TIME);
    for word in ["newer_than", "older_than"] {
        table(&sample(), &[(&key(&format!("{word}: '{exactly}'")), False)]);
    }
}

#[test]
fn what_is_absent_or_hidden() {
    let unreadable = sample().fault(Fault::ZeroSignature { key: KEY.into() });
    let obscured = sample().fault(Fault::ListSignature { key: "ControlSet001".into() });
    for test in HOLDS.iter().chain(&FAILS) {
        table(&node(|_| {}), &[(&key(test), False)]);
        table(&unreadable, &[(&key(test), Unknown)]);
        table(&obscured, &[(&key(test), Unknown)]);
    }
}

/// What was found is certain, what was violated too, and what would be about all is unknown.
#[test]
fn a_damaged_list_of_subkeys() {
    let spec = sample().fault(Fault::ZeroSignature { key: format!("{KEY}\\Beta") });
    for (test, expected) in [
        ("count: { eq: 3 }", Unknown),
        ("count: { ge: 2 }", True),
        ("count: { le: 2 }", Unknown),
        ("count: { lt: 2 }", False),
        ("count: { eq: 1 }", False),
        ("count: { ne: 1 }", True),
        ("count: { ne: 2 }", Unknown),
        ("names: { superset_of: [Alpha, Gamma] }", True),
        ("names: { superset_of: [Alpha, Beta] }", Unknown),
        ("names: { superset_of: Delta }", Unknown),
        ("names: { disjoint_from: [Alpha, x] }", False),
        ("names: { disjoint_from: x }", Unknown),
        ("names: { equals: [Alpha, Beta, Gamma] }", Unknown),
        ("names: { equals: [Alpha, Gamma] }", Unknown),
        ("names: { equals: [Alpha] }", False),
        ("names: { equals: [] }", False),
    ] {
        table(&spec, &[(&key(&format!("subkeys: {{ {test} }}")), expected)]);
    }
}

#[test]
fn a_class_that_cannot_be_read() {
    // No fault breaks a class alone: the offset of the class name is set beyond the hive.
    let mut file = coldhive_forge::build(&sample()).unwrap();
    let is_node = |at: &usize| &file[*at..at + 2] == b"nk" && file[at + 76..].starts_with(b"Test");
    let at = (4096..file.len() - 80).find(is_node).expect("it has the key");
    file[at + 48..at + 52].copy_from_slice(&0x00ff_fff8_u32.to_le_bytes());
    let rule = crate::support::rule(&[&key("class: Shell"), &key("subkeys: { count: { eq: 3 } }")]);
    let context = crate::support::choosing(coldhive_system::Selector::Number(1));
    let verdict = crate::support::verdicts(&rule, &file, &context).remove(0);
    let results: Vec<_> = verdict.checks.iter().map(|check| check.result).collect();
    assert_eq!(results, [Unknown, True]);
}

#[test]
fn what_was_found_is_told() {
    let told = |test: &str| {
        let rule = crate::support::rule(&[&key(test)]);
        let context = crate::support::choosing(coldhive_system::Selector::Number(1));
        let verdict = crate::support::evaluate(&rule, &sample(), &context);
        (verdict.checks[0].expected.clone(), verdict.checks[0].found.clone())
    };
    let (expected, found) = told("subkeys: { names: { superset_of: [Alpha, Delta] } }");
    assert_eq!(expected, "the key ControlSet001\\Test has the subkeys Alpha, Delta");
    assert_eq!(found, "ControlSet001\\Test has 3 subkeys; missing: Delta");
    let (_, found) = told("class: x");
    assert_eq!(found, "the class of ControlSet001\\Test is Shell");
    let (expected, _) = told("older_than: 1999-12-31");
    assert!(
        expected.ends_with("was last written before 1999-12-31T00:00:00.0000000Z"),
        "{expected}"
    );
    assert_eq!(truth(&sample(), &key("class: Net, weak: true")), Unknown);
}
