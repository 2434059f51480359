//! The page around the sections: head, summary, what could not be decided, what could not be read.

use coldhive_rules::{HiveInfo, Outcome, Truth, Verdict};

use super::markup::{Markup, left_out};
use super::{Html, Totals, hive_id, rule_link, words};

/// Nothing is loaded, run or sent, whatever a browser would do (Content Security Policy Level 3).
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/// How many errors are told.
const MOST_ERRORS: usize = 2000;

pub(super) fn whole<W>(html: &Html<W>, totals: &Totals) -> Markup {
    let mut page = Markup::default();
    let title = match &html.run.case {
        Some(case) => format!("Registry check: {case}"),
        None => "Registry check".into(),
    };
    page.with("html", &[("lang", "en"), ("dir", "ltr")], |it| {
        it.el("head", |it| {
            it.void("meta", &[("charset", "utf-8")]);
            it.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", POLICY)]);
            it.void(
                "meta",
                &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")],
            );
            it.void("meta", &[("name", "referrer"), ("content", "no-referrer")]);
            it.line("title", &title);
            it.el("style", |it| it.constant(include_str!("style.css")));
        });
        it.el("body", |it| {
            it.with("a", &[("class", "skip"), ("href", "#summary")], |it| {
                it.text("Skip to the summary");
            });
            it.el("header", |it| header(it, html, totals, &title));
            contents(it, html);
            it.el("main", |it| main(it, html, totals));
            it.el("footer", |it| footer(it, html));
        });
    });
    page
}

fn header<W>(it: &mut Markup, html: &Html<W>, totals: &Totals, title: &str) {
    let run = &html.run;
    it.line("h1", title);
    if totals.interrupted {
        it.classed("p", "mark bad", "The run was interrupted: not all was checked.");
    }
    it.el("dl", |it| {
        for (term, said) in [("Case", &run.case), ("Examiner", &run.examiner)] {
            it.term(term, |it| it.text(said.as_deref().unwrap_or("not given")));
        }
        it.term("Made by", |it| it.text(&run.tool));
        it.term("Command line", |it| it.apart(&command_line(&run.arguments)));
        for (term, time) in [("Begun (UTC)", run.started), ("Ended (UTC)", totals.ended)] {
            it.term(term, |it| {
                it.text(&time.map_or_else(|| "not known".into(), |time| time.to_string()));
            });
        }
    });
    it.classed("p", "note", "The files were read and never written to. All times are UTC. An outcome is what one rule says of \
        one registry hive: FAIL means that the known fault was found, PASS that it was not, UNKNOWN that the file can't tell.");
}

/// The arguments with quotes around those that need them.
fn command_line(arguments: &[String]) -> String {
    let quoted = |argument: &String| {
        let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,\\".contains(c);
        let plain = !argument.is_empty() && argument.chars().all(is_plain);
        if plain { argument.clone() } else { format!("'{}'", argument.replace('\'', "'\\''")) }
    };
    let words = std::iter::once("coldhive".to_owned()).chain(arguments.iter().map(quoted));
    words.collect::<Vec<_>>().join(" ")
}

fn contents<W>(it: &mut Markup, html: &Html<W>) {
    it.with("nav", &[("aria-label", "Contents")], |it| {
        it.with("ul", &[("class", "chips")], |it| {
            let parts = [
                (true, "#summary", "Summary"),
                (html.undecided_count > 0, "#undecided", "Could not be decided"),
                (!html.errors.is_empty(), "#unread", "Could not be read"),
                (!html.sections.is_empty(), "#hives", "Hives"),
                (!html.run.rules.is_empty(), "#rules", "Rules"),
            ];
            for (_, link, name) in parts.into_iter().filter(|(is_there, ..)| *is_there) {
                it.el("li", |it| it.with("a", &[("href", link)], |it| it.text(name)));
            }
        });
    });
}

fn main<W>(it: &mut Markup, html: &Html<W>, totals: &Totals) {
    part(it, "summary", "Summary", |it| {
        counts(it, totals);
        if html.hives > 0 {
            it.table("Outcomes by hive and rule", &["Hive", "Gravest outcome", "Rules"], |it| {
                it.append(&html.rows);
            });
        }
        if html.dropped > 0 {
            let words = format!(
                "{} hives with findings have a row alone, since the page would be too large: check them by themselves.",
                html.dropped
            );
            it.classed("p", "note", &words);
        }
    });
    if html.undecided_count > 0 {
        part(it, "undecided", "What could not be decided, and why", |it| {
            it.append(&html.undecided);
            left_out(
                it,
                html.undecided_count.saturating_sub(super::MOST_UNDECIDED),
                "open verdicts",
            );
        });
    }
    if !html.errors.is_empty() {
        part(it, "unread", "What could not be read", |it| {
            it.el("ul", |it| {
                html.errors
                    .iter()
                    .take(MOST_ERRORS)
                    .for_each(|error| it.line("li", &error.message));
            });
            left_out(it, html.errors.len().saturating_sub(MOST_ERRORS), "errors");
        });
    }
    if !html.sections.is_empty() {
        part(it, "hives", "Hives", |it| it.append(&html.sections));
    }
    if !html.run.rules.is_empty() {
        part(it, "rules", "Rules that were evaluated", |it| {
            it.table(
                "Rules",
                &["Rule", "What it is about", "Level", "SHA-256 of its file"],
                |it| {
                    for rule in &html.run.rules {
                        it.el("tr", |it| {
                            it.row_head(|it| it.apart(&rule.id));
                            it.line("td", &rule.title);
                            it.line("td", &rule.level.to_string());
                            it.el("td", |it| it.line("code", &rule.sha256));
                        });
                    }
                },
            );
        });
    }
}

