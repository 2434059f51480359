//! `coldhive ls`.

use std::io::{self, Write};

use coldhive::{KeyListReport, SubkeyReport, ValueLine};

use crate::args::{LsArgs, ViewFormat};
use crate::text::{self, count, safe};
use crate::{Status, complain, get, open};

pub(crate) fn run(args: &LsArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let out = &mut text::UntilClosed::new(out);
    let is_json = args.format == ViewFormat::Json;
    let report = case.list(&args.key, is_json && !args.no_hash);
    if is_json {
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)?;
    } else {
        write(out, &report, args.long)?;
    }
    out.flush()?;
    if let Some(problem) = &report.answer.problem {
        complain(&format!("{}: {problem}", case.path()));
    }
    if !is_json {
        let notes = report.answer.notes.iter().cloned().chain(case.recovery_note());
        notes.for_each(|note| complain(&format!("{}: note: {note}", case.path())));
        for damage in report.details.iter().flat_map(|key| &key.damage) {
            let damage = text::placed_damage(damage, &case);
            complain(&format!("{}: damage: {damage}", case.path()));
        }
    }
    Ok(get::status(report.answer.finding, report.is_whole()))
}

fn write(out: &mut impl Write, report: &KeyListReport, long: bool) -> io::Result<()> {
    for key in &report.subkeys {
        if long {
            write!(out, "{}  ", subkey(key))?;
        }
        write!(out, "{}\\", safe(&key.shown))?;
        if let Some(target) = key.link.as_ref().filter(|_| long) {
            write!(out, " -> {}", safe(target))?;
        }
        writeln!(out)?;
    }
    for value in &report.values {
        if long {
            write!(out, "{}  ", self::value(value))?;
        }
        writeln!(out, "{}", safe(&value.shown))?;
    }
    Ok(())
}

fn subkey(key: &SubkeyReport) -> String {
    let time = key.last_written.map(|time| time.to_string()).unwrap_or_else(|| "-".into());
    let holds = match key.tombstone {
        true => "tombstone".into(),
        false => {
            format!("{}, {}", count(key.subkeys.into(), "key"), count(key.values.into(), "value"))
        }
    };
    format!("{time:28}  {holds:>20}")
}

fn value(value: &ValueLine) -> String {
    let holds = match value.tombstone {
        true => "tombstone".into(),
        false => count(value.size.into(), "byte"),
    };
    format!("{:28}  {holds:>20}", value.value_type)
}
