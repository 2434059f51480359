//! Hives made to keep a reader busy: each ends in counted work, with its damage told.

use coldhive_hive::{Damage, Hive, Key, Lookup};

use crate::raw::{NOWHERE, Nk, Raw, list, vk};

/// What a walk costs, counted in what it hands out.
#[derive(Debug, Default)]
struct Work {
    keys: usize,
    values: usize,
    data: usize,
    damage: usize,
    path_bytes: usize,
    codes: std::collections::BTreeSet<&'static str>,
}

fn walk(file: &[u8]) -> (Hive<'_>, Work) {
    let hive = Hive::parse(file).unwrap();
    let mut work = Work::default();
    for visit in hive.root().unwrap().walk() {
        work.keys += 1;
        work.values += visit.values.len();
        work.data += visit.values.iter().map(|read| read.data.bytes.len()).sum::<usize>();
        work.damage += visit.damage.len();
        work.path_bytes += visit.path.len();
        work.codes.extend(visit.damage.iter().map(Damage::code));
    }
    let size = hive.bins_size() as usize;
    assert!(work.keys <= size / 80 + 2, "{work:?}");
    assert!(work.values <= size / 24 + 1, "{work:?}");
    assert!(work.data <= 2 * size, "{work:?}");
    // Each thing that is read can be wrong in a few ways, and each thing takes some bytes.
    assert!(work.damage <= size, "{size} bytes: {work:?}");
    assert_walks_agree(&hive.root().unwrap());
    (hive, work)
}

/// A law: the walk that reads nodes alone meets the same keys in the same places.
pub(crate) fn assert_walks_agree(root: &Key<'_>) {
    let unmet =
        |damage: &Damage| matches!(damage, Damage::ListedTwice { .. } | Damage::TooDeep { .. });
    let (mut whole, mut twice) = (Vec::new(), 0);
    for visit in root.walk() {
        twice += visit.damage.iter().filter(|damage| unmet(damage)).count();
        whole.push((visit.key.cell(), visit.path));
    }
    let (mut nodes, mut told, mut wrong) = (Vec::new(), 0, 0);
    let mut walk = root.walk_keys();
    while let Some(key) = walk.next() {
        match key {
            Ok(key) => nodes.push((key.cell(), walk.path())),
            Err(damage) if unmet(&damage) => told += 1,
            Err(_) => wrong += 1,
        }
    }
    assert_eq!(nodes, whole);
    // A check of the list tells of entries that are the same too.
    assert!(told <= twice, "{told} of {twice}");
    // Each entry of a list gives a key or one damage, and a list's own damage takes bytes too.
    assert!(wrong <= root.hive().bins_size() as usize / 4, "{wrong}");
}

/// A root whose subkeys are these.
fn with_root(mut raw: Raw, minor: u32, keys: &[u32]) -> Vec<u8> {
    let leaves: Vec<u32> = keys.chunks(60_000).map(|keys| raw.li(keys)).collect();
    let index = raw.ri(&leaves);
    let root = raw
        .cell(&Nk { name: b"root", subkeys: (keys.len() as u32, index), ..Nk::default() }.bytes());
    raw.file(minor, root)
}

/// Adds many keys that all name the same subkey list.
fn sharing(raw: &mut Raw, keys: usize, subkeys: (u32, u32), values: (u32, u32)) -> Vec<u32> {
    (0..keys).map(|_| raw.cell(&Nk { subkeys, values, ..Nk::default() }.bytes())).collect()
}

#[test]
fn thousands_of_keys_share_one_huge_list() {
    let mut raw = Raw::new();
    let children: Vec<u32> = (0..20_000).map(|_| raw.cell(&Nk::default().bytes())).collect();
    let shared = raw.li(&children);
    let keys = sharing(&mut raw, 20_000, (20_000, shared), (0, NOWHERE));
    let file = with_root(raw, 5, &keys);
    let (_, work) = walk(&file);
    assert!(
        work.codes.contains("key-listed-twice") && work.codes.contains("endless-list"),
        "{work:?}"
    );
}

#[test]
fn thousands_of_keys_share_one_huge_list_of_holes() {
    let mut raw = Raw::new();
    let shared = raw.li(&[NOWHERE; 60_000]);
    let keys = sharing(&mut raw, 20_000, (60_000, shared), (0, NOWHERE));
    let file = with_root(raw, 5, &keys);
    let (_, work) = walk(&file);
    assert!(
        work.codes.contains("points-nowhere") && work.codes.contains("endless-list"),
        "{work:?}"
    );
}

