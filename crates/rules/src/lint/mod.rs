//! Linters: what an author should look at, though the rule can be used.
//!
//! Each is a value with a name and a code. [`Rule::warnings`](crate::Rule::warnings) asks all of them,
//! [`Rule::lint`](crate::Rule::lint) those that it is given.

mod contradiction;
mod duplicate;
mod metadata;
mod paths;
mod unused;
mod values;

use std::fmt;

use crate::diagnostic::{Code, Sink, Source};
use crate::model::RuleFile;

pub use contradiction::{ALWAYS_HOLDS, CONTRADICTION};
pub use duplicate::DUPLICATE;
pub use metadata::{AWKWARD_ID, DATE, DEPRECATED, NO_REMEDY, UNDOCUMENTED};
pub use paths::{CONTROL_SET_NUMBER, NOT_FILLED_IN, ODD_PATH};
pub use unused::{UNUSED_PARAM, UNUSED_VAR};
pub use values::LIST_TEST;

/// All linters, in the order of their codes.
pub const ALL: &[Linter] = &[
    UNUSED_VAR,
    UNUSED_PARAM,
    CONTROL_SET_NUMBER,
    NO_REMEDY,
    LIST_TEST,
    ODD_PATH,
    DEPRECATED,
    CONTRADICTION,
    DUPLICATE,
    UNDOCUMENTED,
    ALWAYS_HOLDS,
    DATE,
    AWKWARD_ID,
    NOT_FILLED_IN,
];

/// Finds one sort of thing.
#[derive(Clone, Copy)]
pub struct Linter {
    code: Code,
    find: fn(&Linted<'_>, &mut Sink),
}

/// What is linted.
struct Linted<'r> {
    file: &'r RuleFile,
    source: &'r Source,
}

impl Linter {
    const fn new(code: Code, find: fn(&Linted<'_>, &mut Sink)) -> Self {
        Self { code, find }
    }

    /// The code of what it finds.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Its name, as `unused-var`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.code.explanation().name
    }

    pub(crate) fn run(&self, file: &RuleFile, source: &Source, sink: &mut Sink) {
        (self.find)(&Linted { file, source }, sink);
    }
}

impl fmt::Debug for Linter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.code)
    }
}
