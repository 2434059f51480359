//! A made-up 64-bit workstation whose WinSock 2 catalogs have a layered provider.

use crate::descriptor::{ADMINISTRATORS, ALL, CONTAINER_INHERIT, READ, SYSTEM, USERS, descriptor};
use crate::key::KeySpec;
use crate::samples::network::TCPIP_ID;
use crate::spec::{HiveSpec, Version};
use crate::value::ValueSpec;

/// When the machine was set up: 2011-03-07 08:15:00 UTC.
const INSTALLED: u64 = 0x01CB_DC9F_C0A2_DA00;
/// When the layered provider was added: 2011-06-21 22:41:09 UTC.
const ADDED: u64 = 0x01CC_3064_505C_7080;

/// {1A7E4ED0-C01D-4ADE-8000-C01DC01DC01D}: made up.
const LAYERED_ID: [u8; 16] = [
    0xD0, 0x4E, 0x7E, 0x1A, 0x1D, 0xC0, 0xDE, 0x4A, 0x80, 0x00, 0xC0, 0x1D, 0xC0, 0x1D, 0xC0, 0x1D,
];
/// {22059D40-7E9E-11CF-AE5A-00AA00A7112B}, the DNS name space as every Windows has it.
const DNS_ID: [u8; 16] = [
    0x40, 0x9D, 0x05, 0x22, 0x9E, 0x7E, 0xCF, 0x11, 0xAE, 0x5A, 0x00, 0xAA, 0x00, 0xA7, 0x11, 0x2B,
];

const AF_INET: u32 = 2;
const SOCK_STREAM: u32 = 1;
const SOCK_DGRAM: u32 = 2;
const IPPROTO_TCP: u32 = 6;
const IPPROTO_UDP: u32 = 17;

const MSWSOCK: &str = "%SystemRoot%\\system32\\mswsock.dll";
const LAYERED: &str = "C:\\Program Files\\Lab\\lablsp.dll";

/// What a setup program left behind the library paths of what it registered.
const LEFT_OVER: &[u8] = b"lablsp.dll /install /silent\0";

/// An entry of the catalog of protocols, as the fields that differ between entries.
struct Entry {
    id: u32,
    provider: [u8; 16],
    library: &'static str,
    left_over: &'static [u8],
    chain: &'static [u32],
    /// 0 for a layered provider, 1 for a base provider.
    chain_length: u32,
    socket_type: u32,
    protocol: u32,
    name: &'static str,
}

impl Entry {
    const fn base(id: u32, socket_type: u32, protocol: u32, name: &'static str) -> Self {
        Self {
            id,
            provider: TCPIP_ID,
            library: MSWSOCK,
            left_over: b"",
            chain: &[],
            chain_length: 1,
            socket_type,
            protocol,
            name,
        }
    }

    const fn layered(id: u32, chain: &'static [u32], name: &'static str) -> Self {
        Self {
            id,
            provider: LAYERED_ID,
            library: LAYERED,
            left_over: LEFT_OVER,
            chain_length: match chain {
                [] => 0,
                [..] => 2,
            },
            chain,
            socket_type: SOCK_STREAM,
            protocol: IPPROTO_TCP,
            name,
        }
    }

