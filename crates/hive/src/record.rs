//! What all records have in common: they stand in a cell, begin with a signature and have a fixed part.

use crate::bytes::{index, len_u32, signature, u16_at, u32_at, u64_at};
use crate::damage::{Damage, Signature, Structure};
use crate::hive::Hive;
use crate::name::Name;
use crate::offset::CellOffset;

/// A record in a cell: where it stands, and its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'i> {
    pub(crate) hive: Hive<'i>,
    pub(crate) cell: CellOffset,
    what: Structure,
    bytes: &'i [u8],
    /// Takes the place of the field behind the signature, where both were overwritten.
    head: Option<u16>,
}

/// Where a name stands in a record, and how it is stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamePlace {
    /// Behind the fixed part, in bytes.
    pub(crate) start: usize,
    /// In bytes.
    pub(crate) length: usize,
    /// Whether the record's flags say Latin-1.
    pub(crate) latin1: bool,
}

impl<'i> Record<'i> {
    /// Reads the record in a cell: it begins with `expected` and has at least `fixed` bytes.
    #[inline]
    pub(crate) fn read(
        hive: Hive<'i>,
        what: Structure,
        cell: CellOffset,
        from: CellOffset,
        expected: [u8; 2],
        fixed: usize,
    ) -> Result<Self, Damage> {
        let record = Self { hive, cell, what, bytes: hive.cell(what, cell, from)?, head: None };
        if signature(record.bytes) == Some(expected) && record.bytes.len() >= fixed {
            return Ok(record);
        }
        Err(record.misfit(expected, fixed))
    }

    /// What is wrong with a record that is another one, or too short.
    #[cold]
    fn misfit(&self, expected: [u8; 2], fixed: usize) -> Damage {
        let (what, at) = (self.what, self.cell);
        match signature(self.bytes) {
            Some(found) if found == expected => self.too_short(fixed),
            found => {
                let found = Signature(found.unwrap_or_default());
                Damage::BadSignature { what, at, expected: Signature(expected), found }
            }
        }
    }

    #[cold]
    fn too_short(&self, needed: usize) -> Damage {
        let (needed, found) = (len_u32(needed), len_u32(self.bytes.len()));
        Damage::TooShort { what: self.what, at: self.cell, needed, found }
    }

    /// Takes bytes for a record that were found to be one.
    #[inline]
    pub(crate) const fn of(
        hive: Hive<'i>,
        what: Structure,
        cell: CellOffset,
        bytes: &'i [u8],
    ) -> Self {
        Self { hive, cell, what, bytes, head: None }
    }

    /// Takes a cell for a record whatever its signature is: for what a damaged one still says.
    pub(crate) fn unchecked(hive: Hive<'i>, what: Structure, cell: CellOffset) -> Option<Self> {
        let bytes = hive.cell(what, cell, CellOffset::NONE).ok()?;
        Some(Self { hive, cell, what, bytes, head: None })
    }

    /// A record whose first four bytes were overwritten: the signature, and the field behind it, which gets a
    /// likely value.
    pub(crate) fn headless(
        hive: Hive<'i>,
        what: Structure,
        cell: CellOffset,
        fixed: usize,
        head: u16,
    ) -> Result<Self, Damage> {
        let bytes = hive.cell(what, cell, CellOffset::NONE)?;
        let record = Self { hive, cell, what, bytes, head: Some(head) };
        record.part(0, fixed)?;
        Ok(record)
    }

    /// Whether the record's first four bytes were overwritten.
    pub(crate) const fn is_headless(&self) -> bool {
        self.head.is_some()
    }

    /// A field. Those of the fixed part are there; beyond the cell's end everything reads as zero.
    #[inline]
    pub(crate) fn u16(&self, at: usize) -> u16 {
        if let (2, Some(head)) = (at, self.head) {
            return head;
        }
        u16_at(self.bytes, at).unwrap_or(0)
    }

    #[inline]
    pub(crate) fn u32(&self, at: usize) -> u32 {
        u32_at(self.bytes, at).unwrap_or(0)
    }

    #[inline]
    pub(crate) fn u64(&self, at: usize) -> u64 {
        u64_at(self.bytes, at).unwrap_or(0)
    }

    #[inline]
    pub(crate) fn offset(&self, at: usize) -> CellOffset {
        CellOffset::new(self.u32(at))
    }

    /// All that the cell has for it.
    #[inline]
    pub(crate) const fn bytes(&self) -> &'i [u8] {
        self.bytes
    }

    /// How many bytes the cell has for it.
    #[inline]
    pub(crate) const fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Where the record's first byte stands in the file.
    pub(crate) const fn file_offset(&self) -> u64 {
        self.hive.record_file_offset(self.cell)
    }

    /// Some bytes of the record.
    #[inline]
    pub(crate) fn part(&self, start: usize, length: usize) -> Result<&'i [u8], Damage> {
        let end = start.saturating_add(length);
        self.bytes.get(start..end).ok_or_else(|| self.too_short(end))
    }

    /// The record's name.
    #[inline]
    pub(crate) fn name(&self, place: NamePlace) -> Result<Name<'i>, Damage> {
        let name = self.stored_name(place, self.part(place.start, place.length)?);
        let is_odd = name.is_utf16() && !place.length.is_multiple_of(2);
        if is_odd || len_u32(name.length()) > self.what.longest_name() {
            return Err(self.bad_name(&name));
        }
        Ok(name)
    }

    #[cold]
    fn bad_name(&self, name: &Name<'_>) -> Damage {
        let (what, at, length) = (self.what, self.cell, len_u32(name.length()));
        if length > what.longest_name() {
            return Damage::NameTooLong { what, at, length };
        }
        Damage::OddName { what, at, length: len_u32(name.bytes().len()) }
    }

    /// As much of the record's name as stands in its cell, and as a name can have.
    pub(crate) fn readable_name(&self, place: NamePlace) -> Name<'i> {
        let rest = self.bytes.get(place.start..).unwrap_or(&[]);
        let bytes = rest.get(..place.length).unwrap_or(rest);
        self.stored_name(place, bytes).truncated(index(self.what.longest_name()))
    }

    #[inline]
    fn stored_name(&self, place: NamePlace, bytes: &'i [u8]) -> Name<'i> {
        // Format 1.1 has no flag for it: a title index stands in that place.
        if place.latin1 && !self.hive.old_layout() {
            Name::latin1(bytes)
        } else {
            Name::utf16le(bytes)
        }
    }
}
