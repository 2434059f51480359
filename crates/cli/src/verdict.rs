//! A verdict as text, read by somebody who has to act on it.

use std::io::{self, Write};

use coldhive::hive::Confirmation;
use coldhive::rules::{
    Applies, CheckResult, Difference, Evidence, EvidenceKind, Finding, HexBytes, HiveInfo,
    HiveName, Outcome, Remnant, SecondReading, Truth, Verdict,
};

use crate::explain;
use crate::signs;
use crate::text::{self, Labelled, Paint, painted, rest_of_line, safe};

/// The longest data that is shown in full, in bytes.
const MOST_BYTES_SHOWN: usize = 64;

pub(crate) const fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Unknown => "unknown",
        Outcome::Error => "error",
        Outcome::NotApplicable => "not applicable",
        Outcome::NotSelected => "not selected",
    }
}

/// The outcome as the first thing that is read.
const fn headline(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "PASS (fault not found)",
        Outcome::Fail => "FAIL (fault found)",
        Outcome::Unknown => "UNKNOWN (it can't be told)",
        Outcome::Error => "ERROR (the rule could not be evaluated)",
        Outcome::NotApplicable => "NOT APPLICABLE",
        Outcome::NotSelected => "NOT SELECTED",
    }
}

const fn paint_of(outcome: Outcome) -> Paint {
    match outcome {
        Outcome::Pass => Paint::Good,
        Outcome::Fail => Paint::Bad,
        Outcome::Unknown | Outcome::Error => Paint::Open,
        Outcome::NotApplicable | Outcome::NotSelected => Paint::Heading,
    }
}

/// How much of a verdict is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    /// The trees that it carries, where it carries them.
    pub(crate) explained: bool,
    /// Of checks that hold too what was expected and found; else a line each.
    pub(crate) all: bool,
}

/// What is wrong comes first, then why it matters, what else shows it, what holds, and what to do.
pub(crate) fn write(out: &mut impl Write, verdict: &Verdict, shown: Shown) -> io::Result<()> {
    let (id, title) = (safe(&verdict.rule.id), safe(&verdict.rule.title));
    let headline = painted(headline(verdict.outcome), paint_of(verdict.outcome));
    writeln!(out, "{headline}  {id}  {title}")?;
    header(out, verdict)?;
    if shown.explained {
        writeln!(out, "\n{}", explain::LEGEND)?;
        explain::applicability(out, &verdict.applicability)?;
    }
    let (mut open, rest): (Vec<_>, Vec<_>) =
        verdict.checks.iter().partition(|check| is_open(check.result));
    // What is wrong before what can't be told; within that, the rule's order.
    open.sort_by_key(|check| check.result != Truth::False);
    if let Some(first) = open.first() {
        let what = match first.result {
            Truth::False => "What is wrong",
            _ => "What can't be told",
        };
        let (number, of) = (tally(&open), text::count(verdict.checks.len() as u64, "check"));
        heading(out, &format!("{what} ({number} of {of})"))?;
        open.into_iter().try_for_each(|check| write_check(out, check))?;
    }
    why_it_matters(out, verdict)?;
    if !verdict.remarks.is_empty() {
        heading(out, "Also noticed (it changes no outcome)")?;
        verdict.remarks.iter().try_for_each(|remark| write_remark(out, remark))?;
    }
    if !verdict.differences.is_empty() {
        differences(out, &verdict.differences)?;
    }
    remnants(out, &verdict.remnants)?;
    signs::write(out, verdict)?;
    if !rest.is_empty() {
        heading(out, &format!("What holds ({})", tally(&rest)))?;
        rest.into_iter().try_for_each(|check| match shown.all {
            true => write_check(out, check),
            false => in_short(out, check, &verdict.hive.path),
        })?;
    }
    if !verdict.next_steps.is_empty() {
        heading(out, "What to do next")?;
        for (number, step) in verdict.next_steps.iter().enumerate() {
            write!(out, "  {}. ", number + 1)?;
            rest_of_line(out, 5, step)?;
        }
    }
    if !verdict.see_also.is_empty() {
        writeln!(out, "\nSee also: Microsoft KB {}", safe(&verdict.see_also.join(", ")))?;
    }
    writeln!(out)
}

fn heading(out: &mut impl Write, words: &str) -> io::Result<()> {
    writeln!(out, "\n{}", painted(&format!("{}:", safe(words)), Paint::Heading))
}

