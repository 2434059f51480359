//! `coldhive info`.

use std::io::{self, Write};

use coldhive::Info;
use coldhive::system::{Confidence, ServicePack};

use crate::args::{InfoArgs, ViewFormat};
use crate::text::{self, Labelled, count, field, list};
use crate::{Status, complain, files, machine, open, open_beside};

/// The most pieces of damage that are listed in text; JSON has all.
const MOST_DAMAGE: usize = 20;

pub(crate) fn run(args: &InfoArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let software = args.software.as_deref().map(|path| {
        open_beside(path, &args.source).map_err(|error| complain(&error.to_string())).ok()
    });
    let unread = matches!(software, Some(None));
    let info = case.info_with(!args.no_hash, software.flatten().as_ref());
    match args.format {
        ViewFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &info)?;
            writeln!(out)?;
        }
        ViewFormat::Text => write(out, &info)?,
    }
    let whole = info.root.is_some() && !info.cut_short;
    Ok(if whole && !unread { Status::Good } else { Status::Gaps })
}

fn write(out: &mut impl Write, info: &Info) -> io::Result<()> {
    let mut lines = Labelled::new(out, 0, 15);
    lines.line("hive", &info.path)?;
    files::write(&mut lines, &info.files)?;
    if info.sample {
        lines.line("sample", "made by coldhive-forge, not taken from a machine")?;
    }
    lines.line("format", &format!("{}{}", info.format, format_words(&info.format)))?;
    let (primary, secondary) = info.sequence;
    let state = match (info.dirty, primary == secondary) {
        (false, _) => "clean",
        (true, false) => "dirty: its last write was not finished when it was copied",
        (true, true) => "dirty: the checksum of its base block is wrong",
    };
    lines.line("state", &format!("{state} (sequence numbers {primary} and {secondary})"))?;
    lines.lines("recovery", &info.recovery_note)?;
    if let Some(mount) = &info.mounted_at {
        lines.line("mounted at", mount)?;
    }
    let holds = if info.checksum == info.expected_checksum {
        "holds".to_owned()
    } else {
        format!("wrong, expected {:#010x}", info.expected_checksum)
    };
    lines.line("checksum", &format!("{:#010x} ({holds})", info.checksum))?;
    let zero = if info.last_written.ticks() == 0 { " (not set)" } else { "" };
    lines.line("last written", &format!("{}{zero}", info.last_written))?;
    lines.line("file name", if info.file_name.is_empty() { "(none)" } else { &info.file_name })?;
    lines.line("type, format", &format!("{}, {}", info.file_type, info.file_format))?;
    let behind = match info.bytes_behind_bins {
        _ if info.checksum != info.expected_checksum => {
            " by the base block, which is not believed: the whole file is read".into()
        }
        0 => String::new(),
        bytes => format!(", and {bytes:#x} bytes behind them"),
    };
    lines.line(
        "hive bins",
        &format!(
            "{:#x} bytes{behind}; clustering factor {}",
            info.hive_bins_size, info.clustering_factor
        ),
    )?;
    if info.cut_short {
        lines.line(
            "",
            "the file is cut short: copy the hive again, if the original is still there",
        )?;
    }
    newer_fields(&mut lines, info)?;
    match &info.root {
        Some(root) => lines.line(
            "root key",
            &format!("{} (cell {}), written {}", root.name, info.root_cell, root.last_written),
        )?,
        None => lines.line("root key", &format!("can't be read (cell {})", info.root_cell))?,
    }
    lines.line(
        "content",
        &format!("{}, {}", count(info.keys, "key"), count(info.values, "value")),
    )?;
    control_sets(&mut lines, info)?;
    product(&mut lines, info)?;
    machine::write(&mut lines, info)?;
    let total = info.damage.len();
    lines.line("damage", &if total == 0 { "none".into() } else { format!("{total} found") })?;
    let shown = info.damage.iter().take(MOST_DAMAGE);
    lines.lines("", shown.map(|damage| text::damage(&damage.report())))?;
    if total > MOST_DAMAGE {
        lines.line("", &format!("... and {} more: --format json has all", total - MOST_DAMAGE))?;
    }
    Ok(())
}

fn format_words(format: &str) -> &'static str {
    match format {
        "1.1" => " (Windows NT 3.1)",
        "1.2" => " (Windows NT 3.5, 3.51)",
        "1.3" => " (Windows NT 4.0, 2000; later systems save so too)",
        "1.4" => " (a beta of Windows XP)",
        "1.5" => " (Windows XP and later)",
        "1.6" => " (layered keys: containers, differencing hives)",
        _ => " (unknown)",
    }
}

fn newer_fields(lines: &mut Labelled<'_, impl Write>, info: &Info) -> io::Result<()> {
    let Some(newer) = &info.newer_fields else { return Ok(()) };
    let mut parts = Vec::new();
    if newer.has_transaction_fields {
        parts.push(format!("transaction manager fields, flags {:#x}", newer.flags));
    }
    if newer.written_by_offreg {
        parts.push("written by offreg.dll".into());
    }
    // 1 and 2 are marks, not times.
    if newer.last_reorganized > 2 {
        parts.push(format!(
            "last reorganized {}",
            coldhive::hive::FileTime::new(newer.last_reorganized)
        ));
    }
    if parts.is_empty() { Ok(()) } else { lines.line("newer fields", &parts.join("; ")) }
}

fn control_sets(lines: &mut Labelled<'_, impl Write>, info: &Info) -> io::Result<()> {
    let names =
        if info.control_sets.is_empty() { "none".into() } else { info.control_sets.join(", ") };
    lines.line("control sets", &names)?;
    if let Some(select) = &info.select {
        let text = format!(
            "Current {}, Default {}, Failed {}, LastKnownGood {}",
            field(&select.current, ToString::to_string),
            field(&select.default, ToString::to_string),
            field(&select.failed, ToString::to_string),
            field(&select.last_known_good, ToString::to_string),
        );
        lines.line("Select", &text)?;
    }
    lines.lines("note", &info.control_set_notes)
}

fn product(lines: &mut Labelled<'_, impl Write>, info: &Info) -> io::Result<()> {
    let Some(family) = info.family else { return Ok(()) };
    let set = info.current_control_set.as_deref().unwrap_or_default();
    let sure = match info.family_confidence {
        Some(confidence) if confidence != Confidence::Undetermined => format!(", {confidence}"),
        _ => String::new(),
    };
    lines.line("product", &format!("{family} ({set}){sure}"))?;
    lines.lines("told by", &info.family_reasons)?;
    lines.lines("against it", &info.family_contradictions)?;
    if let Some(kind) = &info.product_type {
        lines.line("product type", &field(kind, |kind| format!("{kind}{}", type_words(kind))))?;
    }
    if let Some(suite) = &info.product_suite {
        lines.line("product suite", &list(suite))?;
    }
    if let Some(pack) = &info.service_pack {
        let words = |pack: &u32| format!("{pack:#x} ({})", ServicePack(*pack));
        lines.line("service pack", &field(pack, words))?;
    }
    Ok(())
}

fn type_words(kind: &str) -> &'static str {
    match kind.to_ascii_lowercase().as_str() {
        "winnt" => " (workstation)",
        "servernt" => " (server)",
        "lanmannt" => " (domain controller)",
        _ => "",
    }
}
