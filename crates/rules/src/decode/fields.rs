//! Maps with fixed fields.

use std::collections::BTreeMap;

use super::{Cx, Decode};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::language::{Content, Description};
use crate::yaml::{Entry, Kind, Node};

/// The fields of a map, of which each is taken once.
pub(crate) struct Fields<'n> {
    node: &'n Node,
    of: &'static Description,
    entries: BTreeMap<&'n str, &'n Entry>,
}

impl<'n> Fields<'n> {
    /// The fields of a map; records unknown ones and those that are given twice.
    pub(crate) fn of(node: &'n Node, of: &'static Description, cx: &mut Cx) -> Option<Self> {
        let Kind::Map(list) = &node.kind else {
            cx.wrong_kind(node, "a map");
            return None;
        };
        let mut entries = unique(list, cx);
        let known: Vec<_> = of.fields().map(|field| field.name).collect();
        entries.retain(|name, entry| {
            let is_known = known.contains(name);
            if !is_known {
                let message = format!("{} has no field {}", of.name, quoted(name));
                let mut diagnostic =
                    Diagnostic::new(Code::UNKNOWN_FIELD, message).at(entry.key_span, "");
                diagnostic.help = cx.help("its fields", name, known.iter().copied());
                cx.push(diagnostic);
            }
            is_known
        });
        Some(Self { node, of, entries })
    }

    /// A field that must be there.
    pub(crate) fn required<T: Decode>(&mut self, name: &str, cx: &mut Cx) -> Option<T> {
        match self.entries.remove(name) {
            Some(entry) => T::decode(&entry.value, cx).or_else(T::stand_in),
            None => {
                let message = format!("{} needs the field {}", self.of.name, quoted(name));
                let span = match &self.node.kind {
                    // The map's beginning says enough; its end may be pages away.
                    Kind::Map(list) => list.first().map(|entry| entry.key_span),
                    _ => None,
                };
                let mut diagnostic = Diagnostic::new(Code::MISSING_FIELD, message)
                    .at(span.unwrap_or(self.node.span), format!("{} without it", self.of.name));
                let field = self.of.fields().find(|field| field.name == name);
                diagnostic.help = field.map(|field| format!("{name}: {}", field.summary()));
                cx.push(diagnostic);
                T::stand_in()
            }
        }
    }

    /// A field that may be there.
    pub(crate) fn optional<T: Decode>(&mut self, name: &str, cx: &mut Cx) -> Option<T> {
        self.entries.remove(name).and_then(|entry| T::decode(&entry.value, cx))
    }
}

/// A map's entries by name; records names that stand there twice.
pub(super) fn unique<'n>(list: &'n [Entry], cx: &mut Cx) -> BTreeMap<&'n str, &'n Entry> {
    let mut entries: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in list {
        match entries.get(entry.key.as_str()) {
            None => {
                entries.insert(&entry.key, entry);
            }
            Some(first) => {
                let message = format!("{} is given twice", quoted(&entry.key));
                cx.push(
                    Diagnostic::new(Code::DUPLICATE_FIELD, message)
                        .at(entry.key_span, "given again here")
                        .and(first.key_span, "given here first"),
                );
            }
        }
    }
    entries
}

/// Whether a node is a map that has this entry.
pub(crate) fn has_entry(node: &Node, name: &str) -> bool {
    matches!(&node.kind, Kind::Map(list) if list.iter().any(|entry| entry.key == name))
}

/// The one entry of a map that names what it is, as a predicate's.
pub(crate) fn one_entry<'n>(
    node: &'n Node,
    of: &'static Description,
    cx: &mut Cx,
) -> Option<&'n Entry> {
    let Kind::Map(list) = &node.kind else {
        cx.wrong_kind(node, "a map");
        return None;
    };
    let is_known = |name: &str| of.fields().any(|field| field.name == name);
    let wrong = |message: String| Diagnostic::new(Code::ONE_PREDICATE, message);
    match list.as_slice() {
        [] => {
            cx.push(
                wrong(format!("{} names nothing", of.name))
                    .at(node.span, "")
                    .help("write { key: { ... } } or the like"),
            );
            None
        }
        [entry] if is_known(&entry.key) => Some(entry),
        [entry] => {
            let message = format!(
                "there is no {} {}",
                of.name.strip_prefix("a ").unwrap_or(of.name),
                quoted(&entry.key)
            );
            let mut diagnostic =
                Diagnostic::new(Code::UNKNOWN_FIELD, message).at(entry.key_span, "");
            diagnostic.help = cx.help("known", &entry.key, of.fields().map(|field| field.name));
            cx.push(diagnostic);
            None
        }
        [first, rest @ ..] => {
            let named = list.iter().find(|entry| is_known(&entry.key)).unwrap_or(first);
            let other = rest.iter().find(|entry| !std::ptr::eq(*entry, named)).unwrap_or(first);
            let belongs = of
                .fields()
                .find(|field| field.name == named.key)
                .is_some_and(|field| field.has_field(&other.key));
            let (name, stray) = (quoted(&named.key), quoted(&other.key));
            let help = if belongs {
                format!("{stray} is a field of {name}: move it into its braces")
            } else {
                "combine several with all, any, none or one: all: [{ ... }, { ... }]".into()
            };
            cx.push(
                wrong(format!("{} has one entry, not {}", of.name, list.len()))
                    .at(other.key_span, "one too many")
                    .and(named.key_span, "this names it")
                    .help(help),
            );
            None
        }
    }
}

/// A described thing's fields, whether it has fixed ones or is one of several.
impl Description {
    /// Its fields, or the names that it may have.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static crate::language::Field> + use<> {
        let fields: &'static [crate::language::Field] = match self.content {
            Content::Fields(fields) | Content::OneOf(fields) => fields,
            Content::Words(_) => &[],
        };
        fields.iter()
    }
}
