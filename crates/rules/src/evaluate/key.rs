//! The predicate `key`.

use coldhive_hive::{Damage, Lookup, names_equal};
use coldhive_system::{Lacks, Located};

use super::locate::{describe, exists};
use super::node::{Kind, Node, Word};
use super::words::sentence;
use super::{KeyPath, Scope};
use crate::evidence::Evidence;
use crate::model::KeyTest;
use crate::truth::Truth;

/// What the tests of a key gave.
struct Findings {
    truths: Vec<Truth>,
    expected: Vec<String>,
    found: Vec<String>,
}

impl<'c> Scope<'_, 'c> {
    pub(super) fn key(&self, test: &KeyTest) -> Node {
        let path = self.path(&test.path);
        let located = self.locate(&path);
        let lacks = self.lacks(path.hive);
        let mut evidence = self.recorder(path.hive).key_evidence(&located);
        let mut findings = Findings { truths: Vec::new(), expected: Vec::new(), found: Vec::new() };
        if let Some(wanted) = test.exists {
            findings.truths.push(exists(&located).wanted(wanted));
            findings.expected.push(if wanted { "exists" } else { "does not exist" }.into());
        }
        if let Some(wanted) = test.intact {
            self.intact(&path, &located, wanted, &mut findings, &mut evidence);
        }
        if let Some(class) = &test.class {
            self.class(&self.text(class), &located, lacks, &mut findings);
        }
        self.times(test, &located, lacks, &mut findings);
        if let Some(subkeys) = &test.subkeys {
            let Node { truth, kind, .. } = self.subkeys_test(subkeys, &located);
            findings.truths.push(truth);
            if let Kind::Leaf { expected, found, .. } = kind {
                findings.expected.push(expected);
                findings.found.push(found);
            }
        }
        let living = || {
            let Findings { truths, expected, mut found } = findings;
            if found.is_empty() {
                found.push(describe(&located));
            }
            found.dedup();
            let expected = sentence!("the key {path} {}", expected.join(" and "));
            Node::leaf(Truth::all(truths), expected, found.join("; "), evidence)
        };
        match (test.remnant, test.asks_for_living()) {
            (None, _) => living().weakened(test.weak),
            (Some(wanted), false) => self.remnant(test, wanted),
            (Some(wanted), true) => {
                let living = living().weakened(test.weak).tagged("key");
                let both = vec![living, self.remnant(test, wanted).tagged("key")];
                Node::combine(Word::All, both)
            }
        }
    }

    fn intact(
        &self,
        path: &KeyPath,
        located: &Located<'_>,
        wanted: bool,
        findings: &mut Findings,
        evidence: &mut [Evidence],
    ) {
        let (intact, found) = match &located.answer {
            Lookup::Found(_) if self.lacks(path.hive).records => {
                let found = sentence!(
                    "an exported text doesn't tell in what state the records of {path} were"
                );
                (Truth::Unknown, found)
            }
            Lookup::Found(key) => {
                let mut damage = key.check();
                damage.sort_unstable();
                damage.dedup();
                if damage.is_empty() {
                    (Truth::True, sentence!("the key {path} is undamaged"))
                } else {
                    if let Some(record) = evidence.first_mut() {
                        record.add_damage(&damage);
                    }
                    (Truth::False, list(&damage))
                }
            }
            Lookup::Unreadable(_) => (Truth::False, describe(located)),
            Lookup::Obscured(_) => (Truth::Unknown, describe(located)),
            Lookup::Absent => (Truth::NotApplicable, describe(located)),
        };
        findings.truths.push(intact.wanted(wanted));
        findings.found.push(found);
        findings.expected.push(if wanted { "is undamaged" } else { "is damaged" }.into());
    }

    fn class(&self, wanted: &str, located: &Located<'c>, lacks: Lacks, findings: &mut Findings) {
        let (truth, found) = match &located.answer {
            Lookup::Found(_) if lacks.records => {
                (Truth::Unknown, "an exported text doesn't tell the classes of keys".into())
            }
            Lookup::Found(key) => match key.class_name() {
                Ok(class) => {
                    let is = class.map(|class| class.to_string()).unwrap_or_default();
                    let shown = located.shown().unwrap_or_default();
                    let found = if is.is_empty() {
                        sentence!("the key {shown} has no class")
                    } else {
                        sentence!("the class of {shown} is {is}")
                    };
                    (names_equal(&is, wanted).into(), found)
                }
                Err(damage) => (Truth::Unknown, sentence!("the class can't be read: {damage}")),
            },
            other => (absent_is_false(other), describe(located)),
        };
        findings.truths.push(truth);
        findings.found.push(found);
        findings.expected.push(if wanted.is_empty() {
            "has no class".into()
        } else {
            sentence!("has the class {wanted}")
        });
    }

    /// When the key was last written.
    fn times(&self, test: &KeyTest, located: &Located<'c>, lacks: Lacks, findings: &mut Findings) {
        let bounds = [
            ("after", &test.newer_than, std::cmp::Ordering::Greater),
            ("before", &test.older_than, std::cmp::Ordering::Less),
        ];
        for (word, moment, order) in bounds {
            let Some(moment) = moment else { continue };
            let (truth, found) = match &located.answer {
                Lookup::Found(_) if lacks.times => {
                    (Truth::Unknown, "an exported text doesn't tell when keys were written".into())
                }
                Lookup::Found(key) => {
                    let written = key.last_written();
                    let shown = located.shown().unwrap_or_default();
                    let holds = written.cmp(&moment.0) == order;
                    (holds.into(), sentence!("the key {shown} was last written {written}"))
                }
                other => (absent_is_false(other), describe(located)),
            };
            findings.truths.push(truth);
            findings.found.push(found);
            findings.expected.push(sentence!("was last written {word} {}", moment.value));
        }
    }
}

/// What a test of a key's content is where the key wasn't found.
fn absent_is_false<T>(answer: &Lookup<T>) -> Truth {
    if answer.is_absent() { Truth::False } else { Truth::Unknown }
}

/// The first few things that are wrong, in words.
fn list(damage: &[Damage]) -> String {
    const SHOWN: usize = 3;
    let mut text =
        damage.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join("; ");
    if let Some(more) = damage.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text.push_str(&format!("; and {more} more"));
    }
    text
}