fn part(it: &mut Markup, id: &'static str, title: &str, inside: impl FnOnce(&mut Markup)) {
    let head = format!("{id}-head");
    it.with("section", &[("id", id), ("aria-labelledby", &head)], |it| {
        it.with("h2", &[("id", &head)], |it| it.text(title));
        inside(it);
    });
}

fn counts(it: &mut Markup, totals: &Totals) {
    it.with("ul", &[("class", "chips")], |it| {
        for (outcome, number) in totals.hive_outcomes.iter().filter(|(_, number)| *number > 0) {
            let (word, _) = words::outcome(*outcome);
            it.el("li", |it| {
                words::mark(it, words::outcome(*outcome));
                it.text(&format!(
                    " {number} {} with {word} as the gravest",
                    plural(*number, "hive")
                ));
            });
        }
    });
    let parts = [
        (totals.hives, "read"),
        (totals.errors, "could not be read"),
        (totals.skipped, "left out: no hives"),
        (totals.other_hives, "left out: hives of other parts of the registry"),
        (totals.too_large, "left out: larger than was asked for"),
        (totals.links, "symbolic links not followed"),
        (totals.not_reached, "not come to"),
    ];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, what)| format!("{number} {what}")).collect();
    if !parts.is_empty() {
        it.line("p", &format!("Files: {}.", parts.join("; ")));
    }
}

fn plural(number: u64, noun: &str) -> String {
    if number == 1 { noun.to_owned() } else { format!("{noun}s") }
}

fn footer<W>(it: &mut Markup, html: &Html<W>) {
    let words = format!(
        "Made by {}. This page holds all that it shows: it loads nothing, runs nothing and sends nothing.",
        html.run.tool
    );
    it.line("p", &words);
}

/// How grave an outcome is among others.
const fn gravity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Fail => 5,
        Outcome::Error => 4,
        Outcome::Unknown => 3,
        Outcome::Pass => 2,
        Outcome::NotApplicable => 1,
        Outcome::NotSelected => 0,
    }
}

/// A hive's row of the summary.
pub(super) fn row(
    it: &mut Markup,
    number: usize,
    hive: &HiveInfo,
    verdicts: &[Verdict],
    has_section: bool,
) {
    it.el("tr", |it| {
        it.row_head(|it| match has_section {
            true => it.with("a", &[("href", &format!("#{}", hive_id(number)))], |it| {
                it.apart(&hive.path);
            }),
            false => it.apart(&hive.path),
        });
        it.el("td", |it| {
            let gravest = verdicts.iter().map(|it| it.outcome).max_by_key(|it| gravity(*it));
            words::mark(it, gravest.map_or(("no verdict", "none"), words::outcome));
            if !hive.damage.is_empty() {
                it.text(" damaged");
            }
            if hive.dirty {
                it.text(" dirty");
            }
        });
        it.el("td", |it| {
            let is_told = |verdict: &Verdict| {
                has_section && verdict.outcome != Outcome::NotApplicable
                    || gravity(verdict.outcome) > 2
            };
            if verdicts.iter().any(is_told) {
                it.with("ul", &[("class", "chips")], |it| {
                    for (place, verdict) in
                        verdicts.iter().enumerate().filter(|(_, it)| is_told(it))
                    {
                        it.el("li", |it| {
                            chip(
                                it,
                                verdict,
                                has_section.then(|| rule_link(number, place)).as_deref(),
                            );
                        });
                    }
                });
            }
            for outcome in [Outcome::Pass, Outcome::NotApplicable, Outcome::NotSelected] {
                let rest =
                    verdicts.iter().filter(|it| it.outcome == outcome && !is_told(it)).count();
                if rest > 0 {
                    it.classed("p", "note", &format!("{rest} {}", words::outcome(outcome).0));
                }
            }
        });
    });
}

fn chip(it: &mut Markup, verdict: &Verdict, link: Option<&str>) {
    words::mark(it, words::outcome(verdict.outcome));
    it.text(" ");
    named(it, verdict, link);
}

/// A verdict's name, which leads to it.
fn named(it: &mut Markup, verdict: &Verdict, link: Option<&str>) {
    match link {
        Some(link) => it.with("a", &[("href", link)], |it| it.apart(&verdict.rule.id)),
        None => it.apart(&verdict.rule.id),
    }
    if let Some(set) = &verdict.control_set {
        it.text(" ");
        it.apart(set);
    }
}

/// What a verdict leaves open.
pub(super) fn undecided(it: &mut Markup, hive: &HiveInfo, verdict: &Verdict, link: Option<&str>) {
    it.with("div", &[("class", "check is-open")], |it| {
        it.el("p", |it| {
            chip(it, verdict, link);
            it.text(" of ");
            it.apart(&hive.path);
        });
        let open = verdict
            .checks
            .iter()
            .filter(|it| matches!(it.result, Truth::Unknown | Truth::Error | Truth::NotEvaluated));
        let mut open = open.take(20).peekable();
        if open.peek().is_none() {
            it.list(&verdict.applicability.reasons);
            it.list(&verdict.notes);
            return;
        }
        it.el("ul", |it| {
            open.for_each(|check| it.line("li", &format!("{}: {}", check.title, check.found)));
        });
    });
}
