//! Hives that nobody here made, against what other readers and the makers of the faults say of them.

use std::fs::{self, Metadata};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Map, Value};

use crate::record::{BINS, Record, filetime};
use crate::support::{Run, array, checks_that_are, command, run_in, sha256, text, verdict};

/// The folder of real hives.
pub(crate) struct Corpus {
    folder: PathBuf,
    facts: Map<String, Value>,
}

impl Corpus {
    /// The corpus, or `None` with a word on stderr.
    pub(crate) fn find(what: &str) -> Option<Self> {
        let folder = std::env::var_os("COLDHIVE_CORPUS").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
            PathBuf::from,
        );
        let Ok(facts) = fs::read(folder.join("FACTS.json")) else {
            eprintln!("skipped {what}: there is no corpus in {}", folder.display());
            return None;
        };
        let Value::Object(facts) = serde_json::from_slice(&facts).expect("facts are JSON") else {
            panic!("facts are an object")
        };
        Some(Self { folder, facts })
    }

    /// What other readers say, by file.
    pub(crate) fn facts(&self) -> &Map<String, Value> {
        &self.facts
    }

    fn expected(&self) -> Map<String, Value> {
        let expected = fs::read(self.folder.join("cluster/EXPECTED.json")).expect("it is there");
        serde_json::from_slice(&expected).expect("it is JSON")
    }

    /// Runs the program on one file, in the corpus' folder; the file must come out of it as it was.
    #[track_caller]
    pub(crate) fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>, file: &'a str) -> Run {
        self.run_on(file, args.into_iter().chain([file]))
    }

    /// The same where the file is among the arguments, and not the last.
    #[track_caller]
    pub(crate) fn run_on<'a>(&self, file: &str, args: impl IntoIterator<Item = &'a str>) -> Run {
        self.untouched(file, || run_in(&self.folder, args))
    }

    #[track_caller]
    fn untouched<T>(&self, file: &str, run: impl FnOnce() -> T) -> T {
        let path = self.folder.join(file);
        let before = fs::metadata(&path).expect("the file is there");
        let result = run();
        let after = fs::metadata(&path).expect("the file is still there");
        let written = |data: &Metadata| (data.len(), data.modified().expect("it has a time"));
        assert_eq!(written(&before), written(&after), "{file} was written to");
        if let Some(digest) = self.facts[file].get("sha256") {
            let bytes = fs::read(&path).expect("it can be read");
            assert_eq!(*digest, sha256(&bytes), "{file} is another file than it was");
        }
        result
    }

    /// The hives of a folder of the corpus, without transaction logs.
    fn hives<'c>(&'c self, folder: &str) -> Vec<&'c str> {
        let hives = self.facts.iter().filter(|(name, facts)| {
            name.starts_with(folder) && facts.get("file_type").is_some_and(|kind| *kind == 0)
        });
        hives.map(|(name, _)| name.as_str()).collect()
    }
}

#[test]
fn cluster_nodes_have_the_fault_that_was_put_into_them_and_no_other() {
    let Some(corpus) = Corpus::find("the outcomes of cluster nodes") else { return };
    let expected = corpus.expected();
    assert_eq!(expected.len(), 11);
    for (name, expected) in &expected {
        let run = corpus
            .run(["check", "--rule", "Q262832", "--format", "json"], &format!("cluster/{name}"));
        run.has_status(if expected["outcome"] == "fail" { 1 } else { 0 });
        let report = run.json();
        let verdict = verdict(&report);
        assert_eq!(verdict["outcome"], expected["outcome"], "{name}");
        let mut wrong = checks_that_are(verdict, "false");
        wrong.sort_unstable();
        let planted = expected.get("false").map(array).unwrap_or_default();
        assert_eq!(wrong, planted.iter().map(text).collect::<Vec<_>>(), "{name}");
        assert_confirmed(verdict, name);
    }
}

