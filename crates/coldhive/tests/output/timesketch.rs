//! Timesketch's lines.

use std::collections::BTreeSet;

use coldhive::output::timesketch::Event;

use crate::support::{ALL_SAMPLES, CORPUS, Findings, Format, piped, samples, thorough};

fn events(findings: &Findings) -> Vec<Event> {
    let text = findings.text(Format::Timesketch);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn lines_have_what_timesketch_demands() {
    for findings in [&*ALL_SAMPLES, &*CORPUS] {
        let lines = findings.lines(Format::Timesketch);
        assert!(!lines.is_empty() || findings.hives.is_empty());
        for line in lines {
            for field in ["message", "datetime", "timestamp_desc"] {
                assert!(line[field].as_str().is_some_and(|text| !text.is_empty()), "{line}");
            }
            assert!(line["tag"].as_array().unwrap().iter().all(serde_json::Value::is_string));
        }
    }
}

#[test]
fn a_key_stands_once_for_each_time() {
    for findings in [&*ALL_SAMPLES, &*CORPUS] {
        let mut seen = BTreeSet::new();
        for event in events(findings) {
            let offset = event.tag.contains(&"deleted".to_owned()).then_some(event.file_offset);
            let identity = (event.hive, event.hive_sha256, event.key, event.datetime, offset);
            assert!(seen.insert(identity.clone()), "{identity:?}");
        }
    }
}

/// Every key with a time that a check rests on is in the timeline, with that check.
#[test]
fn no_key_is_left_out() {
    for findings in [&*ALL_SAMPLES, &*CORPUS] {
        let events = events(findings);
        let said: BTreeSet<(&str, &str, &str)> = events
            .iter()
            .flat_map(|it| {
                it.check
                    .iter()
                    .map(|check| (&*it.hive, it.key.as_deref().unwrap_or_default(), &**check))
            })
            .collect();
        for verdict in findings.verdicts() {
            for check in &verdict.checks {
                let line = format!("{}/{}: {}", verdict.rule.id, check.id, check.result);
                let dated = |it: &&coldhive::rules::Evidence| {
                    it.last_written.is_some_and(|time| time.to_string() > "1678".into())
                };
                for evidence in check.evidence.iter().filter(dated) {
                    let mount = verdict.hive.mounted_at.as_deref().unwrap_or(r"HKLM\SYSTEM");
                    let key = match evidence.key.as_str() {
                        "" => mount.to_owned(),
                        key => format!(r"{mount}\{key}"),
                    };
                    assert!(
                        said.contains(&(&*verdict.hive.path, &*key, &*line)),
                        "{key} of {}: {line}",
                        verdict.hive.path
                    );
                }
            }
        }
    }
}

#[test]
fn other_control_sets_and_deleted_keys_are_told() {
    let broken = events(&samples(&["cluster-broken"], &thorough()));
    let sets: BTreeSet<_> = broken.iter().filter_map(|it| it.control_set.as_deref()).collect();
    assert!(sets.len() >= 2, "{sets:?}");
    let differs = broken.iter().filter(|it| it.message.contains("differs from ControlSet"));
    assert!(differs.count() >= 2);
    let deleted = events(&samples(&["cluster-deleted"], &thorough()));
    let deleted: Vec<_> =
        deleted.iter().filter(|it| it.tag.iter().any(|tag| tag == "deleted")).collect();
    assert!(!deleted.is_empty());
    for event in deleted {
        assert_eq!(event.timestamp_desc, "Registry Key Last Written (deleted)");
        assert!(event.key.as_ref().is_some_and(|key| key.ends_with("Clusnet")), "{event:?}");
    }
}

#[test]
fn python_reads_the_same_times() {
    let script = "import sys,json,datetime\n\
                  for line in sys.stdin.buffer:\n\
                  \x20 print(datetime.datetime.fromisoformat(json.loads(line)['datetime']).isoformat('T','microseconds'))";
    for findings in [&*ALL_SAMPLES, &*CORPUS] {
        let bytes = findings.bytes(Format::Timesketch);
        let Some(read) = piped("python3", &["-c", script], &bytes) else { return };
        let wanted: Vec<_> = events(findings).into_iter().map(|it| it.datetime).collect();
        assert_eq!(read.lines().collect::<Vec<_>>(), wanted);
    }
}
