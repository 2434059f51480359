//! Flags of protocols and providers, with the names that Microsoft's headers give them.
#![allow(missing_docs)] // The flags' names are the headers', and what they mean stands there.

use bitflags::bitflags;

/// Adds names and serialisation to flags. Unknown bits are kept and told.
macro_rules! named_flags {
    ($($flags:ident)*) => {$(
        impl $flags {
            /// The names of the flags that are set, as the header has them.
            pub fn names(&self) -> impl Iterator<Item = &'static str> {
                self.iter_names().map(|(name, _)| name)
            }

            /// The bits that are set and have no name.
            #[must_use]
            pub fn unnamed(&self) -> u32 {
                let named = self.iter_names().fold(0, |bits, (_, flag)| bits | flag.bits());
                self.bits() & !named
            }
        }

        /// The names, or numbers where there are none, joined by ` | `; `0` for no flags.
        impl std::fmt::Display for $flags {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if self.is_empty() {
                    return f.write_str("0");
                }
                let mut separator = "";
                for name in self.names() {
                    write!(f, "{separator}{name}")?;
                    separator = " | ";
                }
                match self.unnamed() {
                    0 => Ok(()),
                    bits => write!(f, "{separator}{bits:#x}"),
                }
            }
        }

        /// `bits`, a number, and `names`, a list.
        impl serde::Serialize for $flags {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct as _;
                let mut flags = to.serialize_struct(stringify!($flags), 2)?;
                flags.serialize_field("bits", &self.bits())?;
                flags.serialize_field("names", &self.names().collect::<Vec<_>>())?;
                flags.end()
            }
        }
    )*};
}

bitflags! {
    /// `dwServiceFlags1` of a `WSAPROTOCOL_INFO` (winsock2.h): what the protocol does. Unknown bits are kept.
    ///
    /// ```
    /// use coldhive_system::winsock::ServiceFlags;
    /// let flags = ServiceFlags::from_bits_retain(0x8002_0006);
    /// let names = "XP1_GUARANTEED_DELIVERY | XP1_GUARANTEED_ORDER | XP1_IFS_HANDLES | 0x80000000";
    /// assert_eq!(flags.to_string(), names);
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct ServiceFlags: u32 {
        const XP1_CONNECTIONLESS = 0x0000_0001;
        const XP1_GUARANTEED_DELIVERY = 0x0000_0002;
        const XP1_GUARANTEED_ORDER = 0x0000_0004;
        const XP1_MESSAGE_ORIENTED = 0x0000_0008;
        const XP1_PSEUDO_STREAM = 0x0000_0010;
        const XP1_GRACEFUL_CLOSE = 0x0000_0020;
        const XP1_EXPEDITED_DATA = 0x0000_0040;
        const XP1_CONNECT_DATA = 0x0000_0080;
        const XP1_DISCONNECT_DATA = 0x0000_0100;
        const XP1_SUPPORT_BROADCAST = 0x0000_0200;
        const XP1_SUPPORT_MULTIPOINT = 0x0000_0400;
        const XP1_MULTIPOINT_CONTROL_PLANE = 0x0000_0800;
        const XP1_MULTIPOINT_DATA_PLANE = 0x0000_1000;
        const XP1_QOS_SUPPORTED = 0x0000_2000;
        const XP1_INTERRUPT = 0x0000_4000;
        const XP1_UNI_SEND = 0x0000_8000;
        const XP1_UNI_RECV = 0x0001_0000;
        const XP1_IFS_HANDLES = 0x0002_0000;
        const XP1_PARTIAL_MESSAGE = 0x0004_0000;
        const XP1_SAN_SUPPORT_SDP = 0x0008_0000;
        const _ = !0;
    }

    /// `dwProviderFlags` of a `WSAPROTOCOL_INFO` (winsock2.h): how the entry is to be taken. Unknown bits are kept.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct ProviderFlags: u32 {
        const PFL_MULTIPLE_PROTO_ENTRIES = 0x0000_0001;
        const PFL_RECOMMENDED_PROTO_ENTRY = 0x0000_0002;
        const PFL_HIDDEN = 0x0000_0004;
        const PFL_MATCHES_PROTOCOL_ZERO = 0x0000_0008;
        const PFL_NETWORKDIRECT_PROVIDER = 0x0000_0010;
        const _ = !0;
    }

    /// `dwServiceFlags` of a `PROTOCOL_INFO` (nspapi.h, WinSock 1.1): the lower bits are those of
    /// [`ServiceFlags`], some of the higher ones are not. Unknown bits are kept.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct OldServiceFlags: u32 {
        const XP_CONNECTIONLESS = 0x0000_0001;
        const XP_GUARANTEED_DELIVERY = 0x0000_0002;
        const XP_GUARANTEED_ORDER = 0x0000_0004;
        const XP_MESSAGE_ORIENTED = 0x0000_0008;
        const XP_PSEUDO_STREAM = 0x0000_0010;
        const XP_GRACEFUL_CLOSE = 0x0000_0020;
        const XP_EXPEDITED_DATA = 0x0000_0040;
        const XP_CONNECT_DATA = 0x0000_0080;
        const XP_DISCONNECT_DATA = 0x0000_0100;
        const XP_SUPPORTS_BROADCAST = 0x0000_0200;
        const XP_SUPPORTS_MULTICAST = 0x0000_0400;
        const XP_BANDWIDTH_ALLOCATION = 0x0000_0800;
        const XP_FRAGMENTATION = 0x0000_1000;
        const XP_ENCRYPTS = 0x0000_2000;
        const _ = !0;
    }

    /// The kinds of layered providers that a program may be given (ws2spi.h, `WSCSetApplicationCategory`). Unknown
    /// bits are kept.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct LspCategories: u32 {
        const LSP_INSPECTOR = 0x0000_0001;
        const LSP_REDIRECTOR = 0x0000_0002;
        const LSP_PROXY = 0x0000_0004;
        const LSP_FIREWALL = 0x0000_0008;
        const LSP_INBOUND_MODIFY = 0x0000_0010;
        const LSP_OUTBOUND_MODIFY = 0x0000_0020;
        const LSP_CRYPTO_COMPRESS = 0x0000_0040;
        const LSP_LOCAL_CACHE = 0x0000_0080;
        const LSP_SYSTEM = 0x8000_0000;
        const _ = !0;
    }
}

named_flags! { ServiceFlags ProviderFlags OldServiceFlags LspCategories }
