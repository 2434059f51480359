//! Laws, on forged trees against a comparison of their descriptions.

use std::collections::BTreeMap;

use coldhive::{DiffKind, DiffOptions, KeyDifference};
use coldhive_forge::{Fault, KeySpec, ValueSpec};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{Found, case, compare, compare_cases, hive};

const SDDL: [&str; 3] =
    ["O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)", "O:BAG:SYD:(A;CI;KA;;;WD)", "O:SYG:SYD:"];

fn value() -> impl Strategy<Value = ValueSpec> {
    let name = prop_oneof![Just(""), Just("a"), Just("b"), Just("A"), Just("ä")];
    let data = prop_oneof![
        Just(b"".to_vec()),
        Just(b"x\0\0\0".to_vec()),
        Just(b"x\0y\0\0\0\0\0".to_vec()),
        Just(b"longer than a field".to_vec())
    ];
    (name, 0_u32..12, data).prop_map(|(name, code, data)| ValueSpec::raw(name, code, data))
}

fn leaf() -> impl Strategy<Value = KeySpec> {
    let name = prop_oneof![Just("a"), Just("b"), Just("C"), Just("c"), Just("Ä")];
    let class = prop_oneof![Just(None), Just(Some("k")), Just(Some("K"))];
    (name, class, 0_usize..5, 0_u64..3, vec(value(), 0..4)).prop_map(
        |(name, class, security, time, values)| {
            let mut key = KeySpec::new(name).written(time);
            key.class = class.map(str::to_owned);
            for value in values {
                key.set_value(value);
            }
            match SDDL.get(security) {
                Some(sddl) => key.sddl(sddl).unwrap(),
                None => key,
            }
        },
    )
}

fn tree() -> impl Strategy<Value = KeySpec> {
    let key = leaf().prop_recursive(3, 24, 4, |below| {
        (leaf(), vec(below, 0..4)).prop_map(|(mut key, subkeys)| {
            for subkey in subkeys {
                // One subkey of a name.
                key.remove(&subkey.name);
                key.subkeys.push(subkey);
            }
            key
        })
    });
    key.prop_map(|mut key| {
        key.name = "ROOT".into();
        key.security
            .get_or_insert_with(|| KeySpec::new("").sddl(SDDL[0]).unwrap().security.unwrap());
        key
    })
}

/// What a description says of a key: everything that is compared, by what Windows tells names apart.
type Facts = (String, Option<String>, Vec<u8>, BTreeMap<String, (String, u32, Vec<u8>)>);

fn fold(name: &str) -> String {
    name.to_uppercase()
}

fn facts(key: &KeySpec, path: &str, above: &[u8], all: &mut BTreeMap<String, (Facts, u64)>) {
    let security = key.security.clone().unwrap_or_else(|| above.to_vec());
    let values = key.values.iter();
    let values = values.map(|value| {
        (fold(&value.name), (value.name.clone(), value.type_code, value.data.clone()))
    });
    let name = if path.is_empty() { String::new() } else { key.name.clone() };
    let own = (name, key.class.clone(), security.clone(), values.collect());
    all.insert(path.to_owned(), (own, key.last_written));
    for subkey in &key.subkeys {
        facts(subkey, &format!("{path}\\{}", fold(&subkey.name)), &security, all);
    }
}

/// The keys that differ, by folded path.
fn independent(from: &KeySpec, to: &KeySpec) -> BTreeMap<String, DiffKind> {
    let [mut old, mut new] = [BTreeMap::new(), BTreeMap::new()];
    facts(from, "", &[], &mut old);
    facts(to, "", &[], &mut new);
    let mut found = BTreeMap::new();
    for path in old.keys().chain(new.keys()) {
        let kind = match (old.get(path), new.get(path)) {
            (Some(_), None) => DiffKind::Removed,
            (None, Some(_)) => DiffKind::Added,
            (Some((one, _)), Some((other, _))) if one != other => DiffKind::Changed,
            (Some((_, one)), Some((_, other))) if one != other => DiffKind::Written,
            _ => continue,
        };
        found.insert(path.clone(), kind);
    }
    found
}

fn by_path(found: &Found) -> BTreeMap<String, DiffKind> {
    let path = |key: &KeyDifference| {
        if key.path.is_empty() { String::new() } else { format!("\\{}", fold(&key.path)) }
    };
    found.keys.iter().map(|key| (path(key), key.difference)).collect()
}

const fn mirrored(kind: DiffKind) -> DiffKind {
    match kind {
        DiffKind::Added => DiffKind::Removed,
        DiffKind::Removed => DiffKind::Added,
        DiffKind::PossiblyAdded => DiffKind::PossiblyRemoved,
        DiffKind::PossiblyRemoved => DiffKind::PossiblyAdded,
        other => other,
    }
}

