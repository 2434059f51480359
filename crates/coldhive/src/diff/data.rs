//! What differs in the data of two values.

use std::collections::HashMap;

use coldhive_hive::{MultiString, ValueType};
use coldhive_rules::HexBytes;
use serde::Serialize;

/// The longest data that is taken apart, in bytes: what decodes into many times its size is compared as bytes beyond
/// that. No sound SYSTEM hive has a list as long.
pub(super) const MOST_DECODED: usize = 1 << 20;
/// How many bytes are shown around the first that differs.
const SHOWN_AROUND: usize = 16;
/// How many of them stand before it.
const SHOWN_BEFORE: usize = 4;
/// A UTF-16 unit, in bytes.
const UNIT: usize = 2;

/// How the data of two values of one name differs.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct DataDifference {
    /// The entries, where both are lists (`REG_MULTI_SZ`) of other entries or in another order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<ListDifference>,
    /// The first byte that differs.
    pub first: Option<ByteDifference>,
    /// Whether both say the same as texts, lists or numbers, and only their bytes differ: how they end, or what stands
    /// behind their end.
    pub says_the_same: bool,
}

/// How two lists differ.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct ListDifference {
    /// The entries that only the first has.
    pub removed: Vec<ListEntry>,
    /// The entries that only the second has.
    pub added: Vec<ListEntry>,
    /// Whether the entries of both stand in another order.
    pub order_changed: bool,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListEntry {
    /// Its place in its list, from 0.
    pub index: usize,
    /// The entry.
    pub entry: String,
}

/// The first byte that differs, and what stands around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ByteDifference {
    /// Where in the data, in bytes: the length of the shorter, where it is the start of the longer.
    pub offset: usize,
    /// Where the bytes begin that are shown.
    pub shown_from: usize,
    /// The first side's bytes there; empty where its data ends before.
    pub from: HexBytes,
    /// The second side's.
    pub to: HexBytes,
}

impl DataDifference {
    /// What differs; `types` are those of the values.
    pub(super) fn of(types: [ValueType; 2], from: &[u8], to: &[u8]) -> Option<Self> {
        let first = ByteDifference::of(from, to)?;
        let decoded = from.len() <= MOST_DECODED && to.len() <= MOST_DECODED;
        let [one, other] = types;
        let mut difference = Self { list: None, first: Some(first), says_the_same: false };
        if !decoded || one != other {
            return Some(difference);
        }
        match one {
            ValueType::MULTI_SZ => {
                let lists = [from, to].map(MultiString::decode);
                let [old, new] = lists.each_ref().map(MultiString::entries);
                let legible = lists.iter().all(is_legible);
                difference.says_the_same = old == new && legible;
                difference.list = (old != new).then(|| ListDifference::of(old, new));
            }
            ValueType::SZ | ValueType::EXPAND_SZ | ValueType::LINK => {
                difference.says_the_same = text(from) == text(to);
            }
            _ => {}
        }
        Some(difference)
    }
}

/// Whether the entries are what is stored: different bytes that are no UTF-16 decode alike.
fn is_legible(list: &MultiString) -> bool {
    !list
        .faults()
        .iter()
        .any(|fault| matches!(fault, coldhive_hive::MultiStringFault::InvalidUtf16 { .. }))
}

/// The units of a text up to its end.
fn text(data: &[u8]) -> &[[u8; UNIT]] {
    let units = data.as_chunks::<UNIT>().0;
    let end = units.iter().position(|unit| *unit == [0, 0]).unwrap_or(units.len());
    units.get(..end).unwrap_or(units)
}

impl ListDifference {
    fn of(from: &[String], to: &[String]) -> Self {
        let mut counts: HashMap<&str, [usize; 2]> = HashMap::new();
        for (side, entries) in [from, to].into_iter().enumerate() {
            for entry in entries {
                if let Some(count) = counts.entry(entry).or_default().get_mut(side) {
                    *count = count.saturating_add(1);
                }
            }
        }
        // Of equal entries, as many as both have are the same.
        for [old, new] in counts.values_mut() {
            let common = (*old).min(*new);
            (*old, *new) = (common, common);
        }
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        let mut split = |side: usize, entries: &[String], only: &mut Vec<ListEntry>| {
            let mut common = Vec::new();
            for (index, entry) in entries.iter().enumerate() {
                let left = counts.get_mut(entry.as_str()).and_then(|counts| counts.get_mut(side));
                match left.filter(|left| **left > 0) {
                    Some(left) => {
                        *left = left.saturating_sub(1);
                        common.push(index);
                    }
                    None => only.push(ListEntry { index, entry: entry.clone() }),
                }
            }
            common
        };
        let (old, new) = (split(0, from, &mut removed), split(1, to, &mut added));
        let old = old.into_iter().filter_map(|index| from.get(index));
        let new = new.into_iter().filter_map(|index| to.get(index));
        Self { removed, added, order_changed: !old.eq(new) }
    }
}

