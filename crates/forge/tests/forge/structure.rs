//! Every invariant of a sound hive, checked on the bytes.

use std::collections::{BTreeMap, BTreeSet};

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};

use crate::raw::{NOWHERE, Node, Raw};
use crate::{VERSIONS, sound_specs};

/// Builds a hive without faults and checks all that should hold, against the description too.
pub(crate) fn assert_sound(spec: &HiveSpec) {
    let bytes = build(spec).unwrap();
    assert_eq!(bytes, build(spec).unwrap(), "building again gives the same bytes");
    assert_holds(&bytes, spec);
}

/// Checks that a file is the sound hive that a description without faults tells of.
pub(crate) fn assert_holds(bytes: &[u8], spec: &HiveSpec) {
    let raw = Raw(bytes);

    assert_eq!(&bytes[..4], b"regf");
    assert_eq!((raw.number(4), raw.number(8)), spec.sequence);
    assert_eq!([20, 24, 28, 32, 44].map(|at| raw.number(at)), [1, spec.version.minor(), 0, 1, 1]);
    assert_eq!(bytes[12..20], spec.last_written.to_le_bytes());
    assert_eq!(bytes[4096 + 20..4096 + 28], spec.last_written.to_le_bytes());
    assert_eq!(raw.number(40) as usize, bytes.len() - 4096);
    let sum = (0..508).step_by(4).fold(0, |sum, at| sum ^ raw.number(at));
    assert_eq!(raw.number(508), sum);

    let mut walk = Walk { raw: &raw, spec, used: BTreeSet::new(), references: BTreeMap::new() };
    walk.key(&spec.root, raw.root(), None, &[]);
    let Walk { mut used, references, .. } = walk;

    // The security cells: one for each descriptor, in a ring that goes both ways, counted right.
    let descriptors: BTreeSet<&[u8]> = references.keys().map(|&sk| raw.security(sk).3).collect();
    assert_eq!(descriptors.len(), references.len());
    let start = raw.node(raw.root()).security;
    let (mut cell, mut ring) = (start, BTreeSet::new());
    loop {
        let (next, _, count, _) = raw.security(cell);
        assert_eq!(references.get(&cell), Some(&count));
        assert_eq!(raw.security(next).1, cell);
        assert!(ring.insert(cell));
        cell = next;
        if cell == start {
            break;
        }
    }
    assert!(ring.iter().eq(references.keys()));
    used.extend(ring);

    // Nothing is used twice (`Walk` sees to that), and nothing is allocated that isn't used.
    let allocated: BTreeSet<u32> = raw
        .cells()
        .iter()
        .filter(|(_, (_, allocated))| *allocated)
        .map(|(&cell, _)| cell)
        .collect();
    assert_eq!(allocated, used);
}

struct Walk<'a> {
    raw: &'a Raw<'a>,
    spec: &'a HiveSpec,
    used: BTreeSet<u32>,
    references: BTreeMap<u32, u32>,
}

