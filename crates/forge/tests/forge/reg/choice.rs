//! Which part of a text becomes the hive.

use super::{implied, keys, paths, read};

fn roots(paths: &[&str]) -> (String, Vec<String>) {
    let lines: String =
        paths.iter().map(|path| format!("[{path}]\n\"v\"=\"{}\"\n", path.len())).collect();
    let made = read(format!("REGEDIT4\n{lines}"));
    keys(&made);
    (made.root, made.notes)
}

#[test]
fn the_system_hive_comes_first() {
    let made = read(
        "REGEDIT4\n[HKEY_CURRENT_USER\\Select]\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft]\n\
         [hkey_local_machine\\System\\CurrentControlSet\\Services]\n\
         [HKEY_USERS\\.DEFAULT]\n[HKEY_USERS\\other\\ControlSet001]\n",
    );
    assert_eq!(made.root, "HKEY_LOCAL_MACHINE\\System");
    assert_eq!(paths(&made), ["", "CurrentControlSet", "CurrentControlSet\\Services"]);
    assert_eq!(
        made.notes,
        [
            "left out: \"HKEY_CURRENT_USER\" (2 keys)",
            "left out: \"HKEY_LOCAL_MACHINE\\\\SOFTWARE\" (2 keys)",
            "left out: \"HKEY_USERS\\\\.DEFAULT\" (1 key)",
            "left out: \"HKEY_USERS\\\\other\" (2 keys)",
        ]
    );
}

#[test]
fn a_system_hive_under_another_name_is_known_by_its_keys() {
    for path in [
        "HKEY_LOCAL_MACHINE\\offline\\ControlSet001\\Services",
        "HKEY_LOCAL_MACHINE\\offline\\Select",
        "HKLM\\OFFLINE\\controlset999",
        "HKU\\TempHive\\SELECT",
    ] {
        let (root, notes) = roots(&["HKLM\\SOFTWARE\\Select1", "HKLM\\SAM\\ControlSet01", path]);
        assert!(
            root.ends_with("line") || root.ends_with("LINE") || root.ends_with("Hive"),
            "{root}"
        );
        assert_eq!(notes.len(), 3, "{notes:?}");
        assert!(notes[0].ends_with("is read as the root of a SYSTEM hive, for what is below it"));
    }
}

#[test]
fn without_a_system_hive_the_first_of_the_machine_is_taken() {
    for (paths, root, notes) in [
        (&["HKLM\\SOFTWARE\\a", "HKLM\\SOFTWARE\\b"][..], "HKEY_LOCAL_MACHINE\\SOFTWARE", 0),
        (&["HKCU\\a", "HKU\\S-1-5-18\\b", "HKLM\\SAM"], "HKEY_LOCAL_MACHINE\\SAM", 2),
        (&["HKCU\\a", "HKU\\S-1-5-18\\b"], "HKEY_USERS\\S-1-5-18", 1),
        (&["HKCU\\Software\\a", "HKCU\\b"], "HKEY_CURRENT_USER", 0),
        (&["HKCR\\.txt"], "HKEY_CLASSES_ROOT", 0),
        (&["HKEY_CURRENT_CONFIG\\System"], "HKEY_CURRENT_CONFIG", 0),
        (&["HKEY_DYN_DATA\\x", "HKEY_PERFORMANCE_DATA\\x"], "HKEY_DYN_DATA", 1),
        (&["HKEY_LOCAL_MACHINE", "HKLM\\SAM\\x"], "HKEY_LOCAL_MACHINE\\SAM", 0),
    ] {
        let (found, told) = roots(paths);
        assert_eq!((found.as_str(), told.len()), (root, notes), "{told:?}");
    }
}

#[test]
fn paths_without_a_root_key_are_below_the_root() {
    // As tools that edit hive files write them.
    let made = read(
        "Windows Registry Editor Version 5.00\n\n[\\]\n\n[\\Select]\n\"Current\"=dword:00000001\n\n\
         [\\ControlSet001\\Services]\n",
    );
    assert_eq!(made.root, "");
    assert_eq!(paths(&made), ["", "ControlSet001", "ControlSet001\\Services", "Select"]);
    assert_eq!(implied(&made), ["ControlSet001"]);
    assert_eq!(made.notes, [""; 0]);
}
