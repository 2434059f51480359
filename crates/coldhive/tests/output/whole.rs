//! A run that is killed leaves whole records.

use std::io::{self, Write};

use crate::support::{ALL_SAMPLES, Format};

/// Takes so many calls, each whole, and then no more.
struct Killed<'b> {
    bytes: &'b mut Vec<u8>,
    calls: usize,
}

impl Write for Killed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls = self.calls.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
        self.bytes.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_is_left_of_a_killed_run_are_whole_lines() {
    for format in [Format::JsonLines, Format::Csv, Format::Timesketch, Format::Bodyfile] {
        let whole = ALL_SAMPLES.bytes(format);
        let records = whole.split_inclusive(|byte| *byte == b'\n').count();
        for calls in 0..=records {
            let mut bytes = Vec::new();
            let done = ALL_SAMPLES.tell(&mut *format.open(Killed { bytes: &mut bytes, calls }));
            assert_eq!(done.is_ok(), calls == records, "{format:?} after {calls} calls");
            assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), calls, "{format:?}");
            assert!(whole.starts_with(&bytes) && (bytes.is_empty() || bytes.ends_with(b"\n")));
        }
    }
}
