//! Logs of the old format: a bitmap of dirty pages, then the pages. Windows NT 3.1 to 8.

use std::collections::BTreeMap;

use crate::base_block;
use crate::log::{
    LogFault, Page, SECTOR, base_block_copy, bins, break_log, pages_between, set_sequence,
};

/// A log of the old format.
///
/// In its first sector it has a copy of the base block, from its second on `DIRT` and a bitmap with a bit, lowest
/// first, for each 512 bytes of hive bins data, and from the next sector on the pages whose bits are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldLog {
    /// The base block that is copied, whole.
    base_block: Vec<u8>,
    sequence: (u32, u32),
    file_type: u32,
    clustering_factor: u32,
    pages: BTreeMap<usize, [u8; SECTOR]>,
    faults: Vec<LogFault>,
}

impl OldLog {
    /// A log with the pages that differ: its base block is that of `after`, with sequence numbers one more than
    /// the secondary number of `before`.
    ///
    /// Its file type is 1, as Windows XP and later write it, its clustering factor 1.
    pub fn between(before: &[u8], after: &[u8]) -> Self {
        let sequence = base_block::get(before, base_block::SECONDARY_SEQUENCE).wrapping_add(1);
        let mut log = Self::of_pages(after, &pages_between(before, after));
        log.sequence = (sequence, sequence);
        log
    }

    /// A log with some pages, and the base block of a file (a whole hive, or its first 4096 bytes at least) with
    /// its sequence numbers.
    ///
    /// Pages are cut into pieces of 512 bytes; a piece that isn't full is filled up with zeros, and one beyond the
    /// hive bins data, for which the bitmap has no bit, is left out.
    pub fn of_pages(file: &[u8], pages: &[Page]) -> Self {
        let mut pieces = BTreeMap::new();
        for page in pages {
            for (number, piece) in page.bytes.chunks(SECTOR).enumerate() {
                let mut whole = [0; SECTOR];
                whole[..piece.len()].copy_from_slice(piece);
                pieces.insert(page.offset as usize / SECTOR + number, whole);
            }
        }
        OldLog {
            base_block: file[..base_block::SIZE.min(file.len())].to_vec(),
            sequence: (
                base_block::get(file, base_block::PRIMARY_SEQUENCE),
                base_block::get(file, base_block::SECONDARY_SEQUENCE),
            ),
            file_type: 1,
            clustering_factor: 1,
            pages: pieces,
            faults: Vec::new(),
        }
    }

    /// A log of every page of a file, as Windows writes one when all of it is dirty.
    pub fn of_all(file: &[u8]) -> Self {
        Self::of_pages(file, &[Page { offset: 0, bytes: bins(file).to_vec() }])
    }

    /// Sets the sector size in units of 512 bytes, which the base block says too; from 1 to 8.
    #[must_use]
    pub fn clustering_factor(mut self, factor: u32) -> Self {
        self.clustering_factor = factor;
        self
    }

    /// Sets the file type: 2 to Windows 2000, 1 from Windows XP on.
    #[must_use]
    pub fn file_type(mut self, file_type: u32) -> Self {
        self.file_type = file_type;
        self
    }

    /// Sets both sequence numbers, which are equal in a log that was written to its end.
    #[must_use]
    pub fn sequence(mut self, sequence: u32) -> Self {
        self.sequence = (sequence, sequence);
        self
    }

    /// Sets the last-written time (a FILETIME): a log of another time than the primary's is not its log.
    #[must_use]
    pub fn written(mut self, filetime: u64) -> Self {
        self.base_block[12..20].copy_from_slice(&filetime.to_le_bytes());
        self
    }

    /// Adds a fault behind the others.
    #[must_use]
    pub fn fault(mut self, fault: LogFault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Writes the log.
    pub fn build(&self) -> Vec<u8> {
        let sector = SECTOR * self.clustering_factor as usize;
        let mut log = base_block_copy(&self.base_block, sector, self.file_type, self.sequence.0);
        base_block::set_clustering_factor(&mut log, self.clustering_factor);
        set_sequence(&mut log, self.sequence.0, self.sequence.1);

        let pages = base_block::bins_size(&self.base_block) as usize / SECTOR;
        let mut bitmap = vec![0_u8; pages.div_ceil(8)];
        for &page in self.pages.keys().filter(|&&page| page < pages) {
            bitmap[page / 8] |= 1 << (page % 8);
        }
        log.extend(b"DIRT");
        log.extend(bitmap);
        log.resize(log.len().next_multiple_of(sector), 0);
        log.extend(self.pages.range(..pages).flat_map(|(_, bytes)| bytes));
        break_log(&mut log, &self.faults, sector);
        log
    }
}
