//! Logs that lost something.

use coldhive_eventlog::{
    BrokenChain, EventLog, EventLogDamage, EventRecord, NotAnEventLog, Reached, RecordDamage,
};
use coldhive_forge::event_log::EventLogSpec;

use crate::{chained, events, told, wrapped};

fn numbers(log: &EventLog<'_>) -> Vec<u32> {
    told(log).into_iter().map(|(number, _)| number).collect()
}

#[test]
fn without_a_header_the_end_leads_to_the_records() {
    for spec in [EventLogSpec::new(events(9)), wrapped(77)] {
        let whole = spec.build();
        let mut file = whole.clone();
        file[..0x30].fill(0);
        let log = EventLog::parse(&file).unwrap();
        assert_eq!(log.damage(), [EventLogDamage::NoHeader]);
        assert_eq!(chained(&log), chained(&EventLog::parse(&whole).unwrap()));
    }
}

#[test]
fn without_header_and_end_records_are_found_by_their_signature() {
    let mut file = EventLogSpec::new(events(9)).build();
    file[..0x30].fill(0);
    let end = file.len() - 0x28;
    file[end..].fill(0x27);
    let log = EventLog::parse(&file).unwrap();
    assert_eq!(log.damage(), [EventLogDamage::NoHeader, EventLogDamage::NoEnd]);
    assert_eq!(numbers(&log), (1..=9).collect::<Vec<_>>());
    assert!(
        log.records()
            .all(|record| record.reached() == Reached::Scanned && record.damage().is_empty())
    );
}

#[test]
fn a_record_that_goes_round_is_found_whole_without_header_and_end() {
    let spec = (40..140).map(wrapped).find(|spec| {
        let file = spec.build();
        EventLog::parse(&file).unwrap().records().any(|record| record.is_split())
    });
    let mut file = spec.unwrap().build();
    let (number, end) = {
        let log = EventLog::parse(&file).unwrap();
        let split = log.records().find(EventRecord::is_split).unwrap();
        (split.number(), usize::try_from(log.end().unwrap().found_at).unwrap())
    };
    file[..0x30].fill(0);
    file[end..end + 0x28].fill(0);
    let log = EventLog::parse(&file).unwrap();
    let split = log.records().find(|record| record.number() == number).unwrap();
    assert!(split.is_split() && split.damage().is_empty());
    assert!(split.strings()[0].ends_with(&number.to_string()));
}

#[test]
fn a_carved_fragment_begins_with_a_record() {
    let file = EventLogSpec::new(events(9)).build();
    let log = EventLog::parse(&file[0x30..]).unwrap();
    assert_eq!(numbers(&log), (1..=9).collect::<Vec<_>>());
    assert_eq!(log.records().next().unwrap().offset(), 0);
}

#[test]
fn behind_a_break_of_the_chain_records_are_searched_for() {
    let whole = EventLogSpec::new(events(9)).build();
    let fourth = {
        let log = EventLog::parse(&whole).unwrap();
        usize::try_from(log.records().nth(3).unwrap().offset()).unwrap()
    };
    let mut file = whole;
    file[fourth + 4..fourth + 8].fill(0);
    let log = EventLog::parse(&file).unwrap();
    let offset = u64::try_from(fourth).unwrap();
    let broken = EventLogDamage::ChainBroken { offset, reason: BrokenChain::NoRecord };
    assert_eq!(log.damage(), [broken]);
    assert_eq!(chained(&log), [1, 2, 3]);
    assert_eq!(numbers(&log), [1, 2, 3, 5, 6, 7, 8, 9]);
}

#[test]
fn a_log_that_is_cut_short_keeps_what_is_left() {
    let file = EventLogSpec::new(events(9)).build();
    for length in 0x30 + 0x40..file.len() {
        let log = EventLog::parse(&file[..length]).unwrap();
        assert!(!log.damage().is_empty(), "{length}");
        for record in log.records() {
            let left = length - usize::try_from(record.offset()).unwrap();
            let is_whole = usize::try_from(record.length()).unwrap() <= left;
            let is_cut = matches!(record.damage().first(), Some(RecordDamage::CutShort { .. }));
            assert_eq!(is_cut, !is_whole, "{length}");
        }
    }
}

#[test]
fn a_record_whose_end_was_overwritten_ends_where_the_next_begins() {
    let mut file = EventLogSpec::new(events(3)).build();
    // The first claims to be longer than it is.
    file[0x30..0x34].copy_from_slice(&0x200_u32.to_le_bytes());
    let log = EventLog::parse(&file).unwrap();
    assert_eq!(numbers(&log), [1, 2, 3]);
    let damage = log.records().next().unwrap().damage();
    assert!(
        matches!(damage[0], RecordDamage::CutShort { offset: 0x30, length: 0x200, .. }),
        "{damage:?}"
    );
}

#[test]
fn a_header_that_points_outside_leads_to_no_records() {
    let mut file = EventLogSpec::new(events(2)).build();
    let end = file.len() - 0x28;
    let outside = 0x4000_0000_u32;
    file[0x10..0x14].copy_from_slice(&outside.to_le_bytes());
    file[end..].fill(0);
    // The second record is as long as the way to there.
    let second = {
        let log = EventLog::parse(&file).unwrap();
        usize::try_from(log.records().nth(1).unwrap().offset()).unwrap()
    };
    let length = outside - u32::try_from(second).unwrap();
    file[second..second + 4].copy_from_slice(&length.to_le_bytes());
    let log = EventLog::parse(&file).unwrap();
    let broken =
        EventLogDamage::ChainBroken { offset: outside.into(), reason: BrokenChain::Outside };
    assert_eq!(log.damage(), [EventLogDamage::NoEnd, broken]);
    assert_eq!(numbers(&log), [1, 2]);
    assert!(log.records().all(|record| record.reached() == Reached::Scanned));
}

#[test]
fn parts_that_lie_outside_are_told_and_the_rest_is_read() {
    let mut file = EventLogSpec::new(events(1)).build();
    // The strings begin behind the record, and there is a SID of 4 GiB.
    file[0x30 + 0x24..0x30 + 0x28].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
    file[0x30 + 0x28..0x30 + 0x2C].copy_from_slice(&u32::MAX.to_le_bytes());
    let log = EventLog::parse(&file).unwrap();
    let record = log.records().next().unwrap();
    let outside = |part| RecordDamage::PartOutside { offset: 0x30, part };
    assert_eq!(record.damage(), [outside("SID"), outside("strings")]);
    assert_eq!((record.source().as_str(), record.strings().len()), ("Service Control Manager", 0));
}

#[test]
fn what_is_no_event_log_is_named() {
    let parse = |bytes: &[u8]| EventLog::parse(bytes).map(|_| ()).unwrap_err();
    assert_eq!(parse(b""), NotAnEventLog::Empty);
    assert_eq!(parse(b"ElfFile\0 and more"), NotAnEventLog::Evtx);
    assert_eq!(parse(&[b"regf".as_slice(), &[0; 4092]].concat()), NotAnEventLog::Hive);
    assert_eq!(parse(&[0; 5000]), NotAnEventLog::Unknown);
}
