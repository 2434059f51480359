//! Parts of a registry: hives saved from a key, and exports in text form.

use std::fs;

use coldhive_forge::{HiveSpec, KeySpec, Version, samples};

use crate::golden::{assert_golden, transcript};
use crate::support::{checks_that_are, forge, run_in, scratch, verdict};

/// A key of the sample of a broken node, as a hive of its own.
fn saved_from(path: &str) -> HiveSpec {
    let mut key: KeySpec = samples::cluster_broken().root;
    let whole = key.at(path).clone();
    HiveSpec::new(Version::V1_3, whole)
}

#[test]
fn a_hive_saved_from_winsock_is_checked_where_it_can_be() {
    let folder = scratch("winsock-part");
    forge(folder.join("Winsock.hiv"), &saved_from(r"ControlSet001\Services\Winsock"));
    let args = ["check", "--rule", "Q262832", "--format", "json", "Winsock.hiv"];
    let recognised = run_in(&folder, args).json();
    let mount = r"HKLM\SYSTEM\ControlSet001\Services\Winsock";
    let told = run_in(&folder, [&args[..], &["--mounted-at", mount]].concat()).json();
    for report in [&recognised, &told] {
        let verdict = verdict(report);
        assert_eq!(verdict["applicability"]["value"], "undetermined");
        assert_eq!(verdict["outcome"], "fail");
        // It is certainly not there: the file holds all of Winsock.
        assert!(checks_that_are(verdict, "false").contains(&"provider-key"));
    }
    assert_eq!(told["hives"][0]["mounted_at"], mount);
    run_in(
        &folder,
        ["check", "--rule", "Q262832", "--mounted-at", r"HKLM\SOFTWARE", "Winsock.hiv"],
    )
    .has_status(64);
}

const TEXT: &str = "Windows Registry Editor Version 5.00\r\n\r\n\
[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Winsock]\r\n\r\n\
[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Winsock\\Parameters]\r\n\
\"Transports\"=hex(7):54,00,63,00,70,00,69,00,70,00,00,00,00,00\r\n\r\n\
[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Winsock\\Setup Migration\\Providers\\Tcpip]\r\n";

#[test]
fn an_export_in_text_form_is_checked_without_times_and_security() {
    let folder = scratch("reg-text");
    let bytes: Vec<u8> =
        [0xFEFF].into_iter().chain(TEXT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    fs::write(folder.join("Winsock.reg"), bytes).unwrap();
    let report =
        run_in(&folder, ["check", "--rule", "Q262832", "--format", "json", "Winsock.reg"]).json();
    let verdict = verdict(&report);
    assert_eq!(verdict["control_set"], "CurrentControlSet");
    let checks = verdict["checks"].as_array().unwrap();
    let check = |id: &str| checks.iter().find(|check| check["id"] == id).unwrap();
    // Transports lacks Clusnet, and the value begins in line 6.
    let transports = check("transports");
    assert_eq!(transports["result"], "false");
    let evidence = &transports["evidence"][0];
    assert_eq!((&evidence["line"], &evidence["cell"]), (&6.into(), &serde_json::Value::Null));
    for check in checks.iter().filter(|check| check["id"].as_str().unwrap().contains("access")) {
        assert_eq!(check["result"], "unknown", "{}", check["id"]);
    }
    let lines = run_in(&folder, ["export", "Winsock.reg"]).lines();
    let keys: Vec<_> = lines.iter().filter(|line| line["type"] == "key").collect();
    assert_eq!(keys.len(), 8);
    assert!(keys.iter().all(|key| key["last_written"].is_null() && key["sd"].is_null()));
}

#[test]
fn winsock_of_a_text_has_lines_instead_of_offsets() {
    let folder = scratch("reg-winsock");
    // One that says all of a Winsock, and one of which most stands elsewhere.
    let whole = concat!(
        "Windows Registry Editor Version 5.00\r\n\r\n",
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Winsock\\Parameters]\r\n",
        "\"Transports\"=hex(7):54,00,63,00,70,00,69,00,70,00,00,00,00,00\r\n\r\n",
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Winsock\\Setup Migration]\r\n",
        "\"Provider List\"=hex(7):54,00,63,00,70,00,69,00,70,00,00,00,00,00\r\n",
        "\"Setup Version\"=dword:00001009\r\n\r\n",
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Winsock\\Setup Migration\\Providers\\Tcpip]\r\n",
        "\"WinSock 2.0 Provider ID\"=hex:a0,1a,0f,e7,8b,ab,cf,11,8c,a3,00,80,5f,48,a1,92\r\n",
        "\"Unheard of\"=\"yes\"\r\n",
    );
    for (name, text) in [("whole", whole), ("part", TEXT)] {
        let file = format!("{name}.reg");
        fs::write(folder.join(&file), text).unwrap();
        let run = run_in(&folder, ["winsock", "--no-hash", &file]);
        assert_golden(&format!("winsock-text-{name}.txt"), transcript(&run));
        assert!(!run.stdout().contains("file offset"), "{}", run.stdout());
    }
    let json = run_in(&folder, ["winsock", "--format", "json", "whole.reg"]).json();
    let report = &json["control_sets"][0];
    assert_eq!(report["security"]["descriptors"].as_array().unwrap().len(), 0);
    assert_eq!(report["trees"][0]["keys"][1]["stands"]["line"], 3);
    assert!(report["trees"][0]["keys"][1]["last_written"].is_null());
}

#[test]
fn a_text_that_is_no_export_is_refused_with_the_line() {
    let folder = scratch("reg-bad");
    fs::write(
        folder.join("bad.reg"),
        "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\r\n\"Current\"=dword:xyz\r\n",
    )
    .unwrap();
    let run = run_in(&folder, ["check", "--rule", "Q262832", "bad.reg"]);
    run.has_status(2);
    assert!(
        run.stderr().contains("bad.reg") && run.stderr().contains("line 4"),
        "{}",
        run.stderr()
    );
}
