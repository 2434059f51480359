//! `acl`: a key's descriptor, what a token may do with it, and every key that it may write.

use std::fs;
use std::process::Stdio;

use coldhive_forge::{Fault, HiveSpec, KeySpec, Version};
use serde_json::Value;

use crate::corpus::Corpus;
use crate::golden::{assert_golden, transcript};
use crate::support::{Run, SOUND, array, command, forge, run, run_in, scratch, text, workspace};

const WINSOCK: &str = r"CurrentControlSet\Services\Winsock";

/// A hive of one control set, whose services have these descriptors.
fn services(folder: &str, descriptors: &[(&str, &str)], faults: &[Fault]) -> Run {
    hive(folder, descriptors, faults);
    run_in(
        scratch_of(folder),
        ["acl", "--no-hash", "--format", "json", "SYSTEM", "--writable-by", "WD,BU"],
    )
}

fn scratch_of(folder: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder)
}

fn hive(folder: &str, descriptors: &[(&str, &str)], faults: &[Fault]) {
    let plain = "O:SYG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;BA)(A;CI;KA;;;SY)";
    let mut root = KeySpec::new("SYSTEM").sddl(plain).unwrap();
    root.at("Select").set_value(coldhive_forge::ValueSpec::dword("Current", 1));
    let services = root.at(r"ControlSet001\Services");
    for (name, sddl) in descriptors {
        *services = services.clone().subkey(KeySpec::new(*name).sddl(sddl).unwrap());
    }
    let spec = HiveSpec::new(Version::V1_5, root);
    let spec = faults.iter().fold(spec, |spec, fault| spec.fault(fault.clone()));
    forge(scratch(folder).join("SYSTEM"), &spec);
}

fn verdicts(found: &Value) -> Vec<(&str, &str)> {
    let keys = array(&found["keys"]).iter();
    keys.map(|key| (text(&key["path"]).rsplit('\\').next().unwrap(), text(&key["verdict"])))
        .collect()
}

#[test]
fn text_and_json_of_a_key() {
    let args = ["acl", SOUND, WINSOCK, "--as", "SO,WD", "--rights", "KR,SET_VALUE"];
    assert_golden("acl-winsock.txt", transcript(&run(args)));
    let json = run(args.iter().chain(&["--format", "json"]));
    assert_golden("acl-winsock.json.txt", transcript(&json));
}

#[test]
fn text_of_keys_that_have_no_answer() {
    let parameters = r"CurrentControlSet\Services\Winsock\Parameters";
    let clusnet = r"CurrentControlSet\Services\Winsock\Setup Migration\Providers\Clusnet";
    for (sample, key, name) in [
        ("cluster-bad-descriptor", parameters, "acl-ill-formed.txt"),
        ("cluster-no-security", parameters, "acl-no-security.txt"),
        ("cluster-damaged", clusnet, "acl-damaged.txt"),
        ("cluster-obscured", clusnet, "acl-obscured.txt"),
        ("cluster-broken", clusnet, "acl-absent.txt"),
        ("layered", r"ControlSet001\Services\Deleted", "acl-tombstone.txt"),
    ] {
        let sample = format!("testdata/{sample}.SYSTEM");
        let found = run(["acl", "--no-hash", &sample, key, "--as", "WD", "--rights", "KR"]);
        found.has_status(2);
        assert_golden(name, transcript(&found));
        let json = run(["acl", "--format", "json", &sample, key]);
        json.has_status(2);
        assert!(!text(&json.json()["problem"]).is_empty(), "{name}");
    }
}

#[test]
fn text_and_json_of_writable_keys() {
    let who = ["acl", "--no-hash", "testdata/cluster-sound.SYSTEM", "--writable-by", "SO,WD"];
    let under = ["--under", WINSOCK];
    assert_golden("acl-writable.txt", transcript(&run(who.iter().chain(&under))));
    let json = ["--format", "json", "--rights", "DELETE"];
    let run = run(who.iter().chain(&under).chain(&json));
    assert_golden("acl-writable.json.txt", transcript(&run));
}