/// What the rule is about, and whether that concerns this hive.
fn why_it_matters(out: &mut impl Write, verdict: &Verdict) -> io::Result<()> {
    if !verdict.checks.is_empty() {
        let asked = verdict.outcome == Outcome::Pass;
        heading(out, if asked { "What was asked" } else { "Why it matters" })?;
    }
    let mut lines = Labelled::new(out, 2, 11);
    if !verdict.checks.is_empty() && !verdict.rule.description.is_empty() {
        lines.line("about", &verdict.rule.description)?;
    }
    let applies = match verdict.applicability.value {
        Applies::Applicable => "yes",
        Applies::NotApplicable => "no",
        Applies::Undetermined => "can't be told",
    };
    let mut reasons = verdict.applicability.reasons.iter();
    match reasons.next() {
        Some(first) => lines.line("applies", &format!("{applies}: {first}"))?,
        None => lines.line("applies", applies)?,
    }
    lines.lines("", reasons)
}

/// The same in a line, with the first reason why the rule doesn't apply.
pub(crate) fn write_line(out: &mut impl Write, verdict: &Verdict) -> io::Result<()> {
    let (id, title) = (safe(&verdict.rule.id), safe(&verdict.rule.title));
    write!(out, "{}  {id}  {title}", headline(verdict.outcome))?;
    if let Some(set) = &verdict.control_set {
        write!(out, " ({})", safe(set))?;
    }
    match verdict.applicability.reasons.first() {
        Some(reason) if verdict.outcome == Outcome::NotApplicable => {
            writeln!(out, ": {}", safe(reason))
        }
        _ => writeln!(out),
    }
}

/// What is to be said of a hive that was not as it should be when it was read.
pub(crate) fn state(hive: &HiveInfo) -> &'static str {
    match (hive.dirty, hive.recovery.as_str()) {
        (false, _) => "",
        (true, "recovered") => ", dirty, recovered from its logs",
        (true, "mirror") => ", unreadable, its mirror stands in",
        (true, _) => ", dirty",
    }
}

fn is_open(result: Truth) -> bool {
    !matches!(result, Truth::True | Truth::NotApplicable)
}

fn header(out: &mut impl Write, verdict: &Verdict) -> io::Result<()> {
    let mut lines = Labelled::new(out, 2, 11);
    let hive = &verdict.hive;
    let state = state(hive);
    lines.line("hive", &format!("{} (format {}{state})", hive.path, hive.format))?;
    if let Some(sha256) = &hive.sha256 {
        lines.line("sha256", sha256)?;
    }
    if let Some(mount) = &hive.mounted_at {
        lines.line("mounted at", mount)?;
    }
    if let Some(computer) = &hive.computer {
        lines.line("computer", computer)?;
    }
    if let Some(set) = &verdict.control_set {
        let roles = verdict.control_set_roles.join(", ");
        let roles = if roles.is_empty() { roles } else { format!(" ({roles})") };
        lines.line("control set", &format!("{set}{roles}"))?;
    }
    if let Some(second) = verdict.second_reader.as_ref().filter(|it| it.asked + it.not_asked > 0) {
        lines.line("read twice", &second_reading(second))?;
    }
    lines.lines("damage", hive.damage.iter().map(text::damage))?;
    lines.lines("note", &verdict.notes)
}

/// What the second reader says, in one line.
fn second_reading(second: &SecondReading) -> String {
    let mut text = format!("{} agrees on {} of {}", second.reader, second.agrees, second.asked);
    if second.differs > 0 {
        text.push_str(&format!("; DIFFERS on {}", second.differs));
    }
    if second.damaged > 0 {
        text.push_str(&format!("; damage stands in its way at {}", second.damaged));
    }
    let others = second.not_asked.saturating_sub(second.not_asked_security);
    if second.not_asked_security > 0 {
        text.push_str(&format!(
            "; not asked of {} (it reads no security records)",
            second.not_asked_security
        ));
    }
    if others > 0 {
        text.push_str(&format!("; not asked of {others} (beyond what it can read or compare)"));
    }
    text
}

fn tally(checks: &[&CheckResult]) -> String {
    let number =
        |wanted: &[Truth]| checks.iter().filter(|check| wanted.contains(&check.result)).count();
    let mut parts = Vec::new();
    for (number, words) in [
        (number(&[Truth::False]), "failed"),
        (number(&[Truth::Unknown, Truth::Error, Truth::NotEvaluated]), "unknown"),
        (number(&[Truth::True]), "hold"),
        (number(&[Truth::NotApplicable]), "not applicable"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {words}"));
        }
    }
    parts.join(", ")
}

fn word(result: Truth) -> &'static str {
    match result {
        Truth::True => "ok",
        Truth::False => "FAIL",
        Truth::Unknown | Truth::NotEvaluated => "UNKNOWN",
        Truth::Error => "ERROR",
        Truth::NotApplicable => "n/a",
    }
}

