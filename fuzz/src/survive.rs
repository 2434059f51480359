//! Everything that is done with a hive and its logs, held to what must always be true.

use coldhive_hive::{CellMap, Evidence, Image, RecoveryState, Remnant, Remnants, Verification};

use crate::{read_everything, split_parts};

/// The names under which the parts of an input are taken: the primary, its logs, its mirror.
const NAMES: [&str; 4] = ["SYSTEM", "SYSTEM.LOG1", "SYSTEM.LOG2", "SYSTEM.ALT"];

/// Takes an input of several files as a hive with its logs: recovers it, walks it, verifies it, searches it for
/// remnants, and replays it.
pub fn survive(input: &[u8]) {
    let Some(image) = recover(input) else { return };
    read_everything(image.bytes());
    verify(image.bytes());
    remnants(image.bytes());
}

/// Takes an input of several files as a hive with its logs, and lays the logs over it.
pub fn recover(input: &[u8]) -> Option<Image> {
    let parts = split_parts(input);
    let mut parts = parts.into_iter().zip(NAMES);
    let (primary, name) = parts.next()?;
    let mut evidence = Evidence::from_bytes(name, primary).ok()?;
    for (part, name) in parts {
        evidence = evidence.with_file(name, part);
    }
    let image = Image::recover(evidence);
    let recovery = image.recovery();
    // One sector for each page of 512 bytes that a log brings, at most, and no more than a log can announce.
    assert_eq!(recovery.files.len(), image.evidence().files().len());
    if recovery.state == RecoveryState::Recovered {
        assert!(!image.hive().base_block().is_dirty(), "recovered, and dirty");
    }
    for offset in (0..image.bytes().len()).step_by(512) {
        let origin = image.origin(offset as u64);
        // What is said to stand in a file stands there, but for the fields that recovery sets.
        if let (Some(at), true) = (origin.offset, offset >= 4096) {
            let at = usize::try_from(at).expect("inputs are small");
            assert_eq!(origin.file.bytes().get(at), image.bytes().get(offset), "provenance");
        }
    }
    if !recovery.is_dirty {
        let clean = image.clean_bytes();
        let again = Image::recover(Evidence::from_bytes("clean", clean).expect("what was replayed is a hive"));
        assert!(!again.hive().base_block().is_dirty(), "replayed, and dirty");
    }
    Some(image)
}

/// Verifies bytes as a hive.
pub fn verify(bytes: &[u8]) {
    let Ok(hive) = coldhive_hive::Hive::parse(bytes) else { return };
    let found = Verification::of(hive);
    assert!(found.damage.is_sorted_by_key(|finding| finding.damage.file_offset), "order");
    assert_eq!(
        found.counts.damage(),
        found.damage.len() as u64 + found.damage_left_out,
        "all damage is counted"
    );
}

/// Searches bytes for remnants.
pub fn remnants(bytes: &[u8]) {
    let Ok(hive) = coldhive_hive::Hive::parse(bytes) else { return };
    let map = CellMap::of(hive);
    let found = Remnants::of(hive, &map);
    for report in found.reports() {
        let _ = report;
    }
    for remnant in found.iter() {
        if let Remnant::Key(key) = remnant {
            assert!(!map.is_live(key.cell()), "a living key is told as deleted");
        }
    }
    let _ = found.lists_like(&["Clusnet"]);
}
