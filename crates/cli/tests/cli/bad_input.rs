//! Files that are no hives, or are hives no longer: what it is, what to do, and the rest goes on.

use std::fs;
use std::path::Path;

use coldhive_forge::{Fault, HiveSpec, KeySpec, Version, build, samples};
use serde_json::Value;

use crate::support::{array, forge, run_in, scratch, text, verdict};

const COMMANDS: [&str; 6] = ["check", "info", "winsock", "export", "verify", "deleted"];

/// Every command says the same of a path: what it is and what to do, with status 2 and nothing else.
#[track_caller]
fn is_refused(folder: &Path, path: &str, message: &str) {
    for command in COMMANDS {
        let run = run_in(folder, [command, path]);
        run.has_status(2).complains(message);
        assert_eq!(run.stdout(), "", "{command}");
    }
    for format in ["json", "jsonl"] {
        let run = run_in(folder, ["check", "--format", format, path]);
        run.has_status(2);
        assert_eq!(run.stderr(), "", "JSON carries the message itself");
        let error = if format == "json" {
            run.json()["errors"][0].take()
        } else {
            run.lines().into_iter().find(|line| line["type"] == "error").expect("it is told")
        };
        assert_eq!((text(&error["path"]), text(&error["message"])), (path, message));
    }
}

#[test]
fn what_is_no_hive_is_called_by_its_name() {
    let folder = scratch("no-hive");
    let base = build(&samples::cluster_sound()).unwrap();
    for (name, bytes, message) in [
        (
            "empty",
            &b""[..],
            "empty: the file is empty: copy the hive again, unless this is a transaction log, which often is empty",
        ),
        (
            "text",
            b"hello\r\n",
            "text: this is a text file, not a registry hive: \
             give the SYSTEM file, as in Windows\\System32\\config",
        ),
        (
            "export.reg",
            b"REGEDIT4\r\n\r\n",
            "export.reg: this text is no registry export that is understood: line 2, column 1: \
             expected a key of a hive, found none in the whole text",
        ),
        (
            "SYSTEM.DAT",
            b"CREG\0\0\x01\0\x20\x40\0\0",
            "SYSTEM.DAT: this is a Windows 9x registry file (CREG), another format than the hives of \
             Windows NT: use a tool for Windows 95/98/Me registries",
        ),
        (
            "system._",
            b"SZDD\x88\xF0\x27\x33A\0\x64\0\0\0",
            "system._ is compressed by COMPRESS.EXE (SZDD) and can't be expanded: \
             it expands to only 0 of the 100 bytes that it should have: copy it again",
        ),
        (
            "kwaj._",
            b"KWAJ\x88\xF0\x27\xD1\x03\0\x12\0\0\0",
            "kwaj._: this file is compressed by COMPRESS.EXE (KWAJ), which is not expanded here: \
             expand it first (EXPAND.EXE, or msexpand on Linux) and give the expanded file",
        ),
        (
            "start",
            &base[..100],
            "start: the file has only 100 bytes, too few for the fields of a hive's base block (512 of its 4096): \
             copy the hive again",
        ),
        (
            "program",
            b"MZ\x90\0\x03\0\0\0",
            "program: this is not a registry hive: it begins with bytes 4d 5a 90 00, not with \
             \"regf\"; give the SYSTEM file, as in Windows\\System32\\config",
        ),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
        is_refused(&folder, name, message);
    }
}

