//! The four answers of a lookup, by fault.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Damage, Hive, Key, Lookup, Structure};

use crate::raw::{NOWHERE, Nk, Raw, list, vk};

const LF: Version = Version::V1_3;
const LH: Version = Version::V1_5;

fn tree() -> KeySpec {
    let mut root = KeySpec::new("ROOT");
    for name in ["Alpha", "Clusnet", "Tcpip", "Tcpip6"] {
        root.at("Providers").subkeys.push(KeySpec::new(name).subkey(KeySpec::new("below")));
    }
    root.at("Providers").values = vec![
        ValueSpec::sz("one", "first"),
        ValueSpec::binary("two", (0..100).collect::<Vec<u8>>()),
        ValueSpec::dword("three", 3),
    ];
    root
}

fn forged(version: Version, fault: Fault) -> Vec<u8> {
    build(&HiveSpec::new(version, tree()).fault(fault)).unwrap()
}

fn clusnet() -> String {
    "Providers\\Clusnet".into()
}

/// The answer as a word.
fn word<T>(answer: &Lookup<T>) -> &'static str {
    match answer {
        Lookup::Found(_) => "found",
        Lookup::Absent => "absent",
        Lookup::Unreadable(damage) => {
            assert!(!damage.is_empty(), "an answer that isn't certain has its reason");
            "unreadable"
        }
        Lookup::Obscured(damage) => {
            assert!(!damage.is_empty(), "an answer that isn't certain has its reason");
            "obscured"
        }
    }
}

fn ask(file: &[u8], path: &str) -> &'static str {
    word(&Hive::parse(file).unwrap().key(path))
}

/// Asserts the answers for keys below `Providers`.
fn assert_answers(file: &[u8], answers: &[(&str, &str)]) {
    for (name, expected) in answers {
        assert_eq!(ask(file, &format!("Providers\\{name}")), *expected, "{name}");
    }
}

fn key<'i>(file: &'i [u8], path: &str) -> Key<'i> {
    Hive::parse(file).unwrap().key(path).found().unwrap()
}

#[test]
fn a_node_without_signature_is_unreadable_and_obscures_what_is_not_seen() {
    for version in [LF, LH] {
        let file = forged(version, Fault::ZeroSignature { key: clusnet() });
        assert_answers(
            &file,
            &[
                ("Clusnet", "unreadable"),
                ("CLUSNET", "unreadable"),
                ("Alpha", "found"),
                ("Tcpip", "found"),
                ("Tcpip6\\below", "found"),
                ("Missing", "obscured"),
                ("Clusnet\\below", "obscured"),
                // An absent key's absence is not in doubt below a key that could be read.
                ("Alpha\\missing", "absent"),
            ],
        );
        let [damage] = *Hive::parse(&file).unwrap().key("Providers\\Clusnet").damage() else {
            panic!("one thing is wrong")
        };
        assert_eq!(damage.code(), "bad-signature");
    }
}

#[test]
fn a_hint_alone_tells_whose_entry_a_hole_is() {
    for version in [LF, LH] {
        let file = forged(version, Fault::ListHole { key: clusnet() });
        assert_answers(
            &file,
            &[
                ("Clusnet", "unreadable"),
                ("Alpha", "found"),
                ("Tcpip", "found"),
                ("Missing", "obscured"),
                ("Clusnet\\below", "obscured"),
            ],
        );
        let damage = key(&file, "Providers").check();
        assert!(matches!(damage[..], [Damage::PointsNowhere { what: Structure::KeyNode, .. }]));
    }
    // Four characters fit another name with the same beginning; a hash doesn't.
    let file = forged(LF, Fault::ListHole { key: clusnet() });
    assert_eq!(ask(&file, "Providers\\Cluster"), "unreadable");
    let file = forged(LH, Fault::ListHole { key: clusnet() });
    assert_eq!(ask(&file, "Providers\\Cluster"), "obscured");
}

#[test]
fn a_legible_name_says_whose_node_it_is_where_only_the_hint_fits() {
    let file = forged(LF, Fault::ZeroSignature { key: "Providers\\Tcpip".into() });
    assert_answers(
        &file,
        &[
            ("Tcpip", "unreadable"),
            ("Tcpip6", "found"),
            ("Tcpip7", "obscured"),
            ("Tcp", "obscured"),
        ],
    );
}

