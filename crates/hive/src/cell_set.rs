//! Sets of cells: a bit for each place where a cell can begin.

use crate::bytes::index;
use crate::offset::CellOffset;

/// Bytes of hive bins data for each word of bits: 64 places, 8 bytes apart.
const BYTES_PER_WORD: u32 = 512;

/// Which cells of a hive something holds for.
#[derive(Clone, Debug)]
pub(crate) struct CellSet(Vec<u64>);

impl CellSet {
    /// No cells of hive bins data of so many bytes.
    pub(crate) fn new(bins_size: u32) -> Self {
        Self(vec![0; index(bins_size / BYTES_PER_WORD).saturating_add(1)])
    }

    /// Adds a cell; whether it was new. What stands outside of the hive bins data never is.
    pub(crate) fn insert(&mut self, cell: CellOffset) -> bool {
        let (word, bit) = place(cell);
        let Some(word) = self.0.get_mut(word) else { return false };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Whether there is none at a place where a cell could begin, or behind it.
    pub(crate) fn none_from(&self, start: CellOffset) -> bool {
        let (first, bit) = place(start);
        let Some((word, behind)) = self.0.get(first..).and_then(<[u64]>::split_first) else {
            return true;
        };
        // The bits from that one on.
        word & bit.wrapping_neg() == 0 && behind.iter().all(|word| *word == 0)
    }

    /// Whether a cell is among them.
    pub(crate) fn contains(&self, cell: CellOffset) -> bool {
        let (word, bit) = place(cell);
        cell.get().is_multiple_of(8) && self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

fn place(cell: CellOffset) -> (usize, u64) {
    let place = cell.get() / 8;
    (index(place / 64), 1 << (place % 64))
}
