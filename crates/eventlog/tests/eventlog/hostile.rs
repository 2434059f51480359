//! Any bytes.

use coldhive_eventlog::{ClusterLog, EventLog, EventLogDamage, EventLogFlags, LONGEST_LINE};
use coldhive_forge::event_log::EventLogSpec;
use proptest::prelude::*;

use crate::{events, wrapped};

/// Reads all there is, and holds it to what must always be true.
fn survive(file: &[u8]) {
    if let Ok(log) = ClusterLog::parse(file) {
        let mut last = 0;
        for line in log.lines() {
            assert!(line.number > last && line.text.len() <= 2 * LONGEST_LINE);
            last = line.number;
        }
    }
    let Ok(log) = EventLog::parse(file) else { return };
    let (mut bytes, mut last) = (0, 0);
    for record in log.records() {
        assert!(record.number() >= last, "the order");
        last = record.number();
        bytes += record.bytes().len();
        let text = record.source().len() + record.computer().len();
        let strings: usize = record.strings().iter().map(String::len).sum();
        assert!(text + strings + record.data().len() <= 3 * record.bytes().len() + 3 * file.len());
        for damage in record.damage() {
            assert_eq!(damage.offset(), record.offset());
            let place = format!("at offset {:#x} ", damage.offset());
            assert!(damage.to_string().contains(&place), "{damage}");
        }
    }
    assert!(bytes <= file.len(), "no byte belongs to two records");
    for damage in log.damage() {
        let place = format!("at offset {:#x}", damage.offset());
        let is_of_a_place = matches!(damage, EventLogDamage::ChainBroken { .. });
        assert!(!is_of_a_place || damage.to_string().contains(&place), "{damage}");
    }
    let is_dirty = log.header().is_some_and(|it| it.flags.contains(EventLogFlags::DIRTY));
    assert_eq!(log.damage().contains(&EventLogDamage::Dirty), is_dirty);
    assert_eq!(log.damage().contains(&EventLogDamage::NoHeader), log.header().is_none());
    assert_eq!(log.damage().contains(&EventLogDamage::NoEnd), log.end().is_none());
}

#[test]
fn a_log_of_nothing_but_signatures() {
    for length in [0x40_u32, 0x44, 0x1000, 0xFFFF_FFFC] {
        let unit = [length.to_le_bytes(), *b"LfLe"].concat();
        survive(&unit.repeat(4096));
    }
}

proptest! {
    #[test]
    fn any_byte_of_a_log_may_change(number in 1_u32..90, changes in prop::collection::vec((0_usize..0x1000, any::<u8>()), 1..12), dirty: bool) {
        let spec = if number < 12 { EventLogSpec::new(events(number)) } else { wrapped(number) };
        let mut file = if dirty { spec.dirty() } else { spec }.build();
        for (at, byte) in changes {
            let length = file.len();
            file[at % length] = byte;
        }
        survive(&file);
    }

    #[test]
    fn fields_may_hold_any_number(at in 0_usize..0x400, value in prop::sample::select(vec![0, 1, 0x27, 0x28, 0x30, 0x34, 0x38, 0x3C, 0x40, 0x1000, 0x7FFF_FFFF, 0xFFFF_FFFC, u32::MAX]), number in 1_u32..90) {
        let mut file = wrapped(number).build();
        file[at * 4..at * 4 + 4].copy_from_slice(&value.to_le_bytes());
        survive(&file);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        survive(&bytes);
    }

    #[test]
    fn any_text(text in "([0-9a-f]{1,4}[.:]{0,2}|[0-9/:.-]{0,24}|\\PC{0,9}|\r?\n){0,40}", utf16: bool) {
        let bytes = match utf16 {
            true => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            false => text.into_bytes(),
        };
        survive(&bytes);
        survive(&[b"\xFF\xFE", &bytes[..]].concat());
        survive(&[b"\xFE\xFF", &bytes[..]].concat());
    }
}
