//! Logs of the new format: a run of entries, each with pages and hashes. Windows 8.1 and later.

use crate::base_block;
use crate::log::{
    BLOCK, LogFault, Page, SECTOR, as_u32, base_block_copy, break_log, marvin32, pages_between,
};

/// The file type of these logs.
const FILE_TYPE: u32 = 6;

/// Size of an entry's head in bytes; the references to its pages follow.
const HEAD: usize = 40;

/// What is wrong with one entry. Both hashes fit what the entry says, unless it is they that are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryFault {
    /// Hash-1, of the references and pages, is wrong (all its bits are flipped); hash-2 fits it.
    WrongHash1,
    /// Hash-2, of the entry's first 32 bytes, is wrong (all its bits are flipped).
    WrongHash2,
    /// The four signature bytes are zero.
    NoSignature,
    /// The entry says that it has another size, such as 0.
    Size {
        /// What it says, in bytes.
        bytes: u32,
    },
    /// The sequence number is one more than it ought to be, so that one seems to be missing.
    SequenceGap,
    /// The first page is said to lie right behind the hive bins data.
    PageOutside,
    /// The entry counts another number of pages than it has.
    PageCount {
        /// What it says.
        count: u32,
    },
    /// The hive bins data size is no multiple of 4096: one byte more than it ought to be.
    OddBinsSize,
}

/// One entry of a log of the new format: the pages of one write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The sequence number, one more than that of the entry before.
    pub sequence: u32,
    /// The flags of the base block at that time: bit 0 is set while transactions are pending.
    pub flags: u32,
    /// The hive bins data size at that time, in bytes.
    pub bins_size: u32,
    /// The pages, in the order of the references.
    pub pages: Vec<Page>,
    /// What is wrong with it.
    pub faults: Vec<EntryFault>,
}

impl Entry {
    /// An entry with the pages that differ between two states of a hive, and the size of the second.
    pub fn between(sequence: u32, before: &[u8], after: &[u8]) -> Self {
        Entry {
            sequence,
            flags: 0,
            bins_size: base_block::bins_size(after),
            pages: pages_between(before, after),
            faults: Vec::new(),
        }
    }

    /// Adds a fault.
    #[must_use]
    pub fn fault(mut self, fault: EntryFault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Writes the entry at an offset in the file; its end is a multiple of the alignment.
    fn encode(&self, at: usize, alignment: usize) -> Vec<u8> {
        let mut entry = vec![0; HEAD];
        entry[..4].copy_from_slice(b"HvLE");
        for (number, page) in self.pages.iter().enumerate() {
            let outside = number == 0 && self.faults.contains(&EntryFault::PageOutside);
            let offset = if outside { self.bins_size } else { page.offset };
            entry.extend(offset.to_le_bytes());
            entry.extend(as_u32(page.bytes.len()).to_le_bytes());
        }
        entry.extend(self.pages.iter().flat_map(|page| &page.bytes));
        let end = (at + entry.len()).next_multiple_of(alignment);
        entry.resize(end - at, 0);

        let head = Head::of(self, as_u32(entry.len()));
        for (field, number) in [head.size, self.flags, head.sequence, head.bins_size, head.count]
            .into_iter()
            .enumerate()
        {
            base_block::put(&mut entry, 4 + 4 * field, number);
        }
        if self.faults.contains(&EntryFault::NoSignature) {
            entry[..4].fill(0);
        }
        let flip = |fault| if self.faults.contains(&fault) { u64::MAX } else { 0 };
        let hash = marvin32(&entry[HEAD..]) ^ flip(EntryFault::WrongHash1);
        entry[24..32].copy_from_slice(&hash.to_le_bytes());
        let hash = marvin32(&entry[..32]) ^ flip(EntryFault::WrongHash2);
        entry[32..40].copy_from_slice(&hash.to_le_bytes());
        entry
    }
}

/// What an entry's head says, right or wrong.
struct Head {
    size: u32,
    sequence: u32,
    bins_size: u32,
    count: u32,
}

impl Head {
    fn of(entry: &Entry, size: u32) -> Self {
        let mut head = Head {
            size,
            sequence: entry.sequence,
            bins_size: entry.bins_size,
            count: as_u32(entry.pages.len()),
        };
        for fault in &entry.faults {
            match *fault {
                EntryFault::Size { bytes } => head.size = bytes,
                EntryFault::SequenceGap => head.sequence = head.sequence.wrapping_add(1),
                EntryFault::PageCount { count } => head.count = count,
                EntryFault::OddBinsSize => head.bins_size = head.bins_size.wrapping_add(1),
                _ => {}
            }
        }
        head
    }
}

/// A log of the new format: a copy of the base block, then the entries.
///
/// ```
/// use coldhive_forge::log::{Entry, EntryFault, NewLog};
/// use coldhive_forge::{HiveSpec, KeySpec, Version, build};
///
/// let first = HiveSpec::new(Version::V1_5, KeySpec::new("ROOT"));
/// let mut second = first.clone();
/// second.root.at("key");
/// let (first, second) = (build(&first)?, build(&second)?);
/// let log = NewLog::new(&first)
///     .entry(Entry::between(2, &first, &second))
///     .entry(Entry::between(3, &second, &first).fault(EntryFault::WrongHash2))
///     .build();
/// assert_eq!(log.len(), 4096 + 4096 + 8192);
/// # Ok::<(), coldhive_forge::ForgeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLog {
    base_block: Vec<u8>,
    sequence: Option<u32>,
    alignment: usize,
    entries: Vec<Entry>,
    faults: Vec<LogFault>,
}

impl NewLog {
    /// A log without entries; its base block is that of a file (its first 512 bytes at least).
    pub fn new(file: &[u8]) -> Self {
        NewLog {
            base_block: file[..SECTOR.min(file.len())].to_vec(),
            sequence: None,
            alignment: BLOCK,
            entries: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Adds an entry behind the others.
    ///
    /// Stale entries are entries like others: ones with lower sequence numbers, from an earlier use of the file.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// Sets both sequence numbers of the base block, which otherwise are the first entry's.
    #[must_use]
    pub fn sequence(mut self, sequence: u32) -> Self {
        self.sequence = Some(sequence);
        self
    }

    /// Sets what the end of each entry in the file is a multiple of; 512 is the least.
    ///
    /// All entries seen end at multiples of 4096, which is what this is otherwise; the format asks for 512 alone.
    #[must_use]
    pub fn alignment(mut self, bytes: usize) -> Self {
        self.alignment = bytes;
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
        let first = self.entries.first().map(|entry| entry.sequence);
        let stored = base_block::get(&self.base_block, base_block::PRIMARY_SEQUENCE);
        let sequence = self.sequence.or(first).unwrap_or(stored);
        let mut log = base_block_copy(&self.base_block, SECTOR, FILE_TYPE, sequence);
        for entry in &self.entries {
            let entry = entry.encode(log.len(), self.alignment);
            log.extend(entry);
        }
        break_log(&mut log, &self.faults, SECTOR);
        log
    }
}
