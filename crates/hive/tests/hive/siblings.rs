//! The law that no damaged sibling hides a healthy key or value.

use std::collections::BTreeMap;

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Hive, Lookup};
use proptest::prelude::*;

use crate::raw::{Nk, Raw, list, vk};

/// A parent with keys `k0`..., each with a value and a subkey of its own.
fn tree(count: usize) -> KeySpec {
    let mut root = KeySpec::new("ROOT");
    for number in 0..count {
        let text = format!("text of key number {number}");
        let mut key = KeySpec::new(format!("k{number}")).subkey(KeySpec::new("below"));
        key.values = (0..3).map(|value| ValueSpec::sz(format!("v{value}"), &text)).collect();
        root.at("parent").subkeys.push(key);
    }
    root
}

/// What is wrong with one key, by each fault that concerns it alone.
fn faults_of(key: &str) -> Vec<Fault> {
    let (key, value) = (key.to_owned(), "v1".to_owned());
    vec![
        Fault::ZeroSignature { key: key.clone() },
        Fault::ListHole { key: key.clone() },
        Fault::ListSignature { key: key.clone() },
        Fault::WrongHint { key: key.clone() },
        Fault::Cycle { key: key.clone(), to: "parent".into() },
        Fault::Cycle { key: key.clone(), to: String::new() },
        Fault::SelfReferencingList { key: key.clone() },
        Fault::WrongParent { key: key.clone() },
        Fault::NoSecurity { key: key.clone() },
        Fault::BadDescriptor { key: key.clone() },
        Fault::DeletedKey { key: key.clone() },
        Fault::ValueSignature { key: key.clone(), value: value.clone() },
        Fault::ValueListHole { key: key.clone(), value: value.clone() },
        Fault::DataCutShort { key, value },
    ]
}

/// Path of each key that a walk meets, and the data of its values.
fn everything(hive: Hive<'_>) -> BTreeMap<String, BTreeMap<String, Vec<u8>>> {
    let walk = hive.root().unwrap().walk();
    walk.map(|visit| {
        let values = visit
            .values
            .iter()
            .map(|read| (read.value.readable_name().to_string(), read.data.bytes.to_vec()));
        (visit.path.clone(), values.collect())
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_key_hides_no_other(
        count in 2_usize..9,
        victim in any::<prop::sample::Index>(),
        version in prop::sample::select(vec![Version::V1_3, Version::V1_5]),
    ) {
        let victim = format!("parent\\k{}", victim.index(count));
        let sound = HiveSpec::new(version, tree(count));
        let file = build(&sound).unwrap();
        let before = everything(Hive::parse(&file).unwrap());
        for fault in faults_of(&victim) {
            let file = build(&sound.clone().fault(fault.clone())).unwrap();
            let hive = Hive::parse(&file).unwrap();
            let after = everything(hive);
            for (path, values) in &before {
                if path.starts_with(&victim) {
                    continue;
                }
                prop_assert_eq!(after.get(path), Some(values), "{} after {:?}", path, fault);
                let Lookup::Found(key) = hive.key(path) else {
                    panic!("{path} is hidden by {fault:?}")
                };
                prop_assert!(values.keys().all(|name| matches!(key.value(name), Lookup::Found(_))));
            }
            // Within the key, the values beside a damaged one.
            if let Lookup::Found(key) = hive.key(&victim)
                && key.name().unwrap().to_string().starts_with('k')
            {
                for name in ["v0", "v2"] {
                    let value = key.value(name).found().expect("a healthy value");
                    prop_assert_eq!(&value.data().unwrap()[..], &before[&victim][name][..]);
                }
            }
        }
    }
}

#[test]
fn values_that_lie_about_their_size_hide_no_data_on_a_walk() {
    let mut raw = Raw::new();
    let data = raw.cell(b"twelve bytes");
    let mut values = Vec::new();
    for _ in 0..8 {
        values.push(raw.cell(&vk(b"liar", 0x0010_0000, data)));
        values.push(raw.cell(&vk(b"liar", 4000, data)));
    }
    let long = raw.cell(&[7; 400]);
    values.push(raw.cell(&vk(b"healthy", 400, long)));
    let list: Vec<u8> = values.iter().flat_map(|cell| cell.to_le_bytes()).collect();
    let list = raw.cell(&list);
    let root = raw.cell(&Nk { values: (values.len() as u32, list), ..Nk::default() }.bytes());
    let file = raw.file(3, root);
    let visit = Hive::parse(&file).unwrap().root().unwrap().walk().next().unwrap();
    let healthy = visit.values.last().unwrap();
    assert_eq!(healthy.value.name().unwrap().to_string(), "healthy");
    assert_eq!(healthy.data.damage, None);
    assert_eq!(healthy.data.bytes[..], [7; 400]);
}

#[test]
fn an_unreadable_leaf_hides_no_other_leaf() {
    let mut raw = Raw::new();
    let names: [&[u8]; 3] = [b"a", b"b", b"c"];
    let keys = names.map(|name| raw.cell(&Nk { name, ..Nk::default() }.bytes()));
    let leaves = keys.map(|key| raw.li(&[key]));
    let broken = raw.cell(&list(b"xx", &[keys[1]]));
    let index = raw.ri(&[leaves[0], broken, leaves[2]]);
    let root = raw.cell(&Nk { subkeys: (3, index), ..Nk::default() }.bytes());
    let file = raw.file(5, root);
    let hive = Hive::parse(&file).unwrap();
    assert!(matches!(hive.key("a"), Lookup::Found(_)));
    assert!(matches!(hive.key("b"), Lookup::Obscured(_)));
    assert!(matches!(hive.key("c"), Lookup::Found(_)));
    assert_eq!(hive.root().unwrap().walk().count(), 3);
}
