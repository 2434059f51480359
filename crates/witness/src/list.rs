//! On-disk structure of subkey lists, as far as nt-hive follows them: `lf`, `lh`, `li`, `ri`.

use coldhive_hive::CellOffset;

use crate::bins::{u16_at, u32_at};

/// Signature and count, in bytes: the entries follow.
const HEADER_SIZE: usize = 4;

/// A list's cell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List<'i> {
    /// An index root: its entries are leaves.
    Root(Entries<'i>),
    /// A leaf: its entries are key nodes.
    Leaf(Entries<'i>),
}

impl<'i> List<'i> {
    /// Reads a list; `None` where nt-hive refuses it: another signature, or more entries than its
    /// cell holds.
    pub(crate) fn read(cell: &'i [u8]) -> Option<Self> {
        let count = usize::from(u16_at(cell, 2)?);
        let entries = |size: usize| {
            let used = cell.get(HEADER_SIZE..)?.get(..count.checked_mul(size)?)?;
            Some(Entries { used, size })
        };
        match cell.get(..2)? {
            b"lf" | b"lh" => entries(8).map(Self::Leaf),
            b"li" => entries(4).map(Self::Leaf),
            b"ri" => entries(4).map(Self::Root),
            _ => None,
        }
    }

    /// Reads a list that an index root names: a leaf, and not an empty one.
    pub(crate) fn read_leaf(cell: &'i [u8]) -> Option<Entries<'i>> {
        match Self::read(cell)? {
            Self::Leaf(entries) if !entries.used.is_empty() => Some(entries),
            _ => None,
        }
    }
}

/// The entries of a list, each of which begins with an offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entries<'i> {
    used: &'i [u8],
    size: usize,
}

impl<'i> Entries<'i> {
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = CellOffset> + use<'i> {
        let entries = self.used.chunks_exact(self.size);
        entries.filter_map(|entry| u32_at(entry, 0)).map(CellOffset::new)
    }

    pub(crate) fn len(&self) -> usize {
        self.used.chunks_exact(self.size).len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<CellOffset> {
        let entry = self.used.chunks_exact(self.size).nth(index)?;
        u32_at(entry, 0).map(CellOffset::new)
    }
}
