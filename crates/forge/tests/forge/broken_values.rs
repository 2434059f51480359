//! What the faults of values change, byte by byte.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};

use crate::VERSIONS;
use crate::faults::{differences, refused, with, with_in};
use crate::raw::{NOWHERE, Raw, long, short};

fn cells_of(raw: &Raw<'_>) -> Vec<u32> {
    raw.value_cells(&raw.node(raw.find("a")))
}

#[test]
fn two_values_can_have_one_name() {
    let fault = Fault::DuplicateValue { key: "a".into(), value: "cell".into() };
    with(&fault, |_, broken| {
        let raw = Raw(broken);
        let cells = cells_of(&raw);
        assert_eq!(cells.len(), 4);
        let (first, last) = (raw.value(cells[1]), raw.value(cells[3]));
        assert_ne!(first.cells, last.cells);
        assert_eq!((first.name, first.data), (last.name, last.data));
    });
}

#[test]
fn segments_can_be_miscounted_or_missing() {
    let (key, value) = ("a".to_string(), "large".to_string());
    let fault = Fault::SegmentCount { key: key.clone(), value: value.clone(), count: 1 };
    with_in(&VERSIONS[3..], &fault, |sound, broken| {
        let raw = Raw(sound);
        let record = long(raw.cell(cells_of(&raw)[2]), 8);
        let at = raw.data_at(record) + 2;
        assert_eq!((short(sound, at), short(broken, at)), (2, 1));
        assert_eq!(differences(sound, broken).len(), 1);
    });
    let fault = Fault::SegmentMissing { key: key.clone(), value: value.clone(), segment: 1 };
    with_in(&VERSIONS[3..], &fault, |sound, broken| {
        let raw = Raw(sound);
        let record = long(raw.cell(cells_of(&raw)[2]), 8);
        let list = raw.data_at(long(raw.cell(record), 4));
        assert_eq!(sound[list..list + 4], broken[list..list + 4]);
        assert_eq!(long(broken, list + 4), NOWHERE);
        assert!(differences(sound, broken).iter().all(|at| (list + 4..list + 8).contains(at)));
    });
    // To 1.3 there are no segments, and nowhere is there a third of two.
    assert!(refused(fault).to_string().contains("no segments"));
    let third = Fault::SegmentMissing { key, value, segment: 2 };
    assert!(build(&crate::small(Version::V1_5).fault(third)).is_err());
}

#[test]
fn a_deleted_value_moves_those_behind_it_up() {
    let fault = Fault::DeletedValue { key: "a".into(), value: "cell".into() };
    with(&fault, |sound, broken| {
        let (sound, broken) = (Raw(sound), Raw(broken));
        let before = cells_of(&sound);
        let key = broken.node(broken.find("a"));
        assert_eq!(key.value_count, 2);
        assert_eq!(cells_of(&broken), [before[0], before[2]]);
        // What the last place held stays behind the list's end.
        assert_eq!(long(broken.cell(key.value_list), 8), before[2]);
        // The record and the data are free, with all their bytes.
        let cells = broken.cells();
        for cell in sound.value(before[1]).cells {
            let (size, allocated) = cells[&cell];
            assert!(!allocated);
            let data = broken.data_at(cell)..4096 + (cell + size) as usize;
            assert_eq!(broken.0[data.clone()], sound.0[data]);
        }
        // Largest lengths are those of a key without it: "resident" and 20,000 bytes.
        assert_eq!(key.largest[2..], [16, 20_000]);
    });
}

#[test]
fn the_last_value_takes_its_list_along() {
    let fault = Fault::DeletedValue { key: "b\\x".into(), value: "".into() };
    with(&fault, |sound, broken| {
        let (sound, broken) = (Raw(sound), Raw(broken));
        let before = sound.node(sound.find("b\\x"));
        let key = broken.node(broken.find("b\\x"));
        assert_eq!((key.value_count, key.value_list), (0, NOWHERE));
        assert_eq!(key.largest[2..], [0, 0]);
        assert!(!broken.cells()[&before.value_list].1);
        let at = broken.data_at(before.value_list);
        assert_eq!(long(broken.0, at), sound.value_cells(&before)[0]);
    });
}

#[test]
fn slack_begins_where_a_cell_could() {
    let old = [0xAB; 48];
    let fault = Fault::Slack { key: "a".into(), value: "cell".into(), bytes: old.into() };
    with_sizes(&fault, |raw| {
        let cells = cells_of(raw);
        let value = raw.value(cells[1]);
        assert_eq!(value.data, [7; 100]);
        let (header, unit) = raw.cell_layout();
        let start = (100 + header).next_multiple_of(unit);
        assert_eq!(raw.cell(value.cells[1])[(start - header) as usize..][..48], old);
        assert_eq!(raw.cells()[&value.cells[1]].0, (start + 48).next_multiple_of(unit));
    });
    let resident = Fault::Slack { key: "a".into(), value: "resident".into(), bytes: vec![1] };
    assert!(refused(resident).to_string().contains("no cell of its own"));
}

/// Builds the small hive with a fault that makes it larger, in each version.
fn with_sizes(fault: &Fault, check: impl Fn(&Raw<'_>)) {
    for version in VERSIONS {
        check(&Raw(&build(&crate::small(version).fault(fault.clone())).unwrap()));
    }
}

#[test]
fn a_hole_is_in_the_list_as_it_is() {
    // Once a value before it is deleted, the entry stands further up.
    let root = KeySpec::new("ROOT")
        .value(ValueSpec::dword("first", 1))
        .value(ValueSpec::dword("second", 2))
        .value(ValueSpec::dword("third", 3));
    let fault = |value: &str| (String::new(), value.to_string());
    let ((key, value), (hole_key, hole)) = (fault("first"), fault("third"));
    let spec = HiveSpec::new(Version::V1_3, root)
        .fault(Fault::DeletedValue { key, value })
        .fault(Fault::ValueListHole { key: hole_key, value: hole });
    let bytes = build(&spec).unwrap();
    let raw = Raw(&bytes);
    let cells = raw.value_cells(&raw.node(raw.root()));
    assert_eq!((cells.len(), cells[1]), (2, NOWHERE));
    assert_eq!(raw.value(cells[0]).name, "second".encode_utf16().collect::<Vec<_>>());
}