#[test]
fn thousands_of_keys_share_an_index_root_of_bad_leaves() {
    for leaf in [&b"xx\0\0"[..], b"li\0\0", b"ri\0\0", b"li\xFF\xFF"] {
        let mut raw = Raw::new();
        let leaf = raw.cell(leaf);
        let shared = raw.ri(&[leaf; 60_000]);
        let keys = sharing(&mut raw, 20_000, (60_000, shared), (0, NOWHERE));
        let file = with_root(raw, 5, &keys);
        let (_, work) = walk(&file);
        assert!(work.codes.contains("endless-list"), "{work:?}");
    }
}

#[test]
fn an_index_root_names_one_leaf_65535_times() {
    let mut raw = Raw::new();
    let children: Vec<u32> =
        (0..1_000).map(|_| raw.cell(&Nk { name: b"child", ..Nk::default() }.bytes())).collect();
    let leaf = raw.li(&children);
    let index = raw.ri(&[leaf; 65_535]);
    let root = raw.cell(&Nk { subkeys: (1_000, index), ..Nk::default() }.bytes());
    let file = raw.file(5, root);
    let (hive, work) = walk(&file);
    assert_eq!(work.keys, 1_001);
    assert!(work.codes.contains("endless-list"));
    let root = hive.root().unwrap();
    assert!(root.subkey_entries().count() <= hive.bins_size() as usize / 80 + 2);
    assert!(matches!(root.subkey("CHILD"), Lookup::Found(_)));
    assert!(matches!(root.subkey("missing"), Lookup::Obscured(_)));
}

#[test]
fn many_values_share_one_big_data_cell() {
    for minor in [3, 5] {
        let mut raw = Raw::new();
        let data = if minor == 3 {
            raw.cell(&[7; 1_000_000])
        } else {
            let segment = raw.cell(&[7; 16_344]);
            let segments: Vec<u8> =
                [segment; 61].iter().flat_map(|cell| cell.to_le_bytes()).collect();
            let segments = raw.cell(&segments);
            let mut record = list(b"db", &[segments]);
            record[2..4].copy_from_slice(&61_u16.to_le_bytes());
            raw.cell(&record)
        };
        let values: Vec<u32> = (0..20_000).map(|_| raw.cell(&vk(b"v", 900_000, data))).collect();
        let values: Vec<u8> = values.iter().flat_map(|cell| cell.to_le_bytes()).collect();
        let values = raw.cell(&values);
        let root = raw.cell(&Nk { values: (20_000, values), ..Nk::default() }.bytes());
        let file = raw.file(minor, root);
        let (_, work) = walk(&file);
        assert_eq!(work.values, 20_000);
        assert!(work.codes.contains("shared-data"), "{work:?}");
    }
}

#[test]
fn thousands_of_keys_share_one_huge_value_list() {
    for broken in [false, true] {
        let mut raw = Raw::new();
        let value = raw.cell(&vk(b"v", 0, NOWHERE));
        let cell = if broken { NOWHERE } else { value };
        let shared: Vec<u8> = std::iter::repeat_n(cell.to_le_bytes(), 100_000).flatten().collect();
        let shared = raw.cell(&shared);
        let keys = sharing(&mut raw, 20_000, (0, NOWHERE), (100_000, shared));
        let file = with_root(raw, 5, &keys);
        let (hive, work) = walk(&file);
        assert!(work.codes.contains("endless-list"), "{work:?}");
        // One key asked alone is read whole, and told of.
        let key = hive.root().unwrap().subkeys().next().unwrap().unwrap();
        assert!(key.check().len() <= hive.bins_size() as usize / 24 + 4);
    }
}

#[test]
fn thousands_of_keys_share_one_huge_value_list_that_they_deny() {
    let mut raw = Raw::new();
    let value = raw.cell(&vk(b"v", 0, NOWHERE));
    let shared: Vec<u8> = std::iter::repeat_n(value.to_le_bytes(), 100_000).flatten().collect();
    let shared = raw.cell(&shared);
    let keys = sharing(&mut raw, 20_000, (0, NOWHERE), (0, shared));
    for key in &keys {
        raw.put(*key, 60, &[1]);
    }
    let file = with_root(raw, 5, &keys);
    let (_, work) = walk(&file);
    assert!(work.codes.contains("endless-list"), "{work:?}");
}

