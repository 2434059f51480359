//! Texts made to cost much.

use std::fmt::Write;
use std::time::{Duration, Instant};

use coldhive_forge::reg::{RegError, RegOptions, parse};

use super::{problems, read};

/// Much more than any of these takes, and much less than work that grows with the square of the size.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn many_siblings_take_no_time_that_grows_with_their_square() {
    let begun = Instant::now();
    let mut text = String::from("REGEDIT4\n");
    for number in 0..50_000 {
        writeln!(text, "[HKLM\\SYSTEM\\key {}]", number * 7_919 % 50_000).unwrap();
    }
    text.push_str("[HKLM\\SYSTEM]\n");
    for number in 0..50_000 {
        writeln!(text, "\"value {number}\"=\"\"").unwrap();
    }
    for number in (0..50_000).step_by(2) {
        writeln!(text, "\"VALUE {number}\"=-\n[-HKLM\\system\\KEY {number}]\n[HKLM\\SYSTEM]")
            .unwrap();
    }
    let made = read(text);
    assert_eq!(made.places.len(), 1 + 25_000 + 25_000);
    // Notes don't grow with the text.
    assert!(made.notes.len() < 200, "{}", made.notes.len());
    assert!(made.notes.iter().any(|note| note == "49950 more deletions"));
    assert!(begun.elapsed() < LONG);
}

#[test]
fn short_text_makes_no_crowd_of_keys() {
    // Two bytes for each key, 500 in a path.
    let mut text = String::from("REGEDIT4\n");
    for number in 0..3_000 {
        writeln!(text, "[HKLM\\SYSTEM\\{number}{}]", "\\k".repeat(500)).unwrap();
    }
    let found = problems(&text);
    assert_eq!(found.len(), 100);
    // 262,144 keys, and one for each 32 of 3 MB.
    assert!(found[0].2.starts_with("the one after 35"), "{found:?}");
    // The same path again and again makes no keys.
    let line = format!("[HKLM\\SYSTEM{}]\n", "\\k".repeat(500));
    assert_eq!(read(format!("REGEDIT4\n{}", line.repeat(2_000))).places.len(), 501);
}

#[test]
fn long_lines_and_deep_paths_are_bounded() {
    let begun = Instant::now();
    let million = 1_000_000;
    let path = format!("REGEDIT4\n[HKLM{}]\n", "\\a".repeat(million));
    assert_eq!(problems(path)[0].2, "a deeper one");
    let bytes = format!("REGEDIT4\n[HKLM\\SYSTEM]\n\"a\"=hex:{}00\n", "11,".repeat(million));
    assert!(read(bytes).bytes.len() > million);
    let lines = format!("REGEDIT4\n[HKLM\\SYSTEM]\n\"a\"=hex:{}00\n", "11,\\\n".repeat(million));
    assert!(read(lines).bytes.len() > million);
    let open = format!("REGEDIT4\n[HKLM\\SYSTEM]\n{}", "\"a\"=\"x\n".repeat(million));
    assert_eq!(problems(open).len(), 100);
    let comments = format!("REGEDIT4\n[HKLM\\SYSTEM]\n\"a\"=hex:1,\\\n{}", ";\n".repeat(million));
    assert_eq!(problems(comments).len(), 1);
    let escapes = format!("REGEDIT4\n[HKLM\\SYSTEM]\n\"a\"=\"{}\n", "\\\"\n".repeat(million));
    assert_eq!(problems(escapes).len(), 100);
    let brackets = format!("REGEDIT4\n[{}", "]".repeat(million));
    assert_eq!(problems(brackets).len(), 1);
    assert!(begun.elapsed() < LONG);
}

#[test]
fn what_messages_quote_is_short() {
    let long = "n\u{1f511}\u{7}".repeat(1_000);
    let error =
        parse(format!("REGEDIT4\n[HKLM\\SYSTEM]\n{long}\n").as_bytes(), &RegOptions::default());
    let RegError::Text { problems, .. } = error.unwrap_err() else { panic!("it was understood") };
    assert!(problems[0].found.len() < 400);
    assert!(!problems[0].found.contains('\u{7}'));
    let made = read(format!("REGEDIT4\n[-HKLM\\SYSTEM\\{}]\n[HKLM\\SYSTEM]\n", "x".repeat(255)));
    assert!(made.notes[0].len() < 300);
}
