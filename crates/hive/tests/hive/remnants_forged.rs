//! Remnants in hives that were made to have them.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, remnant};
use coldhive_hive::{
    CellMap, Certainty, Counterpart, Hive, Owner, ParentLink, Remnant, Remnants, SpaceKind,
    upcase_unit,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::remnants::assert_honest;

/// 2001-01-01 as a FILETIME, and a day.
const EARLY: u64 = 126_227_808_000_000_000;
const DAY: u64 = 864_000_000_000;

fn look(spec: &HiveSpec, look: impl FnOnce(Hive<'_>, &Remnants<'_>)) {
    let file = build(spec).unwrap();
    let hive = Hive::parse(&file).unwrap();
    let map = CellMap::of(hive);
    let remnants = Remnants::of(hive, &map);
    assert_honest("forged", hive, &remnants);
    look(hive, &remnants);
}

fn deleted(key: &str) -> Fault {
    Fault::DeletedKey { key: key.into() }
}

#[test]
fn a_deleted_key_has_its_class_security_and_values() {
    let mut root = KeySpec::new("ROOT");
    root.at("Services\\WinSock");
    let large = vec![7; 40_000];
    let gone = KeySpec::new("Clusnet")
        .class("provider")
        .written(EARLY)
        .sddl("O:BAG:SYD:(A;CI;KR;;;WD)")
        .unwrap()
        .value(ValueSpec::dword("", 1))
        .value(ValueSpec::binary("large", large.clone()));
    root.at("Services\\Providers").subkeys.push(gone);
    for version in Version::ALL {
        let spec = HiveSpec::new(version, root.clone());
        look(&spec.fault(deleted("Services\\Providers\\Clusnet")), |_, remnants| {
            let [key] = remnants.keys().collect::<Vec<_>>()[..] else { panic!("{version:?}") };
            assert_eq!(key.path().text, "Services\\Providers\\Clusnet", "{version:?}");
            assert_eq!(key.last_written().ticks(), EARLY);
            assert_eq!(key.key().class_name().unwrap().unwrap().to_string(), "provider");
            let values: Vec<_> = key.values().collect();
            assert_eq!(values.len(), 2);
            assert_eq!(values[0].data().bytes.as_ref(), [1, 0, 0, 0]);
            assert_eq!(values[1].name().to_string(), "large");
            assert_eq!(values[1].data().bytes.as_ref(), large);
            assert_eq!(key.damage(), [], "{version:?}");
            assert_eq!(key.parent_link(), ParentLink::Living);
            assert_eq!(key.security_is_shared_by(), 0);
            assert_eq!(key.counterpart(), Counterpart::Deleted);
        });
    }
}

#[test]
fn shared_security_is_told() {
    let mut root = KeySpec::new("ROOT").sddl("O:BAG:SYD:(A;CI;KA;;;SY)").unwrap();
    root.at("one\\two");
    root.at("three");
    look(&HiveSpec::new(Version::V1_5, root).fault(deleted("one\\two")), |_, remnants| {
        let key = remnants.keys().next().unwrap();
        // The root, "one" and "three".
        assert_eq!(key.security_is_shared_by(), 3);
        assert!(!key.security().unwrap().unwrap().descriptor().is_empty());
    });
}

#[test]
fn a_key_of_the_same_path_is_no_deleted_key() {
    let mut root = KeySpec::new("ROOT");
    root.at("Parameters").set_value(ValueSpec::sz("Transports", "new"));
    root.at("Parameters").set_value(ValueSpec::sz("other", "text of some length"));
    // An old copy of the node, in the slack of a value.
    let file = build(&HiveSpec::new(Version::V1_3, root.clone())).unwrap();
    let at = Hive::parse(&file).unwrap().root().unwrap().cell().get();
    let old = KeySpec::new("PARAMETERS").written(EARLY);
    let bytes = remnant::key_cell(Version::V1_3, &old, at);
    let slack = Fault::Slack { key: "Parameters".into(), value: "other".into(), bytes };
    look(&HiveSpec::new(Version::V1_3, root).fault(slack), |hive, remnants| {
        let key = remnants.keys().next().unwrap();
        assert_eq!(key.space(), SpaceKind::Slack);
        assert_eq!(key.path().text, "PARAMETERS");
        let lives = hive.key("Parameters").found().unwrap().cell();
        assert_eq!(key.counterpart(), Counterpart::Lives(lives));
        assert!(key.reason().contains("older copy"), "{}", key.reason());
    });
}

#[test]
fn what_stands_behind_the_last_bin_is_found() {
    let key = remnant::key_cell(Version::V1_5, &KeySpec::new("Clusnet").written(EARLY), 0x20);
    let value = remnant::value_cell(Version::V1_5, &ValueSpec::dword("Start", 3));
    let bytes = [key, value].concat();
    let mut root = KeySpec::new("ROOT");
    root.at("a long name of a key");
    let spec = HiveSpec::new(Version::V1_5, root).fault(Fault::Trailing { bytes });
    look(&spec, |_, remnants| {
        let key = remnants.keys().next().unwrap();
        assert_eq!((key.space(), key.path().text.as_str()), (SpaceKind::BehindBins, "Clusnet"));
        let value = remnants.values().next().unwrap();
        assert_eq!(value.data().bytes.as_ref(), [3, 0, 0, 0]);
        assert!(matches!(value.owner(), Owner::Unknown));
    });
}

#[test]
fn a_deleted_value_is_its_keys() {
    let mut root = KeySpec::new("ROOT");
    root.at("Linkage")
        .set_value(ValueSpec::sz("another name", "text of some length"))
        .set_value(ValueSpec::sz("Export", "gone"));
    let gone = Fault::DeletedValue { key: "Linkage".into(), value: "Export".into() };
    for version in Version::ALL {
        let spec = HiveSpec::new(version, root.clone()).fault(gone.clone());
        look(&spec.fault(Fault::CoalesceFree), |_, remnants| {
            let value = remnants.values().next().expect("the value");
            assert_eq!(value.name().to_string(), "Export");
            assert_eq!(value.data().bytes.as_ref(), b"g\0o\0n\0e\0\0\0");
            let Owner::Living(owner) = value.owner() else { panic!("{version:?}") };
            assert_eq!(owner.path().unwrap(), "Linkage");
            assert_eq!(value.counterpart(), Counterpart::Deleted);
            let below: Vec<_> = remnants.under("linkage").collect();
            assert!(matches!(below[..], [Remnant::Value(_)]));
        });
    }
}

#[test]
fn a_reused_node_is_not_taken_for_the_parent() {
    let mut root = KeySpec::new("ROOT");
    root.at("old\\a subkey with a long name");
    root.at("z\\b");
    let reused = Fault::ReusedNode { key: "old".into(), by: "z".into() };
    look(&HiveSpec::new(Version::V1_3, root).fault(reused), |_, remnants| {
        let key = remnants.keys().find(|key| key.name().to_string().contains("long")).unwrap();
        assert_eq!(key.parent_link(), ParentLink::AnotherKey);
        assert_eq!(key.path().text, "...\\a subkey with a long name");
        assert_eq!(key.certainty(), Certainty::Unattached);
    });
}

#[test]
fn links_take_the_heads_of_records() {
    let mut root = KeySpec::new("ROOT");
    root.at("kept key of a length");
    root.at("gone")
        .set_value(ValueSpec::dword("first", 1))
        .set_value(ValueSpec::dword("second", 2));
    let spec = HiveSpec::new(Version::V1_3, root).fault(deleted("gone")).fault(Fault::LinkFree);
    look(&spec, |_, remnants| {
        let key = remnants.keys().next().expect("a key without its head");
        assert!(key.key().is_headless());
        assert_eq!(key.path().text, "gone");
        // The list's first entry is gone with the link; the second leads to a value without its head.
        let values: Vec<_> = key.values().map(|value| value.name().to_string()).collect();
        assert_eq!(values, ["second"]);
        assert!(key.damage().iter().any(|damage| damage.code() == "head-overwritten"));
        let first = remnants.named("first").next().expect("a value that no list names");
        assert!(
            matches!(first, Remnant::Value(value) if value.data().bytes.as_ref() == [1, 0, 0, 0])
        );
    });
}

#[test]
fn an_older_list_of_strings() {
    let mut root = KeySpec::new("ROOT");
    root.at("Parameters")
        .set_value(ValueSpec::multi_sz("Transports", &["Tcpip"]))
        .set_value(ValueSpec::multi_sz("Old", &["Tcpip", "Clusnet"]));
    let gone = Fault::DeletedValue { key: "Parameters".into(), value: "Old".into() };
    for version in Version::ALL {
        look(&HiveSpec::new(version, root.clone()).fault(gone.clone()), |_, remnants| {
            let lists = remnants.lists_like(&["clusnet"]);
            let [list] = &lists[..] else { panic!("{version:?}: {lists:?}") };
            assert_eq!(list.entries, ["Tcpip", "Clusnet"]);
            assert!(list.is_ended && !list.lacks_its_head);
            let value = remnants.values().next().unwrap();
            assert_eq!(list.named_by, [value.cell()]);
        });
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 {}.$]{1,12}",
        2 => "[\u{a1}-\u{ff}]{1,6}",
        2 => "[a-b\u{3b1}-\u{3c9}\u{430}-\u{44f}]{1,6}",
        1 => "[a-c]{250,255}",
    ]
}

