//! Names, clock, last shutdown and hardware profiles of forged hives: sound, of other types, and behind damage.

use coldhive_forge::{Fault, HiveSpec, KeySpec, LayerSemantics, ValueSpec, Version, build};
use coldhive_hive::{Damage, Hive, Lookup};
use coldhive_system::{
    Bias, ControlSet, Reading, Season, Selector, Service, ServicePack, SwitchDate, System,
};

use crate::support::{hive_of, with_system, zero_signature};

fn control(change: impl FnOnce(&mut KeySpec)) -> HiveSpec {
    let mut spec = hive_of(&["ControlSet001\\Services"]);
    change(spec.root.at("ControlSet001\\Control"));
    spec
}

fn ask<T>(spec: &HiveSpec, ask: impl FnOnce(System<'_>, &ControlSet) -> T) -> T {
    with_system(spec, |system| {
        let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
        ask(system, &set)
    })
}

#[test]
fn shutdown_time_has_eight_bytes() {
    let time = |value: ValueSpec| {
        let spec = control(|control| {
            control.at("Windows").set_value(value);
        });
        ask(&spec, |system, set| system.windows_settings(set).found().unwrap().shutdown_time())
    };
    // 1999-12-31 23:59:59.5 UTC.
    let ticks: u64 = 125_911_583_995_000_000;
    let read = time(ValueSpec::binary("ShutdownTime", ticks.to_le_bytes()));
    assert_eq!(read.ok().unwrap().to_string(), "1999-12-31T23:59:59.5000000Z");
    for bytes in [&[][..], &[1; 7], &[1; 9], &[1; 16]] {
        let read = time(ValueSpec::binary("ShutdownTime", bytes));
        assert_eq!(
            read.why_not(),
            format!("not a FILETIME (REG_BINARY of 8 bytes) but {} bytes", bytes.len())
        );
    }
    let read = time(ValueSpec::dword("ShutdownTime", 1));
    assert!(matches!(read, Reading::Unfit { .. }), "{read:?}");
    let last = time(ValueSpec::binary("ShutdownTime", [0xFF; 8]));
    assert!(last.ok().is_some(), "every number is a time");
    assert_eq!(time(ValueSpec::sz("other", "")), Reading::Absent);
}

#[test]
fn a_shutdown_time_that_is_cut_short_or_hidden_is_damaged() {
    let key = "ControlSet001\\Control\\Windows";
    let spec = |fault: Fault| {
        control(|control| {
            control.at("Windows").set_value(ValueSpec::binary("ShutdownTime", [7; 8]));
        })
        .fault(fault)
    };
    for fault in [
        Fault::DataCutShort { key: key.into(), value: "ShutdownTime".into() },
        Fault::ValueListHole { key: key.into(), value: "ShutdownTime".into() },
        Fault::ValueSignature { key: key.into(), value: "ShutdownTime".into() },
    ] {
        let read = ask(&spec(fault.clone()), |system, set| {
            system.windows_settings(set).found().unwrap().shutdown_time()
        });
        assert!(matches!(read, Reading::Damaged(_)), "{fault:?}: {read:?}");
    }
    ask(&spec(zero_signature(key)), |system, set| {
        assert!(matches!(system.windows_settings(set), Lookup::Unreadable(_)));
    });
    ask(&spec(Fault::ListSignature { key: "ControlSet001\\Control".into() }), |system, set| {
        assert!(matches!(system.windows_settings(set), Lookup::Obscured(_)));
        assert!(matches!(system.time_zone(set), Lookup::Obscured(_)));
        assert!(matches!(system.hardware_profiles(set).current(), Reading::Damaged(_)));
    });
}

#[test]
fn readings_as_data() {
    let data = |reading: &Reading<u32>| serde_json::to_string(reading).unwrap();
    assert_eq!(data(&Reading::Is(3)), r#"{"state":"is","value":3}"#);
    assert_eq!(data(&Reading::Absent), r#"{"state":"absent","value":null,"problem":"absent"}"#);
    let unfit = Reading::Unfit { expected: "a", found: "b".into() };
    assert_eq!(data(&unfit), r#"{"state":"unfit","value":null,"problem":"not a but b"}"#);
    let at = coldhive_hive::CellOffset::new(32);
    let damaged = data(&Reading::Damaged(vec![Damage::ListedTwice { at }]));
    assert!(damaged.starts_with(r#"{"state":"damaged","value":null,"problem":"unreadable: "#));
    assert!(damaged.contains(r#""damage":[{"#), "{damaged}");
    // What a part of the registry doesn't hold was never damaged.
    let outside = data(&Reading::Damaged(vec![Damage::NotInExport]));
    assert!(outside.contains(r#""problem":"not in this file"#), "{outside}");
}

#[test]
fn service_packs() {
    for (number, words) in [
        (0, "no service pack"),
        (0x100, "service pack 1"),
        (0x600, "service pack 6"),
        (0x601, "service pack 6.1"),
        (0x0001_0300, "service pack 3.0, and 0x1 in the bits above"),
    ] {
        assert_eq!(ServicePack(number).to_string(), words);
    }
}

#[test]
fn computer_names() {
    let spec = control(|control| {
        let names = control.at("ComputerName");
        names.at("ComputerName").set_value(ValueSpec::sz("ComputerName", "NEXT"));
        names.at("ActiveComputerName").set_value(ValueSpec::sz("ComputerName", "NOW"));
    });
    ask(&spec, |system, set| {
        let next = system.computer_name(set).found().unwrap();
        let now = system.active_computer_name(set).found().unwrap();
        assert_eq!((next.name().ok(), now.name().ok()), (Some("NEXT".into()), Some("NOW".into())));
        assert!(system.tcpip_names(set).is_absent());
    });
    let odd = control(|control| {
        control.at("ComputerName\\ComputerName").set_value(ValueSpec::dword("ComputerName", 1));
    });
    ask(&odd, |system, set| {
        let name = system.computer_name(set).found().unwrap().name();
        assert!(matches!(name, Reading::Unfit { .. }));
    });
}

fn zone(biases: [i32; 4]) -> HiveSpec {
    control(|control| {
        let key = control.at("TimeZoneInformation");
        let names = ["Bias", "StandardBias", "DaylightBias", "ActiveTimeBias"];
        for (name, bias) in names.into_iter().zip(biases) {
            key.set_value(ValueSpec::dword(name, bias.cast_unsigned()));
        }
    })
}

#[test]
fn seasons_are_told_by_sums() {
    for (biases, season) in [
        ([300, 0, -60, 300], Season::Standard),
        ([300, 0, -60, 240], Season::Daylight),
        ([-60, 0, -60, -120], Season::Daylight),
        ([-330, 0, 0, -330], Season::Same),
        ([300, 0, -60, 0], Season::Neither),
        ([i32::MAX, 1, 1, i32::MAX], Season::Same),
        ([i32::MIN, -1, 0, i32::MIN], Season::Same),
    ] {
        ask(&zone(biases), |system, set| {
            let zone = system.time_zone(set).found().unwrap();
            assert_eq!(zone.season(), Some(season), "{biases:?}");
            assert_eq!(zone.bias(), Reading::Is(Bias(biases[0])));
        });
    }
    let hidden = zone([300, 0, -60, 240]).fault(Fault::ValueListHole {
        key: "ControlSet001\\Control\\TimeZoneInformation".into(),
        value: "DaylightBias".into(),
    });
    ask(&hidden, |system, set| {
        let zone = system.time_zone(set).found().unwrap();
        assert_eq!(zone.season(), None);
        assert!(matches!(zone.daylight_bias(), Reading::Damaged(_)));
        assert_eq!(zone.active_bias(), Reading::Is(Bias(240)));
        assert!(matches!(zone.key_name(), Reading::Damaged(_)), "absence is not proven");
    });
}

#[test]
fn dates_of_the_switch() {
    let date = |numbers: [u16; 8]| {
        let data: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        SwitchDate::decode(&data).ok().unwrap()
    };
    for (numbers, words) in [
        ([0, 10, 5, 3, 0, 0, 0, 0], "last Sunday of October, 03:00:00"),
        ([0, 3, 2, 2, 0, 0, 0, 0], "second Sunday of March, 02:00:00"),
        ([0, 9, 4, 23, 59, 59, 999, 4], "fourth Thursday of September, 23:59:59.999"),
        ([2010, 1, 31, 0, 0, 0, 0, 0], "31 January 2010, 00:00:00"),
        ([0; 8], "never"),
    ] {
        let date = date(numbers);
        assert!(date.is_well_formed(), "{numbers:?}");
        assert_eq!(date.to_string(), words);
        assert_eq!(date.is_never(), words == "never");
    }
    // The order of a SYSTEMTIME, and numbers out of range.
    for numbers in [
        [0, 10, 0, 5, 3, 0, 0, 0],
        [0, 13, 1, 0, 0, 0, 0, 0],
        [0, 1, 6, 0, 0, 0, 0, 0],
        [2010, 1, 32, 0, 0, 0, 0, 0],
        [0, 1, 1, 24, 0, 0, 0, 0],
        [0, 1, 1, 0, 60, 0, 0, 0],
        [0, 1, 1, 0, 0, 60, 0, 0],
        [0, 1, 1, 0, 0, 0, 1000, 0],
        [0, 1, 1, 0, 0, 0, 0, 7],
    ] {
        let date = date(numbers);
        assert!(!date.is_well_formed(), "{numbers:?}");
        assert!(date.to_string().starts_with("no date: "), "{date}");
    }
    for length in [0, 15, 17, 32] {
        let read = SwitchDate::decode(&vec![0; length]);
        assert!(matches!(read, Reading::Unfit { .. }), "{length}");
    }
}

#[test]
fn profiles_with_and_without_a_name() {
    let mut spec = control(|control| {
        let database = control.at("IDConfigDB");
        database.set_value(ValueSpec::dword("CurrentConfig", 2));
        database
            .at("Hardware Profiles\\0001")
            .set_value(ValueSpec::sz("FriendlyName", "Docked"))
            .set_value(ValueSpec::dword("PreferenceOrder", 0));
    });
    for name in ["0001", "0002", "Current2", "00x1", "UnitedVideo", "12345"] {
        spec.root.at(&format!("ControlSet001\\Hardware Profiles\\{name}"));
    }
    let told = |spec: &HiveSpec| {
        ask(spec, |system, set| {
            let profiles = system.hardware_profiles(set);
            let listed = profiles.profiles().found().unwrap();
            let listed: Vec<_> = listed
                .iter()
                .map(|profile| {
                    let profile = profile.as_ref().ok()?;
                    Some((profile.number(), profile.friendly_name()))
                })
                .collect();
            (profiles.current(), listed)
        })
    };
    let (current, listed) = told(&spec);
    assert_eq!(current, Reading::Is(2));
    let docked = Some((1, Reading::Is("Docked".to_owned())));
    assert_eq!(listed, [docked.clone(), Some((2, Reading::Absent))]);

    let damaged = spec.clone().fault(zero_signature("ControlSet001\\Hardware Profiles\\0002"));
    assert_eq!(told(&damaged).1, [docked, None]);
    let key = "ControlSet001\\Control\\IDConfigDB\\Hardware Profiles\\0001";
    let (_, listed) = told(&spec.fault(zero_signature(key)));
    assert!(matches!(listed[0], Some((1, Reading::Damaged(_)))), "{listed:?}");
}

/// What is marked as deleted in a layer is not there.
#[test]
fn a_tombstone_is_no_service() {
    let mut root = KeySpec::new("ROOT");
    let services = root.at("ControlSet001\\Services");
    services.at("Kept");
    services.subkeys.push(KeySpec::new("Gone").layer(LayerSemantics::Tombstone));
    let file = build(&HiveSpec::new(Version::V1_6, root)).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
    let all = system.services(&set).found().unwrap().all();
    let names: Vec<_> = all.into_iter().map(|service| service.unwrap().name()).collect();
    assert_eq!(names, ["Kept"]);
}

/// A key of a hive's own name behind a link is found where it leads, and never elsewhere.
#[test]
fn links_among_services_are_followed() {
    let mut root = KeySpec::new("SYSTEM");
    root.at("Select").set_value(ValueSpec::dword("Current", 1));
    let target =
        |path: &str| -> Vec<u8> { path.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let link = |key: &mut KeySpec, path: &str| {
        key.set_value(ValueSpec::raw("SymbolicLinkValue", 6, target(path)));
    };
    let services = root.at("ControlSet001\\Services");
    services.at("Real\\Parameters").set_value(ValueSpec::sz("ServiceDll", "real.dll"));
    services.at("Real").set_value(ValueSpec::dword("Start", 4));
    link(services.at("Alias"), "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Real");
    link(services.at("Out"), "\\Registry\\Machine\\Software\\Elsewhere");
    let parameters = services.at("Third\\Parameters");
    link(parameters, "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Real\\Parameters");
    let file = crate::links::with_links(&HiveSpec::new(Version::V1_3, root));
    let system = System::new(Hive::parse(&file).unwrap());
    let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
    let all = system.services(&set).found().unwrap().all();
    let told: Vec<_> = all.iter().map(|service| service.as_ref().ok().map(Service::name)).collect();
    assert_eq!(told, [Some("Real".into()), None, Some("Real".into()), Some("Third".into())]);
    let third = system.service(&set, "Third").found().unwrap();
    assert_eq!(third.service_dll(), Reading::Is("real.dll".into()));
    // Without the system nothing tells where a link leads.
    let alone = Service::new(*third.key());
    assert!(matches!(alone.service_dll(), Reading::Damaged(_)));
}
