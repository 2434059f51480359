//! SIDs, patterns of them, and principals, as rule files write them.

use std::sync::OnceLock;

use coldhive_security::{Sid, SidPattern};

use crate::decode::{Cx, Decode, nearest};
use crate::diagnostic::{Code, Diagnostic, Span, quoted};
use crate::language::{Describe, Shape, TextShape};
use crate::yaml::Node;

/// A SID in text or as a two-letter alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SidText(pub Sid);

/// A pattern of SIDs, as `S-1-5-21-*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternText(pub SidPattern);

/// Who an access test is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A parameter by name.
    Param(String),
    /// A SID.
    Sid(Sid),
}

const SID: TextShape = TextShape {
    name: "a SID like S-1-5-18 or an alias like SY",
    docs: "A SID in text, or SDDL's alias of two letters for it.",
    examples: &["S-1-5-18", "SY"],
    words: &[],
};

const PATTERN: TextShape = TextShape {
    name: "a pattern of SIDs like S-1-5-21-*",
    docs: "A SID, or the beginning of SIDs with `*` for the rest.",
    examples: &["S-1-5-21-*"],
    words: &[],
};

const PRINCIPAL: TextShape = TextShape {
    name: "a SID, an alias like SY, or a parameter like '{account}'",
    docs: "A SID in text, SDDL's alias of two letters for it, or a parameter's name in braces.",
    examples: &["S-1-5-18", "SY", "{account}"],
    words: &[],
};

fn decode<T>(
    node: &Node,
    cx: &mut Cx,
    shape: &TextShape,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let text = cx.text_as(node, shape.name)?;
    let found = parse(text);
    if found.is_none() {
        let meant = if cx.sink.is_full() { None } else { meant(text) };
        cx.push(refused(node.span, text, shape, meant));
    }
    found
}

fn refused(span: Span, text: &str, shape: &TextShape, meant: Option<(&str, &str)>) -> Diagnostic {
    let message = format!("{} is not {}", quoted(text), shape.name);
    let diagnostic = Diagnostic::new(Code::BAD_SID, message).at(span, "");
    match meant {
        Some((name, alias)) => diagnostic.help(format!("the alias of {name} is {alias}")),
        None => diagnostic,
    }
}

/// The name and alias that were probably meant, where somebody wrote a name.
fn meant(text: &str) -> Option<(&'static str, &'static str)> {
    let meant = nearest(text, aliases().iter().map(|(name, _)| *name))?;
    aliases().iter().copied().find(|(name, _)| *name == meant)
}

/// The names that people know SIDs by, with their aliases.
fn aliases() -> &'static [(&'static str, &'static str)] {
    static ALIASES: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    ALIASES.get_or_init(|| {
        let letters = || 'A'..='Z';
        let pairs =
            letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        let sids = pairs.filter_map(|pair| pair.parse::<Sid>().ok());
        sids.filter_map(|sid| Some((sid.name()?, sid.alias()?))).collect()
    })
}

impl Decode for SidText {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        decode(node, cx, &SID, |text| text.parse().ok()).map(Self)
    }
}

impl Describe for SidText {
    fn shape() -> Shape {
        Shape::Text(&SID)
    }
}

impl Decode for PatternText {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        decode(node, cx, &PATTERN, |text| text.parse().ok()).map(Self)
    }
}

impl Describe for PatternText {
    fn shape() -> Shape {
        Shape::Text(&PATTERN)
    }
}

impl Decode for Principal {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        decode(node, cx, &PRINCIPAL, |text| {
            match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => Some(Self::Param(name.to_owned())),
                None => text.parse().ok().map(Self::Sid),
            }
        })
    }
}

impl Describe for Principal {
    fn shape() -> Shape {
        Shape::Text(&PRINCIPAL)
    }
}