fn upper(name: &str) -> Vec<u16> {
    name.encode_utf16().map(upcase_unit).collect()
}

fn tree() -> impl Strategy<Value = KeySpec> {
    let leaf = || {
        let data = prop_oneof![vec(any::<u8>(), 0..40), Just(vec![1; 20_000])];
        (vec((name(), 0_u32..12, data), 0..5), 0..9_000_u64).prop_map(|(values, day)| {
            let mut key = KeySpec::new("ROOT").written(EARLY + day * DAY);
            for (name, code, data) in values {
                key.set_value(ValueSpec::raw(name, code, data));
            }
            key
        })
    };
    leaf().prop_recursive(4, 24, 5, move |below| {
        (leaf(), vec((name(), below), 0..5)).prop_map(|(mut key, subkeys)| {
            for (name, subkey) in subkeys {
                // Final and other sigma are one letter to the registry.
                if !key.subkeys.iter().any(|key| upper(&key.name) == upper(&name)) {
                    key.subkeys.push(KeySpec { name, ..subkey });
                }
            }
            key
        })
    })
}

/// A key and all below it, each with its path.
fn all_below<'s>(key: &'s KeySpec, path: &str, keys: &mut Vec<(String, &'s KeySpec)>) {
    keys.push((path.to_owned(), key));
    for subkey in &key.subkeys {
        all_below(subkey, &format!("{path}\\{}", subkey.name), keys);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn all_of_a_deleted_tree_is_found(
        gone in tree(), kept in tree(), name in name(),
        version in prop::sample::select(Version::ALL.to_vec()), coalesce: bool,
    ) {
        let gone = KeySpec { name: name.clone(), ..gone };
        let mut root = KeySpec::new("ROOT");
        // Windows doesn't take back the length of the longest name; the forge does, so there is one as long.
        let kept = KeySpec { name: "z".repeat(255), ..kept };
        root.subkeys.extend([kept, gone.clone()]);
        let mut spec = HiveSpec::new(version, root).fault(deleted(&name));
        if coalesce {
            spec = spec.fault(Fault::CoalesceFree);
        }
        look(&spec, |_, remnants| {
            let mut expected = Vec::new();
            all_below(&gone, &name, &mut expected);
            assert_eq!(remnants.keys().count(), expected.len());
            assert_eq!(remnants.values().count(), 0);
            for (path, described) in expected {
                let key = remnants.keys().find(|key| key.path().text == path).expect(&path);
                assert!(key.path().is_whole);
                assert_eq!(key.last_written().ticks(), described.last_written, "{path}");
                assert_eq!(key.counterpart(), Counterpart::Deleted, "{path}");
                assert!(key.certainty() > Certainty::Unattached, "{path}");
                let values: Vec<_> = key.values().collect();
                assert_eq!(values.len(), described.values.len(), "{path}");
                for (value, described) in values.iter().zip(&described.values) {
                    assert_eq!(value.name().to_string(), described.name, "{path}");
                    assert_eq!(value.value().value_type().code(), described.type_code);
                    let data = value.data();
                    assert_eq!((data.bytes.as_ref(), data.damage), (&described.data[..], None));
                }
                assert_eq!(key.damage(), [], "{path}");
            }
        });
    }
}
