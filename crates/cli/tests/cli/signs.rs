//! `check --event-log` and `--cluster-log`: what a machine's logs say beside its hive.

use std::fs;

use coldhive_forge::event_log::{EventLogSpec, EventSpec};
use coldhive_forge::samples;

use crate::golden::{assert_golden, transcript};
use crate::support::{BROKEN, SOUND, array, forge, run, run_in, scratch, sha256, workspace};

const EVENTS: &str = "testdata/cluster-broken.SysEvent.Evt";
const LINES: &str = "testdata/cluster-broken.Cluster.log";

fn failed(time: u32) -> EventSpec {
    EventSpec::new("Service Control Manager", 7023).time(time).strings(["Cluster Server", "%%1720"])
}

#[test]
fn signs_and_their_order_in_text() {
    let found = run(["check", "--no-hash", "--event-log", EVENTS, "--cluster-log", LINES, BROKEN]);
    assert_golden("check-signs.txt", transcript(&found));
    let silent = run(["check", "--no-hash", "--event-log", EVENTS, SOUND]);
    silent.has_status(0);
    assert!(silent.stdout().starts_with("PASS"), "what logs say changes no outcome");
}

#[test]
fn the_files_are_told_with_their_digests_and_stay_as_they_are() {
    let before = [EVENTS, LINES].map(|file| fs::read(workspace().join(file)).unwrap());
    let report =
        run(["check", "--format", "json", "--event-log", EVENTS, "--cluster-log", LINES, BROKEN]);
    let verdict = &report.json()["verdicts"][0];
    for (file, bytes) in [EVENTS, LINES].iter().zip(&before) {
        let note = format!("log of the machine is {file} (SHA-256 {})", sha256(bytes));
        let has_note = |it: &serde_json::Value| it.as_str().unwrap().ends_with(&note);
        assert!(array(&verdict["notes"]).iter().any(has_note), "{note}");
    }
    let ids: Vec<_> =
        array(&verdict["signs"]).iter().map(|sign| sign["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["event-7023-1720", "event-7023-1720", "log-unable-to-bind"]);
    assert_eq!(verdict["signs"][0]["when"], "1998-11-16T17:44:31.0000000Z");
    assert_eq!(array(&verdict["logs"]).len(), 2);
    assert_eq!(
        verdict["timeline"].as_array().unwrap().last().unwrap()["when"],
        serde_json::Value::Null
    );
    let after = [EVENTS, LINES].map(|file| fs::read(workspace().join(file)).unwrap());
    assert_eq!(before, after);
}

/// However the log was copied, the same event is found at the same time.
#[test]
fn logs_that_are_wrapped_dirty_or_damaged() {
    let folder = scratch("signs-damaged");
    forge(folder.join("SYSTEM"), &samples::cluster_broken());
    let filler = (0..40).map(|time| EventSpec::new("EventLog", 6005).time(time));
    let wrapped = EventLogSpec::new(filler.chain([failed(911_238_271)])).size(0x1000);
    let mut headless = wrapped.build();
    headless[..0x30].fill(0);
    let mut cut = EventLogSpec::new([failed(911_238_271), failed(5)]).build();
    cut.truncate(0x30 + 300);
    let logs = [
        ("wrapped", wrapped.build()),
        ("dirty", wrapped.clone().dirty().build()),
        ("headless", headless),
        ("cut", cut),
    ];
    for (name, bytes) in logs {
        fs::write(folder.join(name), bytes).unwrap();
        let run = run_in(&folder, ["check", "--format", "json", "--event-log", name, "SYSTEM"]);
        run.has_status(1);
        let found = run.json();
        let signs = array(&found["verdicts"][0]["signs"]);
        let times: Vec<_> = signs.iter().map(|sign| sign["when"].as_str().unwrap()).collect();
        assert!(times.contains(&"1998-11-16T17:44:31.0000000Z"), "{name}: {times:?}");
    }
}

#[test]
fn a_file_that_is_no_such_log_is_named_and_the_check_goes_on() {
    let folder = scratch("signs-bad");
    forge(folder.join("SYSTEM"), &samples::cluster_sound());
    fs::write(folder.join("evtx"), b"ElfFile\0").unwrap();
    fs::write(folder.join("text"), "no log").unwrap();
    fs::write(folder.join("empty"), "").unwrap();
    fs::write(folder.join("packed"), b"SZDD\x88\xF0'3A").unwrap();
    for (option, file, message) in [
        ("--event-log", "evtx", "evtx: this is an event log of Windows Vista or later (.evtx)"),
        ("--event-log", "text", "text: this is no event log"),
        ("--event-log", "SYSTEM", "SYSTEM: this is a registry hive"),
        ("--event-log", "none", "there is no file none"),
        ("--event-log", ".", ". is a folder: give the log in it"),
        ("--event-log", "packed", "packed is compressed by COMPRESS.EXE"),
        ("--cluster-log", "text", "text: this is no cluster log: no line begins with"),
        ("--cluster-log", "empty", "empty: the file is empty"),
    ] {
        let run = run_in(&folder, ["check", option, file, "SYSTEM"]);
        run.has_status(2);
        assert!(run.stderr().contains(message), "{option} {file}: {}", run.stderr());
        assert!(run.stdout().starts_with("PASS"), "{}", run.stdout());
    }
    let swapped = run(["check", "--cluster-log", EVENTS, BROKEN]);
    assert!(swapped.stderr().contains("this is an event log, not a cluster log"));
}

#[test]
fn a_fault_at_the_end_of_a_long_log_is_found() {
    let folder = scratch("signs-long");
    forge(folder.join("SYSTEM"), &samples::cluster_broken());
    let line = "378.380::1999/06/09-18:00:50.881 [FM] FmpRmOnlineResource: Online of resource returned 0\r\n";
    let mut log = line.repeat((2 << 20) / line.len());
    log.push_str(
        "378.380::1999/06/10-18:00:50.881 [INIT] Unable to bind RPC to CDP, status 1720\r\n",
    );
    fs::write(folder.join("log"), log).unwrap();
    let found =
        run_in(&folder, ["check", "--format", "json", "--cluster-log", "log", "SYSTEM"]).json();
    let verdict = &found["verdicts"][0];
    assert_eq!(verdict["signs"][0]["id"], "log-unable-to-bind");
    assert_eq!(verdict["logs"][0]["not_searched"], 0);
}

#[test]
fn a_record_out_of_the_chain_widens_no_time() {
    let folder = scratch("signs-stray");
    forge(folder.join("SYSTEM"), &samples::cluster_broken());
    let log = |time| EventLogSpec::new([EventSpec::new("EventLog", 6005).time(time)]).build();
    let stray = log(u32::MAX);
    let file = [&log(800_000_000), &stray[0x30..stray.len() - 0x28]].concat();
    fs::write(folder.join("evt"), file).unwrap();
    let found =
        run_in(&folder, ["check", "--format", "json", "--event-log", "evt", "SYSTEM"]).json();
    let log = &found["verdicts"][0]["logs"][0];
    assert_eq!((&log["entries"], &log["from"]), (&2.into(), &log["to"]));
    // `date -u -d @800000000`
    assert_eq!(log["to"], "1995-05-09T06:13:20.0000000Z");
}

#[test]
fn a_log_that_is_too_large_is_refused_unread() {
    let folder = scratch("signs-large");
    forge(folder.join("SYSTEM"), &samples::cluster_sound());
    for option in ["--event-log", "--cluster-log"] {
        let file = fs::File::create(folder.join("log")).unwrap();
        file.set_len((256 << 20) + 1).unwrap();
        let run = run_in(&folder, ["check", option, "log", "SYSTEM"]);
        run.has_status(2);
        let message = "log has 268435457 bytes, and a log may have at most 268435456 (256 MiB)";
        assert!(run.stderr().contains(message), "{}", run.stderr());
        assert!(run.stdout().starts_with("PASS"), "{}", run.stdout());
    }
}

#[test]
fn logs_are_of_one_machine() {
    for option in ["--event-log", "--cluster-log"] {
        let run = run(["check", option, EVENTS, BROKEN, SOUND]);
        run.has_status(64).complains(
            "--event-log and --cluster-log are of the machine of one hive, and 2 files are to be checked: give one",
        );
        assert_eq!(run.stdout(), "");
    }
}

#[test]
fn what_logs_hold_does_not_reach_the_terminal_raw() {
    let folder = scratch("signs-hostile");
    forge(folder.join("SYSTEM"), &samples::cluster_broken());
    let mut event = failed(1).strings(["Cluster Server", "%%1720", "\u{1b}[2J\u{202e}"]);
    event.computer = "\u{1b}]0;x\u{7}".into();
    fs::write(folder.join("evt"), EventLogSpec::new([event]).build()).unwrap();
    let line =
        "0b5::17-07:03:28.531 [INIT] Unable to bind RPC to CDP, status 1720 \u{1b}[2J\u{202e}\n";
    fs::write(folder.join("log"), line).unwrap();
    let run = run_in(&folder, ["check", "--event-log", "evt", "--cluster-log", "log", "SYSTEM"]);
    run.has_status(1);
    assert!(!run.stdout().contains(['\u{1b}', '\u{202e}', '\u{7}']), "{}", run.stdout());
    assert_eq!(run.stdout().matches("\\u{1b}[2J\\u{202e}").count(), 2);
}

/// The Windows 2000 Resource Kit shows such lines; what stands before the first with a time is no entry.
#[test]
fn lines_that_go_on_belong_to_the_one_before() {
    let folder = scratch("signs-lines");
    forge(folder.join("SYSTEM"), &samples::cluster_broken());
    let log = "a heading\n378.380::1999/06/09-18:00:50.881 [INIT] Unable to bind RPC\r\n  to CDP, status 1720\n";
    fs::write(folder.join("log"), log).unwrap();
    let found =
        run_in(&folder, ["check", "--format", "json", "--cluster-log", "log", "SYSTEM"]).json();
    let verdict = &found["verdicts"][0];
    let sign = &verdict["signs"][0];
    assert_eq!((&sign["id"], &sign["line"]), (&"log-unable-to-bind".into(), &2.into()));
    assert_eq!(sign["when"], "1999-06-09T18:00:50.8810000Z");
    assert_eq!(verdict["logs"][0]["entries"], 1);
    let notes = array(&verdict["logs"][0]["notes"]);
    assert!(notes[0].as_str().unwrap().starts_with("1 of its lines stand before the first"));
}
