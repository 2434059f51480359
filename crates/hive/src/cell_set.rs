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
    #[inline]
    pub(crate) fn insert(&mut self, cell: CellOffset) -> bool {
        let (word, bit) = place(cell);
        let Some(word) = self.0.get_mut(word) else { return false };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Whether a cell can be among them: whether it stands where one can begin, and not outside.
    pub(crate) fn has_room_for(&self, cell: CellOffset) -> bool {
        cell.get().is_multiple_of(8) && place(cell).0 < self.0.len()
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
    #[inline]
    pub(crate) fn contains(&self, cell: CellOffset) -> bool {
        let (word, bit) = place(cell);
        cell.get().is_multiple_of(8) && self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// Which cells of a hive something holds for, and which of them a cell is in their order.
#[derive(Clone, Debug)]
pub(crate) struct CellOrder {
    cells: CellSet,
    /// How many stand before those of each word.
    before: Vec<u32>,
}

impl CellOrder {
    /// The order of the cells of a set.
    pub(crate) fn of(cells: CellSet) -> Self {
        let mut number = 0_u32;
        let before = cells.0.iter().map(|word| {
            let before = number;
            number = number.saturating_add(word.count_ones());
            before
        });
        Self { before: before.collect(), cells }
    }

    /// Which of the cells one is, counted from 0; `None` if it isn't among them.
    pub(crate) fn place(&self, cell: CellOffset) -> Option<usize> {
        if !self.cells.contains(cell) {
            return None;
        }
        let (word, bit) = place(cell);
        let below = self.cells.0.get(word)? & bit.wrapping_sub(1);
        Some(index(self.before.get(word)?.saturating_add(below.count_ones())))
    }
}

#[inline]
fn place(cell: CellOffset) -> (usize, u64) {
    let place = cell.get() / 8;
    (index(place / 64), 1 << (place % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_in_their_order() {
        let mut cells = CellSet::new(2048);
        let own = [8, 504, 512, 1000, 2040];
        for cell in [512, 8, 2040, 1000, 504] {
            assert!(cells.insert(CellOffset::new(cell)));
        }
        assert!(!cells.none_from(CellOffset::new(0)) && !cells.none_from(CellOffset::new(2040)));
        assert!(
            cells.none_from(CellOffset::new(2048)) && cells.none_from(CellOffset::new(9_999_992))
        );
        assert!(
            cells.has_room_for(CellOffset::new(2040)) && !cells.has_room_for(CellOffset::new(2044))
        );
        assert!(!cells.has_room_for(CellOffset::new(9_999_992)));
        let order = CellOrder::of(cells);
        for (place, cell) in own.into_iter().enumerate() {
            assert_eq!(order.place(CellOffset::new(cell)), Some(place));
        }
        assert_eq!([0, 4, 16, 2047].map(|cell| order.place(CellOffset::new(cell))), [None; 4]);
    }

    #[test]
    fn nothing_stands_behind_the_last_cell() {
        let mut cells = CellSet::new(8192);
        cells.insert(CellOffset::new(4096 - 8));
        assert!(cells.none_from(CellOffset::new(4096)));
        assert!(!cells.none_from(CellOffset::new(4096 - 8)));
        cells.insert(CellOffset::new(4096));
        assert!(!cells.none_from(CellOffset::new(4096)));
    }
}
