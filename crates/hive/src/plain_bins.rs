//! Cells as nearly all are, read at the least cost.

use crate::bytes::index;
use crate::offset::CellOffset;

/// The hive bins data of the living tree, laid out as from format 1.2 on. Of other hives, and among remnants, it is
/// empty: no cell is sound there, and all are read the careful way.
///
/// What reads many cells keeps this, and what kind of hive it is was asked once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainBins<'i>(&'i [u8]);

impl<'i> PlainBins<'i> {
    #[inline]
    pub(crate) const fn new(bins: &'i [u8]) -> Self {
        Self(bins)
    }

    /// The content of an allocated cell that nothing is wrong with.
    #[inline]
    pub(crate) fn cell(self, at: CellOffset) -> Option<&'i [u8]> {
        let (size, rest) = self.0.get(index(at.get())..)?.split_first_chunk()?;
        let size = 0_u32.wrapping_sub(u32::from_le_bytes(*size));
        if (size | at.get()) & 7 != 0 || size.cast_signed() <= 0 {
            return None;
        }
        rest.get(..index(size.wrapping_sub(4)))
    }
}
