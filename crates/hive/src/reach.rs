//! What can be reached from the root: every cell that some record of the living tree stands in.

use crate::big_data::{BIG_DATA_HEADER, SEGMENT_SIZE};
use crate::bytes::{i32_at, index, len_u32, u32_at};
use crate::cell_set::CellSet;
use crate::check::{Budget, ReadValue};
use crate::damage::Structure;
use crate::hive::Hive;
use crate::key::Key;
use crate::list::List;
use crate::offset::CellOffset;
use crate::subkeys::subkey_list_in_use;
use crate::value::{SoundValue, Value};

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

/// A cell that keys name as their security record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Secured {
    pub(crate) security: CellOffset,
    /// The first of the keys, in the order of the file.
    pub(crate) key: CellOffset,
    /// How many keys there are.
    pub(crate) keys: u32,
}

/// What stands behind the end of a record in its cell, where it is enough to hold something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slack {
    pub(crate) at: CellOffset,
    /// In bytes, up to the end of the cell.
    pub(crate) size: u32,
}

/// The cells of a key's values and of their data, as they are read.
#[derive(Default)]
pub(crate) struct Met {
    cells: Vec<Slack>,
    pub(crate) values: usize,
}

impl Met {
    /// Forgets those of the key before.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        self.values = 0;
    }

    #[inline]
    pub(crate) fn add(&mut self, found: &SoundValue<'_>) {
        let size = len_u32(found.value.room_behind());
        self.cells.push(Slack { at: found.value.cell(), size });
        if let Some((at, behind)) = found.data_cell {
            self.cells.push(Slack { at, size: len_u32(behind.len()) });
        }
        self.values = self.values.saturating_add(1);
    }
}

/// Less slack than that holds no record: a key value takes 20 bytes and its name.
const LEAST_SLACK: u32 = 20;
/// How many security cells are looked through for the one that a key names, before another entry is made for it.
const RECENT: usize = 8;

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
    /// How many those are.
    pub(crate) number: u32,
    /// All bytes behind the ends of records in those cells.
    pub(crate) slack_bytes: u64,
    /// Those that could hold something, sorted.
    pub(crate) slack: Vec<Slack>,
    /// The records, sorted by place, if they are kept: who wants to tell of what is wrong needs them.
    pub(crate) records: Vec<Reached>,
    keeps_records: bool,
    /// The security cells of all keys, as the nodes name them, sorted.
    pub(crate) security: Vec<Secured>,
    /// Cells that were reached a second time, but for security records, which are there to be shared. Each once.
    pub(crate) shared: Vec<SharedRecord>,
    /// How many more there are.
    pub(crate) shared_beyond: u32,
    /// Those cells.
    told: CellSet,
    /// Whether the hive's lists and data are too many to be followed to their ends.
    pub(crate) complete: bool,
    /// Of what was noted visit by visit: whether nothing was wrong, so that the order makes no difference.
    is_plain: bool,
}

impl<'i> Reach<'i> {
    /// To be told of one key after another.
    pub(crate) fn new(hive: Hive<'i>) -> Self {
        let size = hive.bins_size();
        Self {
            hive,
            budget: Budget::of(&hive),
            segments: size / 8,
            keys: Vec::new(),
            cells: CellSet::new(size),
            number: 0,
            slack_bytes: 0,
            slack: Vec::new(),
            records: Vec::new(),
            keeps_records: false,
            security: Vec::new(),
            shared: Vec::new(),
            shared_beyond: 0,
            told: CellSet::new(size),
            complete: true,
            is_plain: true,
        }
    }

    /// Follows all there is from the root, and keeps the records if asked to. If not, it ends where a cell is shared.
    pub(crate) fn from_root(hive: Hive<'i>, keeps_records: bool) -> Self {
        let mut reach = Self { keeps_records, ..Self::new(hive) };
        if let Ok(root) = hive.root() {
            reach.key(root);
        }
        while let Some(key) = reach.keys.pop()
            && (keeps_records || reach.shared.is_empty())
        {
            reach.belongings(&key);
        }
        reach.sort();
        reach
    }

