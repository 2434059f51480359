//! The predicate `value`.

mod compare;
mod content;
mod list;
mod ranges;
mod read;

use coldhive_hive::ValueType;
pub(super) use read::shown;

use super::Scope;
use super::node::Node;
use super::words::sentence;
use crate::evidence::Evidence;
use crate::model::ValueTest;
use crate::truth::Truth;

/// What came of looking for a value, as far as tests need it.
pub(super) enum Content {
    /// The value and its data.
    Is(ValueType, Vec<u8>),
    /// There is no such value, or no such key.
    Absent,
    /// Damage hides whether it is there, or what it holds.
    Hidden,
}

/// What the tests of one value gave.
struct Findings {
    truths: Vec<Truth>,
    expected: Vec<String>,
    found: String,
    evidence: Vec<Evidence>,
}

impl Findings {
    fn add(&mut self, truth: Truth, expected: impl Into<String>) {
        self.truths.push(truth);
        self.expected.push(expected.into());
    }

    fn also_found(&mut self, found: &str) {
        self.found.push_str("; ");
        self.found.push_str(found);
    }
}

impl Scope<'_, '_> {
    pub(super) fn value(&self, test: &ValueTest) -> Node {
        let (path, name) = (self.path(&test.path), self.text(&test.name));
        let (content, found, evidence) = self.read_value(&path, &name);
        let mut findings = Findings { truths: Vec::new(), expected: Vec::new(), found, evidence };
        self.presence(test, &content, &mut findings);
        self.content(test, &content, &mut findings);
        self.lists(test, &content, &mut findings);
        if let Some(ranges) = &test.ranges {
            self.ranges(ranges, test.split, &content, &mut findings);
        }
        self.numbers(test, &content, &mut findings);
        let Findings { truths, expected, found, evidence } = findings;
        let expected = sentence!("the value {path}\\{} {}", shown(&name), expected.join(" and "));
        Node::leaf(Truth::all(truths), expected, found, evidence).weakened(test.weak)
    }

    /// Whether it is there, and of which type.
    fn presence(&self, test: &ValueTest, content: &Content, findings: &mut Findings) {
        if let Some(wanted) = test.exists {
            let exists = match content {
                Content::Is(..) => Truth::True,
                Content::Absent => Truth::False,
                Content::Hidden => Truth::Unknown,
            };
            let expected = if wanted { "exists" } else { "does not exist" };
            findings.add(exists.wanted(wanted), expected);
        }
        if !test.types.is_empty() {
            let names: Vec<_> = test.types.iter().map(|name| name.0.to_string()).collect();
            let truth = content
                .test(|value_type, _| test.types.iter().any(|name| name.0 == value_type).into());
            findings.add(truth, format!("is of type {}", names.join(" or ")));
        }
    }
}

impl Content {
    /// A test of a value that is there.
    fn test(&self, test: impl FnOnce(ValueType, &[u8]) -> Truth) -> Truth {
        match self {
            Self::Is(value_type, data) => test(*value_type, data),
            Self::Absent => Truth::False,
            Self::Hidden => Truth::Unknown,
        }
    }
}
