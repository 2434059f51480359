//! The two places that are compared: a hive, a control set in it, a key.

use coldhive_hive::{Key, Lookup, names_equal};
use coldhive_rules::{HiveInfo, describe};
use coldhive_system::{CURRENT_CONTROL_SET, ControlSet, Located, Mount, Selector, System};
use serde::Serialize;

use super::error::DiffError;
use crate::case::Case;
use crate::files::OriginRun;
use crate::key_path::key_path_readings;
use crate::locate::locate;

/// One of the two places, as reports name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DiffPlace {
    /// The hive.
    pub hive: HiveInfo,
    /// Where the bytes of the hive come from, where they aren't all the file's own: offsets of damage are those in the
    /// hive as it was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<OriginRun>,
    /// The control set; null where whole hives are compared.
    pub control_set: Option<String>,
    /// What `Select` makes of it.
    pub roles: Vec<&'static str>,
    /// The path of the key below `HKLM\SYSTEM`, as stored; as asked for where it isn't there.
    pub key: String,
    /// The symbolic links that led there, by their paths in the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Why the key isn't compared, where it isn't there or can't be read.
    pub problem: Option<String>,
    /// What is to be said of the choice of the control set.
    pub notes: Vec<String>,
}

/// A place, ready to be read.
#[derive(Clone, Debug)]
pub(super) struct Place<'c> {
    pub(super) case: &'c Case,
    pub(super) system: System<'c>,
    pub(super) set: Option<ControlSet>,
    pub(super) located: Located<'c>,
    notes: Vec<String>,
}

impl<'c> Place<'c> {
    fn new(
        case: &'c Case,
        set: Option<ControlSet>,
        notes: Vec<String>,
        find: impl FnOnce(&System<'c>) -> Located<'c>,
    ) -> Self {
        let system = case.system();
        Self { case, system, set, located: find(&system), notes }
    }

    /// The key, where it was found.
    pub(super) const fn key(&self) -> Option<Key<'c>> {
        match &self.located.answer {
            Lookup::Found(key) => Some(*key),
            _ => None,
        }
    }

    /// The key's path in the file.
    pub(super) fn in_file(&self) -> &str {
        self.located.nearest.as_ref().map_or("", |(_, stored)| stored)
    }

    /// The line of the text that a record was made from.
    pub(super) fn line(&self, file_offset: u64) -> Option<u32> {
        self.system.lacks().records.then(|| self.case.place(file_offset).line)?
    }

    /// Whether the hive holds all of a key, by the key's path in the file.
    pub(super) fn holds(&self, in_file: &str) -> bool {
        self.system.holds(&self.system.mount().full(in_file))
    }

    /// The key's path below the control set, or below `HKLM\SYSTEM` where none was chosen; `None` where it wasn't found.
    fn below(&self) -> Option<String> {
        self.key()?;
        let shown = self.located.shown()?;
        match &self.set {
            None => Some(shown),
            Some(set) => {
                let (first, below) = shown.split_once('\\').unwrap_or((&shown, ""));
                names_equal(first, set.name()).then(|| below.to_owned())
            }
        }
    }

    pub(super) fn report(&self, hash: bool) -> DiffPlace {
        let found = self.key().is_some();
        let shown = self.located.shown().filter(|_| found);
        let set = self.set.as_ref();
        DiffPlace {
            hive: self.case.hive_info(hash),
            origins: self.case.origins(),
            control_set: set.map(|set| set.name().to_owned()),
            roles: set.map(|set| self.system.roles(set)).unwrap_or_default(),
            key: shown.unwrap_or_else(|| self.located.asked.clone()),
            links: self.located.links.iter().map(|link| link.path.clone()).collect(),
            problem: (!found).then(|| describe(&self.located)),
            notes: self.notes.clone(),
        }
    }
}

/// Both places, and the path below each that names of keys begin with.
pub(super) struct Places<'c> {
    pub(super) from: Place<'c>,
    pub(super) to: Place<'c>,
    pub(super) under: String,
}

