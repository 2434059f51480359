//! Running the cases by which a rule carries its own proof.
//!
//! A case's hive is made in memory by coldhive-forge, or is a file beside the rule, and is then read and judged as any other:
//! by [`Case::check_beside`]. The second reader is left out: what a case proves is the rule, and the same cases pass with
//! and without the feature `witness`.
//!
//! ```
//! use coldhive::cases::{CaseOptions, run};
//! use coldhive::rules::RuleSet;
//!
//! let rules = RuleSet::built_in()?;
//! let rule = rules.get("Q262832").ok_or("no such rule")?;
//! let results = run(rule, &CaseOptions::default());
//! assert!(results.len() >= 20 && results.iter().all(|result| result.passed));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fault;
mod judge;
mod make;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use coldhive_forge::ForgeError;
use coldhive_rules::cases::CaseSource;
use coldhive_rules::model::{self, CaseHive};
use coldhive_rules::{Context, Outcome, Rule, RuleSet, Spanned, Verdict};
use serde::Serialize;
use thiserror::Error;

use crate::case::{Beside, Case, CheckOptions};
use crate::open::OpenError;

pub use make::make;

/// How to run cases.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CaseOptions {
    /// The folder of the rule file, which hive files are named from; without it, a case with a file can't be run.
    pub folder: Option<PathBuf>,
    /// Only cases whose name has this in it, whatever its case.
    pub filter: Option<String>,
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CaseResult {
    /// The name of the case.
    pub name: String,
    /// The outcome that the rule must have.
    pub expected: Outcome,
    /// The outcome that it has; null where the case could not be run.
    pub found: Option<Outcome>,
    /// Whether all that was expected is so.
    pub passed: bool,
    /// What is otherwise than expected.
    pub mismatches: Vec<Mismatch>,
    /// Why the case could not be run.
    pub error: Option<String>,
    /// The verdict; null where the case could not be run.
    pub verdict: Option<Verdict>,
}

/// One thing that is otherwise than expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mismatch {
    /// What: `outcome`, `applicability`, the id of a check or remark, `differences`, `remnants`.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// What the verdict says of it, a sentence each.
    pub why: Vec<String>,
}

/// Why a case can't be run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CaseError {
    /// The hive can't be made as it is described.
    #[error("the hive can't be made: {0}")]
    Forge(#[from] ForgeError),
    /// What was made, or stands in the file, can't be read as a hive.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The hive is a file beside the rule, and where the rule stands is not known.
    #[error("the hive {0} stands beside the rule file, and this rule is in none")]
    NoFolder(String),
    /// The case is not the rule's.
    #[error("the rule doesn't describe the hive")]
    NotDescribed,
}

/// The cases of a rule that the options ask for, each with its number, from 1.
pub fn selected<'r>(
    rule: &'r Rule,
    options: &CaseOptions,
) -> impl Iterator<Item = (usize, &'r model::Case)> {
    let wanted = options.filter.as_deref().map(str::to_lowercase);
    let is_wanted = move |case: &model::Case| {
        wanted.as_ref().is_none_or(|wanted| case.name.to_lowercase().contains(wanted))
    };
    (1_usize..).zip(rule.file().cases.iter()).filter(move |(_, case)| is_wanted(case))
}

/// Runs the cases of a rule.
#[must_use]
pub fn run(rule: &Rule, options: &CaseOptions) -> Vec<CaseResult> {
    selected(rule, options)
        .map(|(_, case)| run_one(rule, case, options.folder.as_deref()))
        .collect()
}

/// Runs one case of a rule. `folder` is that of the rule file.
#[must_use]
pub fn run_one(rule: &Rule, case: &model::Case, folder: Option<&Path>) -> CaseResult {
    let mut result = CaseResult {
        name: case.name.value.clone(),
        expected: case.outcome.outcome(),
        found: None,
        passed: false,
        mismatches: Vec::new(),
        error: None,
        verdict: None,
    };
    match verdict(rule, case, folder) {
        Ok(verdict) => {
            result.mismatches = judge::mismatches(rule, case, &verdict);
            result.passed = result.mismatches.is_empty();
            result.found = Some(verdict.outcome);
            result.verdict = Some(verdict);
        }
        Err(error) => result.error = Some(error.to_string()),
    }
    result
}

/// What the rule says of the case's hive.
///
/// # Errors
/// [`CaseError`] says why there is no such hive.
pub fn verdict(
    rule: &Rule,
    case: &model::Case,
    folder: Option<&Path>,
) -> Result<Verdict, CaseError> {
    let hive = open(rule, &case.hive, folder)?;
    let beside = |hive: &Option<Spanned<CaseHive>>| {
        hive.as_ref().map(|hive| open(rule, hive, folder)).transpose()
    };
    let (baseline, software) = (beside(&case.baseline)?, beside(&case.software)?);
    let given = case.params.iter();
    let params: BTreeMap<_, _> =
        given.map(|(name, principals)| (name.clone(), principals.value.0.clone())).collect();
    let context = Context {
        params,
        assume_applicable: case.assume_applicable,
        selector: case.control_set.map(|set| set.0).unwrap_or_default(),
        remnants: case.remnants.is_some(),
        // A remark that holds is expected like any check.
        all_remarks: true,
        ..Context::default()
    };
    let options = CheckOptions { context, hash: false, read_twice: false };
    let mut rules = RuleSet::default();
    rules.add(rule.clone());
    let mut beside = Beside::default();
    (beside.baseline, beside.software) = (baseline.as_ref(), software.as_ref());
    let mut verdicts = hive.check_beside(&rules, &options, &beside);
    // A case is about one control set, so there is one verdict.
    verdicts.pop().ok_or(CaseError::NotDescribed)
}

/// The bytes of a case's hive, where it is made; `None` where it is a file.
///
/// # Errors
/// [`CaseError`] says why it can't be made.
pub fn bytes(rule: &Rule, hive: &CaseHive) -> Result<Option<Vec<u8>>, CaseError> {
    match rule.case_source(hive).ok_or(CaseError::NotDescribed)? {
        CaseSource::Tree(tree) => Ok(Some(make(&tree)?)),
        _ => Ok(None),
    }
}

fn open(rule: &Rule, hive: &CaseHive, folder: Option<&Path>) -> Result<Case, CaseError> {
    match rule.case_source(hive) {
        Some(CaseSource::Tree(tree)) => Ok(Case::from_bytes("the case's hive", make(&tree)?)?),
        Some(CaseSource::File(path)) => match folder {
            Some(folder) => Ok(Case::open(folder.join(path))?),
            None => Err(CaseError::NoFolder(path)),
        },
        _ => Err(CaseError::NotDescribed),
    }
}
