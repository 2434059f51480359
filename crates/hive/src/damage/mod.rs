//! Damage: a fact about the evidence, carried by the answer it concerns.

mod report;
mod severity;
mod structure;

use thiserror::Error;

use crate::offset::CellOffset;

pub use report::{DamageReport, sort_damage};
pub use severity::Severity;
pub(crate) use structure::LONGEST_KEY_NAME;
pub use structure::{Signature, Structure};

/// One thing that is wrong with the bytes of a hive: what, where, expected, found.
///
/// Damage is never fatal: the answer that it concerns carries it. Offsets are relative to the hive bins data;
/// [`Damage::at`] gives them, and [`Damage::file_offset`] says where in the file to look. What it costs a reader is
/// its [`severity`](Damage::severity).
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
    #[error("the {what} stands at {at}, inside of another cell or of a bin's header")]
    NotACell { what: Structure, at: CellOffset },
    /// A cell that belongs in one place is named in two.
    #[error("the {what} in cell {at} is named more than once")]
    SharedCell { what: Structure, at: CellOffset },
    /// A symbolic link leads to a path that this hive doesn't hold. The link itself is sound, and what it
    /// stands for can't be seen.
    #[error("the key in cell {at} is a symbolic link that leads out of this hive")]
    LinkOutside { at: CellOffset },
    /// A symbolic link has no target that could be followed.
    #[error("the key in cell {at} is a symbolic link without a target that could be followed")]
    LinkBroken { at: CellOffset },
    /// A symbolic link leads to another and that to the next, without an end.
    #[error("the key in cell {at} stands behind more symbolic links than are followed")]
    TooManyLinks { at: CellOffset },
    /// The question is about a key that the file doesn't hold, because the file was saved from a part of the
    /// registry. These bytes are not damaged, but what they don't hold is hidden all the same.
    #[error("the file was saved from a key below or beside it, so it isn't part of it")]
    NotInExport,
    /// Two subkeys of one key have the same name: Windows finds but one of them.
    #[error(
        "the subkey in cell {entry} of the key in cell {at} has the name of the subkey in cell {first}"
    )]
    DuplicateKey { at: CellOffset, entry: CellOffset, first: CellOffset },
    /// Two values of one key have the same name: Windows finds but the first.
    #[error(
        "the value in cell {value} of the key in cell {at} has the name of the value in cell {first}"
    )]
    DuplicateValue { at: CellOffset, value: CellOffset, first: CellOffset },
    /// A key's name holds the character that parts names in a path: no path leads there.
    #[error(
        "the name of the key node in cell {at} holds a backslash, so that no path leads to the key"
    )]
    BackslashInName { at: CellOffset },
    /// A name holds a NUL: Windows' native interface makes and opens such names, and no program that takes
    /// names as texts that end with one can.
    #[error("the name of the {what} in cell {at} holds a NUL, so that most programs can't open it")]
    NulInName { what: Structure, at: CellOffset },
    /// A key names a cell for its class name, and says that the class name has no bytes.
    #[error("the key node in cell {at} names a class name in cell {class}, of 0 bytes")]
    EmptyClass { at: CellOffset, class: CellOffset },
    /// A key that isn't the root is marked as one.
    #[error(
        "the key node in cell {at} is marked as a root, but it is listed by the key in cell {parent}"
    )]
    RootFlag { at: CellOffset, parent: CellOffset },
    /// A big data record counts another number of segments than the data takes.
    #[error(
        "the big data record in cell {at} says it has {found} segments, but its data takes {expected}"
    )]
    SegmentCount { at: CellOffset, expected: u32, found: u32 },
    /// A link of the ring of security records leads to no security record.
    #[error(
        "the key security record in cell {at} names as the next one {}, where none can be read",
        that(*to)
    )]
    SecurityLink { at: CellOffset, to: CellOffset },
    /// Of two security records that follow one another, the second doesn't name the first.
    #[error(
        "the key security record in cell {at} says that the one before it is {}, but it follows the one in cell {expected}",
        place(*found)
    )]
    SecurityBackLink { at: CellOffset, expected: CellOffset, found: CellOffset },
    /// The ring of security records comes back to one in its midst and never to where it began.
    #[error("the ring of key security records closes at cell {at}, but began at cell {start}")]
    SecurityRing { at: CellOffset, start: CellOffset },
    /// A key's security record doesn't stand in the ring of them all.
    #[error("the key security record in cell {at} is missing from the ring of them all")]
    SecurityNotInRing { at: CellOffset },
    /// A security record stands in the ring of them all, and no key names it.
    #[error("the key security record in cell {at} says that {said} keys use it, but none names it")]
    SecurityUnused { at: CellOffset, said: u32 },
    /// A security record says that another number of keys use it than do.
    #[error("the key security record in cell {at} says that {said} keys use it, but {found} do")]
    ReferenceCount { at: CellOffset, said: u32, found: u32 },
    /// A remnant names a cell that the living tree uses again.
    #[error("the {what} that stood in cell {at} is gone: the living tree uses the cell again")]
    Reallocated { what: Structure, at: CellOffset },
    /// A record was written into what was a remnant's.
    #[error(
        "the {what} in cell {at} was overwritten, at least in part, by the record in cell {by}"
    )]
    Overwritten { what: Structure, at: CellOffset, by: CellOffset },
    /// The first bytes of a free cell's content lead to another free cell, as up to Windows 2000 they do.
    #[error(
        "the first four bytes of the {what} in cell {at} were overwritten when the cell was freed"
    )]
    HeadOverwritten { what: Structure, at: CellOffset },
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
            Self::LinkOutside { .. } => "link-outside",
            Self::LinkBroken { .. } => "link-broken",
            Self::TooManyLinks { .. } => "too-many-links",
            Self::NotInExport => "not-in-export",
            Self::DuplicateKey { .. } => "duplicate-key",
            Self::DuplicateValue { .. } => "duplicate-value",
            Self::BackslashInName { .. } => "backslash-in-name",
            Self::NulInName { .. } => "nul-in-name",
            Self::EmptyClass { .. } => "empty-class",
            Self::RootFlag { .. } => "root-flag",
            Self::SegmentCount { .. } => "segment-count",
            Self::SecurityLink { .. } => "security-link",
            Self::SecurityBackLink { .. } => "security-back-link",
            Self::SecurityRing { .. } => "security-ring",
            Self::SecurityNotInRing { .. } => "security-not-in-ring",
            Self::SecurityUnused { .. } => "security-unused",
            Self::ReferenceCount { .. } => "reference-count",
            Self::Reallocated { .. } => "reallocated",
            Self::Overwritten { .. } => "overwritten",
            Self::HeadOverwritten { .. } => "head-overwritten",
        }
    }

    /// Whether the damage is that of the root's own record.
    pub(crate) const fn is_of_the_root(&self) -> bool {
        matches!(
            self,
            Self::OutOfBounds { what: Structure::RootKey, .. }
                | Self::PointsNowhere { what: Structure::RootKey, .. }
                | Self::Unaligned { what: Structure::RootKey, .. }
                | Self::CellSize { what: Structure::RootKey, .. }
                | Self::CellTooLong { what: Structure::RootKey, .. }
                | Self::NotAllocated { what: Structure::RootKey, .. }
                | Self::TooShort { what: Structure::RootKey, .. }
                | Self::BadSignature { what: Structure::RootKey, .. }
        )
    }

    /// The cell that the damage concerns; `None` where it is a bin's, the base block's or the file's.
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
            | Self::BackslashInName { at }
            | Self::NulInName { at, .. }
            | Self::EmptyClass { at, .. }
            | Self::RootFlag { at, .. }
            | Self::SegmentCount { at, .. }
            | Self::SecurityLink { at, .. }
            | Self::SecurityBackLink { at, .. }
            | Self::SecurityRing { at, .. }
            | Self::SecurityNotInRing { at }
            | Self::SecurityUnused { at, .. }
            | Self::ReferenceCount { at, .. }
            | Self::Reallocated { at, .. }
            | Self::Overwritten { at, .. }
            | Self::HeadOverwritten { at, .. }
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
            Self::LinkOutside { at } | Self::LinkBroken { at } | Self::TooManyLinks { at } => {
                Some(*at)
            }
            Self::OutOfOrder { list, .. } | Self::WrongHint { list, .. } => Some(*list),
            Self::DuplicateKey { entry, .. } => Some(*entry),
            Self::DuplicateValue { value, .. } => Some(*value),
            Self::BinSignature { .. }
            | Self::BinOffset { .. }
            | Self::BinSize { .. }
            | Self::Truncated { .. }
            | Self::BinsSize { .. }
            | Self::Checksum { .. }
            | Self::BaseSignature { .. }
            | Self::Version { .. }
            | Self::Layout { .. }
            | Self::FileType { .. }
            | Self::NotInExport => None,
        }
    }
}

/// Who points nowhere: a cell, or the base block where no cell does.
fn named_by(from: CellOffset) -> String {
    if from.is_none() { "the base block".into() } else { format!("the record in cell {from}") }
}

fn that(cell: CellOffset) -> String {
    if cell.is_none() { "none".into() } else { format!("that in cell {cell}") }
}

fn place(cell: CellOffset) -> String {
    if cell.is_none() { cell.to_string() } else { format!("in cell {cell}") }
}
