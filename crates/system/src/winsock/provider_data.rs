//! On-disk structure of a provider's WinSock 1.1 data: a run of `PROTOCOL_INFOW` records (nspapi.h).
//!
//! Each record's pointer to its name is an offset from the start of the data. The names stand behind the records,
//! the last record's first. A record has 32 bytes on 32-bit Windows; on 64-bit Windows 40, with 4 bytes of padding
//! before the pointer.

use std::borrow::Cow;

use serde::Serialize;
use thiserror::Error;

use super::bytes::{Front, units};
use super::flags::OldServiceFlags;
use super::names::{AddressFamily, SocketType, lana, protocol_name};
use super::width::Width;

/// The value `WinSock 1.1 Provider Data`, decoded as far as it holds together.
///
/// ```
/// use coldhive_system::winsock::{ProviderData, Width};
/// let mut bytes: Vec<u8> = [0x100E_u32, 17, 20, 20, 5, 0xFFFF_FFFF, 64_000, 32]
///     .iter()
///     .flat_map(|number| number.to_le_bytes())
///     .collect();
/// bytes.extend("NwlnkNb\0".encode_utf16().flat_map(u16::to_le_bytes));
/// let data = ProviderData::decode(&bytes).unwrap();
/// assert_eq!((data.width, data.records[0].name.as_str()), (Width::Bits32, "NwlnkNb"));
/// assert_eq!(data.records[0].lana(), Some(1));
/// assert!(data.faults.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProviderData {
    /// Which form the records have.
    pub width: Width,
    /// The records, in stored order.
    pub records: Vec<ProtocolInfo>,
    /// What doesn't fit.
    pub faults: Vec<ProviderDataFault>,
}

/// A `PROTOCOL_INFO` record: one protocol, as WinSock 1.1 describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProtocolInfo {
    /// What the protocol does.
    pub service_flags: OldServiceFlags,
    /// The address family.
    pub address_family: AddressFamily,
    /// The length of the longest address, in bytes.
    pub max_sockaddr: i32,
    /// The length of the shortest address, in bytes.
    pub min_sockaddr: i32,
    /// The socket type.
    pub socket_type: SocketType,
    /// The protocol.
    pub protocol: i32,
    /// The longest message, in bytes; 0 for a stream, 1 where the network limits it, 0xFFFFFFFF for no limit.
    pub message_size: u32,
    /// Where the name begins in the data, in bytes.
    pub name_offset: u64,
    /// The protocol's name; empty where it can't be read.
    pub name: String,
}

/// What doesn't fit in a provider's WinSock 1.1 data. Records are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
#[non_exhaustive]
pub enum ProviderDataFault {
    /// A name would begin among the records, or outside of the data.
    #[error("the name of record {record} should begin at byte {offset}, where no name can stand")]
    NameOutside {
        /// Which record.
        record: u32,
        /// Where the name would begin, in bytes.
        offset: u64,
    },
    /// A name goes on to the end of the data.
    #[error("the name of record {record} is not ended by a NUL")]
    NameUnterminated {
        /// Which record.
        record: u32,
    },
    /// A name isn't valid UTF-16.
    #[error("the name of record {record} is not valid UTF-16")]
    NameNotUtf16 {
        /// Which record.
        record: u32,
    },
    /// The names add up to more than the data has: this one and those behind it are left out.
    #[error("the names from record {record} on share bytes and are left out")]
    NamesShared {
        /// The first record whose name is left out.
        record: u32,
    },
    /// The padding of a 64-bit record isn't 0.
    #[error("the padding of record {record} is {found:#x}")]
    Padding {
        /// Which record.
        record: u32,
        /// What stands there.
        found: u32,
    },
    /// Bytes belong to no record and no name, and not all of them are 0.
    #[error("bytes {from} to {to} belong to no record and no name")]
    Stray {
        /// The first byte.
        from: u64,
        /// The byte behind the last.
        to: u64,
    },
}

impl Width {
    /// How many bytes a `PROTOCOL_INFO` record has.
    const fn record_size(self) -> usize {
        match self {
            Self::Bits32 => 32,
            Self::Bits64 => 40,
        }
    }
}

