//! `rules test`: the cases that rules carry.

use std::fs;

use crate::golden::{assert_golden, transcript};
use crate::support::{run, run_in, scratch, workspace};

const RULE: &str = "schema: coldhive/1
id: no-services
title: The control set has no services
level: low
checks:
  - id: services
    title: The key Services is there
    expect: { key: { path: '{ccs}\\Services', exists: true } }
  - id: tcpip
    title: Tcpip starts by itself
    expect: { value: { path: '{ccs}\\Services\\Tcpip', name: Start, le: 2 } }
hives:
  node: { select: { current: 1 }, keys: { 'ControlSet001\\Services\\Tcpip': { values: { Start: 1 } } } }
";

const PASSING: &str = "cases:
  - { name: a node, hive: node, outcome: pass, others: true }
  - name: started by hand
    hive: { like: node, keys: { 'ControlSet001\\Services\\Tcpip': { values: { Start: 3 } } } }
    outcome: fail
    checks: { tcpip: false }
    others: true
";

const FAILING: &str =
    "  - { name: nothing wrong, hive: started by hand, outcome: pass, checks: { services: false } }
  - { name: a file, hive: { path: nowhere.SYSTEM }, outcome: pass }
  - name: damage
    hive: { like: node, damage: [{ fault: list-signature, key: ControlSet001 }] }
    outcome: fail
";

fn folder(name: &str) -> std::path::PathBuf {
    let folder = scratch(name);
    fs::write(folder.join("good.yaml"), format!("{RULE}{PASSING}")).unwrap();
    fs::write(folder.join("bad.yaml"), format!("{RULE}{PASSING}{FAILING}")).unwrap();
    fs::write(folder.join("none.yaml"), RULE).unwrap();
    fs::write(
        folder.join("wrong.yaml"),
        format!("{RULE}cases: [{{ name: a, hive: b, outcome: pass }}]\n"),
    )
    .unwrap();
    folder
}

#[test]
fn built_in_rules_by_id() {
    let test = run(["rules", "test", "q262832"]);
    test.has_status(0);
    assert_golden("rules-test-built-in.txt", transcript(&test));
}

#[test]
fn passing_failing_and_none() {
    let folder = folder("rules-test");
    let good = run_in(&folder, ["rules", "test", "good.yaml", "none.yaml"]);
    assert_golden("rules-test-passing.txt", transcript(&good));
    assert_golden(
        "rules-test-failing.txt",
        transcript(&run_in(&folder, ["rules", "test", "bad.yaml"])),
    );
    for (args, status) in [
        (&["good.yaml"][..], 0),
        (&["none.yaml"], 0),
        (&["bad.yaml"], 1),
        (&["good.yaml", "wrong.yaml"], 2),
        (&["wrong.yaml", "bad.yaml"], 1),
        (&["nowhere.yaml"], 2),
        (&["good.yaml", "--filter", "A NODE"], 0),
        (&["bad.yaml", "--filter", "a node"], 0),
        (&["good.yaml", "--filter", "nobody"], 64),
        (&[], 64),
    ] {
        for format in ["text", "json"] {
            let args =
                ["rules", "test", "--format", format].into_iter().chain(args.iter().copied());
            run_in(&folder, args).has_status(status);
        }
    }
    run_in(&folder, ["rules", "test", "Q1"])
        .complains("there is no rule file Q1, and no built-in rule of that id; known: Q262832, Q246784, Q217351, Q258469, Q257928, Q102974");
}

#[test]
fn as_data() {
    let folder = folder("rules-test-json");
    let json =
        run_in(&folder, ["rules", "test", "--format", "json", "bad.yaml", "wrong.yaml"]).json();
    assert_eq!(
        (&json["schema"], &json["passed"], &json["failed"]),
        (&"coldhive.cases/1".into(), &2.into(), &3.into())
    );
    let rule = &json["rules"][0];
    assert_eq!((&rule["rule"], &rule["file"]), (&"no-services".into(), &"bad.yaml".into()));
    let case = |index: usize| &rule["cases"][index];
    assert_eq!((&case(0)["passed"], &case(0)["verdict"]), (&true.into(), &serde_json::Value::Null));
    assert_eq!((&case(2)["expected"], &case(2)["found"]), (&"pass".into(), &"fail".into()));
    assert_eq!(case(2)["verdict"]["schema"], "coldhive.verdict/1");
    assert_eq!(case(2)["mismatches"][1]["what"], "services");
    assert!(case(3)["error"].as_str().unwrap().contains("nowhere.SYSTEM"));
    assert_eq!(json["unusable"][0]["file"], "wrong.yaml");
    let mut brief = rule.clone();
    for case in brief["cases"].as_array_mut().unwrap() {
        case["verdict"] = serde_json::Value::Null;
    }
    assert_golden("rules-test.json.txt", format!("{brief:#}\n"));
}

#[test]
fn hives_are_kept_and_nothing_is_overwritten() {
    let folder = folder("rules-test-keep");
    let keep = ["rules", "test", "good.yaml", "--keep", "hives"];
    run_in(&folder, keep).has_status(0);
    let mut names: Vec<_> = fs::read_dir(folder.join("hives"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["no-services-001-a-node.SYSTEM", "no-services-002-started-by-hand.SYSTEM"]);
    let file = format!("hives/{}", names[1]);
    let check =
        run_in(&folder, ["check", "--rule-file", "good.yaml", "--rule", "no-services", &file]);
    check.has_status(1);
    assert!(
        check.stdout().contains("this hive is a sample made by coldhive-forge"),
        "{}",
        check.stdout()
    );
    fs::write(folder.join(&file), "mine").unwrap();
    let again = run_in(&folder, keep);
    again.has_status(2);
    assert!(again.stderr().contains("can't be written"), "{}", again.stderr());
    assert_eq!(fs::read_to_string(folder.join(&file)).unwrap(), "mine");
}

#[test]
fn nothing_in_a_case_reaches_the_terminal_raw() {
    let folder = scratch("rules-test-hostile");
    let name = "\"a\\e[2J\\u202e../../b\"";
    let text = format!(
        "{RULE}cases: [{{ name: {name}, hive: {{ keys: {{ \"k\\e\": {{}} }} }}, outcome: pass }}]\n"
    );
    fs::write(folder.join("a.yaml"), text).unwrap();
    let test = run_in(&folder, ["rules", "test", "a.yaml", "--keep", "hives"]);
    test.has_status(1);
    for text in [test.stdout(), test.stderr()] {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{text}");
    }
    assert_eq!(fs::read_dir(folder.join("hives")).unwrap().count(), 1);
}

/// What the README shows of cases passes.
#[test]
fn the_example_of_the_readme() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let (_, example) = readme.split_once("```yaml\nhives:").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let rule = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n\
        \x20 - { id: tcpip, title: t, expect: { key: { path: '{ccs}\\Services\\Tcpip', exists: true } } }\n";
    let folder = scratch("rules-test-readme");
    fs::write(folder.join("r.yaml"), format!("{rule}hives:{example}")).unwrap();
    let test = run_in(&folder, ["rules", "test", "r.yaml"]);
    test.has_status(0);
    assert!(test.stdout().ends_with("3 cases: 3 passed, 0 failed\n"), "{}", test.stdout());
}