fn write_check(out: &mut impl Write, check: &CheckResult) -> io::Result<()> {
    let paint = match check.result {
        Truth::True => Paint::Good,
        Truth::False => Paint::Bad,
        Truth::NotApplicable => Paint::Heading,
        _ => Paint::Open,
    };
    let word = painted(&format!("{:7}", word(check.result)), paint);
    writeln!(out, "  {word}  {}: {}", safe(&check.id), safe(&check.title))?;
    if check.tree.is_some() {
        explain::check(out, check, 11)?;
    } else {
        why(out, check)?;
    }
    let remedy = check.remedy.as_ref().filter(|_| check.result == Truth::False);
    remedy.map_or(Ok(()), |remedy| Labelled::new(out, 11, 8).line("remedy", remedy))
}

/// A check in a line, with the places of the records that it rests on; where it makes no sense, with the reason.
fn in_short(out: &mut impl Write, check: &CheckResult, hive: &str) -> io::Result<()> {
    const MOST_PLACES: usize = 3;
    let applies = check.result != Truth::NotApplicable;
    let paint = if applies { Paint::Good } else { Paint::Heading };
    write!(out, "  {}  ", painted(&format!("{:7}", word(check.result)), paint))?;
    let mut text = format!("{}: {}", check.id, check.title);
    if !applies {
        text.push_str(&format!(": {}", check.found));
        return rest_of_line(out, 11, &text);
    }
    let mut places: Vec<_> = check.evidence.iter().map(|it| short_place(it, hive)).collect();
    let more = places.len().saturating_sub(MOST_PLACES);
    places.truncate(MOST_PLACES);
    if more > 0 {
        places.push(format!("{more} more"));
    }
    if !places.is_empty() {
        text.push_str(&format!(" ({})", places.join(", ")));
    }
    rest_of_line(out, 11, &text)
}

/// Where a record stands, in as few words as will do: `nk at 0x1c9c`.
fn short_place(evidence: &Evidence, hive: &str) -> String {
    let of = if evidence.file == hive { String::new() } else { format!(" of {}", evidence.file) };
    match (evidence.line, evidence.file_offset) {
        (Some(line), _) => format!("line {line}{of}"),
        (None, Some(offset)) => format!("{} at {offset:#x}{of}", record(evidence.kind)),
        (None, None) => format!("no {} can be located", record(evidence.kind)),
    }
}

/// What a check asked for, what was found, and where.
fn why(out: &mut impl Write, check: &CheckResult) -> io::Result<()> {
    let mut lines = Labelled::new(out, 11, 8);
    lines.line("expected", &check.expected)?;
    lines.line("found", &check.found)?;
    if check.result != Truth::NotApplicable {
        lines.lines("at", check.evidence.iter().map(place))?;
    }
    if is_open(check.result) {
        lines.lines("sddl", check.evidence.iter().filter_map(|evidence| evidence.sddl.as_ref()))?;
        lines.lines(
            "bytes",
            check.evidence.iter().filter(|it| it.kind == EvidenceKind::Value).filter_map(bytes),
        )?;
    }
    Ok(())
}

fn write_remark(out: &mut impl Write, remark: &CheckResult) -> io::Result<()> {
    let (word, so) = match remark.result {
        Truth::False => ("note", "does not hold"),
        open => (word(open), "can't be told"),
    };
    writeln!(out, "  {word:7}  {}: {so}: {}", safe(&remark.id), safe(&remark.title))?;
    if remark.tree.is_some() {
        explain::check(out, remark, 11)?;
    } else {
        let mut lines = Labelled::new(out, 11, 8);
        lines.line("found", &remark.found)?;
        lines.lines("at", remark.evidence.iter().map(place))?;
    }
    let advice = remark.remedy.as_ref().filter(|_| remark.result == Truth::False);
    advice.map_or(Ok(()), |advice| Labelled::new(out, 11, 8).line("advice", advice))
}

/// Where a record stands, when its key was written, and what the second reader says.
fn place(evidence: &Evidence) -> String {
    let key = key_of(evidence);
    let mut text = match (evidence.file_offset, evidence.cell, evidence.log_entry) {
        // What the record is read from stands between its place and its key.
        (Some(_), Some(_), Some(_)) => format!("{}, of {key}", where_it_stands(evidence)),
        (Some(_), Some(_), None) => format!("{} of {key}", where_it_stands(evidence)),
        _ => match evidence.line {
            Some(_) => format!("{}: {key}", where_it_stands(evidence)),
            None => format!("{} for {key}", where_it_stands(evidence)),
        },
    };
    if let Some(time) = evidence.last_written {
        text.push_str(&format!(", written {time}"));
    }
    let said = second_opinion(evidence);
    if !said.is_empty() {
        text.push_str(&format!("; {said}"));
    }
    text
}

