//! The keys of the hive in the order in which they are written, and which of them the text holds wholly.

use super::draft::{Draft, DraftKey, KeyId};
use super::mount::Mount;
use crate::name::Name;

/// Numbers in groups.
pub(super) struct Groups {
    /// Where each group begins, and behind them where the last one ends.
    starts: Vec<usize>,
    members: Vec<usize>,
}

impl Groups {
    /// The members of a group, in their order.
    pub(super) fn of(&self, group: usize) -> &[usize] {
        let end = group.checked_add(1).and_then(|next| self.starts.get(next));
        match (self.starts.get(group), end) {
            (Some(&start), Some(&end)) => self.members.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    fn of_mut(&mut self, group: usize) -> &mut [usize] {
        let end = group.checked_add(1).and_then(|next| self.starts.get(next));
        match (self.starts.get(group), end) {
            (Some(&start), Some(&end)) => self.members.get_mut(start..end).unwrap_or_default(),
            _ => &mut [],
        }
    }
}

/// Puts numbers from 0 on into so many groups: each into that which the iterator names for it, or into none.
pub(super) fn group(
    groups: usize,
    group_of: impl Iterator<Item = Option<usize>> + Clone,
) -> Groups {
    let mut starts = vec![0_usize; groups.saturating_add(1)];
    for group in group_of.clone().flatten() {
        if let Some(count) = group.checked_add(1).and_then(|next| starts.get_mut(next)) {
            *count = count.saturating_add(1);
        }
    }
    let mut total: usize = 0;
    for start in &mut starts {
        total = total.saturating_add(*start);
        *start = total;
    }
    let mut next = starts.clone();
    let mut members = vec![0; total];
    for (number, group) in group_of.enumerate() {
        let Some(place) = group.and_then(|group| next.get_mut(group)) else { continue };
        if let Some(member) = members.get_mut(*place) {
            *member = number;
        }
        *place = place.saturating_add(1);
    }
    Groups { starts, members }
}

/// The keys of the hive: each before those below it, siblings sorted.
pub(super) struct Order {
    keys: Vec<KeyId>,
    below: Groups,
    root: KeyId,
}

impl Order {
    pub(super) fn new(draft: &Draft, mount: &Mount) -> Self {
        let root = mount.root;
        let parents = draft.keys.iter().zip(&mount.inside).enumerate();
        let parents =
            parents.map(|(id, (key, &inside))| (inside && id != root).then_some(key.parent));
        let mut below = group(draft.keys.len(), parents);
        let mut keys = Vec::new();
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            keys.push(id);
            let subkeys = below.of_mut(id);
            subkeys.sort_by_cached_key(|&id| {
                draft.keys.get(id).map(|key: &DraftKey| Name::new(&key.name).upper)
            });
            waiting.extend(subkeys.iter().rev());
        }
        Order { keys, below, root }
    }

    /// All keys.
    pub(super) fn keys(&self) -> &[KeyId] {
        &self.keys
    }

    /// The subkeys of a key.
    pub(super) fn below(&self, id: KeyId) -> &[KeyId] {
        self.below.of(id)
    }

    pub(super) fn is_root(&self, id: KeyId) -> bool {
        id == self.root
    }

    /// The topmost keys that the text holds wholly, as paths below the root.
    ///
    /// An export of a key names each key below it. So a key is held wholly if the text names it and each key
    /// below it that it makes.
    pub(super) fn exported(&self, draft: &Draft) -> Vec<String> {
        let mut whole = vec![false; draft.keys.len()];
        for &id in self.keys.iter().rev() {
            let is_whole = |id: &KeyId| whole.get(*id) == Some(&true);
            let found = draft.keys.get(id).is_some_and(|key| key.explicit)
                && self.below(id).iter().all(is_whole);
            if let Some(whole) = whole.get_mut(id) {
                *whole = found;
            }
        }
        let is_whole = |id: KeyId| whole.get(id) == Some(&true);
        let is_topmost = |&&id: &&KeyId| {
            let parent = draft.keys.get(id).map(|key| key.parent);
            is_whole(id) && (self.is_root(id) || !parent.is_some_and(is_whole))
        };
        self.keys.iter().filter(is_topmost).map(|&id| self.path(draft, id)).collect()
    }

    fn path(&self, draft: &Draft, id: KeyId) -> String {
        let mut names = Vec::new();
        let mut at = id;
        while let Some(key) = draft.keys.get(at).filter(|_| !self.is_root(at)) {
            names.push(key.name.as_str());
            at = key.parent;
        }
        names.reverse();
        names.join("\\")
    }
}
