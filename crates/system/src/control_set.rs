//! Control sets, and which of them `Select` chooses.

use std::fmt;
use std::str::FromStr;

use coldhive_hive::{Damage, Lookup, names_equal};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::mount::{CURRENT_CONTROL_SET, is_control_set};
use crate::reading::{Reading, dword};
use crate::system::System;

/// One control set of a machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControlSet {
    name: String,
}

impl ControlSet {
    pub(crate) fn numbered(number: u32) -> Self {
        Self { name: format!("ControlSet{number:03}") }
    }

    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    /// The name, as `ControlSet001`; in brackets where the hive was saved from one that it doesn't name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path of a key of the control set, below `HKLM\SYSTEM`; of the control set itself for `""`.
    ///
    /// In a hive that was saved from a part of the registry, that is not the path in the file:
    /// [`System::locate`] tells it.
    #[must_use]
    pub fn path(&self, below: &str) -> String {
        if below.is_empty() { self.name.clone() } else { format!("{}\\{below}", self.name) }
    }

    /// Whether it has the name that only a running Windows, and what was exported from it, gives to the control
    /// set in use.
    pub(crate) fn is_current_by_name(&self) -> bool {
        names_equal(&self.name, CURRENT_CONTROL_SET)
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
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
pub(crate) fn select(system: &System<'_>) -> Lookup<Select> {
    system.held("Select").map(|held| {
        let number = |name| held.read(|key| dword(key, name));
        Select {
            current: number("Current"),
            default: number("Default"),
            failed: number("Failed"),
            last_known_good: number("LastKnownGood"),
        }
    })
}

/// The control set that `CurrentControlSet` stands for, by what is stored: it resolves names, so it must not
/// depend on any that has to be resolved.
pub(crate) fn current(system: &System<'_>) -> Option<ControlSet> {
    let select = system.hive().key("Select").found()?;
    dword(&select, "Current").ok().filter(|number| *number != 0).map(ControlSet::numbered)
}

/// The control sets that stand in the hive, by name and each once; and what may hide others: damage, or that
/// the file doesn't hold them.
pub(crate) fn control_sets(system: &System<'_>) -> (Vec<ControlSet>, Vec<Damage>) {
    if !system.mount().is_system() {
        let set = system.mount().control_set().map(ControlSet::named);
        return (set.into_iter().collect(), vec![Damage::NotInExport]);
    }
    let mut hidden = Vec::new();
    if !system.holds("") {
        hidden.push(Damage::NotInExport);
    }
    let root = match system.hive().root() {
        Ok(root) => root,
        Err(damage) => return (Vec::new(), vec![damage]),
    };
    let mut sets: Vec<ControlSet> = Vec::new();
    for subkey in root.subkeys() {
        match subkey.and_then(|key| Ok((key, key.name()?))) {
            Ok((key, _)) if key.is_tombstone() => {}
            Ok((key, name)) => {
                let set = ControlSet::named(name.to_string());
                // The link of that name, should one ever be stored, is no control set of its own.
                let is_alias = set.is_current_by_name() && key.is_link();
                if is_control_set(&set.name) && !is_alias {
                    sets.push(set);
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

/// The role of the control set that booted well last.
pub const LAST_KNOWN_GOOD: &str = "last known good";

/// What `Select` makes of a control set.
pub(crate) fn roles(system: &System<'_>, set: &ControlSet) -> Vec<&'static str> {
    let by_name = set.is_current_by_name();
    let Lookup::Found(select) = select(system) else {
        return if by_name { vec!["current"] } else { Vec::new() };
    };
    // The control set in use has its number too.
    let current = select.current.as_ok().filter(|_| by_name).copied();
    let own = current.map_or_else(|| set.clone(), ControlSet::numbered);
    let named = [
        ("current", select.current),
        ("default", select.default),
        (LAST_KNOWN_GOOD, select.last_known_good),
        ("failed", select.failed),
    ];
    let is_set = |number: u32| names_equal(own.name(), ControlSet::numbered(number).name());
    named
        .into_iter()
        .filter(|(role, number)| {
            number.as_ok().is_some_and(|number| is_set(*number)) || (by_name && *role == "current")
        })
        .map(|(role, _)| role)
        .collect()
}
