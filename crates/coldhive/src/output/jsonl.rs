//! JSON Lines, `coldhive.jsonl/1`: a JSON object on each line, written as it is found out.
//!
//! | `type` | how often | what else it holds |
//! | --- | --- | --- |
//! | `begin` | once, first | `schema` and `run`: case, examiner, arguments, rules, when it began |
//! | `hive` | for each hive, before its verdicts | the fields of [`HiveInfo`] |
//! | `verdict` | for each hive, rule and control set | the fields of [`Verdict`], its hive among them |
//! | `error` | for each path that gave no hive, in its place | `path`, `message` |
//! | `end` | once, last | `totals`: counts, whether the run was interrupted, when it ended |
//!
//! [`Line`] reads them back, and `schema/coldhive-jsonl.schema.json` describes a line; fields and types of lines may be added
//! within the version. A file without `end` is of a run that was killed; what stands in it holds.

use std::borrow::Cow;
use std::io::{self, Write};

use coldhive_rules::{HiveInfo, Verdict};
use serde::{Deserialize, Serialize};

use super::{Output, Run, Totals, write_line};
use crate::ReportError;

/// The version of the lines.
pub const JSONL_SCHEMA: &str = "coldhive.jsonl/1";

/// One line.
///
/// ```
/// use coldhive::output::jsonl::Line;
/// let line = r#"{"type":"error","path":"SYSTEM","message":"SYSTEM: no such file"}"#;
/// assert!(matches!(serde_json::from_str(line)?, Line::Error(error) if error.path == "SYSTEM"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "one is in hand at a time")]
pub enum Line<'l> {
    /// The run begins.
    Begin {
        /// [`JSONL_SCHEMA`].
        #[cfg_attr(feature = "schema", schemars(extend("const" = JSONL_SCHEMA)))]
        schema: Cow<'l, str>,
        /// What is known of it by then.
        run: Cow<'l, Run>,
    },
    /// A hive was read.
    Hive(Cow<'l, HiveInfo>),
    /// What a rule says.
    Verdict(Cow<'l, Verdict>),
    /// A path gave no hive.
    Error(Cow<'l, ReportError>),
    /// The run ends.
    End {
        /// What it came to.
        totals: Cow<'l, Totals>,
    },
}

/// A JSON object a line.
#[derive(Debug)]
pub struct JsonLines<W> {
    out: W,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Output for JsonLines<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        let line = Line::Begin { schema: JSONL_SCHEMA.into(), run: Cow::Borrowed(run) };
        write_line(&mut self.out, &line)
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        write_line(&mut self.out, &Line::Hive(Cow::Borrowed(hive)))?;
        let mut lines = verdicts.iter().map(|verdict| Line::Verdict(Cow::Borrowed(verdict)));
        lines.try_for_each(|line| write_line(&mut self.out, &line))
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        write_line(&mut self.out, &Line::Error(Cow::Borrowed(error)))
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        write_line(&mut self.out, &Line::End { totals: Cow::Borrowed(totals) })?;
        self.out.flush()
    }
}
