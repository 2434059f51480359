//! Damage: a fact about the evidence, carried by the answer it concerns.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::offset::CellOffset;

/// The longest name that Windows gives to a key, in UTF-16 units.
pub(crate) const LONGEST_KEY_NAME: u32 = 255;

/// The on-disk structures that damage can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Structure {
    /// The root key's node.
    RootKey,
    /// A key node (`nk`).
    KeyNode,
    /// A key's class name.
    ClassName,
    /// A list of subkeys (`lf`, `lh`, `li` or `ri`).
    SubkeyList,
    /// A list of values.
    ValueList,
    /// A key value (`vk`).
    KeyValue,
    /// The data of a value.
    ValueData,
    /// A big data record (`db`) or its list of segments.
    BigData,
    /// A key security record (`sk`).
    KeySecurity,
}

impl Structure {
    /// The longest name that Windows gives to one, in UTF-16 units.
    pub(crate) const fn longest_name(self) -> u32 {
        if matches!(self, Self::KeyValue) { 16_383 } else { LONGEST_KEY_NAME }
    }
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RootKey => "root key",
            Self::KeyNode => "key node",
            Self::ClassName => "class name",
            Self::SubkeyList => "subkey list",
            Self::ValueList => "value list",
            Self::KeyValue => "key value",
            Self::ValueData => "value data",
            Self::BigData => "big data record",
            Self::KeySecurity => "key security record",
        })
    }
}

/// Two bytes of a signature, printed as text where they are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub [u8; 2]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0;
        if first.is_ascii_graphic() && second.is_ascii_graphic() {
            write!(f, "\"{}{}\"", char::from(first), char::from(second))
        } else {
            write!(f, "bytes {first:02x} {second:02x}")
        }
    }
}

