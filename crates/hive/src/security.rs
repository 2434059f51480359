//! On-disk structure of a key security record (`sk`).

use crate::bytes::index;
use crate::damage::{Damage, Structure};
use crate::hive::Hive;
use crate::offset::CellOffset;
use crate::record::Record;

/// The fixed part of the record, in bytes: the descriptor follows.
const HEADER_SIZE: usize = 20;

/// A key security record, shared by all keys with the same descriptor.
///
/// This crate doesn't interpret the descriptor: it leaves as bytes.
#[derive(Clone, Copy, Debug)]
pub struct KeySecurity<'i> {
    record: Record<'i>,
    descriptor: &'i [u8],
}

impl<'i> KeySecurity<'i> {
    pub(crate) fn read(hive: Hive<'i>, cell: CellOffset, from: CellOffset) -> Result<Self, Damage> {
        let what = Structure::KeySecurity;
        let record = Record::read(hive, what, cell, from, *b"sk", HEADER_SIZE)?;
        let descriptor = record.part(HEADER_SIZE, index(record.u32(16)))?;
        Ok(Self { record, descriptor })
    }

    /// Reads a record for its place in the ring of them all: whether its descriptor fits doesn't matter there.
    pub(crate) fn links(
        hive: Hive<'_>,
        cell: CellOffset,
        from: CellOffset,
    ) -> Result<SecurityLinks, Damage> {
        let what = Structure::KeySecurity;
        let record = Record::read(hive, what, cell, from, *b"sk", HEADER_SIZE)?;
        Ok(SecurityLinks {
            next: record.offset(4),
            previous: record.offset(8),
            references: record.u32(12),
        })
    }

    /// The record's cell.
    #[must_use]
    pub const fn cell(&self) -> CellOffset {
        self.record.cell
    }

    /// Where the record's first byte (`sk`) stands in the file.
    #[must_use]
    pub const fn file_offset(&self) -> u64 {
        self.record.file_offset()
    }

    /// How many bytes of its cell the record uses.
    pub(crate) const fn used(&self) -> usize {
        HEADER_SIZE.saturating_add(self.descriptor.len())
    }

    /// The self-relative security descriptor; empty where the record has none.
    #[must_use]
    pub const fn descriptor(&self) -> &'i [u8] {
        self.descriptor
    }

    /// How many keys the record says use it.
    #[must_use]
    pub fn reference_count(&self) -> u32 {
        self.record.u32(12)
    }
}

/// What a security record says of its place among the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecurityLinks {
    pub(crate) next: CellOffset,
    pub(crate) previous: CellOffset,
    /// How many keys it says use it.
    pub(crate) references: u32,
}
