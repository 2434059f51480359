//! The network part of the cluster samples: transports, adapters, Winsock.

use crate::key::KeySpec;
use crate::samples::descriptors::{transport_descriptor, winsock_descriptor};
use crate::value::ValueSpec;

/// {E70F1AA0-AB8B-11CF-8CA3-00805F48A192}, as every Windows has it.
pub(super) const TCPIP_ID: [u8; 16] = [
    0xA0, 0x1A, 0x0F, 0xE7, 0x8B, 0xAB, 0xCF, 0x11, 0x8C, 0xA3, 0x00, 0x80, 0x5F, 0x48, 0xA1, 0x92,
];
/// {8D5F1830-C273-11CF-95C8-00805F48A192}, as every Windows has it.
const NETBIOS_ID: [u8; 16] = [
    0x30, 0x18, 0x5F, 0x8D, 0x73, 0xC2, 0xCF, 0x11, 0x95, 0xC8, 0x00, 0x80, 0x5F, 0x48, 0xA1, 0x92,
];
/// {C01DC01D-0001-4ADE-9A0E-C01DC01DC01D}: made up, since the real one is published nowhere.
const CLUSNET_ID: [u8; 16] = [
    0x1D, 0xC0, 0x1D, 0xC0, 0x01, 0x00, 0xDE, 0x4A, 0x9A, 0x0E, 0xC0, 0x1D, 0xC0, 0x1D, 0xC0, 0x1D,
];

/// Address family, socket type, protocol: what a helper DLL maps (winsock2.h).
type Row = [u32; 3];

const AF_INET: u32 = 2;
const AF_NETBIOS: u32 = 17;
const AF_CLUSTER: u32 = 24;
const SOCK_STREAM: u32 = 1;
const SOCK_DGRAM: u32 = 2;
const SOCK_SEQPACKET: u32 = 5;

const SERVICE_KERNEL_DRIVER: u32 = 1;
const SERVICE_ADAPTER: u32 = 4;

const BOOT_START: u32 = 0;
const SYSTEM_START: u32 = 1;
const AUTO_START: u32 = 2;

/// Adds the network's services to the key `Services`.
pub(super) fn add(services: &mut KeySpec) {
    let tcpip: [Row; 5] = [
        [AF_INET, SOCK_STREAM, 6],
        [AF_INET, SOCK_STREAM, 0],
        [AF_INET, 0, 6],
        [AF_INET, SOCK_DGRAM, 17],
        [AF_INET, SOCK_DGRAM, 0],
    ];
    let netbios: [Row; 2] = [[AF_NETBIOS, SOCK_SEQPACKET, 0], [AF_NETBIOS, SOCK_DGRAM, 0]];
    let clusnet: [Row; 1] = [[AF_CLUSTER, SOCK_DGRAM, 3]];
    services.subkeys.extend([
        transport("Tcpip", "TCP/IP Service", SYSTEM_START).subkey(helper(
            "wshtcpip.dll",
            16,
            &tcpip,
        )),
        transport("NetBIOS", "NetBIOS Interface", AUTO_START).subkey(helper(
            "wshnetbs.dll",
            20,
            &netbios,
        )),
        transport("ClusNet", "Cluster Network Driver", SYSTEM_START).subkey(helper(
            "wshclus.dll",
            16,
            &clusnet,
        )),
        adapter(),
        // The redirector under its own name: Windows 2000 and later have Rdbss and MRxSmb.
        KeySpec::new("Rdr")
            .value(ValueSpec::dword("Type", 2))
            .value(ValueSpec::dword("Start", 3))
            .value(ValueSpec::dword("ErrorControl", 1))
            .value(ValueSpec::expand_sz("ImagePath", "%SystemRoot%\\System32\\drivers\\rdr.sys"))
            .value(ValueSpec::sz("Group", "Network")),
        winsock(),
    ]);
}

