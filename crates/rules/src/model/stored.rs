//! Values as rule files describe them: type and data.

use coldhive_hive::ValueType;

use super::operand::HexText;
use super::value::TYPES;
use crate::decode::{Cx, Decode, described, number};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{Describe, Described as _, Shape, TextShape};
use crate::yaml::{Kind, Node, Typed};

/// A value's type and data.
///
/// Text alone is a `REG_SZ`, a number a `REG_DWORD`, a list of texts a `REG_MULTI_SZ`; everything else says its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSketch {
    /// The type as it is stored.
    pub type_code: u32,
    /// The data.
    pub data: DataSketch,
}

/// The data of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataSketch {
    /// Text, stored with a NUL behind it.
    Text(String),
    /// A number.
    Number(u64),
    /// A list of texts.
    List(Vec<String>),
    /// Bytes as they are stored.
    Bytes(Vec<u8>),
}

described! {
    /// A value with its type.
    pub struct TypedValue as "a value with its type", example "{ type: REG_EXPAND_SZ, data: '%SystemRoot%' }" {
        required {
            /// The type, by name or number.
            types as "type": TypeCode,
        }
        optional {
            /// The data, where the type is of texts, of numbers or of lists.
            data: Option<DataSketch> = None,
            /// The data as it is stored, whatever the type.
            hex: Option<HexText> = None,
        }
    }
}

/// A value type by name or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeCode(pub u32);

const SZ: u32 = ValueType::SZ.code();
const EXPAND_SZ: u32 = ValueType::EXPAND_SZ.code();
const DWORD: u32 = ValueType::DWORD.code();
const DWORD_BIG_ENDIAN: u32 = ValueType::DWORD_BIG_ENDIAN.code();
const LINK: u32 = ValueType::LINK.code();
const MULTI_SZ: u32 = ValueType::MULTI_SZ.code();
const QWORD: u32 = ValueType::QWORD.code();

impl DataSketch {
    /// Whether a value of this type may have it.
    const fn fits(&self, type_code: u32) -> bool {
        match self {
            Self::Text(_) => matches!(type_code, SZ | EXPAND_SZ | LINK),
            Self::Number(number) => match type_code {
                DWORD | DWORD_BIG_ENDIAN => *number <= u32::MAX as u64,
                QWORD => true,
                _ => false,
            },
            Self::List(_) => type_code == MULTI_SZ,
            Self::Bytes(_) => true,
        }
    }

    /// How many bytes it has in the file, about.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Number(_) => 8,
            Self::List(entries) => entries
                .iter()
                .fold(0, |size, entry| entry.len().saturating_add(2).saturating_add(size)),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

const EXPECTED: &str = "text, a number, a list of texts or { type: ..., data: ... }";

impl Decode for DataSketch {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => Vec::decode(node, cx).map(Self::List),
            Kind::Scalar(scalar) => match scalar.typed() {
                Typed::Integer(_) | Typed::Float => u64::decode(node, cx).map(Self::Number),
                Typed::Text => Some(Self::Text(scalar.text.clone())),
                Typed::Null | Typed::Bool(_) => {
                    cx.wrong_kind(node, EXPECTED);
                    None
                }
            },
            Kind::Map(_) => {
                cx.wrong_kind(node, "text, a number or a list of texts");
                None
            }
        }
    }
}

impl Describe for DataSketch {
    fn shape() -> Shape {
        Shape::Either(vec![String::shape(), u64::shape(), Vec::<String>::shape()])
    }
}

impl Decode for ValueSketch {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let (type_code, data) = if let Kind::Map(_) = &node.kind {
            let typed = TypedValue::decode(node, cx)?;
            match (typed.data, typed.hex) {
                (Some(data), None) => (typed.types.0, data),
                (None, Some(hex)) => (typed.types.0, DataSketch::Bytes(hex.0)),
                _ => {
                    // Where one was given and can't be read, that was told.
                    if !cx.sink.any_within(Some(node.span)) {
                        let message = "a value with its type has either `data` or `hex`";
                        cx.push(Diagnostic::new(Code::DATA, message).at(node.span, ""));
                    }
                    return None;
                }
            }
        } else {
            let data = DataSketch::decode(node, cx)?;
            let type_code = match &data {
                DataSketch::Text(_) => SZ,
                DataSketch::Number(_) => DWORD,
                DataSketch::List(_) => MULTI_SZ,
                DataSketch::Bytes(_) => return None,
            };
            (type_code, data)
        };
        if !data.fits(type_code) {
            refuse(type_code, &data, node.span, cx);
            return None;
        }
        Some(Self { type_code, data })
    }
}

fn refuse(type_code: u32, data: &DataSketch, span: Span, cx: &mut Cx) {
    let what = match data {
        DataSketch::Text(_) => "a text",
        DataSketch::Number(_) => "this number",
        DataSketch::List(_) => "a list",
        DataSketch::Bytes(_) => "bytes",
    };
    let named = ValueType::new(type_code);
    let diagnostic =
        Diagnostic::new(Code::DATA, format!("a value of type {named} doesn't hold {what}"));
    let help = match (type_code, data) {
        (DWORD, DataSketch::Number(_)) => "write { type: REG_QWORD, data: ... } for a larger one",
        _ => "write { type: ..., hex: ... } for the data as it is stored",
    };
    cx.push(diagnostic.at(span, "").help(help));
}

impl Describe for ValueSketch {
    fn shape() -> Shape {
        Shape::Either(vec![
            String::shape(),
            Shape::Number(0, u32::MAX.into()),
            Vec::<String>::shape(),
            Shape::Described(TypedValue::DESCRIPTION),
        ])
    }
}

impl Decode for TypeCode {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        if let Kind::Scalar(scalar) = &node.kind
            && matches!(scalar.typed(), Typed::Integer(_) | Typed::Float)
        {
            let code = number(node, 0, u32::MAX.into(), cx)?;
            return u32::try_from(code).ok().map(Self);
        }
        let name = cx.text_as(node, "the name or the number of a type")?;
        let found = ValueType::from_name(name).map(|named| Self(named.code()));
        if found.is_none() {
            cx.unknown_word(node.span, name, "a value type", TYPES.iter().copied());
        }
        found
    }

    fn stand_in() -> Option<Self> {
        Some(Self(SZ))
    }
}

impl Describe for TypeCode {
    fn shape() -> Shape {
        Shape::Either(vec![
            Shape::Text(&TextShape {
                name: "a value type",
                docs: "The type of a value.",
                examples: &["REG_EXPAND_SZ"],
                words: TYPES,
            }),
            Shape::Number(0, u32::MAX.into()),
        ])
    }
}
