//! What is defined and never used.

use std::collections::BTreeSet;

use super::{Linted, Linter};
use crate::diagnostic::{Code, Diagnostic, Sink, quoted};
use crate::model::{Predicate, Principal};
use crate::template::Template;

/// Finds vars that no path and no other var uses.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nvars:\n  base: '{ccs}\\Services'\nchecks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::UNUSED_VAR]).render(Style::Plain), r"
/// warning[CH101]: the var `base` is never used
///  --> r.yaml:6:3
///   |
/// 6 |   base: '{ccs}\Services'
///   |   ^^^^
///
/// ".trim_start());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const UNUSED_VAR: Linter = Linter::new(Code::UNUSED_VAR, |linted, sink| {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (_, predicate) in linted.file.predicates() {
        Predicate::walk(predicate, &mut |predicate| {
            let paths = predicate.paths().into_iter().map(|path| &path.value);
            let texts = paths.chain(predicate.texts());
            used.extend(texts.flat_map(Template::placeholders));
        });
    }
    used.extend(linted.file.vars.values().flat_map(|var| var.value.placeholders()));
    for (name, var) in linted.file.vars.iter().filter(|(name, _)| !used.contains(name.as_str())) {
        let message = format!("the var {} is never used", quoted(name));
        let at = linted.source.within(var.span, name);
        sink.push(Diagnostic::new(Code::UNUSED_VAR, message).at(at, ""));
    }
});

/// Finds parameters that no test uses.
///
/// ```
/// # use coldhive_rules::{Rule, Style, lint};
/// # let text = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nparams:\n  account: { type: sids, default: [SY] }\nchecks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n";
/// let rule = Rule::load("r.yaml", text)?;
/// assert_eq!(rule.lint(&[lint::UNUSED_PARAM]).render(Style::Plain), "\
/// warning[CH102]: the parameter `account` is never used
///  --> r.yaml:6:3
///   |
/// 6 |   account: { type: sids, default: [SY] }
///   |   ^^^^^^^
///
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const UNUSED_PARAM: Linter = Linter::new(Code::UNUSED_PARAM, unused_params);

fn unused_params(linted: &Linted<'_>, sink: &mut Sink) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (_, predicate) in linted.file.predicates() {
        Predicate::walk(predicate, &mut |predicate| {
            let Predicate::Access(test) = &predicate.value else { return };
            let principals = test.principal.iter().chain(&test.owner);
            used.extend(principals.filter_map(|principal| match &principal.value {
                Principal::Param(name) => Some(name.as_str()),
                Principal::Sid(_) => None,
            }));
        });
    }
    for (name, param) in linted.file.params.iter().filter(|(name, _)| !used.contains(name.as_str()))
    {
        let message = format!("the parameter {} is never used", quoted(name));
        let at = linted.source.within(param.span, name);
        sink.push(Diagnostic::new(Code::UNUSED_PARAM, message).at(at, ""));
    }
}
