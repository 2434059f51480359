//! Visiting the keys of a hive for a verification, which needs neither their paths nor their values at hand.

use crate::big_data::SEGMENT_SIZE;
use crate::check::{Budget, PlainKey, ReadKey, ReadValue, SoundSecurity};
use crate::damage::{Damage, Structure};
use crate::descent::{Descent, PathBudget};
use crate::key::{Key, KeyFlags};
use crate::reach::{Met, Reach};

/// A key and what is wrong or odd with it.
pub(crate) struct Checked<'i> {
    pub(super) key: Key<'i>,
    pub(super) depth: usize,
    /// How many of its values can be read.
    pub(super) values: usize,
    /// Each once, sorted.
    pub(super) damage: Vec<Damage>,
}

/// Visits the keys that a [walk](crate::Walk) visits, and finds the same damage.
pub(crate) struct Visits<'i> {
    descent: Descent<'i>,
    /// How long the paths are of the keys that were entered: walks have room for so much.
    paths: Vec<usize>,
    room: PathBudget,
    budget: Budget,
    security: SoundSecurity,
    met: Met,
}

impl<'i> Visits<'i> {
    pub(crate) fn below(start: Key<'i>) -> Self {
        Self {
            descent: Descent::new(start),
            paths: Vec::new(),
            room: PathBudget::of(&start),
            budget: Budget::of(&start.hive()),
            security: SoundSecurity::new(),
            met: Met::default(),
        }
    }

    /// Reads the next key, and has noted what belongs to it.
    pub(crate) fn next(&mut self, reach: &mut Reach<'i>) -> Option<Checked<'i>> {
        let key = self.descent.next_key()?;
        let depth = self.descent.depth();
        let path = self.length_of_path(&key, depth);
        let met = &mut self.met;
        met.clear();
        let plain = key.read_plain(&mut self.budget, &mut self.security, |found| met.add(&found));
        let Some(PlainKey { leaf, .. }) = plain else {
            return Some(self.read_all(key, depth, path, reach));
        };
        let mut damage = self.descent.enter_plain(&key, leaf);
        if !self.room.take(path) {
            damage.push(Damage::PathCut { at: key.cell() });
        }
        reach.visit_plain(&key, &self.met, damage.is_empty());
        odd_node(&key, &mut damage);
        if damage.len() > 1 {
            sort(&mut damage);
        }
        Some(Checked { key, depth, values: self.met.values, damage })
    }

    #[inline(never)]
    fn read_all(
        &mut self,
        key: Key<'i>,
        depth: usize,
        path: usize,
        reach: &mut Reach<'i>,
    ) -> Checked<'i> {
        let ReadKey { mut damage, values, .. } =
            key.read_and_enter(&mut self.budget, &mut self.descent);
        if !self.room.take(path) {
            damage.push(Damage::PathCut { at: key.cell() });
        }
        reach.visit(&key, &values, damage.is_empty());
        if key.name().is_ok_and(|name| name.contains(0)) {
            damage.push(Damage::NulInName { what: Structure::KeyNode, at: key.cell() });
        }
        odd_node(&key, &mut damage);
        values.iter().for_each(|read| odd_value(read, &mut damage));
        sort(&mut damage);
        Checked { key, depth, values: values.len(), damage }
    }

    /// How long the path is of a key so many levels below the start, in bytes of UTF-8.
    fn length_of_path(&mut self, key: &Key<'i>, depth: usize) -> usize {
        self.paths.truncate(depth);
        let mut length = self.paths.last().copied().unwrap_or_default();
        if depth > 0 {
            let backslash = usize::from(length > 0);
            let name = key.readable_name().text_length();
            length = length.saturating_add(backslash).saturating_add(name);
        }
        self.paths.push(length);
        length
    }
}

/// What only a verification tells of a key's node, but for its name.
#[inline]
fn odd_node(key: &Key<'_>, damage: &mut Vec<Damage>) {
    let (at, parent) = (key.cell(), key.listed_by());
    if let Some(class) = key.empty_class() {
        damage.push(Damage::EmptyClass { at, class });
    }
    if key.flags().contains(KeyFlags::ROOT) && !key.is_root() {
        damage.push(Damage::RootFlag { at, parent });
    }
}

/// What only a verification tells of a value.
fn odd_value(read: &ReadValue<'_>, damage: &mut Vec<Damage>) {
    if read.value.name().is_ok_and(|name| name.contains(0)) {
        damage.push(Damage::NulInName { what: Structure::KeyValue, at: read.value.cell() });
    }
    // Data in segments is seldom.
    if read.value.size() > SEGMENT_SIZE {
        damage.extend(read.value.check_segments());
    }
}

fn sort(damage: &mut Vec<Damage>) {
    damage.sort_unstable();
    damage.dedup();
}
