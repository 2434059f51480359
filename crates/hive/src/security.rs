//! On-disk structure of a key security record (`sk`).

use crate::bytes::{index, len_u32, u32_at};
use crate::damage::{Damage, Structure};
use crate::hive::Hive;
use crate::offset::CellOffset;

/// The fixed part of the record, in bytes: the descriptor follows.
const HEADER_SIZE: usize = 20;

/// A key security record, shared by all keys with the same descriptor.
///
/// This crate doesn't interpret the descriptor: it leaves as bytes.
#[derive(Clone, Copy, Debug)]
pub struct KeySecurity<'i> {
    hive: Hive<'i>,
    cell: CellOffset,
    record: &'i [u8],
    descriptor: &'i [u8],
}

impl<'i> KeySecurity<'i> {
    pub(crate) fn read(hive: Hive<'i>, cell: CellOffset, from: CellOffset) -> Result<Self, Damage> {
        let (what, at) = (Structure::KeySecurity, cell);
        let record = hive.record(what, cell, from, *b"sk", HEADER_SIZE)?;
        let size = index(u32_at(record, 16).unwrap_or(0));
        let end = HEADER_SIZE.saturating_add(size);
        let (needed, found) = (len_u32(end), len_u32(record.len()));
        let descriptor =
            record.get(HEADER_SIZE..end).ok_or(Damage::TooShort { what, at, needed, found })?;
        Ok(Self { hive, cell, record, descriptor })
    }

    /// The record's cell.
    #[must_use]
    pub const fn cell(&self) -> CellOffset {
        self.cell
    }

    /// Where the record's first byte (`sk`) stands in the file.
    #[must_use]
    pub const fn file_offset(&self) -> u64 {
        self.hive.record_file_offset(self.cell)
    }

    /// The self-relative security descriptor; empty where the record has none.
    #[must_use]
    pub const fn descriptor(&self) -> &'i [u8] {
        self.descriptor
    }

    /// How many keys the record says use it.
    #[must_use]
    pub fn reference_count(&self) -> u32 {
        u32_at(self.record, 12).unwrap_or(0)
    }
}
