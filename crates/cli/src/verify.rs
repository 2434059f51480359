//! `coldhive verify`.

use std::io::{self, Write};

use coldhive::hive::{Finding, Severity};
use coldhive::{Case, VerifyReport};

use crate::args::{VerifyArgs, ViewFormat};
use crate::text::{self, Labelled, count};
use crate::{Status, files, open};

/// How many findings of each severity are listed in text, unless all are asked for.
const MOST_SHOWN: usize = 20;

pub(crate) fn run(args: &VerifyArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let report = case.verify(!args.no_hash);
    // The status is the finding's, however much of it is still read.
    let out = &mut text::UntilClosed::new(out);
    match args.format {
        ViewFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            writeln!(out)?;
        }
        ViewFormat::Text => write(out, &case, &report, args.all)?,
    }
    Ok(if report.verification.is_damaged() { Status::Failed } else { Status::Good })
}

fn write(out: &mut impl Write, case: &Case, report: &VerifyReport, all: bool) -> io::Result<()> {
    let found = &report.verification;
    let mut lines = Labelled::new(out, 0, 15);
    lines.line("hive", &report.hive.path)?;
    files::write(&mut lines, &report.hive.files)?;
    if let Some(mount) = &report.hive.mounted_at {
        lines.line("mounted at", mount)?;
    }
    text::state(&mut lines, case)?;
    let totals = &found.totals;
    lines.line(
        "hive bins",
        &format!("{}, {:#x} bytes", count(totals.bins.into(), "bin"), found.bins_size),
    )?;
    let bytes = |bytes: u32| count(bytes.into(), "byte");
    let cells = |number: u32| count(number.into(), "cell");
    lines.line("in use", &format!("{}, {}", cells(totals.live_cells), bytes(totals.live_bytes)))?;
    lines.line("free", &format!("{}, {}", cells(totals.free_cells), bytes(totals.free_bytes)))?;
    let lost =
        format!("{}, {}", cells(totals.unreferenced_cells), bytes(totals.unreferenced_bytes));
    lines.line("unreferenced", &format!("{lost}, marked as in use, and nothing leads there"))?;
    if totals.gap_bytes > 0 {
        lines.line(
            "no cells",
            &format!("{} in which none can be made out", bytes(totals.gap_bytes)),
        )?;
    }
    if totals.bytes_behind_bins > 0 {
        lines.line("behind bins", &bytes(totals.bytes_behind_bins))?;
    }
    let content = [
        count(found.keys, "key"),
        count(found.values, "value"),
        count(found.security_records.into(), "security record"),
    ];
    lines.line("content", &content.join(", "))?;
    if !found.complete {
        lines.line("", "not all of it was followed: the hive is made to keep readers busy")?;
    }
    lines.line("damage", &verdict(report))?;
    for branch in &found.branches {
        let counts = &branch.findings;
        let notices = match counts.notice {
            0 => String::new(),
            number => format!(", {}", count(number, "notice")),
        };
        lines.line("", &format!("in {}: {} damaged{notices}", branch.name, counts.damage()))?;
    }
    if found.more_branches {
        lines.line("", "and in more keys below the root")?;
    }
    for severity in [Severity::Lost, Severity::Misleading, Severity::Structural] {
        let findings = found.damage.iter().filter(|finding| finding.severity == severity);
        list(&mut lines, case, severity.word(), findings.collect(), all)?;
    }
    list(&mut lines, case, "notice", found.notices.iter().collect(), all)?;
    let left_out = found.damage_left_out.saturating_add(found.notices_left_out);
    if left_out > 0 {
        lines.line("", &format!("{left_out} more are counted, and too many to be listed"))?;
    }
    lines.lines("note", case.notes().iter().chain(&found.notes))
}

fn verdict(report: &VerifyReport) -> String {
    let counts = &report.verification.counts;
    if !report.verification.is_damaged() {
        return "none".into();
    }
    let kinds = [
        (counts.lost, "can't be read"),
        (counts.misleading, "leads astray"),
        (counts.structural, "is bookkeeping that contradicts the rest"),
    ];
    let kinds: Vec<_> = kinds
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    format!(
        "{} found in {}: {}",
        counts.damage(),
        count(report.verification.damaged_keys, "key"),
        kinds.join(", ")
    )
}

fn list(
    lines: &mut Labelled<'_, impl Write>,
    case: &Case,
    label: &str,
    findings: Vec<&Finding>,
    all: bool,
) -> io::Result<()> {
    let shown = if all { findings.len() } else { MOST_SHOWN };
    for (index, finding) in findings.iter().take(shown).enumerate() {
        let label = if index == 0 { label } else { "" };
        lines.line(label, &text::placed_damage(&finding.damage, case))?;
        let keys: Vec<_> = finding.keys.iter().map(|key| text::key(key)).collect();
        if !keys.is_empty() {
            lines.line("", &format!("  key {}", keys.join(", ")))?;
        }
    }
    if findings.len() > shown {
        let more = findings.len() - shown;
        lines.line("", &format!("... and {more} more: --all lists them, --format json has all"))?;
    }
    Ok(())
}