fn transport(name: &str, display: &str, start: u32) -> KeySpec {
    let image = format!("\\SystemRoot\\System32\\drivers\\{}.sys", name.to_lowercase());
    KeySpec::new(name)
        .value(ValueSpec::dword("Type", SERVICE_KERNEL_DRIVER))
        .value(ValueSpec::dword("Start", start))
        .value(ValueSpec::dword("ErrorControl", 1))
        .value(ValueSpec::expand_sz("ImagePath", &image))
        .value(ValueSpec::sz("DisplayName", display))
        .value(ValueSpec::sz("Group", "TDI"))
        .security(transport_descriptor())
}

/// `Parameters` of a transport, with the key that tells Winsock which DLL maps its sockets.
fn helper(dll: &str, address_length: u32, rows: &[Row]) -> KeySpec {
    let columns = 3;
    let row_count = u32::try_from(rows.len()).expect("a handful");
    let mapping: Vec<u8> = [row_count, columns]
        .into_iter()
        .chain(rows.iter().flatten().copied())
        .flat_map(u32::to_le_bytes)
        .collect();
    KeySpec::new("Parameters").subkey(
        KeySpec::new("Winsock")
            .value(ValueSpec::expand_sz("HelperDllName", &format!("%SystemRoot%\\System32\\{dll}")))
            .value(ValueSpec::dword("MaxSockAddrLength", address_length))
            .value(ValueSpec::dword("MinSockAddrLength", address_length))
            .value(ValueSpec::binary("Mapping", mapping)),
    )
}

/// The adapter's own service with its addresses, as NT 4.0 keeps them.
fn adapter() -> KeySpec {
    KeySpec::new("AMDPCN1")
        .value(ValueSpec::dword("Type", SERVICE_ADAPTER))
        .value(ValueSpec::dword("Start", BOOT_START))
        .value(ValueSpec::dword("ErrorControl", 1))
        .subkey(
            KeySpec::new("Parameters").value(ValueSpec::dword("BusNumber", 0)).subkey(
                KeySpec::new("Tcpip")
                    .value(ValueSpec::dword("EnableDHCP", 0))
                    .value(ValueSpec::multi_sz("IPAddress", &["192.0.2.11"]))
                    .value(ValueSpec::multi_sz("SubnetMask", &["255.255.255.0"]))
                    .value(ValueSpec::multi_sz("DefaultGateway", &["192.0.2.1"])),
            ),
        )
}

fn winsock() -> KeySpec {
    let provider = |name: &str, id: [u8; 16]| {
        KeySpec::new(name).value(ValueSpec::binary("WinSock 2.0 Provider ID", id))
    };
    KeySpec::new("WinSock")
        .security(winsock_descriptor())
        .value(ValueSpec::dword("Type", SERVICE_ADAPTER))
        .value(ValueSpec::dword("Start", 3))
        .value(ValueSpec::dword("ErrorControl", 1))
        .subkey(
            KeySpec::new("Autodial")
                .value(ValueSpec::expand_sz("AutodialDllName32", "rasadhlp.dll"))
                .value(ValueSpec::sz("AutodialFcnName32", "WSAttemptAutodialName")),
        )
        .subkey(KeySpec::new("Linkage").subkey(KeySpec::new("Disabled")))
        .subkey(
            KeySpec::new("Parameters")
                .value(ValueSpec::multi_sz("Transports", &["Tcpip", "NetBIOS", "Clusnet"])),
        )
        .subkey(
            KeySpec::new("Setup Migration")
                .value(ValueSpec::multi_sz("Provider List", &["NetBIOS", "Clusnet", "Tcpip"]))
                .value(ValueSpec::multi_sz(
                    "Known Static Providers",
                    &["Tcpip", "NwlnkIpx", "NwlnkSpx", "AppleTalk", "IsoTp"],
                ))
                .value(ValueSpec::dword("Setup Version", 0x1009))
                .subkey(
                    KeySpec::new("Providers")
                        .subkey(provider("Tcpip", TCPIP_ID))
                        .subkey(provider("NetBIOS", NETBIOS_ID))
                        .subkey(provider("Clusnet", CLUSNET_ID)),
                )
                .subkey(KeySpec::new("Well Known Guids")),
        )
}
