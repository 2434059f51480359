//! Looking around: `get`, `ls` and `tree`.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version};

use crate::golden::{assert_golden, transcript};
use crate::support::{SOUND, array, forge, run, run_in, scratch};

const DAMAGED: &str = "testdata/cluster-damaged.SYSTEM";
const CLUSNET: &str =
    r"HKLM\SYSTEM\CurrentControlSet\Services\Winsock\Setup Migration\Providers\Clusnet";
const MANY: &str = "testdata/many-1.5.SYSTEM";

#[test]
fn text_of_each_answer() {
    let winsock = r"HKLM:\SYSTEM\CurrentControlSet\Services\Winsock";
    let parameters = &format!("{winsock}\\Parameters");
    let providers = &format!("{winsock}\\Setup Migration\\Providers");
    for (name, args) in [
        ("get-key", &["get", SOUND, parameters][..]),
        ("get-value", &["get", SOUND, parameters, "transports"]),
        ("get-types", &["get", MANY, "Types"]),
        ("get-class", &["get", MANY, "Classes\\greek"]),
        ("get-from-a-log", &["get", "testdata/dirty-new-logs.SYSTEM", "Select"]),
        ("get-layered", &["get", "testdata/layered.SYSTEM", r"ControlSet001\Services\Local"]),
        ("get-absent", &["get", SOUND, r"CurrentControlSet\Services\Winsok\Parameters"]),
        ("get-absent-value", &["get", SOUND, "Select", "Curent"]),
        ("get-elsewhere", &["get", SOUND, r"HKLM\SOFTWARE\Microsoft"]),
        ("get-unreadable", &["get", DAMAGED, CLUSNET]),
        ("get-obscured", &["get", DAMAGED, &format!("{CLUSNET}\\Below")]),
        ("ls-root", &["ls", SOUND]),
        ("ls-long", &["ls", "-l", SOUND, winsock]),
        ("ls-names", &["ls", MANY, "Names"]),
        ("ls-damaged", &["ls", DAMAGED, providers]),
        ("ls-absent", &["ls", SOUND, "Selekt"]),
        ("tree-values", &["tree", "--values", DAMAGED, winsock]),
        ("tree-cut", &["tree", "--values", "--depth", "2", "--max", "12", SOUND]),
        ("tree-layered", &["tree", "testdata/layered.SYSTEM"]),
        ("tree-absent", &["tree", SOUND, "Selekt"]),
    ] {
        assert_golden(&format!("{name}.txt"), transcript(&run(args)));
    }
}

#[test]
fn json_of_each() {
    let parameters = r"CurrentControlSet\Services\Winsock\Parameters";
    for (name, args) in [
        ("get", &["get", SOUND, parameters, "Transports"][..]),
        ("get-absent", &["get", SOUND, "Selekt"]),
        ("ls", &["ls", SOUND, parameters]),
        ("tree", &["tree", SOUND, "--values", parameters]),
    ] {
        let run = run(args.iter().copied().chain(["--no-hash", "--format", "json"]));
        assert_golden(&format!("{name}.json.txt"), transcript(&run));
    }
}

#[test]
fn statuses_are_those_of_the_four_answers() {
    for command in ["get", "ls", "tree"] {
        run([command, SOUND, "Select"]).has_status(0);
        run([command, SOUND, "Nothing"]).has_status(1);
        run([command, DAMAGED, CLUSNET]).has_status(2);
        run([command, DAMAGED, &format!("{CLUSNET}\\Below")]).has_status(2);
        run([command, "nowhere", "Select"]).has_status(2);
        run([command, SOUND, "Select", "--frobnicate"]).has_status(64);
    }
    run(["get", SOUND, "Select", "--raw"]).has_status(64);
    run(["get", SOUND, "Select", "Current", "--raw", "--format", "json"]).has_status(64);
}

#[test]
fn raw_data_is_the_bytes_alone() {
    let raw = run(["get", SOUND, "Select", "LastKnownGood", "--raw"]);
    raw.has_status(0);
    assert_eq!(raw.stdout, [2, 0, 0, 0]);
    assert_eq!(raw.stderr(), "");
    let missing = run(["get", SOUND, "Select", "Lost", "--raw"]);
    missing.has_status(1);
    assert_eq!(missing.stdout(), "");
}

