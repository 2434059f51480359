//! On-disk structure of hive bins: the header of each, and the cells that tile it.

use crate::bytes::{i32_at, index, len_u32, u32_at};
use crate::damage::Damage;
use crate::hive::Hive;
use crate::offset::CellOffset;

/// The header of a hive bin, in bytes: the cells follow.
pub(crate) const HEADER_SIZE: u32 = 32;
/// Bins begin and end at multiples of this.
const UNIT: u32 = 4096;

/// A hive bin, or a stretch of the hive bins data where none can be made out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    start: u32,
    end: u32,
    damage: Option<Damage>,
}

impl Bin {
    /// Where it begins, in bytes relative to the hive bins data.
    #[must_use]
    pub const fn start(&self) -> u32 {
        self.start
    }

    /// Where it ends, in bytes relative to the hive bins data.
    #[must_use]
    pub const fn end(&self) -> u32 {
        self.end
    }

    /// What is wrong with its header.
    #[must_use]
    pub const fn damage(&self) -> Option<Damage> {
        self.damage
    }

    /// The cells, one behind the other. Where one has a size that no cell can have, the rest of the bin
    /// comes as a [`Tile::Gap`].
    #[must_use]
    pub const fn tiles<'i>(&self, hive: Hive<'i>) -> Tiles<'i> {
        Tiles { hive, next: self.first_cell(), end: self.end }
    }

    /// The cells between two places, of which the first is where one begins.
    pub(crate) const fn tiles_between<'i>(hive: Hive<'i>, start: u32, end: u32) -> Tiles<'i> {
        Tiles { hive, next: start, end }
    }

    /// Where the first cell stands.
    pub(crate) const fn first_cell(&self) -> u32 {
        self.start.saturating_add(HEADER_SIZE)
    }
}

/// The bins of a hive, from the first to the last.
///
/// What isn't a bin is passed over up to the next place where one begins that knows its own offset.
#[derive(Clone, Debug)]
pub struct Bins<'i> {
    hive: Hive<'i>,
    next: u32,
}

impl<'i> Hive<'i> {
    /// The hive bins, in the order of the file. All bytes of the hive bins data belong to one.
    #[must_use]
    pub const fn bins(&self) -> Bins<'i> {
        Bins { hive: *self, next: 0 }
    }
}

impl Iterator for Bins<'_> {
    type Item = Bin;

    fn next(&mut self) -> Option<Bin> {
        let (bytes, start) = (self.hive.bin_bytes(), self.next);
        let limit = len_u32(bytes.len());
        if start >= limit {
            return None;
        }
        let left = limit.saturating_sub(start);
        let header = bytes.get(index(start)..).unwrap_or(&[]);
        let at = CellOffset::new(start);
        let size = u32_at(header, 8).unwrap_or(0);
        let fits = size != 0 && size.is_multiple_of(UNIT) && size <= left;
        let damage = match (header.first_chunk::<4>(), u32_at(header, 4)) {
            (Some(b"hbin"), Some(found)) if found != start => Some(Damage::BinOffset { at, found }),
            (Some(b"hbin"), _) if !fits => Some(Damage::BinSize { at, found: size, room: left }),
            (Some(b"hbin"), _) => None,
            (found, _) => {
                let found = u32::from_be_bytes(found.copied().unwrap_or_default());
                Some(Damage::BinSignature { at, found })
            }
        };
        // The size is believed where the rest of the header holds; else the next bin tells where this ends.
        let end = match damage {
            None => start.saturating_add(size),
            Some(_) => next_bin(bytes, start.saturating_add(UNIT)).unwrap_or(limit),
        };
        self.next = end;
        Some(Bin { start, end, damage })
    }
}

/// The first place from `start` on where a bin begins that knows its own offset.
fn next_bin(bytes: &[u8], start: u32) -> Option<u32> {
    let mut at = start;
    loop {
        let header = bytes.get(index(at)..).filter(|header| header.len() >= index(HEADER_SIZE))?;
        if header.starts_with(b"hbin") && u32_at(header, 4) == Some(at) {
            return Some(at);
        }
        at = at.checked_add(UNIT)?;
    }
}

/// What a bin is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tile {
    /// A cell: where it stands, its size in bytes with its size field, and whether it is allocated.
    Cell {
        /// Where its size field stands.
        at: CellOffset,
        /// Its size in bytes, the size field included.
        size: u32,
        /// Whether it is in use.
        allocated: bool,
    },
    /// The rest of a bin, behind a cell size that can't be.
    Gap {
        /// Where it begins.
        at: CellOffset,
        /// Its size in bytes.
        size: u32,
        /// What is wrong.
        damage: Damage,
    },
}

/// The cells of a bin.
#[derive(Clone, Debug)]
pub struct Tiles<'i> {
    hive: Hive<'i>,
    next: u32,
    end: u32,
}

impl Iterator for Tiles<'_> {
    type Item = Tile;

    #[inline]
    fn next(&mut self) -> Option<Tile> {
        let left = self.end.checked_sub(self.next).filter(|left| *left > 0)?;
        let at = CellOffset::new(self.next);
        // Fewer bytes than a size field: only where the file was cut.
        let raw = i32_at(self.hive.bin_bytes(), index(self.next)).unwrap_or(0);
        let size = raw.unsigned_abs();
        if size == 0 || !size.is_multiple_of(self.hive.cell_unit()) || size > left {
            self.next = self.end;
            let damage = Damage::NotTiled { at, size, room: left };
            return Some(Tile::Gap { at, size: left, damage });
        }
        self.next = self.next.saturating_add(size);
        Some(Tile::Cell { at, size, allocated: raw < 0 })
    }
}
