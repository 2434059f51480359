//! Logs beside the hive: opening them, and what they say.

use std::io::{self, Write};

use coldhive::rules::model::Meaning;
use coldhive::rules::{LogSearched, Moment, SignFound, Verdict};
use coldhive::{LogFile, ReportError};

use crate::args::CheckArgs;
use crate::text::{Labelled, count, safe};

/// Opens the logs that were given; what gave none is told by `complain`.
pub(crate) fn open(args: &CheckArgs, mut complain: impl FnMut(ReportError)) -> Vec<LogFile> {
    let events = args.event_log.iter().map(|path| (path, LogFile::open_event_log(path)));
    let lines = args.cluster_log.iter().map(|path| (path, LogFile::open_cluster_log(path)));
    let mut logs = Vec::new();
    for (path, opened) in events.chain(lines) {
        match opened {
            Ok(log) => logs.push(log),
            Err(error) => complain(ReportError::new(path.display().to_string(), error.to_string())),
        }
    }
    logs
}

/// Logs are of one machine, and so is then the hive.
pub(crate) fn are_of_one_machine(args: &CheckArgs, files: usize) -> Result<(), String> {
    let has_logs = !args.event_log.is_empty() || !args.cluster_log.is_empty();
    if has_logs && files > 1 {
        return Err(format!(
            "--event-log and --cluster-log are of the machine of one hive, and {files} files are to be checked: give one"
        ));
    }
    Ok(())
}

/// What logs say for the fault or against it, and all that has a time in its order.
pub(crate) fn write(out: &mut impl Write, verdict: &Verdict) -> io::Result<()> {
    if verdict.logs.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nSigns beside the hive (they change no outcome):")?;
    for log in &verdict.logs {
        searched(out, log)?;
        verdict
            .signs
            .iter()
            .filter(|sign| sign.file == log.file)
            .try_for_each(|it| found(out, it))?;
    }
    if !verdict.timeline.is_empty() {
        writeln!(out, "\nIn order of time (UTC):")?;
        verdict.timeline.iter().try_for_each(|it| moment(out, it))?;
    }
    Ok(())
}

fn searched(out: &mut impl Write, log: &LogSearched) -> io::Result<()> {
    writeln!(out, "  {}", safe(&log.file))?;
    let mut lines = Labelled::new(out, 4, 11);
    lines.line("holds", &log.statement)?;
    if log.left_out > 0 {
        let left_out = u64::try_from(log.left_out).unwrap_or(u64::MAX);
        lines.line("left out", &count(left_out, "earlier sign"))?;
    }
    lines.lines("note", &log.notes)
}

fn found(out: &mut impl Write, sign: &SignFound) -> io::Result<()> {
    let mut lines = Labelled::new(out, 4, 11);
    lines.line(means(sign.means), &format!("{} ({})", sign.title, sign.id))?;
    // Of an event's two times this is the one that the Event Viewer shows.
    let done = if sign.line.is_some() { "written" } else { "generated" };
    let time = match (sign.when, &sign.clock) {
        (Some(time), _) => format!(", {done} {time}"),
        (None, Some(clock)) => format!(", {done} {clock} (GMT)"),
        (None, None) => String::new(),
    };
    let place = match sign.line {
        Some(line) => format!("line {line}"),
        None => format!("file offset {:#x}", sign.offset),
    };
    lines.line("at", &format!("{place}{time}"))?;
    lines.line("says", &sign.text)?;
    lines.lines("followed by", &sign.follows)?;
    lines.lines("note", &sign.note)
}

const fn means(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Fault => "FAULT",
        Meaning::OtherCause => "OTHER CAUSE",
        Meaning::Well => "well",
    }
}

fn moment(out: &mut impl Write, moment: &Moment) -> io::Result<()> {
    let time = moment.when.map_or_else(|| "(unknown)".into(), |time| time.to_string());
    writeln!(out, "  {time:28}  {}", safe(&format!("{}: {}", moment.what, moment.place)))?;
    let note = moment.note.as_ref().map(|note| format!("  {:28}  {}", "", safe(note)));
    note.map_or(Ok(()), |note| writeln!(out, "{note}"))
}
