//! Hives made to lead a search for remnants astray, or to keep it busy.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{CellMap, Certainty, Hive, ParentLink, Remnants, Tile};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::raw::seal;
use crate::remnants::assert_honest;

fn small(version: Version) -> Vec<u8> {
    let mut root = KeySpec::new("ROOT");
    root.at("one\\two\\three")
        .set_value(ValueSpec::sz("", "text of a value"))
        .set_value(ValueSpec::multi_sz("list", &["a", "b"]));
    root.at("one\\four").set_value(ValueSpec::dword("n", 1));
    root.at("kept").set_value(ValueSpec::binary("data", vec![1; 100]));
    let mut spec = HiveSpec::new(version, root).fault(Fault::DeletedKey { key: "one".into() });
    if version == Version::V1_3 {
        spec = spec.fault(Fault::LinkFree);
    }
    build(&spec).unwrap()
}

fn ask(file: &[u8]) {
    let Ok(hive) = Hive::parse(file) else { return };
    let map = CellMap::of(hive);
    let remnants = Remnants::of(hive, &map);
    let reports = remnants.reports().count();
    assert_eq!(reports, remnants.iter().count());
    for key in remnants.keys() {
        let _ = (key.key().path(), key.key().check(), key.damage(), key.reason());
        for visit in key.key().walk() {
            assert!(!visit.path.contains('\0') || visit.path.len() < 200_000);
        }
    }
    let _ = (remnants.lists_like(&["a"]), remnants.under("one").count());
    let _ = (remnants.ending("two\\three").count(), remnants.named("n").count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_byte_may_be_any_other(
        version in prop::sample::select(Version::ALL.to_vec()),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..40), sealed: bool,
    ) {
        let mut file = small(version);
        for (at, byte) in changes {
            let at = 4096 + at.index(file.len() - 4096);
            file[at] = byte;
        }
        if sealed {
            seal(&mut file);
        }
        ask(&file);
    }

    #[test]
    fn any_number_may_be_a_pointer(
        version in prop::sample::select(Version::ALL.to_vec()),
        changes in vec((any::<prop::sample::Index>(), 0_u32..0x1100), 1..20),
    ) {
        let mut file = small(version);
        for (at, number) in changes {
            let at = 4096 + at.index((file.len() - 4096) / 4) * 4;
            file[at..at + 4].copy_from_slice(&(number & !7).to_le_bytes());
        }
        ask(&file);
    }
}

/// A hive of one bin with a root, and whatever bytes behind its cell.
fn with_free_space(fill: impl FnOnce(&mut [u8], u32)) -> Vec<u8> {
    let mut file = build(&HiveSpec::new(Version::V1_3, KeySpec::new("ROOT"))).unwrap();
    let bins = (1 << 20) - 4096_usize;
    file.resize(4096 + bins, 0);
    file[40..44].copy_from_slice(&(bins as u32).to_le_bytes());
    // One more bin, one free cell.
    let start = 8192;
    file[start..start + 4].copy_from_slice(b"hbin");
    file[start + 4..start + 8].copy_from_slice(&4096_u32.to_le_bytes());
    file[start + 8..start + 12].copy_from_slice(&(bins as u32 - 4096).to_le_bytes());
    let size = bins as u32 - 4096 - 32;
    file[start + 32..start + 36].copy_from_slice(&size.to_le_bytes());
    fill(&mut file[start + 40..], 4096 + 40);
    seal(&mut file);
    file
}

/// A node as long as the smallest, free of oddities.
fn node(parent: u32, values: u32, list: u32, name: &[u8]) -> Vec<u8> {
    let mut node = 0_u32.to_le_bytes().to_vec();
    node.extend(b"nk\x20\0");
    node.extend(126_227_808_000_000_000_u64.to_le_bytes());
    node.extend([0; 4]);
    node.extend(parent.to_le_bytes());
    node.extend([0; 8]);
    node.extend([0xFF; 8]);
    node.extend(values.to_le_bytes());
    node.extend(list.to_le_bytes());
    node.extend([0xFF; 8]);
    node.resize(4 + 72, 0);
    node.extend((name.len() as u16).to_le_bytes());
    node.extend([0, 0]);
    node.extend(name);
    node.resize(node.len().next_multiple_of(8), 0);
    node
}

fn ask_bounded(file: &[u8]) {
    let hive = Hive::parse(file).unwrap();
    let map = CellMap::of(hive);
    let remnants = Remnants::of(hive, &map);
    let bytes: usize =
        remnants.reports().map(|report| serde_json::to_string(&report).unwrap().len()).sum();
    assert!(bytes < 200 * file.len(), "{bytes}");
    let _ = (remnants.under("one\\two").count(), remnants.lists_like(&["a"]).len());
}

