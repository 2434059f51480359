//! Verification of hives made to keep a reader busy or to fill its memory, and laws over any bytes.

use std::collections::BTreeSet;

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{CellMap, Hive, SpaceKind, Verification};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::raw::{NOWHERE, Nk, Raw, list, seal, vk};

/// What a verification may hold at most, whatever the hive is.
const MOST_FINDINGS: usize = 10_000;

/// Verifies, and holds what is found against what there can be.
fn verify(file: &[u8]) -> Verification {
    let Ok(hive) = Hive::parse(file) else { panic!("not a hive") };
    let (found, size) = (Verification::of(hive), u64::from(hive.bins_size()));
    assert!(found.keys <= size / 80 + 2);
    assert!(found.values <= size / 24 + 1);
    assert!(u64::from(found.security_records) <= size / 24 + 1);
    assert!(found.damage.len() <= MOST_FINDINGS && found.notices.len() <= MOST_FINDINGS);
    assert!(found.branches.len() <= 1_000);
    // Each thing that is read can be wrong in a few ways, and each thing takes some bytes.
    assert!(found.counts.damage() <= size, "{:?} in {size} bytes", found.counts);
    assert_eq!(found.counts.damage(), found.damage.len() as u64 + found.damage_left_out);
    assert_eq!(found.counts.notice, found.notices.len() as u64 + found.notices_left_out);
    assert!(found.damaged_keys <= found.keys);
    let paths = found.damage.iter().chain(&found.notices).flat_map(|finding| &finding.keys);
    assert!(paths.map(String::len).sum::<usize>() <= (8 << 20) + 20_000 * 16 * 800);
    for pair in found.damage.windows(2) {
        let place = |at: usize| (pair[at].damage.file_offset, &pair[at].damage.code);
        assert!(place(0) <= place(1), "in the order of the file");
    }
    found
}

fn codes(found: &Verification) -> BTreeSet<&str> {
    found.damage.iter().map(|finding| &*finding.damage.code).collect()
}

/// Every byte of the bins belongs to one thing: a bin's header, a cell, or a gap.
fn assert_tiled(hive: Hive<'_>) {
    let map = CellMap::of(hive);
    let totals = *map.totals();
    let bins = hive.bins().filter(|bin| bin.start() < hive.bins_size()).count() as u32;
    let behind = map.spaces().iter().filter(|space| space.kind == SpaceKind::BehindBins);
    let behind: u32 = behind
        .filter(|space| space.start < hive.bins_size())
        .map(|space| hive.bins_size() - space.start)
        .sum();
    let told = totals.live_bytes + totals.free_bytes + totals.unreferenced_bytes + totals.gap_bytes;
    let headers = hive.bins_size() - behind - told;
    assert!(headers <= 32 * bins, "{headers} bytes of {bins} headers: {totals:?}");
}

/// A root whose subkeys are these.
fn with_root(mut raw: Raw, keys: &[u32]) -> Vec<u8> {
    let leaves: Vec<u32> = keys.chunks(60_000).map(|keys| raw.li(keys)).collect();
    let index = raw.ri(&leaves);
    let root = raw
        .cell(&Nk { name: b"root", subkeys: (keys.len() as u32, index), ..Nk::default() }.bytes());
    raw.file(5, root)
}

#[test]
fn an_index_root_that_points_at_itself() {
    let mut raw = Raw::new();
    let own = raw.next();
    let index = raw.ri(&[own; 60_000]);
    let root = raw.cell(&Nk { subkeys: (1, index), ..Nk::default() }.bytes());
    let found = verify(&raw.file(5, root));
    assert!(codes(&found).contains("nested-index-root"));
    assert_eq!(found.keys, 1);
}

#[test]
fn a_cycle_of_keys() {
    let mut raw = Raw::new();
    let keys = [b"a", b"b"].map(|name| raw.cell(&Nk { name, ..Nk::default() }.bytes()));
    let lists = [raw.li(&[keys[1]]), raw.li(&[keys[0]])];
    for (key, list) in keys.into_iter().zip(lists) {
        raw.put(key, 20, &1_u32.to_le_bytes());
        raw.put(key, 28, &list.to_le_bytes());
    }
    for (key, other) in [(0, 1), (1, 0)] {
        raw.put(keys[key], 16, &keys[other].to_le_bytes());
    }
    let found = verify(&raw.file(5, keys[0]));
    assert_eq!(found.keys, 2);
    assert_eq!(codes(&found), BTreeSet::from(["key-listed-twice"]));
    assert_eq!(found.damage[0].keys, ["b"]);
}

