//! Catalogs of WinSock 2 that were made: counts, order, IDs and chains.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Hive, Lookup};
use coldhive_security::Guid;
use coldhive_system::winsock::{
    AddressFamily, CatalogFact, CatalogItem, ChainKind, FixedWide, ProtocolChain, ProviderFlags,
    ServiceFlags, SocketType, Width, WsaProtocolInfo,
};

use coldhive_system::{Reading, System};

use super::encode;
use super::everything::{self, count};
use crate::support::{with_system, zero_signature};

const PARAMETERS: &str = "ControlSet001\\Services\\WinSock2\\Parameters";
const CATALOG: &str = "ControlSet001\\Services\\WinSock2\\Parameters\\Protocol_Catalog9";

/// An item with an ID and a chain.
fn item(id: u32, length: i32, places: &[u32]) -> Vec<u8> {
    let mut chain = ProtocolChain { length, places: [0; 7] };
    chain.places[..places.len()].copy_from_slice(places);
    let mut name = [0; 256];
    name[..3].copy_from_slice(&[u16::from(b'L'), u16::from(b'S'), u16::from(b'P')]);
    let protocol = WsaProtocolInfo {
        service_flags: ServiceFlags::XP1_GUARANTEED_DELIVERY,
        more_service_flags: [0; 3],
        provider_flags: ProviderFlags::PFL_HIDDEN,
        provider_id: Guid([7; 16]),
        catalog_entry_id: id,
        chain,
        version: 2,
        address_family: AddressFamily::INET,
        max_sockaddr: 16,
        min_sockaddr: 16,
        socket_type: SocketType(1),
        protocol: 6,
        protocol_max_offset: 0,
        network_byte_order: 0,
        security_scheme: 0,
        message_size: 0,
        provider_reserved: 0,
        name: FixedWide::new(name),
    };
    let mut data = vec![0; 260];
    data[..7].copy_from_slice(b"lsp.dll");
    data.extend(encode::protocol_info(&protocol));
    assert_eq!(data.len(), CatalogItem::SIZE);
    data
}

fn entry(root: &mut KeySpec, key: &str, name: &str, item: Vec<u8>) {
    let path = format!("{CATALOG}\\{key}\\{name}");
    root.at(&path).set_value(ValueSpec::binary("PackedCatalogItem", item));
}

/// A hive with a catalog of a base provider, a layered one and the chain of both; and some change.
fn hive(change: impl FnOnce(&mut KeySpec)) -> HiveSpec {
    let mut root = KeySpec::new("ROOT");
    root.at("Select").set_value(ValueSpec::dword("Current", 1));
    let parameters = root.at(PARAMETERS);
    parameters.set_value(ValueSpec::sz("Current_Protocol_Catalog", "Protocol_Catalog9"));
    let catalog = root.at(CATALOG);
    catalog.set_value(ValueSpec::dword("Num_Catalog_Entries", 3));
    catalog.set_value(ValueSpec::dword("Next_Catalog_Entry_ID", 1004));
    catalog.set_value(ValueSpec::dword("Serial_Access_Num", 9));
    entry(&mut root, "Catalog_Entries", "000000000001", item(1003, 2, &[1002, 1001, 77]));
    entry(&mut root, "Catalog_Entries", "000000000002", item(1001, 1, &[]));
    entry(&mut root, "Catalog_Entries", "000000000003", item(1002, 0, &[]));
    change(&mut root);
    HiveSpec::new(Version::V1_3, root)
}

fn facts(spec: &HiveSpec) -> Vec<String> {
    with_system(spec, |system| {
        let set = &system.control_sets()[0];
        let winsock2 = system.winsock2(set).found().unwrap();
        let totals = winsock2.accounts().totals();
        let read = everything::winsock2(&winsock2);
        let (keys, values) = count(winsock2.key());
        assert_eq!(totals.typed_keys + totals.unknown_keys, keys);
        assert_eq!(totals.typed_values + totals.unknown_values, values);
        assert_eq!((totals.typed_keys, totals.typed_values), (read.keys, read.values + read.unfit));
        let catalog = winsock2.parameters().found().unwrap().protocol_catalog().found().unwrap();
        let facts: Vec<CatalogFact> = catalog.disagreements();
        assert!(serde_json::to_string(&facts).is_ok());
        facts.iter().map(ToString::to_string).collect()
    })
}

