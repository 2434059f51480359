//! Real hives, read by nt-hive and written anew: Windows sorted, hinted and hashed their lists.

use std::path::{Path, PathBuf};

use coldhive_forge::{HiveSpec, KeySpec, Version, build};

use crate::independent::{assert_read_alike, read};
use crate::raw::Raw;
use crate::structure::assert_sound;

/// A file of the corpus, or `None` with a word on stderr.
pub(crate) fn corpus(file: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("COLDHIVE_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    );
    let bytes = std::fs::read(folder.join(file)).ok();
    if bytes.is_none() {
        eprintln!("skipped: there is no {file} in {}", folder.display());
    }
    bytes
}

/// Writes a real hive anew and compares the subkey lists: order, and hint or hash of every entry.
fn rewritten(file: &str, version: Version) {
    let Some(original) = corpus(file) else { return };
    let spec = HiveSpec::new(version, read(&original));
    assert_sound(&spec);
    assert_read_alike(&spec);
    let written = build(&spec).unwrap();
    let (original, written) = (Raw(&original), Raw(&written));
    let compared = same_lists(&original, original.root(), &written, written.root());
    assert!(compared > 1000, "{compared} entries of {file}");
}

fn same_lists(a: &Raw<'_>, a_key: u32, b: &Raw<'_>, b_key: u32) -> usize {
    let (a_entries, b_entries) = (a.entries(a.node(a_key).list), b.entries(b.node(b_key).list));
    assert_eq!(a_entries.len(), b_entries.len());
    let mut compared = 0;
    for (a_entry, b_entry) in a_entries.into_iter().zip(b_entries) {
        let name = a.node(a_entry.node).name;
        assert_eq!(name, b.node(b_entry.node).name);
        assert_eq!(a_entry.hint, b_entry.hint, "{}", String::from_utf16_lossy(&name));
        compared += 1 + same_lists(a, a_entry.node, b, b_entry.node);
    }
    compared
}

#[test]
fn windows_nt_4_wrote_the_same_lists() {
    rewritten("system/nt4-ee-sp3.SYSTEM", Version::V1_3);
}

#[test]
fn windows_xp_and_7_wrote_the_same_lists() {
    rewritten("system/xp-sp3-m57.SYSTEM", Version::V1_5);
    rewritten("system/win7-sp1.SYSTEM", Version::V1_5);
}

#[test]
fn names_beyond_latin1_sort_as_windows_sorts_them() {
    let Some(bytes) = corpus("odd/UnicodeHive") else { return };
    let original: KeySpec = read(&bytes);
    let again = read(&build(&HiveSpec::new(Version::V1_3, original.clone())).unwrap());
    assert!(original == again);
}
