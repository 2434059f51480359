//! The four answers on every kind of broken list: for the key itself, a sibling, and a name that isn't there.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Damage, Hive, Key, Lookup, Structure};

use crate::corpus::corpus;
use crate::raw::{NOWHERE, Nk, Raw, list};

fn word<T>(answer: &Lookup<T>) -> &'static str {
    match answer {
        Lookup::Found(_) => "found",
        Lookup::Absent => "absent",
        Lookup::Unreadable(damage) | Lookup::Obscured(damage) if damage.is_empty() => "unfounded",
        Lookup::Unreadable(_) => "unreadable",
        Lookup::Obscured(_) => "obscured",
    }
}

fn root(file: &[u8]) -> Key<'_> {
    Hive::parse(file).unwrap().root().unwrap()
}

fn tree() -> KeySpec {
    let mut root = KeySpec::new("ROOT");
    for name in ["Alpha", "Clusnet", "Tcpip", "Tcpip6"] {
        root.at("Providers").subkeys.push(KeySpec::new(name).subkey(KeySpec::new("below")));
    }
    root.at("Providers").values = vec![
        ValueSpec::sz("one", "first"),
        ValueSpec::binary("two", (0..100).collect::<Vec<u8>>()),
        ValueSpec::binary("three", vec![3; 40_000]),
    ];
    root
}

const LISTS: &str = "Providers";
const CLUSNET: &str = "Providers\\Clusnet";

#[test]
fn keys() {
    const HOLE: [&str; 3] = ["unreadable", "found", "obscured"];
    const NO_LIST: [&str; 3] = ["obscured"; 3];
    const SOUND: [&str; 3] = ["found", "found", "absent"];
    const GONE: [&str; 3] = ["absent", "found", "absent"];
    const TOO_FEW: [&str; 3] = ["found", "found", "obscured"];
    let (lists, clusnet) = (|| LISTS.to_owned(), || CLUSNET.to_owned());
    for (fault, answers) in [
        (Fault::ZeroSignature { key: clusnet() }, HOLE),
        (Fault::FreedNode { key: clusnet() }, HOLE),
        (Fault::NodeSize { key: clusnet(), size: 44 }, HOLE),
        (Fault::NodeSize { key: clusnet(), size: 8 }, HOLE),
        (Fault::NodeSize { key: clusnet(), size: 0x0100_0000 }, HOLE),
        (Fault::ListHole { key: clusnet() }, HOLE),
        (Fault::OddNameLength { key: clusnet() }, HOLE),
        // The entry was made for Clusnet; what it leads to is somebody else.
        (Fault::Cycle { key: clusnet(), to: String::new() }, ["unreadable", "found", "absent"]),
        (Fault::Cycle { key: clusnet(), to: lists() }, ["unreadable", "found", "absent"]),
        (Fault::ListSignature { key: lists() }, NO_LIST),
        (Fault::FreedList { key: lists() }, NO_LIST),
        (Fault::SelfReferencingList { key: lists() }, NO_LIST),
        (Fault::NestedIndexRoot { key: lists() }, NO_LIST),
        (Fault::UnsortedList { key: lists() }, SOUND),
        (Fault::WrongHint { key: clusnet() }, SOUND),
        (Fault::WrongParent { key: clusnet() }, SOUND),
        (Fault::DuplicateKey { key: clusnet() }, SOUND),
        // More than counted: all were read.
        (Fault::SubkeyCount { key: lists(), count: 3 }, SOUND),
        (Fault::SubkeyCount { key: lists(), count: 0 }, SOUND),
        (Fault::SubkeyCount { key: lists(), count: 9 }, TOO_FEW),
        (Fault::ListCount { key: lists(), count: 900 }, TOO_FEW),
        (Fault::ListCount { key: lists(), count: 3 }, TOO_FEW),
        (Fault::ListCount { key: lists(), count: 1 }, NO_LIST),
        (Fault::ListCount { key: lists(), count: 0 }, NO_LIST),
        (Fault::LostKey { key: clusnet() }, GONE),
        (Fault::DeletedKey { key: clusnet() }, GONE),
        (Fault::ReplacedList { key: lists() }, SOUND),
    ] {
        for version in [Version::V1_3, Version::V1_5] {
            let spec = HiveSpec::new(version, tree()).fault(fault.clone());
            let file = build(&spec).unwrap();
            let hive = Hive::parse(&file).unwrap();
            let ask = |name: &str| word(&hive.key(&format!("Providers\\{name}")));
            let found = [ask("CLUSNET"), ask("tcpip"), ask("Missing")];
            assert_eq!(found, answers, "{fault:?} in {version:?}");
            // The values of the key that has the list are not the list's matter.
            assert_eq!(word(&hive.key("Providers").found().unwrap().value("two")), "found");
        }
    }
}

