//! Export: every key and value of a hive as records, past all damage.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use coldhive_hive::{
    CellOffset, Damage, FileTime, Hex, Key, Layer, Lookup, Name, ValueType, Visit, Walk,
};
use coldhive_rules::{FileInfo, HexBytes};
use coldhive_system::sddl;
use serde::{Serialize, Serializer};

use crate::case::Case;
use crate::files::{OriginRun, digest_of};
use crate::locate::locate;

/// One line of an export.
///
/// Names and data are the hive's own bytes, as far as they stand there as they are told.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ExportRecord<'i> {
    /// The first: the hive.
    Hive(HiveRecord),
    /// A key with its values.
    Key(KeyRecord<'i>),
    /// The last: totals.
    End(EndRecord),
}

/// What an export says of the hive.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HiveRecord {
    /// The path as given.
    pub path: String,
    /// The file's size in bytes.
    pub size: u64,
    /// The file's SHA-256; null where it was not computed.
    pub sha256: Option<String>,
    /// The format's version.
    pub format: String,
    /// Whether writes were under way when the hive was copied.
    pub dirty: bool,
    /// What was done about that, in a word, as `recovered` or `clean`.
    pub logs: String,
    /// The files that the hive was read from, the hive's own first, and those beside it that were not used.
    pub files: Vec<FileInfo>,
    /// Where the bytes of the hive come from, where they aren't all the file's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<OriginRun>,
    /// What is to be said of how the hive was read.
    pub notes: Vec<String>,
    /// The path of the key that the export starts at, `""` for the root.
    pub start: String,
}

/// A key.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct KeyRecord<'i> {
    /// The path from the hive's root, without the root's own name; `""` for the root.
    pub path: String,
    /// The name as stored.
    pub name: Cow<'i, str>,
    /// The name's bytes in hex, where `name` can't show it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<Hex<'i>>,
    /// The class name.
    pub class: Option<Cow<'i, str>>,
    /// When the key was last written (UTC); null where the source doesn't tell, as exported text.
    pub last_written: Option<FileTime>,
    /// The node's cell, relative to the hive bins data; null where the source has no cells.
    pub cell: Option<CellOffset>,
    /// The line of the text that names the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What the key is in a layered hive (format 1.6), where that isn't to be merged with the layer below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<Layer>,
    /// The security descriptor as SDDL, which many keys share.
    #[serde(serialize_with = "shared")]
    pub sd: Option<Arc<str>>,
    /// Why there is no SDDL.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shared")]
    pub sd_problem: Option<Arc<str>>,
    /// The values, in stored order.
    pub values: Vec<ValueRecord<'i>>,
    /// What is wrong with the key.
    #[serde(serialize_with = "as_reports")]
    pub damage: Vec<Damage>,
}

/// A value.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ValueRecord<'i> {
    /// The name; `""` for the default value.
    pub name: Cow<'i, str>,
    /// The name's bytes in hex, where `name` can't show it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<Hex<'i>>,
    /// The type by name.
    #[serde(rename = "type")]
    pub value_type: Cow<'static, str>,
    /// The type as stored.
    pub type_code: u32,
    /// The record's cell, relative to the hive bins data; null where the source has no cells.
    pub cell: Option<CellOffset>,
    /// The line of the text that the value begins in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Whether it marks a value that was deleted in this layer of the registry (format 1.6).
    #[serde(skip_serializing_if = "is_false")]
    pub tombstone: bool,
    /// How many bytes of data the value says it has.
    pub size: u32,
    /// The data that could be read, in hex.
    pub data: Hex<'i>,
}

/// The totals.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EndRecord {
    /// Keys that were exported.
    pub keys: u64,
    /// Values that were exported.
    pub values: u64,
    /// All damage that was met, of the hive as a whole first.
    #[serde(serialize_with = "as_reports")]
    pub damage: Vec<Damage>,
}

/// Damage is made into words as it is written: a hive full of it would fill memory with them.
pub(crate) fn as_reports<S: Serializer>(
    damage: &[Damage],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(damage.iter().map(Damage::report))
}

/// How many descriptors' texts are kept for the keys that share them. Real hives have a few hundred.
const MOST_DESCRIPTORS: usize = 512;

/// The text of a descriptor, and why there is none.
#[derive(Clone)]
struct Sddl {
    text: Option<Arc<str>>,
    problem: Option<Arc<str>>,
}

impl Sddl {
    fn of(key: &Key<'_>) -> Self {
        let (text, problem) = sddl(key);
        Self { text: text.map(Arc::from), problem: problem.map(Arc::from) }
    }
}

/// The records of an export, made one by one.
pub struct Export<'i> {
    case: &'i Case,
    first: Option<HiveRecord>,
    walk: Option<Walk<'i>>,
    prefix: String,
    security: HashMap<CellOffset, Sddl>,
    end: Option<EndRecord>,
}

