//! Numbers of the sockets interface and their names: address families, socket types, protocols, name spaces.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// A number that Microsoft's headers may have a name for.
macro_rules! named_numbers {
    ($($(#[$doc:meta])* $type:ident ($number:ty): $names:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(pub $number);

        impl $type {
            /// The name that the header gives to the number.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                let names: &[($number, &'static str)] = $names;
                names.iter().find(|(number, _)| *number == self.0).map(|(_, name)| *name)
            }
        }

        /// The name, or the number where there is none.
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => self.0.fmt(f),
                }
            }
        }

        /// `number`, and `name` or null.
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let mut named = to.serialize_struct(stringify!($type), 2)?;
                named.serialize_field("number", &self.0)?;
                named.serialize_field("name", &self.name())?;
                named.end()
            }
        }
    )*};
}

named_numbers! {
    /// An address family (`AF_*` of ws2def.h).
    ///
    /// ```
    /// use coldhive_system::winsock::AddressFamily;
    /// assert_eq!(AddressFamily(24).to_string(), "AF_CLUSTER");
    /// assert_eq!(AddressFamily(27).name(), None);
    /// ```
    AddressFamily(i32): &[
        (0, "AF_UNSPEC"), (1, "AF_UNIX"), (2, "AF_INET"), (3, "AF_IMPLINK"), (4, "AF_PUP"),
        (5, "AF_CHAOS"), (6, "AF_IPX"), (7, "AF_ISO"), (8, "AF_ECMA"), (9, "AF_DATAKIT"),
        (10, "AF_CCITT"), (11, "AF_SNA"), (12, "AF_DECnet"), (13, "AF_DLI"), (14, "AF_LAT"),
        (15, "AF_HYLINK"), (16, "AF_APPLETALK"), (17, "AF_NETBIOS"), (18, "AF_VOICEVIEW"),
        (19, "AF_FIREFOX"), (20, "AF_UNKNOWN1"), (21, "AF_BAN"), (22, "AF_ATM"), (23, "AF_INET6"),
        (24, "AF_CLUSTER"), (25, "AF_12844"), (26, "AF_IRDA"), (28, "AF_NETDES"),
        (29, "AF_TCNPROCESS"), (30, "AF_TCNMESSAGE"), (31, "AF_ICLFXBM"), (32, "AF_BTH"),
        (33, "AF_LINK"), (34, "AF_HYPERV"),
    ];
    /// A socket type (`SOCK_*` of ws2def.h); 0 stands for any.
    SocketType(i32): &[
        (1, "SOCK_STREAM"), (2, "SOCK_DGRAM"), (3, "SOCK_RAW"), (4, "SOCK_RDM"),
        (5, "SOCK_SEQPACKET"),
    ];
    /// A name space (`NS_*` of winsock2.h and nspapi.h).
    NameSpace(u32): &[
        (0, "NS_ALL"), (1, "NS_SAP"), (2, "NS_NDS"), (3, "NS_PEER_BROWSE"), (5, "NS_SLP"),
        (6, "NS_DHCP"), (10, "NS_TCPIP_LOCAL"), (11, "NS_TCPIP_HOSTS"), (12, "NS_DNS"),
        (13, "NS_NETBT"), (14, "NS_WINS"), (15, "NS_NLA"), (16, "NS_BTH"), (20, "NS_NBP"),
        (30, "NS_MS"), (31, "NS_STDA"), (32, "NS_NTDS"), (37, "NS_EMAIL"), (38, "NS_PNRPNAME"),
        (39, "NS_PNRPCLOUD"), (40, "NS_X500"), (41, "NS_NIS"), (42, "NS_NISPLUS"), (50, "NS_WRQ"),
        (60, "NS_NETDES"),
    ];
}

impl AddressFamily {
    /// `AF_INET`.
    pub const INET: Self = Self(2);
    /// `AF_IPX`, which is `AF_NS` as well.
    pub const IPX: Self = Self(6);
    /// `AF_APPLETALK`.
    pub const APPLETALK: Self = Self(16);
    /// `AF_NETBIOS`.
    pub const NETBIOS: Self = Self(17);
    /// `AF_ATM`.
    pub const ATM: Self = Self(22);
    /// `AF_INET6`.
    pub const INET6: Self = Self(23);
    /// `AF_CLUSTER`.
    pub const CLUSTER: Self = Self(24);
    /// `AF_IRDA`.
    pub const IRDA: Self = Self(26);
    /// `AF_BTH`.
    pub const BTH: Self = Self(32);
    /// `AF_HYPERV`.
    pub const HYPERV: Self = Self(34);
}

