//! Predicates: a tree of typed tests.

use std::fmt;

use super::{AccessTest, Check, KeyTest, ProductTest, ServiceTest, ValueTest};
use crate::decode::tagged;
use crate::diagnostic::Spanned;
use crate::template::Template;

tagged! {
    /// A predicate: a map with one entry that names it.
    pub enum Predicate as "a predicate" {
        /// All of these hold.
        All(Vec<Spanned<Predicate>>) = "all",
        /// At least one of these holds.
        Any(Vec<Spanned<Predicate>>) = "any",
        /// None of these holds.
        None(Vec<Spanned<Predicate>>) = "none",
        /// Exactly one of these holds.
        One(Vec<Spanned<Predicate>>) = "one",
        /// This doesn't hold.
        Not(Box<Spanned<Predicate>>) = "not",
        /// About a key.
        Key(Box<KeyTest>) = "key",
        /// About a value.
        Value(Box<ValueTest>) = "value",
        /// About who may do what with a key.
        Access(Box<AccessTest>) = "access",
        /// About the Windows that the control set belongs to.
        Product(ProductTest) = "product",
        /// About a service or driver.
        Service(ServiceTest) = "service",
    }
}

impl Predicate {
    /// The predicates that it combines; none where it looks at the hive itself.
    #[must_use]
    pub fn inner(&self) -> &[Spanned<Self>] {
        match self {
            Self::All(list) | Self::Any(list) | Self::None(list) | Self::One(list) => list,
            Self::Not(inner) => std::slice::from_ref(inner),
            _ => &[],
        }
    }

    /// The list that it combines, where it has one: it must not be empty.
    pub(crate) fn list(&self) -> Option<&[Spanned<Self>]> {
        match self {
            Self::All(list) | Self::Any(list) | Self::None(list) | Self::One(list) => Some(list),
            _ => None,
        }
    }

    /// The paths that it names itself.
    #[must_use]
    pub fn paths(&self) -> Vec<&Spanned<Template>> {
        match self {
            Self::Key(test) => vec![&test.path],
            Self::Value(test) => {
                let other = test.same_entries_as.as_ref().map(|other| &other.path);
                std::iter::once(&test.path).chain(other).collect()
            }
            Self::Access(test) => vec![&test.path],
            _ => Vec::new(),
        }
    }

    /// Whether it tests anything.
    pub(crate) fn has_test(&self) -> bool {
        match self {
            Self::Key(test) => test.has_test(),
            Self::Value(test) => test.has_test(),
            Self::Access(test) => test.has_test(),
            Self::Product(test) => test.has_test(),
            Self::Service(test) => test.has_test(),
            _ => true,
        }
    }

    /// It and all predicates within it, the outer ones first.
    pub(crate) fn walk<'p>(this: &'p Spanned<Self>, visit: &mut impl FnMut(&'p Spanned<Self>)) {
        visit(this);
        this.inner().iter().for_each(|inner| Self::walk(inner, visit));
    }
}

impl From<KeyTest> for Predicate {
    fn from(test: KeyTest) -> Self {
        Self::Key(Box::new(test))
    }
}

impl From<ValueTest> for Predicate {
    fn from(test: ValueTest) -> Self {
        Self::Value(Box::new(test))
    }
}

impl From<AccessTest> for Predicate {
    fn from(test: AccessTest) -> Self {
        Self::Access(Box::new(test))
    }
}

impl From<ProductTest> for Predicate {
    fn from(test: ProductTest) -> Self {
        Self::Product(test)
    }
}

impl From<ServiceTest> for Predicate {
    fn from(test: ServiceTest) -> Self {
        Self::Service(test)
    }
}

/// Where in a rule a predicate stands.
#[derive(Clone, Copy, Debug)]
pub enum Place<'r> {
    /// In `applies`.
    Applies,
    /// In a check.
    Check(&'r Check),
    /// In a remark.
    Remark(&'r Check),
}

/// `the check provider-key`.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, check) = match self {
            Self::Applies => return f.write_str("`applies`"),
            Self::Check(check) => ("check", check),
            Self::Remark(check) => ("remark", check),
        };
        write!(f, "the {what} {}", crate::diagnostic::quoted(&check.id))
    }
}
