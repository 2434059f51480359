//! Tests of a key.

use super::{Moment, NumberTest, OneOrMany};
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
            /// The class that it must have, without regard to case; `''` for none.
            class: Option<Spanned<Template>> = None,
            /// It must have been written last after this time.
            newer_than: Option<Spanned<Moment>> = None,
            /// It must have been written last before this time.
            older_than: Option<Spanned<Moment>> = None,
            /// What must be so of its subkeys.
            subkeys: Option<Spanned<SubkeysTest>> = None,
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

    /// Whether it asks for anything but what was deleted.
    pub(crate) fn asks_for_living(&self) -> bool {
        !Self { weak: false, remnant: None, ..self.clone() }.is_bare()
    }

    /// The texts that it holds something against.
    pub(crate) fn texts(&self) -> Vec<&Template> {
        let names = self.subkeys.as_ref().and_then(|subkeys| subkeys.names.as_ref());
        let names = names.into_iter().flat_map(|names| {
            names
                .superset_of
                .iter()
                .chain(&names.disjoint_from)
                .chain(names.equals.iter().flatten())
        });
        self.class.iter().chain(names).map(|text| &text.value).collect()
    }
}

described! {
    /// Tests of the subkeys of a key, those right below it.
    pub struct SubkeysTest as "a test of subkeys", example "{ count: { ge: 1 }, names: { superset_of: [Parameters] } }" {
        required {}
        optional {
            /// How many there must be.
            count: Option<Spanned<NumberTest>> = None,
            /// Which there must be.
            names: Option<Spanned<NamesTest>> = None,
        }
    }
}

described! {
    /// Tests of a set of names, compared without regard to case.
    pub struct NamesTest as "a test of names", example "{ superset_of: [Parameters], disjoint_from: Linkage }" {
        required {}
        optional {
            /// Names that must all be among them.
            superset_of: OneOrMany<Spanned<Template>> = OneOrMany::default(),
            /// Names of which none may be among them.
            disjoint_from: OneOrMany<Spanned<Template>> = OneOrMany::default(),
            /// Exactly these names; an empty list for no subkey at all.
            equals: Option<Vec<Spanned<Template>>> = None,
        }
    }
}