#[test]
fn a_path_to_nothing_and_a_folder_are_told() {
    let folder = scratch("no-file");
    fs::create_dir(folder.join("config")).unwrap();
    is_refused(&folder, "nowhere", "there is no file nowhere: check the path");
    let file = Path::new("config").join("SYSTEM");
    let message = format!("config is a folder: give the hive file in it, as {}", file.display());
    for command in COMMANDS.into_iter().filter(|command| *command != "check") {
        run_in(&folder, [command, "config"]).has_status(2).complains(&message);
    }
    // Only check walks folders. One without hives must not look like one without faults.
    let empty = run_in(&folder, ["check", "config"]);
    empty.has_status(2).complains("config: no SYSTEM hive was found in this folder");
    assert_eq!(empty.stdout(), "");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    use std::process::Command;

    let folder = scratch("pipe");
    let made = Command::new("mkfifo").arg(folder.join("SYSTEM")).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no pipe can be made here");
        return;
    }
    is_refused(
        &folder,
        "SYSTEM",
        "SYSTEM is not a regular file (a device, pipe or socket): copy the hive to a file first",
    );
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = scratch("no-permission");
    forge(folder.join("SYSTEM"), &samples::cluster_sound());
    fs::create_dir(folder.join("config")).unwrap();
    forge(folder.join("config/SYSTEM"), &samples::cluster_sound());
    let close = |path: &str, mode| {
        fs::set_permissions(folder.join(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    close("SYSTEM", 0o000);
    close("config", 0o000);
    if fs::read_dir(folder.join("config")).is_ok() {
        eprintln!("skipped: this user may read everything");
    } else {
        let denied = "can't be read: Permission denied (os error 13)";
        is_refused(&folder, "SYSTEM", &format!("SYSTEM {denied}"));
        is_refused(&folder, "config/SYSTEM", &format!("config/SYSTEM {denied}"));
    }
    close("config", 0o700);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf_8_is_no_obstacle() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = scratch("not-utf-8");
    let name = OsStr::from_bytes(b"SYS\xFFTEM");
    if fs::write(folder.join(name), build(&samples::cluster_sound()).unwrap()).is_err() {
        eprintln!("skipped: this file system takes UTF-8 alone");
        return;
    }
    for command in COMMANDS {
        let run = run_in(&folder, [OsStr::new(command), name]);
        run.has_status(0);
        run.stdout();
    }
    let args = ["check", "--rule", "Q262832", "--format", "json"].map(OsStr::new);
    let args = args.into_iter().chain([name]);
    let report = run_in(&folder, args).json();
    assert_eq!(verdict(&report)["hive"]["path"], "SYS\u{fffd}TEM");
}

#[test]
fn one_bad_file_hides_no_other() {
    let folder = scratch("mixed");
    forge(folder.join("sound"), &samples::cluster_sound());
    forge(folder.join("broken"), &samples::cluster_broken());
    fs::write(folder.join("empty"), b"").unwrap();

    let paths = ["empty", "sound", "nowhere", "broken"];
    let args = ["check", "--rule", "Q262832"];
    let run = run_in(&folder, args.iter().chain(&paths));
    run.has_status(1);
    assert_eq!(run.stderr().lines().count(), 2, "{}", run.stderr());
    assert!(run.stdout().starts_with("PASS (fault not found)  Q262832"), "{}", run.stdout());
    assert!(run.stdout().contains("\nFAIL (fault found)  Q262832"), "{}", run.stdout());
    let summary = "\n2 hives: 1 fail, 1 pass, 2 paths gave no hive\n";
    assert!(run.stdout().contains(summary), "{}", run.stdout());

    let report = run_in(&folder, args.iter().chain(&["--format", "json"]).chain(&paths)).json();
    let names = |list: &Value, path: fn(&Value) -> &Value| -> Vec<String> {
        array(list).iter().map(|item| text(path(item)).to_owned()).collect()
    };
    assert_eq!(names(&report["hives"], |hive| &hive["path"]), ["sound", "broken"]);
    assert_eq!(names(&report["verdicts"], |it| &it["hive"]["path"]), ["sound", "broken"]);
    assert_eq!(names(&report["errors"], |error| &error["path"]), ["empty", "nowhere"]);

    // Nothing failed, and something could not be read.
    run_in(&folder, ["check", "sound", "empty"]).has_status(2);
    run_in(&folder, ["check", "empty", "sound"]).has_status(2);
}

#[test]
fn a_root_that_can_not_be_read_leaves_the_base_block() {
    let folder = scratch("no-root");
    forge(folder.join("SYSTEM"), &samples::cluster_sound().fault(Fault::RootUnreadable));

    let check = run_in(&folder, ["check", "SYSTEM"]);
    check.has_status(2);
    assert!(
        check.stdout().starts_with("UNKNOWN (it can't be told)  Q262832"),
        "{}",
        check.stdout()
    );
    assert!(check.stdout().contains("names a root key in cell 0xffffffff"), "{}", check.stdout());
    assert!(check.stdout().contains("get a better copy, or the hive's backup"));
    assert!(!check.stdout().contains("0 of 0"), "nothing was read twice: {}", check.stdout());

    let info = run_in(&folder, ["info", "SYSTEM"]);
    info.has_status(2);
    assert!(info.stdout().contains("format           1.3 "), "{}", info.stdout());
    assert!(info.stdout().contains("root key         can't be read"), "{}", info.stdout());

    let export = run_in(&folder, ["export", "SYSTEM"]);
    export.has_status(2).complains(
        "SYSTEM: the root key can't be read, so no key was exported; the end line lists the damage",
    );
    let lines = export.lines();
    let [hive, end] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(hive["format"], "1.3");
    assert_eq!((&end["keys"], &end["values"]), (&0.into(), &0.into()));
    assert!(!array(&end["damage"]).is_empty());

    let winsock = run_in(&folder, ["winsock", "SYSTEM"]);
    winsock.has_status(2);
    assert!(winsock.stderr().starts_with("coldhive: SYSTEM: the base block names a root key"));
}

/// Where a text stands in a forged hive.
fn position(hive: &[u8], text: &[u8]) -> usize {
    hive.windows(text.len()).position(|window| window == text).expect("it is in there")
}

#[test]
fn a_hive_that_is_cut_short_says_so_and_gives_what_it_has() {
    let folder = scratch("cut-short");
    let sound = samples::cluster_sound();
    let bytes = position(&build(&sound).unwrap(), b"Setup Migration");
    forge(folder.join("SYSTEM"), &sound.fault(Fault::Truncate { bytes }));

    // Select stands behind the cut: which control set was in use can't be told.
    let unselected = run_in(&folder, ["check", "SYSTEM"]);
    unselected.has_status(2);
    assert!(
        unselected.stdout().starts_with("UNKNOWN (it can't be told)  Q262832"),
        "{}",
        unselected.stdout()
    );
    assert!(unselected.stdout().contains("ControlSet001: choose by number"));
    assert!(unselected.stdout().contains("the file is cut short: copy the hive again"));

    // A key whose entry stands in a list and whose node is cut off is damaged, not missing.
    let check = run_in(&folder, ["check", "--control-set", "1", "SYSTEM"]);
    check.has_status(1);
    assert!(check.stdout().contains("the file is cut short: copy the hive again"));
    assert!(check.stdout().contains("  ok       transports: "), "{}", check.stdout());
    assert!(check.stdout().contains("  FAIL     migration-key-intact: "), "{}", check.stdout());
    assert!(check.stdout().contains("is damaged, not missing"), "{}", check.stdout());
    assert!(check.stdout().contains("  UNKNOWN  provider-key: "), "{}", check.stdout());

    let info = run_in(&folder, ["info", "SYSTEM"]);
    info.has_status(2);
    assert!(info.stdout().contains("the file is cut short: copy the hive again"));
    assert!(info.stdout().contains("control sets     ControlSet001"), "{}", info.stdout());

    let export = run_in(&folder, ["export", "SYSTEM"]);
    export.has_status(0);
    let lines = export.lines();
    let path = r"ControlSet001\Services\WinSock\Parameters";
    assert!(lines.iter().any(|line| line["path"] == path));
    let end = lines.last().unwrap();
    assert!(array(&end["damage"]).iter().any(|damage| damage["code"] == "truncated"));

    let winsock = run_in(&folder, ["winsock", "--control-set", "1", "SYSTEM"]);
    assert!(winsock.stdout().contains("Tcpip, NetBIOS, Clusnet"), "{}", winsock.stdout());
    assert!(winsock.stdout().contains("Setup Migration is damaged"), "{}", winsock.stdout());
}

#[test]
fn a_cut_behind_all_that_was_asked_is_a_gap_all_the_same() {
    let folder = scratch("cut-behind");
    let sound = samples::cluster_sound();
    let bytes = position(&build(&sound).unwrap(), b"SetupType");
    forge(folder.join("SYSTEM"), &sound.fault(Fault::Truncate { bytes }));
    let check = run_in(&folder, ["check", "SYSTEM"]);
    assert!(check.stdout().starts_with("PASS (fault not found)  Q262832"), "{}", check.stdout());
    assert!(check.stdout().contains("the file is cut short: copy the hive again"));
    check.has_status(2);
    run_in(&folder, ["check", "--exit-zero", "SYSTEM"]).has_status(0);
    forge(
        folder.join("BROKEN"),
        &samples::cluster_broken().fault(Fault::Truncate { bytes: bytes - 100 }),
    );
    run_in(&folder, ["check", "--control-set", "1", "BROKEN"]).has_status(1);
}

#[test]
fn a_wrong_checksum_is_not_passed_off_as_sequence_numbers_that_differ() {
    let folder = scratch("checksum");
    forge(folder.join("SYSTEM"), &samples::cluster_sound().fault(Fault::BadChecksum));
    let info = run_in(&folder, ["info", "SYSTEM"]);
    info.has_status(0);
    let state = info.stdout().lines().find(|line| line.starts_with("state")).unwrap();
    assert_eq!(
        state,
        "state            dirty: the checksum of its base block is wrong (sequence numbers 195 and 195)"
    );
    // What the base block says of the size is then no better than any number.
    assert!(
        info.stdout()
            .contains("hive bins        0x5000 bytes by the base block, which is not believed"),
        "{}",
        info.stdout()
    );
    let check = run_in(&folder, ["check", "SYSTEM"]);
    check.has_status(0);
    assert!(
        check.stdout().contains("the primary is dirty (the checksum of its base block is wrong)")
    );
}

#[test]
fn a_key_that_is_not_there_is_told_from_one_that_is_damaged() {
    let folder = scratch("no-key");
    forge(folder.join("SYSTEM"), &samples::cluster_damaged());
    let providers = r"ControlSet001\Services\Winsock\Setup Migration\Providers";
    let absent = run_in(&folder, ["export", "SYSTEM", r"ControlSet001\Nowhere"]);
    absent.has_status(2).complains("SYSTEM: ControlSet001 has no subkey Nowhere");
    let damaged = run_in(&folder, ["export", "SYSTEM", &format!(r"{providers}\Clusnet")]);
    damaged.has_status(2);
    assert!(damaged.stderr().contains("is damaged, not missing"), "{}", damaged.stderr());
    assert_eq!(damaged.stdout(), "");
    let sibling = run_in(&folder, ["export", "SYSTEM", &format!(r"{providers}\Tcpip")]);
    sibling.has_status(0);
    assert_eq!(sibling.lines().len(), 3);
}

#[test]
fn a_hive_without_winsock_has_none_to_show() {
    let folder = scratch("no-winsock");
    let mut root = KeySpec::new("ROOT");
    root.at(r"ControlSet001\Services\Tcpip");
    forge(folder.join("SYSTEM"), &HiveSpec::new(Version::V1_3, root));
    let winsock = run_in(&folder, ["winsock", "SYSTEM"]);
    winsock.has_status(2);
    assert!(winsock.stdout().contains(r"ControlSet001\Services\Winsock is not there"));
    run_in(&folder, ["check", "SYSTEM"]).has_status(0);
}
