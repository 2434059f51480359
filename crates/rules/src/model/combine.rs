//! Predicates over predicates that need more than a list.

use super::Predicate;
use crate::decode::described;
use crate::diagnostic::Spanned;

described! {
    /// At least so many of these hold.
    pub struct AtLeast as "`at_least`", example "{ n: 1, of: [{ key: { path: Select, exists: true } }, { key: { path: Setup, exists: true } }] }" {
        required {
            /// How many.
            n: Spanned<u64>,
            /// Of which predicates.
            of: Vec<Spanned<Predicate>>,
        }
        optional {}
    }
}

described! {
    /// If one predicate holds, then another must.
    pub struct Implication as "`if` with `then`", example "{ if: { key: { path: Setup, exists: true } }, then: { key: { path: Select, exists: true } } }" {
        required {
            /// What makes the other necessary.
            premise as "if": Box<Spanned<Predicate>>,
            /// What must hold then.
            conclusion as "then": Box<Spanned<Predicate>>,
        }
        optional {}
    }
}
