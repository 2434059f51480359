//! One JSON object (`coldhive.report/1`), held in memory until the end.

use std::io::{self, Write};

use coldhive::output::{Output, Run, Totals};
use coldhive::rules::{HiveInfo, Verdict};
use coldhive::{Report, ReportError};

pub(super) struct Json<'o, W> {
    out: &'o mut W,
    report: Report,
}

impl<'o, W: Write> Json<'o, W> {
    pub(super) fn new(out: &'o mut W) -> Self {
        Self { out, report: Report::default() }
    }
}

impl<W: Write> Output for Json<'_, W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        self.report.tool.clone_from(&run.tool);
        Ok(())
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        self.report.hives.push(hive.clone());
        self.report.verdicts.extend_from_slice(verdicts);
        Ok(())
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        self.report.errors.push(error.clone());
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        self.report.interrupted = totals.interrupted;
        serde_json::to_writer_pretty(&mut *self.out, &self.report)?;
        writeln!(self.out)
    }
}
