//! Bytes that others were laid over in place: what they are now, and what they were.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What bytes were in the places where they were changed, and how many there were at all.
#[derive(Default)]
pub(super) struct Kept {
    length: usize,
    /// By where they begin; none is empty or overlaps another.
    pieces: BTreeMap<usize, Vec<u8>>,
}

impl Kept {
    pub(super) const fn of(length: usize) -> Self {
        Self { length, pieces: BTreeMap::new() }
    }

    /// Keeps bytes that are about to be changed, but for those that were changed before.
    pub(super) fn keep(&mut self, bytes: &[u8], range: Range<usize>) {
        let end = range.end.min(self.length);
        let behind = |(from, piece): (&usize, &Vec<u8>)| from.saturating_add(piece.len());
        let before = self.pieces.range(..=range.start).next_back().map_or(0, behind);
        let mut at = range.start.max(before);
        while at < end {
            let next = self.pieces.range(at..end).next();
            let (stop, go_on) = next.map_or((end, end), |next| (*next.0, behind(next)));
            if let Some(old) = bytes.get(at..stop).filter(|old| !old.is_empty()) {
                self.pieces.insert(at, old.to_vec());
            }
            at = go_on;
        }
    }

    /// Undoes all changes.
    pub(super) fn restore(self, bytes: &mut Vec<u8>) {
        for (at, piece) in self.pieces {
            if let Some(place) = bytes.get_mut(at..at.saturating_add(piece.len())) {
                place.copy_from_slice(&piece);
            }
        }
        bytes.truncate(self.length);
    }
}

/// Bytes as they were, over what they are now.
pub(super) struct Before {
    now: Arc<Vec<u8>>,
    kept: Kept,
    /// All of them, if somebody asked for all in one piece.
    whole: OnceLock<Vec<u8>>,
}

impl Before {
    pub(super) const fn new(now: Arc<Vec<u8>>, kept: Kept) -> Self {
        Self { now, kept, whole: OnceLock::new() }
    }

    pub(super) fn parts(&self) -> Vec<&[u8]> {
        if let Some(whole) = self.whole.get() {
            return vec![whole];
        }
        let (mut parts, mut at) = (Vec::new(), 0);
        for (start, piece) in &self.kept.pieces {
            parts.extend(self.now.get(at..*start));
            parts.push(piece);
            at = start.saturating_add(piece.len());
        }
        parts.extend(self.now.get(at..self.kept.length));
        parts.retain(|part| !part.is_empty());
        parts
    }

    pub(super) fn whole(&self) -> &[u8] {
        self.whole.get_or_init(|| self.parts().concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_more_than_once_is_kept_as_it_was_first() {
        let first = *b"0123456789";
        let mut now = first.to_vec();
        let mut kept = Kept::of(first.len());
        // Apart, over one, between two, over several, over all that is kept, behind the end.
        for (round, range) in [2..3, 5..7, 1..3, 2..6, 3..5, 0..8, 9..12].into_iter().enumerate() {
            kept.keep(&now, range.clone());
            now.resize(now.len().max(range.end), b'z');
            now[range].fill(b'a' + round as u8);
        }
        assert_eq!(now, b"ffffffff8ggg");
        let before = Before::new(Arc::new(now), kept);
        assert_eq!(before.parts().concat(), first);
        assert!(before.parts().len() > 1);
        assert_eq!(before.whole(), first);
        assert_eq!(before.parts(), [first]);
        let mut now = before.now.to_vec();
        before.kept.restore(&mut now);
        assert_eq!(now, first);
    }
}
