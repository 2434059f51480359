//! On-disk structure of a key value (`vk`).

use std::borrow::Cow;

use crate::big_data;
use crate::bytes::{index, len_u32, signature, u32_at};
use crate::damage::{Damage, Structure};
use crate::hive::{BigDataUse, Hive};
use crate::name::Name;
use crate::offset::CellOffset;
use crate::plain_bins::PlainBins;
use crate::record::{NamePlace, Record};
use crate::value_type::ValueType;

/// The fixed part of a key value, in bytes: the name follows.
const HEADER_SIZE: usize = 20;
/// Set in the data size where the data stands in the offset field.
const IN_OFFSET_FIELD: u32 = 0x8000_0000;
const FLAG_LATIN1_NAME: u16 = 1;

/// A value: its record, read and found to be one.
#[derive(Clone, Copy, Debug)]
pub struct Value<'i> {
    record: Record<'i>,
}

/// A value and its data, nothing of which is odd.
pub(crate) struct SoundValue<'i> {
    pub(crate) value: Value<'i>,
    pub(crate) data: &'i [u8],
    /// The data's cell and what stands behind the data in it, if the data isn't in the record itself.
    pub(crate) data_cell: Option<(CellOffset, &'i [u8])>,
}

/// A value's data: as much as could be read, and what is wrong with the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueData<'i> {
    /// The bytes; borrowed where they stand in one piece.
    pub bytes: Cow<'i, [u8]>,
    /// Why bytes are missing, where some are.
    pub damage: Option<Damage>,
}

impl<'i> Value<'i> {
    #[inline]
    pub(crate) fn read(hive: Hive<'i>, cell: CellOffset, from: CellOffset) -> Result<Self, Damage> {
        let what = Structure::KeyValue;
        let record = Record::read(hive, what, cell, from, *b"vk", HEADER_SIZE)?;
        Ok(Self { record })
    }

