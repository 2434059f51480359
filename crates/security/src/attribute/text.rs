//! Resource attributes in SDDL ([MS-DTYP] 2.5.1.1, resource-attribute).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{AttributeFlags, AttributeValues, ResourceAttribute};
use crate::condition;
use crate::number;
use crate::sddl::cursor::Cursor;
use crate::sddl::name::{self, NameKind};
use crate::sddl::{SddlContext, SddlError, SddlErrorKind, TextGap, write_octets, write_string};
use crate::sid::Sid;
use crate::wide::WideString;

/// Reads `("name",TS,0x0,"value",...)`.
pub(crate) fn parse(
    cursor: &mut Cursor<'_>,
    context: &SddlContext,
) -> Result<ResourceAttribute, SddlError> {
    cursor.expect("(")?;
    let quoted = cursor.quoted()?;
    let name = name::read(quoted)?;
    if name.units().is_empty() {
        return Err(SddlErrorKind::EmptyName.at(quoted.at));
    }
    cursor.expect(",")?;
    cursor.skip_space();
    let kind = cursor.take_while(|next| next.is_ascii_alphanumeric());
    cursor.expect(",")?;
    cursor.skip_space();
    let at = cursor.at;
    let bits = u32::try_from(unsigned(cursor)?).map_err(|_| SddlErrorKind::Number.at(at))?;
    let flags = AttributeFlags::from_bits_retain(bits);
    let values = match () {
        () if kind.text.eq_ignore_ascii_case("TI") => AttributeValues::Int64(list(cursor, signed)?),
        () if kind.text.eq_ignore_ascii_case("TU") => {
            AttributeValues::Uint64(list(cursor, unsigned)?)
        }
        () if kind.text.eq_ignore_ascii_case("TS") => AttributeValues::String(list(cursor, text)?),
        () if kind.text.eq_ignore_ascii_case("TD") => {
            AttributeValues::Sid(list(cursor, |cursor| sid(cursor, context))?)
        }
        () if kind.text.eq_ignore_ascii_case("TB") => {
            AttributeValues::Boolean(list(cursor, unsigned)?)
        }
        () if kind.text.eq_ignore_ascii_case("TX") => {
            AttributeValues::Octets(list(cursor, octets)?)
        }
        () => return Err(kind.unknown(SddlErrorKind::UnknownAttributeType)),
    };
    cursor.expect(")")?;
    Ok(ResourceAttribute { name, flags, values })
}

/// Commas, each with a value behind it.
fn list<T>(
    cursor: &mut Cursor<'_>,
    value: impl Fn(&mut Cursor<'_>) -> Result<T, SddlError>,
) -> Result<Vec<T>, SddlError> {
    let mut values = Vec::new();
    loop {
        cursor.skip_space();
        if !cursor.eat(",") {
            return Ok(values);
        }
        cursor.skip_space();
        values.push(value(cursor)?);
    }
}

/// Whether there is a minus, and the number behind the sign.
fn number(cursor: &mut Cursor<'_>) -> Result<(bool, u64), SddlError> {
    let minus = cursor.eat("-");
    if !minus {
        cursor.eat("+");
    }
    let digits = cursor.take_while(|next| next.is_ascii_alphanumeric());
    let read = number::unsigned(digits.text).ok_or(SddlErrorKind::Integer.at(digits.at))?;
    Ok((minus, read.0))
}

/// As Windows reads it: -1 is the greatest number.
fn unsigned(cursor: &mut Cursor<'_>) -> Result<u64, SddlError> {
    let (minus, bits) = number(cursor)?;
    Ok(if minus { bits.wrapping_neg() } else { bits })
}

fn signed(cursor: &mut Cursor<'_>) -> Result<i64, SddlError> {
    let at = cursor.at;
    let (minus, bits) = number(cursor)?;
    let value = if minus { 0_i64.checked_sub_unsigned(bits) } else { i64::try_from(bits).ok() };
    value.ok_or(SddlErrorKind::Integer.at(at))
}

fn text(cursor: &mut Cursor<'_>) -> Result<WideString, SddlError> {
    Ok(cursor.quoted()?.text.into())
}

/// A SID, which Windows prints alone, or `SID(BA)` as in conditions.
fn sid(cursor: &mut Cursor<'_>, context: &SddlContext) -> Result<Sid, SddlError> {
    let ahead = cursor.rest().get(..3);
    if ahead.is_some_and(|word| word.eq_ignore_ascii_case("SID")) {
        return condition::sid(cursor, context);
    }
    cursor.take_while(|next| !matches!(next, ',' | ')')).sid(context)
}

/// Hexadecimal digits; Windows prints them without the sign # that the specification has before them.
fn octets(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, SddlError> {
    let at = cursor.at;
    cursor.eat("#");
    let digits = cursor.take_while(|next| next == '#' || next.is_ascii_alphanumeric());
    number::octets(digits.text).ok_or(SddlErrorKind::Octets.at(at))
}

impl ResourceAttribute {
    /// The attribute in SDDL, parentheses around it: `("Secrecy",TU,0x0,3)`.
    ///
    /// # Errors
    /// When a text in it holds a quote, a NUL or half a surrogate pair, or the name is empty: SDDL has no way to write
    /// them.
    pub fn to_sddl(&self, context: &SddlContext) -> Result<String, TextGap> {
        let mut out = String::from("(\"");
        name::write(&mut out, &self.name, NameKind::Prefixed, false, false)?;
        out.push_str(&format!("\",{},{:#x}", self.values.kind().1, self.flags.bits()));
        match &self.values {
            AttributeValues::Int64(values) => {
                values.iter().for_each(|value| out.push_str(&format!(",{value}")));
            }
            AttributeValues::Uint64(values) | AttributeValues::Boolean(values) => {
                values.iter().for_each(|value| out.push_str(&format!(",{value}")));
            }
            AttributeValues::String(values) => {
                for value in values {
                    out.push(',');
                    write_string(&mut out, value, false)?;
                }
            }
            AttributeValues::Sid(values) => {
                let texts = values.iter().map(|sid| context.sid_text(sid));
                texts.for_each(|sid| out.push_str(&format!(",{sid}")));
            }
            AttributeValues::Octets(values) => {
                for value in values {
                    out.push(',');
                    write_octets(&mut out, value);
                }
            }
        }
        out.push(')');
        Ok(out)
    }
}
