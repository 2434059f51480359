//! `Services\<transport>\Parameters\Winsock`: how the sockets library talks to a transport.

use coldhive_hive::Damage;
use coldhive_security::Guid;

use super::accounts::{Accounts, Catalogs};
use super::flags::{ProviderFlags, ServiceFlags};
use super::layout::{TRANSPORT_KEY, names, number};
use super::mapping::{Mapping, MappingFault};
use super::names::{AddressFamily, SocketType};
use super::place::{Place, views};
use crate::reading::{Reading, binary, dword, guid, text};

/// The key `Services\<transport>\Parameters\Winsock`.
#[derive(Clone, Debug)]
pub struct Transport<'i> {
    pub(super) place: Place<'i>,
}

/// A numbered subkey of a transport's key: one protocol, as Windows 10 keeps it besides the mapping.
///
/// The fields are those of a `WSAPROTOCOL_INFO` (winsock2.h).
#[derive(Clone, Debug)]
pub struct TransportProtocol<'i> {
    place: Place<'i>,
    number: u64,
}

/// A length of addresses under the two names that are in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SockaddrLength {
    /// Under `MinSockAddrLength` or `MaxSockAddrLength`, as Windows writes it, in bytes.
    pub length: Reading<u32>,
    /// Under `MinSockAddrLen` or `MaxSockAddrLen`, as Q102974 writes it, in bytes.
    pub len: Reading<u32>,
}

impl SockaddrLength {
    /// The length: that under the longer name, and where it is certainly absent, that under the shorter.
    #[must_use]
    pub fn effective(&self) -> &Reading<u32> {
        match (&self.length, &self.len) {
            (Reading::Absent, Reading::Absent) => &self.length,
            (Reading::Absent, len) => len,
            (length, _) => length,
        }
    }
}

views! { Transport TransportProtocol }

impl<'i> Transport<'i> {
    /// The service's name, as it was asked for or as its key spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.place.path.rsplit('\\').nth(2).unwrap_or_default()
    }

    /// The value `HelperDllName`: the library that knows the transport.
    #[must_use]
    pub fn helper_dll(&self) -> Reading<String> {
        self.place.held.read(|key| text(key, names::HELPER_DLL_NAME))
    }

    /// The value `MinSockAddrLength`, or `MinSockAddrLen` where that is absent: the shortest address, in bytes.
    #[must_use]
    pub fn min_sockaddr_length(&self) -> Reading<u32> {
        self.min_sockaddr().effective().clone()
    }

    /// The value `MaxSockAddrLength`, or `MaxSockAddrLen` where that is absent: the longest address, in bytes.
    #[must_use]
    pub fn max_sockaddr_length(&self) -> Reading<u32> {
        self.max_sockaddr().effective().clone()
    }

    /// The shortest address under both names.
    #[must_use]
    pub fn min_sockaddr(&self) -> SockaddrLength {
        SockaddrLength {
            length: self.number(names::MIN_SOCKADDR_LENGTH),
            len: self.number(names::MIN_SOCKADDR_LEN),
        }
    }

    /// The longest address under both names.
    #[must_use]
    pub fn max_sockaddr(&self) -> SockaddrLength {
        SockaddrLength {
            length: self.number(names::MAX_SOCKADDR_LENGTH),
            len: self.number(names::MAX_SOCKADDR_LEN),
        }
    }

    /// The value `Mapping`, raw.
    #[must_use]
    pub fn mapping_data(&self) -> Reading<Vec<u8>> {
        self.place.held.read(|key| binary(key, names::MAPPING))
    }

    /// The value `Mapping`, decoded: which sockets the transport offers.
    #[must_use]
    pub fn mapping(&self) -> Reading<Mapping> {
        const EXPECTED: &str = "a mapping (8 + 12 bytes for each of its rows, 3 columns)";
        self.mapping_data().decoded(EXPECTED, |data| Mapping::decode(data).ok())
    }

    /// What doesn't fit in the mapping; `None` where it fits, isn't there or can't be read.
    #[must_use]
    pub fn mapping_fault(&self) -> Option<MappingFault> {
        let data = self.mapping_data().ok()?;
        match Mapping::decode(&data) {
            Ok(mapping) => mapping.fault(),
            Err(fault) => Some(fault),
        }
    }

    /// The value `ProviderGUID`: the same as the provider's ID (Windows 10).
    #[must_use]
    pub fn provider_guid(&self) -> Reading<Guid> {
        self.place.held.read(|key| guid(key, names::PROVIDER_GUID))
    }

    /// The value `OfflineCapable` (Windows 10).
    #[must_use]
    pub fn offline_capable(&self) -> Reading<u32> {
        self.number(names::OFFLINE_CAPABLE)
    }

    /// The value `UseDelayedAcceptance`.
    #[must_use]
    pub fn use_delayed_acceptance(&self) -> Reading<u32> {
        self.number(names::USE_DELAYED_ACCEPTANCE)
    }

    /// The numbered subkeys in the order of their numbers; damage behind them.
    #[must_use]
    pub fn protocols(&self) -> Vec<Result<TransportProtocol<'i>, Damage>> {
        let view = |number, place| TransportProtocol { place, number };
        self.place.numbered(number, view, TransportProtocol::number)
    }

    /// Which keys and values here the typed views read, and what else there is.
    #[must_use]
    pub fn accounts(&self) -> Accounts<'i> {
        Accounts::of(self.key(), &TRANSPORT_KEY, Catalogs::default())
    }

    fn number(&self, name: &str) -> Reading<u32> {
        self.place.held.read(|key| dword(key, name))
    }
}

