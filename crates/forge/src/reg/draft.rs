//! The keys and values that a text makes, in the order of the text.

use super::index::Index;
use crate::name::same;

/// A key of the draft: its place in the list.
pub(super) type KeyId = usize;

/// So many keys may always be made.
const FREE_KEYS: usize = 0x4_0000;
/// Beyond those, a text has so many bytes for each key. An export has more: the path alone, written out.
const BYTES_PER_KEY: usize = 32;

/// Where in the text something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) line: u32,
    pub(super) offset: u64,
}

/// One key; those above it come before it in the list.
pub(super) struct DraftKey {
    pub(super) name: String,
    pub(super) parent: KeyId,
    pub(super) source: Source,
    /// Whether the text names it, and not only a key below it.
    pub(super) explicit: bool,
    /// Whether it was deleted later in the text; those below it go with it.
    pub(super) deleted: bool,
}

/// One value.
pub(super) struct DraftValue {
    pub(super) key: KeyId,
    pub(super) name: String,
    pub(super) type_code: u32,
    pub(super) data: Vec<u8>,
    pub(super) source: Source,
    pub(super) deleted: bool,
}

/// The key that would be made is one too many.
pub(super) struct TooManyKeys {
    /// How many this text may make.
    pub(super) limit: usize,
}

/// What the text has made so far.
///
/// Keys are never taken out: one that is deleted is only no longer found, and if the text makes it again, that is
/// another key.
pub(super) struct Draft {
    /// The first one stands for all there is; the root keys are below it.
    pub(super) keys: Vec<DraftKey>,
    pub(super) values: Vec<DraftValue>,
    key_index: Index,
    value_index: Index,
    limit: usize,
}

impl Draft {
    /// The place of what the root keys are below.
    pub(super) const TOP: KeyId = 0;

    /// Nothing yet, for a text of so many bytes.
    pub(super) fn new(text_size: usize) -> Self {
        let top = DraftKey {
            name: String::new(),
            parent: Self::TOP,
            source: Source::default(),
            explicit: false,
            deleted: false,
        };
        Draft {
            keys: vec![top],
            values: Vec::new(),
            key_index: Index::default(),
            value_index: Index::default(),
            limit: FREE_KEYS.saturating_add(text_size / BYTES_PER_KEY),
        }
    }

    /// The key of this name below another, made where it isn't there.
    pub(super) fn enter(
        &mut self,
        parent: KeyId,
        name: &str,
        source: Source,
    ) -> Result<KeyId, TooManyKeys> {
        if let Some(found) = self.find(parent, name) {
            return Ok(found);
        }
        let id = self.keys.len();
        if id > self.limit {
            return Err(TooManyKeys { limit: self.limit });
        }
        self.key_index.insert(parent, name, id);
        let name = name.into();
        self.keys.push(DraftKey { name, parent, source, explicit: false, deleted: false });
        Ok(id)
    }

    /// The key of this name below another, where it is there.
    pub(super) fn find(&self, parent: KeyId, name: &str) -> Option<KeyId> {
        let is_it = |key: &DraftKey| key.parent == parent && !key.deleted && same(&key.name, name);
        self.key_index.find(parent, name, |id| self.keys.get(id).is_some_and(is_it))
    }

    /// Notes that the text names a key; where it did so before, the answer is where.
    ///
    /// A key that was there only for the sake of one below it now stands where it is named.
    pub(super) fn name_key(&mut self, id: KeyId, source: Source) -> Option<Source> {
        let key = self.keys.get_mut(id)?;
        if key.explicit {
            return Some(key.source);
        }
        key.explicit = true;
        key.source = source;
        None
    }

    /// Deletes a key with all below it.
    pub(super) fn delete_key(&mut self, id: KeyId) {
        if let Some(key) = self.keys.get_mut(id) {
            key.deleted = true;
            self.key_index.remove(key.parent, &key.name, id);
        }
    }

    /// Sets a value; where there was one of this name, the answer is where that stood.
    ///
    /// As in the registry it then keeps its name as first spelled, and its place among the values.
    pub(super) fn set_value(&mut self, value: DraftValue) -> Option<Source> {
        let Some(old) =
            self.find_value(value.key, &value.name).and_then(|slot| self.values.get_mut(slot))
        else {
            self.value_index.insert(value.key, &value.name, self.values.len());
            self.values.push(value);
            return None;
        };
        let before = old.source;
        *old = DraftValue { name: std::mem::take(&mut old.name), ..value };
        Some(before)
    }

    /// Deletes a value; whether it was there.
    pub(super) fn delete_value(&mut self, key: KeyId, name: &str) -> bool {
        let Some(slot) = self.find_value(key, name) else { return false };
        self.value_index.remove(key, name, slot);
        if let Some(value) = self.values.get_mut(slot) {
            value.deleted = true;
            value.data = Vec::new();
        }
        true
    }

    fn find_value(&self, key: KeyId, name: &str) -> Option<usize> {
        let is_it = |value: &DraftValue| value.key == key && same(&value.name, name);
        self.value_index.find(key, name, |slot| self.values.get(slot).is_some_and(is_it))
    }

    /// For each key, whether it and all above it are there at the end of the text.
    pub(super) fn alive(&self) -> Vec<bool> {
        let mut alive: Vec<bool> = Vec::with_capacity(self.keys.len());
        for (id, key) in self.keys.iter().enumerate() {
            let above = id == Self::TOP || alive.get(key.parent).copied().unwrap_or(false);
            alive.push(above && !key.deleted);
        }
        alive
    }

    /// Ends the reading: the keys and values without what was only needed to find them.
    pub(super) fn finish(&mut self) {
        self.key_index = Index::default();
        self.value_index = Index::default();
    }
}
