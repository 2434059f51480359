//! Tests of a key.

use crate::decode::described;
use crate::diagnostic::Spanned;
use crate::template::Template;

described! {
    /// Tests of a key; all that are given must hold.
    pub struct KeyTest as "a test of a key", example "{ path: '{ccs}\\Services\\Winsock', exists: true, intact: true }" {
        required {
            /// The key's path.
            path: Spanned<Template>,
        }
        optional {
            /// Whether it must be there.
            exists: Option<bool> = None,
            /// Whether it and what it needs must be undamaged.
            intact: Option<bool> = None,
            /// Whether a deleted key of that path must be found in what the hive has left over.
            remnant: Option<bool> = None,
            /// Whether a "no" proves nothing.
            weak: bool = false => "false",
        }
    }
}

impl KeyTest {
    pub(crate) fn has_test(&self) -> bool {
        !Self { weak: false, ..self.clone() }.is_bare()
    }
}