/// `IPPROTO_*` (ws2def.h). 0 is left out: it stands for any protocol.
const IP: &[(i32, &str)] = &[
    (1, "IPPROTO_ICMP"),
    (2, "IPPROTO_IGMP"),
    (3, "IPPROTO_GGP"),
    (4, "IPPROTO_IPV4"),
    (5, "IPPROTO_ST"),
    (6, "IPPROTO_TCP"),
    (7, "IPPROTO_CBT"),
    (8, "IPPROTO_EGP"),
    (9, "IPPROTO_IGP"),
    (12, "IPPROTO_PUP"),
    (17, "IPPROTO_UDP"),
    (22, "IPPROTO_IDP"),
    (27, "IPPROTO_RDP"),
    (41, "IPPROTO_IPV6"),
    (43, "IPPROTO_ROUTING"),
    (44, "IPPROTO_FRAGMENT"),
    (50, "IPPROTO_ESP"),
    (51, "IPPROTO_AH"),
    (58, "IPPROTO_ICMPV6"),
    (59, "IPPROTO_NONE"),
    (60, "IPPROTO_DSTOPTS"),
    (77, "IPPROTO_ND"),
    (78, "IPPROTO_ICLFXBM"),
    (103, "IPPROTO_PIM"),
    (113, "IPPROTO_PGM"),
    (115, "IPPROTO_L2TP"),
    (132, "IPPROTO_SCTP"),
    (255, "IPPROTO_RAW"),
];
/// `DDPPROTO_*` (atalkwsh.h).
const APPLETALK: &[(i32, &str)] = &[
    (16_001, "DDPPROTO_RTMP"),
    (16_002, "DDPPROTO_NBP"),
    (16_003, "DDPPROTO_ATP"),
    (16_004, "DDPPROTO_AEP"),
    (16_005, "DDPPROTO_RTMPRQ"),
    (16_006, "DDPPROTO_ZIP"),
    (16_007, "DDPPROTO_ADSP"),
    (16_256, "ATPROTO_ADSP"),
    (16_257, "ATPROTO_ATP"),
    (16_258, "ATPROTO_ASP"),
];
/// `ATMPROTO_*` (ws2atm.h).
const ATM: &[(i32, &str)] =
    &[(1, "ATMPROTO_AAL1"), (2, "ATMPROTO_AAL2"), (3, "ATMPROTO_AAL34"), (5, "ATMPROTO_AAL5")];
/// af_irda.h.
const IRDA: &[(i32, &str)] = &[(1, "IRDA_PROTO_SOCK_STREAM")];
/// ws2bth.h.
const BTH: &[(i32, &str)] = &[(3, "BTHPROTO_RFCOMM"), (0x100, "BTHPROTO_L2CAP")];
/// hvsocket.h.
const HYPERV: &[(i32, &str)] = &[(1, "HV_PROTOCOL_RAW")];
/// wsipx.h; the 256 numbers from `NSPROTO_IPX` on hold the packet type.
const NSPROTO_IPX: i32 = 1000;
const IPX: &[(i32, &str)] =
    &[(NSPROTO_IPX, "NSPROTO_IPX"), (1256, "NSPROTO_SPX"), (1257, "NSPROTO_SPXII")];

/// The name of a protocol of an address family, where Microsoft's headers have one.
///
/// IPX packet types count from `NSPROTO_IPX` on (`NSPROTO_IPX+4`), and a NetBIOS protocol is a LAN adapter number,
/// [`lana`]. Nothing is named for 0, which mostly stands for any protocol, and for families whose protocols
/// are published nowhere, as those of `AF_CLUSTER`.
///
/// ```
/// use coldhive_system::winsock::{AddressFamily, protocol_name};
/// assert_eq!(protocol_name(AddressFamily::INET, 6).unwrap(), "IPPROTO_TCP");
/// assert_eq!(protocol_name(AddressFamily::IPX, 1004).unwrap(), "NSPROTO_IPX+4");
/// assert_eq!(protocol_name(AddressFamily::NETBIOS, -3).unwrap(), "lana 3");
/// assert_eq!(protocol_name(AddressFamily::CLUSTER, 3), None);
/// ```
#[must_use]
pub fn protocol_name(family: AddressFamily, protocol: i32) -> Option<Cow<'static, str>> {
    let names = match family {
        AddressFamily::INET | AddressFamily::INET6 => IP,
        AddressFamily::IPX => IPX,
        AddressFamily::APPLETALK => APPLETALK,
        AddressFamily::ATM => ATM,
        AddressFamily::IRDA => IRDA,
        AddressFamily::BTH => BTH,
        AddressFamily::HYPERV => HYPERV,
        AddressFamily::NETBIOS => return lana(protocol).map(|lana| format!("lana {lana}").into()),
        _ => &[],
    };
    if let Some((_, name)) = names.iter().find(|(number, _)| *number == protocol) {
        return Some(Cow::Borrowed(name));
    }
    match protocol.checked_sub(NSPROTO_IPX) {
        Some(packet_type @ 1..=255) if family == AddressFamily::IPX => {
            Some(format!("NSPROTO_IPX+{packet_type}").into())
        }
        _ => None,
    }
}

/// The LAN adapter number that the protocol of a NetBIOS record stands for: its negative, and 0x80000000 for 0,
/// since protocol 0 would stand for any.
#[must_use]
pub fn lana(protocol: i32) -> Option<u32> {
    match protocol {
        i32::MIN => Some(0),
        _ => protocol.is_negative().then(|| protocol.unsigned_abs()),
    }
}
