//! A place in SDDL text, and the little pieces that every part of it is made of.

use alloc::string::ToString;

use super::{SddlContext, SddlError, SddlErrorKind};
use crate::guid::Guid;
use crate::sid::Sid;

/// A place in the text; `at` is always the boundary of a character.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    pub(crate) at: usize,
}

/// A piece of the text that knows where it stood.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'t> {
    pub(crate) text: &'t str,
    pub(crate) at: usize,
}

/// White space is that of C, where Rust's does without the vertical tab ([MS-DTYP] 2.5.1.1, wspace).
fn is_space(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\x0B'
}

impl<'t> Cursor<'t> {
    /// The beginning of a text.
    ///
    /// # Errors
    /// At a NUL: Windows would not read on, and nothing that is stored could hold one.
    pub(crate) fn new(text: &'t str) -> Result<Cursor<'t>, SddlError> {
        match text.find('\0') {
            Some(at) => Err(SddlErrorKind::Nul.at(at)),
            None => Ok(Cursor { text, at: 0 }),
        }
    }

    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn advance(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    pub(crate) fn skip_space(&mut self) {
        self.take_while(is_space);
    }

    /// Goes past this sign, if it comes next.
    pub(crate) fn eat(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.advance(sign.len());
        }
        found
    }

    /// Goes past this word, in either case, if it comes next.
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let next = self.rest().get(..word.len());
        let found = next.is_some_and(|next| next.eq_ignore_ascii_case(word));
        if found {
            self.advance(word.len());
        }
        found
    }

    /// White space, then this sign.
    pub(crate) fn expect(&mut self, sign: &'static str) -> Result<(), SddlError> {
        self.skip_space();
        if self.eat(sign) { Ok(()) } else { Err(SddlErrorKind::Expected(sign).at(self.at)) }
    }

    /// The characters up to the first that doesn't belong; they are passed over.
    pub(crate) fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> Piece<'t> {
        let (rest, at) = (self.rest(), self.at);
        let text = rest.get(..rest.find(|next| !belongs(next)).unwrap_or(rest.len())).unwrap_or("");
        self.advance(text.len());
        Piece { text, at }
    }

    /// Text between quotes, without them. SDDL has no way to write a quote inside.
    pub(crate) fn quoted(&mut self) -> Result<Piece<'t>, SddlError> {
        let start = self.at;
        self.expect("\"")?;
        let piece = self.take_while(|next| next != '"');
        if self.eat("\"") { Ok(piece) } else { Err(SddlErrorKind::UnclosedString.at(start)) }
    }
}

impl<'t> Piece<'t> {
    pub(crate) fn trim(self) -> Piece<'t> {
        let text = self.text.trim_start_matches(is_space);
        let skipped = self.text.len().saturating_sub(text.len());
        Piece { text: text.trim_end_matches(is_space), at: self.at.saturating_add(skipped) }
    }

    pub(crate) fn sid(self, context: &SddlContext) -> Result<Sid, SddlError> {
        let piece = self.trim();
        context.sid_in_descriptor(piece.text).map_err(|error| {
            SddlErrorKind::from(error).at(piece.at.saturating_add(error.position()))
        })
    }

    pub(crate) fn guid(self) -> Result<Option<Guid>, SddlError> {
        if self.text.is_empty() {
            return Ok(None);
        }
        self.text.parse().map(Some).map_err(|error| SddlErrorKind::Guid(error).at(self.at))
    }

    /// Letters two by two, with white space between them or none, or what is left of them where no character
    /// ends behind the second byte.
    pub(crate) fn pairs(self) -> impl Iterator<Item = Piece<'t>> {
        let mut left = self;
        core::iter::from_fn(move || {
            left = left.trim();
            let text = left.text;
            let (pair, rest) = text.split_at_checked(2).unwrap_or((text, ""));
            let piece = Piece { text: pair, at: left.at };
            left = Piece { text: rest, at: left.at.saturating_add(pair.len()) };
            (!pair.is_empty()).then_some(piece)
        })
    }

    /// The error that this piece is not known.
    pub(crate) fn unknown(
        self,
        kind: impl Fn(alloc::string::String) -> SddlErrorKind,
    ) -> SddlError {
        kind(self.text.to_string()).at(self.at)
    }
}
