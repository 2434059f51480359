//! What `coldhive info` says of the machine.

use std::io::{self, Write};

use coldhive::system::{Season, StartCounts};
use coldhive::{Info, MachineReport, SoftwareReport, TimeZoneReport};

use crate::text::{self, Labelled, count, field};

/// Writes what the control set in use says, and what the SOFTWARE hive does.
pub(crate) fn write(lines: &mut Labelled<'_, impl Write>, info: &Info) -> io::Result<()> {
    if let Some(software) = &info.software {
        self::software(lines, software)?;
    }
    let Some(machine) = &info.machine else { return Ok(()) };
    names(lines, machine)?;
    time_zone(lines, &machine.time_zone)?;
    lines.line("last shutdown", &field(&machine.last_shutdown, ToString::to_string))?;
    profiles(lines, machine)?;
    services(lines, machine)
}

fn software(lines: &mut Labelled<'_, impl Write>, software: &SoftwareReport) -> io::Result<()> {
    let state = if software.dirty { format!(" ({})", software.recovery) } else { String::new() };
    lines.line("SOFTWARE", &format!("{}{state}", software.path))?;
    if let Some(sha256) = &software.sha256 {
        lines.line("", &format!("sha256 {sha256}"))?;
    }
    lines.line("", &format!("version {}", field(&software.version, ToString::to_string)))?;
    for (what, value) in [
        ("product name", &software.product_name),
        ("edition", &software.edition),
        ("service pack", &software.service_pack),
        ("release", &software.display_version),
    ] {
        if let Some(value) = &value.value {
            lines.line("", &format!("{what}: {value}"))?;
        }
    }
    lines.line("", &format!("installed {}", field(&software.install_date, ToString::to_string)))
}

fn names(lines: &mut Labelled<'_, impl Write>, machine: &MachineReport) -> io::Result<()> {
    lines.line("computer name", &field(&machine.computer_name, Clone::clone))?;
    if let Some(active) = &machine.active_computer_name.value {
        lines.line("", &format!("{active} until the next start"))?;
    }
    let domain = match &machine.domain.value {
        Some(domain) if !domain.is_empty() => format!(", domain {domain}"),
        _ => String::new(),
    };
    lines.line("TCP/IP name", &format!("{}{domain}", field(&machine.hostname, Clone::clone)))
}

fn time_zone(lines: &mut Labelled<'_, impl Write>, zone: &TimeZoneReport) -> io::Result<()> {
    let name = if zone.key_name.value.is_some() { &zone.key_name } else { &zone.standard_name };
    if zone.bias.value.is_none() && name.value.is_none() {
        return lines.line("time zone", &field(&zone.bias, ToString::to_string));
    }
    let bias = field(&zone.bias, ToString::to_string);
    lines.line("time zone", &format!("{}: bias {bias}", field(name, Clone::clone)))?;
    let season = match zone.season {
        Some(Season::Standard) => ": standard time",
        Some(Season::Daylight) => ": daylight saving time",
        Some(Season::Same) | None => "",
        Some(Season::Neither) => ": neither standard nor daylight saving time",
    };
    let active = field(&zone.active_bias, ToString::to_string);
    lines.line("", &format!("active bias {active}{season}"))
}

fn profiles(lines: &mut Labelled<'_, impl Write>, machine: &MachineReport) -> io::Result<()> {
    let report = &machine.hardware_profiles;
    let current = report.current.value;
    let profiles = report.profiles.iter().map(|profile| {
        let name = field(&profile.friendly_name, Clone::clone);
        let mark = if current == Some(profile.number) { ", current" } else { "" };
        format!("{:04} {name}{mark}", profile.number)
    });
    let damage = report.damage.iter().map(text::damage);
    let left_out =
        Some(report.left_out).filter(|more| *more > 0).map(|more| format!("... and {more} more"));
    let mut all: Vec<String> = profiles.chain(damage).chain(left_out).collect();
    if all.is_empty() {
        all.push("none".into());
    }
    lines.lines("profiles", all)
}

fn services(lines: &mut Labelled<'_, impl Write>, machine: &MachineReport) -> io::Result<()> {
    let Some(counts) = &machine.services.value else {
        return lines.line("services", &field(&machine.services, |_| String::new()));
    };
    lines.line("drivers", &starts(&counts.drivers))?;
    lines.line("services", &starts(&counts.services))?;
    let security = match counts.ill_formed_security {
        0 => String::new(),
        bad => format!(", {bad} of them ill-formed"),
    };
    let own = count(counts.with_security, "key");
    lines.line("", &format!("{own} with security of the service{security}"))?;
    let other = [
        (counts.adapters, "for adapters"),
        (counts.others, "of another type"),
        (counts.without_type, "without a type"),
        (counts.unreadable_type, "with a type that can't be read"),
        (counts.unreadable, "that can't be read"),
        (
            counts.not_looked_into,
            "not looked into: together they hold more than the hive has room for",
        ),
    ];
    let other = other.into_iter().filter(|(number, _)| *number > 0);
    lines.lines("", other.map(|(number, what)| format!("{} {what}", count(number, "key"))))
}

/// How many start in which way.
fn starts(counts: &StartCounts) -> String {
    let ways = [
        (counts.boot, "boot"),
        (counts.system, "system"),
        (counts.automatic, "automatic"),
        (counts.manual, "manual"),
        (counts.disabled, "disabled"),
        (counts.other, "of no known start"),
        (counts.unknown, "whose start can't be told"),
    ];
    let ways = ways.into_iter().filter(|(number, _)| *number > 0);
    let ways: Vec<_> = ways.map(|(number, way)| format!("{number} {way}")).collect();
    match ways.as_slice() {
        [] => counts.total.to_string(),
        ways => format!("{}: {}", counts.total, ways.join(", ")),
    }
}
