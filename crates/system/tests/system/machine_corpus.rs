//! Real machines, as other readers see them: the numbers were read with python-registry 1.3.1 and dissect.regf 3.14,
//! without transaction logs.

use std::collections::BTreeMap;

use coldhive_hive::Hive;
use coldhive_system::{
    ActionKind, Bias, Confidence, ControlSet, Family, Reading, Season, Selector, Service,
    ServiceKind, ServiceSidType, Start, System, View as _,
};

use crate::corpus::real;

/// What the other readers say of one control set.
struct Facts {
    file: &'static str,
    set: &'static str,
    computer: &'static str,
    hostname: &'static str,
    /// A FILETIME.
    shutdown: u64,
    service_pack: u32,
    csd_build: Option<u32>,
    /// Bias, ActiveTimeBias, TimeZoneKeyName, StandardName.
    zone: (i32, i32, Option<&'static str>, &'static str),
    /// What `StandardStart` and `DaylightStart` mean.
    switches: (&'static str, &'static str),
    /// The number and name of each hardware profile.
    profiles: &'static [(u32, &'static str)],
    /// Keys below `Services`.
    services: usize,
    /// By `Start` 0 to 4, and without one.
    starts: [usize; 6],
    /// Drivers, services, adapters, and without a type.
    kinds: [usize; 4],
    /// Services with a descriptor of their own, and the bytes of all of these.
    security: (usize, usize),
    /// Groups in `ServiceGroupOrder`, and values of `GroupOrderList`.
    groups: (usize, usize),
    /// `Parameters\ServiceDll`, `FailureActions`, `RequiredPrivileges`, `DelayedAutostart`, `Tag`, `DependOnService`.
    values: [usize; 6],
    /// The first drivers that the boot loader loads, and the last.
    boot: ([&'static str; 3], &'static str),
}

const UK: (&str, &str) = ("last Sunday of October, 03:00:00", "last Sunday of March, 02:00:00");
const US: (&str, &str) = ("first Sunday of November, 02:00:00", "second Sunday of March, 02:00:00");

