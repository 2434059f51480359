//! Tests of a text that a loop found.

use super::OneOrMany;
use crate::decode::described;
use crate::diagnostic::Spanned;
use crate::pattern::Pattern;
use crate::template::Template;

described! {
    /// Tests of a text, such as the element of a `for_each`; all that are given must hold.
    pub struct TextTest as "a test of a text", example "{ of: '{ccs}', matches: 'ControlSet\\d+' }" {
        required {
            /// The text, as `'{entry}'`.
            of: Spanned<Template>,
        }
        optional {
            /// The text or texts of which it must be one, without regard to case.
            equals: OneOrMany<Spanned<Template>> = OneOrMany::default(),
            /// A regular expression that must match it.
            matches: Option<Spanned<Pattern>> = None,
        }
    }
}

impl TextTest {
    pub(crate) fn has_test(&self) -> bool {
        !self.is_bare()
    }
}
