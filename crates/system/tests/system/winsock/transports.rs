//! Transports: the list against the services, with all four answers.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Damage, Hive, Lookup};
use coldhive_system::View as _;
use coldhive_system::winsock::{MappingFault, TransportFact};
use coldhive_system::{Mount, Reading, System};

use crate::support::{list_hole, node, with_system, zero_signature};

const SERVICES: &str = "ControlSet001\\Services";
const PARAMETERS: &str = "ControlSet001\\Services\\WinSock\\Parameters";

fn facts(spec: &HiveSpec) -> Vec<String> {
    with_system(spec, |system| {
        let facts = system.transports(&system.control_sets()[0]).facts;
        assert!(serde_json::to_string(&facts).is_ok());
        facts.iter().map(ToString::to_string).collect()
    })
}

fn list(root: &mut KeySpec, names: &[&str]) {
    root.at(PARAMETERS).set_value(ValueSpec::multi_sz("Transports", names));
}

#[test]
fn a_sound_node_agrees() {
    assert_eq!(facts(&node(|_| {})), Vec::<String>::new());
    with_system(&node(|_| {}), |system| {
        let transports = system.transports(&system.control_sets()[0]);
        let names: Vec<_> = transports.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["Tcpip", "NetBIOS", "Clusnet"]);
        // The list spells it otherwise than the service's key.
        let clusnet = transports.entries[2].transport.clone().found().unwrap();
        assert_eq!(clusnet.facts().path, "ControlSet001\\Services\\ClusNet\\Parameters\\Winsock");
        assert_eq!(clusnet.name(), "Clusnet");
        assert_eq!(transports.hidden, []);
    });
}

#[test]
fn named_and_not_there_and_there_and_not_named() {
    let spec = node(|root| {
        list(root, &["Tcpip", "Ghost", "tcpip", "Rdr", "Odd\\Name"]);
        root.at(&format!("{SERVICES}\\Deep\\Parameters\\Winsock\\Parameters\\Winsock"));
        root.at(&format!("{SERVICES}\\Other\\Winsock"));
    });
    let expected = [
        "Transports names Ghost, and there is no such service",
        "Transports names Rdr, and the service has no key Parameters\\Winsock",
        "Transports names Odd\\Name, and there is no such service",
        "Transports names Tcpip more than once",
        "the service ClusNet has Parameters\\Winsock, and Transports doesn't name it",
        "the service Deep has Parameters\\Winsock, and Transports doesn't name it",
        "the service NetBIOS has Parameters\\Winsock, and Transports doesn't name it",
    ];
    assert_eq!(facts(&spec), expected);
}

/// A service whose name holds a backslash is no service with `Parameters`.
#[test]
fn a_path_does_not_make_a_transport() {
    let spec = node(|root| {
        root.at(&format!("{SERVICES}\\Odd/Parameters\\Winsock"));
    });
    let mut file = build(&spec).unwrap();
    let at = file.windows(14).position(|name| name == b"Odd/Parameters").unwrap();
    file[at + 3] = b'\\';
    let system = System::new(Hive::parse(&file).unwrap());
    assert_eq!(system.transports(&system.control_sets()[0]).entries.len(), 3);
}

#[test]
fn unreadable_is_not_absent_and_obscured_is_neither() {
    let clusnet = format!("{SERVICES}\\ClusNet");
    let damaged = node(|_| {}).fault(zero_signature(&format!("{clusnet}\\Parameters\\Winsock")));
    let found = facts(&damaged);
    assert!(found[0].starts_with("Parameters\\Winsock of Clusnet is unreadable: "), "{found:?}");

    let service = node(|_| {}).fault(zero_signature(&clusnet));
    let found = facts(&service);
    assert!(found[0].starts_with("Parameters\\Winsock of Clusnet is unreadable: "), "{found:?}");

    let hidden = node(|root| list(root, &["Tcpip", "NetBIOS", "Ghost"])).fault(list_hole(&clusnet));
    let found = facts(&hidden);
    assert!(found[0].starts_with("whether Ghost has Parameters\\Winsock is hidden: "), "{found:?}");
    with_system(&hidden, |system| {
        let transports = system.transports(&system.control_sets()[0]);
        assert!(matches!(transports.entries[2].service, Lookup::Obscured(_)));
        assert!(!transports.hidden.is_empty());
    });
}

#[test]
fn without_a_list_nothing_is_named_or_nothing_is_known() {
    let no_list = node(|root| root.at(PARAMETERS).values.clear());
    let found = facts(&no_list);
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(found[0], "there is no list Transports");

    let wrong_type = node(|root| {
        root.at(PARAMETERS).set_value(ValueSpec::sz("Transports", "Tcpip"));
    });
    let found = facts(&wrong_type);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0]
            .starts_with("Transports can't be read, so what it names can't be told: not a list")
    );

    let damaged = node(|_| {}).fault(zero_signature(PARAMETERS));
    with_system(&damaged, |system| {
        let transports = system.transports(&system.control_sets()[0]);
        assert!(matches!(transports.list, Reading::Damaged(_)));
        assert_eq!(transports.entries.len(), 3);
        assert!(transports.entries.iter().all(|entry| entry.named.is_none()));
    });
}

