//! Fields of reports: what was read, or why nothing was.

use coldhive_system::Reading;
use serde::Serialize;

/// A field that was read, or why it was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field<T> {
    /// What was read.
    pub value: Option<T>,
    /// Why nothing was, or what is odd about what was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl<T> Field<T> {
    /// Takes what came of reading.
    #[must_use]
    pub fn of(reading: Reading<T>) -> Self {
        let why = reading.why_not();
        Self { problem: (!why.is_empty()).then_some(why), value: reading.ok() }
    }

    /// Whether the value is certainly not there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.value.is_none() && self.problem.as_deref() == Some(ABSENT)
    }
}

/// What [`Reading::why_not`] says of a value that is certainly not there.
const ABSENT: &str = "absent";
