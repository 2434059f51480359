//! Tests that compare with another control set, or another hive.

use crate::decode::{described, words};
use crate::diagnostic::Spanned;
use crate::template::Template;

described! {
    /// A value, a key's values or a whole subtree must be as they are elsewhere.
    ///
    /// Names, types and data of values are compared, and with `deep` which subkeys there are, all the way down. Times,
    /// classes and security are not: they differ between control sets that are the same to Windows.
    pub struct SameTest as "a test of sameness", example "{ path: '{ccs}\\Services\\Winsock', as: last-known-good, deep: true }" {
        required {
            /// The key's path.
            path: Spanned<Template>,
            /// Where the other one stands.
            other as "as": Other,
        }
        optional {
            /// The value's name, `''` for the default value; without it the key's values are compared, all of them.
            name: Option<Spanned<Template>> = None,
            /// Whether subkeys are compared too, and all below them.
            deep: bool = false => "false",
            /// Whether a "no" proves nothing.
            weak: bool = false => "false",
        }
    }
}

words! {
    /// Where something is compared with.
    pub enum Other as "another place" {
        /// The control set that the machine ran with.
        Current = "current",
        /// The control set that it would boot next.
        Default = "default",
        /// The control set that booted well last.
        LastKnownGood = "last-known-good",
        /// The control set that was given up on.
        Failed = "failed",
        /// The hive that the caller gives as the baseline: its current control set.
        Baseline = "baseline",
    }
}

impl Other {
    /// Whether it is another hive.
    pub(crate) const fn is_hive(self) -> bool {
        matches!(self, Self::Baseline)
    }
}
