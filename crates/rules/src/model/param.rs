//! What a caller may supply.

use super::{PatternText, SidText};
use crate::decode::{described, words};

described! {
    /// Something that a caller may supply.
    pub struct Param as "a parameter", example "{ type: sids, default: [BA, WD, AU], open: ['S-1-5-21-*'], description: The account of the service }" {
        required {
            /// What it is: the SIDs of a principal.
            kind as "type": ParamKind,
            /// What it is where the caller says nothing.
            default: Vec<SidText>,
        }
        optional {
            /// SIDs that the principal may or may not have: they make an answer unknown that hangs on them.
            open: Vec<PatternText> = Vec::new(),
            /// What to supply.
            description: String = String::new(),
        }
    }
}

words! {
    /// The types of parameters.
    pub enum ParamKind as "a type of parameters" {
        /// The SIDs of a principal, in text or as two-letter aliases.
        Sids = "sids",
    }
}
