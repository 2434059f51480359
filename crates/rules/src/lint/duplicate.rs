//! The same thing twice.

use super::{Linted, Linter};
use crate::diagnostic::{Code, Diagnostic, Sink, Span, Spanned};
use crate::model::Predicate;

/// How many predicates are compared with each other: more are not written by hand.
pub(super) const MOST_COMPARED: usize = 200;

/// Finds predicates that stand twice in one list, and checks that expect the same.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - id: c\n    title: t\n    expect:\n      all:\n        - key: { path: Setup, exists: true }\n        - key: { path: Setup, exists: true }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::DUPLICATE]).render(Style::Plain), "
/// warning[CH109]: the check `c` has the same predicate twice
///   --> r.yaml:11:11
///    |
/// 11 |         - key: { path: Setup, exists: true }
///    |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ again here
///    |
///   ::: r.yaml:10:11
///    |
/// 10 |         - key: { path: Setup, exists: true }
///    |           ---------------------------------- first here
///
/// ".trim_start());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const DUPLICATE: Linter = Linter::new(Code::DUPLICATE, duplicates);

fn duplicates(linted: &Linted<'_>, sink: &mut Sink) {
    let mut tell = |message: String, again: Option<Span>, first: Option<Span>| {
        sink.push(
            Diagnostic::new(Code::DUPLICATE, message)
                .at(again, "again here")
                .and(first, "first here"),
        );
    };
    for (place, predicate) in linted.file.predicates() {
        Predicate::walk(predicate, &mut |predicate| {
            for (again, first) in twice(predicate.inner().into_iter()) {
                tell(format!("{place} has the same predicate twice"), again.span, first.span);
            }
        });
    }
    let file = linted.file;
    let checks: Vec<_> = file.checks.iter().chain(&file.remarks).take(MOST_COMPARED).collect();
    for (again, first) in twice(checks.iter().map(|check| &check.expect)) {
        tell("two checks expect the same".into(), again.span, first.span);
    }
}

/// Those that equal one before them, each with the first that it equals.
fn twice<'p>(
    list: impl Iterator<Item = &'p Spanned<Predicate>>,
) -> Vec<(&'p Spanned<Predicate>, &'p Spanned<Predicate>)> {
    let mut different: Vec<&Spanned<Predicate>> = Vec::new();
    let mut found = Vec::new();
    for one in list.take(MOST_COMPARED) {
        match different.iter().find(|first| **first == one) {
            Some(first) => found.push((one, *first)),
            None => different.push(one),
        }
    }
    found
}
