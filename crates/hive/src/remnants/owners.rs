//! Whose values were whose.

use crate::bytes::{index, u32_at};
use crate::cell_set::CellSet;
use crate::damage::{Damage, Structure};
use crate::key::Key;
use crate::offset::CellOffset;
use crate::remnants::Remnants;
use crate::remnants::certainty::{Certainty, Counterpart};
use crate::remnants::found::{FoundOwner, FoundValue, Lost, value_fits};
use crate::remnants::living::find;
use crate::remnants::scan::Candidate;
use crate::remnants::value::read_value;

/// Reads the value lists of the deleted keys. Answers the cells of the values that they name.
pub(crate) fn read_lists(
    remnants: &mut Remnants<'_>,
    candidates: &[Candidate],
    size: u32,
) -> CellSet {
    let mut owned = CellSet::new(size);
    let mut twice = CellSet::new(size);
    // Every value takes 24 bytes, and there can be two copies of the key that lists it.
    let mut budget = (size / 12).saturating_add(1);
    for place in (0_u32..).take(remnants.keys.len()) {
        let first = remnants.values.len();
        let Some(key) = remnants.keys.get(index(place)).and_then(|found| remnants.read_key(found))
        else {
            continue;
        };
        let listed = key.values();
        let cells = listed.cells().map(Some).chain(std::iter::repeat(None));
        for (value, cell) in key.values().zip(cells) {
            match budget.checked_sub(1) {
                Some(left) => budget = left,
                None => {
                    remnants.complete = false;
                    let (what, at) = (Structure::ValueList, key.value_list());
                    let damage = Damage::EndlessList { what, at };
                    remnants.lost.push(Lost { key: place, damage });
                    break;
                }
            }
            let (cell, head) = match value {
                Ok(value) => (value.cell(), None),
                Err(damage) => match headless(candidates, cell) {
                    Some(found) => (found.cell, found.head),
                    None => {
                        remnants.lost.push(Lost { key: place, damage });
                        continue;
                    }
                },
            };
            let found = FoundValue {
                cell,
                head,
                owner: FoundOwner::Deleted(place),
                certainty: Certainty::Likely,
                counterpart: Counterpart::Unknown,
            };
            // What the list's cell holds now may be another list.
            let fits =
                read_value(remnants.hive, &found).is_some_and(|value| value_fits(&key, &value));
            let certainty = if fits { Certainty::Likely } else { Certainty::Doubtful };
            if !owned.insert(cell) {
                twice.insert(cell);
            }
            remnants.values.push(FoundValue { certainty, ..found });
        }
        let values = (first, remnants.values.len());
        if let Some(found) = remnants.keys.get_mut(index(place)) {
            found.values =
                (u32::try_from(values.0).unwrap_or(0), u32::try_from(values.1).unwrap_or(0));
        }
    }
    // A value that two keys claim was one's, and the other one's list was overwritten; or they are copies of one key.
    for value in &mut remnants.values {
        if twice.contains(value.cell) {
            value.certainty = value.certainty.min(Certainty::Plausible);
        }
    }
    remnants.listed_values = remnants.values.len();
    owned
}

/// The value that a list names, whose signature was overwritten.
fn headless(candidates: &[Candidate], cell: Option<CellOffset>) -> Option<Candidate> {
    let place = candidates.binary_search_by_key(&cell?, |found| found.cell).ok()?;
    candidates.get(place).copied().filter(|found| found.head.is_some())
}

