//! A predicate that was evaluated: its value, the words for it, and what it rests on.

use crate::evidence::Evidence;
use crate::truth::Truth;

/// An evaluated predicate, with those inside it.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) truth: Truth,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Leaf { expected: String, found: String, evidence: Vec<Evidence> },
    Combined { word: &'static str, inner: Vec<Node> },
}

impl Node {
    /// A predicate that looked at the hive.
    pub(crate) fn leaf(
        truth: Truth,
        expected: String,
        found: String,
        evidence: Vec<Evidence>,
    ) -> Self {
        Self { truth, kind: Kind::Leaf { expected, found, evidence } }
    }

    /// A predicate over predicates.
    pub(crate) fn combine(
        word: &'static str,
        combine: impl FnOnce(Vec<Truth>) -> Truth,
        inner: Vec<Self>,
    ) -> Self {
        let truth = combine(inner.iter().map(|node| node.truth).collect());
        Self { truth, kind: Kind::Combined { word, inner } }
    }

    /// For a predicate whose "no" proves nothing.
    pub(crate) fn weakened(mut self, weak: bool) -> Self {
        if weak {
            self.truth = self.truth.weakened();
        }
        self
    }

    /// What should be there, in words.
    pub(crate) fn expected(&self) -> String {
        match &self.kind {
            Kind::Leaf { expected, .. } => expected.clone(),
            Kind::Combined { word, inner } => {
                let inner: Vec<_> = inner.iter().map(Self::grouped).collect();
                match *word {
                    "not" => format!("not: {}", inner.join("; ")),
                    "nor" => format!("none of: {}", inner.join("; ")),
                    "and" => inner.join("; "),
                    word => inner.join(&format!("; {word} ")),
                }
            }
        }
    }

    /// What should be there, in words that stay together inside other words.
    fn grouped(&self) -> String {
        match &self.kind {
            Kind::Combined { inner, .. } if inner.len() > 1 => format!("({})", self.expected()),
            _ => self.expected(),
        }
    }

    /// What was found, in words: of a combination, that which decided.
    pub(crate) fn reasons(&self) -> Vec<String> {
        match &self.kind {
            Kind::Leaf { found, .. } => vec![found.clone()],
            Kind::Combined { word, inner } => {
                let holding = inner.iter().filter(|node| node.truth == Truth::True).count();
                // Under a negation the inner value that decides is the other one; and where more than
                // one holds, those are why it isn't exactly one.
                let wanted = match *word {
                    "not" | "nor" => self.truth.negated(),
                    "or else" if holding > 1 => Truth::True,
                    _ => self.truth,
                };
                let deciding: Vec<_> = inner.iter().filter(|node| node.truth == wanted).collect();
                let all = inner.iter().collect();
                let chosen = if deciding.is_empty() { all } else { deciding };
                let mut reasons: Vec<String> = Vec::new();
                for reason in chosen.into_iter().flat_map(Self::reasons) {
                    if !reasons.contains(&reason) {
                        reasons.push(reason);
                    }
                }
                reasons
            }
        }
    }

    /// What it rests on, each record once.
    pub(crate) fn into_evidence(self) -> Vec<Evidence> {
        let mut all = Vec::new();
        self.collect_evidence(&mut all);
        all
    }

    fn collect_evidence(self, all: &mut Vec<Evidence>) {
        match self.kind {
            Kind::Leaf { evidence, .. } => {
                for evidence in evidence {
                    match all.iter_mut().find(|known| same_record(known, &evidence)) {
                        Some(known) => {
                            let new =
                                evidence.aces.into_iter().filter(|ace| !known.aces.contains(ace));
                            let new: Vec<_> = new.collect();
                            known.aces.extend(new);
                            let new = evidence.damage.into_iter();
                            let new: Vec<_> =
                                new.filter(|damage| !known.damage.contains(damage)).collect();
                            known.damage.extend(new);
                            known.more_damage = known.more_damage.max(evidence.more_damage);
                        }
                        None => all.push(evidence),
                    }
                }
            }
            Kind::Combined { inner, .. } => {
                inner.into_iter().for_each(|node| node.collect_evidence(all));
            }
        }
    }
}

/// Whether two pieces of evidence are of one record and one question.
fn same_record(one: &Evidence, other: &Evidence) -> bool {
    one.key == other.key
        && one.value == other.value
        && one.kind == other.kind
        && one.lacks_key == other.lacks_key
        && one.lacks_value == other.lacks_value
}
