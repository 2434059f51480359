//! What can be wrong with an event log. Every kind says where, what and how it is dealt with.

use thiserror::Error;

/// What is wrong with an event log as a whole, or unusual about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EventLogDamage {
    /// No header stands at the start.
    #[error(
        "the file does not begin with an event log's header: its records were found without it"
    )]
    NoHeader,
    /// The header was not brought up to date when the log was last written. Usual in a log copied from a running system.
    #[error(
        "the header was not brought up to date (its flag \"dirty\" is set): the end-of-file record counts"
    )]
    Dirty,
    /// No end-of-file record stands in the file.
    #[error(
        "the file has no end-of-file record: where there is a header its word is taken, and what the chain does not lead to \
         is searched for records"
    )]
    NoEnd,
    /// The header is not dirty, and the end-of-file record isn't where it says.
    #[error(
        "the header says that the end-of-file record is at offset {expected:#x}, and it is at {found:#x}: it counts"
    )]
    EndElsewhere {
        /// Where the header says.
        expected: u64,
        /// Where it was found.
        found: u64,
    },
    /// The chain of records breaks.
    #[error(
        "the chain of records breaks at offset {offset:#x}, where {reason}: what follows was searched for records"
    )]
    ChainBroken {
        /// Where the next record should stand.
        offset: u64,
        /// What stands there instead.
        reason: BrokenChain,
    },
}

impl EventLogDamage {
    /// Where it is, in bytes from the start of the file.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        match self {
            Self::NoHeader | Self::Dirty | Self::NoEnd => 0,
            Self::EndElsewhere { found, .. } => *found,
            Self::ChainBroken { offset, .. } => *offset,
        }
    }
}

/// What stands where the next record should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BrokenChain {
    /// The file ends, or the offset lies outside of it.
    #[error("the file has no bytes")]
    Outside,
    /// No record begins there.
    #[error("no record begins")]
    NoRecord,
    /// A record begins there, and its length can't be one.
    #[error("a record has the length {length}")]
    Length {
        /// The length.
        length: u32,
    },
    /// What was read already stands there.
    #[error("the chain comes back to what was read already")]
    Circle,
}

/// What is wrong with one record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordDamage {
    /// The record goes on where its bytes end: the file ends, or another record begins.
    #[error("the record at offset {offset:#x} has {length} bytes, of which {left} are left")]
    CutShort {
        /// Where the record begins.
        offset: u64,
        /// Its length by its own word.
        length: u32,
        /// How many bytes are left of it.
        left: u32,
    },
    /// The length behind the record is another than that before it.
    #[error(
        "the record at offset {offset:#x} has the length {first} before it and {last} behind it"
    )]
    LengthsDiffer {
        /// Where the record begins.
        offset: u64,
        /// The length before it.
        first: u32,
        /// The length behind it.
        last: u32,
    },
    /// A part does not lie within the record.
    #[error("the {part} of the record at offset {offset:#x} is not wholly in it")]
    PartOutside {
        /// Where the record begins.
        offset: u64,
        /// What part: `source`, `computer`, `SID`, `strings` or `data`.
        part: &'static str,
    },
}

impl RecordDamage {
    /// Where the record begins, in bytes from the start of the file.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        match self {
            Self::CutShort { offset, .. }
            | Self::LengthsDiffer { offset, .. }
            | Self::PartOutside { offset, .. } => *offset,
        }
    }
}