/// Every key and value was read a second time with the same result, save the key that was damaged.
fn assert_confirmed(verdict: &Value, name: &str) {
    let results = array(&verdict["checks"]).iter().chain(array(&verdict["remarks"]));
    let results = results.chain([&verdict["applicability"]]);
    for evidence in results.flat_map(|result| array(&result["evidence"])) {
        let damaged = name == "provider-key-damaged.SYSTEM"
            && text(&evidence["key"]).ends_with(r"Providers\Clusnet");
        let expected = match text(&evidence["kind"]) {
            "security" => "not_asked",
            _ if damaged => "damaged",
            _ => "agrees",
        };
        assert_eq!(evidence["confirmed"], expected, "{name}: {evidence}");
    }
    assert_eq!(verdict["second_reader"]["differs"], 0, "{name}");
}

#[test]
fn the_last_known_good_set_of_each_cluster_node_is_sound() {
    let Some(corpus) = Corpus::find("the last known good sets of cluster nodes") else { return };
    for name in corpus.expected().keys() {
        let args =
            ["check", "--rule", "Q262832", "--format", "json", "--control-set", "last-known-good"];
        let run = corpus.run(args, &format!("cluster/{name}"));
        run.has_status(0);
        let report = run.json();
        let verdict = verdict(&report);
        assert_eq!(verdict["control_set"], "ControlSet002", "{name}");
        let sound = if name == "no-cluster.SYSTEM" { "notapplicable" } else { "pass" };
        assert_eq!(verdict["outcome"], sound, "{name}");
    }
}

#[test]
fn real_systems_that_are_no_cluster_nodes_do_not_apply() {
    let Some(corpus) = Corpus::find("real SYSTEM hives") else { return };
    let hives = corpus.hives("system/");
    assert_eq!(hives.len(), 7);
    for hive in hives {
        let run = corpus.run(["check", "--rule", "Q262832", "--format", "json"], hive);
        run.has_status(0);
        let report = run.json();
        let verdict = verdict(&report);
        assert_eq!(verdict["outcome"], "notapplicable", "{hive}");
        assert_eq!(verdict["applicability"]["value"], "notapplicable", "{hive}");
        assert!(!array(&verdict["applicability"]["reasons"]).is_empty(), "{hive}");
        assert_confirmed(verdict, hive);
    }
}

#[test]
fn transaction_logs_are_told_from_hives() {
    let Some(corpus) = Corpus::find("transaction logs") else { return };
    for file in corpus.facts.keys().filter(|name| name.contains(".LOG")) {
        for command in ["check", "info", "winsock", "export"] {
            let run = corpus.run([command], file);
            run.has_status(2);
            let size = corpus.facts[file]["bytes"].as_u64().unwrap();
            let word = if size == 0 { "empty" } else { "transaction log" };
            assert!(run.stderr().contains(word), "{}", run.stderr());
            assert!(run.stdout.is_empty());
        }
    }
}

#[test]
fn info_says_what_other_readers_say_of_base_blocks() {
    let Some(corpus) = Corpus::find("base blocks") else { return };
    for hive in corpus.hives("") {
        let facts = &corpus.facts[hive];
        let info = corpus.run(["info", "--logs", "none", "--format", "json"], hive).json();
        assert_eq!(info["size"], facts["bytes"], "{hive}");
        assert_eq!(info["sha256"], facts["sha256"], "{hive}");
        assert_eq!(info["format"], facts["format"], "{hive}");
        assert_eq!(info["sequence"], facts["sequence"], "{hive}");
        assert_eq!(info["hive_bins_size"], facts["hive_bins_size"], "{hive}");
        assert_eq!(info["root_cell"], facts["root_cell_offset"], "{hive}");
        // dissect.regf counts a key twice that two lists name; coldhive says so and counts it once.
        if let (Some(counted), true) = (facts["dissect"].as_array(), hive != "odd/BadListHive") {
            assert_eq!([&info["keys"], &info["values"]], [&counted[0], &counted[1]], "{hive}");
        }
    }
}

