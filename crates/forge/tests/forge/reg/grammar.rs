//! Values and their data, line by line.

use super::{
    BINARY, DWORD, EXPAND_SZ, MULTI_SZ, SZ, keys, paths, problems, read, value, values, values4,
    wide,
};

#[test]
fn the_example_of_the_article_is_read() {
    // Article 310516 shows this subkey, in parts: the types it names are string, binary, DWORD, expandable string
    // and multi-string, with `hex`, `dword`, `hex(2)` and `hex(7)` as their words.
    let made = read(
        "Windows Registry Editor Version 5.00\r\n\r\n\
         [HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Test]\r\n\
         @=\"default\"\r\n\
         \"Text\"=\"C:\\\\Windows \\\"quoted\\\"\"\r\n\
         \"Number\"=dword:deadBEEF\r\n\
         \"Bytes\"=hex:00,Ff,1\r\n\
         \"Path\"=hex(2):25,00,41,00,25,00,00,00\r\n\
         \"List\"=hex(7):41,00,00,00,42,00,\\\r\n  00,00,00,00\r\n\
         \"Big\"=hex(b):01,02,03,04,05,06,07,08\r\n\r\n",
    );
    let (path, found) = keys(&made).pop().unwrap();
    assert_eq!(path, "ControlSet001\\Services\\Test");
    assert_eq!(
        found,
        [
            value("", SZ, *b"d\0e\0f\0a\0u\0l\0t\0\0\0"),
            value("Text", SZ, wide("C:\\Windows \"quoted\"")),
            value("Number", DWORD, [0xEF, 0xBE, 0xAD, 0xDE]),
            value("Bytes", BINARY, [0, 0xFF, 1]),
            value("Path", EXPAND_SZ, *b"%\0A\0%\0\0\0"),
            value("List", MULTI_SZ, *b"A\0\0\0B\0\0\0\0\0"),
            value("Big", 11, [1, 2, 3, 4, 5, 6, 7, 8]),
        ]
    );
}

#[test]
fn ansi_data_of_regedit4_becomes_utf16() {
    let lines = "\"a\"=hex(2):25,50,41,54,48,25,00\n\
                 \"b\"=hex(7):4c,69,6e,65,20,\\\n  63,6f,6e,63,61,74,00,\\\n  e4,00,00\n\
                 \"c\"=hex(1):48,69,00\n\
                 \"d\"=hex:80,e4\n\
                 \"e\"=hex(0):41,00\n\
                 \"f\"=hex(7):41,42\n\
                 \"g\"=hex(2):\n";
    assert_eq!(
        values4(lines),
        [
            value("a", EXPAND_SZ, wide("%PATH%")),
            value("b", MULTI_SZ, [wide("Line concat"), wide("\u{e4}"), vec![0, 0]].concat()),
            value("c", SZ, wide("Hi")),
            value("d", BINARY, [0x80, 0xE4]),
            value("e", 0, [0x41, 0]),
            // No end is added that the text doesn't have.
            value("f", MULTI_SZ, *b"A\0B\0"),
            value("g", EXPAND_SZ, []),
        ]
    );
    // In version 5.00 the same bytes are what they are.
    assert_eq!(values("\"a\"=hex(2):25,50,00\n"), [value("a", EXPAND_SZ, *b"%P\0")]);
}

#[test]
fn any_type_number_can_be_given() {
    for (written, type_code) in [
        ("0", 0),
        ("10", 0x10),
        ("7fff", 0x7FFF),
        ("FFFFFFFF", 0xFFFF_FFFF),
        ("00000003", 3),
        ("4", 4),
    ] {
        let found = values(&format!("\"v\"=hex({written}):56,61\n"));
        assert_eq!(found, [value("v", type_code, *b"Va")]);
    }
    for written in ["", "100000000", "0x2", "g", "2", "-1", " 2"] {
        let bracket = if written == "2" { "" } else { ")" };
        let text = format!("REGEDIT4\n[HKLM\\SYSTEM]\n\"v\"=hex({written}{bracket}:56\n");
        assert_eq!(problems(&text)[0].0, 3, "{written:?}");
    }
}

