//! An expression as SDDL text, as Windows prints it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::parse::PREFIXES;
use super::{
    AttributeName, Base, Condition, ConditionToken, Integer, Literal, Operator, Shape, Sign,
};
use crate::sddl::name::{self, NameKind};
use crate::sddl::{SddlContext, TextGap, write_string};

/// What is still to be written, last first.
enum Piece {
    Text(&'static str),
    /// The step at this place and all that it works on.
    Step(usize),
    /// The step at this place alone.
    Leaf(usize),
}

impl Condition {
    /// The expression in SDDL, parentheses around it: `(@USER.Title == "PM")`.
    ///
    /// Every comparison and every side of `&&` and `||` has parentheses of its own, as Windows writes them.
    /// A decimal 0, which Windows never makes, comes back from its text as an octal one.
    ///
    /// # Errors
    /// When a text in it holds a quote, a NUL or half a surrogate pair, or a name is empty: SDDL has no way to write them.
    pub fn to_sddl(&self, context: &SddlContext) -> Result<String, TextGap> {
        let mut text = String::new();
        self.write(&mut text, context, false)?;
        Ok(text)
    }

    /// Writes it; `lossy` writes something for people where SDDL has no words.
    fn write(&self, text: &mut String, context: &SddlContext, lossy: bool) -> Result<(), TextGap> {
        let children = self.children();
        let mut left = Vec::new();
        left.extend(self.tokens.len().checked_sub(1).map(Piece::Step));
        while let Some(piece) = left.pop() {
            let (place, whole) = match piece {
                Piece::Text(own) => {
                    text.push_str(own);
                    continue;
                }
                Piece::Step(place) => (place, true),
                Piece::Leaf(place) => (place, false),
            };
            match self.tokens.get(place) {
                Some(ConditionToken::Attribute(attribute)) => {
                    text.push_str(if whole { "(" } else { "" });
                    write_attribute(text, attribute, lossy)?;
                    text.push_str(if whole { ")" } else { "" });
                }
                Some(ConditionToken::Literal(literal)) => {
                    write_literal(text, literal, context, lossy)?;
                }
                Some(ConditionToken::Operator(operator)) => {
                    let (first, second) = children.get(place).copied().unwrap_or_default();
                    let word = Piece::Text(operator.text());
                    left.push(Piece::Text(")"));
                    match operator.shape() {
                        Shape::Relation => left.extend([
                            Piece::Leaf(second),
                            Piece::Text(" "),
                            word,
                            Piece::Text(" "),
                            Piece::Leaf(first),
                        ]),
                        Shape::Membership | Shape::Existence => {
                            left.extend([Piece::Leaf(first), Piece::Text(" "), word]);
                        }
                        Shape::Logic => left.extend([
                            Piece::Step(second),
                            Piece::Text(" "),
                            word,
                            Piece::Text(" "),
                            Piece::Step(first),
                        ]),
                        Shape::Negation => left.extend([Piece::Step(first), word]),
                    }
                    left.push(Piece::Text("("));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// For each step the places of what it works on; 0 where it works on nothing.
    fn children(&self) -> Vec<(usize, usize)> {
        let mut stack = Vec::new();
        let places = self.tokens.iter().enumerate().map(|(place, token)| {
            let children = match token {
                ConditionToken::Operator(operator) => {
                    let last = stack.pop().unwrap_or_default();
                    match operator.shape() {
                        Shape::Relation | Shape::Logic => (stack.pop().unwrap_or_default(), last),
                        _ => (last, 0),
                    }
                }
                _ => (0, 0),
            };
            stack.push(place);
            children
        });
        places.collect()
    }
}

/// The expression in SDDL, for people: what SDDL has no words for is written all the same.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        // Lossy writing finds words for everything.
        let _ = self.write(&mut text, &SddlContext::default(), true);
        f.write_str(&text)
    }
}

fn write_attribute(
    text: &mut String,
    attribute: &AttributeName,
    lossy: bool,
) -> Result<(), TextGap> {
    let prefix = PREFIXES.iter().find(|(_, source)| *source == attribute.source);
    let name = &attribute.name;
    match prefix {
        Some((prefix, _)) => {
            text.push_str(prefix);
            name::write(text, name, NameKind::Prefixed, false, lossy)
        }
        None => {
            let word = name.to_text();
            let keyword = word.is_some_and(|word| Operator::from_word(&word).is_some());
            name::write(text, name, NameKind::Simple, keyword, lossy)
        }
    }
}

fn write_literal(
    text: &mut String,
    literal: &Literal,
    context: &SddlContext,
    lossy: bool,
) -> Result<(), TextGap> {
    match literal {
        Literal::Integer(integer) => write_integer(text, *integer),
        Literal::String(string) => write_string(text, string, lossy)?,
        Literal::Octets(octets) => {
            text.push('#');
            crate::sddl::write_octets(text, octets);
        }
        Literal::Sid(sid) => {
            text.push_str("SID(");
            text.push_str(&context.sid_text(sid));
            text.push(')');
        }
        Literal::List(literals) => {
            text.push('{');
            for (place, literal) in literals.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { ", " });
                write_literal(text, literal, context, lossy)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

fn write_integer(text: &mut String, integer: Integer) {
    let (sign, bits) = match integer.sign {
        Sign::Plus => ("+", integer.value.cast_unsigned()),
        Sign::Minus => ("-", integer.value.unsigned_abs()),
        Sign::None => ("", integer.value.cast_unsigned()),
    };
    text.push_str(sign);
    text.push_str(&integer.base.digits(bits));
}

impl Base {
    /// Digits in this base, as C writes them.
    fn digits(self, value: u64) -> String {
        match self {
            // The 0 before the digits is the whole number.
            Base::Octal if value == 0 => String::from("0"),
            Base::Octal => format!("0{value:o}"),
            Base::Decimal => format!("{value}"),
            Base::Hexadecimal => format!("{value:#x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::AttributeSource;
    use super::*;

    #[test]
    fn every_source_but_local_has_a_prefix() {
        use AttributeSource::{Device, Local, Resource, User};
        for source in [Local, User, Resource, Device] {
            assert_eq!(
                PREFIXES.iter().filter(|(_, known)| *known == source).count(),
                usize::from(source != Local)
            );
        }
    }
}
