//! The catalogs of WinSock 2.

use std::io::{self, Write};

use coldhive::system::winsock::{CatalogItem, ChainKind, FixedAnsi, Width};
use coldhive::{
    ApplicationReport, CatalogEntries, ChainLink, NameSpaceCatalogReport, NameSpaceReport,
    ProtocolCatalogReport, ProtocolEntry, Winsock2Report,
};

use super::page::{Page, cell, columns, short};
use super::transports::facts;
use crate::text::count;

pub(super) fn write(page: &mut Page<'_, impl Write>, report: &Winsock2Report) -> io::Result<()> {
    page.heading(&report.key.path)?;
    let place = page.key_facts(&report.key);
    if !place.is_empty() {
        page.lines().line("key", &place)?;
    }
    for (label, field) in [
        ("registry version", &report.registry_version),
        ("NameSpace_Callout", &report.name_space_callout),
        ("AutodialDLL", &report.autodial_dll),
    ] {
        page.field(label, field.as_ref(), Clone::clone)?;
    }
    if let Some(catalog) = &report.protocols {
        protocols(page, catalog)?;
    }
    if let Some(catalog) = &report.name_spaces {
        name_spaces(page, catalog)?;
    }
    applications(page, &report.applications)
}

/// The last part of a path.
fn name(path: &str) -> &str {
    path.rsplit('\\').next().unwrap_or_default()
}

fn protocols(page: &mut Page<'_, impl Write>, catalog: &ProtocolCatalogReport) -> io::Result<()> {
    page.heading(&format!("Catalog of protocols ({})", name(&catalog.key.path)))?;
    let place = page.key_place(&catalog.key);
    if !place.is_empty() {
        page.lines().line("key", &place)?;
    }
    let number = |number: &u32| number.to_string();
    page.field("next entry ID", Some(&catalog.next_entry_id), number)?;
    page.field("next provider ID", Some(&catalog.next_provider_id), number)?;
    page.field("changes (serial)", Some(&catalog.serial_access_number), number)?;
    let same = same_items(catalog);
    for entries in &catalog.widths {
        if same && entries.width == Width::Bits64 {
            page.row(
                2,
                &format!(
                    "{}: the same entries in the same order, with the same libraries",
                    said(entries)
                ),
            )?;
            continue;
        }
        width(page, entries)?;
    }
    if catalog.facts.is_empty() {
        return page.row(2, "counts, order, IDs and chains agree");
    }
    page.row(2, "what doesn't agree")?;
    facts(page, &catalog.facts)
}

/// Whether both widths say the same, so that one table is enough.
fn same_items(catalog: &ProtocolCatalogReport) -> bool {
    let items = |width| {
        let entries = catalog.entries(width).iter();
        entries.map(|entry| (entry.number, &entry.item)).collect::<Vec<_>>()
    };
    let both = (items(Width::Bits32), items(Width::Bits64));
    let whole = catalog.widths.iter().all(|entries| {
        entries.finding == "found" && entries.damage.is_empty() && entries.left_out == 0
    });
    whole && !both.0.is_empty() && both.0 == both.1
}

/// `32-bit: 14 entries, as the count says`.
fn said<E>(entries: &CatalogEntries<E>) -> String {
    let found = (entries.entries.len() + entries.left_out) as u64;
    let there = count(found, "entry");
    let width = entries.width;
    match (entries.finding, &entries.said.value) {
        ("found", Some(said)) if u64::from(*said) == found => {
            format!("{width}: {there}, as the count says")
        }
        ("found", Some(said)) => format!("{width}: {there}, and the count says {said}"),
        ("found", None) => {
            format!(
                "{width}: {there}, and the count is {}",
                entries.said.problem.as_deref().unwrap_or("absent")
            )
        }
        ("absent", None) if entries.said.is_absent() => {
            format!("{width}: none, as on a Windows that is only {}", other(width))
        }
        ("absent", _) => format!("{width}: the key of the entries is not there"),
        ("unreadable", _) => {
            format!("{width}: the key of the entries is damaged and can't be read")
        }
        _ => format!("{width}: whether there are entries is hidden"),
    }
}

const fn other(width: Width) -> &'static str {
    match width {
        Width::Bits32 => "64-bit",
        Width::Bits64 => "32-bit",
    }
}

/// What is said of entries that are not in the table.
fn gaps<E>(page: &mut Page<'_, impl Write>, entries: &CatalogEntries<E>) -> io::Result<()> {
    for damage in &entries.damage {
        let damage = page.damage(damage);
        page.row(4, &format!("! an entry can't be read: {damage}"))?;
    }
    match entries.left_out {
        0 => Ok(()),
        more => page.row(4, &format!("and {more} more, which are left out")),
    }
}

