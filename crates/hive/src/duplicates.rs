//! Names that occur twice among a key's subkeys or values.

use std::cmp::Ordering;

use crate::bytes::{index, len_u32};
use crate::name::{CASE_OF_EIGHT, Name, has_nul, words};
use crate::offset::CellOffset;

/// A record that has the name of another, which stands before it in the list. Both are one where the list names it
/// twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    pub(crate) first: CellOffset,
    pub(crate) again: CellOffset,
}

/// How many names are told apart without memory for it.
const FEW: usize = 16;

/// Finds the duplicates among so many list entries; those without a legible name are passed over.
///
/// Takes n log n steps: names are compared only where their hashes are equal, and each cell's name only once,
/// however often the list names the cell. In most lists all names differ at first sight.
pub(crate) fn duplicates<'i>(
    count: usize,
    named: impl Fn(usize) -> Option<(Name<'i>, CellOffset)>,
) -> Vec<Duplicate> {
    let mut found = Vec::new();
    if count < 2 || all_differ(count, &named) {
        return found;
    }
    // Lists have at most as many entries as a hive has bytes.
    let name_at = |position: u32| named(index(position));
    let mut hashes: Vec<(u32, u32)> = (0..len_u32(count))
        .filter_map(|position| Some((name_at(position)?.0.list_hash(), position)))
        .collect();
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

/// Whether all names differ already by their [blurred digests](blurred). Entries that have the same cell have the same
/// name.
fn all_differ<'i>(count: usize, named: &impl Fn(usize) -> Option<(Name<'i>, CellOffset)>) -> bool {
    let mut digests = Digests::of(count);
    for (name, _) in (0..count).filter_map(named) {
        let Some((digest, _)) = blurred(&name) else { return false };
        digests.add(digest);
    }
    digests.all_differ()
}

/// The [blurred digests](blurred) of the names of a list.
pub(crate) struct Digests {
    few: [u64; FEW],
    many: Vec<u64>,
    used: usize,
}

impl Digests {
    /// For so many names.
    #[inline]
    pub(crate) fn of(count: usize) -> Self {
        let many = if count > FEW { Vec::with_capacity(count) } else { Vec::new() };
        Self { few: [0; FEW], many, used: 0 }
    }

    #[inline]
    pub(crate) fn add(&mut self, digest: u64) {
        if self.many.capacity() > 0 {
            self.many.push(digest);
        } else if let Some(place) = self.few.get_mut(self.used) {
            *place = digest;
            self.used = self.used.saturating_add(1);
        }
    }

    #[inline]
    pub(crate) fn all_differ(&mut self) -> bool {
        if self.many.capacity() > 0 {
            self.many.sort_unstable();
            return self.many.windows(2).all(|pair| pair.first() != pair.last());
        }
        let mut rest = self.few.get(..self.used).unwrap_or_default();
        while let Some((digest, others)) = rest.split_first() {
            if others.contains(digest) {
                return false;
            }
            rest = others;
        }
        true
    }
}

/// A digest that names have in common wherever they are the same without regard to case, and whether there is a NUL in
/// the name; `None` for names stored as UTF-16, which can be the same as others in other bytes.
///
/// The bit that tells the cases of letters apart is left out of every byte, whatever the byte stands for.
#[inline]
pub(crate) fn blurred(name: &Name<'_>) -> Option<(u64, bool)> {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    // The empty name of a default value is stored as if it were UTF-16.
    if name.is_utf16() && !name.is_empty() {
        return None;
    }
    let bytes = name.bytes();
    let start = (u64::from(len_u32(bytes.len())), false);
    Some(words(bytes).fold(start, |(digest, nul), word| {
        ((digest.rotate_left(29) ^ (word | CASE_OF_EIGHT)).wrapping_mul(MIX), nul | has_nul(word))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_other_cases_and_encodings_are_the_same() {
        let wide: Vec<u8> = "\u{178}ber".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let narrow = [
            &b"Image Path and more"[..],
            b"iMAGE pATH AND MORE",
            b"\xE4 long name",
            b"\xC4 LONG NAME",
            b"\xFFBER",
        ];
        let mut names: Vec<Name<'_>> = narrow.iter().map(|name| Name::latin1(name)).collect();
        names.push(Name::utf16le(&wide));
        // Names that stand among many are found as among few.
        let others: Vec<String> = (0..40).map(|number| format!("other {number}")).collect();
        names.extend(others.iter().map(|name| Name::latin1(name.as_bytes())));
        for count in [6, names.len()] {
            let cell = |at: usize| CellOffset::new(len_u32(at) * 8);
            let mut found = duplicates(count, |at| Some((names[at], cell(at))));
            found.sort_by_key(|duplicate| duplicate.again);
            let pairs: Vec<_> =
                found.iter().map(|found| (found.first.get() / 8, found.again.get() / 8)).collect();
            assert_eq!(pairs, [(0, 1), (2, 3), (4, 5)]);
        }
        let cell = |at: usize| CellOffset::new(len_u32(at) * 8);
        // These differ in one bit, which is not that of case.
        let alike = [&b"Value1"[..], b"Value3", b"value2"].map(Name::latin1);
        assert_eq!(duplicates(3, |at| Some((alike[at], cell(at)))), []);
        // The same blurred, and not the same name.
        let blurred = [&b"a@"[..], b"a`"].map(Name::latin1);
        assert_eq!(duplicates(2, |at| Some((blurred[at], cell(at)))), []);
    }

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
