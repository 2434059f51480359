//! What holds for every description.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use proptest::collection::{hash_map, vec};
use proptest::option;
use proptest::prelude::*;

use crate::independent::assert_read_alike;
use crate::structure::{assert_holds, assert_sound};

/// Names whose upper case is the same in every table, and on both sides of the border of Latin-1.
fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 {}.$\u{e4}\u{d6}\u{df}\u{3b1}-\u{3c1}\u{430}-\u{44f}\u{1f511}]{1,12}"
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => vec(any::<u8>(), 0..64),
        1 => (0_usize..40_000, any::<u8>()).prop_map(|(size, byte)| vec![byte; size]),
    ]
}

/// Names as keys of a map, folded so that no two are the same to Windows.
fn distinct<T>(named: std::collections::HashMap<String, T>) -> Vec<(String, T)> {
    let mut named: Vec<_> = named.into_iter().collect();
    named.sort_by_cached_key(|(name, _)| name.clone());
    let mut seen = std::collections::HashSet::new();
    named.retain(|(name, _)| seen.insert(name.to_lowercase()));
    named
}

fn leaf() -> impl Strategy<Value = KeySpec> {
    let values = hash_map(name(), (0_u32..16, data()), 0..5);
    let class = option::weighted(0.2, "[a-z\u{3bb}]{1,8}");
    let security = option::weighted(0.3, vec(any::<u8>(), 20..60));
    (values, class, security, any::<u64>()).prop_map(|(values, class, security, time)| KeySpec {
        class,
        security,
        last_written: time,
        values: distinct(values)
            .into_iter()
            .map(|(name, (type_code, data))| ValueSpec::raw(name, type_code, data))
            .collect(),
        ..KeySpec::new("ROOT")
    })
}

fn key() -> impl Strategy<Value = KeySpec> {
    leaf().prop_recursive(4, 60, 8, |below| {
        (leaf(), hash_map(name(), below, 0..8)).prop_map(|(key, subkeys)| KeySpec {
            subkeys: distinct(subkeys)
                .into_iter()
                .map(|(name, subkey)| KeySpec { name, ..subkey })
                .collect(),
            ..key
        })
    })
}

/// The path of every key below the root.
fn paths(root: &KeySpec) -> Vec<String> {
    let mut paths = Vec::new();
    for subkey in &root.subkeys {
        let below = self::paths(subkey).into_iter().map(|path| format!("{}\\{path}", subkey.name));
        paths.push(subkey.name.clone());
        paths.extend(below);
    }
    paths
}

fn version() -> impl Strategy<Value = Version> {
    prop::sample::select(crate::VERSIONS.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_built_is_sound_and_read_alike(root in key(), version in version()) {
        let spec = HiveSpec::new(version, root);
        // A root's descriptor is checked against the default where it has none of its own.
        assert_sound(&spec);
        assert_read_alike(&spec);
    }

    #[test]
    fn what_deletion_leaves_is_the_hive_without_the_key(
        root in key(),
        version in version(),
        which in any::<prop::sample::Index>(),
    ) {
        let paths = paths(&root);
        prop_assume!(!paths.is_empty());
        let path = &paths[which.index(paths.len())];
        let parent = path.rsplit_once('\\').map_or("", |(parent, _)| parent);
        let mut without = root.clone();
        without.remove(path);
        let deleted = HiveSpec::new(version, root)
            .fault(Fault::DeletedKey { key: path.clone() })
            .fault(Fault::ReplacedList { key: parent.into() })
            .fault(Fault::CoalesceFree)
            .fault(Fault::LinkFree);
        assert_holds(&build(&deleted).unwrap(), &HiveSpec::new(version, without));
    }

    #[test]
    fn what_deletion_leaves_is_the_key_without_the_value(
        root in key(),
        version in version(),
        which in any::<prop::sample::Index>(),
    ) {
        let values: Vec<(String, String)> = paths(&root)
            .into_iter()
            .chain([String::new()])
            .flat_map(|path| {
                let values = root.get(&path).unwrap().values.clone();
                values.into_iter().map(move |value| (path.clone(), value.name))
            })
            .collect();
        prop_assume!(!values.is_empty());
        let (key, value) = values[which.index(values.len())].clone();
        let mut without = root.clone();
        without.at(&key).values.retain(|candidate| candidate.name != value);
        let deleted = HiveSpec::new(version, root)
            .fault(Fault::DeletedValue { key, value })
            .fault(Fault::CoalesceFree);
        assert_holds(&build(&deleted).unwrap(), &HiveSpec::new(version, without));
    }
}
