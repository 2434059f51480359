//! The same work as nt-hive does it.

use std::hint::black_box;
use std::path::Path;

use coldhive::nt_hive::{Hive, KeyNode, KeyValueData};

use super::sum;

pub(crate) fn of(bytes: &[u8]) -> Hive<&[u8]> {
    Hive::without_validation(bytes).expect("a base block")
}

/// Every key visited and every byte of data summed where it stands: how many keys, and the sum.
pub(crate) fn walk(hive: &Hive<&[u8]>) -> (u64, u64) {
    below(&hive.root_key_node().expect("a readable root"), &|data| match data {
        KeyValueData::Small(bytes) => sum(bytes),
        KeyValueData::Big(parts) => parts.map(|part| sum(part.expect("a sound hive"))).sum(),
    })
}

/// The same over a `Vec` of each value's data.
pub(crate) fn walk_by_vec(hive: &Hive<&[u8]>) -> (u64, u64) {
    below(&hive.root_key_node().expect("a readable root"), &|data| {
        sum(&data.into_vec().expect("a sound hive"))
    })
}

/// In plain loops, which the compiler makes the most of.
fn below<'h>(
    key: &KeyNode<'h, &'h [u8]>,
    read: &impl Fn(KeyValueData<'h, &'h [u8]>) -> u64,
) -> (u64, u64) {
    let (mut keys, mut total) = (1, 0);
    if let Some(values) = key.values() {
        for value in values.expect("a sound hive") {
            total += read(value.and_then(|value| value.data()).expect("a sound hive"));
        }
    }
    if let Some(subkeys) = key.subkeys() {
        for subkey in subkeys.expect("a sound hive") {
            let (keys_below, total_below) = below(&subkey.expect("a sound hive"), read);
            keys += keys_below;
            total += total_below;
        }
    }
    (keys, total)
}

pub(crate) fn lookup(hive: &Hive<&[u8]>, path: &str) -> bool {
    let root = hive.root_key_node().expect("a readable root");
    matches!(root.subpath(black_box(path)), Some(Ok(_)))
}

pub(crate) fn open_and_look_up(file: &Path, path: &str) -> bool {
    lookup(&of(&std::fs::read(file).expect("a hive")), path)
}