#[test]
fn text_of_writable_keys_that_can_not_be_told() {
    for sample in ["bad-descriptor", "no-security", "damaged"] {
        let path = format!("testdata/cluster-{sample}.SYSTEM");
        let found = run(["acl", "--no-hash", &path, "--writable-by", "BU,WD", "--under", WINSOCK]);
        found.has_status(2);
        assert_golden(&format!("acl-writable-{sample}.txt"), transcript(&found));
    }
}

#[test]
fn a_path_may_have_any_name_of_the_hive_before_it() {
    let expected = run(["acl", SOUND, r"ControlSet001\Services\WinSock"]);
    expected.has_status(0);
    for prefix in [
        "",
        r"HKLM\SYSTEM\",
        r"HKEY_LOCAL_MACHINE\System\",
        r"\Registry\Machine\SYSTEM\",
        r"HKLM:\SYSTEM\",
        r"SYSTEM\",
        r"\",
    ] {
        for set in ["CurrentControlSet", "controlset001"] {
            let found = run(["acl", SOUND, &format!(r"{prefix}{set}\Services\winsock")]);
            assert_eq!(found.stdout(), expected.stdout(), "{prefix}{set}");
        }
    }
    for root in ["", r"HKLM\SYSTEM", r"\", "SYSTEM"] {
        let found = run(["acl", "--format", "json", SOUND, root]);
        found.has_status(0);
        assert_eq!(found.json()["key"]["path"], "", "{root}");
    }
    run(["acl", SOUND, r"HKLM\SOFTWARE\Microsoft"]).has_status(2).complains(
        r"testdata/cluster-sound.SYSTEM: HKLM\SOFTWARE\Microsoft: HKLM\SOFTWARE\Microsoft is no key of HKLM\SYSTEM, which is all that this hive can hold",
    );
}

#[test]
fn a_path_in_a_part_of_the_registry_is_one_on_the_machine_or_in_the_file() {
    let folder = scratch("acl-part");
    let services =
        KeySpec::new("Services").subkey(KeySpec::new("Tcpip").sddl("O:SYD:(A;;KR;;;WD)").unwrap());
    forge(folder.join("part"), &HiveSpec::new(Version::V1_5, services));
    let args =
        ["acl", "--no-hash", "--mounted-at", r"HKLM\SYSTEM\CurrentControlSet\Services", "part"];
    for key in [
        r"CurrentControlSet\Services\Tcpip",
        "Tcpip",
        r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip",
    ] {
        run_in(&folder, args.iter().chain(&[key])).has_status(0);
    }
    for key in ["Select", r"ControlSet002\Services\Tcpip"] {
        let found = run_in(&folder, args.iter().chain(&[key]));
        found.has_status(2);
        assert!(found.stderr().contains("it can't be told whether"), "{}", found.stderr());
    }
}

/// Status 0 only if all of it is granted for certain, 1 if any of it certainly isn't.
#[test]
fn the_status_tells_whether_rights_are_granted() {
    for (who, rights, status) in [
        ("WD", "KR", 0),
        ("WD", "KEY_READ", 0),
        ("WD", "0x20019", 0),
        ("WD", "QUERY_VALUE|NOTIFY", 0),
        ("WD", "KR,SET_VALUE", 1),
        ("WD,SO", "CCDC", 0),
        ("BA", "KA", 0),
        ("deny:BA", "KA", 1),
        ("deny:BA,WD", "KR", 0),
        ("-BA,WD", "KA", 1),
        // They may be the administrators.
        ("WD,S-1-5-32-*", "KA", 2),
        ("WD,S-1-5-32-*", "KR", 0),
        ("WD,S-1-5-32-*,-BA", "KA", 1),
        ("WD,S-1-5-21-*", "KA", 1),
    ] {
        let found = run(["acl", "--no-hash", SOUND, WINSOCK, "--as", who, "--rights", rights]);
        found.has_status(status);
    }
}

