//! The predicate `value`.

use std::collections::BTreeSet;

use coldhive_hive::{Damage, Lookup, MultiString, Value, ValueType, upcase_unit};

use super::Scope;
use super::locate::describe as describe_key;
use super::node::Node;
use super::words::{list_text, text_of};
use crate::evidence::Evidence;
use crate::model::{ValueRef, ValueTest};
use crate::truth::Truth;

/// What came of looking for a value, as far as tests need it.
pub(super) enum Content {
    /// The value and its data.
    Is(ValueType, Vec<u8>),
    /// There is no such value, or no such key.
    Absent,
    /// Damage hides whether it is there, or what it holds.
    Hidden,
}

impl Scope<'_, '_> {
    pub(super) fn value(&self, test: &ValueTest) -> Node {
        let path = self.path(&test.path);
        let (content, found, mut evidence) = self.read_value(&path, &test.name);
        let mut found = found;
        let mut truths = Vec::new();
        let mut expected = vec![format!("the value {}\\{}", path, shown(&test.name))];

        if let Some(wanted) = test.exists {
            let exists = match &content {
                Content::Is(..) => Truth::True,
                Content::Absent => Truth::False,
                Content::Hidden => Truth::Unknown,
            };
            truths.push(exists.wanted(wanted));
            expected.push(if wanted { "exists" } else { "does not exist" }.into());
        }
        if !test.types.is_empty() {
            truths.push(
                content.test(|value_type, _| {
                    test.types.iter().any(|name| name.0 == value_type).into()
                }),
            );
            let names: Vec<_> = test.types.iter().map(|name| name.0.to_string()).collect();
            expected.push(format!("is of type {}", names.join(" or ")));
        }
        if let Some(entry) = &test.contains {
            truths.push(content.test_list(|list| list.contains(entry).into()));
            expected.push(format!("has the entry {entry}"));
        }
        if let Some(count) = &test.count {
            truths.push(content.test_list(|list| {
                u64::try_from(list.entries().len()).is_ok_and(|number| count.holds(number)).into()
            }));
            expected.push(format!("has a number of entries {}", count.describe()));
        }
        if let Some(wanted) = test.well_formed {
            let well_formed = self.well_formed(&content, &mut found);
            truths.push(well_formed.wanted(wanted));
            expected.push(
                if wanted { "is a well-formed list" } else { "is an ill-formed list" }.into(),
            );
        }
        if let Some(other) = &test.same_entries_as {
            let (truth, other_found, other_evidence) = self.same_entries(&content, other);
            truths.push(truth);
            found = format!("{found}; {other_found}");
            evidence.extend(other_evidence);
            let other_path = self.path(&other.path);
            expected.push(format!(
                "has the same entries as {}\\{}",
                other_path,
                shown(&other.name)
            ));
        }
        let subject = expected.remove(0);
        let expected = format!("{subject} {}", expected.join(" and "));
        Node::leaf(Truth::all(truths), expected, found, evidence).weakened(test.weak)
    }

    /// Looks for a value; what was found in words, and the evidence for it.
    pub(super) fn read_value(&self, path: &str, name: &str) -> (Content, String, Vec<Evidence>) {
        let located = self.locate(path);
        let (Lookup::Found(key), Some((_, stored))) = (&located.answer, &located.nearest) else {
            let content =
                if located.answer.is_absent() { Content::Absent } else { Content::Hidden };
            return (content, describe_key(&located), self.recorder().key_evidence(&located));
        };
        let at = located.shown().unwrap_or_default();
        let answer = located.value(name);
        let shown = shown(name);
        let with_links = |evidence| {
            let mut all = vec![evidence];
            all.extend(self.recorder().link_evidence(&located));
            all
        };
        if let Lookup::Found(value) = &answer {
            let evidence = with_links(self.recorder().value_evidence(key, stored, value));
            if value.is_tombstone() {
                let found = format!(
                    "the value {at}\\{shown} is marked as deleted in this layer: it is a tombstone"
                );
                return (Content::Absent, found, evidence);
            }
            return match value.data() {
                Ok(data) => {
                    let found = describe(&at, value, &data);
                    (Content::Is(value.value_type(), data.into_owned()), found, evidence)
                }
                Err(damage) => (
                    Content::Hidden,
                    format!("the data of {at}\\{shown} can't be read: {damage}"),
                    evidence,
                ),
            };
        }
        let evidence = with_links(self.recorder().no_value_evidence(key, stored, name, &answer));
        let damage = answer.damage().first().map(ToString::to_string).unwrap_or_default();
        match &answer {
            Lookup::Unreadable(_) => (
                Content::Hidden,
                format!("the value {at}\\{shown} is damaged, not missing: {damage}"),
                evidence,
            ),
            Lookup::Obscured(hidden) if *hidden == [Damage::NotInExport] => (
                Content::Hidden,
                format!("the file doesn't hold all of {at}, so its value {shown} may be left out"),
                evidence,
            ),
            Lookup::Obscured(_) => (
                Content::Hidden,
                format!("damage hides whether {at} has the value {shown}: {damage}"),
                evidence,
            ),
            _ => (Content::Absent, format!("{at} has no value {shown}"), evidence),
        }
    }

