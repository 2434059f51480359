//! `coldhive acl`.

use std::io::{self, Write};

use coldhive::security::{AccessMask, Verdict};
use coldhive::{
    AccessReport, AclPart, AclReport, Case, DecisionReport, DeclaredToken, DescriptorReport,
    Granted, RecordPlace, RulesUsed, Trustee, TrusteeRights,
};

use crate::args::{AclArgs, ViewFormat};
use crate::text::{self, Labelled, count, safe};
use crate::{Status, complain, files, open, writable};

/// The width of the labels in text.
pub(crate) const LABELS: usize = 12;

pub(crate) fn run(args: &AclArgs, out: &mut impl Write) -> io::Result<Status> {
    if args.rights.is_some() && args.principals.is_none() && args.writable_by.is_none() {
        complain("--rights asks what somebody may do: say who with --as or --writable-by");
        return Ok(Status::Usage);
    }
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    // The status is the finding's, however much of it is still read.
    let out = &mut text::UntilClosed::new(out);
    let Some(key) = &args.key else { return writable::run(args, &case, out) };
    let question = args.principals.as_ref().map(|principals| args.question(principals));
    let report = case.acl(key, question.as_ref(), !args.no_hash);
    if args.format == ViewFormat::Json {
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)?;
    } else if report.key.is_some() {
        write(out, &case, &report)?;
    }
    if let Some(problem) = &report.problem {
        out.flush()?;
        complain(&format!("{}: {key}: {problem}", case.path()));
    }
    Ok(status(args, &report))
}

fn status(args: &AclArgs, report: &AclReport) -> Status {
    let cut_short = report.hive.is_cut_short();
    let Some(_) = args.rights else {
        return if report.is_whole() && !cut_short { Status::Good } else { Status::Gaps };
    };
    match report.access.as_ref().and_then(|access| access.answer) {
        Some(Granted::Granted) => Status::Good,
        Some(Granted::NotGranted) => Status::Failed,
        Some(Granted::Unknown) | None => Status::Gaps,
    }
}

fn write(out: &mut impl Write, case: &Case, report: &AclReport) -> io::Result<()> {
    let mut lines = Labelled::new(out, 0, LABELS);
    lines.line("hive", &report.hive.path)?;
    files::write(&mut lines, &report.hive.files)?;
    text::state(&mut lines, case)?;
    lines.lines("note", case.notes().into_iter().chain(report.notes.iter().cloned()))?;
    lines.lines("damage", report.hive.damage.iter().map(text::damage))?;
    if let Some(key) = &report.key {
        lines.line("key", &text::key(&key.path))?;
        lines.lines("by link", &key.links)?;
        if let Some(node) = &key.node {
            lines.line("node", &place(node))?;
        }
        if let Some(time) = key.last_written {
            lines.line("written", &time.to_string())?;
        }
    }
    if let Some(descriptor) = &report.descriptor {
        descriptor_lines(&mut lines, descriptor)?;
        acl(out, "DACL", &descriptor.dacl)?;
        acl(out, "SACL", &descriptor.sacl)?;
        matrix(out, &descriptor.trustees)?;
        // On a line of its own, to be copied.
        writeln!(out, "\nSDDL\n{}", safe(&descriptor.sddl))?;
        if let Some(problem) = &descriptor.sddl_problem {
            writeln!(out, "({})", safe(problem))?;
        }
    }
    report.access.as_ref().map_or(Ok(()), |access| access_lines(out, access))
}

