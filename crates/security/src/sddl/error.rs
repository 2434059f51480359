//! Why text is not a security descriptor.

use alloc::string::String;

use thiserror::Error;

use crate::ace_type::AceType;
use crate::builder::BuildError;
use crate::guid::GuidTextError;
use crate::sid::SidTextError;

/// What is wrong with SDDL text, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at byte {position}: {kind}")]
pub struct SddlError {
    /// Where in the text, in bytes from its start.
    pub position: usize,
    /// What is wrong there.
    pub kind: SddlErrorKind,
}

/// What is wrong with SDDL text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SddlErrorKind {
    /// Something else stands where a part should begin.
    #[error("a part of a descriptor begins with O:, G:, D: or S:")]
    ExpectedPart,
    /// The same part twice.
    #[error("there is a {0}: already")]
    DuplicatePart(char),
    /// No SID.
    #[error(transparent)]
    Sid(#[from] SidTextError),
    /// An ACE without its closing parenthesis.
    #[error("this ACE has no closing parenthesis")]
    UnclosedAce,
    /// ACEs behind NO_ACCESS_CONTROL.
    #[error("NO_ACCESS_CONTROL stands for an ACL that does not exist: no ACE can follow")]
    AceInNullAcl,
    /// An ACE with too few or too many fields.
    #[error("an ACE has 6 fields (type;flags;rights;object type;inherited type;SID), this one {0}")]
    FieldCount(usize),
    /// Letters that are no ACE type.
    #[error("no ACE type is written {0:?}")]
    UnknownAceType(String),
    /// An ACE type with a condition, an attribute or a filter.
    #[error("ACEs of type {0} cannot be read from text")]
    UnsupportedAceType(AceType),
    /// Letters that are no ACE flag.
    #[error("no ACE flag is written {0:?}")]
    UnknownAceFlag(String),
    /// Letters that are no right.
    #[error("no right is written {0:?}")]
    UnknownRight(String),
    /// Digits that are no number of 32 bits.
    #[error("a mask is a number of 32 bits: 0x... in hexadecimal, 0... in octal, else in decimal")]
    Number,
    /// No GUID.
    #[error(transparent)]
    Guid(#[from] GuidTextError),
    /// Sound text of a descriptor that cannot be stored.
    #[error(transparent)]
    Build(#[from] BuildError),
}
