//! What isn't understood is told with its place, and makes no hive.

use coldhive_forge::reg::{RegOptions, parse};

use super::{problems, read};

const HEAD: &str = "Windows Registry Editor Version 5.00\n[HKEY_LOCAL_MACHINE\\SYSTEM]\n";

/// What `reg.exe` and `regedit` don't import: each line has one problem, at this column.
#[test]
fn what_an_import_passes_over_is_a_problem_here() {
    for (line, column) in [
        ("\"NoQuotes\"=Asdf", 12),
        ("NoBeginQuote\"=\"Asdf\"", 1),
        ("\"NameNoEndQuote=\"Asdf\"", 18),
        ("\"MixedQuotes=Asdf\"", 19),
        ("\"OnlyName\"", 11),
        ("\"NoEndQuote", 1 + 1),
        ("\"a\"=", 5),
        ("\"a\"=\\\"Value\\\"", 5),
        ("\"a\"=\"foo\"bar\"", 10),
        ("\"a\"=\"foo\"\"bar\"", 10),
        ("\"a\"=\"\\0\"", 7),
        ("\"a\"=\"x\\y\"", 8),
        ("\"a\"=\"x\"#comment", 8),
        ("\"a\"=dword:", 11),
        ("\"a\"=dword:hello", 11),
        ("\"a\"=dword:123456789", 11),
        ("\"a\"=dword:0x123", 12),
        ("\"a\"=dword:123 456", 15),
        ("\"a\"=dword:1234#5678", 15),
        ("\"a\"=dword :1", 5),
        ("\"a\"=qword:1", 5),
        ("\"a\"=hex", 8),
        ("\"a\"=hex(2:41", 10),
        ("\"a\"=hex(2)41", 11),
        ("\"a\"=hex:100", 9),
        ("\"a\"=hex:25,1a4,00", 12),
        ("\"a\"=hex:25,,00", 12),
        ("\"a\"=hex:,25", 9),
        ("\"a\"=hex:25 26", 12),
        ("\"a\"=hex:25,\\26", 13),
        ("\"a\"=hex:25,x", 12),
        ("\"a\"=hex:25,4\\", 13),
        ("\"a\"=-\"x\"", 6),
        ("\"a\"=- #", 7),
        ("#comment", 1),
        ("REGEDIT4", 1),
        ("[HKEY_LOCAL_MACHINE\\SYSTEM\\a", 29),
        ("HKEY_LOCAL_MACHINE\\SYSTEM\\a]", 1),
        ("[ HKEY_LOCAL_MACHINE\\SYSTEM]", 2),
        ("[- HKEY_LOCAL_MACHINE\\SYSTEM]", 3),
        ("[ -HKEY_LOCAL_MACHINE\\SYSTEM]", 2),
        ("[HKEY_CURRENT_USERS\\a]", 2),
        ("[SYSTEM\\a]", 2),
        ("[]", 2),
        ("[HKLM\\SYSTEM\\\\a]", 14),
        ("[HKLM\\SYSTEM] x", 15),
        ("[HKLM\\SYSTEM] ; see [HKLM\\SYSTEM\\Setup]", 13),
        ("\"a\"=\"x\u{0}\"", 7),
        ("\u{0}", 1),
    ] {
        let text = format!("{HEAD}\"before\"=\"x\"\n{line}\n\"behind\"=\"x\"\n");
        let found = problems(&text);
        assert_eq!(found.len(), 1, "{line:?}: {found:?}");
        assert_eq!((found[0].0, found[0].1), (4, column), "{line:?}: {found:?}");
    }
}

#[test]
fn data_that_goes_wrong_on_a_later_line_is_one_problem() {
    for (lines, line, column) in [
        // A comma at the beginning of the next line, and none at the end of this one.
        ("\"a\"=hex(7):4c,69,20\\\n,63,00", 3, 20),
        ("\"a\"=hex(7):4c,69,20,\\\n  ,63,00,\\\n  00", 4, 3),
        ("\"a\"=hex:25,48,4\\\n  f,4d", 3, 16),
        ("\"a\"=hex:11,22,\\\n\\\n  33", 4, 1),
        ("\"a\"=hex:11,22,\\\n  33,\\;c\n  44,\\#c\n  55", 5, 7),
    ] {
        let text = format!("{HEAD}{lines}\n\"behind\"=\"x\"\n");
        let found = problems(&text);
        assert_eq!((found[0].0, found[0].1), (line, column), "{lines:?}: {found:?}");
        assert!(found.len() <= 2, "{lines:?}: {found:?}");
    }
    // What isn't a continuation is read by itself.
    let text = format!("{HEAD}\"a\"=hex:11,\\\n\"b\"=oops\n[HKLM\\SYSTEM\\c\n");
    let found = problems(&text);
    assert_eq!(found.iter().map(|problem| problem.0).collect::<Vec<_>>(), [4, 4, 5]);
}

