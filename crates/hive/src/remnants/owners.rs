//! Whose values were whose.

use crate::bytes::{index, len_u32};
use crate::cell_set::CellSet;
use crate::damage::{Damage, Structure};
use crate::hive::Hive;
use crate::key::Key;
use crate::map::{CellMap, Space};
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

/// All numbers in what is left over, each four bytes from the one before.
fn numbers_of<'i>(hive: Hive<'i>, space: &Space) -> impl Iterator<Item = CellOffset> + use<'i> {
    let (start, end) = (index(space.start.next_multiple_of(4)), index(space.end));
    let bytes: &'i [u8] = hive.bytes_to_search().get(start..end).unwrap_or(&[]);
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers.iter().map(|number| CellOffset::from_le_bytes(*number))
}

/// The numbers in what is left over that could be cells.
pub(crate) fn numbers_left_over(hive: Hive<'_>, map: &CellMap, size: u32) -> CellSet {
    let mut numbers = CellSet::new(size);
    for number in map.spaces().iter().flat_map(|space| numbers_of(hive, space)) {
        if number.get().is_multiple_of(8) {
            numbers.insert(number);
        }
    }
    numbers
}

impl OlderLists {
    fn read(remnants: &Remnants<'_>, others: &[Candidate]) -> Self {
        let mut owners = Vec::new();
        if others.is_empty() {
            return Self { owners };
        }
        let listed = remnants.values.get(..remnants.listed_values).unwrap_or(&[]);
        let mut deleted: Vec<(CellOffset, CellOffset)> = Vec::new();
        for value in listed {
            if let FoundOwner::Deleted(key) = value.owner {
                deleted.push((value.cell, CellOffset::new(key)));
            }
        }
        deleted.sort_unstable();
        let mut known = CellSet::new(len_u32(remnants.hive.bytes_to_search().len()));
        let with_owners = remnants.living.values().chain(deleted.iter().map(|(cell, _)| *cell));
        for cell in with_owners.chain(others.iter().map(|found| found.cell)) {
            known.insert(cell);
        }
        for space in remnants.map.spaces() {
            let mut run = Run::default();
            for cell in numbers_of(remnants.hive, space) {
                let owner = if known.contains(cell) {
                    let living = remnants.living.owner(cell).map(FoundOwner::Living);
                    living
                        .or_else(|| find(&deleted, cell).map(|key| FoundOwner::Deleted(key.get())))
                } else if known.has_room_for(cell) {
                    run.end(&mut owners);
                    continue;
                } else {
                    remnants.living.odd_owner(cell).map(FoundOwner::Living)
                };
                if let Some(owner) = owner {
                    run.is_mixed |= run.owner.is_some_and(|known| known != owner);
                    run.owner = Some(owner);
                } else if known.contains(cell) {
                    run.orphans.push(cell);
                } else {
                    run.end(&mut owners);
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
    /// Ends the run, and begins another one.
    fn end(&mut self, owners: &mut Vec<(CellOffset, FoundOwner)>) {
        let owner = self.owner.take().filter(|_| !self.is_mixed);
        self.is_mixed = false;
        if self.orphans.is_empty() {
            return;
        }
        let orphans = self.orphans.drain(..);
        if let Some(owner) = owner {
            owners.extend(orphans.map(|value| (value, owner)));
        }
    }
}
