//! Remnants of real hives, against what others read in them and against a plain count of signatures.
//!
//! What the small hives of the corpus hold is asserted by the tests of yarp, whose author made them for that. The counts
//! in large hives are those of a few lines in another language that look for `nk` and `vk` where a record can
//! begin in a free cell; places where padding of two bytes is all that is left of a signature are left out.

use coldhive_hive::{
    CellMap, CellOffset, Certainty, Counterpart, Damage, DeletedKey, DeletedValue, Hive, Owner,
    ParentLink, Remnant, RemnantReport, Remnants, SpaceKind, ValueType,
};

use crate::corpus::corpus;

fn with_remnants(name: &str, look: impl FnOnce(&Remnants<'_>)) {
    let Some(folder) = corpus() else { return };
    let file = std::fs::read(folder.join(name)).unwrap();
    let hive = Hive::parse(&file).unwrap();
    let map = CellMap::of(hive);
    let remnants = Remnants::of(hive, &map);
    assert!(remnants.is_complete(), "{name}");
    assert_honest(name, hive, &remnants);
    look(&remnants);
}

/// What holds for every remnant of every hive.
pub(crate) fn assert_honest(name: &str, hive: Hive<'_>, remnants: &Remnants<'_>) {
    let mut living: Vec<CellOffset> = hive
        .root()
        .into_iter()
        .flat_map(|root| root.walk())
        .map(|visit| visit.key.cell())
        .collect();
    living.sort_unstable();
    for key in remnants.keys() {
        assert!(living.binary_search(&key.cell()).is_err(), "{name}: {}", key.path().text);
        assert!(key.key().is_remnant());
        // A key may itself be called "...".
        assert!(key.path().is_whole || key.path().text.starts_with("...\\"), "{name}");
        assert!(key.path().text.ends_with(&key.name().to_string()), "{name}");
        if let Counterpart::Lives(cell) = key.counterpart() {
            let found = hive.key(&key.path().text).found().expect("the key that lives");
            assert!(found.cell() == cell || found.name() == key.key().name(), "{name}");
        }
        assert!(!key.reason().is_empty());
    }
    let reports: Vec<RemnantReport> = remnants.reports().collect();
    assert_eq!(reports.len(), remnants.iter().count());
    let text = serde_json::to_string(&reports).unwrap();
    assert_eq!(serde_json::from_str::<Vec<RemnantReport>>(&text).unwrap(), reports);
}

fn text(value: &DeletedValue<'_>) -> String {
    let data = value.data();
    assert_eq!(data.damage, None);
    let units: Vec<u16> =
        data.bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).unwrap()
}

fn paths(remnants: &Remnants<'_>) -> Vec<String> {
    let mut paths: Vec<String> = remnants.keys().map(|key| key.path().text).collect();
    paths.sort();
    paths
}

#[test]
fn deleted_data() {
    with_remnants("odd/DeletedDataHive", |remnants| {
        let keys: Vec<DeletedKey<'_>> = remnants.keys().collect();
        let [key] = keys[..] else { panic!("{keys:?}") };
        assert_eq!(key.name().to_string(), "456");
        assert_eq!(key.path().text, "456");
        let values: Vec<_> = key.values().collect();
        let [value] = values[..] else { panic!("{values:?}") };
        assert_eq!(value.name().to_string(), "v");
        assert_eq!(value.value().value_type(), ValueType::SZ);
        assert_eq!(text(&value), "123456\0");
        assert_eq!(value.counterpart(), Counterpart::Deleted);

        // A value of the key "123", which lives: its list has a place for it behind its end.
        let others: Vec<_> = remnants.values().collect();
        let [other] = others[..] else { panic!("{others:?}") };
        assert_eq!(other.name().to_string(), "v2");
        assert_eq!(text(&other), "456\0");
        let Owner::Living(owner) = other.owner() else { panic!("{:?}", other.owner()) };
        assert_eq!(owner.path().unwrap(), "123");
        assert_eq!(other.certainty(), Certainty::Likely);
        assert_eq!(other.counterpart(), Counterpart::Deleted);
        assert_eq!(remnants.under("123").count(), 1);
        assert_eq!(remnants.under("456").count(), 1);
        assert_eq!(remnants.named("V2").count(), 1);
    });
}

#[test]
fn a_deleted_tree() {
    with_remnants("odd/DeletedTreeHive", |remnants| {
        let expected =
            ["1\\2\\3", "1\\2\\3\\4", "1\\2\\3\\4\\5", "1\\2\\3\\4\\New Key #1"].map(String::from);
        assert_eq!(paths(remnants), expected);
        assert_eq!(remnants.values().count(), 0);
        for key in remnants.keys() {
            assert!(key.certainty() >= Certainty::Plausible);
            assert_eq!(key.counterpart(), Counterpart::Deleted);
            assert_eq!(key.space(), SpaceKind::Free);
            assert_eq!(key.damage(), []);
        }
        assert_eq!(remnants.under("1\\2\\3\\4").count(), 3);
        assert_eq!(remnants.under("1\\2\\3\\4\\5").count(), 1);
        assert_eq!(remnants.under("1\\5").count(), 0);
        assert_eq!(remnants.ending("4\\5").count(), 1);
        assert_eq!(remnants.ending("3\\5").count(), 0);
    });
}

