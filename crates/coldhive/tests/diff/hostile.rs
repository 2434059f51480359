//! Hives that were made to keep a reader busy.

use coldhive::hive::Hive;
use coldhive::{Case, DiffKind, DiffOptions};
use coldhive_forge::{KeySpec, ValueSpec, build};

use crate::support::{compare_cases, hive, root};

const KEYS: usize = 2_000;

/// Keys that all have one list of values: their own, of `size` bytes of data, or that of the first.
fn shared_data(size: usize, byte: u8) -> Case {
    let mut root = root();
    for number in 0..KEYS {
        let value = if number == 0 { vec![byte; size] } else { vec![byte; 8] };
        root = root.subkey(
            KeySpec::new(format!("Key{number:04}")).value(ValueSpec::binary("Data", value)),
        );
    }
    let mut file = build(&hive(root)).unwrap();
    let nodes: Vec<usize> = {
        let walk = Hive::parse(&file).unwrap().root().unwrap().walk_keys();
        let cells = walk.skip(1).map(|key| key.unwrap().file_offset());
        cells.map(|offset| usize::try_from(offset).unwrap()).collect()
    };
    let list: [u8; 4] = file[nodes[0] + 40..][..4].try_into().unwrap();
    for node in nodes {
        file[node + 40..][..4].copy_from_slice(&list);
    }
    Case::from_bytes("SYSTEM", file).unwrap()
}

#[test]
fn data_that_all_keys_share_is_read_as_far_as_the_hive_is_large() {
    let size = 4 << 20;
    let (one, other) = (shared_data(size, 1), shared_data(size, 2));
    let found = compare_cases(&one, &other, &DiffOptions::default());
    // None is dropped: what was not read is uncertain.
    assert_eq!(found.keys.len(), KEYS);
    let changed = found.totals.values.changed;
    assert!((1..=3).contains(&changed), "{:?}", found.totals);
    assert_eq!(found.totals.values.uncertain, KEYS as u64 - changed);
    let last = &found.keys[KEYS - 1];
    assert_eq!(last.difference, DiffKind::Uncertain);
    let damage = last.values[0].from.as_ref().unwrap().damage.as_ref().unwrap();
    assert_eq!(damage.code, "shared-data");
    // Equal data makes no claim either, where it was not read.
    let found = compare_cases(&one, &one.clone(), &DiffOptions::default());
    assert_eq!((found.differs, found.totals.values.changed), (None, 0));
    // A subtree of one side costs no more.
    let empty = crate::support::case(&hive(root()));
    let found = compare_cases(&one, &empty, &DiffOptions::default());
    assert_eq!(found.totals.keys.removed, KEYS as u64);
}

/// Keys each with a security record of its own, whose descriptors overlap: each has all of the largest.
fn shared_security(byte: u8) -> Case {
    const RECORD: usize = 48;
    let mut root = root();
    for number in 0..KEYS {
        root = root.subkey(KeySpec::new(format!("Key{number:04}")));
    }
    let marker = vec![0xA5; KEYS * RECORD + 70_000];
    let root = root.value(ValueSpec::binary("Data", marker.clone()));
    let mut file =
        build(&coldhive_forge::HiveSpec::new(coldhive_forge::Version::V1_3, root)).unwrap();
    let data = file.windows(16).position(|bytes| bytes == [0xA5; 16]).unwrap();
    let (start, end) = (data.next_multiple_of(8), data + marker.len());
    let nodes: Vec<usize> = {
        let walk = Hive::parse(&file).unwrap().root().unwrap().walk_keys();
        let cells = walk.skip(1).map(|key| key.unwrap().file_offset());
        cells.map(|offset| usize::try_from(offset).unwrap()).collect()
    };
    for (number, node) in nodes.into_iter().enumerate() {
        let cell = start + number * RECORD;
        let size = u32::try_from((end - cell) / 8 * 8).unwrap();
        file[cell..cell + 4].copy_from_slice(&0_u32.wrapping_sub(size).to_le_bytes());
        file[cell + 4..cell + 8].copy_from_slice(b"sk\0\0");
        file[cell + 20..cell + 24].copy_from_slice(&60_000_u32.to_le_bytes());
        file[cell + 24] = byte;
        file[node + 44..node + 48]
            .copy_from_slice(&u32::try_from(cell - 4096).unwrap().to_le_bytes());
    }
    Case::from_bytes("SYSTEM", file).unwrap()
}

#[test]
fn descriptors_that_share_bytes_are_compared_as_far_as_the_hives_are_large() {
    let (one, other) = (shared_security(1), shared_security(2));
    let size = one.hive().bins_size();
    let found = compare_cases(&one, &other, &DiffOptions::default());
    // The keys, and the root, in whose value the records stand.
    assert_eq!(found.keys.len(), KEYS + 1);
    let looked_at = u64::from(size) * 2 / 60_000;
    assert!(found.security.len() as u64 <= looked_at, "{}", found.security.len());
    let unlooked = found.keys.last().unwrap().security.as_ref().unwrap();
    assert_eq!((unlooked.difference, unlooked.change), (DiffKind::Uncertain, None));
    let problem = unlooked.problem.as_deref().unwrap();
    assert!(problem.contains("share more bytes than it has"), "{problem}");
    assert_eq!(found.totals.keys.changed + found.totals.keys.uncertain, KEYS as u64 + 1);
}

#[test]
fn circles_and_deep_paths_of_long_names_end() {
    // A chain of long names, and many keys at its end that differ: their paths don't multiply.
    let tree = |number: u32| {
        let mut leaves = KeySpec::new("n".repeat(255));
        for leaf in 0..4_000 {
            let value = ValueSpec::dword("n", number);
            leaves = leaves.subkey(KeySpec::new(format!("Leaf{leaf:04}")).value(value));
        }
        (0..400).fold(leaves, |below, _| KeySpec::new("n".repeat(255)).subkey(below))
    };
    let [one, other] =
        [1, 2].map(|number| crate::support::case(&hive(root().subkey(tree(number)))));
    let diff = one.diff(&other, &DiffOptions::default()).unwrap();
    let (mut keys, mut bytes, mut cut) = (0, 0, 0);
    for key in diff.differences() {
        keys += 1;
        bytes += key.path.len();
        cut += usize::from(key.path.starts_with("...\\Leaf"));
    }
    assert_eq!(keys, 4_000);
    assert!(cut > 0, "{cut}");
    let most = 512 * (3 * 255 + 1) / 2 * 513 + 4_000 * 32;
    assert!(bytes <= most, "{bytes}");

    let circle = |number: u32| {
        let tree = root()
            .subkey(KeySpec::new("One").subkey(KeySpec::new("Below")))
            .subkey(KeySpec::new("Two").value(ValueSpec::dword("n", number)));
        hive(tree)
            .fault(coldhive_forge::Fault::Cycle { key: r"One\Below".into(), to: "One".into() })
    };
    let found = crate::support::compare(&circle(1), &circle(2));
    assert_eq!(found.differs, Some(true));
    assert_eq!(found.totals.unread, 2);
}