/// Each value that differs, by path and name, as it is in the mirror.
fn values(found: &Found, mirror: bool) -> BTreeMap<(String, String), DiffKind> {
    let values = found.keys.iter().flat_map(|key| {
        key.values.iter().map(|value| {
            let kind = value.difference;
            let kind = if mirror { mirrored(kind) } else { kind };
            ((fold(&key.path), fold(&value.name)), kind)
        })
    });
    values.collect()
}

fn fault() -> impl Strategy<Value = Fault> {
    let (key, value) = (|| "c".to_owned(), || "a".to_owned());
    prop_oneof![
        Just(Fault::ZeroSignature { key: key() }),
        Just(Fault::ListHole { key: key() }),
        Just(Fault::ListSignature { key: String::new() }),
        Just(Fault::FreedSecurity { key: key() }),
        Just(Fault::ValueSignature { key: key(), value: value() }),
        Just(Fault::ValueListHole { key: key(), value: value() }),
        Just(Fault::FreedValueList { key: key() }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_does_not_differ_from_itself(tree in tree()) {
        let tree = hive(tree);
        let found = compare(&tree, &tree);
        prop_assert_eq!(&found.keys, &[]);
        prop_assert_eq!(found.differs, Some(false));
    }

    #[test]
    fn what_differs_is_what_differs_in_the_descriptions(from in tree(), to in tree()) {
        let expected = independent(&from, &to);
        let found = compare(&hive(from), &hive(to));
        prop_assert_eq!(by_path(&found), expected);
    }

    #[test]
    fn a_comparison_is_its_own_mirror(from in tree(), to in tree()) {
        let (one, other) = (hive(from), hive(to));
        let (found, mirror) = (compare(&one, &other), compare(&other, &one));
        let turned: BTreeMap<_, _> =
            by_path(&mirror).into_iter().map(|(path, kind)| (path, mirrored(kind))).collect();
        prop_assert_eq!(by_path(&found), turned);
        prop_assert_eq!(values(&found, false), values(&mirror, true));
        let (totals, turned) = (found.totals, mirror.totals);
        prop_assert_eq!(totals.keys.added, turned.keys.removed);
        prop_assert_eq!(totals.values.removed, turned.values.added);
        prop_assert_eq!(totals.compared, turned.compared);
    }

    /// Damage only takes certainty away: what differs for certain beside it differs without it.
    #[test]
    fn damage_makes_no_difference_certain(from in tree(), to in tree(), fault in fault()) {
        let sound = by_path(&compare(&hive(from.clone()), &hive(to.clone())));
        let mut broken = hive(to);
        broken.faults.push(fault);
        let Ok(file) = coldhive_forge::build(&broken) else { return Ok(()) };
        let broken = coldhive::Case::from_bytes("SYSTEM", file).unwrap();
        let mut options = DiffOptions::default();
        options.times = true;
        let found = compare_cases(&case(&hive(from)), &broken, &options);
        for (path, kind) in by_path(&found) {
            if kind.is_certain() {
                prop_assert_eq!(sound.get(&path), Some(&kind), "{}", path);
            }
        }
    }

    /// On any bytes a comparison ends, panics nowhere, and is its own mirror.
    #[test]
    fn any_bytes_are_compared(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let sound = coldhive_forge::build(&coldhive_forge::samples::cluster_sound()).unwrap();
        let mut broken = sound.clone();
        for (at, byte) in changes {
            // The base block names the file as a hive.
            let at = 512 + at.index(sound.len() - 512);
            broken[at] = byte;
        }
        let [sound, broken] =
            [sound, broken].map(|bytes| coldhive::Case::from_bytes("SYSTEM", bytes).unwrap());
        let whole = DiffOptions::default();
        let (Ok(one), Ok(other)) = (sound.diff(&broken, &whole), broken.diff(&sound, &whole)) else {
            return Ok(());
        };
        let kinds = |diff: &coldhive::Diff<'_>| -> Vec<_> {
            let mut kinds: Vec<_> = diff.differences().map(|key| (key.path, key.difference)).collect();
            kinds.sort();
            kinds
        };
        let mut turned = kinds(&other);
        turned.iter_mut().for_each(|(_, kind)| *kind = mirrored(*kind));
        turned.sort();
        // Names that are written otherwise are those of the first side.
        let fold = |kinds: Vec<(String, DiffKind)>| {
            let mut kinds: Vec<_> =
                kinds.into_iter().map(|(path, kind)| (path.to_uppercase(), kind)).collect();
            kinds.sort();
            kinds
        };
        prop_assert_eq!(fold(kinds(&one)), fold(turned));
        let json = one.serialize_found(serde_json::value::Serializer).unwrap().0;
        prop_assert_eq!(&json["schema"], coldhive::DIFF_SCHEMA);
    }
}
