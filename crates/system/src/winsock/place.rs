//! What all typed views of keys have in common: the key, its evidence, and looking below it.

use std::sync::Arc;

use coldhive_hive::{Damage, Key, Lookup, Value, names_equal};

use crate::locate::Held;
use crate::system::System;

/// A key with its path on the machine, of which the system can be asked what stands below.
///
/// Hostile hives have as many entries as they have room for keys, so an entry shares what it can.
#[derive(Clone, Debug)]
pub(crate) struct Place<'i> {
    pub(crate) system: Arc<System<'i>>,
    /// The path below `HKLM\SYSTEM`.
    pub(crate) path: String,
    pub(crate) held: Held<'i>,
}

impl<'i> Place<'i> {
    pub(crate) fn at(system: &System<'i>, path: String) -> Lookup<Self> {
        Self::find(&Arc::new(*system), path)
    }

    fn find(system: &Arc<System<'i>>, path: String) -> Lookup<Self> {
        system.held(&path).map(|held| Self { system: Arc::clone(system), path, held })
    }

    /// The key at a path below this one.
    pub(crate) fn below(&self, below: &str) -> Lookup<Self> {
        Self::find(&self.system, format!("{}\\{below}", self.path))
    }

    /// The subkey of that name, which came out of a value or from a caller: one with a backslash is no key's.
    pub(crate) fn named(&self, name: &str) -> Lookup<Self> {
        if name.is_empty() || name.contains('\\') { Lookup::Absent } else { self.below(name) }
    }

    /// The subkeys in stored order, with links followed; damage in the place of those that can't be read.
    pub(crate) fn subkeys(&self) -> impl Iterator<Item = Result<Self, Damage>> {
        let subkeys = self.held.key.subkeys();
        let left_out = (!self.held.complete).then_some(Err(Damage::NotInExport));
        subkeys
            .filter_map(|subkey| {
                subkey.map_or_else(|damage| Some(Err(damage)), |key| self.subkey(key))
            })
            .chain(left_out)
    }

    /// One of the subkeys; `None` for one that is marked as deleted in this layer.
    fn subkey(&self, key: Key<'i>) -> Option<Result<Self, Damage>> {
        let path = format!("{}\\{}", self.path, key.readable_name());
        if key.is_tombstone() {
            return None;
        }
        if key.is_link() {
            return match Self::find(&self.system, path) {
                Lookup::Found(place) => Some(Ok(place)),
                other => other.damage().first().map(|damage| Err(*damage)),
            };
        }
        let held = self.held.subkey(key);
        Some(Ok(Self { system: Arc::clone(&self.system), path, held }))
    }

    /// The subkeys whose names are numbers, in the order of the numbers; damage behind them.
    pub(crate) fn numbered<T>(
        &self,
        number: fn(&str) -> Option<u64>,
        view: fn(u64, Self) -> T,
        number_of: fn(&T) -> u64,
    ) -> Vec<Result<T, Damage>> {
        let subkeys = self.subkeys().filter_map(|subkey| match subkey {
            Ok(place) => number(&place.name()).map(|number| Ok(view(number, place))),
            Err(damage) => Some(Err(damage)),
        });
        let mut entries: Vec<_> = subkeys.collect();
        // Damage, as it came, behind all numbers.
        entries.sort_by_key(|entry| {
            entry.as_ref().map_or((true, 0), |entry| (false, number_of(entry)))
        });
        entries
    }

    /// The name that the key was found by: its own, or that of the link which led to it. A name may hold a backslash.
    pub(crate) fn name(&self) -> String {
        let own = self.held.key.readable_name().to_string();
        let end = self.path.len().checked_sub(own.len()).and_then(|at| self.path.get(at..));
        if end.is_some_and(|end| names_equal(end, &own)) {
            return own;
        }
        self.path.rsplit('\\').next().unwrap_or_default().to_owned()
    }

    pub(crate) fn value(&self, name: &str) -> Lookup<Value<'i>> {
        match self.held.value(name) {
            // Marked as deleted in this layer.
            Lookup::Found(value) if value.is_tombstone() => Lookup::Absent,
            answer => answer,
        }
    }
}

/// What every typed view of a key offers besides what it decodes.
macro_rules! views {
    ($($view:ident)*) => {
        $(
        $crate::view::view!($view in place);

        impl<'i> $view<'i> {
            /// The raw key.
            #[must_use]
            pub const fn key(&self) -> &coldhive_hive::Key<'i> {
                &self.place.held.key
            }

            /// The key's path below `HKLM\SYSTEM`, as it was asked for; links may have led elsewhere.
            #[must_use]
            pub fn path(&self) -> &str {
                &self.place.path
            }

            /// A raw value of the key by name, with the four answers of a lookup.
            #[must_use]
            pub fn value(&self, name: &str) -> coldhive_hive::Lookup<coldhive_hive::Value<'i>> {
                self.place.value(name)
            }
        }
        )*
    };
}
pub(crate) use views;
