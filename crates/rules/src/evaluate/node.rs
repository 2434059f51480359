//! A predicate that was evaluated: its value, the words for it, and what it rests on.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::words::sentence;
use crate::evidence::Evidence;
use crate::truth::Truth;

/// How many elements of a loop are told of in words.
const MOST_TOLD: usize = 8;

/// An evaluated predicate, with those inside it.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) truth: Truth,
    pub(super) tag: &'static str,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Leaf { expected: String, found: String, evidence: Vec<Evidence> },
    Combined { word: Word, inner: Vec<Node> },
    Loop(Box<Loop>),
}

/// How predicates are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    All,
    Any,
    None,
    One,
    AllOrNone,
    AtLeast(u64),
    Not,
    If,
}

/// What came of a loop.
#[derive(Debug)]
pub(super) struct Loop {
    /// What should be so of which elements.
    pub(super) expected: String,
    /// How many elements there are, and what became of them.
    pub(super) found: String,
    /// What the list of elements rests on.
    pub(super) evidence: Vec<Evidence>,
    /// The elements that were kept.
    pub(super) elements: Vec<Element>,
    /// How many more there are.
    pub(super) left_out: usize,
}

/// What came of one element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    /// Whether it made the loop's answer what it is.
    pub(super) decides: bool,
    /// Whether it counts, if that was asked.
    pub(super) filter: Option<Node>,
    pub(super) expect: Option<Node>,
}

impl Node {
    /// A predicate that looked at the hive.
    pub(crate) fn leaf(
        truth: Truth,
        expected: String,
        found: String,
        evidence: Vec<Evidence>,
    ) -> Self {
        Self { truth, tag: "", kind: Kind::Leaf { expected, found, evidence } }
    }

    /// A predicate over predicates.
    pub(super) fn combine(word: Word, inner: Vec<Self>) -> Self {
        let truths = inner.iter().map(|node| node.truth);
        let truth = match word {
            Word::All => Truth::all(truths),
            Word::Any => Truth::any(truths),
            Word::None | Word::Not => Truth::none(truths),
            Word::One => Truth::one(truths),
            Word::AllOrNone => Truth::all_or_none(truths),
            Word::AtLeast(number) => Truth::at_least(number, truths),
            Word::If => {
                let mut truths = truths;
                let mut next = || truths.next().unwrap_or(Truth::NotEvaluated);
                let premise = next();
                premise.implies(next())
            }
        };
        Self { truth, tag: "", kind: Kind::Combined { word, inner } }
    }

    /// Says what it is called in rule files.
    pub(super) fn tagged(self, tag: &'static str) -> Self {
        Self { tag, ..self }
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
        let (word, inner) = match &self.kind {
            Kind::Leaf { expected, .. } => return expected.clone(),
            Kind::Loop(it) => return it.expected.clone(),
            Kind::Combined { word, inner } => (*word, inner),
        };
        let inner: Vec<_> = inner.iter().map(Self::grouped).collect();
        match word {
            Word::All => inner.join("; "),
            Word::Any => inner.join("; or "),
            Word::One => inner.join("; or else "),
            Word::Not => sentence!("not: {}", inner.join("; ")),
            Word::None => sentence!("none of: {}", inner.join("; ")),
            Word::AllOrNone => sentence!("all or none of: {}", inner.join("; ")),
            Word::AtLeast(number) => sentence!("at least {number} of: {}", inner.join("; ")),
            Word::If => sentence!("if {}", inner.join(", then ")),
        }
    }

    /// What should be there, in words that stay together inside other words.
    pub(super) fn grouped(&self) -> String {
        match &self.kind {
            Kind::Combined { inner, .. } if inner.len() > 1 => sentence!("({})", self.expected()),
            _ => self.expected(),
        }
    }

    /// What was found, in words: of a combination, that which decided.
    pub(crate) fn reasons(&self) -> Vec<Cow<'_, str>> {
        let inner = match &self.kind {
            Kind::Leaf { found, .. } => return vec![found.into()],
            Kind::Loop(it) => return it.reasons(),
            Kind::Combined { inner, .. } => inner,
        };
        let deciding = inner.iter().zip(self.deciding()).filter(|(_, decides)| *decides);
        unique(deciding.flat_map(|(node, _)| node.reasons()))
    }

    /// Of a combination, which of the predicates in it made it what it is.
    pub(super) fn deciding(&self) -> Vec<bool> {
        let Kind::Combined { word, inner } = &self.kind else { return Vec::new() };
        let holding = inner.iter().filter(|node| node.truth == Truth::True).count();
        // Under a negation the inner value that decides is the other one; and where more than
        // one holds, those are why it isn't exactly one.
        let wanted = match word {
            Word::Not | Word::None => self.truth.negated(),
            Word::One if holding > 1 => Truth::True,
            _ => self.truth,
        };
        let deciding: Vec<_> = match (word, inner.as_slice()) {
            // A premise that doesn't hold is the reason by itself.
            (Word::If, [premise, _]) if premise.truth == Truth::False => vec![true, false],
            (Word::If | Word::AllOrNone, _) => Vec::new(),
            _ => inner.iter().map(|node| node.truth == wanted).collect(),
        };
        if deciding.contains(&true) { deciding } else { vec![true; inner.len()] }
    }
}

impl Node {
    /// How many predicates it has, itself among them.
    fn size(&self) -> usize {
        let inner: usize = match &self.kind {
            Kind::Leaf { .. } => 0,
            Kind::Combined { inner, .. } => inner.iter().map(Self::size).sum(),
            Kind::Loop(it) => it.elements.iter().map(Element::size).sum(),
        };
        inner.saturating_add(1)
    }
}

impl Loop {
    fn reasons(&self) -> Vec<Cow<'_, str>> {
        let deciding: Vec<_> = self.elements.iter().filter(|element| element.decides).collect();
        let told = deciding.iter().take(MOST_TOLD);
        let reasons = unique(told.flat_map(|element| element.reasons()));
        let more = deciding.len().saturating_sub(MOST_TOLD);
        let more = (more > 0).then(|| sentence!("and the like of {more} more").into());
        std::iter::once((&self.found).into()).chain(reasons).chain(more).collect()
    }
}

impl Element {
    /// How many predicates it has.
    pub(super) fn size(&self) -> usize {
        self.filter.iter().chain(&self.expect).map(Node::size).sum()
    }

    fn reasons(&self) -> Vec<Cow<'_, str>> {
        // Whether it counts is a reason only where that is open.
        let filter = self.filter.iter().filter(|filter| filter.truth != Truth::True);
        filter.chain(&self.expect).flat_map(Node::reasons).collect()
    }
}

/// Each of them once, in their order.
fn unique<'n>(reasons: impl Iterator<Item = Cow<'n, str>>) -> Vec<Cow<'n, str>> {
    let mut seen = BTreeSet::new();
    reasons.filter(|reason| seen.insert(reason.clone())).collect()
}
