//! What can be reached from the root: every cell that some record of the living tree stands in.

use crate::big_data::{BIG_DATA_HEADER, SEGMENT_SIZE};
use crate::bytes::{index, len_u32, u32_at};
use crate::cell_set::CellSet;
use crate::check::Budget;
use crate::damage::Structure;
use crate::hive::Hive;
use crate::key::Key;
use crate::list::List;
use crate::offset::CellOffset;
use crate::subkeys::subkey_list_in_use;
use crate::value::Value;

/// A record found on the way: where it stands, and how many bytes of its cell's content it uses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    pub(crate) what: Structure,
    pub(crate) at: CellOffset,
    pub(crate) used: u32,
    /// The key that it belongs to: of several the first that was met.
    pub(crate) key: CellOffset,
}

/// A cell that was reached a second time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SharedRecord {
    pub(crate) what: Structure,
    pub(crate) at: CellOffset,
    /// The key that named it the second time.
    pub(crate) key: CellOffset,
}

/// A key, and the security record that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Secured {
    pub(crate) security: CellOffset,
    pub(crate) key: CellOffset,
}

/// How many cells with one thing wrong are told of. Made for it, a hive can have one for each 8 bytes.
pub(crate) const MOST_TOLD: usize = 0x1_0000;

/// Everything that can be reached, each cell once.
///
/// Unreadable records are passed over: reading keys tells of them. Work is bounded as that of a walk is.
pub(crate) struct Reach<'i> {
    hive: Hive<'i>,
    budget: Budget,
    segments: u32,
    keys: Vec<Key<'i>>,
    /// The cells that were reached.
    pub(crate) cells: CellSet,
    /// The records, in the order in which they were reached.
    pub(crate) records: Vec<Reached>,
    /// The security cell of each key, as the node names it.
    pub(crate) security: Vec<Secured>,
    /// Cells that were reached a second time, but for security records, which are there to be shared. Each once.
    pub(crate) shared: Vec<SharedRecord>,
    /// How many more there are.
    pub(crate) shared_beyond: u32,
    /// Those cells.
    told: CellSet,
    /// Whether the hive's lists and data are too many to be followed to their ends.
    pub(crate) complete: bool,
}

impl<'i> Reach<'i> {
    /// Follows all there is from the root.
    pub(crate) fn from_root(hive: Hive<'i>) -> Self {
        let size = hive.bins_size();
        let mut reach = Self {
            hive,
            budget: Budget::of(&hive),
            segments: size / 8,
            keys: Vec::new(),
            cells: CellSet::new(size),
            records: Vec::new(),
            security: Vec::new(),
            shared: Vec::new(),
            shared_beyond: 0,
            told: CellSet::new(size),
            complete: true,
        };
        if let Ok(root) = hive.root() {
            reach.key(root);
        }
        while let Some(key) = reach.keys.pop() {
            reach.belongings(&key);
        }
        reach
    }

    /// Notes a record of a key; whether it was new.
    fn note(&mut self, key: &Key<'i>, what: Structure, at: CellOffset, used: usize) -> bool {
        let new = self.cells.insert(at);
        if new {
            self.records.push(Reached { what, at, used: len_u32(used), key: key.cell() });
        } else if what != Structure::KeySecurity {
            self.share(key, what, at);
        }
        new
    }

    fn share(&mut self, key: &Key<'i>, what: Structure, at: CellOffset) {
        if !self.told.insert(at) {
            return;
        }
        if self.shared.len() < MOST_TOLD {
            self.shared.push(SharedRecord { what, at, key: key.cell() });
        } else {
            self.shared_beyond = self.shared_beyond.saturating_add(1);
        }
    }

    fn key(&mut self, key: Key<'i>) {
        if self.note(&key, Structure::KeyNode, key.cell(), key.used()) {
            self.keys.push(key);
        }
    }