#[test]
fn an_unreadable_list_obscures_all_its_keys() {
    for version in [LF, LH] {
        let file = forged(version, Fault::ListSignature { key: "Providers".into() });
        assert_answers(
            &file,
            &[("Clusnet", "obscured"), ("Alpha", "obscured"), ("Missing", "obscured")],
        );
        assert_eq!(ask(&file, "Providers"), "found");
        assert_eq!(word(&key(&file, "Providers").value("one")), "found");
    }
}

#[test]
fn what_windows_would_miss_is_found_and_told() {
    for version in [LF, LH] {
        let file = forged(version, Fault::UnsortedList { key: "Providers".into() });
        assert_answers(
            &file,
            &[("Clusnet", "found"), ("Alpha", "found"), ("Tcpip6", "found"), ("Missing", "absent")],
        );
        let damage = key(&file, "Providers").check();
        assert_eq!(damage.len(), 3, "each but the first stands behind one that sorts later");
        assert!(damage.iter().all(|damage| matches!(damage, Damage::OutOfOrder { .. })));

        let file = forged(version, Fault::WrongHint { key: clusnet() });
        assert_answers(&file, &[("clusnet", "found"), ("Missing", "absent")]);
        let damage = key(&file, "Providers").check();
        assert!(matches!(damage[..], [Damage::WrongHint { .. }]), "{damage:?}");
    }
}

#[test]
fn deleted_keys_are_absent() {
    for version in [LF, LH] {
        let file = forged(version, Fault::DeletedKey { key: clusnet() });
        assert_answers(
            &file,
            &[("Clusnet", "absent"), ("Clusnet\\below", "absent"), ("Tcpip", "found")],
        );
        assert_eq!(key(&file, "Providers").check(), []);
    }
}

#[test]
fn cycles_and_lists_of_themselves_are_told_and_end() {
    let file = forged(LH, Fault::Cycle { key: clusnet(), to: String::new() });
    let root = Hive::parse(&file).unwrap().root().unwrap();
    let damage: Vec<_> = root.walk().flat_map(|visit| visit.damage).collect();
    assert!(
        damage
            .iter()
            .any(|damage| matches!(damage, Damage::ListedTwice { at } if *at == root.cell()))
    );
    // root, Providers, three of its keys and what is below them
    assert_eq!(root.walk().count(), 8);

    let file = forged(LH, Fault::SelfReferencingList { key: "Providers".into() });
    assert_answers(&file, &[("Clusnet", "obscured"), ("Missing", "obscured")]);
    let damage = key(&file, "Providers").check();
    assert!(damage.iter().any(|damage| matches!(damage, Damage::NestedIndexRoot { .. })));
    assert_eq!(Hive::parse(&file).unwrap().root().unwrap().walk().count(), 2);
}

#[test]
fn a_wrong_parent_is_told_and_hides_nothing() {
    let file = forged(LH, Fault::WrongParent { key: clusnet() });
    let found = key(&file, "Providers\\Clusnet\\below");
    assert_eq!(found.check(), []);
    let damage = key(&file, "Providers\\Clusnet").check();
    assert!(matches!(damage[..], [Damage::WrongParent { .. }]));
    // The way up is a circle.
    assert!(matches!(found.path(), Err(Damage::TooDeep { .. })));
}

#[test]
fn without_a_root_nothing_is_absent() {
    let file = forged(LH, Fault::RootUnreadable);
    assert_eq!(ask(&file, ""), "unreadable");
    assert_eq!(ask(&file, "\\"), "unreadable", "empty components count for nothing");
    assert_eq!(ask(&file, "Providers"), "obscured");
}

#[test]
fn no_security_cell_is_no_damage() {
    let file = forged(LH, Fault::NoSecurity { key: clusnet() });
    let found = key(&file, "Providers\\Clusnet");
    assert!(found.security().unwrap().is_none());
    assert_eq!(found.check(), []);
}

