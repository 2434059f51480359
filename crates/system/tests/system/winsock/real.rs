//! Real hives: what is known of their Winsock, by other readers and by the notes on the layout.

use coldhive_hive::Hive;
use coldhive_system::winsock::{
    AddressFamily, ChainKind, MappingRow, NameSpace, ProviderData, Transport, Width, Winsock,
};
use coldhive_system::{ControlSet, ErrorControl, Reading, Selector, ServiceType, Start, System};

use super::encode;
use crate::corpus::real;

const HIVES: [&str; 5] = ["nt4-ee-sp3", "xp-sp3-m57", "win7-sp1", "win81-dirty", "win10-1709"];

/// Asks of the current control set of a real hive, where that is at hand.
fn with(name: &str, ask: impl FnOnce(System<'_>, &ControlSet)) {
    let Some(file) = real(&format!("system/{name}.SYSTEM")) else { return };
    let system = System::new(Hive::parse(&file).unwrap());
    let set = &system.select(Selector::Current).unwrap().sets[0];
    ask(system, set);
}

fn provider_data(winsock: &Winsock<'_>, name: &str) -> (Vec<u8>, ProviderData) {
    let migration = winsock.setup_migration().found().unwrap();
    let provider = migration.provider(name).found().unwrap();
    (provider.winsock1_data().ok().unwrap(), provider.protocols().ok().unwrap())
}

#[test]
fn nt4_winsock() {
    with("nt4-ee-sp3", |system, set| {
        let winsock = system.winsock(set).found().unwrap();
        let service = winsock.as_service();
        assert_eq!(service.service_type(), Reading::Is(ServiceType::ADAPTER));
        assert_eq!(service.start(), Reading::Is(Start::Manual));
        assert_eq!(service.error_control(), Reading::Is(ErrorControl::Normal));

        let autodial = winsock.autodial().found().unwrap();
        assert_eq!(autodial.dll(), Reading::Is("url.dll".into()));
        assert_eq!(autodial.function(), Reading::Is("AutodialHookCallback".into()));
        let linkage = winsock.linkage().found().unwrap();
        assert_eq!(linkage.bind(), Reading::Absent);
        assert_eq!(linkage.disabled().found().unwrap().route(), Reading::Absent);

        let parameters = winsock.parameters().found().unwrap();
        let transports = parameters.transports().ok().unwrap();
        assert_eq!(transports.entries(), ["Tcpip", "NwlnkIpx", "NwlnkSpx", "NetBIOS"]);
        let migration = winsock.setup_migration().found().unwrap();
        let providers = migration.provider_list().ok().unwrap();
        assert_eq!(providers.entries(), ["NetBIOS", "Tcpip", "NwlnkIpx", "NwlnkSpx"]);
        assert_eq!(transports.missing_from(&providers), <[&str; 0]>::default());
        assert_eq!(providers.missing_from(&transports), <[&str; 0]>::default());
        let known = migration.known_static_providers().ok().unwrap();
        assert_eq!(known.entries(), ["Tcpip", "NwlnkIpx", "NwlnkSpx", "AppleTalk", "IsoTp"]);
        assert_eq!(migration.setup_version(), Reading::Is(0x1009));

        let ids: Vec<_> = migration.providers().found().unwrap().into_iter().flatten().collect();
        let ids: Vec<_> = ids
            .iter()
            .map(|provider| format!("{} {}", provider.name(), provider.id().ok().unwrap()))
            .collect();
        let expected = [
            "NetBIOS 8d5f1830-c273-11cf-95c8-00805f48a192",
            "NwlnkIpx 11058240-be47-11cf-95c8-00805f48a192",
            "NwlnkSpx 11058241-be47-11cf-95c8-00805f48a192",
            "Tcpip e70f1aa0-ab8b-11cf-8ca3-00805f48a192",
        ];
        assert_eq!(ids, expected);
    });
}

#[test]
fn well_known_guids_are_the_same_everywhere() {
    for name in HIVES {
        with(name, |system, set| {
            let migration = system.winsock(set).found().unwrap().setup_migration().found().unwrap();
            let guids = migration.well_known_guids().found().unwrap();
            let found: Vec<_> = guids
                .guids()
                .map(|guid| guid.unwrap())
                .map(|(name, guid)| format!("{name} {}", guid.ok().unwrap()))
                .collect();
            let expected = [
                "IsoTp 89e4cbb0-b9c1-11cf-95c8-00805f48a192",
                "McsXns 89e4cbb1-b9c1-11cf-95c8-00805f48a192",
                "AppleTalk 2c3b17a0-c6df-11cf-95c8-00805f48a192",
            ];
            assert_eq!(found, expected, "{name}");
            assert_eq!(guids.guid("isotp"), guids.guid("IsoTp"));
        });
    }
}

#[test]
fn nt4_netbios_bindings() {
    with("nt4-ee-sp3", |system, set| {
        let (bytes, data) = provider_data(&system.winsock(set).found().unwrap(), "NetBIOS");
        assert_eq!((bytes.len(), data.width, data.records.len()), (280, Width::Bits32, 4));
        assert_eq!(data.faults, []);
        let lines: Vec<_> = data
            .records
            .iter()
            .map(|record| {
                format!(
                    "{} {} {} {}/{} {} {:#x} @{}",
                    record.name,
                    record.address_family,
                    record.socket_type,
                    record.max_sockaddr,
                    record.min_sockaddr,
                    record.protocol_name().unwrap(),
                    record.service_flags.bits(),
                    record.name_offset,
                )
            })
            .collect();
        let expected = [
            r"\Device\NetBT_AMDPCN1 AF_NETBIOS SOCK_SEQPACKET 20/20 lana 0 0x100e @236",
            r"\Device\NetBT_AMDPCN1 AF_NETBIOS SOCK_DGRAM 20/20 lana 0 0x1209 @192",
            r"\Device\NwlnkNb AF_NETBIOS SOCK_SEQPACKET 20/20 lana 1 0x100e @160",
            r"\Device\NwlnkNb AF_NETBIOS SOCK_DGRAM 20/20 lana 1 0x1209 @128",
        ];
        assert_eq!(lines, expected);
        assert!(data.records.iter().all(|record| record.message_size == 64_000));
        let flags =
            "XP_GUARANTEED_DELIVERY | XP_GUARANTEED_ORDER | XP_MESSAGE_ORIENTED | XP_FRAGMENTATION";
        assert_eq!(data.records[0].service_flags.to_string(), flags);
    });
}

#[test]
fn later_netbios_bindings() {
    for (name, size, records, last, lanas) in [
        (
            "xp-sp3-m57",
            900,
            6,
            r"\Device\NetBT_Tcpip_{7B835A8C-E7A3-4B84-836A-E0EDD1F50F04}",
            [0, 1, 2].as_slice(),
        ),
        (
            "win7-sp1",
            1816,
            12,
            r"\Device\NetBT_Tcpip6_{6AAFC9A9-0542-4DB2-8760-CCFFA953737C}",
            &[6, 1, 7, 3, 0, 2],
        ),
    ] {
        with(name, |system, set| {
            let (bytes, mut data) = provider_data(&system.winsock(set).found().unwrap(), "NetBIOS");
            assert_eq!((bytes.len(), data.records.len()), (size, records), "{name}");
            assert_eq!((data.width, data.faults.as_slice()), (Width::Bits32, [].as_slice()));
            assert_eq!(data.records.last().unwrap().name, last);
            let found: Vec<_> =
                data.records.iter().step_by(2).map(|record| record.lana().unwrap()).collect();
            assert_eq!(found, lanas, "{name}");
            // Written anew it is the same, byte for byte.
            assert_eq!(encode::provider_data(data.width, &mut data.records), bytes, "{name}");
        });
    }
}

/// One record of 40 bytes, 54 zeros, and the name at byte 94.
#[test]
fn a_64_bit_record() {
    with("win10-1709", |system, set| {
        let (bytes, data) = provider_data(&system.winsock(set).found().unwrap(), "RFCOMM");
        assert_eq!((bytes.len(), data.width, data.records.len()), (108, Width::Bits64, 1));
        assert_eq!(data.faults, []);
        let record = &data.records[0];
        assert_eq!((record.name.as_str(), record.name_offset), ("RFCOMM", 94));
        assert_eq!(record.address_family, AddressFamily::BTH);
        assert_eq!(record.protocol_name().unwrap(), "BTHPROTO_RFCOMM");
        assert_eq!((record.max_sockaddr, record.min_sockaddr), (30, 30));
    });
}

fn summary(transport: &Transport<'_>) -> String {
    let mapping = transport.mapping().ok().unwrap();
    assert_eq!(mapping.fault(), None);
    let dll = transport.helper_dll().ok().unwrap().to_lowercase();
    format!(
        "{} {} {}/{} {} rows",
        transport.name(),
        dll.rsplit('\\').next().unwrap(),
        transport.min_sockaddr_length().ok().unwrap(),
        transport.max_sockaddr_length().ok().unwrap(),
        mapping.rows.len(),
    )
}

#[test]
fn transports_of_each_hive() {
    let hives: [(&str, &[&str]); 5] = [
        (
            "nt4-ee-sp3",
            &[
                "Tcpip wshtcpip.dll 16/16 11 rows",
                "NwlnkIpx wshisn.dll 14/16 260 rows",
                "NwlnkSpx wshisn.dll 14/16 260 rows",
                "NetBIOS wshnetbs.dll 20/20 2 rows",
            ],
        ),
        ("xp-sp3-m57", &["Tcpip wshtcpip.dll 16/16 11 rows", "NetBIOS wshnetbs.dll 20/20 2 rows"]),
        (
            "win7-sp1",
            &[
                "Tcpip6 wship6.dll 28/28 8 rows",
                "Psched wshqos.dll 16/28 12 rows",
                "Tcpip wshtcpip.dll 16/16 8 rows",
                "NetBIOS wshnetbs.dll 20/20 2 rows",
            ],
        ),
        (
            "win81-dirty",
            &[
                "Tcpip wshtcpip.dll 16/16 8 rows",
                "Tcpip6 wship6.dll 28/28 8 rows",
                "Psched wshqos.dll 16/28 12 rows",
            ],
        ),
        (
            "win10-1709",
            &[
                "vmbus wshhyperv.dll 36/36 3 rows",
                "Psched wshqos.dll 16/28 12 rows",
                "Tcpip wshtcpip.dll 16/16 8 rows",
                "Tcpip6 wship6.dll 28/28 8 rows",
                "irda wshirda.dll 8/50 3 rows",
                "RFCOMM wshbth.dll 28/50 4 rows",
            ],
        ),
    ];
    for (name, expected) in hives {
        with(name, |system, set| {
            let transports = system.transports(set);
            assert_eq!(transports.facts, [], "{name}");
            assert_eq!(transports.hidden, [], "{name}");
            assert!(transports.entries.iter().all(|entry| entry.named == Some(true)), "{name}");
            let found: Vec<_> = transports
                .entries
                .iter()
                .map(|entry| summary(&entry.transport.clone().found().unwrap()))
                .collect();
            assert_eq!(found, expected, "{name}");
        });
    }
}

#[test]
fn rows_of_nt4() {
    with("nt4-ee-sp3", |system, set| {
        let rows = |name| -> Vec<MappingRow> {
            system.transport(set, name).found().unwrap().mapping().ok().unwrap().rows
        };
        let tcpip: Vec<_> = rows("Tcpip").iter().map(ToString::to_string).collect();
        assert_eq!(tcpip[0], "AF_INET SOCK_STREAM IPPROTO_TCP");
        assert_eq!(tcpip[3], "AF_UNSPEC 0 6");
        assert_eq!(tcpip[10], "AF_INET SOCK_RAW 0");
        let spx = rows("NwlnkSpx");
        assert_eq!(spx, rows("NwlnkIpx"));
        assert_eq!(spx[1].to_string(), "AF_IPX SOCK_SEQPACKET NSPROTO_SPX");
        assert_eq!(spx[2].to_string(), "AF_IPX SOCK_STREAM NSPROTO_SPXII");
        assert_eq!(spx[259].to_string(), "AF_IPX SOCK_DGRAM NSPROTO_IPX+255");
        let datagrams = spx.iter().filter(|row| row.kind().name() == Some("SOCK_DGRAM"));
        assert_eq!(datagrams.count(), 256);
        let netbios: Vec<_> = rows("NetBIOS").iter().map(ToString::to_string).collect();
        assert_eq!(netbios, ["AF_NETBIOS SOCK_SEQPACKET 0", "AF_NETBIOS SOCK_DGRAM 0"]);
    });
}

#[test]
fn newer_transports_have_protocols_of_their_own() {
    with("win10-1709", |system, set| {
        let migration = system.winsock(set).found().unwrap().setup_migration().found().unwrap();
        for (name, count) in
            [("vmbus", 1), ("Psched", 4), ("Tcpip", 3), ("Tcpip6", 3), ("irda", 1), ("RFCOMM", 0)]
        {
            let transport = system.transport(set, name).found().unwrap();
            let protocols: Vec<_> = transport.protocols().into_iter().map(Result::unwrap).collect();
            assert_eq!(protocols.len(), count, "{name}");
            assert!(
                protocols.iter().zip(0..).all(|(protocol, number)| protocol.number() == number)
            );
            let id = migration.provider(name).found().unwrap().id();
            if name == "RFCOMM" {
                assert_eq!(transport.provider_guid(), Reading::Absent);
            } else {
                assert_eq!(transport.provider_guid(), id, "{name}");
                assert_eq!(transport.offline_capable(), Reading::Is(1), "{name}");
            }
        }
        let raw = &system.transport(set, "Tcpip").found().unwrap().protocols()[2];
        let raw = raw.as_ref().unwrap();
        assert_eq!(raw.socket_type().ok().unwrap().to_string(), "SOCK_RAW");
        assert_eq!((raw.protocol(), raw.protocol_max_offset()), (Reading::Is(0), Reading::Is(255)));
        assert_eq!(raw.message_size(), Reading::Is(32_768));
        let flags = raw.provider_flags().ok().unwrap();
        assert_eq!(flags.to_string(), "PFL_HIDDEN | PFL_MATCHES_PROTOCOL_ZERO");
        assert_eq!(raw.service_flags().ok().unwrap().bits(), 0x20609);
        let name = raw.protocol_name().ok().unwrap();
        assert_eq!(name, r"@%SystemRoot%\System32\mswsock.dll,-60102");
    });
}

/// Entries of 32 and of 64 bits, the next ID, the serial number, and how many bytes behind each path aren't 0, as
/// dissect.regf 3.14 and a decoder of another hand give them.
type Catalog = (&'static str, usize, Option<usize>, u32, Option<u32>, &'static [usize]);

#[test]
fn protocol_catalogs() {
    let catalogs: [Catalog; 5] = [
        ("nt4-ee-sp3", 12, None, 1013, None, &[114]),
        ("xp-sp3-m57", 11, None, 1016, Some(6), &[176]),
        ("win7-sp1", 24, None, 1075, Some(24), &[102, 67]),
        ("win81-dirty", 10, Some(10), 1011, Some(5), &[48]),
        ("win10-1709", 13, Some(13), 1014, Some(11), &[0]),
    ];
    for (name, narrow, wide, next, serial, garbage) in catalogs {
        with(name, |system, set| {
            let winsock2 = system.winsock2(set).found().unwrap();
            let parameters = winsock2.parameters().found().unwrap();
            assert_eq!(parameters.registry_version(), Reading::Is("2.0".into()));
            let catalog = parameters.protocol_catalog().found().unwrap();
            assert!(catalog.path().ends_with("Protocol_Catalog9"));
            assert_eq!(catalog.next_entry_id(), Reading::Is(next), "{name}");
            assert_eq!(catalog.serial_access_number().ok(), serial, "{name}");
            assert_eq!(catalog.disagreements(), [], "{name}");
            for (width, count) in [(Width::Bits32, Some(narrow)), (Width::Bits64, wide)] {
                let Some(count) = count else {
                    assert!(catalog.entries(width).is_absent(), "{name}");
                    continue;
                };
                let entries = catalog.entries(width).found().unwrap();
                assert_eq!(entries.len(), count, "{name}");
                for (entry, number) in entries.into_iter().zip(1_u64..) {
                    let entry = entry.unwrap();
                    assert_eq!(entry.number(), number);
                    let item = entry.item().ok().unwrap();
                    assert_eq!(encode::catalog_item(&item), entry.item_data().ok().unwrap());
                    assert_eq!(item.protocol.chain.kind(), ChainKind::Base, "{name}");
                    assert!(item.protocol.chain.entries().is_empty());
                    assert!(item.library_path.is_terminated() && item.library_path.is_lossless());
                    assert!(item.protocol.name.is_terminated() && item.protocol.name.is_lossless());
                    let behind = item.library_path.behind().iter().filter(|byte| **byte != 0);
                    assert!(garbage.contains(&behind.count()), "{name} {number}");
                }
            }
        });
    }
}

#[test]
fn items_of_the_catalogs() {
    let item = |name: &str, number: usize, expected: &str| {
        with(name, |system, set| {
            let parameters = system.winsock2(set).found().unwrap().parameters().found().unwrap();
            let catalog = parameters.protocol_catalog().found().unwrap();
            let entries = catalog.entries(Width::Bits32).found().unwrap();
            let item = entries[number - 1].as_ref().unwrap().item().ok().unwrap();
            let protocol = &item.protocol;
            let found = format!(
                "{} {} {} v{} {} {} {}..{} {} {}/{} {} {} {}",
                item.library_path,
                protocol.catalog_entry_id,
                protocol.provider_id,
                protocol.version,
                protocol.address_family,
                protocol.socket_type,
                protocol.protocol,
                protocol.protocol_max_offset,
                protocol.protocol_name().unwrap_or_default(),
                protocol.min_sockaddr,
                protocol.max_sockaddr,
                protocol.message_size,
                protocol.provider_flags,
                protocol.name,
            );
            assert_eq!(found, expected, "{name}");
        });
    };
    item(
        "nt4-ee-sp3",
        4,
        "%SystemRoot%\\system32\\msafd.dll 1004 11058240-be47-11cf-95c8-00805f48a192 v2 AF_IPX SOCK_DGRAM 1000..255 NSPROTO_IPX 14/16 576 0 MSAFD NwlnkIpx [IPX]",
    );
    item(
        "nt4-ee-sp3",
        11,
        "%SystemRoot%\\system32\\msafd.dll 1011 8d5f1830-c273-11cf-95c8-00805f48a192 v2 AF_NETBIOS SOCK_SEQPACKET -1..0 lana 1 20/20 64000 0 MSAFD NetBIOS [\\Device\\NwlnkNb] SEQPACKET 1",
    );
    // Its chain has two IDs behind the length 1, and its name 302 units behind the NUL: both left over.
    item(
        "xp-sp3-m57",
        4,
        "%SystemRoot%\\system32\\rsvpsp.dll 1004 9d60a9e0-337a-11d0-bd88-0000c082e69a v6 AF_INET SOCK_DGRAM 17..0 IPPROTO_UDP 16/16 65467 PFL_MATCHES_PROTOCOL_ZERO RSVP UDP Service Provider",
    );
    item(
        "win7-sp1",
        24,
        "C:\\Program Files\\VMware\\VMware Tools\\VSock SDK\\bin\\win32\\vsocklib.dll 1074 570adc4b-67b2-42ce-92b2-acd33d88d842 v0 AF_NETDES SOCK_STREAM 0..0  16/16 0 PFL_MATCHES_PROTOCOL_ZERO VMCI sockets STREAM",
    );
    item(
        "win10-1709",
        13,
        "%SystemRoot%\\system32\\mswsock.dll 1013 9fc48064-7298-43e4-b7bd-181f2089792a v2 AF_BTH SOCK_STREAM 3..0 BTHPROTO_RFCOMM 30/30 0 PFL_MATCHES_PROTOCOL_ZERO MSAFD RfComm [Bluetooth]",
    );
}

/// Entries of 32 and of 64 bits, the serial number, and the name spaces in order.
type NameSpaces = (&'static str, usize, Option<usize>, Option<u32>, &'static str);

#[test]
fn name_spaces() {
    let catalogs: [NameSpaces; 5] = [
        ("nt4-ee-sp3", 2, None, None, "NS_DNS NS_SAP"),
        ("xp-sp3-m57", 3, None, Some(4), "NS_DNS NS_NTDS NS_NLA"),
        ("win7-sp1", 6, None, Some(12), "NS_NLA NS_EMAIL NS_PNRPCLOUD NS_PNRPNAME NS_DNS NS_NTDS"),
        (
            "win81-dirty",
            6,
            Some(6),
            Some(20),
            "NS_EMAIL NS_PNRPCLOUD NS_PNRPNAME NS_NLA NS_DNS NS_NTDS",
        ),
        (
            "win10-1709",
            7,
            Some(7),
            Some(22),
            "NS_EMAIL NS_PNRPCLOUD NS_PNRPNAME NS_NLA NS_DNS NS_NTDS NS_BTH",
        ),
    ];
    for (name, narrow, wide, serial, spaces) in catalogs {
        with(name, |system, set| {
            let parameters = system.winsock2(set).found().unwrap().parameters().found().unwrap();
            let catalog = parameters.name_space_catalog().found().unwrap();
            assert_eq!(catalog.serial_access_number().ok(), serial, "{name}");
            assert_eq!(catalog.disagreements(), [], "{name}");
            let count = |width| catalog.entries(width).found().map(|entries| entries.len());
            assert_eq!(
                (count(Width::Bits32), count(Width::Bits64)),
                (Some(narrow), wide),
                "{name}"
            );
            let entries = catalog.entries(Width::Bits32).found().unwrap();
            let entries: Vec<_> = entries.into_iter().map(Result::unwrap).collect();
            let found: Vec<_> =
                entries.iter().map(|entry| entry.name_space().ok().unwrap().to_string()).collect();
            assert_eq!(found.join(" "), spaces, "{name}");
            assert!(entries.iter().all(|entry| entry.enabled() == Reading::Is(1)), "{name}");
            let dns = entries.iter().find(|entry| entry.name_space() == Reading::Is(NameSpace(12)));
            let id = dns.unwrap().provider_id().ok().unwrap();
            assert_eq!(id.to_string(), "22059d40-7e9e-11cf-ae5a-00aa00a7112b", "{name}");
        });
    }
}

#[test]
fn applications() {
    with("win7-sp1", |system, set| {
        let parameters = system.winsock2(set).found().unwrap().parameters().found().unwrap();
        assert_eq!(
            parameters.name_space_callout(),
            Reading::Is("%SystemRoot%\\System32\\fwpuclnt.dll".into())
        );
        assert_eq!(parameters.autodial_dll(), Reading::Is("rasadhlp.dll".into()));
        let applications = parameters.app_id_catalog().found().unwrap().applications();
        assert_eq!(applications.len(), 6);
        let service = applications[1].as_ref().unwrap();
        assert_eq!(service.id(), "2C69D9F1-0F0A6651");
        assert_eq!(service.arguments(), Reading::Is("-k NetworkService".into()));
        let categories = service.permitted_categories().ok().unwrap();
        assert_eq!(categories.to_string(), "LSP_PROXY | LSP_CRYPTO_COMPRESS | LSP_SYSTEM");
    });
    with("nt4-ee-sp3", |system, set| {
        let parameters = system.winsock2(set).found().unwrap().parameters().found().unwrap();
        assert!(parameters.app_id_catalog().is_absent());
        let catalog = parameters.protocol_catalog().found().unwrap();
        assert_eq!(catalog.next_provider_id(), Reading::Is(1));
        let names = parameters.name_space_catalog().found().unwrap();
        assert_eq!(names.next_provider_id(), Reading::Is(2000));
    });
}

/// Each mapping written anew is the same, byte for byte.
#[test]
fn mappings_are_read_whole() {
    for name in HIVES {
        with(name, |system, set| {
            for entry in system.transports(set).entries {
                let transport = entry.transport.found().unwrap();
                let mapping = transport.mapping().ok().unwrap();
                let data = transport.mapping_data().ok().unwrap();
                assert_eq!(encode::mapping(&mapping.rows), data, "{name} {}", entry.name);
            }
        });
    }
}
