//! What the two formats of transaction logs have in common.

use crate::base_block::BaseBlock;
use crate::evidence::{Content, EvidenceFile};
use crate::recovery::report::SequenceRange;
use crate::recovery::{new_log, old_log};

/// The unit of dirty pages in bytes, whatever the disk's sector size.
pub(crate) const PAGE_SIZE: u32 = 512;

/// Bytes of a log that belong into the hive bins data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// Where they belong, relative to the hive bins data.
    pub(crate) target: u32,
    /// Where they stand in the log file.
    pub(crate) source: usize,
    pub(crate) length: u32,
}

/// Pages that were written together.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) sequence: u32,
    /// Where the entry stands in the log file.
    pub(crate) at: usize,
    /// The flags of the base block; old logs have none of their own.
    pub(crate) flags: Option<u32>,
    /// The size of the hive bins data after it.
    pub(crate) bins_size: u32,
    pub(crate) pages: Vec<Page>,
}

/// The good entries of a log: at least one, each the successor of the one before.
#[derive(Debug)]
pub(crate) struct Log<'e> {
    /// The index of its file in the evidence.
    pub(crate) file: usize,
    pub(crate) bytes: &'e [u8],
    pub(crate) base: BaseBlock<'e>,
    pub(crate) is_new: bool,
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) entries: Vec<Entry>,
    /// Why there are no more, if there is something to say of it.
    pub(crate) end: Option<String>,
}

impl<'e> Log<'e> {
    /// Reads a file that is a log by its content.
    ///
    /// # Errors
    /// Why nothing of it can be used, as the end of a sentence that begins "not used: ".
    pub(crate) fn read(file: usize, evidence: &'e EvidenceFile) -> Result<Self, String> {
        let bytes = evidence.bytes();
        let base = BaseBlock::new(bytes);
        if !base.checksum_holds() {
            return Err(format!(
                "the checksum of its base block is wrong ({:#010x}, but its fields give {:#010x})",
                base.checksum(),
                base.expected_checksum()
            ));
        }
        let sequence = base.primary_sequence();
        if sequence != base.secondary_sequence() {
            return Err(format!(
                "its two sequence numbers, {sequence} and {}, differ: it was not written to its end",
                base.secondary_sequence()
            ));
        }
        let is_new = evidence.content() == Content::NewLog;
        let (entries, end) = if is_new {
            new_log::entries(bytes, sequence)?
        } else {
            (vec![old_log::entry(bytes, &base)?], None)
        };
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Err("it has no entries".into());
        };
        let (first, last) = (first.sequence, last.sequence);
        Ok(Self { file, bytes, base, is_new, first, last, entries, end })
    }

    pub(crate) const fn range(&self) -> SequenceRange {
        SequenceRange { first: self.first, last: self.last }
    }
}

/// Whether a sequence number comes before another. They wrap, so half of all numbers come before any one.
pub(crate) const fn is_older(number: u32, than: u32) -> bool {
    number.wrapping_sub(than) > u32::MAX / 2
}

/// Whether a size can be that of hive bins data.
pub(crate) const fn is_bins_size(size: u32) -> bool {
    size != 0 && size.is_multiple_of(4096)
}
