//! `coldhive get`.

use std::io::{self, Write};

use coldhive::{Case, DecodedData, GetReport, KeyAnswer, Stands, ValueReport};

use crate::args::{GetArgs, ViewFormat};
use crate::text::{self, Labelled, Paint, count, painted, rest_of_line, safe};
use crate::{Status, acl, complain, open};

/// The width of the labels.
const LABELS: usize = 8;
/// How many bytes are shown of data among others.
const MOST_BYTES: usize = 256;
/// How many bytes a line of hexadecimal shows.
const PER_LINE: usize = 16;

pub(crate) fn run(args: &GetArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let out = &mut text::UntilClosed::new(out);
    let is_json = args.format == ViewFormat::Json;
    let report = case.get(&args.key, args.value.as_deref(), is_json && !args.no_hash);
    if is_json {
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)?;
    } else if args.raw {
        report.values.iter().try_for_each(|value| out.write_all(&value.data.0))?;
    } else if report.answer.is_found() && report.problem().is_none() {
        write(out, &case, &report)?;
    }
    if let Some(problem) = report.problem() {
        out.flush()?;
        complain(&format!("{}: {problem}", case.path()));
    } else if args.raw && !report.is_whole() {
        out.flush()?;
        for damage in report.values.iter().flat_map(|value| &value.damage) {
            complain(&format!(
                "{}: not all of the data can be read: {}",
                case.path(),
                text::damage(damage)
            ));
        }
    }
    Ok(status(report.finding(), report.is_whole()))
}

/// The status of an answer, found or not.
pub(crate) fn status(finding: &str, is_whole: bool) -> Status {
    match finding {
        "found" if is_whole => Status::Good,
        "absent" => Status::Failed,
        _ => Status::Gaps,
    }
}

/// What is said of the hive where something about it is to be known, and of the key.
pub(crate) fn header(
    lines: &mut Labelled<'_, impl Write>,
    case: &Case,
    answer: &KeyAnswer,
) -> io::Result<()> {
    let Some(key) = &answer.key else { return Ok(()) };
    lines.line("key", &text::key(&key.path))?;
    lines.lines(
        "note",
        answer.notes.iter().cloned().chain(case.recovery_note()).chain(case.notes()),
    )?;
    if let Some(node) = &key.node {
        lines.line("node", &acl::place(node))?;
    }
    if let Some(time) = key.last_written {
        lines.line("written", &time.to_string())?;
    }
    Ok(())
}

fn write(out: &mut impl Write, case: &Case, report: &GetReport) -> io::Result<()> {
    let mut lines = Labelled::new(out, 0, LABELS);
    header(&mut lines, case, &report.answer)?;
    if report.value.is_some() {
        return report.values.iter().try_for_each(|value| one(out, case, value));
    }
    let Some(details) = &report.details else { return Ok(()) };
    if let Some(class) = &details.class {
        lines.line("class", class)?;
    }
    if let Some(target) = &details.link {
        lines.line("link to", target)?;
    }
    if let Some(layer) = &details.layer {
        lines.line("layer", &format!("{:?}", layer.semantics))?;
    }
    let (subkeys, values) = (details.subkeys.into(), details.values.into());
    lines.line("holds", &format!("{}, {}", count(subkeys, "subkey"), count(values, "value")))?;
    lines.lines("damage", details.damage.iter().map(|damage| text::placed_damage(damage, case)))?;
    for value in &report.values {
        write!(out, "\n{}  ", painted(&safe(&value.shown), Paint::Heading))?;
        writeln!(out, "{}", kind(value))?;
        data(out, value, MOST_BYTES)?;
        let mut lines = Labelled::new(out, 2, 6);
        lines.lines("note", &value.notes)?;
        lines
            .lines("damage", value.damage.iter().map(|damage| text::placed_damage(damage, case)))?;
    }
    Ok(())
}

/// A value alone, with all of its data.
fn one(out: &mut impl Write, case: &Case, value: &ValueReport) -> io::Result<()> {
    let mut lines = Labelled::new(out, 0, LABELS);
    lines.line("value", &value.shown)?;
    lines.line("type", &kind(value))?;
    match &value.stands {
        Some(Stands::Record(place)) => lines.line("record", &acl::place(place))?,
        Some(Stands::Line { line }) => lines.line("line", &line.to_string())?,
        _ => {}
    }
    lines.lines("note", &value.notes)?;
    lines.lines("damage", value.damage.iter().map(|damage| text::placed_damage(damage, case)))?;
    writeln!(out, "data")?;
    data(out, value, usize::MAX)
}

fn kind(value: &ValueReport) -> String {
    if value.tombstone {
        return "marked as deleted in this layer: a tombstone".into();
    }
    format!("{}, {}", value.value_type, count(value.size.into(), "byte"))
}

fn data(out: &mut impl Write, value: &ValueReport, most: usize) -> io::Result<()> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut line = |text: &str| {
        write!(out, "  ")?;
        rest_of_line(out, 2, text)
    };
    match &value.decoded {
        Some(DecodedData::Text(text)) => line(&quoted(text)),
        Some(DecodedData::List(entries)) if entries.is_empty() => line("(empty)"),
        Some(DecodedData::List(entries)) => {
            entries.iter().try_for_each(|entry| line(&quoted(entry)))
        }
        Some(DecodedData::Number(number)) => {
            let digits = value.data.0.len() * 2;
            line(&format!("0x{number:0digits$x} ({number})"))
        }
        _ => hexdump(out, &value.data.0, most),
    }
}

/// Lines like those of `hexdump -C`: offset, bytes, characters.
fn hexdump(out: &mut impl Write, data: &[u8], most: usize) -> io::Result<()> {
    let shown = &data[..data.len().min(most)];
    for (index, bytes) in shown.chunks(PER_LINE).enumerate() {
        let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_shown = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        let characters: String =
            bytes.iter().map(|byte| if is_shown(byte) { char::from(*byte) } else { '.' }).collect();
        writeln!(out, "  {:08x}  {:47}  {characters}", index * PER_LINE, hex.join(" "))?;
    }
    match data.len() - shown.len() {
        0 => Ok(()),
        more => {
            writeln!(out, "  and {}; name the value to see all", count(more as u64, "more byte"))
        }
    }
}
