//! What a rule names, and whether it is there: placeholders, parameters, ids; and what a predicate needs to test anything.

mod software;

use std::collections::{BTreeMap, BTreeSet};

use coldhive_hive::names_equal;

use crate::decode::help;
use crate::diagnostic::{Code, Diagnostic, Sink, Source, Span, Spanned, quoted};
use crate::language::Described as _;
use crate::model::{
    AccessTest, ForEach, Param, Place, Predicate, Principal, RuleFile, SCHEMA, Scope,
};
use crate::template::{CONTROL_SET, LONGEST, SOFTWARE, Template};
use crate::vars::{self, Filled, is_built_in};

/// A control set's path is never longer than this one.
const LONGEST_CONTROL_SET: &str = "ControlSet001";
/// How many vars a rule may have.
const MOST_VARS: usize = 1000;

/// Looks up everything that a rule names, and records what is missing. `source` is the rule's file, empty where there is none.
pub(crate) fn resolve(file: &RuleFile, source: &Source, sink: &mut Sink) {
    let unread = !sink.is_empty();
    if *file.schema.value != *SCHEMA && !(file.schema.span.is_none() && unread) {
        let message = format!(
            "the schema is {}; this program speaks {}",
            quoted(&file.schema),
            quoted(SCHEMA)
        );
        sink.push(Diagnostic::new(Code::SCHEMA, message).at(file.schema.span, ""));
    }
    if file.vars.len() > MOST_VARS {
        let message = format!("a rule has at most {MOST_VARS} vars, not {}", file.vars.len());
        sink.push(Diagnostic::new(Code::TOO_DEEP, message).at(file.vars.span, ""));
        return;
    }
    let filled = vars::fill(file, LONGEST_CONTROL_SET);
    let vars_broken = sink.any_within(file.vars.span);
    let params_broken = sink.any_within(file.params.span);
    let mut resolver = Resolver { file, source, filled, unread, vars_broken, params_broken, sink };
    resolver.names();
    resolver.vars();
    resolver.checks();
    resolver.signs();
    for (place, predicate) in file.predicates() {
        resolver.tree(place, predicate, &mut Vec::new());
    }
}

/// The element of a loop around a predicate.
#[derive(Clone, Copy)]
struct Element<'r> {
    name: &'r str,
    /// Whether its path is of a control set.
    of_control_set: bool,
    /// Whether its path is of the SOFTWARE hive.
    of_software: bool,
}

/// The element that a placeholder names, or a part of.
fn element_of<'l, 'r>(loops: &'l [Element<'r>], name: &str) -> Option<&'l Element<'r>> {
    let parts = [".path", ".raw"];
    let element = parts.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
    loops.iter().rev().find(|known| known.name == element)
}

struct Resolver<'r, 's> {
    file: &'r RuleFile,
    source: &'r Source,
    /// What the placeholders stand for at their longest.
    filled: Filled<'r>,
    /// Whether something can't be read: then what has no place stands for it, and that was told.
    unread: bool,
    /// Whether something among the vars can't be read: it may be what seems to be missing.
    vars_broken: bool,
    /// The same of the params.
    params_broken: bool,
    sink: &'s mut Sink,
}