/// [MS-DTYP] 2.5.3.2: a NULL DACL grants whatever is asked for, and an empty one nothing; the SACL takes a privilege.
#[test]
fn without_a_dacl_everything_is_granted() {
    let null = ("Null", "O:SYG:SYD:NO_ACCESS_CONTROL");
    hive("acl-null", &[null, ("Empty", "O:SYG:SYD:")], &[]);
    for (key, rights, status) in [
        ("Null", "KA", 0),
        ("Null", "SYNCHRONIZE", 0),
        ("Null", "ACCESS_SYSTEM_SECURITY", 1),
        ("Null", "MAXIMUM_ALLOWED", 0),
        ("Empty", "READ_CONTROL", 1),
        ("Empty", "MAXIMUM_ALLOWED", 1),
    ] {
        let key = format!(r"ControlSet001\Services\{key}");
        let args = ["acl", "--format", "json", "SYSTEM", &key, "--as", "WD", "--rights", rights];
        let found = run_in(scratch_of("acl-null"), args);
        found.has_status(status);
        let found = found.json();
        let (access, mask) = (&found["access"], |part: &str| found["access"][part]["mask"].clone());
        let told = if status == 0 { mask("denied") } else { mask("granted") };
        assert_eq!(told, 0, "{key} {rights}: {access}");
        assert_eq!(access["unrestricted"], key.ends_with("Null"));
    }
}

#[test]
fn owner_rights_count_by_the_age_of_windows() {
    // [MS-DTYP] 2.5.3.2: an OWNER RIGHTS entry takes from the owner what owners are implied. Before Vista there was no
    // such SID.
    hive("acl-owner", &[("Owned", "O:BUG:BUD:(A;;KR;;;OW)")], &[]);
    let ask = |rules: &[&str]| {
        let key = r"ControlSet001\Services\Owned";
        let args = ["acl", "--no-hash", "SYSTEM", key, "--as", "BU,WD", "--rights", "WRITE_DAC"];
        run_in(scratch_of("acl-owner"), args.iter().chain(rules))
    };
    ask(&["--os-rules", "before-vista"]).has_status(0);
    ask(&["--os-rules", "vista"]).has_status(1);
    let either = ask(&[]);
    either.has_status(2);
    assert!(either.stdout().contains("(by the rules before-vista)"), "{}", either.stdout());
    assert!(either.stdout().contains("(by the rules vista)"), "{}", either.stdout());
    // Where nothing hangs on it, the answer is one.
    let key = r"ControlSet001\Services\Owned";
    let other = ["acl", "--no-hash", "SYSTEM", key, "--as", "WD", "--rights", "WRITE_DAC"];
    run_in(scratch_of("acl-owner"), other).has_status(1);
}

#[test]
fn the_status_tells_whether_keys_can_be_written() {
    let readable = ("Sound", "O:SYG:SYD:(A;;KR;;;WD)");
    let weak = ("Weak", "O:SYG:SYD:(A;;KR;;;WD)(A;;DC;;;BU)");
    let null = ("Null", "O:SYG:SYD:NO_ACCESS_CONTROL");
    let denied = ("Denied", "O:SYG:SYD:(D;;KA;;;BU)(A;;KA;;;WD)");
    let inherits = ("Inherits", "O:SYG:SYD:(A;CIIO;KA;;;WD)");
    let object = ("Object", "O:SYG:SYD:(OA;;DC;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)");
    let none = services("acl-none", &[readable, denied, inherits], &[]);
    none.has_status(0);
    assert_eq!(verdicts(&none.json()), []);
    let some = services("acl-some", &[readable, weak, null, denied, object], &[]);
    some.has_status(1);
    let found = some.json();
    assert_eq!(
        verdicts(&found),
        [("Null", "granted"), ("Object", "possible"), ("Weak", "granted")]
    );
    assert_eq!(found["totals"]["keys"], 9);
    assert_eq!(found["keys"][2]["granted"], 2);
    let possible = services("acl-possible", &[readable, object], &[]);
    possible.has_status(2);
    assert_eq!(verdicts(&possible.json()), [("Object", "possible")]);
    // What can't be read is told, and outweighed by what certainly can be written.
    let freed = [Fault::FreedSecurity { key: r"ControlSet001\Services\Sound".into() }];
    let unknown = services("acl-unknown", &[readable, denied], &freed);
    unknown.has_status(2);
    assert_eq!(verdicts(&unknown.json()), [("Sound", "unknown")]);
    assert!(text(&unknown.json()["descriptors"][0]["problem"]).contains("can't be read"));
    services("acl-both", &[readable, weak], &freed).has_status(1);
}