    /// The packed item: the library in 260 bytes, then a `WSAPROTOCOL_INFOW` (winsock2.h) of 628.
    fn packed(&self) -> Vec<u8> {
        let mut bytes = self.library.as_bytes().to_vec();
        bytes.push(0);
        bytes.extend(self.left_over);
        bytes.resize(260, 0);
        let number = |bytes: &mut Vec<u8>, number: u32| bytes.extend(number.to_le_bytes());
        // Delivery and order are guaranteed, handles are those of files: as of a stream; or connectionless.
        number(&mut bytes, if self.socket_type == SOCK_STREAM { 0x2_0066 } else { 0x2_0609 });
        (0..3).for_each(|_| number(&mut bytes, 0));
        // PFL_MATCHES_PROTOCOL_ZERO, and hidden where it is layered.
        number(&mut bytes, if self.chain_length == 0 { 4 } else { 8 });
        bytes.extend(self.provider);
        number(&mut bytes, self.id);
        number(&mut bytes, self.chain_length);
        (0..7).for_each(|place| number(&mut bytes, self.chain.get(place).copied().unwrap_or(0)));
        let (version, address) = (2, 16);
        for field in [version, AF_INET, address, address, self.socket_type, self.protocol] {
            number(&mut bytes, field);
        }
        let (max_offset, big_endian, security) = (0, 0, 0);
        let message_size = if self.socket_type == SOCK_STREAM { 0 } else { 65_467 };
        for field in [max_offset, big_endian, security, message_size, 0] {
            number(&mut bytes, field);
        }
        bytes.extend(self.name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.resize(888, 0);
        bytes
    }
}

/// In the order of the catalog: the chain first, so that programs get it.
const ENTRIES: [Entry; 4] = [
    Entry::layered(1004, &[1003, 1001], "Lab LSP over [MSAFD Tcpip [TCP/IP]]"),
    Entry::base(1001, SOCK_STREAM, IPPROTO_TCP, "MSAFD Tcpip [TCP/IP]"),
    Entry::base(1002, SOCK_DGRAM, IPPROTO_UDP, "MSAFD Tcpip [UDP/IP]"),
    Entry::layered(1003, &[], "Lab LSP"),
];

/// The workstation: a layered provider with a chain for 32-bit programs alone, data left over behind its library paths,
/// and a count of the 64-bit entries that is one too high.
pub fn winsock2() -> HiveSpec {
    let select = KeySpec::new("Select")
        .value(ValueSpec::dword("Current", 1))
        .value(ValueSpec::dword("Default", 1))
        .value(ValueSpec::dword("Failed", 0))
        .value(ValueSpec::dword("LastKnownGood", 1));
    let mut set = KeySpec::new("ControlSet001");
    set.at("Control\\ProductOptions").set_value(ValueSpec::sz("ProductType", "WinNT"));
    // Windows 2000 and later have it.
    set.at("Control\\SafeBoot");
    let services = set.at("Services");
    services.security = Some(services_descriptor());
    transport(services);
    winsock(services.at("Winsock"));
    catalogs(services.at("WinSock2\\Parameters"));
    let mut root = KeySpec::new("ROOT").subkey(set).subkey(select);
    stamp(&mut root, INSTALLED);
    for entry in ["000000000001", "000000000004"] {
        let path =
            "ControlSet001\\Services\\WinSock2\\Parameters\\Protocol_Catalog9\\Catalog_Entries";
        root.at(path).last_written = ADDED;
        root.at(&format!("{path}\\{entry}")).last_written = ADDED;
    }
    HiveSpec::new(Version::V1_5, root).written(ADDED)
}

/// Users read; Administrators and SYSTEM may do everything.
fn services_descriptor() -> Vec<u8> {
    descriptor(
        SYSTEM,
        SYSTEM,
        &[
            (CONTAINER_INHERIT, READ, USERS),
            (CONTAINER_INHERIT, ALL, ADMINISTRATORS),
            (CONTAINER_INHERIT, ALL, SYSTEM),
        ],
    )
}

fn transport(services: &mut KeySpec) {
    let mapping: Vec<u8> =
        [2, 3, AF_INET, SOCK_STREAM, IPPROTO_TCP, AF_INET, SOCK_DGRAM, IPPROTO_UDP]
            .into_iter()
            .flat_map(u32::to_le_bytes)
            .collect();
    services
        .at("Tcpip\\Parameters\\Winsock")
        .set_value(ValueSpec::expand_sz("HelperDllName", "%SystemRoot%\\System32\\wshtcpip.dll"))
        .set_value(ValueSpec::dword("MaxSockAddrLength", 16))
        .set_value(ValueSpec::dword("MinSockAddrLength", 16))
        .set_value(ValueSpec::binary("Mapping", mapping));
}

fn winsock(winsock: &mut KeySpec) {
    // The entry behind the empty one is what Windows no longer sees.
    let transports = "Tcpip\0\0NetBIOS\0\0".encode_utf16().flat_map(u16::to_le_bytes);
    winsock.at("Parameters").set_value(ValueSpec::raw(
        "Transports",
        7,
        transports.collect::<Vec<u8>>(),
    ));
    let migration = winsock.at("Setup Migration");
    migration
        .set_value(ValueSpec::multi_sz("Provider List", &["Tcpip", "tcpip"]))
        .set_value(ValueSpec::multi_sz("Known Static Providers", &["Tcpip", "Tcpip6"]))
        .set_value(ValueSpec::dword("Setup Version", 0x1009));
    migration
        .at("Providers\\Tcpip")
        .set_value(ValueSpec::binary("WinSock 2.0 Provider ID", TCPIP_ID));
    // What nobody knows.
    migration.set_value(ValueSpec::sz("Lab Setup", "2011-06-21"));
    winsock.at("Lab").set_value(ValueSpec::dword("", 7));
}

fn catalogs(parameters: &mut KeySpec) {
    parameters
        .set_value(ValueSpec::sz("WinSock_Registry_Version", "2.0"))
        .set_value(ValueSpec::sz("Current_NameSpace_Catalog", "NameSpace_Catalog5"))
        .set_value(ValueSpec::sz("Current_Protocol_Catalog", "Protocol_Catalog9"));
    let protocols = parameters.at("Protocol_Catalog9");
    protocols
        .set_value(ValueSpec::dword("Num_Catalog_Entries", 4))
        .set_value(ValueSpec::dword("Num_Catalog_Entries64", 3))
        .set_value(ValueSpec::dword("Next_Catalog_Entry_ID", 1005))
        .set_value(ValueSpec::dword("Serial_Access_Num", 6));
    let base = ENTRIES.iter().filter(|entry| entry.chain_length == 1);
    for (key, entries) in [
        ("Catalog_Entries", ENTRIES.iter().collect::<Vec<_>>()),
        ("Catalog_Entries64", base.collect()),
    ] {
        for (place, entry) in (1..).zip(entries) {
            protocols
                .at(&format!("{key}\\{place:012}"))
                .set_value(ValueSpec::binary("PackedCatalogItem", entry.packed()))
                .set_value(ValueSpec::sz("ProtocolName", entry.name));
        }
    }
    let name_spaces = parameters.at("NameSpace_Catalog5");
    name_spaces
        .set_value(ValueSpec::dword("Num_Catalog_Entries", 1))
        .set_value(ValueSpec::dword("Num_Catalog_Entries64", 1))
        .set_value(ValueSpec::dword("Serial_Access_Num", 2));
    for key in ["Catalog_Entries", "Catalog_Entries64"] {
        name_spaces
            .at(&format!("{key}\\000000000001"))
            .set_value(ValueSpec::sz("LibraryPath", MSWSOCK))
            .set_value(ValueSpec::sz("DisplayString", "Tcpip"))
            .set_value(ValueSpec::binary("ProviderId", DNS_ID))
            .set_value(ValueSpec::dword("SupportedNameSpace", 12))
            .set_value(ValueSpec::dword("Enabled", 1))
            .set_value(ValueSpec::dword("Version", 0))
            .set_value(ValueSpec::dword("StoresServiceClassInfo", 0));
    }
    parameters
        .at("AppId_Catalog\\2C69D9F1")
        .set_value(ValueSpec::sz("AppFullPath", "C:\\Windows\\System32\\svchost.exe"))
        .set_value(ValueSpec::dword("PermittedLspCategories", 0x8000_0040));
}

/// Gives a key and all below it one last-written time.
fn stamp(key: &mut KeySpec, filetime: u64) {
    key.last_written = filetime;
    key.subkeys.iter_mut().for_each(|subkey| stamp(subkey, filetime));
}
