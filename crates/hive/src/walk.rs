//! Walking a whole tree, in bounded steps on any bytes.

use crate::bytes::index;
use crate::check::{Budget, ReadValue};
use crate::damage::{Damage, Structure};
use crate::key::{Key, MOST_LEVELS};
use crate::offset::CellOffset;
use crate::subkeys::SubkeyEntries;

/// The longest path that Windows allows, in bytes of UTF-8: names have at most 255 units. It bounds what
/// the paths of a walk cost where names of 64 KiB stand one below the other.
const LONGEST_PATH: usize = MOST_LEVELS * 256 * 3;

/// One key met on a walk.
#[derive(Clone, Debug)]
pub struct Visit<'i> {
    /// The key.
    pub key: Key<'i>,
    /// Its path below where the walk began, components joined by backslashes; `""` for the start.
    pub path: String,
    /// Its readable values with their data, in stored order.
    pub values: Vec<ReadValue<'i>>,
    /// What is wrong with the key, as [`Key::check`] tells it, and the subkeys that could not be read.
    pub damage: Vec<Damage>,
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
    seen: Seen,
    entries_left: u32,
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
        Walk {
            start: Some(*self),
            path: String::new(),
            stack: Vec::new(),
            seen: Seen::new(self.hive().bins_size()),
            entries_left: self.hive().most_keys(),
            budget: Budget::of(&self.hive()),
        }
    }
}

impl<'i> Walk<'i> {
    fn visit(&mut self, key: Key<'i>) -> Visit<'i> {
        let (mut damage, values) = key.read_all(&mut self.budget);
        let mut subkeys = Vec::new();
        // The list's own damage is among what `read_all` found.
        let mut entries = SubkeyEntries::new(&key, self.entries_left);
        let too_deep = self.stack.len() >= MOST_LEVELS || self.path.len() > LONGEST_PATH;
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
        Visit { key, path: self.path.clone(), values, damage }
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

/// Which cells were visited: a bit for each place where a cell can begin.
#[derive(Clone, Debug)]
struct Seen(Vec<u64>);

impl Seen {
    fn new(bins_size: u32) -> Self {
        Self(vec![0; index(bins_size / 512).saturating_add(1)])
    }

    /// Notes a cell; whether it was new.
    fn insert(&mut self, cell: CellOffset) -> bool {
        let place = cell.get() / 8;
        let Some(word) = self.0.get_mut(index(place / 64)) else { return false };
        let bit = 1_u64 << (place % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}