#[test]
fn records_that_read_the_same_are_one_descriptor() {
    let weak = "O:SYG:SYD:(A;;KA;;;WD)";
    // Slack tells the records apart: the ACL says it is 4 bytes longer.
    let folder = scratch("acl-same");
    let mut slack = coldhive::security::SecurityDescriptorBuf::into_bytes(weak.parse().unwrap());
    let dacl = u32::from_le_bytes(slack[16..20].try_into().unwrap()) as usize;
    let size = usize::from(u16::from_le_bytes([slack[dacl + 2], slack[dacl + 3]]));
    slack.extend(vec![0; size + 4]);
    let at = slack.len() - size - 4;
    slack.copy_within(dacl..dacl + size, at);
    slack[at + 2] += 4;
    slack[16..20].copy_from_slice(&(at as u32).to_le_bytes());
    let root = KeySpec::new("SYSTEM")
        .sddl("D:(A;;KR;;;WD)")
        .unwrap()
        .subkey(KeySpec::new("One").sddl(weak).unwrap())
        .subkey(KeySpec::new("Two").security(slack));
    forge(folder.join("SYSTEM"), &HiveSpec::new(Version::V1_5, root));
    let found = run_in(&folder, ["acl", "--format", "json", "SYSTEM", "--writable-by", "WD"]);
    found.has_status(1);
    let found = found.json();
    let [descriptor] = array(&found["descriptors"]) else { panic!("{found}") };
    assert_eq!((&descriptor["records"], &descriptor["keys"]), (&2.into(), &2.into()));
    assert_eq!(found["totals"]["descriptors"], 3);
}

/// A row is what a token of the trustee and of Everyone has ([MS-DTYP] 2.5.3.2), and where the age of Windows
/// decides, it depends.
#[test]
fn the_matrix_tells_what_each_trustee_may_do() {
    let sddl = "O:BUG:SYD:(D;;DC;;;WD)(A;;KR;;;OW)(A;;DC;;;SO)(A;CIIO;KA;;;PU)(A;;KA;;;CO)\
                (XA;;WO;;;BA;(@USER.Title == \"PM\"))";
    hive("acl-matrix", &[("Key", sddl)], &[]);
    let key = r"ControlSet001\Services\Key";
    let found = run_in(scratch_of("acl-matrix"), ["acl", "--no-hash", "SYSTEM", key]);
    found.has_status(0);
    let (_, table) = found.stdout().split_once("as one of Everyone\n").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    assert_eq!(
        table,
        "  query  set  create  enum  notify  link  delete  r-sd  w-dac  w-own\n  \
         .      .    .       .     .       .     .       .     .      .       Everyone (S-1-1-0)\n  \
         +      .    .       +     +       .     .       +     .      .       OWNER RIGHTS (S-1-3-4), which stands for somebody else\n  \
         .      .    .       .     .       .     .       .     .      .       BUILTIN\\Server Operators (S-1-5-32-549)\n  \
         +      .    +       +     +       +     +       +     +      +       CREATOR OWNER (S-1-3-0), which stands for somebody else\n  \
         .      .    .       .     .       .     .       .     .      ?       BUILTIN\\Administrators (S-1-5-32-544)\n  \
         ?      .    .       ?     ?       .     .       +     ?      .       BUILTIN\\Users (S-1-5-32-545), the owner\n  \
         + granted, ? it depends, . not granted\n  \
         r-sd: read the permissions; w-dac: change them; w-own: change the owner"
    );
    assert!(found.stdout().contains(
        "Allow BUILTIN\\Administrators (S-1-5-32-544): change the owner, if (@USER.Title == \"PM\"); this key only"
    ));
}