impl Walk<'_> {
    fn take(&mut self, cell: u32) {
        assert!(self.used.insert(cell), "cell {cell:#x} is used once");
    }

    fn key(&mut self, spec: &KeySpec, cell: u32, parent: Option<u32>, inherited: &[u8]) {
        let raw = self.raw;
        let node = raw.node(cell);
        self.take(cell);
        assert_eq!(node.name, utf16(&spec.name));
        assert_eq!(node.last_written, spec.last_written);
        assert_eq!(node.parent, parent.unwrap_or(NOWHERE));
        let root_flags = if parent.is_none() { 0xC } else { 0 };
        let latin1 = node.name.iter().all(|&unit| unit < 256) && self.spec.version.minor() > 1;
        let latin1 = if latin1 { 0x20 } else { 0 };
        assert_eq!(node.flags & !0x10, root_flags | latin1);
        assert_eq!(node.class, spec.class.as_deref().map(utf16));
        if node.class.is_some() {
            self.take(node.class_cell);
        }
        let descriptor = raw.security(node.security).3;
        match &spec.security {
            Some(own) => assert_eq!(descriptor, own),
            None if parent.is_some() => assert_eq!(descriptor, inherited),
            None => assert_eq!(descriptor[..4], [1, 0, 4, 0x80]),
        }
        *self.references.entry(node.security).or_default() += 1;
        self.values(spec, &node);
        self.subkeys(spec, cell, &node, descriptor);
    }

    fn values(&mut self, spec: &KeySpec, node: &Node) {
        let raw = self.raw;
        assert_eq!(node.value_count as usize, spec.values.len());
        assert_eq!(node.value_list == NOWHERE, spec.values.is_empty());
        if !spec.values.is_empty() {
            self.take(node.value_list);
        }
        for (cell, spec) in raw.value_cells(node).into_iter().zip(&spec.values) {
            let value = raw.value(cell);
            assert_eq!(value.name, utf16(&spec.name));
            assert_eq!(value.type_code, spec.type_code);
            assert!(value.data == spec.data, "data of {:?}", spec.name);
            value.cells.into_iter().for_each(|cell| self.take(cell));
        }
        let names = spec.values.iter().map(|value| 2 * utf16(&value.name).len());
        assert_eq!(node.largest[2] as usize, names.max().unwrap_or(0));
        let sizes = spec.values.iter().map(|value| value.data.len());
        assert_eq!(node.largest[3] as usize, sizes.max().unwrap_or(0));
    }

    fn subkeys(&mut self, spec: &KeySpec, cell: u32, node: &Node, descriptor: &[u8]) {
        let raw = self.raw;
        let count = spec.subkeys.len();
        assert_eq!(node.subkey_count as usize, count);
        assert_eq!(node.list == NOWHERE, count == 0);
        if count > 0 {
            let (index, leaves) = raw.leaves(node.list);
            assert_eq!(index.is_some(), count > most_entries(self.spec.version));
            index.into_iter().for_each(|cell| self.take(cell));
            let expected = match self.spec.version.minor() {
                1 | 2 => b"li",
                3 | 4 => b"lf",
                _ => b"lh",
            };
            for (leaf, signature) in leaves {
                self.take(leaf);
                assert_eq!(&signature, expected);
            }
        }
        let entries = raw.entries(node.list);
        let mut sorted: Vec<&KeySpec> = spec.subkeys.iter().collect();
        sorted.sort_by_key(|subkey| upper(&subkey.name));
        assert_eq!(entries.len(), sorted.len());
        for (entry, subkey) in entries.into_iter().zip(sorted) {
            assert_eq!(entry.hint, hint(self.spec.version, &subkey.name), "{:?}", subkey.name);
            self.key(subkey, entry.node, Some(cell), descriptor);
        }
        let names = spec.subkeys.iter().map(|subkey| 2 * utf16(&subkey.name).len());
        assert_eq!(node.largest[0] as usize, names.max().unwrap_or(0));
        let classes = spec.subkeys.iter().flat_map(|subkey| &subkey.class);
        let classes = classes.map(|class| 2 * utf16(class).len());
        assert_eq!(node.largest[1] as usize, classes.max().unwrap_or(0));
    }
}

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// Upper case, for the characters that these tests use: one for one, or left alone.
fn upper(name: &str) -> Vec<u16> {
    let one_for_one = name.chars().map(|character| {
        let mut upper = character.to_uppercase();
        if upper.len() == 1 { upper.next().unwrap() } else { character }
    });
    utf16(&one_for_one.collect::<String>())
}

/// The most entries of a leaf that fits a bin of 4096 bytes: 32 for its header, 4 or 8 for the cell's, 4 for the
/// record's.
fn most_entries(version: Version) -> usize {
    match version.minor() {
        1 => (4096 - 32 - 8 - 4) / 4,
        2 => (4096 - 32 - 4 - 4) / 4,
        _ => (4096 - 32 - 4 - 4) / 8,
    }
}