#[test]
fn blanks_and_comments_may_stand_around_everything() {
    let lines = "\t  \"Spaces everywhere\"  \t=\t \"  kept inside  \"  \t\n\
                 @ \t= dword:\t00000008\t\n\
                 \"  name  \"=\"x\";comment\n\
                 \"n\"=dword:1234 ;5678\n\
                 ; \"no\"=\"value\"\n   ;another\n\n \t\n\
                 \"semicolon\"=\"a;b\" ; \"c\"\n\
                 \"h\"=HEX:  11 , 22,\\ ;comment\n ; alone\n\n\t33\t,44 ;end\n\
                 \"i\"=hEx(2):\\\n  00,01,\n\
                 \"D\"=DWord:A\n";
    assert_eq!(
        values(lines),
        [
            value("Spaces everywhere", SZ, wide("  kept inside  ")),
            value("", DWORD, [8, 0, 0, 0]),
            value("  name  ", SZ, wide("x")),
            value("n", DWORD, [0x34, 0x12, 0, 0]),
            value("semicolon", SZ, wide("a;b")),
            value("h", BINARY, [0x11, 0x22, 0x33, 0x44]),
            value("i", EXPAND_SZ, [0, 1]),
            // Names are compared without regard to case, and `D` is none of the others.
            value("D", DWORD, [10, 0, 0, 0]),
        ]
    );
}

#[test]
fn texts_may_go_over_several_lines() {
    let lines =
        "\"Query\"=\"SELECT \\\"a\\\"\r\nFROM b\r\n\r\n; no comment\"\r\n\"next\"=\"x\"\r\n";
    assert_eq!(
        values(lines),
        [
            value("Query", SZ, wide("SELECT \"a\"\r\nFROM b\r\n\r\n; no comment")),
            value("next", SZ, wide("x")),
        ]
    );
    assert_eq!(values("\"a\"=\"x\n[y]\rz\"\n"), [value("a", SZ, wide("x\n[y]\rz"))]);
}

#[test]
fn names_hold_what_they_may() {
    let made = read(
        "REGEDIT4\n[HKLM\\SYSTEM\\Sub\"key]\n\"\\\\foo\\\\bar\"=\"\"\n\"double\\\"quote\"=\"\"\n\
         \"=\"=\"\"\n\"\"=\"the default\"\n\
         [HKLM\\SYSTEM\\https://host:80]\n[HKLM\\SYSTEM\\trailing ]\n[HKLM\\SYSTEM\\a]b]\n\
         [HKLM\\SYSTEM\\c;d] ; a comment\n[HKLM\\SYSTEM\\slash\\\\]\n",
    );
    let found = keys(&made);
    let names: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["", "a]b", "c;d", "https://host:80", "slash", "Sub\"key", "trailing "]);
    let (_, found) = &found[5];
    let names: Vec<&str> = found.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!(names, ["\\foo\\bar", "double\"quote", "=", ""]);
    assert_eq!(found[3].2, wide("the default"));
}

#[test]
fn what_is_given_again_counts_as_last_given() {
    let made = read(
        "REGEDIT4\n[HKLM\\SYSTEM\\Key]\n\"Value\"=\"one\"\n\"other\"=\"x\"\n[hklm\\system\\KEY]\n\
         \"VALUE\"=dword:2\n",
    );
    let expected = vec![value("Value", DWORD, [2, 0, 0, 0]), value("other", SZ, wide("x"))];
    assert_eq!(keys(&made).pop().unwrap(), ("Key".into(), expected));
    assert_eq!(
        made.notes,
        [
            "the key \"HKEY_LOCAL_MACHINE\\\\system\\\\KEY\" of line 2 stands again in line 5",
            "line 6 gives the value \"VALUE\" of line 3 again",
        ]
    );
}