#[test]
fn chains_and_layers() {
    let spec = hive(|_| {});
    assert_eq!(facts(&spec), Vec::<String>::new());
    with_system(&spec, |system| {
        let parameters = system
            .winsock2(&system.control_sets()[0])
            .found()
            .unwrap()
            .parameters()
            .found()
            .unwrap();
        let catalog = parameters.protocol_catalog().found().unwrap();
        let entries = catalog.entries(Width::Bits32).found().unwrap();
        let chains: Vec<_> = entries
            .into_iter()
            .map(|entry| entry.unwrap().item().ok().unwrap().protocol.chain)
            .map(|chain| (chain.kind(), chain.entries().to_vec()))
            .collect();
        let expected = [
            (ChainKind::Chain, vec![1002, 1001]),
            (ChainKind::Base, vec![]),
            (ChainKind::Layered, vec![]),
        ];
        assert_eq!(chains, expected);
        assert!(catalog.entries(Width::Bits64).is_absent());
        assert!(parameters.name_space_catalog().is_absent());
    });
}

#[test]
fn entries_come_by_number_whatever_their_order() {
    // In the list, 000000000010 stands before 000000000002.
    let spec = hive(|root| {
        root.at(CATALOG).set_value(ValueSpec::dword("Num_Catalog_Entries", 10));
        for (number, id) in (4..=10).zip(1004..) {
            entry(root, "Catalog_Entries", &format!("{number:012}"), item(id, 1, &[]));
        }
        root.at(CATALOG).set_value(ValueSpec::dword("Next_Catalog_Entry_ID", 1011));
    });
    assert_eq!(facts(&spec), Vec::<String>::new());
}

/// A name that only ends with a number is none.
#[test]
fn a_name_with_a_backslash_is_no_number() {
    let spec = hive(|root| {
        entry(root, "Catalog_Entries", "x/000000000004", item(1, 1, &[]));
    });
    let mut file = build(&spec).unwrap();
    let at = file.windows(14).position(|name| name == b"x/000000000004").unwrap();
    file[at + 1] = b'\\';
    let system = System::new(Hive::parse(&file).unwrap());
    let winsock2 = system.winsock2(&system.control_sets()[0]).found().unwrap();
    let catalog = winsock2.parameters().found().unwrap().protocol_catalog().found().unwrap();
    assert_eq!(catalog.entries(Width::Bits32).found().unwrap().len(), 3);
    assert_eq!(winsock2.accounts().totals().unknown_keys, 1);
}

#[test]
fn counts_and_numbers() {
    let spec = hive(|root| {
        root.at(CATALOG).set_value(ValueSpec::dword("Num_Catalog_Entries", 7));
        root.at(CATALOG).set_value(ValueSpec::dword("Num_Catalog_Entries64", 2));
        entry(root, "Catalog_Entries", "000000000005", item(1000, 1, &[]));
        entry(root, "Catalog_Entries", "000000000009", item(999, 1, &[]));
        // Windows asks for twelve digits: these are no entries.
        entry(root, "Catalog_Entries", "4", item(998, 1, &[]));
        entry(root, "Catalog_Entries", "00000000000A", item(997, 1, &[]));
    });
    let expected = [
        "32-bit entry 9 stands behind the 7 that are read",
        "there should be 7 32-bit entries, and there are 5",
        "32-bit entries 4 to 4 are missing",
        "32-bit entries 6 to 7 are missing",
        "there should be 2 64-bit entries, and there is no key for them",
    ];
    assert_eq!(facts(&spec), expected);

    let uncounted = hive(|root| {
        root.at(CATALOG).values.retain(|value| value.name != "Num_Catalog_Entries");
        entry(root, "Catalog_Entries64", "000000000001", item(1, 1, &[]));
    });
    let expected = [
        "how many 32-bit entries there should be can't be told: the count is absent",
        "how many 64-bit entries there should be can't be told: the count is absent",
    ];
    assert_eq!(facts(&uncounted), expected);

    // A count of billions is one finding.
    let many = hive(|root| {
        root.at(CATALOG).set_value(ValueSpec::dword("Num_Catalog_Entries", u32::MAX));
    });
    assert_eq!(facts(&many)[1], "32-bit entries 4 to 4294967295 are missing");
}