/// The digest of corpus/README.md, from the lines of an export, with the counts of its end line.
fn digest(corpus: &Corpus, hive: &str) -> (String, [u64; 2]) {
    let mut child = command(&corpus.folder)
        .args(["export", "--logs", "none", "--no-hash", "--format", "jsonl", hive])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = Vec::new();
    let mut counts = None;
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let record: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        match text(&record["type"]) {
            "key" => {
                let path = text(&record["path"]);
                lines.push(format!("{path}\0{}\0\n", filetime(text(&record["last_written"]))));
                for value in array(&record["values"]) {
                    let (name, data) = (text(&value["name"]), text(&value["data"]));
                    lines.push(format!("{path}\0{name}\0{}\0{data}\0\n", value["type_code"]));
                }
            }
            "end" => counts = Some(["keys", "values"].map(|name| record[name].as_u64().unwrap())),
            _ => {}
        }
    }
    assert!(child.wait().expect("it ends").success(), "{hive}");
    lines.sort_unstable();
    (sha256(lines.concat().as_bytes()), counts.expect("an end line"))
}

#[test]
fn an_export_has_every_key_value_and_byte_that_another_reader_finds() {
    let Some(corpus) = Corpus::find("digests of whole hives") else { return };
    let mut compared = 0;
    for (hive, facts) in &corpus.facts {
        let Some(expected) = facts.get("digest") else { continue };
        let (found, counts) = corpus.untouched(hive, || digest(&corpus, hive));
        let yarp = array(&facts["yarp"]);
        assert_eq!(yarp[..2], counts.map(Value::from), "{hive}");
        assert_eq!(*expected, found, "{hive}");
        compared += 1;
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn a_broken_base_block_hides_nothing_of_the_tree() {
    let Some(corpus) = Corpus::find("the tree behind a broken base block") else { return };
    // Both come of one hive; this one's base block has a wrong checksum and a wrong version.
    let (found, counts) = digest(&corpus, "odd/BadBaseBlockHive/BadBaseBlockHive");
    let sound = &corpus.facts["odd/OldDirtyHive/OldDirtyHive"];
    assert_eq!(array(&sound["yarp"])[..2], counts.map(Value::from));
    assert_eq!(sound["digest"], found);
}

#[test]
fn an_export_past_damage_is_of_records_that_stand_in_the_file() {
    let Some(corpus) = Corpus::find("an export past damage") else { return };
    for hive in ["odd/corrupted.SYSTEM", "odd/TruncatedHive", "cluster/provider-key-damaged.SYSTEM"]
    {
        let file = fs::read(corpus.folder.join(hive)).unwrap();
        let run = corpus.run(["export"], hive);
        run.has_status(0);
        let lines = run.lines();
        let [_, keys @ .., end] = &lines[..] else { panic!("{hive}") };
        assert!(!array(&end["damage"]).is_empty(), "{hive}");
        let mut cells = Vec::new();
        for key in keys {
            let offset = |record: &Value| record["cell"].as_u64().unwrap() + BINS as u64 + 4;
            let node = Record::new(&file, offset(key));
            assert_eq!(node.signature(), b"nk", "{hive}: {key}");
            assert_eq!(filetime(text(&key["last_written"])), node.last_written());
            for value in array(&key["values"]) {
                assert_eq!(Record::new(&file, offset(value)).signature(), b"vk", "{hive}: {value}");
            }
            cells.push(offset(key));
        }
        cells.sort_unstable();
        cells.dedup();
        assert_eq!(cells.len(), keys.len(), "{hive}: each key once");
    }
}

#[test]
fn winsock_of_nt4_enterprise_edition() {
    const SDDL: &str = "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)\
        (A;;CCDCLCSWRPSDRC;;;SO)(A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)\
        (A;;KA;;;BA)(A;CIIO;KA;;;CO)";
    let Some(corpus) = Corpus::find("Winsock of NT 4.0") else { return };
    let run = corpus.run(["winsock", "--format", "json"], "system/nt4-ee-sp3.SYSTEM");
    run.has_status(0);
    let reports = run.json();
    let [report] = array(&reports["control_sets"]) else { panic!("one control set was asked for") };
    assert_eq!(report["control_set"], "ControlSet001");
    assert_eq!(array(&report["problems"]), [] as [Value; 0]);
    let strings = |value: &Value| array(value).iter().map(text).map(str::to_owned).collect();

    let mut transports: Vec<String> = strings(&report["parameters"]["transports"]["value"]);
    let migration = &report["setup_migration"];
    let mut providers: Vec<String> = strings(&migration["provider_list"]["value"]);
    transports.sort();
    providers.sort();
    assert_eq!(transports, ["NetBIOS", "NwlnkIpx", "NwlnkSpx", "Tcpip"]);
    assert_eq!(providers, transports, "both lists have the same names");
    let known: Vec<String> = strings(&migration["known_static_providers"]["value"]);
    assert_eq!(known, ["Tcpip", "NwlnkIpx", "NwlnkSpx", "AppleTalk", "IsoTp"]);
    assert_eq!(migration["setup_version"]["value"], 0x1009);

    for key in [&report["winsock"], &report["parameters"]["key"], &migration["key"]] {
        assert_eq!(key["sddl"], SDDL);
        assert_eq!(key["owner"], "S-1-5-32-544");
    }
    let ids: Vec<_> = array(&migration["providers"])
        .iter()
        .map(|provider| {
            assert_eq!(provider["key"]["sddl"], SDDL);
            // Four PROTOCOL_INFO records, on the one provider outside Known Static Providers.
            let data = provider["winsock1_data"]["value"].as_str().map(|hex| hex.len() / 2);
            assert_eq!(data, (provider["name"] == "NetBIOS").then_some(280));
            (text(&provider["name"]), text(&provider["id"]["value"]))
        })
        .collect();
    assert_eq!(
        ids,
        [
            ("NetBIOS", "{8D5F1830-C273-11CF-95C8-00805F48A192}"),
            ("NwlnkIpx", "{11058240-BE47-11CF-95C8-00805F48A192}"),
            ("NwlnkSpx", "{11058241-BE47-11CF-95C8-00805F48A192}"),
            ("Tcpip", "{E70F1AA0-AB8B-11CF-8CA3-00805F48A192}"),
        ]
    );

    let mut helpers: Vec<_> = array(&report["transports"])
        .iter()
        .map(|transport| {
            let dll = text(&transport["helper_dll"]["value"]).rsplit('\\').next().unwrap();
            (
                text(&transport["name"]),
                dll,
                transport["min_sockaddr_length"]["value"].as_u64().unwrap(),
                transport["max_sockaddr_length"]["value"].as_u64().unwrap(),
                array(&transport["mapping"]["value"]).len(),
            )
        })
        .collect();
    helpers.sort_unstable();
    assert_eq!(
        helpers,
        [
            ("NetBIOS", "wshnetbs.dll", 20, 20, 2),
            ("NwlnkIpx", "wshisn.dll", 14, 16, 260),
            ("NwlnkSpx", "wshisn.dll", 14, 16, 260),
            ("Tcpip", "wshtcpip.dll", 16, 16, 11),
        ]
    );
}

#[test]
fn info_of_nt4_enterprise_edition() {
    let Some(corpus) = Corpus::find("the product of NT 4.0") else { return };
    let info = corpus.run(["info", "--format", "json"], "system/nt4-ee-sp3.SYSTEM").json();
    assert_eq!(info["product_type"]["value"], "LanmanNT");
    assert_eq!(info["product_suite"]["value"], Value::from(vec!["Enterprise"]));
    assert_eq!(info["service_pack"]["value"], 0x300);
    assert_eq!(info["select"]["current"]["value"], 1);
    assert_eq!(info["select"]["last_known_good"]["value"], 2);
    assert_eq!(info["control_sets"], Value::from(vec!["ControlSet001", "ControlSet002"]));
    assert_eq!(info["current_control_set"], "ControlSet001");
    let text = corpus.run(["info"], "system/nt4-ee-sp3.SYSTEM");
    assert!(text.stdout().contains("Windows NT 4.0 (ControlSet001)"));
    assert!(text.stdout().contains("LanmanNT (domain controller)"));
    assert!(text.stdout().contains("0x300 (service pack 3)"));
    let machine = &info["machine"];
    assert_eq!(machine["computer_name"]["value"], "SERVER");
    assert_eq!(machine["last_shutdown"]["value"], "2023-02-07T21:13:48.9531217Z");
    assert_eq!(machine["time_zone"]["daylight_bias"]["value"], -60);
    assert_eq!(machine["time_zone"]["season"], "standard");
    assert_eq!(machine["services"]["value"]["drivers"]["disabled"], 67);
    assert_eq!(machine["services"]["value"]["with_security"], 27);
    assert!(text.stdout().contains("profiles         0001 Original Configuration, current"));
}
