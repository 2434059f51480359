//! What other control sets have otherwise: what was lost since the last known good one is often
//! diagnosis and cure at once.

use coldhive_hive::{Damage, FileTime, Lookup, MultiString, Value, ValueType};
use coldhive_system::{ControlSet, LAST_KNOWN_GOOD, Located};

use super::Scope;
use super::words::{shorten, text_of};
use crate::HexBytes;
use crate::evidence::{EvidenceKind, HiveName};
use crate::load::Rule;
use crate::model::{Check, Predicate};
use crate::template::Template;
use crate::verdict::Difference;

/// How many other control sets are compared. Real hives have two to five; of a thousand, each compared
/// with each, a report would have no end.
const MOST_COMPARED: usize = 16;

/// What a check looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'r> {
    Key(&'r Template),
    Value(&'r Template, &'r Template),
    Security(&'r Template),
}

impl Scope<'_, '_> {
    /// Compares what the checks look at with the other control sets, the last known good one first;
    /// and a note where there are more than can be compared.
    pub(super) fn differences(&self) -> (Vec<Difference>, Option<String>) {
        // The SOFTWARE hive is the same whatever the control set.
        let subjects = subjects(self.rule).into_iter();
        let is_of_system =
            |subject: &Subject<'_>| self.path(subject.parts().0).hive == HiveName::System;
        let subjects: Vec<_> = subjects.filter(is_of_system).collect();
        let is_good = |set: &ControlSet| self.target.roles(set).contains(&LAST_KNOWN_GOOD);
        let sets = self.target.control_sets();
        let is_other = |other: &&ControlSet| self.set.is_some_and(|set| *other != set);
        let mut others: Vec<_> = sets.iter().filter(is_other).collect();
        others.sort_by_cached_key(|other| !is_good(other));
        let left_out = others.len().saturating_sub(MOST_COMPARED);
        others.truncate(MOST_COMPARED);

        let here: Vec<_> = subjects.iter().map(|subject| self.state(*subject)).collect();
        let mut differences = Vec::new();
        for other in others {
            let last_known_good = is_good(other);
            let there = Scope::new(self.rule, self.target, Some(other), self.context, self.work);
            for (subject, here) in subjects.iter().zip(&here) {
                let there = there.state(*subject);
                // Where one side has no such thing to compare, another subject tells it.
                let (Some(here_text), Some(there_text)) = (&here.text, there.text) else {
                    continue;
                };
                if *here_text != there_text {
                    differences.push(Difference {
                        key: here.key.clone(),
                        subject: subject.kind(),
                        value: here.value.clone(),
                        control_set: other.name().to_owned(),
                        last_known_good,
                        here: here_text.clone(),
                        there: there_text,
                        here_last_written: here.last_written,
                        there_last_written: there.last_written,
                    });
                }
            }
        }
        let note = (left_out > 0).then(|| {
            format!(
                "the hive has more control sets than any real one: {left_out} of them were not compared"
            )
        });
        (differences, note)
    }

    fn state(&self, subject: Subject<'_>) -> State {
        let (Subject::Key(template) | Subject::Value(template, _) | Subject::Security(template)) =
            subject;
        let path = self.path(template);
        let located = self.locate(&path);
        let stored = match (&located.answer, &located.nearest) {
            (Lookup::Found(_), Some((_, stored))) => stored.clone(),
            _ => located.asked.clone(),
        };
        let value =
            if let Subject::Value(_, name) = subject { Some(self.text(name)) } else { None };
        let last_written = match &located.answer {
            Lookup::Found(key) => Some(key.last_written()),
            _ => None,
        };
        let lacks = self.system().lacks();
        let last_written = last_written.filter(|_| !lacks.times);
        let is_lacking = lacks.security && matches!(subject, Subject::Security(_));
        let text = if is_lacking {
            None
        } else {
            self.state_text(path.hive, &located, subject, value.as_deref())
        };
        State { key: stored, value, text: text.map(shorten), last_written }
    }

    /// What a state is told by.
    fn state_text(
        &self,
        hive: HiveName,
        located: &Located<'_>,
        subject: Subject<'_>,
        name: Option<&str>,
    ) -> Option<String> {
        let key = match &located.answer {
            Lookup::Found(key) => key,
            _ if matches!(subject, Subject::Security(_)) => return None,
            _ if located.is_tombstone() => return Some(DELETED.into()),
            other => return Some(not_found(other).into()),
        };
        Some(match subject {
            Subject::Key(_) => "present".into(),
            Subject::Security(_) => {
                let (sddl, why_not) = &*self.sddl(hive, key);
                sddl.as_ref().or(why_not.as_ref()).cloned().unwrap_or_default()
            }
            Subject::Value(..) => match located.value(name.unwrap_or_default()) {
                Lookup::Found(value) if value.is_tombstone() => DELETED.into(),
                Lookup::Found(value) => match value.data() {
                    Ok(data) => {
                        let content = text_of(value.value_type(), &data)
                            .unwrap_or_else(|| HexBytes(data.to_vec()).to_string());
                        format!("{}: {content}{}", value.value_type(), faults(&value, &data))
                    }
                    Err(damage) => format!("damaged: {damage}"),
                },
                other => not_found(&other).into(),
            },
        })
    }
}

/// What the checks of a rule look at, each thing once.
pub(super) fn subjects(rule: &Rule) -> Vec<Subject<'_>> {
    let mut subjects = Vec::new();
    for Check { expect, .. } in rule.file().checks.iter() {
        collect(expect, &[], &mut subjects);
    }
    subjects
}

