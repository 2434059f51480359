//! A verdict's section: what is wrong, why it matters, what shows it, what to do next.

use coldhive_rules::{Applies, CheckResult, HiveInfo, Outcome, SecondReading, Truth, Verdict};

use super::markup::Markup;
use super::{differences, evidence, remnants, signs, words};

pub(super) fn section(it: &mut Markup, id: &str, hive: &HiveInfo, verdict: &Verdict) {
    let head = format!("{id}-head");
    it.with("section", &[("id", id), ("class", "rule"), ("aria-labelledby", &head)], |it| {
        it.with("h4", &[("id", &head)], |it| {
            words::mark(it, words::outcome(verdict.outcome));
            it.text(" ");
            it.apart(&verdict.rule.id);
            it.text(&format!(" {}", verdict.rule.title));
        });
        match verdict.outcome {
            Outcome::Pass | Outcome::NotSelected => {
                it.line("p", words::sentence(verdict.outcome));
                it.folded("What was looked at", |it| all(it, hive, verdict));
            }
            _ => all(it, hive, verdict),
        }
    });
}

fn all(it: &mut Markup, hive: &HiveInfo, verdict: &Verdict) {
    it.el("dl", |it| about(it, hive, verdict));
    checks(it, verdict);
    remarks(it, verdict);
    steps(it, verdict);
    differences::section(it, &verdict.differences);
    remnants::section(it, &verdict.remnants);
    signs::section(it, verdict);
}

fn about(it: &mut Markup, hive: &HiveInfo, verdict: &Verdict) {
    it.term("Outcome", |it| it.text(words::sentence(verdict.outcome)));
    let wrong: Vec<_> = verdict.failed_checks().map(|check| check.found.clone()).collect();
    if !wrong.is_empty() {
        it.term("What is wrong", |it| it.list(&wrong));
    }
    if !verdict.rule.description.is_empty() {
        it.term("Why it matters", |it| it.text(&verdict.rule.description));
    }
    it.term("Level", |it| it.text(&verdict.rule.level.to_string()));
    if let Some(set) = &verdict.control_set {
        it.term("Control set", |it| {
            it.apart(set);
            if !verdict.control_set_roles.is_empty() {
                it.text(&format!(" ({})", verdict.control_set_roles.join(", ")));
            }
        });
    }
    let applies = match verdict.applicability.value {
        Applies::Applicable => "yes",
        Applies::NotApplicable => "no",
        Applies::Undetermined => "can't be told",
    };
    it.term("Applies", |it| {
        it.text(applies);
        it.list(&verdict.applicability.reasons);
    });
    if let Some(second) = &verdict.second_reader {
        it.term("Read twice", |it| it.text(&second_reading(second)));
    }
    // What is said of the hive is told above.
    let notes: Vec<_> =
        verdict.notes.iter().filter(|note| !hive.notes.contains(note)).cloned().collect();
    if !notes.is_empty() {
        it.term("Notes", |it| it.list(&notes));
    }
}

fn second_reading(second: &SecondReading) -> String {
    format!(
        "{} agrees on {} of {} records; differs on {}; damage stood in its way at {}; not asked of {}",
        second.reader,
        second.agrees,
        second.asked,
        second.differs,
        second.damaged,
        second.not_asked
    )
}

fn checks(it: &mut Markup, verdict: &Verdict) {
    if verdict.checks.is_empty() {
        return;
    }
    it.line("h5", "What shows it");
    // What is wrong comes first, then what is open; within that, the rule's order.
    let mut checks: Vec<_> = verdict.checks.iter().collect();
    checks.sort_by_key(|check| match check.result {
        Truth::False => 0,
        Truth::True => 2,
        Truth::NotApplicable => 3,
        _ => 1,
    });
    let (held, told): (Vec<_>, Vec<_>) =
        checks.into_iter().partition(|it| matches!(it.result, Truth::True | Truth::NotApplicable));
    told.into_iter().for_each(|check| one(it, check));
    if !held.is_empty() {
        it.folded(&format!("Checks with nothing wrong: {}", held.len()), |it| {
            held.into_iter().for_each(|check| one(it, check));
        });
    }
}

fn remarks(it: &mut Markup, verdict: &Verdict) {
    if !verdict.remarks.is_empty() {
        it.line("h5", "Remarks (they change no outcome)");
        verdict.remarks.iter().for_each(|remark| one(it, remark));
    }
}

fn one(it: &mut Markup, check: &CheckResult) {
    let word = words::truth(check.result);
    it.with("div", &[("class", words::frame(word.1))], |it| {
        it.el("p", |it| {
            words::mark(it, word);
            it.text(" ");
            it.line("b", &check.title);
            it.text(&format!(" ({})", check.id));
        });
        it.el("dl", |it| {
            it.term("Expected", |it| it.text(&check.expected));
            it.term("Found", |it| it.text(&check.found));
            if let Some(remedy) = check.remedy.as_ref().filter(|_| check.result == Truth::False) {
                it.term("Remedy", |it| it.text(remedy));
            }
        });
        evidence::folded(it, &check.evidence);
    });
}

fn steps(it: &mut Markup, verdict: &Verdict) {
    if !verdict.next_steps.is_empty() {
        it.line("h5", "What to do next");
        it.el("ol", |it| verdict.next_steps.iter().for_each(|step| it.line("li", step)));
    }
    if !verdict.see_also.is_empty() {
        it.line("p", &format!("See also: Microsoft KB {}", verdict.see_also.join(", ")));
    }
}