/// Adds the values that no deleted key lists, with whom an older list says they belonged to.
pub(crate) fn add_others(remnants: &mut Remnants<'_>, candidates: &[Candidate], owned: &CellSet) {
    let others: Vec<Candidate> =
        candidates.iter().filter(|found| !owned.contains(found.cell)).copied().collect();
    let lists = OlderLists::read(remnants, &others);
    for Candidate { cell, head } in others {
        let mut found = FoundValue {
            cell,
            head,
            owner: FoundOwner::Unknown,
            certainty: Certainty::Unattached,
            counterpart: Counterpart::Unknown,
        };
        if let Some(value) = read_value(remnants.hive, &found) {
            let former = remnants.living.former_owner(cell);
            let former = former.map(|key| (FoundOwner::Living(key), Certainty::Likely));
            let older = lists.owner(cell).map(|owner| (owner, Certainty::Plausible));
            // Lists are made of cells that were other keys' lists before, and their old entries stay.
            let fitting = former.into_iter().chain(older).find(|(owner, _)| {
                owner_key(remnants, *owner).is_some_and(|key| value_fits(&key, &value))
            });
            if let Some((owner, certainty)) = fitting {
                (found.owner, found.certainty) = (owner, certainty);
            }
        }
        remnants.values.push(found);
    }
}

fn owner_key<'m>(remnants: &Remnants<'m>, owner: FoundOwner) -> Option<Key<'m>> {
    match owner {
        FoundOwner::Deleted(key) => {
            remnants.keys.get(index(key)).and_then(|found| remnants.read_key(found))
        }
        FoundOwner::Living(cell) => {
            let hive = remnants.hive.living();
            Key::read(hive, Structure::KeyNode, cell, CellOffset::NONE).ok()
        }
        FoundOwner::Unknown => None,
    }
}

/// Older value lists. They have no signature: a run of numbers, each the cell of a value, is one.
struct OlderLists {
    owners: Vec<(CellOffset, FoundOwner)>,
}

/// A run of numbers that lead to values.
#[derive(Default)]
struct Run {
    /// Values that no list is known to have.
    orphans: Vec<CellOffset>,
    /// Whose the others are; nobody's, if they are not one key's.
    owner: Option<FoundOwner>,
    is_mixed: bool,
}

impl OlderLists {
    fn read(remnants: &Remnants<'_>, others: &[Candidate]) -> Self {
        let mut owners = Vec::new();
        let listed = remnants.values.get(..remnants.listed_values).unwrap_or(&[]);
        let mut deleted: Vec<(CellOffset, CellOffset)> = Vec::new();
        for value in listed {
            if let FoundOwner::Deleted(key) = value.owner {
                deleted.push((value.cell, CellOffset::new(key)));
            }
        }
        deleted.sort_unstable();
        let bytes = remnants.hive.bytes_to_search();
        for space in remnants.map.spaces() {
            let start = index(space.start.next_multiple_of(4));
            let space = bytes.get(start..index(space.end)).unwrap_or(&[]);
            let mut run = Run::default();
            for number in space.chunks_exact(4) {
                let cell = CellOffset::new(u32_at(number, 0).unwrap_or(u32::MAX));
                let owner = remnants.living.owner(cell).map(FoundOwner::Living);
                let owner = owner
                    .or_else(|| find(&deleted, cell).map(|key| FoundOwner::Deleted(key.get())));
                if let Some(owner) = owner {
                    run.is_mixed |= run.owner.is_some_and(|known| known != owner);
                    run.owner = Some(owner);
                } else if others.binary_search_by_key(&cell, |found| found.cell).is_ok() {
                    run.orphans.push(cell);
                } else {
                    std::mem::take(&mut run).end(&mut owners);
                }
            }
            run.end(&mut owners);
        }
        owners.sort_unstable_by_key(|(cell, _)| *cell);
        Self { owners }
    }

    /// The key whose older lists have a value; `None` if they are several keys'.
    fn owner(&self, value: CellOffset) -> Option<FoundOwner> {
        let first = self.owners.partition_point(|(cell, _)| *cell < value);
        let mut found = self.owners.get(first..)?.iter().take_while(|(cell, _)| *cell == value);
        let (_, owner) = found.next()?;
        found.all(|(_, other)| other == owner).then_some(*owner)
    }
}

impl Run {
    fn end(self, owners: &mut Vec<(CellOffset, FoundOwner)>) {
        if let Some(owner) = self.owner
            && !self.is_mixed
        {
            owners.extend(self.orphans.into_iter().map(|value| (value, owner)));
        }
    }
}
