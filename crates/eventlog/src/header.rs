//! On-disk structure of an event log's header, `ELF_LOGFILE_HEADER`.

use bitflags::bitflags;

use crate::bytes::u32_at;

/// The header's size, which its first and its last field tell.
pub(crate) const HEADER_SIZE: usize = 0x30;
/// What stands in the second field of the header and of every record: `LfLe`.
pub(crate) const SIGNATURE: &[u8; 4] = b"LfLe";

bitflags! {
    /// The state of an event log when its header was written.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct EventLogFlags: u32 {
        /// Records were written and the header wasn't: only the end-of-file record tells the truth.
        const DIRTY = 1;
        /// Records go round the end of the file.
        const WRAP = 2;
        /// The last write found the log full.
        const LOGFULL_WRITTEN = 4;
        /// The log was saved under another name.
        const ARCHIVE_SET = 8;
        const _ = !0;
    }
}

/// The header of an event log, the first 48 bytes of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventLogHeader {
    /// The format's major version, 1.
    pub major: u32,
    /// The format's minor version, 1.
    pub minor: u32,
    /// Where the oldest record stands, in bytes from the start of the file.
    pub start_offset: u32,
    /// Where the end-of-file record stands.
    pub end_offset: u32,
    /// The number that the next record will get.
    pub current_record: u32,
    /// The number of the oldest record; 0 in an empty log.
    pub oldest_record: u32,
    /// The largest size that the file may get, as it was when the log was made.
    pub max_size: u32,
    /// The log's state.
    pub flags: EventLogFlags,
    /// How old a record must be to be overwritten, in seconds.
    pub retention: u32,
}

impl EventLogHeader {
    /// Reads it from the start of a file; `None` where no header stands there.
    pub(crate) fn read(file: &[u8]) -> Option<Self> {
        let field = |offset| u32_at(file, offset);
        let is_header = field(0)? == 0x30 && file.get(4..8)? == SIGNATURE && field(0x2C)? == 0x30;
        if !is_header {
            return None;
        }
        Some(Self {
            major: field(0x08)?,
            minor: field(0x0C)?,
            start_offset: field(0x10)?,
            end_offset: field(0x14)?,
            current_record: field(0x18)?,
            oldest_record: field(0x1C)?,
            max_size: field(0x20)?,
            flags: EventLogFlags::from_bits_retain(field(0x24)?),
            retention: field(0x28)?,
        })
    }
}
