//! What the faults of key nodes and subkey lists change, byte by byte.

use coldhive_forge::{Fault, HiveSpec, KeySpec, Version, build};

use crate::faults::{differences, refused, with, with_in};
use crate::raw::{NOWHERE, Raw, long, short};
use crate::{VERSIONS, small};

/// Offsets of the bytes at which two files may differ: so many from one place on.
fn within(at: usize, count: usize) -> impl Fn(&usize) -> bool {
    move |&difference| (at..at + count).contains(&difference)
}

#[test]
fn a_name_can_end_with_nul() {
    with(&Fault::NulInName { key: "b\\x".into() }, |sound, broken| {
        let raw = Raw(sound);
        let at = raw.data_at(raw.find("b\\x")) + 76;
        assert_eq!(differences(sound, broken), [at].into());
        assert_eq!(broken[at], 0);
    });
}

#[test]
fn a_name_can_have_half_a_character() {
    with(&Fault::OddNameLength { key: "longer name".into() }, |sound, broken| {
        let raw = Raw(sound);
        let at = raw.data_at(raw.find("longer name"));
        let changed = differences(sound, broken);
        assert!(changed.iter().all(|&byte| within(at + 2, 2)(&byte) || within(at + 72, 2)(&byte)));
        assert_eq!(short(broken, at + 72) % 2, 1);
        assert_eq!(short(broken, at + 2) & 0x20, 0);
    });
}

