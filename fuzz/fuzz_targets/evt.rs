//! Event logs and cluster logs: any bytes are refused, or give records of which none shares a byte with another.
#![no_main]

use coldhive_eventlog::{ClusterLog, EventLog, LONGEST_LINE};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(log) = ClusterLog::parse(bytes) {
        assert!(log.lines().all(|line| line.text.len() <= 2 * LONGEST_LINE));
    }
    let Ok(log) = EventLog::parse(bytes) else { return };
    let (mut read, mut last) = (0, 0);
    for record in log.records() {
        assert!(record.number() >= last, "the order");
        last = record.number();
        read += record.bytes().len();
        let _ = (record.source(), record.computer(), record.strings(), record.sid(), record.data());
        assert!(record.damage().iter().all(|damage| damage.offset() < bytes.len() as u64));
    }
    assert!(read <= bytes.len(), "no byte belongs to two records");
});
