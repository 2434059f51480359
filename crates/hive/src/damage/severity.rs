//! How much damage matters: what it costs a reader.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Damage, Structure};

/// What damage costs, the worst first.
///
/// It is told by the kind of damage alone, from the point of view of somebody who reads: what Windows does with such
/// a hive (repair it, refuse it, or crash) differs from version to version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something can't be read, or not all of it: a key, a value, its data, a name, a descriptor.
    Lost,
    /// Everything can be read, and who goes by it is led astray: Windows' own lookup misses it, two records claim
    /// the same place, a path leads elsewhere.
    Misleading,
    /// Bookkeeping that contradicts the rest: links, counts, headers, checksums. No key and no value is hidden
    /// by it.
    Structural,
    /// No damage: unusual, possible in a sound hive, and worth to be known.
    Notice,
}

impl Severity {
    /// A stable word, as it stands in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Misleading => "misleading",
            Self::Structural => "structural",
            Self::Notice => "notice",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Damage {
    /// What it costs who reads the hive.
    ///
    /// ```
    /// use coldhive_hive::{CellOffset, Damage, Severity};
    /// let at = CellOffset::new(0x20);
    /// assert_eq!(Damage::ListedTwice { at }.severity(), Severity::Misleading);
    /// assert_eq!(Damage::DataTooShort { at, expected: 8, found: 4 }.severity(), Severity::Lost);
    /// ```
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::OutOfBounds { .. }
            | Self::PointsNowhere { .. }
            | Self::Unaligned { .. }
            | Self::CellSize { .. }
            | Self::CellTooLong { .. }
            | Self::NotAllocated { .. }
            | Self::TooShort { .. }
            | Self::BadSignature { .. }
            | Self::EmptyName { .. }
            | Self::ListTooLong { .. }
            | Self::NestedIndexRoot { .. }
            | Self::EndlessList { .. }
            | Self::TooDeep { .. }
            | Self::InlineTooLong { .. }
            | Self::DataTooShort { .. }
            | Self::SharedData { .. }
            | Self::Reallocated { .. }
            | Self::Overwritten { .. }
            | Self::HeadOverwritten { .. }
            | Self::Truncated { .. } => Severity::Lost,
            // Of a name beyond all limits or with half a character the rest is read.
            Self::OddName { .. }
            | Self::NameTooLong { .. }
            | Self::ValueCount { .. }
            | Self::PredefinedHandle { .. }
            | Self::OutOfOrder { .. }
            | Self::WrongHint { .. }
            | Self::WrongParent { .. }
            | Self::ListedTwice { .. }
            | Self::DuplicateKey { .. }
            | Self::DuplicateValue { .. }
            | Self::BackslashInName { .. }
            | Self::Layout { .. }
            | Self::NotACell { .. } => Severity::Misleading,
            // Entries that are counted and not listed are lost; Windows overlooks those that aren't counted.
            Self::SubkeyCount { said, found, .. } => {
                if *found < *said {
                    Severity::Lost
                } else {
                    Severity::Misleading
                }
            }
            // Class names and security records that keys share are read all the same by each.
            Self::SharedCell { what: Structure::ClassName, .. } => Severity::Structural,
            Self::SharedCell { .. } => Severity::Misleading,
            Self::BinsSize { .. }
            | Self::Checksum { .. }
            | Self::BaseSignature { .. }
            | Self::Version { .. }
            | Self::FileType { .. }
            | Self::BinSignature { .. }
            | Self::BinOffset { .. }
            | Self::BinSize { .. }
            | Self::NotTiled { .. }
            | Self::EmptyClass { .. }
            | Self::RootFlag { .. }
            | Self::SegmentCount { .. }
            | Self::SecurityLink { .. }
            | Self::SecurityBackLink { .. }
            | Self::SecurityRing { .. }
            | Self::SecurityNotInRing { .. }
            | Self::SecurityUnused { .. }
            | Self::ReferenceCount { .. } => Severity::Structural,
            // A path that is cut is this reader's economy, and a link that leads away may be meant to.
            Self::NulInName { .. }
            | Self::PathCut { .. }
            | Self::LinkOutside { .. }
            | Self::LinkBroken { .. }
            | Self::TooManyLinks { .. }
            | Self::NotInExport => Severity::Notice,
        }
    }
}
