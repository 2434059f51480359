//! The tree behind a check: each predicate with its value and its reason.

use serde::{Deserialize, Serialize};

use crate::truth::Truth;

/// A predicate that was evaluated, with those inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Explained {
    /// What it is called in rule files: `all`, `key`, `for_each`.
    pub predicate: String,
    /// The field that it stands in, where the predicate around it has two: `if` and `then`, `where` and `expect`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The element of a `for_each` that it is about; absent elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Its value.
    pub value: Truth,
    /// Whether it made the value of the whole tree what it is. Where it did not, nothing inside it did.
    pub decides: bool,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// What it rests on itself: places in the list of evidence that stands beside the tree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<usize>,
    /// The predicates in it; of a `for_each` one for each element that it was asked of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inner: Vec<Explained>,
    /// How many elements of a `for_each` are not told.
    #[serde(default, skip_serializing_if = "crate::evidence::is_zero")]
    pub left_out: usize,
}

impl Explained {
    /// The same where so much other evidence stands in front of its own.
    pub(crate) fn behind(mut self, others: usize) -> Self {
        self.evidence.iter_mut().for_each(|place| *place = place.saturating_add(others));
        self.inner = self.inner.into_iter().map(|inner| inner.behind(others)).collect();
        self
    }
}
