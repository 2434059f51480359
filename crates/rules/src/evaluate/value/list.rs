//! The entries of a list: a `REG_MULTI_SZ`, or a text in which they stand.

use std::collections::{BTreeSet, HashMap};

use coldhive_hive::{MultiString, ValueType};

use super::content::text;
use super::{Content, Findings, shown};
use crate::diagnostic::Spanned;
use crate::evaluate::Scope;
use crate::evaluate::subkeys::upper;
use crate::evaluate::words::list_text;
use crate::evidence::Evidence;
use crate::model::{OrderTest, Separator, ValueRef, ValueTest};
use crate::template::Template;
use crate::truth::Truth;

impl Scope<'_, '_> {
    pub(super) fn lists(&self, test: &ValueTest, content: &Content, findings: &mut Findings) {
        self.entries(test, content, findings);
        if let Some(count) = &test.count {
            let truth = content.test_list(test.split, |list| {
                u64::try_from(list.len()).is_ok_and(|number| count.holds(number)).into()
            });
            findings.add(truth, format!("has a number of entries {}", count.describe()));
        }
        if let Some(wanted) = test.unique {
            let truth = content.test_list(test.split, |list| {
                let different: BTreeSet<_> = list.iter().map(|entry| upper(entry)).collect();
                Truth::from(different.len() == list.len()).wanted(wanted)
            });
            let expected = if wanted { "has no entry twice" } else { "has an entry twice" };
            findings.add(truth, expected);
        }
        if let Some(wanted) = test.well_formed {
            let well_formed = well_formed(content, findings);
            let expected = if wanted { "is a well-formed list" } else { "is an ill-formed list" };
            findings.add(well_formed.wanted(wanted), expected);
        }
        if let Some(other) = &test.same_entries_as {
            let (truth, found, evidence) = self.same_entries(test.split, content, other);
            findings.also_found(&found);
            findings.evidence.extend(evidence);
            let (path, name) = (self.path(&other.path), self.text(&other.name));
            let expected = format!("has the same entries as {path}\\{}", shown(&name));
            findings.add(truth, expected);
        }
    }

    /// The tests of single entries.
    fn entries(&self, test: &ValueTest, content: &Content, findings: &mut Findings) {
        if let Some(entry) = &test.contains {
            let entry = self.text(entry);
            let truth = content.test_list(test.split, |list| {
                list.iter().any(|is| coldhive_hive::names_equal(is, &entry)).into()
            });
            findings.add(truth, format!("has the entry {entry}"));
        }
        let asks_for_places =
            !test.contains_any.is_empty() || !test.contains_all.is_empty() || test.index.is_some();
        let places = || content.test_places(test.split);
        let places = if asks_for_places { places() } else { Err(Truth::Unknown) };
        let of_places = |test: &dyn Fn(&Places) -> bool| match &places {
            Ok(places) => Truth::from(test(places)),
            Err(truth) => *truth,
        };
        if !test.contains_any.is_empty() {
            let names = self.texts(&test.contains_any);
            let truth = of_places(&|places| names.iter().any(|name| places.of(name).is_some()));
            findings.add(truth, format!("has one of the entries {}", list_text(&names)));
        }
        if !test.contains_all.is_empty() {
            let names = self.texts(&test.contains_all);
            let truth = of_places(&|places| names.iter().all(|name| places.of(name).is_some()));
            findings.add(truth, format!("has the entries {}", list_text(&names)));
        }
        if let Some(entry) = &test.first {
            let entry = self.text(entry);
            let truth = content.test_list(test.split, |list| {
                list.first().is_some_and(|is| coldhive_hive::names_equal(is, &entry)).into()
            });
            findings.add(truth, format!("begins with the entry {entry}"));
        }
        if let Some(index) = &test.index {
            let (entry, before, after) = self.order(index);
            let truth = of_places(&|places| {
                places.of(&entry).is_some_and(|at| {
                    let other = |name: &String| places.of(name);
                    // What isn't there stands neither before nor behind anything.
                    before.iter().filter_map(other).all(|behind| at < behind)
                        && after.iter().filter_map(other).all(|front| front < at)
                })
            });
            let mut expected = format!("has the entry {entry}");
            if !before.is_empty() {
                expected.push_str(&format!(" before {}", list_text(&before)));
            }
            if !after.is_empty() {
                expected.push_str(&format!(" after {}", list_text(&after)));
            }
            findings.add(truth, expected);
        }
    }