#[test]
fn a_name_that_lost_its_last_character_is_another() {
    // The hash is still that of Clusnet, so that it isn't proven that there is no such key.
    for (version, answer) in [(Version::V1_3, "absent"), (Version::V1_5, "unreadable")] {
        let spec = HiveSpec::new(version, tree()).fault(Fault::NulInName { key: CLUSNET.into() });
        let file = build(&spec).unwrap();
        assert_eq!(word(&Hive::parse(&file).unwrap().key(CLUSNET)), answer);
        let other = "Providers\\Clusne\0";
        assert_eq!(word(&Hive::parse(&file).unwrap().key(other)), "found");
    }
}

#[test]
fn values() {
    let key = || LISTS.to_owned();
    let two = || "two".to_owned();
    for (fault, answers) in [
        (Fault::ValueListHole { key: key(), value: two() }, ["obscured", "found", "obscured"]),
        (Fault::ValueSignature { key: key(), value: two() }, ["unreadable", "found", "obscured"]),
        (Fault::FreedValue { key: key(), value: two() }, ["obscured", "found", "obscured"]),
        (Fault::FreedValueList { key: key() }, ["obscured"; 3]),
        (Fault::DuplicateValue { key: key(), value: two() }, ["found", "found", "absent"]),
        (Fault::ValueCount { key: key(), count: 0 }, ["found", "found", "obscured"]),
        (Fault::ValueCount { key: key(), count: 900 }, ["found", "found", "obscured"]),
        (Fault::DeletedValue { key: key(), value: two() }, ["absent", "found", "absent"]),
        // Data is not looked at to find a value.
        (Fault::FreedData { key: key(), value: two() }, ["found", "found", "absent"]),
        (Fault::DataCutShort { key: key(), value: two() }, ["found", "found", "absent"]),
    ] {
        for version in [Version::V1_3, Version::V1_5] {
            let spec = HiveSpec::new(version, tree()).fault(fault.clone());
            let file = build(&spec).unwrap();
            let key = Hive::parse(&file).unwrap().key(LISTS).found().unwrap();
            let ask = |name| word(&key.value(name));
            assert_eq!([ask("TWO"), ask("one"), ask("missing")], answers, "{fault:?}");
            // The subkeys are not the value list's matter.
            assert_eq!(word(&key.subkey("Alpha")), "found");
            assert_eq!(word(&key.subkey("missing")), "absent");
        }
    }
}

#[test]
fn of_two_of_a_name_the_first_is_found() {
    let spec = HiveSpec::new(Version::V1_5, tree());
    let file = build(&spec.clone().fault(Fault::DuplicateKey { key: CLUSNET.into() })).unwrap();
    let providers = root(&file).subkey("Providers").found().unwrap();
    let named: Vec<_> = providers
        .subkeys()
        .flatten()
        .filter(|key| key.name().unwrap().eq_ignore_case("Clusnet"))
        .collect();
    let found = providers.subkey("Clusnet").found().unwrap();
    assert_eq!((named.len(), named[0].cell()), (2, found.cell()));
    let value = Fault::DuplicateValue { key: LISTS.into(), value: "one".into() };
    let file = build(&spec.fault(value)).unwrap();
    let providers = root(&file).subkey("Providers").found().unwrap();
    let first = providers.values().flatten().next().unwrap();
    assert_eq!(providers.value("ONE").found().unwrap().cell(), first.cell());
    let codes: Vec<_> = providers.check().iter().map(coldhive_hive::Damage::code).collect();
    assert_eq!(codes, ["duplicate-value"]);
}

#[test]
fn of_two_of_a_name_the_second_is_told_wherever_it_stands() {
    let mut raw = Raw::new();
    let names: [&[u8]; 4] = [b"b", b"a", b"c", b"B"];
    let keys = names.map(|name| raw.cell(&Nk { name, ..Nk::default() }.bytes()));
    let entries = raw.li(&keys);
    let top = raw.cell(&Nk { subkeys: (4, entries), flags: 0x24, ..Nk::default() }.bytes());
    for key in keys {
        raw.put(key, 16, &top.to_le_bytes());
    }
    let file = raw.file(3, top);
    let damage = root(&file).check();
    let of_a_kind = |code| damage.iter().filter(move |damage| damage.code() == code);
    assert_eq!(of_a_kind("list-out-of-order").count(), 2);
    let [twice] = of_a_kind("duplicate-key").collect::<Vec<_>>()[..] else { panic!("{damage:?}") };
    assert_eq!(twice.at().unwrap().get(), keys[3]);
    assert_eq!(root(&file).subkey("b").found().unwrap().cell().get(), keys[0]);
}

