//! The control sets that something can be restored from, and reading it there.

use coldhive_hive::{Key, Lookup, ReadValue, Value, ValueType, names_equal};
use coldhive_rules::Verdict;

use coldhive_system::{ControlSet, LAST_KNOWN_GOOD, Located, System};

use super::data::{Content, Source};
use super::lists::{decoded, told_entries};
use super::reg_text::{Carried, refused_key};
use crate::case::Case;
use crate::files::RecordPlace;

/// How many other control sets are looked at. Real hives have two to five.
const MOST_SETS: usize = 16;
/// The most keys, values, and bytes of data and names that are restored. A real `Setup Migration` has a dozen keys and a
/// few KB.
const MOST_KEYS: usize = 256;
const MOST_VALUES: usize = 1024;
const MOST_BYTES: usize = 256 * 1024;

/// A control set, with what it is to the machine.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) name: String,
    pub(super) last_known_good: bool,
    /// What `Select` makes of it, in words.
    pub(super) role: String,
}

/// The hive and its control sets.
pub(super) struct Sets<'c> {
    pub(super) case: &'c Case,
    pub(super) system: System<'c>,
    /// The one that was evaluated.
    pub(super) own: Set,
    /// The others, the last known good one first, without those that failed.
    pub(super) others: Vec<Set>,
    /// Why nothing is taken from some, in clauses.
    passed_over: Vec<String>,
}

/// A key that can be restored.
pub(super) struct FoundKey {
    /// Its path below where the reading began; `""` for the start.
    pub(super) below: String,
    pub(super) source: Source,
    pub(super) values: Vec<FoundValue>,
    /// What of it a text can't carry, and why.
    pub(super) not_carried: Vec<(String, String)>,
}

pub(super) struct FoundValue {
    pub(super) name: String,
    pub(super) content: Content,
    pub(super) source: Source,
}

/// How much of a key is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Its own values alone.
    Values,
    /// All below it.
    Whole,
}

impl<'c> Sets<'c> {
    pub(super) fn of(case: &'c Case, verdict: &Verdict) -> Option<Self> {
        let system = case.system();
        let own = verdict.control_set.clone()?;
        let is_own = |set: &ControlSet| names_equal(set.name(), &own);
        let (failed, others): (Vec<ControlSet>, Vec<ControlSet>) = system
            .control_sets()
            .into_iter()
            .filter(|set| !is_own(set))
            .partition(|set| system.roles(set).contains(&"failed"));
        let role = |it: &ControlSet| set(&system, it.name(), &system.roles(it));
        let mut others: Vec<Set> = others.iter().map(role).collect();
        others.sort_by_key(|other| !other.last_known_good);
        others.truncate(MOST_SETS);
        let passed_over = failed.iter().take(MOST_SETS).map(|set| {
            let name = set.name();
            format!("nothing is taken from {name}, which Windows gave up on (Select, value Failed)")
        });
        let passed_over = passed_over.collect();
        let roles: Vec<&str> = verdict.control_set_roles.iter().map(String::as_str).collect();
        let own = set(&system, &own, &roles);
        Some(Self { case, system, own, others, passed_over })
    }

