//! What a predicate is evaluated in: one rule, one control set of one hive, and the elements of the loops around it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use coldhive_hive::Key;
use coldhive_security::{Sid, Token};
use coldhive_system::{ControlSet, Lacks, Located, Mount, Product, System};

use super::facts::Recorder;
use super::node::{Node, Word};
use super::work::Work;
use super::{Context, Principals};
use crate::diagnostic::Spanned;
use crate::evidence::HiveName;
use crate::load::Rule;
use crate::model::{Predicate, Principal};
use crate::session::{SddlOrWhyNot, Session};
use crate::target::{Source, Target};
use crate::template::{Filled, Template};
use crate::truth::Truth;

/// What a predicate is evaluated in.
pub(crate) struct Scope<'i, 'c> {
    pub(super) rule: &'c Rule,
    pub(super) target: Target<'c, 'i>,
    /// The control set; none for a rule about the hive as a whole.
    pub(super) set: Option<&'c ControlSet>,
    pub(super) context: &'c Context,
    pub(super) work: &'c Work,
    placeholders: Rc<BTreeMap<String, String>>,
    /// The product, once it was asked for. A SOFTWARE hive settles it, which takes a look into that.
    product: Rc<OnceCell<Option<Arc<Product>>>>,
    elements: Vec<Bound<'c>>,
}

/// A key by its path, and the hive that it is a path of.
#[derive(Clone, Debug)]
pub(super) struct KeyPath {
    pub(super) hive: HiveName,
    /// In the SOFTWARE hive it begins with `SOFTWARE`.
    pub(super) text: String,
}

impl KeyPath {
    /// A path of the SYSTEM hive.
    pub(super) fn system(text: impl Into<String>) -> Self {
        Self { hive: HiveName::System, text: text.into() }
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An element of a loop, under its name.
#[derive(Clone, Debug)]
pub(super) struct Bound<'c> {
    pub(super) variable: &'c str,
    /// The name or entry, after it was transformed.
    pub(super) text: String,
    /// The same before that.
    pub(super) raw: String,
    /// The path of a subkey; of an entry, the entry.
    pub(super) path: String,
    /// The hive that the path is of.
    pub(super) hive: HiveName,
}

impl<'i, 'c> Scope<'i, 'c> {
    pub(super) fn new(
        rule: &'c Rule,
        target: Target<'c, 'i>,
        set: Option<&'c ControlSet>,
        context: &'c Context,
        work: &'c Work,
    ) -> Self {
        let placeholders = Rc::new(rule.placeholders(&set_path(set)));
        let (product, elements) = (Rc::default(), Vec::new());
        Self { rule, target, set, context, work, placeholders, product, elements }
    }

    /// The same inside of a loop, for one element.
    pub(super) fn with(&self, element: Bound<'c>) -> Self {
        let mut elements = self.elements.clone();
        elements.push(element);
        let (placeholders, product) = (Rc::clone(&self.placeholders), Rc::clone(&self.product));
        Self { placeholders, product, elements, ..*self }
    }

    /// The same in another control set, or in another hive.
    pub(super) fn elsewhere<'o, 'j>(
        &self,
        target: Target<'o, 'j>,
        set: Option<&'o ControlSet>,
    ) -> Scope<'j, 'o>
    where
        'c: 'o,
    {
        let (here, there) = (set_path(self.set), set_path(set));
        let placeholders = Rc::new(self.rule.placeholders(&there));
        let moved = self.elements.iter().cloned().map(|element| {
            // What a loop found in this control set is looked for in that one.
            let below = element.path.strip_prefix(&here).filter(|below| below.starts_with('\\'));
            let path = below.map(|below| format!("{there}{below}")).unwrap_or(element.path.clone());
            Bound { path, ..element }
        });
        let elements = moved.collect();
        let Self { rule, context, work, .. } = *self;
        Scope { rule, target, set, context, work, placeholders, product: Rc::default(), elements }
    }

    pub(super) const fn system(&self) -> System<'i> {
        self.target.system
    }

