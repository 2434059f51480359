//! Hives beside the one that is checked: one to compare with, and the SOFTWARE hive of the same machine.

use std::fs;

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version};
use serde_json::Value;

use crate::support::{BROKEN, Run, SOUND, array, forge, run_in, scratch, text, workspace};

const RULE: &str = r"schema: coldhive/1
id: beside
title: Something beside this hive decides
level: low
description: For a test.
references: [none]
checks:
  - id: same-transports
    title: The list of transports is that of a sound machine
    remedy: Restore it.
    expect: { same: { path: '{ccs}\Services\Winsock\Parameters', name: Transports, as: baseline } }
  - id: family
    title: It is Windows XP
    remedy: None.
    expect: { product: { family: xp } }
";

/// The truth of both checks, and how it ended.
fn check(folder: &str, hive: &str, more: &[&str]) -> (Run, Vec<String>) {
    let folder = scratch(folder);
    fs::write(folder.join("rule.yaml"), RULE).unwrap();
    let root = KeySpec::new("ROOT");
    let mut later = HiveSpec::new(Version::V1_5, root.clone());
    later.root.at(r"ControlSet001\Services\Rdbss");
    let options = later.root.at(r"ControlSet001\Control\ProductOptions");
    options.set_value(ValueSpec::sz("ProductType", "WinNT"));
    later.root.at("Select").set_value(ValueSpec::dword("Current", 1));
    forge(folder.join("LATER"), &later);
    let mut software = HiveSpec::new(Version::V1_5, root);
    let version = software.root.at(r"Microsoft\Windows NT\CurrentVersion");
    version.set_value(ValueSpec::sz("CurrentVersion", "5.1"));
    version.set_value(ValueSpec::sz("CurrentBuildNumber", "2600"));
    version.set_value(ValueSpec::sz("ProductName", "Microsoft Windows XP"));
    forge(folder.join("SOFTWARE"), &software);
    for sample in [SOUND, BROKEN] {
        let name = sample.rsplit('/').next().unwrap();
        fs::copy(workspace().join(sample), folder.join(name)).unwrap();
    }
    let args = ["check", "--format", "json", "--rule-file", "rule.yaml", "--rule", "beside", hive];
    let run = run_in(&folder, args.iter().chain(more));
    let report = run.json();
    let checks = array(&report["verdicts"][0]["checks"]);
    let truths = checks.iter().map(|check| text(&check["result"]).to_owned()).collect();
    (run, truths)
}

#[test]
fn a_baseline_is_compared_with_and_named() {
    let baseline = ["--baseline", "cluster-sound.SYSTEM"];
    let (run, truths) = check("beside-broken", "cluster-broken.SYSTEM", &baseline);
    run.has_status(1);
    assert_eq!(truths[0], "false");
    let notes = run.json()["verdicts"][0]["notes"].to_string();
    assert!(notes.contains("the baseline is cluster-sound.SYSTEM (SHA-256 "), "{notes}");
    let (_, truths) = check("beside-sound", "cluster-sound.SYSTEM", &baseline);
    assert_eq!(truths[0], "true");
    // What nobody gave is not compared with.
    let (_, truths) = check("beside-none", "cluster-sound.SYSTEM", &[]);
    assert_eq!(truths[0], "notevaluated");
}

#[test]
fn a_software_hive_names_the_windows() {
    let (_, truths) = check("beside-later", "LATER", &[]);
    assert_eq!(truths[1], "unknown");
    let (_, truths) = check("beside-xp", "LATER", &["--software", "SOFTWARE"]);
    assert_eq!(truths[1], "true");
}

#[test]
fn what_can_not_be_read_beside_is_told() {
    let more = ["--baseline", "no-such-file"];
    let (run, truths) = check("beside-missing", "cluster-sound.SYSTEM", &more);
    run.has_status(1);
    assert_eq!(truths[0], "notevaluated");
    let report = run.json();
    assert_eq!(report["errors"][0]["path"], "no-such-file");
}

/// Rules that look into the SOFTWARE hive are left out where there is none, unless they were asked for.
#[test]
fn rules_that_need_the_software_hive() {
    let folder = scratch("beside-needed");
    fs::copy(workspace().join(SOUND), folder.join("SYSTEM")).unwrap();
    let mut software = HiveSpec::new(Version::V1_3, KeySpec::new("ROOT"));
    let internet = software.root.at(r"Microsoft\Rpc\Internet");
    internet.set_value(ValueSpec::multi_sz("Ports", &["4000 - 4010"]));
    forge(folder.join("SOFTWARE"), &software);
    let given = RULE
        .replace("product: { family: xp }", r"key: { path: '{software}\Microsoft', exists: true }");
    fs::write(folder.join("rule.yaml"), given).unwrap();
    let check = |more: &[&str]| run_in(&folder, ["check"].iter().chain(more).chain(&["SYSTEM"]));
    let outcomes = |more: &[&str]| -> Vec<String> {
        let report = check(&[&["--format", "json"], more].concat()).json();
        let told = |verdict: &Value| {
            format!("{} {}", text(&verdict["rule"]["id"]), text(&verdict["outcome"]))
        };
        array(&report["verdicts"]).iter().map(told).collect()
    };
    check(&[]).has_status(0);
    assert_eq!(outcomes(&[]), ["Q262832 pass", "Q257928 pass", "Q102974 pass"]);
    let with = ["--software", "SOFTWARE"];
    check(&with).has_status(1);
    assert_eq!(
        outcomes(&with),
        [
            "Q262832 pass",
            "Q246784 fail",
            "Q217351 fail",
            "Q258469 fail",
            "Q257928 pass",
            "Q102974 pass"
        ]
    );
    for (more, id) in [(["--rule", "q246784"], "Q246784"), (["--rule-file", "rule.yaml"], "beside")]
    {
        let run = check(&more);
        run.has_status(64);
        let why = format!(
            "the rule {id} looks into the SOFTWARE hive of the same machine: give it with --software PATH"
        );
        run.complains(&why);
        assert!(run.stdout().is_empty());
    }
    check(&["--rule", "Q246784", "--software", "SOFTWARE"]).has_status(1);
    // A file that gives no hive is told, and what it would have told is open.
    let run = check(&["--rule", "Q246784", "--software", "none"]);
    run.has_status(2);
    assert!(run.stdout().contains("no SOFTWARE hive was given"), "{}", run.stdout());
}
