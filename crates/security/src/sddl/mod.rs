//! The security descriptor definition language, both ways ([MS-DTYP] 2.5.1).

mod context;
pub(crate) mod cursor;
mod error;
pub(crate) mod name;
mod parse;
mod print;

pub use context::SddlContext;
pub use error::{SddlError, SddlErrorKind, TextGap};

use alloc::string::String;
use core::fmt::Write as _;

use crate::control::Control;
use crate::wide::WideString;

/// A NULL ACL.
const NULL_ACL: &str = "NO_ACCESS_CONTROL";

/// The flags of an ACL in the order in which Windows prints them, for the DACL and for the SACL.
const ACL_FLAGS: [(&str, Control, Control); 3] = [
    ("P", Control::DACL_PROTECTED, Control::SACL_PROTECTED),
    (
        "AR",
        Control::DACL_COMPUTED_INHERITANCE_REQUIRED,
        Control::SACL_COMPUTED_INHERITANCE_REQUIRED,
    ),
    ("AI", Control::DACL_AUTO_INHERITED, Control::SACL_AUTO_INHERITED),
];

/// Writes text between quotes; `lossy` writes something for people where SDDL has no words.
pub(crate) fn write_string(
    out: &mut String,
    text: &WideString,
    lossy: bool,
) -> Result<(), TextGap> {
    if !lossy && text.units().contains(&u16::from(b'"')) {
        return Err(TextGap::Quote);
    }
    if !lossy && text.units().contains(&0) {
        return Err(TextGap::Nul);
    }
    out.push('"');
    for unit in char::decode_utf16(text.units().iter().copied()) {
        match unit {
            Ok(character) => out.push(character),
            Err(_) if lossy => out.push(char::REPLACEMENT_CHARACTER),
            Err(_) => return Err(TextGap::Surrogate),
        }
    }
    out.push('"');
    Ok(())
}

/// Writes bytes as lower-case hexadecimal digits.
pub(crate) fn write_octets(out: &mut String, octets: &[u8]) {
    for octet in octets {
        // Writing into a String can't fail.
        let _ = write!(out, "{octet:02x}");
    }
}
