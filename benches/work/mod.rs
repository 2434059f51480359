//! The pieces of work that are measured, each also as nt-hive does it where it can.

use std::hint::black_box;
use std::path::PathBuf;

use coldhive::hive::{Hive, Lookup};
use coldhive::nt_hive;
use nt_hive::KeyValueData;

/// What is looked up where a lookup is measured.
pub const PRESENT: &str = "ControlSet001\\Services\\Winsock\\Parameters";
/// What isn't there, in the longest list on the way.
pub const ABSENT: &str = "ControlSet001\\Services\\ClusSvc";

/// The hive to measure with: of `COLDHIVE_BENCH_HIVE`, or a sample.
pub fn hive_path() -> PathBuf {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/many-1.5.SYSTEM");
    std::env::var_os("COLDHIVE_BENCH_HIVE").map_or_else(|| PathBuf::from(sample), PathBuf::from)
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().copied().map(u64::from).sum()
}

/// Every key visited and every byte of data summed, by nt-hive.
pub fn nt_hive_walk(hive: &nt_hive::Hive<&[u8]>) -> u64 {
    fn below(key: &nt_hive::KeyNode<'_, &[u8]>) -> u64 {
        let mut total = 0;
        for value in key.values().into_iter().flatten().flatten() {
            total += match value.expect("a sound hive").data().expect("a sound hive") {
                KeyValueData::Small(bytes) => sum(bytes),
                KeyValueData::Big(parts) => {
                    parts.map(|part| sum(part.expect("a sound hive"))).sum()
                }
            };
        }
        for subkey in key.subkeys().into_iter().flatten().flatten() {
            total += below(&subkey.expect("a sound hive"));
        }
        total
    }
    below(&hive.root_key_node().expect("a readable root"))
}

/// A key by its path, by nt-hive.
pub fn nt_hive_lookup(hive: &nt_hive::Hive<&[u8]>, path: &str) -> bool {
    let root = hive.root_key_node().expect("a readable root");
    matches!(root.subpath(black_box(path)), Some(Ok(_)))
}

/// Every key visited and every byte of data summed.
pub fn walk(hive: Hive<'_>) -> u64 {
    let root = hive.root().expect("a readable root");
    let values = root.walk_keys().flatten().flat_map(|key| key.values()).flatten();
    values.map(|value| sum(&value.readable_data().bytes)).sum()
}

/// The same, with everything checked that can be wrong with a key.
pub fn walk_checked(hive: Hive<'_>) -> u64 {
    let root = hive.root().expect("a readable root");
    root.walk().flat_map(|visit| visit.values).map(|read| sum(&read.data.bytes)).sum()
}

pub fn lookup(hive: Hive<'_>, path: &str) -> bool {
    matches!(hive.key(black_box(path)), Lookup::Found(_))
}
