//! What a file of the evidence is by its content.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identify::{NotAHive, identify};

/// What a file is by its bytes, whatever its name and its file type number say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Content {
    /// A hive, or the mirror of one.
    Hive,
    /// A transaction log of the old format (`DIRT`).
    OldLog,
    /// A transaction log of the new format (`HvLE`).
    NewLog,
    /// A base block with no log behind it: what a log is after it was emptied.
    BareBaseBlock,
    /// No bytes at all.
    Empty,
    /// Nothing but zeros.
    Zeros,
    /// Text from which a hive can be made.
    Text,
    /// Could not be read or expanded.
    Unreadable,
    /// Anything else.
    Other,
}

impl Content {
    /// Judges a file's (expanded) bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match identify(bytes) {
            None if is_bare(bytes) => Self::BareBaseBlock,
            None => Self::Hive,
            Some(NotAHive::Empty) => Self::Empty,
            Some(NotAHive::TransactionLog { kind: "old" }) => Self::OldLog,
            Some(NotAHive::TransactionLog { .. }) => Self::NewLog,
            Some(_) if bytes.iter().all(|byte| *byte == 0) => Self::Zeros,
            Some(NotAHive::Text | NotAHive::RegText) => Self::Text,
            Some(_) => Self::Other,
        }
    }

    /// Whether it is a transaction log.
    #[must_use]
    pub const fn is_log(self) -> bool {
        matches!(self, Self::OldLog | Self::NewLog)
    }
}

/// A base block that calls itself a log, with no hive bin behind it.
fn is_bare(bytes: &[u8]) -> bool {
    let file_type = crate::bytes::u32_at(bytes, 28).unwrap_or(0);
    file_type != 0 && bytes.get(4096..).is_none_or(|rest| !rest.starts_with(b"hbin"))
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hive => "a hive",
            Self::OldLog => "a transaction log of the old format (DIRT)",
            Self::NewLog => "a transaction log of the new format (HvLE)",
            Self::BareBaseBlock => "a base block with no log behind it",
            Self::Empty => "empty",
            Self::Zeros => "nothing but zeros",
            Self::Text => "text",
            Self::Unreadable => "unreadable",
            Self::Other => "neither a hive nor a log",
        })
    }
}