const FACTS: [Facts; 6] = [
    Facts {
        file: "system/nt4-ee-sp3.SYSTEM",
        set: "ControlSet001",
        computer: "SERVER",
        hostname: "server",
        shutdown: 133_202_780_289_531_217,
        service_pack: 3,
        csd_build: None,
        zone: (0, 0, None, "GMT"),
        switches: UK,
        profiles: &[(1, "Original Configuration")],
        services: 136,
        starts: [3, 20, 25, 19, 67, 2],
        kinds: [108, 22, 4, 2],
        security: (27, 5_772),
        groups: (29, 18),
        values: [0, 0, 0, 0, 70, 19],
        boot: (["atapi", "BusLogic", "Disk"], "Disk"),
    },
    Facts {
        file: "system/xp-sp3-m57.SYSTEM",
        set: "ControlSet001",
        computer: "M57-PAT",
        hostname: "m57-pat",
        shutdown: 129_047_914_523_281_220,
        service_pack: 3,
        csd_build: None,
        zone: (480, 480, None, "Pacific Standard Time"),
        switches: US,
        profiles: &[(0, "New Hardware Profile"), (1, "Profile 1")],
        services: 263,
        starts: [18, 36, 39, 95, 54, 21],
        kinds: [153, 87, 1, 22],
        security: (118, 20_001),
        groups: (62, 45),
        values: [54, 16, 0, 0, 100, 74],
        boot: (["ACPI", "PCI", "isapnp"], "Mup"),
    },
    Facts {
        file: "system/win7-sp1.SYSTEM",
        set: "ControlSet001",
        computer: "WKS-WIN732BITA",
        hostname: "WKS-WIN732BITA",
        shutdown: 129_779_783_208_392_499,
        service_pack: 1,
        csd_build: Some(17_514),
        zone: (300, 240, Some("Eastern Standard Time"), "@tzres.dll,-112"),
        switches: US,
        profiles: &[(0, "New Hardware Profile"), (1, "Undocked Profile")],
        services: 467,
        starts: [36, 28, 61, 283, 9, 50],
        kinds: [256, 159, 1, 51],
        security: (94, 16_417),
        groups: (69, 48),
        values: [113, 133, 134, 12, 77, 137],
        boot: (["Wdf01000", "ACPI", "msisadrv"], "volsnap"),
    },
    Facts {
        file: "system/win7-sp1.SYSTEM",
        set: "ControlSet002",
        computer: "WIN-V5T3CSP8U4H",
        hostname: "WKS-WIN732BITA",
        shutdown: 129_779_783_208_392_499,
        service_pack: 1,
        csd_build: Some(17_514),
        zone: (300, 240, Some("Eastern Standard Time"), "@tzres.dll,-112"),
        switches: US,
        profiles: &[(0, "New Hardware Profile"), (1, "Undocked Profile")],
        services: 466,
        starts: [36, 28, 61, 282, 9, 50],
        kinds: [255, 159, 1, 51],
        security: (94, 16_417),
        groups: (69, 48),
        values: [113, 133, 134, 12, 77, 137],
        boot: (["Wdf01000", "ACPI", "msisadrv"], "volsnap"),
    },
    Facts {
        file: "system/win81-dirty.SYSTEM",
        set: "ControlSet001",
        computer: "SENSEI",
        hostname: "sensei",
        shutdown: 130_943_646_158_053_425,
        service_pack: 0,
        csd_build: Some(16_384),
        zone: (480, 480, Some("Pacific Standard Time"), "@tzres.dll,-212"),
        switches: US,
        profiles: &[(0, "New Hardware Profile"), (1, "Undocked Profile")],
        services: 469,
        starts: [78, 21, 53, 262, 9, 46],
        kinds: [255, 168, 0, 46],
        security: (106, 19_920),
        groups: (69, 48),
        values: [143, 143, 154, 9, 155, 146],
        boot: (["Wdf01000", "acpiex", "msisadrv"], "volsnap"),
    },
    Facts {
        file: "system/win10-1709.SYSTEM",
        set: "ControlSet001",
        computer: "DESKTOP-PM6C56D",
        hostname: "DESKTOP-PM6C56D",
        shutdown: 131_666_607_280_567_018,
        service_pack: 0,
        csd_build: Some(15),
        zone: (300, 240, Some("Eastern Standard Time"), "@tzres.dll,-112"),
        switches: US,
        profiles: &[(0, "New Hardware Profile"), (1, "Undocked Profile")],
        services: 655,
        starts: [86, 25, 77, 407, 13, 47],
        kinds: [356, 252, 0, 47],
        security: (158, 30_748),
        groups: (69, 49),
        values: [197, 196, 198, 20, 177, 222],
        boot: (["pcw", "Wdf01000", "acpiex"], "volume"),
    },
];

