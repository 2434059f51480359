//! What the living tree says of remnants: who owns which value, and what stands behind the ends of lists.

use crate::bytes::{index, u32_at};
use crate::cell_set::CellSet;
use crate::damage::Structure;
use crate::hive::Hive;
use crate::key::{Key, MOST_LEVELS};
use crate::map::CellMap;
use crate::offset::CellOffset;

/// A key of the living tree and the key that lists it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LivingKey {
    pub(crate) cell: CellOffset,
    pub(crate) parent: CellOffset,
    /// How far below the root it is.
    pub(crate) depth: u16,
}

/// The living tree, as far as remnants hang on it.
#[derive(Clone, Debug)]
pub(crate) struct Living {
    /// By cell.
    keys: Vec<LivingKey>,
    /// Value cells and the keys that list them, by value cell.
    values: Vec<(CellOffset, CellOffset)>,
    /// Value cells behind the ends of value lists and the keys whose lists they are, by value cell.
    behind_lists: Vec<(CellOffset, CellOffset)>,
    /// Whether all of it was read.
    pub(crate) complete: bool,
}

impl Living {
    /// Walks the living tree once; `wanted` says which value cells it is looked for.
    pub(crate) fn of(hive: Hive<'_>, map: &CellMap, wanted: &CellSet) -> Self {
        let mut living =
            Self { keys: Vec::new(), values: Vec::new(), behind_lists: Vec::new(), complete: true };
        let (mut entries, mut values) = (hive.most_keys(), hive.bins_size() / 4);
        let mut seen = CellSet::new(hive.bins_size());
        let mut stack = Vec::new();
        if let Ok(root) = hive.root()
            && seen.insert(root.cell())
        {
            stack.push((root, CellOffset::NONE, 0_u16));
        }
        while let Some((key, parent, depth)) = stack.pop() {
            living.keys.push(LivingKey { cell: key.cell(), parent, depth });
            living.values_of(&key, map, wanted, &mut values);
            if usize::from(depth) >= MOST_LEVELS {
                continue;
            }
            let mut listed = key.subkey_entries();
            while let Some(entry) = listed.next() {
                if listed.cost() > entries {
                    living.complete = false;
                    break;
                }
                if let Ok(entry) = entry
                    && let Ok(subkey) = Key::read(hive, Structure::KeyNode, entry.cell, key.cell())
                    && seen.insert(entry.cell)
                {
                    stack.push((subkey, key.cell(), depth.saturating_add(1)));
                }
            }
            entries = entries.saturating_sub(listed.cost());
        }
        living.keys.sort_unstable_by_key(|key| key.cell);
        living.values.sort_unstable();
        living.values.dedup_by_key(|(value, _)| *value);
        living.behind_lists.sort_unstable();
        living.behind_lists.dedup_by_key(|(value, _)| *value);
        living
    }

    fn values_of(&mut self, key: &Key<'_>, map: &CellMap, wanted: &CellSet, budget: &mut u32) {
        let (hive, list) = (key.hive(), key.value_list());
        for cell in key.values().cells() {
            match budget.checked_sub(1) {
                Some(left) => *budget = left,
                None => {
                    self.complete = false;
                    return;
                }
            }
            self.values.push((cell, key.cell()));
        }
        // A list that lost its last value is given back, and the key may still name it.
        let counted = key.value_count();
        let hive = if counted == 0 { hive.among_remnants(map) } else { hive };
        let Ok(cell) = hive.cell(Structure::ValueList, list, key.cell()) else { return };
        for entry in cell.chunks_exact(4).skip(index(counted)) {
            match budget.checked_sub(1) {
                Some(left) => *budget = left,
                None => {
                    self.complete = false;
                    return;
                }
            }
            let value = CellOffset::new(u32_at(entry, 0).unwrap_or(u32::MAX));
            if wanted.contains(value) {
                self.behind_lists.push((value, key.cell()));
            }
        }
    }

    /// A key of the living tree.
    pub(crate) fn key(&self, cell: CellOffset) -> Option<LivingKey> {
        let place = self.keys.binary_search_by_key(&cell, |key| key.cell).ok()?;
        self.keys.get(place).copied()
    }

    /// The key whose list has a value.
    pub(crate) fn owner(&self, value: CellOffset) -> Option<CellOffset> {
        find(&self.values, value)
    }

    /// The key whose list has a value behind its end.
    pub(crate) fn former_owner(&self, value: CellOffset) -> Option<CellOffset> {
        find(&self.behind_lists, value)
    }
}

pub(crate) fn find(pairs: &[(CellOffset, CellOffset)], wanted: CellOffset) -> Option<CellOffset> {
    let place = pairs.binary_search_by_key(&wanted, |(cell, _)| *cell).ok()?;
    pairs.get(place).map(|(_, key)| *key)
}