#[test]
fn a_file_cut_short_claims_no_absence_of_what_was_cut_off() {
    let whole = build(&HiveSpec::new(LF, tree())).unwrap();
    let mut root = tree();
    for number in 0..600 {
        root.at("Providers").subkeys.push(KeySpec::new(format!("filler {number}")));
    }
    let long = build(&HiveSpec::new(LF, root)).unwrap();
    for file in [&whole, &long] {
        for length in (512..file.len()).step_by(237) {
            let Ok(hive) = Hive::parse(&file[..length]) else { continue };
            assert!(hive.damage().iter().any(|damage| matches!(damage, Damage::Truncated { .. })));
            for path in ["Providers", "Providers\\Clusnet", "Providers\\Tcpip6\\below"] {
                let answer = hive.key(path);
                assert!(!answer.is_absent(), "{path} at {length}");
            }
        }
    }
}

#[test]
fn values_beside_a_hole_are_found_and_absence_is_obscured() {
    let file = forged(LF, Fault::ValueListHole { key: "Providers".into(), value: "two".into() });
    let providers = key(&file, "Providers");
    assert_eq!(word(&providers.value("one")), "found");
    assert_eq!(word(&providers.value("THREE")), "found");
    assert_eq!(word(&providers.value("two")), "obscured", "a value list has no hints");
    assert_eq!(word(&providers.value("missing")), "obscured");
    assert_eq!(word(&providers.subkey("missing")), "absent");

    let file = forged(LF, Fault::ValueSignature { key: "Providers".into(), value: "two".into() });
    let providers = key(&file, "Providers");
    assert_eq!(word(&providers.value("two")), "unreadable", "the name can still be read");
    assert_eq!(word(&providers.value("one")), "found");
    assert_eq!(word(&providers.value("missing")), "obscured");
}

#[test]
fn data_cut_short_is_an_error_that_keeps_what_is_there() {
    let file = forged(LF, Fault::DataCutShort { key: "Providers".into(), value: "two".into() });
    let value = key(&file, "Providers").value("two").found().unwrap();
    let damage = value.data().unwrap_err();
    let part = value.readable_data();
    assert_eq!(part.damage, Some(damage));
    // The cell of 104 bytes is halved: 52, rounded down to 48, less its size field.
    assert_eq!(part.bytes[..], (0..44).collect::<Vec<u8>>());
    assert_eq!(damage, Damage::DataTooShort { at: value.cell(), expected: 100, found: 44 });
    assert_eq!(key(&file, "Providers").check(), [damage]);
}

#[test]
fn a_size_beyond_the_hive_keeps_what_is_there() {
    let mut raw = Raw::new();
    let data = raw.cell(b"twelve bytes");
    let value = raw.cell(&vk(b"v", 0x7FFF_FFFF, data));
    let values = raw.cell(&value.to_le_bytes());
    let root = raw.cell(&Nk { values: (1, values), ..Nk::default() }.bytes());
    for minor in [3, 5] {
        let mut file = raw_copy(&raw, minor, root);
        crate::raw::seal(&mut file);
        let value = key(&file, "").value("v").found().unwrap();
        let part = value.readable_data();
        if minor == 3 {
            assert_eq!(part.bytes[..], *b"twelve bytes");
            let found = 12;
            assert_eq!(
                part.damage,
                Some(Damage::DataTooShort { at: value.cell(), expected: 0x7FFF_FFFF, found })
            );
        } else {
            assert!(matches!(
                part.damage,
                Some(Damage::BadSignature { what: Structure::BigData, .. })
            ));
        }
    }
}

fn raw_copy(raw: &Raw, minor: u32, root: u32) -> Vec<u8> {
    raw.clone().file(minor, root)
}

/// A root with one `lf` entry of that hint, whose key can't be read.
fn with_hint(hint: [u8; 4], node: Option<&[u8]>) -> Vec<u8> {
    let mut raw = Raw::new();
    let child = node.map_or(NOWHERE, |node| raw.cell(node));
    let mut entries = list(b"lf", &[child]);
    entries.extend(hint);
    let entries = raw.cell(&entries);
    let root = raw.cell(&Nk { subkeys: (1, entries), flags: 0x24, ..Nk::default() }.bytes());
    raw.file(3, root)
}