fn key_of(evidence: &Evidence) -> &str {
    if evidence.key.is_empty() { "the root key" } else { &evidence.key }
}

/// The signature of a record.
const fn record(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Key => "nk",
        EvidenceKind::Value => "vk",
        EvidenceKind::Security => "sk",
    }
}

/// The record's place in its file, which is named where it isn't the evaluated hive's.
pub(crate) fn where_it_stands(evidence: &Evidence) -> String {
    let record = record(evidence.kind);
    match (evidence.file_offset, evidence.cell, evidence.log_entry, evidence.line) {
        (Some(offset), Some(cell), None, _) => {
            format!("{record} at file offset {offset:#x}{} (cell {cell})", of_file(evidence))
        }
        (Some(offset), Some(cell), Some(entry), _) => {
            let file = &evidence.file;
            format!(
                "{record} at file offset {offset:#x} of {file}, log entry {entry} (cell {cell})"
            )
        }
        (_, _, _, Some(line)) => format!("line {line}{}", of_file(evidence)),
        _ => format!("no {record} can be located"),
    }
}

fn of_file(evidence: &Evidence) -> String {
    match evidence.hive {
        HiveName::System => String::new(),
        _ => format!(" of {}", evidence.file),
    }
}

/// What the second reader says of a record; empty where that is nothing.
pub(crate) fn second_opinion(evidence: &Evidence) -> &'static str {
    match evidence.confirmed {
        Confirmation::Agrees => "second reader agrees",
        Confirmation::Differs => "second reader DIFFERS",
        Confirmation::Damaged if evidence.finding != Finding::Found => "",
        Confirmation::Damaged => "damage stands in the second reader's way",
        Confirmation::NotAsked => "",
    }
}

pub(crate) fn bytes(evidence: &Evidence) -> Option<String> {
    evidence.data.as_ref().map(shown_bytes)
}

/// The first bytes of data.
fn shown_bytes(data: &HexBytes) -> String {
    let shown = data
        .0
        .iter()
        .take(MOST_BYTES_SHOWN)
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .join(" ");
    let more = data.0.len().saturating_sub(MOST_BYTES_SHOWN);
    if more > 0 { format!("{shown} ... and {more} more") } else { shown }
}

fn differences(out: &mut impl Write, differences: &[Difference]) -> io::Result<()> {
    let mut last = "";
    for difference in differences {
        if difference.control_set != last {
            let good = if difference.last_known_good { " (the last known good one)" } else { "" };
            writeln!(out, "\nDifferences to {}{good}:", safe(&difference.control_set))?;
            last = &difference.control_set;
        }
        let value =
            difference.value.as_ref().map(|value| format!(", value {value}")).unwrap_or_default();
        let of = if difference.subject == EvidenceKind::Security { "security of " } else { "" };
        writeln!(out, "  {}", safe(&format!("{of}{}{value}", difference.key)))?;
        let at = |time: Option<coldhive::hive::FileTime>| {
            time.map(|time| format!("  (key written {time})")).unwrap_or_default()
        };
        let mut lines = Labelled::new(out, 4, 5);
        lines.line("here", &format!("{}{}", difference.here, at(difference.here_last_written)))?;
        lines
            .line("there", &format!("{}{}", difference.there, at(difference.there_last_written)))?;
    }
    Ok(())
}

/// Deleted keys and values where the rule looks.
fn remnants(out: &mut impl Write, remnants: &[Remnant]) -> io::Result<()> {
    if remnants.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nDeleted, and still to be read:")?;
    for remnant in remnants {
        let value =
            remnant.value.as_ref().map(|value| format!(", value {value}")).unwrap_or_default();
        writeln!(out, "  {}", safe(&format!("{}{value}", remnant.stood)))?;
        let mut lines = Labelled::new(out, 4, 10);
        lines.line(remnant.certainty.word(), &remnant.reason)?;
        if let Some(offset) = remnant.file_offset {
            let entry = remnant.log_entry.map(|entry| format!(", log entry {entry}"));
            let (file, entry) = (&remnant.file, entry.unwrap_or_default());
            lines.line("at", &format!("file offset {offset:#x} of {file}{entry}"))?;
        }
        if let Some(time) = remnant.last_written {
            lines.line("written", &time.to_string())?;
        }
        for value in &remnant.values {
            let name = if value.name.is_empty() { "(default)" } else { &value.name };
            let data = value.text.clone().unwrap_or_else(|| shown_bytes(&value.data));
            lines.line("value", &format!("{name} = {} {data}", value.value_type))?;
        }
    }
    Ok(())
}
