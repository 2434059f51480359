//! The JSON that other programs read: its fields, their types, and that they are true of the file.

use std::fs;

use coldhive_forge::{KeySpec, samples};
use serde_json::Value;

use crate::record::{BINS, Record, filetime};
use crate::support::{
    BROKEN, Run, SAMPLES, SOUND, array, checks_that_are, run, sha256, text, verdict, workspace,
};

const CHECKS: [&str; 13] = [
    "provider-key",
    "migration-key",
    "provider-list",
    "provider-list-well-formed",
    "parameters-key",
    "transports",
    "transports-well-formed",
    "provider-key-intact",
    "migration-key-intact",
    "parameters-key-intact",
    "provider-key-access",
    "migration-key-access",
    "parameters-key-access",
];

fn check(sample: &str, more: &[&str]) -> Run {
    run(["check", "--rule", "Q262832", "--format", "json"].iter().chain(more).chain([&sample]))
}

#[track_caller]
fn is_one_of(value: &Value, words: &[&str]) {
    assert!(words.contains(&text(value)), "{value} is none of {words:?}");
}

#[track_caller]
fn is_time(value: &Value) {
    let time = text(value);
    assert_eq!(time.len(), "1998-05-04T09:12:33.0000000Z".len(), "{time}");
    filetime(time);
}

#[track_caller]
fn is_time_or_null(value: &Value) {
    if !value.is_null() {
        is_time(value);
    }
}

