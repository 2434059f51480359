//! What a cure is made of.

use coldhive_hive::{FileTime, HexBytes, ValueType};
use serde::Serialize;

use crate::files::RecordPlace;

/// What would put right what a verdict of Q262832 found: changes to import, permissions to set by hand, and what is
/// left out. To read; nothing in this project applies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cure {
    /// The rule.
    pub rule: String,
    /// The hive's path.
    pub hive: String,
    /// The SHA-256 of the hive's file.
    pub sha256: Option<String>,
    /// The control set that was evaluated.
    pub control_set: String,
    /// What `Select` makes of it.
    pub control_set_roles: Vec<String>,
    /// The registry path of that control set on the running node.
    pub root: String,
    /// What an import changes, in the order of the text.
    pub changes: Vec<Change>,
    /// What no text can carry: the security of keys.
    pub permissions: Vec<KeyPermissions>,
    /// What was found wrong and is not changed, or changed only in part.
    pub left_out: Vec<LeftOut>,
    /// What else there is to know before an import, in sentences.
    pub notes: Vec<String>,
    /// How the names of the files begin.
    #[serde(skip)]
    pub(super) stem: String,
    /// Tells cures apart whose names would begin alike; 1 adds nothing.
    #[serde(skip)]
    pub(super) number: u32,
}

/// One change of the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The key's path below the control set.
    pub key: String,
    /// What is done there.
    pub what: ChangeKind,
    /// The check that asks for it.
    pub check: String,
    /// Why, in a sentence.
    pub why: String,
    /// The records that it rests on.
    pub from: Vec<Source>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The key is made.
    AddKey,
    /// A value is set.
    SetValue {
        /// Its name; `""` for the default value.
        name: String,
        /// Its new type and data.
        to: Content,
        /// What was there.
        before: Before,
    },
}

/// Type and data of a value, as a hive holds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Content {
    /// The type as stored.
    pub type_code: u32,
    /// The data.
    pub data: HexBytes,
}

impl Content {
    pub(super) fn new(value_type: ValueType, data: &[u8]) -> Self {
        Self { type_code: value_type.code(), data: HexBytes(data.to_vec()) }
    }

    /// A well-formed list.
    pub(super) fn list(entries: &[String]) -> Self {
        let units = entries.iter().flat_map(|entry| entry.encode_utf16().chain([0])).chain([0]);
        let data: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
        Self::new(ValueType::MULTI_SZ, &data)
    }

    /// The type.
    #[must_use]
    pub const fn value_type(&self) -> ValueType {
        ValueType::new(self.type_code)
    }
}

/// What a value was before a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Before {
    /// It was certainly not there.
    Absent,
    /// It was this.
    Was(Content),
    /// It can't be told, for this reason.
    Unknown(String),
}

/// A record of the hive that a change rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Source {
    /// The key's path below the control set.
    pub key: String,
    /// The value, where the record is one.
    pub value: Option<String>,
    /// The control set that it stands in.
    pub control_set: String,
    /// Whether that is the last known good one.
    pub last_known_good: bool,
    /// What `Select` makes of that control set, in words.
    pub control_set_role: String,
    /// Where the record stands; null where the source has no records.
    pub record: Option<RecordPlace>,
    /// The line, where the source is a text.
    pub line: Option<u32>,
    /// When the key was last written (UTC); null where the source has no times.
    pub last_written: Option<FileTime>,
}

/// The security that a key should have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyPermissions {
    /// The key's path below the control set.
    pub key: String,
    /// The check that asks for it.
    pub check: String,
    /// What is wrong, in words.
    pub found: String,
    /// The descriptor to set, as SDDL.
    pub sddl: String,
    /// The owner and the entries of that in words.
    pub words: Vec<String>,
    /// Where the descriptor is taken from, in words.
    pub from: String,
}

/// Something that is wrong, or may be, and is not changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// The checks that tell of it; none for a part of what is restored.
    pub checks: Vec<String>,
    /// What it is about: a path below the control set, with the value.
    pub about: String,
    /// Why nothing is written for it.
    pub why: String,
    /// What to do instead.
    pub advice: String,
}
