//! A run over hives, told as it goes: every format is an [`Output`].
//!
//! | format | for | module |
//! | --- | --- | --- |
//! | one JSON object | programs that read all at once | [`json`] |
//! | JSON Lines | programs that read as it comes, and runs that may be cut off | [`jsonl`] |
//! | CSV | spreadsheets, Timeline Explorer | [`csv`] |
//! | SARIF 2.1.0 | viewers of findings, code scanning | [`sarif`] |
//! | Timesketch JSONL | timelines of a team | [`timesketch`] |
//! | bodyfile | timelines by mactime | [`bodyfile`] |
//! | HTML | people who will never run this program | [`html`] |
//!
//! All of them but the page for people, whose summary comes first, write as they are told, hold no more than one hive's verdicts (and, where the format has a list of hives at
//! its end, what is said of each hive), and write each record with one call of the writer, so that what a killed run leaves
//! ends with a whole record.
//!
//! ```
//! use coldhive::output::{Csv, Output as _, Run, Totals};
//! use coldhive::rules::RuleSet;
//! use coldhive::{Case, CheckOptions};
//!
//! let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
//! let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
//! let verdicts = case.check(&RuleSet::built_in()?, &CheckOptions::default());
//!
//! let mut bytes = Vec::new();
//! let mut output = Csv::new(&mut bytes);
//! output.begin(&Run::default())?;
//! output.hive(&case.hive_info(true), &verdicts)?;
//! output.end(&Totals::default())?;
//! assert!(String::from_utf8(bytes)?.contains("provider-key"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bodyfile;
mod clock;
pub mod csv;
mod file;
pub mod html;
pub mod json;
pub mod jsonl;
mod keys;
mod place;
pub mod sarif;
#[cfg(feature = "schema")]
pub mod schema;
mod signs;
pub mod timesketch;

pub use bodyfile::Bodyfile;
pub use clock::{Clock, ClockError};
pub use csv::Csv;
pub use file::{OutputFile, OutputFileError};
pub use html::Html;
pub use json::Json;
pub use jsonl::JsonLines;
pub use sarif::Sarif;
pub use timesketch::Timesketch;

use std::io;

use coldhive_hive::FileTime;
use coldhive_rules::{HiveInfo, Outcome, RuleInfo, Verdict};
use coldhive_system::Selector;
use serde::{Deserialize, Serialize};

use crate::{Case, ReportError, WinsockView};

/// Writes a line of JSON, whole, with one call.
fn write_line(out: &mut impl io::Write, record: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    out.write_all(&line)
}

/// What is known of a run before its first hive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Run {
    /// The program and its version.
    pub tool: String,
    /// The name of the case, as the examiner gave it.
    #[serde(default)]
    pub case: Option<String>,
    /// Who examines.
    #[serde(default)]
    pub examiner: Option<String>,
    /// The arguments of the program, its own name not among them.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The rules that are evaluated, with the SHA-256 of their files.
    #[serde(default)]
    pub rules: Vec<RuleInfo>,
    /// When the run began; `SOURCE_DATE_EPOCH` sets it, for output that is the same each time.
    #[serde(default)]
    pub started: Option<FileTime>,
}

/// What is known of a run after its last hive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Totals {
    /// How many hives were read.
    pub hives: u64,
    /// How many files were left out because they are no hives.
    pub skipped: u64,
    /// How many paths gave no hive.
    pub errors: u64,
    /// How many hives of other parts of the registry were left out.
    #[serde(default)]
    pub other_hives: u64,
    /// How many files were left out because they are larger than was asked for.
    #[serde(default)]
    pub too_large: u64,
    /// How many symbolic links were not followed.
    #[serde(default)]
    pub links: u64,
    /// How many paths were not come to, because the run was interrupted.
    #[serde(default)]
    pub not_reached: u64,
    /// How many verdicts have each outcome.
    pub outcomes: Vec<(Outcome, u64)>,
    /// How many hives have each outcome as the gravest of their verdicts.
    #[serde(default)]
    pub hive_outcomes: Vec<(Outcome, u64)>,
    /// Whether the run was stopped before all was done.
    pub interrupted: bool,
    /// When the run ended.
    pub ended: Option<FileTime>,
}

/// Of which hives an output tells more than verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DetailsWanted {
    /// Of none: nothing more is to be read.
    OfNone,
    /// Of those with a fault, with damage, or of which something can't be told.
    OfFindings,
    /// Of all.
    OfAll,
}

impl DetailsWanted {
    /// Reads what is wanted of a hive.
    #[must_use]
    pub fn of(self, case: &Case, hive: &HiveInfo, verdicts: &[Verdict]) -> Option<Details> {
        let is_wanted = match self {
            Self::OfNone => false,
            Self::OfFindings => html::has_findings(hive, verdicts),
            Self::OfAll => true,
        };
        is_wanted.then(|| Details::of(case))
    }
}

/// What is to be said of a hive besides its verdicts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Details {
    /// The Winsock registrations of all control sets, or why none can be told.
    pub winsock: Result<WinsockView, String>,
}

impl Details {
    /// Reads them.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let view = case.winsock_view(Selector::All, false);
        Self { winsock: view.map_err(|error| error.to_string()) }
    }
}

/// Something that a run is told to: one format, to one writer.
///
/// The order is [`begin`](Self::begin) once; [`hive`](Self::hive) and [`error`](Self::error) for each path, in the order
/// in which the paths stand; [`end`](Self::end) once, also where the run was interrupted.
pub trait Output {
    /// Begins.
    ///
    /// # Errors
    /// The writer's.
    fn begin(&mut self, run: &Run) -> io::Result<()>;

    /// Tells of a hive and of all verdicts on it.
    ///
    /// # Errors
    /// The writer's.
    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()>;

    /// Of which hives it is told in detail.
    fn wants_details(&self) -> DetailsWanted {
        DetailsWanted::OfNone
    }

    /// Tells of a hive with the details that were wanted, in place of [`hive`](Self::hive).
    ///
    /// # Errors
    /// The writer's.
    fn hive_in_detail(
        &mut self,
        hive: &HiveInfo,
        verdicts: &[Verdict],
        _details: &Details,
    ) -> io::Result<()> {
        self.hive(hive, verdicts)
    }

    /// Tells of a path that gave no hive.
    ///
    /// # Errors
    /// The writer's.
    fn error(&mut self, error: &ReportError) -> io::Result<()>;

    /// Ends.
    ///
    /// # Errors
    /// The writer's.
    fn end(&mut self, totals: &Totals) -> io::Result<()>;
}
