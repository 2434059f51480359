//! The report: everything that one run found out, as data.

use coldhive_rules::{HiveInfo, Outcome, Verdict};
use serde::{Deserialize, Serialize};

use crate::output::{Run, Totals};

/// The version of the report's JSON form.
pub const REPORT_SCHEMA: &str = "coldhive.report/1";

/// Hives, verdicts, and what could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = REPORT_SCHEMA)))]
    pub schema: String,
    /// The program that made the report, and its version.
    #[serde(default)]
    pub tool: String,
    /// What was known before the first hive; null in a report from before it was told.
    #[serde(default)]
    pub run: Option<Run>,
    /// What the rules say, a verdict for each hive, rule and control set.
    pub verdicts: Vec<Verdict>,
    /// The hives that were read.
    pub hives: Vec<HiveInfo>,
    /// The paths that gave no hive.
    pub errors: Vec<ReportError>,
    /// What was known after the last hive; null in a report from before it was told.
    #[serde(default)]
    pub totals: Option<Totals>,
}

/// A path that gave no hive, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
            run: None,
            verdicts: Vec::new(),
            hives: Vec::new(),
            errors: Vec::new(),
            totals: None,
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