#[test]
fn a_ring_of_250_000_records_that_never_closes() {
    const RECORDS: u32 = 250_000;
    let mut raw = Raw::new();
    let mut record = b"sk\0\0".to_vec();
    record.extend([0; 16]);
    let first = raw.next();
    for number in 0..RECORDS {
        // From the last back to the midst; all say what is wrong of the one before.
        let next = first + 24 * if number + 1 < RECORDS { number + 1 } else { RECORDS / 2 };
        record[4..8].copy_from_slice(&next.to_le_bytes());
        record[8..12].copy_from_slice(&first.to_le_bytes());
        record[12] = 9;
        raw.cell(&record);
    }
    let root = raw.cell(&Nk { flags: 0x2c, ..Nk::default() }.bytes());
    raw.put(root, 44, &first.to_le_bytes());
    let file = raw.file(5, root);
    let found = verify(&file);
    assert_eq!(found.security_records, RECORDS);
    assert!(found.counts.structural >= 2 * u64::from(RECORDS) - 5);
    assert_eq!(found.damage.len(), MOST_FINDINGS);
    assert!(found.notes.iter().any(|note| note.contains("more are only counted")));
}

#[test]
fn cells_that_overlap_every_8_bytes() {
    // Large data whose segments begin 8 bytes apart, each named twice.
    const SEGMENTS: u32 = 500_000;
    let mut raw = Raw::new();
    let area = raw.cell(&(-8_i32).to_le_bytes().repeat(2 * SEGMENTS as usize));
    let mut values = Vec::new();
    for start in (0..SEGMENTS).step_by(60_000).chain((0..SEGMENTS).step_by(60_000)) {
        let end = SEGMENTS.min(start + 60_000);
        let segments: Vec<u8> =
            (start..end).flat_map(|number| (area + 8 + 8 * number).to_le_bytes()).collect();
        let segments = raw.cell(&segments);
        let mut record = list(b"db", &[segments]);
        record[2..4].copy_from_slice(&((end - start) as u16).to_le_bytes());
        let data = raw.cell(&record);
        values.push(raw.cell(&vk(b"v", (end - start) * 16_344, data)));
    }
    let cells: Vec<u8> = values.iter().flat_map(|cell| cell.to_le_bytes()).collect();
    let cells = raw.cell(&cells);
    let root = Nk { flags: 0x2c, values: (values.len() as u32, cells), ..Nk::default() };
    let root = raw.cell(&root.bytes());
    let file = raw.file(5, root);
    assert!(file.len() > 7 << 20);
    let found = verify(&file);
    // What is told one by one is bounded, what is counted isn't.
    assert!(found.counts.misleading > u64::from(SEGMENTS));
    let map = CellMap::of(Hive::parse(&file).unwrap());
    assert!(map.damage().len() <= 2 * 0x1_0000 + 16);
    assert!(map.damage_beyond() > SEGMENTS);
}

#[test]
fn thousands_of_keys_with_the_same_name_the_same_list_and_no_parent() {
    let mut raw = Raw::new();
    let children: Vec<u32> = (0..20_000).map(|_| raw.cell(&Nk::default().bytes())).collect();
    let shared = raw.li(&children);
    let keys: Vec<u32> = (0..20_000)
        .map(|_| raw.cell(&Nk { name: b"\\", subkeys: (20_000, shared), ..Nk::default() }.bytes()))
        .collect();
    let found = verify(&with_root(raw, &keys));
    assert!(!found.complete || found.counts.misleading > 60_000);
    assert!(found.counts.misleading >= 3 * 19_999);
    assert_eq!(found.branches.len(), 1);
}

#[test]
fn a_branch_for_each_of_thousands_of_broken_keys() {
    let mut raw = Raw::new();
    let keys: Vec<u32> = (0..5_000)
        .map(|number| {
            let name = format!("k{number:04}");
            raw.cell(&Nk { name: name.as_bytes(), ..Nk::default() }.bytes())
        })
        .collect();
    let found = verify(&with_root(raw, &keys));
    assert_eq!((found.branches.len(), found.more_branches), (1_000, true));
    assert_eq!(found.damaged_keys, 5_000);
    assert_eq!((found.counts.misleading, found.damage_left_out), (5_000, 0));
}

#[test]
fn paths_of_findings_do_not_multiply() {
    // 500 keys with the longest names, one in the other, above thousands with damage.
    let name: Vec<u8> = [0x20AC_u16; 255].iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let mut raw = Raw::new();
    let leaves: Vec<u32> = (0..20_000).map(|_| raw.cell(&Nk::default().bytes())).collect();
    let mut below = (leaves.len() as u32, raw.li(&leaves));
    for _ in 0..500 {
        let key = raw.cell(&Nk { name: &name, flags: 0, subkeys: below, ..Nk::default() }.bytes());
        below = (1, raw.li(&[key]));
    }
    let root = raw.cell(&Nk { subkeys: below, ..Nk::default() }.bytes());
    let found = verify(&raw.file(5, root));
    assert_eq!(found.damage.len(), MOST_FINDINGS);
    let cut = found.damage.iter().flat_map(|finding| &finding.keys);
    assert!(cut.filter(|path| path.starts_with("...\\")).count() > MOST_FINDINGS / 2);
    let all: usize = found.damage.iter().flat_map(|finding| &finding.keys).map(String::len).sum();
    assert!(all <= (8 << 20) + MOST_FINDINGS * 800, "{all}");
}