fn width(
    page: &mut Page<'_, impl Write>,
    entries: &CatalogEntries<ProtocolEntry>,
) -> io::Result<()> {
    page.row(2, &said(entries))?;
    let heads = ["no", "ID", "kind", "family", "type", "protocol", "library", "name"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(entries.entries.iter().map(entry));
    if rows.len() > 1 {
        for line in columns(&rows) {
            page.row(4, &line)?;
        }
    }
    for entry in &entries.entries {
        layered(page, entry)?;
    }
    leftovers(page, &entries.entries)?;
    gaps(page, entries)?;
    providers(page, &entries.entries)
}

fn kind(kind: Option<ChainKind>) -> &'static str {
    match kind {
        Some(ChainKind::Base) => "base",
        Some(ChainKind::Layered) => "LAYERED",
        Some(ChainKind::Chain) => "CHAIN",
        Some(ChainKind::Impossible) => "?",
        None => "unknown",
    }
}

fn entry(entry: &ProtocolEntry) -> Vec<String> {
    let number = entry.number.to_string();
    let Some(item) = &entry.item.value else {
        let why = entry.item.problem.clone().unwrap_or_default();
        return vec![number, "?".into(), format!("({why})")];
    };
    let protocol = &item.protocol;
    let of_number = match protocol.protocol {
        0 => "any".into(),
        number => number.to_string(),
    };
    vec![
        number,
        protocol.catalog_entry_id.to_string(),
        kind(entry.kind).into(),
        protocol.address_family.to_string(),
        match protocol.socket_type.0 {
            0 => "any".into(),
            _ => protocol.socket_type.to_string(),
        },
        protocol.protocol_name().map_or(of_number, Into::into),
        // The folder is told once for each provider, below.
        name(&item.library_path.to_string()).to_owned(),
        protocol.name.to_string(),
    ]
}

/// What a layered provider or a chain is, and where it stands.
fn layered(page: &mut Page<'_, impl Write>, entry: &ProtocolEntry) -> io::Result<()> {
    let note = match entry.kind {
        Some(ChainKind::Layered) => {
            "is a layered provider: it sees what goes through its chains".to_owned()
        }
        Some(ChainKind::Chain) => {
            let links: Vec<_> = entry.chain.iter().map(link).collect();
            format!("is a chain: {}", links.join(" -> "))
        }
        Some(ChainKind::Impossible) => {
            let length = entry.item.value.as_ref().map_or(0, |item| item.protocol.chain.length);
            format!("has a chain of the length {length}, which none can have")
        }
        Some(ChainKind::Base) | None => return Ok(()),
    };
    page.row(4, &format!("! entry {} {note}", entry.number))?;
    let place = page.key_place(&entry.key);
    if place.is_empty() { Ok(()) } else { page.row(8, &place) }
}

fn link(link: &ChainLink) -> String {
    match (&link.name, &link.library) {
        (Some(name), Some(library)) => {
            format!("{} {name} [{}, {}]", link.id, self::name(library), kind(link.kind))
        }
        _ => format!("{} (no entry that can be read has this ID)", link.id),
    }
}

/// Data that stands behind library paths, and texts that can't be shown as they are: each sort once, with its entries.
fn leftovers(page: &mut Page<'_, impl Write>, entries: &[ProtocolEntry]) -> io::Result<()> {
    let mut found: Vec<(String, Vec<u64>)> = Vec::new();
    for entry in entries {
        let Some(item) = &entry.item.value else { continue };
        for note in odd_texts(item) {
            match found.iter_mut().find(|(known, _)| *known == note) {
                Some((_, numbers)) => numbers.push(entry.number),
                None => found.push((note, vec![entry.number])),
            }
        }
    }
    found.iter().try_for_each(|(note, numbers)| {
        let entries = if numbers.len() == 1 { "entry" } else { "entries" };
        page.row(4, &format!("note: {note} in {entries} {}", runs(numbers)))
    })
}

fn odd_texts(item: &CatalogItem) -> Vec<String> {
    let mut notes = Vec::new();
    let path: &FixedAnsi<260> = &item.library_path;
    let behind = path.behind();
    let used = behind.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    if used > 0 {
        notes.push(format!(
            "{} left over behind the library path, {},",
            count(used as u64, "byte"),
            ascii(behind)
        ));
    }
    if !path.is_terminated() {
        notes.push("a library path without an end".into());
    }
    if !path.is_lossless() {
        notes.push("a library path that isn't ASCII".into());
    }
    if !item.protocol.name.is_lossless() {
        notes.push("a name that is not valid UTF-16".into());
    }
    notes
}

/// How many bytes of leftovers are shown.
const SHOWN: usize = 40;