#[test]
fn a_text_that_is_cut_off_is_a_problem() {
    for (end, line) in [
        ("\"a\"=hex:11,22,\\", 3),
        ("\"a\"=hex:11,22,\\\r\n", 3),
        ("\"a\"=hex:11,22,\\\n  33,\\\n; comment\n\n", 6),
        ("\"a\"=\"text", 3),
        ("\"a\"=\"text\nmore\n\n", 3),
        ("\"a\"=dwo", 3),
        ("\"a\"", 3),
        ("[HKEY_LOCAL", 3),
    ] {
        let found = problems(format!("{HEAD}{end}"));
        assert_eq!(found[0].0, line, "{end:?}: {found:?}");
    }
    // Half a character of UTF-16.
    let mut bytes: Vec<u8> = "\u{feff}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.extend(HEAD.encode_utf16().flat_map(u16::to_le_bytes));
    read(&bytes);
    bytes.extend(b"\"\0a");
    assert_eq!(problems(&bytes)[0].0, 3);
}

#[test]
fn a_text_that_isnt_closed_doesnt_hide_what_follows() {
    let text = format!("{HEAD}\"a\"=\"open\n\"b\"=\"closed\"\n\"c\"=oops\n");
    assert_eq!(
        problems(&text),
        [(4, 2, "\"b\\\"=\\\"closed\\\"\"".into()), (5, 5, "\"oops\"".into())]
    );
}

#[test]
fn the_version_line_is_the_first_and_exact() {
    for head in [
        "",
        "\n\n",
        "REGEDIT",
        "REGEDIT3",
        "regedit4",
        "REGEDIT 4",
        "REGEDIT4FOO",
        "REGEDIT4 FOO",
        "REGEDIT5",
        "Windows Registry Editor Version 4.00",
        "Windows Registry Editor Version 5",
        "WINDOWS REGISTRY EDITOR VERSION 5.00",
        "regf\u{1}",
        "[HKLM\\SYSTEM]",
    ] {
        let found = problems(format!("{head}\n[HKLM\\SYSTEM]\n\"a\"=\"x\"\n"));
        assert_eq!(found.len(), 1, "{head:?}: {found:?}");
    }
    for head in ["REGEDIT4", "  REGEDIT4", "\tREGEDIT4 ", "; written by a tool\n\nREGEDIT4"] {
        assert_eq!(read(format!("{head}\n[HKLM\\SYSTEM]\n")).version, "REGEDIT4");
    }
}

#[test]
fn values_belong_to_a_key() {
    let found = problems("REGEDIT4\n\"a\"=\"x\"\n[HKLM\\SYSTEM]\n");
    assert_eq!(found, [(2, 1, "a value that belongs to no key".into())]);
    // One problem is enough for a key that isn't understood.
    let found = problems("REGEDIT4\n[HKXX\\SYSTEM]\n\"a\"=\"x\"\n\"b\"=\"x\"\n[HKLM\\SYSTEM]\n");
    assert_eq!(found, [(2, 2, "\"HKXX\"".into())]);
}

#[test]
fn a_text_without_keys_makes_no_hive() {
    for text in [
        "REGEDIT4\n",
        "REGEDIT4\n[HKEY_LOCAL_MACHINE]\n",
        "REGEDIT4\n[-HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\n",
        "REGEDIT4\n[HKLM\\SYSTEM\\Select]\n[-HKLM\\SYSTEM]\n",
    ] {
        let found = problems(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].2, "none in the whole text");
    }
}

#[test]
fn names_have_the_limits_of_the_registry() {
    let key = |units| format!("REGEDIT4\n[HKLM\\SYSTEM\\{}]\n", "k".repeat(units));
    read(key(255));
    assert_eq!(problems(key(256)), [(2, 14, "one of 256".into())]);
    let value = |units| format!("REGEDIT4\n[HKLM\\SYSTEM]\n\"{}\"=\"\"\n", "v".repeat(units));
    read(value(16_383));
    assert_eq!(problems(value(16_384)), [(3, 1, "one of 16384".into())]);
    let deep = |levels: usize| format!("REGEDIT4\n[HKLM\\SYSTEM{}]\n", "\\k".repeat(levels - 1));
    assert_eq!(read(deep(512)).implied.len(), 511);
    assert_eq!(problems(deep(513))[0].2, "a deeper one");
}

#[test]
fn a_hundred_problems_are_enough() {
    let text = format!("REGEDIT4\n{}", "junk\n".repeat(100_000));
    let error = parse(text.as_bytes(), &RegOptions::default()).unwrap_err();
    assert_eq!(error.problems().len(), 100);
    assert_eq!(
        error.to_string(),
        "line 2, column 1: expected a key in brackets, the name of a value, or a comment, found \"junk\" \
         (and at least 99 more)"
    );
    let error = parse(b"REGEDIT4\nx\ny\n", &RegOptions::default()).unwrap_err();
    assert!(error.to_string().ends_with("found \"x\" (and 1 more)"));
}
