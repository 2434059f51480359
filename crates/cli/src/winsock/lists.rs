//! The key Winsock, its lists, and the providers.

use std::io::{self, Write};

use coldhive::rules::list_text;
use coldhive::system::winsock::{ProtocolInfo, ProviderData};
use coldhive::system::{ErrorControl, Start};
use coldhive::{LinkageReport, ListReport, MigrationReport, ProviderReport, WinsockReport};

use super::page::{Page, columns, short};
use crate::text::{count, field};

pub(super) fn write(page: &mut Page<'_, impl Write>, report: &WinsockReport) -> io::Result<()> {
    let Some(winsock) = &report.winsock else { return Ok(()) };
    page.heading(&winsock.path)?;
    let (place, damage) = (page.key_facts(winsock), winsock.damage.iter());
    let damage: Vec<_> = damage.map(|damage| page.damage(damage)).collect();
    if !place.is_empty() {
        page.lines().line("key", &place)?;
    }
    page.lines().lines("damage", damage)?;
    if let Some(service) = &report.service {
        let text = format!(
            "Type {}, Start {}, ErrorControl {}",
            field(&service.service_type, ToString::to_string),
            field(&service.start, start),
            field(&service.error_control, error_control),
        );
        page.lines().line("as a service", &text)?;
    }
    if let Some(autodial) = &report.autodial {
        let text =
            format!("{}, function {}", short(Some(&autodial.dll)), short(Some(&autodial.function)));
        page.lines().line("Autodial", &text)?;
    }
    for linkage in &report.linkage {
        self::linkage(page, linkage)?;
    }
    page.heading("Lists")?;
    if let Some(parameters) = &report.parameters {
        list(page, "Transports", &parameters.transports)?;
    }
    if let Some(migration) = &report.setup_migration {
        list(page, "Provider List", &migration.provider_list)?;
        list(page, "Known Static Providers", &migration.known_static_providers)?;
    }
    compare(page, report)?;
    match &report.setup_migration {
        Some(migration) => providers(page, migration),
        None => Ok(()),
    }
}

fn start(start: &Start) -> String {
    match start {
        Start::Boot => "0 (by the boot loader)".into(),
        Start::System => "1 (while the kernel starts)".into(),
        Start::Automatic => "2 (by itself)".into(),
        Start::Manual => "3 (when asked for)".into(),
        Start::Disabled => "4 (disabled)".into(),
        Start::Other(number) => format!("{number}, which means nothing"),
    }
}

fn error_control(control: &ErrorControl) -> String {
    match control {
        ErrorControl::Ignore => "0 (ignore)".into(),
        ErrorControl::Normal => "1 (normal)".into(),
        ErrorControl::Severe => "2 (severe)".into(),
        ErrorControl::Critical => "3 (critical)".into(),
        ErrorControl::Other(number) => format!("{number}, which means nothing"),
    }
}

fn linkage(page: &mut Page<'_, impl Write>, linkage: &LinkageReport) -> io::Result<()> {
    let lists = [("Bind", &linkage.bind), ("Export", &linkage.export), ("Route", &linkage.route)];
    let is_there = |list: &ListReport| !list.list.is_absent();
    let label = linkage.key.path.rsplit("Winsock\\").next().unwrap_or_default();
    if !lists.iter().any(|(_, list)| is_there(list)) {
        return page.lines().line(label, "there, and has no Bind, Export or Route");
    }
    for (name, one) in lists.into_iter().filter(|(_, list)| is_there(list)) {
        list(page, &format!("{label} {name}"), one)?;
    }
    Ok(())
}

/// The entries, and below them what is to be said of how they are stored.
fn list(page: &mut Page<'_, impl Write>, label: &str, report: &ListReport) -> io::Result<()> {
    let entries = match report.entries() {
        Some([]) => "(empty)".into(),
        Some(entries) => list_text(entries),
        None => format!("({})", report.list.problem.as_deref().unwrap_or("absent")),
    };
    page.lines().line(label, &entries)?;
    let Some(stored) = &report.stored else { return Ok(()) };
    let place = page.offset(report.stands.as_ref());
    let form = if stored.faults.is_empty() { "stored as it should be" } else { "ill-formed" };
    let entries = report.entries().map_or(0, <[String]>::len) as u64;
    let entries = count(entries, "entry");
    let size = count(stored.size as u64, "byte");
    let mut lines = page.lines();
    lines.line("", &format!("{entries}, {size}, {form}; value at {place}"))?;
    lines.lines("", stored.faults.iter().map(|fault| format!("! {fault}")))?;
    if !stored.behind_end.is_empty() {
        let behind = list_text(&stored.behind_end);
        lines.line("", &format!("! behind the end, where Windows doesn't look: {behind}"))?;
    }
    if stored.empty_entries > 0 {
        let empty = count(stored.empty_entries as u64, "empty entry");
        lines.line("", &format!("! {empty} among the names"))?;
    }
    if !stored.repeated.is_empty() {
        lines.line("", &format!("! more than once: {}", list_text(&stored.repeated)))?;
    }
    Ok(())
}