#[track_caller]
fn is_hex(value: &Value) {
    let hex = text(value);
    assert!(hex.len().is_multiple_of(2), "{hex}");
    assert!(hex.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')), "{hex}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_report_has_hives_and_verdicts_with_all_their_fields() {
    for sample in SAMPLES {
        let report = check(sample, &[]).json();
        assert_eq!(report["schema"], "coldhive.report/1");
        assert_eq!(array(&report["errors"]), [] as [Value; 0]);
        let [hive] = array(&report["hives"]) else { panic!("one hive was given") };
        let verdict = verdict(&report);
        assert_eq!(verdict["schema"], "coldhive.verdict/1");
        assert_eq!(verdict["rule"]["id"], "Q262832");
        assert_eq!(verdict["hive"], *hive);
        assert_eq!(hive["path"], sample);
        let file = fs::read(workspace().join(sample)).unwrap();
        assert_eq!(hive["sha256"], sha256(&file));
        is_one_of(&verdict["outcome"], &["pass", "fail", "unknown", "error", "notapplicable"]);
        let applicability = &verdict["applicability"];
        is_one_of(&applicability["value"], &["applicable", "notapplicable", "undetermined"]);
        assert!(array(&applicability["reasons"]).iter().all(|reason| !text(reason).is_empty()));

        for check in array(&verdict["checks"]).iter().chain(array(&verdict["remarks"])) {
            is_one_of(&check["result"], &["true", "false", "unknown", "error", "notapplicable"]);
            assert!(!text(&check["expected"]).is_empty());
            assert!(!text(&check["found"]).is_empty());
            assert!(!array(&check["evidence"]).is_empty(), "{check} rests on something");
        }
        for difference in array(&verdict["differences"]) {
            for field in ["key", "control_set", "here", "there"] {
                assert!(!text(&difference[field]).is_empty(), "{difference}");
            }
            assert!(difference["value"].is_null() || difference["value"].is_string());
            is_time_or_null(&difference["here_last_written"]);
            is_time_or_null(&difference["there_last_written"]);
        }
    }
}

#[test]
fn the_checks_have_their_ids_and_their_order() {
    for sample in SAMPLES.into_iter().filter(|sample| sample.contains("cluster")) {
        let report = check(sample, &[]).json();
        let verdict = verdict(&report);
        assert_eq!(verdict["control_set"], "ControlSet001");
        assert_eq!(verdict["applicability"]["value"], "applicable");
        let ids: Vec<_> =
            array(&verdict["checks"]).iter().map(|check| text(&check["id"])).collect();
        assert_eq!(ids, CHECKS);
    }
}

#[test]
fn evidence_is_what_stands_in_the_file() {
    // In format 1.1 another number stands before each record.
    for sample in SAMPLES.into_iter().filter(|sample| !sample.contains("nt31")) {
        let file = fs::read(workspace().join(sample)).unwrap();
        let report = check(sample, &["--logs", "none"]).json();
        let verdict = verdict(&report);
        let results = array(&verdict["checks"]).iter().chain(array(&verdict["remarks"]));
        let all = results.map(|check| &check["evidence"]);
        let all = all.chain([&verdict["applicability"]["evidence"]]);
        let mut looked_at = 0;
        for evidence in all.flat_map(|list| array(list)) {
            assert_evidence(evidence, sample, &file);
            looked_at += 1;
        }
        assert!(looked_at > 0, "{sample}");
    }
}

/// Holds one piece of evidence against the file.
fn assert_evidence(evidence: &Value, path: &str, file: &[u8]) {
    assert_eq!(evidence["file"], path);
    assert!(evidence["key"].is_string(), "{evidence}");
    let kind = text(&evidence["kind"]);
    is_one_of(&evidence["kind"], &["key", "value", "security"]);
    is_one_of(&evidence["confirmed"], &["agrees", "differs", "damaged", "not_asked"]);
    is_one_of(&evidence["finding"], &["found", "absent", "unreadable", "obscured"]);
    assert_eq!(evidence.get("value").is_some(), kind == "value", "{evidence}");
    is_time_or_null(&evidence["last_written"]);

    let Some(offset) = evidence["file_offset"].as_u64() else {
        assert!(evidence["cell"].is_null(), "{evidence}");
        return;
    };
    // The record follows the four bytes of its cell's size.
    assert_eq!(evidence["cell"], offset - BINS as u64 - 4);
    let record = Record::new(file, offset);
    if evidence["finding"] == "unreadable" {
        assert!(!array(&evidence["damage"]).is_empty(), "{evidence}");
        return;
    }
    match kind {
        "key" => {
            assert_eq!(record.signature(), b"nk", "{evidence}");
            assert_eq!(filetime(text(&evidence["last_written"])), record.last_written());
        }
        "value" => {
            assert_eq!(record.signature(), b"vk", "{evidence}");
            is_time(&evidence["last_written"]);
            assert!(text(&evidence["type"]).starts_with("REG_"), "{evidence}");
            assert_eq!(evidence["type_code"], record.value_type());
            is_hex(&evidence["data"]);
            assert_eq!(evidence["data"], hex(record.value_data()));
        }
        _ => {
            assert_eq!(record.signature(), b"sk", "{evidence}");
            is_hex(&evidence["data"]);
            assert_eq!(evidence["data"], hex(record.descriptor()));
        }
    }
}

#[test]
fn a_list_is_given_decoded_beside_its_bytes() {
    let report = check(BROKEN, &[]).json();
    let transports = array(&verdict(&report)["checks"])
        .iter()
        .find(|check| check["id"] == "transports")
        .unwrap();
    let evidence = &transports["evidence"][0];
    assert_eq!(evidence["key"], r"ControlSet001\Services\WinSock\Parameters");
    assert_eq!(evidence["value"], "Transports");
    assert_eq!(evidence["type"], "REG_MULTI_SZ");
    let list: Vec<u8> = "Tcpip\0NetBIOS\0\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(evidence["data"], hex(&list));
    assert!(text(&evidence["text"]).contains("Tcpip"), "{evidence}");
    assert!(text(&evidence["text"]).contains("NetBIOS"), "{evidence}");
}

#[test]
fn access_is_given_with_the_descriptor_and_the_aces_that_decided() {
    let report = check(SOUND, &[]).json();
    for check in array(&verdict(&report)["checks"]) {
        if !text(&check["id"]).ends_with("-access") {
            continue;
        }
        let [evidence] = array(&check["evidence"]) else { panic!("{check}") };
        assert_eq!(evidence["kind"], "security");
        assert!(text(&evidence["sddl"]).starts_with("O:BAG:SYD:(A;;KR;;;WD)"), "{evidence}");
        let aces: Vec<_> = array(&evidence["aces"]).iter().map(text).collect();
        assert!(aces.contains(&"(A;;KR;;;WD)"), "{aces:?}");
        assert_eq!(evidence["confirmed"], "not_asked");
    }
}

#[test]
fn what_was_lost_since_the_last_known_good_set_is_told() {
    let report = check(BROKEN, &[]).json();
    let verdict = verdict(&report);
    assert_eq!(checks_that_are(verdict, "false"), ["provider-key", "transports"]);
    let absent = ["provider-key-intact", "provider-key-access"];
    assert_eq!(checks_that_are(verdict, "notapplicable"), absent);
    let [key, list] = array(&verdict["differences"]) else { panic!("{}", verdict["differences"]) };
    assert!(text(&key["key"]).ends_with(r"Setup Migration\Providers\Clusnet"));
    assert!(key["value"].is_null());
    assert_eq!(key["control_set"], "ControlSet002");
    assert_eq!((&key["here"], &key["there"]), (&"absent".into(), &"present".into()));
    assert!(key["here_last_written"].is_null());
    assert_eq!(key["there_last_written"], "1998-05-04T09:12:33.0000000Z");
    assert_eq!(list["value"], "Transports");
    assert!(!text(&list["here"]).contains("Clusnet"));
    assert!(text(&list["there"]).contains("Clusnet"));
    assert_eq!(list["here_last_written"], "1998-11-16T17:40:05.0000000Z");
    assert_eq!(list["there_last_written"], "1998-05-04T09:12:33.0000000Z");
}

#[test]
fn each_sample_has_the_outcome_of_what_was_done_to_it() {
    let access = "parameters-key-access";
    for (sample, outcome, status, wrong, open) in [
        ("bad-descriptor", "fail", 1, &[access][..], &[][..]),
        ("broken", "fail", 1, &["provider-key", "transports"], &[]),
        ("damaged", "fail", 1, &["provider-key-intact"], &["provider-key", "provider-key-access"]),
        ("dirty", "pass", 0, &[], &[]),
        ("no-security", "fail", 1, &[access], &[]),
        (
            "obscured",
            "unknown",
            2,
            &[],
            &["provider-key", "provider-key-intact", "provider-key-access"],
        ),
        ("sound", "pass", 0, &[], &[]),
    ] {
        let run = check(&format!("testdata/cluster-{sample}.SYSTEM"), &[]);
        run.has_status(status);
        let report = run.json();
        let verdict = verdict(&report);
        assert_eq!(verdict["outcome"], outcome, "{sample}");
        assert_eq!(checks_that_are(verdict, "false"), wrong, "{sample}");
        assert_eq!(checks_that_are(verdict, "unknown"), open, "{sample}");
        assert_eq!(verdict["hive"]["dirty"], sample == "dirty");
    }
}

#[test]
fn a_hive_without_control_sets_has_none_in_its_verdict() {
    let run = check("testdata/many-1.5.SYSTEM", &[]);
    run.has_status(0);
    let report = run.json();
    let verdict = verdict(&report);
    assert!(verdict["control_set"].is_null());
    assert_eq!(verdict["outcome"], "notapplicable");
    assert_eq!(verdict["applicability"]["value"], "notapplicable");
    assert!(!array(&verdict["applicability"]["reasons"]).is_empty());
}

#[test]
fn no_hash_gives_null() {
    let report = check(SOUND, &["--no-hash"]).json();
    assert_eq!(report["hives"][0].get("sha256"), Some(&Value::Null));
    assert_eq!(verdict(&report)["hive"].get("sha256"), Some(&Value::Null));
    assert!(!run(["check", "--rule", "Q262832", "--no-hash", SOUND]).stdout().contains("sha256"));
    let info = run(["info", "--no-hash", "--format", "json", SOUND]).json();
    assert_eq!(info.get("sha256"), Some(&Value::Null));
    let export = run(["export", "--no-hash", SOUND, "Select"]).lines();
    assert_eq!(export[0].get("sha256"), Some(&Value::Null));
}

#[test]
fn json_lines_are_the_records_of_the_report() {
    let args = ["--control-set", "all", BROKEN, "testdata/MANIFEST.json", SOUND];
    let report = run(["check", "--rule", "Q262832", "--format", "json"].iter().chain(&args)).json();
    let lines =
        run(["check", "--rule", "Q262832", "--format", "jsonl"].iter().chain(&args)).lines();
    let of_type = |word: &str| -> Vec<Value> {
        let lines = lines.iter().filter(|line| line["type"] == word);
        lines
            .map(|line| {
                let mut line = line.clone();
                line.as_object_mut().unwrap().remove("type");
                line
            })
            .collect()
    };
    assert_eq!(of_type("hive"), array(&report["hives"]));
    assert_eq!(of_type("verdict"), array(&report["verdicts"]));
    assert_eq!(of_type("error"), array(&report["errors"]));
    assert_eq!(lines.last().unwrap()["totals"], report["totals"]);
    assert_eq!(lines[0]["run"]["started"], report["run"]["started"]);
    let types: Vec<_> = lines.iter().map(|line| text(&line["type"])).collect();
    assert_eq!(
        types,
        ["begin", "hive", "verdict", "verdict", "error", "hive", "verdict", "verdict", "end"],
        "in the order of the paths, each with what is said of it"
    );
}

#[test]
fn export_lines_have_all_their_fields() {
    // In format 1.1 another number stands before each record.
    for sample in SAMPLES.into_iter().filter(|sample| !sample.contains("nt31")) {
        let file = fs::read(workspace().join(sample)).unwrap();
        let run = run(["export", "--logs", "none", "--format", "jsonl", sample]);
        run.has_status(0);
        let lines = run.lines();
        let [hive, keys @ .., end] = &lines[..] else { panic!("{sample}") };
        assert_eq!((&hive["type"], &end["type"]), (&"hive".into(), &"end".into()));
        assert_eq!(hive["path"], sample);
        assert_eq!(hive["sha256"], sha256(&file));
        assert_eq!(hive["size"], file.len());
        assert_eq!(end["keys"], keys.len());
        let values: usize = keys.iter().map(|key| array(&key["values"]).len()).sum();
        assert_eq!(end["values"], values);
        let damage: usize = keys.iter().map(|key| array(&key["damage"]).len()).sum();
        assert!(array(&end["damage"]).len() <= damage.max(1), "{sample}");
        assert_eq!(array(&end["damage"]).is_empty(), damage == 0, "{sample}");
        assert_eq!(keys[0]["path"], "", "the root comes first and its own name is in no path");

        for key in keys {
            assert_eq!(key["type"], "key");
            let last = text(&key["path"]).rsplit('\\').next().unwrap();
            assert!(last.is_empty() || key["name"] == last, "{key}");
            assert!(key["class"].is_null() || key["class"].is_string(), "{key}");
            let node = Record::new(&file, key["cell"].as_u64().unwrap() + BINS as u64 + 4);
            assert_eq!(node.signature(), b"nk");
            assert_eq!(filetime(text(&key["last_written"])), node.last_written());
            assert!(key["sd"].is_null() || key["sd"].is_string(), "{key}");
            for value in array(&key["values"]) {
                let record = Record::new(&file, value["cell"].as_u64().unwrap() + BINS as u64 + 4);
                assert_eq!(record.signature(), b"vk");
                assert_eq!(value["type_code"], record.value_type());
                assert!(value["name"].is_string() && value["type"].is_string());
                is_hex(&value["data"]);
                let data = text(&value["data"]);
                assert_eq!(value["size"], data.len() / 2);
                // Longer data stands in segments, and a tombstone has none.
                if data.len() / 2 <= 16_344 && value.get("tombstone").is_none() {
                    assert_eq!(data, hex(record.value_data()), "{}", key["path"]);
                }
            }
        }
    }
}

/// Keys and values that a description has.
fn counted(key: &KeySpec) -> (usize, usize) {
    key.subkeys
        .iter()
        .map(counted)
        .fold((1, key.values.len()), |(keys, values), (more, these)| (keys + more, values + these))
}

#[test]
fn info_counts_what_was_put_into_the_hive() {
    for sample in samples::all() {
        let path = format!("testdata/{}", sample.file);
        let run = run(["info", "--format", "json", &path]);
        run.has_status(0);
        let info = run.json();
        let (keys, values) = counted(&sample.spec.root);
        // A damaged key, with its one value, can't be reached; an entry that points nowhere hides another.
        let lost = usize::from(path.contains("-damaged") || path.contains("-obscured"));
        assert_eq!(info["keys"], keys - lost, "{path}");
        assert_eq!(info["values"], values - lost, "{path}");
        assert_eq!(array(&info["damage"]).len(), lost, "{path}");
        assert_eq!(info["sample"], true);
        assert_eq!(info["root"]["name"], sample.spec.root.name);
        assert_eq!(info["sequence"][1], sample.spec.sequence.1);
        assert_eq!(info["dirty"], path.contains("-dirty"));
        assert_eq!(filetime(text(&info["last_written"])), sample.spec.last_written);
    }
}

#[test]
fn winsock_of_the_sound_node_is_what_was_put_into_it() {
    let reports = run(["winsock", "--format", "json", SOUND]).json();
    let [report] = array(&reports["control_sets"]) else { panic!("{reports}") };
    assert_eq!(report["control_set"], "ControlSet001");
    let list = |names: &[&str]| Value::from(names.to_vec());
    let transports = &report["parameters"]["transports"];
    assert_eq!(transports["value"], list(&["Tcpip", "NetBIOS", "Clusnet"]));
    let migration = &report["setup_migration"];
    assert_eq!(migration["provider_list"]["value"], list(&["NetBIOS", "Clusnet", "Tcpip"]));
    let providers = array(&migration["providers"]).iter();
    let ids: Vec<_> = providers.map(|it| (text(&it["name"]), text(&it["id"]["value"]))).collect();
    assert_eq!(
        ids,
        [
            ("Clusnet", "{C01DC01D-0001-4ADE-9A0E-C01DC01DC01D}"),
            ("NetBIOS", "{8D5F1830-C273-11CF-95C8-00805F48A192}"),
            ("Tcpip", "{E70F1AA0-AB8B-11CF-8CA3-00805F48A192}"),
        ]
    );
    let clusnet = &array(&report["transports"])[2];
    assert_eq!(clusnet["name"], "Clusnet");
    assert_eq!(clusnet["key"]["path"], r"ControlSet001\Services\ClusNet\Parameters\Winsock");
    // AF_CLUSTER, SOCK_DGRAM, and the protocol of the cluster's heartbeat.
    let row = &clusnet["mapping"]["value"][0];
    assert_eq!(
        [&row["address_family"], &row["socket_type"], &row["protocol"]],
        [24, 2, 3].map(Value::from).each_ref()
    );
}
