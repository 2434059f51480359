//! Text as a descriptor ([MS-DTYP] 2.5.1).

use alloc::string::ToString;
use alloc::vec::Vec;
use core::str::FromStr;

use crate::ace::ObjectTypes;
use crate::ace_type::{AceFlags, AceType, FLAG_LETTERS};
use crate::builder::{AceSpec, AclSpec, DescriptorBuilder, SecurityDescriptorBuf};
use crate::control::Control;
use crate::guid::Guid;
use crate::mask::{self, AccessMask};
use crate::sddl::{ACL_FLAGS, NULL_ACL, SddlError, SddlErrorKind};
use crate::sid::{self, Sid};

/// Reads SDDL text.
///
/// Letters may have either case, and white space may stand between parts, ACEs and fields. Rights are
/// names (`KR`, `CCDCLC`) or a number (hexadecimal, octal, decimal). Parts may come in any order, and a
/// part that the text lacks the descriptor lacks too. For the layout of the bytes, see
/// [`DescriptorBuilder::build`].
impl FromStr for SecurityDescriptorBuf {
    type Err = SddlError;

    fn from_str(text: &str) -> Result<SecurityDescriptorBuf, SddlError> {
        Parser { text, at: 0 }.descriptor()
    }
}

/// A place in the text; `at` is always the boundary of a character.
struct Parser<'t> {
    text: &'t str,
    at: usize,
}

/// A piece of the text that knows where it stood.
#[derive(Clone, Copy)]
struct Piece<'t> {
    text: &'t str,
    at: usize,
}

impl SddlErrorKind {
    fn at(self, position: usize) -> SddlError {
        SddlError { position, kind: self }
    }
}

impl<'t> Parser<'t> {
    fn descriptor(mut self) -> Result<SecurityDescriptorBuf, SddlError> {
        let mut builder = DescriptorBuilder::new();
        let mut seen = Vec::new();
        loop {
            self.skip_space();
            let start = self.at;
            let rest = self.rest();
            let Some(letter) = rest.chars().next().map(|letter| letter.to_ascii_uppercase()) else {
                break;
            };
            let is_part = matches!(letter, 'O' | 'G' | 'D' | 'S') && rest.get(1..2) == Some(":");
            if !is_part {
                return Err(SddlErrorKind::ExpectedPart.at(start));
            }
            if seen.contains(&letter) {
                return Err(SddlErrorKind::DuplicatePart(letter).at(start));
            }
            seen.push(letter);
            self.advance(2);
            builder = match letter {
                'O' => builder.owner(self.sid()?),
                'G' => builder.group(self.sid()?),
                'D' => {
                    let (acl, control) = self.acl(false)?;
                    builder.dacl(acl).control(control)
                }
                _ => {
                    let (acl, control) = self.acl(true)?;
                    builder.sacl(acl).control(control)
                }
            };
        }
        builder.build().map_err(|error| SddlErrorKind::from(error).at(0))
    }

    /// A SID up to the next part: only a part has a colon, so the letter before it ends the SID.
    fn sid(&mut self) -> Result<Sid, SddlError> {
        let rest = self.rest();
        let end = match rest.find(':') {
            Some(colon) => colon.saturating_sub(1),
            None => rest.len(),
        };
        let text = rest.get(..end).ok_or(SddlErrorKind::ExpectedPart.at(self.at))?;
        let piece = Piece { text, at: self.at };
        self.advance(end);
        piece.sid()
    }

    fn acl(&mut self, system: bool) -> Result<(AclSpec, Control), SddlError> {
        let mut control = Control::empty();
        let null = loop {
            self.skip_space();
            if self.take(NULL_ACL) {
                break true;
            }
            match ACL_FLAGS.iter().find(|(letters, _, _)| self.take(letters)) {
                Some((_, dacl, sacl)) => control |= if system { *sacl } else { *dacl },
                None => break false,
            }
        };
        let mut aces = Vec::new();
        loop {
            self.skip_space();
            if !self.rest().starts_with('(') {
                break;
            }
            if null {
                return Err(SddlErrorKind::AceInNullAcl.at(self.at));
            }
            aces.push(self.ace()?);
        }
        Ok((if null { AclSpec::Null } else { AclSpec::Present(aces) }, control))
    }