/// One thing that is wrong with the bytes of a hive: what, where, expected, found.
///
/// Damage is never fatal: the answer that it concerns carries it. Offsets are relative to the hive bins data;
/// [`Damage::at`] gives them, and [`CellOffset::file_offset`] turns them into file offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
#[non_exhaustive]
#[allow(missing_docs)] // The fields are named as the messages read: `at` where, `what` which structure.
pub enum Damage {
    /// A pointer leaves the hive bins data.
    #[error(
        "the {what} should stand in cell {at}, but the hive bins data has only {limit:#x} bytes"
    )]
    OutOfBounds { what: Structure, at: CellOffset, limit: u32 },
    /// A pointer that must point somewhere is `0xFFFFFFFF`.
    #[error("{} names a {what} in cell 0xffffffff, which is nowhere", named_by(*from))]
    PointsNowhere { what: Structure, from: CellOffset },
    /// A cell offset is not a multiple of 8.
    #[error("the {what} is said to stand in cell {at}, where no cell can begin")]
    Unaligned { what: Structure, at: CellOffset },
    /// A cell size is not a multiple of the format's unit, or is 0.
    #[error("the cell {at} of the {what} says it has {size} bytes, which no cell can have")]
    CellSize { what: Structure, at: CellOffset, size: u32 },
    /// A cell goes on past the end of the hive bins data.
    #[error("the cell {at} of the {what} has {size} bytes, but only {room} are left")]
    CellTooLong { what: Structure, at: CellOffset, size: u32, room: u32 },
    /// A record stands in a cell that is marked as free.
    #[error("the {what} stands in cell {at}, which is marked free")]
    NotAllocated { what: Structure, at: CellOffset },
    /// A cell has too few bytes for its record.
    #[error("the {what} in cell {at} needs {needed} bytes, but the cell has {found}")]
    TooShort { what: Structure, at: CellOffset, needed: u32, found: u32 },
    /// A record's signature is another one.
    #[error("the {what} in cell {at} should begin with {expected}, but begins with {found}")]
    BadSignature { what: Structure, at: CellOffset, expected: Signature, found: Signature },
    /// A name stored as UTF-16 has an odd number of bytes.
    #[error(
        "the name of the {what} in cell {at} is UTF-16 and has an odd number of bytes, {length}"
    )]
    OddName { what: Structure, at: CellOffset, length: u32 },
    /// A name is longer than Windows allows: 255 UTF-16 units for a key, 16,383 for a value.
    #[error(
        "the name of the {what} in cell {at} has {length} UTF-16 units, but Windows allows {}",
        what.longest_name()
    )]
    NameTooLong { what: Structure, at: CellOffset, length: u32 },
    /// A key other than the root has no name: its length was lost, for Windows makes no such keys.
    #[error("the key node in cell {at} has no name, and only a root may have none")]
    EmptyName { at: CellOffset },
    /// A list says it has more entries than its cell holds.
    #[error("the {what} in cell {at} says it has {said} entries, but the cell holds {room}")]
    ListTooLong { what: Structure, at: CellOffset, said: u32, room: u32 },
    /// A key says it has another number of subkeys than its list.
    #[error("the key node in cell {at} says it has {said} subkeys, but its list has {found}")]
    SubkeyCount { at: CellOffset, said: u32, found: u32 },
    /// A key says that it has no values, but names a list of some and the length of the longest.
    #[error("the key node in cell {at} says it has {said} values, but its list has {found}")]
    ValueCount { at: CellOffset, said: u32, found: u32 },
    /// A key has the flag of a predefined handle, which takes the place of the value count: it can't be told
    /// from a count of values that the flag hides.
    #[error(
        "the key node in cell {at} is marked as a predefined handle, which may be hiding its values"
    )]
    PredefinedHandle { at: CellOffset },
    /// An index root points to another index root.
    #[error("the subkey list in cell {at} is an index root inside an index root")]
    NestedIndexRoot { at: CellOffset },
    /// A subkey stands in its list behind one that sorts later: Windows' binary search misses it.
    #[error("the subkey in cell {entry} stands out of order in the list of the key in cell {at}")]
    OutOfOrder { at: CellOffset, list: CellOffset, entry: CellOffset },
    /// A hash or hint in a subkey list is not that of the key's name: Windows misses the key.
    #[error(
        "the list of the key in cell {at} has {found:#010x} as hash or hint for the subkey in cell {entry}, expected {expected:#010x}"
    )]
    WrongHint { at: CellOffset, list: CellOffset, entry: CellOffset, expected: u32, found: u32 },
    /// A key says it has another parent than the key whose list names it.
    #[error(
        "the key node in cell {at} says its parent is {}, but it is listed by the key in cell {expected}",
        place(*found)
    )]
    WrongParent { at: CellOffset, expected: CellOffset, found: CellOffset },
    /// A key is reached a second time: a cycle, or two parents.
    #[error("the key node in cell {at} is listed a second time")]
    ListedTwice { at: CellOffset },
    /// A list has more entries than a hive of this size has room for.
    #[error("the {what} in cell {at} has more entries than the hive has room for")]
    EndlessList { what: Structure, at: CellOffset },
    /// Keys are nested deeper than Windows allows.
    #[error("the key node in cell {at} stands deeper than 512 levels")]
    TooDeep { at: CellOffset },
    /// Long names stand above so many keys that a walk tells of this one by its own name alone.
    #[error(
        "the path of the key node in cell {at} is cut: the paths of this hive add up far beyond its size"
    )]
    PathCut { at: CellOffset },
    /// Value data said to stand in the offset field has more than 4 bytes.
    #[error(
        "the key value in cell {at} says that {length} bytes of data stand in its 4-byte offset field"
    )]
    InlineTooLong { at: CellOffset, length: u32 },
    /// A value's data is shorter than the value says.
    #[error(
        "the data of the value in cell {at} should have {expected} bytes, but {found} are there"
    )]
    DataTooShort { at: CellOffset, expected: u32, found: u32 },
    /// Values share data cells until a walk has met more data than the hive has.
    #[error(
        "the data of the record in cell {at} is left out: the records of this hive share data beyond its size"
    )]
    SharedData { at: CellOffset },
    /// The file ends before the hive does.
    #[error(
        "the base block says that the hive bins data has {said:#x} bytes, but the file holds {found:#x}"
    )]
    Truncated { said: u32, found: u32 },
    /// The size of the hive bins data cannot be right.
    #[error(
        "the base block says that the hive bins data has {said:#x} bytes, which is no multiple of 4096 or is 0"
    )]
    BinsSize { said: u32 },
    /// The base block's checksum does not hold.
    #[error("the checksum of the base block should be {expected:#010x}, but is {found:#010x}")]
    Checksum { expected: u32, found: u32 },
    /// The base block does not begin with `regf`.
    #[error("the base block should begin with \"regf\", but begins with bytes {found:08x}")]
    BaseSignature { found: u32 },
    /// The base block names a version that no reader knows.
    #[error("the base block says format {major}.{minor}, known are 1.1 to 1.6")]
    Version { major: u32, minor: u32 },
    /// The base block's version and the layout of the cells contradict each other.
    #[error("the base block says format 1.{minor}, but the root cell is laid out as {}", if *.old_layout { "in 1.1" } else { "from 1.2 on" })]
    Layout { minor: u32, old_layout: bool },
    /// The base block says it is not a primary file, or not in the one file format there is.
    #[error(
        "the base block says file type {file_type}, format {format}; a primary hive has 0 and 1"
    )]
    FileType { file_type: u32, format: u32 },
    /// A hive bin does not begin with `hbin`.
    #[error("the hive bin at {at} should begin with \"hbin\", but begins with bytes {found:08x}")]
    BinSignature { at: CellOffset, found: u32 },
    /// A hive bin says that it stands elsewhere.
    #[error("the hive bin at {at} says that it stands at {found:#x}")]
    BinOffset { at: CellOffset, found: u32 },
    /// A hive bin has a size that is no multiple of 4096, is 0, or leads behind the last bin.
    #[error(
        "the hive bin at {at} says it has {found:#x} bytes, but {room:#x} are left, and bins have a multiple of 4096"
    )]
    BinSize { at: CellOffset, found: u32, room: u32 },
    /// The cells of a hive bin don't follow one another up to its end.
    #[error(
        "at {at} a cell should begin, but its size is {size}, and {room} bytes of the hive bin are left"
    )]
    NotTiled { at: CellOffset, size: u32, room: u32 },
    /// A record stands where no cell begins, when the cells are counted from the start of their bin.
    #[error("the {what} stands at {at}, inside of another cell")]
    NotACell { what: Structure, at: CellOffset },
    /// A cell that belongs to one record is named by two.
    #[error("the {what} in cell {at} is named by more than one record")]
    SharedCell { what: Structure, at: CellOffset },
    /// The first hive bin is not where it belongs.
    #[error("the first hive bin should begin with \"hbin\", but begins with bytes {found:08x}")]
    FirstBin { found: u32 },
}

