//! Short ways to a hive and to an answer.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::{Hive, Key, Lookup};
use coldhive_system::{ControlSet, NoControlSet, Selection, Selector, System};

/// The sample cluster node, changed.
pub(crate) fn node(change: impl FnOnce(&mut KeySpec)) -> HiveSpec {
    let mut spec = samples::cluster_sound();
    change(&mut spec.root);
    spec
}

/// A hive with these keys below its root.
pub(crate) fn hive_of(paths: &[&str]) -> HiveSpec {
    let mut root = KeySpec::new("ROOT");
    for path in paths {
        root.at(path);
    }
    HiveSpec::new(Version::V1_3, root)
}

/// Puts numbers into `Select`.
pub(crate) fn set_select(root: &mut KeySpec, numbers: &[(&str, u32)]) {
    for (name, number) in numbers {
        root.at("Select").set_value(ValueSpec::dword(*name, *number));
    }
}

pub(crate) fn with_system<T>(spec: &HiveSpec, ask: impl FnOnce(System<'_>) -> T) -> T {
    let file = build(spec).expect("the description can be written");
    ask(System::new(Hive::parse(&file).expect("it is a hive")))
}

pub(crate) fn select(spec: &HiveSpec, selector: Selector) -> Result<Selection, NoControlSet> {
    with_system(spec, |system| system.select(selector))
}

/// The names of the control sets that a selector gives.
pub(crate) fn names(selection: &Selection) -> Vec<&str> {
    selection.sets.iter().map(ControlSet::name).collect()
}

/// Asks about a key that is there.
pub(crate) fn with_key<T>(spec: &HiveSpec, path: &str, ask: impl FnOnce(&Key<'_>) -> T) -> T {
    with_system(spec, |system| match system.hive().key(path) {
        Lookup::Found(key) => ask(&key),
        other => panic!("{path}: {other:?}"),
    })
}

pub(crate) fn zero_signature(key: &str) -> Fault {
    Fault::ZeroSignature { key: key.into() }
}

pub(crate) fn list_hole(key: &str) -> Fault {
    Fault::ListHole { key: key.into() }
}
