//! Truth tables, made by the code that evaluates.

use crate::truth::Truth::{self, Error, False, NotApplicable, NotEvaluated, True, Unknown};

const ALL: [Truth; 6] = [True, False, Unknown, Error, NotEvaluated, NotApplicable];

fn short(truth: Truth) -> &'static str {
    match truth {
        True => "T",
        False => "F",
        Unknown => "U",
        Error => "E",
        NotEvaluated => "NE",
        NotApplicable => "NA",
    }
}

/// The table of a combination of two predicates, or of what changes one.
pub(super) fn of(name: &str) -> String {
    let combine: fn(Truth, Truth) -> Truth = match name {
        "all" => |a, b| Truth::all([a, b]),
        "any" => |a, b| Truth::any([a, b]),
        "none" => |a, b| Truth::none([a, b]),
        "one" => |a, b| Truth::one([a, b]),
        "all_or_none" => |a, b| Truth::all_or_none([a, b]),
        "if" => Truth::implies,
        "single" => return single(),
        _ => panic!("{name}"),
    };
    let head = ALL.map(short).join(" | ");
    let corner = if name == "if" { "if \\ then" } else { name };
    let mut text = format!("| {corner} | {head} |\n|{}\n", " --- |".repeat(ALL.len() + 1));
    for a in ALL {
        let row = ALL.map(|b| short(combine(a, b))).join(" | ");
        text.push_str(&format!("| **{}** | {row} |\n", short(a)));
    }
    text
}

fn single() -> String {
    let head = ALL.map(short).join(" | ");
    let mut text = format!("| | {head} |\n|{}\n", " --- |".repeat(ALL.len() + 1));
    for (name, change) in
        [("`not`", Truth::negated as fn(Truth) -> Truth), ("`weak: true`", Truth::weakened)]
    {
        text.push_str(&format!("| {name} | {} |\n", ALL.map(|it| short(change(it))).join(" | ")));
    }
    text
}