#[test]
fn bins_of_which_none_is_one() {
    let mut raw = Raw::new();
    let root = raw.cell(&Nk { flags: 0x2c, ..Nk::default() }.bytes());
    let mut file = raw.file(5, root);
    let bins = 2_000;
    for number in 1..bins {
        let mut bin = vec![0; 4096];
        bin[..4].copy_from_slice(b"hbin");
        bin[4..8].copy_from_slice(&(number * 4096_u32).to_le_bytes());
        bin[8..12].copy_from_slice(&4095_u32.to_le_bytes());
        file.extend(bin);
    }
    let size = (file.len() - 4096) as u32;
    file[40..44].copy_from_slice(&size.to_le_bytes());
    seal(&mut file);
    let found = verify(&file);
    assert_eq!(found.counts.structural, u64::from(bins) - 1);
    assert_eq!(found.totals.gap_bytes, (bins - 1) * (4096 - 32));
}

fn small(version: Version) -> Vec<u8> {
    let mut root = KeySpec::new("ROOT").class("class");
    root.at("Select")
        .set_value(ValueSpec::dword("Current", 1))
        .set_value(ValueSpec::sz("", "text"));
    root.at("Services\\\u{3b1}").set_value(ValueSpec::multi_sz("list", &["a", "b"]));
    root.at("Services\\Tcpip").security = Some(vec![1; 40]);
    root.at("Services\\Winsock").security = Some(vec![2; 40]);
    build(&HiveSpec::new(version, root)).unwrap()
}

#[test]
fn every_byte_of_a_small_hive_changed() {
    for version in [Version::V1_1, Version::V1_3, Version::V1_5] {
        let file = small(version);
        assert!(!verify(&file).is_damaged());
        let used = file.iter().rposition(|byte| *byte != 0).unwrap();
        for at in 4096..=used {
            for change in [0x01, 0x80, 0xFF, file[at]] {
                let mut file = file.clone();
                file[at] ^= change;
                verify(&file);
                assert_tiled(Hive::parse(&file).unwrap());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn several_bytes_changed(
        version in prop::sample::select(vec![Version::V1_1, Version::V1_3, Version::V1_5, Version::V1_6]),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut file = small(version);
        let used = file.iter().rposition(|byte| *byte != 0).unwrap() - 4096;
        for (at, byte) in changes {
            file[4096 + at.index(used)] = byte;
        }
        verify(&file);
        assert_tiled(Hive::parse(&file).unwrap());
    }

    #[test]
    fn noise(noise in vec(any::<u8>(), 0..20_000), checksum in any::<bool>()) {
        let mut file = small(Version::V1_5)[..4096 + 32].to_vec();
        file.extend(noise);
        let size = (file.len() - 4096) as u32;
        file[40..44].copy_from_slice(&size.to_le_bytes());
        if checksum {
            seal(&mut file);
        }
        verify(&file);
        assert_tiled(Hive::parse(&file).unwrap());
    }

    /// Offsets that lead somewhere, into a hive whose records are all alike.
    #[test]
    fn pointers_to_other_records(
        changes in vec((0_usize..2_000, 0_usize..2_000), 1..20),
    ) {
        let mut file = small(Version::V1_5);
        let hive = Hive::parse(&file).unwrap();
        let map = CellMap::of(hive);
        let cells: Vec<u32> = (0..hive.bins_size()).step_by(8).filter(|at| map.is_live(coldhive_hive::CellOffset::new(*at))).collect();
        let words: Vec<usize> = (4096..file.len() - 4)
            .step_by(4)
            .filter(|at| cells.contains(&u32::from_le_bytes(file[*at..at + 4].try_into().unwrap())))
            .collect();
        for (word, cell) in changes {
            let at = words[word % words.len()];
            file[at..at + 4].copy_from_slice(&cells[cell % cells.len()].to_le_bytes());
        }
        verify(&file);
        assert_tiled(Hive::parse(&file).unwrap());
    }
}

#[test]
fn nowhere_is_nowhere() {
    let mut raw = Raw::new();
    let root =
        raw.cell(&Nk { subkeys: (1, NOWHERE), values: (1, NOWHERE), ..Nk::default() }.bytes());
    let found = verify(&raw.file(5, root));
    assert_eq!((found.counts.lost, found.counts.damage()), (2, 2));
}
