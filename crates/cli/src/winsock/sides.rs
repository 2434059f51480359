//! Control sets side by side.

use std::io::{self, Write};

use coldhive::{SideBySide, SideDifference, SideRow};

use super::page::columns;
use crate::text::{count, safe};

/// How wide the table may be. What is wider has a line for each control set.
const WIDTH: usize = 112;

pub(super) fn write(out: &mut impl Write, sides: &SideBySide) -> io::Result<()> {
    let rows = sides.rows.iter();
    let heads = ["", "Side by side"].map(str::to_owned).into_iter();
    let mut table = vec![heads.chain(sides.control_sets.iter().cloned()).collect::<Vec<_>>()];
    table.extend(rows.map(|row| {
        let heads = [mark(row).to_owned(), row.what.clone()];
        heads.into_iter().chain(row.cells.iter().cloned()).collect()
    }));
    let lines = columns(&table);
    writeln!(out)?;
    if lines.iter().all(|line| line.chars().count() <= WIDTH) {
        for line in lines {
            writeln!(out, "{line}")?;
        }
    } else {
        blocks(out, sides)?;
    }
    let differing = count(sides.differing() as u64, "row");
    writeln!(out, "! differs ({differing}); ~ only in order or time of writing")
}

/// What stands before a row that differs.
const fn mark(row: &SideRow) -> &'static str {
    match row.difference {
        Some(SideDifference::Content) => "!",
        Some(_) => "~",
        None => " ",
    }
}

/// Each row in a line where all have the same, and else in a line for each control set.
fn blocks(out: &mut impl Write, sides: &SideBySide) -> io::Result<()> {
    writeln!(out, "Side by side: {}", safe(&sides.control_sets.join(", ")))?;
    for row in &sides.rows {
        let what = safe(&row.what);
        if row.difference.is_none() {
            let cell = row.cells.first().map(String::as_str).unwrap_or_default();
            writeln!(out, "  {what}: {}, in all", safe(cell))?;
            continue;
        }
        writeln!(out, "{} {what}", mark(row))?;
        for (set, cell) in sides.control_sets.iter().zip(&row.cells) {
            writeln!(out, "      {}  {}", safe(set), safe(cell))?;
        }
    }
    Ok(())
}
