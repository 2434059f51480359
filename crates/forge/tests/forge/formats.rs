//! Formats 1.1, 1.2 and 1.6, by the bytes.

use coldhive_forge::{HiveSpec, KeySpec, LayerSemantics, ValueSpec, Version, build, samples};

use crate::corpus::corpus;
use crate::raw::{NOWHERE, Raw, long, short};
use crate::structure::assert_sound;

#[test]
fn nt_3_1_cells_are_of_16_bytes_and_name_the_one_before() {
    let root = KeySpec::new("R").value(ValueSpec::sz("v", "text"));
    let bytes = build(&HiveSpec::new(Version::V1_1, root)).unwrap();
    // The base block says 1.1, and that the root is the first cell.
    assert_eq!([20, 24, 36].map(|at| long(&bytes, at)), [1, 1, 32]);
    let bin = &bytes[4096..8192];
    // nk of 76 bytes and a name of 2: 86 with the header, so a cell of 96.
    assert_eq!((long(bin, 32).cast_signed(), long(bin, 36)), (-96, NOWHERE));
    assert_eq!(&bin[40..42], b"nk");
    // No flag says Latin-1, the title index is 0, the name is UTF-16LE.
    assert_eq!((short(bin, 42), long(bin, 52), short(bin, 40 + 72)), (0xC, 0, 2));
    assert_eq!(&bin[40 + 76..40 + 78], b"R\0");
    // vk of 20 bytes and a name of 2, the title index 0 where later formats have flags.
    let vk = 32 + 96;
    assert_eq!((long(bin, vk).cast_signed(), long(bin, vk + 4)), (-32, 32));
    assert_eq!(&bin[vk + 8..vk + 10], b"vk");
    assert_eq!((short(bin, vk + 10), long(bin, vk + 8 + 16)), (2, 0));
    assert_eq!(&bin[vk + 8 + 20..vk + 8 + 22], b"v\0");
    // Its data, 10 bytes in a cell of 32, names the vk cell as the one before.
    assert_eq!(long(bin, vk + 8 + 8), 160);
    assert_eq!((long(bin, 160).cast_signed(), long(bin, 164)), (-32, 128));
    assert_eq!(&bin[168..178], b"t\0e\0x\0t\0\0\0");
}

#[test]
fn the_cell_before_is_counted_from_its_bin() {
    let mut root = KeySpec::new("R");
    root.subkeys.extend((0..100).map(|number| KeySpec::new(format!("{number:02}"))));
    let bytes = build(&HiveSpec::new(Version::V1_1, root)).unwrap();
    // The second cell of the second bin: its first is 32 bytes into the bin.
    let bin = 2 * 4096;
    assert_eq!(&bytes[bin..bin + 4], b"hbin");
    assert_eq!(long(&bytes, bin + 32 + 4), NOWHERE);
    let second = bin + 32 + long(&bytes, bin + 32).cast_signed().unsigned_abs() as usize;
    assert_eq!(long(&bytes, second + 4), 32);
}

#[test]
fn nt_3_5_has_cells_of_8_bytes_latin1_names_and_li() {
    let root = KeySpec::new("R").subkey(KeySpec::new("k"));
    let bytes = build(&HiveSpec::new(Version::V1_2, root)).unwrap();
    assert_eq!(long(&bytes, 24), 2);
    let bin = &bytes[4096..8192];
    assert_eq!(long(bin, 32).cast_signed(), -88);
    assert_eq!((&bin[36..38], short(bin, 38), short(bin, 36 + 72)), (&b"nk"[..], 0x2C, 1));
    // The list follows: signature, count, one offset of 4 bytes.
    assert_eq!(long(bin, 36 + 28), 120);
    assert_eq!((long(bin, 120).cast_signed(), &bin[124..128]), (-16, &b"li\x01\0"[..]));
    let key = long(bin, 128) as usize;
    assert_eq!(&bin[key + 4..key + 6], b"nk");
    assert_eq!(bin[key + 4 + 76], b'k');
}

#[test]
fn the_samples_of_old_formats_are_sound() {
    for spec in [samples::nt31(), samples::nt35()] {
        assert_sound(&spec);
    }
    assert_sound(&samples::journal(3));
    assert_sound(&samples::cluster_repaired());
}

/// Byte 13 of a key's node.
fn layer(raw: &Raw<'_>, key: &str) -> u8 {
    raw.node(raw.find(key)).layer
}

#[test]
fn layered_keys_say_so_in_byte_13() {
    let key = |name: &str, semantics| KeySpec::new(name).layer(semantics);
    let root = KeySpec::new("ROOT")
        .subkey(KeySpec::new("merge"))
        .subkey(KeySpec::new("class").inherit_class())
        .subkey(key("tombstone", LayerSemantics::Tombstone))
        .subkey(key("local", LayerSemantics::SupersedeLocal))
        .subkey(key("tree", LayerSemantics::SupersedeTree))
        .subkey(key("both", LayerSemantics::SupersedeTree).inherit_class());
    let bytes = build(&HiveSpec::new(Version::V1_6, root)).unwrap();
    let raw = Raw(&bytes);
    let bits = ["merge", "class", "tombstone", "local", "tree", "both"].map(|key| layer(&raw, key));
    assert_eq!(bits, [0, 0x80, 1, 2, 3, 0x83]);
}

#[test]
fn a_tombstone_value_has_flag_2_and_nothing_else() {
    let root = KeySpec::new("ROOT").value(ValueSpec::tombstone("gone"));
    let bytes = build(&HiveSpec::new(Version::V1_6, root)).unwrap();
    let raw = Raw(&bytes);
    let cell = raw.value_cells(&raw.node(raw.root()))[0];
    let record = raw.cell(cell);
    // As the corpus has them: name length, size 0, offset nowhere, type 0, flags 3.
    assert_eq!(record[..20], *b"vk\x04\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0\x03\0\0\0");
    assert_eq!(raw.value(cell).cells, [cell]);
}

#[test]
fn a_container_of_windows_uses_the_same_bits() {
    let Some(bytes) = corpus("system/container-delta.SYSTEM") else { return };
    let raw = Raw(&bytes);
    let (mut bits, mut tombstones) = (std::collections::BTreeMap::<u8, u32>::new(), 0);
    for (cell, (_, allocated)) in raw.cells() {
        if !allocated {
            continue;
        }
        let record = raw.cell(cell);
        if record.starts_with(b"nk") {
            *bits.entry(record[13]).or_default() += 1;
        } else if record.starts_with(b"vk") && short(record, 16) & 2 != 0 {
            tombstones += 1;
            assert_eq!((long(record, 4), long(record, 8), long(record, 12)), (0, NOWHERE, 0));
        }
    }
    assert_eq!(tombstones, 3);
    assert_eq!(bits.into_keys().collect::<Vec<_>>(), [0, 1, 3, 0x80, 0x83]);
}

#[test]
fn layers_need_format_1_6() {
    let layered = [
        KeySpec::new("k").layer(LayerSemantics::Tombstone),
        KeySpec::new("k").inherit_class(),
        KeySpec::new("k").value(ValueSpec::tombstone("v")),
    ];
    for key in layered {
        let spec = |version| HiveSpec::new(version, KeySpec::new("ROOT").subkey(key.clone()));
        assert!(build(&spec(Version::V1_6)).is_ok());
        assert_eq!(
            build(&spec(Version::V1_5)).unwrap_err().to_string(),
            "the key \"k\" or a value of it is layered, which only format 1.6 knows"
        );
    }
}