/// [MS-DTYP] 2.4.4.13: the mask of a label is a policy; the label may keep writers out whom the DACL lets in.
#[test]
fn what_a_sacl_may_take_away_is_told() {
    let labelled = "O:SYG:SYD:(A;;KA;;;BU)S:(ML;;NW;;;SI)(AU;FA;KA;;;WD)";
    hive("acl-label", &[("Key", labelled)], &[]);
    let key = r"ControlSet001\Services\Key";
    let args = ["acl", "SYSTEM", key, "--as", "BU,WD", "--rights", "KA"];
    let text_form = run_in(scratch_of("acl-label"), args);
    text_form.has_status(0);
    assert!(text_form.stdout().contains("       (ML;;NW;;;SI)\n"), "{}", text_form.stdout());
    assert!(
        text_form.stdout().contains("  but         (ML;;NW;;;SI) of the SACL may take it away")
    );
    let json = run_in(scratch_of("acl-label"), args.iter().chain(&["--format", "json"])).json();
    assert_eq!(json["access"]["limits"], serde_json::json!(["(ML;;NW;;;SI)"]));
    assert_eq!(json["descriptor"]["sacl"]["aces"][0]["rights"], Value::Null);
    assert_eq!(json["descriptor"]["sacl"]["aces"][1]["rights"]["names"], "KEY_ALL_ACCESS");
    let all = run_in(scratch_of("acl-label"), ["acl", "SYSTEM", "--writable-by", "BU"]);
    assert!(all.stdout().contains("  but         (ML;;NW;;;SI) of the SACL"), "{}", all.stdout());
}

#[test]
fn where_the_rules_differ_the_reasons_of_both_are_told() {
    // By both the owner may change the DACL: once by the entry, once because owners may.
    hive("acl-reasons", &[("Key", "O:BUG:SYD:(A;;WDRC;;;OW)(A;;KR;;;BU)")], &[]);
    let key = r"ControlSet001\Services\Key";
    let args = ["acl", "--format", "json", "SYSTEM", key, "--as", "WD,BU", "--rights", "WRITE_DAC"];
    let found = run_in(scratch_of("acl-reasons"), args);
    found.has_status(0);
    let found = found.json();
    let reasons: Vec<_> = array(&found["access"]["decisions"])
        .iter()
        .map(|found| (text(&found["only_by"]), text(&found["verdict"]), text(&found["why"])))
        .collect();
    assert_eq!(
        reasons,
        [
            ("before-vista", "granted", "implied to the owner"),
            ("vista", "granted", "ACE 0 (A;;RCWD;;;OW) allows")
        ]
    );
    // What doesn't grant is no reason for being listed.
    let all = ["acl", "--format", "json", "SYSTEM", "--writable-by", "WD", "--rights", "WRITE_DAC"];
    hive("acl-reasons", &[("Key", "O:WDG:SYD:(A;;KR;;;OW)")], &[]);
    let found = run_in(scratch_of("acl-reasons"), all);
    found.has_status(2);
    let found = found.json();
    let decisions = array(&found["descriptors"][0]["decisions"]);
    assert_eq!(decisions.len(), 1, "{found}");
    assert_eq!(decisions[0]["only_by"], "before-vista");
}

/// In a differencing hive, what is missing may stand below it.
#[test]
fn of_a_layered_hive_nothing_is_certainly_unwritable() {
    let found = run(["acl", "--no-hash", "testdata/layered.SYSTEM", "--writable-by", "BG"]);
    found.has_status(2);
    assert!(found.stdout().contains("format 1.6 is that of differencing hives too"));
    let json = ["acl", "--no-hash", "--format", "json", "testdata/layered.SYSTEM"];
    let found = run(json.iter().chain(&["--writable-by", "BG"])).json();
    assert_eq!(array(&found["notes"]).len(), 1);
    let found = run(json.iter().chain(&["Select"])).json();
    assert_eq!(array(&found["notes"]).len(), 1);
}

