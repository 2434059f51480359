//! Each kind of damage: the words for it.

use coldhive_hive::{CellOffset, Damage, Signature, Structure, sort_damage};

fn at(offset: u32) -> CellOffset {
    CellOffset::new(offset)
}

/// Code, message, expected, found and file offset of every kind of damage.
#[test]
fn words_and_places() {
    use Structure::*;
    let cell = at(0x120);
    let table: &[(Damage, &str, &str, &str, &str, u64)] = &[
        (
            Damage::OutOfBounds { what: KeyNode, at: cell, limit: 0x100 },
            "out-of-bounds",
            "the key node should stand in cell 0x120, but the hive bins data has only 0x100 bytes",
            "below 0x100",
            "0x120",
            0x1120,
        ),
        (
            Damage::PointsNowhere { what: SubkeyList, from: cell },
            "points-nowhere",
            "the record in cell 0x120 names a subkey list in cell 0xffffffff, which is nowhere",
            "a cell",
            "nowhere",
            0x1120,
        ),
        (
            Damage::PointsNowhere { what: RootKey, from: CellOffset::NONE },
            "points-nowhere",
            "the base block names a root key in cell 0xffffffff, which is nowhere",
            "a cell",
            "nowhere",
            36,
        ),
        (
            Damage::Unaligned { what: KeySecurity, at: at(0x121) },
            "unaligned",
            "the key security record is said to stand in cell 0x121, where no cell can begin",
            "a multiple of 8",
            "0x121",
            0x1121,
        ),
        (
            Damage::CellSize { what: ValueData, at: cell, size: 9 },
            "cell-size",
            "the cell 0x120 of the value data says it has 9 bytes, which no cell can have",
            "a multiple of the cell unit, not 0",
            "9",
            0x1120,
        ),
        (
            Damage::CellTooLong { what: ClassName, at: cell, size: 64, room: 32 },
            "cell-too-long",
            "the cell 0x120 of the class name has 64 bytes, but only 32 are left",
            "at most 32 bytes",
            "64 bytes",
            0x1120,
        ),
        (
            Damage::NotAllocated { what: KeyValue, at: cell },
            "cell-not-allocated",
            "the key value stands in cell 0x120, which is marked free",
            "an allocated cell",
            "a free cell",
            0x1120,
        ),
        (
            Damage::TooShort { what: KeyNode, at: cell, needed: 80, found: 12 },
            "record-too-short",
            "the key node in cell 0x120 needs 80 bytes, but the cell has 12",
            "80 bytes",
            "12 bytes",
            0x1120,
        ),
        (
            Damage::BadSignature {
                what: BigData,
                at: cell,
                expected: Signature(*b"db"),
                found: Signature([0, 7]),
            },
            "bad-signature",
            "the big data record in cell 0x120 should begin with \"db\", but begins with bytes 00 07",
            "\"db\"",
            "bytes 00 07",
            0x1120,
        ),
        (
            Damage::OddName { what: KeyNode, at: cell, length: 7 },
            "odd-name",
            "the name of the key node in cell 0x120 is UTF-16 and has an odd number of bytes, 7",
            "an even number of bytes",
            "7 bytes",
            0x1120,
        ),
        (
            Damage::NameTooLong { what: KeyNode, at: cell, length: 300 },
            "name-too-long",
            "the name of the key node in cell 0x120 has 300 UTF-16 units, but Windows allows 255",
            "at most 255 UTF-16 units",
            "300 UTF-16 units",
            0x1120,
        ),
        (
            Damage::NameTooLong { what: KeyValue, at: cell, length: 20_000 },
            "name-too-long",
            "the name of the key value in cell 0x120 has 20000 UTF-16 units, but Windows allows 16383",
            "at most 16383 UTF-16 units",
            "20000 UTF-16 units",
            0x1120,
        ),
        (
            Damage::ValueCount { at: cell, said: 0, found: 2 },
            "value-count",
            "the key node in cell 0x120 says it has 0 values, but its list has 2",
            "0 values",
            "2 values",
            0x1120,
        ),
        (
            Damage::PredefinedHandle { at: cell },
            "predefined-handle",
            "the key node in cell 0x120 is marked as a predefined handle, which may be hiding its values",
            "a count of values",
            "a handle",
            0x1120,
        ),
        (
            Damage::PathCut { at: cell },
            "path-cut",
            "the path of the key node in cell 0x120 is cut: the paths of this hive add up far beyond its size",
            "a path in proportion",
            "paths that multiply",
            0x1120,
        ),
        (
            Damage::EmptyName { at: cell },
            "empty-name",
            "the key node in cell 0x120 has no name, and only a root may have none",
            "a name",
            "none",
            0x1120,
        ),
        (
            Damage::ListTooLong { what: ValueList, at: cell, said: 9, room: 3 },
            "list-too-long",
            "the value list in cell 0x120 says it has 9 entries, but the cell holds 3",
            "at most 3 entries",
            "9 entries",
            0x1120,
        ),
        (
            Damage::SubkeyCount { at: cell, said: 3, found: 2 },
            "subkey-count",
            "the key node in cell 0x120 says it has 3 subkeys, but its list has 2",
            "3 subkeys",
            "2 subkeys",
            0x1120,
        ),
        (
            Damage::NestedIndexRoot { at: cell },
            "nested-index-root",
            "the subkey list in cell 0x120 is an index root inside an index root",
            "a leaf",
            "an index root",
            0x1120,
        ),
        (
            Damage::OutOfOrder { at: cell, list: at(0x180), entry: at(0x200) },
            "list-out-of-order",
            "the subkey in cell 0x200 stands out of order in the list of the key in cell 0x120",
            "names in order",
            "a name that sorts earlier",
            0x1180,
        ),
        (
            Damage::WrongHint {
                at: cell,
                list: at(0x180),
                entry: at(0x200),
                expected: 0x436C_7573,
                found: 1,
            },
            "list-wrong-hint",
            "the list of the key in cell 0x120 has 0x00000001 as hash or hint for the subkey in cell 0x200, \
             expected 0x436c7573",
            "0x436c7573",
            "0x00000001",
            0x1180,
        ),
        (
            Damage::WrongParent { at: cell, expected: at(0x20), found: at(0x28) },
            "wrong-parent",
            "the key node in cell 0x120 says its parent is in cell 0x28, but it is listed by the key in cell 0x20",
            "0x20",
            "0x28",
            0x1120,
        ),
        (
            Damage::WrongParent { at: cell, expected: at(0x20), found: CellOffset::NONE },
            "wrong-parent",
            "the key node in cell 0x120 says its parent is nowhere, but it is listed by the key in cell 0x20",
            "0x20",
            "nowhere",
            0x1120,
        ),
        (
            Damage::ListedTwice { at: cell },
            "key-listed-twice",
            "the key node in cell 0x120 is listed a second time",
            "one parent",
            "another list entry",
            0x1120,
        ),
        (
            Damage::EndlessList { what: SubkeyList, at: cell },
            "endless-list",
            "the subkey list in cell 0x120 has more entries than the hive has room for",
            "a list that ends",
            "more entries than keys fit",
            0x1120,
        ),
        (
            Damage::TooDeep { at: cell },
            "too-deep",
            "the key node in cell 0x120 stands deeper than 512 levels",
            "at most 512 levels",
            "a deeper key",
            0x1120,
        ),
        (
            Damage::InlineTooLong { at: cell, length: 5 },
            "inline-data-too-long",
            "the key value in cell 0x120 says that 5 bytes of data stand in its 4-byte offset field",
            "at most 4 bytes",
            "5 bytes",
            0x1120,
        ),
        (
            Damage::DataTooShort { at: cell, expected: 100, found: 44 },
            "data-too-short",
            "the data of the value in cell 0x120 should have 100 bytes, but 44 are there",
            "100 bytes",
            "44 bytes",
            0x1120,
        ),
        (
            Damage::SharedData { at: cell },
            "shared-data",
            "the data of the record in cell 0x120 is left out: the records of this hive share data beyond its size",
            "data of its own",
            "shared data",
            0x1120,
        ),
        (
            Damage::Truncated { said: 0x2000, found: 0x1000 },
            "truncated",
            "the base block says that the hive bins data has 0x2000 bytes, but the file holds 0x1000",
            "0x2000 bytes",
            "0x1000 bytes",
            40,
        ),
        (
            Damage::BinsSize { said: 0x1001 },
            "bins-size",
            "the base block says that the hive bins data has 0x1001 bytes, which is no multiple of 4096 or is 0",
            "a multiple of 4096, not 0",
            "0x1001",
            40,
        ),
        (
            Damage::Checksum { expected: 1, found: 2 },
            "base-block-checksum",
            "the checksum of the base block should be 0x00000001, but is 0x00000002",
            "0x00000001",
            "0x00000002",
            508,
        ),
        (
            Damage::BaseSignature { found: 0x4352_4547 },
            "base-block-signature",
            "the base block should begin with \"regf\", but begins with bytes 43524547",
            "\"regf\"",
            "bytes 43524547",
            0,
        ),
        (
            Damage::Version { major: 1, minor: 9 },
            "base-block-version",
            "the base block says format 1.9, known are 1.1 to 1.6",
            "1.1 to 1.6",
            "1.9",
            20,
        ),
        (
            Damage::Layout { minor: 1, old_layout: false },
            "base-block-layout",
            "the base block says format 1.1, but the root cell is laid out as from 1.2 on",
            "1.1",
            "the cell layout from 1.2 on",
            20,
        ),
        (
            Damage::FileType { file_type: 6, format: 1 },
            "base-block-file-type",
            "the base block says file type 6, format 1; a primary hive has 0 and 1",
            "0, 1",
            "6, 1",
            28,
        ),
        (
            Damage::BinSignature { at: at(0), found: 0 },
            "bin-signature",
            "the hive bin at 0x0 should begin with \"hbin\", but begins with bytes 00000000",
            "\"hbin\"",
            "bytes 00000000",
            4096,
        ),
        (
            Damage::BinOffset { at: at(0x1000), found: 0x2000 },
            "bin-offset",
            "the hive bin at 0x1000 says that it stands at 0x2000",
            "0x1000",
            "0x2000",
            0x2000,
        ),
        (
            Damage::BinSize { at: at(0x1000), found: 100, room: 0x2000 },
            "bin-size",
            "the hive bin at 0x1000 says it has 0x64 bytes, but 0x2000 are left, and bins have a multiple of 4096",
            "a multiple of 4096, at most 0x2000",
            "0x64",
            0x2000,
        ),
        (
            Damage::NotTiled { at: cell, size: 12, room: 96 },
            "cells-not-tiled",
            "at 0x120 a cell should begin, but its size is 12, and 96 bytes of the hive bin are left",
            "a cell of at most 96 bytes",
            "12 bytes",
            0x1120,
        ),
        (
            Damage::NotACell { what: KeyNode, at: cell },
            "not-a-cell",
            "the key node stands at 0x120, inside of another cell or of a bin's header",
            "the start of a cell",
            "a place inside one",
            0x1120,
        ),
        (
            Damage::SharedCell { what: ValueList, at: cell },
            "shared-cell",
            "the value list in cell 0x120 is named more than once",
            "named once",
            "named more than once",
            0x1120,
        ),
        (
            Damage::DuplicateKey { at: at(0x20), entry: cell, first: at(0x80) },
            "duplicate-key",
            "the subkey in cell 0x120 of the key in cell 0x20 has the name of the subkey in cell 0x80",
            "one subkey of a name",
            "another",
            0x1120,
        ),
        (
            Damage::DuplicateValue { at: at(0x20), value: cell, first: at(0x80) },
            "duplicate-value",
            "the value in cell 0x120 of the key in cell 0x20 has the name of the value in cell 0x80",
            "one value of a name",
            "another",
            0x1120,
        ),
        (
            Damage::BackslashInName { at: cell },
            "backslash-in-name",
            "the name of the key node in cell 0x120 holds a backslash, so that no path leads to the key",
            "a name without a backslash",
            "a name with one",
            0x1120,
        ),
        (
            Damage::NulInName { what: KeyValue, at: cell },
            "nul-in-name",
            "the name of the key value in cell 0x120 holds a NUL, so that most programs can't open it",
            "a name without a NUL",
            "a name with one",
            0x1120,
        ),
        (
            Damage::EmptyClass { at: cell, class: at(0x80) },
            "empty-class",
            "the key node in cell 0x120 names a class name in cell 0x80, of 0 bytes",
            "nowhere",
            "0x80",
            0x1120,
        ),
        (
            Damage::RootFlag { at: cell, parent: at(0x20) },
            "root-flag",
            "the key node in cell 0x120 is marked as a root, but it is listed by the key in cell 0x20",
            "no flag of a root",
            "the flag of a root",
            0x1120,
        ),
        (
            Damage::SegmentCount { at: cell, expected: 2, found: 3 },
            "segment-count",
            "the big data record in cell 0x120 says it has 3 segments, but its data takes 2",
            "2 segments",
            "3 segments",
            0x1120,
        ),
        (
            Damage::SecurityLink { at: cell, to: at(0x80) },
            "security-link",
            "the key security record in cell 0x120 names as the next one that in cell 0x80, where none can be read",
            "the cell of a key security record",
            "0x80",
            0x1120,
        ),
        (
            Damage::SecurityBackLink { at: cell, expected: at(0x20), found: at(0x80) },
            "security-back-link",
            "the key security record in cell 0x120 says that the one before it is in cell 0x80, but it follows the one in cell 0x20",
            "0x20",
            "0x80",
            0x1120,
        ),
        (
            Damage::SecurityRing { at: cell, start: at(0x20) },
            "security-ring",
            "the ring of key security records closes at cell 0x120, but began at cell 0x20",
            "0x20",
            "0x120",
            0x1120,
        ),
        (
            Damage::SecurityNotInRing { at: cell },
            "security-not-in-ring",
            "the key security record in cell 0x120 is missing from the ring of them all",
            "a place in the ring",
            "none",
            0x1120,
        ),
        (
            Damage::SecurityUnused { at: cell, said: 2 },
            "security-unused",
            "the key security record in cell 0x120 says that 2 keys use it, but none names it",
            "a key that names it",
            "none",
            0x1120,
        ),
        (
            Damage::ReferenceCount { at: cell, said: 2, found: 1 },
            "reference-count",
            "the key security record in cell 0x120 says that 2 keys use it, but 1 do",
            "1",
            "2",
            0x1120,
        ),
    ];
    let mut codes = Vec::new();
    for (damage, code, message, expected, found, file_offset) in table {
        let report = damage.report();
        assert_eq!(report.code, *code);
        assert_eq!(report.message, *message);
        assert_eq!((&*report.expected, &*report.found), (*expected, *found), "{code}");
        assert_eq!(report.file_offset, *file_offset, "{code}");
        assert_eq!(report.cell, damage.at());
        codes.push(*code);
    }
    codes.dedup();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count, "a code stands for one kind of damage");
}

#[test]
fn reports_do_not_depend_on_the_order_of_reading() {
    let one = Damage::TooDeep { at: at(0x200) }.report();
    let other = Damage::ListedTwice { at: at(0x100) }.report();
    let mut first = vec![one.clone(), other.clone(), one.clone()];
    let mut second = vec![other.clone(), one.clone(), other.clone()];
    sort_damage(&mut first);
    sort_damage(&mut second);
    assert_eq!(first, second);
    assert_eq!(first, [other, one]);
}
