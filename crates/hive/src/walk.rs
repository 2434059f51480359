//! Walking a whole tree, in bounded steps on any bytes.

use crate::bytes::index;
use crate::cell_set::CellSet;
use crate::check::{Budget, ReadKey, ReadValue};
use crate::damage::{Damage, LONGEST_KEY_NAME, Structure};
use crate::key::{Key, MOST_LEVELS};
use crate::name::Name;
use crate::subkeys::SubkeyEntries;

/// The longest path that a walk makes, in bytes of UTF-8: three for each unit of a name, and one for the
/// backslash. No path can be longer, for names are cut to what Windows allows.
const LONGEST_PATH: usize = MOST_LEVELS * (3 * LONGEST_KEY_NAME as usize + 1);
/// What the paths of a walk may always add up to: those of a chain of keys as long, with names as long, as
/// Windows allows, each path longer than the one before.
const PATHS_OF_A_CHAIN: usize = LONGEST_PATH / 2 * (MOST_LEVELS + 1);
/// How many bytes of paths there may be for each byte of the hive, if that is more. Sound hives have
/// less than one.
const PATHS_PER_BYTE: usize = 8;
/// Stands for the keys above in a path that is cut.
const CUT: &str = "...\\";

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
    pub(crate) depth: usize,
}

/// Visits a key and everything below it, depth first, in stored order.
///
/// Each key node is visited once, however often it is listed, and no more list entries, values and
/// data are read than the hive has room for: hives made to send readers in circles end like any other.
#[derive(Clone, Debug)]
pub struct Walk<'i> {
    start: Option<Key<'i>>,
    path: String,
    stack: Vec<Level<'i>>,
    seen: CellSet,
    entries_left: u32,
    path_bytes_left: usize,
    budget: Budget,
}

#[derive(Clone, Debug)]
struct Level<'i> {
    subkeys: std::vec::IntoIter<Key<'i>>,
    path_length: usize,
}

impl<'i> Key<'i> {
    /// Walks this key and everything below it.
    #[must_use]
    pub fn walk(&self) -> Walk<'i> {
        let size = index(self.hive().bins_size());
        Walk {
            start: Some(*self),
            path: String::new(),
            stack: Vec::new(),
            seen: CellSet::new(self.hive().bins_size()),
            entries_left: self.hive().most_keys(),
            path_bytes_left: size.saturating_mul(PATHS_PER_BYTE).max(PATHS_OF_A_CHAIN),
            budget: Budget::of(&self.hive()),
        }
    }
}

impl<'i> Walk<'i> {
    fn visit(&mut self, key: Key<'i>) -> Visit<'i> {
        let ReadKey { mut damage, class, values } = key.read_all(&mut self.budget);
        let mut subkeys = Vec::new();
        // The list's own damage is among what `read_all` found.
        let mut entries = SubkeyEntries::new(&key, self.entries_left);
        let too_deep = self.stack.len() >= MOST_LEVELS;
        for entry in entries.by_ref().flatten() {
            let at = entry.cell;
            match Key::read(key.hive(), Structure::KeyNode, at, key.cell()) {
                Ok(_) if !self.seen.insert(at) => damage.push(Damage::ListedTwice { at }),
                Ok(_) if too_deep => damage.push(Damage::TooDeep { at }),
                Ok(subkey) => subkeys.push(subkey),
                Err(found) if found.is_of_a_key_node() => damage.push(found),
                Err(_) => {}
            }
        }
        self.entries_left = self.entries_left.saturating_sub(entries.cost());
        self.stack.push(Level { subkeys: subkeys.into_iter(), path_length: self.path.len() });
        let path = self.path_of(key, &mut damage);
        let depth = self.stack.len().saturating_sub(1);
        Visit { key, path, class, values, damage, depth }
    }

    /// The path of the key that is visited, as long as there is room: every key below long names has
    /// them in its path once more.
    fn path_of(&mut self, key: Key<'i>, damage: &mut Vec<Damage>) -> String {
        if let Some(left) = self.path_bytes_left.checked_sub(self.path.len()) {
            self.path_bytes_left = left;
            return self.path.clone();
        }
        damage.push(Damage::PathCut { at: key.cell() });
        format!("{CUT}{}", key.readable_name())
    }
}

impl<'i> Iterator for Walk<'i> {
    type Item = Visit<'i>;

    fn next(&mut self) -> Option<Visit<'i>> {
        if let Some(start) = self.start.take() {
            self.seen.insert(start.cell());
            return Some(self.visit(start));
        }
        loop {
            let level = self.stack.last_mut()?;
            self.path.truncate(level.path_length);
            if let Some(key) = level.subkeys.next() {
                if !self.path.is_empty() {
                    self.path.push('\\');
                }
                self.path.push_str(&key.readable_name().to_string());
                return Some(self.visit(key));
            }
            self.stack.pop();
        }
    }
}
