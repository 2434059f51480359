//! What holds for every description.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version};
use proptest::collection::{hash_map, vec};
use proptest::option;
use proptest::prelude::*;

use crate::independent::assert_read_alike;
use crate::structure::assert_sound;

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
            .map(|(name, (type_code, data))| ValueSpec { name, type_code, data })
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
}
