//! The report: everything that one run found out, as data.

use coldhive_rules::{HiveInfo, Outcome, Verdict};
use serde::{Deserialize, Serialize};

/// The version of the report's JSON form.
pub const REPORT_SCHEMA: &str = "coldhive.report/1";

/// Hives, verdicts, and what could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: String,
    /// The program that made the report, and its version.
    #[serde(default)]
    pub tool: String,
    /// The hives that were read.
    pub hives: Vec<HiveInfo>,
    /// What the rules say, a verdict for each hive, rule and control set.
    pub verdicts: Vec<Verdict>,
    /// The paths that gave no hive.
    pub errors: Vec<ReportError>,
    /// Whether the run was interrupted before all paths were done; left out where it was not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
}

/// A path that gave no hive, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReportError {
    /// The path as given.
    pub path: String,
    /// What it is instead, and what to do.
    pub message: String,
}

impl ReportError {
    /// Notes what is wrong with a path.
    #[must_use]
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl Default for Report {
    fn default() -> Self {
        Self {
            schema: REPORT_SCHEMA.into(),
            tool: String::new(),
            hives: Vec::new(),
            verdicts: Vec::new(),
            errors: Vec::new(),
            interrupted: false,
        }
    }
}

impl Report {
    /// Notes a path that gave no hive.
    pub fn add_error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.errors.push(ReportError::new(path, message));
    }

    /// Whether a rule found its fault.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.outcome == Outcome::Fail)
    }

    /// Whether something could not be told or read.
    #[must_use]
    pub fn has_gaps(&self) -> bool {
        let open = |verdict: &Verdict| matches!(verdict.outcome, Outcome::Unknown | Outcome::Error);
        !self.errors.is_empty() || self.verdicts.iter().any(open)
    }
}
