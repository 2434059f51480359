//! Names of attributes in SDDL: letters, digits, some signs, and `%XXXX` for everything else.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::cursor::{Cursor, Piece};
use super::{SddlError, SddlErrorKind, TextGap};
use crate::number;
use crate::wide::WideString;

/// Which characters Windows prints as they are ([MS-DTYP] 2.5.1.1, attr-char1 and attr-char2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// A name without a prefix: letters and digits of Latin-1, `:` `.` `/` `_`, and `@` behind the first.
    Simple,
    /// A name behind `@User.` and the like, or between quotes: many signs too.
    Prefixed,
}

impl NameKind {
    fn allows(self, character: char, first: bool) -> bool {
        match character {
            ':' | '.' | '/' | '_' => true,
            '@' => self == NameKind::Prefixed || !first,
            '#' | '$' | '\'' | '*' | '+' | '-' | ';' | '?' | '[' | '\\' | ']' | '^' | '`' | '{'
            | '}' | '~' => self == NameKind::Prefixed,
            '²' | '³' | '¹' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' => {
                self == NameKind::Simple
            }
            _ => character.is_ascii_alphanumeric(),
        }
    }

    /// Which characters may belong to a name in text.
    fn takes(self, character: char) -> bool {
        // `@` alone can't begin a simple one: a prefix was looked for before.
        let more = match self {
            NameKind::Simple => character.is_alphanumeric(),
            NameKind::Prefixed => character == ',' || !character.is_ascii(),
        };
        more || character == '%' || self.allows(character, false)
    }
}

/// Takes a name, which may be empty.
pub(crate) fn take(cursor: &mut Cursor<'_>, kind: NameKind) -> Result<WideString, SddlError> {
    let piece = cursor.take_while(|next| kind.takes(next));
    read(piece)
}

/// Undoes the escapes of a name.
pub(crate) fn read(name: Piece<'_>) -> Result<WideString, SddlError> {
    let mut units = Vec::new();
    let mut rest = name.text;
    while let Some(next) = rest.chars().next() {
        let at = name.at.saturating_add(name.text.len().saturating_sub(rest.len()));
        let after = rest.get(next.len_utf8()..).unwrap_or("");
        rest = if next == '%' {
            let escape = SddlErrorKind::Escape.at(at);
            let (digits, behind) = after.split_at_checked(4).ok_or(escape.clone())?;
            let value = number::digits(digits, 16).and_then(|unit| u16::try_from(unit).ok());
            match value.ok_or(escape)? {
                // As in C: a name can't hold it, and Windows drops what stands behind it.
                0 => "",
                unit => {
                    units.push(unit);
                    behind
                }
            }
        } else {
            units.extend(next.encode_utf16(&mut [0; 2]).iter());
            after
        };
    }
    Ok(WideString::from_units(units))
}

/// Writes a name with the escapes that Windows uses: lower-case hexadecimal.
///
/// `keyword` tells whether the name would be taken for a word of the language; its first letter is then
/// written as an escape. `lossy` writes something for people where SDDL has no words.
pub(crate) fn write(
    text: &mut String,
    name: &WideString,
    kind: NameKind,
    keyword: bool,
    lossy: bool,
) -> Result<(), TextGap> {
    if !lossy && name.units().is_empty() {
        return Err(TextGap::EmptyName);
    }
    if !lossy && name.units().contains(&0) {
        return Err(TextGap::Nul);
    }
    for (place, unit) in name.units().iter().enumerate() {
        let first = place == 0;
        let character = char::from_u32(u32::from(*unit));
        match character.filter(|known| kind.allows(*known, first) && !(first && keyword)) {
            Some(character) => text.push(character),
            None => {
                // Writing into a String can't fail.
                let _ = write!(text, "%{unit:04x}");
            }
        }
    }
    Ok(())
}