#[test]
fn hints_of_short_and_wide_names() {
    let hole = |hint: &[u8; 4]| with_hint(*hint, None);
    // Shorter than four characters: NULs fill the hint, and it speaks for that name alone.
    assert_eq!(ask(&hole(b"Tcp\0"), "tcp"), "unreadable");
    assert_eq!(ask(&hole(b"Tcp\0"), "Tcpip"), "obscured");
    assert_eq!(ask(&hole(b"Tcpi"), "Tcp"), "obscured");
    assert_eq!(ask(&hole(b"\xE4b\0\0"), "\u{c4}B"), "unreadable");
    // A first byte of 0 says nothing.
    assert_eq!(ask(&hole(&[0; 4]), "\u{3b1}"), "obscured");
    assert_eq!(ask(&hole(&[0; 4]), "Tcpip"), "obscured");

    // With a hint that says nothing, a legible name still does.
    let utf16: Vec<u8> = "\u{3b1}\u{3b2}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut node = Nk { name: &utf16, flags: 0, ..Nk::default() }.bytes();
    node[..2].fill(0);
    let file = with_hint([0; 4], Some(&node));
    assert_eq!(ask(&file, "\u{391}\u{392}"), "unreadable");
    assert_eq!(ask(&file, "\u{391}"), "obscured");
    // A hint that fits, and a name that says otherwise.
    let mut node = Nk { name: b"Cluster", ..Nk::default() }.bytes();
    node[..2].fill(0);
    let file = with_hint(*b"Clus", Some(&node));
    assert_eq!(ask(&file, "Clusnet"), "obscured");
    assert_eq!(ask(&file, "cluster"), "unreadable");
}

#[test]
fn a_key_without_a_name_is_damaged_and_not_somebody_else() {
    // Windows has no keys without a name, but for the root: the name's length was lost.
    let node = Nk { name: b"", ..Nk::default() }.bytes();
    let file = with_hint(*b"Clus", Some(&node));
    assert_eq!(ask(&file, "Clusnet"), "unreadable");
    assert_eq!(ask(&file, "Tcpip"), "obscured");
    let root = key(&file, "");
    let nameless = root.subkeys().next().unwrap().unwrap();
    assert!(nameless.check().iter().any(|damage| damage.code() == "empty-name"));
    // A root may be nameless.
    let mut raw = Raw::new();
    let root = raw.cell(&Nk { name: b"", ..Nk::default() }.bytes());
    assert_eq!(key(&raw.file(5, root), "").check(), []);
}

#[test]
fn a_list_that_the_count_denies_is_read_and_told() {
    // In 130,000 keys of sound hives none with a count of 0 has a subkey list.
    let mut raw = Raw::new();
    let child = raw.cell(&Nk { name: b"child", parent: raw.next(), ..Nk::default() }.bytes());
    let entries = raw.li(&[child]);
    let root = raw.cell(&Nk { subkeys: (0, entries), flags: 0x24, ..Nk::default() }.bytes());
    raw.put(child, 16, &root.to_le_bytes());
    let file = raw.file(5, root);
    assert_eq!(ask(&file, "child"), "found");
    assert_eq!(ask(&file, "missing"), "absent");
    let root = key(&file, "");
    assert_eq!(root.check(), [Damage::SubkeyCount { at: root.cell(), said: 0, found: 1 }]);
    assert_eq!(root.walk().count(), 2);

    // A stale offset to what is now another key's list takes nothing from that key.
    let mut raw = Raw::new();
    let child = raw.cell(&Nk { name: b"child", ..Nk::default() }.bytes());
    let entries = raw.li(&[child]);
    let first = raw.cell(&Nk { name: b"first", subkeys: (0, entries), ..Nk::default() }.bytes());
    let second = raw.cell(&Nk { name: b"second", subkeys: (1, entries), ..Nk::default() }.bytes());
    raw.put(child, 16, &second.to_le_bytes());
    let both = raw.li(&[first, second]);
    let root = raw.cell(&Nk { subkeys: (2, both), ..Nk::default() }.bytes());
    raw.put(first, 16, &root.to_le_bytes());
    raw.put(second, 16, &root.to_le_bytes());
    let file = raw.file(5, root);
    assert_eq!(ask(&file, "first\\child"), "absent");
    assert_eq!(ask(&file, "second\\child"), "found");
    assert!(key(&file, "").walk().all(|visit| visit.damage.is_empty()));

    // A stale offset that leads to no list means nothing.
    let mut raw = Raw::new();
    let stale = raw.cell(b"no list");
    let root = raw.cell(&Nk { subkeys: (0, stale), flags: 0x24, ..Nk::default() }.bytes());
    let file = raw.file(5, root);
    assert_eq!(ask(&file, "missing"), "absent");
    assert_eq!(key(&file, "").check(), []);
}

