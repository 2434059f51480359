//! Damage as data: offset, code, a sentence, what should stand there and what does.

use serde::{Deserialize, Serialize};

use super::Damage;
use crate::offset::CellOffset;

/// Damage as data: what reports and verdicts carry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DamageReport {
    /// Offset in the file, in bytes: of the cell, the bin, or the base block's field.
    pub file_offset: u64,
    /// A stable word for the kind of damage, as [`Damage::code`] gives it.
    pub code: String,
    /// The cell, relative to the hive bins data; `None` for a bin and the base block.
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

impl Damage {
    /// The owned form for reports.
    #[must_use]
    pub fn report(&self) -> DamageReport {
        let (expected, found) = self.expected_and_found();
        DamageReport {
            code: self.code().into(),
            cell: self.at(),
            file_offset: self.file_offset(),
            message: self.to_string(),
            expected,
            found,
        }
    }

    /// Where to look, as an offset in the file in bytes: the cell, the bin, or the base block's field.
    #[must_use]
    pub fn file_offset(&self) -> u64 {
        match self {
            Self::BinSignature { at, .. }
            | Self::BinOffset { at, .. }
            | Self::BinSize { at, .. } => at.file_offset(),
            _ => self.at().map_or_else(|| self.base_block_field(), CellOffset::file_offset),
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
            Self::LinkOutside { .. } => ("a target in this hive".into(), "one elsewhere".into()),
            Self::LinkBroken { .. } => ("a target".into(), "none that could be followed".into()),
            Self::TooManyLinks { .. } => {
                ("a key at the end".into(), "one link after another".into())
            }
            Self::NotInExport => ("the whole of HKLM\\SYSTEM".into(), "a part of it".into()),
            Self::BinSignature { found, .. } => ("\"hbin\"".into(), format!("bytes {found:08x}")),
            Self::BinOffset { at, found } => (at.to_string(), format!("{found:#x}")),
            Self::BinSize { found, room, .. } => {
                (format!("a multiple of 4096, at most {room:#x}"), format!("{found:#x}"))
            }
            Self::NotTiled { size, room, .. } => {
                (format!("a cell of at most {room} bytes"), format!("{size} bytes"))
            }
            Self::NotACell { .. } => ("the start of a cell".into(), "a place inside one".into()),
            Self::SharedCell { .. } => ("named once".into(), "named more than once".into()),
            Self::DuplicateKey { .. } => ("one subkey of a name".into(), "another".into()),
            Self::DuplicateValue { .. } => ("one value of a name".into(), "another".into()),
            Self::BackslashInName { .. } => {
                ("a name without a backslash".into(), "a name with one".into())
            }
            Self::NulInName { .. } => ("a name without a NUL".into(), "a name with one".into()),
            Self::EmptyClass { class, .. } => (CellOffset::NONE.to_string(), class.to_string()),
            Self::RootFlag { .. } => ("no flag of a root".into(), "the flag of a root".into()),
            Self::SegmentCount { expected, found, .. } => {
                (format!("{expected} segments"), format!("{found} segments"))
            }
            Self::SecurityLink { to, .. } => {
                ("the cell of a key security record".into(), to.to_string())
            }
            Self::SecurityBackLink { expected, found, .. } => {
                (expected.to_string(), found.to_string())
            }
            Self::SecurityRing { at, start } => (start.to_string(), at.to_string()),
            Self::SecurityNotInRing { .. } => ("a place in the ring".into(), "none".into()),
            Self::Reallocated { .. } => ("a cell not in use".into(), "a cell in use".into()),
            Self::Overwritten { by, .. } => {
                ("its bytes alone".into(), format!("the record in cell {by}"))
            }
            Self::HeadOverwritten { .. } => ("its first bytes".into(), "a link".into()),
            Self::SecurityUnused { .. } => ("a key that names it".into(), "none".into()),
            Self::ReferenceCount { said, found, .. } => (found.to_string(), said.to_string()),
        }
    }
}