impl ProviderData {
    /// Decodes the data of the value.
    ///
    /// The lowest place of a name bounds the records; they also end where one is all zeros. `None` where not even
    /// one record is there, or the first one's name can't be.
    #[must_use]
    pub fn decode(data: &[u8]) -> Option<Self> {
        // A 32-bit record has its name's offset where a 64-bit one has padding, and no name stands at 0.
        let padding = data.get(28..).and_then(|rest| Front(rest).u32())?;
        let width = if padding == 0 { Width::Bits64 } else { Width::Bits32 };
        let mut records: Vec<ProtocolInfo> = Vec::new();
        let mut faults = Vec::new();
        let mut lowest = data.len();
        let mut end = 0_usize;
        for bytes in data.chunks_exact(width.record_size()) {
            let record_end = end.saturating_add(bytes.len());
            if record_end > lowest || bytes.iter().all(|byte| *byte == 0) {
                break;
            }
            let record = number(records.len());
            let (info, padding) = ProtocolInfo::decode(bytes, width)?;
            let offset = usize::try_from(info.name_offset).unwrap_or(usize::MAX);
            if (record_end..data.len()).contains(&offset) {
                lowest = lowest.min(offset);
            } else if records.is_empty() {
                return None;
            }
            if padding != 0 {
                faults.push(ProviderDataFault::Padding { record, found: padding });
            }
            records.push(info);
            end = record_end;
        }
        if records.is_empty() {
            return None;
        }
        let names = read_names(data, end, &mut records, &mut faults);
        faults.extend(stray(data, end, names));
        Some(Self { width, records, faults })
    }
}

/// Reads the names, and answers where they stand. All of them together are no longer than the data, so that many
/// records can't name the same long text.
fn read_names(
    data: &[u8],
    records_end: usize,
    records: &mut [ProtocolInfo],
    faults: &mut Vec<ProviderDataFault>,
) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut budget = data.len();
    for (position, info) in records.iter_mut().enumerate() {
        let record = number(position);
        let start = usize::try_from(info.name_offset).unwrap_or(usize::MAX);
        let Some(bytes) = data.get(start..).filter(|_| start >= records_end && start < data.len())
        else {
            faults.push(ProviderDataFault::NameOutside { record, offset: info.name_offset });
            continue;
        };
        // One unit more than is left: a text that is longer can't be taken.
        let name: Vec<u16> = units(bytes)
            .take_while(|unit| *unit != 0)
            .take((budget / 2).saturating_add(1))
            .collect();
        let terminator = name.len().saturating_add(1);
        let terminated = units(bytes).nth(name.len()) == Some(0);
        let size = terminator.saturating_mul(2).min(bytes.len());
        let Some(left) = budget.checked_sub(size) else {
            faults.push(ProviderDataFault::NamesShared { record });
            break;
        };
        budget = left;
        if !terminated {
            faults.push(ProviderDataFault::NameUnterminated { record });
        }
        info.name = String::from_utf16(&name).unwrap_or_else(|_| {
            faults.push(ProviderDataFault::NameNotUtf16 { record });
            String::from_utf16_lossy(&name)
        });
        places.push((start, start.saturating_add(size)));
    }
    places
}

/// The runs of bytes behind the records that belong to no name and aren't all 0.
fn stray(
    data: &[u8],
    records_end: usize,
    mut names: Vec<(usize, usize)>,
) -> Vec<ProviderDataFault> {
    names.sort_unstable();
    names.push((data.len(), data.len()));
    let mut runs = Vec::new();
    let mut covered = records_end;
    for (start, end) in names {
        let gap = data.get(covered..start).unwrap_or_default();
        if gap.iter().any(|byte| *byte != 0) {
            runs.push(ProviderDataFault::Stray { from: offset(covered), to: offset(start) });
        }
        covered = covered.max(end);
    }
    runs
}

/// A position in data, of which a hive holds less than 4 GiB.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn offset(position: usize) -> u64 {
    u64::try_from(position).unwrap_or(u64::MAX)
}

impl ProtocolInfo {
    /// Decodes a record without its name, and its padding.
    fn decode(bytes: &[u8], width: Width) -> Option<(Self, u32)> {
        let mut front = Front(bytes);
        let mut info = Self {
            service_flags: OldServiceFlags::from_bits_retain(front.u32()?),
            address_family: AddressFamily(front.i32()?),
            max_sockaddr: front.i32()?,
            min_sockaddr: front.i32()?,
            socket_type: SocketType(front.i32()?),
            protocol: front.i32()?,
            message_size: front.u32()?,
            name_offset: 0,
            name: String::new(),
        };
        let mut padding = 0;
        info.name_offset = match width {
            Width::Bits32 => front.u32()?.into(),
            Width::Bits64 => {
                padding = front.u32()?;
                front.u64()?
            }
        };
        Some((info, padding))
    }

    /// The protocol's name by its number, as [`protocol_name`] has it.
    #[must_use]
    pub fn protocol_name(&self) -> Option<Cow<'static, str>> {
        protocol_name(self.address_family, self.protocol)
    }

    /// The LAN adapter number of a NetBIOS record.
    #[must_use]
    pub fn lana(&self) -> Option<u32> {
        lana(self.protocol).filter(|_| self.address_family == AddressFamily::NETBIOS)
    }
}
