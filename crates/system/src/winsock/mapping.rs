//! On-disk structure of a transport's mapping: which sockets it offers (`WINSOCK_MAPPING` of wsahelp.h).

use std::borrow::Cow;
use std::fmt;

use coldhive_hive::HexBytes;
use serde::Serialize;
use thiserror::Error;

use super::bytes::Front;
use super::names::{AddressFamily, SocketType, protocol_name};

/// The rows have three columns in every mapping.
const COLUMNS: u32 = 3;
/// Two counts before the rows, in bytes.
const HEADER_SIZE: u32 = 8;
/// Three `u32`, in bytes.
const ROW_SIZE: u32 = 12;

/// The value `Mapping`: the number of rows and of columns (always 3) as `u32`, then the rows.
///
/// ```
/// use coldhive_system::winsock::Mapping;
/// let numbers = [2_u32, 3, 2, 1, 6, 2, 2, 17];
/// let mapping = Mapping::decode(&numbers.map(u32::to_le_bytes).concat()).unwrap();
/// let rows: Vec<_> = mapping.rows.iter().map(ToString::to_string).collect();
/// assert_eq!(rows, ["AF_INET SOCK_STREAM IPPROTO_TCP", "AF_INET SOCK_DGRAM IPPROTO_UDP"]);
/// assert_eq!(mapping.fault(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mapping {
    /// How many rows it says it has.
    pub said: u32,
    /// The rows that it says it has and that are there in full.
    pub rows: Vec<MappingRow>,
    /// The bytes behind the rows.
    pub behind: HexBytes,
}

/// One row of a transport's mapping: a kind of socket that it offers.
///
/// It is serialised as its three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MappingRow {
    /// The address family (`AF_*`).
    pub address_family: u32,
    /// The socket type (`SOCK_*`); 0 for any.
    pub socket_type: u32,
    /// The protocol; 0 for any.
    pub protocol: u32,
}

/// What doesn't fit in a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
#[non_exhaustive]
pub enum MappingFault {
    /// It is cut off in its counts.
    #[error("a mapping has at least 8 bytes, not {length}")]
    TooShort {
        /// The length in bytes.
        length: u64,
    },
    /// It has another number of columns, so that the rows can't be told.
    #[error("a mapping has 3 columns, not {found}")]
    Columns {
        /// The number that it says.
        found: u32,
    },
    /// Its length is not that of the rows which it says it has.
    #[error("a mapping of {rows} rows has {expected} bytes, not {found}")]
    Length {
        /// How many rows it says it has.
        rows: u32,
        /// How many bytes these take.
        expected: u64,
        /// How many there are.
        found: u64,
    },
}

impl Mapping {
    /// Decodes the data of the value, as far as it goes.
    ///
    /// # Errors
    /// The counts are cut off, or the rows don't have 3 columns.
    pub fn decode(data: &[u8]) -> Result<Self, MappingFault> {
        let mut front = Front(data);
        let (Some(said), Some(columns)) = (front.u32(), front.u32()) else {
            return Err(MappingFault::TooShort { length: length(data) });
        };
        if columns != COLUMNS {
            return Err(MappingFault::Columns { found: columns });
        }
        let mut rows = Vec::new();
        while u32::try_from(rows.len()).is_ok_and(|count| count < said) {
            let mut row = front;
            let (Some(address_family), Some(socket_type), Some(protocol)) =
                (row.u32(), row.u32(), row.u32())
            else {
                break;
            };
            rows.push(MappingRow { address_family, socket_type, protocol });
            front = row;
        }
        Ok(Self { said, rows, behind: HexBytes(front.0.to_vec()) })
    }

    /// What doesn't fit, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<MappingFault> {
        let size =
            |rows: u64| rows.saturating_mul(ROW_SIZE.into()).saturating_add(HEADER_SIZE.into());
        let expected = size(self.said.into());
        let rows = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        let found = size(rows).saturating_add(length(&self.behind.0));
        (expected != found).then_some(MappingFault::Length { rows: self.said, expected, found })
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl MappingRow {
    /// The address family, with its name.
    #[must_use]
    pub const fn family(&self) -> AddressFamily {
        AddressFamily(self.address_family.cast_signed())
    }

    /// The socket type, with its name.
    #[must_use]
    pub const fn kind(&self) -> SocketType {
        SocketType(self.socket_type.cast_signed())
    }

    /// The protocol's name, as [`protocol_name`] has it.
    #[must_use]
    pub fn protocol_name(&self) -> Option<Cow<'static, str>> {
        protocol_name(self.family(), self.protocol.cast_signed())
    }
}

/// The three names, or numbers where there are none.
impl fmt::Display for MappingRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.family(), self.kind())?;
        match self.protocol_name() {
            Some(name) => f.write_str(&name),
            None => self.protocol.fmt(f),
        }
    }
}