    fn ace(&mut self) -> Result<AceSpec, SddlError> {
        let start = self.at;
        let rest = self.rest();
        let end = rest.find(')').ok_or(SddlErrorKind::UnclosedAce.at(start))?;
        let inside = rest.get(1..end).unwrap_or("");
        let mut at = start.saturating_add(1);
        let mut fields = Vec::new();
        for text in inside.split(';') {
            fields.push(Piece { text, at }.trim());
            at = at.saturating_add(text.len()).saturating_add(1);
        }
        // The type before the count: conditions bring a field and parentheses of their own.
        let ace_type = fields.first().ok_or(SddlErrorKind::FieldCount(0).at(start))?.ace_type()?;
        let &[_, flags, rights, object, inherited, sid] = fields.as_slice() else {
            return Err(SddlErrorKind::FieldCount(fields.len()).at(start));
        };
        let spec = AceSpec {
            ace_type,
            flags: flags.ace_flags()?,
            mask: Some(rights.mask(ace_type == AceType::SYSTEM_MANDATORY_LABEL)?),
            sid: Some(sid.sid()?),
            objects: ObjectTypes {
                object: object.guid()?,
                inherited: inherited.guid()?,
                ..ObjectTypes::default()
            },
            data: Vec::new(),
        };
        self.advance(end.saturating_add(1));
        Ok(spec)
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn advance(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.advance(rest.len().saturating_sub(rest.trim_ascii_start().len()));
    }

    /// Goes past this word, in either case, if it comes next.
    fn take(&mut self, word: &str) -> bool {
        let next = self.rest().get(..word.len());
        let found = next.is_some_and(|next| next.eq_ignore_ascii_case(word));
        if found {
            self.advance(word.len());
        }
        found
    }
}

impl<'t> Piece<'t> {
    fn trim(self) -> Piece<'t> {
        let text = self.text.trim_ascii_start();
        let skipped = self.text.len().saturating_sub(text.len());
        Piece { text: text.trim_ascii_end(), at: self.at.saturating_add(skipped) }
    }

    fn sid(self) -> Result<Sid, SddlError> {
        let piece = self.trim();
        piece.text.parse().map_err(|error: sid::SidTextError| {
            SddlErrorKind::from(error).at(piece.at.saturating_add(error.position()))
        })
    }

    fn guid(self) -> Result<Option<Guid>, SddlError> {
        if self.text.is_empty() {
            return Ok(None);
        }
        self.text.parse().map(Some).map_err(|error| SddlErrorKind::Guid(error).at(self.at))
    }

    fn ace_type(self) -> Result<AceType, SddlError> {
        match AceType::from_letters(self.text) {
            Some(ace_type) if ace_type.has_text_form() => Ok(ace_type),
            Some(ace_type) => Err(SddlErrorKind::UnsupportedAceType(ace_type).at(self.at)),
            None => Err(SddlErrorKind::UnknownAceType(self.text.to_string()).at(self.at)),
        }
    }

    /// Letters two by two, or what is left of them where no character ends behind the second byte.
    fn pairs(self) -> impl Iterator<Item = Piece<'t>> {
        let mut left = self;
        core::iter::from_fn(move || {
            let text = left.text;
            let (pair, rest) = text.split_at_checked(2).unwrap_or((text, ""));
            let piece = Piece { text: pair, at: left.at };
            left = Piece { text: rest, at: left.at.saturating_add(pair.len()) };
            (!pair.is_empty()).then_some(piece)
        })
    }

    fn ace_flags(self) -> Result<AceFlags, SddlError> {
        self.pairs().try_fold(AceFlags::empty(), |flags, pair| {
            match FLAG_LETTERS.iter().find(|(name, _)| name.eq_ignore_ascii_case(pair.text)) {
                Some((_, flag)) => Ok(flags | *flag),
                None => Err(SddlErrorKind::UnknownAceFlag(pair.text.to_string()).at(pair.at)),
            }
        })
    }

    fn mask(self, label: bool) -> Result<AccessMask, SddlError> {
        if self.text.starts_with(|first: char| first.is_ascii_digit()) {
            let number = number(self.text).ok_or(SddlErrorKind::Number.at(self.at))?;
            return Ok(AccessMask::from_bits_retain(number));
        }
        self.pairs().try_fold(AccessMask::empty(), |mask, pair| {
            match AccessMask::from_letters(pair.text, label) {
                Some(right) => Ok(mask | right),
                None => Err(SddlErrorKind::UnknownRight(pair.text.to_string()).at(pair.at)),
            }
        })
    }
}

/// A number as C writes it; only called where the first character is a digit.
fn number(text: &str) -> Option<u32> {
    match text.get(..2) {
        Some("0x" | "0X") => mask::hexadecimal(text.get(2..)?),
        Some(_) if text.starts_with('0') => u32::from_str_radix(text, 8).ok(),
        _ => sid::decimal(text),
    }
}
