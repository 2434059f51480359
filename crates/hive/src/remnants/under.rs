//! Which remnants stood at a path or below it.

use std::collections::HashMap;

use crate::bytes::index;
use crate::damage::Structure;
use crate::key::Key;
use crate::name::Name;
use crate::offset::CellOffset;
use crate::remnants::certainty::ParentLink;
use crate::remnants::found::{FoundKey, FoundOwner};
use crate::remnants::{Remnant, Remnants};

impl<'m> Remnants<'m> {
    /// What stood at a path or below it, as far as paths are known; `""` is everything with a known path. Case is
    /// ignored. A value that is deleted from a key stood below that key.
    pub fn under(&self, path: &str) -> impl Iterator<Item = Remnant<'_>> {
        let place = Place::new(self, path);
        self.iter().filter(move |remnant| match remnant {
            Remnant::Key(key) => place.has_key(key.index),
            Remnant::Value(value) => match value.found.owner {
                FoundOwner::Deleted(key) => place.has_key(key),
                FoundOwner::Living(key) => place.living.get(&key) == Some(&true),
                FoundOwner::Unknown => false,
            },
        })
    }

    /// The names of a living key and those above, without the root's.
    pub(crate) fn living_names(&self, cell: CellOffset) -> impl Iterator<Item = Name<'m>> + '_ {
        let hive = self.hive.living();
        let keys = std::iter::successors(self.living.key(cell), |key| self.living.key(key.parent));
        keys.take_while(|key| !key.parent.is_none()).filter_map(move |key| {
            let key = Key::read(hive, Structure::KeyNode, key.cell, CellOffset::NONE).ok()?;
            Some(key.readable_name())
        })
    }
}

/// A path, and which keys stand below it: each is told by its parent.
struct Place {
    deleted: Vec<bool>,
    living: HashMap<CellOffset, bool>,
}

impl Place {
    fn new(remnants: &Remnants<'_>, path: &str) -> Self {
        let path: Vec<&str> = path.split('\\').filter(|name| !name.is_empty()).collect();
        let mut place = Self { deleted: vec![false; remnants.keys.len()], living: HashMap::new() };
        let owners = remnants.values.iter().filter_map(|value| match value.owner {
            FoundOwner::Living(key) => Some(key),
            _ => None,
        });
        for key in owners {
            place.living(remnants, key, &path);
        }
        let whole = (0_u32..).zip(&remnants.keys).filter(|(_, found)| found.is_whole);
        let mut order: Vec<(u16, u32)> = whole.map(|(key, found)| (found.depth, key)).collect();
        order.sort_unstable();
        for (_, key) in order {
            let is_under = place.decide(remnants, key, &path);
            if let (Some(is_under), Some(known)) = (is_under, place.deleted.get_mut(index(key))) {
                *known = is_under;
            }
        }
        place
    }

    fn has_key(&self, key: u32) -> bool {
        self.deleted.get(index(key)) == Some(&true)
    }

    /// Whether a deleted key is below the path; those above it are decided.
    fn decide(&mut self, remnants: &Remnants<'_>, key: u32, path: &[&str]) -> Option<bool> {
        let found: &FoundKey = remnants.keys.get(index(key))?;
        let depth = usize::from(found.depth);
        if depth < path.len() {
            return Some(false);
        }
        if depth == path.len() {
            let names = remnants.key_at(key)?.names();
            return Some(same(names, path));
        }
        if found.link == ParentLink::Living {
            let parent = remnants.read_key(found)?.parent_cell();
            return Some(self.living(remnants, parent, path));
        }
        self.deleted.get(index(found.parent)).copied()
    }

    /// Whether a living key is below the path.
    fn living(&mut self, remnants: &Remnants<'_>, cell: CellOffset, path: &[&str]) -> bool {
        let mut at = cell;
        let mut way = Vec::new();
        let is_under = loop {
            if let Some(known) = self.living.get(&at) {
                break *known;
            }
            let Some(key) = remnants.living.key(at) else { break false };
            way.push(at);
            let depth = usize::from(key.depth);
            if depth <= path.len() {
                break depth == path.len() && same(remnants.living_names(at), path);
            }
            at = key.parent;
        };
        self.living.extend(way.into_iter().map(|key| (key, is_under)));
        is_under
    }
}

/// Whether names, the last first, are those of a path as long.
fn same<'n>(names: impl Iterator<Item = Name<'n>>, path: &[&str]) -> bool {
    names.zip(path.iter().rev()).all(|(name, wanted)| name.eq_ignore_case(wanted))
}
