//! On-disk structures of subkey lists: `lf`, `lh` and `li` leaves, and the `ri` that joins leaves.

use crate::bytes::{index, len_u32, signature, u16_at};
use crate::damage::{Damage, Signature, Structure};
use crate::hint::{CASE_OF_FOUR, Hint, NameHints};
use crate::hive::Hive;
use crate::offset::CellOffset;
use crate::plain_bins::PlainBins;

/// Signature and count, in bytes: the entries follow.
const HEADER_SIZE: usize = 4;
/// How many entries are searched for a hint at a time.
const BLOCK: usize = 32;

/// One entry of a subkey list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubkeyEntry {
    /// The cell of the subkey's node.
    pub cell: CellOffset,
    /// What the list stores of its name.
    pub hint: Hint,
    /// The list's own cell: the leaf's, where leaves are joined by an `ri`.
    pub list: CellOffset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Prefixes,
    Hashes,
    Plain,
    Root,
}

impl Kind {
    #[inline]
    const fn entry_size(self) -> usize {
        match self {
            Self::Prefixes | Self::Hashes => 8,
            Self::Plain | Self::Root => 4,
        }
    }

    /// How many entries there are in so many bytes.
    #[inline]
    const fn entries_in(self, bytes: usize) -> usize {
        match self {
            Self::Prefixes | Self::Hashes => bytes / 8,
            Self::Plain | Self::Root => bytes / 4,
        }
    }
}

/// A list cell, and which of its entries are still to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List<'i> {
    cell: CellOffset,
    kind: Kind,
    /// Whole entries.
    entries: &'i [u8],
    /// Set where the count promises more entries than the cell holds.
    pub(crate) damage: Option<Damage>,
}

impl<'i> List<'i> {
    #[inline]
    pub(crate) fn read(hive: Hive<'i>, at: CellOffset, from: CellOffset) -> Result<Self, Damage> {
        let what = Structure::SubkeyList;
        let cell = hive.cell(what, at, from)?;
        let kind = match signature(cell) {
            Some([b'l', b'f']) => Kind::Prefixes,
            Some([b'l', b'h']) => Kind::Hashes,
            Some([b'l', b'i']) => Kind::Plain,
            Some([b'r', b'i']) => Kind::Root,
            found => {
                let found = Signature(found.unwrap_or_default());
                return Err(Damage::BadSignature { what, at, expected: Signature(*b"lf"), found });
            }
        };
        let said = index(u32::from(u16_at(cell, 2).unwrap_or(0)));
        let body = cell.get(HEADER_SIZE..).unwrap_or(&[]);
        let room = kind.entries_in(body.len());
        let damage = (said > room).then(|| Damage::ListTooLong {
            what,
            at,
            said: len_u32(said),
            room: len_u32(room),
        });
        let entries = body.get(..said.min(room).saturating_mul(kind.entry_size())).unwrap_or(&[]);
        Ok(Self { cell: at, kind, entries, damage })
    }

    /// The list of a key, where it is a single leaf with as many entries as the key counts.
    #[inline]
    pub(crate) fn only_leaf(bins: PlainBins<'i>, cell: CellOffset, count: u32) -> Option<Self> {
        let (head, body) = bins.cell(cell)?.split_first_chunk::<HEADER_SIZE>()?;
        let kind = match head {
            [b'l', b'f', ..] => Kind::Prefixes,
            [b'l', b'h', ..] => Kind::Hashes,
            [b'l', b'i', ..] => Kind::Plain,
            _ => return None,
        };
        let [_, _, low, high] = *head;
        let entries = body.get(..index(count).saturating_mul(kind.entry_size()))?;
        let counted = count == u32::from(u16::from_le_bytes([low, high]));
        counted.then_some(Self { cell, kind, entries, damage: None })
    }

