//! Hives read by nt-hive, which shares nothing with the forge.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use nt_hive::{Hive, KeyNode, KeyValue};

use crate::sound_specs;

type Bytes<'a> = &'a [u8];

/// Reads a hive as a description; types that nt-hive doesn't know read as `None`.
pub(crate) fn read(bytes: &[u8]) -> KeySpec {
    let hive = Hive::without_validation(bytes).unwrap();
    read_key(&hive.root_key_node().unwrap())
}

fn read_key(node: &KeyNode<'_, Bytes<'_>>) -> KeySpec {
    let mut key = KeySpec::new(node.name().unwrap().to_string_checked().unwrap());
    key.class = node.class_name().map(|class| class.unwrap().to_string_checked().unwrap());
    if let Some(values) = node.values() {
        key.values.extend(values.unwrap().map(|value| read_value(&value.unwrap())));
    }
    if let Some(subkeys) = node.subkeys() {
        key.subkeys.extend(subkeys.unwrap().map(|subkey| read_key(&subkey.unwrap())));
    }
    key
}

fn read_value(value: &KeyValue<'_, Bytes<'_>>) -> ValueSpec {
    let name = value.name().unwrap().to_string_checked().unwrap();
    let type_code = value.data_type().map_or(UNKNOWN_TYPE, |known| known as u32);
    ValueSpec::raw(name, type_code, value.data().unwrap().into_vec().unwrap())
}

/// What stands for a type that nt-hive has no name for.
const UNKNOWN_TYPE: u32 = u32::MAX;

/// Takes out of a description what nt-hive can't tell, and puts subkeys into its order.
fn as_read(mut key: KeySpec, order_of: &KeySpec) -> KeySpec {
    key.last_written = KeySpec::new("").last_written;
    key.security = None;
    for value in &mut key.values {
        if value.type_code > 11 {
            value.type_code = UNKNOWN_TYPE;
        }
    }
    let mut subkeys = std::mem::take(&mut key.subkeys);
    for read in &order_of.subkeys {
        let position = subkeys.iter().position(|subkey| subkey.name == read.name);
        let subkey = subkeys.swap_remove(position.expect("a key that was described"));
        key.subkeys.push(as_read(subkey, read));
    }
    assert!(subkeys.is_empty(), "keys that nt-hive didn't find: {subkeys:?}");
    key
}

/// Takes out the one thing that nt-hive can't read in 1.3: data of more than 16,344 bytes.
fn without_large_cells(key: &mut KeySpec) {
    key.values.retain(|value| value.data.len() <= 16_344);
    key.subkeys.iter_mut().for_each(without_large_cells);
}

/// Builds a hive and checks that nt-hive accepts it and finds the same tree in it.
pub(crate) fn assert_read_alike(spec: &HiveSpec) {
    let mut spec = spec.clone();
    // It refuses formats below 1.3.
    if matches!(spec.version, Version::V1_1 | Version::V1_2) {
        return;
    }
    if spec.version == Version::V1_3 {
        without_large_cells(&mut spec.root);
    }
    let bytes = build(&spec).unwrap();
    Hive::new(bytes.as_slice()).unwrap();
    let read = read(&bytes);
    assert!(as_read(spec.root, &read) == read);
}

#[test]
fn nt_hive_finds_the_same_tree() {
    sound_specs().iter().for_each(assert_read_alike);
}

#[test]
fn nt_hive_finds_each_key_by_its_name() {
    let spec = coldhive_forge::samples::many();
    let bytes = build(&spec).unwrap();
    let hive = Hive::new(bytes.as_slice()).unwrap();
    let root = hive.root_key_node().unwrap();
    for parent in &spec.root.subkeys {
        for key in &parent.subkeys {
            // Its binary search is Windows' own: it misses what isn't sorted as Windows sorts.
            let found =
                root.subpath(&format!("{}\\{}", parent.name, key.name.to_ascii_lowercase()));
            assert_eq!(found.unwrap().unwrap().name().unwrap().to_string_lossy(), key.name);
        }
    }
}
