//! Control sets, and which of them `Select` chooses.

use std::fmt;
use std::str::FromStr;

use coldhive_hive::{Damage, Hive, Key, Lookup, names_equal};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::reading::{Reading, dword};

/// One control set of a hive: its name and the path of its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControlSet {
    name: String,
    path: String,
}

impl ControlSet {
    fn numbered(number: u32) -> Self {
        let name = format!("ControlSet{number:03}");
        Self { path: name.clone(), name }
    }

    /// The name, as `ControlSet001`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path of a key below the control set, from the hive's root.
    ///
    /// The control set of a hive that was saved from a control set alone is the root itself.
    #[must_use]
    pub fn path(&self, below: &str) -> String {
        match (self.path.is_empty(), below.is_empty()) {
            (true, _) => below.to_owned(),
            (false, true) => self.path.clone(),
            (false, false) => format!("{}\\{below}", self.path),
        }
    }
}

impl fmt::Display for ControlSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// How a caller chooses control sets.
///
/// ```
/// use coldhive_system::Selector;
/// assert_eq!("last-known-good".parse(), Ok(Selector::LastKnownGood));
/// assert_eq!("2".parse(), Ok(Selector::Number(2)));
/// assert!("newest".parse::<Selector>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Selector {
    /// What the machine ran with: `Select\Current`.
    #[default]
    Current,
    /// What it would boot next: `Select\Default`.
    Default,
    /// The last one that booted well: `Select\LastKnownGood`.
    LastKnownGood,
    /// The one that was given up on: `Select\Failed`.
    Failed,
    /// Every control set there is.
    All,
    /// One by its number.
    Number(u32),
}

/// A control set was asked for in words that mean none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" names no control set: use current, default, last-known-good, failed, all or a number from 1 to 999"
)]
pub struct UnknownSelector(String);

impl Selector {
    /// The value of `Select` that makes the choice, if one does.
    #[must_use]
    pub const fn value_name(self) -> Option<&'static str> {
        match self {
            Self::Current => Some("Current"),
            Self::Default => Some("Default"),
            Self::LastKnownGood => Some("LastKnownGood"),
            Self::Failed => Some("Failed"),
            Self::All | Self::Number(_) => None,
        }
    }
}

impl FromStr for Selector {
    type Err = UnknownSelector;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "current" => Self::Current,
            "default" => Self::Default,
            "last-known-good" => Self::LastKnownGood,
            "failed" => Self::Failed,
            "all" => Self::All,
            number => {
                let digits = number.strip_prefix("controlset").unwrap_or(number);
                // `parse` alone would take a sign too.
                let all_digits = digits.bytes().all(|digit| digit.is_ascii_digit());
                match digits.parse() {
                    Ok(number @ 1..=999) if all_digits => Self::Number(number),
                    _ => return Err(UnknownSelector(text.to_owned())),
                }
            }
        })
    }
}

/// The values of the key `Select`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// The control set that the machine ran with.
    pub current: Reading<u32>,
    /// The one it would boot next.
    pub default: Reading<u32>,
    /// The one that was given up on; 0 for none.
    pub failed: Reading<u32>,
    /// The last one that booted well.
    pub last_known_good: Reading<u32>,
}

/// Why no control set could be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoControlSet {
    /// The hive certainly has none, or none is selected: there is nothing to ask.
    #[error("{0}")]
    None(String),
    /// There may be one, but it can't be told which.
    #[error("{0}")]
    Unknown(String),
}

/// The control sets that were chosen, and what is to be said about the choice.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Selection {
    /// The control sets, in the order to evaluate them.
    pub sets: Vec<ControlSet>,
    /// Remarks for the report.
    pub notes: Vec<String>,
}

/// Reads `Select`.
pub(crate) fn select(hive: Hive<'_>) -> Lookup<Select> {
    hive.key("Select").map(|key| Select {
        current: dword(&key, "Current"),
        default: dword(&key, "Default"),
        failed: dword(&key, "Failed"),
        last_known_good: dword(&key, "LastKnownGood"),
    })
}

