//! Outcomes in words, each with its class; the words tell all that colours tell.

use coldhive_rules::{Outcome, Truth};

use super::markup::Markup;

/// A word and the class it is drawn in.
pub(super) type Word = (&'static str, &'static str);

pub(super) const fn outcome(outcome: Outcome) -> Word {
    match outcome {
        Outcome::Pass => ("PASS", "good"),
        Outcome::Fail => ("FAIL", "bad"),
        Outcome::Unknown => ("UNKNOWN", "open"),
        Outcome::Error => ("ERROR", "open"),
        Outcome::NotApplicable => ("not applicable", "none"),
        Outcome::NotSelected => ("not selected", "none"),
    }
}

/// The same as a sentence.
pub(super) const fn sentence(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "The fault was not found.",
        Outcome::Fail => "The fault was found.",
        Outcome::Unknown => "It can't be told whether the fault is there.",
        Outcome::Error => "The rule could not be evaluated.",
        Outcome::NotApplicable => "The rule says nothing about this machine.",
        Outcome::NotSelected => "The rule was not selected.",
    }
}

pub(super) const fn truth(truth: Truth) -> Word {
    match truth {
        Truth::True => ("holds", "good"),
        Truth::False => ("does not hold", "bad"),
        Truth::Unknown => ("can't be told", "open"),
        Truth::NotEvaluated => ("not evaluated", "open"),
        Truth::Error => ("error", "open"),
        Truth::NotApplicable => ("does not apply", "none"),
    }
}

/// The class of the box around a check.
pub(super) fn frame(class: &str) -> &'static str {
    match class {
        "bad" => "check is-bad",
        "open" => "check is-open",
        "good" => "check is-good",
        _ => "check",
    }
}

pub(super) const fn is_open(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Unknown | Outcome::Error)
}

/// A word, drawn.
pub(super) fn mark(it: &mut Markup, (word, class): Word) {
    let class = match class {
        "bad" => "mark bad",
        "open" => "mark open",
        "good" => "mark good",
        _ => "mark none",
    };
    it.classed("span", class, word);
}
