//! The tree: every key of a subtree with its time, place, descriptor and values, and what no view decodes.

use coldhive_hive::{Damage, DamageReport, FileTime, Value};
use coldhive_rules::HexBytes;
use coldhive_system::winsock::{Accounted, Accounts, Totals};
use serde::Serialize;

use super::reader::{Reader, Stands};
use super::security::SecurityTable;

/// As much of the data of an unknown value as is kept, in bytes.
const MOST_DATA: usize = 4096;
/// About how many bytes a key of the tree takes besides its path, and a value besides its name.
const KEY_SIZE: usize = 320;
const VALUE_SIZE: usize = 160;

/// A subtree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tree {
    /// The path of its first key below `HKLM\SYSTEM`, names as stored.
    pub path: String,
    /// What of it is decoded, by counts; of all keys, those left out too.
    pub totals: Totals,
    /// The keys, depth first, in stored order.
    pub keys: Vec<TreeKey>,
    /// What no view decodes, in stored order.
    pub unknown: Vec<UnknownReport>,
    /// How many keys, values and findings of damage are left out, because the report would be larger than twice the
    /// hive.
    pub left_out: u64,
}

/// A key of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TreeKey {
    /// Its path below the start of the subtree; `""` for the start.
    pub path: String,
    /// What the key is to those who decode it; null where nothing leads to it.
    pub view: Option<&'static str>,
    /// When it was last written (UTC); null where the source has no times.
    pub last_written: Option<FileTime>,
    /// Where the key node (`nk`) stands.
    pub stands: Option<Stands>,
    /// The number of its security descriptor; null where the source has none.
    pub descriptor: Option<u32>,
    /// Its values: those that are decoded first.
    pub values: Vec<TreeValue>,
    /// What is wrong with the key and its lists.
    pub damage: Vec<DamageReport>,
}

/// A value of a key of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TreeValue {
    /// Its name; `""` for the default value.
    pub name: String,
    /// Its type, as `REG_SZ`.
    #[serde(rename = "type")]
    pub value_type: String,
    /// How many bytes of data it says it has.
    pub size: u32,
    /// Whether it is decoded.
    pub decoded: bool,
    /// Where the value's record (`vk`) stands.
    pub stands: Option<Stands>,
}

/// A key or value that no view decodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnknownReport {
    /// The key's path below the start of the subtree.
    pub path: String,
    /// The value's name; null for a key.
    pub value: Option<String>,
    /// The value's type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub value_type: Option<String>,
    /// How many bytes of data the value says it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// The data that could be read, in hex, or the first part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<HexBytes>,
}

impl Tree {
    /// Walks a subtree, whose path is the one that was asked for.
    pub(super) fn of<'c>(
        reader: &mut Reader<'_, 'c>,
        security: &mut SecurityTable<'c>,
        asked: &str,
        accounts: Accounts<'c>,
    ) -> Self {
        let path = reader.system.locate(asked).shown().unwrap_or_else(|| asked.to_owned());
        let mut tree = Self {
            path,
            totals: Totals::default(),
            keys: Vec::new(),
            unknown: Vec::new(),
            left_out: 0,
        };
        for account in accounts {
            tree.add(reader, security, account);
        }
        tree
    }

    fn add<'c>(
        &mut self,
        reader: &mut Reader<'_, 'c>,
        security: &mut SecurityTable<'c>,
        account: Accounted<'c>,
    ) {
        let lacks = reader.system.lacks();
        self.totals.add(&account);
        if !reader.room.take(account.path.len().saturating_add(KEY_SIZE)) {
            let all = account.typed.len().saturating_add(account.unknown.len());
            self.leave_out(all.saturating_add(account.damage.len()).saturating_add(1));
            return;
        }
        let key = account.key;
        if account.view.is_none() {
            self.unknown.push(UnknownReport {
                path: account.path.clone(),
                value: None,
                value_type: None,
                size: None,
                data: None,
            });
        }
        let full = match account.path.is_empty() {
            true => self.path.clone(),
            false => format!("{}\\{}", self.path, account.path),
        };
        let mut values = Vec::new();
        let typed = account.typed.iter().map(|value| (value, true));
        for (value, decoded) in typed.chain(account.unknown.iter().map(|value| (value, false))) {
            let name = value.readable_name().to_string();
            if !reader.room.take(name.len().saturating_add(VALUE_SIZE)) {
                self.leave_out(1);
                continue;
            }
            if !decoded {
                self.unknown.push(UnknownReport::value(reader, &account.path, &name, value));
            }
            values.push(TreeValue {
                name,
                value_type: value.value_type().to_string(),
                size: value.size(),
                decoded,
                stands: reader.stands(value.cell(), value.file_offset()),
            });
        }
        let damage = account.damage.iter().filter(|_| !lacks.records);
        self.keys.push(TreeKey {
            path: account.path,
            view: account.view,
            last_written: (!lacks.times).then(|| key.last_written()),
            stands: reader.stands(key.cell(), key.file_offset()),
            descriptor: security.number(reader, &full, &key),
            values,
            damage: damage.map(Damage::report).collect(),
        });
    }

    fn leave_out(&mut self, count: usize) {
        self.left_out = self.left_out.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
}

impl UnknownReport {
    fn value(reader: &mut Reader<'_, '_>, path: &str, name: &str, value: &Value<'_>) -> Self {
        let data = value.readable_data().bytes;
        let first: Vec<u8> = data.iter().copied().take(MOST_DATA).collect();
        let has_room = reader.room.take(first.len().saturating_add(path.len()));
        Self {
            path: path.to_owned(),
            value: Some(name.to_owned()),
            value_type: Some(value.value_type().to_string()),
            size: Some(value.size()),
            data: has_room.then_some(HexBytes(first)),
        }
    }
}
