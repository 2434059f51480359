//! Finding the records: along the chain, and by their signature in what the chain leaves over.

use crate::bytes::{index, offset, u32_at};
use crate::damage::{BrokenChain, EventLogDamage};
use crate::end::{END_SIZE, EndOfFile};
use crate::record::{FIXED_SIZE, Reached, begins, is_length};

/// What fills the rest of the file where not even the fields of a record fit in.
const PADDING: u32 = 0x27;

/// Where a record's bytes stand: from `at` on, and then, where it goes round the end, from the first record's place on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) at: usize,
    /// How many bytes stand there.
    pub(crate) length: usize,
    /// How many more stand at the beginning.
    pub(crate) round: usize,
    pub(crate) reached: Reached,
}

/// A file of records that may go round its end.
#[derive(Clone, Copy)]
pub(crate) struct Ring<'b> {
    pub(crate) file: &'b [u8],
    /// Where the first record stands that doesn't go round the end.
    pub(crate) first: usize,
}

impl<'b> Ring<'b> {
    fn from(&self, at: usize) -> &'b [u8] {
        self.file.get(at..).unwrap_or_default()
    }

    /// How many bytes a record has at the beginning of the file, where it goes round its end: no more than `room`, and only
    /// if it ends there with its length.
    fn round(&self, at: usize, length: u32, room: usize) -> Option<usize> {
        let here = self.file.len().checked_sub(at)?;
        let round = index(length).checked_sub(here)?;
        let end = self.first.saturating_add(round);
        let last = u32_at(self.file, end.checked_sub(4)?);
        (here >= FIXED_SIZE && round >= 4 && round <= room && last == Some(length)).then_some(round)
    }

    /// Whether a record ends where its length says: with its length again or, where that was lost, before what may follow it.
    fn ends_well(&self, behind: usize, length: u32, end: usize) -> bool {
        let last = u32_at(self.file, behind.saturating_sub(4));
        let next = self.from(behind);
        last == Some(length)
            || behind == end
            || begins(next).is_some_and(is_length)
            || self.is_padding(behind)
    }

    /// Whether nothing but padding follows up to the end of the file.
    fn is_padding(&self, at: usize) -> bool {
        let rest = self.from(at);
        rest.len() < FIXED_SIZE.max(END_SIZE)
            && rest.chunks(4).all(|word| word.len() < 4 || u32_at(word, 0) == Some(PADDING))
    }

    /// Follows the chain from the oldest record to the end-of-file record, as far as it holds.
    pub(crate) fn chain(&self, from: usize, end: usize) -> (Vec<Extent>, Option<EventLogDamage>) {
        let (mut found, mut at, mut is_round) = (Vec::new(), from, false);
        let broken =
            |at: usize, reason| Some(EventLogDamage::ChainBroken { offset: offset(at), reason });
        if from > self.file.len() {
            return (found, broken(from, BrokenChain::Outside));
        }
        while at != end {
            if (at >= self.file.len() || self.is_padding(at)) && !is_round && from > self.first {
                (at, is_round) = (self.first, true);
                continue;
            }
            // Where it went round, it ends before it began.
            let limit = if is_round { from } else { self.file.len() };
            if at < self.first || at >= self.file.len() {
                return (found, broken(at, BrokenChain::Outside));
            }
            let Some(length) = begins(self.from(at)) else {
                return (found, broken(at, BrokenChain::NoRecord));
            };
            if !is_length(length) {
                return (found, broken(at, BrokenChain::Length { length }));
            }
            let behind = at.saturating_add(index(length));
            let reached = Reached::Chained;
            if behind <= limit && self.ends_well(behind, length, end) {
                found.push(Extent { at, length: index(length), round: 0, reached });
                at = behind;
            } else if is_round && behind > limit {
                return (found, broken(at, BrokenChain::Circle));
            } else if let Some(round) = self.round(at, length, from.saturating_sub(self.first)) {
                let here = self.file.len().saturating_sub(at);
                found.push(Extent { at, length: here, round, reached });
                (at, is_round) = (self.first.saturating_add(round), true);
            } else {
                return (found, broken(at, BrokenChain::Length { length }));
            }
        }
        (found, None)
    }

    /// Searches what no record of the chain covers, and where the end-of-file record isn't.
    pub(crate) fn scan(&self, chained: &[Extent], end: Option<EndOfFile>) -> Vec<Extent> {
        let mut covered: Vec<_> = chained
            .iter()
            .flat_map(|extent| {
                let round = self.first..self.first.saturating_add(extent.round);
                [extent.at..extent.at.saturating_add(extent.length), round]
            })
            .chain(end.map(|end| {
                let at = usize::try_from(end.found_at).unwrap_or(usize::MAX);
                at..at.saturating_add(END_SIZE)
            }))
            .filter(|range| !range.is_empty())
            .collect();
        covered.sort_by_key(|range| range.start);
        let (mut found, mut at) = (Vec::new(), self.first);
        for range in covered.into_iter().chain(std::iter::once(self.file.len()..usize::MAX)) {
            self.scan_gap(at, range.start, &mut found);
            at = at.max(range.end);
        }
        // One that goes round the end has the rest of its bytes before the first record.
        let free = chained.iter().chain(&found).map(|extent| extent.at).min();
        let room = free.unwrap_or(self.first).saturating_sub(self.first);
        let is_taken = chained.iter().any(|extent| extent.round > 0);
        if let Some(last) = found.iter_mut().max_by_key(|extent| extent.at)
            && !is_taken
            && last.at.saturating_add(last.length) == self.file.len()
            && let Some(length) = begins(self.from(last.at))
            && let Some(round) = self.round(last.at, length, room)
        {
            last.round = round;
        }
        found
    }

    fn scan_gap(&self, from: usize, to: usize, found: &mut Vec<Extent>) {
        let (mut at, to) = (from.next_multiple_of(4), to.min(self.file.len()));
        while let Some(length) = to.checked_sub(at).filter(|left| *left >= FIXED_SIZE) {
            match begins(self.from(at)).filter(|length| is_length(*length)) {
                Some(wanted) => {
                    // What begins within it is another record, unless it is whole.
                    let whole = index(wanted) <= length
                        && u32_at(self.file, at.saturating_add(index(wanted)).saturating_sub(4))
                            == Some(wanted);
                    let taken = index(wanted).min(length);
                    let taken = if whole { taken } else { self.up_to_next(at, taken) };
                    found.push(Extent { at, length: taken, round: 0, reached: Reached::Scanned });
                    at = at.saturating_add(taken).next_multiple_of(4);
                }
                None => at = at.saturating_add(4),
            }
        }
    }

    /// How many of a record's bytes stand before the next record begins.
    fn up_to_next(&self, at: usize, length: usize) -> usize {
        let next = (FIXED_SIZE..length)
            .step_by(4)
            .find(|inside| begins(self.from(at.saturating_add(*inside))).is_some_and(is_length));
        next.unwrap_or(length)
    }
}
