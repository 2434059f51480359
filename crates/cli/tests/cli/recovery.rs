//! Dirty hives with their logs, and what is written for other tools.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{checks_that_are, run, run_in, scratch, sha256, verdict, workspace};

const DIRTY: &str = "testdata/cluster-dirty-old-log.SYSTEM";
const LOG: &str = "testdata/cluster-dirty-old-log.SYSTEM.LOG";

fn failed(report: &Value) -> Vec<&str> {
    checks_that_are(verdict(report), "false")
}

fn digest(file: &Path) -> String {
    sha256(&fs::read(file).unwrap())
}

#[test]
fn the_log_decides_the_verdict_and_is_named_as_evidence() {
    let alone = run(["check", "--rule", "Q262832", "--logs", "none", "--format", "json", DIRTY]);
    let with = run(["check", "--rule", "Q262832", "--format", "json", DIRTY]);
    let given = run(["check", "--rule", "Q262832", "--logs", LOG, "--format", "json", DIRTY]);
    // The key that the primary lacks stands in the log.
    let (alone, with, given) = (alone.json(), with.json(), given.json());
    assert!(failed(&alone).contains(&"provider-key"), "{:?}", failed(&alone));
    assert!(!failed(&with).contains(&"provider-key"), "{:?}", failed(&with));
    assert_eq!(with["hives"][0]["recovery"], "recovered");
    assert_eq!(alone["hives"][0]["recovery"], "not-asked");
    assert_eq!(given["verdicts"][0]["checks"], with["verdicts"][0]["checks"]);

    let checks = with["verdicts"][0]["checks"].as_array().unwrap();
    let key = checks.iter().find(|check| check["id"] == "provider-key").unwrap();
    let evidence = &key["evidence"][0];
    assert_eq!(evidence["file"], LOG);
    // The record's own bytes stand at the place that is told.
    let offset = usize::try_from(evidence["file_offset"].as_u64().unwrap()).unwrap();
    let log = fs::read(workspace().join(LOG)).unwrap();
    assert_eq!(&log[offset..offset + 2], b"nk");
}

#[test]
fn replay_writes_a_clean_hive_and_leaves_the_evidence_alone() {
    let folder = scratch("replay");
    for file in [DIRTY, LOG] {
        let name = file.rsplit('/').next().unwrap();
        fs::copy(workspace().join(file), folder.join(name)).unwrap();
    }
    let before = ["cluster-dirty-old-log.SYSTEM", "cluster-dirty-old-log.SYSTEM.LOG"]
        .map(|name| digest(&folder.join(name)));
    let args = ["replay", "cluster-dirty-old-log.SYSTEM", "--output", "clean.SYSTEM"];
    run_in(&folder, args).has_status(0);
    let after = ["cluster-dirty-old-log.SYSTEM", "cluster-dirty-old-log.SYSTEM.LOG"]
        .map(|name| digest(&folder.join(name)));
    assert_eq!(before, after);

    // What was written is clean and says the same.
    let info = run_in(&folder, ["info", "--format", "json", "clean.SYSTEM"]).json();
    assert_eq!((&info["dirty"], &info["recovery"]), (&false.into(), &"clean".into()));
    assert_eq!(info["checksum"], info["expected_checksum"]);
    run_in(&folder, ["verify", "clean.SYSTEM"]).has_status(0);
    let export = |file| run_in(&folder, ["export", file]).lines();
    let keys = |lines: Vec<Value>| -> Vec<Value> {
        lines.into_iter().filter(|line| line["type"] == "key").collect()
    };
    assert_eq!(keys(export("clean.SYSTEM")), keys(export("cluster-dirty-old-log.SYSTEM")));

    // Nothing is overwritten, not even by its own output.
    let again = run_in(&folder, args);
    again.has_status(2);
    assert!(again.stderr().contains("exists already"), "{}", again.stderr());
    let onto =
        run_in(&folder, ["replay", "clean.SYSTEM", "--output", "cluster-dirty-old-log.SYSTEM"]);
    onto.has_status(2);
    assert_eq!(digest(&folder.join("cluster-dirty-old-log.SYSTEM")), before[0]);
}

#[test]
fn a_hive_that_stays_dirty_is_not_written() {
    let folder = scratch("replay-dirty");
    let output = folder.join("clean");
    let output = output.to_str().unwrap();
    run(["replay", "--logs", "none", DIRTY, "--output", output]).has_status(2);
    run(["replay", "testdata/cluster-dirty.SYSTEM", "--output", output]).has_status(2);
    assert!(!fs::exists(output).unwrap());
}

#[test]
fn logs_are_written_as_the_help_says() {
    run(["info", "--logs", "a,,b", DIRTY]).has_status(64);
    run(["info", "--logs", "", DIRTY]).has_status(64);
    // A log that isn't there is told, and the hive is read all the same.
    let missing = run(["info", "--logs", "testdata/no-such.LOG", DIRTY]);
    missing.has_status(0);
    assert!(missing.stdout().contains("no-such.LOG"), "{}", missing.stdout());
}