/// The first bytes that aren't 0 as text, with a dot for each that isn't printable ASCII; in hex where hardly one is.
fn ascii(bytes: &[u8]) -> String {
    let used = bytes.iter().copied().skip_while(|byte| *byte == 0).take(SHOWN);
    let used: Vec<u8> = used.collect();
    let is_shown = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    if used.iter().filter(|byte| is_shown(byte)).count() < SHOWN / 10 {
        let hex: Vec<_> = used.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        return format!("{}...", hex.join(" "));
    }
    let dot = |byte: &u8| if is_shown(byte) { char::from(*byte) } else { '.' };
    let text: String = used.iter().map(dot).collect();
    format!("\"{}\"...", text.trim_end_matches('.'))
}

/// Each provider once: its GUID, its library whole, and the entries that it has.
fn providers(page: &mut Page<'_, impl Write>, entries: &[ProtocolEntry]) -> io::Result<()> {
    let mut found: Vec<(String, String, Vec<u64>)> = Vec::new();
    for entry in entries {
        let Some(item) = &entry.item.value else { continue };
        let id = format!("{{{}}}", item.protocol.provider_id).to_uppercase();
        let library = item.library_path.to_string();
        match found.iter_mut().find(|(known, path, _)| *known == id && *path == library) {
            Some((.., numbers)) => numbers.push(entry.number),
            None => found.push((id, library, vec![entry.number])),
        }
    }
    let mut rows = vec![["provider", "library", "entries"].map(str::to_owned).to_vec()];
    rows.extend(found.into_iter().map(|(id, library, numbers)| vec![id, library, runs(&numbers)]));
    if rows.len() > 1 {
        for line in columns(&rows) {
            page.row(4, &line)?;
        }
    }
    Ok(())
}

/// `1-3, 7`.
pub(super) fn runs(numbers: &[u64]) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let text = |(first, last): &(u64, u64)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    runs.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn name_spaces(
    page: &mut Page<'_, impl Write>,
    catalog: &NameSpaceCatalogReport,
) -> io::Result<()> {
    page.heading(&format!("Catalog of name spaces ({})", name(&catalog.key.path)))?;
    let place = page.key_place(&catalog.key);
    if !place.is_empty() {
        page.lines().line("key", &place)?;
    }
    let number = |number: &u32| number.to_string();
    page.field("next provider ID", Some(&catalog.next_provider_id), number)?;
    page.field("changes (serial)", Some(&catalog.serial_access_number), number)?;
    let rows_of = |width| {
        let found = catalog.widths.iter().find(|entries| entries.width == width);
        found.map(|entries| entries.entries.iter().map(name_space).collect::<Vec<_>>())
    };
    let same = rows_of(Width::Bits32) == rows_of(Width::Bits64);
    for entries in &catalog.widths {
        if same && entries.width == Width::Bits64 && !entries.entries.is_empty() {
            page.row(2, &format!("{}: the same providers in the same order", said(entries)))?;
        } else {
            page.row(2, &said(entries))?;
            let heads = ["no", "name space", "enabled", "provider", "library", "name"];
            let mut rows = vec![heads.map(str::to_owned).to_vec()];
            rows.extend(entries.entries.iter().map(name_space));
            for line in columns(&rows).iter().filter(|_| rows.len() > 1) {
                page.row(4, line)?;
            }
        }
        gaps(page, entries)?;
    }
    if catalog.facts.is_empty() {
        return page.row(2, "counts and order agree");
    }
    page.row(2, "what doesn't agree")?;
    facts(page, &catalog.facts)
}

fn name_space(entry: &NameSpaceReport) -> Vec<String> {
    vec![
        entry.number.to_string(),
        cell(&entry.name_space, ToString::to_string),
        cell(&entry.enabled, |enabled| match enabled {
            0 => "no".into(),
            1 => "yes".into(),
            other => format!("yes ({other:#x})"),
        }),
        short(Some(&entry.provider_id)),
        short(Some(&entry.library_path)),
        short(Some(&entry.display_string)),
    ]
}

fn applications(
    page: &mut Page<'_, impl Write>,
    applications: &[ApplicationReport],
) -> io::Result<()> {
    if applications.is_empty() {
        return Ok(());
    }
    page.heading("Programs, and which layered providers they permit (AppId_Catalog)")?;
    let mut rows = vec![["id", "permitted", "program"].map(str::to_owned).to_vec()];
    rows.extend(applications.iter().map(|application| {
        let arguments = match application.arguments.is_absent() {
            true => String::new(),
            false => format!(" with {}", short(Some(&application.arguments))),
        };
        vec![
            application.id.clone(),
            cell(&application.permitted_categories, |categories| match categories.bits() {
                0 => "none".into(),
                _ => categories.to_string(),
            }),
            format!("{}{arguments}", short(Some(&application.full_path))),
        ]
    }));
    for line in columns(&rows) {
        page.row(2, &line)?;
    }
    Ok(())
}