    fn belongings(&mut self, key: &Key<'i>) {
        if let Ok(Some((at, length))) = key.class_cell() {
            self.note(key, Structure::ClassName, at, length);
        }
        self.security.push(Secured { security: key.security_cell(), key: key.cell() });
        if let Ok(Some(security)) = key.security() {
            self.note(key, Structure::KeySecurity, security.cell(), security.used());
        }
        if subkey_list_in_use(key)
            && let Ok(list) = List::read(self.hive, key.subkey_list(), key.cell())
        {
            self.list(key, list);
        }
        self.values(key);
    }

    fn list(&mut self, key: &Key<'i>, mut list: List<'i>) {
        let what = Structure::SubkeyList;
        if !self.note(key, what, list.cell(), list.used()) {
            return;
        }
        if !list.is_root() {
            return self.leaf(key, list);
        }
        while let Some(entry) = list.next_entry() {
            if !self.spend_entry() {
                return;
            }
            if let Ok(leaf) = List::read(self.hive, entry.cell, list.cell())
                && !leaf.is_root()
                && self.note(key, what, leaf.cell(), leaf.used())
            {
                self.leaf(key, leaf);
            }
        }
    }

    fn leaf(&mut self, key: &Key<'i>, mut leaf: List<'i>) {
        while let Some(entry) = leaf.next_entry() {
            if !self.spend_entry() {
                return;
            }
            if let Ok(subkey) = Key::read(self.hive, Structure::KeyNode, entry.cell, key.cell()) {
                self.key(subkey);
            }
        }
    }

    fn values(&mut self, key: &Key<'i>) {
        let (what, list) = (Structure::ValueList, key.value_list());
        if self.cells.contains(list) {
            if key.value_count() != 0 {
                self.share(key, what, list);
            }
            return;
        }
        let values = key.values();
        let mut entries = 0_usize;
        for value in values {
            match self.budget.values.checked_sub(1) {
                Some(left) => self.budget.values = left,
                None => {
                    self.complete = false;
                    break;
                }
            }
            // The first entry shows that there is a list.
            entries = entries.saturating_add(1);
            if let Ok(value) = value
                && self.note(key, Structure::KeyValue, value.cell(), value.used())
            {
                self.data(key, &value);
            }
        }
        if entries > 0 && self.hive.cell(what, list, key.cell()).is_ok() {
            self.note(key, what, list, entries.saturating_mul(4));
        }
    }

    fn data(&mut self, key: &Key<'i>, value: &Value<'i>) {
        let Some(at) = value.data_cell() else { return };
        let size = value.size();
        let Ok(cell) = self.hive.cell(Structure::ValueData, at, value.cell()) else { return };
        if !value.is_big_data(cell) {
            self.note(key, Structure::ValueData, at, index(size).min(cell.len()));
            return;
        }
        if !self.note(key, Structure::BigData, at, BIG_DATA_HEADER) {
            return;
        }
        let list_at = CellOffset::new(u32_at(cell, 4).unwrap_or(u32::MAX));
        let Ok(list) = self.hive.cell(Structure::BigData, list_at, at) else { return };
        let count = index(size.div_ceil(SEGMENT_SIZE)).min(list.len() / 4);
        if !self.note(key, Structure::BigData, list_at, count.saturating_mul(4)) {
            return;
        }
        let mut left = size;
        for entry in list.chunks_exact(4).take(count) {
            match self.segments.checked_sub(1) {
                Some(segments) => self.segments = segments,
                None => {
                    self.complete = false;
                    return;
                }
            }
            let segment = CellOffset::new(u32_at(entry, 0).unwrap_or(u32::MAX));
            let wanted = left.min(SEGMENT_SIZE);
            if let Ok(cell) = self.hive.cell(Structure::ValueData, segment, list_at) {
                self.note(key, Structure::ValueData, segment, index(wanted).min(cell.len()));
            }
            left = left.saturating_sub(wanted);
        }
    }

    fn spend_entry(&mut self) -> bool {
        match self.budget.list_entries.checked_sub(1) {
            Some(left) => self.budget.list_entries = left,
            None => self.complete = false,
        }
        self.complete
    }
}