    /// One of the hives, if it is at hand.
    pub(super) fn source(&self, hive: HiveName) -> Option<Source<'c>> {
        match hive {
            HiveName::System => Some(self.target.main()),
            HiveName::Software => self.target.beside(),
        }
    }

    /// What the source of a hive does not tell.
    pub(super) fn lacks(&self, hive: HiveName) -> Lacks {
        self.source(hive).map(|source| source.system.lacks()).unwrap_or_default()
    }

    /// What is shared with other evaluations over a hive.
    pub(super) fn session(&self, hive: HiveName) -> Option<&'c Session<'i>> {
        self.target.session().filter(|_| hive == HiveName::System)
    }

    /// A key's descriptor as SDDL, or why it has none. Most keys share theirs.
    pub(super) fn sddl(&self, hive: HiveName, key: &Key<'_>) -> Arc<SddlOrWhyNot> {
        match (self.session(hive), key.security()) {
            (Some(session), Ok(Some(security))) => session.sddl(key, &security),
            _ => Arc::new(coldhive_system::sddl(key)),
        }
    }

    pub(super) fn locate(&self, path: &KeyPath) -> Arc<Located<'c>> {
        static SOFTWARE: Mount = Mount::SOFTWARE;
        let KeyPath { hive, text } = path;
        let located: Arc<Located<'c>> = match (self.session(*hive), self.source(*hive)) {
            (Some(session), _) => session.locate(text),
            (None, Some(source)) => Arc::new(source.system.locate(text)),
            (None, None) => Arc::new(Located::nowhere(text, &SOFTWARE)),
        };
        self.work.lookup(&located);
        located
    }

    /// Makes records of a hive into evidence. Of a hive that isn't at hand there is none.
    pub(super) fn recorder(&self, hive: HiveName) -> Recorder<'c> {
        Recorder(self.source(hive).unwrap_or_else(|| self.target.main()))
    }

    /// The product; none for the hive as a whole.
    pub(super) fn product(&self) -> Option<Arc<Product>> {
        self.product.get_or_init(|| self.find_product()).clone()
    }

    fn find_product(&self) -> Option<Arc<Product>> {
        let set = self.set?;
        let product = self.target.product(set);
        // What a text doesn't hold proves nothing.
        let settling = self.target.beside().map(|beside| beside.system);
        Some(match settling.filter(|software| !software.lacks().records) {
            Some(software) => Arc::new(Product::clone(&product).settled_by(software.hive())),
            None => product,
        })
    }

    /// The element that a placeholder names, or a part of.
    fn bound(&self, name: &str) -> Option<&Bound<'c>> {
        let is = |bound: &&Bound<'_>| {
            name.strip_prefix(bound.variable)
                .is_some_and(|part| matches!(part, "" | ".path" | ".raw"))
        };
        self.elements.iter().rev().find(is)
    }

    /// What a placeholder stands for here.
    pub(super) fn filled(&self, name: &str) -> Option<Filled<'_>> {
        if let Some(bound) = self.bound(name) {
            let text = match name.get(bound.variable.len()..) {
                Some(".path") => &bound.path,
                Some(".raw") => &bound.raw,
                _ => &bound.text,
            };
            return Some(Filled { text, from_hive: true });
        }
        self.placeholders.get(name).map(|text| Filled { text, from_hive: false })
    }

    /// A path of a key, in the hive that it is of.
    pub(super) fn path(&self, template: &Template) -> KeyPath {
        KeyPath { hive: self.hive(template), text: self.text(template) }
    }

    /// The hive that a path is of.
    fn hive(&self, path: &Template) -> HiveName {
        if !self.rule.names_software {
            return HiveName::System;
        }
        let element = |name: &str| {
            let bound = self.bound(name).filter(|_| name.ends_with(".path"));
            bound.is_some_and(|bound| bound.hive == HiveName::Software)
        };
        if self.rule.file().is_of_software(path, &element) {
            HiveName::Software
        } else {
            HiveName::System
        }
    }

    /// A path or text with its placeholders filled in. Loading made sure that all of them are known; what is
    /// too long for any key finds none.
    pub(super) fn text(&self, template: &Template) -> String {
        self.filled_in(template).into_owned()
    }

    /// The same without a copy where it has none.
    pub(super) fn filled_in<'a>(&self, template: &'a Template) -> Cow<'a, str> {
        match template.as_literal() {
            Some(text) => Cow::Borrowed(text),
            None => {
                let text = template.expand_with(&|name| self.filled(name));
                let text = text.unwrap_or_else(|| template.to_string());
                self.work.bytes(text.len(), 1);
                Cow::Owned(text)
            }
        }
    }

    /// Texts with their placeholders filled in.
    pub(super) fn texts<'t>(
        &self,
        templates: impl IntoIterator<Item = &'t Spanned<Template>>,
    ) -> Vec<String> {
        templates.into_iter().map(|template| self.text(template)).collect()
    }

    /// The token that a list of principals stands for.
    pub(super) fn token(&self, principals: &[Spanned<Principal>]) -> Token {
        let mut all = Principals::default();
        for principal in principals {
            match &principal.value {
                Principal::Sid(sid) => all.sids.push(*sid),
                Principal::Param(name) => {
                    let Some(param) = self.rule.file().params.get(name) else { continue };
                    match self.context.params.get(name) {
                        Some(given) => all.extend(given),
                        None => all.sids.extend(param.default.iter().map(|sid| sid.0)),
                    }
                    all.open.extend(param.open.iter().map(|pattern| pattern.0));
                }
            }
        }
        all.token()
    }

    /// The parameters as they were used, each part as a caller writes it.
    pub(super) fn params(&self) -> BTreeMap<String, Vec<String>> {
        let used = self.rule.file().params.iter().map(|(name, param)| {
            let sids = match self.context.params.get(name) {
                Some(given) => given.parts().collect(),
                None => param.default.iter().map(|sid| sid.0.to_string()).collect(),
            };
            (name.clone(), sids)
        });
        used.collect()
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let given = self
            .context
            .params
            .iter()
            .filter(|(name, _)| self.rule.file().params.contains_key(*name));
        for (name, _) in given.filter(|(_, given)| !given.sids.contains(&Sid::EVERYONE)) {
            notes.push(format!(
                "{name} was declared without Everyone (WD), which every account has"
            ));
        }
        if self.system().hive().base_block().minor() == 6 {
            notes.push(
                "format 1.6 is that of differencing hives too: in one, what is missing here may stand in the hive below it"
                    .into(),
            );
        }
        notes
    }

    /// A path of the predicate itself that is of a hive that isn't at hand.
    fn lacking(&self, predicate: &Predicate) -> Option<KeyPath> {
        if !self.rule.names_software || self.target.beside().is_some() {
            return None;
        }
        let paths = predicate.paths();
        let of_software = paths.into_iter().find(|path| self.hive(path) == HiveName::Software);
        of_software.map(|path| self.path(path))
    }

    /// Evaluates a predicate.
    pub(super) fn predicate(&self, predicate: &'c Predicate) -> Node {
        if let Some(stopped) = self.work.stopped() {
            let found = format!("not looked at: {}", stopped.why());
            let (truth, expected) = (Truth::Unknown, predicate.tag().to_owned());
            return Node::leaf(truth, expected, found, Vec::new()).tagged(predicate.tag());
        }
        self.work.elements(1);
        if let Some(path) = self.lacking(predicate) {
            let expected = format!("{} of {path}", predicate.tag());
            let node = Node::leaf(Truth::Unknown, expected, NO_SOFTWARE.into(), Vec::new());
            return node.tagged(predicate.tag());
        }
        let combine = |word, list: &'c [Spanned<Predicate>]| {
            Node::combine(word, list.iter().map(|inner| self.predicate(inner)).collect())
        };
        let node = match predicate {
            Predicate::All(list) => combine(Word::All, list),
            Predicate::Any(list) => combine(Word::Any, list),
            Predicate::None(list) => combine(Word::None, list),
            Predicate::One(list) => combine(Word::One, list),
            Predicate::AllOrNone(list) => combine(Word::AllOrNone, list),
            Predicate::AtLeast(test) => combine(Word::AtLeast(test.n.value), &test.of),
            Predicate::Not(inner) => Node::combine(Word::Not, vec![self.predicate(inner)]),
            Predicate::If(test) => {
                let both = vec![self.predicate(&test.premise), self.predicate(&test.conclusion)];
                Node::combine(Word::If, both)
            }
            Predicate::ForEach(test) => self.for_each(test),
            Predicate::Key(test) => self.key(test),
            Predicate::Value(test) => self.value(test),
            Predicate::Access(test) => self.access(test),
            Predicate::Product(test) => self.product_test(test),
            Predicate::Service(test) => self.service(test),
            Predicate::Same(test) => self.same(test),
            Predicate::Text(test) => self.text_test(test),
        };
        node.tagged(predicate.tag())
    }
}

/// Why a question to the SOFTWARE hive is open.
const NO_SOFTWARE: &str = "no SOFTWARE hive was given";

/// The path of a control set; nothing for the hive as a whole.
fn set_path(set: Option<&ControlSet>) -> String {
    set.map(|set| set.path("")).unwrap_or_default()
}
