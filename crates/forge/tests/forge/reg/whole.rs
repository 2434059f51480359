//! What a text holds wholly, and what is only there for the sake of another key.

use super::{implied, read};

#[test]
fn an_export_holds_what_it_names() {
    let made = read(
        "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM]\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\r\n\r\n",
    );
    assert_eq!(made.exported, [""]);
    assert!(made.implied.is_empty());

    let made = read(
        "REGEDIT4\r\n\r\n[HKLM\\SYSTEM\\ControlSet001\\Services\\B]\r\n[HKLM\\SYSTEM\\ControlSet001\\Services\\B\\x]\r\n\
         [HKLM\\SYSTEM\\ControlSet001\\Services\\A]\r\n[HKLM\\SYSTEM\\Select]\r\n",
    );
    let services = "ControlSet001\\Services";
    assert_eq!(
        made.exported,
        [format!("{services}\\A"), format!("{services}\\B"), "Select".into()]
    );
    assert_eq!(implied(&made), ["", "ControlSet001", services]);
}

#[test]
fn an_export_of_the_whole_machine_holds_the_hive() {
    let made = read("REGEDIT4\n[HKEY_LOCAL_MACHINE]\n[HKLM\\SYSTEM]\n[HKLM\\SYSTEM\\a]\n");
    assert_eq!(made.exported, [""]);
}

#[test]
fn a_key_above_one_that_is_not_named_is_not_held_wholly() {
    // An export of `a` would name `a\b` before `a\b\c`.
    let made = read("REGEDIT4\n[HKLM\\SYSTEM\\a]\n[HKLM\\SYSTEM\\a\\b\\c]\n[HKLM\\SYSTEM\\a\\d]\n");
    assert_eq!(made.exported, ["a\\b\\c", "a\\d"]);
    assert_eq!(implied(&made), ["", "a\\b"]);
}

#[test]
fn a_text_that_deletes_is_no_export() {
    for deletion in ["[-HKLM\\SOFTWARE\\x]\n", "\"v\"=-\n", "[-HKLM\\SYSTEM\\Select\\x]\n"] {
        let made = read(format!("REGEDIT4\n[HKLM\\SYSTEM\\Select]\n{deletion}"));
        assert!(made.exported.is_empty());
        assert!(made.notes.iter().any(|note| note.contains("it is no export")));
    }
}

#[test]
fn a_last_line_without_end_may_be_cut_off() {
    let text = "REGEDIT4\n[HKLM\\SYSTEM\\Select]\n\"Current\"=dword:1";
    let made = read(text);
    assert!(made.exported.is_empty());
    assert!(made.notes[0].contains("may be cut off"));
    for whole in [format!("{text}\n"), format!("{text}\r\n\r\n  "), format!("{text}\r")] {
        assert_eq!(read(whole).exported, ["Select"]);
    }
}
