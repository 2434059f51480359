//! What the forge writes is read back as it was described, with no damage anywhere.

use std::collections::HashSet;

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Hive, Key, Lookup, Verification, upcase_unit};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const VERSIONS: [Version; 6] = Version::ALL;

/// Names on both sides of the border of Latin-1, with letters of either case and surrogate pairs.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 {}.$]{1,12}",
        2 => "[\u{80}-\u{ff}]{1,6}",
        2 => "[a-b\u{3b1}-\u{3c9}\u{391}-\u{3a9}\u{430}-\u{44f}\u{410}-\u{42f}]{1,6}",
        1 => "[a-c\u{1f511}-\u{1f513}\u{10428}\u{10400}\u{ff41}\u{ff21}\u{178}]{1,5}",
        1 => "[a-c]{250,255}",
    ]
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    let edges = prop::sample::select(vec![
        0_usize, 1, 3, 4, 5, 7, 8, 4091, 4092, 16_343, 16_344, 16_345, 40_000,
    ]);
    prop_oneof![
        6 => vec(any::<u8>(), 0..40),
        2 => (edges, any::<u8>())
            .prop_map(|(size, first)| (0..size).map(|n| first.wrapping_add((n % 251) as u8)).collect()),
    ]
}

/// As Windows compares names; not the code under test, whose table a test of its own covers.
fn folded(name: &str) -> Vec<u16> {
    name.encode_utf16().map(upcase_unit).collect()
}

fn distinct<T>(named: Vec<(String, T)>) -> Vec<(String, T)> {
    let mut seen = HashSet::new();
    named.into_iter().filter(|(name, _)| seen.insert(folded(name))).collect()
}

