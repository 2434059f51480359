//! The same logs read by libevt's evtexport, where it is installed (`apt-get install libevt-utils`).

use std::process::{Command, Stdio};

use coldhive_eventlog::{EventLog, Reached};
use coldhive_forge::event_log::{EventLogSpec, EventSpec};

use crate::{events, wrapped};

/// What evtexport tells of the records of a file, each by event identifier, source and strings.
fn exported(name: &str, file: &[u8]) -> Vec<(u32, String, Vec<String>)> {
    let path = std::env::temp_dir().join(format!("coldhive-{}-{name}.evt", std::process::id()));
    std::fs::write(&path, file).unwrap();
    let output = Command::new("evtexport").arg(&path).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(output.status.success(), "{name}: {output:?}");
    let mut records: Vec<(u32, String, Vec<String>)> = Vec::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let Some((label, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        let last = records.last_mut();
        match (label.trim(), last) {
            ("Event number", _) => records.push((0, String::new(), Vec::new())),
            ("Event identifier", Some((id, ..))) => {
                let hex = value.split_whitespace().next().unwrap().trim_start_matches("0x");
                *id = u32::from_str_radix(hex, 16).unwrap();
            }
            ("Source name", Some((_, source, _))) => *source = value.to_owned(),
            (label, Some((.., strings))) if label.starts_with("String") => {
                // Its number stands before it.
                strings.push(value.split_once(": ").map_or("", |(_, text)| text).to_owned());
            }
            _ => {}
        }
    }
    records
}

#[test]
fn evtexport_reads_the_same_records() {
    if Command::new("evtexport").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: evtexport is not installed");
        return;
    }
    let one = EventSpec::new("Service Control Manager", 7023)
        .strings(["Cluster Server", "%%1720"])
        .data([0xB8, 6, 0, 0]);
    let logs = [
        ("one", EventLogSpec::new([one])),
        ("many", EventLogSpec::new(events(30))),
        ("wrapped", wrapped(77)),
        ("wrapped-again", wrapped(131)),
        ("dirty", EventLogSpec::new(events(9)).dirty()),
        ("dirty-wrapped", wrapped(90).dirty()),
    ];
    for (name, spec) in logs {
        let file = spec.build();
        let log = EventLog::parse(&file).unwrap();
        let ours: Vec<_> = log
            .records()
            .filter(|record| record.reached() == Reached::Chained)
            .map(|record| (record.event_id().0, record.source(), record.strings()))
            .collect();
        assert_eq!(exported(name, &file), ours, "{name}");
    }
}
