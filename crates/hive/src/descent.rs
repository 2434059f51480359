//! Going down a tree, each key node once, in bounded steps on any bytes.

use crate::bytes::len_u32;
use crate::cell_set::CellSet;
use crate::damage::{Damage, LONGEST_KEY_NAME, Structure};
use crate::hive::Hive;
use crate::key::{Key, ListedNode, MOST_LEVELS};
use crate::list::{List, SubkeyEntry};
use crate::offset::CellOffset;
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

/// A key and everything below it, depth first, in stored order.
///
/// Each key node comes once, however often it is listed, and no more list entries are read than the hive has
/// room for. What is kept of a key that is still to come is its cell alone.
#[derive(Clone, Debug)]
pub(crate) struct Descent<'i> {
    hive: Hive<'i>,
    start: Option<Key<'i>>,
    /// The key that came last.
    last: CellOffset,
    levels: Vec<Level>,
    /// The subkeys of the keys on all levels, those of the last level last.
    subkeys: Vec<CellOffset>,
    nodes: Nodes,
}

/// A key that was entered, and has subkeys or may have.
#[derive(Clone, Copy, Debug)]
struct Level {
    key: CellOffset,
    /// Where its subkeys begin among those of all levels.
    first: usize,
    /// The one that comes next.
    next: usize,
}

impl<'i> Descent<'i> {
    pub(crate) fn new(start: Key<'i>) -> Self {
        let hive = start.hive();
        let nodes = Nodes::of(&hive);
        let (levels, subkeys) = (Vec::new(), Vec::new());
        Self { hive, start: Some(start), last: start.cell(), levels, subkeys, nodes }
    }

