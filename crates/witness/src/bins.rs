//! The hive bins data as nt-hive sees it: which cells it can follow, and what it would read there.

use coldhive_hive::{CellOffset, Damage, Structure};

/// Base block, in bytes.
const BASE_BLOCK_SIZE: usize = 4096;
/// A cell's size field, in bytes.
const CELL_HEADER: usize = 4;

/// All that follows the base block: nt-hive doesn't mind how much of it the base block calls hive bins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bins<'i>(&'i [u8]);

impl<'i> Bins<'i> {
    pub(crate) fn of(image: &'i [u8]) -> Self {
        Self(image.get(BASE_BLOCK_SIZE..).unwrap_or(&[]))
    }

    /// The content of a cell that nt-hive is about to follow; `None` where nt-hive answers with an
    /// error of its own.
    ///
    /// This mirrors `Hive::cell_range_from_data_offset` of nt-hive, not coldhive's own reader: offsets that
    /// are no multiple of 8 are followed, for one.
    ///
    /// # Errors
    /// The damage on which nt-hive would panic.
    pub(crate) fn follow(
        &self,
        what: Structure,
        at: CellOffset,
        from: CellOffset,
    ) -> Result<Option<&'i [u8]>, Damage> {
        if at.is_none() {
            return Err(Damage::PointsNowhere { what, from });
        }
        let Some(cell) = index(at.get()).and_then(|start| self.0.get(start..)) else {
            return out_of_bounds(what, at, self.0.len());
        };
        let Some(size) = u32_at(cell, 0).map(u32::cast_signed) else {
            return out_of_bounds(what, at, self.0.len());
        };
        match size {
            // 0 - 4 overflows in nt-hive.
            0 => Err(Damage::CellSize { what, at, size: 0 }),
            1.. => Ok(None),
            ..0 if size % 8 != 0 => Ok(None),
            ..0 => Ok(index(size.unsigned_abs()).and_then(|size| cell.get(CELL_HEADER..size))),
        }
    }

    /// The cell whose content holds `part`, a slice that nt-hive took from the same image, `before` bytes
    /// into it.
    ///
    /// nt-hive doesn't say where a node stands, but lends the bytes of its name.
    pub(crate) fn cell_around(&self, part: &[u8], before: usize) -> Option<CellOffset> {
        let place = part.as_ptr().addr().checked_sub(self.0.as_ptr().addr())?;
        let cell = place.checked_sub(before)?.checked_sub(CELL_HEADER)?;
        u32::try_from(cell).ok().filter(|_| cell < self.0.len()).map(CellOffset::new)
    }

    /// The most keys that there is room for: a key node takes 80 bytes at least.
    pub(crate) const fn most_keys(&self) -> usize {
        (self.0.len() / 80).saturating_add(1)
    }
}

/// nt-hive answers with an error, for which it adds the base block's size to the offset: on 32-bit
/// targets that overflows for the last offsets.
fn out_of_bounds<T>(what: Structure, at: CellOffset, limit: usize) -> Result<Option<T>, Damage> {
    if index(at.get()).and_then(|at| at.checked_add(BASE_BLOCK_SIZE)).is_some() {
        return Ok(None);
    }
    Err(Damage::OutOfBounds { what, at, limit: u32::try_from(limit).unwrap_or(u32::MAX) })
}

fn index(value: u32) -> Option<usize> {
    usize::try_from(value).ok()
}

/// Reads a little-endian `u16` at `offset`.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().copied().map(u16::from_le_bytes)
}

/// Reads a little-endian `u32` at `offset`.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().copied().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(size: i32) -> Vec<u8> {
        let mut image = vec![0; BASE_BLOCK_SIZE];
        image.extend(size.to_le_bytes());
        image.extend([7; 28]);
        image
    }

    #[test]
    fn only_what_is_fatal_is_an_error() {
        let follow = |size, at| {
            Bins::of(&image(size))
                .follow(Structure::KeyNode, CellOffset::new(at), CellOffset::NONE)
                .map(|cell| cell.map(<[u8]>::len))
        };
        assert_eq!(follow(-16, 0), Ok(Some(12)));
        assert_eq!(follow(-32, 0), Ok(Some(28)));
        for (size, at) in
            [(16, 0), (-12, 0), (-40, 0), (i32::MIN, 0), (-16, 29), (-16, 32), (-16, 0xFFFF_FFF0)]
        {
            assert_eq!(follow(size, at), Ok(None), "{size} {at}");
        }
        assert!(matches!(follow(0, 0), Err(Damage::CellSize { size: 0, .. })));
        assert!(matches!(follow(-16, u32::MAX), Err(Damage::PointsNowhere { .. })));
    }

    #[test]
    fn a_part_leads_back_to_its_cell() {
        let image = image(-16);
        let bins = Bins::of(&image);
        let cell = bins.follow(Structure::KeyNode, CellOffset::new(0), CellOffset::NONE);
        let cell = cell.unwrap().unwrap();
        assert_eq!(bins.cell_around(&cell[3..5], 3), Some(CellOffset::new(0)));
        assert_eq!(bins.cell_around(&image[..4], 0), None);
    }
}
