//! Walking a whole tree, in bounded steps on any bytes.

use crate::bytes::index;
use crate::check::{Budget, PlainKey, ReadKey, ReadValue, SoundSecurity};
use crate::damage::Damage;
use crate::descent::{Descent, PathBudget, cut_path};
use crate::key::Key;
use crate::name::Name;
use crate::value::ValueData;

/// One key met on a walk.
#[derive(Clone, Debug)]
pub struct Visit<'i> {
    /// The key.
    pub key: Key<'i>,
    /// Its path below where the walk began, components joined by backslashes; `""` for the start.
    /// Where [`Damage::PathCut`] is told: `...` and the key's own name.
    pub path: String,
    /// Its class name, if it has one that can be read.
    pub class: Option<Name<'i>>,
    /// Its readable values with their data, in stored order.
    pub values: Vec<ReadValue<'i>>,
    /// What is wrong with the key, as [`Key::check`] tells it, and the subkeys that could not be read.
    pub damage: Vec<Damage>,
    /// How many levels below the start it stands.
    pub depth: usize,
}

/// Visits a key and everything below it, depth first, in stored order.
///
/// Each key node is visited once, however often it is listed, and no more list entries, values and
/// data are read than the hive has room for: hives made to send readers in circles end like any other.
#[derive(Clone, Debug)]
pub struct Walk<'i> {
    descent: Descent<'i>,
    path: String,
    /// Where the paths of the keys that were entered end in `path`.
    ends: Vec<usize>,
    paths: PathBudget,
    budget: Budget,
    security: SoundSecurity,
}

impl<'i> Key<'i> {
    /// Walks this key and everything below it.
    #[must_use]
    pub fn walk(&self) -> Walk<'i> {
        Walk {
            descent: Descent::new(*self),
            path: String::new(),
            ends: Vec::new(),
            paths: PathBudget::of(self),
            budget: Budget::of(&self.hive()),
            security: SoundSecurity::new(),
        }
    }
}

impl<'i> Walk<'i> {
    fn visit(&mut self, key: Key<'i>) -> Visit<'i> {
        let depth = self.descent.depth();
        self.go_to(&key, depth);
        let ReadKey { mut damage, class, values } = self.read(&key);
        let path = if self.paths.take(self.path.len()) {
            self.path.clone()
        } else {
            damage.push(Damage::PathCut { at: key.cell() });
            cut_path(&key)
        };
        Visit { key, path, class, values, damage, depth }
    }

    fn read(&mut self, key: &Key<'i>) -> ReadKey<'i> {
        let mut values = Vec::new();
        let plain = key.read_plain(&mut self.budget, &mut self.security, |found| {
            if values.is_empty() {
                // The list holds as many.
                values.reserve_exact(index(key.value_count()));
            }
            let data = ValueData { bytes: found.data.into(), damage: None };
            values.push(ReadValue { value: found.value, data });
        });
        match plain {
            Some(PlainKey { class, leaf }) => {
                let damage = self.descent.enter_plain(key, leaf);
                ReadKey { damage, class, values }
            }
            None => key.read_and_enter(&mut self.budget, &mut self.descent),
        }
    }

    /// Makes the path that of a key as many levels below the start.
    fn go_to(&mut self, key: &Key<'i>, depth: usize) {
        self.ends.truncate(depth);
        self.path.truncate(self.ends.last().copied().unwrap_or_default());
        if depth > 0 {
            if !self.path.is_empty() {
                self.path.push('\\');
            }
            key.readable_name().push_to(&mut self.path);
        }
        self.ends.push(self.path.len());
    }
}

impl<'i> Iterator for Walk<'i> {
    type Item = Visit<'i>;

    fn next(&mut self) -> Option<Visit<'i>> {
        let key = self.descent.next_key()?;
        Some(self.visit(key))
    }
}
