//! Reading of text, numbers, truth values, lists and maps.

use std::collections::BTreeMap;

use super::fields::unique;
use super::{Cx, Decode};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};
use crate::language::{Describe, Shape, TextShape};
use crate::model::{Entries, OneOrMany};
use crate::yaml::{Entry, Kind, Node, Typed};

/// Any text.
pub(crate) const TEXT: TextShape =
    TextShape { name: "text", docs: "Any text.", examples: &[], words: &[] };

impl Decode for String {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        cx.text(node).map(str::to_owned)
    }

    fn stand_in() -> Option<Self> {
        Some(Self::new())
    }
}

impl Describe for String {
    fn shape() -> Shape {
        Shape::Text(&TEXT)
    }
}

impl Decode for bool {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        if let Kind::Scalar(scalar) = &node.kind
            && let Typed::Bool(is) = scalar.typed()
        {
            return Some(is);
        }
        cx.wrong_kind(node, "true or false");
        None
    }
}

impl Describe for bool {
    fn shape() -> Shape {
        Shape::Bool
    }
}

impl Decode for u64 {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        number(node, 0, Self::MAX, cx)
    }
}

impl Describe for u64 {
    fn shape() -> Shape {
        Shape::Number(0, Self::MAX)
    }
}

/// A whole number within bounds.
pub(crate) fn number(node: &Node, least: u64, most: u64, cx: &mut Cx) -> Option<u64> {
    let typed = match &node.kind {
        Kind::Scalar(scalar) => scalar.typed(),
        _ => Typed::Text,
    };
    match typed {
        Typed::Integer(Some(number)) if (least..=most).contains(&number) => return Some(number),
        Typed::Integer(_) | Typed::Float => {
            let message = format!("a whole number from {least} to {most} is expected here");
            cx.push(Diagnostic::new(Code::NUMBER_RANGE, message).at(node.span, ""));
        }
        _ => cx.wrong_kind(node, "a number"),
    }
    None
}

/// A field that may be left out.
impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        T::decode(node, cx).map(Some)
    }
}

impl<T: Describe> Describe for Option<T> {
    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        T::decode(node, cx).map(Self::new)
    }
}

impl<T: Describe> Describe for Box<T> {
    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        T::decode(node, cx).map(|value| Self { value, span: Some(node.span) })
    }

    fn stand_in() -> Option<Self> {
        T::stand_in().map(Self::from)
    }
}

impl<T: Describe> Describe for Spanned<T> {
    fn shape() -> Shape {
        T::shape()
    }
}

/// What of a list can be read: the rest was recorded.
impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Kind::List(items) = &node.kind else {
            cx.wrong_kind(node, "a list");
            return None;
        };
        Some(items.iter().filter_map(|item| T::decode(item, cx)).collect())
    }

    fn stand_in() -> Option<Self> {
        Some(Self::new())
    }
}

impl<T: Describe> Describe for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
}

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match &node.kind {
            Kind::List(items) if items.is_empty() => {
                cx.push(
                    Diagnostic::new(Code::EMPTY_CHOICE, "an empty list says nothing")
                        .at(node.span, "")
                        .help("leave the field out, or name at least one"),
                );
                None
            }
            Kind::List(_) => Vec::decode(node, cx).map(Self),
            Kind::Scalar(_) | Kind::Map(_) => T::decode(node, cx).map(|one| Self(vec![one])),
        }
    }
}

impl<T: Describe> Describe for OneOrMany<T> {
    fn shape() -> Shape {
        Shape::OneOrMany(Box::new(T::shape()))
    }
}

/// A map of names that the author chooses, with the place of each entry.
impl<T: Decode> Decode for BTreeMap<String, Spanned<T>> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Kind::Map(list) = &node.kind else {
            cx.wrong_kind(node, "a map");
            return None;
        };
        let read = unique(list, cx).into_values().filter_map(|entry| {
            let value = T::decode(&entry.value, cx)?;
            let span = Span::new(entry.key_span.start, entry.value.span.end);
            Some((entry.key.clone(), Spanned { value, span: Some(span) }))
        });
        Some(read.collect())
    }
}

/// The same in the order of the file.
impl<T: Decode> Decode for Entries<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Kind::Map(list) = &node.kind else {
            cx.wrong_kind(node, "a map");
            return None;
        };
        let first = unique(list, cx);
        let is_first = |entry: &&Entry| {
            first.get(entry.key.as_str()).is_some_and(|known| std::ptr::eq(*known, *entry))
        };
        let read = list.iter().filter(is_first).filter_map(|entry| {
            let name = Spanned { value: entry.key.clone(), span: Some(entry.key_span) };
            Some((name, T::decode(&entry.value, cx)?))
        });
        Some(Self(read.collect()))
    }
}

impl<T: Describe> Describe for Entries<T> {
    fn shape() -> Shape {
        Shape::Map(Box::new(T::shape()))
    }
}

impl<T: Describe> Describe for BTreeMap<String, Spanned<T>> {
    fn shape() -> Shape {
        Shape::Map(Box::new(T::shape()))
    }
}
