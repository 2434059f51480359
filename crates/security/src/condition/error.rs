//! Why bytes are not a conditional expression.

use thiserror::Error;

use super::Operator;
use crate::error::SidError;

/// What is wrong with the bytes of a conditional expression, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("at byte {offset} of the condition: {kind}")]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ConditionError {
    /// Where, in bytes from the start of the ACE's application data.
    pub offset: usize,
    /// What is wrong there.
    pub kind: ConditionErrorKind,
}

/// What is wrong with the bytes of a conditional expression ([MS-DTYP] 2.4.4.17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ConditionErrorKind {
    /// Another application's data, or none.
    #[error("a conditional expression begins with the signature artx")]
    Signature,
    /// The bytes end inside a token.
    #[error("this token needs {expected} bytes, but {actual} are left")]
    Truncated {
        /// Bytes that the token takes.
        expected: usize,
        /// Bytes that are left.
        actual: usize,
    },
    /// A byte that begins no token.
    #[error("no token begins with the byte {0:#04x}")]
    UnknownToken(u8),
    /// Text of an odd number of bytes.
    #[error("text has 2 bytes a character, but this one has {0} bytes")]
    OddText(usize),
    /// A base or a sign that no number has.
    #[error("the base or the sign of this number is none, or contradicts its value")]
    Integer,
    /// No SID.
    #[error("this is not a SID: {0}")]
    Sid(SidError),
    /// Bytes behind the SID, in the SID's token.
    #[error("this SID fills {expected} bytes, but its token has {actual}")]
    SidSize {
        /// Bytes of the SID.
        expected: usize,
        /// Bytes of the token.
        actual: usize,
    },
    /// A list, an attribute or an operator in a list of values.
    #[error("a list holds values only: no lists, attributes or operators")]
    ListElement,
    /// An operator without what it works on.
    #[error("the operator {0} does not find what it works on before it")]
    Operands(Operator),
    /// No expression, or more than one.
    #[error("the tokens make no single expression")]
    NotOne,
    /// Bytes of padding that are not zero, or more than a token could hide in.
    #[error("padding should be zero")]
    Padding,
}
