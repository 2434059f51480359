//! What cases name, and whether it is there.

use std::collections::BTreeMap;

use super::MOST_CASES;
use super::grow::Grower;
use crate::decode::help;
use crate::diagnostic::{Code, Diagnostic, Sink, Span, quoted};
use crate::model::{Case, CaseHive, DamageSketch, HiveSketch, RuleFile};

/// Looks up everything that the cases of a rule name, and records what is missing.
pub(crate) fn resolve(file: &RuleFile, sink: &mut Sink) {
    if file.cases.len() > MOST_CASES {
        let message = format!("a rule has at most {MOST_CASES} cases, not {}", file.cases.len());
        sink.push(Diagnostic::new(Code::TOO_DEEP, message).at(file.cases.span, ""));
        return;
    }
    let unread = sink.any_within(file.hives.span) || sink.any_within(file.cases.span);
    names(file, sink);
    // What can't be read may be what seems to be missing.
    let checks_broken = sink.any_within(file.checks.span);
    for case in file.cases.iter() {
        if !checks_broken {
            references(file, case, sink);
        }
        let hives = [Some(&case.hive), case.baseline.as_ref(), case.software.as_ref()];
        for hive in hives.into_iter().flatten() {
            if let CaseHive::Sketch(sketch) = &hive.value {
                faults(sketch, sink);
            }
        }
    }
    for hive in file.hives.values() {
        faults(hive, sink);
    }
    let mut grower = Grower::new(file, unread, sink);
    for (name, hive) in file.hives.iter() {
        grower.of_name(name, hive.span);
    }
    for case in file.cases.iter() {
        grower.of_name(&case.name, case.hive.span);
        for beside in case.baseline.iter().chain(&case.software) {
            grower.of_case(beside, beside.span);
        }
    }
}

/// Names of cases and hives are what results and other hives call them by.
fn names(file: &RuleFile, sink: &mut Sink) {
    let hives = file.hives.iter().map(|(name, hive)| (name.as_str(), hive.span));
    let mut known: BTreeMap<&str, Option<Span>> = hives.collect();
    for case in file.cases.iter() {
        let name = &case.name;
        if name.trim().is_empty() {
            sink.push(
                Diagnostic::new(Code::EMPTY_TEXT, "the name of a case is empty").at(name.span, ""),
            );
        } else if let Some(first) = known.get(name.as_str()) {
            let message = format!("the name {} is used twice", quoted(name));
            sink.push(
                Diagnostic::new(Code::CASE_NAME, message)
                    .at(name.span, "used again here")
                    .and(*first, "used here first"),
            );
        } else {
            known.insert(name, name.span);
        }
    }
}

/// Checks, remarks and parameters that a case names.
fn references(file: &RuleFile, case: &Case, sink: &mut Sink) {
    let place = format!("the case {}", quoted(&case.name));
    let ids: Vec<_> =
        file.checks.iter().chain(&file.remarks).map(|check| check.id.as_str()).collect();
    for (id, expected) in &case.checks {
        if !ids.contains(&id.as_str()) {
            let message =
                format!("{place} names the check {}, which the rule doesn't have", quoted(id));
            missing(message, expected.span, id, &ids, sink);
        }
    }
    let params: Vec<_> = file.params.keys().map(String::as_str).collect();
    for (name, given) in &case.params {
        if !params.contains(&name.as_str()) && !sink.any_within(file.params.span) {
            let message = format!(
                "{place} names the parameter {}, which the rule doesn't have",
                quoted(name)
            );
            missing(message, given.span, name, &params, sink);
        }
    }
}

fn missing(message: String, at: Option<Span>, name: &str, known: &[&str], sink: &mut Sink) {
    let mut diagnostic = Diagnostic::new(Code::CASE_REFERENCE, message).at(at, "");
    if !sink.is_full() {
        diagnostic.help = help("known", name, known.iter().copied());
    }
    sink.push(diagnostic);
}

/// Whether each fault is told what it is about.
fn faults(sketch: &HiveSketch, sink: &mut Sink) {
    for damage in &sketch.damage {
        if sink.any_within(damage.span) {
            continue;
        }
        let DamageSketch { fault, key, value, entry, bytes } = &damage.value;
        let needs = fault.needs();
        for (field, needed, given) in [
            ("key", needs.key, key.is_some()),
            ("value", needs.value, value.is_some()),
            ("entry", needs.entry, entry.is_some()),
            ("bytes", needs.bytes, bytes.is_some()),
        ] {
            let message = match (needed, given) {
                (true, false) => format!("{fault} needs the field `{field}`"),
                (false, true) => format!("{fault} has nothing to do with the field `{field}`"),
                _ => continue,
            };
            sink.push(Diagnostic::new(Code::FAULT, message).at(damage.span, ""));
            break;
        }
    }
}
