//! `coldhive deleted`.

use std::io::{self, Write};

use coldhive::hive::{KeyRemnantReport, OwnerReport, RemnantReport, ValueRemnantReport, ValueType};
use coldhive::rules::text_of;
use coldhive::{Case, DeletedReport};

use crate::args::{DeletedArgs, ViewFormat};
use crate::text::{self, Labelled, count};
use crate::{Status, files, open};

pub(crate) fn run(args: &DeletedArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let report = case.deleted(args.under.as_deref(), !args.no_hash);
    match args.format {
        ViewFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            writeln!(out)?;
        }
        ViewFormat::Text => write(out, &case, &report)?,
    }
    Ok(Status::Good)
}

fn write(out: &mut impl Write, case: &Case, report: &DeletedReport) -> io::Result<()> {
    let mut lines = Labelled::new(out, 0, 15);
    lines.line("hive", &report.hive.path)?;
    files::write(&mut lines, &report.hive.files)?;
    text::state(&mut lines, case)?;
    lines.lines("note", case.notes())?;
    let totals = &report.totals;
    let searched = [
        (totals.free_bytes, "free"),
        (totals.unreferenced_bytes, "unreferenced"),
        (totals.gap_bytes, "where no cells can be made out"),
        (totals.bytes_behind_bins, "behind the last bin"),
    ];
    let searched: Vec<_> = searched
        .into_iter()
        .filter(|(bytes, _)| *bytes > 0)
        .map(|(bytes, what)| format!("{bytes} {what}"))
        .collect();
    let searched = if searched.is_empty() { "0".into() } else { searched.join(", ") };
    lines.line("searched", &format!("bytes: {searched}, and the slack of cells in use"))?;
    if let Some(under) = &report.under {
        lines.line("under", &text::key(under))?;
    }
    let keys =
        report.remnants.iter().filter(|found| matches!(found, RemnantReport::Key(_))).count();
    let values = report.remnants.len() - keys;
    let found = format!(
        "{}, and {} that no deleted key lists",
        count(keys as u64, "key"),
        count(values as u64, "value")
    );
    lines.line("found", &found)?;
    if !report.complete {
        lines.line("", "not all of it was searched: the hive is made to keep readers busy")?;
    }
    for remnant in &report.remnants {
        writeln!(out)?;
        match remnant {
            RemnantReport::Key(key) => write_key(out, case, key)?,
            RemnantReport::Value(value) => write_value(out, case, value)?,
        }
    }
    Ok(())
}

fn write_key(out: &mut impl Write, case: &Case, key: &KeyRemnantReport) -> io::Result<()> {
    writeln!(out, "key {}", text::safe(&text::key(&key.path.text)))?;
    let mut lines = Labelled::new(out, 4, 10);
    lines.line(key.path.certainty.word(), &key.reason)?;
    lines.line("node", &text::place(&case.place(key.file_offset)))?;
    lines.line("written", &key.last_written.to_string())?;
    if let Some(class) = &key.class {
        lines.line("class", class)?;
    }
    for value in &key.values {
        lines.line("value", &format!("{} = {}", name(&value.name), data(value)))?;
        lines.lines("", value.damage.iter().map(|damage| text::placed_damage(damage, case)))?;
    }
    lines.lines("damage", key.damage.iter().map(|damage| text::placed_damage(damage, case)))
}

fn write_value(out: &mut impl Write, case: &Case, value: &ValueRemnantReport) -> io::Result<()> {
    let owner = match &value.owner {
        OwnerReport::Living { path: Some(path), .. } => format!("of the key {}", text::key(path)),
        OwnerReport::Living { cell, .. } => format!("of the living key in cell {cell}"),
        OwnerReport::Deleted { cell } => format!("of the deleted key in cell {cell}"),
        OwnerReport::Unknown => "of a key that isn't known".into(),
    };
    writeln!(out, "value {} {}", text::safe(&name(&value.name)), text::safe(&owner))?;
    let mut lines = Labelled::new(out, 4, 10);
    lines.line(value.certainty.word(), &value.reason)?;
    lines.line("record", &text::place(&case.place(value.file_offset)))?;
    lines.line("data", &data(value))?;
    lines.lines("damage", value.damage.iter().map(|damage| text::placed_damage(damage, case)))
}

/// A value's name; the default value's is empty.
fn name(name: &str) -> String {
    if name.is_empty() { "(default)".into() } else { name.into() }
}

/// A value's type and data, cut after some characters: JSON has all.
fn data(value: &ValueRemnantReport) -> String {
    const MOST_SHOWN: usize = 200;
    let value_type = ValueType::new(value.value_type);
    let shown = text_of(value_type, &value.data.0).unwrap_or_else(|| value.data.to_string());
    let mut characters = shown.chars();
    let mut shown: String = characters.by_ref().take(MOST_SHOWN).collect();
    if characters.next().is_some() {
        shown.push_str("...");
    }
    let size = count(value.size.into(), "byte");
    if shown.is_empty() {
        format!("{value_type}, {size}")
    } else {
        format!("{value_type} {shown} ({size})")
    }
}
