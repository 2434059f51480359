//! `info --software`: a SOFTWARE hive beside the SYSTEM hive names the Windows.

use std::fs;

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, samples};

use crate::support::{array, forge, run_in, scratch, sha256};

const KEY: &str = "Microsoft\\Windows NT\\CurrentVersion";

fn software(version: &str, build: &str) -> HiveSpec {
    let mut root = KeySpec::new("$$$PROTO.HIV");
    root.at(KEY)
        .set_value(ValueSpec::sz("CurrentVersion", version))
        .set_value(ValueSpec::sz("CurrentBuildNumber", build))
        .set_value(ValueSpec::sz("CSDVersion", "Service Pack 3"))
        .set_value(ValueSpec::sz("ProductName", "a\u{1b}[2Jname"))
        .set_value(ValueSpec::dword("InstallDate", 894_273_153));
    HiveSpec::new(Version::V1_3, root)
}

#[test]
fn the_software_hive_of_the_same_machine() {
    let folder = scratch("software");
    forge(folder.join("SYSTEM"), &samples::cluster_sound());
    forge(folder.join("SOFTWARE"), &software("4.0", "1381"));
    let before = fs::read(folder.join("SOFTWARE")).unwrap();
    let args = ["info", "--software", "SOFTWARE", "SYSTEM"];
    let text = run_in(&folder, args);
    text.has_status(0);
    for line in [
        "product          Windows NT 4.0 (ControlSet001), certain\n",
        "of the SOFTWARE hive says version 4.0, build 1381\n",
        "SOFTWARE         SOFTWARE\n",
        "product name: a\\u{1b}[2Jname\n",
        "installed 1998-05-04T09:12:33.0000000Z\n",
    ] {
        assert!(text.stdout().contains(line), "{line}: {}", text.stdout());
    }
    let info = run_in(&folder, [&args[..], &["--format", "json"]].concat()).json();
    assert_eq!((&info["family"], &info["family_confidence"]), (&"nt4".into(), &"certain".into()));
    assert_eq!(info["version"]["build"], 1381);
    assert_eq!(info["software"]["sha256"], sha256(&before));
    assert!(array(&info["family_contradictions"]).is_empty());
    assert_eq!(fs::read(folder.join("SOFTWARE")).unwrap(), before, "nothing is written");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn a_software_hive_of_another_machine() {
    let folder = scratch("software-other");
    forge(folder.join("SYSTEM"), &samples::cluster_sound());
    forge(folder.join("SOFTWARE"), &software("6.1", "7601"));
    let text = run_in(&folder, ["info", "--software", "SOFTWARE", "SYSTEM"]);
    text.has_status(0);
    let stdout = text.stdout();
    assert!(stdout.contains("Windows Server 2008 R2 (ControlSet001), likely"), "{stdout}");
    assert!(stdout.contains("against it       the SYSTEM hive: ControlSet001\\Services\\Rdr"));
}

/// Without its answer the SYSTEM hive's own stands, and the status tells a file that gave nothing.
#[test]
fn a_software_hive_that_says_nothing() {
    let folder = scratch("software-nothing");
    forge(folder.join("SYSTEM"), &samples::cluster_sound());
    let damaged = software("4.0", "1381").fault(Fault::ZeroSignature { key: KEY.into() });
    forge(folder.join("damaged"), &damaged);
    fs::write(folder.join("text"), "no hive").unwrap();
    for (file, status) in [("damaged", 0), ("SYSTEM", 0), ("text", 2), ("none", 2)] {
        let run = run_in(&folder, ["info", "--software", file, "SYSTEM"]);
        run.has_status(status);
        assert_eq!(run.stderr().is_empty(), status == 0, "{file}: {}", run.stderr());
        assert!(run.stdout().contains("Windows NT 4.0 (ControlSet001), certain"), "{file}");
        let told = run.stdout().contains("the SOFTWARE hive settles nothing: ");
        assert_eq!(told, status == 0, "{file}: {}", run.stdout());
    }
    // An exported text doesn't say what it lacks.
    let text = "Windows Registry Editor Version 5.00\r\n\r\n\
                [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\r\n\
                \"CurrentVersion\"=\"6.1\"\r\n";
    fs::write(folder.join("SOFTWARE.reg"), text).unwrap();
    let run = run_in(&folder, ["info", "--software", "SOFTWARE.reg", "SYSTEM"]);
    run.has_status(0);
    assert!(run.stdout().contains("it is a registry export in text form"), "{}", run.stdout());
}

/// What hides a part of the machine is told in its place.
#[test]
fn a_machine_behind_damage() {
    let folder = scratch("machine-damaged");
    let mut spec = samples::cluster_sound();
    spec.root
        .at("ControlSet001\\Control\\Windows")
        .set_value(ValueSpec::binary("ShutdownTime", [1; 7]));
    let key = "ControlSet001\\Control\\ComputerName\\ComputerName";
    spec = spec.fault(Fault::ValueListHole { key: key.into(), value: "ComputerName".into() });
    forge(folder.join("SYSTEM"), &spec);
    let text = run_in(&folder, ["info", "SYSTEM"]);
    text.has_status(0);
    let line = |label: &str| {
        let found = text.stdout().lines().find(|line| line.starts_with(label));
        found.unwrap_or_else(|| panic!("no {label}")).to_owned()
    };
    assert!(line("computer name").contains("(unreadable: "), "{}", line("computer name"));
    assert!(line("last shutdown").contains("not a FILETIME"), "{}", line("last shutdown"));
    let info = run_in(&folder, ["info", "--format", "json", "SYSTEM"]).json();
    let machine = &info["machine"];
    assert!(machine["computer_name"]["value"].is_null());
    assert_eq!(machine["time_zone"]["bias"]["problem"], "absent");
    assert_eq!(machine["services"]["value"]["services"]["automatic"], 1);
}
