//! Tests of a service or driver.

use super::OneOrMany;
use crate::decode::{described, words};
use crate::diagnostic::Spanned;

described! {
    /// Tests of a service or driver; all that are given must hold.
    pub struct ServiceTest as "a test of a service", example "{ name: ClusSvc, present: true, start: [automatic, manual] }" {
        required {
            /// Its name.
            name: Spanned<String>,
        }
        optional {
            /// Whether its key must be there.
            present: Option<bool> = None,
            /// How it must be started, one of these.
            start: OneOrMany<StartName> = OneOrMany::default(),
            /// Whether a "no" proves nothing.
            weak: bool = false => "false",
        }
    }
}

impl ServiceTest {
    pub(crate) fn has_test(&self) -> bool {
        !Self { weak: false, ..self.clone() }.is_bare()
    }
}

words! {
    /// How a service is started.
    pub enum StartName as "a start type" {
        /// 0.
        Boot = "boot",
        /// 1.
        System = "system",
        /// 2.
        Automatic = "automatic",
        /// 3.
        Manual = "manual",
        /// 4.
        Disabled = "disabled",
    }
}
