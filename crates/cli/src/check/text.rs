//! Text for people.

use std::io::{self, Write};

use coldhive::ReportError;
use coldhive::output::{Output, Run, Totals};
use coldhive::rules::{HiveInfo, Outcome, Verdict};

use super::tally::gravest;
use crate::complain;
use crate::text::{count, safe};
use crate::verdict::{self, Shown};

/// How much is told of what is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// A page for every verdict.
    Everything,
    /// A page for every verdict of a rule that applies, a line for the others.
    Pages,
    /// Of a hive without findings a line, of others a page for each finding and a line for each other verdict.
    Lines,
    /// Of a hive without findings nothing, of others the findings alone.
    Findings,
}

pub(super) struct Text<W> {
    out: W,
    detail: Detail,
    explain: bool,
    /// Whether the last that was written is a line of a hive, which nothing stands behind.
    after_line: bool,
}

impl<W: Write> Text<W> {
    pub(super) const fn new(out: W, detail: Detail, explain: bool) -> Self {
        Self { out, detail, explain, after_line: false }
    }

    /// A blank line between lines of hives and what is no such line.
    fn part(&mut self, is_line: bool) -> io::Result<()> {
        let was_line = std::mem::replace(&mut self.after_line, is_line);
        if was_line && !is_line { writeln!(self.out) } else { Ok(()) }
    }

    /// Pages, and behind them a line for each verdict that gets none.
    fn pages(
        &mut self,
        verdicts: &[Verdict],
        needs_page: impl Fn(Outcome) -> bool,
    ) -> io::Result<()> {
        self.part(false)?;
        let (mut pages, mut lines): (Vec<_>, Vec<_>) =
            verdicts.iter().partition(|verdict| needs_page(verdict.outcome));
        if self.detail == Detail::Findings {
            lines.clear();
        }
        // What there is to say of the hive itself stands on a page.
        if pages.is_empty() && !lines.is_empty() {
            pages.push(lines.remove(0));
        }
        let shown = Shown { explained: self.explain, all: self.detail == Detail::Everything };
        pages.into_iter().try_for_each(|it| verdict::write(&mut self.out, it, shown))?;
        lines.iter().try_for_each(|it| verdict::write_line(&mut self.out, it))?;
        if lines.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    /// A hive of which there is nothing to tell but that, in a line.
    fn line(&mut self, outcome: Outcome, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        self.part(true)?;
        let outcomes = tallied(verdicts);
        let outcomes = if verdicts.len() > 1 { format!("  ({outcomes})") } else { String::new() };
        let cut_short = if hive.is_cut_short() { ", cut short" } else { "" };
        let (word, state) = (verdict::outcome_words(outcome).to_uppercase(), verdict::state(hive));
        writeln!(self.out, "{word:14}  {}{state}{cut_short}{outcomes}", safe(&hive.path))
    }
}

impl<W: Write> Output for Text<W> {
    fn begin(&mut self, _: &Run) -> io::Result<()> {
        Ok(())
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        let is_finding =
            |outcome| matches!(outcome, Outcome::Fail | Outcome::Unknown | Outcome::Error);
        let applies = |outcome| is_finding(outcome) || outcome == Outcome::Pass;
        match (self.detail, gravest(verdicts.iter().map(|verdict| verdict.outcome))) {
            (_, None) => {}
            (Detail::Everything, _) => self.pages(verdicts, |_| true)?,
            (Detail::Pages, _) => self.pages(verdicts, applies)?,
            (_, Some(outcome)) if is_finding(outcome) => self.pages(verdicts, is_finding)?,
            (Detail::Lines, Some(outcome)) => self.line(outcome, hive, verdicts)?,
            // That the rest of the file is missing is a finding.
            (Detail::Findings, Some(outcome)) if hive.is_cut_short() => {
                self.line(outcome, hive, verdicts)?;
            }
            (Detail::Findings, Some(_)) => {}
        }
        self.out.flush()
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        self.out.flush()?;
        complain(&error.message);
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        let left_out = left_out(totals);
        if totals.hives + totals.errors > 1 || !left_out.is_empty() || totals.interrupted {
            self.part(false)?;
            let told = |(outcome, number): &(Outcome, u64)| {
                format!("{number} {}", verdict::outcome_words(*outcome))
            };
            let mut parts: Vec<_> = totals.hive_outcomes.iter().map(told).collect();
            if totals.errors > 0 {
                parts.push(format!("{} gave no hive", count(totals.errors, "path")));
            }
            let colon = if parts.is_empty() { "" } else { ": " };
            writeln!(self.out, "{}{colon}{}", count(totals.hives, "hive"), parts.join(", "))?;
        }
        if !left_out.is_empty() {
            writeln!(self.out, "Left out: {}", left_out.join(", "))?;
        }
        if totals.interrupted {
            let rest = totals.not_reached;
            writeln!(self.out, "Interrupted: {} not checked", were(rest))?;
        }
        Ok(())
    }
}

pub(super) fn were(files: u64) -> String {
    format!("{} {}", count(files, "file"), if files == 1 { "was" } else { "were" })
}

/// How many verdicts have each outcome, in words.
fn tallied(verdicts: &[Verdict]) -> String {
    let number = |outcome| verdicts.iter().filter(|it| it.outcome == outcome).count();
    let mut seen = Vec::new();
    for verdict in verdicts {
        if !seen.contains(&verdict.outcome) {
            seen.push(verdict.outcome);
        }
    }
    let told = |outcome| format!("{} {}", number(outcome), verdict::outcome_words(outcome));
    seen.into_iter().map(told).collect::<Vec<_>>().join(", ")
}

/// What was left out of folders, in words.
fn left_out(totals: &Totals) -> Vec<String> {
    let no_hive = if totals.skipped == 1 { "that is no hive" } else { "that are no hives" };
    let followed =
        if totals.links == 1 { "that was not followed" } else { "that were not followed" };
    let parts = [
        (totals.skipped, "file", no_hive),
        (totals.other_hives, "hive", "of other parts of the registry (--all-hives checks them)"),
        (totals.too_large, "file", "larger than --max-size"),
        (totals.links, "link", followed),
    ];
    let parts = parts.into_iter().filter(|(number, _, _)| *number > 0);
    parts.map(|(number, noun, why)| format!("{} {why}", count(number, noun))).collect()
}

/// Whose first hive was a sample wants to check his own.
pub(super) fn invitation(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "To check your own: coldhive check PATH, where PATH is a copied SYSTEM hive")?;
    writeln!(out, "(Windows\\System32\\config\\SYSTEM). coldhive check --help tells the rest.")
}