impl<'r> Subject<'r> {
    /// The key's path, and the value's name.
    pub(super) const fn parts(self) -> (&'r Template, Option<&'r Template>) {
        match self {
            Self::Key(template) | Self::Security(template) => (template, None),
            Self::Value(template, name) => (template, Some(name)),
        }
    }

    const fn kind(self) -> EvidenceKind {
        match self {
            Self::Key(_) => EvidenceKind::Key,
            Self::Value(..) => EvidenceKind::Value,
            Self::Security(_) => EvidenceKind::Security,
        }
    }
}

struct State {
    key: String,
    value: Option<String>,
    /// `None` for the security of a key that can't be read.
    text: Option<String>,
    last_written: Option<FileTime>,
}

/// What a tombstone says.
const DELETED: &str = "marked as deleted in this layer";

/// What is ill-formed about a list: two lists of the same entries may differ in that.
fn faults(value: &Value<'_>, data: &[u8]) -> String {
    if value.value_type() != ValueType::MULTI_SZ {
        return String::new();
    }
    let list = MultiString::decode(data);
    let faults: Vec<_> = list.faults().iter().map(ToString::to_string).collect();
    if faults.is_empty() { String::new() } else { format!(" (ill-formed: {})", faults.join("; ")) }
}

fn not_found<T>(answer: &Lookup<T>) -> &'static str {
    match answer {
        Lookup::Found(_) => "present",
        Lookup::Absent => "absent",
        Lookup::Unreadable(_) => "damaged",
        Lookup::Obscured(hidden) if *hidden == [Damage::NotInExport] => "not in this file",
        Lookup::Obscured(_) => "hidden by damage",
    }
}

fn collect<'r>(predicate: &'r Predicate, elements: &[&str], subjects: &mut Vec<Subject<'r>>) {
    let found: &[Subject<'r>] = match predicate {
        Predicate::Key(test) => &[Subject::Key(&test.path)],
        Predicate::Value(test) => &[Subject::Value(&test.path, &test.name)],
        Predicate::Access(test) => &[Subject::Security(&test.path)],
        _ => &[],
    };
    for subject in found {
        let (path, name) = subject.parts();
        let names = path.placeholders().chain(name.into_iter().flat_map(Template::placeholders));
        // What a loop looks at differs from element to element.
        let is_of_loop = |name: &str| {
            elements.iter().any(|it| {
                name.strip_prefix(it).is_some_and(|it| matches!(it, "" | ".path" | ".raw"))
            })
        };
        let mut names = names;
        if !names.any(is_of_loop) && !subjects.contains(subject) {
            subjects.push(*subject);
        }
    }
    let mut elements = elements.to_vec();
    if let Predicate::ForEach(test) = predicate {
        elements.push(&test.variable);
    }
    predicate.inner().into_iter().for_each(|inner| collect(inner, &elements, subjects));
}
