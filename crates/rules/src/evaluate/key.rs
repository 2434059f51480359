//! The predicate `key`.

use coldhive_hive::{Damage, Lookup};

use super::Scope;
use super::locate::{describe, exists};
use super::node::Node;
use crate::model::KeyTest;
use crate::truth::Truth;

impl Scope<'_, '_> {
    pub(super) fn key(&self, test: &KeyTest) -> Node {
        let path = self.path(&test.path);
        let located = self.locate(&path);
        let mut evidence = self.recorder().key_evidence(&located);
        let (mut truths, mut expected, mut found) = (Vec::new(), Vec::new(), describe(&located));

        if let Some(wanted) = test.exists {
            truths.push(exists(&located).wanted(wanted));
            expected.push(if wanted { "exists" } else { "does not exist" });
        }
        if let Some(wanted) = test.intact {
            let intact = match &located.answer {
                Lookup::Found(_) if self.system().lacks().records => {
                    found = format!(
                        "an exported text doesn't tell in what state the records of {path} were"
                    );
                    Truth::Unknown
                }
                Lookup::Found(key) => {
                    let mut damage = key.check();
                    damage.sort_unstable();
                    damage.dedup();
                    if damage.is_empty() {
                        found = format!("the key {path} is undamaged");
                    } else {
                        found = list(&damage);
                        if let Some(record) = evidence.first_mut() {
                            record.add_damage(&damage);
                        }
                    }
                    Truth::from(damage.is_empty())
                }
                Lookup::Unreadable(_) => Truth::False,
                Lookup::Obscured(_) => Truth::Unknown,
                Lookup::Absent => Truth::NotApplicable,
            };
            truths.push(intact.wanted(wanted));
            expected.push(if wanted { "is undamaged" } else { "is damaged" });
        }
        let expected = format!("the key {path} {}", expected.join(" and "));
        let living = || Node::leaf(Truth::all(truths), expected, found, evidence);
        match (test.remnant, test.exists.is_some() || test.intact.is_some()) {
            (None, _) => living().weakened(test.weak),
            (Some(wanted), false) => self.remnant(test, wanted),
            (Some(wanted), true) => {
                let both = vec![living().weakened(test.weak), self.remnant(test, wanted)];
                Node::combine("and", Truth::all, both)
            }
        }
    }
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
