//! The formats that programs read, and the file that output goes to.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use coldhive::output::{
    Bodyfile, Clock, Csv, Html, Json, JsonLines, Output, OutputFile, Run, Sarif, Timesketch, Totals,
};
use coldhive::rules::{HiveInfo, RuleInfo, RuleSet, Verdict};
use coldhive::{Logs, OpenOptions, ReportError};

use super::find::{Findings, Task};
use super::text::{Detail, Text, were};
use crate::args::{CheckArgs, ReportFormat};
use crate::{Status, complain};

/// So many files get a page for each verdict; of more, those that pass get a line.
const A_FEW: usize = 4;

/// The format that was asked for, to a writer.
pub(super) fn open<'w>(
    args: &CheckArgs,
    files: usize,
    out: impl Write + 'w,
) -> Box<dyn Output + 'w> {
    let detail = match () {
        () if args.pace.verbose || args.explain => Detail::Everything,
        () if args.pace.quiet => Detail::Findings,
        () if files > A_FEW => Detail::Lines,
        () => Detail::Pages,
    };
    match args.format {
        ReportFormat::Text => Box::new(Text::new(out, detail, args.explain)),
        ReportFormat::Json => Box::new(Json::new(out)),
        ReportFormat::Jsonl => Box::new(JsonLines::new(Whole(out))),
        ReportFormat::Csv => Box::new(Telling { format: Csv::new(Whole(out)), has_errors: true }),
        ReportFormat::Sarif => Box::new(Telling { format: Sarif::new(out), has_errors: true }),
        ReportFormat::Timesketch => {
            Box::new(Telling { format: Timesketch::new(Whole(out)), has_errors: false })
        }
        ReportFormat::Bodyfile => {
            Box::new(Telling { format: Bodyfile::new(Whole(out)), has_errors: false })
        }
        ReportFormat::Html => Box::new(Html::new(out, files <= A_FEW)),
    }
}

/// Hands each record on at once: who is killed leaves no half of one.
struct Whole<W>(W);

impl<W: Write> Write for Whole<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(bytes)?;
        self.0.flush()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A format that has no place for how many files an interrupted run did not check, and perhaps none for paths that gave no
/// hive: that is told on stderr.
struct Telling<O> {
    format: O,
    has_errors: bool,
}

impl<O: Output> Output for Telling<O> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        self.format.begin(run)
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        self.format.hive(hive, verdicts)
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        if !self.has_errors {
            complain(&error.message);
        }
        self.format.error(error)
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        if totals.interrupted {
            complain(&format!("interrupted: {} not checked", were(totals.not_reached)));
        }
        self.format.end(totals)
    }
}

/// What is known of a run when it begins.
pub(super) fn run(args: &CheckArgs, rules: &RuleSet, clock: Clock) -> Run {
    let mut run = Run::default();
    run.tool = format!("coldhive {}", env!("CARGO_PKG_VERSION"));
    run.case.clone_from(&args.case_name);
    run.examiner.clone_from(&args.examiner);
    let arguments = std::env::args_os().skip(1);
    run.arguments = arguments.map(|it| it.to_string_lossy().into_owned()).collect();
    run.rules = rules.iter().map(RuleInfo::of).collect();
    run.started = clock.now();
    run
}

/// Makes the file of `--output`, or says why not.
pub(super) fn create(
    path: &Path,
    args: &CheckArgs,
    found: &Findings,
) -> Result<BufWriter<OutputFile>, String> {
    let OpenOptions { logs, .. } = args.source.options();
    let logs = if let Logs::Files(logs) = logs { logs } else { Vec::new() };
    let beside = args.baseline.iter().chain(&args.software);
    let hives = found.tasks.iter().filter_map(Task::path);
    let beside = beside.chain(&args.event_log).chain(&args.cluster_log).chain(&logs);
    let beside = beside.chain(&args.find.files_from).chain(found.logs());
    let read = hives.chain(beside.chain(&args.rule_file).map(AsRef::as_ref));
    let file = OutputFile::create(path, args.force, read);
    file.map(BufWriter::new).map_err(|error| error.to_string())
}

/// Puts the file in its place once all is written to it, or says what became of it.
pub(super) fn finish(mut file: BufWriter<OutputFile>, done: io::Result<Status>) -> Option<Status> {
    let path = file.get_ref().path().display().to_string();
    let written = done.and_then(|value| file.flush().map(|()| value));
    let file = file.into_parts().0;
    let done = match written {
        // What was there before may be whole.
        Ok(Status::Interrupted) if file.replaces() => {
            complain(&format!(
                "{path} has what was done; the file that it was to replace is as it was"
            ));
            return Some(Status::Interrupted);
        }
        Ok(value) => file.finish().map(|()| value).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let tell = |error| complain(&format!("{path} holds only a part of the output: {error}"));
    done.map_err(tell).ok()
}
