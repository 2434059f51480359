//! Event logs and cluster logs, sound and hostile.

mod cluster_log;
mod damaged;
mod evtexport;
mod hostile;
mod sound;

use coldhive_eventlog::{EventLog, EventRecord, Reached};
use coldhive_forge::event_log::{EventLogSpec, EventSpec};

/// What the records of a log are called by: number and strings.
fn told(log: &EventLog<'_>) -> Vec<(u32, String)> {
    log.records().map(|record| (record.number(), record.strings().join(", "))).collect()
}

/// The same of those that the chain leads to.
fn chained(log: &EventLog<'_>) -> Vec<u32> {
    let is_chained = |record: &EventRecord<'_>| record.reached() == Reached::Chained;
    log.records().filter(is_chained).map(|record| record.number()).collect()
}

/// Events of different lengths.
fn events(number: u32) -> Vec<EventSpec> {
    let event = |number: u32| {
        let text = "x".repeat(usize::try_from(number * 7 % 23).unwrap());
        EventSpec::new("Service Control Manager", 7023)
            .time(900_000_000 + number)
            .strings([format!("event {number}"), text])
    };
    (1..=number).map(event).collect()
}

/// A log of 4 KiB that its events went round.
fn wrapped(number: u32) -> EventLogSpec {
    EventLogSpec::new(events(number)).size(0x1000)
}
