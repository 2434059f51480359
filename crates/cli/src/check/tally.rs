//! What a run came to.

use std::path::PathBuf;

use coldhive::ReportError;
use coldhive::hive::FileTime;
use coldhive::output::Totals;
use coldhive::rules::Outcome;

use super::find::{Findings, Task};
use super::{Checked, Made};
use crate::Status;

/// Outcomes, the gravest first.
const OUTCOMES: [Outcome; 6] = [
    Outcome::Fail,
    Outcome::Unknown,
    Outcome::Error,
    Outcome::Pass,
    Outcome::NotApplicable,
    Outcome::NotSelected,
];

/// The gravest of some verdicts' outcomes.
pub(super) fn gravest(outcomes: impl Iterator<Item = Outcome>) -> Option<Outcome> {
    outcomes.min_by_key(|outcome| rank(*outcome))
}

fn rank(outcome: Outcome) -> usize {
    OUTCOMES.iter().position(|other| *other == outcome).unwrap_or(OUTCOMES.len())
}

/// Counts, as a run goes on.
pub(super) struct Tally {
    totals: Totals,
    /// What went wrong before the first hive.
    early: Vec<ReportError>,
    /// How many hives each folder gave.
    hives_in: Vec<u64>,
    /// How many hives of other parts of the registry each folder has.
    others_in: Vec<u64>,
    cut_short: bool,
    sample: bool,
    /// Whether a cure could not be written.
    lacks_a_cure: bool,
}

impl Tally {
    pub(super) fn new(found: &Findings) -> Self {
        let mut totals = Totals::default();
        totals.skipped = found.no_hives;
        totals.too_large = found.too_large;
        totals.links = found.links;
        totals.outcomes = OUTCOMES.map(|outcome| (outcome, 0)).into();
        totals.hive_outcomes.clone_from(&totals.outcomes);
        Self {
            totals,
            early: Vec::new(),
            hives_in: vec![0; found.folders.len()],
            others_in: vec![0; found.folders.len()],
            cut_short: false,
            sample: false,
            lacks_a_cure: false,
        }
    }

    /// Notes what went wrong before the first hive.
    pub(super) fn early(&mut self, error: ReportError) {
        self.totals.errors += 1;
        self.early.push(error);
    }

    pub(super) fn errors(&self) -> Vec<ReportError> {
        self.early.clone()
    }

    pub(super) fn count(&mut self, task: &Task, made: &Made) {
        let folder = match task {
            Task::Check(found) => found.folder,
            Task::Tell(_) => None,
        };
        let add = |counts: &mut Vec<u64>| {
            if let Some(count) = folder.and_then(|folder| counts.get_mut(folder)) {
                *count += 1;
            }
        };
        match made {
            Made::Checked(checked) => {
                add(&mut self.hives_in);
                self.hive(checked);
            }
            Made::Error(_) => self.totals.errors += 1,
            Made::NoHive => self.totals.skipped += 1,
            Made::OtherHive => {
                add(&mut self.others_in);
                self.totals.other_hives += 1;
            }
            Made::Interrupted => self.totals.not_reached += 1,
        }
    }

    fn hive(&mut self, checked: &Checked) {
        self.totals.hives += 1;
        // Even where all that was asked stands before the cut: this is not the hive that the machine had.
        self.cut_short |= checked.hive.is_cut_short();
        self.sample |= checked.is_sample;
        let outcomes = || checked.verdicts.iter().map(|verdict| verdict.outcome);
        outcomes().for_each(|outcome| add(&mut self.totals.outcomes, outcome));
        if let Some(outcome) = gravest(outcomes()) {
            add(&mut self.totals.hive_outcomes, outcome);
        }
    }

    /// Notes that a cure could not be written.
    pub(super) const fn lacks_a_cure(&mut self) {
        self.lacks_a_cure = true;
    }

    /// Notes that the run ended early, and how many paths were not begun.
    pub(super) fn interrupted(&mut self, not_begun: usize) {
        self.totals.interrupted = true;
        self.totals.not_reached += not_begun as u64;
    }

    /// The folders that gave no hive, counted as errors: a folder that was mistyped must not look like one without faults.
    pub(super) fn empty_folders(&mut self, folders: &[PathBuf]) -> Vec<ReportError> {
        let counts = self.hives_in.iter().zip(&self.others_in);
        let errors = folders.iter().zip(counts).filter(|(_, (hives, _))| **hives == 0);
        let errors: Vec<_> = errors
            .map(|(folder, (_, others))| {
                let path = folder.display().to_string();
                let others = match others {
                    0 => "",
                    _ => {
                        "; --all-hives checks the hives of other parts of the registry that it has"
                    }
                };
                let message = format!("{path}: no SYSTEM hive was found in this folder{others}");
                ReportError::new(path, message)
            })
            .collect();
        self.totals.errors += errors.len() as u64;
        errors
    }

    pub(super) fn totals(&self, ended: Option<FileTime>) -> Totals {
        let mut totals = self.totals.clone();
        totals.outcomes.retain(|(_, count)| *count > 0);
        totals.hive_outcomes.retain(|(_, count)| *count > 0);
        totals.ended = ended;
        totals
    }

    pub(super) const fn has_sample(&self) -> bool {
        self.sample
    }

    pub(super) fn has_failed(&self) -> bool {
        self.has(Outcome::Fail)
    }

    fn has(&self, outcome: Outcome) -> bool {
        self.totals.outcomes.iter().any(|(other, count)| *other == outcome && *count > 0)
    }

    pub(super) fn status(&self, exit_zero: bool) -> Status {
        let open = self.has(Outcome::Unknown) || self.has(Outcome::Error);
        match (self.has_failed(), open || self.cut_short || self.totals.errors > 0) {
            _ if self.totals.interrupted => Status::Interrupted,
            _ if self.lacks_a_cure => Status::Gaps,
            _ if exit_zero => Status::Good,
            (true, _) => Status::Failed,
            (false, true) => Status::Gaps,
            (false, false) => Status::Good,
        }
    }
}

fn add(counts: &mut [(Outcome, u64)], outcome: Outcome) {
    if let Some((_, count)) = counts.get_mut(rank(outcome)) {
        *count += 1;
    }
}
