//! The bodyfile, read back by mactime.

use std::collections::BTreeSet;

use coldhive::output::timesketch::Event;

use crate::support::{ALL_SAMPLES, CORPUS, Format, piped};

#[test]
fn a_line_has_eleven_fields() {
    for findings in [&*ALL_SAMPLES, &*CORPUS, &crate::hostile::findings()] {
        for line in findings.text(Format::Bodyfile).lines() {
            let fields: Vec<_> = line.split('|').collect();
            assert_eq!(fields.len(), 11, "{line}");
            assert!(fields[8].parse::<u64>().is_ok_and(|seconds| seconds > 0), "{line}");
            assert!(fields[1].starts_with('[') && fields[1].ends_with(')'), "{line}");
        }
    }
}

/// mactime's lines are ours: the same time, to the second, and the same name.
#[test]
fn mactime_reads_it() {
    for findings in [&*ALL_SAMPLES, &*CORPUS, &crate::hostile::findings()] {
        let bytes = findings.bytes(Format::Bodyfile);
        // `-y` prints times in ISO 8601; days before the second leave out what has no time.
        let args = ["-b", "-", "-d", "-y", "-z", "UTC", "1970-01-02"];
        let Some(read) = piped("mactime", &args, &bytes) else { return };
        let mut table = ::csv::Reader::from_reader(read.as_bytes());
        let read = table.records().map(|row| row.expect("mactime writes CSV"));
        let read: BTreeSet<_> = read.map(|row| (row[0].to_owned(), row[7].to_owned())).collect();
        let text = String::from_utf8(bytes).unwrap();
        let names: BTreeSet<_> = text.lines().map(|line| line.split('|').nth(1).unwrap()).collect();
        let found: BTreeSet<_> = read.iter().map(|(_, name)| name.as_str()).collect();
        let lost: Vec<_> = names.difference(&found).collect();
        assert!(lost.is_empty(), "{lost:?}");
        let times: BTreeSet<_> = read.iter().map(|(time, _)| time.as_str()).collect();
        for line in findings.text(Format::Timesketch).lines() {
            let event: Event = serde_json::from_str(line).unwrap();
            let second = event.datetime.split('.').next().unwrap();
            let is_late = second >= "1970-01-02";
            assert!(!is_late || times.iter().any(|it| it.starts_with(second)), "{second}");
        }
    }
}
