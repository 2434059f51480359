//! Evidence: the bytes that a statement rests on.

use coldhive_hive::{
    Answer, CellOffset, Confirmation, Damage, DamageReport, FileTime, HexBytes, Observation,
    Subject,
};
use serde::{Deserialize, Serialize};

/// How many things that are wrong one piece of evidence tells: a hostile list has hundreds of thousands.
const MOST_DAMAGE: usize = 100;

pub(crate) const fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Which kind of record a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// A key node.
    Key,
    /// A key value.
    Value,
    /// A key security record.
    Security,
}

/// Which hive of the machine a record stands in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum HiveName {
    /// The SYSTEM hive that was evaluated.
    #[default]
    System,
    /// The SOFTWARE hive that was given beside it.
    Software,
}

impl HiveName {
    fn is_system(&self) -> bool {
        *self == Self::System
    }
}

/// What the record says about what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Finding {
    /// The record is what was asked for.
    Found,
    /// The record is the nearest key there is; what was asked for is certainly not below it.
    Absent,
    /// The record is what was asked for, and it can't be read.
    Unreadable,
    /// The record is the nearest key that can be read; damage hides what is below it.
    Obscured,
}

/// A record in the hive that a statement rests on, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Evidence {
    /// The hive that it stands in; absent for the SYSTEM hive.
    #[serde(default, skip_serializing_if = "HiveName::is_system")]
    pub hive: HiveName,
    /// The path of the record's key from the hive's root, names as stored.
    pub key: String,
    /// The key's name as stored, where the path doesn't end in it: the root's path is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The value's name; absent for a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Which kind of record it is.
    pub kind: EvidenceKind,
    /// What it says about what was asked.
    pub finding: Finding,
    /// Whether the record only marks that the key or value was deleted in this layer of the registry.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tombstone: bool,
    /// Whether the record is a remnant: of a deleted key or value, outside of the living tree.
    #[serde(default, skip_serializing_if = "is_false")]
    pub remnant: bool,
    /// What was not found below this key: a path of keys, relative to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks_key: Option<String>,
    /// The value that this key was not found to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks_value: Option<String>,
    /// The record's cell, relative to the hive bins data; null where it has none that could be told.
    pub cell: Option<CellOffset>,
    /// The file that holds it: the hive's, or the transaction log that it was recovered from.
    pub file: String,
    /// Where the record's first byte (`nk`, `vk`, `sk`) stands in that file, in bytes.
    pub file_offset: Option<u64>,
    /// The sequence number of the log entry that it was recovered from, where the file is a transaction log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_entry: Option<u32>,
    /// The line, where the file is a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// When the key was last written (UTC).
    pub last_written: Option<FileTime>,
    /// The value's type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub value_type: Option<String>,
    /// The value's type as stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_code: Option<u32>,
    /// The value's data or the security descriptor, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<HexBytes>,
    /// How many bytes of data there are, where `data` holds only the first ones: at most 65,536, and
    /// fewer where a check rests on very much data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_size: Option<usize>,
    /// The data in words, where it is text, a list or a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The security descriptor as SDDL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sddl: Option<String>,
    /// The ACEs that decided, as SDDL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aces: Vec<String>,
    /// What is wrong with it: at most the first hundred things.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damage: Vec<DamageReport>,
    /// How many more things are wrong with it; absent where all are told.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_damage: usize,
    /// What the second reader says.
    #[serde(default)]
    pub confirmed: Confirmation,
}

/// The most data that is kept, in bytes: a hive made for it could have every control set share one value as
/// large as the hive. A security descriptor has at most 65,535 bytes, and no list of names comes near.
const MOST_DATA: usize = 65_536;

impl Evidence {
    /// Keeps data, or its first part.
    pub(crate) fn set_data(&mut self, data: &[u8]) {
        let kept = data.get(..MOST_DATA).unwrap_or(data);
        self.data = Some(HexBytes(kept.to_vec()));
        self.data_size = (kept.len() < data.len()).then_some(data.len());
    }

    /// Keeps at most so much of the data; how much that is.
    pub(crate) fn keep_data(&mut self, most: usize) -> usize {
        let Some(data) = &mut self.data else { return 0 };
        let size = data.0.len();
        if size > most {
            data.0.truncate(most);
            self.data_size = self.data_size.or(Some(size));
        }
        size.min(most)
    }

    /// Adds what another look at the same record told.
    pub(crate) fn learn(&mut self, other: Self) {
        let aces: Vec<_> = other.aces.into_iter().filter(|ace| !self.aces.contains(ace)).collect();
        self.aces.extend(aces);
        let damage = other.damage.into_iter().filter(|damage| !self.damage.contains(damage));
        let damage: Vec<_> = damage.collect();
        self.damage.extend(damage);
        self.more_damage = self.more_damage.max(other.more_damage);
    }

    /// Adds what is wrong with it, each thing once.
    pub(crate) fn add_damage(&mut self, damage: &[Damage]) {
        let mut damage: Vec<_> = damage.iter().collect();
        damage.sort_unstable();
        damage.dedup();
        let room = MOST_DAMAGE.saturating_sub(self.damage.len());
        self.more_damage = self.more_damage.saturating_add(damage.len().saturating_sub(room));
        self.damage.extend(damage.into_iter().take(room).map(Damage::report));
    }

    /// The question to the hive behind this evidence, and the answer, for a second reader; `None` where
    /// the data is too large to be kept here, and so can't be compared, or the question is about what the
    /// file doesn't hold or the living tree doesn't lead to.
    #[must_use]
    pub fn observation(&self) -> Option<Observation> {
        let not_held = self.damage.iter().any(|damage| damage.code == Damage::NotInExport.code());
        if self.data_size.is_some() || not_held || self.remnant {
            return None;
        }
        let key = match &self.lacks_key {
            Some(below) if self.key.is_empty() => below.clone(),
            Some(below) => format!("{}\\{below}", self.key),
            None => self.key.clone(),
        };
        let subject = match (&self.lacks_value, &self.value, self.kind) {
            (Some(name), _, _) | (None, Some(name), _) => Subject::Value(name.clone()),
            (None, None, EvidenceKind::Security) => Subject::Security,
            (None, None, _) => Subject::Key,
        };
        let bytes = || self.data.clone().unwrap_or_default().0;
        let answer = match (self.finding, self.kind) {
            (Finding::Absent, _) => Answer::Absent,
            (Finding::Unreadable, _) => Answer::Unreadable,
            (Finding::Obscured, _) => Answer::Obscured,
            (Finding::Found, EvidenceKind::Key) => {
                let last = || self.key.rsplit('\\').next().unwrap_or_default().to_owned();
                Answer::Key { name: self.name.clone().unwrap_or_else(last) }
            }
            (Finding::Found, EvidenceKind::Value) => {
                Answer::Value { type_code: self.type_code.unwrap_or_default(), data: bytes() }
            }
            (Finding::Found, EvidenceKind::Security) => Answer::Security { descriptor: bytes() },
        };
        Some(Observation { key, subject, answer })
    }
}
