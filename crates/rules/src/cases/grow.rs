//! From sketches to trees: `like`, `delete`, paths, bounds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::CaseSource;
use super::tree::{HiveTree, components, folded, joined};
use crate::decode::help;
use crate::diagnostic::{Code, Diagnostic, Sink, Span, Spanned, quoted};
use crate::model::{
    CaseHive, DamageSketch, DataSketch, Entries, HiveSketch, KeySketch, RuleFile, SecuritySketch,
    SelectSketch, SketchPlace, ValueSketch,
};

/// How long a chain of hives may be that are like each other.
const LONGEST_CHAIN: usize = 32;
/// The most levels of keys that Windows allows.
const MOST_LEVELS: usize = 512;
/// The most UTF-16 units in a key's name.
const KEY_NAME: usize = 255;
/// The most UTF-16 units in a value's name.
const VALUE_NAME: usize = 16_383;
/// How much a hive may weigh: a key on a path, a value, and 64 bytes of data weigh 1 each.
const HEAVIEST: usize = 20_000;
/// How much all hives of a rule may weigh.
const HEAVIEST_RULE: usize = 300_000;
/// How many faults a hive may have: each is looked up in it.
const MOST_FAULTS: usize = 100;

/// Makes trees of what a rule describes, and records what can't be made.
pub(super) struct Grower<'r, 's> {
    sink: &'s mut Sink,
    /// What has a name: hives, and the hives of cases.
    named: BTreeMap<&'r str, Named<'r>>,
    grown: BTreeMap<&'r str, Option<CaseSource>>,
    /// Which ones are being made, each like the next.
    open: Vec<String>,
    /// Whether something among the hives and cases can't be read: it may be what seems to be missing.
    unread: bool,
    weight: usize,
    is_over: bool,
}

