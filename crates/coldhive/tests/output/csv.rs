//! CSV, read back by the csv crate's reader and by Python's.

use std::collections::BTreeMap;

use coldhive::output::csv::COLUMNS;
use coldhive::rules::Truth;

use crate::support::{ALL_SAMPLES, CORPUS, Findings, Format, piped};

/// The rows by column.
pub(crate) fn rows(findings: &Findings) -> Vec<BTreeMap<String, String>> {
    let bytes = findings.bytes(Format::Csv);
    // The reader takes the byte order mark away by itself.
    let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
    reader.deserialize().map(|row| row.expect("every row has every column")).collect()
}

/// A cell as it was before it was kept from being a formula.
pub(crate) fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[test]
fn a_table_has_a_row_for_each_finding() {
    for findings in [&*ALL_SAMPLES, &*CORPUS] {
        let mut rows = rows(findings).into_iter();
        for verdict in findings.verdicts() {
            let open = |it: &&_| !matches!(it, Truth::True | Truth::NotApplicable);
            let remarks = verdict.remarks.iter().filter(|it| open(&&it.result));
            let checks = verdict.checks.iter().map(|it| ("check", it));
            for (kind, check) in checks.chain(remarks.map(|it| ("remark", it))) {
                let row = rows.next().unwrap();
                assert_eq!(row["row"], kind);
                assert_eq!(row["hive"], verdict.hive.path);
                assert_eq!(Some(&row["hive_sha256"]), verdict.hive.sha256.as_ref());
                assert_eq!((&row["rule"], &row["check"]), (&verdict.rule.id, &check.id));
                assert_eq!(row["result"], check.result.to_string());
                assert_eq!(row["outcome"], verdict.outcome.to_string());
                assert_eq!(row["records"], check.evidence.len().to_string());
                assert_eq!(row["case"], "'=Case 7");
                let Some(evidence) = check.evidence.first() else { continue };
                assert!(row["key"].ends_with(&evidence.key), "{row:?}");
                let offset = evidence.file_offset.map(|offset| format!("{offset:#x}"));
                assert_eq!(row["file_offset"], offset.unwrap_or_default());
                let time = evidence.last_written.map(|time| time.to_string());
                assert_eq!(row["last_written"], time.unwrap_or_default());
            }
            if verdict.checks.is_empty() {
                let row = rows.next().unwrap();
                assert_eq!((row["row"].as_str(), row["check"].as_str()), ("verdict", ""));
            }
        }
        for error in &findings.errors {
            let row = rows.next().unwrap();
            assert_eq!((row["row"].as_str(), &row["hive"]), ("error", &error.path));
            assert_eq!(row["found"], error.message);
        }
        assert_eq!(rows.next(), None);
    }
}

#[test]
fn a_table_is_rfc_4180_with_a_mark_in_front() {
    let text = ALL_SAMPLES.text(Format::Csv);
    let head = format!("\u{feff}{}\r\n", COLUMNS.join(","));
    assert!(text.starts_with(&head), "{text}");
    assert!(text.ends_with("\r\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a row is a line");
}

#[test]
fn python_reads_the_same_cells() {
    let script = "import csv,io,json,sys\n\
                  csv.field_size_limit(10**6)\n\
                  text=io.TextIOWrapper(sys.stdin.buffer,encoding='utf-8-sig',newline='')\n\
                  print(json.dumps(list(csv.DictReader(text,strict=True))))";
    for findings in [&*ALL_SAMPLES, &*CORPUS, &crate::hostile::findings()] {
        let Some(read) = piped("python3", &["-c", script], &findings.bytes(Format::Csv)) else {
            return;
        };
        let read: Vec<BTreeMap<String, String>> = serde_json::from_str(&read).unwrap();
        assert!(read == rows(findings));
    }
}
