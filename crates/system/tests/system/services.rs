//! Services and drivers of forged hives: damage in place of what can't be read, wrong types, security, order.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec};
use coldhive_hive::{Damage, Lookup};
use coldhive_security::SecurityDescriptorBuf;
use coldhive_system::{
    ErrorControl, GroupRank, Lacks, Reading, Selector, Service, ServiceKind, ServiceSidType,
    ServiceType, Start, System, TagRank, View as _,
};

use crate::support::{hive_of, list_hole, with_system, zero_signature};

const SERVICES: &str = "ControlSet001\\Services";

/// A hive with one control set, changed below `Services`.
fn services(change: impl FnOnce(&mut KeySpec)) -> HiveSpec {
    let mut spec = hive_of(&["ControlSet001\\Control"]);
    change(spec.root.at(SERVICES));
    spec
}

fn with_services<T>(
    spec: &HiveSpec,
    ask: impl FnOnce(System<'_>, Vec<Result<Service<'_>, Damage>>) -> T,
) -> T {
    with_system(spec, |system| {
        let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
        let all = system.services(&set).found().unwrap().all();
        ask(system, all)
    })
}

fn one<T>(spec: &HiveSpec, name: &str, ask: impl FnOnce(&Service<'_>) -> T) -> T {
    with_system(spec, |system| {
        let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
        ask(&system.service(&set, name).found().unwrap())
    })
}

#[test]
fn every_field_of_a_service() {
    let spec = services(|services| {
        services
            .at("Full")
            .set_value(ValueSpec::dword("Type", 0x8000_0120))
            .set_value(ValueSpec::dword("Start", 2))
            .set_value(ValueSpec::dword("ErrorControl", 3))
            .set_value(ValueSpec::dword("DelayedAutostart", 1))
            .set_value(ValueSpec::dword("Tag", 7))
            .set_value(ValueSpec::dword("WOW64", 0x14C))
            .set_value(ValueSpec::dword("ServiceSidType", 3))
            .set_value(ValueSpec::sz("Group", "Base"))
            .set_value(ValueSpec::sz("Description", "what it is for"))
            .set_value(ValueSpec::sz("ServiceDll", "own.dll"))
            .set_value(ValueSpec::multi_sz("DependOnService", &["Tcpip", "+TDI"]))
            .set_value(ValueSpec::multi_sz("DependOnGroup", &["NDIS"]))
            .set_value(ValueSpec::multi_sz("RequiredPrivileges", &["SeDebugPrivilege"]))
            .at("Parameters")
            .set_value(ValueSpec::expand_sz("ServiceDll", "%SystemRoot%\\a.dll"));
    });
    one(&spec, "FULL", |service| {
        let kind = service.service_type().ok().unwrap();
        assert_eq!(kind.names(), ["SHARE_PROCESS", "INTERACTIVE", "0x80000000"]);
        assert_eq!(kind.kind(), ServiceKind::Service);
        assert_eq!(service.start(), Reading::Is(Start::Automatic));
        assert_eq!(service.error_control(), Reading::Is(ErrorControl::Critical));
        assert_eq!(service.delayed_start(), Reading::Is(true));
        assert_eq!(service.tag(), Reading::Is(7));
        assert_eq!(service.wow64(), Reading::Is(0x14C));
        assert_eq!(service.sid_type(), Reading::Is(ServiceSidType::Restricted));
        assert_eq!(service.group(), Reading::Is("Base".into()));
        assert_eq!(service.description(), Reading::Is("what it is for".into()));
        assert_eq!(service.service_dll(), Reading::Is("%SystemRoot%\\a.dll".into()));
        assert_eq!(service.service_dll_in_own_key(), Reading::Is("own.dll".into()));
        assert_eq!(service.depend_on_service().ok().unwrap().entries(), ["Tcpip", "+TDI"]);
        assert_eq!(service.depend_on_group().ok().unwrap().entries(), ["NDIS"]);
        assert!(service.required_privileges().ok().unwrap().contains("SeDebugPrivilege"));
        assert_eq!(service.failure_actions(), Reading::Absent);
        assert_eq!(service.security().map(|_| ()), Reading::Absent);
        assert_eq!(service.name(), "Full");
        assert_eq!(service.facts().path, "ControlSet001\\Services\\Full");
    });
}

#[test]
fn unreadable_services_keep_their_place() {
    let names = ["Alpha", "Beta", "Gamma"];
    let spec = |fault: Fault| {
        services(|services| {
            for name in names {
                services.at(name).set_value(ValueSpec::dword("Start", 3));
            }
        })
        .fault(fault)
    };
    for fault in [
        zero_signature("ControlSet001\\Services\\Beta"),
        list_hole("ControlSet001\\Services\\Beta"),
    ] {
        with_services(&spec(fault.clone()), |_, all| {
            let told: Vec<_> =
                all.iter().map(|service| service.as_ref().ok().map(Service::name)).collect();
            assert_eq!(told, [Some("Alpha".into()), None, Some("Gamma".into())], "{fault:?}");
        });
    }
    // A list that can't be read hides all of them, and says so.
    let none = spec(Fault::ListSignature { key: SERVICES.into() });
    with_services(&none, |_, all| assert!(matches!(all.as_slice(), [Err(_)]), "{all:?}"));
}

#[test]
fn wrong_types_are_told() {
    let spec = services(|services| {
        services
            .at("Odd")
            .set_value(ValueSpec::sz("Start", "2"))
            .set_value(ValueSpec::binary("Type", [1]))
            .set_value(ValueSpec::dword("Group", 1))
            .set_value(ValueSpec::sz("DependOnService", "Tcpip"))
            .set_value(ValueSpec::binary("FailureActions", [0; 19]))
            .at("Security")
            .set_value(ValueSpec::sz("Security", "D:"));
    });
    one(&spec, "Odd", |service| {
        let all = [
            service.start().why_not(),
            service.kind().why_not(),
            service.group().why_not(),
            service.depend_on_service().why_not(),
            service.failure_actions().why_not(),
            service.security().map(|_| ()).why_not(),
        ];
        assert!(all.iter().all(|why| why.starts_with("not ")), "{all:?}");
        assert_eq!(service.failure_actions_raw(), Reading::Is(vec![0; 19]));
    });
}

#[test]
fn security_of_a_service() {
    let sound: SecurityDescriptorBuf = "O:SYG:SYD:(A;;CCLCRPWP;;;BA)".parse().unwrap();
    let spec = |bytes: &[u8]| {
        services(|services| {
            services.at("S\\Security").set_value(ValueSpec::binary("Security", bytes));
        })
    };
    one(&spec(sound.as_bytes()), "S", |service| {
        let security = service.security().ok().unwrap();
        assert_eq!(security.sddl().unwrap(), "O:SYG:SYD:(A;;CCLCRPWP;;;BA)");
        assert!(security.faults().is_empty());
        assert_eq!(security.facts().path, "ControlSet001\\Services\\S\\Security");
    });
    let bytes = sound.as_bytes();
    for bad in [&[][..], &bytes[..19], &bytes[..bytes.len() - 1], &[0xFF; 40]] {
        one(&spec(bad), "S", |service| {
            let security = service.security().ok().unwrap();
            assert!(!security.faults().is_empty(), "{bad:?}");
            assert!(security.sddl().is_err(), "{bad:?}");
            assert_eq!(security.bytes(), bad);
        });
    }
    // The descriptor of the key is another thing.
    let none = spec(sound.as_bytes()).fault(Fault::NoSecurity { key: format!("{SERVICES}\\S") });
    one(&none, "S", |service| {
        assert!(service.descriptor().is_err());
        assert!(service.security().ok().unwrap().service_descriptor().is_ok());
    });
    let hidden =
        spec(sound.as_bytes()).fault(zero_signature("ControlSet001\\Services\\S\\Security"));
    one(&hidden, "S", |service| {
        assert!(matches!(service.security(), Reading::Damaged(_)), "not absent");
        assert!(matches!(service.subkey("Security"), Lookup::Unreadable(_)));
    });
    let cut = spec(sound.as_bytes()).fault(Fault::DataCutShort {
        key: "ControlSet001\\Services\\S\\Security".into(),
        value: "Security".into(),
    });
    one(&cut, "S", |service| assert!(matches!(service.security(), Reading::Damaged(_))));
}

#[test]
fn groups_and_tags_put_drivers_in_order() {
    let mut spec = services(|services| {
        for (name, group, tag) in [
            ("A-none", None, None),
            ("B-unlisted", Some("Elsewhere"), Some(1)),
            ("C-second", Some("second"), None),
            ("D-tag2", Some("FIRST"), Some(2)),
            ("E-tag1", Some("first"), Some(1)),
            ("F-tag9", Some("First"), Some(9)),
            ("G-untagged", Some("First"), None),
            ("H-empty", Some(""), None),
            ("I-manual", Some("First"), Some(1)),
        ] {
            let key = services.at(name);
            key.set_value(ValueSpec::dword("Start", if name == "I-manual" { 3 } else { 0 }));
            if let Some(group) = group {
                key.set_value(ValueSpec::sz("Group", group));
            }
            if let Some(tag) = tag {
                key.set_value(ValueSpec::dword("Tag", tag));
            }
        }
    });
    let control = spec.root.at("ControlSet001\\Control");
    control
        .at("ServiceGroupOrder")
        .set_value(ValueSpec::multi_sz("List", &["First", "Second", "first"]));
    control
        .at("GroupOrderList")
        .set_value(ValueSpec::binary("First", [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]));
    let order = |spec: &HiveSpec| {
        with_system(spec, |system| {
            let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
            let order = system.load_order(&set);
            let services = system.services(&set).found().unwrap();
            let ranked = services.in_load_order(&order, Start::Boot);
            ranked.into_iter().map(|(rank, service)| (service.name(), rank)).collect::<Vec<_>>()
        })
    };
    let ranked = order(&spec);
    let names: Vec<_> = ranked.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["D-tag2", "E-tag1", "F-tag9", "G-untagged", "C-second", "B-unlisted", "A-none", "H-empty"]
    );
    let rank = |name: &str| ranked.iter().find(|(other, _)| other == name).unwrap().1;
    assert_eq!(
        (rank("E-tag1").group, rank("E-tag1").tag),
        (GroupRank::Listed(0), TagRank::Listed(1))
    );
    assert_eq!(
        (rank("F-tag9").group, rank("F-tag9").tag),
        (GroupRank::Listed(0), TagRank::NotListed)
    );
    assert_eq!(
        (rank("B-unlisted").group, rank("B-unlisted").tag),
        (GroupRank::NotListed, TagRank::NotListed)
    );
    assert_eq!(rank("H-empty").group, GroupRank::NoGroup);

    // Without the list, what is in a group can't be placed; what is in none still is last of all that can.
    for fault in [
        zero_signature("ControlSet001\\Control\\ServiceGroupOrder"),
        Fault::ValueListHole {
            key: "ControlSet001\\Control\\ServiceGroupOrder".into(),
            value: "List".into(),
        },
    ] {
        let ranked = order(&spec.clone().fault(fault));
        let unknown = ranked.iter().filter(|(_, rank)| rank.group == GroupRank::Unknown);
        assert_eq!(unknown.count(), 6);
    }
    let tags = Fault::ValueListHole {
        key: "ControlSet001\\Control\\GroupOrderList".into(),
        value: "First".into(),
    };
    let ranked = order(&spec.clone().fault(tags));
    let unknown = ranked.iter().filter(|(_, rank)| rank.tag == TagRank::Unknown);
    assert_eq!(unknown.count(), 4, "each tag could stand in the list");
}

