//! A key that differs, in text.

use std::collections::HashSet;
use std::io::{self, Write};

use coldhive::rules::HexBytes;
use coldhive::{
    Case, DataDifference, DiffKind, KeyDifference, KeyPart, KeySide, ListEntry, RecordPlace,
    SecurityChange, SecurityDifference, ValueDifference, ValuePart, ValueSide,
};

use crate::acl;
use crate::text::{self, Labelled, count, safe};

/// How many lines of the subtree of one side are shown, and how many of one key.
const MOST_LINES: usize = 40;
/// How many entries of a list are named in a line.
const MOST_ENTRIES: usize = 12;
/// How much of a text is shown, in characters.
const LONGEST_TEXT: usize = 240;
/// How many bytes of other data are shown.
const MOST_BYTES: usize = 32;
/// The width of the labels of a key.
const LABELS: usize = 9;

/// Writes keys that differ, one by one, and keeps subtrees of one side short.
pub(crate) struct Differing<'c> {
    all: bool,
    from: &'c Case,
    to: &'c Case,
    /// Lines of the subtree so far.
    lines: usize,
    /// What of the subtree was left out.
    keys_left: u64,
    values_left: u64,
    /// The security changes that were told.
    told: HashSet<u32>,
}

impl<'c> Differing<'c> {
    pub(crate) fn new(all: bool, from: &'c Case, to: &'c Case) -> Self {
        let (lines, keys_left, values_left) = (0, 0, 0);
        Self { all, from, to, lines, keys_left, values_left, told: HashSet::new() }
    }

    /// Writes a key.
    pub(crate) fn write(
        &mut self,
        out: &mut impl Write,
        key: &KeyDifference,
        changes: &[SecurityChange],
    ) -> io::Result<()> {
        if key.level == 0 {
            self.finish(out)?;
            writeln!(out)?;
        } else if !self.all && self.lines >= MOST_LINES {
            self.keys_left += 1;
            self.values_left += key.values.len() as u64;
            return Ok(());
        }
        self.lines += 2;
        let possibly = possibly(key.difference);
        let path = safe(&text::key(&key.path));
        writeln!(out, "{:<9}  {path}{possibly}", word(key.difference))?;
        let mut lines = Labelled::new(out, 2, LABELS);
        if let Some(from) = &key.from {
            side(&mut lines, "from", from, self.from)?;
        }
        if let Some(to) = &key.to {
            side(&mut lines, "to", to, self.to)?;
        }
        lines.lines("because", key.problem.as_slice())?;
        for change in &key.changes {
            let what = match change.what {
                KeyPart::Name => "name",
                KeyPart::Class => "class",
                KeyPart::Flags => "flags",
                KeyPart::Layer => "layer",
                _ => "also",
            };
            let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
            let (from, to) = (or_none(&change.from), or_none(&change.to));
            lines.line(what, &format!("{from} -> {to}"))?;
        }
        if let Some(found) = &key.security {
            self.security(&mut lines, found, changes)?;
        }
        let alone = key.from.is_none() || key.to.is_none();
        for (index, value) in key.values.iter().enumerate() {
            if !self.all && alone && self.lines >= MOST_LINES {
                self.values_left += (key.values.len() - index) as u64;
                break;
            }
            self.lines += 1;
            if alone {
                lone_value(&mut lines, value)?;
            } else {
                self.value(&mut lines, value)?;
            }
        }
        Ok(())
    }

    fn security(
        &mut self,
        lines: &mut Labelled<'_, impl Write>,
        found: &SecurityDifference,
        changes: &[SecurityChange],
    ) -> io::Result<()> {
        let index = found.change.and_then(|number| usize::try_from(number).ok()?.checked_sub(1));
        let change = index.and_then(|index| changes.get(index));
        match change {
            Some(change) if !self.told.insert(change.number) => {
                lines.line("security", &format!("#{}, as above", change.number))?;
            }
            Some(change) => {
                let alike = if change.difference == DiffKind::StoredOtherwise {
                    ": stored otherwise, says the same"
                } else {
                    ""
                };
                lines.line("security", &format!("#{}{alike}", change.number))?;
                lines.lines("", &change.lines)?;
                lines.lines("", change.problem.as_slice())?;
            }
            None => lines.lines("security", found.problem.as_slice())?,
        }
        for (label, record, case) in [("from", &found.from, self.from), ("to", &found.to, self.to)]
        {
            let at = place(record.as_ref(), None, case);
            lines.lines("", at.map(|at| format!("{label:<4}  {at}")))?;
        }
        Ok(())
    }

