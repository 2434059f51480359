//! Keys that a token may write, on hives that were made to keep a reader busy.

use coldhive::hive::Hive;
use coldhive::{AccessQuestion, Case, Writable};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};

/// Bytes of a record that only names the shared ACL: a cell's size, an `sk` of 20 bytes, a descriptor of 20.
const RECORD: usize = 48;
const KEYS: usize = 1_000;

/// A thousand keys, each with a security record of its own, and all records share one ACL of 3,000 entries.
fn shared_acl() -> Vec<u8> {
    let mut root = KeySpec::new("SYSTEM").sddl("D:(A;;KR;;;WD)").unwrap();
    for number in 0..KEYS {
        root = root.subkey(KeySpec::new(format!("Key{number:04}")));
    }
    let marker = vec![0xA5; KEYS * RECORD + 70_000];
    let root = root.value(ValueSpec::binary("Data", marker.clone()));
    // In format 1.3 data of any size stands in one cell.
    let mut file = build(&HiveSpec::new(Version::V1_3, root)).unwrap();
    let data = file.windows(16).position(|bytes| bytes == [0xA5; 16]).unwrap();
    let start = data.next_multiple_of(8);
    let acl_at = start + KEYS * RECORD;
    let end = data + marker.len();

    let count = 3_000_u16;
    let mut acl = vec![2, 0];
    acl.extend((8 + count * 20).to_le_bytes());
    acl.extend(count.to_le_bytes());
    acl.extend([0, 0]);
    for _ in 0..count {
        // Everyone may set values ([MS-DTYP] 2.4.4.2).
        acl.extend([0, 0, 20, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    }
    file[acl_at..acl_at + acl.len()].copy_from_slice(&acl);

    let nodes: Vec<usize> = {
        let walk = Hive::parse(&file).unwrap().root().unwrap().walk_keys();
        walk.skip(1)
            .map(|key| usize::try_from(key.unwrap().cell().file_offset()).unwrap())
            .collect()
    };
    assert_eq!(nodes.len(), KEYS);
    for (number, node) in nodes.into_iter().enumerate() {
        let cell = start + number * RECORD;
        let descriptor = cell + 24;
        let put = |file: &mut Vec<u8>, at: usize, bytes: &[u8]| {
            file[at..at + bytes.len()].copy_from_slice(bytes);
        };
        let size = i32::try_from((end - cell) / 8 * 8).unwrap();
        put(&mut file, cell, &(-size).to_le_bytes());
        put(&mut file, cell + 4, b"sk\0\0");
        put(
            &mut file,
            cell + 20,
            &u32::try_from(acl_at + acl.len() - descriptor).unwrap().to_le_bytes(),
        );
        put(&mut file, descriptor, &[1, 0, 4, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        put(&mut file, descriptor + 16, &u32::try_from(acl_at - descriptor).unwrap().to_le_bytes());
        put(&mut file, node + 4 + 44, &u32::try_from(cell - 4096).unwrap().to_le_bytes());
    }
    file
}

#[test]
fn records_that_share_bytes_are_checked_as_far_as_the_hive_is_large() {
    let file = shared_acl();
    let size = file.len();
    let case = Case::from_bytes("SYSTEM", file).unwrap();
    let everyone = AccessQuestion::new("WD".parse().unwrap());
    let search = case.writable_by(&everyone, "", false).unwrap();
    let mut keys = search.keys();
    let found: Vec<_> = keys.by_ref().collect();
    // None is dropped: what was not checked is unknown.
    assert_eq!(found.len(), KEYS);
    let totals = keys.totals();
    assert_eq!(totals.keys, KEYS as u64 + 1);
    assert_eq!(totals.granted + totals.unknown, KEYS as u64);
    assert!(totals.granted > 0 && totals.unknown > 0, "{totals:?}");
    assert_eq!(totals.any(), Some(true));
    // Each has at least the 60,008 bytes of the ACL.
    assert!(totals.descriptors <= 2 * size as u64 / 60_008, "{totals:?}");
    let unknown = keys.descriptors().iter().find(|found| found.verdict == Writable::Unknown);
    let problem = unknown.unwrap().problem.as_deref();
    assert_eq!(problem, Some("not checked: the records of this hive share more bytes than it has"));
}

/// A descriptor of entries that may each grant something: only some of the reasons are kept, and the rest is counted.
#[test]
fn reasons_are_kept_within_bounds() {
    let entries = "(XA;;KA;;;WD;(a))".repeat(1_000);
    let root = KeySpec::new("SYSTEM").sddl(&format!("O:SYG:SYD:{entries}")).unwrap();
    let file = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
    let case = Case::from_bytes("SYSTEM", file).unwrap();
    let question = AccessQuestion::new("WD".parse().unwrap());
    let search = case.writable_by(&question, "", false).unwrap();
    let mut keys = search.keys();
    assert_eq!(keys.by_ref().count(), 1);
    let [descriptor] = keys.descriptors() else { panic!("one descriptor") };
    assert_eq!(descriptor.verdict, Writable::Possible);
    assert_eq!((descriptor.decisions.len(), descriptor.more_decisions), (16, 984));
}
