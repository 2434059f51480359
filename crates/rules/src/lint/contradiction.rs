//! Tests that contradict each other, and tests that always hold.

use super::duplicate::MOST_COMPARED;
use super::{Linted, Linter};
use crate::diagnostic::{Code, Diagnostic, Sink, Spanned};
use crate::model::{AccessTest, KeyTest, NumberTest, Predicate, ServiceTest, ValueTest};

/// Finds tests that contradict each other.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - id: c\n    title: t\n    expect:\n      value: { path: Select, name: Current, exists: false, type: REG_DWORD }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::CONTRADICTION]).render(Style::Plain), "\
/// warning[CH108]: the check `c` asks for what can't be: a value that must not be there has no content
///  --> r.yaml:9:7
///   |
/// 9 |       value: { path: Select, name: Current, exists: false, type: REG_DWORD }
///   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const CONTRADICTION: Linter =
    Linter::new(Code::CONTRADICTION, |linted, sink| {
        each(linted, sink, Code::CONTRADICTION, "asks for what can't be", |predicate| {
            match predicate {
                Predicate::Key(test) => key(test),
                Predicate::Value(test) => value(test),
                Predicate::Access(test) => access(test),
                Predicate::Service(test) => service(test),
                Predicate::All(list) => opposites(list).then_some("one predicate and its opposite"),
                _ => None,
            }
        });
    });

/// Finds tests that always hold.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - id: c\n    title: t\n    expect:\n      value: { path: Select, name: List, count: { ge: 0 } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::ALWAYS_HOLDS]).render(Style::Plain), "\
/// warning[CH111]: the check `c` asks for what is always so: every number is 0 or more
///  --> r.yaml:9:7
///   |
/// 9 |       value: { path: Select, name: List, count: { ge: 0 } }
///   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const ALWAYS_HOLDS: Linter =
    Linter::new(Code::ALWAYS_HOLDS, |linted, sink| {
        each(linted, sink, Code::ALWAYS_HOLDS, "asks for what is always so", |predicate| {
            match predicate {
                Predicate::Value(test) => {
                    let ranges = test.ranges.as_ref().and_then(|ranges| ranges.count.as_ref());
                    let zero = test.count.iter().chain(ranges).any(|count| count.ge == Some(0));
                    zero.then_some("every number is 0 or more")
                }
                Predicate::Any(list) => opposites(list).then_some("one predicate or its opposite"),
                _ => None,
            }
        });
    });

fn each(
    linted: &Linted<'_>,
    sink: &mut Sink,
    code: Code,
    what: &str,
    find: impl Fn(&Predicate) -> Option<&'static str>,
) {
    for (place, predicate) in linted.file.predicates() {
        Predicate::walk(predicate, &mut |predicate| {
            if let Some(why) = find(predicate) {
                let message = format!("{place} {what}: {why}");
                sink.push(Diagnostic::new(code, message).at(predicate.span, ""));
            }
        });
    }
}

fn key(test: &KeyTest) -> Option<&'static str> {
    let content = KeyTest { exists: None, remnant: None, weak: false, ..test.clone() };
    if test.exists == Some(false) && !content.is_bare() {
        return Some("a key that must not be there is in no state");
    }
    let count = test.subkeys.as_ref().and_then(|subkeys| subkeys.count.as_ref());
    if count.is_some_and(|count| !count.can_hold()) {
        return Some("no number keeps these bounds");
    }
    let (newer, older) = (test.newer_than.as_ref()?, test.older_than.as_ref()?);
    (newer.value >= older.value).then_some("no time is after the one and before the other")
}

fn value(test: &ValueTest) -> Option<&'static str> {
    let content = ValueTest { exists: None, weak: false, split: None, ..test.clone() };
    if test.exists == Some(false) && !content.is_bare() {
        return Some("a value that must not be there has no content");
    }
    let ranges = test.ranges.as_ref();
    let counted = ranges.and_then(|ranges| ranges.count.as_ref());
    let numbers = test.count.iter().chain(&test.length).chain(counted).map(|bounds| &bounds.value);
    let bounds = test.bounds();
    let range = test.range.as_ref().map(|range| &range.value);
    let mut range = range.into_iter().chain(ranges.map(|ranges| &ranges.within));
    let empty_range = range.any(|range| range.from > range.to);
    if numbers.chain([&bounds]).any(|bounds| !bounds.can_hold()) || empty_range {
        return Some("no number keeps these bounds");
    }
    let bits = test.mask.as_ref().and_then(|mask| mask.eq.map(|eq| eq & !mask.bits));
    if bits.is_some_and(|beside| beside != 0) {
        return Some("the mask leaves out bits that must be there");
    }
    let count = test.count.as_ref()?;
    let not_empty = NumberTest { ge: count.ge.max(Some(1)), ..count.value };
    let has_entry = test.contains.is_some()
        || !test.contains_any.is_empty()
        || !test.contains_all.is_empty()
        || test.first.is_some()
        || test.index.is_some();
    (has_entry && !not_empty.can_hold()).then_some("a list that has an entry is not empty")
}

fn access(test: &AccessTest) -> Option<&'static str> {
    let asks = test.grants.is_some()
        || test.lacks.is_some()
        || test.only.is_some()
        || !test.owner.is_empty()
        || !test.dacl.is_empty();
    if test.present == Some(false) && asks {
        return Some("a descriptor that must not be there grants nothing and bars nobody");
    }
    let (grants, lacks) = (test.grants?, test.lacks?);
    let both = coldhive_security::GenericMapping::REGISTRY_KEY.map(grants.0)
        & coldhive_security::GenericMapping::REGISTRY_KEY.map(lacks.0);
    (!both.is_empty()).then_some("nobody has a right that he must not have")
}

fn service(test: &ServiceTest) -> Option<&'static str> {
    let absent = test.present == Some(false);
    (absent && !(test.start.is_empty() && test.kinds.is_empty() && test.account.is_empty()))
        .then_some("a service that must not be there is nothing and never started")
}

/// Whether a list has a predicate and its opposite.
fn opposites(list: &[Spanned<Predicate>]) -> bool {
    let short = || list.iter().take(MOST_COMPARED).map(|one| &one.value);
    short().any(|one| short().any(|other| are_opposite(one, other)))
}

fn are_opposite(one: &Predicate, other: &Predicate) -> bool {
    match (one, other) {
        (one, Predicate::Not(inner)) if inner.value == *one => true,
        (Predicate::Key(one), Predicate::Key(other)) => {
            let opposite = one.exists.map(|exists| !exists);
            opposite.is_some()
                && opposite == other.exists
                && KeyTest { exists: opposite, ..(**one).clone() } == **other
                && one.intact.is_none()
        }
        _ => false,
    }
}
