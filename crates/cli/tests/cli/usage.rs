//! Arguments that are wrong, and the status that asks for nothing.

use std::fs;

use crate::support::{BROKEN, SOUND, run, run_in, scratch};

/// Status 64, nothing on stdout, and the words that say what is wrong.
#[track_caller]
fn is_wrong(args: &[&str], words: &[&str]) {
    let run = run(args);
    run.has_status(64);
    assert_eq!(run.stdout(), "");
    for word in words {
        assert!(run.stderr().contains(word), "{word} is not in: {}", run.stderr());
    }
}

#[test]
fn a_command_and_its_path_are_needed() {
    is_wrong(&[], &["Usage: coldhive"]);
    is_wrong(&["frobnicate"], &["unrecognized subcommand 'frobnicate'"]);
    for command in ["check", "info", "winsock", "export"] {
        is_wrong(&[command], &["required", "PATH"]);
    }
    is_wrong(&["info", SOUND, BROKEN], &["unexpected argument"]);
}

#[test]
fn unknown_flags_and_formats_are_refused() {
    for command in ["check", "info", "winsock", "export"] {
        is_wrong(&[command, "--frobnicate", SOUND], &["unexpected argument '--frobnicate'"]);
        is_wrong(&[command, "--format", "xml", SOUND], &["invalid value 'xml'"]);
    }
    is_wrong(&["export", "--logs", "a,,b", SOUND], &["invalid value 'a,,b'", "none"]);
}

#[test]
fn an_unknown_rule_is_refused_with_the_known_ones() {
    is_wrong(&["check", "--rule", "Q1", SOUND], &["there is no rule Q1; known: Q262832"]);
    run(["check", "--rule", "Q262832", SOUND]).has_status(0);
}

#[test]
fn a_control_set_is_a_word_or_a_number() {
    for bad in ["newest", "", "0", "1000", "-1", "1.5"] {
        let set = format!("--control-set={bad}");
        for command in ["check", "winsock"] {
            is_wrong(&[command, &set, SOUND], &["names no control set", "last-known-good"]);
        }
    }
}

#[test]
fn a_parameter_is_a_known_name_and_sids() {
    for (param, words) in [
        ("account", "write it as name=SID,SID"),
        ("nobody=SY", "no rule has a parameter nobody; known: account, system"),
        ("account=S-1-x", "\"S-1-x\" is no SID"),
        ("account=LAB\\clussvc", "\"LAB\\clussvc\" is no SID"),
        ("account=", "\"\" is no SID"),
        ("account=BA,,WD", "\"\" is no SID"),
        ("=SY", "no rule has a parameter"),
    ] {
        is_wrong(&["check", "--param", param, SOUND], &[words]);
    }
}

#[test]
fn a_parameter_given_twice_is_refused() {
    let args = ["check", "--param", "account=BA", "--param", "account=WD", SOUND];
    is_wrong(&args, &["--param account is given twice"]);
}

#[test]
fn a_broken_rule_file_is_refused_with_the_line() {
    let folder = scratch("rule-files");
    let write = |name: &str, text: &[u8]| fs::write(folder.join(name), text).unwrap();
    write("field.yaml", b"schema: coldhive/1\nid: X\ntitle: t\nfrobnicate: 1\n");
    write("shape.yaml", b"schema: coldhive/1\nid: X\n  title: t\n");
    write("bytes.yaml", b"id: \xFF\n");
    let valid = include_str!("../../../rules/library/Q262832.yaml");
    write("schema.yaml", valid.replace("coldhive/1", "coldhive/9").as_bytes());
    write("same.yaml", valid.as_bytes());
    write("copy.yaml", valid.replace("id: Q262832", "id: Q1").as_bytes());
    let hive = folder.join("SYSTEM");
    fs::copy(crate::support::workspace().join(SOUND), &hive).unwrap();

    for (file, words) in [
        (
            "field.yaml",
            &["error[CH014]", "field.yaml:4:1", "frobnicate", "error[CH016]", "3 errors"][..],
        ),
        ("shape.yaml", &["error[CH001]", "shape.yaml:3:"]),
        ("bytes.yaml", &["bytes.yaml is not UTF-8"]),
        ("schema.yaml", &["error[CH003]", "schema.yaml:1:9", "coldhive/9", "coldhive/1"]),
        ("same.yaml", &["same.yaml has the id Q262832, which another rule has"]),
        (".", &["the rule file . is not a regular file"]),
        ("nowhere.yaml", &["the rule file nowhere.yaml can't be read"]),
    ] {
        let run = run_in(&folder, ["check", "--rule-file", file, "SYSTEM"]);
        run.has_status(64);
        assert_eq!(run.stdout(), "");
        for word in words {
            assert!(run.stderr().contains(word), "{word} is not in: {}", run.stderr());
        }
    }

    // A rule of one's own stands beside the built-in one.
    let both = run_in(&folder, ["check", "--rule-file", "copy.yaml", "SYSTEM"]);
    both.has_status(0);
    assert!(
        both.stdout().contains("PASS (fault not found)  Q262832")
            && both.stdout().contains("PASS (fault not found)  Q1  ")
    );
    let one = run_in(&folder, ["check", "--rule-file", "copy.yaml", "--rule", "Q1", "SYSTEM"]);
    assert!(
        !one.stdout().contains("PASS (fault not found)  Q262832")
            && one.stdout().contains("PASS (fault not found)  Q1  ")
    );
}

#[test]
fn exit_zero_is_for_findings_not_for_wrong_arguments() {
    let obscured = "testdata/cluster-obscured.SYSTEM";
    for (path, status) in [(SOUND, 0), (BROKEN, 1), (obscured, 2), ("nowhere", 2)] {
        run(["check", path]).has_status(status);
        run(["check", "--exit-zero", path]).has_status(0);
    }
    is_wrong(&["check", "--exit-zero", "--rule", "Q1", SOUND], &["there is no rule Q1"]);
}

#[test]
fn what_failed_outweighs_what_is_unknown() {
    run(["check", "testdata/cluster-obscured.SYSTEM", BROKEN, "nowhere"]).has_status(1);
    run(["check", SOUND, "testdata/many-1.5.SYSTEM"]).has_status(0);
}
