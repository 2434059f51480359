//! `coldhive winsock`.

use std::io::{self, Write};

use coldhive::WinsockReport;
use coldhive::system::KeyFacts;

use crate::args::{ViewFormat, WinsockArgs};
use crate::text::{self, Labelled, count, field, list, safe};
use crate::{Status, complain, open};

pub(crate) fn run(args: &WinsockArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let view = match case.winsock_view(args.control_set, !args.no_hash) {
        Ok(view) => view,
        Err(reason) => {
            complain(&format!("{}: {reason}", case.path()));
            return Ok(Status::Gaps);
        }
    };
    match args.format {
        ViewFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &view)?;
            writeln!(out)?;
        }
        ViewFormat::Text => {
            let mut lines = Labelled::new(out, 0, 11);
            let hive = &view.hive;
            let state = if hive.dirty { ", dirty" } else { "" };
            lines.line("hive", &format!("{} (format {}{state})", hive.path, hive.format))?;
            if let Some(sha256) = &hive.sha256 {
                lines.line("sha256", sha256)?;
            }
            lines.lines("damage", hive.damage.iter().map(text::damage))?;
            lines.lines("note", &view.notes)?;
            view.control_sets.iter().try_for_each(|report| write(out, report))?;
        }
    }
    let found = view.control_sets.iter().any(|report| report.winsock.is_some());
    Ok(if found && !view.hive.is_cut_short() { Status::Good } else { Status::Gaps })
}

fn write(out: &mut impl Write, report: &WinsockReport) -> io::Result<()> {
    writeln!(out, "{}", safe(&report.control_set))?;
    for problem in &report.problems {
        writeln!(out, "  problem: {}", safe(problem))?;
    }
    if let Some(winsock) = &report.winsock {
        key(out, 2, winsock)?;
    }
    if let Some(parameters) = &report.parameters {
        key(out, 2, &parameters.key)?;
        Labelled::new(out, 4, 22).line("Transports", &list(&parameters.transports))?;
    }
    if let Some(migration) = &report.setup_migration {
        key(out, 2, &migration.key)?;
        let mut lines = Labelled::new(out, 4, 22);
        lines.line("Provider List", &list(&migration.provider_list))?;
        lines.line("Known Static Providers", &list(&migration.known_static_providers))?;
        lines.line(
            "Setup Version",
            &field(&migration.setup_version, |version| format!("{version:#x}")),
        )?;
        for provider in &migration.providers {
            key(out, 4, &provider.key)?;
            let mut lines = Labelled::new(out, 6, 20);
            lines.line("Provider ID", &field(&provider.id, Clone::clone))?;
            if provider.winsock1_data.value.is_some()
                || provider.winsock1_data.problem.as_deref() != Some("absent")
            {
                let bytes = |data: &coldhive::rules::HexBytes| count(data.0.len() as u64, "byte");
                lines.line("WinSock 1.1 data", &field(&provider.winsock1_data, bytes))?;
            }
        }
        for damage in &migration.damaged_providers {
            writeln!(
                out,
                "    an entry of Providers can't be read: {}",
                safe(&text::damage(damage))
            )?;
        }
    }
    for transport in &report.transports {
        writeln!(out, "  transport {}", safe(&transport.name))?;
        let Some(facts) = &transport.key else { continue };
        key(out, 4, facts)?;
        let mut lines = Labelled::new(out, 6, 20);
        if let Some(dll) = &transport.helper_dll {
            lines.line("HelperDllName", &field(dll, Clone::clone))?;
        }
        if let (Some(min), Some(max)) =
            (&transport.min_sockaddr_length, &transport.max_sockaddr_length)
        {
            let text = |length: &u32| length.to_string();
            lines.line(
                "sockaddr length",
                &format!("{} to {} bytes", field(min, text), field(max, text)),
            )?;
        }
        if let Some(mapping) = &transport.mapping {
            lines.line("Mapping", &field(mapping, |rows| mapping_text(rows)))?;
        }
    }
    Ok(())
}

/// The first rows of a mapping as (family, type, protocol).
fn mapping_text(rows: &[coldhive::system::winsock::MappingRow]) -> String {
    const SHOWN: usize = 4;
    let shown = rows
        .iter()
        .take(SHOWN)
        .map(|row| format!("({}, {}, {})", row.address_family, row.socket_type, row.protocol));
    let more = if rows.len() > SHOWN { ", ..." } else { "" };
    let shown: Vec<_> = shown.collect();
    format!(
        "{} (family, type, protocol): {}{more}",
        count(rows.len() as u64, "row"),
        shown.join(", ")
    )
}

fn key(out: &mut impl Write, indent: usize, facts: &KeyFacts) -> io::Result<()> {
    writeln!(out, "{:indent$}{}", "", safe(&facts.path))?;
    let mut lines =
        Labelled::new(out, indent + 2, 22_usize.saturating_sub(indent.saturating_sub(2)));
    let mut place = Vec::new();
    if let (Some(offset), Some(cell)) = (facts.file_offset, facts.cell) {
        place.push(format!("file offset {offset:#x} (cell {cell})"));
    }
    place.extend(facts.last_written.map(|time| format!("written {time}")));
    if !place.is_empty() {
        lines.line("nk", &place.join(", "))?;
    }
    if let Some(owner) = &facts.owner {
        let name = facts.owner_name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        lines.line("owner", &format!("{owner}{name}"))?;
    }
    if let Some(sddl) = &facts.sddl {
        lines.line("SDDL", sddl)?;
    }
    if let Some(problem) = &facts.security_problem {
        lines.line("security", problem)?;
    }
    lines.lines("damage", facts.damage.iter().map(text::damage))
}
