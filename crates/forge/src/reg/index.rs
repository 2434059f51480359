//! Finds keys and values by their names.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use super::draft::KeyId;
use crate::name::upper_units;

/// Where items stand in a list, by the key that they belong to and their name as the registry compares it.
///
/// It keeps no names, only what they hash to with a secret of its own: a text can't choose names that collide.
/// Items that do are in a chain.
#[derive(Default)]
pub(super) struct Index {
    secret: RandomState,
    /// For each hash the item that came last.
    last: HashMap<u64, usize>,
    /// For each item the one before it with the same hash.
    before: Vec<Option<usize>>,
}

impl Index {
    /// The item of this name, where there is one that fits.
    pub(super) fn find(
        &self,
        key: KeyId,
        name: &str,
        fits: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let mut next = self.last.get(&self.hash(key, name)).copied();
        while let Some(item) = next {
            if fits(item) {
                return Some(item);
            }
            next = self.before(item);
        }
        None
    }

    /// Adds an item, the last of the list.
    pub(super) fn insert(&mut self, key: KeyId, name: &str, item: usize) {
        let before = self.last.insert(self.hash(key, name), item);
        self.before.resize(item, None);
        self.before.push(before);
    }

    /// Takes an item out.
    pub(super) fn remove(&mut self, key: KeyId, name: &str, item: usize) {
        let hash = self.hash(key, name);
        let before = self.before(item);
        let Some(mut at) = self.last.get(&hash).copied() else { return };
        if at == item {
            match before {
                Some(before) => self.last.insert(hash, before),
                None => self.last.remove(&hash),
            };
            return;
        }
        while let Some(next) = self.before(at) {
            if next == item {
                if let Some(link) = self.before.get_mut(at) {
                    *link = before;
                }
                return;
            }
            at = next;
        }
    }

    fn before(&self, item: usize) -> Option<usize> {
        self.before.get(item).copied().flatten()
    }

    fn hash(&self, key: KeyId, name: &str) -> u64 {
        let mut hasher = self.secret.build_hasher();
        hasher.write_usize(key);
        for unit in upper_units(name) {
            hasher.write_u16(unit);
        }
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_whatever_the_case_and_not_once_removed() {
        let mut index = Index::default();
        index.insert(1, "Name", 0);
        index.insert(2, "name", 1);
        assert_eq!(index.find(1, "NAME", |_| true), Some(0));
        assert_eq!(index.find(2, "NAME", |_| true), Some(1));
        assert_eq!(index.find(3, "NAME", |_| true), None);
        index.remove(1, "naMe", 0);
        assert_eq!(index.find(1, "Name", |_| true), None);
        assert_eq!(index.find(2, "Name", |_| true), Some(1));
    }

    #[test]
    fn items_that_collide_are_told_apart() {
        let mut index = Index::default();
        for item in 0..4 {
            index.insert(0, "n", item);
        }
        for item in 0..4 {
            assert_eq!(index.find(0, "n", |found| found == item), Some(item));
        }
        for item in [1, 3, 0, 2] {
            index.remove(0, "n", item);
            assert_eq!(index.find(0, "n", |found| found == item), None);
        }
        assert_eq!(index.find(0, "n", |_| true), None);
    }
}