#[test]
fn a_chain_of_100_000_keys_ends_at_the_depth_that_windows_allows() {
    let mut raw = Raw::new();
    let mut below = (0, NOWHERE);
    for _ in 0..100_000 {
        let key = raw.cell(&Nk { subkeys: below, ..Nk::default() }.bytes());
        below = (1, raw.li(&[key]));
    }
    let root = raw.cell(&Nk { subkeys: below, ..Nk::default() }.bytes());
    let file = raw.file(5, root);
    let (hive, work) = walk(&file);
    assert!((512..=514).contains(&work.keys), "{work:?}");
    assert!(work.codes.contains("too-deep"));
    let path = ["k"; 100_000].join("\\");
    let deepest = hive.key(&path).found().expect("a lookup goes as deep as it is asked to");
    assert_eq!(deepest.subkey_count(), 0);
}

/// A chain of keys of one name, the innermost with some keys `k`.
fn chain(levels: usize, name: &[u8], flags: u16, leaves: usize) -> Vec<u8> {
    let mut raw = Raw::new();
    let leaves: Vec<u32> = (0..leaves).map(|_| raw.cell(&Nk::default().bytes())).collect();
    let mut below = (leaves.len() as u32, raw.li(&leaves));
    for _ in 0..levels {
        let key = raw.cell(&Nk { name, flags, subkeys: below, ..Nk::default() }.bytes());
        below = (1, raw.li(&[key]));
    }
    let root = raw.cell(&Nk { subkeys: below, ..Nk::default() }.bytes());
    raw.file(5, root)
}

#[test]
fn names_longer_than_any_do_not_make_long_paths() {
    let file = chain(6, &[1; 65_535], 0x20, 5_000);
    let (_, work) = walk(&file);
    assert_eq!(work.keys, 5_007);
    assert!(work.path_bytes <= work.keys * (6 * 256 + 2), "{work:?}");
    assert!(work.codes.contains("name-too-long"), "{work:?}");
}

#[test]
fn long_names_on_a_deep_path_do_not_multiply() {
    let file = chain(500, &[b'n'; 255], 0x20, 5_000);
    let (_, work) = walk(&file);
    assert_eq!(work.keys, 5_501);
    assert!(work.path_bytes <= 512 * 512 / 2 * 768 + 5_000 * 5, "{work:?}");
    assert!(work.codes.contains("path-cut"), "{work:?}");
    let hive = Hive::parse(&file).unwrap();
    let last = hive.root().unwrap().walk().last().unwrap();
    assert_eq!(last.path, "...\\k");
    assert!(last.damage.iter().any(|damage| damage.code() == "path-cut"));
}

#[test]
fn the_deepest_tree_of_the_longest_names_keeps_its_paths() {
    let name: Vec<u8> = [0x20AC_u16; 255].iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let file = chain(511, &name, 0, 1);
    let (hive, work) = walk(&file);
    assert_eq!(work.keys, 513);
    assert!(!work.codes.contains("path-cut") && !work.codes.contains("too-deep"), "{work:?}");
    let last = hive.root().unwrap().walk().last().unwrap();
    assert_eq!(last.path.len(), 511 * (3 * 255 + 1) + 1);
}

#[test]
fn big_data_that_points_at_itself_ends() {
    let mut raw = Raw::new();
    let record = raw.next();
    let cell = raw.cell(&list(b"db", &[record]));
    raw.put(cell, 2, &u16::MAX.to_le_bytes());
    let value = raw.cell(&vk(b"v", 20_000, cell));
    let values = raw.cell(&value.to_le_bytes());
    raw.cell(&[0; 30_000]);
    let root = raw.cell(&Nk { values: (1, values), ..Nk::default() }.bytes());
    let file = raw.file(5, root);
    let (hive, _) = walk(&file);
    let data = hive.root().unwrap().value("v").found().unwrap().readable_data();
    assert!(data.bytes.len() < 20_000);
    assert!(data.damage.is_some());
}

#[test]
fn lists_whose_counts_lie_are_read_as_far_as_they_go() {
    let mut raw = Raw::new();
    let child = raw.cell(&Nk { name: b"child", ..Nk::default() }.bytes());
    let mut entries = list(b"li", &[child]);
    entries[2..4].fill(0xFF);
    let entries = raw.cell(&entries);
    let value = raw.cell(&vk(b"v", 0x8000_0004, 5));
    let values = raw.cell(&value.to_le_bytes());
    let root = raw.cell(
        &Nk { subkeys: (u32::MAX, entries), values: (u32::MAX, values), ..Nk::default() }.bytes(),
    );
    let file = raw.file(5, root);
    let (hive, work) = walk(&file);
    assert!(matches!(hive.key("child"), Lookup::Found(_)));
    assert!(matches!(hive.key("missing"), Lookup::Obscured(_)));
    let root = hive.root().unwrap();
    assert!(matches!(root.value("v"), Lookup::Found(_)));
    assert!(matches!(root.value("missing"), Lookup::Obscured(_)));
    assert!(work.codes.contains("list-too-long"));
}
