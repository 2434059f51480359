//! What a rule says of itself.

use super::{Linted, Linter};
use crate::diagnostic::{Code, Diagnostic, Sink, quoted};
use crate::model::Status;

/// Finds checks that don't say what to do where they don't hold.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - id: setup\n    title: t\n    expect: { key: { path: Setup, exists: true } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::NO_REMEDY]).render(Style::Plain), "\
/// warning[CH104]: the check `setup` doesn't say what to do where it doesn't hold
///  --> r.yaml:6:9
///   |
/// 6 |   - id: setup
///   |         ^^^^^
///   |
///   = help: say it in the field `remedy`
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const NO_REMEDY: Linter = Linter::new(Code::NO_REMEDY, |linted, sink| {
    let without =
        |remedy: &Option<String>| remedy.as_ref().is_none_or(|text| text.trim().is_empty());
    for check in linted.file.checks.iter().filter(|check| without(&check.remedy)) {
        let id = quoted(&check.id);
        let message = format!("the check {id} doesn't say what to do where it doesn't hold");
        let diagnostic = Diagnostic::new(Code::NO_REMEDY, message).at(check.id.span, "");
        sink.push(diagnostic.help("say it in the field `remedy`"));
    }
});

/// Finds rules that are no longer to be used.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nstatus: deprecated\nchecks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::DEPRECATED]).render(Style::Plain), "\
/// warning[CH107]: the rule `r` is no longer to be used
///  --> r.yaml:5:9
///   |
/// 5 | status: deprecated
///   |         ^^^^^^^^^^
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const DEPRECATED: Linter = Linter::new(Code::DEPRECATED, |linted, sink| {
    if linted.file.status.value == Status::Deprecated {
        let message = format!("the rule {} is no longer to be used", quoted(&linted.file.id));
        sink.push(Diagnostic::new(Code::DEPRECATED, message).at(linted.file.status.span, ""));
    }
});

/// Finds rules without a description or references.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::UNDOCUMENTED]).render(Style::Plain), "\
/// warning[CH110]: the rule `r` has no description and no references
///  --> r.yaml:2:5
///   |
/// 2 | id: r
///   |     ^
///   |
///   = help: say what the fault is and how it shows, and where that is known from
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const UNDOCUMENTED: Linter = Linter::new(Code::UNDOCUMENTED, undocumented);

fn undocumented(linted: &Linted<'_>, sink: &mut Sink) {
    let file = linted.file;
    let described = !file.description.trim().is_empty();
    let referenced = file.references.iter().any(|reference| !reference.trim().is_empty());
    let (what, help) = match (described, referenced) {
        (true, true) => return,
        (false, true) => ("no description", "say what the fault is and how it shows"),
        (true, false) => ("no references", "say where it is known from"),
        (false, false) => (
            "no description and no references",
            "say what the fault is and how it shows, and where that is known from",
        ),
    };
    let message = format!("the rule {} has {what}", quoted(&file.id));
    sink.push(Diagnostic::new(Code::UNDOCUMENTED, message).at(file.id.span, "").help(help));
}

/// Finds dates that aren't written as `YYYY-MM-DD`.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\ndate: 23.11.2026\nchecks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::DATE]).render(Style::Plain), "\
/// warning[CH112]: `23.11.2026` is not a date like 2026-11-23
///  --> r.yaml:5:7
///   |
/// 5 | date: 23.11.2026
///   |       ^^^^^^^^^^
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const DATE: Linter = Linter::new(Code::DATE, |linted, sink| {
    let date = &linted.file.date;
    if !date.is_empty() && !is_date(date) {
        let message = format!("{} is not a date like 2026-11-23", quoted(date));
        sink.push(Diagnostic::new(Code::DATE, message).at(date.span, ""));
    }
});

fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, length: usize| {
        let fits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<u32>().ok()).flatten()
    };
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
}

/// Finds ids that are hard to type.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: my rule\ntitle: t\nlevel: low\nchecks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::AWKWARD_ID]).render(Style::Plain), "\
/// warning[CH113]: the id `my rule` is hard to type
///  --> r.yaml:2:5
///   |
/// 2 | id: my rule
///   |     ^^^^^^^
///   |
///   = help: letters, digits, `-`, `_` and `.` do
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const AWKWARD_ID: Linter = Linter::new(Code::AWKWARD_ID, |linted, sink| {
    let file = linted.file;
    let checks = file.checks.iter().chain(&file.remarks).map(|check| &check.id);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    for id in std::iter::once(&file.id).chain(checks) {
        // One that begins with a hyphen looks like an option.
        if id.starts_with('-') || !id.chars().all(plain) {
            let message = format!("the id {} is hard to type", quoted(id));
            let diagnostic = Diagnostic::new(Code::AWKWARD_ID, message).at(id.span, "");
            sink.push(diagnostic.help("letters, digits, `-`, `_` and `.` do"));
        }
    }
});

#[cfg(test)]
mod tests {
    #[test]
    fn dates() {
        assert!(super::is_date("2026-11-23"));
        for text in [
            "2026-13-01",
            "2026-00-01",
            "2026-1-1",
            "26-11-23",
            "2026-11-32",
            "2026/11/23",
            "+026-11-23",
            "2026-11-23Z",
        ] {
            assert!(!super::is_date(text), "{text}");
        }
    }
}
