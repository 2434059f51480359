//! The line at hand, and how far it is read.

use super::draft::Source;
use super::problem::{Problem, quote};
use super::text::{Mark, Text, is_bom};

const NUL: u16 = 0;

/// A text with a place in it.
pub(super) struct Cursor<'a> {
    text: Text<'a>,
    /// The text as it was before this line was read.
    before: Text<'a>,
    units: Vec<u16>,
    mark: Mark,
    at: usize,
    /// Whether the line read last has no end, though there is something in it.
    unended: bool,
}

/// A place to come back to: the beginning of the line after this one.
#[derive(Clone, Copy)]
pub(super) struct Behind<'a>(Text<'a>);

impl<'a> Cursor<'a> {
    pub(super) fn new(text: Text<'a>) -> Self {
        Cursor {
            text,
            before: text,
            units: Vec::new(),
            mark: Mark::default(),
            at: 0,
            unended: false,
        }
    }

    /// Goes to the beginning of the next line; `false` at the end of the text.
    pub(super) fn next_line(&mut self) -> bool {
        self.units.clear();
        self.at = 0;
        self.before = self.text;
        let Some(mark) = self.text.next_line(&mut self.units) else { return false };
        self.mark = mark;
        if self.units.first().is_some_and(|&unit| is_bom(unit)) {
            self.at = 1;
        }
        let is_blank = |&unit: &u16| unit == u16::from(b' ') || unit == u16::from(b'\t');
        self.unended = mark.ending.is_empty() && !self.units.iter().all(is_blank);
        true
    }

    /// The beginning of the next line.
    pub(super) fn behind(&self) -> Behind<'a> {
        Behind(self.text)
    }

    /// Goes back to the beginning of a line, which [`Self::next_line`] then reads.
    pub(super) fn go(&mut self, to: Behind<'a>) {
        self.text = to.0;
    }

    /// Lets [`Self::next_line`] read this line again.
    pub(super) fn stay(&mut self) {
        self.text = self.before;
    }

    /// Whether the line that was read last has no end: the text may be cut off.
    pub(super) fn is_unended(&self) -> bool {
        self.unended
    }

    /// Goes to the beginning of this line again.
    pub(super) fn restart(&mut self) {
        self.at = 0;
    }

    /// Where the line stands.
    pub(super) fn source(&self) -> Source {
        Source { line: self.mark.line, offset: self.mark.offset }
    }

    /// The units that end the line; none at the end of the text.
    pub(super) fn ending(&self) -> &'static [u16] {
        self.mark.ending
    }

    /// The unit at hand; `None` at the end of the line.
    pub(super) fn peek(&self) -> Option<u16> {
        self.units.get(self.at).copied()
    }

    /// The unit at hand, if it is one byte in ASCII.
    pub(super) fn peek_byte(&self) -> Option<u8> {
        self.peek().and_then(|unit| u8::try_from(unit).ok()).filter(u8::is_ascii)
    }

    pub(super) fn skip(&mut self, units: usize) {
        self.at = self.at.saturating_add(units);
    }

    /// Steps over the unit at hand if it is this one.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek_byte() == Some(byte);
        if found {
            self.skip(1);
        }
        found
    }

    /// Steps over a word if it stands here, in letters of either case.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let units = self.rest().get(..word.len()).unwrap_or_default();
        let found = units.len() == word.len()
            && units.iter().zip(word.bytes()).all(|(&unit, byte)| {
                u8::try_from(unit).is_ok_and(|unit| unit.eq_ignore_ascii_case(&byte))
            });
        if found {
            self.skip(word.len());
        }
        found
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek_byte(), Some(b' ' | b'\t')) {
            self.skip(1);
        }
    }

    /// Whether nothing but blanks and a comment is left of the line.
    pub(super) fn is_done(&mut self) -> bool {
        self.skip_blanks();
        self.peek().is_none() || self.peek_byte() == Some(b';')
    }

    /// What is left of the line.
    pub(super) fn rest(&self) -> &[u16] {
        self.units.get(self.at..).unwrap_or_default()
    }

    /// The whole line.
    pub(super) fn line(&self) -> &[u16] {
        &self.units
    }

    /// How far the line is read, in units.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// That something else should stand here.
    pub(super) fn expected(&self, expected: &'static str) -> Problem {
        let found = match self.rest() {
            [] if self.mark.ending.is_empty() => "the end of the text".into(),
            rest => quote(rest),
        };
        self.problem(self.at, expected, found)
    }

    /// A problem at a place in this line.
    pub(super) fn problem(&self, at: usize, expected: &'static str, found: String) -> Problem {
        let column = u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX);
        Problem { line: self.mark.line, column, expected, found }
    }

    /// What in the line can't stand in any: bytes that are no characters, and NULs.
    pub(super) fn broken(&self) -> Option<Problem> {
        if let Some(at) = self.mark.malformed {
            let found = "bytes that are none".into();
            return Some(self.problem(at, "characters of the text's encoding", found));
        }
        let at = self.units.iter().position(|&unit| unit == NUL)?;
        Some(self.problem(at, "text", "a NUL character".into()))
    }
}