fn hint(version: Version, name: &str) -> [u8; 4] {
    if version.minor() < 3 {
        return [0; 4];
    }
    if version.minor() >= 5 {
        let hash = upper(name)
            .into_iter()
            .fold(0_u64, |hash, unit| (37 * hash + u64::from(unit)) & 0xFFFF_FFFF);
        return u32::try_from(hash).unwrap().to_le_bytes();
    }
    let first: Vec<u16> = utf16(name).into_iter().take(4).collect();
    let mut hint = [0; 4];
    if first.iter().all(|&unit| unit < 256) {
        hint.iter_mut().zip(first).for_each(|(byte, unit)| *byte = u8::try_from(unit).unwrap());
    }
    hint
}

#[test]
fn every_invariant_holds_in_sound_hives() {
    sound_specs().iter().for_each(assert_sound);
}

#[test]
fn a_hash_that_is_known() {
    // 82 * 37^3 + 79 * 37^2 + 79 * 37 + 84
    let bytes = build(&HiveSpec::new(Version::V1_5, KeySpec::new("").subkey(KeySpec::new("Root"))));
    let bytes = bytes.unwrap();
    let raw = Raw(&bytes);
    assert_eq!(raw.entries(raw.node(raw.root()).list)[0].hint, 4_264_704_u32.to_le_bytes());
}

#[test]
fn lists_split_where_a_leaf_is_full() {
    for version in VERSIONS {
        let most = most_entries(version);
        for (count, leaf_count) in
            [(1, 1), (most, 1), (most + 1, 2), (2 * most, 2), (2 * most + 1, 3)]
        {
            let mut root = KeySpec::new("ROOT");
            root.subkeys.extend((0..count).map(|number| KeySpec::new(format!("{number}"))));
            let spec = HiveSpec::new(version, root);
            assert_sound(&spec);
            let bytes = build(&spec).unwrap();
            let raw = Raw(&bytes);
            assert_eq!(raw.leaves(raw.node(raw.root()).list).1.len(), leaf_count);
        }
    }
}

#[test]
fn large_data_is_one_cell_to_1_3_and_segments_later() {
    for version in VERSIONS {
        for size in [16_344, 16_345, 100_000] {
            let root = KeySpec::new("ROOT").value(ValueSpec::binary("v", vec![5; size]));
            let spec = HiveSpec::new(version, root);
            assert_sound(&spec);
            let bytes = build(&spec).unwrap();
            let raw = Raw(&bytes);
            let value = raw.value(raw.value_cells(&raw.node(raw.root()))[0]);
            let whole = size <= 16_344 || version.minor() <= 3;
            let cells = if whole { 2 } else { 3 + size.div_ceil(16_344) };
            assert_eq!(value.cells.len(), cells);
        }
    }
}

#[test]
fn a_link_is_flagged_by_its_value() {
    let link = KeySpec::new("link").value(ValueSpec::raw("SymbolicLinkValue", 6, [b'x', 0]));
    let text = KeySpec::new("text").value(ValueSpec::sz("SymbolicLinkValue", "x"));
    let root = KeySpec::new("ROOT").subkey(link).subkey(text);
    let bytes = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
    let raw = Raw(&bytes);
    assert_eq!(raw.node(raw.find("link")).flags, 0x30);
    assert_eq!(raw.node(raw.find("text")).flags, 0x20);
}

#[test]
fn a_file_name_is_cut_to_what_fits() {
    let spec = HiveSpec::new(Version::V1_3, KeySpec::new("")).file_name("\u{1f511}".repeat(20));
    let bytes = build(&spec).unwrap();
    let name = String::from_utf16(
        &bytes[48..112]
            .chunks_exact(2)
            .map(|unit| u16::from_le_bytes(unit.try_into().unwrap()))
            .collect::<Vec<_>>(),
    );
    assert_eq!(name.unwrap().trim_end_matches('\0'), "\u{1f511}".repeat(15));
}