fn with_real(file: &str, set: &str, ask: impl FnOnce(&System<'_>, &ControlSet)) {
    let Some(bytes) = real(file) else { return };
    let system = System::new(Hive::parse(&bytes).unwrap());
    let sets = system.control_sets();
    ask(&system, sets.iter().find(|other| other.name() == set).unwrap());
}

#[test]
fn names_clock_and_last_shutdown() {
    for facts in FACTS {
        with_real(facts.file, facts.set, |system, set| {
            let place = format!("{} {set}", facts.file);
            let name = system.computer_name(set).found().unwrap();
            assert_eq!(name.name(), Reading::Is(facts.computer.into()), "{place}");
            assert!(name.damage().is_empty() && name.descriptor().is_ok(), "{place}");
            assert!(system.active_computer_name(set).is_absent(), "{place}");
            let names = system.tcpip_names(set).found().unwrap();
            assert_eq!(names.hostname(), Reading::Is(facts.hostname.into()), "{place}");

            let windows = system.windows_settings(set).found().unwrap();
            let shutdown = windows.shutdown_time().map(coldhive_hive::FileTime::ticks);
            assert_eq!(shutdown, Reading::Is(facts.shutdown), "{place}");
            let pack = windows.service_pack().ok().unwrap();
            assert_eq!((pack.major(), pack.minor()), (facts.service_pack, 0), "{place}");
            assert_eq!(windows.csd_build_number().ok(), facts.csd_build, "{place}");

            let zone = system.time_zone(set).found().unwrap();
            let (bias, active, key_name, standard_name) = facts.zone;
            assert_eq!(zone.bias(), Reading::Is(Bias(bias)), "{place}");
            assert_eq!(zone.active_bias(), Reading::Is(Bias(active)), "{place}");
            assert_eq!(zone.standard_bias(), Reading::Is(Bias(0)), "{place}");
            assert_eq!(zone.daylight_bias(), Reading::Is(Bias(-60)), "{place}");
            let season = if bias == active { Season::Standard } else { Season::Daylight };
            assert_eq!(zone.season(), Some(season), "{place}");
            assert_eq!(zone.key_name().ok().as_deref(), key_name, "{place}");
            assert_eq!(zone.standard_name().ok().as_deref(), Some(standard_name), "{place}");
            let switches = [zone.standard_start(), zone.daylight_start()];
            let told = switches.map(|switch| switch.ok().unwrap().to_string());
            assert_eq!(told, [facts.switches.0, facts.switches.1], "{place}");
            let dynamic = key_name.map(|_| false);
            assert_eq!(zone.dynamic_daylight_time_disabled().ok(), dynamic, "{place}");
        });
    }
}

#[test]
fn hardware_profiles() {
    for facts in FACTS {
        with_real(facts.file, facts.set, |system, set| {
            let profiles = system.hardware_profiles(set);
            assert_eq!(profiles.current(), Reading::Is(1), "{}", facts.file);
            assert!(profiles.current_key().is_absent(), "{}", facts.file);
            let found = profiles.profiles().found().unwrap();
            let found: Vec<_> = found
                .into_iter()
                .map(|profile| profile.unwrap())
                .map(|profile| (profile.number(), profile.friendly_name().ok().unwrap()))
                .collect();
            let expected: Vec<_> =
                facts.profiles.iter().map(|(number, name)| (*number, (*name).to_owned())).collect();
            assert_eq!(found, expected, "{}", facts.file);
        });
    }
}

fn count(services: &[Service<'_>], is: impl Fn(&Service<'_>) -> bool) -> usize {
    services.iter().filter(|service| is(service)).count()
}

#[test]
fn services_and_drivers() {
    for facts in FACTS {
        with_real(facts.file, facts.set, |system, set| {
            let place = format!("{} {set}", facts.file);
            let all = system.services(set).found().unwrap().all();
            let services: Vec<Service<'_>> = all.into_iter().map(Result::unwrap).collect();
            assert_eq!(services.len(), facts.services, "{place}");
            let starts =
                [Start::Boot, Start::System, Start::Automatic, Start::Manual, Start::Disabled]
                    .map(|start| count(&services, |service| service.start() == Reading::Is(start)));
            assert_eq!(starts, facts.starts[..5], "{place}");
            let absent = count(&services, |service| service.start() == Reading::Absent);
            assert_eq!(absent, facts.starts[5], "{place}");
            let kinds = [ServiceKind::Driver, ServiceKind::Service, ServiceKind::Adapter]
                .map(|kind| count(&services, |service| service.kind() == Reading::Is(kind)));
            assert_eq!(kinds, facts.kinds[..3], "{place}");
            let without = count(&services, |service| service.kind() == Reading::Absent);
            assert_eq!(without, facts.kinds[3], "{place}");
            let values = [
                count(&services, |service| service.service_dll().as_ok().is_some()),
                count(&services, |service| service.failure_actions().as_ok().is_some()),
                count(&services, |service| service.required_privileges().as_ok().is_some()),
                count(&services, |service| service.delayed_start().as_ok().is_some()),
                count(&services, |service| service.tag().as_ok().is_some()),
                count(&services, |service| service.depend_on_service().as_ok().is_some()),
            ];
            assert_eq!(values, facts.values, "{place}");

            let counts = system.services(set).found().unwrap().counts();
            assert_eq!(counts.keys, facts.services as u64, "{place}");
            assert_eq!(counts.drivers.total, facts.kinds[0] as u64, "{place}");
            assert_eq!(counts.services.total, facts.kinds[1] as u64, "{place}");
            assert_eq!(counts.adapters, facts.kinds[2] as u64, "{place}");
            assert_eq!(counts.without_type, facts.kinds[3] as u64, "{place}");
            assert_eq!(counts.drivers.boot, facts.starts[0] as u64, "{place}");
            assert_eq!(counts.with_security, facts.security.0 as u64, "{place}");
            let ill_formed = bad_security(facts.file).len() as u64;
            assert_eq!(counts.ill_formed_security, ill_formed, "{place}");
            assert_eq!((counts.not_looked_into, counts.unreadable), (0, 0), "{place}");
        });
    }
}

/// Every descriptor of a service in every real hive parses, has a text form, and is well formed, but for that of
/// CryptSvc in Windows XP and 7: five bytes, which are no descriptor.
#[test]
fn security_of_services() {
    for facts in FACTS {
        with_real(facts.file, facts.set, |system, set| {
            let services = system.services(set).found().unwrap();
            let own: Vec<_> = services
                .all()
                .into_iter()
                .flatten()
                .filter_map(|service| service.security().ok())
                .collect();
            let bytes = own.iter().map(|security| security.bytes().len()).sum();
            assert_eq!((own.len(), bytes), facts.security, "{}", facts.file);
            let mut bad = Vec::new();
            for security in &own {
                let path = security.key().path().unwrap();
                match security.sddl() {
                    Ok(text) => {
                        assert!(text.contains("D:"), "{path}");
                        assert!(security.faults().is_empty(), "{path}: {:?}", security.faults());
                    }
                    Err(_) => {
                        let service = path.split('\\').nth(2).unwrap().to_owned();
                        bad.push((service, security.bytes().to_vec()));
                    }
                }
            }
            let expected = bad_security(facts.file);
            assert_eq!(bad, expected, "{}", facts.file);
        });
    }
}

/// The values that are no descriptors, by their services.
fn bad_security(file: &str) -> Vec<(String, Vec<u8>)> {
    let has_it = file.contains("xp-sp3") || file.contains("win7-sp1");
    has_it.then(|| ("CryptSvc".to_owned(), vec![0, 0, 14, 0, 1])).into_iter().collect()
}

#[test]
fn order_of_loading() {
    for facts in FACTS {
        with_real(facts.file, facts.set, |system, set| {
            let order = system.load_order(set);
            let groups = order.groups().as_ok().unwrap();
            let tags = order.tags_key().found().unwrap();
            assert_eq!(
                (groups.entries().len(), tags.values().count()),
                facts.groups,
                "{}",
                facts.file
            );
            for value in tags.values() {
                let name = value.unwrap().name().unwrap().to_string();
                assert!(order.tags(&name).as_ok().is_some(), "{name}");
            }
            let services = system.services(set).found().unwrap();
            let boot = services.in_load_order(&order, Start::Boot);
            assert_eq!(boot.len(), facts.starts[0], "{}", facts.file);
            let names: Vec<_> = boot.iter().map(|(_, service)| service.name()).collect();
            assert_eq!(names[..3], facts.boot.0, "{}", facts.file);
            assert_eq!(names.last().unwrap(), facts.boot.1, "{}", facts.file);
            assert!(boot.is_sorted_by_key(|(rank, _)| *rank));
        });
    }
}

/// Kinds of failure actions and of service SIDs, counted by the other readers.
#[test]
fn failure_actions_and_sid_types() {
    for (file, actions, sids) in [
        ("system/xp-sp3-m57.SYSTEM", [5, 18, 2, 0, 0], [2, 0]),
        ("system/win7-sp1.SYSTEM", [149, 240, 8, 0, 0], [123, 6]),
        ("system/win81-dirty.SYSTEM", [153, 259, 11, 0, 0], [141, 9]),
        ("system/win10-1709.SYSTEM", [200, 377, 15, 3, 1], [190, 10]),
    ] {
        with_real(file, "ControlSet001", |system, set| {
            let mut kinds = [0; 5];
            let mut types: BTreeMap<bool, usize> = BTreeMap::new();
            for service in system.services(set).found().unwrap().all().into_iter().flatten() {
                let decoded = service.failure_actions().ok();
                for action in decoded.into_iter().flat_map(|actions| actions.actions) {
                    kinds[match action.kind {
                        ActionKind::None => 0,
                        ActionKind::Restart => 1,
                        ActionKind::Reboot => 2,
                        ActionKind::RunCommand => 3,
                        ActionKind::Other(_) => 4,
                    }] += 1;
                }
                match service.sid_type() {
                    Reading::Is(ServiceSidType::Unrestricted) => {
                        *types.entry(false).or_default() += 1;
                    }
                    Reading::Is(ServiceSidType::Restricted) => {
                        *types.entry(true).or_default() += 1;
                    }
                    Reading::Absent => {}
                    other => panic!("{}: {other:?}", service.name()),
                }
            }
            assert_eq!(kinds, actions, "{file}");
            let types = [false, true].map(|kind| types.get(&kind).copied().unwrap_or_default());
            assert_eq!(types, sids, "{file}");
        });
    }
}

/// A layer holds what differs from the hive below it: what it lacks is absent in it, and nothing is made up.
#[test]
fn a_container_s_layer() {
    with_real("system/container-delta.SYSTEM", "ControlSet001", |system, set| {
        assert!(system.select_key().is_absent() && system.clone_key().is_absent());
        let name = system.computer_name(set).found().unwrap();
        assert_eq!(name.name(), Reading::Is("D59F6865D8A6".into()));
        let names = system.tcpip_names(set).found().unwrap();
        assert_eq!(names.hostname(), Reading::Is("d59f6865d8a6".into()));
        assert!(system.time_zone(set).is_absent());
        assert!(system.windows_settings(set).is_absent());
        let profiles = system.hardware_profiles(set);
        assert_eq!(profiles.current(), Reading::Absent);
        let found = profiles.profiles().found().unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].as_ref().unwrap().friendly_name(), Reading::Absent);
        // One of its keys, `start`, holds text.
        let services = system.services(set).found().unwrap().all();
        let unfit = |service: &Service<'_>| matches!(service.start(), Reading::Unfit { .. });
        let services: Vec<_> = services.into_iter().flatten().collect();
        assert_eq!(count(&services, |service| service.start().as_ok().is_some()), 2);
        assert_eq!(count(&services, unfit), 1);
        assert_eq!(system.load_order(set).groups(), &Reading::Absent);
        let product = system.product(set);
        assert_eq!(product.family, Family::Windows2000OrLater);
        assert_eq!(product.confidence, Confidence::Certain, "{:?}", product.reasons);
    });
}