    fn well_formed(&self, content: &Content, found: &mut String) -> Truth {
        match content {
            Content::Hidden => Truth::Unknown,
            Content::Is(ValueType::MULTI_SZ, data) => {
                let list = MultiString::decode(data);
                if !list.is_well_formed() {
                    let faults: Vec<_> = list.faults().iter().map(ToString::to_string).collect();
                    *found = format!("{found}: {}", faults.join("; "));
                }
                list.is_well_formed().into()
            }
            Content::Is(..) | Content::Absent => Truth::NotApplicable,
        }
    }

    fn same_entries(&self, content: &Content, other: &ValueRef) -> (Truth, String, Vec<Evidence>) {
        let (other, found, evidence) = self.read_value(&self.path(&other.path), &other.name);
        let truth = match (content.list(), other.list()) {
            (Ok(one), Ok(other)) => Truth::from(names(&one) == names(&other)),
            // Where one of the lists isn't there or is no list, that is another check's finding.
            (Err(Truth::Unknown), _) | (_, Err(Truth::Unknown)) => Truth::Unknown,
            _ => Truth::NotApplicable,
        };
        (truth, found, evidence)
    }
}

impl Content {
    /// A test of a value that is there.
    fn test(&self, test: impl FnOnce(ValueType, &[u8]) -> Truth) -> Truth {
        match self {
            Self::Is(value_type, data) => test(*value_type, data),
            Self::Absent => Truth::False,
            Self::Hidden => Truth::Unknown,
        }
    }

    /// A test of a list: a value of another type has no entries.
    fn test_list(&self, test: impl FnOnce(&MultiString) -> Truth) -> Truth {
        self.test(|value_type, data| match value_type {
            ValueType::MULTI_SZ => test(&MultiString::decode(data)),
            _ => Truth::False,
        })
    }

    fn list(&self) -> Result<MultiString, Truth> {
        match self {
            Self::Is(ValueType::MULTI_SZ, data) => Ok(MultiString::decode(data)),
            Self::Hidden => Err(Truth::Unknown),
            Self::Is(..) | Self::Absent => Err(Truth::NotApplicable),
        }
    }
}

/// A value's name for people: the default value has none.
fn shown(name: &str) -> &str {
    if name.is_empty() { "(default)" } else { name }
}

/// The entries as the registry compares names: upper-cased, without order.
fn names(list: &MultiString) -> BTreeSet<Vec<u16>> {
    let names = list.entries().iter();
    names.map(|name| name.encode_utf16().map(upcase_unit).collect()).collect()
}

/// A value in words; of a long one, the beginning.
fn describe(stored: &str, value: &Value<'_>, data: &[u8]) -> String {
    const MOST_ENTRIES: usize = 32;
    const MOST_CHARACTERS: usize = 1000;
    let mut content = match value.value_type() {
        ValueType::MULTI_SZ => {
            let list = MultiString::decode(data);
            let shown = list_text(list.entries().iter().take(MOST_ENTRIES));
            match list.entries().len() {
                ..=MOST_ENTRIES => shown,
                number => format!("{shown} and so on, {number} entries"),
            }
        }
        other => text_of(other, data).unwrap_or_else(|| format!("{} bytes", data.len())),
    };
    if let Some((end, _)) = content.char_indices().nth(MOST_CHARACTERS) {
        content.truncate(end);
        content.push_str(&format!(" and so on, {} bytes in all", data.len()));
    }
    let content = if content.is_empty() { "(empty)".into() } else { content };
    let name = value.readable_name().to_string();
    format!("{stored}\\{} is {}: {content}", shown(&name), value.value_type())
}
