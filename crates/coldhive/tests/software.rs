//! The SOFTWARE hive beside a SYSTEM hive: any form of it that a hive is taken in.

use std::path::{Path, PathBuf};

use coldhive::rules::{
    CheckResult, Context, Finding, HiveName, Outcome, Rule, RuleSet, Truth, Verdict,
};
use coldhive::system::Selector;
use coldhive::{Beside, Case, CheckOptions};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

fn case(spec: &HiveSpec) -> Case {
    Case::from_bytes("hive", build(spec).unwrap()).unwrap()
}

fn judge(rule: &str, case: &Case, software: &Case) -> Verdict {
    let rules = RuleSet::built_in().unwrap().only(&[rule.into()]).unwrap();
    let beside = Beside::default().software(software);
    case.check_beside(&rules, &CheckOptions::default(), &beside).remove(0)
}

/// A rule whose checks are these predicates.
fn rules(predicates: &[String]) -> RuleSet {
    let mut text =
        "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nscope: hive\nchecks:\n".to_owned();
    for (number, predicate) in predicates.iter().enumerate() {
        text.push_str(&format!("  - {{ id: c{number}, title: t, expect: {{ {predicate} }} }}\n"));
    }
    let mut rules = RuleSet::default();
    rules.add(Rule::load("r.yaml", &text).unwrap_or_else(|error| panic!("{error}\n{text}")));
    rules
}

/// What the evidence of a verdict says of what was found, but for the hive that it is of.
fn records(verdict: &Verdict) -> Vec<String> {
    let checks: Vec<&CheckResult> = verdict.checks.iter().collect();
    let evidence = checks.iter().flat_map(|check| &check.evidence);
    let record = |evidence: &coldhive::rules::Evidence| {
        let mut json = serde_json::to_value(evidence).unwrap();
        json.as_object_mut().unwrap().remove("hive");
        json.to_string()
    };
    // In a hive that is no SOFTWARE hive, what isn't there is open.
    evidence.filter(|evidence| evidence.finding == Finding::Found).map(record).collect()
}

/// A hive says the same beside another as by itself: the same records at the same places of the same files, the log that
/// a byte was recovered from among them, and the second reader confirms the same.
#[test]
fn a_hive_beside_tells_what_it_tells_alone() {
    let main = case(&samples::cluster_sound());
    let mut from_logs = 0;
    for name in [
        "cluster-sound.SYSTEM",
        "cluster-damaged.SYSTEM",
        "cluster-dirty-old-log.SYSTEM",
        "dirty-new-logs.SYSTEM",
        "nt31.SYSTEM",
    ] {
        let hive = Case::open(testdata().join(name)).unwrap();
        let keys = [
            "Select",
            "ControlSet001",
            "ControlSet001\\Services",
            "ControlSet001\\Services\\Winsock\\Parameters",
            "ControlSet001\\Services\\Winsock\\Setup Migration\\Providers\\Clusnet",
        ];
        let of = |place: &str| {
            let tests = keys.iter().flat_map(|key| {
                let path = format!("'{place}{key}'");
                [
                    format!("key: {{ path: {path}, exists: true, intact: true }}"),
                    format!("access: {{ path: {path}, present: true }}"),
                    format!("value: {{ path: {path}, name: Transports, exists: true }}"),
                    format!("value: {{ path: {path}, name: Current, exists: true }}"),
                ]
            });
            rules(&tests.collect::<Vec<_>>())
        };
        let options = CheckOptions::default();
        let alone = hive.check(&of(""), &options).remove(0);
        let beside = Beside::default().software(&hive);
        let beside = main.check_beside(&of("{software}\\"), &options, &beside).remove(0);
        assert_eq!(records(&beside), records(&alone), "{name}");
        let of_software = |check: &CheckResult| {
            check.evidence.iter().all(|evidence| evidence.hive == HiveName::Software)
        };
        assert!(beside.checks.iter().all(of_software));
        // What isn't in a hive that is no SOFTWARE hive can't be told.
        for (one, other) in beside.checks.iter().zip(&alone.checks) {
            assert!(one.result == other.result || one.result == Truth::Unknown, "{name} {one:?}");
        }
        let evidence = beside.checks.iter().flat_map(|check| &check.evidence);
        from_logs += evidence.filter(|evidence| evidence.file.contains(".LOG")).count();
    }
    assert!(from_logs > 0, "a hive was recovered");
}

