//! On-disk structure of a `WSAPROTOCOL_INFOW` (winsock2.h): what a provider offers, as programs are told.

use std::borrow::Cow;

use coldhive_security::Guid;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::bytes::Front;
use super::fixed_text::FixedWide;
use super::flags::{ProviderFlags, ServiceFlags};
use super::names::{AddressFamily, SocketType, protocol_name};

/// The longest chain (`MAX_PROTOCOL_CHAIN`).
const LONGEST_CHAIN: usize = 7;

/// A `WSAPROTOCOL_INFOW` record: 628 bytes, of which all are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WsaProtocolInfo {
    /// `dwServiceFlags1`: what the protocol does.
    pub service_flags: ServiceFlags,
    /// `dwServiceFlags2` to `dwServiceFlags4`, which are reserved.
    pub more_service_flags: [u32; 3],
    /// `dwProviderFlags`.
    pub provider_flags: ProviderFlags,
    /// `ProviderId`: the provider, which may have several entries.
    pub provider_id: Guid,
    /// `dwCatalogEntryId`: the number that chains name the entry by.
    pub catalog_entry_id: u32,
    /// `ProtocolChain`.
    pub chain: ProtocolChain,
    /// `iVersion`: that of the protocol.
    pub version: i32,
    /// `iAddressFamily`.
    pub address_family: AddressFamily,
    /// `iMaxSockAddr`: the length of the longest address, in bytes.
    pub max_sockaddr: i32,
    /// `iMinSockAddr`: the length of the shortest address, in bytes.
    pub min_sockaddr: i32,
    /// `iSocketType`.
    pub socket_type: SocketType,
    /// `iProtocol`.
    pub protocol: i32,
    /// `iProtocolMaxOffset`: how many protocol numbers behind the first belong to the entry too.
    pub protocol_max_offset: i32,
    /// `iNetworkByteOrder`: 0 for big-endian, 1 for little-endian.
    pub network_byte_order: i32,
    /// `iSecurityScheme`: 0 for none.
    pub security_scheme: i32,
    /// `dwMessageSize`: the longest message in bytes; 0 for a stream, 1 where the network limits it, 0xFFFFFFFF for
    /// no limit.
    pub message_size: u32,
    /// `dwProviderReserved`.
    pub provider_reserved: u32,
    /// `szProtocol`: the protocol's name, or where it stands (`@library,-number`).
    pub name: FixedWide<256>,
}

/// `WSAPROTOCOLCHAIN`: which catalog entries a request goes through, top down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProtocolChain {
    /// `ChainLen`: how many entries the chain has; 0 and 1 have meanings of their own.
    pub length: i32,
    /// All seven places, of which only as many as the length says mean anything.
    pub places: [u32; LONGEST_CHAIN],
}

/// What an entry is by the length of its chain (winsock2.h).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainKind {
    /// 0: a layered provider itself, which programs can't open sockets on (`LAYERED_PROTOCOL`).
    Layered,
    /// 1: a base provider (`BASE_PROTOCOL`).
    Base,
    /// 2 to 7: a chain of layered providers over a base provider.
    Chain,
    /// A length that no chain can have.
    Impossible,
}

impl ProtocolChain {
    /// What the entry is.
    #[must_use]
    pub const fn kind(&self) -> ChainKind {
        match self.length {
            0 => ChainKind::Layered,
            1 => ChainKind::Base,
            2..=7 => ChainKind::Chain,
            _ => ChainKind::Impossible,
        }
    }

    /// The catalog entry IDs of a chain, top down; empty where the entry is no chain. What stands in the other places
    /// is left over from elsewhere.
    #[must_use]
    pub fn entries(&self) -> &[u32] {
        let length = match self.kind() {
            ChainKind::Chain => usize::try_from(self.length).unwrap_or_default(),
            _ => 0,
        };
        self.places.get(..length).unwrap_or_default()
    }
}

/// `length`, `kind`, `entries` and all `places`.
impl Serialize for ProtocolChain {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut chain = to.serialize_struct("ProtocolChain", 4)?;
        chain.serialize_field("length", &self.length)?;
        chain.serialize_field("kind", &self.kind())?;
        chain.serialize_field("entries", self.entries())?;
        chain.serialize_field("places", &self.places)?;
        chain.end()
    }
}

impl WsaProtocolInfo {
    /// The size of the record, in bytes.
    pub const SIZE: usize = 628;

    /// Decodes a record.
    #[must_use]
    pub fn decode(bytes: &[u8; Self::SIZE]) -> Option<Self> {
        let mut front = Front(bytes);
        Some(Self {
            service_flags: ServiceFlags::from_bits_retain(front.u32()?),
            more_service_flags: [front.u32()?, front.u32()?, front.u32()?],
            provider_flags: ProviderFlags::from_bits_retain(front.u32()?),
            provider_id: Guid(front.array()?),
            catalog_entry_id: front.u32()?,
            chain: ProtocolChain {
                length: front.i32()?,
                places: [
                    front.u32()?,
                    front.u32()?,
                    front.u32()?,
                    front.u32()?,
                    front.u32()?,
                    front.u32()?,
                    front.u32()?,
                ],
            },
            version: front.i32()?,
            address_family: AddressFamily(front.i32()?),
            max_sockaddr: front.i32()?,
            min_sockaddr: front.i32()?,
            socket_type: SocketType(front.i32()?),
            protocol: front.i32()?,
            protocol_max_offset: front.i32()?,
            network_byte_order: front.i32()?,
            security_scheme: front.i32()?,
            message_size: front.u32()?,
            provider_reserved: front.u32()?,
            name: FixedWide::decode(front.0)?,
        })
    }

    /// The protocol's name by its number, as [`protocol_name`] has it.
    #[must_use]
    pub fn protocol_name(&self) -> Option<Cow<'static, str>> {
        protocol_name(self.address_family, self.protocol)
    }
}
