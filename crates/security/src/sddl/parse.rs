//! Text as a descriptor ([MS-DTYP] 2.5.1).

use alloc::vec::Vec;
use core::str::FromStr;

use super::cursor::{Cursor, Piece};
use super::{ACL_FLAGS, NULL_ACL, SddlContext, SddlError, SddlErrorKind};
use crate::ace::ObjectTypes;
use crate::ace_type::{AceFlags, AceType, Payload};
use crate::builder::{AceSpec, AclSpec, DescriptorBuilder, SecurityDescriptorBuf};
use crate::control::Control;
use crate::error::Part;
use crate::mask::AccessMask;
use crate::{attribute, condition, number};

/// Reads SDDL text.
///
/// Letters may have either case, and white space may stand between parts, ACEs and fields. Rights are
/// names (`KR`, `CCDCLC`) or a number (hexadecimal, octal, decimal). Parts may come in any order, and a part
/// that the text lacks the descriptor lacks too. Names that are relative to a domain need a [`SddlContext`].
/// For the layout of the bytes, see [`DescriptorBuilder::build`].
///
/// What Windows takes is read as Windows reads it, however odd. In masks and in SIDs a number that doesn't
/// fit is the greatest one that does: `0x123456789` means every right. An object ACE that names no object
/// type is made an ordinary one.
impl FromStr for SecurityDescriptorBuf {
    type Err = SddlError;

    fn from_str(text: &str) -> Result<SecurityDescriptorBuf, SddlError> {
        descriptor(text, &SddlContext::default())
    }
}

pub(super) fn descriptor(
    text: &str,
    context: &SddlContext,
) -> Result<SecurityDescriptorBuf, SddlError> {
    Parser { cursor: Cursor::new(text)?, context }.descriptor()
}

struct Parser<'t, 'c> {
    cursor: Cursor<'t>,
    context: &'c SddlContext,
}

