//! Subkey lists: `lf` or `lh` leaves, and an `ri` above them where there are several.

use crate::bins::{Bins, CELL_HEADER};
use crate::error::ForgeError;
use crate::name::Name;
use crate::spec::Version;

/// The most entries in a leaf: 507 of 8 bytes, with the record's head and the cell's, fill a bin of 4096
/// bytes to the last. Windows splits a leaf when it outgrows a bin, so its leaves don't get longer either.
const LEAF_ENTRIES: usize = 507;

/// Size of an entry in bytes: the key node's offset, then the hint or hash.
const ENTRY: usize = 8;

/// Size of a list record's signature and count in bytes.
const HEAD: usize = 4;

/// Where a subkey list was put.
#[derive(Default)]
pub(crate) struct PlacedList {
    /// The `ri` record, where there are several leaves.
    index: Option<u32>,
    leaves: Vec<u32>,
}

impl PlacedList {
    /// Allocates the cells of a list of so many entries; a list of none has no cells.
    pub(crate) fn allocate(bins: &mut Bins, entries: usize) -> Result<Self, ForgeError> {
        let leaf_count = entries.div_ceil(LEAF_ENTRIES);
        let index = if leaf_count > 1 { Some(bins.allocate(HEAD + 4 * leaf_count)?) } else { None };
        let mut leaves = Vec::with_capacity(leaf_count);
        for leaf in 0..leaf_count {
            let length = (entries - leaf * LEAF_ENTRIES).min(LEAF_ENTRIES);
            leaves.push(bins.allocate(HEAD + ENTRY * length)?);
        }
        Ok(PlacedList { index, leaves })
    }

    /// Writes the list: keys by name and cell, in the order of the list.
    pub(crate) fn write(&self, bins: &mut Bins, version: Version, keys: &[(&Name, u32)]) {
        for (&leaf, keys) in self.leaves.iter().zip(keys.chunks(LEAF_ENTRIES)) {
            bins.fill(leaf, &encode_leaf(version, keys));
        }
        if let Some(index) = self.index {
            let mut record = head(b"ri", self.leaves.len());
            record.extend(self.leaves.iter().flat_map(|leaf| leaf.to_le_bytes()));
            bins.fill(index, &record);
        }
    }

    /// The cell that the key node points at.
    pub(crate) fn top(&self) -> Option<u32> {
        self.index.or(self.leaves.first().copied())
    }

    /// Every cell of the list.
    pub(crate) fn cells(&self) -> impl Iterator<Item = u32> {
        self.index.into_iter().chain(self.leaves.iter().copied())
    }

    /// Offset of an entry's bytes relative to the hive bins data.
    pub(crate) fn entry(&self, index: usize) -> usize {
        let leaf = self.leaves[index / LEAF_ENTRIES] as usize;
        leaf + CELL_HEADER + HEAD + ENTRY * (index % LEAF_ENTRIES)
    }
}

fn encode_leaf(version: Version, keys: &[(&Name, u32)]) -> Vec<u8> {
    let hashed = matches!(version, Version::V1_5 | Version::V1_6);
    let mut record = head(if hashed { b"lh" } else { b"lf" }, keys.len());
    for (name, cell) in keys {
        record.extend(cell.to_le_bytes());
        record.extend(if hashed { name.hash().to_le_bytes() } else { name.hint() });
    }
    record
}

fn head(signature: &[u8; 2], count: usize) -> Vec<u8> {
    let count = u16::try_from(count).expect("at most 65,535 leaves of 507 keys");
    let mut record = signature.to_vec();
    record.extend(count.to_le_bytes());
    record
}
