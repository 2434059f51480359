//! What is wrong with a text, and where.

use std::fmt;

use crate::error::ForgeError;

/// The most problems that are collected before reading stops.
const MOST: usize = 100;

/// How many UTF-16 units of the text a message quotes.
const QUOTED: usize = 32;

/// A reason why a registry text gives no hive.
///
/// A text with any problem gives none: what a half-understood export lacks would look absent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegError {
    /// The text isn't what an import understands, or goes beyond a limit of the registry.
    #[error("{}", summary(problems, *more))]
    Text {
        /// What is wrong, in the order of the text; at least one and at most 100 problems.
        problems: Vec<Problem>,
        /// Whether reading stopped at the last of them.
        more: bool,
    },
    /// The text was understood, and what it describes doesn't fit a hive.
    #[error("the text was read, but it makes no hive: {0}")]
    Unbuildable(#[from] ForgeError),
}

impl RegError {
    /// What is wrong with the text; empty where the text was understood.
    pub fn problems(&self) -> &[Problem] {
        match self {
            RegError::Text { problems, .. } => problems,
            RegError::Unbuildable(_) => &[],
        }
    }
}

/// One thing that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The line, from 1.
    pub line: u32,
    /// The column in UTF-16 units, from 1.
    pub column: u32,
    /// What could stand there.
    pub expected: &'static str,
    /// What does.
    pub found: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { line, column, expected, found } = self;
        write!(f, "line {line}, column {column}: expected {expected}, found {found}")
    }
}

fn summary(problems: &[Problem], more: bool) -> String {
    let first = problems.first().map(ToString::to_string).unwrap_or_default();
    match problems.len().saturating_sub(1) {
        0 => first,
        others if more => format!("{first} (and at least {others} more)"),
        others => format!("{first} (and {others} more)"),
    }
}

/// The problems of a text while it is read.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }

    /// Whether reading on makes no sense.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_error(self) -> RegError {
        let more = self.is_full();
        RegError::Text { problems: self.0, more }
    }
}

/// A few characters of the text, for a message: quoted, with control characters escaped.
pub(super) fn quote(units: &[u16]) -> String {
    if units.is_empty() {
        return "the end of the line".into();
    }
    let mut short: Vec<u16> = units.iter().copied().take(QUOTED).collect();
    let cut = short.len() < units.len();
    if cut {
        short.pop_if(|unit| (0xD800..0xDC00).contains(unit));
    }
    format!("{:?}{}", String::from_utf16_lossy(&short), if cut { "..." } else { "" })
}

/// A name or path, for a note: quoted, and its end left out where it is long.
pub(super) fn quote_name(name: &str) -> String {
    const CHARACTERS: usize = 120;
    match name.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{:?}...", name.get(..end).unwrap_or_default()),
        None => format!("{name:?}"),
    }
}
