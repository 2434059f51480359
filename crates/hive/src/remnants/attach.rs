//! From a deleted key to its parents.

use crate::bytes::index;
use crate::damage::Structure;
use crate::key::{Key, MOST_LEVELS};
use crate::offset::CellOffset;
use crate::remnants::Remnants;
use crate::remnants::certainty::{Certainty, ParentLink};
use crate::remnants::found::{FoundKey, length_fits, times_fit};

/// Finds out what stands where each key names its parent.
pub(crate) fn link(remnants: &mut Remnants<'_>) {
    let steps: Vec<_> =
        remnants.keys.iter().map(|found| step(remnants, found.cell, found.head)).collect();
    for (found, (link, parent, step)) in remnants.keys.iter_mut().zip(steps) {
        (found.link, found.parent, found.step) = (link, parent, step);
    }
    doubt_siblings(remnants);
}

/// Where one key shows that its parent's cell was given to another key, the others that name the same cell may be that
/// key's or the former one's.
fn doubt_siblings(remnants: &mut Remnants<'_>) {
    let parent = |found: &FoundKey| remnants.read_key(found).map(|key| key.parent_cell());
    let given_away = remnants.keys.iter().filter(|found| found.link == ParentLink::AnotherKey);
    let mut cells: Vec<CellOffset> = given_away.filter_map(parent).collect();
    cells.sort_unstable();
    let doubtful: Vec<bool> = remnants
        .keys
        .iter()
        .map(|found| {
            found.step == Certainty::Plausible
                && parent(found).is_some_and(|cell| cells.binary_search(&cell).is_ok())
        })
        .collect();
    for (found, _) in remnants.keys.iter_mut().zip(doubtful).filter(|(_, doubtful)| *doubtful) {
        found.step = Certainty::Doubtful;
    }
}

fn step(
    remnants: &Remnants<'_>,
    cell: CellOffset,
    head: Option<u16>,
) -> (ParentLink, u32, Certainty) {
    let ends = |link| (link, u32::MAX, Certainty::Unattached);
    let candidate = crate::remnants::scan::Candidate { cell, head };
    let Some(key) = crate::remnants::read_key(remnants.hive, candidate) else {
        return ends(ParentLink::Nowhere);
    };
    let at = key.parent_cell();
    let sure = |parent: &Key<'_>| {
        if times_fit(parent, &key) { Certainty::Plausible } else { Certainty::Doubtful }
    };
    if remnants.living.key(at).is_some() {
        let parent = Key::read(remnants.hive.living(), Structure::KeyNode, at, cell);
        return match parent {
            Ok(parent) if !length_fits(&parent, &key) => ends(ParentLink::AnotherKey),
            Ok(parent) => (ParentLink::Living, u32::MAX, sure(&parent)),
            Err(_) => ends(ParentLink::Reallocated),
        };
    }
    let found = remnants.key_in(at).and_then(|at| Some((at, remnants.keys.get(index(at))?)));
    if let Some((place, parent)) = found
        && let Some(parent) = remnants.read_key(parent)
    {
        if !length_fits(&parent, &key) {
            return ends(ParentLink::AnotherKey);
        }
        return (ParentLink::Deleted, place, sure(&parent));
    }
    let start = at.get().saturating_add(remnants.hive.cell_header());
    if at.is_none() || index(start) >= remnants.hive.bytes_to_search().len() {
        ends(ParentLink::Nowhere)
    } else if remnants.map.space_at(start).is_some() {
        ends(ParentLink::Overwritten)
    } else {
        ends(ParentLink::Reallocated)
    }
}

/// Follows every key up to the root or to where its path begins, each step once.
pub(crate) fn climb(remnants: &mut Remnants<'_>) {
    for found in &mut remnants.keys {
        // A list that names the key by its name outweighs what the times say against it, and no more.
        // Of a living parent it has to be shown that its cell still is the same key's.
        let told = match found.link {
            ParentLink::Living => found.is_listed_by_parent,
            _ => found.is_listed,
        };
        found.step = match (found.step, told) {
            (Certainty::Plausible, true) => Certainty::Likely,
            (Certainty::Doubtful, true) => Certainty::Plausible,
            (step, _) => step,
        };
    }
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnTheWay,
        Done,
    }
    let mut states = vec![State::New; remnants.keys.len()];
    let mut way: Vec<u32> = Vec::new();
    for start in (0..).take(remnants.keys.len()) {
        let mut next = start;
        // Up, as long as the way is new.
        while let Some(state) = states.get_mut(index(next)) {
            if *state != State::New {
                break;
            }
            *state = State::OnTheWay;
            way.push(next);
            match remnants.keys.get(index(next)) {
                Some(found) if found.link == ParentLink::Deleted => next = found.parent,
                _ => break,
            }
        }
        // A circle: the last key of the way leads back into it, and is where all paths through it begin.
        if states.get(index(next)) == Some(&State::OnTheWay)
            && let Some(last) = way.last().copied()
            && let Some(found) = remnants.keys.get_mut(index(last))
            && found.link == ParentLink::Deleted
        {
            (found.link, found.parent) = (ParentLink::Endless, u32::MAX);
            found.step = Certainty::Unattached;
        }
        // Down again.
        while let Some(place) = way.pop() {
            settle(remnants, place);
            if let Some(state) = states.get_mut(index(place)) {
                *state = State::Done;
            }
        }
    }
}

/// Works out a key whose parent is settled.
fn settle(remnants: &mut Remnants<'_>, place: u32) {
    let Some(found) = remnants.keys.get(index(place)) else { return };
    let (whole, depth, above) = match found.link {
        ParentLink::Living => {
            let at = remnants.read_key(found).map_or(CellOffset::NONE, |key| key.parent_cell());
            let depth = remnants.living.key(at).map_or(0, |key| key.depth);
            (true, depth.saturating_add(1), Certainty::Likely)
        }
        ParentLink::Deleted => match remnants.keys.get(index(found.parent)) {
            Some(parent) => (parent.is_whole, parent.depth.saturating_add(1), parent.certainty),
            None => (false, 0, Certainty::Unattached),
        },
        _ => (false, 0, Certainty::Unattached),
    };
    let too_deep = usize::from(depth) > MOST_LEVELS;
    let Some(found) = remnants.keys.get_mut(index(place)) else { return };
    if too_deep {
        (found.link, found.parent, found.step) =
            (ParentLink::Endless, u32::MAX, Certainty::Unattached);
        (found.is_whole, found.depth, found.certainty) = (false, 0, Certainty::Unattached);
    } else {
        (found.is_whole, found.depth) = (whole, depth);
        found.certainty = found.step.min(above);
    }
}
