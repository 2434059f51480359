//! `diff`: what differs between control sets and hives, in text and JSON, and with which status.

use std::fs;
use std::process::Stdio;

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version};
use serde_json::Value;

use crate::golden::{assert_golden, transcript};
use crate::support::{array, command, forge, run, run_in, scratch, text, workspace};

const WINSOCK: &str = r"Services\Winsock";

fn sample(name: &str) -> String {
    format!("testdata/{name}.SYSTEM")
}

#[test]
fn text_and_json_of_what_the_last_known_good_control_set_still_has() {
    let broken = sample("cluster-broken");
    let args = ["diff", &broken, "--under", WINSOCK];
    let found = run(args);
    found.has_status(1);
    assert_golden("diff-last-known-good.txt", transcript(&found));
    let json = run(args.iter().chain(&["--format", "json"]));
    json.has_status(1);
    assert_golden("diff-last-known-good.json.txt", transcript(&json));
}

#[test]
fn text_of_what_can_not_be_told() {
    for (name, status) in [
        ("cluster-damaged", 2),
        ("cluster-obscured", 2),
        ("cluster-bad-descriptor", 1),
        ("cluster-no-security", 1),
    ] {
        let found = run(["diff", "--no-hash", &sample(name), "--under", WINSOCK]);
        found.has_status(status);
        assert_golden(&format!("diff-{name}.txt"), transcript(&found));
        let json =
            run(["diff", "--no-hash", &sample(name), "--under", WINSOCK, "--format", "json"]);
        json.has_status(status);
        let differs = if status == 1 { Value::Bool(true) } else { Value::Null };
        assert_eq!(json.json()["differs"], differs, "{name}");
    }
    // An unreadable entry, and what it may be.
    let damaged = sample("cluster-damaged");
    let json = run(["diff", "--no-hash", &damaged, "--under", WINSOCK, "--format", "json"]);
    assert_golden("diff-cluster-damaged.json.txt", transcript(&json));
}

#[test]
fn text_of_two_hives() {
    let (dirty, sound) = (sample("cluster-dirty-old-log"), sample("cluster-sound"));
    let recovered = run(["diff", &sound, &dirty, "--times"]);
    recovered.has_status(1);
    assert_golden("diff-recovered.txt", transcript(&recovered));
    // Times are no difference where nobody asks for them.
    run(["diff", &sound, &dirty]).has_status(0);
    let stale = run([
        "diff",
        "--no-hash",
        "--logs",
        "none",
        &sound,
        &dirty,
        "--from",
        "1",
        "--under",
        WINSOCK,
    ]);
    stale.has_status(1);
    assert_golden("diff-without-log.txt", transcript(&stale));
}

#[test]
fn one_control_set_on_both_sides_is_said_plainly() {
    let sound = sample("cluster-sound");
    let same = run(["diff", "--no-hash", &sound, "--from", "default"]);
    same.has_status(0);
    assert_golden("diff-same.txt", transcript(&same));
    let json = run(["diff", "--no-hash", &sound, "--from", "default", "--format", "json"]);
    json.has_status(0);
    assert_eq!(json.json()["nothing_to_compare"], "nothing to compare: ControlSet001 is both");
    assert_eq!(json.json()["differs"], false);
    run(["diff", &sound]).has_status(0);
}

