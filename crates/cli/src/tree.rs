//! `coldhive tree`.

use std::io::{self, Write};

use coldhive::{TreeBranch, TreeOptions, TreeReport, ValueLine};

use crate::args::{TreeArgs, ViewFormat};
use crate::text::{self, Labelled, Paint, count, painted, safe};
use crate::{Status, complain, get, open};

/// How many findings of damage are told.
const MOST_DAMAGE: usize = 20;

pub(crate) fn run(args: &TreeArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let out = &mut text::UntilClosed::new(out);
    let most = Some(args.max).filter(|most| *most > 0);
    let options = TreeOptions::default().depth(args.depth).values(args.values).most(most);
    let is_json = args.format == ViewFormat::Json;
    let report = case.tree(&args.key, &options, is_json && !args.no_hash);
    if is_json {
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)?;
    } else if let Some(key) = &report.answer.key {
        writeln!(out, "{}", safe(&text::key(&key.path)))?;
        draw(out, &report.branches)?;
        writeln!(out)?;
        let mut lines = Labelled::new(out, 0, 6);
        lines.line("all", &totals(&report))?;
        lines.lines("", left_out(&report))?;
        let notes = report.answer.notes.iter().cloned().chain(case.recovery_note());
        lines.lines("note", notes)?;
        let damage = report.damage.iter().take(MOST_DAMAGE);
        lines.lines("damage", damage.map(|damage| text::placed_damage(damage, &case)))?;
        if let more @ 1.. = report.damage.len().saturating_sub(MOST_DAMAGE) {
            lines.line(
                "",
                &format!("and {}: verify lists all", count(more as u64, "more finding")),
            )?;
        }
    }
    if let Some(problem) = &report.answer.problem {
        out.flush()?;
        complain(&format!("{}: {problem}", case.path()));
    }
    Ok(get::status(report.answer.finding, report.is_whole()))
}

fn totals(report: &TreeReport) -> String {
    format!("{}, {}", count(report.keys, "key"), count(report.values, "value"))
}

fn left_out(report: &TreeReport) -> Vec<String> {
    let mut lines = Vec::new();
    if report.deeper > 0 {
        lines.push(format!("{} deeper than --depth", count(report.deeper, "key")));
    }
    if report.keys_left_out + report.values_left_out > 0 {
        let keys = count(report.keys_left_out, "key");
        let values = count(report.values_left_out, "value");
        lines.push(format!("{keys} and {values} left out: --max 0 shows all"));
    }
    lines
}

/// Draws the keys below the first, which is the start.
fn draw(out: &mut impl Write, branches: &[TreeBranch]) -> io::Result<()> {
    let has_next = followed(branches);
    // Of each level above, whether a line goes on to a key further down.
    let mut open: Vec<bool> = Vec::new();
    for (branch, next) in branches.iter().zip(&has_next) {
        let level = branch.depth;
        open.truncate(level.saturating_sub(1));
        if level > 0 {
            let (mark, link) = (if branch.damaged { " (damaged)" } else { "" }, &branch.link);
            let link = link.as_ref().map(|target| format!(" -> {}", safe(target)));
            let mark = if branch.tombstone { " (tombstone)" } else { mark };
            let name = painted(&safe(&branch.shown), Paint::Heading);
            let corner = if next.sibling { "├── " } else { "└── " };
            writeln!(out, "{}{corner}{name}{}{mark}", lines(&open), link.unwrap_or_default())?;
            open.push(next.sibling);
        }
        let value_lines = format!("{}{}", lines(&open), if next.child { "│   " } else { "    " });
        branch.values.iter().try_for_each(|one| writeln!(out, "{value_lines}{}", value(one)))?;
    }
    Ok(())
}

fn lines(open: &[bool]) -> String {
    open.iter().map(|open| if *open { "│   " } else { "    " }).collect()
}

fn value(value: &ValueLine) -> String {
    let kind = match value.tombstone {
        true => "tombstone".into(),
        false => format!("{}, {}", value.value_type, count(value.size.into(), "byte")),
    };
    format!("{} ({kind})", safe(&value.shown))
}

/// What of a key is still to be drawn.
#[derive(Clone, Copy, Default)]
struct Followed {
    child: bool,
    sibling: bool,
}

/// Of each key, whether a subkey and a sibling follow.
fn followed(branches: &[TreeBranch]) -> Vec<Followed> {
    let mut found = vec![Followed::default(); branches.len()];
    // The levels on which a key follows, in the same subtree.
    let mut levels: Vec<bool> = Vec::new();
    for (branch, next) in branches.iter().zip(&mut found).rev() {
        let level = branch.depth;
        levels.resize(levels.len().max(level + 2), false);
        next.sibling = levels[level];
        next.child = levels[level + 1];
        levels.truncate(level + 1);
        levels[level] = true;
    }
    found
}
