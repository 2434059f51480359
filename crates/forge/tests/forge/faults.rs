//! What each fault changes, and that it changes nothing else.

use std::collections::BTreeSet;

use coldhive_forge::{Fault, ForgeError, HiveSpec, Version, build};

use crate::raw::{NOWHERE, Raw, long};
use crate::{VERSIONS, small};

/// Offsets in the file at which the two hives differ.
pub(crate) fn differences(a: &[u8], b: &[u8]) -> BTreeSet<usize> {
    assert_eq!(a.len(), b.len());
    (0..a.len()).filter(|&at| a[at] != b[at]).collect()
}

/// Builds the small hive without and with a fault, in each version.
pub(crate) fn with(fault: &Fault, check: impl Fn(&[u8], &[u8])) {
    with_in(&VERSIONS, fault, check);
}

/// The same in some versions.
pub(crate) fn with_in(versions: &[Version], fault: &Fault, check: impl Fn(&[u8], &[u8])) {
    for &version in versions {
        let sound = small(version);
        let broken = sound.clone().fault(fault.clone());
        check(&build(&sound).unwrap(), &build(&broken).unwrap());
    }
}

#[test]
fn a_zeroed_signature_is_two_bytes() {
    with(&Fault::ZeroSignature { key: "B\\X".into() }, |sound, broken| {
        let at = Raw(sound).data_at(Raw(sound).find("b\\x"));
        assert_eq!(differences(sound, broken), [at, at + 1].into());
        assert_eq!(broken[at..at + 2], [0, 0]);
    });
}

#[test]
fn a_hole_keeps_its_hint() {
    with(&Fault::ListHole { key: "b\\y".into() }, |sound, broken| {
        let (sound, broken) = (Raw(sound), Raw(broken));
        let list = sound.node(sound.find("b")).list;
        let (before, after) = (sound.entries(list), broken.entries(list));
        assert_eq!((after[1].node, after[1].hint), (NOWHERE, before[1].hint));
        assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
    });
}

#[test]
fn lists_can_be_wrong_in_several_ways() {
    with(&Fault::UnsortedList { key: "b".into() }, |sound, broken| {
        let (sound, broken) = (Raw(sound), Raw(broken));
        let list = sound.node(sound.find("b")).list;
        let mut entries = broken.entries(list);
        entries.reverse();
        assert_eq!(entries, sound.entries(list));
    });
    let wrong_hint = Fault::WrongHint { key: "b\\y".into() };
    with_in(&VERSIONS[2..], &wrong_hint, |sound, broken| {
        let list = Raw(sound).node(Raw(sound).find("b")).list;
        let hint = Raw(sound).entries(list)[1].hint;
        assert_eq!(Raw(broken).entries(list)[1].hint, hint.map(|byte| !byte));
        assert_eq!(differences(sound, broken).len(), 4);
    });
    with(&Fault::Cycle { key: "b\\y".into(), to: "".into() }, |sound, broken| {
        let list = Raw(sound).node(Raw(sound).find("b")).list;
        assert_eq!(Raw(broken).entries(list)[1].node, Raw(sound).root());
    });
    with(&Fault::ListSignature { key: "b".into() }, |sound, broken| {
        let at = Raw(sound).data_at(Raw(sound).node(Raw(sound).find("b")).list);
        assert_eq!(differences(sound, broken), [at, at + 1].into());
    });
    with(&Fault::SelfReferencingList { key: "b".into() }, |sound, broken| {
        let list = Raw(sound).node(Raw(sound).find("b")).list;
        let record = Raw(broken).cell(list);
        assert_eq!((&record[..2], long(record, 4)), (b"ri".as_slice(), list));
    });
    with(&Fault::WrongParent { key: "b\\x".into() }, |_, broken| {
        let cell = Raw(broken).find("b\\x");
        assert_eq!(Raw(broken).node(cell).parent, cell);
    });
}

#[test]
fn a_key_without_security_isnt_counted() {
    with(&Fault::NoSecurity { key: "a".into() }, |sound, broken| {
        let (sound, broken) = (Raw(sound), Raw(broken));
        assert_eq!(broken.node(broken.find("a")).security, NOWHERE);
        let shared = broken.node(broken.root()).security;
        assert_eq!(broken.security(shared).2 + 1, sound.security(shared).2);
    });
}

#[test]
fn an_ill_formed_descriptor_has_a_cell_of_its_own() {
    with(&Fault::BadDescriptor { key: "b".into() }, |_, broken| {
        let raw = Raw(broken);
        let own = raw.node(raw.find("b")).security;
        let shared = raw.node(raw.root()).security;
        assert_ne!(own, shared);
        assert_eq!(raw.node(raw.find("b\\x")).security, shared);
        assert_eq!(
            (raw.security(own).0, raw.security(own).1, raw.security(own).2),
            (shared, shared, 1)
        );
        let descriptor = raw.security(own).3;
        assert!(long(descriptor, 16) as usize > descriptor.len());
    });
}

#[test]
fn a_security_cell_that_cant_be_read_is_of_one_key_alone() {
    with(&Fault::UnreadableSecurity { key: "b".into() }, |_, broken| {
        let raw = Raw(broken);
        let own = raw.node(raw.find("b")).security;
        let shared = raw.node(raw.root()).security;
        assert_ne!(own, shared);
        assert_eq!(raw.node(raw.find("b\\x")).security, shared);
        let hive = coldhive_hive::Hive::parse(broken).unwrap();
        let key = |path: &str| hive.key(path).found().unwrap();
        assert!(key("b").security().is_err() && key("b\\x").security().is_ok());
    });
}

