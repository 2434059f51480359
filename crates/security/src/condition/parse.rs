//! SDDL text as an expression ([MS-DTYP] 2.5.1.1, cond-expr).

use alloc::vec::Vec;
use core::str::FromStr;

use super::{
    AttributeName, AttributeSource, Condition, ConditionToken, Integer, Literal, Operator, Shape,
    Sign,
};
use crate::number;
use crate::sddl::cursor::Cursor;
use crate::sddl::name::{self, NameKind};
use crate::sddl::{SddlContext, SddlError, SddlErrorKind};
use crate::sid::Sid;

/// The prefixes of attributes, in the case in which Windows prints them.
pub(super) const PREFIXES: [(&str, AttributeSource); 3] = [
    ("@USER.", AttributeSource::User),
    ("@RESOURCE.", AttributeSource::Resource),
    ("@DEVICE.", AttributeSource::Device),
];

/// The signs between an attribute and a value; those of two characters first.
const SIGNS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

/// Reads an expression in parentheses, without the SIDs that are relative to a domain.
impl FromStr for Condition {
    type Err = SddlError;

    fn from_str(text: &str) -> Result<Condition, SddlError> {
        let mut cursor = Cursor::new(text)?;
        cursor.skip_space();
        let condition = parse(&mut cursor, &SddlContext::default())?;
        cursor.skip_space();
        match cursor.rest() {
            "" => Ok(condition),
            _ => Err(SddlErrorKind::Trailing.at(cursor.at)),
        }
    }
}

/// What waits for what it works on, or for its closing parenthesis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    Parenthesis { at: usize },
    Logic(Operator),
}

/// Reads an expression in parentheses up to the one that closes it.
///
/// Operators are put behind their operands with a stack of those that wait, so that depth costs memory in
/// the heap and no recursion.
pub(crate) fn parse(
    cursor: &mut Cursor<'_>,
    context: &SddlContext,
) -> Result<Condition, SddlError> {
    let mut parser = Parser { cursor, context, tokens: Vec::new(), waiting: Vec::new() };
    parser.open()?;
    while !parser.waiting.is_empty() {
        parser.operand()?;
        parser.behind_operand()?;
    }
    Ok(Condition { tokens: parser.tokens })
}

struct Parser<'c, 't> {
    cursor: &'c mut Cursor<'t>,
    context: &'c SddlContext,
    tokens: Vec<ConditionToken>,
    waiting: Vec<Pending>,
}

impl Parser<'_, '_> {
    fn open(&mut self) -> Result<(), SddlError> {
        let at = self.cursor.at;
        self.cursor.expect("(")?;
        self.waiting.push(Pending::Parenthesis { at });
        Ok(())
    }

    /// Opening parentheses and negations, then one question.
    fn operand(&mut self) -> Result<(), SddlError> {
        loop {
            self.cursor.skip_space();
            let at = self.cursor.at;
            if self.cursor.peek() == Some('(') {
                self.open()?;
            } else if self.cursor.eat("!") {
                // Windows takes a second negation only in parentheses.
                if self.waiting.last() == Some(&Pending::Logic(Operator::Not)) {
                    return Err(SddlErrorKind::ExpectedOperand.at(at));
                }
                self.waiting.push(Pending::Logic(Operator::Not));
            } else {
                self.question()?;
                self.negate();
                return Ok(());
            }
        }
    }

    /// Puts the negation that waited for what stands before this place.
    fn negate(&mut self) {
        if self.waiting.last() == Some(&Pending::Logic(Operator::Not)) {
            self.waiting.pop();
            self.tokens.push(ConditionToken::Operator(Operator::Not));
        }
    }

