//! Looking around: paths as people write them, what is shown leading back, and hives made to keep a reader busy.

use coldhive::hive::Hive;
use coldhive::{Case, TreeOptions, show_key_path};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use proptest::prelude::*;

fn case(spec: &HiveSpec) -> Case {
    Case::from_bytes("SYSTEM", build(spec).unwrap()).unwrap()
}

fn hive(root: KeySpec) -> HiveSpec {
    HiveSpec::new(Version::V1_5, root)
}

/// Every key by a number of its own, in the value `Number`.
fn numbered(name: &str, number: u32) -> KeySpec {
    KeySpec::new(name).value(ValueSpec::dword("Number", number))
}

/// The number of the key that a path leads to.
fn number(case: &Case, path: &str) -> Option<u64> {
    let report = case.get(path, Some("Number"), false);
    match report.values.first()?.decoded {
        Some(coldhive::DecodedData::Number(number)) => Some(number),
        _ => None,
    }
}

#[test]
fn every_form_of_a_path_leads_to_one_key() {
    let case = case(&samples::cluster_sound());
    for path in [
        r"HKLM\SYSTEM\CurrentControlSet\Services\WinSock",
        r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\WinSock",
        r"Computer\HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\WinSock",
        r"\Registry\Machine\SYSTEM\CurrentControlSet\Services\WinSock",
        r"HKLM:\SYSTEM\CurrentControlSet\Services\WinSock",
        r"Registry::HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\WinSock",
        r"Microsoft.PowerShell.Core\Registry::HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\WinSock",
        r"[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\WinSock]",
        r#""HKLM\SYSTEM\CurrentControlSet\Services\WinSock""#,
        r"  'HKLM\SYSTEM\CurrentControlSet\Services\WinSock' ",
        "HKLM/SYSTEM/CurrentControlSet/Services/WinSock",
        "/CurrentControlSet/Services/WinSock/",
        r"SYSTEM\CurrentControlSet\Services\WinSock",
        r"\CurrentControlSet\Services\WinSock\",
        r"ControlSet001\services\winsock",
    ] {
        let report = case.get(path, None, false);
        let key =
            report.answer.key.unwrap_or_else(|| panic!("{path}: {:?}", report.answer.problem));
        assert_eq!(key.path, r"ControlSet001\Services\WinSock", "{path}");
    }
    let note = &case.get("CurrentControlSet", None, false).answer.notes[0];
    assert_eq!(note, "CurrentControlSet is ControlSet001, as Select says");
}

#[test]
fn what_is_written_counts_before_what_may_be_meant() {
    let root = KeySpec::new("R")
        .subkey(numbered("TCP/IP", 1))
        .subkey(KeySpec::new("TCP").subkey(numbered("IP", 2)))
        .subkey(numbered("'quoted'", 3))
        .subkey(numbered("quoted", 4))
        .subkey(KeySpec::new("SYSTEM").subkey(numbered("Select", 5)))
        .subkey(numbered("Select", 6))
        .subkey(numbered("a/b", 7))
        .subkey(KeySpec::new("HKLM").subkey(KeySpec::new("SYSTEM").subkey(numbered("Select", 8))))
        .subkey(numbered("(root)", 9));
    let case = case(&hive(root));
    for (path, expected) in [
        ("TCP/IP", 1),
        (r"TCP\IP", 2),
        ("%{54}CP%{2f}IP", 1),
        ("'quoted'", 3),
        ("[quoted]", 4),
        (r"SYSTEM\Select", 5),
        ("SYSTEM/Select", 5),
        (r"HKLM\SYSTEM\Select", 6),
        (r"HKLM\SYSTEM\SYSTEM\Select", 5),
        (r"HKLM\SYSTEM\a/b", 7),
        (r"HKLM\SYSTEM\HKLM\SYSTEM\Select", 8),
        ("(root)", 9),
    ] {
        assert_eq!(number(&case, path), Some(expected), "{path}");
    }
    assert_eq!(show_key_path(r"HKLM\SYSTEM\Select"), r"HKLM\SYSTEM\HKLM\SYSTEM\Select");
}

#[test]
fn a_name_that_no_path_can_hold_is_not_called_absent() {
    let case = case(&samples::cluster_sound());
    for path in ["Select%{5c}x", "%{d800}"] {
        let report = case.get(path, None, false);
        assert_eq!(report.finding(), "obscured", "{path}");
        assert!(report.problem().unwrap().contains("no path can hold"), "{path}");
    }
    assert_eq!(case.get("Select", Some("%{dc00}"), false).finding(), "obscured");
}

