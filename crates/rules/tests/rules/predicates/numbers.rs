//! Numbers, and values compared with each other.

use coldhive_forge::{Fault, ValueSpec};
use coldhive_rules::Truth::{False, NotApplicable, True, Unknown};

use super::{KEY, holding, table, values, with};

#[test]
fn numbers() {
    let rows = [
        ("equals: 5", True),
        ("equals: 0x5", True),
        ("equals: '5'", False),
        ("in: [4, 5]", True),
        ("in: 4", False),
        ("lt: 6", True),
        ("lt: 5", False),
        ("le: 5", True),
        ("le: 4", False),
        ("gt: 4", True),
        ("gt: 5", False),
        ("ge: 5", True),
        ("ge: 6", False),
        ("ne: 4", True),
        ("ne: 5", False),
        ("gt: 1, lt: 9, ne: 7", True),
        ("range: { from: 1, to: 5 }", True),
        ("range: { from: 6, to: 9 }", False),
        ("mask: { bits: 1, eq: 1 }", True),
        ("mask: { bits: 2, ne: 0 }", False),
        ("mask: { bits: 0xc, eq: 4, ne: 8 }", True),
    ];
    values(&ValueSpec::dword("v", 5), &rows);
    values(&ValueSpec::qword("v", 5), &rows);
    values(&ValueSpec::raw("v", 5, [0, 0, 0, 5]), &rows);
    values(&ValueSpec::qword("v", u64::MAX), &[("equals: 18446744073709551615", True)]);
}

#[test]
fn what_is_no_number() {
    for value in [
        ValueSpec::raw("v", 4, [5, 0]),
        ValueSpec::raw("v", 4, [5, 0, 0, 0, 0]),
        ValueSpec::binary("v", [5, 0, 0, 0]),
        ValueSpec::sz("v", "5"),
    ] {
        values(
            &value,
            &[
                ("equals: 5", False),
                ("lt: 9", False),
                ("ne: 9", False),
                ("range: { from: 0, to: 9 }", False),
                ("mask: { bits: 0, eq: 0 }", False),
            ],
        );
    }
}

fn compared(test: &str) -> String {
    format!("value: {{ path: '{{ccs}}\\Test', name: v, compare: {{ {test} }} }}")
}

#[test]
fn values_compared_with_each_other() {
    let spec = with(|key| {
        key.set_value(ValueSpec::dword("v", 200));
        key.set_value(ValueSpec::dword("w", 50));
        key.set_value(ValueSpec::qword("huge", u64::MAX));
        key.set_value(ValueSpec::multi_sz("list", &["a", "b"]));
        key.set_value(ValueSpec::sz("text", "a"));
    });
    let other = |name: &str| format!("than: {{ path: '{{ccs}}\\Test', name: {name} }}");
    for (test, expected) in [
        (format!("is: ge, {}, times: 4", other("w")), True),
        (format!("is: gt, {}, times: 4", other("w")), False),
        (format!("is: eq, {}, times: 3, plus: 50", other("w")), True),
        (format!("is: ne, {}", other("w")), True),
        (format!("is: le, {}", other("w")), False),
        (format!("is: lt, {}, times: 18446744073709551615", other("huge")), True),
        (format!("measure: length, is: eq, {}, of: count, times: 2", other("list")), True),
        (format!("is: eq, {}, of: length, plus: 196", other("text")), True),
        // What isn't there or isn't such a thing can't be compared with.
        (format!("is: eq, {}", other("missing")), NotApplicable),
        (format!("is: eq, {}", other("text")), NotApplicable),
        (format!("is: eq, {}, of: count", other("w")), NotApplicable),
        // A value that should be a number and is none doesn't pass.
        (format!("measure: count, is: eq, {}", other("w")), False),
    ] {
        table(&spec, &[(&compared(&test), expected)]);
    }
    let hidden = spec.fault(Fault::ValueSignature { key: KEY.into(), value: "w".into() });
    table(&hidden, &[(&compared(&format!("is: ge, {}", other("w"))), Unknown)]);
    let absent = holding(ValueSpec::dword("w", 1));
    table(&absent, &[(&compared(&format!("is: ge, {}", other("w"))), False)]);
    table(&absent, &[(&compared(&format!("is: ge, {}", other("v"))), NotApplicable)]);
}
