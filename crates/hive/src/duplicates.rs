//! Names that occur twice among a key's subkeys or values.

use crate::name::{Name, name_hash};
use crate::offset::CellOffset;

/// A record that has the name of another, which stands before it in the list. Both are one where the list names it
/// twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    pub(crate) first: CellOffset,
    pub(crate) again: CellOffset,
}

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
    let mut hashes: Vec<(u32, usize)> = (0..count)
        .filter_map(|position| Some((name_hash(named(position)?.0.units()), position)))
        .collect();
    hashes.sort_unstable();
    for same_hash in hashes.chunk_by(|one, next| one.0 == next.0).filter(|same| same.len() > 1) {
        let entries =
            same_hash.iter().filter_map(|&(_, position)| Some((position, named(position)?)));
        let mut entries: Vec<(usize, (Name<'i>, CellOffset))> = entries.collect();
        entries.sort_unstable_by_key(|&(position, (_, cell))| (cell, position));
        let mut last = None;
        entries.retain(|&(_, (_, cell))| {
            let new = last != Some(cell);
            if !new {
                found.push(Duplicate { first: cell, again: cell });
            }
            last = Some(cell);
            new
        });
        entries.sort_by(|(one, (left, _)), (other, (right, _))| {
            left.cmp_ignore_case(right).then(one.cmp(other))
        });
        for same_name in
            entries.chunk_by(|(_, (one, _)), (_, (next, _))| one.cmp_ignore_case(next).is_eq())
        {
            let mut cells = same_name.iter().map(|(_, (_, cell))| *cell);
            if let Some(first) = cells.next() {
                found.extend(cells.map(|again| Duplicate { first, again }));
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
