//! `coldhive winsock`.

mod catalogs;
mod lists;
mod page;
mod security;
mod sides;
mod transports;
mod tree;

use std::io::{self, Write};

use coldhive::{Case, WinsockReport, WinsockView};

use crate::args::{ViewFormat, WinsockArgs};
use crate::text::{self, Labelled, safe};
use crate::{Status, complain, files, open};
use page::Page;

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
        ViewFormat::Text => write(out, &case, &view)?,
    }
    let found = view.control_sets.iter().any(|report| report.winsock.is_some());
    Ok(if found && !view.hive.is_cut_short() { Status::Good } else { Status::Gaps })
}

fn write(out: &mut impl Write, case: &Case, view: &WinsockView) -> io::Result<()> {
    let mut lines = Labelled::new(out, 0, 11);
    lines.line("hive", &format!("{} (format {})", view.hive.path, view.hive.format))?;
    files::write(&mut lines, &view.hive.files)?;
    text::state(&mut lines, case)?;
    lines
        .lines("damage", view.hive.damage.iter().map(|damage| text::placed_damage(damage, case)))?;
    lines.lines("note", &view.notes)?;
    if let Some(sides) = &view.side_by_side {
        sides::write(out, sides)?;
    }
    view.control_sets.iter().try_for_each(|report| page(&mut Page::new(out, case), report))
}

/// One control set.
fn page(page: &mut Page<'_, impl Write>, report: &WinsockReport) -> io::Result<()> {
    let roles = match report.roles.is_empty() {
        true => String::new(),
        false => format!(" ({})", report.roles.join(", ")),
    };
    let name = format!("{}{roles}", safe(&report.control_set));
    writeln!(page.out, "\n{name}\n{}", "=".repeat(name.chars().count()))?;
    let mut lines = page.lines();
    lines.lines("problem", &report.problems)?;
    lists::write(page, report)?;
    transports::write(page, report)?;
    if let Some(winsock2) = &report.winsock2 {
        catalogs::write(page, winsock2)?;
    }
    security::write(page, report)?;
    tree::write(page, report)
}
