//! Transports, and what doesn't agree between the list and the services.

use std::io::{self, Write};

use coldhive::system::winsock::MappingRow;
use coldhive::{FactReport, Field, TransportProtocolReport, TransportReport, WinsockReport};

use super::page::{Page, cell, columns, short};
use crate::text::{count, field};

pub(super) fn write(page: &mut Page<'_, impl Write>, report: &WinsockReport) -> io::Result<()> {
    if report.transports.is_empty() && report.transport_facts.is_empty() {
        return Ok(());
    }
    page.heading("Transports")?;
    for transport in &report.transports {
        self::transport(page, transport)?;
    }
    for damage in &report.hidden_transports {
        let damage = page.damage(damage);
        page.row(
            2,
            &format!(
                "! below Services, what may hide transports that the list doesn't name: {damage}"
            ),
        )?;
    }
    if report.transport_facts.is_empty() {
        let all = match report.hidden_transports.is_empty() {
            true => "nothing disagrees between the list and the services",
            false => "nothing disagrees in what can be read",
        };
        return page.row(2, all);
    }
    page.row(2, "what doesn't agree")?;
    facts(page, &report.transport_facts)
}

/// Each fact in a sentence, with the keys and values that it rests on.
pub(super) fn facts<F>(page: &mut Page<'_, impl Write>, facts: &[FactReport<F>]) -> io::Result<()> {
    for fact in facts {
        page.row(4, &format!("! {}", fact.message))?;
        for rests in &fact.rests_on {
            let value = rests.value.as_ref().map(|name| format!(", value {name}"));
            let place = page.offset(rests.stands.as_ref());
            let found = match (rests.finding, &rests.nearest) {
                ("found", _) => place,
                (finding, Some(nearest)) => {
                    format!("{finding}; the nearest key is {nearest}, {place}")
                }
                (finding, None) => format!("{finding}; its key stands at {place}"),
            };
            page.row(8, &format!("{}{}: {found}", rests.key, value.unwrap_or_default()))?;
        }
    }
    Ok(())
}

fn transport(page: &mut Page<'_, impl Write>, report: &TransportReport) -> io::Result<()> {
    let named = match report.named {
        Some(true) => "",
        Some(false) => " (Transports doesn't name it)",
        None => " (whether Transports names it can't be told)",
    };
    let Some(key) = &report.key else {
        let what = if report.service == "found" {
            "the service is there, and its Parameters\\Winsock is"
        } else {
            "the service is"
        };
        let word = if report.service == "found" { report.finding } else { report.service };
        return page.row(2, &format!("{}{named}: {what} {}", report.name, in_words(word)));
    };
    page.row(2, &format!("{}{named}", report.name))?;
    let place = page.key_facts(key);
    if !place.is_empty() {
        page.row(4, &place)?;
    }
    let damage: Vec<_> =
        key.damage.iter().chain(&report.damage).map(|one| page.damage(one)).collect();
    for damage in damage {
        page.row(4, &format!("! {damage}"))?;
    }
    let number = |length: &u32| length.to_string();
    let length = |field: &Option<Field<u32>>| {
        field.as_ref().map_or_else(|| "absent".into(), |field| cell(field, number))
    };
    let (min, max) = (length(&report.min_sockaddr_length), length(&report.max_sockaddr_length));
    let lengths = if min == max { min } else { format!("{min} to {max}") };
    let short_names = if report.short_names {
        " (under the names MinSockAddrLen, MaxSockAddrLen too)"
    } else {
        ""
    };
    page.row(
        4,
        &format!(
            "helper {}, addresses of {lengths} bytes{short_names}",
            short(report.helper_dll.as_ref())
        ),
    )?;
    mapping(page, report)?;
    let mut more = Vec::new();
    if let Some(guid) = report.provider_guid.as_ref().filter(|field| !field.is_absent()) {
        more.push(format!("ProviderGUID {}", short(Some(guid))));
    }
    for (name, field) in [
        ("OfflineCapable", &report.offline_capable),
        ("UseDelayedAcceptance", &report.use_delayed_acceptance),
    ] {
        if let Some(field) = field.as_ref().filter(|field| !field.is_absent()) {
            more.push(format!("{name} {}", cell(field, number)));
        }
    }
    if !more.is_empty() {
        page.row(4, &more.join(", "))?;
    }
    protocols(page, &report.protocols)
}

fn in_words(finding: &str) -> &str {
    match finding {
        "absent" => "not there",
        "unreadable" => "damaged: it stands in the list and can't be read",
        "obscured" => "hidden: damage or the extent of the file leaves open whether it is there",
        other => other,
    }
}

/// How many rows of a mapping are shown in text.
const ROWS: usize = 4;

/// Counts by family, and the first rows.
fn mapping(page: &mut Page<'_, impl Write>, report: &TransportReport) -> io::Result<()> {
    let Some(mapping) = &report.mapping else { return Ok(()) };
    let families = |rows: &Vec<MappingRow>| {
        let counts = report.mapping_families.iter();
        let counts: Vec<_> =
            counts.map(|count| format!("{} {}", count.rows, count.family)).collect();
        format!("{}: {}", count(rows.len() as u64, "row"), counts.join(", "))
    };
    page.row(4, &format!("mapping of {}", field(mapping, families)))?;
    let rows = mapping.value.as_deref().unwrap_or_default();
    let cells = |row: &MappingRow| {
        let protocol = row.protocol_name().map_or_else(|| any(row.protocol), Into::into);
        let kind = if row.socket_type == 0 { "any type".into() } else { row.kind().to_string() };
        vec![row.family().to_string(), kind, protocol]
    };
    let shown: Vec<_> = rows.iter().take(ROWS).map(cells).collect();
    for line in columns(&shown) {
        page.row(8, &line)?;
    }
    match rows.len().saturating_sub(ROWS) {
        0 => Ok(()),
        more => page.row(8, &format!("and {more} more, which JSON has")),
    }
}

/// A protocol without a name; 0 stands for any.
fn any(protocol: u32) -> String {
    if protocol == 0 { "any protocol".into() } else { protocol.to_string() }
}

fn protocols(
    page: &mut Page<'_, impl Write>,
    protocols: &[TransportProtocolReport],
) -> io::Result<()> {
    if protocols.is_empty() {
        return Ok(());
    }
    let mut rows = vec![
        ["subkey", "family", "type", "protocol", "address", "name"].map(str::to_owned).to_vec(),
    ];
    rows.extend(protocols.iter().map(|protocol| {
        let number = |length: &u32| length.to_string();
        let (min, max) = (
            cell(&protocol.min_sockaddr_length, number),
            cell(&protocol.max_sockaddr_length, number),
        );
        let text = protocol.protocol_text.clone();
        vec![
            protocol.number.to_string(),
            cell(&protocol.address_family, ToString::to_string),
            cell(&protocol.socket_type, ToString::to_string),
            text.unwrap_or_else(|| cell(&protocol.protocol, ToString::to_string)),
            if min == max { min } else { format!("{min}-{max}") },
            short(Some(&protocol.name)),
        ]
    }));
    for line in columns(&rows) {
        page.row(4, &line)?;
    }
    Ok(())
}
