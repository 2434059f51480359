//! Regular expressions whose cost is bounded.

use std::fmt;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use thiserror::Error;

use crate::decode::{Cx, Decode};
use crate::diagnostic::{Code, Diagnostic, safe_text};
use crate::language::{Describe, Shape, TextShape};
use crate::yaml::Node;

/// The longest regular expression, in bytes.
pub(crate) const LONGEST: usize = 1024;
/// How large what is compiled from it may get, in bytes.
const LARGEST: usize = 256 << 10;
/// Smaller sizes that are tried first: which one is enough says what matching costs at worst.
const SIZES: [usize; 4] = [4 << 10, 16 << 10, 64 << 10, LARGEST];
/// How large what is built while matching may get, in bytes.
const LARGEST_CACHE: usize = 1 << 20;
/// How deep groups and repetitions may be nested.
const DEEPEST: u32 = 64;

/// A regular expression of a rule.
///
/// It is looked for anywhere in a text, without regard to case, as the registry compares names; `^`, `$` and `(?-i)` say
/// otherwise. Matching takes time in proportion to the text, whatever the expression: there is no backtracking.
///
/// ```
/// use coldhive_rules::Pattern;
///
/// let pattern = Pattern::parse(r"^%systemroot%\\system32\\")?;
/// assert!(pattern.is_match(r"%SystemRoot%\System32\svchost.exe"));
/// assert_eq!(Pattern::parse("(a").unwrap_err().to_string(), "unclosed group");
/// # Ok::<(), coldhive_rules::PatternError>(())
/// ```
#[derive(Clone)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Compiled>,
}

/// What is compiled from a regular expression.
#[derive(Clone, Debug)]
struct Compiled {
    /// `None` where it can't be used: then it is found in nothing.
    regex: Option<Regex>,
    cost: u64,
}

/// Why a regular expression can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PatternError {
    /// It is too long.
    #[error("it has {length} bytes, and a regular expression has at most {LONGEST}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// What would be compiled from it is too large.
    #[error("it stands for too much: what is compiled from it is larger than {LARGEST} bytes")]
    TooLarge,
    /// It isn't one.
    #[error("{message}")]
    Syntax {
        /// What is wrong.
        message: String,
    },
}

impl Pattern {
    /// Understands a regular expression.
    ///
    /// # Errors
    /// [`PatternError`] says why it can't be used.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let compiled = Compiled::of(text)?;
        Ok(Self { text: text.to_owned(), compiled: compiled.into() })
    }

    /// Takes one that is known to be usable, and understands it when it is first looked for: most of those that come
    /// with this crate never are, and that takes longer than all else that it takes to load a rule.
    pub(crate) fn known_to_parse(text: &str) -> Self {
        Self { text: text.to_owned(), compiled: OnceLock::new() }
    }

    fn compiled(&self) -> &Compiled {
        self.compiled
            .get_or_init(|| Compiled::of(&self.text).unwrap_or(Compiled { regex: None, cost: 1 }))
    }

    /// What matching costs at worst, for each byte of text.
    pub(crate) fn cost(&self) -> u64 {
        self.compiled().cost
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is found in a text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled().regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// Whether it seems to be found in every text: it is in texts that have nothing in common, and in the empty one.
    ///
    /// ```
    /// use coldhive_rules::Pattern;
    ///
    /// for (text, everything) in [(".*", true), ("a?", true), ("", true), ("^$", false), (".", false), (r"\w", false)] {
    ///     assert_eq!(Pattern::parse(text)?.matches_everything(), everything, "{text}");
    /// }
    /// # Ok::<(), coldhive_rules::PatternError>(())
    /// ```
    #[must_use]
    pub fn matches_everything(&self) -> bool {
        ["", "\n", "7 \\", "Ä\u{1F600}-zz"].iter().all(|text| self.is_match(text))
    }
}

impl Compiled {
    fn of(text: &str) -> Result<Self, PatternError> {
        if text.len() > LONGEST {
            return Err(PatternError::TooLong { length: text.len() });
        }
        for size in SIZES {
            let built = RegexBuilder::new(text)
                .case_insensitive(true)
                .size_limit(size)
                .dfa_size_limit(LARGEST_CACHE)
                .nest_limit(DEEPEST)
                .build();
            match built {
                // At worst all states are looked at for each byte, and a state has some tens of bytes.
                Ok(regex) => {
                    let cost = u64::try_from(size / 512).unwrap_or(u64::MAX);
                    return Ok(Self { regex: Some(regex), cost });
                }
                Err(regex::Error::CompiledTooBig(_)) => {}
                Err(other) => {
                    // What is wrong stands behind a drawing of where.
                    let text = other.to_string();
                    let message = text.rsplit("error: ").next().unwrap_or_default().trim();
                    return Err(PatternError::Syntax { message: safe_text(message) });
                }
            }
        }
        Err(PatternError::TooLarge)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.as_str()).finish()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Decode for Pattern {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let text = cx.text_as(node, "a regular expression")?;
        cx.patterns = cx.patterns.saturating_add(1);
        if cx.patterns > Cx::MOST_PATTERNS {
            // Compiling one takes up to some milliseconds.
            let message = format!("a rule has at most {} regular expressions", Cx::MOST_PATTERNS);
            cx.push(Diagnostic::new(Code::PATTERN, message).at(node.span, ""));
            return None;
        }
        if cx.is_known_to_load {
            return Some(Self::known_to_parse(text));
        }
        match Self::parse(text) {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                let message = format!("the regular expression can't be used: {why}");
                cx.push(Diagnostic::new(Code::PATTERN, message).at(node.span, ""));
                None
            }
        }
    }
}

impl Describe for Pattern {
    fn shape() -> Shape {
        Shape::Text(&TextShape {
            name: "a regular expression",
            docs: "A regular expression in the syntax of Rust's crate `regex`, looked for anywhere and without regard to case.",
            examples: &["^%systemroot%\\\\", "clus(net|svc)"],
            words: &[],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    #[test]
    fn hostile_ones_are_refused_soon() {
        for text in [
            "a{1000}{1000}{1000}",
            "(a*)*{999999}",
            "((a{0,1000}){0,1000}){0,1000}",
            &"(".repeat(1024),
            &"(?:".repeat(300),
            &"[a-z]{500}".repeat(100),
            &"a".repeat(1025),
            "\\1",
            "(?=a)",
            "(?<=a)b",
            "[",
            "*",
            "\\",
            "a{99999999999}",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn matching_takes_time_in_proportion_to_the_text() {
        let text = "a".repeat(1 << 17) + "b";
        for pattern in ["(a+)+$", "(a|aa)+$", "(.*)*x", "a*a*a*a*a*a*c"] {
            assert!(!Pattern::parse(pattern).unwrap().is_match(&text), "{pattern}");
        }
    }

    #[test]
    fn case_counts_only_where_it_is_asked_for() {
        assert!(Pattern::parse("clusnet").unwrap().is_match("ClusNet"));
        assert!(Pattern::parse("ä").unwrap().is_match("Ä"));
        assert!(!Pattern::parse("(?-i)clusnet").unwrap().is_match("ClusNet"));
    }

    #[test]
    fn in_a_rule_it_has_its_code_and_place() {
        let mut cx = Cx::default();
        let node = yaml::parse("'(a'").unwrap();
        assert_eq!(Pattern::decode(&node, &mut cx), None);
        let found = cx.sink.into_diagnostics(crate::Source::new("r", "'(a'"));
        assert_eq!(
            found.to_string(),
            "r:1:1: CH026: the regular expression can't be used: unclosed group"
        );
    }
}