    /// Looks a key of a control set up.
    pub(super) fn key(&self, set: &Set, below: &str) -> Lookup<Key<'c>> {
        self.located(set, below).answer
    }

    pub(super) fn located(&self, set: &Set, below: &str) -> Located<'c> {
        self.system.locate(&format!("{}\\{below}", set.name))
    }

    /// A record as the source of a change.
    pub(super) fn source(
        &self,
        set: &Set,
        below: &str,
        key: &Key<'_>,
        value: Option<&Value<'_>>,
    ) -> Source {
        let lacks = self.system.lacks();
        let (cell, offset) = match value {
            Some(value) => (value.cell(), value.file_offset()),
            None => (key.cell(), key.file_offset()),
        };
        Source {
            key: below.to_owned(),
            value: value.map(|value| value.readable_name().to_string()),
            control_set: set.name.clone(),
            last_known_good: set.last_known_good,
            control_set_role: set.role.clone(),
            record: (!lacks.records).then(|| RecordPlace::of(self.case, cell, offset)),
            line: self.case.place(offset).line,
            last_written: (!lacks.times).then(|| key.last_written()),
        }
    }

    /// A key with its values from the first other control set that has it undamaged; else why none does.
    pub(super) fn restored(&self, below: &str, depth: Depth) -> Result<Vec<FoundKey>, String> {
        let mut why = Vec::new();
        for set in &self.others {
            match self.key(set, below) {
                Lookup::Found(key) => match self.read(set, below, &key, depth) {
                    Ok(found) => return Ok(found),
                    Err(reason) => why.push(format!("in {} {reason}", set.name)),
                },
                Lookup::Absent => why.push(format!("{} does not have it either", set.name)),
                other => {
                    let damage = other.damage().first().map(ToString::to_string);
                    let damage = damage.unwrap_or_default();
                    why.push(format!("in {} it can't be read: {damage}", set.name));
                }
            }
        }
        Err(self.why_none(why))
    }

    /// Why no control set has something, from what each of them lacks.
    pub(super) fn why_none(&self, mut why: Vec<String>) -> String {
        why.extend_from_slice(&self.passed_over);
        if why.is_empty() {
            why.push("the hive has no other control set".into());
        }
        why.join("; ")
    }

    fn read(
        &self,
        set: &Set,
        below: &str,
        key: &Key<'_>,
        depth: Depth,
    ) -> Result<Vec<FoundKey>, String> {
        let mut found: Vec<FoundKey> = Vec::new();
        let (mut values, mut bytes) = (0_usize, 0_usize);
        let mut refused: Vec<String> = Vec::new();
        let mut keys = 0_usize;
        let most = if depth == Depth::Whole { usize::MAX } else { 1 };
        for visit in key.walk().take(most) {
            if let Some(damage) = visit.damage.first() {
                return Err(format!("it is damaged: {damage}"));
            }
            let sizes = visit.values.iter().map(|read| {
                read.data.bytes.len().saturating_add(read.value.readable_name().bytes().len())
            });
            bytes = sizes.fold(bytes.saturating_add(visit.path.len()), usize::saturating_add);
            values = values.saturating_add(visit.values.len());
            keys = keys.saturating_add(1);
            if keys > MOST_KEYS || values > MOST_VALUES || bytes > MOST_BYTES {
                return Err("it holds more than any real machine has there".into());
            }
            let is_below = |above: &String| {
                visit.path.strip_prefix(above.as_str()).is_some_and(|it| it.starts_with('\\'))
            };
            if refused.iter().any(is_below) {
                continue;
            }
            let name = visit.key.readable_name();
            let why_not = match refused_key(&name.to_string()) {
                _ if visit.key.is_link() => Some("it is a symbolic link"),
                _ if visit.key.is_tombstone() => Some("it only marks that it was deleted"),
                _ if !name.is_lossless() => Some("its name is not valid UTF-16"),
                // Where the reading began, the name is one of the article's.
                _ if visit.path.is_empty() => None,
                why => why,
            };
            if let Some(why) = why_not {
                let Some(start) = found.first_mut() else { return Err(why.into()) };
                start.not_carried.push((format!("the key {}", visit.path), why.into()));
                refused.push(visit.path);
                continue;
            }
            let path = join(below, &visit.path);
            let mut one = FoundKey {
                source: self.source(set, &path, &visit.key, None),
                values: Vec::new(),
                not_carried: Vec::new(),
                below: visit.path,
            };
            if visit.class.is_some() {
                one.not_carried.push(("its class name".into(), NO_CLASS.into()));
            }
            for read in &visit.values {
                match carried(read) {
                    Ok((name, content)) => {
                        let source = self.source(set, &path, &visit.key, Some(&read.value));
                        one.values.push(FoundValue { name, content, source });
                    }
                    Err(why) => {
                        let name = read.value.readable_name().to_string();
                        one.not_carried.push((format!("the value {name}"), why.into()));
                    }
                }
            }
            found.push(one);
        }
        Ok(found)
    }

    /// A list's entries from the first other control set where they can be told; else why from none.
    pub(super) fn list(&self, below: &str, name: &str) -> Result<(Vec<String>, Source), String> {
        let mut why = Vec::new();
        for list in self.lists(below, name) {
            match list {
                Ok(found) => return Ok(found),
                Err(reason) => why.push(reason),
            }
        }
        Err(self.why_none(why))
    }

    /// A list's entries from each other control set, or why they can't be told there.
    pub(super) fn lists(
        &self,
        below: &str,
        name: &str,
    ) -> impl Iterator<Item = Result<(Vec<String>, Source), String>> {
        self.others.iter().map(move |set| {
            self.list_of(set, below, name).map_err(|why| format!("in {} {why}", set.name))
        })
    }

    fn list_of(&self, set: &Set, below: &str, name: &str) -> Result<(Vec<String>, Source), String> {
        let located = self.located(set, below);
        match (&located.answer, located.value(name)) {
            (Lookup::Found(key), Lookup::Found(value)) if !value.is_tombstone() => {
                let data = value.data().map_err(|why| format!("it can't be read there: {why}"))?;
                if value.value_type() != ValueType::MULTI_SZ {
                    return Err(format!("it is {} there", value.value_type()));
                }
                let entries = decoded(&data).as_ref().and_then(told_entries);
                let entries = entries.ok_or("it has no entries that can be told")?;
                Ok((entries, self.source(set, below, key, Some(&value))))
            }
            (_, Lookup::Absent | Lookup::Found(_)) => Err("there is none".into()),
            (_, other) => {
                let damage = other.damage().first().map(ToString::to_string);
                Err(format!("it can't be read there: {}", damage.unwrap_or_default()))
            }
        }
    }
}

/// A control set with its role.
fn set(system: &System<'_>, name: &str, roles: &[&str]) -> Set {
    let last_known_good = roles.contains(&LAST_KNOWN_GOOD);
    let role = match roles {
        _ if last_known_good => "the last known good one".into(),
        [] => match system.select_key() {
            Lookup::Found(select) if select.failed.as_ok().is_some() => {
                "of no role in Select".into()
            }
            _ => "whose role in Select is not known".into(),
        },
        roles => format!("the {} one", roles.join(" and ")),
    };
    Set { name: name.to_owned(), last_known_good, role }
}

/// Why a class name is not restored.
const NO_CLASS: &str = "a REGEDIT4 text has no place for one";

/// The path of a key below another.
pub(super) fn join(above: &str, below: &str) -> String {
    if below.is_empty() { above.to_owned() } else { format!("{above}\\{below}") }
}

/// A value that a text can carry, or why it can't.
fn carried(read: &ReadValue<'_>) -> Result<(String, Content), &'static str> {
    let name = read.value.readable_name();
    if read.value.is_tombstone() {
        return Err("it only marks that it was deleted");
    }
    if !name.is_lossless() {
        return Err("its name is not valid UTF-16");
    }
    let (name, content) =
        (name.to_string(), Content::new(read.value.value_type(), &read.data.bytes));
    Carried::of(&name, &content).map(|_| (name, content))
}