#[test]
fn a_class_name_that_is_said_to_stand_nowhere_is_damage() {
    let mut raw = Raw::new();
    let root = raw.cell(&Nk { class: (8, NOWHERE), ..Nk::default() }.bytes());
    let file = raw.file(5, root);
    let damage = key(&file, "").class_name().unwrap_err();
    assert!(matches!(damage, Damage::PointsNowhere { what: Structure::ClassName, .. }));
    assert_eq!(key(&file, "").check(), [damage]);
}

#[test]
fn behind_a_predefined_handle_values_may_be_hidden() {
    let flagged = |count, file: fn(Raw, u32) -> Vec<u8>| {
        let mut raw = Raw::new();
        let value = raw.cell(&vk(b"v", 0, NOWHERE));
        let values = raw.cell(&value.to_le_bytes());
        let root = raw.cell(&Nk { flags: 0x64, values: (count, values), ..Nk::default() }.bytes());
        file(raw, root)
    };
    // A handle, and a count: neither says which of both it is.
    for count in [0x8000_0002, 1] {
        let file = flagged(count, |raw, root| raw.file(3, root));
        let root = key(&file, "");
        assert_eq!(root.value_count(), 0);
        let damage = Damage::PredefinedHandle { at: root.cell() };
        assert_eq!(root.check(), [damage]);
        assert!(matches!(root.value("v"), Lookup::Obscured(found) if found == [damage]));
        assert_eq!(root.values().flatten().count(), 0);
    }
    let file = flagged(0, |raw, root| raw.file(3, root));
    assert_eq!(key(&file, "").check(), []);
    assert!(key(&file, "").value("v").is_absent());
}

/// A root that counts no values, with a list of two and what follows it in the list's cell. `longest` is
/// what the node has as the length of its longest value name.
fn uncounted(longest: u32, rest: &[u32]) -> Vec<u8> {
    let mut raw = Raw::new();
    let values = [b"one", b"two"].map(|name| raw.cell(&vk(name, 0, NOWHERE)));
    let entries: Vec<u8> =
        values.iter().chain(rest).flat_map(|entry| entry.to_le_bytes()).collect();
    let entries = raw.cell(&entries);
    let root = raw.cell(&Nk { values: (0, entries), ..Nk::default() }.bytes());
    raw.put(root, 60, &longest.to_le_bytes());
    raw.file(5, root)
}

#[test]
fn values_that_the_count_denies_are_read_and_told() {
    // In 20,000 keys of sound hives without values none has a longest name or longest data, and nearly
    // every key with values has.
    for rest in [&[][..], &[NOWHERE], &[0, 0x20]] {
        let file = uncounted(6, rest);
        let root = key(&file, "");
        let damage = Damage::ValueCount { at: root.cell(), said: 0, found: 2 };
        assert_eq!(root.check(), [damage], "{rest:x?}");
        assert_eq!(root.values().flatten().count(), 2);
        assert_eq!(root.values().cells().count(), 2);
        assert_eq!(word(&root.value("TWO")), "found");
        assert!(matches!(root.value("missing"), Lookup::Obscured(found) if found == [damage]));
        assert_eq!(root.walk().next().unwrap().values.len(), 2);
    }
    // A sound hive's stale offset to what may be another key's list by now.
    let file = uncounted(0, &[]);
    assert_eq!(key(&file, "").check(), []);
    assert_eq!(word(&key(&file, "").value("one")), "absent");
    // An offset that leads to no list of values.
    let mut raw = Raw::new();
    let stale = raw.cell(b"no list");
    for stale in [stale, NOWHERE, 0x7FFF_FFF8] {
        let mut raw = raw.clone();
        let root = raw.cell(&Nk { values: (0, stale), ..Nk::default() }.bytes());
        raw.put(root, 60, &[6]);
        let file = raw.file(5, root);
        assert_eq!(key(&file, "").check(), []);
        assert_eq!(word(&key(&file, "").value("one")), "absent");
    }
}

