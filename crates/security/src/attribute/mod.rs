//! Resource attributes: what a SACL says of its object for conditions to ask ([MS-DTYP] 2.4.4.15 and 2.4.10.1).

mod read;
mod text;
mod write;

pub(crate) use text::parse;

use alloc::vec::Vec;

use bitflags::bitflags;
use thiserror::Error;

use crate::error::SidError;
use crate::sid::Sid;
use crate::wide::WideString;

bitflags! {
    /// The flags of a resource attribute (CLAIM_SECURITY_ATTRIBUTE_FLAGS, [MS-DTYP] 2.4.10.1).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
    pub struct AttributeFlags: u32 {
        /// Children don't inherit it.
        const NON_INHERITABLE = 0x1;
        /// Its values are compared with regard to case.
        const VALUE_CASE_SENSITIVE = 0x2;
        /// It counts only where access is denied.
        const USE_FOR_DENY_ONLY = 0x4;
        /// It is disabled by default.
        const DISABLED_BY_DEFAULT = 0x8;
        /// It is disabled.
        const DISABLED = 0x10;
        /// It can't be disabled.
        const MANDATORY = 0x20;
        /// Somebody set it by hand (0x10000).
        const MANUAL = 0x1_0000;
        /// A policy set it (0x20000).
        const POLICY_DERIVED = 0x2_0000;

        const _ = !0;
    }
}

/// A named list of values of one type, from an ACE of type SYSTEM_RESOURCE_ATTRIBUTE.
///
/// ```
/// use coldhive_security::{AttributeValues, SecurityDescriptorBuf};
///
/// let stored: SecurityDescriptorBuf = r#"S:(RA;;;;;WD;("Secrecy",TU,0x0,3))"#.parse()?;
/// let descriptor = stored.as_descriptor();
/// let ace = descriptor.sacl()?.acl().and_then(|acl| acl.aces().next()).ok_or("no ACE")??;
/// let attribute = ace.resource_attribute().ok_or("no attribute")??;
/// assert_eq!(attribute.name.to_string(), "Secrecy");
/// assert_eq!(attribute.values, AttributeValues::Uint64(vec![3]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResourceAttribute {
    /// What it is called.
    pub name: WideString,
    /// Its flags.
    pub flags: AttributeFlags,
    /// Its values.
    pub values: AttributeValues,
}

/// The values of a resource attribute (CLAIM_SECURITY_ATTRIBUTE_TYPE, [MS-DTYP] 2.4.10.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AttributeValues {
    /// `TI`, 1.
    Int64(Vec<i64>),
    /// `TU`, 2.
    Uint64(Vec<u64>),
    /// `TS`, 3.
    String(Vec<WideString>),
    /// `TD`, 5.
    Sid(Vec<Sid>),
    /// `TB`, 6: 0 or 1 in 64 bits; any other number is kept.
    Boolean(Vec<u64>),
    /// `TX`, 16.
    Octets(Vec<Vec<u8>>),
}

impl AttributeValues {
    /// The number of the type, and the letters of SDDL for it.
    fn kind(&self) -> (u16, &'static str) {
        match self {
            AttributeValues::Int64(_) => (1, "TI"),
            AttributeValues::Uint64(_) => (2, "TU"),
            AttributeValues::String(_) => (3, "TS"),
            AttributeValues::Sid(_) => (5, "TD"),
            AttributeValues::Boolean(_) => (6, "TB"),
            AttributeValues::Octets(_) => (16, "TX"),
        }
    }
}

/// What is wrong with the bytes of a resource attribute; offsets are bytes from the start of the ACE's
/// application data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "error", rename_all = "snake_case"))]
pub enum AttributeError {
    /// Something begins or ends behind the data.
    #[error(
        "{needed} bytes at offset {offset} of the attribute are not all within its {length} bytes"
    )]
    OutOfBounds {
        /// Where it begins.
        offset: usize,
        /// Bytes that it takes at least.
        needed: usize,
        /// Bytes of the data.
        length: usize,
    },
    /// A type of values that is not known.
    #[error("the values have type {actual}, but 1, 2, 3, 5, 6 and 16 are known")]
    UnknownType {
        /// The stored type.
        actual: u16,
    },
    /// Text without its NUL.
    #[error("the text at offset {offset} of the attribute does not end")]
    UnterminatedText {
        /// Where the text begins.
        offset: usize,
    },
    /// No SID.
    #[error("the value at offset {offset} of the attribute is not a SID: {reason}")]
    Sid {
        /// Where the SID begins.
        offset: usize,
        /// What is wrong with it.
        reason: SidError,
    },
    /// The values together are longer than the data, so some of them share bytes.
    #[error("the values overlap at offset {offset} of the attribute")]
    Overlap {
        /// Where the value begins that can't have bytes of its own.
        offset: usize,
    },
}