fn descriptor_lines(
    lines: &mut Labelled<'_, impl Write>,
    descriptor: &DescriptorReport,
) -> io::Result<()> {
    lines.line("record", &place(&descriptor.record))?;
    let (size, keys) = (descriptor.size as u64, count(descriptor.references.into(), "key"));
    lines.line("", &format!("{}, used by {keys} as it says", count(size, "byte")))?;
    lines.line("control", &format!("{:#06x}", descriptor.control.bits()))?;
    lines.lines("", &descriptor.control_words)?;
    let is_missing = |code| descriptor.observations.iter().any(|found| found.code == code);
    for (label, part, code) in
        [("owner", &descriptor.owner, "no_owner"), ("group", &descriptor.group, "no_group")]
    {
        let shown = match part {
            Some(found) => trustee(found),
            None if is_missing(code) => "none".into(),
            None => "none that can be read".into(),
        };
        lines.line(label, &shown)?;
    }
    let damage = descriptor.damage.iter();
    lines.lines("ill-formed", damage.map(|damage| damage.message.clone()))?;
    let observations = descriptor.observations.iter();
    lines.lines("unusual", observations.map(|observation| observation.message.clone()))
}

/// `Everyone (S-1-1-0)`, or the SID and what its numbers tell.
pub(crate) fn trustee(trustee: &Trustee) -> String {
    trustee.sid.explained()
}

/// `cell 0x1a30, file offset 0x2a34 of SYSTEM`.
pub(crate) fn place(record: &RecordPlace) -> String {
    let place = coldhive::rules::Place {
        file: record.file.clone(),
        offset: record.file_offset,
        log_entry: record.log_entry,
        line: None,
    };
    format!("cell {}, {}", record.cell, text::place(&place))
}

fn acl(out: &mut impl Write, name: &str, acl: &AclPart) -> io::Result<()> {
    let mut facts = vec![acl.state.to_owned()];
    if let (Some(revision), Some(size)) = (acl.revision, acl.size) {
        facts.push(count(acl.aces.len() as u64, "entry"));
        facts.push(format!("revision {revision}, {}", count(size as u64, "byte")));
    }
    if let Some(slack @ 1..) = acl.slack {
        facts.push(format!("{} behind the last entry", count(slack as u64, "byte")));
    }
    writeln!(out, "\n{name}: {}", facts.join(", "))?;
    for ace in &acl.aces {
        writeln!(out, "  {:>3}  {}", ace.index, safe(&ace.plain))?;
        let rights = ace.rights.as_ref().map(|rights| {
            let names = if rights.names.is_empty() { "no right" } else { &rights.names };
            format!("  {:#x} {names}", rights.mask.bits())
        });
        writeln!(out, "       {}{}", safe(&ace.sddl), rights.unwrap_or_default())?;
    }
    Ok(())
}

/// The columns of matrices: each right of a key with the word at its head.
pub(crate) const COLUMNS: [(AccessMask, &str); 10] = [
    (AccessMask::KEY_QUERY_VALUE, "query"),
    (AccessMask::KEY_SET_VALUE, "set"),
    (AccessMask::KEY_CREATE_SUB_KEY, "create"),
    (AccessMask::KEY_ENUMERATE_SUB_KEYS, "enum"),
    (AccessMask::KEY_NOTIFY, "notify"),
    (AccessMask::KEY_CREATE_LINK, "link"),
    (AccessMask::DELETE, "delete"),
    (AccessMask::READ_CONTROL, "r-sd"),
    (AccessMask::WRITE_DAC, "w-dac"),
    (AccessMask::WRITE_OWNER, "w-own"),
];

fn matrix(out: &mut impl Write, rows: &[TrusteeRights]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nWho may do what with this key, each by itself and as one of Everyone")?;
    let heads: Vec<_> = COLUMNS.iter().map(|(_, head)| *head).collect();
    writeln!(out, "  {}", heads.join("  "))?;
    for row in rows {
        let mut line = String::from(" ");
        for (right, head) in COLUMNS {
            let sign = if row.granted.mask.contains(right) {
                '+'
            } else if row.possible.mask.contains(right) {
                '?'
            } else {
                '.'
            };
            line.push_str(&format!(" {sign:<width$} ", width = head.len()));
        }
        let who = row.trustee.as_ref().map_or_else(|| "anybody else".into(), trustee);
        let owner = if row.owner { ", the owner" } else { "" };
        let nobody = if row.placeholder { ", which stands for somebody else" } else { "" };
        writeln!(out, "{line}  {}{owner}{nobody}", safe(&who))?;
    }
    writeln!(out, "  + granted, ? it depends, . not granted")?;
    writeln!(out, "  r-sd: read the permissions; w-dac: change them; w-own: change the owner")
}

