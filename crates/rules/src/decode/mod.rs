//! From YAML's tree to the model. What is wrong is recorded and decoding goes on, so that all of it is told at once.

mod basic;
mod fields;
mod macros;
mod suggest;

use crate::diagnostic::{Code, Diagnostic, Sink, Span};
use crate::yaml::{Kind, Node};

pub(crate) use basic::number;
pub(crate) use fields::{Fields, has_entry, one_entry};
pub(crate) use macros::{described, tagged, words};
pub use suggest::near_names;
pub(crate) use suggest::{help, nearest};

/// What can be read from a part of a rule file.
pub(crate) trait Decode: Sized {
    /// Reads it; `None` where it can't be used, and then the reason was recorded.
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self>;

    /// Something to go on with where it is missing or can't be read: only to find what else is wrong, for the rule is
    /// refused. `None` where nothing could stand for it.
    fn stand_in() -> Option<Self> {
        None
    }
}

/// What decoding gathers beside the model.
#[derive(Debug, Default)]
pub(crate) struct Cx {
    pub(crate) sink: Sink,
    /// How many regular expressions were compiled.
    pub(crate) patterns: usize,
    /// Whether this is a file that a test has seen loading.
    pub(crate) is_known_to_load: bool,
}

impl Cx {
    /// How many regular expressions a rule may have.
    pub(crate) const MOST_PATTERNS: usize = 256;

    /// What stands in a node without quotes, where that is one of these words and would else be taken for a number or for
    /// nothing: `7`, `null`.
    pub(crate) fn plain_word<'n>(node: &'n Node, words: &[&str]) -> Option<&'n str> {
        let Kind::Scalar(scalar) = &node.kind else { return None };
        words.contains(&scalar.text.as_str()).then_some(&scalar.text)
    }

    /// Records what is wrong.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// Records that something is of another kind than it should be.
    pub(crate) fn wrong_kind(&mut self, node: &Node, expected: &str) {
        let found = node.what();
        let mut diagnostic =
            Diagnostic::new(Code::WRONG_KIND, format!("{expected} is expected here, not {found}"))
                .at(node.span, format!("this is {found}"));
        let is_scalar = matches!(&node.kind, Kind::Scalar(_));
        if found == "nothing" {
            diagnostic = diagnostic.help("leave the field out where it has nothing to say");
        } else if expected == "text" && is_scalar {
            diagnostic = diagnostic.help("put it into quotes");
        } else if expected == "true or false" && is_scalar {
            diagnostic =
                diagnostic.help("write true or false, in small letters and without quotes");
        } else if expected == "a number" && is_scalar {
            diagnostic = diagnostic.help("write it without quotes");
        }
        self.push(diagnostic);
    }

    /// The text of a node, quoted or plain.
    pub(crate) fn text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        self.text_as(node, "text")
    }

    /// The same; `expected` says what text it should be.
    pub(crate) fn text_as<'n>(&mut self, node: &'n Node, expected: &str) -> Option<&'n str> {
        match &node.kind {
            Kind::Scalar(scalar) if scalar.typed() == crate::yaml::Typed::Text => {
                Some(&scalar.text)
            }
            _ => {
                self.wrong_kind(node, expected);
                None
            }
        }
    }

    /// A help for an unknown name: what was probably meant, and what is known.
    pub(crate) fn help<'k>(
        &self,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Option<String> {
        if self.sink.is_full() { None } else { help(what, name, known) }
    }

    /// Records an unknown word, with what may stand there.
    pub(crate) fn unknown_word<'k>(
        &mut self,
        span: Span,
        word: &str,
        what: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let message = format!("{} is not {what}", crate::diagnostic::quoted(word));
        let mut diagnostic = Diagnostic::new(Code::UNKNOWN_WORD, message).at(span, "");
        diagnostic.help = self.help("known", word, known);
        self.push(diagnostic);
    }
}