#[test]
fn a_search_that_can_not_begin_is_told_as_data_too() {
    let args = ["acl", "--no-hash", SOUND, "--writable-by", "WD", "--under", "Nope"];
    let found = run(args.iter().chain(&["--format", "json"]));
    found.has_status(2);
    let found = found.json();
    assert_eq!((text(&found["finding"]), text(&found["asked"])), ("absent", "Nope"));
    assert_eq!(found["problem"], "the root key has no subkey Nope");
}

#[test]
fn the_age_of_windows_is_told_by_services() {
    let Some(corpus) = Corpus::find("rules for owners") else { return };
    for (file, rules) in [
        ("nt4-ee-sp3", "before-vista"),
        ("xp-sp3-m57", "either"),
        ("win7-sp1", "vista"),
        ("win81-dirty", "vista"),
        ("win10-1709", "vista"),
        ("container-delta", "either"),
    ] {
        let file = format!("system/{file}.SYSTEM");
        let key = r"ControlSet001";
        let args = ["acl", "--no-hash", "--format", "json", &file, key, "--as", "WD"];
        let found = corpus.run_on(&file, args).json();
        assert_eq!(found["access"]["os_rules"]["rules"], rules, "{file}");
    }
}

#[test]
fn an_exported_text_has_no_descriptors() {
    let folder = scratch("acl-text");
    let text = "Windows Registry Editor Version 5.00\r\n\r\n\
                [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip]\r\n\"Start\"=dword:00000001\r\n";
    fs::write(folder.join("Tcpip.reg"), text).unwrap();
    let key = run_in(&folder, ["acl", "Tcpip.reg", r"CurrentControlSet\Services\Tcpip"]);
    key.has_status(2);
    assert!(key.stderr().contains("an exported text holds no security descriptors"));
    let all = run_in(&folder, ["acl", "Tcpip.reg", "--writable-by", "WD"]);
    all.has_status(2);
    assert!(all.stderr().contains("an exported text holds no security descriptors"));
}

#[test]
fn arguments_that_make_no_question_are_refused() {
    for (args, words) in [
        (&["acl", SOUND][..], "KEY"),
        (&["acl", SOUND, WINSOCK, "--rights", "KR"], "say who with --as or --writable-by"),
        (&["acl", SOUND, WINSOCK, "--writable-by", "WD"], "cannot be used with"),
        (&["acl", SOUND, "--as", "WD"], "KEY"),
        (&["acl", SOUND, WINSOCK, "--under", "Select"], "cannot be used with"),
        (&["acl", SOUND, WINSOCK, "--as", "WD,"], "\"\" is no SID"),
        (&["acl", SOUND, WINSOCK, "--as", "-S-1-5-*"], "\"-S-1-5-*\" is no SID"),
        (&["acl", SOUND, WINSOCK, "--as", "S-1-5-*-3"], "a * stands for whole sub-authorities"),
        (
            &["acl", SOUND, WINSOCK, "--as", "WD", "--rights", "KR,FOO"],
            "\"FOO\" is no right of a key",
        ),
        (
            &["acl", SOUND, WINSOCK, "--as", "WD", "--rights", "KR;;;BA)(A;;KA"],
            "is no right of a key",
        ),
        (&["acl", SOUND, WINSOCK, "--as", "WD", "--rights", "0"], "is no right of a key"),
        (&["acl", SOUND, WINSOCK, "--as", "WD", "--rights", "KR,0x0"], "is no right of a key"),
        (&["acl", SOUND, WINSOCK, "--os-rules", "xp"], "names no rules"),
    ] {
        let found = run(args);
        found.has_status(64);
        assert!(found.stderr().contains(words), "{args:?}: {}", found.stderr());
    }
    for never in ["MAXIMUM_ALLOWED", "ACCESS_SYSTEM_SECURITY"] {
        let found = run(["acl", SOUND, "--writable-by", "WD", "--rights", never]);
        found.has_status(2);
        assert!(found.stderr().contains(&format!("no entry grants {never}")), "{}", found.stderr());
    }
    run(["acl", SOUND, "--writable-by", "WD", "--under", "Nope"])
        .has_status(2)
        .complains("testdata/cluster-sound.SYSTEM: Nope: the root key has no subkey Nope");
}

