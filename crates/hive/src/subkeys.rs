//! Reading subkey lists: the entries of all leaves, and the keys that they lead to.

use crate::bytes::{index, len_u32};
use crate::damage::{Damage, Structure};
use crate::hive::Hive;
use crate::key::Key;
use crate::list::{List, SubkeyEntry};
use crate::offset::CellOffset;

/// The entries of a key's subkey list, through the `ri` where there is one.
///
/// Damage of the list itself comes as an `Err` in its place; what follows it is still read. The
/// iterator ends on any bytes: after as many entries, and as many leaves, as the hive has room for keys.
#[derive(Clone, Debug)]
pub struct SubkeyEntries<'i> {
    hive: Hive<'i>,
    /// The leaf that is being read.
    leaf: Option<List<'i>>,
    /// The index root whose leaves these are.
    root: Option<List<'i>>,
    stage: Stage,
    key: CellOffset,
    said: u32,
    found: u32,
    limit: u32,
    /// How many leaves an index root named.
    leaves: u32,
    /// Whether some part of the list could not be read, which explains a wrong count.
    broken: bool,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// The list stands in this cell, and is still to be read.
    Start(CellOffset),
    Reading,
    Done,
}

impl<'i> SubkeyEntries<'i> {
    #[inline]
    pub(crate) fn new(key: &Key<'i>, limit: u32) -> Self {
        let stage =
            if subkey_list_in_use(key) { Stage::Start(key.subkey_list()) } else { Stage::Done };
        Self {
            hive: key.hive(),
            leaf: None,
            root: None,
            stage,
            key: key.cell(),
            said: key.subkey_count(),
            found: 0,
            limit,
            leaves: 0,
            broken: false,
        }
    }

    /// How much was read so far, in entries: a leaf of an index root counts as one where it has none, so
    /// that sound lists cost what they hold.
    pub(crate) fn cost(&self) -> u32 {
        self.found.max(self.leaves)
    }

    /// The entries of the next leaf, as far as the limit allows.
    pub(crate) fn next_leaf(&mut self) -> Option<Result<List<'i>, Damage>> {
        loop {
            if let Some(leaf) = &mut self.leaf
                && self.found < self.limit
                && leaf.left() > 0
            {
                let taken = leaf.take(index(self.limit.saturating_sub(self.found)));
                self.found = self.found.saturating_add(len_u32(taken.left()));
                return Some(Ok(taken));
            }
            if let Err(damage) = self.go_on()? {
                return Some(Err(damage));
            }
        }
    }

    /// Goes on to the next leaf that can be read, if there is one.
    #[inline(never)]
    fn go_on(&mut self) -> Option<Result<(), Damage>> {
        match self.stage {
            Stage::Done => return None,
            Stage::Start(at) => {
                self.stage = Stage::Reading;
                match List::read(self.hive, at, self.key) {
                    Ok(list) if list.is_root() => self.root = Some(list),
                    Ok(leaf) => self.leaf = Some(leaf),
                    Err(damage) => {
                        self.stage = Stage::Done;
                        return self.damaged(damage);
                    }
                }
                return Some(Ok(()));
            }
            Stage::Reading => {}
        }
        if let Some(leaf) = self.leaf.take() {
            if leaf.left() > 0 {
                return self.endless(leaf.cell());
            }
            if let Some(damage) = leaf.damage {
                return self.damaged(damage);
            }
        }
        let Some(root) = &mut self.root else { return self.count() };
        let Some(entry) = root.next_entry() else {
            let damage = root.damage;
            self.root = None;
            return damage.map_or(Some(Ok(())), |damage| self.damaged(damage));
        };
        let from = root.cell();
        if self.leaves >= self.limit {
            return self.endless(from);
        }
        self.leaves = self.leaves.saturating_add(1);
        match List::read(self.hive, entry.cell, from) {
            Ok(leaf) if leaf.is_root() => self.damaged(Damage::NestedIndexRoot { at: entry.cell }),
            Ok(leaf) => {
                self.leaf = Some(leaf);
                Some(Ok(()))
            }
            Err(damage) => self.damaged(damage),
        }
    }

    /// At the end: whether there were as many entries as the key counts.
    fn count(&mut self) -> Option<Result<(), Damage>> {
        self.stage = Stage::Done;
        let (at, said, found) = (self.key, self.said, self.found);
        (said != found && !self.broken).then_some(Err(Damage::SubkeyCount { at, said, found }))
    }

    fn endless(&mut self, at: CellOffset) -> Option<Result<(), Damage>> {
        self.stage = Stage::Done;
        self.damaged(Damage::EndlessList { what: Structure::SubkeyList, at })
    }

    fn damaged(&mut self, damage: Damage) -> Option<Result<(), Damage>> {
        self.broken = true;
        Some(Err(damage))
    }
}

/// Whether the key's list is one. A count of 0 is what Windows goes by, and sound hives then have no list. A list
/// of this very key's subkeys is read nevertheless: the count is what is damaged. Anything else is a stale offset.
#[inline]
pub(crate) fn subkey_list_in_use(key: &Key<'_>) -> bool {
    key.subkey_count() != 0 || lists_subkeys_of(key)
}

/// Whether the list that the key names begins with a key that names it as its parent.
#[inline]
fn lists_subkeys_of(key: &Key<'_>) -> bool {
    !key.subkey_list().is_none() && begins_with_subkey_of(key)
}

#[inline(never)]
fn begins_with_subkey_of(key: &Key<'_>) -> bool {
    let first_entry = || {
        let mut list = List::read(key.hive(), key.subkey_list(), key.cell()).ok()?;
        if list.is_root() {
            let leaf = list.next_entry()?.cell;
            list = List::read(key.hive(), leaf, list.cell()).ok()?;
        }
        let first = list.next_entry()?.cell;
        Key::read(key.hive(), Structure::KeyNode, first, key.cell()).ok()
    };
    first_entry().is_some_and(|first| first.parent_cell() == key.cell())
}

impl Iterator for SubkeyEntries<'_> {
    type Item = Result<SubkeyEntry, Damage>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(leaf) = &mut self.leaf
                && self.found < self.limit
                && let Some(entry) = leaf.next_entry()
            {
                self.found = self.found.saturating_add(1);
                return Some(Ok(entry));
            }
            if let Err(damage) = self.go_on()? {
                return Some(Err(damage));
            }
        }
    }
}

/// The subkeys of a key. Damage comes as an `Err` in its place; what follows it is still read.
#[derive(Clone, Debug)]
pub struct Subkeys<'i> {
    hive: Hive<'i>,
    parent: CellOffset,
    entries: SubkeyEntries<'i>,
}

impl<'i> Subkeys<'i> {
    pub(crate) fn new(parent: &Key<'i>, entries: SubkeyEntries<'i>) -> Self {
        Self { hive: parent.hive(), parent: parent.cell(), entries }
    }
}

impl<'i> Iterator for Subkeys<'i> {
    type Item = Result<Key<'i>, Damage>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next()?;
        Some(
            entry.and_then(|entry| {
                Key::read(self.hive, Structure::KeyNode, entry.cell, self.parent)
            }),
        )
    }
}
