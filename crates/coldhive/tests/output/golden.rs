//! Each format, whole, and the same each time.

use std::path::Path;

use coldhive::CheckOptions;
use snapbox::Assert;
use snapbox::assert::DEFAULT_ACTION_ENV;
use snapbox::data::{Data, DataFormat};

use crate::support::{ALL_SAMPLES, CORPUS, FORMATS, Findings, Format, SAMPLES, samples};

#[track_caller]
fn assert_golden(name: &str, findings: &Findings, format: Format) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/output/golden").join(name);
    let expected = Data::read_from(&path, Some(DataFormat::Text));
    let assert = Assert::new().normalize_paths(false).action_env(DEFAULT_ACTION_ENV);
    // The ends of lines of CSV are asked for elsewhere.
    assert.eq(Data::text(findings.text(format).replace("\r\n", "\n")), expected);
}

#[test]
fn every_sample_in_the_formats_of_other_programs() {
    assert_golden("samples.csv", &ALL_SAMPLES, Format::Csv);
    assert_golden("samples.sarif", &ALL_SAMPLES, Format::Sarif);
    assert_golden("samples.timesketch.jsonl", &ALL_SAMPLES, Format::Timesketch);
    assert_golden("samples.bodyfile", &ALL_SAMPLES, Format::Bodyfile);
}

#[test]
fn two_samples_as_json() {
    let mut findings = samples(&["cluster-broken", "many-1.5"], &CheckOptions::default());
    findings.errors = ALL_SAMPLES.errors.clone();
    assert_golden("two.json", &findings, Format::Json);
    assert_golden("two.jsonl", &findings, Format::JsonLines);
}

#[test]
fn the_same_hives_give_the_same_bytes() {
    let again = samples(&SAMPLES, &CheckOptions::default());
    let again = Findings { errors: ALL_SAMPLES.errors.clone(), ..again };
    for format in FORMATS {
        assert_eq!(again.bytes(format), ALL_SAMPLES.bytes(format), "{format:?}");
        assert_eq!(CORPUS.bytes(format), CORPUS.bytes(format), "{format:?}");
    }
}
