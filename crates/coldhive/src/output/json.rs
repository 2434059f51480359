//! The whole report as one JSON object, `coldhive.report/1`.
//!
//! | field | what it holds |
//! | --- | --- |
//! | `schema` | `coldhive.report/1` |
//! | `tool` | the program and its version |
//! | `run` | [`Run`]: case, examiner, arguments, rules with the SHA-256 of their files, when it began |
//! | `verdicts` | a [`Verdict`] (`coldhive.verdict/1`) for each hive, rule and control set |
//! | `hives` | a [`HiveInfo`] for each hive: format, state, files with digests, damage |
//! | `errors` | a [`ReportError`] for each path that gave no hive |
//! | `totals` | [`Totals`]: counts, whether the run was interrupted, when it ended |
//!
//! [`Report`](crate::Report) reads it back. `schema/coldhive-report.schema.json` describes it; fields may be added within the
//! version. Verdicts are written as they come and come first for that; hives and errors are small and are kept to the end.
//! A run that is killed leaves no whole object: where that matters, [`jsonl`](super::jsonl) does better.

use std::io::{self, Write};

use coldhive_rules::{HiveInfo, Verdict};
use serde::Serialize;

use super::{Output, Run, Totals};
use crate::{REPORT_SCHEMA, ReportError};

/// One JSON object, indented.
#[derive(Debug)]
pub struct Json<W> {
    out: W,
    has_verdicts: bool,
    hives: Vec<HiveInfo>,
    errors: Vec<ReportError>,
}

impl<W: Write> Json<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self { out, has_verdicts: false, hives: Vec::new(), errors: Vec::new() }
    }
}

impl<W: Write> Output for Json<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        let mut head = b"{".to_vec();
        push_field(&mut head, "schema", &REPORT_SCHEMA)?;
        head.push(b',');
        push_field(&mut head, "tool", &run.tool)?;
        head.push(b',');
        push_field(&mut head, "run", run)?;
        head.extend(b",\n  \"verdicts\": [");
        self.out.write_all(&head)
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        for verdict in verdicts {
            let mut record = if self.has_verdicts { b",".to_vec() } else { Vec::new() };
            record.extend(b"\n    ");
            push_indented(&mut record, 4, verdict)?;
            self.out.write_all(&record)?;
            self.has_verdicts = true;
        }
        self.hives.push(hive.clone());
        Ok(())
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        self.errors.push(error.clone());
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        let mut tail: Vec<u8> = if self.has_verdicts { b"\n  ],".into() } else { b"],".into() };
        push_field(&mut tail, "hives", &self.hives)?;
        tail.push(b',');
        push_field(&mut tail, "errors", &self.errors)?;
        tail.push(b',');
        push_field(&mut tail, "totals", totals)?;
        tail.extend(b"\n}\n");
        self.out.write_all(&tail)?;
        self.out.flush()
    }
}

fn push_field(bytes: &mut Vec<u8>, name: &str, value: &impl Serialize) -> io::Result<()> {
    bytes.extend(b"\n  ");
    serde_json::to_writer(&mut *bytes, name)?;
    bytes.extend(b": ");
    push_indented(bytes, 2, value)
}

/// Indents all lines but the first. In JSON a line's end only ever stands between parts.
fn push_indented(bytes: &mut Vec<u8>, indent: usize, value: &impl Serialize) -> io::Result<()> {
    for byte in serde_json::to_vec_pretty(value)? {
        bytes.push(byte);
        if byte == b'\n' {
            bytes.extend(std::iter::repeat_n(b' ', indent));
        }
    }
    Ok(())
}