fn leaf() -> impl Strategy<Value = KeySpec> {
    let values =
        vec((prop_oneof![6 => name(), 1 => Just(String::new())], (any::<u32>(), data())), 0..5);
    let class = option::weighted(0.2, "[a-z\u{3bb}\u{1f511}]{1,8}");
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

fn tree() -> impl Strategy<Value = KeySpec> {
    leaf().prop_recursive(5, 40, 8, |below| {
        (leaf(), vec((name(), below), 0..8)).prop_map(|(key, subkeys)| KeySpec {
            subkeys: distinct(subkeys)
                .into_iter()
                .map(|(name, subkey)| KeySpec { name, ..subkey })
                .collect(),
            ..key
        })
    })
}

fn sorted(keys: &[KeySpec]) -> Vec<&KeySpec> {
    let mut keys: Vec<_> = keys.iter().collect();
    keys.sort_by_key(|key| folded(&key.name));
    keys
}

/// Compares a key and all below it; `security` is what its parent's descriptor was.
fn assert_equal(spec: &KeySpec, key: Key<'_>, path: &str, security: &[u8]) {
    assert_eq!(key.name().unwrap().to_string(), spec.name, "{path}");
    assert_eq!(key.path().unwrap(), path);
    assert_eq!(key.check(), [], "{path}");
    assert_eq!(key.last_written().ticks(), spec.last_written, "{path}");
    assert_eq!(key.class_name().unwrap().map(|name| name.to_string()), spec.class, "{path}");
    let record = key.security().unwrap().expect("every forged key has a security cell");
    let own = spec.security.as_deref().unwrap_or(security);
    if !own.is_empty() {
        assert_eq!(record.descriptor(), own, "{path}");
    }
    assert!(record.reference_count() > 0);

    let values: Vec<_> = key.values().map(Result::unwrap).collect();
    assert_eq!(values.len(), spec.values.len(), "{path}");
    for (value, described) in values.iter().zip(&spec.values) {
        assert_eq!(value.name().unwrap().to_string(), described.name, "{path}");
        assert_eq!(value.value_type().code(), described.type_code, "{path}");
        assert_eq!(value.size() as usize, described.data.len());
        assert_eq!(value.data().unwrap(), described.data, "{path}");
        let Lookup::Found(again) = key.value(&described.name.to_uppercase().replace("SS", "ß"))
        else {
            // `to_uppercase` isn't the registry's; the name as it is must do.
            assert!(matches!(key.value(&described.name), Lookup::Found(_)));
            continue;
        };
        assert_eq!(again.name().unwrap().to_string().len(), described.name.len());
    }
    assert!(key.value("no\u{1}such value").is_absent());

    let subkeys: Vec<_> = key.subkeys().map(Result::unwrap).collect();
    let described = sorted(&spec.subkeys);
    assert_eq!(subkeys.len(), described.len(), "{path}");
    for (subkey, described) in subkeys.into_iter().zip(described) {
        assert_eq!(subkey.parent_cell(), key.cell());
        let Lookup::Found(again) = key.subkey(&described.name) else {
            panic!("{path}: {} is lost", described.name)
        };
        assert_eq!(again.cell(), subkey.cell());
        let below = if path.is_empty() {
            described.name.clone()
        } else {
            format!("{path}\\{}", described.name)
        };
        assert_equal(described, subkey, &below, own);
    }
    assert!(key.subkey("no\u{1}such key").is_absent());
}

fn assert_reads_back(version: Version, root: KeySpec) {
    let spec = HiveSpec::new(version, root);
    let file = build(&spec).unwrap();
    let hive = Hive::parse(&file).unwrap();
    assert_eq!(hive.damage(), []);
    assert_eq!(hive.base_block().minor(), version.minor());
    assert_eq!(hive.bytes_behind_bins(), 0);
    assert!(!hive.base_block().is_dirty());
    let root = hive.root().unwrap();
    assert_equal(&spec.root, root, "", &[]);
    // A walk meets the same keys, and budgets that guard against hostile hives are never in the way.
    for visit in root.walk() {
        assert_eq!(visit.damage, [], "{}", visit.path);
        assert_eq!(visit.path, visit.key.path().unwrap());
        assert_eq!(visit.values.len(), visit.key.values().count());
    }
    assert_eq!(root.walk().count(), count(&spec.root));
    // Nothing is left over, shared or miscounted.
    let found = Verification::of(hive);
    assert!(found.damage.is_empty() && found.notices.is_empty(), "{:?}", found.damage);
    assert_eq!(found.keys, count(&spec.root) as u64);
    assert_eq!((found.totals.unreferenced_cells, found.totals.gap_bytes), (0, 0));
    assert!(found.complete && !found.is_damaged());
}

fn count(key: &KeySpec) -> usize {
    1 + key.subkeys.iter().map(count).sum::<usize>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_forged_tree_is_read_back(root in tree(), version in prop::sample::select(VERSIONS.to_vec())) {
        assert_reads_back(version, root);
    }
}

#[test]
fn more_keys_than_a_leaf_holds_are_read_through_an_index_root() {
    for version in VERSIONS {
        let mut root = KeySpec::new("ROOT");
        for number in 0..1_300 {
            root.subkeys.push(KeySpec::new(format!("key {number}")));
        }
        assert_reads_back(version, root);
    }
}

#[test]
fn large_values_are_read_in_each_format() {
    for version in VERSIONS {
        let mut root = KeySpec::new("ROOT");
        for size in [0, 1, 3, 4, 5, 16_343, 16_344, 16_345, 2 * 16_344, 40_000, 1_000_000] {
            // Data that begins as a `db` record does.
            let data: Vec<u8> = b"db\x02\0".iter().copied().cycle().take(size).collect();
            root.values.push(ValueSpec::binary(format!("{size}"), data));
        }
        assert_reads_back(version, root);
    }
}

#[test]
fn the_deepest_tree_that_windows_allows_is_sound() {
    let mut key = KeySpec::new("k");
    for _ in 1..512 {
        key = KeySpec::new("k").subkey(key);
    }
    // The comparison calls itself for each level.
    let deep = std::thread::Builder::new().stack_size(64 << 20);
    deep.spawn(|| assert_reads_back(Version::V1_5, key)).unwrap().join().unwrap();
}

/// The forge takes upper case from Unicode's data, the reader from a table of its own: for every unit both must come to the
/// same, or a hash of one is damage to the other.
#[test]
fn both_have_the_same_upper_case_of_every_unit() {
    let letters = (0..=u16::MAX).filter_map(|unit| char::from_u32(unit.into()));
    let mut root = KeySpec::new("ROOT");
    for letter in letters.filter(|letter| !matches!(letter, '\0' | '\\')) {
        let number = u32::from(letter);
        // The number keeps the names apart, and in order.
        root = root.subkey(KeySpec::new(format!("{number:05}{letter}")));
    }
    let file = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
    let verification = Verification::of(Hive::parse(&file).unwrap());
    assert!(verification.damage.is_empty(), "{:?}", verification.damage.first());
}