impl<'r> Resolver<'r, '_> {
    /// What reports name things by.
    fn names(&mut self) {
        self.not_empty("the rule's id", &self.file.id);
        self.not_empty("the rule's title", &self.file.title);
        let mut ids: BTreeMap<&str, Option<Span>> = BTreeMap::new();
        let checks = self.file.checks.iter().map(Place::Check);
        for place in checks.chain(self.file.remarks.iter().map(Place::Remark)) {
            let (Place::Check(check) | Place::Remark(check)) = place else { continue };
            self.not_empty("an id", &check.id);
            self.not_empty(&format!("the title of {place}"), &check.title);
            if check.id.is_empty() {
                continue;
            }
            match ids.get(check.id.as_str()) {
                None => {
                    ids.insert(&check.id, check.id.span);
                }
                Some(first) => self.sink.push(
                    Diagnostic::new(
                        Code::DUPLICATE_ID,
                        format!("the id {} is used twice", quoted(&check.id)),
                    )
                    .at(check.id.span, "used again here")
                    .and(*first, "used here first"),
                ),
            }
        }
    }

    fn not_empty(&mut self, what: &str, text: &Spanned<String>) {
        if text.trim().is_empty() && !(text.span.is_none() && self.unread) {
            let message = format!("{what} is empty");
            self.sink.push(Diagnostic::new(Code::EMPTY_TEXT, message).at(text.span, ""));
        }
    }

    fn vars(&mut self) {
        for (name, var) in self.file.vars.iter() {
            let place = format!("the var {}", quoted(name));
            let hidden = match name.as_str() {
                CONTROL_SET => Some("the control set"),
                SOFTWARE => Some("the SOFTWARE hive"),
                _ => None,
            };
            if let Some(what) = hidden {
                let message = format!("{place} would hide {{{name}}}, {what}");
                let diagnostic = Diagnostic::new(Code::HIDES_CONTROL_SET, message).at(var.span, "");
                self.sink.push(diagnostic.help("give it another name"));
            }
            self.template(&place, var, var.span, &[]);
            self.software_at(&place, var, var.span, true, &[]);
        }
        for name in std::mem::take(&mut self.filled.too_long) {
            let span = self.file.vars.get(name).and_then(|var| var.span);
            self.too_long(&format!("the var {}", quoted(name)), span);
        }
        let circle = std::mem::take(&mut self.filled.circle);
        let mut names = circle.iter();
        if let Some(first) = names.next() {
            let span = |name: &str| self.file.vars.get(name).and_then(|var| var.span);
            let message = match circle.len() {
                1 => format!("the var {} refers to itself", quoted(first)),
                number => format!(
                    "{number} vars refer to each other in a circle, {} among them",
                    quoted(first)
                ),
            };
            let mut diagnostic = Diagnostic::new(Code::CIRCLE, message).at(span(first), "");
            for name in names.take(4) {
                diagnostic = diagnostic.and(span(name), "");
            }
            self.sink.push(diagnostic);
        }
    }

    fn checks(&mut self) {
        let checks = &self.file.checks;
        if checks.is_empty()
            && !(checks.span.is_none() && self.unread)
            && !self.sink.any_within(checks.span)
        {
            let diagnostic = Diagnostic::new(Code::NO_CHECKS, "the rule has no checks");
            self.sink.push(diagnostic.at(checks.span, ""));
        }
    }

    /// What logs may say: each by its own id, of one sort, and of an event that there can be.
    fn signs(&mut self) {
        let mut ids: BTreeMap<&str, Option<Span>> = BTreeMap::new();
        for sign in &self.file.signs {
            let name = format!("the sign {}", quoted(&sign.id));
            self.not_empty("an id", &sign.id);
            self.not_empty(&format!("the title of {name}"), &sign.title);
            if let Some(first) = ids.insert(&sign.id, sign.id.span).filter(|_| !sign.id.is_empty())
            {
                let message = format!("the id {} is used twice", quoted(&sign.id));
                let diagnostic = Diagnostic::new(Code::DUPLICATE_ID, message);
                self.sink.push(
                    diagnostic.at(sign.id.span, "used again here").and(first, "used here first"),
                );
            }
            let told = self.unread && sign.event.is_none() && sign.line.is_none();
            if sign.event.is_some() == sign.line.is_some() && !told {
                let message = format!("{name} is of both an event and a line, or of neither");
                let diagnostic = Diagnostic::new(Code::SIGN, message).at(sign.id.span, "");
                self.sink.push(diagnostic.help("give one of `event` and `line`"));
            }
            if let Some(event) = sign.event.as_ref().filter(|event| *event.id > u64::from(u16::MAX))
            {
                let message = format!("{name} is of event {}, and the last is 65535", *event.id);
                let diagnostic = Diagnostic::new(Code::NUMBER_RANGE, message);
                self.sink.push(diagnostic.at(event.id.span, ""));
            }
        }
    }

    /// A predicate and those in it. `loops` are the elements that have a name here.
    fn tree(
        &mut self,
        place: Place<'_>,
        predicate: &'r Spanned<Predicate>,
        loops: &mut Vec<Element<'r>>,
    ) {
        self.predicate(place, predicate, loops);
        let Predicate::ForEach(test) = &predicate.value else {
            for inner in predicate.inner() {
                self.tree(place, inner, loops);
            }
            return;
        };
        self.for_each(place, test, predicate.span, loops);
        let list = test.entries_of.as_ref().map(|list| &list.path);
        let over = test.subkeys_of.as_ref().or(list);
        let (mut of_control_set, mut of_software) = (false, false);
        if let Some(path) = over {
            of_control_set = self.is_of_control_set(path, loops);
            // An entry that is a path doesn't say in which hive.
            of_software = test.subkeys_of.is_some() && self.is_of_software(path, loops);
        }
        loops.push(Element { name: &test.variable, of_control_set, of_software });
        for inner in predicate.inner() {
            self.tree(place, inner, loops);
        }
        loops.pop();
    }

    fn for_each(
        &mut self,
        place: Place<'_>,
        test: &ForEach,
        span: Option<Span>,
        loops: &[Element<'_>],
    ) {
        let told = self.sink.any_within(span);
        if test.subkeys_of.is_some() == test.entries_of.is_some() && !told {
            let message =
                format!("{place} has a for_each over both subkeys and entries, or over neither");
            let diagnostic = Diagnostic::new(Code::LOOP, message).at(span, "");
            self.sink.push(diagnostic.help("give one of `subkeys_of` and `entries_of`"));
        }
        let name = &test.variable;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let is_taken = is_built_in(name)
            || self.file.vars.contains_key(&name.value)
            || loops.iter().any(|known| known.name == name.as_str());
        let why = if name.is_empty() || !name.chars().all(plain) {
            "is made of letters, digits, `_` and `-`"
        } else if is_taken {
            "must not be that of anything else that stands in braces"
        } else {
            return;
        };
        if !told {
            let message = format!("the name {} of an element {why}", quoted(name));
            self.sink.push(Diagnostic::new(Code::LOOP, message).at(name.span, ""));
        }
    }

    fn predicate(
        &mut self,
        place: Place<'_>,
        predicate: &Spanned<Predicate>,
        loops: &[Element<'_>],
    ) {
        // What can't be read inside may be all that it would have tested.
        let told = self.sink.any_within(predicate.span);
        for path in predicate.paths() {
            self.path(place, path, loops);
            self.software_at(&place.to_string(), path, path.span, true, loops);
        }
        for text in predicate.texts() {
            self.known(&place.to_string(), text, predicate.span, loops);
            self.software_at(&place.to_string(), text, predicate.span, false, loops);
        }
        self.whole_hive(place, predicate, loops);
        self.not_of_software(place, predicate, loops);
        if predicate.list().is_some_and(<[_]>::is_empty) && !told {
            let message = format!("{place} has an empty list of predicates");
            self.sink.push(Diagnostic::new(Code::EMPTY_LIST, message).at(predicate.span, ""));
        }
        let mut is_half = false;
        match &predicate.value {
            Predicate::Access(test) => is_half = self.access(place, test, predicate.span, told),
            Predicate::AtLeast(test) if !told => {
                let most = u64::try_from(test.of.len()).unwrap_or(u64::MAX);
                if !(1..=most.max(1)).contains(&test.n.value) && test.n.span.is_some() {
                    let message =
                        format!("{place} asks for at least {} of {most} predicates", test.n.value);
                    self.sink
                        .push(Diagnostic::new(Code::NUMBER_RANGE, message).at(test.n.span, ""));
                }
            }
            Predicate::Same(test)
                if !test.other.is_hive()
                    && !self.is_of_control_set(&test.path, loops)
                    && !self.is_of_software(&test.path, loops) =>
            {
                let message =
                    format!("{place} compares a key with itself: its path is of no control set");
                let diagnostic = Diagnostic::new(Code::NO_TEST, message).at(test.path.span, "");
                self.sink.push(diagnostic.help("begin the path with {ccs}"));
            }
            _ => {}
        }
        if let Some(span) = predicate.idle_part().filter(|_| !told) {
            self.no_test(place, span);
            return;
        }
        if !predicate.has_test() && !is_half && !told {
            self.no_test(place, predicate.span);
        }
    }

    /// What a rule for the whole hive can't ask for.
    fn whole_hive(
        &mut self,
        place: Place<'_>,
        predicate: &Spanned<Predicate>,
        loops: &[Element<'_>],
    ) {
        if self.file.scope != Scope::Hive {
            return;
        }
        let asks = predicate.paths().into_iter().find(|path| self.is_of_control_set(path, loops));
        let named = predicate.texts().into_iter().any(|text| self.is_of_control_set(text, loops));
        if asks.is_none() && !named && !predicate.needs_control_set() {
            return;
        }
        let message = format!(
            "{place} asks about a control set, and the rule's scope is the hive as a whole"
        );
        let at = asks.and_then(|path| path.span).or(predicate.span);
        let diagnostic = Diagnostic::new(Code::WHOLE_HIVE, message).at(at, "");
        self.sink.push(
            diagnostic
                .help("leave `scope` out, so that it is evaluated for each selected control set"),
        );
    }

    /// Whether a text has the control set in it, by itself or by its vars.
    fn is_of_control_set(&self, text: &Template, loops: &[Element<'_>]) -> bool {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = text.placeholders().collect();
        while let Some(name) = open.pop() {
            let element = element_of(loops, name).filter(|_| name.ends_with(".path"));
            if name == CONTROL_SET || element.is_some_and(|element| element.of_control_set) {
                return true;
            }
            if let Some(var) = self.file.vars.get(name).filter(|_| seen.insert(name)) {
                open.extend(var.placeholders());
            }
        }
        false
    }

    fn no_test(&mut self, place: Place<'_>, span: Option<Span>) {
        let message = format!("{place} has a predicate that tests nothing");
        self.sink.push(Diagnostic::new(Code::NO_TEST, message).at(span, ""));
    }

    /// Whether a test of access lacks one half.
    fn access(
        &mut self,
        place: Place<'_>,
        test: &AccessTest,
        span: Option<Span>,
        told: bool,
    ) -> bool {
        for principal in test.principal.iter().chain(&test.owner) {
            let Principal::Param(name) = &principal.value else { continue };
            if self.file.params.contains_key(name) || self.params_broken {
                continue;
            }
            let message = format!(
                "{place} uses the parameter {}, which is not among the params",
                braced(name)
            );
            let mut diagnostic = Diagnostic::new(Code::PARAMETER, message).at(principal.span, "");
            diagnostic.help = if self.file.params.is_empty() {
                Some(format!("define it under `params`: {}", Param::DESCRIPTION.example))
            } else {
                self.help(name, self.file.params.keys().map(String::as_str))
            };
            self.sink.push(diagnostic);
        }
        let rights = test.grants.is_some() || test.lacks.is_some();
        let is_half = rights == test.principal.is_empty();
        if is_half && !told {
            let message = format!("{place} needs both `as` and one of `grants` and `lacks`");
            self.sink.push(Diagnostic::new(Code::HALF_ACCESS, message).at(span, ""));
        }
        is_half
    }

    fn path(&mut self, place: Place<'_>, path: &Spanned<Template>, loops: &[Element<'_>]) {
        let place = place.to_string();
        if self.template(&place, path, path.span, loops)
            && path.placeholders().all(|name| self.filled.known.contains_key(name))
            && path.expand(&self.filled.known).is_none()
        {
            self.too_long(&place, path.span);
        }
    }

    /// A help for an unknown name in braces.
    fn help<'k>(&self, name: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
        if self.sink.is_full() {
            return None;
        }
        let known: Vec<_> = known.map(|name| format!("{{{name}}}")).collect();
        help("known", &format!("{{{name}}}"), known.iter().map(String::as_str))
    }

    fn too_long(&mut self, place: &str, span: Option<Span>) {
        let message = format!("{place} has a path of more than {LONGEST} bytes");
        self.sink.push(Diagnostic::new(Code::TOO_LONG, message).at(span, ""));
    }

    /// Whether all that a path names is defined.
    fn template(
        &mut self,
        place: &str,
        path: &Template,
        span: Option<Span>,
        loops: &[Element<'_>],
    ) -> bool {
        let text = path.to_string();
        let first = text.split('\\').next().unwrap_or_default();
        if names_equal(first, "CurrentControlSet") {
            let message = format!(
                "{place} has a path under CurrentControlSet, which no hive file has: write {{ccs}}"
            );
            self.sink.push(
                Diagnostic::new(Code::CURRENT_CONTROL_SET, message)
                    .at(self.source.within(span, first), ""),
            );
        }
        self.known(place, path, span, loops)
    }

    /// Whether all placeholders of a text are defined.
    fn known(
        &mut self,
        place: &str,
        path: &Template,
        span: Option<Span>,
        loops: &[Element<'_>],
    ) -> bool {
        let is_known = |name: &str| {
            is_built_in(name)
                || self.file.vars.contains_key(name)
                || element_of(loops, name).is_some()
        };
        let unknown: Vec<_> = path.placeholders().filter(|name| !is_known(name)).collect();
        if unknown.is_empty() || self.vars_broken {
            return unknown.is_empty();
        }
        for name in unknown {
            let message = format!(
                "{place} uses {}, which is neither {{{CONTROL_SET}}} nor {{{SOFTWARE}}} nor among the vars",
                braced(name)
            );
            let at = self.source.within(span, &format!("{{{name}}}"));
            let mut diagnostic = Diagnostic::new(Code::PLACEHOLDER, message).at(at, "");
            let vars = self.file.vars.keys().map(String::as_str);
            let built_in = [CONTROL_SET, SOFTWARE];
            let known = vars.chain(built_in).chain(loops.iter().map(|element| element.name));
            diagnostic.help = self.help(name, known);
            self.sink.push(diagnostic);
        }
        false
    }
}

fn braced(name: &str) -> String {
    quoted(&format!("{{{name}}}"))
}
