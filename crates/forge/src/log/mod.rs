//! Transaction logs, of the old format and of the new, sound or with named faults.
//!
//! A log says how to get from what is in the primary file to what ought to be there. So it is made from two
//! states of a hive, each of them a file that [`build`](crate::build) wrote, or from pages.
//!
//! ```
//! use coldhive_forge::log::{Entry, NewLog, OldLog, interrupted};
//! use coldhive_forge::{HiveSpec, KeySpec, Version, build};
//!
//! let before = HiveSpec::new(Version::V1_3, KeySpec::new("ROOT"));
//! let mut after = before.clone();
//! after.root.at("Clusnet");
//! let (before, after) = (build(&before)?, build(&after)?);
//!
//! // The machine stopped when the primary's bins weren't yet written.
//! let primary = interrupted(&before, &after);
//! let log = OldLog::between(&before, &after).file_type(2).build();
//! assert_eq!(&log[512..516], b"DIRT");
//!
//! // The same in the format of Windows 8.1 and later.
//! let log1 = NewLog::new(&before).entry(Entry::between(2, &before, &after)).build();
//! assert_eq!(&log1[512..516], b"HvLE");
//! # Ok::<(), coldhive_forge::ForgeError>(())
//! ```
//!
//! Source: regf notes, "Format of transaction log files".

mod marvin32;
mod new;
mod old;

pub use marvin32::marvin32;
pub use new::{Entry, EntryFault, NewLog};
pub use old::OldLog;

use crate::base_block::{self, PRIMARY_SEQUENCE, SECONDARY_SEQUENCE};

/// The size of a sector in bytes where the clustering factor is 1, and of an old log's pages.
const SECTOR: usize = 512;

/// Windows notices changes by blocks of this many bytes.
const BLOCK: usize = 4096;

/// Bytes to write, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Offset relative to the hive bins data.
    pub offset: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What is wrong with a log as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFault {
    /// The checksum of the base block's copy is wrong (all its bits are flipped).
    BadChecksum,
    /// The primary sequence number of the base block's copy is one more than the secondary; the checksum fits.
    SequenceMismatch,
    /// The signature of the dirty vector (old format) or of the first entry (new format) is zero.
    NoSignature,
    /// The file ends early.
    Truncate {
        /// The size in bytes that is left; a file that isn't longer stays as it is.
        bytes: usize,
    },
}

/// The blocks of 4096 bytes in which the hive bins data of two files differ, neighbours as one page.
///
/// What the second file has beyond the end of the first differs; of what the first has beyond the second
/// nothing is said.
pub fn pages_between(before: &[u8], after: &[u8]) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    let (before, after) = (bins(before), bins(after));
    for (number, block) in after.chunks(BLOCK).enumerate() {
        let start = number * BLOCK;
        if before.get(start..start + block.len()) == Some(block) {
            continue;
        }
        match pages.last_mut() {
            Some(page) if page.offset as usize + page.bytes.len() == start => {
                page.bytes.extend(block);
            }
            _ => pages.push(Page { offset: as_u32(start), bytes: block.to_vec() }),
        }
    }
    pages
}

/// The primary file of a hive whose writing stopped as early as it could: it is dirty, and its bins are as before.
///
/// Its primary sequence number is one more than its secondary, and its last-written time is that of the state
/// that was to be written; all else is from before.
pub fn interrupted(before: &[u8], after: &[u8]) -> Vec<u8> {
    let mut primary = before.to_vec();
    primary[12..20].copy_from_slice(&after[12..20]);
    base_block::make_dirty(&mut primary);
    primary
}

/// Sets the two sequence numbers of a primary file or a log; the checksum fits.
pub fn set_sequence(file: &mut [u8], primary: u32, secondary: u32) {
    base_block::put(file, PRIMARY_SEQUENCE, primary);
    base_block::put(file, SECONDARY_SEQUENCE, secondary);
    base_block::seal(file);
}

/// The hive bins data that the base block of a file speaks of, as much as there is.
fn bins(file: &[u8]) -> &[u8] {
    let rest = file.get(base_block::SIZE..).unwrap_or_default();
    &rest[..rest.len().min(base_block::bins_size(file) as usize)]
}

/// The copy of a base block in a log, which is so many bytes long.
fn base_block_copy(file: &[u8], size: usize, file_type: u32, sequence: u32) -> Vec<u8> {
    let mut copy = file[..size.min(file.len())].to_vec();
    copy.resize(size, 0);
    base_block::set_type(&mut copy, file_type);
    set_sequence(&mut copy, sequence, sequence);
    copy
}

/// Breaks a finished log; `records` is where its dirty vector or first entry begins.
fn break_log(log: &mut Vec<u8>, faults: &[LogFault], records: usize) {
    for fault in faults {
        match fault {
            LogFault::SequenceMismatch => base_block::make_dirty(log),
            LogFault::NoSignature => {
                if let Some(signature) = log.get_mut(records..records + 4) {
                    signature.fill(0);
                }
            }
            LogFault::BadChecksum | LogFault::Truncate { .. } => {}
        }
    }
    if faults.contains(&LogFault::BadChecksum) {
        base_block::break_checksum(log);
    }
    for fault in faults {
        if let LogFault::Truncate { bytes } = fault {
            log.truncate(*bytes);
        }
    }
}

fn as_u32(number: usize) -> u32 {
    u32::try_from(number).expect("a hive is smaller than 2 GiB")
}