#[test]
fn data_that_is_cut_is_given_as_far_as_it_goes() {
    let folder = scratch("get-cut");
    let data: Vec<u8> = (0..=255).cycle().take(600).collect();
    let root = KeySpec::new("R")
        .value(ValueSpec::binary("Data", data))
        .value(ValueSpec::sz("", "no name"));
    let cut = Fault::DataCutShort { key: String::new(), value: "Data".into() };
    forge(folder.join("WHOLE"), &HiveSpec::new(Version::V1_3, root.clone()));
    forge(folder.join("CUT"), &HiveSpec::new(Version::V1_3, root).fault(cut));

    let whole = run_in(&folder, ["get", "WHOLE", "", "Data"]);
    whole.has_status(0);
    assert!(whole.stdout().contains(
        "\n  00000240  40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f  @ABCDEFGHIJKLMNO\n"
    ));
    let all = run_in(&folder, ["get", "WHOLE", ""]);
    assert!(
        all.stdout().contains("  and 344 more bytes; name the value to see all\n"),
        "{}",
        all.stdout()
    );
    for name in ["(default)", "@", "", "(DEFAULT)"] {
        assert!(
            run_in(&folder, ["get", "WHOLE", "", name]).stdout().contains("  \"no name\"\n"),
            "{name}"
        );
    }

    let cut = run_in(&folder, ["get", "CUT", "", "Data", "--raw"]);
    cut.has_status(2);
    assert!((300..600).contains(&cut.stdout.len()), "{}", cut.stdout.len());
    assert!(cut.stderr().contains("not all of the data can be read"), "{}", cut.stderr());
    run_in(&folder, ["get", "CUT", ""]).has_status(2);
}

#[test]
fn what_is_shown_is_taken_back() {
    let folder = scratch("get-names");
    let (key, value) = ("Clus\u{202e}net\u{1b}[2J %{41} ", "@");
    let root = KeySpec::new("R").subkey(KeySpec::new(key).value(ValueSpec::dword(value, 7)));
    forge(folder.join("SYSTEM"), &HiveSpec::new(Version::V1_3, root));
    let listed = run_in(&folder, ["ls", "SYSTEM"]);
    assert_eq!(listed.stdout(), "Clus%{202e}net%{1b}[2J %{25}{41}%{20}\\\n");
    let shown = listed.stdout().trim_end();
    let values = run_in(&folder, ["ls", "SYSTEM", shown]);
    assert_eq!(values.stdout(), "%{40}\n");
    for args in [
        &["get", "SYSTEM", shown, "%{40}"][..],
        &["tree", "SYSTEM", shown],
        &["export", "SYSTEM", shown],
    ] {
        run_in(&folder, args).has_status(0);
    }
    let report = run_in(&folder, ["get", "SYSTEM", shown, "--format", "json"]).json();
    assert_eq!(report["key"]["path"], key);
    assert_eq!(array(&report["values"])[0]["name"], value);
    // Other commands spell names out in their own way, which is understood too.
    let other = "Clus\\u{202e}net\\u{1b}[2J %{25}{41} ";
    run_in(&folder, ["get", "SYSTEM", other]).has_status(0);
}

#[test]
fn every_command_takes_every_form_of_a_path() {
    let path = "HKLM/SYSTEM/CurrentControlSet/Services/WinSock/Parameters";
    let export = run(["export", SOUND, path]);
    export.has_status(0);
    assert_eq!(export.lines()[1]["path"], r"ControlSet001\Services\WinSock\Parameters");
    let deleted = "testdata/cluster-deleted.SYSTEM";
    let under =
        |path| run(["deleted", deleted, "--no-hash", "--format", "json", "--under", path]).json();
    let plain = under(r"ControlSet001\Services\Winsock\Setup Migration\Providers");
    assert_eq!(
        under("[HKLM/SYSTEM/CurrentControlSet/Services/Winsock/Setup Migration/Providers]"),
        plain
    );
    assert!(!array(&plain["remnants"]).is_empty());
    run(["acl", SOUND, path]).has_status(0);
    run(["diff", SOUND, "--under", "'Services/WinSock/Parameters'"]).has_status(0);
    run(["info", SOUND, "--mounted-at", "[HKEY_LOCAL_MACHINE\\SYSTEM]"]).has_status(0);
}

#[test]
fn a_cycle_of_keys_is_drawn_once() {
    let folder = scratch("tree-cycle");
    let mut root = KeySpec::new("R");
    root.at("A\\B\\C");
    let cycle = Fault::Cycle { key: "A\\B\\C".into(), to: "A".into() };
    forge(folder.join("SYSTEM"), &HiveSpec::new(Version::V1_5, root).fault(cycle));
    let tree = run_in(&folder, ["tree", "SYSTEM"]);
    assert!(tree.stdout().starts_with("(root)\n└── A\n    └── B (damaged)\n"), "{}", tree.stdout());
    assert!(tree.stdout().contains("all     3 keys, 0 values\n"), "{}", tree.stdout());
}
