//! Tests that don't fit the type of a value.

use coldhive_hive::ValueType;

use super::{Linted, Linter};
use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::model::{Predicate, ValueTest};

/// Finds tests of lists beside types that hold none.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - id: c\n    title: t\n    expect: { value: { path: Select, name: List, type: REG_SZ, contains: a } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::LIST_TEST]).render(Style::Plain), "\
/// warning[CH105]: the check `c` has the test `contains` of a list beside a type that holds none
///  --> r.yaml:8:74
///   |
/// 8 |     expect: { value: { path: Select, name: List, type: REG_SZ, contains: a } }
///   |                                                                          ^
///   |
///   = help: lists are of the type REG_MULTI_SZ
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const LIST_TEST: Linter = Linter::new(Code::LIST_TEST, list_tests);

fn list_tests(linted: &Linted<'_>, sink: &mut Sink) {
    for (place, predicate) in linted.file.predicates() {
        Predicate::walk(predicate, &mut |predicate| {
            let Predicate::Value(test) = &predicate.value else { return };
            let is_list = test.types.iter().any(|name| name.0 == ValueType::MULTI_SZ);
            let Some((name, span)) = list_test(test) else { return };
            if is_list || test.types.is_empty() || test.split.is_some() {
                return;
            }
            let message =
                format!("{place} has the test `{name}` of a list beside a type that holds none");
            let diagnostic =
                Diagnostic::new(Code::LIST_TEST, message).at(span.or(predicate.span), "");
            sink.push(diagnostic.help("lists are of the type REG_MULTI_SZ"));
        });
    }
}

/// The first test that only a list can pass, and where it is.
fn list_test(test: &ValueTest) -> Option<(&'static str, Option<crate::diagnostic::Span>)> {
    if let Some(entry) = &test.contains {
        return Some(("contains", entry.span));
    }
    let entries = test.contains_any.iter().map(|entry| ("contains_any", entry.span));
    let entries = entries.chain(test.contains_all.iter().map(|it| ("contains_all", it.span)));
    let entries = entries.chain(test.first.iter().map(|entry| ("first", entry.span)));
    let entries = entries.chain(test.index.iter().map(|index| ("index", index.entry.span)));
    if let Some(found) = entries.chain(test.unique.map(|_| ("unique", None))).next() {
        return Some(found);
    }
    if let Some(count) = &test.count {
        return Some(("count", count.span));
    }
    if let Some(other) = &test.same_entries_as {
        return Some(("same_entries_as", other.path.span));
    }
    if let Some(ranges) = &test.ranges {
        return Some(("ranges", ranges.span));
    }
    test.well_formed.map(|_| ("well_formed", None))
}
