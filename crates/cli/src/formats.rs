//! The formats that programs read, and the file that output goes to.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use coldhive::output::{
    Bodyfile, Clock, Csv, Json, JsonLines, Output, OutputFile, Run, Sarif, Timesketch, Totals,
};
use coldhive::rules::{HiveInfo, RuleInfo, RuleSet, Verdict};
use coldhive::{Logs, OpenOptions, ReportError};

use crate::args::{CheckArgs, ReportFormat};
use crate::{complain, text, verdict};

/// The format that was asked for, to a writer.
pub(crate) fn open_output<'w>(args: &CheckArgs, out: impl Write + 'w) -> Box<dyn Output + 'w> {
    match args.format {
        ReportFormat::Text => Box::new(Text { out, explain: args.explain }),
        ReportFormat::Json => Box::new(Json::new(out)),
        ReportFormat::Jsonl => Box::new(JsonLines::new(out)),
        ReportFormat::Csv => Box::new(Csv::new(out)),
        ReportFormat::Sarif => Box::new(Sarif::new(out)),
        ReportFormat::Timesketch => Box::new(TellingErrors(Timesketch::new(out))),
        ReportFormat::Bodyfile => Box::new(TellingErrors(Bodyfile::new(out))),
    }
}

/// Text for people.
struct Text<W> {
    out: W,
    explain: bool,
}

impl<W: Write> Output for Text<W> {
    fn begin(&mut self, _: &Run) -> io::Result<()> {
        Ok(())
    }

    fn hive(&mut self, _: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        verdicts.iter().try_for_each(|found| verdict::write(&mut self.out, found, self.explain))
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        self.out.flush()?;
        complain(&error.message);
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        if totals.hives + totals.errors <= 1 {
            return Ok(());
        }
        let outcomes = totals.outcomes.iter();
        let mut parts: Vec<_> = outcomes
            .map(|(outcome, number)| {
                format!("{number} {}", verdict::outcome_words(&outcome.to_string()))
            })
            .collect();
        if totals.errors > 0 {
            let files = text::count(totals.errors, "file");
            parts.push(format!("{files} could not be read as a hive"));
        }
        writeln!(self.out, "{}: {}", text::count(totals.hives, "hive"), parts.join(", "))
    }
}

/// A format that has no place for paths that gave no hive: they are told on stderr.
struct TellingErrors<O>(O);

impl<O: Output> Output for TellingErrors<O> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        self.0.begin(run)
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        self.0.hive(hive, verdicts)
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        complain(&error.message);
        self.0.error(error)
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        self.0.end(totals)
    }
}

/// What is known of a run when it begins.
pub(crate) fn run(args: &CheckArgs, rules: &RuleSet, clock: Clock) -> Run {
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
pub(crate) fn create(path: &Path, args: &CheckArgs) -> Result<BufWriter<OutputFile>, String> {
    let OpenOptions { logs, .. } = args.source.options();
    let logs = if let Logs::Files(logs) = logs { logs } else { Vec::new() };
    let beside = args.baseline.iter().chain(&args.software);
    let read = args.paths.iter().chain(beside).chain(&args.rule_file).chain(&logs);
    let file = OutputFile::create(path, args.force, read.map(AsRef::as_ref));
    file.map(BufWriter::new).map_err(|error| error.to_string())
}

/// Puts the file in its place once all is written to it, or says what became of it.
pub(crate) fn finish<T>(mut file: BufWriter<OutputFile>, done: io::Result<T>) -> Option<T> {
    let path = file.get_ref().path().display().to_string();
    let written = done.and_then(|value| file.flush().map(|()| value));
    let file = file.into_parts().0;
    let done = match written {
        Ok(value) => file.finish().map(|()| value).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let tell = |error| complain(&format!("{path} holds only a part of the output: {error}"));
    done.map_err(tell).ok()
}