#[test]
fn deletions_are_applied_in_order_and_make_nothing() {
    let made = read(
        "REGEDIT4\n\
         [HKLM\\SYSTEM\\a\\b\\c]\n\"x\"=\"1\"\n\"y\"=\"2\"\n\"X\"=-\n\"none\"= - ;comment\n\
         [-HKLM\\SYSTEM\\A\\B]\n\"ignored\"=\"x\"\n\
         [-HKLM\\SYSTEM\\never\\made]\n\
         [HKLM\\SYSTEM\\a\\b]\n\"new\"=\"3\"\n\
         [HKLM\\SYSTEM\\d]\n@=\"4\"\n@=-\n\"z\"=\"5\"\n\"Y\"=\"6\"\n\"z\"=-\n\"Z\"=\"7\"\n",
    );
    assert_eq!(
        keys(&made),
        [
            (String::new(), vec![]),
            ("a".into(), vec![]),
            ("a\\b".into(), vec![value("new", SZ, wide("3"))]),
            ("d".into(), vec![value("Y", SZ, wide("6")), value("Z", SZ, wide("7"))]),
        ]
    );
    assert!(made.exported.is_empty());
    let deletions: Vec<&str> = made
        .notes
        .iter()
        .filter(|note| note.contains(" deletes the "))
        .map(String::as_str)
        .collect();
    assert_eq!(
        deletions,
        [
            "line 5 deletes the value \"X\"; what the text made of it before is gone",
            "line 6 deletes the value \"none\"; the text had not made it",
            "line 7 deletes the key \"HKEY_LOCAL_MACHINE\\\\SYSTEM\\\\A\\\\B\"; what the text made of it \
             before is gone",
            "line 9 deletes the key \"HKEY_LOCAL_MACHINE\\\\SYSTEM\\\\never\\\\made\"; the text had not \
             made it",
            "line 14 deletes the value \"\"; what the text made of it before is gone",
            "line 17 deletes the value \"z\"; what the text made of it before is gone",
        ]
    );
    let ignored = "the value in line 8 belongs to a key that is deleted";
    assert!(made.notes.iter().any(|note| note == ignored));
}

#[test]
fn texts_put_one_behind_the_other_are_read() {
    let one = "\u{feff}Windows Registry Editor Version 5.00\n\n[HKLM\\SYSTEM\\a]\n\n";
    let made = read([one, one.replace("\\a", "\\b").as_str()].concat());
    assert_eq!(paths(&made), ["", "a", "b"]);
    assert_eq!(made.notes, ["the header stands again in line 5"]);
}

#[test]
fn places_lead_back_to_the_text() {
    let text = "\u{feff}Windows Registry Editor Version 5.00\r\n\r\n; \u{e4}\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\a\\b]\r\n\
                \"x\"=\"two\r\nlines\"\r\n@=hex:01,\\\r\n  02\r\n\"y\"=\"\"\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\a]\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes().to_vec(), utf16.clone()] {
        let is_wide = bytes == utf16;
        let made = read(&bytes);
        let hive = coldhive_hive::Hive::parse(&made.bytes).unwrap();
        let mut found = Vec::new();
        for visit in hive.root().unwrap().walk() {
            let place = made.place(visit.key.cell().get()).unwrap();
            found.push((visit.path.clone(), place.line));
            for value in visit.key.values().map(Result::unwrap) {
                let place = made.place(value.cell().get()).unwrap();
                let name = value.name().unwrap().to_string();
                let begins = format!("\"{name}\"=").replace("\"\"=", "@=");
                let begins: Vec<u8> = if is_wide {
                    begins.encode_utf16().flat_map(u16::to_le_bytes).collect()
                } else {
                    begins.into()
                };
                assert!(bytes[place.offset as usize..].starts_with(&begins));
                found.push((name, place.line));
            }
        }
        let expected = [("", 4), ("a", 10), ("a\\b", 4), ("x", 5), ("", 7), ("y", 9)]
            .map(|(a, b)| (a.into(), b));
        assert_eq!(found, expected);
        assert_eq!(made.place(3), None);
    }
}
