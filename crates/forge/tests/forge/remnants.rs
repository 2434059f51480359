//! What is left of keys that were deleted, lost or overwritten.

use coldhive_forge::{Fault, KeySpec, ValueSpec, Version, build, remnant, samples};

use crate::raw::{NOWHERE, Raw, long, short};
use crate::{VERSIONS, small};

#[test]
fn a_lost_key_is_allocated_and_in_no_list() {
    for version in VERSIONS {
        let sound = build(&small(version)).unwrap();
        let broken = build(&small(version).fault(Fault::LostKey { key: "b".into() })).unwrap();
        let raw = Raw(&broken);
        let root = raw.node(raw.root());
        assert_eq!((root.subkey_count, raw.entries(root.list).len()), (2, 2));
        // All nine keys and their values are allocated, and the security cell counts them all.
        let allocated = |bytes: &[u8], signature: &[u8]| {
            let raw = Raw(bytes);
            let cells = raw.cells();
            let allocated = cells.iter().filter(|(_, (_, allocated))| *allocated);
            allocated.filter(|&(&cell, _)| raw.cell(cell).starts_with(signature)).count()
        };
        for signature in [b"nk", b"vk"] {
            assert_eq!(allocated(&broken, signature), allocated(&sound, signature));
        }
        let count = Raw(&sound).security(Raw(&sound).node(Raw(&sound).root()).security).2;
        assert_eq!(raw.security(root.security).2, count);
    }
}

#[test]
fn an_older_list_still_has_what_was_deleted() {
    for version in VERSIONS {
        let spec = small(version)
            .fault(Fault::DeletedKey { key: "b\\y".into() })
            .fault(Fault::ReplacedList { key: "b".into() });
        let bytes = build(&spec).unwrap();
        let raw = Raw(&bytes);
        let list = raw.node(raw.find("b")).list;
        assert_eq!(raw.entries(list).len(), 2);
        // The older one lies right behind it, free.
        let older = list + raw.cells()[&list].0;
        assert!(!raw.cells()[&older].1);
        let at = raw.data_at(older);
        assert_eq!(bytes[at..at + 2], raw.cell(list)[..2]);
        assert_eq!(short(&bytes, at + 2), 3);
        let step = if version.minor() < 3 { 4 } else { 8 };
        let entries = [0, 1, 2].map(|entry| long(&bytes, at + 4 + step * entry));
        assert_eq!([entries[0], entries[2]], [raw.find("b\\x"), raw.find("b\\z")]);
        let y = raw.data_at(entries[1]);
        assert_eq!(&bytes[y..y + 2], b"nk");
        assert_eq!(bytes[y + 76], b'y');
    }
}

#[test]
fn a_reused_node_leads_what_was_below_astray() {
    for version in VERSIONS {
        let mut spec = small(version);
        spec.root.at("bcdefghijklmnop\\below");
        spec.root.at("z");
        spec.faults = vec![Fault::ReusedNode { key: "bcdefghijklmnop".into(), by: "z".into() }];
        let bytes = build(&spec).unwrap();
        let raw = Raw(&bytes);
        let z = raw.find("z");
        assert!(raw.cells()[&z].1);
        // The end of the old name stands behind the new one.
        let name = if version == Version::V1_1 { b"p\0".to_vec() } else { b"nop".to_vec() };
        let length = if version == Version::V1_1 { 30 } else { 15 };
        assert_eq!(raw.cell(z)[76 + length - name.len()..76 + length], name);
        // The free node of `below` says that this cell is its parent's.
        let below: Vec<u32> = raw
            .cells()
            .iter()
            .filter(|(_, (_, allocated))| !allocated)
            .map(|(&cell, _)| cell)
            .filter(|&cell| bytes[raw.data_at(cell)..].starts_with(b"nk"))
            .collect();
        assert_eq!(below.len(), 1);
        assert_eq!(long(&bytes, raw.data_at(below[0]) + 16), z);
        assert_eq!(raw.node(z).parent, raw.root());
    }
}

#[test]
fn old_cells_are_made_as_the_layout_makes_them() {
    for version in VERSIONS {
        let key = KeySpec::new("Clusnet").written(5);
        let cell = remnant::key_cell(version, &key, 0x20);
        let value = remnant::value_cell(version, &ValueSpec::dword("Start", 2));
        let (header, unit) = if version == Version::V1_1 { (8, 16) } else { (4, 8) };
        for cell in [&cell, &value] {
            assert_eq!(cell.len() % unit, 0);
            assert_eq!(long(cell, 0) as usize, cell.len());
        }
        assert_eq!(&cell[header..header + 2], b"nk");
        assert_eq!(
            [4, 16, 28, 36, 44].map(|at| long(&cell, header + at)),
            [5, 0x20, NOWHERE, 0, NOWHERE]
        );
        assert_eq!(&value[header..header + 2], b"vk");
        assert_eq!([4, 8, 12].map(|at| long(&value, header + at)), [0x8000_0004, 2, 4]);
    }
}

#[test]
fn the_sample_with_a_deleted_key_has_all_of_it_in_one_free_cell() {
    let spec = samples::cluster_deleted();
    let bytes = build(&spec).unwrap();
    let raw = Raw(&bytes);
    let providers = raw.find("ControlSet001\\Services\\WinSock\\Setup Migration\\Providers");
    let list = raw.node(providers).list;
    assert_eq!(raw.entries(list).len(), 2);
    let free = list + raw.cells()[&list].0;
    let (size, allocated) = raw.cells()[&free];
    assert!(!allocated);
    let content = &bytes[raw.data_at(free)..4096 + (free + size) as usize];
    // The chain has the signature of the older list; the key, its value and the data are inside.
    assert_eq!(long(content, 0), NOWHERE);
    for text in
        [&b"nk"[..], b"vk", b"Clusnet", b"WinSock 2.0 Provider ID", &[0x1D, 0xC0, 0x1D, 0xC0]]
    {
        assert!(content.windows(text.len()).any(|bytes| bytes == text), "{text:?}");
    }
}
