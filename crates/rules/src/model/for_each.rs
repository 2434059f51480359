//! Predicates over the elements of a list or the subkeys of a key.

use super::{Predicate, Separator};
use crate::decode::{described, words};
use crate::diagnostic::Spanned;
use crate::template::Template;

described! {
    /// A predicate over all elements of something: the subkeys of keys, or the entries of a list.
    ///
    /// In `where` and `expect`, the name that `as` gives stands in braces for the element: `{svc}` for a subkey's name or
    /// an entry after `transform`, `{svc.path}` for a subkey's path, `{svc.raw}` for the name or entry before `transform`.
    pub struct ForEach as "`for_each`", example "{ subkeys_of: '{ccs}\\Services', as: svc, expect: { value: { path: '{svc.path}', name: Start, range: { from: 0, to: 4 } } } }" {
        required {
            /// The name of the element in placeholders.
            variable as "as": Spanned<String>,
            /// What must hold of the elements.
            expect: Box<Spanned<Predicate>>,
        }
        optional {
            /// The keys whose subkeys are the elements: a path in which a `*` stands for any part of a name.
            subkeys_of: Option<Spanned<Template>> = None,
            /// The list whose entries are the elements.
            entries_of: Option<ListRef> = None,
            /// How many of the elements it must hold of.
            quantifier: Quantifier = Quantifier::All => "all",
            /// Which elements count; all where it is left out.
            filter as "where": Option<Box<Spanned<Predicate>>> = None,
            /// What is made of a name or entry first.
            transform: Option<Transform> = None,
        }
    }
}

words! {
    /// How many elements something must hold of.
    pub enum Quantifier as "a quantifier" {
        /// All of them; true where there are none.
        All = "all",
        /// At least one; false where there are none.
        Any = "any",
        /// None of them; true where there are none.
        None = "none",
    }
}

described! {
    /// A list by key and name of its value: a REG_MULTI_SZ, or a text in which the entries stand.
    pub struct ListRef as "a list", example "{ path: '{ccs}\\Services\\Winsock\\Parameters', name: Transports }" {
        required {
            /// The key's path.
            path: Spanned<Template>,
            /// The value's name, `''` for the default value.
            name: Spanned<Template>,
        }
        optional {
            /// What separates the entries, where they stand in one text.
            split: Option<Separator> = None,
        }
    }
}

described! {
    /// What is made of a name or entry before it is looked at: the steps that are given, in this order.
    pub struct Transform as "a transformation", example "{ strip_prefix: '\\Device\\' }" {
        required {}
        optional {
            /// Takes this away from its beginning, without regard to case; what doesn't begin so stays as it is.
            strip_prefix: Option<String> = None,
            /// Takes this away from its end, without regard to case; what doesn't end so stays as it is.
            strip_suffix: Option<String> = None,
            /// Keeps what stands before the first of these; all of it where there is none.
            before: Option<String> = None,
            /// Keeps what stands behind the last of these; all of it where there is none.
            after: Option<String> = None,
        }
    }
}

impl Transform {
    /// What becomes of a text.
    #[must_use]
    pub fn apply<'t>(&self, text: &'t str) -> &'t str {
        let mut text = text;
        if let Some(prefix) = &self.strip_prefix
            && let Some((head, rest)) = text.split_at_checked(prefix.len())
            && coldhive_hive::names_equal(head, prefix)
        {
            text = rest;
        }
        if let Some(suffix) = &self.strip_suffix
            && let Some(at) = text.len().checked_sub(suffix.len())
            && let Some((rest, tail)) = text.split_at_checked(at)
            && coldhive_hive::names_equal(tail, suffix)
        {
            text = rest;
        }
        if let Some(mark) = &self.before {
            text = text.split_once(mark.as_str()).map_or(text, |(before, _)| before);
        }
        if let Some(mark) = &self.after {
            text = text.rsplit_once(mark.as_str()).map_or(text, |(_, after)| after);
        }
        text
    }
}