#[test]
fn an_index_root_whose_leaves_are_broken() {
    // Without hints nothing tells whose entry a broken one is.
    let mut raw = Raw::new();
    let names: [&[u8]; 3] = [b"a", b"b", b"c"];
    let keys = names.map(|name| raw.cell(&Nk { name, ..Nk::default() }.bytes()));
    let leaves = keys.map(|key| raw.li(&[key]));
    let nested = raw.ri(&[leaves[1]]);
    let freed = raw.li(&[keys[1]]);
    raw.put_size(freed, 16);
    let own = raw.next();
    for (broken, told) in [
        (NOWHERE, "points-nowhere"),
        (nested, "nested-index-root"),
        (freed, "cell-not-allocated"),
        (keys[1], "bad-signature"),
        (own, "nested-index-root"),
        (leaves[1] + 4, "unaligned"),
        (0x7FFF_FFF8, "out-of-bounds"),
    ] {
        let mut raw = raw.clone();
        let index = raw.ri(&[leaves[0], broken, leaves[2]]);
        assert_eq!(index, own);
        let top = raw.cell(&Nk { subkeys: (3, index), flags: 0x24, ..Nk::default() }.bytes());
        let file = raw.file(5, top);
        let root = root(&file);
        let answers = ["a", "b", "c", "missing"].map(|name| word(&root.subkey(name)));
        assert_eq!(answers, ["found", "obscured", "found", "obscured"], "{told}");
        let codes: Vec<_> = root.check().iter().map(coldhive_hive::Damage::code).collect();
        assert_eq!(codes, [told]);
    }
}

#[test]
fn a_list_of_holes_without_hints() {
    let mut raw = Raw::new();
    let key = raw.cell(&Nk { name: b"a", ..Nk::default() }.bytes());
    let entries = raw.li(&[NOWHERE, key]);
    let top = raw.cell(&Nk { subkeys: (2, entries), flags: 0x24, ..Nk::default() }.bytes());
    let file = raw.file(3, top);
    assert_eq!(["a", "b"].map(|name| word(&root(&file).subkey(name))), ["found", "obscured"]);
    let mut entries = list(b"li", &[key, key]);
    entries[2..4].copy_from_slice(&3_u16.to_le_bytes());
    let mut raw = Raw::new();
    let key = raw.cell(&Nk { name: b"a", ..Nk::default() }.bytes());
    entries[4..8].copy_from_slice(&key.to_le_bytes());
    entries[8..12].copy_from_slice(&key.to_le_bytes());
    let entries = raw.cell(&entries);
    let top = raw.cell(&Nk { subkeys: (3, entries), flags: 0x24, ..Nk::default() }.bytes());
    let file = raw.file(3, top);
    assert_eq!(["a", "b"].map(|name| word(&root(&file).subkey(name))), ["found", "obscured"]);
    let codes: Vec<_> = root(&file).check().iter().map(coldhive_hive::Damage::code).collect();
    assert!(codes.contains(&"key-listed-twice"), "{codes:?}");
}

/// Every key, by its path below the root.
fn paths(key: &KeySpec, above: &str, into: &mut Vec<String>) {
    for subkey in &key.subkeys {
        let path = if above.is_empty() {
            subkey.name.clone()
        } else {
            format!("{above}\\{}", subkey.name)
        };
        paths(subkey, &path, into);
        into.push(path);
    }
}