/// What the lists have that others lack.
fn compare(page: &mut Page<'_, impl Write>, report: &WinsockReport) -> io::Result<()> {
    let lists = &report.lists;
    let mut said = Vec::new();
    match (&lists.not_in_provider_list, &lists.not_in_transports) {
        (Some(one), Some(other)) if one.is_empty() && other.is_empty() => {
            said.push("Transports and Provider List have the same names".to_owned());
        }
        (Some(one), Some(other)) => {
            for (names, has, lacks) in [
                (one, "Transports", "Provider List"),
                (other, "Provider List", "Transports"),
            ] {
                if !names.is_empty() {
                    said.push(format!("! {lacks} lacks what {has} has: {}", list_text(names)));
                }
            }
        }
        _ => said.push(
            "Transports and Provider List can't be compared: one of them isn't there or can't be read"
                .to_owned(),
        ),
    }
    match (&lists.without_provider_key, &lists.not_listed) {
        (Some(one), Some(other)) if one.is_empty() && other.is_empty() => {
            said.push(
                "each name of Provider List has a provider key, and no other key is there".into(),
            );
        }
        (Some(one), Some(other)) => {
            if !one.is_empty() {
                said.push(format!(
                    "! Provider List names without a provider key: {}",
                    list_text(one)
                ));
            }
            if !other.is_empty() {
                said.push(format!(
                    "! provider keys that Provider List lacks: {}",
                    list_text(other)
                ));
            }
        }
        _ if report.setup_migration.is_some() => said.push(
            "Provider List and the provider keys can't be compared: not all of both can be read"
                .into(),
        ),
        _ => {}
    }
    page.lines().lines("compared", said)
}

fn providers(page: &mut Page<'_, impl Write>, migration: &MigrationReport) -> io::Result<()> {
    page.heading("Setup Migration")?;
    let place = page.key_facts(&migration.key);
    if !place.is_empty() {
        page.lines().line("key", &place)?;
    }
    page.field("Setup Version", Some(&migration.setup_version), |version| format!("{version:#x}"))?;
    if migration.setup_version.is_absent() {
        page.lines().line("Setup Version", "(absent)")?;
    }
    for guid in &migration.well_known_guids {
        page.lines()
            .line("Well Known Guid", &format!("{} {}", short(Some(&guid.guid)), guid.name))?;
    }
    if migration.providers.is_empty() && migration.damaged_providers.is_empty() {
        return page.lines().line("providers", "none shown");
    }
    let mut rows = vec![
        ["provider", "WinSock 2.0 Provider ID", "WinSock 1.1 data"].map(str::to_owned).to_vec(),
    ];
    rows.extend(migration.providers.iter().map(|provider| {
        vec![provider.name.clone(), short(Some(&provider.id)), old_data(provider)]
    }));
    for line in columns(&rows) {
        page.row(2, &line)?;
    }
    for damage in &migration.damaged_providers {
        let damage = page.damage(damage);
        page.row(2, &format!("! among the provider keys: {damage}"))?;
    }
    for provider in &migration.providers {
        let Some(data) = &provider.protocols.value else { continue };
        records(page, &provider.name, data)?;
    }
    Ok(())
}

fn old_data(provider: &ProviderReport) -> String {
    let bytes = |data: &coldhive::rules::HexBytes| count(data.0.len() as u64, "byte");
    match &provider.protocols.value {
        _ if provider.winsock1_data.is_absent() => "none".into(),
        Some(data) => {
            let records = count(data.records.len() as u64, "record");
            let fault = provider.protocols.problem.as_ref().map(|fault| format!("; {fault}"));
            let size = field(&provider.winsock1_data, bytes);
            format!("{size}: {records}, {}{}", data.width, fault.unwrap_or_default())
        }
        None => match (&provider.protocols.problem, &provider.winsock1_data.value) {
            (Some(why), Some(data)) => format!("{}: {why}", bytes(data)),
            _ => field(&provider.winsock1_data, bytes),
        },
    }
}

/// How many records of one provider are shown in text.
const RECORDS: usize = 24;

fn records(page: &mut Page<'_, impl Write>, name: &str, data: &ProviderData) -> io::Result<()> {
    page.row(2, &format!("WinSock 1.1 records of {name}"))?;
    let mut rows = vec![
        ["family", "type", "protocol", "address", "message", "flags", "name"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(data.records.iter().take(RECORDS).map(record));
    for line in columns(&rows) {
        page.row(4, &line)?;
    }
    match data.records.len().saturating_sub(RECORDS) {
        0 => Ok(()),
        more => page.row(4, &format!("and {more} more, which JSON has")),
    }
}

fn record(record: &ProtocolInfo) -> Vec<String> {
    let protocol = record.protocol_name().map_or_else(|| record.protocol.to_string(), Into::into);
    vec![
        record.address_family.to_string(),
        record.socket_type.to_string(),
        protocol,
        lengths(record.min_sockaddr, record.max_sockaddr),
        message_size(record.message_size),
        format!("{:#x}", record.service_flags.bits()),
        record.name.clone(),
    ]
}

/// The least and the greatest length of an address, in bytes.
pub(super) fn lengths(min: i32, max: i32) -> String {
    if min == max { min.to_string() } else { format!("{min}-{max}") }
}

/// The longest message, as the number's special meanings have it.
pub(super) fn message_size(size: u32) -> String {
    match size {
        0 => "stream".into(),
        1 => "by network".into(),
        u32::MAX => "any size".into(),
        size => size.to_string(),
    }
}
