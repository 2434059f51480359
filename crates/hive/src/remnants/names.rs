//! Whether the living tree has what was found under the same name.

use std::hash::{BuildHasher, RandomState};

use crate::bytes::{index, len_u32};
use crate::damage::{Damage, LONGEST_KEY_NAME, Structure};
use crate::key::Key;
use crate::name::Name;
use crate::offset::CellOffset;
use crate::remnants::Remnants;
use crate::remnants::certainty::{Counterpart, ParentLink};
use crate::remnants::found::FoundOwner;
use crate::remnants::value::read_value;
use crate::value::Value;

/// Names and their cells, to be looked up without regard to case.
///
/// Names are kept as keyed digests, and compared where these agree.
struct Names {
    digests: Vec<(u64, CellOffset)>,
    hasher: RandomState,
    /// Whether all names could be read.
    complete: bool,
}

impl Names {
    fn new() -> Self {
        Self { digests: Vec::new(), hasher: RandomState::new(), complete: true }
    }

    fn digest(&self, name: &Name<'_>) -> u64 {
        self.hasher.hash_one(name.upper_units().collect::<Vec<u16>>())
    }

    fn add(&mut self, name: &Name<'_>, cell: CellOffset) {
        self.digests.push((self.digest(name), cell));
    }

    fn sort(&mut self) {
        self.digests.sort_unstable();
    }

    /// The cell of a name; digests of 64 bits under a key of the moment stand for it.
    fn find(&self, name: &Name<'_>) -> Counterpart {
        let digest = self.digest(name);
        let place = self.digests.partition_point(|(found, _)| *found < digest);
        match self.digests.get(place) {
            Some((found, cell)) if *found == digest => Counterpart::Lives(*cell),
            _ if self.complete => Counterpart::Deleted,
            _ => Counterpart::Unknown,
        }
    }
}

/// The lengths of names of keys, in UTF-16 units. Only names as long can be the same.
struct Lengths([bool; LONGEST_KEY_NAME as usize + 1]);

impl Lengths {
    fn of<'i>(names: impl Iterator<Item = Name<'i>>) -> Self {
        let mut lengths = Self([false; LONGEST_KEY_NAME as usize + 1]);
        for name in names {
            if let Some(length) = lengths.0.get_mut(name.length()) {
                *length = true;
            }
        }
        lengths
    }

    fn has(&self, name: &Name<'_>) -> bool {
        self.0.get(name.length()) == Some(&true)
    }
}

/// Compares every key and value with the living ones of the same path.
pub(crate) fn compare(remnants: &mut Remnants<'_>) {
    let mut entries = remnants.hive.living().most_keys();
    let whole = (0_u32..).zip(&remnants.keys).filter(|(_, found)| found.is_whole);
    let mut order: Vec<(u16, u32)> = whole.map(|(key, found)| (found.depth, key)).collect();
    order.sort_unstable();
    // Depth by depth: a parent's counterpart is known by then.
    for level in order.chunk_by(|(one, _), (other, _)| one == other) {
        let mut homes: Vec<(CellOffset, u32)> = Vec::new();
        for (_, key) in level {
            match home(remnants, *key) {
                Counterpart::Lives(home) => homes.push((home, *key)),
                known => set(remnants, *key, known),
            }
        }
        homes.sort_unstable();
        for group in homes.chunk_by(|(one, _), (other, _)| one == other) {
            let Some((home, _)) = group.first() else { continue };
            let lengths = Lengths::of(group.iter().filter_map(|(_, key)| name_of(remnants, *key)));
            let names = subkeys_of(remnants, *home, &lengths, &mut entries);
            for (_, key) in group {
                let counterpart =
                    name_of(remnants, *key).map_or(Counterpart::Unknown, |name| names.find(&name));
                set(remnants, *key, counterpart);
            }
        }
    }
    compare_values(remnants);
}

/// The living key that stands where a key's parent stood.
fn home(remnants: &Remnants<'_>, key: u32) -> Counterpart {
    let Some(found) = remnants.keys.get(index(key)) else { return Counterpart::Unknown };
    match found.link {
        ParentLink::Living => match remnants.read_key(found) {
            Some(key) => Counterpart::Lives(key.parent_cell()),
            None => Counterpart::Unknown,
        },
        _ => remnants
            .keys
            .get(index(found.parent))
            .map_or(Counterpart::Unknown, |parent| parent.counterpart),
    }
}