/// A file that was saved from a part says of the rest that it isn't in it.
#[test]
fn a_part_of_a_hive_hides_the_rest() {
    let mut spec = coldhive_forge::samples::cluster_sound();
    spec.root = spec.root.remove(SERVICES).unwrap();
    with_system(&spec, |system| {
        let set = system.select(Selector::Current).unwrap().sets[0].clone();
        let outside = |damage: &[Damage]| damage == [Damage::NotInExport];
        assert!(outside(system.time_zone(&set).damage()));
        assert!(outside(system.windows_settings(&set).damage()));
        assert!(outside(system.computer_name(&set).damage()));
        assert!(matches!(system.hardware_profiles(&set).current(), Reading::Damaged(_)));
        assert!(matches!(system.load_order(&set).groups(), Reading::Damaged(_)));
        let services = system.services(&set).found().unwrap().all();
        assert!(services.len() > 5 && services.iter().all(Result::is_ok));
    });
    // Facts of an exported text leave out what it lacks; views are raw.
    let lacking = with_system(&crate::support::node(|_| {}), |system| {
        let system = system.lacking(Lacks::REG_TEXT);
        let set = system.select(Selector::Current).unwrap().sets[0].clone();
        let service = system.service(&set, "ClusSvc").found().unwrap();
        system.facts(service.key())
    });
    assert!(lacking.last_written.is_none() && lacking.sddl.is_none());
}

