//! Which stretches of bytes are text that a name could be.

use crate::bytes::{index, u16_at};

/// Finds where text ends, in time that is linear in the bytes however many names are asked about, as long as they
/// begin one behind the other.
#[derive(Clone, Debug)]
pub(crate) struct Legible<'i> {
    bytes: &'i [u8],
    narrow: Stretch,
    wide: Stretch,
}

/// A stretch that was read: legible from `from` up to `clean`, and no further if it `ends` there.
#[derive(Clone, Copy, Debug, Default)]
struct Stretch {
    from: usize,
    clean: usize,
    ends: bool,
}

impl<'i> Legible<'i> {
    /// Over all bytes behind the base block.
    pub(crate) fn new(bytes: &'i [u8]) -> Self {
        Self { bytes, narrow: Stretch::default(), wide: Stretch::default() }
    }

    /// How many of the bytes from `start` on are text, `most` at most. Positions of UTF-16 text have to be all
    /// even or all odd.
    pub(crate) fn length(&mut self, start: u32, most: usize, wide: bool) -> usize {
        let (start, bytes) = (index(start), self.bytes);
        let stretch = if wide { &mut self.wide } else { &mut self.narrow };
        if !(stretch.from..=stretch.clean).contains(&start) {
            *stretch = Stretch { from: start, clean: start, ends: false };
        }
        let wanted = start.saturating_add(most).min(bytes.len());
        while !stretch.ends && stretch.clean < wanted {
            let (unit, step) = if wide {
                (u16_at(bytes, stretch.clean), 2)
            } else {
                (bytes.get(stretch.clean).copied().map(u16::from), 1)
            };
            if unit.is_some_and(is_legible) {
                stretch.clean = stretch.clean.saturating_add(step);
            } else {
                stretch.ends = true;
            }
        }
        stretch.clean.min(wanted).saturating_sub(start)
    }
}

/// Whether a UTF-16 unit is one of a text: no control character, and none that Unicode reserves.
pub(crate) const fn is_legible(unit: u16) -> bool {
    !matches!(unit, 0..=0x1F | 0x7F..=0x9F | 0xFDD0..=0xFDEF | 0xFFFE | 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_where_it_ends() {
        let bytes = b"abcd\0efg\x01hi";
        let mut legible = Legible::new(bytes);
        let lengths: Vec<usize> = (0..12).map(|start| legible.length(start, 100, false)).collect();
        assert_eq!(lengths, [4, 3, 2, 1, 0, 3, 2, 1, 0, 2, 1, 0]);
        assert_eq!(legible.length(0, 2, false), 2);
        assert_eq!(legible.length(0, 4, false), 4);
        let wide: Vec<u8> = "ab\0c".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut legible = Legible::new(&wide);
        assert_eq!([0, 2, 4, 6].map(|start| legible.length(start, 100, true)), [4, 2, 0, 2]);
    }
}