    /// The cells of all entries that are still to come.
    #[inline]
    pub(crate) fn cells(&self) -> impl Iterator<Item = CellOffset> + use<'i> {
        let (pairs, plain) = match self.kind {
            Kind::Prefixes | Kind::Hashes => (self.entries, &[][..]),
            Kind::Plain | Kind::Root => (&[][..], self.entries),
        };
        let pairs = pairs.as_chunks().0.iter().map(|&[a, b, c, d, _, _, _, _]| [a, b, c, d]);
        pairs.chain(plain.as_chunks().0.iter().copied()).map(CellOffset::from_le_bytes)
    }

    /// The list's own cell.
    #[inline]
    pub(crate) const fn cell(&self) -> CellOffset {
        self.cell
    }

    /// Whether it is an index root, whose entries are leaves.
    #[inline]
    pub(crate) fn is_root(&self) -> bool {
        self.kind == Kind::Root
    }

    /// How many entries are still to come.
    #[inline]
    pub(crate) const fn left(&self) -> usize {
        self.kind.entries_in(self.entries.len())
    }

    /// How many bytes of its cell's content it uses from the next entry on, and what stands before the first.
    pub(crate) const fn used(&self) -> usize {
        self.entries.len().saturating_add(HEADER_SIZE)
    }

    #[inline]
    pub(crate) fn next_entry(&mut self) -> Option<SubkeyEntry> {
        let (entry, rest) = self.entries.split_at_checked(self.kind.entry_size())?;
        self.entries = rest;
        Some(self.entry(entry))
    }

    #[inline]
    fn entry(&self, bytes: &[u8]) -> SubkeyEntry {
        let field = bytes.first_chunk::<4>().copied().unwrap_or_default();
        let hint = bytes.last_chunk::<4>().copied().unwrap_or_default();
        let hint = match self.kind {
            Kind::Prefixes => Hint::Prefix(hint),
            Kind::Hashes => Hint::Hash(u32::from_le_bytes(hint)),
            Kind::Plain | Kind::Root => Hint::None,
        };
        SubkeyEntry { cell: CellOffset::from_le_bytes(field), hint, list: self.cell }
    }

    /// Whether something holds for the cells of all entries that are still to come. One loop for all kinds of lists takes
    /// what is asked of each cell into itself, where two, as [`cells`](Self::cells) has, would call it.
    #[inline]
    pub(crate) fn all_cells(&self, holds: impl Fn(CellOffset) -> bool) -> bool {
        let (mut left, size) = (self.entries, self.kind.entry_size());
        while let Some((entry, behind)) = left.split_at_checked(size) {
            let cell = entry.first_chunk().copied().map(CellOffset::from_le_bytes);
            if !cell.is_some_and(&holds) {
                return false;
            }
            left = behind;
        }
        true
    }

    /// Takes up to so many entries out of the list, as a list of their own.
    pub(crate) fn take(&mut self, most: usize) -> Self {
        let bytes = most.saturating_mul(self.kind.entry_size());
        let (taken, rest) = self.entries.split_at_checked(bytes).unwrap_or((self.entries, &[]));
        self.entries = rest;
        Self { entries: taken, damage: None, ..*self }
    }

    /// The entries whose hint is that of a name. Nothing but the column of hints is read.
    #[inline]
    pub(crate) fn hinted<'n>(
        &self,
        name: &'n NameHints,
    ) -> impl Iterator<Item = SubkeyEntry> + use<'i, 'n> {
        let list = *self;
        let none: &'i [[u8; 8]] = &[];
        let (entries, case, wanted) = match (self.kind, name.folded()) {
            (Kind::Hashes, _) => (self.entries.as_chunks().0, 0, name.hash()),
            (Kind::Prefixes, Some(wanted)) => (self.entries.as_chunks().0, CASE_OF_FOUR, wanted),
            _ => (none, 0, 0),
        };
        // A block of entries is looked at as a whole, which processors do several entries at a time.
        let may_fit = move |entry: &[u8; 8]| {
            let [.., a, b, c, d] = *entry;
            u32::from_le_bytes([a, b, c, d]) | case == wanted
        };
        let worth_reading =
            move |block: &&[[u8; 8]]| block.iter().fold(false, |any, entry| any | may_fit(entry));
        let blocks = entries.chunks(BLOCK).filter(worth_reading);
        let entries = blocks.flatten().filter(move |entry| may_fit(entry));
        entries.map(move |entry| list.entry(entry)).filter(move |entry| match entry.hint {
            Hint::Prefix(stored @ [first, ..]) => first != 0 && name.is_prefix(stored),
            _ => true,
        })
    }
}