/// Two trees that differ in every way that a tree can.
fn every_kind(folder: &str) -> std::path::PathBuf {
    let plain = "O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)";
    let root = || KeySpec::new("ROOT").sddl(plain).unwrap();
    let mut from = root();
    let values = from.at("Values");
    for value in [
        ValueSpec::multi_sz("list", &["Tcpip", "NetBIOS", "a, b"]),
        ValueSpec::multi_sz("order", &["one", "two"]),
        ValueSpec::multi_sz("end of list", &["one"]),
        ValueSpec::sz("text", "old"),
        ValueSpec::sz("end of text", "same"),
        ValueSpec::sz("long text", &"x".repeat(6_000)),
        ValueSpec::dword("number", 2),
        ValueSpec::binary("bytes", [7; 40]),
        ValueSpec::binary("shorter", [7; 40]),
        ValueSpec::sz("type", "%SystemRoot%"),
        ValueSpec::sz("NAME", "same"),
        ValueSpec::dword("gone", 1),
        ValueSpec::sz("", "default"),
    ] {
        values.set_value(value);
    }
    let mut to = root();
    let values = to.at("Values");
    let mut unended = ValueSpec::multi_sz("end of list", &["one"]);
    unended.data.truncate(unended.data.len() - 2);
    let mut unended_text = ValueSpec::sz("end of text", "same");
    unended_text.data.truncate(unended_text.data.len() - 2);
    let mut bytes = vec![7; 40];
    bytes[33] = 8;
    for value in [
        ValueSpec::multi_sz("list", &["Tcpip", "Clusnet"]),
        ValueSpec::multi_sz("order", &["two", "one"]),
        unended,
        ValueSpec::sz("text", "new"),
        unended_text,
        ValueSpec::sz("long text", &format!("{}y", "x".repeat(5_999))),
        ValueSpec::dword("number", 4),
        ValueSpec::binary("bytes", bytes),
        ValueSpec::binary("shorter", [7; 8]),
        ValueSpec::expand_sz("type", "%SystemRoot%"),
        ValueSpec::sz("name", "same"),
        ValueSpec::sz("\u{1b}[2Jnew", "\u{202e}x"),
    ] {
        values.set_value(value);
    }
    from.at("Named");
    to.at("NAMED");
    from.at("Class").class = Some("old".into());
    *to.at("Class") = KeySpec::new("Class");
    let open = "O:BAG:SYD:(A;CI;KA;;;WD)";
    from.at("Secured").at("Below");
    *to.at("Secured") = KeySpec::new("Secured").sddl(open).unwrap().subkey(KeySpec::new("Below"));
    let mut slack = KeySpec::new("Slack").sddl(plain).unwrap();
    from.subkeys.push(slack.clone());
    slack.security.as_mut().unwrap().extend([0; 8]);
    to.subkeys.push(slack);
    *from.at("Time") = KeySpec::new("Time").written(1);
    to.at("Time");
    let gone = from.at(r"Gone");
    gone.set_value(ValueSpec::sz("", "default"));
    for number in 0..30 {
        let below = gone.at(&format!("Below {number:02}"));
        below.set_value(ValueSpec::dword("n", number));
    }
    to.at(r"New\Below").set_value(ValueSpec::qword("n", 1));
    let folder = scratch(folder);
    forge(folder.join("FROM"), &HiveSpec::new(Version::V1_5, from));
    forge(folder.join("TO"), &HiveSpec::new(Version::V1_5, to));
    folder
}

#[test]
fn text_and_json_of_every_kind() {
    let folder = every_kind("diff-kinds");
    let args = ["diff", "--no-hash", "FROM", "TO"];
    let found = run_in(&folder, args);
    found.has_status(1);
    assert_golden("diff-kinds.txt", transcript(&found));
    let all = run_in(&folder, args.iter().chain(&["--all", "--times"]));
    let lines = |run: &crate::support::Run, word: &str| {
        run.stdout().lines().filter(|line| line.starts_with(word)).count()
    };
    assert!(lines(&found, "removed") < 31);
    assert_eq!((lines(&all, "removed"), lines(&all, "written")), (31, 1));
    let json = run_in(&folder, args.iter().chain(&["--format", "json"]));
    json.has_status(1);
    let json = json.json();
    // JSON has all, always.
    let differences = array(&json["differences"]);
    let of = |kind: &str| differences.iter().filter(|key| key["difference"] == kind).count();
    assert_eq!((of("removed"), of("added"), of("stored_otherwise"), of("written")), (31, 2, 1, 0));
    let totals = &json["totals"];
    assert_eq!((&totals["keys"]["removed"], &totals["times_only"]), (&31.into(), &1.into()));
    assert_eq!(array(&json["security_changes"]).len(), 2);
    assert_eq!(json["schema"], "coldhive.diff/1");
    let values = differences.iter().find(|key| key["path"] == "Values").unwrap();
    let names: Vec<_> = array(&values["values"]).iter().map(|value| text(&value["name"])).collect();
    assert_eq!(names.len(), 14, "{names:?}");
}

