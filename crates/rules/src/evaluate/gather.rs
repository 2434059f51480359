//! What an evaluated predicate leaves behind: its evidence, each record once, and the tree that refers to it.

use std::collections::BTreeMap;

use super::node::{Element, Kind, Node, Word};
use crate::evidence::{Evidence, EvidenceKind, HiveName};
use crate::explained::Explained;
use crate::truth::Truth;

/// How many records the evidence of one check has at most.
const MOST_RECORDS: usize = 4096;
/// How much data the evidence of one check has at most, in bytes: every record of a hostile hive can share one value.
const MOST_DATA: usize = 1 << 22;
/// How many predicates the tree of one check tells of.
const MOST_EXPLAINED: usize = 10_000;

/// What is gathered.
pub(super) struct Gathered {
    pub(super) evidence: Vec<Evidence>,
    /// How many records there was no room for.
    pub(super) left_out: usize,
    pub(super) tree: Option<Explained>,
}

/// Gathers the evidence of a predicate, and its tree if it is asked for.
pub(super) fn gather(node: Node, explain: bool) -> Gathered {
    let room = if explain { MOST_EXPLAINED } else { 0 };
    let mut gatherer = Gatherer { room, ..Gatherer::default() };
    let tree = gatherer.node(node, explain, true);
    Gathered { evidence: gatherer.evidence, left_out: gatherer.left_out, tree }
}

/// What tells records and questions apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    // What differs most often comes first.
    value: Option<String>,
    kind: EvidenceKind,
    key: String,
    hive: HiveName,
    lacks_key: Option<String>,
    lacks_value: Option<String>,
}

#[derive(Default)]
struct Gatherer {
    evidence: Vec<Evidence>,
    places: BTreeMap<Record, usize>,
    data: usize,
    left_out: usize,
    /// How many more predicates may be told.
    room: usize,
}

impl Gatherer {
    fn node(&mut self, node: Node, explain: bool, decides: bool) -> Option<Explained> {
        let explain = explain && self.room > 0;
        self.room = self.room.saturating_sub(1);
        let mut told = explain.then(|| Explained {
            predicate: node.tag.to_owned(),
            part: None,
            element: None,
            value: node.truth,
            decides,
            expected: node.expected(),
            found: node.reasons().join("; "),
            evidence: Vec::new(),
            inner: Vec::new(),
            left_out: 0,
        });
        let deciding = node.deciding();
        let mut inner = Vec::new();
        let own = match node.kind {
            Kind::Leaf { evidence, .. } => evidence,
            Kind::Combined { inner: nodes, word } => {
                let parts: &[&str] = if word == Word::If { &["if", "then"] } else { &[] };
                for (place, (node, matters)) in nodes.into_iter().zip(deciding).enumerate() {
                    let part = parts.get(place).map(|part| (*part).to_owned());
                    let told = self.node(node, explain, decides && matters);
                    inner.extend(told.map(|told| Explained { part, ..told }));
                }
                Vec::new()
            }
            Kind::Loop(it) => {
                let places: Vec<_> =
                    it.evidence.into_iter().filter_map(|record| self.keep(record)).collect();
                if let Some(told) = &mut told {
                    told.evidence = places;
                    told.left_out = it.left_out;
                }
                // Where no element alone made the answer, all that count did so together.
                let together = !it.elements.iter().any(|element| element.decides);
                for mut element in it.elements {
                    element.decides |= together && element.expect.is_some();
                    inner.extend(self.element(element, explain, decides));
                }
                Vec::new()
            }
        };
        let places: Vec<_> = own.into_iter().filter_map(|record| self.keep(record)).collect();
        let mut told = told?;
        told.evidence.extend(places);
        told.inner = inner;
        Some(told)
    }

    fn element(&mut self, element: Element, explain: bool, decides: bool) -> Vec<Explained> {
        let decides = decides && element.decides;
        let Element { name, filter, expect, .. } = element;
        // Whether it counts is a reason only where that is open, or where nothing else was asked.
        let alone = expect.is_none();
        let filter = filter.map(|node| {
            let matters = alone || node.truth != Truth::True;
            ("where", node, decides && matters)
        });
        let nodes = filter.into_iter().chain(expect.map(|node| ("expect", node, decides)));
        let told = nodes.filter_map(|(part, node, decides)| {
            let told = self.node(node, explain, decides)?;
            Some(Explained { part: Some(part.to_owned()), element: Some(name.clone()), ..told })
        });
        told.collect()
    }

    /// Keeps a record, or adds to what is known of it; where it stands in the list.
    fn keep(&mut self, mut evidence: Evidence) -> Option<usize> {
        let record = Record {
            value: evidence.value.clone(),
            kind: evidence.kind,
            key: evidence.key.clone(),
            hive: evidence.hive,
            lacks_key: evidence.lacks_key.clone(),
            lacks_value: evidence.lacks_value.clone(),
        };
        if let Some(place) = self.places.get(&record).copied() {
            if let Some(known) = self.evidence.get_mut(place) {
                known.learn(evidence);
            }
            return Some(place);
        }
        if self.evidence.len() >= MOST_RECORDS {
            self.left_out = self.left_out.saturating_add(1);
            return None;
        }
        self.data =
            self.data.saturating_add(evidence.keep_data(MOST_DATA.saturating_sub(self.data)));
        let place = self.evidence.len();
        self.evidence.push(evidence);
        self.places.insert(record, place);
        Some(place)
    }
}