#[test]
fn ids_and_chains() {
    let spec = hive(|root| {
        entry(root, "Catalog_Entries", "000000000001", item(1004, 3, &[1002, 1001, 77]));
        entry(root, "Catalog_Entries", "000000000002", item(1001, 8, &[]));
        entry(root, "Catalog_Entries", "000000000003", item(1001, -1, &[]));
    });
    let expected = [
        "32-bit entry 1 has the ID 1004, but the next one to be given out is 1004",
        "the chain of 32-bit entry 2 has the length 8",
        "32-bit entries 2 and 3 both have the ID 1001",
        "the chain of 32-bit entry 3 has the length -1",
        "the chain of 32-bit entry 1 names the ID 1002, which no entry has",
        "the chain of 32-bit entry 1 names the ID 77, which no entry has",
    ];
    assert_eq!(facts(&spec), expected);
}

#[test]
fn items_that_are_none_and_longer_ones() {
    let spec = hive(|root| {
        let mut long = item(1003, 2, &[1002, 1001]);
        long.extend([1, 2]);
        entry(root, "Catalog_Entries", "000000000001", long);
        entry(root, "Catalog_Entries", "000000000003", vec![0; 887]);
        let path = format!("{CATALOG}\\Catalog_Entries\\000000000002");
        root.at(&path).set_value(ValueSpec::sz("PackedCatalogItem", "none"));
    });
    // The chain may be whole: the IDs of two entries can't be told.
    let expected = [
        "the item of 32-bit entry 1 has 2 bytes behind its record",
        "the item of 32-bit entry 2 is not REG_BINARY but REG_SZ \"none\"",
        "the item of 32-bit entry 3 is not a packed catalog item of 888 bytes but 887 bytes that don't fit",
    ];
    assert_eq!(facts(&spec), expected);
}

#[test]
fn damage_hides_and_does_not_make_missing() {
    let damaged = zero_signature(&format!("{CATALOG}\\Catalog_Entries\\000000000002"));
    let found = facts(&hive(|_| {}).fault(damaged));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("32-bit entries can't be read: "), "{found:?}");

    let all = zero_signature(&format!("{CATALOG}\\Catalog_Entries"));
    let found = facts(&hive(|_| {}).fault(all));
    // Of a key's name the list has four characters, so that the damaged one may be the key of the 64-bit entries.
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("32-bit entries can't be read: "), "{found:?}");
    assert!(found[1].starts_with("64-bit entries can't be read: "), "{found:?}");

    let name =
        Fault::ValueSignature { key: PARAMETERS.into(), value: "Current_Protocol_Catalog".into() };
    with_system(&hive(|_| {}).fault(name), |system| {
        let winsock2 = system.winsock2(&system.control_sets()[0]).found().unwrap();
        let parameters = winsock2.parameters().found().unwrap();
        assert!(matches!(parameters.current_protocol_catalog(), Reading::Damaged(_)));
        assert!(matches!(parameters.protocol_catalog(), Lookup::Obscured(_)));
        // No name leads to the catalog, so that no view reads it and all of it is listed.
        assert_eq!(winsock2.accounts().totals().unknown_keys, 5);
    });
}

/// A catalog that the value does not name is not in use, and is listed.
#[test]
fn catalogs_not_in_use_are_listed() {
    let spec = hive(|root| {
        root.at(PARAMETERS).set_value(ValueSpec::sz("Current_Protocol_Catalog", "Other"));
        root.at(&format!("{PARAMETERS}\\Other"))
            .set_value(ValueSpec::dword("Serial_Access_Num", 1));
    });
    with_system(&spec, |system| {
        let winsock2 = system.winsock2(&system.control_sets()[0]).found().unwrap();
        let catalog = winsock2.parameters().found().unwrap().protocol_catalog().found().unwrap();
        assert_eq!(catalog.serial_access_number(), Reading::Is(1));
        let totals = winsock2.accounts().totals();
        assert_eq!((totals.typed_keys, totals.unknown_keys), (3, 5));
        assert_eq!((totals.typed_values, totals.unknown_values), (2, 6));
    });
}
