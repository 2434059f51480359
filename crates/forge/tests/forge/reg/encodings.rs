//! How the bytes of a text make characters.

use coldhive_forge::reg::{CodePage, RegOptions, is_reg_text, parse};

use super::{SZ, keys, problems, read, value, wide};

const TEXT: &str = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\\u{df}\u{3a9}]\r\n\
                    \"\u{1f511}\"=\"\u{e4}\u{20ac}\"\r\n\r\n";

fn le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn unicode_is_read_in_each_form() {
    let bom = format!("\u{feff}{TEXT}");
    for (bytes, encoding, notes) in [
        (le(&bom), "UTF-16LE", 0),
        (be(&bom), "UTF-16BE", 0),
        (bom.into_bytes(), "UTF-8", 0),
        (le(TEXT), "UTF-16LE", 1),
        (be(TEXT), "UTF-16BE", 1),
        (TEXT.into(), "UTF-8", 1),
    ] {
        assert!(is_reg_text(&bytes));
        let made = read(&bytes);
        assert_eq!(made.encoding, encoding);
        assert_eq!(made.version, "Windows Registry Editor Version 5.00");
        assert_eq!(made.notes.len(), notes, "{:?}", made.notes);
        let expected = vec![value("\u{1f511}", SZ, wide("\u{e4}\u{20ac}"))];
        assert_eq!(keys(&made).pop().unwrap(), ("\u{df}\u{3a9}".into(), expected));
    }
}

#[test]
fn line_ends_of_any_kind_are_read() {
    for ending in ["\r\n", "\n", "\r", "\r\r\n"] {
        let made = read(TEXT.replace("\r\n", ending));
        assert_eq!(keys(&made).len(), 2, "{ending:?}");
    }
}

#[test]
fn ansi_text_is_in_windows_1252_unless_said_otherwise() {
    let text = b"REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM]\r\n\"\xC4\"=\"\x80\x81\"\r\n\"l\"=hex(7):c4,00,00\r\n";
    let made = read(text);
    assert_eq!(made.encoding, "windows-1252");
    assert_eq!(made.notes.len(), 2, "{:?}", made.notes);
    let found = keys(&made).remove(0).1;
    assert_eq!(found[0], value("\u{c4}", SZ, wide("\u{20ac}\u{81}")));
    assert_eq!(found[1].2, [wide("\u{c4}"), vec![0, 0]].concat());

    let cyrillic = RegOptions::default().code_page(CodePage::named("1251").unwrap());
    let made = parse(text, &cyrillic).unwrap();
    assert_eq!(made.encoding, "windows-1251");
    assert_eq!(made.notes, [""; 0]);
    let found = keys(&made).remove(0).1;
    assert_eq!(found[0], value("\u{414}", SZ, wide("\u{402}\u{403}")));
    assert_eq!(found[1].2, [wide("\u{414}"), vec![0, 0]].concat());
}

#[test]
fn second_bytes_that_look_like_syntax_are_none() {
    // In Shift_JIS, 83 5C is one character, and 5C alone is a backslash.
    let japanese = RegOptions::default().code_page(CodePage::named("932").unwrap());
    let text = b"REGEDIT4\n[HKLM\\SYSTEM\\\x83\x5C]\n\"a\"=\"\x83\x5C\"\n\"b\"=hex(2):83,5c,00\n";
    let made = parse(text, &japanese).unwrap();
    let (path, found) = keys(&made).pop().unwrap();
    assert_eq!(path, "\u{30bd}");
    assert_eq!(found[0].2, wide("\u{30bd}"));
    assert_eq!(found[1].2, wide("\u{30bd}"));
    // Half a character in text or in data can't be read.
    let text = b"REGEDIT4\n[HKLM\\SYSTEM]\n\"b\"=hex(2):\\\n  83,\n\"a\"=\"\x83\"\n";
    let error = parse(text, &japanese).unwrap_err();
    let lines: Vec<u32> = error.problems().iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [3, 5]);
}

#[test]
fn utf8_under_regedit4_is_told() {
    let text = "REGEDIT4\n[HKLM\\SYSTEM]\n\"\u{e4}\"=\"x\"\n";
    let made = read(text);
    assert_eq!((made.encoding, made.notes.len()), ("UTF-8", 1));
    assert!(made.notes[0].starts_with("read as UTF-8, although"));
    assert_eq!(keys(&made)[0].1[0].0, "\u{e4}");
    // Who names a code page is believed; a byte order mark even more.
    let western = RegOptions::default().code_page(CodePage::WESTERN);
    let made = parse(text.as_bytes(), &western).unwrap();
    assert_eq!(keys(&made)[0].1[0].0, "\u{c3}\u{a4}");
    let made = parse(format!("\u{feff}{text}").as_bytes(), &western).unwrap();
    assert_eq!((made.encoding, made.notes.len()), ("UTF-8", 0));
    assert_eq!(read("REGEDIT4\n[HKLM\\SYSTEM]\n").encoding, "ASCII");
}

#[test]
fn bytes_that_are_no_characters_are_problems_where_they_count() {
    let text = b"\xEF\xBB\xBFREGEDIT4\n; \xFF\n[HKLM\\SYSTEM]\n\"a\"=\"\xFF\"\n\"b\"=\"x\n\xFF\"\n";
    let found: Vec<(u32, u32)> =
        problems(text).iter().map(|&(line, column, _)| (line, column)).collect();
    assert_eq!(found, [(4, 6), (6, 1), (6, 1)]);
    // A name must be valid UTF-16; the text of a value need not be, and comes through as it is.
    let lone = |text: &str| -> Vec<u8> {
        let units =
            text.encode_utf16().map(|unit| if unit == u16::from(b'?') { 0xD800 } else { unit });
        [0xFEFF].into_iter().chain(units).flat_map(u16::to_le_bytes).collect()
    };
    let head = "Windows Registry Editor Version 5.00\n[HKLM\\SYSTEM]\n";
    let made = read(lone(&format!("{head}\"a\"=\"?\"\n")));
    assert_eq!(keys(&made)[0].1[0].2, [0x00, 0xD8, 0, 0]);
    assert_eq!(problems(lone(&format!("{head}\"?\"=\"\"\n")))[0].0, 3);
    assert_eq!(problems(lone(&format!("{head}[HKLM\\SYSTEM\\?]\n")))[0].0, 3);
}

#[test]
fn a_text_is_told_from_other_files() {
    assert!(is_reg_text(b"REGEDIT4"));
    assert!(is_reg_text(b"\xEF\xBB\xBF; comment\r\n  REGEDIT4\r\n"));
    for other in
        [&b""[..], b"regf\0\0", b"regedit4\n", b"REGEDIT\n", b"MZ\x90\0", b"\xFF\xFE", &[0; 5000]]
    {
        assert!(!is_reg_text(other));
    }
}
