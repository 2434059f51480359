//! The security descriptor definition language, both ways ([MS-DTYP] 2.5.1).

mod error;
mod parse;
mod print;

pub use error::{SddlError, SddlErrorKind};

use crate::control::Control;

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
