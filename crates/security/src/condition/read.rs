//! Bytes as an expression ([MS-DTYP] 2.4.4.17.4 and following).

use alloc::vec::Vec;

use super::{
    AttributeName, AttributeSource, Base, Condition, ConditionError, ConditionErrorKind,
    ConditionToken, Integer, Literal, Operator, SIGNATURE, Sign, Stack,
};
use crate::bytes::{index, slice_at, u8_at, u32_at};
use crate::sid::Sid;
use crate::wide::WideString;

/// ConditionToken, value, sign, base.
const INTEGER: usize = 11;
/// ConditionToken and length.
const SIZED: usize = 5;

impl Condition {
    /// Reads the application data of a conditional ACE.
    ///
    /// # Errors
    /// When the data isn't a conditional expression, or one that Windows' own text could not say.
    pub fn parse(data: &[u8]) -> Result<Condition, ConditionError> {
        if !data.starts_with(SIGNATURE) {
            return Err(ConditionErrorKind::Signature.at(0));
        }
        let mut reader = Reader { bytes: data, at: SIGNATURE.len(), end: data.len() };
        let (mut tokens, mut stack) = (Vec::new(), Stack::default());
        loop {
            let at = reader.at;
            match reader.byte() {
                None => break,
                // Zeros fill the ACE up to a multiple of 4.
                Some(0) => {
                    if data.get(at..).is_some_and(|rest| rest.iter().any(|byte| *byte != 0)) {
                        return Err(ConditionErrorKind::Padding.at(at));
                    }
                    break;
                }
                Some(byte) => {
                    let token = reader.token(byte)?;
                    if stack.step(&token).is_none()
                        && let ConditionToken::Operator(operator) = token
                    {
                        return Err(ConditionErrorKind::Operands(operator).at(at));
                    }
                    tokens.push(token);
                }
            }
        }
        if !stack.is_one() {
            return Err(ConditionErrorKind::NotOne.at(SIGNATURE.len()));
        }
        Ok(Condition { tokens })
    }
}

impl ConditionErrorKind {
    fn at(self, offset: usize) -> ConditionError {
        ConditionError { offset, kind: self }
    }
}

/// Reads tokens up to `end`; `at` counts from the start of the ACE's data.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    fn byte(&self) -> Option<u8> {
        u8_at(self.bytes, self.at).filter(|_| self.at < self.end)
    }

    /// The next `len` bytes, which are passed over.
    fn take(&mut self, len: usize) -> Result<&'a [u8], ConditionError> {
        let left = self.end.saturating_sub(self.at);
        let short = ConditionErrorKind::Truncated { expected: len, actual: left }.at(self.at);
        let taken = slice_at(self.bytes, self.at, len).filter(|_| len <= left).ok_or(short)?;
        self.at = self.at.saturating_add(len);
        Ok(taken)
    }

    /// What a token with a length holds, and where that begins.
    fn sized(&mut self) -> Result<(usize, &'a [u8]), ConditionError> {
        let start = self.at;
        let length = u32_at(self.take(SIZED)?, 1).map_or(usize::MAX, index);
        let content = self.at;
        let held = self.take(length).map_err(|error| ConditionError { offset: start, ..error })?;
        Ok((content, held))
    }

    fn text(&mut self) -> Result<WideString, ConditionError> {
        let (start, held) = self.sized()?;
        if !held.len().is_multiple_of(2) {
            return Err(ConditionErrorKind::OddText(held.len()).at(start));
        }
        Ok(WideString::from_le_bytes(held))
    }

    fn token(&mut self, byte: u8) -> Result<ConditionToken, ConditionError> {
        let at = self.at;
        let source = match byte {
            0xF8 => AttributeSource::Local,
            0xF9 => AttributeSource::User,
            0xFA => AttributeSource::Resource,
            0xFB => AttributeSource::Device,
            0x50 => return self.list().map(Literal::List).map(ConditionToken::Literal),
            _ => {
                if let Some(operator) = Operator::from_byte(byte) {
                    self.take(1)?;
                    return Ok(ConditionToken::Operator(operator));
                }
                let literal = self.literal(byte)?;
                let unknown = ConditionErrorKind::UnknownToken(byte).at(at);
                return literal.map(ConditionToken::Literal).ok_or(unknown);
            }
        };
        let name = self.text()?;
        Ok(ConditionToken::Attribute(AttributeName { source, name }))
    }

    fn list(&mut self) -> Result<Vec<Literal>, ConditionError> {
        let (at, held) = self.sized()?;
        let end = at.saturating_add(held.len());
        let mut inside = Reader { bytes: self.bytes, at, end };
        let mut literals = Vec::new();
        while let Some(byte) = inside.byte() {
            let at = inside.at;
            literals.push(inside.literal(byte)?.ok_or(ConditionErrorKind::ListElement.at(at))?);
        }
        Ok(literals)
    }

    /// A value that is no list, if one begins with this byte.
    fn literal(&mut self, byte: u8) -> Result<Option<Literal>, ConditionError> {
        let at = self.at;
        Ok(Some(match byte {
            1..=4 => {
                let integer = integer(self.take(INTEGER)?);
                Literal::Integer(integer.ok_or(ConditionErrorKind::Integer.at(at))?)
            }
            0x10 => Literal::String(self.text()?),
            0x18 => Literal::Octets(self.sized()?.1.to_vec()),
            0x51 => {
                let (start, held) = self.sized()?;
                let sid =
                    Sid::parse(held).map_err(|error| ConditionErrorKind::Sid(error).at(start))?;
                let (expected, actual) = (sid.size(), held.len());
                if expected != actual {
                    return Err(ConditionErrorKind::SidSize { expected, actual }.at(start));
                }
                Literal::Sid(sid)
            }
            _ => return Ok(None),
        }))
    }
}

fn integer(bytes: &[u8]) -> Option<Integer> {
    let value = i64::from_le_bytes(slice_at(bytes, 1, 8)?.try_into().ok()?);
    let sign = match u8_at(bytes, 9)? {
        1 => Sign::Plus,
        2 if value <= 0 => Sign::Minus,
        3 => Sign::None,
        _ => return None,
    };
    let base = match u8_at(bytes, 10)? {
        1 => Base::Octal,
        2 => Base::Decimal,
        3 => Base::Hexadecimal,
        _ => return None,
    };
    Some(Integer { value, sign, base, token: u8_at(bytes, 0)? })
}