    fn order(&self, test: &OrderTest) -> (String, Vec<String>, Vec<String>) {
        let texts = |entries: &[Spanned<Template>]| self.texts(entries);
        (self.text(&test.entry), texts(&test.before), texts(&test.after))
    }

    fn same_entries(
        &self,
        split: Option<Separator>,
        content: &Content,
        other: &ValueRef,
    ) -> (Truth, String, Vec<Evidence>) {
        let (path, name) = (self.path(&other.path), self.text(&other.name));
        let (other, found, evidence) = self.read_value(&path, &name);
        let names =
            |list: Vec<String>| list.iter().map(|entry| upper(entry)).collect::<BTreeSet<_>>();
        let truth = match (content.list(split), other.list(split)) {
            (Ok(one), Ok(other)) => Truth::from(names(one) == names(other)),
            // Where one of the lists isn't there or is no list, that is another check's finding.
            (Err(Truth::Unknown), _) | (_, Err(Truth::Unknown)) => Truth::Unknown,
            _ => Truth::NotApplicable,
        };
        (truth, found, evidence)
    }
}

fn well_formed(content: &Content, findings: &mut Findings) -> Truth {
    match content {
        Content::Hidden => Truth::Unknown,
        Content::Is(ValueType::MULTI_SZ, data) => {
            let list = MultiString::decode(data);
            if !list.is_well_formed() {
                let faults: Vec<_> = list.faults().iter().map(ToString::to_string).collect();
                findings.found = format!("{}: {}", findings.found, faults.join("; "));
            }
            list.is_well_formed().into()
        }
        Content::Is(..) | Content::Absent => Truth::NotApplicable,
    }
}

/// Where in a list each entry stands first.
struct Places(HashMap<Vec<u16>, usize>);

impl Places {
    fn of(&self, entry: &str) -> Option<usize> {
        self.0.get(&upper(entry)).copied()
    }
}

impl Content {
    /// The entries of a list; unknown where they can't be read, not applicable where it isn't there or is no list.
    pub(in crate::evaluate) fn list(&self, split: Option<Separator>) -> Result<Vec<String>, Truth> {
        match self {
            Self::Hidden => Err(Truth::Unknown),
            Self::Absent => Err(Truth::NotApplicable),
            Self::Is(ValueType::MULTI_SZ, data) => Ok(MultiString::decode(data).entries().to_vec()),
            Self::Is(value_type, data) => match (split, text(*value_type, data)) {
                (Some(split), Some(text)) => Ok(split.split(&text).map(str::to_owned).collect()),
                _ => Err(Truth::NotApplicable),
            },
        }
    }

    /// A test of a list: a value of another type has no entries.
    fn test_list(&self, split: Option<Separator>, test: impl FnOnce(&[String]) -> Truth) -> Truth {
        match self.list(split) {
            Ok(list) => test(&list),
            Err(Truth::Unknown) => Truth::Unknown,
            Err(_) => Truth::False,
        }
    }

    /// Where the entries stand, or what a test of that is.
    fn test_places(&self, split: Option<Separator>) -> Result<Places, Truth> {
        let list = self.list(split).map_err(|truth| match truth {
            Truth::Unknown => Truth::Unknown,
            _ => Truth::False,
        })?;
        let mut places = HashMap::new();
        for (at, entry) in list.iter().enumerate() {
            places.entry(upper(entry)).or_insert(at);
        }
        Ok(Places(places))
    }
}