    /// The next key, which is to be [entered](Self::enter) if its subkeys are to come.
    #[inline]
    pub(crate) fn next_key(&mut self) -> Option<Key<'i>> {
        if let Some(start) = self.begin() {
            return Some(start);
        }
        let node = self.next_node()?;
        Some(node.key(self.hive))
    }

    /// The next key below the start.
    #[inline]
    pub(crate) fn next_node(&mut self) -> Option<ListedNode<'i>> {
        loop {
            let level = self.levels.last_mut()?;
            let Some(cell) = self.subkeys.get(level.next) else {
                self.subkeys.truncate(level.first);
                self.levels.pop();
                continue;
            };
            level.next = level.next.saturating_add(1);
            // It could be read when the list was.
            if let Some(node) = ListedNode::again(self.hive, *cell, level.key) {
                self.last = *cell;
                return Some(node);
            }
        }
    }

    /// Whether the start came.
    #[inline]
    pub(crate) const fn is_begun(&self) -> bool {
        self.start.is_none()
    }

    /// The start, which comes first.
    #[inline]
    pub(crate) fn begin(&mut self) -> Option<Key<'i>> {
        if self.start.is_some() { self.begun() } else { None }
    }

    #[cold]
    fn begun(&mut self) -> Option<Key<'i>> {
        let start = self.start.take()?;
        self.nodes.is_new(start.cell());
        Some(start)
    }

    /// The hive that is walked.
    #[inline]
    pub(crate) const fn hive(&self) -> Hive<'i> {
        self.hive
    }

    /// How many keys stand above the one that came last, before that one is entered.
    pub(crate) const fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The keys that lead from the start, which is left out, to the one that came last.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key<'i>> {
        let above = self.levels.iter().map(|level| level.key).filter(|key| *key != self.last);
        let keys = above.chain([self.last]).skip(1);
        keys.filter_map(|key| Key::read(self.hive, Structure::KeyNode, key, CellOffset::NONE).ok())
    }

    /// Enters the key that came last: its subkeys are to be [added](Self::add).
    #[inline]
    pub(crate) fn open(&mut self, key: CellOffset) {
        let first = self.subkeys.len();
        self.levels.push(Level { key, first, next: first });
    }

    /// Adds a subkey, or what is wrong with its node, to the key that was opened last.
    #[inline]
    pub(crate) fn add(&mut self, subkey: Result<Key<'i>, Damage>) -> Result<(), Damage> {
        let at = subkey?.cell();
        self.nodes.admit_node(at, self.levels.len().saturating_sub(1))?;
        self.subkeys.push(at);
        Ok(())
    }

    /// The same for the subkeys of a list whose nodes can all be read.
    #[inline]
    fn add_all_sound(&mut self, leaf: &List<'i>, mut tell: impl FnMut(Damage)) {
        let (level, nodes) = (self.levels.len().saturating_sub(1), &mut self.nodes);
        let admitted =
            |cell: &CellOffset| nodes.admit_node(*cell, level).map_err(&mut tell).is_ok();
        self.subkeys.reserve(leaf.left());
        self.subkeys.extend(leaf.cells().filter(admitted));
    }

    /// Enters a key with a list whose nodes can all be read, and tells which of them don't come.
    #[inline]
    pub(crate) fn enter_plain(&mut self, key: &Key<'i>, leaf: Option<List<'i>>) -> Vec<Damage> {
        let mut damage = Vec::new();
        if let Some(leaf) = leaf {
            self.open(key.cell());
            self.add_all_sound(&leaf, |found| damage.push(found));
        }
        damage
    }

    /// Reads the subkeys of the key that came last, and tells what is wrong with the list and with their nodes.
    #[inline]
    pub(crate) fn enter(&mut self, node: ListedNode<'i>, tell: impl FnMut(Damage)) {
        let (count, list) = {
            let key = node.key(self.hive);
            (key.subkey_count(), key.subkey_list())
        };
        if count == 0 && list.is_none() {
            return;
        }
        let bins = self.hive.plain_bins();
        if let Some(leaf) = List::only_leaf(bins, list, count)
            && let Some(left) = self.nodes.entries_left.checked_sub(len_u32(leaf.left()))
            // Nodes are far apart: a loop that does nothing but touch them has the memory fetch several at a time.
            && leaf.all_cells(|cell| Key::plain_node(bins, cell).is_some())
        {
            self.nodes.entries_left = left;
            self.open(node.cell);
            return self.add_all_sound(&leaf, tell);
        }
        self.enter_carefully(&node.key(self.hive), tell);
    }

    /// The same for lists of any kind.
    #[inline(never)]
    pub(crate) fn enter_carefully(&mut self, key: &Key<'i>, mut tell: impl FnMut(Damage)) {
        self.open(key.cell());
        let left = self.nodes.entries_left;
        let mut entries = SubkeyEntries::new(key, left);
        for entry in entries.by_ref() {
            if let Err(damage) = entry.and_then(|entry| self.add(key.listed(entry))) {
                tell(damage);
            }
        }
        self.nodes.entries_left = left.saturating_sub(entries.cost());
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
    #[inline]
    pub(crate) fn is_new(&mut self, cell: CellOffset) -> bool {
        self.seen.insert(cell)
    }

    /// Lets in a subkey of a key that stands so many levels below the start, unless its node was met before.
    #[inline]
    pub(crate) fn admit<'i>(
        &mut self,
        subkey: Result<Key<'i>, Damage>,
        level: usize,
    ) -> Result<Key<'i>, Damage> {
        let subkey = subkey?;
        self.admit_node(subkey.cell(), level)?;
        Ok(subkey)
    }

    #[inline]
    fn admit_node(&mut self, at: CellOffset, level: usize) -> Result<(), Damage> {
        if !self.seen.insert(at) {
            return Err(Damage::ListedTwice { at });
        }
        if level >= MOST_LEVELS { Err(Damage::TooDeep { at }) } else { Ok(()) }
    }

    /// Reads the subkeys of a key that stands so many levels below the start: those that were not met before, and
    /// with what is wrong the entry that it is wrong with, if it isn't the list itself.
    #[inline]
    pub(crate) fn subkeys<'i>(
        &mut self,
        key: &Key<'i>,
        level: usize,
        mut each: impl FnMut(Option<SubkeyEntry>, Result<Key<'i>, Damage>),
    ) {
        let mut entries = SubkeyEntries::new(key, self.entries_left);
        for entry in entries.by_ref() {
            match entry {
                Ok(entry) => each(Some(entry), self.admit(key.listed(entry), level)),
                Err(damage) => each(None, Err(damage)),
            }
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
