//! Older subkey lists: they still name keys that are gone.

use crate::bytes::{index, signature, u32_at};
use crate::cell_set::CellSet;
use crate::damage::Structure;
use crate::hint::Hint;
use crate::hive::Hive;
use crate::key::Key;
use crate::list::List;
use crate::offset::CellOffset;
use crate::remnants::Remnants;
use crate::remnants::certainty::ParentLink;

/// The signature and count of a list, in bytes.
const LIST_HEADER: usize = 4;

/// A key that a list names, and whether the list is shown to be its parent's: it is the list that the parent uses,
/// or it names living subkeys of the parent.
type Listed = (u32, bool);

/// Marks the keys that older lists name: those among the remnants, and what stands behind the ends of the lists
/// that living parents use.
pub(crate) fn read_lists(remnants: &mut Remnants<'_>, lists: &[CellOffset]) {
    let mut budget = remnants.hive.bytes_to_search().len() / 4;
    let mut found = Vec::new();
    for list in lists {
        // The count goes down with each key that is deleted, and the entries stay.
        if let Ok(cell) = remnants.hive.cell(Structure::SubkeyList, *list, CellOffset::NONE)
            && let Some(kind) = signature(cell)
        {
            let entries = cell.get(LIST_HEADER..).unwrap_or(&[]);
            read_entries(remnants, entries, kind, None, &mut budget, &mut found);
        }
    }
    behind_living_lists(remnants, &mut budget, &mut found);
    if budget == 0 {
        remnants.complete = false;
    }
    for (key, by_parent) in found {
        if let Some(key) = remnants.keys.get_mut(index(key)) {
            key.is_listed = true;
            key.is_listed_by_parent |= by_parent;
        }
    }
}

/// Reads entries as long as they lead to keys whose name is the one that the entry speaks of, and that name one and the
/// same parent: anything else is no part of the list.
fn read_entries(
    remnants: &Remnants<'_>,
    entries: &[u8],
    kind: [u8; 2],
    parent: Option<CellOffset>,
    budget: &mut usize,
    found: &mut Vec<Listed>,
) {
    let size = if kind == *b"li" { 4 } else { 8 };
    let before = found.len();
    let mut by_parent = parent.is_some();
    let (mut parent, mut seen) = (parent, 0_usize);
    for entry in entries.chunks_exact(size) {
        let Some(left) = budget.checked_sub(1) else { break };
        *budget = left;
        let cell = CellOffset::new(u32_at(entry, 0).unwrap_or(u32::MAX));
        let place = remnants.key_in(cell);
        let key = match place.and_then(|place| remnants.keys.get(index(place))) {
            Some(found) => remnants.read_key(found),
            None if remnants.living.key(cell).is_some() => living_key(remnants.hive, cell),
            None => None,
        };
        let Some(key) = key else { break };
        if parent.is_some_and(|parent| parent != key.parent_cell()) || !speaks_of(entry, kind, &key)
        {
            break;
        }
        parent = Some(key.parent_cell());
        seen = seen.saturating_add(1);
        by_parent |= place.is_none();
        found.extend(place.map(|place| (place, false)));
    }
    // Without hints, one number alone that happens to be a key's cell is no list.
    if kind == *b"li" && seen < 2 {
        found.truncate(before);
    }
    for (_, listed) in found.iter_mut().skip(before) {
        *listed = by_parent;
    }
}

fn living_key(hive: Hive<'_>, cell: CellOffset) -> Option<Key<'_>> {
    Key::read(hive.living(), Structure::KeyNode, cell, CellOffset::NONE).ok()
}

fn speaks_of(entry: &[u8], kind: [u8; 2], key: &Key<'_>) -> bool {
    let hint = match kind {
        [b'l', b'f'] => Hint::Prefix(entry.last_chunk::<4>().copied().unwrap_or_default()),
        [b'l', b'h'] => Hint::Hash(u32_at(entry, 4).unwrap_or(0)),
        _ => return true,
    };
    hint.mismatch(&key.readable_name()).is_none()
}

/// Behind the ends of the lists of living parents: the last entry stays there when a key is deleted.
fn behind_living_lists(remnants: &Remnants<'_>, budget: &mut usize, found: &mut Vec<Listed>) {
    let mut seen = CellSet::new(remnants.hive.bins_size());
    for key in remnants.keys.iter().filter(|key| key.link == ParentLink::Living) {
        let Some(key) = remnants.read_key(key) else { continue };
        let at = key.parent_cell();
        if !seen.insert(at) {
            continue;
        }
        let hive = remnants.hive.living();
        let Some(parent) = living_key(hive, at) else { continue };
        let Ok(mut list) = List::read(hive, parent.subkey_list(), at) else { continue };
        if !list.is_root() {
            behind(remnants, &list, at, budget, found);
            continue;
        }
        while let Some(entry) = list.next_entry() {
            let Some(left) = budget.checked_sub(1) else { return };
            *budget = left;
            if let Ok(leaf) = List::read(hive, entry.cell, list.cell()) {
                behind(remnants, &leaf, at, budget, found);
            }
        }
    }
}

fn behind(
    remnants: &Remnants<'_>,
    list: &List<'_>,
    parent: CellOffset,
    budget: &mut usize,
    found: &mut Vec<Listed>,
) {
    let hive = remnants.hive.living();
    if let Ok(cell) = hive.cell(Structure::SubkeyList, list.cell(), parent)
        && let Some(kind) = signature(cell)
        && let Some(entries) = cell.get(list.used()..)
    {
        read_entries(remnants, entries, kind, Some(parent), budget, found);
    }
}