#[test]
fn a_cell_can_be_free_though_it_is_needed() {
    for (fault, cell) in [
        (Fault::FreedNode { key: "b\\x".into() }, (|raw| raw.find("b\\x")) as fn(&Raw<'_>) -> u32),
        (Fault::FreedList { key: "b".into() }, |raw| raw.node(raw.find("b")).list),
        (Fault::FreedValueList { key: "a".into() }, |raw| raw.node(raw.find("a")).value_list),
        (Fault::FreedSecurity { key: "a".into() }, |raw| raw.node(raw.find("a")).security),
        (Fault::FreedValue { key: "a".into(), value: "cell".into() }, |raw| {
            raw.value_cells(&raw.node(raw.find("a")))[1]
        }),
        (Fault::FreedData { key: "a".into(), value: "cell".into() }, |raw| {
            long(raw.cell(raw.value_cells(&raw.node(raw.find("a")))[1]), 8)
        }),
        // The one cell, or the db record.
        (Fault::FreedData { key: "a".into(), value: "large".into() }, |raw| {
            long(raw.cell(raw.value_cells(&raw.node(raw.find("a")))[2]), 8)
        }),
    ] {
        with(&fault, |sound, broken| {
            let cell = cell(&Raw(sound));
            let at = 4096 + cell as usize;
            assert!(differences(sound, broken).iter().all(within(at, 4)), "{fault:?}");
            assert_eq!(Raw(sound).cells()[&cell].0, Raw(broken).cells()[&cell].0);
            assert!(!Raw(broken).cells()[&cell].1);
        });
    }
}

#[test]
fn a_cell_can_say_another_size() {
    with(&Fault::NodeSize { key: "b\\x".into(), size: 24 }, |sound, broken| {
        let at = 4096 + Raw(sound).find("b\\x") as usize;
        assert!(differences(sound, broken).iter().all(within(at, 4)));
        assert_eq!(long(broken, at).cast_signed(), -24);
    });
}

#[test]
fn counts_can_be_wrong() {
    for (fault, field, number) in [
        (Fault::SubkeyCount { key: "b".into(), count: 9 }, 20, 9),
        (Fault::ValueCount { key: "b".into(), count: 70_000 }, 36, 70_000),
    ] {
        with(&fault, |sound, broken| {
            let at = Raw(sound).data_at(Raw(sound).find("b")) + field;
            assert!(differences(sound, broken).iter().all(within(at, 4)));
            assert_eq!(long(broken, at), number);
        });
    }
    with(&Fault::ListCount { key: "b".into(), count: 60_000 }, |sound, broken| {
        let at = Raw(sound).data_at(Raw(sound).node(Raw(sound).find("b")).list) + 2;
        assert!(differences(sound, broken).iter().all(within(at, 2)));
        assert_eq!(short(broken, at), 60_000);
    });
}

#[test]
fn an_index_root_can_lead_to_an_index_root() {
    with(&Fault::NestedIndexRoot { key: "b".into() }, |sound, broken| {
        let raw = Raw(broken);
        let outer = raw.node(raw.find("b")).list;
        let inner = long(raw.cell(outer), 4);
        let leaf = long(raw.cell(inner), 4);
        for index in [outer, inner] {
            assert_eq!((&raw.cell(index)[..2], short(raw.cell(index), 2)), (&b"ri"[..], 1));
        }
        let sound = Raw(sound);
        assert_eq!(raw.cell(leaf)[..4], sound.cell(sound.node(sound.find("b")).list)[..4]);
    });
    // A list of several leaves has one index root already.
    let mut root = KeySpec::new("ROOT");
    root.subkeys.extend((0..1500).map(|number| KeySpec::new(format!("{number}"))));
    let nested = Fault::NestedIndexRoot { key: "".into() };
    let bytes = build(&HiveSpec::new(Version::V1_5, root).fault(nested)).unwrap();
    let raw = Raw(&bytes);
    let inner = long(raw.cell(raw.node(raw.root()).list), 4);
    assert_eq!((&raw.cell(inner)[..2], short(raw.cell(inner), 2)), (&b"ri"[..], 3));
}

#[test]
fn two_keys_can_have_one_name() {
    with(&Fault::DuplicateKey { key: "b\\x".into() }, |_, broken| {
        let raw = Raw(broken);
        let b = raw.node(raw.find("b"));
        let entries = raw.entries(b.list);
        assert_eq!((b.subkey_count, entries.len()), (4, 4));
        let names: Vec<String> = entries
            .iter()
            .map(|entry| String::from_utf16(&raw.node(entry.node).name).unwrap())
            .collect();
        assert_eq!(names, ["x", "x", "y", "z"]);
        let (first, second) = (raw.node(entries[0].node), raw.node(entries[1].node));
        assert_ne!(entries[0].node, entries[1].node);
        assert_eq!(entries[0].hint, entries[1].hint);
        assert_eq!(first.parent, second.parent);
        assert_eq!((first.value_count, second.value_count), (1, 1));
    });
}

#[test]
fn lists_of_old_formats_break_like_others() {
    with_in(&VERSIONS[..2], &Fault::ListHole { key: "b\\y".into() }, |sound, broken| {
        let raw = Raw(sound);
        let list = raw.node(raw.find("b")).list;
        assert_eq!(&raw.cell(list)[..4], b"li\x03\0");
        let at = raw.data_at(list) + 4 + 4;
        assert!(differences(sound, broken).iter().all(within(at, 4)));
        assert_eq!(long(broken, at), NOWHERE);
    });
    let hint = Fault::WrongHint { key: "b\\y".into() };
    assert!(build(&small(Version::V1_2).fault(hint)).is_err());
}

#[test]
fn what_cannot_be_is_refused() {
    for fault in [
        Fault::NestedIndexRoot { key: "a".into() },
        Fault::ReplacedList { key: "a".into() },
        Fault::FreedList { key: "a".into() },
        Fault::ListCount { key: "a".into(), count: 1 },
        Fault::DuplicateKey { key: "".into() },
        Fault::LostKey { key: "".into() },
        Fault::OddNameLength { key: "a".into() },
        // The key that shall take the cell stands before it, has too long a name, is deleted too.
        Fault::ReusedNode { key: "b".into(), by: "a".into() },
        Fault::ReusedNode { key: "a".into(), by: "longer name".into() },
        Fault::ReusedNode { key: "b".into(), by: "b\\x".into() },
    ] {
        let message = refused(fault).to_string();
        assert!(message.contains("can't be applied"), "{message}");
    }
}
