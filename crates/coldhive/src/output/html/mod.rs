//! One page for people: a file that needs nothing else, and that runs nothing.
//!
//! The sections of hives are kept as text until the end, since the summary comes first and tells of all of them. A hive
//! that is well has a row there and no section, unless few hives are told of; what is kept is bounded.

mod differences;
mod evidence;
mod hive;
mod markup;
mod page;
mod remnants;
mod rule;
mod sides;
mod signs;
mod timeline;
mod tree;
mod who;
mod words;

use std::io;

use coldhive_rules::{HiveInfo, Outcome, Verdict};

use super::{Details, DetailsWanted, Output, Run, Totals};
use crate::ReportError;
use markup::Markup;

/// As much of sections as is kept, in bytes; hives behind it have a row alone.
const MOST_KEPT: usize = 64 << 20;
/// How many things that can't be decided are gathered.
const MOST_UNDECIDED: usize = 500;

/// Writes the page at the end of the run.
///
/// ```
/// use coldhive::output::{Html, Output as _, Run, Totals};
/// use coldhive::rules::RuleSet;
/// use coldhive::{Case, CheckOptions};
///
/// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
/// let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
/// let verdicts = case.check(&RuleSet::built_in()?, &CheckOptions::default());
///
/// let mut bytes = Vec::new();
/// let mut output = Html::new(&mut bytes, true);
/// output.begin(&Run::default())?;
/// output.hive(&case.hive_info(true), &verdicts)?;
/// output.end(&Totals::default())?;
/// assert!(String::from_utf8(bytes)?.contains("The fault was found."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Html<W> {
    out: W,
    /// Whether hives that are well have sections too.
    every: bool,
    run: Run,
    rows: Markup,
    undecided: Markup,
    undecided_count: usize,
    sections: Markup,
    errors: Vec<ReportError>,
    hives: usize,
    /// How many sections there was no room for.
    dropped: usize,
}

impl<W: io::Write> Html<W> {
    /// Writes to `out`; with `every`, hives that are well have sections too.
    pub fn new(out: W, every: bool) -> Self {
        Self {
            out,
            every,
            run: Run::default(),
            rows: Markup::default(),
            undecided: Markup::default(),
            undecided_count: 0,
            sections: Markup::default(),
            errors: Vec::new(),
            hives: 0,
            dropped: 0,
        }
    }

    fn tell(&mut self, info: &HiveInfo, verdicts: &[Verdict], details: Option<&Details>) {
        self.hives = self.hives.saturating_add(1);
        let number = self.hives;
        let mut has_section = self.every || has_findings(info, verdicts);
        if has_section && self.sections.len() > MOST_KEPT {
            has_section = false;
            self.dropped = self.dropped.saturating_add(1);
        }
        page::row(&mut self.rows, number, info, verdicts, has_section);
        if has_section {
            hive::section(&mut self.sections, number, info, verdicts, details);
        }
        for (place, verdict) in
            verdicts.iter().enumerate().filter(|(_, it)| words::is_open(it.outcome))
        {
            self.undecided_count = self.undecided_count.saturating_add(1);
            if self.undecided_count <= MOST_UNDECIDED {
                let link = has_section.then(|| rule_link(number, place));
                page::undecided(&mut self.undecided, info, verdict, link.as_deref());
            }
        }
    }
}

/// Whether a hive needs more than a row: a fault, something open, or damage.
pub(super) fn has_findings(hive: &HiveInfo, verdicts: &[Verdict]) -> bool {
    let is_well = |verdict: &Verdict| {
        matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable | Outcome::NotSelected)
    };
    hive.dirty || !hive.damage.is_empty() || !verdicts.iter().all(is_well)
}

/// Where a hive's section is.
fn hive_id(number: usize) -> String {
    format!("hive-{number}")
}

/// Where a verdict's section is.
fn rule_id(number: usize, place: usize) -> String {
    format!("hive-{number}-rule-{}", place.saturating_add(1))
}

fn rule_link(number: usize, place: usize) -> String {
    format!("#{}", rule_id(number, place))
}

impl<W: io::Write> Output for Html<W> {
    fn wants_details(&self) -> DetailsWanted {
        if self.every { DetailsWanted::OfAll } else { DetailsWanted::OfFindings }
    }

    fn begin(&mut self, run: &Run) -> io::Result<()> {
        self.run = run.clone();
        Ok(())
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        self.tell(hive, verdicts, None);
        Ok(())
    }

    fn hive_in_detail(
        &mut self,
        hive: &HiveInfo,
        verdicts: &[Verdict],
        details: &Details,
    ) -> io::Result<()> {
        self.tell(hive, verdicts, Some(details));
        Ok(())
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        self.errors.push(error.clone());
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        let page = page::whole(self, totals);
        self.out.write_all(b"<!DOCTYPE html>\n")?;
        self.out.write_all(page.as_bytes())?;
        self.out.flush()
    }
}
