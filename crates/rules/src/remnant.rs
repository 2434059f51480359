//! Remnants in verdicts: deleted keys and values of what a rule looks at, that can still be read.

use coldhive_hive::{CellOffset, Certainty, Counterpart, DamageReport, FileTime};
use serde::{Deserialize, Serialize};

use crate::HexBytes;
use crate::evidence::EvidenceKind;

/// A deleted key, or a deleted value of a living one, where a check of the rule looks or by the name that it looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Remnant {
    /// The path of the key that the rule looks at, below `HKLM\SYSTEM`.
    pub path: String,
    /// Where the remnant says that it stood, in the hive; `...\` in front where the way up ends before the root, and
    /// `...` alone for a value that has no more than its name in common with one that the rule looks at.
    pub stood: String,
    /// Whether it is a key or a value.
    pub what: EvidenceKind,
    /// The value's name; null for a key.
    pub value: Option<String>,
    /// How sure it is that it stood there.
    pub certainty: Certainty,
    /// Whether the living tree has a key or value of that path and name.
    pub counterpart: Counterpart,
    /// When the key was last written (UTC); null for a value.
    pub last_written: Option<FileTime>,
    /// The record's cell, relative to the hive bins data.
    pub cell: CellOffset,
    /// The file that holds it.
    pub file: String,
    /// Where the record's first byte stands in that file, in bytes.
    pub file_offset: Option<u64>,
    /// The sequence number of the log entry that it was recovered from, where the file is a transaction log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_entry: Option<u32>,
    /// The key's values, or the value itself.
    pub values: Vec<RemnantValue>,
    /// Why it is taken for what it is, in a sentence.
    pub reason: String,
    /// What can't be read of it, or was overwritten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damage: Vec<DamageReport>,
}

/// The content of a deleted value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RemnantValue {
    /// Its name; empty for the default value.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub value_type: String,
    /// Its type as stored.
    pub type_code: u32,
    /// Its cell, relative to the hive bins data.
    pub cell: CellOffset,
    /// As much of its data as can be read, in hex; at most the first 65,536 bytes.
    pub data: HexBytes,
    /// The data in words, where it is text, a list or a number, and all of it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What can't be read of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damage: Option<DamageReport>,
}