/// Finds the same key below a control set of each, by the first reading of its path that leads to one.
pub(super) fn in_control_sets<'c>(
    cases: (&'c Case, &'c Case),
    sets: (Selector, Selector),
    under: &str,
) -> Result<Places<'c>, DiffError> {
    let mut readings = key_path_readings(under).into_iter();
    let first = readings.next().unwrap_or_else(|| under.to_owned());
    readings.fold(by_reading(cases, sets, &first), |places, reading| {
        places.or_else(|_| by_reading(cases, sets, &reading))
    })
}

fn by_reading<'c>(
    (from, to): (&'c Case, &'c Case),
    (one, other): (Selector, Selector),
    under: &str,
) -> Result<Places<'c>, DiffError> {
    let (named, below) = below_control_set(under)?;
    let choose = |case: &Case, selector: Selector| {
        if selector == Selector::All {
            return Err(DiffError::AllControlSets);
        }
        let selection = case
            .system()
            .select(selector)
            .map_err(|reason| DiffError::NoControlSet { path: case.path(), reason })?;
        let notes = selection.notes;
        selection.sets.into_iter().next().map(|set| (set, notes)).ok_or(DiffError::AllControlSets)
    };
    let ((from_set, from_notes), (to_set, to_notes)) = (choose(from, one)?, choose(to, other)?);
    if let Some(named) = named
        && ![&from_set, &to_set].iter().any(|set| names_equal(set.name(), &named))
    {
        return Err(DiffError::OtherControlSet {
            under: under.to_owned(),
            named,
            from: from_set.to_string(),
            to: to_set.to_string(),
        });
    }
    let place = |case, set: ControlSet, notes| {
        let path = set.path(&below);
        Place::new(case, Some(set), notes, |system| system.locate(&path))
    };
    both(place(from, from_set, from_notes), place(to, to_set, to_notes), &below)
}

/// Finds the same key in each hive, or the roots of both.
pub(super) fn in_hives<'c>(
    (from, to): (&'c Case, &'c Case),
    under: &str,
) -> Result<Places<'c>, DiffError> {
    let place = |case| Place::new(case, None, Vec::new(), |system| locate(system, under));
    let (from, to) = (place(from), place(to));
    let (one, other) = (from.system.mount(), to.system.mount());
    if under.split('\\').all(str::is_empty) && !one.is_alike(other) {
        return Err(DiffError::OtherRoots { from: one.to_string(), to: other.to_string() });
    }
    let asked = from.located.asked.clone();
    both(from, to, &asked)
}

fn both<'c>(from: Place<'c>, to: Place<'c>, asked: &str) -> Result<Places<'c>, DiffError> {
    if from.key().is_none() && to.key().is_none() {
        let (one, other) = (describe(&from.located), describe(&to.located));
        return Err(if from.located.answer.is_absent() && to.located.answer.is_absent() {
            DiffError::Neither { from: one, to: other }
        } else {
            DiffError::Unknown { from: one, to: other }
        });
    }
    let under = match (from.below(), to.below()) {
        (Some(one), Some(other)) if names_equal(&one, &other) => one,
        (Some(one), None) if to.key().is_none() => one,
        (None, Some(other)) if from.key().is_none() => other,
        _ => asked.to_owned(),
    };
    Ok(Places { from, to, under })
}

/// The control set that a path as people write it names by its number, and what of it is below a control set.
fn below_control_set(under: &str) -> Result<(Option<String>, String), DiffError> {
    let whole = Mount::below_system(under);
    let mount = whole.clone().or_else(|| Mount::below_system(&format!("SYSTEM\\{under}")));
    let Some(mount) = mount else { return Ok((None, under.to_owned())) };
    match mount.control_set().zip(mount.below_control_set()) {
        Some((named, below)) => {
            let by_number = !names_equal(named, CURRENT_CONTROL_SET);
            Ok((by_number.then(|| named.to_owned()), below.to_owned()))
        }
        None if whole.is_some() && !mount.is_system() => {
            Err(DiffError::NotInControlSet { under: under.to_owned() })
        }
        None => Ok((None, mount.path().to_owned())),
    }
}
