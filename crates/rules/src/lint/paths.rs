//! Paths that are not what they seem to be.

use coldhive_hive::names_equal;

use super::{Linted, Linter};
use crate::diagnostic::{Code, Diagnostic, Sink, Span, quoted};
use crate::model::Predicate;
use crate::template::{CONTROL_SET, Template};

/// Finds paths that name one control set by its number.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - id: c\n    title: t\n    expect: { key: { path: 'ControlSet001\\Services', exists: true } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::CONTROL_SET_NUMBER]).render(Style::Plain), r"
/// warning[CH103]: the check `c` has a path in `ControlSet001`, whatever control set is evaluated
///  --> r.yaml:8:29
///   |
/// 8 |     expect: { key: { path: 'ControlSet001\Services', exists: true } }
///   |                             ^^^^^^^^^^^^^
///   |
///   = help: write {ccs} for the control set that is evaluated
///
/// ".trim_start());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const CONTROL_SET_NUMBER: Linter = Linter::new(Code::CONTROL_SET_NUMBER, |linted, sink| {
    each_path(linted, &mut |place, path, span| {
        let text = path.to_string();
        let first = text.split('\\').next().unwrap_or_default();
        if !is_numbered(first) {
            return;
        }
        let message =
            format!("{place} has a path in {}, whatever control set is evaluated", quoted(first));
        let at = linted.source.within(span, first);
        let diagnostic = Diagnostic::new(Code::CONTROL_SET_NUMBER, message).at(at, "");
        sink.push(diagnostic.help("write {ccs} for the control set that is evaluated"));
    });
});

