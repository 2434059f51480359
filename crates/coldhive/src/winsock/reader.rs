//! What all parts of the page read with: the case, a control set, and how much may still be kept.

use coldhive_hive::{CellOffset, Damage, FileTime, Key, Lookup, Value};
use coldhive_security::Guid;
use coldhive_system::{ControlSet, KeyFacts, System};
use serde::Serialize;

use crate::case::Case;
use crate::files::RecordPlace;

/// Real hives have a dozen transports, providers and catalog entries; one made to keep a reader busy has millions.
pub(super) const MOST_SHOWN: usize = 64;
/// What a report may keep besides twice the size of the hive, in bytes.
const ROOM: usize = 1 << 22;

/// How much a report may still keep, in bytes: control sets and keys of a hive can share one value that is as large as
/// the hive, and none that is sound does.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Room {
    pub(super) fn of(case: &Case) -> Self {
        let bins = usize::try_from(case.hive().bins_size()).unwrap_or(usize::MAX);
        Self(bins.saturating_mul(2).saturating_add(ROOM))
    }

    /// Whether there is room for that many bytes, which it takes.
    pub(super) const fn take(&mut self, bytes: usize) -> bool {
        match self.0.checked_sub(bytes) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

/// Reads one control set.
pub(super) struct Reader<'r, 'c> {
    pub(super) case: &'c Case,
    pub(super) system: System<'c>,
    pub(super) set: &'r ControlSet,
    pub(super) room: &'r mut Room,
    pub(super) problems: Vec<String>,
    pub(super) missing: Vec<MissingKey>,
    /// What was looked for and isn't in the file's part of the registry.
    pub(super) not_in_file: Vec<String>,
}

/// A key that was looked for and not found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MissingKey {
    /// Its path below `HKLM\SYSTEM`.
    pub path: String,
    /// `absent`, `unreadable` or `obscured`.
    pub finding: &'static str,
    /// The same in words, with the damage.
    pub why: String,
    /// Whether the file could hold it: one that was saved from a part of the registry can't hold all.
    pub in_file: bool,
}

/// A key, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyPlace {
    /// The path below `HKLM\SYSTEM`.
    pub path: String,
    /// Where the key node (`nk`) stands; null where the source has no records.
    pub node: Option<RecordPlace>,
    /// The line of the exported text that it begins in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// When the key was last written (UTC); null where the source has no times.
    pub last_written: Option<FileTime>,
}

/// Where a record stands, or the line of the text that the hive was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Stands {
    /// A record in a file.
    Record(RecordPlace),
    /// A line of an exported text, from 1.
    Line {
        /// The line.
        line: u32,
    },
}

impl Stands {
    /// Where a record stands; nowhere where no line of an exported text names it.
    pub(crate) fn of(case: &Case, cell: CellOffset, offset: u64) -> Option<Self> {
        if case.is_text() {
            return case.place(offset).line.map(|line| Self::Line { line });
        }
        Some(Self::Record(RecordPlace::of(case, cell, offset)))
    }
}

impl<'c> Reader<'_, 'c> {
    /// The facts of a key; without its SDDL where there is no more room.
    pub(super) fn facts(&mut self, key: &Key<'_>) -> KeyFacts {
        let mut facts = self.system.facts(key);
        if !self.room.take(facts.sddl.as_ref().map_or(0, String::len)) {
            facts.sddl = None;
            facts.security_problem = Some(NO_ROOM.into());
        }
        facts
    }

    /// Where a record stands.
    pub(super) fn stands(&self, cell: CellOffset, offset: u64) -> Option<Stands> {
        Stands::of(self.case, cell, offset)
    }

    /// Where a value's record stands, if it was found.
    pub(super) fn value_stands(&self, value: &Lookup<Value<'c>>) -> Option<Stands> {
        match value {
            Lookup::Found(value) => self.stands(value.cell(), value.file_offset()),
            _ => None,
        }
    }

    pub(super) fn key_place(&self, path: &str, key: &Key<'_>) -> KeyPlace {
        let lacks = self.system.lacks();
        let (node, line) = match self.stands(key.cell(), key.file_offset()) {
            Some(Stands::Record(place)) => (Some(place), None),
            Some(Stands::Line { line }) => (None, Some(line)),
            None => (None, None),
        };
        let last_written = (!lacks.times).then(|| key.last_written());
        KeyPlace { path: path.to_owned(), node, line, last_written }
    }

    /// What was found; otherwise notes in words why it was not.
    pub(super) fn take<T>(&mut self, path: &str, answer: Lookup<T>) -> Option<T> {
        let found = self.take_quietly(path, answer);
        if let (None, Some(missing)) = (&found, self.missing.last()) {
            if missing.in_file {
                self.problems.push(missing.why.clone());
            } else {
                self.not_in_file.push(missing.path.clone());
            }
        }
        found
    }

    /// What was not found, and the problems in words: what the file can't hold is one.
    pub(super) fn finish(mut self) -> (Vec<String>, Vec<MissingKey>) {
        if !self.not_in_file.is_empty() {
            let paths = self.not_in_file.join(", ");
            self.problems.push(format!(
                "the file holds only a part of the registry, so whether these exist can't be told: {paths}"
            ));
        }
        (self.problems, self.missing)
    }

    /// The same for a key that may be absent with nothing wrong.
    pub(super) fn take_optional<T>(&mut self, path: &str, answer: Lookup<T>) -> Option<T> {
        if answer.is_absent() { self.take_quietly(path, answer) } else { self.take(path, answer) }
    }

    fn take_quietly<T>(&mut self, path: &str, answer: Lookup<T>) -> Option<T> {
        let damage = answer.damage().first().map(ToString::to_string).unwrap_or_default();
        let mut in_file = true;
        let (finding, why) = match answer {
            Lookup::Found(found) => return Some(found),
            Lookup::Absent => ("absent", format!("{path} is not there")),
            Lookup::Unreadable(_) => ("unreadable", format!("{path} is damaged: {damage}")),
            Lookup::Obscured(hidden) if hidden == [Damage::NotInExport] => {
                in_file = false;
                ("obscured", format!("whether {path} exists can't be told: {damage}"))
            }
            Lookup::Obscured(_) => {
                ("obscured", format!("damage hides whether {path} exists: {damage}"))
            }
        };
        self.missing.push(MissingKey { path: path.to_owned(), finding, why, in_file });
        None
    }

    /// Says how many of something are left out.
    pub(super) fn shorten<T>(&mut self, what: &str, list: &mut Vec<T>, most: usize) -> usize {
        let count = list.len();
        if count > most {
            self.problems.push(format!("{what} has {count} entries; the first {most} are shown"));
            list.truncate(most);
        }
        count.saturating_sub(most)
    }
}

/// Why something of a hive that repeats itself isn't told.
pub(super) const NO_ROOM: &str = "left out: the report would be larger than twice the hive, whose keys or control sets share data";

/// A GUID as Windows writes it, in braces.
pub(super) fn guid_text(guid: Guid) -> String {
    format!("{{{guid}}}").to_uppercase()
}
