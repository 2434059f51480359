//! What is wrong with a subkey list, by the keys that it leads to.

use std::cmp::Ordering;

use crate::bytes::index;
use crate::damage::Damage;
use crate::duplicates::{Duplicate, duplicates};
use crate::key::Key;
use crate::list::{List, SubkeyEntry};
use crate::name::Name;
use crate::offset::CellOffset;
use crate::subkeys::{SubkeyEntries, subkey_list_in_use};

/// What is wrong with the hint of an entry in a key's list, by the name of the subkey that it leads to.
pub(crate) fn wrong_hint(at: CellOffset, entry: SubkeyEntry, name: &Name<'_>) -> Option<Damage> {
    let (expected, found) = entry.hint.mismatch(name)?;
    Some(Damage::WrongHint { at, list: entry.list, entry: entry.cell, expected, found })
}

/// The list of a key, if it is a single leaf of at most so many entries that nothing is wrong with, nor with the nodes that
/// it leads to; or that there is none. `None` where something may be wrong.
#[inline]
pub(crate) fn plain_leaf<'i>(key: &Key<'i>, most: u32) -> Option<Option<List<'i>>> {
    if !subkey_list_in_use(key) {
        return Some(None);
    }
    let bins = key.hive().plain_bins();
    let leaf = List::only_leaf(bins, key.subkey_list(), key.subkey_count())
        .filter(|leaf| leaf.left() <= index(most))?;
    // Touched one after the other, nodes are fetched several at a time.
    if !leaf.all_cells(|cell| Key::is_sound_node(bins, cell)) {
        return None;
    }
    let (mut entries, mut previous) = (leaf, None::<Name<'i>>);
    while let Some(entry) = entries.next_entry() {
        let name = Key::sound_name(bins, entry.cell)?;
        let ascends = previous.is_none_or(|previous| previous.cmp_ignore_case(&name).is_lt());
        if !ascends || entry.hint.mismatch(&name).is_some() {
            return None;
        }
        previous = Some(name);
    }
    Some(Some(leaf))
}

/// What is wrong with a key's subkey list: what can't be read of it, entries that point nowhere,
/// and what makes Windows' binary search miss a key. A subkey whose node is unreadable is that
/// subkey's damage, not the list's. Answers how much of `limit` was used.
///
/// `each` gets the node of every entry, so that a walk reads none of them twice.
pub(crate) fn check_list<'i>(
    key: &Key<'i>,
    limit: u32,
    damage: &mut Vec<Damage>,
    mut each: impl FnMut(Result<Key<'i>, Damage>),
) -> u32 {
    let at = key.cell();
    let mut previous: Option<Name<'i>> = None;
    let mut ascending = true;
    let mut entries = SubkeyEntries::new(key, limit);
    for entry in entries.by_ref() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(found) => {
                damage.push(found);
                continue;
            }
        };
        let subkey = key.listed(entry);
        match &subkey {
            Ok(subkey) => {
                if let Ok(name) = subkey.name() {
                    damage.extend(wrong_hint(at, entry, &name));
                    let order = previous.map(|previous| previous.cmp_ignore_case(&name));
                    ascending &= order.is_none_or(Ordering::is_lt);
                    if order.is_some_and(Ordering::is_gt) {
                        let (list, entry) = (entry.list, entry.cell);
                        damage.push(Damage::OutOfOrder { at, list, entry });
                    }
                    previous = Some(name);
                }
            }
            Err(
                found @ (Damage::PointsNowhere { .. }
                | Damage::OutOfBounds { .. }
                | Damage::Unaligned { .. }),
            ) => damage.push(*found),
            Err(_) => {}
        }
        each(subkey);
    }
    // Names that ascend are all different.
    if !ascending {
        let named = |entry: SubkeyEntry| {
            let subkey = key.listed(entry).ok()?;
            Some((subkey.name().ok()?, entry.cell))
        };
        let named: Vec<_> = SubkeyEntries::new(key, limit).flatten().filter_map(named).collect();
        let name = |position: usize| named.get(position).copied();
        for Duplicate { first, again } in duplicates(named.len(), name) {
            damage.push(if first == again {
                Damage::ListedTwice { at: again }
            } else {
                Damage::DuplicateKey { at, entry: again, first }
            });
        }
    }
    entries.cost()
}