    /// What may follow an operand: closing parentheses, then an operator or the end of all.
    fn behind_operand(&mut self) -> Result<(), SddlError> {
        loop {
            self.cursor.skip_space();
            if self.cursor.eat(")") {
                self.finish_down_to(|_| true);
                self.waiting.pop();
                if self.waiting.is_empty() {
                    return Ok(());
                }
                // What ends with an attribute is nothing else: it may be compared, before it is negated.
                if let Some(ConditionToken::Attribute(_)) = self.tokens.last() {
                    self.comparison()?;
                }
                self.negate();
                continue;
            }
            let operator = if self.cursor.eat("&&") {
                // It binds closer than ||, and from left to right.
                self.finish_down_to(|waiting| waiting == Operator::And);
                Operator::And
            } else if self.cursor.eat("||") {
                self.finish_down_to(|_| true);
                Operator::Or
            } else if self.cursor.rest().is_empty() {
                let open = self.waiting.iter().rev().find_map(|waiting| match waiting {
                    Pending::Parenthesis { at } => Some(*at),
                    Pending::Logic(_) => None,
                });
                return Err(SddlErrorKind::UnclosedParenthesis.at(open.unwrap_or(self.cursor.at)));
            } else {
                return Err(SddlErrorKind::ExpectedOperator.at(self.cursor.at));
            };
            self.waiting.push(Pending::Logic(operator));
            return Ok(());
        }
    }

    /// Puts operators that waited behind their operands, down to the parenthesis that is open.
    fn finish_down_to(&mut self, binds: impl Fn(Operator) -> bool) {
        while let Some(Pending::Logic(operator)) = self.waiting.last().copied()
            && binds(operator)
        {
            self.waiting.pop();
            self.tokens.push(ConditionToken::Operator(operator));
        }
    }

    /// A question that is true or false: membership, existence, a comparison, or an attribute alone.
    fn question(&mut self) -> Result<(), SddlError> {
        let start = *self.cursor;
        let word = self.cursor.take_while(|next| next.is_ascii_alphabetic() || next == '_');
        let ends = !self.cursor.peek().is_some_and(|next| {
            next == '%' || next == '@' || next.is_alphanumeric() || ":./".contains(next)
        });
        if ends && let Some(operator) = Operator::from_word(word.text) {
            match operator.shape() {
                Shape::Membership => {
                    let sids = self.in_parentheses(Self::compared)?;
                    self.tokens.push(sids);
                }
                Shape::Existence => {
                    let name = self.in_parentheses(Self::attribute)?;
                    self.tokens.push(ConditionToken::Attribute(name));
                }
                _ => return Err(SddlErrorKind::ExpectedOperand.at(word.at)),
            }
            self.tokens.push(ConditionToken::Operator(operator));
            return Ok(());
        }
        *self.cursor = start;
        let left = self.attribute()?;
        self.tokens.push(ConditionToken::Attribute(left));
        self.comparison()
    }

    /// The rest of a comparison behind its left side, if there is one.
    fn comparison(&mut self) -> Result<(), SddlError> {
        if let Some(operator) = self.relation() {
            let right = self.in_parentheses(Self::compared)?;
            self.tokens.extend([right, ConditionToken::Operator(operator)]);
        }
        Ok(())
    }

    /// A value, or an attribute with a prefix.
    fn compared(&mut self) -> Result<ConditionToken, SddlError> {
        self.cursor.skip_space();
        Ok(match self.cursor.peek() {
            Some('@') => ConditionToken::Attribute(self.attribute()?),
            _ => ConditionToken::Literal(self.value()?),
        })
    }

    /// The operator between an attribute and what it is compared with, if one comes next.
    fn relation(&mut self) -> Option<Operator> {
        self.cursor.skip_space();
        let sign = SIGNS.iter().find(|(sign, _)| self.cursor.eat(sign));
        if let Some((_, operator)) = sign {
            return Some(*operator);
        }
        let start = *self.cursor;
        let word = self.cursor.take_while(|next| next.is_ascii_alphabetic() || next == '_');
        let operator = Operator::from_word(word.text);
        let relation = operator.filter(|operator| operator.shape() == Shape::Relation);
        if relation.is_none() {
            *self.cursor = start;
        }
        relation
    }

