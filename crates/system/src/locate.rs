//! Finding a key by its path on the machine, and keeping what was passed on the way.

use coldhive_hive::{Damage, Key, Lookup, PassedLink, Resolution, Stop, Value};

use crate::mount::{Mount, components, joined};
use crate::reading::Reading;
use crate::system::{Lacks, System};

/// What came of looking for a key.
///
/// Paths are of two kinds. What was asked is a path below `HKLM\SYSTEM`, as the machine had it; what was found
/// has its path in the file, which differs in a hive that was saved from a part of the registry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Located<'i> {
    /// The path that was asked for, below `HKLM\SYSTEM`.
    pub asked: String,
    /// The answer. What the file can't hold is [`Lookup::Obscured`] by [`Damage::NotInExport`], and what is
    /// marked as deleted in a layered hive is [`Lookup::Absent`].
    pub answer: Lookup<Key<'i>>,
    /// The deepest key on the way that could be read, with its path in the file as stored: the key itself where
    /// that was found. `None` where the way doesn't lead into this file.
    pub nearest: Option<(Key<'i>, String)>,
    /// What of the path is left below the nearest key.
    pub rest: String,
    /// The symbolic links that were passed, with their paths in the file.
    pub links: Vec<PassedLink<'i>>,
    /// What ended the way, if not a list of keys: a tombstone, or a link that couldn't be followed.
    pub stop: Option<Stop>,
    /// Whether the file holds all that the key had.
    complete: bool,
    lacks: Lacks,
    mount: &'i Mount,
}

impl<'i> Located<'i> {
    /// Looks for a key, component by component.
    pub(crate) fn of(system: &System<'i>, path: &str) -> Self {
        let asked = joined(components(path), path.len());
        let Some(in_file) = system.in_file(&asked) else {
            return Self { lacks: system.lacks(), ..Self::nowhere(&asked, system.mount()) };
        };
        let inside = |target: &str| system.link_target(target);
        let Resolution { mut answer, nearest, rest, links, stop, .. } =
            system.hive().resolve(&in_file, &inside);
        let complete = nearest.as_ref().is_some_and(|(_, stored)| {
            let stands = || match rest.as_str() {
                "" => system.mount().full(stored),
                rest => system.mount().full(&format!("{stored}\\{rest}")),
            };
            !system.is_part() || system.holds(&stands())
        });
        if answer.is_absent() && stop.is_none() && !complete {
            answer = Lookup::Obscured(vec![Damage::NotInExport]);
        }
        let (lacks, mount) = (system.lacks(), system.mount());
        Self { asked, answer, nearest, rest, links, stop, complete, lacks, mount }
    }

    /// The answer for a key of a hive that isn't at hand.
    #[must_use]
    pub fn nowhere(path: &str, mount: &'i Mount) -> Self {
        Self {
            asked: path.to_owned(),
            answer: Lookup::Obscured(vec![Damage::NotInExport]),
            nearest: None,
            rest: path.to_owned(),
            links: Vec::new(),
            stop: None,
            complete: false,
            lacks: Lacks::default(),
            mount,
        }
    }

    /// The path of the nearest key below `HKLM\SYSTEM`, with names as stored, as people know it. Empty for the
    /// root of a whole hive, and `None` where the way doesn't lead into this file.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        self.nearest.as_ref().map(|(_, stored)| self.mount.full(stored))
    }

    /// Whether the file holds all that the key had that was found, or all of the nearest one below which it isn't.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the key was found and only marks that it was deleted in this layer.
    #[must_use]
    pub fn is_tombstone(&self) -> bool {
        self.stop == Some(Stop::Tombstone)
    }

    /// Looks a value of the key up. Below a key of which the file holds only a part, nothing is absent.
    #[must_use]
    pub fn value(&self, name: &str) -> Lookup<Value<'i>> {
        match &self.answer {
            Lookup::Found(key) => {
                Held { key: *key, complete: self.complete, lacks: self.lacks }.value(name)
            }
            Lookup::Absent => Lookup::Absent,
            Lookup::Unreadable(damage) | Lookup::Obscured(damage) => {
                Lookup::Obscured(damage.clone())
            }
        }
    }

    /// What was found, with whether the file holds all of it.
    pub(crate) fn held(&self) -> Lookup<Held<'i>> {
        let Self { complete, lacks, .. } = *self;
        self.answer.clone().map(|key| Held { key, complete, lacks })
    }
}

/// A key that was found, whether the file holds all that it had, and what the file's source doesn't tell of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<'i> {
    pub(crate) key: Key<'i>,
    pub(crate) complete: bool,
    pub(crate) lacks: Lacks,
}

impl<'i> Held<'i> {
    /// A key of which nothing is known to be left out.
    pub(crate) const fn whole(key: Key<'i>) -> Self {
        Self { key, complete: true, lacks: Lacks { times: false, security: false, records: false } }
    }

    /// A key right below.
    pub(crate) const fn subkey(&self, key: Key<'i>) -> Self {
        Self { key, complete: self.complete, lacks: self.lacks }
    }

    /// Reads a value, of which the absence proves nothing where the file doesn't hold all of the key.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Key<'i>) -> Reading<T>) -> Reading<T> {
        match read(&self.key) {
            Reading::Absent if !self.complete => Reading::Damaged(vec![Damage::NotInExport]),
            reading => reading,
        }
    }

    /// Looks a key up right below. A symbolic link is followed where it is told through which system.
    pub(crate) fn below(&self, system: Option<&System<'i>>, name: &str) -> Lookup<Self> {
        match self.key.subkey(name) {
            Lookup::Found(key) if key.is_tombstone() => Lookup::Absent,
            Lookup::Found(key) if key.is_link() => match (system, self.key.path()) {
                (Some(system), Ok(path)) => {
                    system.held(&system.mount().full(&format!("{path}\\{name}")))
                }
                (Some(_), Err(damage)) => Lookup::Obscured(vec![damage]),
                (None, _) => Lookup::Obscured(vec![Damage::LinkOutside { at: key.cell() }]),
            },
            Lookup::Absent if !self.complete => Lookup::Obscured(vec![Damage::NotInExport]),
            answer => answer.map(|key| self.subkey(key)),
        }
    }

    /// The keys right below, in stored order, with damage in place of those that can't be read. What is marked as
    /// deleted in a layered hive is left out.
    pub(crate) fn children(&self, system: Option<&System<'i>>) -> Vec<Result<Self, Damage>> {
        let mut found = Vec::new();
        for subkey in self.key.subkeys() {
            match subkey {
                Ok(key) if key.is_tombstone() => {}
                Ok(key) if key.is_link() => {
                    match self.below(system, &key.readable_name().to_string()) {
                        Lookup::Found(held) => found.push(Ok(held)),
                        other => found.extend(other.damage().first().map(|damage| Err(*damage))),
                    }
                }
                Ok(key) => found.push(Ok(self.subkey(key))),
                Err(damage) => found.push(Err(damage)),
            }
        }
        if !self.complete {
            found.push(Err(Damage::NotInExport));
        }
        found
    }

    /// Looks a value up. Tombstones are found, as they stand there.
    pub(crate) fn value(&self, name: &str) -> Lookup<Value<'i>> {
        match self.key.value(name) {
            Lookup::Absent if !self.complete => Lookup::Obscured(vec![Damage::NotInExport]),
            answer => answer,
        }
    }
}