impl TransportProtocol<'_> {
    /// The number that the key is named by.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    fn dword(&self, name: &str) -> Reading<u32> {
        self.place.held.read(|key| dword(key, name))
    }

    /// The value `Version`: that of the protocol.
    #[must_use]
    pub fn version(&self) -> Reading<u32> {
        self.dword(names::VERSION)
    }

    /// The value `AddressFamily`.
    #[must_use]
    pub fn address_family(&self) -> Reading<AddressFamily> {
        self.dword(names::ADDRESS_FAMILY).map(|family| AddressFamily(family.cast_signed()))
    }

    /// The value `MinSockAddrLength`, in bytes.
    #[must_use]
    pub fn min_sockaddr_length(&self) -> Reading<u32> {
        self.dword(names::MIN_SOCKADDR_LENGTH)
    }

    /// The value `MaxSockAddrLength`, in bytes.
    #[must_use]
    pub fn max_sockaddr_length(&self) -> Reading<u32> {
        self.dword(names::MAX_SOCKADDR_LENGTH)
    }

    /// The value `SocketType`.
    #[must_use]
    pub fn socket_type(&self) -> Reading<SocketType> {
        self.dword(names::SOCKET_TYPE).map(|kind| SocketType(kind.cast_signed()))
    }

    /// The value `Protocol`, which [`protocol_name`](super::protocol_name) names.
    #[must_use]
    pub fn protocol(&self) -> Reading<i32> {
        self.dword(names::PROTOCOL).map(u32::cast_signed)
    }

    /// The value `ProtocolMaxOffset`: how many protocol numbers behind the first belong to it too.
    #[must_use]
    pub fn protocol_max_offset(&self) -> Reading<u32> {
        self.dword(names::PROTOCOL_MAX_OFFSET)
    }

    /// The value `ByteOrder`: 0 for big-endian, 1 for little-endian.
    #[must_use]
    pub fn byte_order(&self) -> Reading<u32> {
        self.dword(names::BYTE_ORDER)
    }

    /// The value `MessageSize`, in bytes, as in [`WsaProtocolInfo`](super::WsaProtocolInfo).
    #[must_use]
    pub fn message_size(&self) -> Reading<u32> {
        self.dword(names::MESSAGE_SIZE)
    }

    /// The value `szProtocol`: the protocol's name, or where it stands (`@library,-number`).
    #[must_use]
    pub fn protocol_name(&self) -> Reading<String> {
        self.place.held.read(|key| text(key, names::SZ_PROTOCOL))
    }

    /// The value `ProviderFlags`.
    #[must_use]
    pub fn provider_flags(&self) -> Reading<ProviderFlags> {
        self.dword(names::PROVIDER_FLAGS).map(ProviderFlags::from_bits_retain)
    }

    /// The value `ServiceFlags`.
    #[must_use]
    pub fn service_flags(&self) -> Reading<ServiceFlags> {
        self.dword(names::SERVICE_FLAGS).map(ServiceFlags::from_bits_retain)
    }
}
