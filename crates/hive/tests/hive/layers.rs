//! Layered keys: forged ones, and those of a real differencing hive.

use coldhive_forge::{HiveSpec, KeySpec, LayerSemantics as Forged, ValueSpec, Version, build};
use coldhive_hive::{Damage, Hive, Layer, LayerSemantics, Lookup, Stop, ValueType};

use crate::corpus::corpus;

#[test]
fn what_a_key_says_of_the_layers_below() {
    let mut root = KeySpec::new("ROOT");
    for (name, semantics) in [
        ("merge", Forged::Merge),
        ("tombstone", Forged::Tombstone),
        ("local", Forged::SupersedeLocal),
        ("tree", Forged::SupersedeTree),
    ] {
        root.subkeys.push(KeySpec::new(name).layer(semantics));
    }
    root.subkeys.push(KeySpec::new("class").inherit_class());
    root.at("merge").values.push(ValueSpec::tombstone("gone"));
    root.at("merge").values.push(ValueSpec::dword("kept", 1));
    let file = build(&HiveSpec::new(Version::V1_6, root)).unwrap();
    let hive = Hive::parse(&file).unwrap();
    let layer = |path: &str| hive.key(path).found().unwrap().layer().unwrap();
    for (path, semantics, inherit_class) in [
        ("merge", LayerSemantics::Merge, false),
        ("tombstone", LayerSemantics::Tombstone, false),
        ("local", LayerSemantics::SupersedeLocal, false),
        ("tree", LayerSemantics::SupersedeTree, false),
        ("class", LayerSemantics::Merge, true),
    ] {
        assert_eq!(layer(path), Layer { semantics, inherit_class }, "{path}");
    }
    let merge = hive.key("merge").found().unwrap();
    let gone = merge.value("gone").found().unwrap();
    assert!(gone.is_tombstone() && !merge.value("kept").found().unwrap().is_tombstone());
    assert_eq!((gone.value_type(), gone.data().as_deref()), (ValueType::NONE, Ok(&[][..])));
    assert_eq!(merge.check(), [], "a data offset of nowhere is how tombstones are stored");

    // What is stored is found; what it means is another question.
    assert!(matches!(hive.key("tombstone"), Lookup::Found(_)));
    let resolved = hive.resolve("tombstone", &|_| None);
    assert!(resolved.answer.is_absent());
    assert_eq!(resolved.stop, Some(Stop::Tombstone));
}

/// Before format 1.6 the same bits mean nothing.
#[test]
fn older_formats_have_no_layers() {
    let spec = HiveSpec::new(Version::V1_5, KeySpec::new("ROOT").subkey(KeySpec::new("key")));
    let mut file = build(&spec).unwrap();
    let node = Hive::parse(&file).unwrap().key("key").found().unwrap().file_offset();
    file[usize::try_from(node).unwrap() + 13] = 0x81;
    let hive = Hive::parse(&file).unwrap();
    let key = hive.key("key").found().unwrap();
    assert_eq!(key.layer(), None);
    assert!(!key.is_tombstone());
    assert!(matches!(hive.resolve("key", &|_| None).answer, Lookup::Found(_)));
}

/// Counted with a reader of a page of Python, which shares nothing with this one.
#[test]
fn a_real_differencing_hive() {
    let Some(corpus) = corpus() else { return };
    let file = std::fs::read(corpus.join("system/container-delta.SYSTEM")).unwrap();
    let hive = Hive::parse(&file).unwrap();
    let (mut keys, mut merged, mut trees, mut inheriting) = (0, 0, 0, 0);
    let (mut tombstones, mut values, mut dead_values) = (Vec::new(), 0, Vec::new());
    for visit in hive.root().unwrap().walk() {
        assert_eq!(visit.damage, [] as [Damage; 0], "{}", visit.path);
        let layer = visit.key.layer().unwrap();
        keys += 1;
        inheriting += u32::from(layer.inherit_class);
        match layer.semantics {
            LayerSemantics::Merge => merged += 1,
            LayerSemantics::SupersedeTree => trees += 1,
            LayerSemantics::Tombstone => tombstones.push(visit.path.clone()),
            LayerSemantics::SupersedeLocal => panic!("{}", visit.path),
        }
        for read in visit.values {
            values += 1;
            if read.value.is_tombstone() {
                assert_eq!((read.value.value_type(), read.value.size()), (ValueType::NONE, 0));
                dead_values.push(read.value.name().unwrap().to_string());
            }
        }
    }
    assert_eq!((keys, values), (586, 820));
    assert_eq!((merged, trees, inheriting), (522, 62, 515));
    tombstones.sort();
    assert_eq!(
        tombstones,
        [
            "ControlSet001\\Control\\WMI\\Autologger\\AutoLogger-Diagtrack-Listener\\\
             {BA84F32B-8AF2-5006-F147-5030CDD7F22D}",
            "ControlSet001\\Services\\XBOXGIP",
        ]
    );
    dead_values.sort();
    assert_eq!(dead_values, ["6005BT", "ExistingPageFiles", "displayname"]);
}