#[test]
fn a_bin_of_zeros_makes_nothing_absent_and_hides_nothing_outside_of_it() {
    let mut tree = KeySpec::new("ROOT");
    for number in 0..120 {
        tree.at(&format!("Services\\s{number:03}\\Parameters"))
            .set_value(ValueSpec::sz("text", "some text"));
    }
    let mut all = Vec::new();
    paths(&tree, "", &mut all);
    for version in [Version::V1_3, Version::V1_5] {
        let sound = build(&HiveSpec::new(version, tree.clone())).unwrap();
        let hive = Hive::parse(&sound).unwrap();
        let bins: Vec<_> = hive.bins().collect();
        assert!(bins.len() > 5);
        for bin in &bins[1..] {
            let mut file = sound.clone();
            file[4096 + bin.start() as usize..4096 + bin.end() as usize].fill(0);
            let broken = Hive::parse(&file).unwrap();
            let (mut found, mut unreadable) = (0, 0);
            for path in &all {
                match broken.key(path) {
                    Lookup::Found(key) => {
                        found += 1;
                        assert!(!(bin.start()..bin.end()).contains(&key.cell().get()));
                    }
                    Lookup::Absent => panic!("{path} is absent without {bin:?}"),
                    Lookup::Unreadable(_) => unreadable += 1,
                    Lookup::Obscured(_) => {}
                }
            }
            // Each key whose node and whose parents' nodes and lists stand elsewhere is found.
            let within = |cell: u32| (bin.start()..bin.end()).contains(&cell);
            let lists =
                |key: Key<'_>| key.subkey_entries().flatten().any(|entry| within(entry.list.get()));
            let healthy = all.iter().filter(|path| {
                let mut key = hive.root().unwrap();
                !path.split('\\').any(|name| {
                    let broken_list = lists(key);
                    key = key.subkey(name).found().unwrap();
                    broken_list || within(key.cell().get())
                })
            });
            assert_eq!(found, healthy.count(), "without {bin:?}");
            assert!(found > 0 || unreadable > 0 || lists(hive.key("Services").found().unwrap()));
        }
    }
}

#[test]
fn what_is_healthy_beside_real_damage_is_read() {
    let Some(folder) = corpus() else { return };
    let read = |name: &str| std::fs::read(folder.join("odd").join(name)).unwrap();
    let walked = |hive: Hive<'_>| -> Vec<(String, Vec<&str>)> {
        let visits = hive.root().unwrap().walk();
        let codes = |damage: Vec<Damage>| damage.iter().map(Damage::code).collect();
        visits.map(|visit| (visit.path, codes(visit.damage))).collect()
    };
    let clean = |path: &str| (path.to_owned(), vec![]);
    let with = |path: &str, code| (path.to_owned(), vec![code]);

    // Two keys have one list. dissect.regf, python-registry and regipy read its key below both, and so does a
    // lookup; a walk, which meets each node once, tells of the second.
    let file = read("BadListHive");
    let hive = Hive::parse(&file).unwrap();
    let sound = hive.key("3\\subkey").found().unwrap();
    assert_eq!(sound.check(), []);
    let astray = hive.key("2\\subkey").found().unwrap();
    assert!(matches!(astray.check()[..], [Damage::WrongParent { .. }]));
    assert_eq!(sound.cell(), astray.cell());
    assert_eq!(sound.path().unwrap(), "3\\subkey");
    assert_eq!(
        walked(hive),
        [
            clean(""),
            clean("1"),
            clean("2"),
            with("2\\subkey", "wrong-parent"),
            with("3", "key-listed-twice"),
            clean("4"),
        ]
    );
    assert!(hive.key("1\\subkey").is_absent() && hive.key("3\\missing").is_absent());

    // What those three readers list, in stored order. yarp names the second key of the second list.
    let file = read("WrongOrderHive");
    let hive = Hive::parse(&file).unwrap();
    assert_eq!(
        walked(hive),
        [
            clean(""),
            with("1", "list-out-of-order"),
            clean("1\\2"),
            clean("1\\1"),
            clean("1\\3"),
            clean("1\\4"),
            with("2", "list-out-of-order"),
            clean("2\\\u{430}"),
            clean("2\\\u{431}"),
            clean("2\\\u{433}"),
            clean("2\\\u{432}"),
        ]
    );
    for (path, _) in walked(hive) {
        assert_eq!(word(&hive.key(&path.to_uppercase())), "found", "{path}");
    }
    assert!(hive.key("1\\5").is_absent());

    // dissect.regf reads the name up to the end of its cell, the other two whatever follows.
    let file = read("TruncatedNameHive");
    let hive = Hive::parse(&file).unwrap();
    assert_eq!(walked(hive), [clean(""), with("longname1234\0\0\0\0", "record-too-short")]);
    let key = hive.root().unwrap().subkeys().next().unwrap().unwrap();
    assert!(matches!(
        key.check()[..],
        [Damage::TooShort { what: Structure::KeyNode, needed: 98, found: 92, .. }]
    ));
    // Its name isn't known for certain, and its hint speaks for more than one.
    assert_eq!(word(&hive.key("longname123456")), "unreadable");
    assert_eq!(word(&hive.key("other")), "obscured");
}
