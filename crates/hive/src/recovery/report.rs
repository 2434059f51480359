//! What recovery did, as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::{Content, EvidenceFile, Role};

/// How the image came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RecoveryState {
    /// Nobody asked for recovery: the primary is read as it is.
    NotAsked,
    /// The primary is clean: there is nothing to recover.
    Clean,
    /// The primary was dirty, and log entries were applied.
    Recovered,
    /// The mirror stands in for the primary.
    Mirror,
    /// The primary is dirty, and there are logs, but none applies: it is read as it is.
    NothingApplies,
    /// The primary is dirty, and there is no log: it is read as it is.
    NoLogs,
    /// The image was made by other means than reading a hive file.
    Made,
}

impl RecoveryState {
    /// The state in a word, as it is serialized.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAsked => "not-asked",
            Self::Clean => "clean",
            Self::Recovered => "recovered",
            Self::Mirror => "mirror",
            Self::NothingApplies => "nothing-applies",
            Self::NoLogs => "no-logs",
            Self::Made => "made",
        }
    }
}

impl fmt::Display for RecoveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The first and the last sequence number of log entries. Numbers wrap: the last may be the smaller one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceRange {
    /// The first entry's.
    pub first: u32,
    /// The last entry's.
    pub last: u32,
}

impl fmt::Display for SequenceRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{} to {}", self.first, self.last)
        }
    }
}

/// What was made of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileUse {
    /// The path or name, as evidence has it.
    pub path: String,
    /// What the file is by its name.
    pub role: Role,
    /// What the file is by its bytes.
    pub content: Content,
    /// Whether any of its bytes stand in the image.
    pub used: bool,
    /// Why it was used or not, in a sentence without a full stop.
    pub why: String,
    /// How many good entries the file holds, if it is a log: of the old format one.
    pub entries_found: u32,
    /// How many of them were applied.
    pub entries_applied: u32,
    /// The sequence numbers of those that were applied.
    pub applied: Option<SequenceRange>,
}

impl FileUse {
    pub(crate) fn new(file: &EvidenceFile, used: bool, why: impl Into<String>) -> Self {
        Self {
            path: file.path().display().to_string(),
            role: file.role(),
            content: file.content(),
            used,
            why: why.into(),
            entries_found: 0,
            entries_applied: 0,
            applied: None,
        }
    }
}

/// What was done to bring a hive up to date, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recovery {
    /// How the image came about.
    pub state: RecoveryState,
    /// The state in a sentence without a full stop.
    pub summary: String,
    /// Whether the primary was dirty: its checksum is wrong, or its sequence numbers differ.
    pub was_dirty: bool,
    /// Whether the image is still dirty.
    pub is_dirty: bool,
    /// What was made of each file of the evidence, in its order.
    pub files: Vec<FileUse>,
    /// How many log entries were applied; a log of the old format counts as one.
    pub entries: u32,
    /// Their sequence numbers.
    pub applied: Option<SequenceRange>,
    /// How many different 512-byte pages of the image come from logs.
    pub pages: u32,
    /// What else there is to know, in sentences without a full stop.
    pub notes: Vec<String>,
}
