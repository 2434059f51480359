//! Older lists of strings: the data of a `REG_MULTI_SZ` value that was written anew elsewhere.

use serde::Serialize;

use crate::bytes::{i32_at, index, u16_at};
use crate::map::{Space, SpaceKind};
use crate::multi_string::names_equal;
use crate::offset::CellOffset;
use crate::remnants::Remnants;
use crate::remnants::legible::is_legible;

/// The most bytes of one list: more than any sound hive seen has, so that text without end is cut.
const LONGEST: u32 = 1 << 16;

/// A run of strings in what the living tree has no use for, each ended by a NUL.
///
/// It is text and no more: nothing says that it was a value's data, unless a deleted value leads to it. A lone string
/// with zeros behind it looks like a list of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListRemnant {
    /// Where its first string begins in the file, in bytes.
    pub file_offset: u64,
    /// The cell that it fills, if a size before it fits.
    pub cell: Option<CellOffset>,
    /// What the bytes are that it stands in.
    pub space: SpaceKind,
    /// The strings, in stored order.
    pub entries: Vec<String>,
    /// Whether an empty string ends the list; else it was cut or overwritten.
    pub is_ended: bool,
    /// Whether its first four bytes, two characters, were overwritten; the first entry is what is left of it.
    pub lacks_its_head: bool,
    /// The deleted values that lead to its cell, by their own cells.
    pub named_by: Vec<CellOffset>,
}

impl Remnants<'_> {
    /// The lists of strings in unused space that have every one of these entries, without regard to case.
    ///
    /// Lists of one string that no empty string ends are left out, for that is what any text looks like. Lists are cut
    /// at 64 KiB, and in a hive that is full of them no more are told than have an entry for each 64 bytes of it.
    #[must_use]
    pub fn lists_like(&self, entries: &[&str]) -> Vec<ListRemnant> {
        let mut lists: Vec<ListRemnant> = Vec::new();
        let mut room = (self.hive.bytes_to_search().len() / 64).saturating_add(0x1_0000);
        for space in self.map.spaces() {
            let mut at = space.start.next_multiple_of(2);
            while at < space.end {
                let text = Text::read(self.hive.bytes_to_search(), at, space.end);
                if text.units.len() > 1 {
                    let list = self.list(space, &text, entries);
                    lists.extend(list.filter(|list| {
                        let left = room.checked_sub(list.entries.len());
                        room = left.unwrap_or(room);
                        left.is_some()
                    }));
                }
                at = text.end.max(at.saturating_add(2));
            }
        }
        lists
    }

    fn list(&self, space: &Space, text: &Text, wanted: &[&str]) -> Option<ListRemnant> {
        let all: Vec<(u32, String)> = text.entries();
        let is_it = |entry: &str| wanted.iter().any(|wanted| names_equal(wanted, entry));
        let last = all.iter().position(|(_, entry)| is_it(entry))?;
        // What stands before the list can look like text: sizes of free cells are two units, the second of them zero.
        let starts = all.get(..=last)?.iter().enumerate().rev();
        let cell_before = |at: u32| self.cell_that_fits(space, at, text.end);
        let found = starts
            .into_iter()
            .find_map(|(place, (at, _))| cell_before(*at).map(|cell| (place, Some(cell))));
        // A link in the place of the first two characters is mostly no text.
        let linked = text.start.checked_sub(4).and_then(cell_before).map(|cell| (0, Some(cell)));
        let linked = linked.filter(|(_, cell)| cell.is_some_and(|cell| self.is_linked(cell)));
        let lacks_its_head = found.is_none() && linked.is_some();
        let (place, cell) = found.or(linked).unwrap_or((0, None));
        let (start, _) = all.get(place).cloned()?;
        let entries: Vec<String> = all.into_iter().skip(place).map(|(_, entry)| entry).collect();
        let has = |wanted: &&str| entries.iter().any(|entry| names_equal(wanted, entry));
        if !wanted.iter().all(has) || (entries.len() < 2 && !text.is_ended) {
            return None;
        }
        let named_by = self.values.iter().filter(|found| {
            let value = self.value_of(found);
            cell.is_some() && value.is_some_and(|value| value.value.data_cell() == cell)
        });
        Some(ListRemnant {
            file_offset: CellOffset::new(start).file_offset(),
            cell,
            space: space.kind,
            named_by: named_by.map(|found| found.cell).collect(),
            entries,
            is_ended: text.is_ended,
            lacks_its_head,
        })
    }

    /// The cell whose content begins there, if there is a size before it that has room for the text.
    fn cell_that_fits(&self, space: &Space, at: u32, end: u32) -> Option<CellOffset> {
        let unit = self.hive.cell_unit();
        let cell = at.checked_sub(self.hive.cell_header())?;
        let size = i32_at(self.hive.bytes_to_search(), index(cell))?.unsigned_abs();
        let fits = cell.is_multiple_of(unit)
            && cell >= space.start
            && size.is_multiple_of(unit)
            && cell.checked_add(size).is_some_and(|next| (end..=space.end).contains(&next));
        fits.then_some(CellOffset::new(cell))
    }
}

/// Strings one behind the other.
struct Text {
    start: u32,
    units: Vec<u16>,
    /// Behind them, and behind the empty string that ends them.
    end: u32,
    is_ended: bool,
}

impl Text {
    fn read(bytes: &[u8], start: u32, limit: u32) -> Self {
        let mut text = Self { start, units: Vec::new(), end: start, is_ended: false };
        let limit = limit.min(start.saturating_add(LONGEST));
        while text.end < limit {
            let Some(unit) = u16_at(bytes, index(text.end)) else { break };
            match (unit, text.units.last()) {
                (0, None) => break,
                (0, Some(0)) => {
                    text.end = text.end.saturating_add(2);
                    text.is_ended = true;
                    break;
                }
                (0, Some(_)) => {}
                _ if !is_legible(unit) => break,
                _ => {}
            }
            text.units.push(unit);
            text.end = text.end.saturating_add(2);
        }
        text
    }

    /// The strings that are ended, and where each begins.
    fn entries(&self) -> Vec<(u32, String)> {
        let mut at = self.start;
        let mut entries = Vec::new();
        for entry in self.units.split_inclusive(|unit| *unit == 0) {
            if let Some((0, entry)) = entry.split_last() {
                entries.push((at, String::from_utf16_lossy(entry)));
            }
            let bytes = entry.len().saturating_mul(2);
            at = at.saturating_add(crate::bytes::len_u32(bytes));
        }
        entries
    }
}
