//! What a predicate is evaluated in: one rule, one control set of one hive, and the elements of the loops around it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use coldhive_security::{Sid, Token};
use coldhive_system::{ControlSet, Located, Product, System};

use super::facts::Recorder;
use super::node::{Node, Word};
use super::work::Work;
use super::{Context, Principals};
use crate::diagnostic::Spanned;
use crate::load::Rule;
use crate::model::{Predicate, Principal};
use crate::target::Target;
use crate::template::{Filled, Template};

/// What a predicate is evaluated in.
pub(crate) struct Scope<'i, 'c> {
    pub(super) rule: &'c Rule,
    pub(super) target: Target<'c, 'i>,
    /// The control set; none for a rule about the hive as a whole.
    pub(super) set: Option<&'c ControlSet>,
    pub(super) context: &'c Context,
    pub(super) work: &'c Work,
    placeholders: Rc<BTreeMap<String, String>>,
    elements: Vec<Bound<'c>>,
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
        Self { rule, target, set, context, work, placeholders, elements: Vec::new() }
    }

    /// The same inside of a loop, for one element.
    pub(super) fn with(&self, element: Bound<'c>) -> Self {
        let mut elements = self.elements.clone();
        elements.push(element);
        Self { placeholders: Rc::clone(&self.placeholders), elements, ..*self }
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
        Scope { rule, target, set, context, work, placeholders, elements }
    }

    pub(super) const fn system(&self) -> System<'i> {
        self.target.system
    }

    pub(super) fn locate(&self, path: &str) -> Arc<Located<'i>> {
        let located = match self.target.session() {
            Some(session) => session.locate(path),
            None => Arc::new(self.target.system.locate(path)),
        };
        self.work.lookup(&located);
        located
    }

    pub(super) const fn recorder(&self) -> Recorder<'c, 'i> {
        Recorder(self.target)
    }

    /// The product; none for the hive as a whole.
    pub(super) fn product(&self) -> Option<Arc<Product>> {
        let set = self.set?;
        let product = match self.target.session() {
            Some(session) => session.product(set),
            None => Arc::new(self.system().product(set)),
        };
        Some(match self.target.beside() {
            Some(software) => Arc::new(Product::clone(&product).settled_by(software)),
            None => product,
        })
    }

    /// What a placeholder stands for here.
    pub(super) fn filled(&self, name: &str) -> Option<Filled<'_>> {
        let is = |bound: &&Bound<'_>| {
            name.strip_prefix(bound.variable)
                .is_some_and(|part| matches!(part, "" | ".path" | ".raw"))
        };
        if let Some(bound) = self.elements.iter().rev().find(is) {
            let text = match name.get(bound.variable.len()..) {
                Some(".path") => &bound.path,
                Some(".raw") => &bound.raw,
                _ => &bound.text,
            };
            return Some(Filled { text, from_hive: true });
        }
        self.placeholders.get(name).map(|text| Filled { text, from_hive: false })
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

    /// Evaluates a predicate.
    pub(super) fn predicate(&self, predicate: &'c Predicate) -> Node {
        if let Some(stopped) = self.work.stopped() {
            let found = format!("not looked at: {}", stopped.why());
            let (truth, expected) = (crate::truth::Truth::Unknown, predicate.tag().to_owned());
            return Node::leaf(truth, expected, found, Vec::new()).tagged(predicate.tag());
        }
        self.work.elements(1);
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

/// The path of a control set; nothing for the hive as a whole.
fn set_path(set: Option<&ControlSet>) -> String {
    set.map(|set| set.path("")).unwrap_or_default()
}