    /// Reads a value with its data, where there is nothing to be told of either and the data stands in one piece.
    #[inline]
    pub(crate) fn sound(
        hive: Hive<'i>,
        bins: PlainBins<'i>,
        cell: CellOffset,
    ) -> Option<SoundValue<'i>> {
        let bytes = bins.cell(cell)?;
        let head = bytes.first_chunk::<HEADER_SIZE>()?;
        if signature(head) != Some(*b"vk") {
            return None;
        }
        let size = u32_at(head, 4)?;
        let (data, data_cell) = if size & IN_OFFSET_FIELD != 0 {
            (head.get(8..12)?.get(..index(size & !IN_OFFSET_FIELD))?, None)
        } else if size == 0 {
            (&[][..], None)
        } else if size <= big_data::SEGMENT_SIZE {
            let at = CellOffset::new(u32_at(head, 8)?);
            let (data, behind) = bins.cell(at)?.split_at_checked(index(size))?;
            (data, Some((at, behind)))
        } else {
            return None;
        };
        let record = Record::of(hive, Structure::KeyValue, cell, bytes);
        Some(SoundValue { value: Self { record }, data, data_cell })
    }

    /// Takes a cell for a key value whose signature and name length were overwritten.
    pub(crate) fn headless(
        hive: Hive<'i>,
        cell: CellOffset,
        name_length: u16,
    ) -> Result<Self, Damage> {
        let what = Structure::KeyValue;
        let record = Record::headless(hive, what, cell, HEADER_SIZE, name_length)?;
        Ok(Self { record })
    }

    /// Whether the value is a remnant: not of the living tree, but read from what is left over in the file.
    #[must_use]
    pub const fn is_remnant(&self) -> bool {
        self.record.hive.leftovers().is_some()
    }

    /// Whether the record's signature and the length of its name were overwritten; the name is then as long as it
    /// can be. Only of remnants such records are read.
    #[must_use]
    pub const fn is_headless(&self) -> bool {
        self.record.is_headless()
    }

    /// The hive that the value belongs to.
    #[inline]
    pub(crate) const fn hive(&self) -> Hive<'i> {
        self.record.hive
    }

    /// The flags as stored.
    pub(crate) fn flag_bits(&self) -> u16 {
        self.record.u16(16)
    }

    /// The value's cell.
    #[must_use]
    #[inline]
    pub const fn cell(&self) -> CellOffset {
        self.record.cell
    }

    /// Where the record's first byte (`vk`) stands in the file.
    #[must_use]
    pub const fn file_offset(&self) -> u64 {
        self.record.file_offset()
    }

    /// The value's name; empty for the default value.
    ///
    /// # Errors
    /// The name goes on past its cell, is longer than Windows allows, or has half a character.
    #[inline]
    pub fn name(&self) -> Result<Name<'i>, Damage> {
        self.record.name(name_place(&self.record))
    }

    /// As much of the value's name as stands in its cell: the first 16,383 UTF-16 units of one that is longer.
    #[must_use]
    pub fn readable_name(&self) -> Name<'i> {
        self.record.readable_name(name_place(&self.record))
    }

    /// The name in a record that can't be read as a value: bounds are checked, the signature is not.
    pub(crate) fn legible_name(hive: Hive<'i>, cell: CellOffset) -> Option<Name<'i>> {
        let record = Record::unchecked(hive, Structure::KeyValue, cell)?;
        record.name(name_place(&record)).ok().filter(|name| !name.is_empty())
    }

    /// The value's type.
    #[must_use]
    #[inline]
    pub fn value_type(&self) -> ValueType {
        ValueType::new(self.record.u32(12))
    }

    /// How many bytes of data the value says it has.
    #[must_use]
    #[inline]
    pub fn size(&self) -> u32 {
        self.record.u32(4) & !IN_OFFSET_FIELD
    }

    /// The value's data.
    ///
    /// # Errors
    /// Some of it can't be read; [`readable_data`](Self::readable_data) gives the rest.
    pub fn data(&self) -> Result<Cow<'i, [u8]>, Damage> {
        let data = self.readable_data();
        data.damage.map_or(Ok(data.bytes), Err)
    }

    /// The same as [`readable_data`](Self::readable_data), as long as the budget of bytes lasts.
    pub(crate) fn data_within(&self, budget: &mut u32) -> ValueData<'i> {
        // Whether it may be read is judged by what it may cost; what it takes is what was there, so that a
        // value that lies about its size takes nothing from others.
        if *budget < self.size().min(self.record.hive.bins_size()) {
            let damage = Some(Damage::SharedData { at: self.record.cell });
            return ValueData { bytes: (&[][..]).into(), damage };
        }
        let data = self.readable_data();
        *budget = budget.saturating_sub(len_u32(data.bytes.len()));
        data
    }

    /// The cell that the data begins in; `None` where it stands in the record itself, or there is none.
    pub(crate) fn data_cell(&self) -> Option<CellOffset> {
        let has_cell = self.record.u32(4) & IN_OFFSET_FIELD == 0 && self.size() != 0;
        has_cell.then(|| self.record.offset(8))
    }

    /// Whether the data's cell is a `db` record.
    pub(crate) fn is_big_data(&self, cell: &[u8]) -> bool {
        self.size() > big_data::SEGMENT_SIZE
            && match self.record.hive.big_data() {
                BigDataUse::Never => false,
                BigDataUse::Always => true,
                BigDataUse::ByContent => cell.starts_with(b"db"),
            }
    }

    /// What is wrong with the number of segments of large data, where no data is missing.
    pub(crate) fn check_segments(&self) -> Option<Damage> {
        let (hive, at) = (self.record.hive, self.data_cell()?);
        let cell = hive.cell(Structure::ValueData, at, self.record.cell).ok()?;
        if self.is_big_data(cell) { big_data::check_count(hive, at, self.size()) } else { None }
    }

    /// How many bytes of its cell stand behind the record.
    #[inline]
    pub(crate) fn room_behind(&self) -> usize {
        self.record.length().saturating_sub(self.used())
    }

    /// How many bytes of its cell the record uses.
    pub(crate) fn used(&self) -> usize {
        HEADER_SIZE.saturating_add(name_place(&self.record).length)
    }

    /// As much of the value's data as can be read, from its start on.
    #[must_use]
    #[inline]
    pub fn readable_data(&self) -> ValueData<'i> {
        let (size, at) = (self.size(), self.record.cell);
        let complete = |bytes: &'i [u8]| ValueData { bytes: bytes.into(), damage: None };
        if self.record.u32(4) & IN_OFFSET_FIELD != 0 {
            let field = self.record.part(8, 4).unwrap_or(&[]);
            return match field.get(..index(size)) {
                Some(bytes) => complete(bytes),
                None => ValueData {
                    bytes: field.into(),
                    damage: Some(Damage::InlineTooLong { at, length: size }),
                },
            };
        }
        if size == 0 {
            return complete(&[]);
        }
        let nothing = |damage| ValueData { bytes: (&[][..]).into(), damage: Some(damage) };
        let data_cell = CellOffset::new(self.record.u32(8));
        let cell = match self.record.hive.cell(Structure::ValueData, data_cell, at) {
            Ok(cell) => cell,
            Err(damage) => return nothing(damage),
        };
        if self.is_big_data(cell) {
            return big_data::read(self.record.hive, data_cell, at, size);
        }
        match cell.get(..index(size)) {
            Some(bytes) => complete(bytes),
            None => {
                let damage =
                    Damage::DataTooShort { at, expected: size, found: len_u32(cell.len()) };
                ValueData { bytes: cell.into(), damage: Some(damage) }
            }
        }
    }
}

#[inline]
fn name_place(record: &Record<'_>) -> NamePlace {
    let latin1 = record.u16(16) & FLAG_LATIN1_NAME != 0;
    NamePlace { start: HEADER_SIZE, length: usize::from(record.u16(2)), latin1 }
}
