//! Conditional expressions of ACEs, in bytes and in SDDL ([MS-DTYP] 2.4.4.17 and 2.5.1).

mod error;
mod operator;
mod parse;
mod print;
mod read;
mod write;

pub use error::{ConditionError, ConditionErrorKind};
pub use operator::Operator;
pub(crate) use operator::Shape;
pub(crate) use parse::{parse, sid};

use alloc::vec::Vec;

use crate::sid::Sid;
use crate::wide::WideString;

/// What a conditional expression begins with in an ACE.
const SIGNATURE: &[u8] = b"artx";

/// Where an attribute comes from ([MS-DTYP] 2.4.4.17.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeSource {
    /// Whatever the caller of the access check supplies.
    Local,
    /// `@User.`: the user's claims.
    User,
    /// `@Resource.`: the resource attributes of the object's own SACL.
    Resource,
    /// `@Device.`: the claims of the computer that the user comes from.
    Device,
}

/// An attribute that an expression asks about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttributeName {
    /// Where it comes from.
    pub source: AttributeSource,
    /// What it is called.
    pub name: WideString,
}

/// How a number was written; it is stored beside the number ([MS-DTYP] 2.4.4.17.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// With a leading 0, and the 0 alone.
    Octal,
    /// Without either.
    Decimal,
    /// With a leading 0x.
    Hexadecimal,
}

impl Base {
    pub(crate) fn radix(self) -> u32 {
        match self {
            Base::Octal => 8,
            Base::Decimal => 10,
            Base::Hexadecimal => 16,
        }
    }
}

/// The sign that a number was written with; it is stored beside the number ([MS-DTYP] 2.4.4.17.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// None.
    None,
}

/// A number of 64 bits and how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Integer {
    /// The bits: a negative number where the sign is minus, else one without a sign.
    pub value: i64,
    /// The sign it was written with.
    pub sign: Sign,
    /// The base it was written in.
    pub base: Base,
    /// The token, 1 to 4, for numbers of 8 to 64 bits; all are stored in 64, and text makes 4 of it.
    pub token: u8,
}

/// A value that an attribute is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Literal {
    /// A number.
    Integer(Integer),
    /// Text.
    String(WideString),
    /// Bytes.
    Octets(Vec<u8>),
    /// A SID.
    Sid(Sid),
    /// Several values; none of them a list.
    List(Vec<Literal>),
}

/// One step of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ConditionToken {
    /// Puts an attribute on the stack.
    Attribute(AttributeName),
    /// Puts a value on the stack.
    Literal(Literal),
    /// Takes one or two things from the stack and puts its result there.
    Operator(Operator),
}

/// A conditional expression: an ACE that has one only counts where it holds.
///
/// The steps stand in the order in which they are evaluated, each operator behind its operands, as they
/// are stored. They make one expression: reading and parsing see to it.
///
/// ```
/// use coldhive_security::{ConditionToken, Operator, SecurityDescriptorBuf};
///
/// let stored: SecurityDescriptorBuf = r#"D:(XA;;FX;;;WD;(@User.Title == "PM"))"#.parse()?;
/// let descriptor = stored.as_descriptor();
/// let ace = descriptor.dacl()?.acl().and_then(|acl| acl.aces().next()).ok_or("no ACE")??;
/// let condition = ace.condition().ok_or("no condition")??;
/// assert_eq!(condition.tokens().last(), Some(&ConditionToken::Operator(Operator::Equal)));
/// assert_eq!(condition.to_string(), r#"(@USER.Title == "PM")"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    tokens: Vec<ConditionToken>,
}

impl Condition {
    /// The steps, in the order in which they are evaluated.
    pub fn tokens(&self) -> &[ConditionToken] {
        &self.tokens
    }
}

/// What lies on the stack while an expression is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operand {
    Truth,
    LocalAttribute,
    Attribute,
    Value,
}

/// Follows an expression without evaluating it: what its operators find must fit them.
///
/// Windows' parser makes nothing else, and only what fits has a form in text.
#[derive(Debug, Default)]
struct Stack(Vec<Operand>);

impl Stack {
    /// Takes a step; `None` if an operator does not find what it works on.
    fn step(&mut self, token: &ConditionToken) -> Option<()> {
        let put = match token {
            ConditionToken::Attribute(attribute) if attribute.source == AttributeSource::Local => {
                Operand::LocalAttribute
            }
            ConditionToken::Attribute(_) => Operand::Attribute,
            ConditionToken::Literal(_) => Operand::Value,
            ConditionToken::Operator(operator) => {
                let last = self.0.pop()?;
                let fits = match operator.shape() {
                    Shape::Relation => {
                        self.0.pop()?.is_attribute()
                            && last != Operand::Truth
                            && last != Operand::LocalAttribute
                    }
                    Shape::Membership => matches!(last, Operand::Value | Operand::Attribute),
                    Shape::Existence => last.is_attribute(),
                    Shape::Logic => last.is_truth() && self.0.pop()?.is_truth(),
                    Shape::Negation => last.is_truth(),
                };
                fits.then_some(Operand::Truth)?
            }
        };
        self.0.push(put);
        Some(())
    }

    /// Whether one expression is left, and nothing else.
    fn is_one(&self) -> bool {
        matches!(self.0.as_slice(), [only] if only.is_truth())
    }
}

impl Operand {
    fn is_attribute(self) -> bool {
        matches!(self, Operand::Attribute | Operand::LocalAttribute)
    }

    /// An attribute alone asks whether it is anything but 0 or empty.
    fn is_truth(self) -> bool {
        self != Operand::Value
    }
}