#[test]
fn counts_of_a_damaged_list() {
    let spec = services(|services| {
        for (name, kind, start) in
            [("A", 1, 0), ("B", 1, 9), ("C", 0x20, 2), ("D", 4, 3), ("E", 0x4000, 4), ("F", 2, 1)]
        {
            services
                .at(name)
                .set_value(ValueSpec::dword("Type", kind))
                .set_value(ValueSpec::dword("Start", start));
        }
        services.at("G").set_value(ValueSpec::sz("Type", "1"));
        services.at("H");
        services.at("I").set_value(ValueSpec::dword("Type", 0x10));
        services.at("I\\Security").set_value(ValueSpec::binary("Security", [0; 5]));
        services.at("J");
    })
    .fault(zero_signature("ControlSet001\\Services\\J"));
    with_system(&spec, |system| {
        let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
        let counts = system.services(&set).found().unwrap().counts();
        let drivers = counts.drivers;
        assert_eq!((counts.keys, counts.unreadable, drivers.total), (9, 1, 3));
        assert_eq!((drivers.boot, drivers.system, drivers.other, drivers.unknown), (1, 1, 1, 0));
        let services = counts.services;
        assert_eq!((services.total, services.automatic, services.unknown), (2, 1, 1));
        assert_eq!((counts.adapters, counts.others), (1, 1));
        assert_eq!((counts.without_type, counts.unreadable_type), (1, 1));
        assert_eq!((counts.with_security, counts.ill_formed_security), (1, 1));
        assert_eq!(counts.not_looked_into, 0);
    });
}

