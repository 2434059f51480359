//! What only a verification tells of: bookkeeping, and how records share the bins. Bytes that show each kind.

use coldhive_hive::{CellMap, Hive, Severity, Verification};

use crate::raw::{NOWHERE, Nk, Raw, list, seal, vk};

/// The cells of [`sound`].
#[derive(Clone, Copy)]
struct Cells {
    data: u32,
    other_data: u32,
    value: u32,
    other_value: u32,
    values: u32,
    class: u32,
    secure: [u32; 3],
    keys: [u32; 2],
    leaf: u32,
    root: u32,
}

/// A hive with two keys, the first with two values and a class, and three security records, the last of which both
/// keys use. What `change` makes of it is written anew.
fn sound(change: impl FnOnce(&mut Raw, Cells)) -> Vec<u8> {
    let mut raw = Raw::new();
    let (data, other_data) = (raw.cell(b"twelve bytes"), raw.cell(b"eight..."));
    let value = raw.cell(&vk(b"one", 12, data));
    let other_value = raw.cell(&vk(b"two", 8, other_data));
    let values = raw.cell(&[value.to_le_bytes(), other_value.to_le_bytes()].concat());
    let class = raw.cell(b"c\0l\0");
    let secure = [(); 3].map(|()| {
        let mut record = b"sk\0\0".to_vec();
        record.extend([0; 12]);
        record.extend([4, 0, 0, 0, 1, 2, 3, 4]);
        raw.cell(&record)
    });
    let first = Nk { name: b"first", values: (2, values), class: (4, class), ..Nk::default() };
    let keys =
        [raw.cell(&first.bytes()), raw.cell(&Nk { name: b"second", ..Nk::default() }.bytes())];
    let leaf = raw.li(&keys);
    let root = Nk { name: b"root", flags: 0x2c, subkeys: (2, leaf), ..Nk::default() };
    let root = raw.cell(&root.bytes());
    for (key, security) in [(root, secure[0]), (keys[0], secure[1]), (keys[1], secure[2])] {
        raw.put(key, 44, &security.to_le_bytes());
    }
    for key in keys {
        raw.put(key, 16, &root.to_le_bytes());
    }
    for (at, security) in secure.into_iter().enumerate() {
        for (offset, number) in [(4, secure[(at + 1) % 3]), (8, secure[(at + 2) % 3]), (12, 1)] {
            raw.put(security, offset, &number.to_le_bytes());
        }
    }
    let cells =
        Cells { data, other_data, value, other_value, values, class, secure, keys, leaf, root };
    change(&mut raw, cells);
    raw.file(3, root)
}

/// Code, severity and keys of all findings, notices last.
fn told(file: &[u8]) -> Vec<(String, Severity, Vec<String>)> {
    let found = Verification::of(Hive::parse(file).unwrap());
    assert_eq!(found.is_damaged(), !found.damage.is_empty());
    let all = found.damage.into_iter().chain(found.notices);
    all.map(|finding| (finding.damage.code, finding.severity, finding.keys)).collect()
}

fn put(cell: u32, offset: usize, number: u32) -> impl FnOnce(&mut Raw) {
    move |raw| raw.put(cell, offset, &number.to_le_bytes())
}

