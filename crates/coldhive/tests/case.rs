//! The facade: cases over samples and real hives.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use coldhive::hive::{Confirmation, FileTime, Lookup, Sha256Digest};
use coldhive::rules::{Applies, Context, EvidenceKind, Outcome, RuleSet, Verdict};
use coldhive::system::Selector;
use coldhive::{Case, CheckOptions, ExportRecord, Logs, OpenOptions, Report};
use coldhive_forge::{KeySpec, ValueSpec, build, samples};

fn rules() -> RuleSet {
    RuleSet::built_in().unwrap()
}

fn sample(name: &str) -> Case {
    Case::open(format!("{}/../../testdata/{name}.SYSTEM", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn check(case: &Case) -> Verdict {
    case.check(&rules(), &CheckOptions::default()).remove(0)
}

fn failed(verdict: &Verdict) -> BTreeSet<String> {
    verdict.failed_checks().map(|check| check.id.clone()).collect()
}

/// The folder of real hives, if this machine has it.
fn corpus() -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder =
        std::env::var_os("COLDHIVE_CORPUS").map_or_else(|| PathBuf::from(default), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no corpus at {} (set COLDHIVE_CORPUS)", folder.display());
    None
}

fn json(path: PathBuf) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn samples_give_what_they_were_made_to_give() {
    // What each sample has wrong stands in testdata/MANIFEST.json.
    let expected: [(&str, Outcome, &[&str]); 7] = [
        ("cluster-sound", Outcome::Pass, &[]),
        ("cluster-dirty", Outcome::Pass, &[]),
        ("cluster-broken", Outcome::Fail, &["provider-key", "transports"]),
        ("cluster-damaged", Outcome::Fail, &["provider-key-intact"]),
        // An entry beside the absence can't be read: it could be the key.
        ("cluster-obscured", Outcome::Unknown, &[]),
        ("cluster-no-security", Outcome::Fail, &["parameters-key-access"]),
        ("cluster-bad-descriptor", Outcome::Fail, &["parameters-key-access"]),
    ];
    for (name, outcome, checks) in expected {
        let verdict = check(&sample(name));
        assert_eq!(verdict.outcome, outcome, "{name}");
        let checks: BTreeSet<_> = checks.iter().map(ToString::to_string).collect();
        assert_eq!(failed(&verdict), checks, "{name}");
    }
    assert_eq!(check(&sample("many-1.5")).outcome, Outcome::NotApplicable);
}

#[test]
fn verdicts_survive_json() {
    let mut report = Report::default();
    for name in ["cluster-broken", "cluster-damaged", "cluster-no-security"] {
        let case = sample(name);
        report.hives.push(case.hive_info(true));
        report.verdicts.extend(case.check(&rules(), &CheckOptions::default()));
    }
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}

#[test]
fn real_cluster_nodes_give_the_expected_outcomes() {
    let Some(folder) = corpus() else { return };
    let expected = json(folder.join("cluster/EXPECTED.json"));
    for (name, expected) in expected.as_object().unwrap() {
        let verdict = check(&Case::open(folder.join("cluster").join(name)).unwrap());
        assert_eq!(verdict.outcome.to_string(), expected["outcome"], "{name}");
        let wanted: BTreeSet<String> = expected["false"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect();
        assert_eq!(failed(&verdict), wanted, "{name}");
        if cfg!(feature = "witness") {
            let evidence = verdict.checks.iter().flat_map(|check| &check.evidence);
            for evidence in evidence.chain(&verdict.applicability.evidence) {
                let damaged =
                    name.starts_with("provider-key-damaged") && evidence.key.ends_with("Clusnet");
                let wanted = match evidence.kind {
                    EvidenceKind::Security => Confirmation::NotAsked,
                    _ if damaged => Confirmation::Damaged,
                    _ => Confirmation::Agrees,
                };
                assert_eq!(evidence.confirmed, wanted, "{name}: {evidence:#?}");
            }
        }
    }
}

#[test]
fn other_real_hives_are_not_applicable_and_say_why() {
    let Some(folder) = corpus() else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(folder.join("system")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains(".LOG") {
            continue;
        }
        let verdict = check(&Case::open(&path).unwrap());
        assert_eq!(verdict.outcome, Outcome::NotApplicable, "{name}");
        assert_eq!(verdict.applicability.value, Applies::NotApplicable, "{name}");
        assert!(!verdict.applicability.reasons.is_empty(), "{name}");
        seen += 1;
    }
    assert!(seen >= 7, "only {seen} hives");
}

#[test]
fn exports_equal_what_independent_readers_count() {
    let Some(folder) = corpus() else { return };
    let facts: BTreeMap<String, serde_json::Value> =
        serde_json::from_value(json(folder.join("FACTS.json"))).unwrap();
    let mut compared = 0;
    for (name, fact) in facts {
        let Some(digest) = fact["digest"].as_str() else { continue };
        // The counts are of the files as they are, without what stands in their logs.
        let mut options = OpenOptions::default();
        options.logs = Logs::None;
        let case = Case::open_with(folder.join(&name), &options).unwrap();
        let Lookup::Found(records) = case.export("", true) else { panic!("{name}: no export") };
        let mut lines = Vec::new();
        let mut end = None;
        for record in records {
            match record {
                ExportRecord::Hive(hive) => {
                    assert_eq!(hive.sha256.as_deref(), fact["sha256"].as_str(), "{name}");
                }
                ExportRecord::Key(key) => {
                    lines.push(
                        format!(
                            "{}\0{}\0\n",
                            key.path,
                            key.last_written.map_or(0, FileTime::ticks)
                        )
                        .into_bytes(),
                    );
                    for value in key.values {
                        let (data, code) = (&value.data, value.type_code);
                        lines.push(
                            format!("{}\0{}\0{code}\0{data}\0\n", key.path, value.name)
                                .into_bytes(),
                        );
                    }
                }
                ExportRecord::End(record) => end = Some(record),
            }
        }
        lines.sort();
        let end = end.expect("an end record");
        assert_eq!(
            (&fact["yarp"][0], &fact["yarp"][1]),
            (&end.keys.into(), &end.values.into()),
            "{name}"
        );
        assert_eq!(Sha256Digest::of(&lines.concat()).to_string(), digest, "{name}");
        compared += 1;
    }
    assert!(compared >= 25, "only {compared} hives were compared");
}

/// What a hive's control sets share or repeat must not multiply into a report that fills memory.
#[test]
fn reports_stay_small_on_large_values() {
    let mut spec = samples::cluster_broken();
    let names: Vec<String> = (0..12_000).map(|number| format!("Transport{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let large = ValueSpec::multi_sz("Transports", &names);
    for number in 1..=4 {
        let parameters = format!("ControlSet{number:03}\\Services\\Winsock\\Parameters");
        spec.root.at(&parameters).set_value(large.clone());
    }
    let case = Case::from_bytes("SYSTEM", build(&spec).unwrap()).unwrap();
    let context =
        Context { selector: Selector::All, assume_applicable: true, ..Context::default() };
    let rules = rules().only(&["Q262832".into()]).unwrap();
    let verdicts = case.check(&rules, &CheckOptions { context, ..CheckOptions::default() });
    assert_eq!(verdicts.len(), 4);
    let size = serde_json::to_string(&verdicts).unwrap().len();
    // The value has some 330,000 bytes; four verdicts each show it several times over.
    assert!(size < 4_000_000, "{size} bytes");
}

#[test]
fn winsock_shows_a_bounded_number_of_providers() {
    let mut spec = samples::cluster_sound();
    let providers = spec.root.at("ControlSet001\\Services\\Winsock\\Setup Migration\\Providers");
    for number in 0..200 {
        let data = ValueSpec::binary("WinSock 1.1 Provider Data", vec![0; 70_000]);
        providers.subkeys.push(KeySpec::new(format!("P{number}")).value(data));
    }
    let case = Case::from_bytes("SYSTEM", build(&spec).unwrap()).unwrap();
    let view = case.winsock_view(Selector::Current, false).unwrap();
    let report = &view.control_sets[0];
    let migration = report.setup_migration.as_ref().unwrap();
    assert_eq!(migration.providers.len(), 64);
    assert!(
        report.problems.iter().any(|problem| problem.contains("203 entries")),
        "{:?}",
        report.problems
    );
    let data =
        &migration.providers.iter().find(|provider| provider.name == "P0").unwrap().winsock1_data;
    assert_eq!(data.value.as_ref().map(|data| data.0.len()), Some(65_536));
    assert_eq!(data.problem.as_deref(), Some("the first 65536 of 70000 bytes"));
}