/// `ControlSet` and three digits.
fn is_numbered(name: &str) -> bool {
    name.split_at_checked("ControlSet".len()).is_some_and(|(word, digits)| {
        names_equal(word, "ControlSet")
            && digits.len() == 3
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Finds paths that aren't written as paths in a hive are.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - id: c\n    title: t\n    expect: { key: { path: 'HKLM\\SYSTEM\\Setup', exists: true } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::ODD_PATH]).render(Style::Plain), r"
/// warning[CH106]: the check `c` has a path under `HKLM`, which is no key of a hive
///  --> r.yaml:8:29
///   |
/// 8 |     expect: { key: { path: 'HKLM\SYSTEM\Setup', exists: true } }
///   |                             ^^^^
///   |
///   = help: paths begin below HKLM\SYSTEM: leave it out
///
/// ".trim_start());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const ODD_PATH: Linter = Linter::new(Code::ODD_PATH, |linted, sink| {
    each_path(linted, &mut |place, path, span| {
        let text = path.to_string();
        let Some((what, part, help)) = oddity(&text) else { return };
        let at = linted.source.within(span, part);
        let message = format!("{place} has a path {what}");
        sink.push(Diagnostic::new(Code::ODD_PATH, message).at(at, "").help(help));
    });
});

/// What is odd about a path, the part of it that is, and what to do.
fn oddity(path: &str) -> Option<(String, &str, &'static str)> {
    const ROOTS: [&str; 7] =
        ["HKLM", "HKEY_LOCAL_MACHINE", "SYSTEM", "HKCU", "HKEY_CURRENT_USER", "HKU", "\\REGISTRY"];
    let first = path.split('\\').next().unwrap_or_default();
    if ROOTS.iter().any(|root| names_equal(root, first)) {
        let what = format!("under {}, which is no key of a hive", quoted(first));
        return Some((what, first, "paths begin below HKLM\\SYSTEM: leave it out"));
    }
    // A slash may be part of a name, but hardly where nothing else divides the path.
    if path.contains('/') && !path.contains('\\') {
        return Some(("with slashes, which divide nothing".into(), "/", "write backslashes"));
    }
    if let Some(index) = path.find("{ccs}")
        && !path.get(index..)?.strip_prefix("{ccs}")?.is_empty()
        && !path.get(index..)?.starts_with("{ccs}\\")
    {
        let what = "that goes on behind {ccs} without a backslash".into();
        return Some((what, "{ccs}", "write {ccs}\\ and the name of a key"));
    }
    let needless = path.starts_with('\\') || path.ends_with('\\') || path.contains("\\\\");
    needless.then(|| {
        let what = "with a backslash that divides nothing".into();
        (what, if path.contains("\\\\") { "\\\\" } else { path }, "leave the backslash out")
    })
}

/// Finds placeholders where none is filled in.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - id: c\n    title: t\n    expect: { product: { suite: '{ccs}' } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::NOT_FILLED_IN]).render(Style::Plain), "\
/// warning[CH114]: `{ccs}` is not filled in here
///  --> r.yaml:8:34
///   |
/// 8 |     expect: { product: { suite: '{ccs}' } }
///   |                                  ^^^^^
///   |
///   = help: placeholders are filled in in paths, names, and what values are held against
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const NOT_FILLED_IN: Linter = Linter::new(Code::NOT_FILLED_IN, not_filled_in);

fn not_filled_in(linted: &Linted<'_>, sink: &mut Sink) {
    let is_known = |name: &str| name == CONTROL_SET || linted.file.vars.contains_key(name);
    let mut look =
        |text: &str, span: Option<Span>| {
            // A value may well have a GUID in braces for its name.
            let parsed = Template::parse(text);
            let found = parsed.iter().flat_map(Template::placeholders).find(|name| is_known(name));
            let Some(name) = found else { return };
            let braced = format!("{{{name}}}");
            let message = format!("{} is not filled in here", quoted(&braced));
            let at = linted.source.within(span, &braced);
            let diagnostic = Diagnostic::new(Code::NOT_FILLED_IN, message).at(at, "");
            sink.push(diagnostic.help(
                "placeholders are filled in in paths, names, and what values are held against",
            ));
        };
    for (_, predicate) in linted.file.predicates() {
        Predicate::walk(predicate, &mut |predicate| match &predicate.value {
            Predicate::Product(test) => {
                let texts = test.product_type.iter().chain(&test.suite);
                texts.for_each(|text| look(text, predicate.span));
            }
            Predicate::ForEach(test) => {
                let steps = test
                    .transform
                    .iter()
                    .flat_map(|it| [&it.strip_prefix, &it.strip_suffix, &it.before, &it.after]);
                steps.flatten().for_each(|text| look(text, predicate.span));
            }
            _ => {}
        });
    }
}

/// Visits each path of a rule and each var.
fn each_path(linted: &Linted<'_>, visit: &mut impl FnMut(String, &Template, Option<Span>)) {
    for (name, var) in linted.file.vars.iter() {
        visit(format!("the var {}", quoted(name)), var, var.span);
    }
    for (place, predicate) in linted.file.predicates() {
        Predicate::walk(predicate, &mut |predicate| {
            for path in predicate.paths() {
                visit(place.to_string(), path, path.span);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_paths() {
        for path in [
            "hklm\\SYSTEM\\Setup",
            "HKEY_LOCAL_MACHINE",
            "System\\Select",
            "\\Select",
            "Select\\",
            "a\\\\b",
            "a/b",
            "{ccs}Services",
        ] {
            assert!(oddity(path).is_some(), "{path}");
        }
        for path in
            ["Select", "{ccs}", "{ccs}\\Services", "a\\b/c", "Setup\\{ccs}", "{ccs}\\SYSTEM", ""]
        {
            assert!(oddity(path).is_none(), "{path}");
        }
    }

    #[test]
    fn numbered_control_sets() {
        assert!(is_numbered("ControlSet001") && is_numbered("CONTROLSET123"));
        for name in [
            "ControlSet",
            "ControlSet1",
            "ControlSet0011",
            "ControlSetABC",
            "{ccs}",
            "ControlSeté01",
        ] {
            assert!(!is_numbered(name), "{name}");
        }
    }
}
