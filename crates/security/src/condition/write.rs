//! An expression as bytes ([MS-DTYP] 2.4.4.17.4 and following).

use alloc::vec::Vec;

use super::{AttributeSource, Base, Condition, ConditionToken, Literal, SIGNATURE, Sign};

impl Condition {
    /// The expression as an ACE holds it behind its SID, without the zeros that fill the ACE up.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        for token in &self.tokens {
            match token {
                ConditionToken::Attribute(attribute) => {
                    let token = match attribute.source {
                        AttributeSource::Local => 0xF8,
                        AttributeSource::User => 0xF9,
                        AttributeSource::Resource => 0xFA,
                        AttributeSource::Device => 0xFB,
                    };
                    sized(&mut bytes, token, attribute.name.le_bytes());
                }
                ConditionToken::Literal(literal) => write(&mut bytes, literal),
                ConditionToken::Operator(operator) => bytes.push(operator.byte()),
            }
        }
        bytes
    }
}

fn write(bytes: &mut Vec<u8>, literal: &Literal) {
    match literal {
        Literal::Integer(integer) => {
            bytes.push(integer.token);
            bytes.extend(integer.value.to_le_bytes());
            bytes.push(match integer.sign {
                Sign::Plus => 1,
                Sign::Minus => 2,
                Sign::None => 3,
            });
            bytes.push(match integer.base {
                Base::Octal => 1,
                Base::Decimal => 2,
                Base::Hexadecimal => 3,
            });
        }
        Literal::String(text) => sized(bytes, 0x10, text.le_bytes()),
        Literal::Octets(octets) => sized(bytes, 0x18, octets.iter().copied()),
        Literal::Sid(sid) => sized(bytes, 0x51, sid.to_bytes().into_iter()),
        Literal::List(literals) => {
            let mut inside = Vec::new();
            // A list holds no list: reading and parsing see to it, so this goes one deep.
            literals.iter().for_each(|literal| write(&mut inside, literal));
            sized(bytes, 0x50, inside.into_iter());
        }
    }
}

fn sized(bytes: &mut Vec<u8>, token: u8, content: impl Iterator<Item = u8>) {
    bytes.push(token);
    let length_at = bytes.len();
    bytes.extend([0; 4]);
    bytes.extend(content);
    let length = bytes.len().saturating_sub(length_at).saturating_sub(4);
    // An ACE has 64 KiB; what does not fit there is refused when it is built.
    let stored = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    if let Some(place) = bytes.get_mut(length_at..length_at.saturating_add(4)) {
        place.copy_from_slice(&stored);
    }
}
