//! Diagnostics: what is wrong with a rule file, or worth a warning, with a stable code and the place.

mod code;
mod errors;
mod excerpt;
mod json;
mod render;
mod safe;
mod source;
mod span;
mod warnings;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use code::{Code, Example, Explanation, codes, explain};
pub use json::{DIAGNOSTICS_SCHEMA, JsonDiagnostic, JsonLabel, JsonReport};
pub use render::Style;
pub(crate) use safe::quoted;
pub use safe::{is_harmless, safe_text};
pub use source::{Position, Source};
pub use span::{Span, Spanned};

/// How many diagnostics of a file are reported; the others are counted.
pub const MOST_REPORTED: usize = 100;
/// How many are kept until they are put in order.
const MOST_KEPT: usize = 300;

/// How much weight a diagnostic has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The rule can't be used.
    Error,
    /// The rule can be used, and its author should look at this.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing to say about a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// The places that it is about; none where the rule was built in code.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

/// A place that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What there is to say of it; may be empty.
    pub text: String,
    /// Whether the diagnostic is about this place; another one only helps to understand it.
    pub primary: bool,
}

impl Diagnostic {
    /// A diagnostic that has no place yet.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), help: None }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(self, span: impl Into<Option<Span>>, text: impl Into<String>) -> Self {
        self.label(span.into(), text.into(), true)
    }

    /// Names another place that helps to understand it.
    #[must_use]
    pub fn and(self, span: impl Into<Option<Span>>, text: impl Into<String>) -> Self {
        self.label(span.into(), text.into(), false)
    }

    fn label(mut self, span: Option<Span>, text: String, primary: bool) -> Self {
        self.labels.extend(span.map(|span| Label { span, text, primary }));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// How much weight it has.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Where it is.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        let primary = self.labels.iter().find(|label| label.primary);
        primary.or(self.labels.first()).map(|label| label.span)
    }
}

/// `CH004: the check c uses ...`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

/// Collects diagnostics, and no more than anybody reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sink {
    kept: Vec<Diagnostic>,
    dropped: usize,
}

impl Sink {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.dropped = self.dropped.saturating_add(1);
        } else {
            self.kept.push(diagnostic);
        }
    }

    /// Whether what comes now is only counted: it needs no care.
    pub(crate) fn is_full(&self) -> bool {
        self.kept.len() >= MOST_KEPT
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Whether something within this place was complained of: what follows from it is no news.
    pub(crate) fn any_within(&self, span: Option<Span>) -> bool {
        let Some(span) = span else { return false };
        let mut spans = self.kept.iter().filter_map(Diagnostic::span);
        // Of what wasn't kept, nobody knows where it was.
        self.dropped > 0 || spans.any(|inner| span.contains(inner))
    }

    /// All of them in the order of the file.
    pub(crate) fn into_diagnostics(mut self, source: Source) -> Diagnostics {
        self.kept.sort_by_key(|one| one.span().map(|span| (span.start, span.end)));
        let cut = self.kept.len().saturating_sub(MOST_REPORTED);
        self.kept.truncate(MOST_REPORTED);
        Diagnostics { source, list: self.kept, left_out: self.dropped.saturating_add(cut) }
    }
}

/// What there is to say about one rule file, in the order of the file, with its text to show it in.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Diagnostics {
    source: Source,
    list: Vec<Diagnostic>,
    left_out: usize,
}

impl Diagnostics {
    /// The diagnostics, [`MOST_REPORTED`] at most.
    #[must_use]
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// How many more there are.
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// How many there are in all, also of those that are left out.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.list.len().saturating_add(self.left_out)).unwrap_or(u64::MAX)
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The file that they are about.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Where a diagnostic is: line and column.
    #[must_use]
    pub fn position(&self, diagnostic: &Diagnostic) -> Option<Position> {
        diagnostic.span().map(|span| self.source.position(span.start))
    }
}

/// One line for each: `r.yaml:8:12: CH004: the check c uses ...`.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = safe_text(self.source.name());
        for (index, diagnostic) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match self.position(diagnostic) {
                Some(Position { line, column }) => write!(f, "{name}:{line}:{column}: ")?,
                None => write!(f, "{name}: ")?,
            }
            write!(f, "{diagnostic}")?;
        }
        if self.left_out > 0 {
            write!(f, "\n{name}: and {} more", self.left_out)?;
        }
        Ok(())
    }
}
