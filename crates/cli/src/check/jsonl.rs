//! JSON Lines: a line for each hive, verdict and path that gave no hive.

use std::io::{self, Write};

use coldhive::ReportError;
use coldhive::output::{Output, Run, Totals};
use coldhive::rules::{HiveInfo, Verdict};
use serde::Serialize;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'r> {
    Hive(&'r HiveInfo),
    Verdict(&'r Verdict),
    Error(&'r ReportError),
    /// Only where the run was interrupted: what was not come to is missing above.
    End(&'r Totals),
}

pub(super) struct Jsonl<'o, W> {
    out: &'o mut W,
}

impl<'o, W: Write> Jsonl<'o, W> {
    pub(super) const fn new(out: &'o mut W) -> Self {
        Self { out }
    }

    /// Writes a line whole, in one piece: who is killed leaves no half of one.
    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

impl<W: Write> Output for Jsonl<'_, W> {
    fn begin(&mut self, _: &Run) -> io::Result<()> {
        Ok(())
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        self.line(&Line::Hive(hive))?;
        verdicts.iter().try_for_each(|verdict| self.line(&Line::Verdict(verdict)))
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        self.line(&Line::Error(error))
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        if totals.interrupted { self.line(&Line::End(totals)) } else { Ok(()) }
    }
}
