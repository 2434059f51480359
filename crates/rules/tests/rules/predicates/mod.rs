//! Each predicate, case by case: a table of tests and what they give, for a key or value that is there, isn't there, is
//! of another type, or can't be read.

mod access;
mod combined;
mod explained;
mod for_each;
mod key;
mod limits;
mod machine;
mod numbers;
mod same;
mod scope;
mod text;
mod values;

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec};
use coldhive_rules::Truth;

use crate::support::{node, truth};

/// The key that the tables look at.
pub(crate) const KEY: &str = "ControlSet001\\Test";

/// The sample node with a key `Test` of the current control set.
fn with(change: impl FnOnce(&mut KeySpec)) -> HiveSpec {
    node(|root| change(root.at(KEY)))
}

/// The sample node with one value under that key.
fn holding(value: ValueSpec) -> HiveSpec {
    with(|key| {
        key.set_value(value);
    })
}

/// A value in all states but its own: its key isn't there, it isn't there, its data or record can't be read, its list is
/// damaged, its key can't be read, or something hides whether that is there.
fn states_of(value: &ValueSpec) -> [(HiveSpec, Truth); 7] {
    let (key, name) = (String::from(KEY), value.name.clone());
    let there = || holding(value.clone());
    let absent = || holding(ValueSpec::dword("other", 1));
    let record = Fault::ValueSignature { key: key.clone(), value: name.clone() };
    let list = Fault::ValueListHole { key: key.clone(), value: "other".into() };
    let parent = Fault::ListSignature { key: "ControlSet001".into() };
    [
        (node(|_| {}), Truth::False),
        (absent(), Truth::False),
        (there().fault(record), Truth::Unknown),
        (absent().fault(list), Truth::Unknown),
        (there().fault(Fault::ZeroSignature { key: key.clone() }), Truth::Unknown),
        (there().fault(Fault::ListHole { key }), Truth::Unknown),
        (there().fault(parent), Truth::Unknown),
    ]
}

/// Holds tests of the value `v` against what they should give, in all its states.
#[track_caller]
fn values(value: &ValueSpec, rows: &[(&str, Truth)]) {
    assert_eq!(value.name, "v");
    let spec = holding(value.clone());
    for (test, expected) in rows {
        let predicate = format!("value: {{ path: '{{ccs}}\\Test', name: v, {test} }}");
        assert_eq!(truth(&spec, &predicate), *expected, "{test}");
    }
    let tests: Vec<_> = rows
        .iter()
        .map(|(test, _)| format!("value: {{ path: '{{ccs}}\\Test', name: v, {test} }}"))
        .collect();
    for (spec, expected) in states_of(value) {
        for test in &tests {
            assert_eq!(truth(&spec, test), expected, "{test}: {:?}", spec.faults);
        }
    }
}

/// Holds predicates over one hive against what they should give.
#[track_caller]
fn table(spec: &HiveSpec, rows: &[(&str, Truth)]) {
    for (predicate, expected) in rows {
        assert_eq!(truth(spec, predicate), *expected, "{predicate}");
    }
}