    /// A value of a key that both sides have.
    fn value(
        &self,
        lines: &mut Labelled<'_, impl Write>,
        value: &ValueDifference,
    ) -> io::Result<()> {
        let possibly = possibly(value.difference);
        let what: Vec<_> = value.what.iter().filter_map(|part| part_words(*part, value)).collect();
        let what = if what.is_empty() { String::new() } else { format!(": {}", what.join(", ")) };
        let name = value_name(&value.name);
        lines.line(word(value.difference), &format!("{name}{possibly}{what}"))?;
        lines.lines("", value.problem.as_slice())?;
        let data = value.data.iter().flat_map(|data| data_lines(data, value));
        lines.lines("", data)?;
        for (label, side, case) in [("from", &value.from, self.from), ("to", &value.to, self.to)] {
            let Some(side) = side else { continue };
            lines.line("", &format!("{label:<4}  {}", content(side)))?;
            let faults = side.ill_formed.iter().map(|fault| format!("ill-formed: {fault}"));
            let damage = side.damage.iter().map(|damage| text::placed_damage(damage, case));
            let place = place(side.record.as_ref(), side.line, case);
            let more = faults.chain(damage).chain(place);
            lines.lines("", more.map(|line| format!("      {line}")))?;
        }
        Ok(())
    }

    /// Says what was left out of the last subtree.
    pub(crate) fn finish(&mut self, out: &mut impl Write) -> io::Result<()> {
        let left = [(self.keys_left, "key"), (self.values_left, "value")];
        let left: Vec<_> = left
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| count(number, noun))
            .collect();
        if !left.is_empty() {
            writeln!(out, "  ... and {} more below (--all lists them)", left.join(" and "))?;
        }
        (self.lines, self.keys_left, self.values_left) = (0, 0, 0);
        Ok(())
    }
}

const fn word(kind: DiffKind) -> &'static str {
    match kind {
        DiffKind::Written => "written",
        DiffKind::StoredOtherwise => "alike",
        DiffKind::Changed => "changed",
        DiffKind::Removed => "removed",
        DiffKind::Added => "added",
        _ => "uncertain",
    }
}

/// What an uncertain difference would be.
const fn possibly(kind: DiffKind) -> &'static str {
    match kind {
        DiffKind::PossiblyRemoved => " (possibly removed)",
        DiffKind::PossiblyAdded => " (possibly added)",
        _ => "",
    }
}

fn side(
    lines: &mut Labelled<'_, impl Write>,
    label: &str,
    side: &KeySide,
    case: &Case,
) -> io::Result<()> {
    let mut facts = Vec::new();
    facts.extend(side.last_written.map(|time| format!("written {time}")));
    facts.extend(place(side.node.as_ref(), side.line, case));
    if side.link {
        facts.push("a symbolic link, not followed".into());
    }
    if side.layer.is_some_and(|layer| layer.semantics == coldhive::hive::LayerSemantics::Tombstone)
    {
        facts.push("a tombstone: it marks the key as deleted in this layer".into());
    }
    lines.line(label, &facts.join(", "))?;
    lines.lines("", side.damage.iter().map(|damage| text::placed_damage(damage, case)))?;
    if side.more_damage > 0 {
        lines.line("", &format!("... and {} more that can't be read", side.more_damage))?;
    }
    Ok(())
}

/// Where a record stands; the file is named where it isn't the hive's own.
fn place(record: Option<&RecordPlace>, line: Option<u32>, case: &Case) -> Option<String> {
    let Some(record) = record else { return line.map(|line| format!("line {line}")) };
    Some(match record.file_offset {
        Some(offset) if record.log_entry.is_none() && record.file == case.path() => {
            format!("cell {}, file offset {offset:#x}", record.cell)
        }
        _ => acl::place(record),
    })
}