#[test]
fn nodes_that_share_one_long_list() {
    // As many nodes as fit, each with all there is as its list of values.
    let file = with_free_space(|space, _| {
        let node = node(0x20, 40_000, 0x2000, b"n");
        for place in space.chunks_exact_mut(node.len()) {
            place.copy_from_slice(&node);
        }
    });
    ask_bounded(&file);
}

#[test]
fn values_that_share_large_data() {
    let file = with_free_space(|space, at| {
        let mut value = 0_u32.to_le_bytes().to_vec();
        value.extend(b"vk\x01\0");
        value.extend(900_000_u32.to_le_bytes());
        value.extend((at - 8).to_le_bytes());
        value.extend([3, 0, 0, 0, 1, 0, 0, 0, b'v', 0, 0, 0]);
        value.resize(32, 0);
        for place in space.chunks_exact_mut(value.len()) {
            place.copy_from_slice(&value);
        }
    });
    ask_bounded(&file);
}

#[test]
fn names_across_each_other() {
    let file = with_free_space(|space, _| {
        space.fill(b'a');
        let mut value = b"    vk\xFF\x3F".to_vec();
        value.extend([1, 0, 0, 0x80]);
        value.extend(b"aaaa\x01\0\0\0\x01\0");
        for place in space.chunks_exact_mut(32) {
            place[..value.len()].copy_from_slice(&value);
        }
    });
    ask_bounded(&file);
}

#[test]
fn a_chain_deeper_than_windows_allows_and_a_circle() {
    let file = with_free_space(|space, at| {
        let mut next = 0;
        let mut put = |parent: u32, name: &[u8]| {
            let node = node(parent, 0, u32::MAX, name);
            space[next..next + node.len()].copy_from_slice(&node);
            next += node.len();
            at + (next - node.len()) as u32
        };
        let mut parent = 0x20;
        for level in 0..2000 {
            parent = put(parent, format!("k{level}").as_bytes());
        }
        let size = node(0, 0, 0, b"circle1").len() as u32;
        let first = parent + node(0, 0, 0, b"k1999").len() as u32;
        put(first + size, b"circle1");
        put(first, b"circle2");
        let itself = first + 2 * size;
        put(itself, b"itself1");
    });
    let hive = Hive::parse(&file).unwrap();
    let map = CellMap::of(hive);
    let remnants = Remnants::of(hive, &map);
    assert_honest("deep", hive, &remnants);
    assert_eq!(remnants.keys().count(), 2003);
    assert_eq!(remnants.keys().filter(|key| key.path().is_whole).count(), 512);
    for name in ["circle1", "circle2", "itself1"] {
        let key = remnants.keys().find(|key| key.name().to_string() == name).unwrap();
        assert_eq!(key.certainty(), Certainty::Unattached, "{name}");
        assert!(!key.path().is_whole, "{name}");
    }
    let endless = remnants.keys().filter(|key| key.parent_link() == ParentLink::Endless);
    // One that begins a circle, the key that is its own parent, and the first that is too deep.
    assert_eq!(endless.count(), 5);
    ask_bounded(&file);
}

#[test]
fn lists_that_are_nodes_that_are_lists() {
    let file = with_free_space(|space, at| {
        for (place, n) in space.chunks_exact_mut(8).zip(0_u32..) {
            place[..4].copy_from_slice(b"lf\xFF\xFF");
            place[4..].copy_from_slice(&(at - 8 + 8 * (n % 16)).to_le_bytes());
        }
    });
    ask_bounded(&file);
}

#[test]
fn nothing_that_lives_is_told_where_cells_cannot_be_made_out() {
    let mut root = KeySpec::new("ROOT");
    for name in ["Select", "Setup", "ControlSet001"] {
        root.at(name).set_value(ValueSpec::sz("Name", "a text with a cell of its own"));
    }
    let file = build(&HiveSpec::new(Version::V1_3, root)).unwrap();
    let hive = Hive::parse(&file).unwrap();
    let cells: Vec<_> = hive
        .bins()
        .flat_map(|bin| bin.tiles(hive))
        .filter_map(|tile| match tile {
            Tile::Cell { at, .. } => Some(at),
            Tile::Gap { .. } => None,
        })
        .collect();
    assert!(cells.len() > 8);
    for cell in cells {
        let mut broken = file.clone();
        let at = usize::try_from(cell.file_offset()).unwrap();
        broken[at..at + 4].fill(0);
        let hive = Hive::parse(&broken).unwrap();
        let map = CellMap::of(hive);
        for key in Remnants::of(hive, &map).keys() {
            assert!(!map.is_live(key.cell()), "cell {cell} broken: {} lives", key.path().text);
        }
    }
}