impl Case {
    /// Exports a key and everything below it; `""` for the whole hive.
    ///
    /// The path is that below the hive's root, or any other that [`get`](Self::get) takes. A key that isn't there gives the
    /// lookup's other answers. A root that can't be read gives an export
    /// of the hive line and the damage alone.
    pub fn export(&self, key: &str, hash: bool) -> Lookup<Export<'_>> {
        let hive = self.hive();
        // What is stored counts: links and tombstones are exported as they stand there.
        let start = match hive.key(key) {
            Lookup::Found(key) => Some(key),
            // What can be told of the hive is worth exporting even where the root is not.
            Lookup::Unreadable(_) if key.is_empty() => None,
            _ => match locate(&self.system(), key).answer {
                Lookup::Found(key) => Some(key),
                Lookup::Absent => return Lookup::Absent,
                Lookup::Unreadable(damage) => return Lookup::Unreadable(damage),
                Lookup::Obscured(damage) => return Lookup::Obscured(damage),
            },
        };
        let prefix = start.as_ref().map(stored_path).unwrap_or_default();
        let mut damage = hive.damage();
        damage.extend(hive.root().err());
        let first = HiveRecord {
            path: self.path(),
            size: self.evidence().primary().size(),
            sha256: digest_of(self.evidence().primary(), hash).map(|digest| digest.to_string()),
            format: hive.base_block().format(),
            dirty: self.image().recovery().was_dirty,
            logs: self.image().recovery().state.to_string(),
            files: self.files(hash),
            origins: self.origins(),
            notes: self.recovery_note().into_iter().chain(self.notes()).collect(),
            start: prefix.clone(),
        };
        Lookup::Found(Export {
            case: self,
            first: Some(first),
            walk: start.map(|key| key.walk()),
            prefix,
            security: HashMap::new(),
            end: Some(EndRecord { keys: 0, values: 0, damage }),
        })
    }
}

fn stored_path(key: &Key<'_>) -> String {
    key.path().unwrap_or_else(|_| key.readable_name().to_string())
}

impl<'i> Export<'i> {
    fn key(&mut self, visit: Visit<'i>) -> KeyRecord<'i> {
        let key = visit.key;
        if self.security.len() >= MOST_DESCRIPTORS {
            self.security.clear();
        }
        let sddl = self.security.entry(key.security_cell()).or_insert_with(|| Sddl::of(&key));
        let Sddl { text: sd, problem: sd_problem } = sddl.clone();
        let (is_text, image) = (self.case.is_text(), self.case.image());
        let sd_problem = sd_problem.filter(|_| !is_text);
        let line = |offset| if is_text { image.origin(offset).line } else { None };
        let path = match (self.prefix.is_empty(), visit.path.is_empty()) {
            (true, _) => visit.path,
            (false, true) => self.prefix.clone(),
            (false, false) => format!("{}\\{}", self.prefix, visit.path),
        };
        let name = key.readable_name();
        let values: Vec<_> = visit
            .values
            .into_iter()
            .map(|read| {
                let name = read.value.readable_name();
                let value_type = read.value.value_type();
                ValueRecord {
                    name: name.to_string_lossy(),
                    name_bytes: hex_if_lossy(name),
                    value_type: type_name(value_type),
                    type_code: value_type.code(),
                    cell: (!is_text).then(|| read.value.cell()),
                    line: line(read.value.file_offset()),
                    tombstone: read.value.is_tombstone(),
                    size: read.value.size(),
                    data: Hex(read.data.bytes),
                }
            })
            .collect();
        KeyRecord {
            path,
            name: name.to_string_lossy(),
            name_bytes: hex_if_lossy(name),
            class: visit.class.map(|class| class.to_string_lossy()),
            last_written: (!is_text).then(|| key.last_written()),
            cell: (!is_text).then(|| key.cell()),
            line: line(key.file_offset()),
            layer: key.layer().filter(Layer::says_something),
            sd,
            sd_problem,
            values,
            damage: visit.damage,
        }
    }
}

fn type_name(value_type: ValueType) -> Cow<'static, str> {
    value_type.name().map_or_else(|| value_type.to_string().into(), Cow::Borrowed)
}

#[expect(clippy::ref_option, reason = "serde passes a reference")]
fn shared<S: Serializer>(text: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(serializer)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

pub(crate) fn bytes_if_lossy(name: &Name<'_>) -> Option<HexBytes> {
    (!name.is_lossless()).then(|| HexBytes(name.bytes().to_vec()))
}

fn hex_if_lossy(name: Name<'_>) -> Option<Hex<'_>> {
    // Every character of Latin-1 can be shown.
    (name.is_utf16() && !name.is_lossless()).then(|| Hex(name.bytes().into()))
}

impl<'i> Iterator for Export<'i> {
    type Item = ExportRecord<'i>;

    fn next(&mut self) -> Option<ExportRecord<'i>> {
        if let Some(first) = self.first.take() {
            return Some(ExportRecord::Hive(first));
        }
        if let Some(visit) = self.walk.as_mut().and_then(Iterator::next) {
            let record = self.key(visit);
            if let Some(end) = &mut self.end {
                end.keys = end.keys.saturating_add(1);
                end.values = end.values.saturating_add(record.values.len() as u64);
                end.damage.extend_from_slice(&record.damage);
            }
            return Some(ExportRecord::Key(record));
        }
        self.end.take().map(|mut end| {
            end.damage.sort_unstable();
            end.damage.dedup();
            ExportRecord::End(end)
        })
    }
}