#[derive(Clone, Copy)]
enum Named<'r> {
    Hive(&'r Spanned<HiveSketch>),
    Case(&'r Spanned<CaseHive>),
}

impl<'r, 's> Grower<'r, 's> {
    pub(super) fn new(file: &'r RuleFile, unread: bool, sink: &'s mut Sink) -> Self {
        let cases = file.cases.iter().map(|case| (case.name.as_str(), Named::Case(&case.hive)));
        let mut named: BTreeMap<_, _> = cases.collect();
        named.extend(file.hives.iter().map(|(name, hive)| (name.as_str(), Named::Hive(hive))));
        Self {
            sink,
            named,
            grown: BTreeMap::new(),
            open: Vec::new(),
            unread,
            weight: 0,
            is_over: false,
        }
    }

    /// The hive of that name, which something at this place asks for.
    pub(super) fn of_name(&mut self, name: &str, at: Option<Span>) -> Option<CaseSource> {
        if let Some(known) = self.grown.get(name) {
            return known.clone();
        }
        let Some((name, sketch)) = self.named.get_key_value(name) else {
            self.unknown(name, at);
            return None;
        };
        let (name, sketch): (&'r str, _) = (*name, *sketch);
        let is_circle = self.open.iter().any(|open| open == name);
        if is_circle || self.open.len() >= LONGEST_CHAIN {
            let message = if is_circle {
                format!("the hive {} is like itself, by way of those that it is like", quoted(name))
            } else {
                format!("more than {LONGEST_CHAIN} hives are each like the next")
            };
            self.sink.push(Diagnostic::new(Code::LIKE, message).at(at, ""));
            return None;
        }
        self.open.push(name.to_owned());
        let found = match sketch {
            Named::Hive(sketch) => self.of_sketch(sketch, sketch.span),
            Named::Case(hive) => self.of_case(hive, hive.span),
        };
        self.open.pop();
        self.grown.insert(name, found.clone());
        found
    }

    /// The hive of a case.
    pub(super) fn of_case(&mut self, hive: &CaseHive, at: Option<Span>) -> Option<CaseSource> {
        match hive {
            CaseHive::Named(name) => self.of_name(name, at),
            CaseHive::Sketch(sketch) => self.of_sketch(sketch, at),
        }
    }

    fn of_sketch(&mut self, sketch: &HiveSketch, span: Option<Span>) -> Option<CaseSource> {
        if let Some(path) = &sketch.path {
            return self.of_file(sketch, path);
        }
        let mut tree = match &sketch.like {
            None => HiveTree::new(),
            Some(like) => match self.of_name(like, like.span)? {
                CaseSource::Tree(tree) => tree.as_ref().clone(),
                CaseSource::File(_) => {
                    let message =
                        format!("the hive {} is a file, which can't be edited", quoted(like));
                    self.sink.push(Diagnostic::new(Code::HIVE, message).at(like.span, ""));
                    return None;
                }
            },
        };
        // What is taken from another one is made anew.
        let taken = std::mem::take(&mut tree.weight);
        self.weigh(&mut tree, taken, span)?;
        if let Some(format) = sketch.format {
            tree.format = format;
        }
        let under = sketch.under.as_ref().map_or("", |under| under.value.as_str());
        for place in &sketch.delete {
            self.delete(&mut tree, under, place)?;
        }
        if let Some(select) = &sketch.select {
            self.select(&mut tree, select, span)?;
        }
        let at = sketch.under.as_ref().and_then(|under| under.span).or(span);
        for (path, key) in sketch.keys.iter() {
            self.key(&mut tree, &joined(under, path), key, path.span.or(at))?;
        }
        self.damage(&mut tree, sketch, under, span)?;
        Some(CaseSource::Tree(Arc::new(tree)))
    }

    fn of_file(&mut self, sketch: &HiveSketch, path: &Spanned<String>) -> Option<CaseSource> {
        let message = if !sketch.is_plain() || sketch.like.is_some() {
            "a hive is a file or described, not both"
        } else if path.is_empty() || path.starts_with(['/', '\\']) || path.contains(':') {
            "the path of a hive file is relative to the rule file"
        } else {
            return Some(CaseSource::File(path.value.clone()));
        };
        self.sink.push(Diagnostic::new(Code::HIVE, message).at(path.span, ""));
        None
    }

    /// Adds to the weight of a tree; `None` where that is too much, which is told once.
    fn weigh(&mut self, tree: &mut HiveTree, more: usize, at: Option<Span>) -> Option<()> {
        tree.weight = tree.weight.saturating_add(more);
        self.weight = self.weight.saturating_add(more);
        let message = if tree.weight > HEAVIEST {
            format!(
                "a hive has at most {HEAVIEST} parts: keys, values, and every 64 bytes of their data"
            )
        } else if self.weight > HEAVIEST_RULE {
            format!("the hives of a rule have at most {HEAVIEST_RULE} parts together")
        } else {
            return Some(());
        };
        if !std::mem::replace(&mut self.is_over, true) {
            self.sink.push(Diagnostic::new(Code::TOO_DEEP, message).at(at, ""));
        }
        None
    }

    fn delete(
        &mut self,
        tree: &mut HiveTree,
        under: &str,
        place: &Spanned<SketchPlace>,
    ) -> Option<()> {
        let path = match &place.value {
            SketchPlace::Key(path) => joined(under, path),
            SketchPlace::Value(value) => joined(under, &value.key),
        };
        self.weigh(tree, components(&path).count(), place.span)?;
        let is_gone = match &place.value {
            SketchPlace::Key(_) => {
                let (above, name) = path.rsplit_once('\\').unwrap_or(("", &path));
                tree.root.get_mut(above).is_some_and(|above| above.remove(name))
            }
            SketchPlace::Value(value) => {
                tree.root.get_mut(&path).is_some_and(|key| key.remove_value(&value.value))
            }
        };
        if is_gone {
            return Some(());
        }
        let message = match &place.value {
            SketchPlace::Key(_) => format!("there is no key {} to take out", quoted(&path)),
            SketchPlace::Value(value) => {
                format!(
                    "there is no value {} of {} to take out",
                    quoted(&value.value),
                    quoted(&path)
                )
            }
        };
        self.refuse(message, place.span)
    }

    fn select(
        &mut self,
        tree: &mut HiveTree,
        select: &SelectSketch,
        at: Option<Span>,
    ) -> Option<()> {
        self.weigh(tree, 5, at)?;
        let key = tree.root.child("Select");
        let current = select.current;
        for (name, number) in [
            ("Current", current),
            ("Default", select.default.unwrap_or(current)),
            ("Failed", select.failed),
            ("LastKnownGood", select.last_known_good.unwrap_or(current)),
        ] {
            let data = DataSketch::Number(number.0.into());
            key.put(name, &ValueSketch { type_code: 4, data });
        }
        Some(())
    }

    /// Puts in a key, with those above it and all that is described below it.
    fn key(
        &mut self,
        tree: &mut HiveTree,
        path: &str,
        sketch: &KeySketch,
        at: Option<Span>,
    ) -> Option<()> {
        let levels = components(path).count();
        let descriptor = match sketch.security.as_ref().map(|security| &security.value) {
            Some(SecuritySketch::Bytes(bytes)) => bytes.len() / 64,
            _ => 0,
        };
        self.weigh(tree, levels.saturating_add(descriptor), at)?;
        if levels >= MOST_LEVELS {
            return self.refuse(format!("a key stands more than {MOST_LEVELS} levels deep"), at);
        }
        if components(path).any(|name| name.is_empty() || name.encode_utf16().count() > KEY_NAME) {
            let message = "a name in the path of a key is empty, or longer than 255 characters";
            return self.refuse(message.into(), at);
        }
        let key = components(path).fold(&mut tree.root, |key, name| key.child(name));
        if sketch.class.is_some() {
            key.class.clone_from(&sketch.class);
        }
        if let Some(written) = sketch.written {
            key.written = Some(written.0);
        }
        if let Some(security) = &sketch.security {
            key.security = Some(security.value.clone());
        }
        self.values(tree, path, &sketch.values)?;
        for (below, key) in sketch.keys.iter() {
            self.key(tree, &joined(path, below), key, below.span.or(at))?;
        }
        Some(())
    }

    fn values(
        &mut self,
        tree: &mut HiveTree,
        path: &str,
        values: &Entries<ValueSketch>,
    ) -> Option<()> {
        let mut seen = BTreeSet::new();
        for (name, value) in values.iter() {
            self.weigh(tree, (value.data.size() / 64).saturating_add(1), name.span)?;
            if name.encode_utf16().count() > VALUE_NAME {
                return self.refuse("the name of a value is too long".into(), name.span);
            }
            if !seen.insert(folded(name)) {
                let message = format!("{} is given twice, but for case", quoted(name));
                return self.refuse(message, name.span);
            }
        }
        if let Some(key) = tree.root.get_mut(path) {
            values.iter().for_each(|(name, value)| key.put(name, value));
        }
        Some(())
    }

    /// Adds what is broken, and looks whether all that is broken is there.
    fn damage(
        &mut self,
        tree: &mut HiveTree,
        sketch: &HiveSketch,
        under: &str,
        span: Option<Span>,
    ) -> Option<()> {
        let inherited = tree.damage.len();
        for damage in &sketch.damage {
            let mut whole = damage.value.clone();
            whole.key = whole.key.map(|key| joined(under, &key));
            tree.damage.push(whole);
        }
        if tree.damage.len() > MOST_FAULTS {
            let message = format!("a hive has at most {MOST_FAULTS} faults");
            return self.refuse(message, span);
        }
        for index in 0..tree.damage.len() {
            let own = index.checked_sub(inherited).and_then(|index| sketch.damage.get(index));
            let at = own.map_or(span, |damage| damage.span);
            let Some(damage) = tree.damage.get(index).cloned() else { continue };
            let levels = damage.key.as_deref().map_or(0, |key| components(key).count());
            self.weigh(tree, levels, at)?;
            self.is_there(tree, &damage, at)?;
        }
        Some(())
    }

    fn is_there(&mut self, tree: &HiveTree, damage: &DamageSketch, at: Option<Span>) -> Option<()> {
        // What it lacks was told where it is written.
        let Some(path) = &damage.key else { return Some(()) };
        let fault = damage.fault;
        let Some(key) = tree.root.get(path) else {
            return self
                .refuse(format!("{fault} names the key {}, which isn't there", quoted(path)), at);
        };
        match &damage.value {
            Some(value) if key.value(value).is_none() => {
                let (value, path) = (quoted(value), quoted(path));
                self.refuse(
                    format!("{fault} names the value {value} of {path}, which isn't there"),
                    at,
                )
            }
            _ => Some(()),
        }
    }

    fn refuse(&mut self, message: String, at: Option<Span>) -> Option<()> {
        self.sink.push(Diagnostic::new(Code::TREE, message).at(at, ""));
        None
    }

    fn unknown(&mut self, name: &str, at: Option<Span>) {
        if self.unread {
            return;
        }
        let message = format!("there is no hive {}", quoted(name));
        let mut diagnostic = Diagnostic::new(Code::CASE_REFERENCE, message).at(at, "");
        if !self.sink.is_full() {
            diagnostic.help = if self.named.is_empty() {
                Some("describe it under `hives`".into())
            } else {
                help("known", name, self.named.keys().copied())
            };
        }
        self.sink.push(diagnostic);
    }
}
