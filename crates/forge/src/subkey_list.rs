//! Subkey lists: `li`, `lf` or `lh` leaves, and an `ri` above them where there are several.

use crate::bins::Bins;
use crate::error::ForgeError;
use crate::name::Name;
use crate::spec::Version;

/// Size of a list record's signature and count in bytes.
const HEAD: usize = 4;

/// What a version's leaves are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaf {
    /// `li`, to 1.2: offsets alone.
    Index,
    /// `lf`, 1.3 and 1.4: offsets and hints.
    Fast,
    /// `lh`, from 1.5: offsets and hashes.
    Hash,
}

impl Leaf {
    fn of(version: Version) -> Self {
        match version.minor() {
            ..=2 => Leaf::Index,
            3 | 4 => Leaf::Fast,
            _ => Leaf::Hash,
        }
    }

    fn signature(self) -> &'static [u8; 2] {
        match self {
            Leaf::Index => b"li",
            Leaf::Fast => b"lf",
            Leaf::Hash => b"lh",
        }
    }

    /// Size of an entry in bytes: the key node's offset, then the hint or hash where there is one.
    fn entry(self) -> usize {
        if self == Leaf::Index { 4 } else { 8 }
    }
}

/// Where a subkey list was put.
pub(crate) struct PlacedList {
    /// The `ri` records, outermost first: none over one leaf, one over several, two where a fault nests them.
    indexes: Vec<u32>,
    leaves: Vec<u32>,
    kind: Leaf,
    /// How many entries a leaf holds. Windows splits a leaf when it outgrows a bin of 4096 bytes: 507 entries of 8
    /// bytes with the record's head and the cell's fill it to the last, or 1,014 of 4 (1,013 in 1.1).
    per_leaf: usize,
    cell_header: usize,
}

impl PlacedList {
    /// Allocates the cells of a list of so many entries; a list of none has no cells.
    ///
    /// `nested` puts one `ri` more above the list than it may have, so that an `ri` leads to an `ri`.
    pub(crate) fn allocate(
        bins: &mut Bins,
        version: Version,
        entries: usize,
        nested: bool,
    ) -> Result<Self, ForgeError> {
        let kind = Leaf::of(version);
        let per_leaf = (bins.layout().most_in_bin() - HEAD) / kind.entry();
        let cell_header = bins.layout().header;
        let leaf_count = entries.div_ceil(per_leaf);
        let mut list =
            PlacedList { indexes: Vec::new(), leaves: Vec::new(), kind, per_leaf, cell_header };
        if nested {
            list.indexes.push(bins.allocate(HEAD + 4)?);
        }
        if leaf_count > 1 || nested {
            list.indexes.push(bins.allocate(HEAD + 4 * leaf_count)?);
        }
        for leaf in 0..leaf_count {
            let length = (entries - leaf * per_leaf).min(per_leaf);
            list.leaves.push(bins.allocate(HEAD + kind.entry() * length)?);
        }
        Ok(list)
    }

    /// Writes the list: keys by name and cell, in the order of the list.
    pub(crate) fn write(&self, bins: &mut Bins, keys: &[(&Name, u32)]) {
        for (&leaf, keys) in self.leaves.iter().zip(keys.chunks(self.per_leaf)) {
            bins.fill(leaf, &encode_leaf(self.kind, keys));
        }
        for (level, &index) in self.indexes.iter().enumerate() {
            let below = match self.indexes.get(level + 1) {
                Some(next) => std::slice::from_ref(next),
                None => &self.leaves,
            };
            let mut record = head(b"ri", below.len());
            record.extend(below.iter().flat_map(|cell| cell.to_le_bytes()));
            bins.fill(index, &record);
        }
    }

    /// The cell that the key node points at.
    pub(crate) fn top(&self) -> Option<u32> {
        self.indexes.first().or(self.leaves.first()).copied()
    }

    /// Every cell of the list.
    pub(crate) fn cells(&self) -> impl Iterator<Item = u32> {
        self.indexes.iter().chain(&self.leaves).copied()
    }

    /// Offset of an entry's bytes relative to the hive bins data.
    pub(crate) fn entry(&self, index: usize) -> usize {
        let leaf = self.leaves[index / self.per_leaf] as usize;
        leaf + self.cell_header + HEAD + self.kind.entry() * (index % self.per_leaf)
    }

    /// Size of an entry in bytes; one of 4 has neither hint nor hash.
    pub(crate) fn entry_size(&self) -> usize {
        self.kind.entry()
    }
}

fn encode_leaf(kind: Leaf, keys: &[(&Name, u32)]) -> Vec<u8> {
    let mut record = head(kind.signature(), keys.len());
    for (name, cell) in keys {
        record.extend(cell.to_le_bytes());
        match kind {
            Leaf::Index => {}
            Leaf::Fast => record.extend(name.hint()),
            Leaf::Hash => record.extend(name.hash().to_le_bytes()),
        }
    }
    record
}

fn head(signature: &[u8; 2], count: usize) -> Vec<u8> {
    let count = u16::try_from(count).expect("at most 65,535 leaves of 507 keys");
    let mut record = signature.to_vec();
    record.extend(count.to_le_bytes());
    record
}
