//! What a verdict tells of logs beside the hive: the signs in them, and all that has a time in its order.

use coldhive_hive::FileTime;
use serde::{Deserialize, Serialize};

use crate::model::Meaning;
use crate::trace::LogKind;

/// An entry of a log that is a sign of the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SignFound {
    /// The sign's stable name.
    pub id: String,
    /// What it says.
    pub title: String,
    /// What that means.
    pub means: Meaning,
    /// When an event was generated, as the Event Viewer shows it, or a line was written (UTC); null where the log doesn't
    /// tell the date.
    pub when: Option<FileTime>,
    /// The time as the log has it, where that isn't all of `when`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// The log.
    pub file: String,
    /// Where the entry begins in it, in bytes.
    pub offset: u64,
    /// The entry's line, in a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The entry in words.
    pub text: String,
    /// The lines behind it that the rule names, each with its number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follows: Vec<String>,
    /// What is to be said of how it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A log that was searched for signs, and what that is worth where none was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LogSearched {
    /// The log.
    pub file: String,
    /// What it holds.
    pub kind: LogKind,
    /// How many entries it has.
    pub entries: usize,
    /// How many of these, the earliest, were not searched: that would have been more than one log may take, or the
    /// evaluation was cancelled.
    #[serde(default)]
    pub not_searched: usize,
    /// The earliest time of its sound entries; null where they tell no date.
    pub from: Option<FileTime>,
    /// The latest time of its sound entries; null where they tell no date.
    pub to: Option<FileTime>,
    /// How many signs were found in it.
    pub found: usize,
    /// How many of these are left out, the earliest of them.
    #[serde(default)]
    pub left_out: usize,
    /// What it says, and what its silence is worth, in a sentence.
    pub statement: String,
    /// What is to be said of how it was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Something that has a time: a key that was written, or a sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Moment {
    /// When; null where the date isn't known, and then it stands last.
    pub when: Option<FileTime>,
    /// What sort of thing it is.
    pub kind: MomentKind,
    /// What happened.
    pub what: String,
    /// Where that stands: a file with an offset or a line.
    pub place: String,
    /// What is to be said of its place in the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What sort of thing has a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MomentKind {
    /// A key that the checks looked at was last written.
    Key,
    /// The same key of another control set was.
    OtherControlSet,
    /// A sign in a log.
    Sign,
}
