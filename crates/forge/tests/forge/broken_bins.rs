//! What the faults of security cells, hive bins and free cells change, byte by byte.

use coldhive_forge::{Fault, HiveSpec, KeySpec, Version, build, samples};

use crate::VERSIONS;
use crate::faults::{differences, refused, with};
use crate::raw::{NOWHERE, Raw, long};

/// A hive with three descriptors: the root's, `b`'s and `c`'s.
fn secured(version: Version, faults: &[Fault]) -> Vec<u8> {
    let root = KeySpec::new("ROOT")
        .subkey(KeySpec::new("b").security(samples::winsock_descriptor()))
        .subkey(KeySpec::new("c").sddl("O:SYG:SYD:(A;;KA;;;SY)").unwrap());
    let mut spec = HiveSpec::new(version, root);
    spec.faults = faults.into();
    build(&spec).unwrap()
}

/// The security cells of the root, `b` and `c`, which is the order of the ring.
fn ring(raw: &Raw<'_>) -> [u32; 3] {
    ["", "b", "c"].map(|key| raw.node(raw.find(key)).security)
}

#[test]
fn the_ring_of_security_cells_can_be_broken() {
    let key = || "b".to_string();
    for version in VERSIONS {
        let sound = secured(version, &[]);
        let raw = Raw(&sound);
        let cells = ring(&raw);
        let b = raw.find("b");
        for (fault, cell, field, number) in [
            (Fault::SecurityRingSelf { key: key() }, 1, 4, cells[1]),
            (Fault::SecurityRingAstray { key: key() }, 1, 4, b),
            (Fault::SecurityBlink { key: key() }, 1, 8, cells[1]),
            (Fault::SecurityCount { key: key(), count: 40 }, 1, 12, 40),
            // From the last on with the second.
            (Fault::SecurityRingEndless, 2, 4, cells[1]),
        ] {
            let broken = secured(version, std::slice::from_ref(&fault));
            let at = raw.data_at(cells[cell]) + field;
            assert_eq!(long(&broken, at), number, "{fault:?}");
            let changed = differences(&sound, &broken);
            assert!(!changed.is_empty() && changed.iter().all(|byte| (at..at + 4).contains(byte)));
        }
    }
    for fault in [
        Fault::SecurityRingSelf { key: "a".into() },
        Fault::SecurityBlink { key: "a".into() },
        Fault::SecurityRingEndless,
    ] {
        assert!(refused(fault).to_string().contains("can't be applied"));
    }
}

#[test]
fn bin_headers_can_be_wrong() {
    for (fault, at, number) in [
        (Fault::BinSignature { bin: 1 }, 0, 0),
        (Fault::BinOffset { bin: 1, offset: 0x3000 }, 4, 0x3000),
        (Fault::BinSize { bin: 1, size: 0 }, 8, 0),
        (Fault::BinSize { bin: 1, size: 4097 }, 8, 4097),
        (Fault::BinSize { bin: 1, size: 0x7FFF_F000 }, 8, 0x7FFF_F000),
    ] {
        with(&fault, |sound, broken| {
            // The second bin begins where the first, of 4096 bytes, ends.
            let header = 2 * 4096;
            assert_eq!(&sound[header..header + 4], b"hbin");
            assert_eq!(long(broken, header + at), number);
            let field = header + at..header + at + 4;
            assert!(differences(sound, broken).iter().all(|byte| field.contains(byte)));
        });
    }
    assert_eq!(
        refused(Fault::BinSignature { bin: 99 }).to_string(),
        "the fault BinSignature can't be applied: there is no such bin"
    );
}

#[test]
fn free_neighbours_become_one_cell() {
    for version in VERSIONS {
        let deleted = crate::small(version).fault(Fault::DeletedKey { key: "b".into() });
        let apart = build(&deleted).unwrap();
        let together = build(&deleted.clone().fault(Fault::CoalesceFree)).unwrap();
        let (apart, together) = (Raw(&apart), Raw(&together));
        let free = |raw: &Raw<'_>| {
            raw.cells().values().filter(|(_, allocated)| !allocated).map(|(size, _)| size).sum()
        };
        let (before, after): (u32, u32) = (free(&apart), free(&together));
        assert_eq!(before, after);
        let cells: Vec<(u32, (u32, bool))> = together.cells().into_iter().collect();
        for pair in cells.windows(2) {
            let neighbours = pair[0].0 + pair[0].1.0 == pair[1].0;
            assert!(pair[0].1.1 || pair[1].1.1 || !neighbours, "two free neighbours");
        }
        assert!(cells.len() < apart.cells().len());
        // The nodes of `b` and what was below it are inside, sizes of their cells and all.
        let inner = together.0.windows(2).filter(|bytes| bytes == b"nk").count();
        assert_eq!(inner, apart.0.windows(2).filter(|bytes| bytes == b"nk").count());
    }
}

#[test]
fn free_cells_are_chained_by_size() {
    for version in VERSIONS {
        let spec = crate::small(version)
            .fault(Fault::DeletedKey { key: "b\\x".into() })
            .fault(Fault::DeletedKey { key: "b\\z".into() })
            .fault(Fault::LinkFree);
        let bytes = build(&spec).unwrap();
        let raw = Raw(&bytes);
        let mut by_size = std::collections::BTreeMap::<u32, Vec<u32>>::new();
        for (cell, (size, allocated)) in raw.cells() {
            if !allocated {
                by_size.entry(size).or_default().push(cell);
            }
        }
        assert!(by_size.values().any(|chain| chain.len() > 1));
        for chain in by_size.into_values() {
            for (position, &cell) in chain.iter().enumerate() {
                let at = raw.data_at(cell);
                let next = chain.get(position + 1).copied().unwrap_or(NOWHERE);
                assert_eq!(long(&bytes, at), next);
                if version == Version::V1_1 {
                    let previous = position.checked_sub(1).map_or(NOWHERE, |before| chain[before]);
                    assert_eq!(long(&bytes, at + 4), previous);
                }
            }
        }
    }
}

#[test]
fn bytes_can_follow_the_hive() {
    let fault = Fault::Trailing { bytes: b"hbin behind".to_vec() };
    for version in VERSIONS {
        let sound = build(&crate::small(version)).unwrap();
        let broken = build(&crate::small(version).fault(fault.clone())).unwrap();
        assert_eq!(broken, [&sound[..], b"hbin behind"].concat());
    }
}