fn value_name(name: &str) -> String {
    if name.is_empty() { "the default value".into() } else { format!("value {name}") }
}

/// A value of a key that one side has alone.
fn lone_value(lines: &mut Labelled<'_, impl Write>, value: &ValueDifference) -> io::Result<()> {
    let Some(side) = value.from.as_ref().or(value.to.as_ref()) else { return Ok(()) };
    let name = if value.name.is_empty() { "(default)" } else { &value.name };
    lines.line("value", &format!("{name} = {}", content(side)))?;
    lines.lines("", side.damage.iter().map(text::damage))
}

fn part_words(part: ValuePart, value: &ValueDifference) -> Option<String> {
    Some(match part {
        ValuePart::Name => {
            let name = value.to.as_ref().map(|side| side.name.as_str()).unwrap_or_default();
            format!("the name, now written {name}")
        }
        ValuePart::Type => "the type".into(),
        ValuePart::Data => "the data".into(),
        ValuePart::Tombstone => "whether it is marked as deleted in this layer".into(),
        _ => return None,
    })
}

/// What differs in the data, where that isn't plain from what both have.
fn data_lines(data: &DataDifference, value: &ValueDifference) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(list) = &data.list {
        for (word, entries) in [("removed", &list.removed), ("added", &list.added)] {
            if !entries.is_empty() {
                lines.push(format!("{} {word}: {}", noun(entries), named(entries)));
            }
        }
        if list.order_changed {
            lines.push("the entries that both have stand in another order".into());
        }
        return lines;
    }
    if data.says_the_same {
        lines.push("both say the same, and end otherwise".into());
    }
    let is_plain = |side: &Option<ValueSide>| {
        let text = side.as_ref().and_then(|side| side.text.as_ref());
        text.is_some_and(|text| text.chars().count() <= LONGEST_TEXT)
    };
    let retyped = value.what.contains(&ValuePart::Type);
    let plain = !data.says_the_same && is_plain(&value.from) && is_plain(&value.to);
    if let Some(first) = data.first.as_ref().filter(|_| !plain && !retyped) {
        let (from, to) = (or_nothing(&first.from), or_nothing(&first.to));
        let (at, shown) = (first.offset, first.shown_from);
        lines.push(format!("first difference at byte {at}; from byte {shown} on: {from} -> {to}"));
    }
    lines
}

fn or_nothing(bytes: &HexBytes) -> String {
    if bytes.0.is_empty() { "nothing".into() } else { bytes.to_string() }
}

const fn noun(entries: &[ListEntry]) -> &'static str {
    if entries.len() == 1 { "entry" } else { "entries" }
}

fn named(entries: &[ListEntry]) -> String {
    let shown = entries.iter().take(MOST_ENTRIES).map(|entry| &entry.entry);
    let shown = coldhive::rules::list_text(shown);
    let more = entries.len().saturating_sub(MOST_ENTRIES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shortened(&shown))
}

/// A value's type and data.
fn content(side: &ValueSide) -> String {
    if side.tombstone {
        return "a tombstone: it marks the value as deleted in this layer".into();
    }
    let value_type = &side.value_type;
    match &side.text {
        Some(text) if value_type == "REG_SZ" || value_type == "REG_EXPAND_SZ" => {
            format!("{value_type} \"{}\"{}", shortened(text), digest(side))
        }
        Some(text) if text.is_empty() => format!("{value_type} (empty)"),
        Some(text) => format!("{value_type} {}{}", shortened(text), digest(side)),
        None => {
            let shown = side.data.0.get(..MOST_BYTES).unwrap_or(&side.data.0);
            let cut = if side.size as usize > shown.len() { "..." } else { "" };
            let hex = HexBytes(shown.to_vec());
            let colon = if shown.is_empty() { "" } else { ": " };
            format!(
                "{value_type}, {}{colon}{hex}{cut}{}",
                count(side.size.into(), "byte"),
                digest(side)
            )
        }
    }
}

fn digest(side: &ValueSide) -> String {
    side.sha256.as_ref().map(|sha256| format!(" (SHA-256 {sha256})")).unwrap_or_default()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
