//! Predicates: a tree of typed tests.

use std::fmt;

use super::{
    AccessTest, AtLeast, Check, ForEach, Implication, KeyTest, NumberTest, ProductTest, SameTest,
    ServiceTest, TextTest, ValueTest,
};
use crate::decode::tagged;
use crate::diagnostic::{Span, Spanned};
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
        /// All of these hold, or none does.
        AllOrNone(Vec<Spanned<Predicate>>) = "all_or_none",
        /// At least so many of these hold.
        AtLeast(AtLeast) = "at_least",
        /// This doesn't hold.
        Not(Box<Spanned<Predicate>>) = "not",
        /// If one thing holds, then another.
        If(Box<Implication>) = "if" with "then",
        /// About each subkey of a key, or each entry of a list.
        ForEach(Box<ForEach>) = "for_each",
        /// About a key.
        Key(Box<KeyTest>) = "key",
        /// About a value.
        Value(Box<ValueTest>) = "value",
        /// About who may do what with a key.
        Access(Box<AccessTest>) = "access",
        /// About the Windows that the control set belongs to.
        Product(Box<ProductTest>) = "product",
        /// About a service or driver.
        Service(Box<ServiceTest>) = "service",
        /// About what is the same in another control set, or in another hive.
        Same(Box<SameTest>) = "same",
        /// About a text, such as the element of a `for_each`.
        Text(Box<TextTest>) = "text",
    }
}

impl Predicate {
    /// The predicates that it combines; none where it looks at the hive itself.
    #[must_use]
    pub fn inner(&self) -> Vec<&Spanned<Self>> {
        match self {
            Self::Not(inner) => vec![inner],
            Self::If(test) => vec![&test.premise, &test.conclusion],
            Self::ForEach(test) => {
                test.filter.iter().chain([&test.expect]).map(AsRef::as_ref).collect()
            }
            _ => self.list().into_iter().flatten().collect(),
        }
    }

    /// The list that it combines, where it has one: it must not be empty.
    pub(crate) fn list(&self) -> Option<&[Spanned<Self>]> {
        match self {
            Self::All(list)
            | Self::Any(list)
            | Self::None(list)
            | Self::One(list)
            | Self::AllOrNone(list) => Some(list),
            Self::AtLeast(test) => Some(&test.of),
            _ => None,
        }
    }

    /// The paths that it names itself.
    #[must_use]
    pub fn paths(&self) -> Vec<&Spanned<Template>> {
        match self {
            Self::Key(test) => vec![&test.path],
            Self::Value(test) => {
                std::iter::once(&test.path).chain(test.others().map(|other| &other.path)).collect()
            }
            Self::Access(test) => vec![&test.path],
            Self::Same(test) => vec![&test.path],
            Self::ForEach(test) => {
                let list = test.entries_of.as_ref().map(|list| &list.path);
                test.subkeys_of.iter().chain(list).collect()
            }
            _ => Vec::new(),
        }
    }

    /// All other texts with placeholders that it has itself: names of values, entries of lists, accounts.
    #[must_use]
    pub fn texts(&self) -> Vec<&Template> {
        match self {
            Self::Key(test) => test.texts(),
            Self::Value(test) => {
                let names = test.others().map(|other| &other.name).chain([&test.name]);
                names.map(|name| &name.value).chain(test.texts()).collect()
            }
            Self::Service(test) => {
                test.account.iter().chain([&test.name]).map(|text| &text.value).collect()
            }
            Self::Same(test) => test.name.iter().map(|name| &name.value).collect(),
            Self::Text(test) => {
                test.equals.iter().chain([&test.of]).map(|text| &text.value).collect()
            }
            Self::ForEach(test) => test.entries_of.iter().map(|list| &list.name.value).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it looks into a control set whatever its paths are.
    pub(crate) const fn needs_control_set(&self) -> bool {
        match self {
            Self::Product(_) | Self::Service(_) => true,
            Self::Same(test) => !test.other.is_hive(),
            _ => false,
        }
    }

    /// Where a part of it stands that tests nothing, if one does.
    pub(crate) fn idle_part(&self) -> Option<Option<Span>> {
        let idle = |bounds: &Spanned<NumberTest>| bounds.is_bare().then_some(bounds.span);
        match self {
            Self::Key(test) => {
                let subkeys = test.subkeys.as_ref()?;
                let names = subkeys.names.as_ref();
                let names = names.and_then(|names| names.is_bare().then_some(names.span));
                let all = subkeys.is_bare().then_some(subkeys.span);
                all.or(names).or_else(|| subkeys.count.as_ref().and_then(idle))
            }
            Self::Value(test) => {
                let index = test.index.as_ref().filter(|index| index.is_bare());
                let mask = test.mask.as_ref().filter(|mask| mask.is_bare());
                let ranges = test.ranges.as_ref().filter(|ranges| !ranges.has_test());
                let other = mask.map(|mask| mask.span).or(index.map(|index| index.entry.span));
                let other = other.or(ranges.map(|ranges| ranges.span));
                let counted = test.ranges.iter().filter_map(|ranges| ranges.count.as_ref());
                test.count.iter().chain(&test.length).chain(counted).find_map(idle).or(other)
            }
            Self::Product(test) => test.service_pack.as_ref().and_then(idle),
            _ => None,
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
            Self::Text(test) => test.has_test(),
            _ => true,
        }
    }

    /// It and all predicates within it, the outer ones first.
    pub(crate) fn walk<'p>(this: &'p Spanned<Self>, visit: &mut impl FnMut(&'p Spanned<Self>)) {
        visit(this);
        this.inner().into_iter().for_each(|inner| Self::walk(inner, visit));
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
        Self::Product(Box::new(test))
    }
}

impl From<ForEach> for Predicate {
    fn from(test: ForEach) -> Self {
        Self::ForEach(Box::new(test))
    }
}

impl From<SameTest> for Predicate {
    fn from(test: SameTest) -> Self {
        Self::Same(Box::new(test))
    }
}

impl From<TextTest> for Predicate {
    fn from(test: TextTest) -> Self {
        Self::Text(Box::new(test))
    }
}

impl From<ServiceTest> for Predicate {
    fn from(test: ServiceTest) -> Self {
        Self::Service(Box::new(test))
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