fn set(remnants: &mut Remnants<'_>, key: u32, counterpart: Counterpart) {
    if let Some(found) = remnants.keys.get_mut(index(key)) {
        found.counterpart = counterpart;
    }
}

fn name_of<'m>(remnants: &Remnants<'m>, key: u32) -> Option<Name<'m>> {
    let found = remnants.keys.get(index(key))?;
    remnants.read_key(found).map(|key| key.readable_name())
}

fn living_key<'m>(remnants: &Remnants<'m>, cell: CellOffset) -> Option<Key<'m>> {
    Key::read(remnants.hive.living(), Structure::KeyNode, cell, CellOffset::NONE).ok()
}

/// The subkeys of a key whose names are as long as one of those that are looked for.
fn subkeys_of(
    remnants: &Remnants<'_>,
    home: CellOffset,
    lengths: &Lengths,
    budget: &mut u32,
) -> Names {
    let mut names = Names::new();
    let Some(home) = living_key(remnants, home) else {
        names.complete = false;
        return names;
    };
    for subkey in home.subkeys() {
        match budget.checked_sub(1) {
            Some(left) => *budget = left,
            None => {
                names.complete = false;
                break;
            }
        }
        match subkey {
            Ok(subkey) => {
                let name = subkey.readable_name();
                if lengths.has(&name) {
                    names.add(&name, subkey.cell());
                }
            }
            // More keys than counted: none is hidden.
            Err(Damage::SubkeyCount { said, found, .. }) if found > said => {}
            Err(_) => names.complete = false,
        }
    }
    names.sort();
    names
}

fn compare_values(remnants: &mut Remnants<'_>) {
    let mut budget = len_u32(remnants.hive.bytes_to_search().len()).saturating_add(1);
    let mut homes: Vec<(CellOffset, u32)> = Vec::new();
    let mut known: Vec<(u32, Counterpart)> = Vec::new();
    for (place, value) in (0_u32..).zip(&remnants.values) {
        let home = match value.owner {
            FoundOwner::Living(key) => Counterpart::Lives(key),
            FoundOwner::Deleted(key) => {
                remnants.keys.get(index(key)).map_or(Counterpart::Unknown, |key| key.counterpart)
            }
            FoundOwner::Unknown => Counterpart::Unknown,
        };
        match home {
            Counterpart::Lives(home) => homes.push((home, place)),
            other => known.push((place, other)),
        }
    }
    homes.sort_unstable();
    for group in homes.chunk_by(|(one, _), (other, _)| one == other) {
        let Some((home, _)) = group.first() else { continue };
        let names = values_of(remnants, *home, &mut budget);
        for (_, place) in group {
            let counterpart = remnants
                .values
                .get(index(*place))
                .and_then(|found| read_value(remnants.hive, found))
                .map(|value| value.readable_name())
                .filter(|name| spend(&mut budget, Some(name)))
                .map_or(Counterpart::Unknown, |name| names.find(&name));
            known.push((*place, counterpart));
        }
    }
    for (place, counterpart) in known {
        if let Some(value) = remnants.values.get_mut(index(place)) {
            value.counterpart = counterpart;
        }
    }
}

/// Takes the cost of reading a name, if that much is left: names in a hive made for it lie across each other.
fn spend(budget: &mut u32, name: Option<&Name<'_>>) -> bool {
    let cost = name.map_or(1, |name| len_u32(name.length() / 8).saturating_add(1));
    match budget.checked_sub(cost) {
        Some(left) => *budget = left,
        None => return false,
    }
    true
}

fn values_of(remnants: &Remnants<'_>, home: CellOffset, budget: &mut u32) -> Names {
    let mut names = Names::new();
    let Some(home) = living_key(remnants, home) else {
        names.complete = false;
        return names;
    };
    for value in home.values() {
        let name = value.as_ref().ok().map(Value::readable_name);
        if !spend(budget, name.as_ref()) {
            names.complete = false;
            break;
        }
        match (value, name) {
            (Ok(value), Some(name)) => names.add(&name, value.cell()),
            _ => names.complete = false,
        }
    }
    names.sort();
    names
}
