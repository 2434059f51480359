//! The SOFTWARE hive and logs beside a hive, in every format.

use coldhive::output::timesketch::Event;
use coldhive::rules::{HiveName, RuleSet};
use coldhive::{Beside, Case, CheckOptions, LogFile};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};

use crate::csv::rows;
use crate::support::{Findings, Format, workspace};

const KEY: &str = r"HKLM\SOFTWARE\Microsoft\Rpc\Internet";

/// A broken cluster with a SOFTWARE hive whose list of ports is wrong, and with both logs.
fn findings() -> Findings {
    let mut root = KeySpec::new("$$$PROTO.HIV");
    root.at("Microsoft\\Rpc\\Internet").set_value(ValueSpec::multi_sz("Ports", &["1 - 2"]));
    let file = build(&HiveSpec::new(Version::V1_3, root)).unwrap();
    let software = Case::from_bytes("config/SOFTWARE", file).unwrap();
    let testdata = workspace().join("testdata");
    let logs = [
        LogFile::open_event_log(testdata.join("cluster-broken.SysEvent.Evt")).unwrap(),
        LogFile::open_cluster_log(testdata.join("cluster-broken.Cluster.log")).unwrap(),
    ];
    let rules = RuleSet::built_in().unwrap();
    let case = Case::open(testdata.join("cluster-broken.SYSTEM")).unwrap();
    let beside = Beside::default().software(&software).logs(&logs);
    let mut findings = Findings::new(&rules);
    let verdicts = case.check_beside(&rules, &CheckOptions::default(), &beside);
    findings.hives.push((case.hive_info(true), verdicts));
    findings
}

#[test]
fn records_of_software_name_their_own_hive() {
    let findings = findings();
    let software = findings.hives[0].1[0].software.clone().unwrap();
    let fails = |it: &&std::collections::BTreeMap<String, String>| {
        it["rule"] == "Q246784" && it["result"] == "false"
    };
    let rows = rows(&findings);
    let row = rows.iter().find(fails).unwrap();
    assert_eq!((row["key"].as_str(), row["file"].as_str()), (KEY, "config/SOFTWARE"));

    let run = crate::sarif::run(&findings);
    let mut seen = 0;
    for result in run["results"].as_array().unwrap() {
        let location = &result["locations"][0];
        let name = location["logicalLocations"][0]["fullyQualifiedName"].as_str();
        if name.is_some_and(|name| name.starts_with(KEY)) {
            let place = &location["physicalLocation"]["artifactLocation"];
            assert_eq!(place["uri"], "config/SOFTWARE");
            let index = usize::try_from(place["index"].as_u64().unwrap()).unwrap();
            let hash = run["artifacts"][index]["hashes"]["sha-256"].as_str();
            assert_eq!(hash, software.sha256.as_deref());
            seen += 1;
        }
    }
    assert!(seen > 0);

    let text = findings.text(Format::Timesketch);
    let events = text.lines().map(|line| serde_json::from_str::<Event>(line).unwrap());
    for event in events.filter(|event| event.data_type == "coldhive:key") {
        let is_beside = event.key.unwrap().starts_with("HKLM\\SOFTWARE");
        assert_eq!(is_beside, event.hive == "config/SOFTWARE");
    }
    for line in findings.text(Format::Bodyfile).lines().filter(|line| line.contains("|k/key|")) {
        assert_eq!(line.contains("HKLM\\SOFTWARE"), line.contains("[config/SOFTWARE]"), "{line}");
    }
    let all = findings.verdicts().flat_map(|it| &it.checks).flat_map(|it| &it.evidence);
    assert!(all.into_iter().any(|it| it.hive == HiveName::Software));
}

#[test]
fn signs_are_told() {
    let findings = findings();
    let found = findings.hives[0].1[0].signs.clone();
    assert!(!found.is_empty());
    let rows = rows(&findings);
    let signs: Vec<_> = rows.iter().filter(|row| row["row"] == "sign").collect();
    assert_eq!(signs.len(), found.len());
    for (row, sign) in signs.iter().zip(&found) {
        let offset = format!("{:#x}", sign.offset);
        assert_eq!((&row["check"], &row["file_offset"]), (&sign.id, &offset));
    }
    let dated = found.iter().filter(|sign| sign.when.is_some()).count();
    let timeline = findings.text(Format::Timesketch);
    assert_eq!(timeline.matches("\"coldhive:sign\"").count(), dated);
    assert_eq!(findings.text(Format::Bodyfile).matches("|l/log|").count(), dated);
    let run = crate::sarif::run(&findings);
    let told = run["results"][0]["properties"]["signs"].as_array().map(Vec::len);
    assert_eq!(told, Some(found.len()));
}
