//! Names that occur twice among a key's subkeys or values.

use std::cmp::Ordering;

use crate::bytes::{index, len_u32};
use crate::name::Name;
use crate::offset::CellOffset;

/// A record that has the name of another, which stands before it in the list. Both are one where the list names it
/// twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    pub(crate) first: CellOffset,
    pub(crate) again: CellOffset,
}

/// Lists of so many entries are short.
const FEW: usize = 32;

/// Finds the duplicates among so many list entries; those without a legible name are passed over.
///
/// Takes n log n steps: names are compared only where their hashes are equal, and each cell's name only once,
/// however often the list names the cell.
pub(crate) fn duplicates<'i>(
    count: usize,
    named: impl Fn(usize) -> Option<(Name<'i>, CellOffset)>,
) -> Vec<Duplicate> {
    let mut found = Vec::new();
    if count < 2 {
        return found;
    }
    // Lists have at most as many entries as a hive has bytes.
    let name_at = |position: u32| named(index(position));
    let all = (0..len_u32(count))
        .filter_map(|position| Some((name_at(position)?.0.list_hash(), position)));
    // Nearly all lists are short: they need no memory of their own.
    let (mut few, mut many) = ([(0, 0); FEW], Vec::new());
    let hashes = if count <= FEW {
        let filled = few.iter_mut().zip(all).map(|(place, hash)| *place = hash).count();
        few.get_mut(..filled).unwrap_or_default()
    } else {
        many.extend(all);
        many.as_mut_slice()
    };
    hashes.sort_unstable();
    for same_hash in hashes.chunk_by(|one, next| one.0 == next.0).filter(|same| same.len() > 1) {
        let cells = same_hash.iter().filter_map(|&(_, at)| Some((name_at(at)?.1, at)));
        let mut cells: Vec<(CellOffset, u32)> = cells.collect();
        cells.sort_unstable();
        cells.dedup_by(|(again, _), (first, _)| {
            let same = first == again;
            if same {
                found.push(Duplicate { first: *first, again: *again });
            }
            same
        });
        let compare = |one: u32, other: u32| match (name_at(one), name_at(other)) {
            (Some((one, _)), Some((other, _))) => one.cmp_ignore_case(&other),
            _ => Ordering::Equal,
        };
        cells.sort_unstable_by(|(_, one), (_, other)| compare(*one, *other).then(one.cmp(other)));
        for same_name in cells.chunk_by(|(_, one), (_, next)| compare(*one, *next).is_eq()) {
            if let Some(((first, _), others)) = same_name.split_first() {
                found.extend(others.iter().map(|&(again, _)| Duplicate { first: *first, again }));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_but_the_first_of_a_name_is_told() {
        let cell = CellOffset::new;
        // "!@" hashes as "\"\u{1b}": 37 * 33 + 64 = 37 * 34 + 27.
        let list: [(&[u8], u32); 7] =
            [(b"b", 8), (b"!@", 16), (b"A", 24), (b"a", 32), (b"b", 8), (b"\"\x1b", 40), (b"a", 0)];
        let mut found =
            duplicates(list.len(), |at| Some((Name::latin1(list[at].0), cell(list[at].1))));
        found.sort_by_key(|duplicate| duplicate.again);
        let pairs: Vec<_> =
            found.iter().map(|found| (found.first.get(), found.again.get())).collect();
        assert_eq!(pairs, [(24, 0), (8, 8), (24, 32)]);
        assert_eq!(duplicates(1, |_| Some((Name::latin1(b"a"), cell(8)))), []);
        assert_eq!(duplicates(2, |_| None), []);
    }
}