/// What a registry editor leaves when somebody makes a key and gives it another name.
#[test]
fn keys_under_their_first_names() {
    for (name, path) in [
        ("odd/TruncatedNameHive", "New Key #1"),
        ("odd/CompHive", "New Key #1"),
        ("odd/UnicodeHive", "Привет\\New Key #1"),
        ("odd/WrongOrderHive", "2\\New Key #1"),
        ("odd/ManySubkeysHive", "key_with_many_subkeys\\2119\\New Key #1"),
        ("odd/SlackHive", "key_with_many_subkeys\\2119\\New Key #1"),
        ("odd/OldDirtyHive/RecoveredHive_Windows7", "key_with_many_subkeys\\5000\\New Key #1"),
    ] {
        with_remnants(name, |remnants| {
            assert_eq!(paths(remnants), [path], "{name}");
            let key = remnants.keys().next().unwrap();
            assert!(key.certainty() >= Certainty::Plausible, "{name}");
            assert_eq!(key.counterpart(), Counterpart::Deleted, "{name}");
        });
    }
}

#[test]
fn hives_without_remnants_have_none() {
    for name in [
        "odd/EmptyHive",
        "odd/BigDataHive",
        "odd/ExtendedASCIIHive",
        "odd/GarbageHive",
        "odd/MultiSzHive",
        "odd/StringValuesHive",
        "odd/hivex-minimal",
        "odd/hivex-special",
        "odd/nt-hive-testhive",
        "system/nt4-ee-sp3.SOFTWARE",
        "system/win7-sp1.SYSTEM",
    ] {
        with_remnants(name, |remnants| assert_eq!(remnants.iter().count(), 0, "{name}"));
    }
}

/// File; signatures of key nodes and of key values in free cells.
const COUNTED: [(&str, [usize; 2]); 7] = [
    ("system/nt4-ee-sp3.SYSTEM", [670, 1693]),
    ("system/xp-sp3-m57.SYSTEM", [22, 108]),
    ("system/win81-dirty.SYSTEM", [0, 2]),
    ("system/win10-1709.SYSTEM", [1504, 4487]),
    ("system/container-delta.SYSTEM", [0, 58]),
    ("cluster/healthy.SYSTEM", [670, 1701]),
    ("cluster/provider-key-deleted.SYSTEM", [671, 1702]),
];

#[test]
fn every_signature_in_a_free_cell_is_a_remnant() {
    for (name, expected) in COUNTED {
        with_remnants(name, |remnants| {
            let keys = remnants.keys().filter(|key| !key.key().is_headless());
            let keys = keys.filter(|key| key.space() == SpaceKind::Free).count();
            let listed = remnants.keys().flat_map(|key| key.values());
            let values = listed.chain(remnants.values());
            let values = values.filter(|value| !value.value().is_headless());
            let mut values: Vec<CellOffset> = values
                .filter(|value| value.space() == SpaceKind::Free)
                .map(|value| value.cell())
                .collect();
            values.sort_unstable();
            values.dedup();
            assert_eq!([keys, values.len()], expected, "{name}");
        });
    }
}

/// The key was written with hivex and deleted with it, which leaves no way from it to its value.
#[test]
fn the_deleted_provider_of_a_cluster_node() {
    with_remnants("cluster/provider-key-deleted.SYSTEM", |remnants| {
        let path = "ControlSet001\\Services\\Winsock\\Setup Migration\\Providers\\Clusnet";
        let found: Vec<_> = remnants.under(path).collect();
        let [Remnant::Key(key)] = found[..] else { panic!("{found:?}") };
        assert!(key.path().text.eq_ignore_ascii_case(path));
        assert_eq!(key.parent_link(), ParentLink::Living);
        assert!(key.certainty() >= Certainty::Plausible);
        assert_eq!(key.counterpart(), Counterpart::Deleted);
        let parent = key.living_parent().unwrap();
        assert_eq!(key.last_written(), parent.last_written());
        assert_eq!(remnants.ending("providers\\clusnet").count(), 1);
        let value = remnants.named("WinSock 2.0 Provider ID").find_map(|remnant| match remnant {
            Remnant::Value(value) if value.cell() == CellOffset::new(0x10c750) => Some(value),
            _ => None,
        });
        assert_eq!(value.unwrap().data().bytes.len(), 16);
    });
    for sound in ["cluster/healthy.SYSTEM", "cluster/no-cluster.SYSTEM"] {
        with_remnants(sound, |remnants| assert_eq!(remnants.named("Clusnet").count(), 0));
    }
}

/// Free cells of Windows NT 4.0 begin with a link where the signature was. What is found there is an old control set,
/// the root of which was given to another key.
#[test]
fn keys_without_their_heads() {
    with_remnants("system/nt4-ee-sp3.SYSTEM", |remnants| {
        let headless: Vec<_> = remnants.keys().filter(|key| key.key().is_headless()).collect();
        assert!(headless.len() >= 300, "{}", headless.len());
        for key in &headless {
            let codes: Vec<_> = key.damage().iter().map(Damage::code).collect();
            assert!(codes.contains(&"head-overwritten"), "{codes:?}");
        }
        for name in ["Control", "Services"] {
            let old =
                remnants.keys().find(|key| key.path().text == format!("...\\{name}")).unwrap();
            assert_eq!(old.parent_link(), ParentLink::AnotherKey, "{name}");
            assert_eq!(old.certainty(), Certainty::Unattached, "{name}");
        }
        let parameters = remnants.ending("Services\\Tcpip\\Parameters").next().unwrap();
        assert_eq!(parameters.path().text, "...\\Services\\Tcpip\\Parameters");
        // "NetBIOS" lost its first two characters to the link.
        let lists = remnants.lists_like(&["tcpip", "NwlnkIpx", "NwlnkSpx"]);
        let list = lists.iter().find(|list| list.entries.len() == 4).expect("an older list");
        assert_eq!(list.entries, ["tBIOS", "Tcpip", "NwlnkIpx", "NwlnkSpx"]);
        assert!(list.lacks_its_head && list.is_ended);
        assert!(list.cell.is_some() && !list.named_by.is_empty());
        assert_eq!(remnants.lists_like(&["Clusnet"]), []);
    });
}
