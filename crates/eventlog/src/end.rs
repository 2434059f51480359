//! On-disk structure of the end-of-file record, `ELF_EOF_RECORD`.

use std::borrow::Cow;

use crate::bytes::{index, offset, u32_at};

/// The record's size, which its first and its last field tell.
pub(crate) const END_SIZE: usize = 0x28;
/// The same as the fields have it.
const SIZE: u32 = 0x28;
/// Its size and the four fields that no other record has.
const MARK: [u32; 5] = [SIZE, 0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444];

/// The end-of-file record, which stands behind the newest record and is written with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndOfFile {
    /// Where it was found, in bytes from the start of the file.
    pub found_at: u64,
    /// Where the oldest record stands; where the log is empty, this record.
    pub begin_record: u32,
    /// Where this record stands by its own word.
    pub end_record: u32,
    /// The number that the next record will get.
    pub current_record: u32,
    /// The number of the oldest record; 0 in an empty log.
    pub oldest_record: u32,
}

impl EndOfFile {
    /// Whether its own word of where it stands is true.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        u64::from(self.end_record) == self.found_at
    }

    /// Reads the one that begins at a place, `None` where none does. Like any record it may go round the end of the file, to
    /// where the `first` record stands.
    pub(crate) fn read(file: &[u8], at: usize, first: usize) -> Option<Self> {
        let here = file.get(at..).filter(|here| !here.is_empty())?;
        let bytes = match END_SIZE.checked_sub(here.len()).filter(|round| *round > 0) {
            None => Cow::Borrowed(here),
            Some(round) => {
                Cow::Owned([here, file.get(first..first.saturating_add(round))?].concat())
            }
        };
        let field = |number: usize| u32_at(&bytes, number.saturating_mul(4));
        let is_marked = MARK.iter().enumerate().all(|(number, mark)| field(number) == Some(*mark));
        if !is_marked || field(9) != Some(SIZE) {
            return None;
        }
        Some(Self {
            found_at: offset(at),
            begin_record: field(5)?,
            end_record: field(6)?,
            current_record: field(7)?,
            oldest_record: field(8)?,
        })
    }

    /// The one in a file that tells of its newest state: one that is where it says before one that isn't, and of these the
    /// one with the highest record number.
    pub(crate) fn search(file: &[u8], first: usize) -> Option<Self> {
        let places = (first..file.len()).step_by(4);
        let found = places.filter_map(|at| Self::read(file, at, first));
        found.max_by_key(|end| (end.is_in_place(), end.current_record))
    }

    /// Where the oldest record stands, as an index.
    pub(crate) fn begin(&self) -> usize {
        index(self.begin_record)
    }
}