/// The control sets that stand in the hive, by name and each once; and the damage that may hide others.
pub(crate) fn control_sets(root: &Key<'_>) -> (Vec<ControlSet>, Vec<Damage>) {
    let mut hidden = Vec::new();
    let mut sets: Vec<ControlSet> = Vec::new();
    for subkey in root.subkeys() {
        match subkey.and_then(|key| key.name()) {
            Ok(name) => {
                let name = name.to_string();
                let number = name
                    .get(..10)
                    .filter(|prefix| names_equal(prefix, "ControlSet"))
                    .and(name.get(10..));
                if number.is_some_and(|number| {
                    number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit())
                }) {
                    sets.push(ControlSet { path: name.clone(), name });
                }
            }
            // More keys than counted: all of them were read, so none is hidden.
            Err(Damage::SubkeyCount { said, found, .. }) if found > said => {}
            Err(damage) => hidden.push(damage),
        }
    }
    sets.sort_by_cached_key(|set| set.name.to_ascii_lowercase());
    sets.dedup_by(|one, other| names_equal(&one.name, &other.name));
    (sets, hidden)
}

/// Resolves a selector.
pub(crate) fn resolve(hive: Hive<'_>, selector: Selector) -> Result<Selection, NoControlSet> {
    let root = match hive.root() {
        Ok(root) => root,
        Err(damage) => {
            return Err(NoControlSet::Unknown(format!(
                "{damage}, so nothing below it can be found: get a better copy, or the hive's backup \
                 (SYSTEM.ALT, SYSTEM.sav, the folder Repair)"
            )));
        }
    };
    let (present, hidden) = control_sets(&root);
    let whole = hidden.is_empty();
    let one = |set| Selection { sets: vec![set], notes: Vec::new() };
    match selector {
        Selector::All if !present.is_empty() => {
            let mut notes: Vec<String> = if whole { Vec::new() } else { vec![INCOMPLETE.into()] };
            let mut sets = present;
            if sets.len() > MOST_SETS {
                notes.push(format!(
                    "the hive has {} control sets, more than any real one; the first {MOST_SETS} are looked at",
                    sets.len()
                ));
                sets.truncate(MOST_SETS);
            }
            Ok(Selection { sets, notes })
        }
        Selector::Number(number) => {
            let set = ControlSet::numbered(number);
            match (stored(&present, &set), whole) {
                (Some(set), _) => Ok(one(set.clone())),
                (None, true) => {
                    // Somebody asked for it by number: that nothing was looked at must not pass for an answer.
                    Err(NoControlSet::Unknown(format!("the hive has no {set}{}", listed(&present))))
                }
                (None, false) => {
                    Err(NoControlSet::Unknown(format!("{set} was not found, and {INCOMPLETE}")))
                }
            }
        }
        _ => match select(hive) {
            Lookup::Found(select) => by_select(&select, selector, &present, whole),
            Lookup::Absent => without_select(&root, &present, selector),
            Lookup::Obscured(damage) => {
                Err(select_hidden("damage hides whether there is a key Select", &damage, &present))
            }
            Lookup::Unreadable(damage) => match present.as_slice() {
                // Select's own damage hides no control set.
                [only] if hidden == damage => Ok(Selection {
                    sets: vec![only.clone()],
                    notes: vec![format!(
                        "the key Select can't be read; {only} is the only control set"
                    )],
                }),
                _ => Err(select_hidden("the key Select can't be read", &damage, &present)),
            },
        },
    }
}

fn select_hidden(what: &str, damage: &[Damage], present: &[ControlSet]) -> NoControlSet {
    let why = damage.first().map(|damage| format!(" ({damage})")).unwrap_or_default();
    let advice = match present {
        [] => "; get a better copy of the hive, or its backup".into(),
        sets => advice(sets),
    };
    NoControlSet::Unknown(format!(
        "{what}{why}, so it can't be told which control set was in use{advice}"
    ))
}

/// The role of the control set that booted well last.
pub const LAST_KNOWN_GOOD: &str = "last known good";

/// What `Select` makes of a control set.
pub(crate) fn roles(hive: Hive<'_>, set: &ControlSet) -> Vec<&'static str> {
    let Lookup::Found(select) = select(hive) else { return Vec::new() };
    let named = [
        ("current", select.current),
        ("default", select.default),
        (LAST_KNOWN_GOOD, select.last_known_good),
        ("failed", select.failed),
    ];
    let is_set = |number: u32| names_equal(set.name(), ControlSet::numbered(number).name());
    named
        .into_iter()
        .filter(|(_, number)| number.as_ok().is_some_and(|number| is_set(*number)))
        .map(|(role, _)| role)
        .collect()
}

/// A control set of that name among those that are there, as it is stored.
fn stored<'s>(present: &'s [ControlSet], set: &ControlSet) -> Option<&'s ControlSet> {
    present.iter().find(|other| names_equal(other.name(), set.name()))
}

