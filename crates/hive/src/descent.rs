//! Going down a tree, each key node once, in bounded steps on any bytes.

use crate::cell_set::CellSet;
use crate::damage::{Damage, LONGEST_KEY_NAME, Structure};
use crate::hive::Hive;
use crate::key::{Key, MOST_LEVELS};
use crate::offset::CellOffset;
use crate::subkeys::{SubkeyEntries, SubkeyEntry};

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

/// A key and everything below it, depth first, in stored order.
///
/// Each key node comes once, however often it is listed, and no more list entries are read than the hive has
/// room for.
#[derive(Clone, Debug)]
pub(crate) struct Descent<'i> {
    start: Option<Key<'i>>,
    levels: Vec<Level<'i>>,
    nodes: Nodes,
}

#[derive(Clone, Debug)]
struct Level<'i> {
    key: Key<'i>,
    subkeys: std::vec::IntoIter<Key<'i>>,
}

impl<'i> Descent<'i> {
    pub(crate) fn new(start: Key<'i>) -> Self {
        Self { start: Some(start), levels: Vec::new(), nodes: Nodes::of(&start.hive()) }
    }

    /// The next key, which is to be [entered](Self::enter) if its subkeys are to come.
    pub(crate) fn next_key(&mut self) -> Option<Key<'i>> {
        if let Some(start) = self.start.take() {
            self.nodes.is_new(start.cell());
            return Some(start);
        }
        loop {
            match self.levels.last_mut()?.subkeys.next() {
                Some(key) => return Some(key),
                None => self.levels.pop(),
            };
        }
    }

    /// How many keys stand above the one that came last: that many were entered, and are not left yet.
    pub(crate) fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The keys that were entered and not left, the start first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key<'i>> {
        self.levels.iter().map(|level| &level.key)
    }

    /// Reads the subkeys of the key that came last, and tells what is wrong with the list and with their nodes.
    pub(crate) fn enter(&mut self, key: Key<'i>, mut tell: impl FnMut(Damage)) {
        let mut subkeys = Vec::new();
        self.nodes.subkeys(&key, self.levels.len(), |_, node| match node {
            Ok(subkey) => subkeys.push(subkey),
            Err(damage) => tell(damage),
        });
        self.levels.push(Level { key, subkeys: subkeys.into_iter() });
    }
}

/// Which key nodes were met, and how many list entries may still be read.
#[derive(Clone, Debug)]
pub(crate) struct Nodes {
    seen: CellSet,
    entries_left: u32,
}

impl Nodes {
    pub(crate) fn of(hive: &Hive<'_>) -> Self {
        Self { seen: CellSet::new(hive.bins_size()), entries_left: hive.most_keys() }
    }

    /// Notes a node; whether it was not met before.
    pub(crate) fn is_new(&mut self, cell: CellOffset) -> bool {
        self.seen.insert(cell)
    }

    /// Reads the subkeys of a key that stands so many levels below the start: those that were not met before, and
    /// with what is wrong the entry that it is wrong with, if it isn't the list itself.
    pub(crate) fn subkeys<'i>(
        &mut self,
        key: &Key<'i>,
        level: usize,
        mut each: impl FnMut(Option<SubkeyEntry>, Result<Key<'i>, Damage>),
    ) {
        let mut entries = SubkeyEntries::new(key, self.entries_left);
        let too_deep = level >= MOST_LEVELS;
        for entry in entries.by_ref() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(damage) => {
                    each(None, Err(damage));
                    continue;
                }
            };
            let at = entry.cell;
            let node = match Key::read(key.hive(), Structure::KeyNode, at, key.cell()) {
                Ok(_) if !self.seen.insert(at) => Err(Damage::ListedTwice { at }),
                Ok(_) if too_deep => Err(Damage::TooDeep { at }),
                node => node,
            };
            each(Some(entry), node);
        }
        self.entries_left = self.entries_left.saturating_sub(entries.cost());
    }
}

/// How many bytes of paths may still be made: every key below long names has them in its path once more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathBudget(usize);

impl PathBudget {
    pub(crate) fn of(key: &Key<'_>) -> Self {
        let size = crate::bytes::index(key.hive().bins_size());
        Self(size.saturating_mul(PATHS_PER_BYTE).max(PATHS_OF_A_CHAIN))
    }

    /// Takes what a path of so many bytes costs; whether there was room for it.
    pub(crate) fn take(&mut self, length: usize) -> bool {
        let left = self.0.checked_sub(length);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// What stands for the path of a key for which there is no room.
pub(crate) fn cut_path(key: &Key<'_>) -> String {
    format!("{CUT}{}", key.readable_name())
}
