//! The tree, and what no view decodes.

use std::io::{self, Write};

use coldhive::{Stands, Tree, TreeKey, TreeValue, UnknownReport, WinsockReport};

use super::page::Page;
use crate::text::{count, key as key_name};

/// How many bytes of unknown data are shown.
const SHOWN: usize = 32;

pub(super) fn write(page: &mut Page<'_, impl Write>, report: &WinsockReport) -> io::Result<()> {
    let unknown: Vec<_> = report
        .trees
        .iter()
        .flat_map(|tree| tree.unknown.iter().map(move |one| (tree, one)))
        .collect();
    page.heading("Not decoded")?;
    if report.trees.is_empty() {
        return page.row(2, "there is no key to decode");
    }
    if unknown.is_empty() {
        page.row(2, "nothing: every key and value that can be read is a known one")?;
    }
    for (tree, one) in unknown {
        self::unknown(page, tree, one)?;
    }
    page.heading("Tree")?;
    let has_times =
        report.trees.iter().flat_map(|tree| &tree.keys).any(|key| key.last_written.is_some());
    page.row(2, match has_times {
        true => "last written (UTC), cell, file offset, number of the descriptor, key; below it its values (type, bytes)",
        false => "line, key; below it its values (type, bytes)",
    })?;
    for tree in &report.trees {
        self::tree(page, tree)?;
    }
    Ok(())
}

fn unknown(page: &mut Page<'_, impl Write>, tree: &Tree, one: &UnknownReport) -> io::Result<()> {
    let path = match one.path.is_empty() {
        true => tree.path.clone(),
        false => format!("{}\\{}", tree.path, one.path),
    };
    let Some(name) = &one.value else { return page.row(2, &format!("key {path}")) };
    let name = if name.is_empty() { "(default)" } else { name };
    let value_type = one.value_type.as_deref().unwrap_or_default();
    page.row(2, &format!("value {name} of {path}"))?;
    let data = one.data.as_ref().map(|data| data.0.as_slice()).unwrap_or_default();
    let hex: Vec<_> = data.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
    let more = if data.len() > SHOWN { "..." } else { "" };
    let size = count(one.size.unwrap_or_default().into(), "byte");
    page.row(6, &format!("{value_type}, {size}: {}{more}", hex.join(" ")))
}

fn tree(page: &mut Page<'_, impl Write>, tree: &Tree) -> io::Result<()> {
    let totals = &tree.totals;
    let all = u64::from(totals.typed_keys) + u64::from(totals.unknown_keys);
    let values = u64::from(totals.typed_values) + u64::from(totals.unknown_values);
    let left_out = match tree.left_out {
        0 => String::new(),
        more => format!("; {more} of keys, values and damage are left out"),
    };
    let counts = format!("{}, {}{left_out}", count(all, "key"), count(values, "value"));
    page.row(2, &format!("{} ({counts})", tree.path))?;
    let before = [None].into_iter().chain(tree.keys.iter().map(Some));
    let mut pairs = before.zip(&tree.keys);
    pairs.try_for_each(|(before, one)| key(page, tree, before, one))
}

fn key(
    page: &mut Page<'_, impl Write>,
    tree: &Tree,
    before: Option<&TreeKey>,
    key: &TreeKey,
) -> io::Result<()> {
    let depth = if key.path.is_empty() { 0 } else { key.path.split('\\').count() };
    let name = match key.path.is_empty() {
        true => tree.path.rsplit('\\').next().unwrap_or_default(),
        false => key.path.rsplit('\\').next().unwrap_or_default(),
    };
    let mut line = String::new();
    if let Some(time) = key.last_written {
        line.push_str(&format!("{time}  "));
    }
    match &key.stands {
        Some(Stands::Record(place)) => {
            let offset =
                place.file_offset.map_or_else(|| "none".into(), |offset| format!("{offset:#x}"));
            line.push_str(&format!("{:<8}  {offset:<8}  ", place.cell.to_string()));
        }
        Some(Stands::Line { line: number }) => line.push_str(&format!("line {number:<5}  ")),
        _ => line.push_str(&format!("{:<10}  ", "in no line")),
    }
    if let Some(descriptor) = key.descriptor {
        line.push_str(&format!("{descriptor:>2}  "));
    }
    let unknown = if key.view.is_none() { "  (not decoded)" } else { "" };
    let elsewhere = page.elsewhere(key.stands.as_ref());
    let same = before.and_then(|before| same_values(&before.values, &key.values));
    let as_above = same.as_ref().map(|same| format!("  {same}")).unwrap_or_default();
    let indent = depth * 2;
    page.row(4, &format!("{line}{:indent$}{}{unknown}{as_above}{elsewhere}", "", key_name(name)))?;
    let indent = 8 + indent;
    if same.is_none() {
        for line in wrapped(&key.values, WIDTH.saturating_sub(indent)) {
            page.row(indent, &line)?;
        }
    }
    for damage in &key.damage {
        let damage = page.damage(damage);
        page.row(indent, &format!("! {damage}"))?;
    }
    Ok(())
}

/// Values like those of the key before: said in a few words. `None` where they aren't, or where there are none.
fn same_values(before: &[TreeValue], values: &[TreeValue]) -> Option<String> {
    let is_like = |(one, other): (&TreeValue, &TreeValue)| {
        one.name == other.name && one.value_type == other.value_type && other.decoded
    };
    let pairs = || before.iter().zip(values);
    if values.is_empty() || before.len() != values.len() || !pairs().all(is_like) {
        return None;
    }
    let sizes = pairs().filter(|(one, other)| one.size != other.size);
    let sizes: Vec<_> = sizes.map(|(_, other)| format!("{} {}", other.name, other.size)).collect();
    Some(match sizes.is_empty() {
        true => "(values as above)".into(),
        false => format!("(as above, but {})", sizes.join(", ")),
    })
}

/// How wide the page is.
const WIDTH: usize = 98;

/// Values in as few lines as hold them.
fn wrapped(values: &[TreeValue], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for value in values {
        let name = if value.name.is_empty() { "(default)" } else { &value.name };
        let value_type = value.value_type.strip_prefix("REG_").unwrap_or(&value.value_type);
        let unknown = if value.decoded { "" } else { ", not decoded" };
        let text = format!("{name} ({value_type}, {}{unknown})", value.size);
        match lines.last_mut() {
            Some(line) if line.chars().count() + text.chars().count() + 2 <= width => {
                line.push_str("  ");
                line.push_str(&text);
            }
            _ => lines.push(text),
        }
    }
    lines
}
