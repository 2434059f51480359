//! What all parts of the page are written with.

use std::io::{self, Write};
use std::path::Path;

use coldhive::hive::DamageReport;
use coldhive::rules::Place;
use coldhive::system::KeyFacts;
use coldhive::{Case, Field, KeyPlace, RecordPlace, Stands};

use crate::text::{self, Labelled, Paint, painted, safe};

/// The width of the labels.
const LABELS: usize = 22;
/// The code of what is no damage: that the file holds only a part of the registry.
const NOT_IN_EXPORT: &str = "not-in-export";
/// What a field shows that is certainly not there.
const ABSENT: &str = "absent";

/// Where the page goes, and which file needs no naming.
pub(super) struct Page<'o, W> {
    pub(super) out: &'o mut W,
    case: &'o Case,
    own: String,
}

impl<'o, W: Write> Page<'o, W> {
    pub(super) fn new(out: &'o mut W, case: &'o Case) -> Self {
        Self { out, case, own: case.path() }
    }

    /// Lines below a heading.
    pub(super) fn lines(&mut self) -> Labelled<'_, W> {
        Labelled::new(self.out, 2, LABELS)
    }

    pub(super) fn heading(&mut self, heading: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", painted(&safe(heading), Paint::Heading))
    }

    /// A line of a table, indented.
    pub(super) fn row(&mut self, indent: usize, text: &str) -> io::Result<()> {
        let line = safe(text);
        writeln!(self.out, "{:indent$}{}", "", line.trim_end())
    }

    /// `file offset 0x2d04`, with the file where it isn't the hive's own; `line 7`.
    pub(super) fn offset(&self, stands: Option<&Stands>) -> String {
        match stands {
            Some(Stands::Record(place)) => self.record(place),
            Some(Stands::Line { line }) => format!("line {line}"),
            _ => "place unknown".into(),
        }
    }

    /// The same of a record that certainly stands in a file.
    pub(super) fn record(&self, place: &RecordPlace) -> String {
        self.place(&Place {
            file: place.file.clone(),
            offset: place.file_offset,
            log_entry: place.log_entry,
            line: None,
        })
    }

    fn place(&self, place: &Place) -> String {
        match place.offset {
            Some(offset) if place.file == self.own && place.log_entry.is_none() => {
                format!("file offset {offset:#x}")
            }
            _ => text::place(&Place { file: file_name(&place.file), ..place.clone() }),
        }
    }

    /// The file that holds a record where that isn't the hive's own, for the end of a line.
    pub(super) fn elsewhere(&self, stands: Option<&Stands>) -> String {
        match stands {
            Some(Stands::Record(place)) if place.file_offset.is_none() => {
                format!("  ({})", self.record(place))
            }
            Some(Stands::Record(place)) => match place.log_entry {
                Some(entry) => format!("  (in {}, log entry {entry})", file_name(&place.file)),
                None if place.file != self.own => format!("  (in {})", file_name(&place.file)),
                None => String::new(),
            },
            _ => String::new(),
        }
    }

    /// When a key was written and where it stands.
    pub(super) fn key_facts(&self, facts: &KeyFacts) -> String {
        let mut parts = Vec::new();
        parts.extend(facts.last_written.map(|time| format!("written {time}")));
        if let (Some(cell), Some(offset)) = (facts.cell, facts.file_offset) {
            parts.push(format!("cell {cell}, {}", self.place(&self.case.place(offset))));
        }
        parts.join(", ")
    }

    /// The same of a key that has a place alone.
    pub(super) fn key_place(&self, key: &KeyPlace) -> String {
        let mut parts = Vec::new();
        parts.extend(key.last_written.map(|time| format!("written {time}")));
        parts.extend(
            key.node.as_ref().map(|node| format!("cell {}, {}", node.cell, self.record(node))),
        );
        parts.extend(key.line.map(|line| format!("line {line}")));
        parts.join(", ")
    }

    /// What is wrong and where; what the file's part of the registry doesn't hold has no place.
    pub(super) fn damage(&self, damage: &DamageReport) -> String {
        if damage.code == NOT_IN_EXPORT {
            return "more may have stood here: the file holds only a part of the registry".into();
        }
        text::placed_damage(damage, self.case)
    }

    /// A field under its label, unless it is certainly absent.
    pub(super) fn field<T>(
        &mut self,
        label: &str,
        field: Option<&Field<T>>,
        text: impl FnOnce(&T) -> String,
    ) -> io::Result<()> {
        match field.filter(|field| !field.is_absent()) {
            Some(field) => self.lines().line(label, &text::field(field, text)),
            None => Ok(()),
        }
    }
}

/// The name of a file, whose whole path stands at the head of the page.
fn file_name(path: &str) -> String {
    let name = Path::new(path).file_name();
    name.map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A field in a table: the value, or why there is none.
pub(super) fn cell<T>(field: &Field<T>, text: impl FnOnce(&T) -> String) -> String {
    text::field(field, text)
}

/// A list of names in words, or what it is instead.
pub(super) fn short(field: Option<&Field<String>>) -> String {
    field.map_or_else(|| ABSENT.into(), |field| text::field(field, Clone::clone))
}

/// Columns as wide as their widest cell; the last is not filled up.
pub(super) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| safe(cell).chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<_> =
        (0..rows.iter().map(Vec::len).max().unwrap_or_default()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            let cell = safe(cell);
            let fill = width.saturating_sub(cell.chars().count());
            format!("{cell}{}", " ".repeat(fill))
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
