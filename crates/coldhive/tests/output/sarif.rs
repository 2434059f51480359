//! SARIF, against its own schema.

use std::collections::BTreeSet;
use std::path::Path;

use coldhive::rules::model::Level;
use coldhive::rules::{Outcome, RuleSet, Truth, Verdict};
use coldhive::{Case, CheckOptions};
use coldhive_forge::{build, samples};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{ALL_SAMPLES, CORPUS, Findings, Format, workspace};

fn validator() -> Validator {
    let path = workspace().join("testdata/sarif/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    // OASIS' file has a bracket too many in this expression, for a property that isn't written here.
    for of in ["run", "toolComponent"] {
        let place = format!("/definitions/{of}/properties/language");
        let language = schema.pointer_mut(&place).and_then(Value::as_object_mut).unwrap();
        language.remove("pattern").unwrap();
    }
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

pub(crate) fn run(findings: &Findings) -> Value {
    let log = findings.json(Format::Sarif);
    if let Err(error) = validator().validate(&log) {
        panic!("{error} at {}", error.instance_path());
    }
    log["runs"][0].clone()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[test]
fn a_log_is_valid_sarif() {
    for findings in [&*ALL_SAMPLES, &*CORPUS, &Findings::default()] {
        run(findings);
    }
    let log = ALL_SAMPLES.json(Format::Sarif);
    for (parent, field, value) in [
        ("", "version", json!("2.2.0")),
        ("/runs/0/tool/driver", "name", json!(1)),
        ("/runs/0/results/0", "kind", json!("broken")),
        ("/runs/0/results/0/locations/0", "place", json!("here")),
        ("/runs/0/artifacts/0/location", "uri", json!("not a uri")),
        ("/runs/0/invocations/0", "endTimeUtc", json!("soon")),
    ] {
        let mut changed = log.clone();
        changed.pointer_mut(parent).unwrap()[field] = value;
        assert!(!validator().is_valid(&changed), "{parent}/{field}");
    }
}

fn level(verdict: &Verdict) -> &'static str {
    match verdict.rule.level {
        Level::Critical | Level::High => "error",
        Level::Medium => "warning",
        Level::Low | Level::Informational => "note",
    }
}

/// What the specification demands beyond its schema, and what this project says of results.
#[test]
fn results_are_what_verdicts_say() {
    for findings in [&*ALL_SAMPLES, &*CORPUS] {
        let run = run(findings);
        let artifacts = array(&run["artifacts"]);
        let mut results = array(&run["results"]).iter();
        for verdict in findings.verdicts() {
            let open = |it: &Truth| !matches!(it, Truth::True | Truth::NotApplicable);
            let checks: Vec<_> = verdict.checks.iter().filter(|it| open(&it.result)).collect();
            let mut wanted: Vec<_> = checks
                .iter()
                .map(|it| if it.result == Truth::False { "fail" } else { "open" })
                .collect();
            if wanted.is_empty() {
                wanted.push(match verdict.outcome {
                    Outcome::Pass => "pass",
                    Outcome::NotApplicable | Outcome::NotSelected => "notApplicable",
                    Outcome::Unknown | Outcome::Error => "open",
                    Outcome::Fail => panic!("a failure without a check"),
                });
            }
            let remarks = verdict.remarks.iter().filter(|it| open(&it.result));
            wanted.extend(remarks.map(|_| "informational"));
            for kind in wanted {
                let result = results.next().unwrap();
                assert_eq!(result["kind"], kind);
                assert_eq!(result["level"], if kind == "fail" { level(verdict) } else { "none" });
                assert_eq!(result["ruleId"], verdict.rule.id);
                let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
                assert_eq!(run["tool"]["driver"]["rules"][index]["id"], verdict.rule.id);
                assert_eq!(array(&result["locations"]).len(), 1);
                let related = array(&result["relatedLocations"]).iter();
                for location in array(&result["locations"]).iter().chain(related) {
                    let physical = &location["physicalLocation"];
                    let place = &physical["artifactLocation"];
                    let index = usize::try_from(place["index"].as_u64().unwrap()).unwrap();
                    assert_eq!(artifacts[index]["location"]["uri"], place["uri"]);
                    let end = artifacts[index]["length"].as_u64().unwrap();
                    let offset = physical["region"]["byteOffset"].as_u64().unwrap_or_default();
                    assert!(offset < end, "{place}: {offset} of {end}");
                }
            }
        }
        assert_eq!(results.next(), None);
        assert_eq!(
            array(&run["invocations"][0]["toolExecutionNotifications"]).len(),
            findings.errors.len()
        );
    }
}

/// A fault keeps its fingerprint in a later copy of the hive, and has its own.
#[test]
fn fingerprints_tell_faults_apart_and_stay() {
    let rules = RuleSet::built_in().unwrap();
    let prints = |path: &str, written: u64| -> BTreeSet<String> {
        let file = build(&samples::cluster_broken().written(written)).unwrap();
        let mut findings = Findings::new(&rules);
        findings.add(&Case::from_bytes(path, file).unwrap(), &rules, &CheckOptions::default());
        let results = array(&run(&findings)["results"]).to_vec();
        let print = |it: &Value| it["partialFingerprints"]["coldhiveCheck/v1"].clone();
        let prints: BTreeSet<_> =
            results.iter().map(|it| print(it).as_str().unwrap().to_owned()).collect();
        assert_eq!(prints.len(), results.len());
        assert!(prints.len() > 1);
        prints
    };
    assert_eq!(prints("SYSTEM", 1), prints("/copies/SYSTEM.2", 2));
}

/// A region is of the file as it stands on disk, and a compressed one has no byte of a record.
#[test]
fn records_of_a_compressed_file_have_no_region() {
    let hive = build(&samples::cluster_broken()).unwrap();
    // COMPRESS.EXE's form with nothing but literals: eight bytes behind each byte of flags.
    let mut packed = b"SZDD\x88\xf0\x27\x33A\0".to_vec();
    packed.extend(u32::try_from(hive.len()).unwrap().to_le_bytes());
    hive.chunks(8).for_each(|bytes| packed.extend([&[0xff], bytes].concat()));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sarif-packed.SY_");
    std::fs::write(&path, packed).unwrap();

    let rules = RuleSet::built_in().unwrap();
    let mut findings = Findings::new(&rules);
    findings.add(&Case::open(&path).unwrap(), &rules, &CheckOptions::default());
    let run = run(&findings);
    let evidence = &findings.verdicts().next().unwrap().failed_checks().next().unwrap().evidence;
    let location = &run["results"][0]["locations"][0];
    assert_eq!(location["physicalLocation"].get("region"), None);
    assert_eq!(location["properties"]["expandedOffset"].as_u64(), evidence[0].file_offset);
    assert!(evidence[0].file_offset.is_some());
}
