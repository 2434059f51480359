//! YAML as a tree with places. The only module that knows the YAML library.
//!
//! It is granit-parser, the parser below serde-saphyr: its events tell quoted text from plain and where each thing
//! stands, which no serde data model does.

use granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, StrInput, StructureStyle,
};

use crate::diagnostic::{Code, Diagnostic, Span};

/// The largest rule file, in bytes.
pub(crate) const LARGEST_FILE: usize = 1 << 20;
/// The deepest nesting of a rule file; the built-in rules need a dozen.
pub(crate) const DEEPEST: usize = 64;
/// How many parts a rule file may have: texts, lists and maps.
pub(crate) const MOST_NODES: usize = 50_000;

/// A part of a rule file.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// Text, number, truth value or nothing.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Whether it stands without quotes: only then it can be anything but text.
    pub(crate) plain: bool,
}

/// An entry of a map. A key may stand there twice.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

/// What a scalar is in YAML 1.2's core schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Typed {
    Null,
    Bool(bool),
    /// `None` where it doesn't fit.
    Integer(Option<u64>),
    Float,
    Text,
}

impl Scalar {
    /// What it is.
    pub(crate) fn typed(&self) -> Typed {
        if !self.plain {
            return Typed::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => return Typed::Null,
            "true" | "True" | "TRUE" => return Typed::Bool(true),
            "false" | "False" | "FALSE" => return Typed::Bool(false),
            ".nan" | ".NaN" | ".NAN" => return Typed::Float,
            _ => {}
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8)] {
            if let Some(digits) = self.text.strip_prefix(prefix)
                && !digits.is_empty()
                && digits.chars().all(|c| c.is_digit(radix))
            {
                return Typed::Integer(u64::from_str_radix(digits, radix).ok());
            }
        }
        let unsigned = self.text.strip_prefix(['-', '+']).unwrap_or(&self.text);
        if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
            // A minus before anything but 0 doesn't fit.
            let negative = self.text.starts_with('-');
            return Typed::Integer(
                unsigned.parse().ok().filter(|number| !negative || *number == 0),
            );
        }
        if is_float(unsigned) { Typed::Float } else { Typed::Text }
    }
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` or infinity (YAML 1.2.2, 10.3.2).
fn is_float(unsigned: &str) -> bool {
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}

impl Node {
    /// What it is, with its article.
    pub(crate) fn what(&self) -> &'static str {
        match &self.kind {
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
            Kind::Scalar(scalar) => match scalar.typed() {
                Typed::Null => "nothing",
                Typed::Bool(_) => "a truth value",
                Typed::Integer(_) | Typed::Float => "a number",
                Typed::Text => "text",
            },
        }
    }
}

/// Reads the one document of a file.
pub(crate) fn parse(text: &str) -> Result<Node, Diagnostic> {
    if text.len() > LARGEST_FILE {
        let message =
            format!("the file has {} bytes; a rule file has at most {LARGEST_FILE}", text.len());
        return Err(Diagnostic::new(Code::TOO_LARGE, message));
    }
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    // One more than is allowed, so that it is told by us where both could.
    options.flow_nesting_limit = DEEPEST.saturating_add(1);
    options.block_nesting_limit = DEEPEST.saturating_add(1);
    let events = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader { events, nodes: 0, end: text.len() };
    reader.document()
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    nodes: usize,
    end: usize,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<Node, Diagnostic> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_some() => {
                    return Err(
                        syntax("a second document begins here", span).help("write one rule a file")
                    );
                }
                Event::DocumentStart(..) => {}
                Event::StreamEnd => {
                    return root.ok_or_else(|| syntax("the file is empty", Span::new(0, 0)));
                }
                event => root = Some(self.node(event, span, 0)?),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Diagnostic> {
        match self.events.next() {
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or(self.end..self.end);
                Ok((event, Span::new(range.start, range.end)))
            }
            Some(Err(error)) => Err(self.refused(&error)),
            None => Err(syntax("the file ends too early", Span::new(self.end, self.end))),
        }
    }

    /// A node whose first event was read.
    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, Diagnostic> {
        self.nodes = self.nodes.saturating_add(1);
        if depth > DEEPEST {
            return Err(too_deep(span));
        }
        if self.nodes > MOST_NODES {
            let message = format!("the file has more than {MOST_NODES} texts, lists and maps");
            return Err(
                Diagnostic::new(Code::TOO_DEEP, message).at(span, "that many are up to here")
            );
        }
        let inner = depth.saturating_add(1);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                plain_node(anchor, tag.is_some(), span)?;
                let plain = style == ScalarStyle::Plain;
                Ok(Node { span, kind: Kind::Scalar(Scalar { text: text.into_owned(), plain }) })
            }
            Event::SequenceStart(style, anchor, tag) => {
                plain_node(anchor, tag.is_some(), span)?;
                let mut items = Vec::new();
                loop {
                    let (event, at) = self.next()?;
                    if event == Event::SequenceEnd {
                        let last = items.last().map(|item: &Node| item.span.end);
                        return Ok(Node {
                            span: whole(style, span, at, last),
                            kind: Kind::List(items),
                        });
                    }
                    items.push(self.node(event, at, inner)?);
                }
            }
            Event::MappingStart(style, anchor, tag) => {
                plain_node(anchor, tag.is_some(), span)?;
                let mut entries = Vec::new();
                loop {
                    let (event, at) = self.next()?;
                    if event == Event::MappingEnd {
                        let last = entries.last().map(|entry: &Entry| entry.value.span.end);
                        return Ok(Node {
                            span: whole(style, span, at, last),
                            kind: Kind::Map(entries),
                        });
                    }
                    entries.push(self.entry(event, at, inner)?);
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => Err(anchored(span)),
            // The parser promises that nothing else stands where a node does.
            _ => Err(syntax("something is wrong here", span)),
        }
    }

    fn entry(&mut self, event: Event<'t>, at: Span, depth: usize) -> Result<Entry, Diagnostic> {
        let key = self.node(event, at, depth)?;
        let Kind::Scalar(scalar) = key.kind else {
            return Err(syntax("the name of a field is text", key.span)
                .help("braces and brackets in text need quotes"));
        };
        let (event, at) = self.next()?;
        let value = self.node(event, at, depth)?;
        Ok(Entry { key: scalar.text, key_span: key.span, value })
    }

    fn refused(&self, error: &ScanError) -> Diagnostic {
        let start = error.marker().byte_offset().unwrap_or(self.end).min(self.end);
        let span = Span::new(start, start);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => too_deep(span),
            _ => syntax(crate::diagnostic::safe_text(&error.info()), span),
        }
    }
}

fn syntax(message: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::new(Code::SYNTAX, message).at(span, "")
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("the file is nested more than {DEEPEST} deep");
    Diagnostic::new(Code::TOO_DEEP, message).at(span, "")
}

fn anchored(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ANCHOR, "a rule has no anchors, aliases or tags")
        .at(span, "")
        .help("write out what is meant; text that begins with `&`, `*` or `!` needs quotes")
}

fn plain_node(anchor: usize, tag: bool, span: Span) -> Result<(), Diagnostic> {
    if anchor == 0 && !tag { Ok(()) } else { Err(anchored(span)) }
}

/// From a list's or map's beginning to its end: in block style the end of what stands last in it, because the next thing
/// ends it.
fn whole(style: StructureStyle, start: Span, end: Span, last: Option<usize>) -> Span {
    let end = match style {
        StructureStyle::Flow => end.end,
        StructureStyle::Block => last.unwrap_or(start.end),
    };
    Span::new(start.start, end.max(start.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Typed {
        let node = parse(text).unwrap();
        let Kind::Scalar(scalar) = node.kind else { panic!("{text}") };
        scalar.typed()
    }

    /// The examples and regular expressions of YAML 1.2.2, 10.3.
    #[test]
    fn the_core_schema() {
        for text in ["~", "null", "Null", "NULL"] {
            assert_eq!(typed(text), Typed::Null, "{text}");
        }
        assert_eq!((typed("true"), typed("FALSE")), (Typed::Bool(true), Typed::Bool(false)));
        for (text, number) in [
            ("0", Some(0)),
            ("0o7", Some(7)),
            ("0x3A", Some(58)),
            ("+12", Some(12)),
            ("-19", None),
            ("-0", Some(0)),
            ("007", Some(7)),
            ("0x20019", Some(0x20019)),
            ("18446744073709551616", None),
            ("18446744073709551615", Some(u64::MAX)),
            ("0x10000000000000000", None),
        ] {
            assert_eq!(typed(text), Typed::Integer(number), "{text}");
        }
        for text in ["0.", "-0.0", ".5", "+12e03", "-2E+05", ".inf", "-.Inf", "+.INF", ".NAN"] {
            assert_eq!(typed(text), Typed::Float, "{text}");
        }
        for text in [
            "'0'",
            "\"true\"",
            "yes",
            "no",
            "NO",
            "on",
            "truE",
            "0x",
            "0xg",
            "0o8",
            "1_000",
            "2026-11-23",
            "1.2.3",
            "e5",
            ".",
            "-",
            "S-1-5-18",
            "1e",
            "''",
            "|\n 5",
        ] {
            assert_eq!(typed(if text == "-" { "'-'" } else { text }), Typed::Text, "{text}");
        }
    }

    #[test]
    fn every_part_knows_its_place() {
        let text = "a:\n  - 'é b'\n  - { c: d, e: [] }\nf: |\n  x\n\ng: h # i\n";
        let mut found = Vec::new();
        fn collect<'t>(node: &Node, text: &'t str, found: &mut Vec<&'t str>) {
            found.push(&text[node.span.range()]);
            match &node.kind {
                Kind::Scalar(_) => {}
                Kind::List(items) => items.iter().for_each(|item| collect(item, text, found)),
                Kind::Map(entries) => entries.iter().for_each(|entry| {
                    found.push(&text[entry.key_span.range()]);
                    collect(&entry.value, text, found);
                }),
            }
        }
        let root = parse(text).unwrap();
        collect(&root, text, &mut found);
        let trimmed: Vec<_> = found.iter().map(|part| part.trim_end()).collect();
        assert_eq!(trimmed[0], text.trim_end().trim_end_matches(" # i"));
        assert_eq!(
            trimmed[1..],
            [
                "a",
                "- 'é b'\n  - { c: d, e: [] }",
                "'é b'",
                "{ c: d, e: [] }",
                "c",
                "d",
                "e",
                "[]",
                "f",
                "x",
                "g",
                "h"
            ]
        );
    }
}