#[test]
fn confidence_in_each_real_hive() {
    for (file, confidence) in [
        ("system/nt4-ee-sp3.SYSTEM", Confidence::Certain),
        ("system/xp-sp3-m57.SYSTEM", Confidence::Certain),
        ("system/win7-sp1.SYSTEM", Confidence::Certain),
        ("system/win81-dirty.SYSTEM", Confidence::Certain),
        ("system/win10-1709.SYSTEM", Confidence::Certain),
    ] {
        let Some(bytes) = real(file) else { continue };
        let system = System::new(Hive::parse(&bytes).unwrap());
        let set = &system.select(Selector::Current).unwrap().sets[0];
        let product = system.product(set);
        assert_eq!(product.confidence, confidence, "{file}: {:?}", product.contradictions);
        assert!(product.contradictions.is_empty() && product.version.is_none(), "{file}");
    }
}

/// The SOFTWARE hive of the same machine, and of another.
#[test]
fn software_of_nt4_enterprise_edition() {
    let Some(software) = real("system/nt4-ee-sp3.SOFTWARE") else { return };
    let software = Hive::parse(&software).unwrap();
    with_real("system/nt4-ee-sp3.SYSTEM", "ControlSet001", |system, set| {
        let product = system.product_with(set, Some(software));
        assert_eq!((product.family, product.confidence), (Family::Nt4, Confidence::Certain));
        assert_eq!(product.version.unwrap().to_string(), "4.0, build 1381");
        assert_eq!(product.contradictions, [""; 0]);
        let key = coldhive_system::CurrentVersion::of(software).found().unwrap();
        assert_eq!(key.service_pack(), Reading::Is("Service Pack 3".into()));
        // 1675831650 seconds after 1970.
        let installed = key.install_date().ok().unwrap().to_string();
        assert_eq!(installed, "2023-02-08T04:47:30.0000000Z");
        assert!(key.build().ok().unwrap().contains("Obsolete data"));
    });
    with_real("system/xp-sp3-m57.SYSTEM", "ControlSet001", |system, set| {
        let product = system.product_with(set, Some(software));
        assert_eq!((product.family, product.confidence), (Family::Nt4, Confidence::Likely));
        assert!(
            product.contradictions.iter().any(|against| against.contains("Windows 2000 or later"))
        );
    });
}