#[test]
fn what_is_missing_is_told_from_where_it_is_missing_on() {
    let case = case(&samples::cluster_sound());
    let absent = |path: &str| {
        let report = case.get(path, None, false);
        assert_eq!(report.finding(), "absent", "{path}");
        (report.answer.nearest.unwrap(), report.answer.suggestions)
    };
    let set = r"ControlSet001\Services";
    let parameters = r"ControlSet001\Services\WinSock\Parameters".to_owned();
    assert_eq!(
        absent(r"CurrentControlSet\Services\Winsok\Parameters"),
        (set.into(), vec![parameters.clone()])
    );
    assert_eq!(absent(r"Services\Winsock\Parameters"), (String::new(), vec![parameters]));
    assert_eq!(absent(r"HKLM\SOFTWARE\Microsoft").1, [""; 0]);
    let value = case.get("Select", Some("LastKnowGood"), false).value.unwrap();
    assert_eq!(
        (value.finding, &value.suggestions[..]),
        ("absent", &["LastKnownGood".to_owned()][..])
    );
}

/// Names that a key can have, of characters that mean something elsewhere, and any others.
fn names() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "%",
        "{",
        "}",
        "%{",
        "25",
        " ",
        "/",
        "\"",
        "'",
        "[",
        "]",
        "u{41}",
        "\u{202e}",
        "\u{1b}",
        "\n",
        "HKLM",
        "SYSTEM",
        "CurrentControlSet",
        "(root)",
        "(default)",
        "@",
    ]);
    let part = prop_oneof![
        3 => special.prop_map(str::to_owned),
        1 => any::<char>().prop_filter("no name", |c| *c != '\\' && *c != '\0').prop_map(String::from),
    ];
    prop::collection::vec(part, 1..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_listed_can_be_asked_for(outer in prop::collection::vec(names(), 1..6), inner in names(), value in names()) {
        let mut root = KeySpec::new("R");
        for name in &outer {
            root.at(name).at(&inner).set_value(ValueSpec::sz(&value, "x"));
        }
        let case = case(&hive(root));
        let mut met = 0;
        for key in case.list("", false).subkeys {
            for below in case.list(&show_key_path(&key.name), false).subkeys {
                let path = format!("{}\\{}", key.name, below.name);
                let report = case.get(&show_key_path(&path), None, false);
                prop_assert_eq!(&report.answer.key.ok_or("not found").unwrap().path, &path);
                let shown = &report.values[0].shown;
                let one = case.get(&show_key_path(&path), Some(shown), false);
                prop_assert_eq!(&one.values[0].name, &value);
                met += 1;
            }
        }
        prop_assert!(met > 0);
    }
}

/// A hive whose keys all have the value list of the first, with large data.
fn shared_data(keys: usize, size: usize) -> Case {
    let mut root = KeySpec::new("R");
    for index in 0..keys {
        let data = if index == 0 { vec![b'a'; size] } else { vec![0; 8] };
        root = root
            .subkey(KeySpec::new(format!("Key{index:05}")).value(ValueSpec::binary("Data", data)));
    }
    let mut file = build(&hive(root)).unwrap();
    let nodes: Vec<usize> = {
        let walk = Hive::parse(&file).unwrap().root().unwrap().walk_keys();
        walk.skip(1).map(|key| usize::try_from(key.unwrap().file_offset()).unwrap()).collect()
    };
    let list: [u8; 4] = file[nodes[0] + 40..][..4].try_into().unwrap();
    for node in nodes {
        file[node + 40..][..4].copy_from_slice(&list);
    }
    Case::from_bytes("SYSTEM", file).unwrap()
}

#[test]
fn a_tree_of_shared_data_ends_and_is_counted() {
    let case = shared_data(2000, 1 << 20);
    let report = case.tree("", &TreeOptions::default().values(true).most(Some(10)), false);
    assert_eq!(report.keys, 2001);
    assert_eq!(report.branches.len() as u64 + report.keys_left_out, report.keys);
    assert!(report.damage.iter().any(|damage| damage.code == "shared-data"));
    assert!(!report.is_whole());
}

#[test]
fn values_that_share_their_data_are_read_as_far_as_the_hive_is_large() {
    let mut root = KeySpec::new("R").value(ValueSpec::binary("V0000", vec![7; 1 << 20]));
    for index in 1..500 {
        root = root.value(ValueSpec::binary(format!("V{index:04}"), vec![0; 8]));
    }
    let mut file = build(&hive(root)).unwrap();
    let values: Vec<usize> = {
        let root = Hive::parse(&file).unwrap().root().unwrap();
        root.values().map(|value| usize::try_from(value.unwrap().file_offset()).unwrap()).collect()
    };
    let place: [u8; 8] = file[values[0] + 4..][..8].try_into().unwrap();
    for value in values {
        file[value + 4..][..8].copy_from_slice(&place);
    }
    let length = file.len();
    let report = Case::from_bytes("SYSTEM", file).unwrap().get("", None, false);
    assert_eq!(report.values.len(), 500);
    let bytes: usize = report.values.iter().map(|value| value.data.0.len()).sum();
    assert!(bytes <= 2 * length, "{bytes} of {length}");
    assert!(!report.is_whole());
}
