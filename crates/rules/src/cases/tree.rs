//! A hive as a tree of keys, once `like`, `delete` and all paths are resolved.

use std::collections::BTreeMap;

use coldhive_hive::{FileTime, upcase_unit};

use crate::model::{DamageSketch, HiveFormat, SecuritySketch, ValueSketch};

/// A hive to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HiveTree {
    /// The version of the format.
    pub format: HiveFormat,
    /// The key that all others stand below; its name is empty.
    pub root: KeyTree,
    /// What to break, keys by their whole paths.
    pub damage: Vec<DamageSketch>,
    /// How much work it is to make.
    pub(super) weight: usize,
}

/// A key to be made, with all below it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct KeyTree {
    /// Its name.
    pub name: String,
    /// Its class name.
    pub class: Option<String>,
    /// When it was last written, if that matters.
    pub written: Option<FileTime>,
    /// Its security descriptor; `None` for that of the key above it.
    pub security: Option<SecuritySketch>,
    values: BTreeMap<Vec<u16>, ValueTree>,
    /// How many values were put in so far.
    put: usize,
    keys: BTreeMap<Vec<u16>, KeyTree>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ValueTree {
    /// Which one it was to come: lists of values have an order.
    order: usize,
    name: String,
    value: ValueSketch,
}

impl HiveTree {
    pub(super) fn new() -> Self {
        Self { format: HiveFormat::V1_3, root: KeyTree::default(), damage: Vec::new(), weight: 0 }
    }
}

impl KeyTree {
    /// The keys below it, sorted by name.
    pub fn keys(&self) -> impl Iterator<Item = &Self> {
        self.keys.values()
    }

    /// Its values in the order of the file, each with its name.
    #[must_use]
    pub fn values(&self) -> Vec<(&str, &ValueSketch)> {
        let mut values: Vec<_> = self.values.values().collect();
        values.sort_by_key(|value| value.order);
        values.into_iter().map(|value| (value.name.as_str(), &value.value)).collect()
    }

    /// The value of that name, without regard to case.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&ValueSketch> {
        self.values.get(&folded(name)).map(|value| &value.value)
    }

    /// The key at a path below it.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Self> {
        components(path).try_fold(self, |key, name| key.keys.get(&folded(name)))
    }

    pub(super) fn get_mut(&mut self, path: &str) -> Option<&mut Self> {
        components(path).try_fold(self, |key, name| key.keys.get_mut(&folded(name)))
    }

    /// The key of that name right below it, which is made where it isn't there.
    pub(super) fn child(&mut self, name: &str) -> &mut Self {
        let make = || Self { name: name.to_owned(), ..Self::default() };
        self.keys.entry(folded(name)).or_insert_with(make)
    }

    /// Puts in a value, in the place of one of that name or behind the others.
    pub(super) fn put(&mut self, name: &str, value: &ValueSketch) {
        let folded = folded(name);
        let order = self.values.get(&folded).map_or(self.put, |old| old.order);
        self.put = self.put.saturating_add(1);
        let put = ValueTree { order, name: name.to_owned(), value: value.clone() };
        self.values.insert(folded, put);
    }

    pub(super) fn remove(&mut self, name: &str) -> bool {
        self.keys.remove(&folded(name)).is_some()
    }

    pub(super) fn remove_value(&mut self, name: &str) -> bool {
        self.values.remove(&folded(name)).is_some()
    }
}

/// The names in a path; the empty path has none.
pub(super) fn components(path: &str) -> impl Iterator<Item = &str> {
    path.split('\\').filter(move |_| !path.is_empty())
}

/// A path below another.
pub(super) fn joined(above: &str, path: &str) -> String {
    match (above, path) {
        ("", path) => path.to_owned(),
        (above, "") => above.to_owned(),
        (above, path) => format!("{above}\\{path}"),
    }
}

/// A name as the registry compares it.
pub(super) fn folded(name: &str) -> Vec<u16> {
    name.encode_utf16().map(upcase_unit).collect()
}
