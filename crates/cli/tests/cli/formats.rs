//! `check --format` and `--output`.

use std::fs;

use coldhive_forge::samples;
use serde_json::Value;

use crate::golden::assert_golden;
use crate::support::{BROKEN, SAMPLES, array, command, forge, run, run_in, scratch, text};

const FORMATS: [&str; 8] =
    ["text", "json", "jsonl", "csv", "sarif", "timesketch", "bodyfile", "html"];

#[test]
fn two_runs_give_the_same_bytes_in_every_format() {
    for format in FORMATS {
        let once = || run(["check", "--format", format].into_iter().chain(SAMPLES));
        let (first, second) = (once(), once());
        first.has_status(1);
        assert_eq!(first, second, "{format}");
    }
}

#[test]
fn a_short_run_in_every_format_of_other_programs() {
    for format in ["csv", "sarif", "timesketch", "bodyfile"] {
        let run = run(["check", "--format", format, "--case", "7", "nowhere", BROKEN]);
        assert_golden(&format!("check.{format}.txt"), crate::golden::transcript(&run));
    }
}

/// The clock is the environment's, or the machine's.
#[test]
fn a_report_tells_of_its_run() {
    let args = ["check", "--format", "json", "--case", "7", "--examiner", "A. Smith", BROKEN];
    let report = run(args).json();
    assert_eq!(report["run"]["case"], "7");
    assert_eq!(report["run"]["examiner"], "A. Smith");
    assert_eq!(report["run"]["arguments"], Value::from(args.to_vec()));
    assert_eq!(report["run"]["rules"][0]["sha256"], report["verdicts"][0]["rule"]["sha256"]);
    assert_eq!(report["run"]["started"], "2001-09-09T01:46:40.0000000Z");
    assert_eq!(report["totals"]["hives"], 1);
    assert_eq!(report["totals"]["outcomes"], serde_json::json!([["fail", 1], ["pass", 2]]));

    let mut free = command(crate::support::workspace());
    let free = free.env_remove("SOURCE_DATE_EPOCH").args(args).output().unwrap();
    let free: Value = serde_json::from_slice(&free.stdout).unwrap();
    assert!(text(&free["run"]["started"]) > "2024", "{}", free["run"]);

    let mut wrong = command(crate::support::workspace());
    let wrong = wrong.env("SOURCE_DATE_EPOCH", "soon").args(args).output().unwrap();
    assert_eq!(wrong.status.code(), Some(64));
    let error = String::from_utf8(wrong.stderr).unwrap();
    assert!(error.starts_with("coldhive: SOURCE_DATE_EPOCH is \"soon\""), "{error}");
}

#[test]
fn output_goes_to_a_file_of_its_own() {
    let folder = scratch("formats-output");
    forge(folder.join("SYSTEM"), &samples::cluster_broken());
    let hive = fs::read(folder.join("SYSTEM")).unwrap();
    for format in FORMATS {
        let name = format!("report.{format}");
        let written = run_in(&folder, ["check", "--format", format, "SYSTEM", "-o", &name]);
        written.has_status(1);
        assert_eq!((written.stdout(), written.stderr()), ("", ""));
        let shown = run_in(&folder, ["check", "--format", format, "SYSTEM"]);
        let mut file = fs::read_to_string(folder.join(&name)).unwrap();
        // The arguments are told, and differ.
        let differs = matches!(format, "json" | "jsonl" | "sarif");
        if differs {
            let shown_arguments = shown.stdout().matches("\"SYSTEM\"").count();
            assert!(shown_arguments > 0 && file.contains("\"-o\""));
        } else if format == "html" {
            assert_eq!(file.replace("SYSTEM -o report.html", "SYSTEM"), shown.stdout());
        } else {
            assert_eq!(file, shown.stdout(), "{format}");
        }

        let again = run_in(&folder, ["check", "--format", format, "SYSTEM", "-o", &name]);
        again.has_status(64);
        assert!(again.stderr().contains("exists already"), "{}", again.stderr());
        assert_eq!(fs::read_to_string(folder.join(&name)).unwrap(), file);

        fs::write(folder.join(&name), "old").unwrap();
        run_in(&folder, ["check", "--format", format, "SYSTEM", "--force", "-o", &name])
            .has_status(1);
        file = fs::read_to_string(folder.join(&name)).unwrap();
        assert!(file.len() > 3, "{file}");
    }
    for args in
        [&["-o", "SYSTEM"][..], &["-o", "SYSTEM", "--force"], &["-o", "./SYSTEM", "--force"]]
    {
        let refused = run_in(&folder, ["check", "SYSTEM"].iter().chain(args));
        refused.has_status(64);
        assert!(refused.stderr().contains("is evidence"), "{}", refused.stderr());
    }
    assert_eq!(fs::read(folder.join("SYSTEM")).unwrap(), hive);
    run_in(&folder, ["check", "SYSTEM", "--force"]).has_status(64);
    let names: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 1 + FORMATS.len(), "nothing else is left: {names:?}");
}

#[test]
fn sarif_of_a_run_tells_paths_that_gave_no_hive() {
    let log = run(["check", "--format", "sarif", "nowhere", BROKEN]).json();
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    let [told] = array(&invocation["toolExecutionNotifications"]) else { panic!("{invocation}") };
    assert!(text(&told["message"]["text"]).contains("there is no file nowhere"));
}

/// A file that would be read as a hive's log is evidence by its name: what is there, and what isn't yet.
#[test]
fn no_output_becomes_a_log_of_the_hive() {
    let folder = scratch("formats-no-log");
    fs::copy(crate::support::workspace().join(BROKEN), folder.join("SYSTEM")).unwrap();
    // A copy that went wrong begins like nothing.
    fs::write(folder.join("SYSTEM.LOG1"), [0; 4096]).unwrap();
    fs::write(folder.join("list"), "SYSTEM\n").unwrap();
    for (output, from) in [
        ("SYSTEM.LOG1", "SYSTEM"),
        ("system.log2", "SYSTEM"),
        ("SYSTEM.ALT", "."),
        ("list", "--files-from=list"),
    ] {
        let args = ["check", "--format", "json", "--force", "--output", output, from];
        let run = run_in(&folder, args);
        run.has_status(64);
        assert!(run.stderr().contains("is evidence"), "{output}: {}", run.stderr());
    }
    assert_eq!(fs::read(folder.join("SYSTEM.LOG1")).unwrap(), [0; 4096]);
    assert!(!folder.join("system.log2").exists() && !folder.join("SYSTEM.ALT").exists());
}