impl<'t> Parser<'t, '_> {
    fn descriptor(mut self) -> Result<SecurityDescriptorBuf, SddlError> {
        let mut builder = DescriptorBuilder::new();
        let mut seen: Vec<(char, usize)> = Vec::new();
        loop {
            self.cursor.skip_space();
            let start = self.cursor.at;
            let rest = self.cursor.rest();
            let Some(letter) = self.cursor.peek() else { break };
            let is_part = matches!(letter, 'O' | 'G' | 'D' | 'S') && rest.get(1..2) == Some(":");
            if !is_part {
                return Err(SddlErrorKind::ExpectedPart.at(start));
            }
            if seen.iter().any(|(part, _)| *part == letter) {
                return Err(SddlErrorKind::DuplicatePart(letter).at(start));
            }
            seen.push((letter, start));
            self.cursor.advance(2);
            builder = match letter {
                'O' => builder.owner(self.take_to_next_part()?.sid(self.context)?),
                'G' => builder.group(self.take_to_next_part()?.sid(self.context)?),
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
        builder.build().map_err(|error| {
            let letter = if error.part() == Some(Part::Sacl) { 'S' } else { 'D' };
            let start =
                seen.iter().find(|(part, _)| *part == letter).map_or(0, |(_, start)| *start);
            SddlErrorKind::from(error).at(start)
        })
    }

    /// What stands before the next part: only a part has a colon, and a letter before it.
    fn take_to_next_part(&mut self) -> Result<Piece<'t>, SddlError> {
        let (rest, at) = (self.cursor.rest(), self.cursor.at);
        let end = match rest.find(':') {
            Some(colon) => colon.saturating_sub(1),
            None => rest.len(),
        };
        let text = rest.get(..end).ok_or(SddlErrorKind::ExpectedPart.at(at))?;
        self.cursor.advance(end);
        Ok(Piece { text, at })
    }

    fn acl(&mut self, system: bool) -> Result<(AclSpec, Control), SddlError> {
        let (mut control, mut null) = (Control::empty(), false);
        loop {
            self.cursor.skip_space();
            if self.cursor.eat_word(NULL_ACL) {
                null = true;
                continue;
            }
            match ACL_FLAGS.iter().find(|(letters, _, _)| self.cursor.eat_word(letters)) {
                Some((_, dacl, sacl)) => control |= if system { *sacl } else { *dacl },
                None => break,
            }
        }
        let mut aces = Vec::new();
        loop {
            self.cursor.skip_space();
            if self.cursor.peek() != Some('(') {
                break;
            }
            if null {
                return Err(SddlErrorKind::AceInNullAcl.at(self.cursor.at));
            }
            aces.push(self.ace()?);
        }
        Ok((if null { AclSpec::Null } else { AclSpec::Present(aces) }, control))
    }

    fn ace(&mut self) -> Result<AceSpec, SddlError> {
        let start = self.cursor.at;
        self.cursor.expect("(")?;
        // A condition brings semicolons and parentheses of its own, so it is no field.
        let (mut fields, mut more) = (Vec::new(), true);
        while more && fields.len() < FIELDS {
            fields.push(self.cursor.take_while(|next| next != ';' && next != ')').trim());
            more = self.cursor.eat(";");
        }
        if self.cursor.peek().is_none() {
            return Err(SddlErrorKind::UnclosedAce.at(start));
        }
        // The type before the count: a type that isn't known tells more.
        let ace_type = fields.first().ok_or(SddlErrorKind::FieldCount(0).at(start))?.ace_type()?;
        let &[_, flags, rights, object, inherited, sid] = fields.as_slice() else {
            return Err(SddlErrorKind::FieldCount(fields.len()).at(start));
        };
        if let Some(guid) = [object, inherited].into_iter().find(|guid| !guid.text.is_empty())
            && !ace_type.has_objects()
        {
            return Err(SddlErrorKind::ObjectType(ace_type).at(guid.at));
        }
        let collapses = object.text.is_empty() && inherited.text.is_empty();
        let mut spec = AceSpec {
            ace_type: if collapses { ace_type.without_objects() } else { ace_type },
            flags: flags.ace_flags()?,
            mask: Some(rights.mask(ace_type == AceType::SYSTEM_MANDATORY_LABEL)?),
            sid: Some(sid.sid(self.context)?),
            objects: ObjectTypes {
                object: object.guid()?,
                inherited: inherited.guid()?,
                ..ObjectTypes::default()
            },
            data: Vec::new(),
        };
        if more {
            spec.data = self.data(ace_type, start)?;
        }
        self.cursor.expect(")")?;
        Ok(spec)
    }

    /// What stands behind the sixth field.
    fn data(&mut self, ace_type: AceType, start: usize) -> Result<Vec<u8>, SddlError> {
        let cursor = &mut self.cursor;
        match ace_type.payload() {
            Payload::Condition => Ok(condition::parse(cursor, self.context)?.to_bytes()),
            Payload::Attribute => Ok(attribute::parse(cursor, self.context)?.to_bytes()),
            Payload::None => {
                let behind = cursor.take_while(|next| next != ')').text.matches(';').count();
                let fields = behind.saturating_add(FIELDS).saturating_add(1);
                Err(SddlErrorKind::FieldCount(fields).at(start))
            }
        }
    }
}

/// Type, flags, rights, object type, inherited object type, SID.
const FIELDS: usize = 6;

impl Piece<'_> {
    fn ace_type(self) -> Result<AceType, SddlError> {
        let known = AceType::from_letters(self.text);
        known.ok_or_else(|| self.unknown(SddlErrorKind::UnknownAceType))
    }

    fn ace_flags(self) -> Result<AceFlags, SddlError> {
        self.pairs().try_fold(AceFlags::empty(), |flags, pair| {
            match AceFlags::from_letters(pair.text) {
                Some(flag) => Ok(flags | flag),
                None => Err(pair.unknown(SddlErrorKind::UnknownAceFlag)),
            }
        })
    }

    fn mask(self, label: bool) -> Result<AccessMask, SddlError> {
        if self.text.starts_with(|first: char| first.is_ascii_digit() || "+-".contains(first)) {
            let number = mask_number(self.text).ok_or(SddlErrorKind::Number.at(self.at))?;
            return Ok(AccessMask::from_bits_retain(number));
        }
        self.pairs().try_fold(AccessMask::empty(), |mask, pair| {
            match AccessMask::from_letters(pair.text, label) {
                Some(right) => Ok(mask | right),
                None => Err(pair.unknown(SddlErrorKind::UnknownRight)),
            }
        })
    }
}

/// A mask as a number. Windows takes it as C's strtoul does: negative ones too, and the greatest number for
/// one that doesn't fit, which is the negative of 1.
fn mask_number(text: &str) -> Option<u32> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, base) = number::base(unsigned);
    let bits = number::saturating(digits, base.radix())?;
    let bits = u32::try_from(bits).unwrap_or(u32::MAX);
    Some(if text.starts_with('-') { bits.wrapping_neg() } else { bits })
}
