//! The Winsock keys as a picture: lists in lists, drawn as a tree, with what is missing, damaged or different marked.

use std::collections::HashMap;

use coldhive_rules::{EvidenceKind, Verdict};

use super::hive;
use super::markup::{Markup, left_out};
use super::words;
use crate::{Tree, TreeKey, WinsockReport};

/// How many keys of a subtree are drawn.
const MOST_KEYS: usize = 400;
/// How deep the picture goes; keys below stand side by side there.
const DEEPEST: usize = 12;

/// A key of the picture.
struct Node<'r> {
    /// The path below the start of the subtree.
    path: &'r str,
    key: Option<&'r TreeKey>,
    /// What is said of it where it isn't there.
    missing: Option<&'static str>,
}

impl Node<'_> {
    fn depth(&self) -> usize {
        if self.path.is_empty() { 0 } else { self.path.split('\\').count() }
    }
}

/// What is drawn from.
struct Picture<'r> {
    tree: &'r Tree,
    /// The control sets that have keys otherwise, by the path in small letters.
    differs: &'r HashMap<String, Vec<&'r str>>,
}

pub(super) fn pictures(it: &mut Markup, report: &WinsockReport, verdicts: &[Verdict]) {
    let mut differs: HashMap<String, Vec<&str>> = HashMap::new();
    for difference in verdicts.iter().flat_map(|verdict| &verdict.differences) {
        let sets = differs.entry(difference.key.to_lowercase()).or_default();
        if !sets.contains(&difference.control_set.as_str()) {
            sets.push(&difference.control_set);
        }
    }
    if !report.trees.is_empty() {
        let words = "Each line is a key, with the names of its values in brackets.";
        it.classed("p", "note", words);
    }
    let mut drawn = vec![false; report.missing.len()];
    for tree in &report.trees {
        let mut nodes: Vec<Node<'_>> = tree
            .keys
            .iter()
            .take(MOST_KEYS)
            .map(|key| Node { path: &key.path, key: Some(key), missing: None })
            .collect();
        for (missing, drawn) in report.missing.iter().zip(&mut drawn) {
            if let Some(path) = below(&tree.path, &missing.path) {
                *drawn |= place(&mut nodes, path, missing.finding);
            }
        }
        // Keys that other control sets have, and this one lacks.
        let lacking = verdicts.iter().flat_map(|verdict| &verdict.differences);
        let lacking = lacking.filter(|it| it.subject == EvidenceKind::Key && it.here == "absent");
        for difference in lacking.take(MOST_KEYS) {
            let path = below(&tree.path, &difference.key);
            let is_new = |path: &&str| !nodes.iter().any(|it| it.path.eq_ignore_ascii_case(path));
            if let Some(path) = path.filter(is_new) {
                place(&mut nodes, path, "absent");
            }
        }
        let picture = Picture { tree, differs: &differs };
        it.with("ul", &[("class", "tree"), ("aria-label", "Keys as a tree")], |it| {
            picture.branches(it, &nodes, 0);
        });
        left_out(it, tree.keys.len().saturating_sub(MOST_KEYS), "keys");
    }
    let rest: Vec<_> =
        report.missing.iter().zip(&drawn).filter(|(_, drawn)| !**drawn).map(|(it, _)| it).collect();
    if !rest.is_empty() {
        it.line("p", "Keys that were looked for and not found:");
        it.el("ul", |it| {
            for missing in rest {
                it.el("li", |it| {
                    it.key(&missing.path);
                    it.text(&format!(": {}", missing.why));
                });
            }
        });
    }
}

/// The rest of a path below another.
fn below<'p>(start: &str, path: &'p str) -> Option<&'p str> {
    let head = path.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start))?;
    path.get(head.len()..)?.strip_prefix('\\')
}

/// Puts a key that isn't there behind what its parent has; whether there is the parent.
fn place<'r>(nodes: &mut Vec<Node<'r>>, path: &'r str, missing: &'static str) -> bool {
    let parent = path.rsplit_once('\\').map_or("", |(parent, _)| parent);
    let is_in = |node: &Node<'_>| {
        parent.is_empty()
            || node.path.eq_ignore_ascii_case(parent)
            || below(parent, node.path).is_some()
    };
    let Some(last) = nodes.iter().rposition(is_in) else { return false };
    nodes.insert(last.saturating_add(1), Node { path, key: None, missing: Some(missing) });
    true
}

impl Picture<'_> {
    fn branches(&self, it: &mut Markup, mut nodes: &[Node<'_>], depth: usize) {
        while let Some((first, rest)) = nodes.split_first() {
            let is_below = |node: &&Node<'_>| node.depth() > first.depth() && depth < DEEPEST;
            let count = rest.iter().take_while(is_below).count();
            let (inner, others) = rest.split_at_checked(count).unwrap_or((&[], rest));
            it.el("li", |it| {
                self.node(it, first);
                if !inner.is_empty() {
                    it.el("ul", |it| self.branches(it, inner, depth.saturating_add(1)));
                }
            });
            nodes = others;
        }
    }

    fn node(&self, it: &mut Markup, node: &Node<'_>) {
        let whole = match node.path.is_empty() {
            true => self.tree.path.clone(),
            false => format!("{}\\{}", self.tree.path, node.path),
        };
        let name = match node.path.is_empty() {
            true => &self.tree.path,
            false => node.path.rsplit('\\').next().unwrap_or_default(),
        };
        it.key(name);
        if let Some(missing) = node.missing {
            it.text(" ");
            let class = if missing == "absent" { "bad" } else { "open" };
            words::mark(it, (missing, class));
        }
        for set in self.differs.get(&whole.to_lowercase()).into_iter().flatten() {
            it.text(" ");
            it.classed("span", "mark open", &format!("differs from {set}"));
        }
        let Some(key) = node.key else { return };
        if key.view.is_none() {
            it.text(" ");
            words::mark(it, ("not a known key", "none"));
        }
        if !key.values.is_empty() {
            self.values(it, key);
        }
        if !key.damage.is_empty() {
            it.text(" ");
            words::mark(it, ("damaged", "bad"));
            hive::damage(it, "Damage of this key", &key.damage);
        }
    }

    fn values(&self, it: &mut Markup, key: &TreeKey) {
        const MOST: usize = 24;
        it.with("span", &[("class", "note")], |it| {
            it.text(" [");
            for (place, value) in key.values.iter().take(MOST).enumerate() {
                it.text(if place == 0 { "" } else { ", " });
                it.value(&value.name);
            }
            let more = key.values.len().saturating_sub(MOST);
            it.text(&if more > 0 { format!(" and {more} more]") } else { "]".into() });
        });
    }
}