fn access_lines(out: &mut impl Write, access: &AccessReport) -> io::Result<()> {
    writeln!(out, "\nAccess")?;
    let mut lines = Labelled::new(out, 2, LABELS - 2);
    token(&mut lines, &access.token)?;
    rules(&mut lines, &access.os_rules)?;
    if let Some(asked) = &access.asked {
        lines.line("asked", &asked.names)?;
    }
    if let Some(answer) = access.answer {
        lines.line(
            "answer",
            match answer {
                Granted::Granted => "granted: all of it, for certain",
                Granted::NotGranted => "not granted: at least one right certainly not",
                Granted::Unknown => "unknown: it hangs on what is not known",
            },
        )?;
    }
    for (label, rights, verdict) in [
        ("granted", &access.granted, Verdict::Granted),
        ("possibly", &access.possible, Verdict::Uncertain),
        ("denied", &access.denied, Verdict::Denied),
    ] {
        if rights.mask.is_empty() {
            if verdict == Verdict::Granted {
                lines.line(label, "nothing for certain")?;
            }
            continue;
        }
        lines.line(label, &rights.names)?;
        let about = |found: &&DecisionReport| rights.mask.intersects(found.rights.mask);
        let decisions = access.decisions.iter().filter(about);
        decisions.map(decision).try_for_each(|why| lines.line("", &why))?;
    }
    limits(&mut lines, &access.limits)?;
    not_modelled(&mut lines)
}

/// What in the descriptor itself may take away what was found.
pub(crate) fn limits(lines: &mut Labelled<'_, impl Write>, limits: &[String]) -> io::Result<()> {
    lines.lines(
        "but",
        limits.iter().map(|ace| {
            format!(
                "{ace} of the SACL may take it away: labels, filters and policies are not judged"
            )
        }),
    )
}

/// `  SET_VALUE: ACE 1 (A;;KA;;;BA) allows`.
pub(crate) fn decision(decision: &DecisionReport) -> String {
    let only = decision.only_by.map(|rules| format!(" (by the rules {rules})"));
    format!("  {}: {}{}", decision.rights.names, decision.why, only.unwrap_or_default())
}

/// The SIDs that were taken.
pub(crate) fn token(lines: &mut Labelled<'_, impl Write>, token: &DeclaredToken) -> io::Result<()> {
    let all: [(&str, &[Trustee]); 3] =
        [("has", &token.has), ("denies by", &token.deny_only), ("lacks", &token.lacks)];
    for (label, trustees) in all {
        let names: Vec<_> = trustees.iter().map(trustee).collect();
        if !names.is_empty() {
            lines.line(label, &names.join(", "))?;
        }
    }
    if !token.open.is_empty() {
        lines.line("may have", &token.open.join(", "))?;
    }
    lines.lines("note", &token.notes)
}

/// By which rules for OWNER RIGHTS.
pub(crate) fn rules(lines: &mut Labelled<'_, impl Write>, used: &RulesUsed) -> io::Result<()> {
    let rules = match used.rules {
        "before-vista" => "as before Windows Vista: OWNER RIGHTS means nothing",
        "vista" => "as from Windows Vista on: OWNER RIGHTS limits what an owner is implied",
        _ => "as before Windows Vista and as from it on: what differs is unknown",
    };
    lines.line("rules", &format!("{rules} ({})", used.why))
}

/// What the answer leaves out.
pub(crate) fn not_modelled(lines: &mut Labelled<'_, impl Write>) -> io::Result<()> {
    lines.lines("left out", coldhive::security::NOT_MODELLED)
}
