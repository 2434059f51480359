//! What the living tree says of remnants: who owns which value, and what stands behind the ends of lists.

use crate::bytes::index;
use crate::cell_set::{CellOrder, CellSet};
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
    /// Which of them stands in which cell.
    order: CellOrder,
    /// Value cells that were asked about and the keys that list them, by value cell.
    values: Vec<(CellOffset, CellOffset)>,
    /// The same of what lists name where no cell can be, whether it was asked about or not.
    odd_values: Vec<(CellOffset, CellOffset)>,
    /// Value cells behind the ends of value lists and the keys whose lists they are, by value cell.
    behind_lists: Vec<(CellOffset, CellOffset)>,
    /// Whether all of it was read.
    pub(crate) complete: bool,
}

/// Which value cells the living tree is asked about.
pub(crate) struct Asked {
    /// Those whose keys are looked for behind the ends of lists.
    pub(crate) former: CellSet,
    /// Those whose keys are looked for in lists.
    pub(crate) listed: CellSet,
}

impl Living {
    /// Walks the living tree once.
    pub(crate) fn of(hive: Hive<'_>, map: &CellMap, asked: &Asked) -> Self {
        let size = hive.bins_size();
        let mut living = Self {
            keys: Vec::new(),
            order: CellOrder::of(CellSet::new(0)),
            values: Vec::new(),
            odd_values: Vec::new(),
            behind_lists: Vec::new(),
            complete: true,
        };
        let (mut entries, mut values) = (hive.most_keys(), size / 4);
        let mut seen = CellSet::new(size);
        let (mut keys, mut stack) = (Vec::new(), Vec::new());
        if let Ok(root) = hive.root()
            && seen.insert(root.cell())
        {
            stack.push((root, CellOffset::NONE, 0_u16));
        }
        while let Some((key, parent, depth)) = stack.pop() {
            keys.push(LivingKey { cell: key.cell(), parent, depth });
            living.values_of(&key, map, asked, &mut values);
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
        living.set_keys(keys, seen);
        for pairs in [&mut living.values, &mut living.odd_values, &mut living.behind_lists] {
            pairs.sort_unstable();
            pairs.dedup_by_key(|(value, _)| *value);
        }
        living
    }

    /// Puts the keys that were met into the order of their cells.
    fn set_keys(&mut self, met: Vec<LivingKey>, cells: CellSet) {
        let nobody = CellOffset::NONE;
        self.order = CellOrder::of(cells);
        self.keys = vec![LivingKey { cell: nobody, parent: nobody, depth: 0 }; met.len()];
        for key in met {
            let place = self.order.place(key.cell);
            if let Some(place) = place.and_then(|place| self.keys.get_mut(place)) {
                *place = key;
            }
        }
    }

    fn values_of(&mut self, key: &Key<'_>, map: &CellMap, asked: &Asked, budget: &mut u32) {
        let (hive, list, counted) = (key.hive(), key.value_list(), key.value_count());
        if counted == 0 {
            if key.has_uncounted_values() {
                for cell in key.values().cells() {
                    if !self.spend(budget) {
                        return;
                    }
                    self.listed(cell, key, asked);
                }
            }
            if list.is_none() {
                return;
            }
        }
        // A list that lost its last value is given back, and the key may still name it.
        let hive = if counted == 0 { hive.among_remnants(map) } else { hive };
        let Ok(cell) = hive.cell(Structure::ValueList, list, key.cell()) else { return };
        let (entries, _) = cell.as_chunks::<4>();
        for (place, entry) in entries.iter().enumerate() {
            if !self.spend(budget) {
                return;
            }
            let value = CellOffset::from_le_bytes(*entry);
            if place < index(counted) {
                self.listed(value, key, asked);
            } else if asked.former.contains(value) {
                self.behind_lists.push((value, key.cell()));
            }
        }
    }

    fn spend(&mut self, budget: &mut u32) -> bool {
        let left = budget.checked_sub(1);
        *budget = left.unwrap_or(0);
        self.complete &= left.is_some();
        left.is_some()
    }

    fn listed(&mut self, value: CellOffset, key: &Key<'_>, asked: &Asked) {
        if asked.listed.contains(value) {
            self.values.push((value, key.cell()));
        } else if !asked.listed.has_room_for(value) {
            self.odd_values.push((value, key.cell()));
        }
    }

    /// A key of the living tree.
    pub(crate) fn key(&self, cell: CellOffset) -> Option<LivingKey> {
        self.keys.get(self.order.place(cell)?).copied()
    }

    /// The values that were asked about and that lists name.
    pub(crate) fn values(&self) -> impl Iterator<Item = CellOffset> {
        self.values.iter().map(|(value, _)| *value)
    }

    /// The key whose list has a value that was asked about.
    pub(crate) fn owner(&self, value: CellOffset) -> Option<CellOffset> {
        find(&self.values, value)
    }

    /// The same where no cell can be.
    pub(crate) fn odd_owner(&self, value: CellOffset) -> Option<CellOffset> {
        find(&self.odd_values, value)
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
