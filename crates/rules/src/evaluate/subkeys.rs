//! The subkeys of a key, and what hides others.

use std::collections::HashSet;

use coldhive_hive::{Damage, Key, Lookup, Name, upcase_unit};
use coldhive_system::Located;

use super::Scope;
use super::locate::describe;
use super::node::Node;
use crate::model::{NamesTest, SubkeysTest};
use crate::truth::Truth;

/// The subkeys that a key certainly has, and why there may be others.
pub(super) struct Subkeys<'i> {
    pub(super) known: Vec<Subkey<'i>>,
    pub(super) hidden: Option<String>,
}

/// A subkey by its name.
pub(super) struct Subkey<'i> {
    pub(super) key: Key<'i>,
    pub(super) name: Name<'i>,
}

impl Subkey<'_> {
    /// Whether a path can lead to it: a hostile name may be none that can be written.
    pub(super) fn is_addressable(&self) -> bool {
        self.name.is_lossless()
            && !self.name.is_empty()
            && self.name.units().all(|unit| unit != u16::from(b'\\'))
    }
}

impl<'c> Scope<'_, 'c> {
    /// The subkeys of a key that was found. What is marked as deleted in this layer is none.
    pub(super) fn subkeys<'k>(&self, key: &Key<'k>, is_complete: bool) -> Subkeys<'k> {
        let (mut known, mut seen) = (Vec::new(), HashSet::new());
        let mut hidden = (!is_complete).then(|| Damage::NotInExport.to_string());
        for subkey in key.subkeys() {
            if let Some(stopped) = self.work.stopped() {
                hidden = hidden.or(Some(stopped.why().to_owned()));
                break;
            }
            self.work.elements(1);
            match subkey.and_then(|key| Ok((key, key.name()?))) {
                Ok((key, _)) if key.is_tombstone() => {}
                Ok((key, name)) => {
                    // Of two of one name, only the first can be reached.
                    if seen.insert(name.upper_units().collect::<Vec<_>>()) {
                        known.push(Subkey { key, name });
                    }
                }
                // More keys than counted: all of them were read, so none is hidden.
                Err(Damage::SubkeyCount { said, found, .. }) if found > said => {}
                Err(damage) => hidden = hidden.or_else(|| Some(damage.to_string())),
            }
        }
        Subkeys { known, hidden }
    }

    /// The test of a key's subkeys.
    pub(super) fn subkeys_test(&self, test: &SubkeysTest, located: &Located<'c>) -> Node {
        let expected = self.expected_subkeys(test);
        let Lookup::Found(key) = &located.answer else {
            // A key that isn't there has no subkeys to be tested.
            let absent = located.answer.is_absent();
            let truth = if absent { Truth::False } else { Truth::Unknown };
            return Node::leaf(truth, expected, describe(located), Vec::new());
        };
        let subkeys = self.subkeys(key, located.is_complete());
        let mut truths = Vec::new();
        let number = u64::try_from(subkeys.known.len()).unwrap_or(u64::MAX);
        let shown = located.shown().unwrap_or_default();
        let mut found = vec![match &subkeys.hidden {
            None => format!("{shown} has {number} subkeys"),
            Some(why) => format!("{shown} has at least {number} subkeys ({why})"),
        }];
        if let Some(count) = &test.count {
            truths.push(if subkeys.hidden.is_none() {
                count.holds(number).into()
            } else {
                count.holds_between(number, u64::MAX)
            });
        }
        if let Some(names) = &test.names {
            truths.push(self.names(names, &subkeys, &mut found));
        }
        Node::leaf(Truth::all(truths), expected, found.join("; "), Vec::new())
    }

    fn names(&self, test: &NamesTest, subkeys: &Subkeys<'_>, found: &mut Vec<String>) -> Truth {
        let known: HashSet<Vec<u16>> =
            subkeys.known.iter().map(|subkey| subkey.name.upper_units().collect()).collect();
        let is_hidden = subkeys.hidden.is_some();
        let has = |name: &String| known.contains(&upper(name));
        let mut truths = Vec::new();
        let mut missing = |names: &[String]| {
            let lacks: Vec<_> = names.iter().filter(|name| !has(name)).cloned().collect();
            if !lacks.is_empty() {
                let word = if is_hidden { "not seen" } else { "missing" };
                found.push(format!("{word}: {}", super::list_text(&lacks)));
            }
            match (lacks.is_empty(), is_hidden) {
                (true, _) => Truth::True,
                (false, true) => Truth::Unknown,
                (false, false) => Truth::False,
            }
        };
        if !test.superset_of.is_empty() {
            truths.push(missing(&self.texts(&test.superset_of)));
        }
        let equals = test.equals.as_ref().map(|names| self.texts(names));
        if let Some(names) = &equals {
            truths.push(missing(names));
        }
        let absent = |truth: bool| match (truth, is_hidden) {
            (false, _) => Truth::False,
            (true, true) => Truth::Unknown,
            (true, false) => Truth::True,
        };
        if !test.disjoint_from.is_empty() {
            let there: Vec<_> =
                self.texts(&test.disjoint_from).into_iter().filter(|name| has(name)).collect();
            truths.push(absent(there.is_empty()));
            if !there.is_empty() {
                found.push(format!("there: {}", super::list_text(&there)));
            }
        }
        if let Some(names) = &equals {
            const SHOWN: usize = 8;
            let wanted: HashSet<_> = names.iter().map(|name| upper(name)).collect();
            let all = subkeys.known.iter().map(|subkey| &subkey.name);
            let extra =
                all.filter(|name| !wanted.contains(&name.upper_units().collect::<Vec<_>>()));
            let extra: Vec<_> = extra.map(ToString::to_string).collect();
            truths.push(absent(extra.is_empty()));
            if !extra.is_empty() {
                let text = super::list_text(extra.iter().take(SHOWN));
                let more = if extra.len() > SHOWN { " and others" } else { "" };
                found.push(format!("also there: {text}{more}"));
            }
        }
        Truth::all(truths)
    }

    fn expected_subkeys(&self, test: &SubkeysTest) -> String {
        let mut expected = Vec::new();
        if let Some(count) = &test.count {
            expected.push(format!("has a number of subkeys {}", count.describe()));
        }
        if let Some(names) = &test.names {
            let list = |names: Vec<String>| super::list_text(&names);
            if !names.superset_of.is_empty() {
                expected.push(format!("has the subkeys {}", list(self.texts(&names.superset_of))));
            }
            if !names.disjoint_from.is_empty() {
                let names = list(self.texts(&names.disjoint_from));
                expected.push(format!("has none of the subkeys {names}"));
            }
            match names.equals.as_ref().map(|names| self.texts(names)) {
                Some(names) if names.is_empty() => expected.push("has no subkeys".into()),
                Some(names) => {
                    expected.push(format!("has the subkeys {} and no others", list(names)));
                }
                None => {}
            }
        }
        expected.join(" and ")
    }
}

/// A name as the registry compares it.
pub(super) fn upper(name: &str) -> Vec<u16> {
    name.encode_utf16().map(upcase_unit).collect()
}
