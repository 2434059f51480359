//! Why text is not a security descriptor, and why an ACE has no text.

use alloc::string::String;

use thiserror::Error;

use crate::ace_type::AceType;
use crate::attribute::AttributeError;
use crate::builder::BuildError;
use crate::condition::ConditionError;
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
    /// A NUL, which ends text where Windows reads it.
    #[error("text holds no NUL")]
    Nul,
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
    /// Letters that are no ACE flag.
    #[error("no ACE flag is written {0:?}")]
    UnknownAceFlag(String),
    /// Letters that are no right.
    #[error("no right is written {0:?}")]
    UnknownRight(String),
    /// Digits that are no number of 32 bits.
    #[error("this is a number of 32 bits: 0x... in hexadecimal, 0... in octal, else in decimal")]
    Number,
    /// Digits that are no number of 64 bits.
    #[error("this is a number of 64 bits: 0x... in hexadecimal, 0... in octal, else in decimal")]
    Integer,
    /// No bytes.
    #[error("bytes are written as # and hexadecimal digits")]
    Octets,
    /// No GUID.
    #[error(transparent)]
    Guid(#[from] GuidTextError),
    /// A GUID in an ACE that is not about object types.
    #[error("ACEs of type {0} have no place for the GUID of an object type")]
    ObjectType(AceType),
    /// A certain sign is missing.
    #[error("{0} should stand here")]
    Expected(&'static str),
    /// A condition without its closing parenthesis.
    #[error("this parenthesis is not closed")]
    UnclosedParenthesis,
    /// Text without its closing quote.
    #[error("this text has no closing quote")]
    UnclosedString,
    /// Something else where a condition asks something.
    #[error("an attribute, Exists ATTRIBUTE or Member_of {{SID(...)}} should stand here")]
    ExpectedOperand,
    /// Something else behind a question.
    #[error("a comparison, &&, || or ) should stand here")]
    ExpectedOperator,
    /// Something else where a value should stand.
    #[error(
        "a value should stand here: a number, \"text\", #hexadecimal, SID(...), {{value, ...}}, or an \
         attribute with @User., @Resource. or @Device."
    )]
    ExpectedValue,
    /// An attribute's prefix that isn't known.
    #[error("an attribute's prefix is @User., @Resource. or @Device.")]
    UnknownPrefix,
    /// A `%` without four hexadecimal digits.
    #[error("a % in a name stands before four hexadecimal digits")]
    Escape,
    /// A resource attribute without a name.
    #[error("a resource attribute has a name")]
    EmptyName,
    /// Letters that are no type of resource attributes.
    #[error("no type of values is written {0:?}: TI, TU, TS, TD, TB and TX are")]
    UnknownAttributeType(String),
    /// Something behind the end.
    #[error("nothing can stand behind the closing parenthesis")]
    Trailing,
    /// Sound text of a descriptor that cannot be stored.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl SddlErrorKind {
    pub(crate) fn at(self, position: usize) -> SddlError {
        SddlError { position, kind: self }
    }
}

/// Why SDDL has no words for an ACE that is sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "gap", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TextGap {
    /// No letters stand for the type.
    #[error("SDDL has no letters for it")]
    Type,
    /// The condition can't be read.
    #[error("its condition can't be read: {0}")]
    Condition(ConditionError),
    /// The resource attribute can't be read.
    #[error("{0}")]
    Attribute(AttributeError),
    /// A text holds a quote.
    #[error("a text in it holds a quote, which SDDL has no way to write")]
    Quote,
    /// A text or a name holds a NUL.
    #[error("a text or a name in it holds a NUL, which ends all text in SDDL")]
    Nul,
    /// A name has no characters.
    #[error("a name in it is empty")]
    EmptyName,
    /// A text is no sound UTF-16.
    #[error("a text in it holds half a surrogate pair, which is no character")]
    Surrogate,
}