/// The most control sets that `all` stands for. Windows keeps four or so; a hive can be made with a thousand.
const MOST_SETS: usize = 64;
const INCOMPLETE: &str = "the root's list of keys is damaged: control sets may be hidden";

fn by_select(
    select: &Select,
    selector: Selector,
    present: &[ControlSet],
    whole: bool,
) -> Result<Selection, NoControlSet> {
    let name = selector.value_name().unwrap_or("Current");
    let reading = match selector {
        Selector::Default => &select.default,
        Selector::LastKnownGood => &select.last_known_good,
        Selector::Failed => &select.failed,
        Selector::Current | Selector::All | Selector::Number(_) => &select.current,
    };
    let number = match reading {
        Reading::Is(0) => {
            return Err(NoControlSet::None(format!(
                "Select\\{name} is 0: no control set is chosen{}",
                advice(present)
            )));
        }
        Reading::Is(number) => *number,
        other => {
            return Err(NoControlSet::Unknown(format!(
                "the value Select\\{name} is {}, so it can't be told which control set is meant{}",
                other.why_not(),
                advice(present)
            )));
        }
    };
    let set = ControlSet::numbered(number);
    let Some(set) = stored(present, &set) else {
        let not_found = if whole {
            "which is not in the hive".into()
        } else {
            format!("which was not found, and {INCOMPLETE}")
        };
        return Err(NoControlSet::Unknown(format!(
            "Select\\{name} names {set}, {not_found}{}",
            advice(present)
        )));
    };
    let mut notes = Vec::new();
    if selector == Selector::Current {
        if let Reading::Is(default) = select.default
            && default != number
        {
            notes.push(match default {
                0 => format!("Select\\Default is 0: no control set is chosen to boot next, not even {set}"),
                _ => format!(
                    "Select\\Default is {default}: the machine would boot ControlSet{default:03} next, not {set}"
                ),
            });
        }
        if let Reading::Is(failed @ 1..) = select.failed {
            notes.push(format!(
                "Select\\Failed is {failed}: ControlSet{failed:03} was given up on and replaced by the last known good one"
            ));
        }
    }
    Ok(Selection { sets: vec![set.clone()], notes })
}

fn without_select(
    root: &Key<'_>,
    present: &[ControlSet],
    selector: Selector,
) -> Result<Selection, NoControlSet> {
    match present {
        [_, ..] if matches!(selector, Selector::LastKnownGood | Selector::Failed) => {
            Err(NoControlSet::None(format!(
                "the hive has no key Select, so none is known as the last known good or the failed one{}",
                advice(present)
            )))
        }
        [only] => Ok(Selection {
            sets: vec![only.clone()],
            notes: vec![format!("the hive has no key Select; {only} is the only control set")],
        }),
        [] if has(root, "Services") && has(root, "Control") => Ok(Selection {
            sets: vec![ControlSet { name: "(root)".into(), path: String::new() }],
            notes: vec!["the hive was saved from a control set: its root key is the control set".into()],
        }),
        [] if has(root, "Parameters") && has(root, "Setup Migration") => Err(NoControlSet::None(
            "the hive was saved from Services\\Winsock alone: it has no control set, and rules need one".into(),
        )),
        [] => Err(NoControlSet::None(
            "the hive has neither a key Select nor a control set: it is no SYSTEM hive, or not one of an installed system"
                .into(),
        )),
        several => Err(NoControlSet::Unknown(format!(
            "the hive has {} control sets and no key Select that chooses one{}",
            several.len(),
            advice(several)
        ))),
    }
}

fn has(root: &Key<'_>, name: &str) -> bool {
    matches!(root.subkey(name), Lookup::Found(_))
}

fn listed(present: &[ControlSet]) -> String {
    match present {
        [] => String::new(),
        sets => {
            format!(", only {}", sets.iter().map(ControlSet::name).collect::<Vec<_>>().join(", "))
        }
    }
}

fn advice(present: &[ControlSet]) -> String {
    match present {
        [] => String::new(),
        sets => {
            let names: Vec<_> = sets.iter().map(ControlSet::name).collect();
            format!("; there are {}: choose by number, or all", names.join(", "))
        }
    }
}
