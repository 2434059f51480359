//! `rules`: listing, showing, linting, explaining.

use std::fs;

use crate::golden::{assert_golden, transcript};
use crate::support::{run, run_in, scratch, workspace};

const FILE: &str = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\ndescription: d\nreferences: [a]\n\
    checks:\n  - { id: c, title: t, remedy: r, expect: { key: { path: Select, exists: true } } }\n";

#[test]
fn list_and_show() {
    assert_golden("rules-list.txt", transcript(&run(["rules", "list"])));
    assert_golden(
        "rules-show-summary.txt",
        transcript(&run(["rules", "show", "Q262832", "--summary"])),
    );
    let listed = run(["rules", "list", "--format", "json"]).json();
    assert_eq!(listed["rules"][0]["id"], "Q262832");
    assert_eq!(listed["rules"][0]["level"], "high");
    assert_eq!(listed["rules"][0]["status"], "stable");

    let shown = run(["rules", "show", "q262832"]);
    shown.has_status(0);
    let file = fs::read_to_string(workspace().join("crates/rules/library/Q262832.yaml")).unwrap();
    assert_eq!(shown.stdout(), file);
    run(["rules", "show", "Q1"]).has_status(64).complains(
        "there is no rule Q1; known: Q262832, Q246784, Q217351, Q258469, Q257928, Q102974",
    );
}

#[test]
fn what_is_shown_can_be_linted() {
    let folder = scratch("rules-shown");
    fs::write(folder.join("rule.yaml"), run(["rules", "show", "Q262832"]).stdout).unwrap();
    let lint = run_in(&folder, ["rules", "lint", "--deny-warnings", "rule.yaml"]);
    lint.has_status(0);
    assert_eq!(lint.stdout(), "1 file: 0 errors, 0 warnings\n");
}

#[test]
fn lint_tells_all_and_the_status_tells_the_worst() {
    let folder = scratch("rules-lint");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("good.yaml", FILE);
    write("warned.yaml", &FILE.replace("remedy: r, ", ""));
    write("wrong.yaml", &FILE.replace("exists: true", "exist: true"));
    fs::write(folder.join("bytes.yaml"), b"id: \xff\n").unwrap();
    for (files, denied, status) in [
        (&["good.yaml"][..], 0, 0),
        (&["warned.yaml"], 1, 0),
        (&["good.yaml", "wrong.yaml", "warned.yaml"], 1, 1),
        (&["nowhere.yaml"], 2, 2),
        (&["bytes.yaml", "good.yaml"], 2, 2),
        (&["."], 2, 2),
        (&["warned.yaml", "nowhere.yaml"], 1, 2),
        (&["nowhere.yaml", "wrong.yaml"], 1, 1),
    ] {
        for format in ["text", "json"] {
            let args =
                ["rules", "lint", "--format", format].into_iter().chain(files.iter().copied());
            run_in(&folder, args.clone()).has_status(status);
            run_in(&folder, args.chain(["--deny-warnings"])).has_status(denied);
        }
    }
    let lint = run_in(&folder, ["rules", "lint", "good.yaml", "wrong.yaml", "warned.yaml"]);
    assert_golden("rules-lint.txt", transcript(&lint));
    let json =
        run_in(&folder, ["rules", "lint", "--format", "json", "wrong.yaml", "nowhere.yaml"]).json();
    assert_eq!(FILE.lines().nth(7).unwrap().find("exists"), Some(65), "columns count from 1");
    let found = &json["files"][0]["diagnostics"][0];
    assert_eq!((&found["code"], &found["severity"]), (&"CH014".into(), &"error".into()));
    assert_eq!(
        (&found["labels"][0]["line"], &found["labels"][0]["column"]),
        (&8.into(), &66.into())
    );
    assert_eq!(json["unreadable"][0]["file"], "nowhere.yaml");
    run(["rules", "lint"]).has_status(64);
}

#[test]
fn explain() {
    assert_golden("rules-explain.txt", transcript(&run(["rules", "explain", "CH023"])));
    assert_eq!(run(["rules", "explain", "23"]), run(["rules", "explain", "ch023"]));
    run(["rules", "explain", "CH999"])
        .has_status(64)
        .complains("there is no code CH999; they are written as CH007");
}

#[test]
fn nothing_in_a_file_reaches_the_terminal_raw() {
    let folder = scratch("rules-hostile");
    let text = FILE
        .replace("id: r", "id: \"r\\e[2J\\u202e\"")
        .replace("exists: true", "'\u{1b}[2J\u{202e}\u{7f}': true");
    fs::write(folder.join("a.yaml"), &text).unwrap();
    fs::write(folder.join("b.yaml"), text.replace("\u{1b}", "").replace('\u{7f}', "")).unwrap();
    let lint = run_in(&folder, ["rules", "lint", "a.yaml", "b.yaml", "c\u{1b}.yaml"]);
    lint.has_status(1);
    for text in [lint.stdout(), lint.stderr()] {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{text}");
    }
    assert!(lint.stdout().contains("\\u{202e}"), "{}", lint.stdout());
}

#[test]
fn schema() {
    let schema = run(["rules", "schema"]);
    schema.has_status(0);
    let stands = fs::read_to_string(workspace().join("schema/coldhive-rule.schema.json")).unwrap();
    assert_eq!(schema.stdout(), stands);
}
