//! What is in a key: its subkeys and values.

use coldhive_hive::{Damage, FileTime, Lookup};
use coldhive_rules::{HexBytes, HiveInfo};
use serde::Serialize;

use super::get::KeyDetails;
use super::{KeyAnswer, link_target};
use crate::case::Case;
use crate::export::bytes_if_lossy;
use crate::key_path::{show_key_name, show_stored_value_name};
use crate::locate::locate;
use crate::winsock::Stands;

/// The version of the JSON form of [`KeyListReport`].
pub const KEY_LIST_SCHEMA: &str = "coldhive.list/1";

/// The subkeys and values of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyListReport {
    /// [`KEY_LIST_SCHEMA`].
    pub schema: &'static str,
    /// The hive.
    pub hive: HiveInfo,
    /// What came of looking for the key.
    #[serde(flatten)]
    pub answer: KeyAnswer,
    /// What else is to be said of the key.
    pub details: Option<KeyDetails>,
    /// Its subkeys that can be read, in stored order.
    pub subkeys: Vec<SubkeyReport>,
    /// Its values that can be read, in stored order.
    pub values: Vec<ValueLine>,
}

/// A subkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SubkeyReport {
    /// The name.
    pub name: String,
    /// The name's bytes in hex, where `name` can't show it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<HexBytes>,
    /// The name as a path that leads to it has it.
    pub shown: String,
    /// When it was last written (UTC); null where the source has no times.
    pub last_written: Option<FileTime>,
    /// How many subkeys its node says there are.
    pub subkeys: u32,
    /// How many values its node says there are.
    pub values: u32,
    /// Where it leads, if it is a symbolic link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether it marks a key that was deleted in this layer of the registry (format 1.6).
    pub tombstone: bool,
    /// Where the key node (`nk`) stands.
    pub stands: Option<Stands>,
}

/// A value without its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ValueLine {
    /// The name; `""` for the default value.
    pub name: String,
    /// The name's bytes in hex, where `name` can't show it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<HexBytes>,
    /// The name by which [`Case::get`] finds the value.
    pub shown: String,
    /// The type by name.
    #[serde(rename = "type")]
    pub value_type: String,
    /// How many bytes of data the value says it has.
    pub size: u32,
    /// Whether it marks a value that was deleted in this layer of the registry (format 1.6).
    pub tombstone: bool,
    /// Where the value's record (`vk`) stands.
    pub stands: Option<Stands>,
}

impl ValueLine {
    pub(super) fn of(case: &Case, value: &coldhive_hive::Value<'_>) -> Self {
        let name = value.readable_name();
        Self {
            name: name.to_string(),
            name_bytes: bytes_if_lossy(&name),
            shown: show_stored_value_name(&name),
            value_type: value.value_type().to_string(),
            size: value.size(),
            tombstone: value.is_tombstone(),
            stands: Stands::of(case, value.cell(), value.file_offset()),
        }
    }
}

impl KeyListReport {
    /// Whether the key was found and all that is in it can be told.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.details.as_ref().is_some_and(|key| !key.loses)
    }
}

impl Case {
    /// Lists the subkeys and values of a key, past all damage. The path is taken as by [`get`](Self::get).
    ///
    /// ```
    /// use coldhive::Case;
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-sound.SYSTEM"))?;
    /// let report = case.list("CurrentControlSet/Services/Winsock", false);
    /// let names: Vec<_> = report.subkeys.iter().map(|key| key.name.as_str()).collect();
    /// assert_eq!(names, ["Autodial", "Linkage", "Parameters", "Setup Migration"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn list(&self, key: &str, hash: bool) -> KeyListReport {
        let system = self.system();
        let located = locate(&system, key);
        let mut report = KeyListReport {
            schema: KEY_LIST_SCHEMA,
            hive: self.hive_info(hash),
            answer: KeyAnswer::of(self, &located, key),
            details: None,
            subkeys: Vec::new(),
            values: Vec::new(),
        };
        let Lookup::Found(found) = located.answer else { return report };
        let Some(visit) = found.walk().next() else { return report };
        report.values = visit.values.iter().map(|read| ValueLine::of(self, &read.value)).collect();
        let has_times = !system.lacks().times;
        let mut visit = visit;
        for subkey in found.subkeys() {
            let key = match subkey {
                Ok(key) => key,
                Err(damage) => {
                    // A list's damage is told by the visit.
                    if !visit.damage.contains(&damage) {
                        visit.damage.push(damage);
                    }
                    continue;
                }
            };
            let name = key.readable_name();
            report.subkeys.push(SubkeyReport {
                name: name.to_string(),
                name_bytes: bytes_if_lossy(&name),
                shown: show_key_name(&name),
                last_written: has_times.then(|| key.last_written()),
                subkeys: key.subkey_count(),
                values: key.value_count(),
                link: link_target(&key),
                tombstone: key.is_tombstone(),
                stands: Stands::of(self, key.cell(), key.file_offset()),
            });
        }
        report.details = Some(KeyDetails::of(self, &visit));
        report
    }
}

/// Findings of a whole subtree, each once.
pub(super) fn in_order(mut damage: Vec<Damage>) -> Vec<Damage> {
    damage.sort_unstable();
    damage.dedup();
    damage
}