impl Damage {
    /// A stable word for the kind of damage.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OutOfBounds { .. } => "out-of-bounds",
            Self::PointsNowhere { .. } => "points-nowhere",
            Self::Unaligned { .. } => "unaligned",
            Self::CellSize { .. } => "cell-size",
            Self::CellTooLong { .. } => "cell-too-long",
            Self::NotAllocated { .. } => "cell-not-allocated",
            Self::TooShort { .. } => "record-too-short",
            Self::BadSignature { .. } => "bad-signature",
            Self::OddName { .. } => "odd-name",
            Self::NameTooLong { .. } => "name-too-long",
            Self::EmptyName { .. } => "empty-name",
            Self::ListTooLong { .. } => "list-too-long",
            Self::SubkeyCount { .. } => "subkey-count",
            Self::ValueCount { .. } => "value-count",
            Self::PredefinedHandle { .. } => "predefined-handle",
            Self::NestedIndexRoot { .. } => "nested-index-root",
            Self::OutOfOrder { .. } => "list-out-of-order",
            Self::WrongHint { .. } => "list-wrong-hint",
            Self::WrongParent { .. } => "wrong-parent",
            Self::ListedTwice { .. } => "key-listed-twice",
            Self::EndlessList { .. } => "endless-list",
            Self::TooDeep { .. } => "too-deep",
            Self::PathCut { .. } => "path-cut",
            Self::InlineTooLong { .. } => "inline-data-too-long",
            Self::DataTooShort { .. } => "data-too-short",
            Self::SharedData { .. } => "shared-data",
            Self::Truncated { .. } => "truncated",
            Self::BinsSize { .. } => "bins-size",
            Self::Checksum { .. } => "base-block-checksum",
            Self::BaseSignature { .. } => "base-block-signature",
            Self::Version { .. } => "base-block-version",
            Self::Layout { .. } => "base-block-layout",
            Self::FileType { .. } => "base-block-file-type",
            Self::BinSignature { .. } => "bin-signature",
            Self::BinOffset { .. } => "bin-offset",
            Self::BinSize { .. } => "bin-size",
            Self::NotTiled { .. } => "cells-not-tiled",
            Self::NotACell { .. } => "not-a-cell",
            Self::SharedCell { .. } => "shared-cell",
            Self::FirstBin { .. } => "first-bin",
        }
    }

    /// The cell that the damage concerns; `None` where it is the base block's or the file's.
    #[must_use]
    pub const fn at(&self) -> Option<CellOffset> {
        match self {
            Self::OutOfBounds { at, .. }
            | Self::Unaligned { at, .. }
            | Self::CellSize { at, .. }
            | Self::CellTooLong { at, .. }
            | Self::NotAllocated { at, .. }
            | Self::TooShort { at, .. }
            | Self::BadSignature { at, .. }
            | Self::OddName { at, .. }
            | Self::NameTooLong { at, .. }
            | Self::EmptyName { at }
            | Self::ListTooLong { at, .. }
            | Self::SubkeyCount { at, .. }
            | Self::ValueCount { at, .. }
            | Self::PredefinedHandle { at }
            | Self::NestedIndexRoot { at }
            | Self::WrongParent { at, .. }
            | Self::ListedTwice { at }
            | Self::EndlessList { at, .. }
            | Self::TooDeep { at }
            | Self::PathCut { at }
            | Self::InlineTooLong { at, .. }
            | Self::DataTooShort { at, .. }
            | Self::SharedData { at }
            | Self::BinSignature { at, .. }
            | Self::BinOffset { at, .. }
            | Self::BinSize { at, .. }
            | Self::NotTiled { at, .. }
            | Self::NotACell { at, .. }
            | Self::SharedCell { at, .. } => Some(*at),
            Self::PointsNowhere { from, .. } => {
                if from.is_none() {
                    None
                } else {
                    Some(*from)
                }
            }
            Self::OutOfOrder { list, .. } | Self::WrongHint { list, .. } => Some(*list),
            Self::FirstBin { .. } => Some(CellOffset::new(0)),
            Self::Truncated { .. }
            | Self::BinsSize { .. }
            | Self::Checksum { .. }
            | Self::BaseSignature { .. }
            | Self::Version { .. }
            | Self::Layout { .. }
            | Self::FileType { .. } => None,
        }
    }

    /// The owned form for reports.
    #[must_use]
    pub fn report(&self) -> DamageReport {
        let (expected, found) = self.expected_and_found();
        DamageReport {
            code: self.code().into(),
            cell: self.at(),
            file_offset: self.at().map_or_else(|| self.base_block_field(), CellOffset::file_offset),
            message: self.to_string(),
            expected,
            found,
        }
    }

    /// The file offset of the base block field that is wrong.
    const fn base_block_field(&self) -> u64 {
        match self {
            Self::Checksum { .. } => 508,
            // Only the root is pointed at by the base block.
            Self::PointsNowhere { .. } => 36,
            Self::Truncated { .. } | Self::BinsSize { .. } => 40,
            Self::Version { .. } | Self::Layout { .. } => 20,
            Self::FileType { .. } => 28,
            _ => 0,
        }
    }

    fn expected_and_found(&self) -> (String, String) {
        match *self {
            Self::OutOfBounds { at, limit, .. } => (format!("below {limit:#x}"), at.to_string()),
            Self::PointsNowhere { .. } => ("a cell".into(), CellOffset::NONE.to_string()),
            Self::Unaligned { at, .. } => ("a multiple of 8".into(), at.to_string()),
            Self::CellSize { size, .. } => {
                ("a multiple of the cell unit, not 0".into(), size.to_string())
            }
            Self::CellTooLong { size, room, .. } => {
                (format!("at most {room} bytes"), format!("{size} bytes"))
            }
            Self::NotAllocated { .. } => ("an allocated cell".into(), "a free cell".into()),
            Self::TooShort { needed, found, .. } => {
                (format!("{needed} bytes"), format!("{found} bytes"))
            }
            Self::BadSignature { expected, found, .. } => (expected.to_string(), found.to_string()),
            Self::OddName { length, .. } => {
                ("an even number of bytes".into(), format!("{length} bytes"))
            }
            Self::NameTooLong { what, length, .. } => (
                format!("at most {} UTF-16 units", what.longest_name()),
                format!("{length} UTF-16 units"),
            ),
            Self::EmptyName { .. } => ("a name".into(), "none".into()),
            Self::ListTooLong { said, room, .. } => {
                (format!("at most {room} entries"), format!("{said} entries"))
            }
            Self::SubkeyCount { said, found, .. } => {
                (format!("{said} subkeys"), format!("{found} subkeys"))
            }
            Self::ValueCount { said, found, .. } => {
                (format!("{said} values"), format!("{found} values"))
            }
            Self::PredefinedHandle { .. } => ("a count of values".into(), "a handle".into()),
            Self::NestedIndexRoot { .. } => ("a leaf".into(), "an index root".into()),
            Self::OutOfOrder { .. } => {
                ("names in order".into(), "a name that sorts earlier".into())
            }
            Self::WrongHint { expected, found, .. } => {
                (format!("{expected:#010x}"), format!("{found:#010x}"))
            }
            Self::WrongParent { expected, found, .. } => (expected.to_string(), found.to_string()),
            Self::ListedTwice { .. } => ("one parent".into(), "another list entry".into()),
            Self::EndlessList { .. } => {
                ("a list that ends".into(), "more entries than keys fit".into())
            }
            Self::TooDeep { .. } => ("at most 512 levels".into(), "a deeper key".into()),
            Self::PathCut { .. } => ("a path in proportion".into(), "paths that multiply".into()),
            Self::InlineTooLong { length, .. } => {
                ("at most 4 bytes".into(), format!("{length} bytes"))
            }
            Self::DataTooShort { expected, found, .. } => {
                (format!("{expected} bytes"), format!("{found} bytes"))
            }
            Self::SharedData { .. } => ("data of its own".into(), "shared data".into()),
            Self::Truncated { said, found } => {
                (format!("{said:#x} bytes"), format!("{found:#x} bytes"))
            }
            Self::BinsSize { said } => ("a multiple of 4096, not 0".into(), format!("{said:#x}")),
            Self::Checksum { expected, found } => {
                (format!("{expected:#010x}"), format!("{found:#010x}"))
            }
            Self::BaseSignature { found } => ("\"regf\"".into(), format!("bytes {found:08x}")),
            Self::Version { major, minor } => ("1.1 to 1.6".into(), format!("{major}.{minor}")),
            Self::Layout { minor, old_layout } => (
                format!("1.{minor}"),
                if old_layout { "the cell layout of 1.1" } else { "the cell layout from 1.2 on" }
                    .into(),
            ),
            Self::FileType { file_type, format } => {
                ("0, 1".into(), format!("{file_type}, {format}"))
            }
            Self::FirstBin { found } | Self::BinSignature { found, .. } => {
                ("\"hbin\"".into(), format!("bytes {found:08x}"))
            }
            Self::BinOffset { at, found } => (at.to_string(), format!("{found:#x}")),
            Self::BinSize { found, room, .. } => {
                (format!("a multiple of 4096, at most {room:#x}"), format!("{found:#x}"))
            }
            Self::NotTiled { size, room, .. } => {
                (format!("a cell of at most {room} bytes"), format!("{size} bytes"))
            }
            Self::NotACell { .. } => ("the start of a cell".into(), "a place inside one".into()),
            Self::SharedCell { .. } => ("one owner".into(), "two".into()),
        }
    }
}

/// Who points nowhere: a cell, or the base block where no cell does.
fn named_by(from: CellOffset) -> String {
    if from.is_none() { "the base block".into() } else { format!("the record in cell {from}") }
}

fn place(cell: CellOffset) -> String {
    if cell.is_none() { cell.to_string() } else { format!("in cell {cell}") }
}

/// Damage as data: what reports and verdicts carry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DamageReport {
    /// Offset in the file, in bytes: of the cell, or of the base block's field.
    pub file_offset: u64,
    /// A stable word for the kind of damage, as [`Damage::code`] gives it.
    pub code: String,
    /// The cell, relative to the hive bins data; `None` for the base block.
    pub cell: Option<CellOffset>,
    /// One sentence.
    pub message: String,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// Sorts damage by place and code and drops what was met twice, so that reports do not depend on
/// the order of reading.
pub fn sort_damage(damage: &mut Vec<DamageReport>) {
    damage.sort();
    damage.dedup();
}