#[test]
fn names_longer_than_windows_allows_are_damaged_and_cut() {
    let wide = |length: usize| b"n\0".repeat(length);
    for (name, flags, length) in [
        (vec![b'n'; 255], 0x20, 255),
        (vec![b'n'; 256], 0x20, 256),
        (wide(255), 0, 255),
        (wide(256), 0, 256),
    ] {
        let mut raw = Raw::new();
        let root = raw.cell(&Nk { name: &name, flags, ..Nk::default() }.bytes());
        let file = raw.file(5, root);
        let root = key(&file, "");
        let damage = Damage::NameTooLong { what: Structure::RootKey, at: root.cell(), length };
        assert_eq!(root.name().err(), (length > 255).then_some(damage));
        assert_eq!(root.readable_name().to_string(), "n".repeat(255));
    }
    for (name, latin1, length) in [
        (vec![b'n'; 16_383], true, 16_383),
        (vec![b'n'; 16_384], true, 16_384),
        (wide(16_383), false, 16_383),
        (wide(16_384), false, 16_384),
    ] {
        let mut raw = Raw::new();
        let mut record = vk(&name, 0, NOWHERE);
        record[16] = u8::from(latin1);
        let value = raw.cell(&record);
        let values = raw.cell(&value.to_le_bytes());
        let root = raw.cell(&Nk { values: (1, values), ..Nk::default() }.bytes());
        let file = raw.file(5, root);
        let root = key(&file, "");
        let value = root.values().next().unwrap().unwrap();
        let damage = Damage::NameTooLong { what: Structure::KeyValue, at: value.cell(), length };
        let expected = (length > 16_383).then_some(damage);
        assert_eq!(value.name().err(), expected);
        assert_eq!(value.readable_name().to_string(), "n".repeat(16_383));
        assert_eq!(root.check(), Vec::from_iter(expected));
    }
}

#[test]
fn format_1_1_is_read_by_its_own_layout() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut raw = Raw::old_layout();
    let data = raw.cell(b"twelve bytes");
    let mut value = vk(&utf16("Name"), 12, data);
    // A title index stands in the place of the flags, and may look like one.
    value[16..20].copy_from_slice(&1_u32.to_le_bytes());
    let value = raw.cell(&value);
    let values = raw.cell(&value.to_le_bytes());
    let child =
        raw.cell(&Nk { name: &utf16("Child"), values: (1, values), ..Nk::default() }.bytes());
    let entries = raw.li(&[child]);
    let name = utf16("Root");
    let root = raw.cell(&Nk { name: &name, subkeys: (1, entries), ..Nk::default() }.bytes());
    raw.put(child, 16, &root.to_le_bytes());
    let file = raw.file(1, root);
    let hive = Hive::parse(&file).unwrap();
    assert_eq!(hive.damage(), []);
    let child = key(&file, "child");
    assert_eq!(child.name().unwrap().to_string(), "Child");
    assert_eq!(child.check(), []);
    assert_eq!(file[child.file_offset() as usize..][..2], *b"nk");
    let value = child.value("NAME").found().unwrap();
    assert_eq!(value.data().unwrap()[..], *b"twelve bytes");
    assert_eq!(file[value.file_offset() as usize..][..2], *b"vk");
}

#[test]
fn a_tombstone_of_format_1_6_has_no_data_and_no_damage() {
    let mut raw = Raw::new();
    let mut value = vk(b"gone", 0, NOWHERE);
    value[12..16].fill(0);
    value[16] = 3;
    let value = raw.cell(&value);
    let values = raw.cell(&value.to_le_bytes());
    let root = raw.cell(&Nk { values: (1, values), ..Nk::default() }.bytes());
    let file = raw.file(6, root);
    assert_eq!(key(&file, "").check(), []);
    assert!(key(&file, "").value("gone").found().unwrap().data().unwrap().is_empty());
}
