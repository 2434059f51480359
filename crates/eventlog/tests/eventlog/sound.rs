//! Logs as the event-logging service leaves them.

use coldhive_eventlog::{
    EndOfFile, EventLog, EventLogDamage, EventLogFlags, EventSeverity, Reached,
};
use coldhive_forge::event_log::{EventLogSpec, EventSpec};

use crate::{chained, events, told, wrapped};

#[test]
fn a_record_has_all_its_fields() {
    let event = EventSpec::new("Service Control Manager", 7023)
        .strings(["Cluster Server", "%%1720", ""])
        .sid([1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0])
        .data([0xB8, 6, 0, 0, 7]);
    let file = EventLogSpec::new([event]).build();
    let log = EventLog::parse(&file).unwrap();
    let record = log.records().next().unwrap();
    assert_eq!((record.offset(), record.reached(), record.number()), (0x30, Reached::Chained, 1));
    assert_eq!((record.generated(), record.written()), (926_544_014, 926_544_014));
    let id = record.event_id();
    assert_eq!((id.code(), id.severity(), id.facility()), (7023, EventSeverity::Error, 0));
    assert_eq!(record.event_type().to_string(), "error");
    assert_eq!(
        (record.source().as_str(), record.computer().as_str()),
        ("Service Control Manager", "NODE1")
    );
    assert_eq!(record.strings(), ["Cluster Server", "%%1720", ""]);
    assert_eq!(record.sid(), [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
    assert_eq!(record.data(), [0xB8, 6, 0, 0, 7]);
    assert_eq!((record.damage(), log.damage()), (vec![], &[][..]));
}

#[test]
fn an_empty_log_has_no_records() {
    let file = EventLogSpec::new([]).build();
    let log = EventLog::parse(&file).unwrap();
    assert!(log.is_empty() && log.damage().is_empty());
    assert_eq!(log.header().unwrap().oldest_record, 0);
    assert_eq!(file.len(), 0x30 + 0x28);
}

#[test]
fn every_wrapped_log_tells_its_newest_records_in_their_order() {
    let mut split = 0;
    for number in 20..140 {
        let file = wrapped(number).build();
        let log = EventLog::parse(&file).unwrap();
        let header = log.header().unwrap();
        assert_eq!(log.damage(), [], "{number} events");
        let expected: Vec<_> = (header.oldest_record..=number).collect();
        assert_eq!(chained(&log), expected, "{number} events");
        assert_eq!(header.flags.contains(EventLogFlags::WRAP), header.oldest_record > 1);
        for (record, text) in told(&log) {
            assert!(text.starts_with(&format!("event {record}, ")), "{number} events: {text}");
        }
        for record in log.records().filter(|record| record.reached() == Reached::Chained) {
            assert_eq!(record.damage(), []);
            split += u32::from(record.is_split());
        }
    }
    assert!(split > 0, "some go round the end");
}

#[test]
fn the_end_counts_where_the_header_is_dirty() {
    for spec in [EventLogSpec::new(events(9)), wrapped(77)] {
        let (clean, dirty) = (spec.build(), spec.dirty().build());
        let (clean, dirty) = (EventLog::parse(&clean).unwrap(), EventLog::parse(&dirty).unwrap());
        assert_eq!(dirty.damage(), [EventLogDamage::Dirty]);
        assert_eq!(chained(&dirty), chained(&clean));
    }
}

/// A ring is written without regard to where its end cuts what stands behind the newest record.
#[test]
fn the_end_of_file_record_may_go_round_the_end() {
    let file = EventLogSpec::new(events(5)).build();
    let (header, rest) = file.split_at(0x30);
    let (records, end) = rest.split_at(rest.len() - 0x28);
    for here in (4..0x28).step_by(4) {
        for is_dirty in [false, true] {
            let begin = 0x30 + 0x28 - here;
            let places = [begin, begin + records.len()].map(|it| u32::try_from(it).unwrap());
            let places = places.map(u32::to_le_bytes).concat();
            let (mut header, mut end) = (header.to_vec(), end.to_vec());
            header[0x10..0x18].copy_from_slice(&places);
            header[0x24] = u8::from(is_dirty);
            end[0x14..0x1C].copy_from_slice(&places);
            let (at_end, round) = end.split_at(here);
            let file = [&header, round, records, at_end].concat();
            let log = EventLog::parse(&file).unwrap();
            assert_eq!(chained(&log), [1, 2, 3, 4, 5], "{here}");
            assert!(log.end().is_some_and(EndOfFile::is_in_place));
            assert_eq!(log.damage().len(), usize::from(is_dirty), "{:?}", log.damage());
        }
    }
}