#[test]
fn one_thing_wrong() {
    use Severity::{Misleading, Structural};
    type Change<'c> = &'c dyn Fn(&mut Raw, Cells);
    let table: [(&str, Severity, &[&str], Change<'_>); 15] = [
        ("security-unused", Structural, &[], &|raw, cells| {
            put(cells.keys[0], 44, cells.secure[0])(raw);
            put(cells.secure[0], 12, 2)(raw);
        }),
        ("reference-count", Structural, &[""], &|raw, cells| put(cells.secure[0], 12, 2)(raw)),
        ("security-back-link", Structural, &["first"], &|raw, cells| {
            put(cells.secure[1], 8, cells.secure[2])(raw);
        }),
        ("security-link", Structural, &["second"], &|raw, cells| {
            put(cells.secure[2], 4, NOWHERE)(raw);
        }),
        // The last leads to the first, and the one in the midst is left out.
        ("security-not-in-ring", Structural, &["first"], &|raw, cells| {
            put(cells.secure[0], 4, cells.secure[2])(raw);
            put(cells.secure[2], 8, cells.secure[0])(raw);
        }),
        ("empty-class", Structural, &["first"], &|raw, cells| {
            raw.put(cells.keys[0], 74, &[0, 0]);
        }),
        ("root-flag", Structural, &["second"], &|raw, cells| {
            raw.put(cells.keys[1], 2, &[0x24, 0]);
        }),
        ("backslash-in-name", Misleading, &["fi\\st"], &|raw, cells| {
            raw.put(cells.keys[0], 78, b"\\");
        }),
        ("nul-in-name", Severity::Notice, &["first"], &|raw, cells| {
            raw.put(cells.value, 21, b"\0");
        }),
        ("duplicate-value", Misleading, &["first"], &|raw, cells| {
            raw.put(cells.other_value, 20, b"ONE");
        }),
        ("shared-cell", Misleading, &["first"], &|raw, cells| {
            put(cells.other_value, 8, cells.data)(raw);
        }),
        ("shared-cell", Structural, &["first", "second"], &|raw, cells| {
            put(cells.keys[1], 48, cells.class)(raw);
            raw.put(cells.keys[1], 74, &[4, 0]);
        }),
        ("duplicate-key", Misleading, &[""], &|raw, cells| {
            raw.put(cells.keys[1], 72, &[5, 0]);
            raw.put(cells.keys[1], 76, b"first");
        }),
        ("not-a-cell", Misleading, &["first"], &|raw, cells| {
            // A cell inside of the data, where it seems to be one.
            raw.put(cells.data, 4, &(-8_i32).to_le_bytes());
            put(cells.other_value, 8, cells.data + 8)(raw);
            raw.put(cells.other_value, 4, &[4, 0, 0, 0]);
        }),
        ("key-listed-twice", Misleading, &[""], &|raw, cells| {
            put(cells.leaf, 8, cells.keys[0])(raw);
        }),
    ];
    assert_eq!(told(&sound(|_, _| {})), []);
    for (code, severity, keys, change) in table {
        let told = told(&sound(|raw, cells| change(raw, cells)));
        let keys: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        let expected = (code.to_owned(), severity, keys);
        assert!(told.contains(&expected), "{expected:?} is not among {told:?}");
        // A key that is no longer listed leaves its security record alone.
        let follows = code == "key-listed-twice";
        assert!(told.len() == 1 || follows, "{code}: {told:?}");
    }
}

#[test]
fn a_list_that_two_keys_share() {
    let file = sound(|raw, cells| {
        put(cells.keys[1], 36, 2)(raw);
        put(cells.keys[1], 40, cells.values)(raw);
    });
    let keys = ["first", "second"].map(str::to_owned).to_vec();
    assert_eq!(told(&file), [("shared-cell".to_owned(), Severity::Misleading, keys)]);
    // The other data is one's own all the same.
    let totals = *CellMap::of(Hive::parse(&file).unwrap()).totals();
    assert_eq!((totals.unreferenced_cells, totals.live_cells), (0, 13));
    let _ = sound(|_, cells| assert!(cells.other_data > cells.data && cells.root > cells.leaf));
}

#[test]
fn a_broken_link_of_the_ring_breaks_it_in_one_place() {
    // From the second on nothing leads forward; backwards all are found.
    let file = sound(|raw, cells| put(cells.secure[1], 4, 0x7FFF_FFF8)(raw));
    let found = Verification::of(Hive::parse(&file).unwrap());
    let codes: Vec<_> = found.damage.iter().map(|finding| &*finding.damage.code).collect();
    assert_eq!(codes, ["security-link"]);
    assert_eq!(found.security_records, 3);
}

#[test]
fn a_ring_that_never_closes_ends() {
    // The third leads back to the second, and to itself.
    for back in [1, 2] {
        let file = sound(|raw, cells| {
            let to = cells.secure[back];
            put(cells.secure[2], 4, to)(raw);
        });
        let found = Verification::of(Hive::parse(&file).unwrap());
        let codes: Vec<_> = found.damage.iter().map(|finding| &*finding.damage.code).collect();
        assert_eq!(codes.len(), 2, "{codes:?}");
        assert!(codes.contains(&"security-ring") && codes.contains(&"security-back-link"));
        assert_eq!(found.security_records, 3);
    }
}

#[test]
fn bins() {
    let with = |offset: usize, bytes: &[u8]| {
        let mut file = sound(|_, _| {});
        file[4096 + offset..4096 + offset + bytes.len()].copy_from_slice(bytes);
        told(&file).into_iter().map(|(code, ..)| code).collect::<Vec<_>>()
    };
    assert_eq!(with(0, b"HBIN"), ["bin-signature"]);
    assert_eq!(with(4, &[8]), ["bin-offset"]);
    assert_eq!(with(8, &[1]), ["bin-size"]);
    assert_eq!(with(8, &[0, 0x20]), ["bin-size"]);
    assert_eq!(with(8, &[0, 0]), ["bin-size"]);
    // Free space behind the last record, of a size that can't be.
    let sound = sound(|_, _| {});
    let hive = Hive::parse(&sound).unwrap();
    let free = CellMap::of(hive).spaces().last().copied().unwrap();
    assert_eq!(free.end, hive.bins_size());
    assert_eq!(with(free.start as usize, &[4]), ["cells-not-tiled"]);
    assert_eq!(with(free.start as usize, &[0; 4]), ["cells-not-tiled"]);
    assert_eq!(with(free.start as usize, &[0, 0, 1, 0]), ["cells-not-tiled"]);
}

#[test]
fn bytes_behind_the_last_bin_are_no_bin() {
    let sound = sound(|_, _| {});
    for trusted in [true, false] {
        let mut file = sound.clone();
        file.extend([0; 3 * 4096]);
        if !trusted {
            file[4] ^= 1;
        }
        let map = CellMap::of(Hive::parse(&file).unwrap());
        assert_eq!((map.totals().bins, map.totals().bytes_behind_bins), (1, 3 * 4096));
        assert_eq!((map.totals().gap_bytes, map.damage()), (0, &[][..]));
        // A bin there is one, and remnants of a bin are none where the base block's size holds.
        let more = file.len();
        file.extend_from_slice(&sound[4096..]);
        let at = (more - 4096) as u32;
        file[more + 4..more + 8].copy_from_slice(&at.to_le_bytes());
        let map = CellMap::of(Hive::parse(&file).unwrap());
        assert_eq!(map.totals().bins, if trusted { 1 } else { 2 });
        assert_eq!(map.damage().is_empty(), trusted);
    }
}

#[test]
fn large_data_with_more_segments_than_it_takes() {
    let mut raw = Raw::new();
    let segments = [16_344, 16_344, 8].map(|size| raw.cell(&vec![7; size]).to_le_bytes());
    let segments = raw.cell(&segments.concat());
    let mut record = list(b"db", &[segments]);
    record[2..4].copy_from_slice(&3_u16.to_le_bytes());
    let data = raw.cell(&record);
    let value = raw.cell(&vk(b"v", 2 * 16_344, data));
    let values = raw.cell(&value.to_le_bytes());
    let root = raw.cell(&Nk { flags: 0x2c, values: (1, values), ..Nk::default() }.bytes());
    let file = raw.file(5, root);
    let hive = Hive::parse(&file).unwrap();
    let told = told(&file);
    assert_eq!(told, [("segment-count".to_owned(), Severity::Structural, vec![String::new()])]);
    // No data is missing, and a check of the key has nothing to say.
    assert_eq!(hive.root().unwrap().check(), []);
}

#[test]
fn a_dirty_hive_with_damage_is_said_to_be_one() {
    let mut file = sound(|raw, cells| put(cells.secure[0], 12, 9)(raw));
    let note = |file: &[u8]| Verification::of(Hive::parse(file).unwrap()).notes.join("\n");
    assert!(!note(&file).contains("dirty"));
    file[4] = 2;
    seal(&mut file);
    assert!(note(&file).contains("The hive is dirty"));
}