#[test]
fn a_part_of_a_registry_hides_what_it_does_not_hold() {
    let winsock = node(|_| {}).root.get("ControlSet001\\Services\\WinSock").unwrap().clone();
    let file = build(&HiveSpec::new(Version::V1_3, winsock)).unwrap();
    let hive = Hive::parse(&file).unwrap();
    let mount: Mount = "HKLM\\SYSTEM\\ControlSet001\\Services\\Winsock".parse().unwrap();
    let system = System::mounted(hive, &mount);
    let transports = system.transports(&system.control_sets()[0]);
    assert_eq!(transports.entries.len(), 3);
    assert_eq!(transports.hidden, [Damage::NotInExport]);
    for entry in &transports.entries {
        assert!(
            matches!(&entry.service, Lookup::Obscured(damage) if damage == &[Damage::NotInExport])
        );
    }
    assert!(transports.facts.iter().all(|fact| matches!(fact, TransportFact::Obscured { .. })));
}

#[test]
fn what_does_not_agree_within_a_transport() {
    let spec = node(|root| {
        let tcpip = root.at(&format!("{SERVICES}\\Tcpip\\Parameters\\Winsock"));
        tcpip.set_value(ValueSpec::dword("MinSockAddrLen", 14));
        tcpip.set_value(ValueSpec::binary("Mapping", [2, 0, 0, 0, 3, 0, 0, 0, 2, 0]));
        let netbios = root.at(&format!("{SERVICES}\\NetBIOS\\Parameters\\Winsock"));
        netbios.set_value(ValueSpec::dword("MinSockAddrLength", 21));
        netbios.set_value(ValueSpec::binary("Mapping", [1, 0, 0, 0, 4, 0, 0, 0]));
        let clusnet = root.at(&format!("{SERVICES}\\ClusNet\\Parameters\\Winsock"));
        clusnet.values.clear();
        clusnet.set_value(ValueSpec::binary("ProviderGUID", [1; 16]));
        clusnet.set_value(ValueSpec::dword("MinSockAddrLen", 16));
        clusnet.set_value(ValueSpec::dword("MaxSockAddrLen", 16));
        clusnet.set_value(ValueSpec::binary("Mapping", [1, 0, 0]));
    });
    let expected = [
        "Mapping of Tcpip: a mapping of 2 rows has 32 bytes, not 10",
        "Tcpip has 16 bytes as MinSockAddrLength, and 14 as MinSockAddrLen",
        "Mapping of NetBIOS: a mapping has 3 columns, not 4",
        "addresses of NetBIOS have at least 21 and at most 20 bytes",
        "Mapping of Clusnet: a mapping has at least 8 bytes, not 3",
        "Clusnet has the ProviderGUID 01010101-0101-0101-0101-010101010101, but its provider's ID is c01dc01d-0001-4ade-9a0e-c01dc01dc01d",
    ];
    assert_eq!(facts(&spec), expected);
    with_system(&spec, |system| {
        let set = &system.control_sets()[0];
        let clusnet = system.transport(set, "clusnet").found().unwrap();
        assert_eq!(clusnet.min_sockaddr_length(), Reading::Is(16));
        assert_eq!(clusnet.min_sockaddr().length, Reading::Absent);
        assert_eq!(clusnet.mapping_fault(), Some(MappingFault::TooShort { length: 3 }));
        assert!(matches!(clusnet.mapping(), Reading::Unfit { .. }));
        // What is there of a mapping that is too short is read.
        let tcpip = system.transport(set, "Tcpip").found().unwrap().mapping().ok().unwrap();
        assert_eq!((tcpip.said, tcpip.rows.len(), tcpip.behind.0.len()), (2, 0, 2));
    });
}

/// A list of thousands of names is looked up in part, and says so.
#[test]
fn long_lists_are_cut() {
    let names: Vec<String> = (0..2000).map(|number| format!("Name{number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let found = facts(&node(|root| list(root, &names)));
    assert_eq!(found.len(), 64 + 1 + 3);
    assert_eq!(found[64], "1936 names of Transports were not looked up");
}

#[test]
fn facts_as_data() {
    let fault = MappingFault::Length { rows: 1, expected: 20, found: 8 };
    let fact = TransportFact::Mapping { name: "Tcpip".into(), fault };
    let json = serde_json::to_value(fact).unwrap();
    let expected = serde_json::json!({
        "fact": "mapping",
        "name": "Tcpip",
        "mapping": { "fault": "length", "rows": 1, "expected": 20, "found": 8 },
    });
    assert_eq!(json, expected);
}