    /// What Windows lets stand in further parentheses: `Member_of((SID(BA)))`, `(x) >= ({1, 2})`.
    fn in_parentheses<T>(
        &mut self,
        inside: impl Fn(&mut Self) -> Result<T, SddlError>,
    ) -> Result<T, SddlError> {
        let mut depth = 0_usize;
        self.cursor.skip_space();
        while self.cursor.eat("(") {
            depth = depth.saturating_add(1);
            self.cursor.skip_space();
        }
        let result = inside(self)?;
        (0..depth).try_for_each(|_| self.cursor.expect(")"))?;
        Ok(result)
    }

    fn attribute(&mut self) -> Result<AttributeName, SddlError> {
        self.cursor.skip_space();
        let at = self.cursor.at;
        let prefix = PREFIXES.iter().find(|(prefix, _)| self.cursor.eat_word(prefix));
        let (source, kind) = match prefix {
            Some((_, source)) => (*source, NameKind::Prefixed),
            None if self.cursor.peek() == Some('@') => {
                return Err(SddlErrorKind::UnknownPrefix.at(at));
            }
            None => (AttributeSource::Local, NameKind::Simple),
        };
        let name = name::take(self.cursor, kind)?;
        if name.units().is_empty() {
            return Err(SddlErrorKind::ExpectedOperand.at(self.cursor.at));
        }
        Ok(AttributeName { source, name })
    }

    fn value(&mut self) -> Result<Literal, SddlError> {
        self.cursor.skip_space();
        if !self.cursor.eat("{") {
            return self.single();
        }
        let mut values = Vec::new();
        self.cursor.skip_space();
        if self.cursor.eat("}") {
            return Ok(Literal::List(values));
        }
        loop {
            self.cursor.skip_space();
            values.push(self.single()?);
            self.cursor.skip_space();
            if self.cursor.eat("}") {
                return Ok(Literal::List(values));
            }
            if !self.cursor.eat(",") {
                return Err(SddlErrorKind::Expected(", or }").at(self.cursor.at));
            }
        }
    }

    fn single(&mut self) -> Result<Literal, SddlError> {
        let at = self.cursor.at;
        match self.cursor.peek() {
            Some('"') => self.cursor.quoted().map(|text| Literal::String(text.text.into())),
            Some('#') => {
                self.cursor.advance(1);
                let digits = self.cursor.take_while(|next| next == '#' || next.is_ascii_hexdigit());
                let octets = number::octets(digits.text);
                octets.map(Literal::Octets).ok_or(SddlErrorKind::Octets.at(at))
            }
            Some('+' | '-' | '0'..='9') => self.integer().map(Literal::Integer),
            Some('s' | 'S') => sid(self.cursor, self.context).map(Literal::Sid),
            _ => Err(SddlErrorKind::ExpectedValue.at(at)),
        }
    }

    fn integer(&mut self) -> Result<Integer, SddlError> {
        let error = SddlErrorKind::Integer.at(self.cursor.at);
        let sign = match self.cursor.peek() {
            Some('+') => Sign::Plus,
            Some('-') => Sign::Minus,
            _ => Sign::None,
        };
        if sign != Sign::None {
            self.cursor.advance(1);
        }
        let digits = self.cursor.take_while(|next| next.is_ascii_alphanumeric());
        let (bits, base) = number::unsigned(digits.text).ok_or(error.clone())?;
        let value = match sign {
            Sign::None | Sign::Plus => Some(bits.cast_signed()),
            Sign::Minus => 0_i64.checked_sub_unsigned(bits),
        };
        Ok(Integer { value: value.ok_or(error)?, sign, base, token: INT64 })
    }
}

/// The token of numbers of 64 bits, which is what Windows makes of all of them.
const INT64: u8 = 4;

/// `SID(BA)`
pub(crate) fn sid(cursor: &mut Cursor<'_>, context: &SddlContext) -> Result<Sid, SddlError> {
    let at = cursor.at;
    if !cursor.eat_word("SID") {
        return Err(SddlErrorKind::ExpectedValue.at(at));
    }
    cursor.expect("(")?;
    let sid = cursor.take_while(|next| next != ')' && next != '(' && next != ',').sid(context)?;
    cursor.expect(")")?;
    Ok(sid)
}
