//! What the content of a value is held against.

use std::fmt;

use crate::decode::{Cx, Decode};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::language::{Content, Describe, Described, Description, Field, Shape, TextShape};
use crate::template::Template;
use crate::yaml::{Kind, Node, Typed};

/// The content that a value must have: its sort says of which types the value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operand {
    /// Text, compared without regard to case: `REG_SZ`, `REG_EXPAND_SZ` or `REG_LINK`.
    Text(Template),
    /// A number: `REG_DWORD`, `REG_DWORD_BIG_ENDIAN` or `REG_QWORD`.
    Number(u64),
    /// The entries of a list in their order, without regard to case.
    List(Vec<Template>),
    /// The data byte by byte, whatever the type.
    Bytes(Vec<u8>),
}

impl From<u64> for Operand {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Template> for Operand {
    fn from(text: Template) -> Self {
        Self::Text(text)
    }
}

impl Operand {
    /// The texts in it.
    pub(crate) fn templates(&self) -> &[Template] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(entries) => entries,
            Self::Number(_) | Self::Bytes(_) => &[],
        }
    }
}

/// As a rule file spells it, nearly.
impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::List(entries) => {
                let entries: Vec<_> = entries.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", entries.join(", "))
            }
            Self::Bytes(bytes) => write!(f, "hex {}", crate::HexBytes(bytes.clone())),
        }
    }
}

const EXPECTED: &str = "text, a number, a list of texts or { hex: ... }";

impl Decode for Operand {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => Vec::decode(node, cx).map(Self::List),
            Kind::Map(_) => Hex::decode(node, cx).map(|hex| Self::Bytes(hex.0)),
            Kind::Scalar(scalar) => match scalar.typed() {
                Typed::Integer(_) | Typed::Float => u64::decode(node, cx).map(Self::Number),
                Typed::Text => Template::decode(node, cx).map(Self::Text),
                Typed::Null | Typed::Bool(_) => {
                    cx.wrong_kind(node, EXPECTED);
                    None
                }
            },
        }
    }
}

impl Describe for Operand {
    fn shape() -> Shape {
        Shape::Either(vec![
            Template::shape(),
            Shape::Number(0, u64::MAX),
            Shape::List(Box::new(Template::shape())),
            Shape::Described(Hex::DESCRIPTION),
        ])
    }
}

/// Bytes in hexadecimal: a map, so that no text can be taken for them.
pub(crate) struct Hex(pub(crate) Vec<u8>);

const HEX: TextShape = TextShape {
    name: "bytes in hexadecimal",
    docs: "Pairs of hexadecimal digits; blanks and commas between them are allowed.",
    examples: &["01000200", "01 00 02 00", "01,00"],
    words: &[],
};

impl Described for Hex {
    const DESCRIPTION: &'static Description = &Description {
        name: "bytes",
        id: "Hex",
        docs: " Bytes, as they are stored.\n",
        example: "{ hex: 01 00 02 00 }",
        content: Content::Fields(&[Field {
            name: "hex",
            docs: " The bytes in hexadecimal.\n",
            required: true,
            default: None,
            whole: false,
            // Without quotes, digits alone are a number to YAML.
            shape: || Shape::Either(vec![Shape::Text(&HEX), Shape::Number(0, u64::MAX)]),
        }]),
    };
}

impl Decode for Hex {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let mut fields = crate::decode::Fields::of(node, Self::DESCRIPTION, cx)?;
        fields.required::<HexText>("hex", cx).map(|text| Self(text.0))
    }
}

/// The bytes themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexText(pub Vec<u8>);

impl Describe for HexText {
    fn shape() -> Shape {
        Shape::Text(&HEX)
    }
}

impl Decode for HexText {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        // `00` without quotes looks like a number, and it is plain what is meant.
        let text = match &node.kind {
            Kind::Scalar(scalar) => scalar.text.as_str(),
            _ => cx.text_as(node, HEX.name)?,
        };
        let found = bytes(text);
        if found.is_none() {
            let message = format!("{} is not {}", quoted(text), HEX.name);
            cx.push(Diagnostic::new(Code::UNKNOWN_WORD, message).at(node.span, ""));
        }
        found.map(Self)
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .filter(|c| !matches!(c, ' ' | ','))
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        assert_eq!(bytes("01 00,fF"), Some(vec![1, 0, 255]));
        assert_eq!(bytes(""), Some(vec![]));
        for bad in ["0", "0x01", "g0", "1 0 2"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }
}