#[test]
fn what_an_exported_text_does_not_hold_is_said() {
    let folder = scratch("diff-text");
    fs::write(
        folder.join("Key.reg"),
        "Windows Registry Editor Version 5.00\r\n\r\n\
         [HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Key]\r\n\"Start\"=dword:00000002\r\n\r\n",
    )
    .unwrap();
    let mut root = KeySpec::new("ROOT");
    root.at("Select").set_value(ValueSpec::dword("Current", 1));
    root.at(r"ControlSet001\Services\Key").set_value(ValueSpec::dword("Start", 4));
    forge(folder.join("SYSTEM"), &HiveSpec::new(Version::V1_5, root.clone()));
    let found = run_in(&folder, ["diff", "--no-hash", "SYSTEM", "Key.reg"]);
    found.has_status(1);
    assert_golden("diff-text.txt", transcript(&found));
    root.at(r"ControlSet001\Services\Key").set_value(ValueSpec::dword("Start", 2));
    forge(folder.join("SYSTEM"), &HiveSpec::new(Version::V1_5, root));
    run_in(&folder, ["diff", "SYSTEM", "Key.reg"]).has_status(2);
    let under = ["diff", "SYSTEM", "Key.reg", "--under", r"ControlSet001\Services\Key"];
    run_in(&folder, under).has_status(0);
}

#[test]
fn a_file_that_is_cut_short_is_no_equal() {
    let folder = scratch("diff-short");
    let mut root = KeySpec::new("ROOT");
    root.at("Key").set_value(ValueSpec::dword("n", 1));
    let spec = HiveSpec::new(Version::V1_5, root.clone());
    forge(folder.join("WHOLE"), &spec);
    for number in 0..200 {
        root.at("Zzz").set_value(ValueSpec::binary(format!("{number}"), [0; 64]));
    }
    let long = HiveSpec::new(Version::V1_5, root);
    let cut = long.fault(Fault::Truncate { bytes: 8192 });
    forge(folder.join("SHORT"), &cut);
    run_in(&folder, ["diff", "WHOLE", "SHORT", "--under", "Key"]).has_status(2);
}

#[test]
fn questions_without_an_answer_are_refused() {
    let sound = sample("cluster-sound");
    run(["diff", &sound, "--under", "Nowhere"]).has_status(2).complains(
        "neither side has the key: ControlSet002 has no subkey Nowhere; ControlSet001 has no subkey Nowhere",
    );
    run(["diff", &sound, "--under", r"ControlSet003\Services"]).has_status(2);
    run(["diff", &sound, "--from", "failed"]).has_status(2);
    run(["diff", &sound, "testdata/MANIFEST.json"]).has_status(2);
    for wrong in [&["--from", "all"][..], &["--to", "newest"], &["third"], &["--format", "jsonl"]] {
        let args = ["diff", &sound, &sound].into_iter().chain(wrong.iter().copied());
        run(args).has_status(64);
    }
    run(["diff"]).has_status(64);
}

#[test]
fn a_closed_pipe_keeps_the_status() {
    for format in ["text", "json"] {
        for (name, status) in [("broken", 1), ("damaged", 2), ("sound", 0)] {
            let mut child = command(workspace())
                .args(["diff", &sample(&format!("cluster-{name}")), "--format", format])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the program starts");
            drop(child.stdout.take());
            let output = child.wait_with_output().expect("it ends");
            let ended = (output.status.code(), &*output.stderr);
            assert_eq!(ended, (Some(status), &b""[..]), "{name} as {format}");
        }
    }
}
