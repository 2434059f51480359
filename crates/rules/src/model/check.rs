//! Checks and remarks.

use super::Predicate;
use crate::decode::{described, words};
use crate::diagnostic::Spanned;

described! {
    /// One thing that must hold.
    pub struct Check as "a check", example "{ id: winsock, title: Winsock is registered, remedy: Restore the key., expect: { key: { path: '{ccs}\\Services\\Winsock', exists: true } } }" {
        required {
            /// A stable name, unique in the rule.
            id: Spanned<String>,
            /// What holds if it is true, in one line.
            title: Spanned<String>,
            /// The predicate.
            expect: Spanned<Predicate>,
        }
        optional {
            /// Whose words the check is.
            origin: Origin = Origin::Derived => "derived",
            /// What to do where it doesn't hold.
            remedy: Option<String> = None,
        }
    }
}

words! {
    /// Whose words a check is.
    pub enum Origin as "an origin" {
        /// The article's.
        Article = "article",
        /// A reading of the article by the rule's author.
        Derived = "derived",
    }
}
