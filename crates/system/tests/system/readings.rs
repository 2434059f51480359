//! Values read as what they should be, services, and the Winsock view.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec};
use coldhive_system::winsock::MappingRow;
use coldhive_system::{
    ErrorControl, KeyFacts, Reading, Selector, ServiceType, Start, dword, guid, multi_string, text,
};

use crate::support::{hive_of, node, with_key, with_system, zero_signature};

fn key_with(values: &[ValueSpec]) -> HiveSpec {
    let mut spec = hive_of(&[]);
    spec.root.at("K").values = values.to_vec();
    spec
}

#[test]
fn a_reading_has_four_states() {
    let spec = key_with(&[
        ValueSpec::dword("ok", 7),
        ValueSpec::raw("short", 4, [7, 0]),
        ValueSpec::raw("none", 4, []),
        ValueSpec::sz("text", "7"),
        ValueSpec::raw("big-endian", 5, [0, 0, 0, 7]),
        ValueSpec::raw("unknown", 0x1234, [7, 0, 0, 0]),
        ValueSpec::multi_sz("list", &["some", "entries", "that", "need", "a", "cell"]),
    ])
    .fault(Fault::DataCutShort { key: "K".into(), value: "list".into() });
    with_key(&spec, "K", |key| {
        assert_eq!(dword(key, "OK"), Reading::Is(7));
        for (name, found) in [
            ("short", "2 bytes"),
            ("none", "0 bytes"),
            ("text", "REG_SZ"),
            ("big-endian", "BIG_ENDIAN"),
            ("unknown", "1234"),
        ] {
            match dword(key, name) {
                Reading::Unfit { found: told, .. } => {
                    assert!(told.contains(found), "{name}: {told}");
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        assert_eq!(dword(key, "missing"), Reading::Absent);
        assert_eq!(dword(key, "missing").why_not(), "absent");
        assert!(matches!(multi_string(key, "list"), Reading::Damaged(damage) if damage.len() == 1));
        assert!(multi_string(key, "list").why_not().starts_with("unreadable: "));
    });
    let hidden = key_with(&[ValueSpec::dword("a", 1), ValueSpec::dword("b", 2)])
        .fault(Fault::ValueListHole { key: "K".into(), value: "a".into() });
    with_key(&hidden, "K", |key| {
        assert_eq!(dword(key, "b"), Reading::Is(2), "a hole beside it hides nothing");
        assert!(matches!(dword(key, "a"), Reading::Damaged(_)));
        assert!(matches!(dword(key, "c"), Reading::Damaged(_)), "absence is not proven");
    });
}

#[test]
fn text_ends_at_its_first_nul() {
    let spec = key_with(&[
        ValueSpec::sz("one", "abc"),
        ValueSpec::raw("more", 1, b"a\0\0\0b\0".to_vec()),
        ValueSpec::raw("unterminated", 1, b"a\0b\0".to_vec()),
        ValueSpec::raw("odd", 2, b"a\0b".to_vec()),
        ValueSpec::raw("empty", 1, []),
    ]);
    with_key(&spec, "K", |key| {
        for (name, expected) in
            [("one", "abc"), ("more", "a"), ("unterminated", "ab"), ("odd", "a"), ("empty", "")]
        {
            assert_eq!(text(key, name), Reading::Is(expected.into()), "{name}");
        }
    });
}

#[test]
fn a_guid_has_sixteen_bytes_in_memory_layout() {
    let tcpip = [
        0xA0, 0x1A, 0x0F, 0xE7, 0x8B, 0xAB, 0xCF, 0x11, 0x8C, 0xA3, 0, 0x80, 0x5F, 0x48, 0xA1, 0x92,
    ];
    let spec = key_with(&[
        ValueSpec::binary("id", tcpip),
        ValueSpec::binary("short", &tcpip[..15]),
        ValueSpec::sz("text", "{E70F1AA0-AB8B-11CF-8CA3-00805F48A192}"),
    ]);
    with_key(&spec, "K", |key| {
        let id = guid(key, "id").ok().unwrap();
        assert_eq!(id.to_string().to_uppercase(), "E70F1AA0-AB8B-11CF-8CA3-00805F48A192");
        assert!(matches!(guid(key, "short"), Reading::Unfit { .. }));
        assert!(matches!(guid(key, "text"), Reading::Unfit { .. }));
    });
}

#[test]
fn services() {
    let spec = node(|root| {
        let services = root.at("ControlSet001\\Services");
        for (name, start) in [("A0", 0), ("A1", 1), ("A2", 2), ("A3", 3), ("A4", 4), ("A5", 5)] {
            services.at(name).set_value(ValueSpec::dword("Start", start));
        }
    });
    with_system(&spec, |system| {
        let set = &system.select(Selector::Current).unwrap().sets[0];
        let start = |name: &str| system.service(set, name).found().unwrap().start();
        for (name, expected) in [
            ("A0", Start::Boot),
            ("A1", Start::System),
            ("A2", Start::Automatic),
            ("A3", Start::Manual),
            ("A4", Start::Disabled),
            ("A5", Start::Other(5)),
        ] {
            assert_eq!(start(name), Reading::Is(expected));
        }
        let cluster = system.service(set, "CLUSSVC").found().unwrap();
        assert_eq!(cluster.service_type(), Reading::Is(ServiceType::OWN_PROCESS));
        assert_eq!(cluster.error_control(), Reading::Is(ErrorControl::Normal));
        assert_eq!(cluster.image_path(), Reading::Is("%SystemRoot%\\Cluster\\clussvc.exe".into()));
        assert_eq!(cluster.display_name(), Reading::Is("Cluster Server".into()));
        assert_eq!(cluster.account(), Reading::Is("LAB\\clussvc".into()));
        assert!(system.service(set, "None").is_absent());
    });
}

/// The rows of a mapping; `None` where it is none, or has another length than it says.
fn mapping(data: &[u8]) -> Option<Vec<MappingRow>> {
    const KEY: &str = "ControlSet001\\Services\\Clusnet\\Parameters\\Winsock";
    let spec = node(|root| {
        root.at(KEY).set_value(ValueSpec::binary("Mapping", data));
    });
    with_system(&spec, |system| {
        let set = &system.select(Selector::Current).unwrap().sets[0];
        let transport = system.transport(set, "CLUSNET").found().unwrap();
        let mapping = transport.mapping();
        assert!(matches!(mapping, Reading::Is(_) | Reading::Unfit { .. }));
        mapping.ok().filter(|_| transport.mapping_fault().is_none()).map(|mapping| mapping.rows)
    })
}

#[test]
fn mappings() {
    let numbers = |numbers: &[u32]| -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    };
    let good = numbers(&[2, 3, 24, 2, 3, 24, 1, 6]);
    assert_eq!(
        mapping(&good),
        Some(vec![
            MappingRow { address_family: 24, socket_type: 2, protocol: 3 },
            MappingRow { address_family: 24, socket_type: 1, protocol: 6 },
        ])
    );
    assert_eq!(mapping(&numbers(&[0, 3])), Some(vec![]));
    let mut extra = good.clone();
    extra.push(0);
    for bad in [
        good[..good.len() - 1].to_vec(),
        good[..good.len() - 4].to_vec(),
        extra,
        numbers(&[2, 3, 24, 2, 3, 24, 1, 6, 0]),
        numbers(&[1, 3, 24, 2, 3, 24, 1, 6]),
        numbers(&[3, 2, 24, 2, 3, 24, 1, 6]),
        numbers(&[2, 4, 24, 2, 3, 24, 1, 6]),
        numbers(&[0x5555_5556, 3, 1, 1]),
        numbers(&[u32::MAX, 3]),
        numbers(&[2]),
        vec![],
    ] {
        assert_eq!(mapping(&bad), None, "{bad:?}");
    }
}

#[test]
fn winsock_of_the_sample() {
    with_system(&node(|_| {}), |system| {
        let set = &system.select(Selector::Current).unwrap().sets[0];
        let winsock = system.winsock(set).found().unwrap();
        let migration = winsock.setup_migration().found().unwrap();
        assert_eq!(migration.setup_version(), Reading::Is(0x1009));
        assert!(migration.provider_list().ok().unwrap().contains("CLUSNET"));
        assert_eq!(migration.known_static_providers().ok().unwrap().entries().len(), 5);
        assert_eq!(migration.providers().found().unwrap().len(), 3);
        assert!(migration.provider("clusnet").found().unwrap().id().ok().is_some());
        assert_eq!(migration.provider("clusnet").found().unwrap().winsock1_data(), Reading::Absent);
        assert!(migration.provider("Clusnet2").is_absent());
        for hostile in ["", "\\", "Tcpip\\Parameters", "..\\Tcpip"] {
            assert!(system.transport(set, hostile).is_absent(), "{hostile}");
        }
        let tcpip = system.transport(set, "Tcpip").found().unwrap();
        assert_eq!(tcpip.min_sockaddr_length(), Reading::Is(16));
        assert_eq!(tcpip.max_sockaddr_length(), Reading::Is(16));
        assert!(tcpip.helper_dll().ok().unwrap().ends_with("wshtcpip.dll"));
    });
}

#[test]
fn facts_of_keys_without_a_sound_descriptor() {
    const KEY: &str = "ControlSet001\\Services\\Winsock\\Parameters";
    let facts = |fault: Option<Fault>| {
        let mut spec = node(|_: &mut KeySpec| {});
        spec.faults.extend(fault);
        with_key(&spec, KEY, KeyFacts::of)
    };
    let sound = facts(None);
    assert_eq!(sound.owner_name.as_deref(), Some("Administrators"));
    assert!(sound.sddl.is_some() && sound.security_problem.is_none() && sound.damage.is_empty());
    let none = facts(Some(Fault::NoSecurity { key: KEY.into() }));
    assert_eq!(none.security_problem.as_deref(), Some("the key has no security record"));
    let bad = facts(Some(Fault::BadDescriptor { key: KEY.into() }));
    assert!(bad.security_problem.unwrap().contains("ill-formed") || bad.sddl.is_none());
    let list = node(|_| {}).fault(zero_signature("ControlSet001\\Services\\Winsock\\Autodial"));
    let facts = with_key(&list, KEY, KeyFacts::of);
    assert!(facts.damage.is_empty(), "a damaged sibling is none of its business");
}