#[test]
fn a_closed_pipe_keeps_the_status() {
    for (args, status) in [
        (&[SOUND, WINSOCK, "--as", "WD", "--rights", "KA"][..], 1),
        (&[SOUND, "--writable-by", "SO"], 1),
        (&[SOUND, "--writable-by", "SO", "--format", "json"], 1),
        (&[SOUND, "--writable-by", "BU"], 0),
    ] {
        let mut child = command(workspace())
            .arg("acl")
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        assert_eq!(child.wait().expect("it ends").code(), Some(status), "{args:?}");
    }
}

#[test]
fn winsock_of_a_real_nt_4_cluster_server() {
    let Some(corpus) = Corpus::find("acl of WinSock") else { return };
    let key = r"CurrentControlSet\Services\WinSock";
    let args = ["acl", "--format", "json", "--as", "WD", "--rights", "KR"];
    let file = "system/nt4-ee-sp3.SYSTEM";
    let run = corpus.run_on(file, args.into_iter().chain([file, key]));
    run.has_status(0);
    let report = run.json();
    // What real NT 4.0 EE hives carry there: ten entries, each of four trustees twice, the second for inheritance
    // alone, then Administrators and CREATOR OWNER.
    let descriptor = &report["descriptor"];
    assert_eq!(descriptor["control"], 0x8004);
    assert_eq!(descriptor["owner"]["alias"], "BA");
    assert_eq!(descriptor["group"]["alias"], "SY");
    let aces: Vec<_> = array(&descriptor["dacl"]["aces"])
        .iter()
        .map(|ace| {
            (
                text(&ace["trustee"]["alias"]),
                ace["rights"]["mask"].as_u64().unwrap(),
                text(&ace["flags"]),
            )
        })
        .collect();
    let (read, all, operate) = (0x2_0019, 0xF_003F, 0x3_001F);
    assert_eq!(
        aces,
        [
            ("WD", read, ""),
            ("WD", read, "CI IO"),
            ("BA", all, ""),
            ("BA", all, "CI IO"),
            ("SO", operate, ""),
            ("SO", operate, "CI IO"),
            ("SY", all, ""),
            ("SY", all, "CI IO"),
            ("BA", all, ""),
            ("CO", all, "CI IO"),
        ]
    );
    assert_eq!(report["access"]["os_rules"]["rules"], "before-vista");
}

/// Counted once with another reader: dissect.regf 3 walked the tree and gave each node's security offset, and thirty
/// lines of Python read the record there and walked the DACL by [MS-DTYP] 2.5.3.2 (inherit-only entries passed over,
/// generic rights mapped, the first entry that decides a right wins, the owner's READ_CONTROL and WRITE_DAC implied).
/// The paths were the same too.
#[test]
fn writable_keys_of_real_hives_are_as_many_as_another_reader_counts() {
    let Some(corpus) = Corpus::find("writable keys") else { return };
    for (file, who, keys, writable) in [
        ("nt4-ee-sp3", "WD", 1_971, 228),
        ("nt4-ee-sp3", "WD,SO", 1_971, 1_362),
        ("xp-sp3-m57", "WD,AU,BU", 9_629, 0),
        ("win7-sp1", "WD,AU,BU,IU", 30_756, 105),
        ("win10-1709", "WD,AU,BU,IU", 33_123, 24),
        ("win10-1709", "SY,WD,AU", 33_123, 31_183),
    ] {
        let file = format!("system/{file}.SYSTEM");
        let args = [
            "acl",
            "--no-hash",
            "--logs",
            "none",
            "--os-rules",
            "before-vista",
            "--format",
            "json",
        ];
        let run = corpus.run(args.into_iter().chain(["--writable-by", who]), &file);
        run.has_status(i32::from(writable > 0));
        let found = run.json();
        assert_eq!(found["totals"]["keys"], keys, "{file}");
        assert_eq!(found["totals"]["granted"], writable, "{file} {who}");
        assert_eq!(array(&found["keys"]).len(), writable, "{file} {who}");
        for open in ["possible", "unknown", "unread"] {
            assert_eq!(found["totals"][open], 0, "{file} {who}");
        }
    }
}