/// Thousands of services that share one list of thousands of values take no more time than the hive has room for.
#[test]
fn shared_lists_are_not_read_over_and_over() {
    const MANY: u32 = 5_000;
    let mut spec = services(|services| {
        services.subkeys.extend((0..MANY).map(|number| KeySpec::new(format!("s{number:05}"))));
    });
    let big = spec.root.at("ControlSet001\\Control\\Big");
    big.values = (0..MANY).map(|number| ValueSpec::dword(format!("v{number}"), number)).collect();
    let mut file = coldhive_forge::build(&spec).unwrap();
    let hive = coldhive_hive::Hive::parse(&file).unwrap();
    let place = |key: &coldhive_hive::Key<'_>| usize::try_from(key.file_offset()).unwrap();
    let big = place(&hive.key("ControlSet001\\Control\\Big").found().unwrap());
    let list = file[big + 36..big + 44].to_vec();
    let all: Vec<_> =
        hive.key(SERVICES).found().unwrap().subkeys().map(|key| place(&key.unwrap())).collect();
    for key in all {
        file[key + 36..key + 44].copy_from_slice(&list);
    }
    let system = System::new(coldhive_hive::Hive::parse(&file).unwrap());
    let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
    let counts = system.services(&set).found().unwrap().counts();
    assert_eq!((counts.keys, counts.unreadable), (u64::from(MANY), 0));
    let looked_into = counts.keys - counts.not_looked_into;
    assert!((1..20).contains(&looked_into), "{looked_into}");
    assert_eq!(counts.without_type, looked_into);
}

#[test]
fn types_by_number() {
    for (number, kind) in [
        (1, ServiceKind::Driver),
        (2, ServiceKind::Driver),
        (8, ServiceKind::Driver),
        (4, ServiceKind::Adapter),
        (0x10, ServiceKind::Service),
        (0x110, ServiceKind::Service),
        (0x60, ServiceKind::Service),
        (0xE0, ServiceKind::Service),
        (0, ServiceKind::Other),
        (0x40, ServiceKind::Other),
        (0x4000, ServiceKind::Other),
    ] {
        assert_eq!(ServiceType::from_bits_retain(number).kind(), kind, "{number:#x}");
    }
    assert_eq!(ServiceType::from_bits_retain(0).to_string(), "0");
}