    /// Notes what belongs to a key that a walk from the root visits, all of which it has read, and whether anything is
    /// wrong with it.
    pub(crate) fn visit(&mut self, key: &Key<'i>, values: &[ReadValue<'i>], is_sound: bool) {
        self.is_plain &= is_sound;
        if !self.is_plain {
            return;
        }
        self.nodes_and_lists(key, values.len());
        for read in values {
            self.note(key, Structure::KeyValue, read.value.cell(), read.value.used());
            self.data(key, &read.value);
        }
        self.is_plain &= self.shared.is_empty() && self.complete;
    }

    /// The same for a key whose values were all [met](Met).
    #[inline]
    pub(crate) fn visit_plain(&mut self, key: &Key<'i>, met: &Met, is_sound: bool) {
        self.is_plain &= is_sound;
        if !self.is_plain {
            return;
        }
        self.nodes_and_lists(key, met.values);
        for slack in &met.cells {
            self.is_plain &= self.cells.insert(slack.at);
            self.number = self.number.saturating_add(1);
            self.slack(*slack);
        }
        self.is_plain &= self.shared.is_empty() && self.complete;
    }

    fn nodes_and_lists(&mut self, key: &Key<'i>, values: usize) {
        self.note(key, Structure::KeyNode, key.cell(), key.used());
        self.node(key);
        if subkey_list_in_use(key)
            && let Ok(list) = List::read(self.hive, key.subkey_list(), key.cell())
        {
            self.lists_alone(key, list);
        }
        if values > 0 {
            self.note(key, Structure::ValueList, key.value_list(), values.saturating_mul(4));
        }
    }

    /// Ends the visits. Answers what following all from the root would have found, unless that could be something
    /// else: where anything is wrong, it hangs on the order.
    pub(crate) fn of_visits(mut self) -> Option<Self> {
        self.sort();
        self.is_plain.then_some(self)
    }

    fn sort(&mut self) {
        self.slack.sort_unstable();
        self.records.sort_unstable_by_key(|record| record.at);
        self.security.sort_unstable();
        self.security.dedup_by(|next, first| {
            let same = next.security == first.security;
            if same {
                first.keys = first.keys.saturating_add(next.keys);
            }
            same
        });
    }

    /// Notes a record of a key; whether it was new.
    fn note(&mut self, key: &Key<'i>, what: Structure, at: CellOffset, used: usize) -> bool {
        let new = self.cells.insert(at);
        if new {
            let used = len_u32(used);
            self.number = self.number.saturating_add(1);
            self.end_at(at, used);
            if self.keeps_records {
                self.records.push(Reached { what, at, used, key: key.cell() });
            }
        } else if what != Structure::KeySecurity {
            self.share(key, what, at);
        }
        new
    }

    /// Notes how many bytes of a cell's content its record uses.
    fn end_at(&mut self, at: CellOffset, used: u32) {
        self.slack(Slack { at, size: self.slack_of(at, used) });
    }

    #[inline]
    fn slack(&mut self, slack: Slack) {
        self.slack_bytes = self.slack_bytes.saturating_add(slack.size.into());
        if slack.size >= LEAST_SLACK {
            self.slack.push(slack);
        }
    }

    /// How many bytes a record of such a length leaves of its cell.
    pub(crate) fn slack_of(&self, at: CellOffset, used: u32) -> u32 {
        let size = i32_at(self.hive.bin_bytes(), index(at.get())).map_or(0, i32::unsigned_abs);
        size.saturating_sub(self.hive.cell_header()).saturating_sub(used)
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
        self.node(key);
        if subkey_list_in_use(key)
            && let Ok(list) = List::read(self.hive, key.subkey_list(), key.cell())
        {
            self.list(key, list);
        }
        self.values(key);
    }

    /// Notes what a key's node leads to, but for its lists.
    fn node(&mut self, key: &Key<'i>) {
        if let Ok(Some((at, length))) = key.class_cell() {
            self.note(key, Structure::ClassName, at, length);
        }
        let at = key.security_cell();
        self.secured(at, key.cell());
        // Most keys share their records with others.
        if !self.cells.contains(at)
            && let Ok(Some(security)) = key.security()
        {
            self.note(key, Structure::KeySecurity, at, security.used());
        }
    }

    /// Counts a key at the security cell that it names. Neighbours in the tree mostly name one of a few, so that there are
    /// far fewer entries than keys.
    fn secured(&mut self, security: CellOffset, key: CellOffset) {
        let recent = self.security.iter_mut().rev().take(RECENT);
        match recent.into_iter().find(|entry| entry.security == security) {
            Some(entry) => {
                entry.key = entry.key.min(key);
                entry.keys = entry.keys.saturating_add(1);
            }
            None => self.security.push(Secured { security, key, keys: 1 }),
        }
    }

    /// Notes the cells of a list whose entries others follow.
    fn lists_alone(&mut self, key: &Key<'i>, mut list: List<'i>) {
        self.list_alone(key, &list);
        if !list.is_root() {
            return;
        }
        while let Some(entry) = list.next_entry() {
            if let Ok(leaf) = List::read(self.hive, entry.cell, list.cell()) {
                self.list_alone(key, &leaf);
            }
        }
    }

    fn list_alone(&mut self, key: &Key<'i>, list: &List<'i>) {
        let used = list.used();
        self.note(key, Structure::SubkeyList, list.cell(), used);
        // An entry takes four bytes at least. So no list is too long here that isn't there where they are followed.
        let left = self.budget.list_entries.checked_sub(len_u32(used / 4));
        self.is_plain &= left.is_some();
        self.budget.list_entries = left.unwrap_or(0);
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