fn text(body: &str) -> Case {
    let text =
        format!("Windows Registry Editor Version 5.00\r\n\r\n{}", body.replace('\n', "\r\n"));
    Case::from_bytes("SOFTWARE.reg", text.into_bytes()).unwrap()
}

/// Of an exported text, what stands in it is known, and what doesn't where the text holds the whole key above.
#[test]
fn exported_texts() {
    let main = case(&samples::cluster_sound());
    let internet = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Rpc\\Internet]\n";
    // "4000 - 4010", as a list.
    let blanks = "\"Ports\"=hex(7):34,00,30,00,30,00,30,00,20,00,2d,00,20,00,34,00,30,00,31,00,30,00,00,00,00,00\n";
    let rpc = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Rpc]\n";
    let other = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Other]\n\"a\"=\"b\"\n";
    let elsewhere = "[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\n\"Current\"=dword:00000001\n";
    for (body, outcome) in [
        (format!("{internet}{blanks}"), Outcome::Fail),
        (format!("{rpc}\n{internet}\"UseInternetPorts\"=\"Y\"\n"), Outcome::Pass),
        (rpc.to_owned(), Outcome::Pass),
        // A key below it, exported by itself, leaves the key Rpc itself open.
        (
            "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Rpc\\ClientProtocols]\n\"a\"=\"b\"\n".into(),
            Outcome::Unknown,
        ),
        (other.to_owned(), Outcome::Unknown),
        (elsewhere.to_owned(), Outcome::Unknown),
    ] {
        let software = text(&body);
        let verdict = judge("Q246784", &main, &software);
        assert_eq!(verdict.outcome, outcome, "{body}: {}", verdict.checks[0].found);
        let evidence = &verdict.checks[0].evidence;
        if outcome == Outcome::Fail {
            assert_eq!((evidence[0].file.as_str(), evidence[0].line), ("SOFTWARE.reg", Some(4)));
            assert_eq!((evidence[0].cell, evidence[0].file_offset), (None, None));
        }
    }
}

/// It settles which Windows it is, and then rules of that Windows apply for certain.
#[test]
fn verdicts_stand_beside_each_other() {
    let mut root = KeySpec::new("$$$PROTO.HIV");
    root.at("Microsoft\\Windows NT\\CurrentVersion")
        .set_value(ValueSpec::sz("CurrentVersion", "4.0"))
        .set_value(ValueSpec::sz("CurrentBuildNumber", "1381"));
    root.at("Microsoft\\Rpc\\Internet").set_value(ValueSpec::multi_sz("Ports", &["1 - 2"]));
    let software = case(&HiveSpec::new(Version::V1_3, root));
    let main = case(&samples::cluster_sound());
    let rules = RuleSet::built_in().unwrap();
    let context = Context { selector: Selector::Current, ..Context::default() };
    let options = CheckOptions { context, ..CheckOptions::default() };
    let beside = Beside::default().software(&software);
    let verdicts = main.check_beside(&rules, &options, &beside);
    let outcomes: Vec<_> =
        verdicts.iter().map(|verdict| (verdict.rule.id.as_str(), verdict.outcome)).collect();
    assert_eq!(
        outcomes,
        [
            ("Q262832", Outcome::Pass),
            ("Q246784", Outcome::Fail),
            ("Q217351", Outcome::Fail),
            ("Q258469", Outcome::Fail),
            ("Q257928", Outcome::Pass),
            ("Q102974", Outcome::Pass),
        ]
    );
    for rival in ["Q246784", "Q217351", "Q258469"] {
        assert!(verdicts[0].see_also.iter().any(|id| id == rival), "{rival}");
        assert!(verdicts[0].next_steps.iter().any(|step| step.contains(rival)), "{rival}");
    }
    assert!(verdicts[1].notes.iter().any(|note| note.starts_with("the SOFTWARE hive is ")));
}