impl ByteDifference {
    /// The first byte in which two runs differ; `None` where they are equal.
    fn of(from: &[u8], to: &[u8]) -> Option<Self> {
        if from == to {
            return None;
        }
        let offset = from.iter().zip(to).take_while(|(one, other)| one == other).count();
        let shown_from = offset.saturating_sub(SHOWN_BEFORE);
        let around = |data: &[u8]| {
            let rest = data.get(shown_from..).unwrap_or(&[]);
            HexBytes(rest.get(..SHOWN_AROUND).unwrap_or(rest).to_vec())
        };
        Some(Self { offset, shown_from, from: around(from), to: around(to) })
    }
}

/// What is ill-formed about data of a type: two that say the same may differ in that.
pub(super) fn ill_formed(value_type: ValueType, data: &[u8]) -> Vec<String> {
    let number = |length: usize| {
        let wrong = data.len() != length;
        wrong.then(|| format!("it has {} bytes, and a number of this type {length}", data.len()))
    };
    match value_type {
        ValueType::MULTI_SZ if data.len() <= MOST_DECODED => {
            MultiString::decode(data).faults().iter().map(ToString::to_string).collect()
        }
        ValueType::SZ | ValueType::EXPAND_SZ => text_faults(data),
        ValueType::DWORD | ValueType::DWORD_BIG_ENDIAN => number(4).into_iter().collect(),
        ValueType::QWORD => number(8).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn text_faults(data: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    if !data.len().is_multiple_of(UNIT) {
        faults.push(format!("it has an odd number of bytes, {}", data.len()));
    }
    let end = text(data).len().saturating_mul(UNIT);
    match data.get(end..).map_or(0, <[u8]>::len) {
        0 | 1 => faults.push("it is not ended by a NUL".into()),
        2 | 3 => {}
        _ => faults
            .push(format!("data goes on behind its end, at byte {}", end.saturating_add(UNIT))),
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn list(from: &str, to: &str) -> DataDifference {
        DataDifference::of([ValueType::MULTI_SZ; 2], &utf16(from), &utf16(to)).unwrap()
    }

    #[test]
    fn lists_differ_by_entries_order_and_storage() {
        let found = list("a\0b\0c\0\0", "c\0a\0d\0\0").list.unwrap();
        let entry = |index, entry: &str| ListEntry { index, entry: entry.into() };
        assert_eq!(found.removed, [entry(1, "b")]);
        assert_eq!(found.added, [entry(2, "d")]);
        assert!(found.order_changed);
        // Of two equal entries one is gone: the last, and the order of the others holds.
        let found = list("a\0b\0a\0\0", "a\0b\0\0").list.unwrap();
        assert_eq!((found.removed, found.added), (vec![entry(2, "a")], vec![]));
        assert!(!found.order_changed);
        let found = list("a\0\0", "a\0");
        assert_eq!((found.list, found.says_the_same), (None, true));
    }

    #[test]
    fn bytes_differ_from_an_offset_on() {
        let found = ByteDifference::of(b"0123456789", b"01234567").unwrap();
        assert_eq!((found.offset, found.shown_from), (8, 4));
        assert_eq!(
            (found.from.0.as_slice(), found.to.0.as_slice()),
            (&b"456789"[..], &b"4567"[..])
        );
        assert_eq!(ByteDifference::of(b"", b""), None);
    }

    #[test]
    fn texts_are_ended_by_one_nul() {
        let faults = |text: &str| text_faults(&utf16(text));
        assert!(faults("a\0").is_empty() && faults("\0").is_empty());
        assert_eq!(faults("a"), ["it is not ended by a NUL"]);
        assert_eq!(faults("a\0b\0"), ["data goes on behind its end, at byte 4"]);
        assert_eq!(text_faults(b"a\0\0\0\0"), ["it has an odd number of bytes, 5"]);
        let same = DataDifference::of([ValueType::SZ; 2], &utf16("a"), &utf16("a\0")).unwrap();
        assert!(same.says_the_same);
    }
}