#[test]
fn a_deleted_key_leaves_its_bytes() {
    with(&Fault::DeletedKey { key: "b".into() }, |_, broken| {
        let raw = Raw(broken);
        let root = raw.node(raw.root());
        assert_eq!((root.subkey_count, raw.entries(root.list).len()), (2, 2));
        assert_eq!(raw.security(root.security).2, 3);
        let free: Vec<u32> = raw
            .cells()
            .iter()
            .filter(|(_, (_, allocated))| !allocated)
            .map(|(&cell, _)| cell)
            .collect();
        let signed = |signature: &[u8]| {
            free.iter().filter(|&&cell| broken[raw.data_at(cell)..].starts_with(signature)).count()
        };
        assert_eq!((signed(b"nk"), signed(b"vk")), (4, 3));
    });
}

#[test]
fn a_descriptor_that_only_deleted_keys_had_leaves_the_ring() {
    for version in VERSIONS {
        let mut spec = small(version).fault(Fault::DeletedKey { key: "b".into() });
        spec.root.at("b").security = Some(coldhive_forge::samples::winsock_descriptor());
        let bytes = build(&spec).unwrap();
        let raw = Raw(&bytes);
        let ring = raw.node(raw.root()).security;
        let (next, previous, count, _) = raw.security(ring);
        assert_eq!((next, previous, count), (ring, ring, 3));
    }
}

#[test]
fn values_can_be_wrong() {
    let value = || ("a".to_string(), "CELL".to_string());
    let (key, name) = value();
    with(&Fault::ValueSignature { key, value: name }, |sound, broken| {
        let raw = Raw(sound);
        let at = raw.data_at(raw.value_cells(&raw.node(raw.find("a")))[1]);
        assert_eq!(differences(sound, broken), [at, at + 1].into());
    });
    let (key, name) = value();
    with(&Fault::ValueListHole { key, value: name }, |_, broken| {
        let raw = Raw(broken);
        let cells = raw.value_cells(&raw.node(raw.find("a")));
        assert_eq!((cells[1], cells.len()), (NOWHERE, 3));
    });
    // Sizes of the cell that is left: half of 104, of a full segment's 16,352, of 20,008 to 1.3; in 1.1 of 112 and
    // 20,016, as multiples of 16.
    for (value, segment, whole) in [("cell", 48, 48), ("large", 8176, 10_000)] {
        let fault = Fault::DataCutShort { key: "a".into(), value: value.into() };
        with(&fault, |sound, broken| {
            let kept = if Raw(sound).minor() <= 3 { whole } else { segment };
            let cells = Raw(broken).cells();
            let mut pairs = cells.values().zip(cells.values().skip(1));
            assert!(pairs.any(|(cut, rest)| *cut == (kept, true) && !rest.1));
            // The cells before and after are where they were.
            assert!(Raw(sound).cells().keys().all(|cell| cells.contains_key(cell)));
        });
    }
}

#[test]
fn the_base_block_can_be_wrong() {
    with(&Fault::DirtySequence, |_, broken| {
        let raw = Raw(broken);
        assert_eq!((raw.number(4), raw.number(8)), (2, 1));
        assert_eq!(raw.number(508), checksum(&raw));
    });
    with(&Fault::RootUnreadable, |_, broken| {
        assert_eq!(Raw(broken).root(), NOWHERE);
        assert_eq!(Raw(broken).number(508), checksum(&Raw(broken)));
    });
    with(&Fault::BadChecksum, |sound, broken| {
        assert_eq!(Raw(broken).number(508), !Raw(sound).number(508));
    });
    with(&Fault::Truncate { bytes: 5000 }, |sound, broken| assert_eq!(sound[..5000], *broken));
}

fn checksum(raw: &Raw<'_>) -> u32 {
    (0..508).step_by(4).fold(0, |sum, at| sum ^ raw.number(at))
}

#[test]
fn faults_add_up_in_any_order() {
    let spec = small(Version::V1_5)
        .fault(Fault::Truncate { bytes: 4200 })
        .fault(Fault::BadChecksum)
        .fault(Fault::DirtySequence)
        .fault(Fault::ListHole { key: "b\\x".into() });
    let bytes = build(&spec).unwrap();
    let raw = Raw(&bytes);
    assert_eq!(bytes.len(), 4200);
    assert_eq!((raw.number(4), raw.number(508)), (2, !checksum(&raw)));
}

pub(crate) fn refused(fault: Fault) -> ForgeError {
    let spec: HiveSpec = small(Version::V1_3).fault(fault);
    build(&spec).map(drop).unwrap_err()
}

#[test]
fn a_fault_that_misses_says_so() {
    assert_eq!(
        refused(Fault::ListHole { key: "b\\w".into() }).to_string(),
        "the fault ListHole names the key \"b\\\\w\", which isn't there"
    );
    assert_eq!(
        refused(Fault::NoSecurity { key: "c".into() }),
        ForgeError::FaultKeyMissing { fault: "NoSecurity", key: "c".into() }
    );
    assert_eq!(
        refused(Fault::ValueSignature { key: "a".into(), value: "v".into() }),
        ForgeError::FaultValueMissing {
            fault: "ValueSignature",
            key: "a".into(),
            value: "v".into()
        }
    );
    for impossible in [
        Fault::ListHole { key: "".into() },
        Fault::DeletedKey { key: "".into() },
        Fault::WrongParent { key: "".into() },
        Fault::UnsortedList { key: "a".into() },
        Fault::ListSignature { key: "a".into() },
        Fault::DataCutShort { key: "a".into(), value: "resident".into() },
    ] {
        assert!(matches!(refused(impossible), ForgeError::FaultNotApplicable { .. }));
    }
}
