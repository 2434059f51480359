//! Which Windows it is: each sign alone, both kinds, none, and signs behind damage.

use coldhive_forge::{Fault, HiveSpec, ValueSpec};
use coldhive_system::{Family, Product, Selector};

use crate::support::{hive_of, list_hole, with_system, zero_signature};

fn product(spec: &HiveSpec) -> Product {
    with_system(spec, |system| {
        let selection = system.select(Selector::Number(1)).expect("the control set is there");
        system.product(&selection.sets[0])
    })
}

const LATER: [&str; 9] = [
    "MountedDevices",
    "ControlSet001\\Services\\Tcpip\\Parameters\\Interfaces",
    "ControlSet001\\Control\\SafeBoot",
    "ControlSet001\\Control\\DeviceClasses",
    "ControlSet001\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}",
    "ControlSet001\\Services\\MountMgr",
    "ControlSet001\\Services\\Rdbss",
    "ControlSet001\\Enum\\ACPI",
    "ControlSet001\\Enum\\PCI",
];

const NT4: [&[&str]; 3] = [
    &["ControlSet001\\Services\\Rdr"],
    &["ControlSet001\\Services\\AMDPCN1\\Parameters\\Tcpip"],
    &["ControlSet001\\Enum\\HTREE", "ControlSet001\\Enum\\Root"],
];

/// What neither family has to itself.
const NEUTRAL: [&str; 4] = [
    "ControlSet001\\Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}",
    "ControlSet001\\Services\\{0E9B1B2C-0000-0000-0000-000000000001}\\Parameters\\Tcpip",
    "ControlSet001\\Services\\Tcpip\\Parameters",
    "ControlSet001\\Services\\aic78xx1\\Parameters",
];

#[test]
fn each_sign_of_nt4_alone() {
    for signs in NT4 {
        let product = product(&hive_of(&[&["ControlSet001"], signs].concat()));
        assert_eq!(product.family, Family::Nt4, "{signs:?}");
        assert!(product.reasons[0].contains("NT 4.0"), "{:?}", product.reasons);
    }
}

#[test]
fn each_sign_of_later_windows_alone_and_beside_all_of_nt4() {
    for sign in LATER {
        let alone = product(&hive_of(&["ControlSet001", sign]));
        assert_eq!(alone.family, Family::Windows2000OrLater, "{sign}");
        assert!(alone.reasons[0].starts_with(sign), "{:?}", alone.reasons);
        let upgraded =
            product(&hive_of(&[&["ControlSet001", sign], NT4.concat().as_slice()].concat()));
        assert_eq!(upgraded.family, Family::Windows2000OrLater, "{sign}");
    }
}

#[test]
fn no_sign_says_nothing() {
    for neutral in NEUTRAL {
        let product = product(&hive_of(&["ControlSet001", neutral]));
        assert_eq!(product.family, Family::Undetermined, "{neutral}");
    }
    assert_eq!(product(&hive_of(&["ControlSet001"])).family, Family::Undetermined);
}

/// Where damage could hide a sign of later Windows, signs of NT 4.0 settle nothing.
#[test]
fn damage_that_may_hide_a_sign_leaves_it_open() {
    let nt4 = [
        &["ControlSet001", "ControlSet001\\Control\\Windows", "ControlSet001\\Services\\Atdisk"],
        NT4.concat().as_slice(),
    ]
    .concat();
    assert_eq!(product(&hive_of(&nt4)).family, Family::Nt4);
    for fault in [
        list_hole("ControlSet001\\Services\\Atdisk"),
        zero_signature("ControlSet001\\Control"),
        list_hole("ControlSet001\\Control\\Windows"),
        zero_signature("ControlSet001\\Enum"),
        list_hole("ControlSet001\\Enum"),
        zero_signature("ControlSet001\\Enum\\Root"),
        Fault::ListSignature { key: "ControlSet001\\Enum".into() },
        Fault::ListSignature { key: "ControlSet001\\Control".into() },
    ] {
        let product = product(&hive_of(&nt4).fault(fault.clone()));
        assert_eq!(product.family, Family::Undetermined, "{fault:?}");
        assert!(product.reasons.iter().any(|reason| reason.contains("damage")), "{fault:?}");
    }
}

/// An entry whose four letters fit is no proof that the key behind it is the sign.
#[test]
fn an_unreadable_key_is_no_certain_sign() {
    let nt4 = |more: &str| hive_of(&[&["ControlSet001", more], NT4.concat().as_slice()].concat());
    for (bystander, why) in [
        ("ControlSet001\\Control\\DeviceOptions", "Devi: as DeviceClasses"),
        ("ControlSet001\\Services\\MountSvc", "Moun: as MountMgr"),
        ("MountPoints", "Moun: as MountedDevices"),
        ("ControlSet001\\Services\\RdbsOld", "Rdbs: as Rdbss"),
    ] {
        assert_eq!(product(&nt4(bystander)).family, Family::Nt4, "{why}");
        let damaged = product(&nt4(bystander).fault(list_hole(bystander)));
        assert_eq!(damaged.family, Family::Undetermined, "{why}: {:?}", damaged.reasons);
    }
}

#[test]
fn type_suite_and_service_pack() {
    let spec = samples(|_| {});
    let product = product(&spec);
    assert_eq!(product.product_type.as_ok().unwrap(), "LanmanNT");
    assert!(product.suites.as_ok().unwrap().contains("enterprise"));
    assert_eq!(product.service_pack.as_ok(), Some(&0x300));
    assert_eq!(product.family, Family::Nt4);
}

fn samples(change: impl FnOnce(&mut coldhive_forge::KeySpec)) -> HiveSpec {
    crate::support::node(change)
}

/// A hostile list of services must not make the search for adapters slow.
#[test]
fn many_services_are_searched_in_time() {
    let mut spec = hive_of(&["ControlSet001"]);
    let services = spec.root.at("ControlSet001\\Services");
    for number in 0..20_000 {
        services.subkeys.push(
            coldhive_forge::KeySpec::new(format!("svc{number}"))
                .value(ValueSpec::dword("Start", 4)),
        );
    }
    assert_eq!(product(&spec).family, Family::Undetermined);
}
