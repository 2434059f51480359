//! JSON and JSON Lines, read back by the types that others read them with.

use coldhive::Report;
use coldhive::output::jsonl::{JSONL_SCHEMA, Line};

use crate::support::{ALL_SAMPLES, CORPUS, Findings, Format};

/// What is streamed is what would be written of the whole at once, and reads back as it.
#[test]
fn a_streamed_report_is_the_report() {
    for findings in [&*ALL_SAMPLES, &*CORPUS, &Findings::default()] {
        let streamed = findings.text(Format::Json);
        let report = findings.report();
        assert!(streamed == serde_json::to_string_pretty(&report).unwrap() + "\n");
        assert!(serde_json::from_str::<Report>(&streamed).unwrap() == report);
    }
}

#[test]
fn a_report_from_before_runs_were_told_is_read() {
    let old = r#"{"schema":"coldhive.report/1","tool":"coldhive 0.1.0","hives":[],"verdicts":[],"errors":[]}"#;
    let report: Report = serde_json::from_str(old).unwrap();
    assert_eq!((report.run, report.totals), (None, None));
}

#[test]
fn lines_read_back_in_their_order() {
    for findings in [&*ALL_SAMPLES, &*CORPUS] {
        let text = findings.text(Format::JsonLines);
        let mut lines = text.lines().map(|line| serde_json::from_str::<Line<'_>>(line).unwrap());
        let Some(Line::Begin { schema, run }) = lines.next() else { panic!("no beginning") };
        assert_eq!((&*schema, &*run), (JSONL_SCHEMA, &findings.run));
        for (hive, verdicts) in &findings.hives {
            assert!(matches!(lines.next(), Some(Line::Hive(line)) if *line == *hive));
            for verdict in verdicts {
                assert!(matches!(lines.next(), Some(Line::Verdict(line)) if *line == *verdict));
            }
        }
        for error in &findings.errors {
            assert!(matches!(lines.next(), Some(Line::Error(line)) if *line == *error));
        }
        let Some(Line::End { totals }) = lines.next() else { panic!("no end") };
        assert_eq!(*totals, findings.totals());
        assert!(lines.next().is_none());
    }
}
