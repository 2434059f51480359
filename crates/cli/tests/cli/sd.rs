//! `sd`: one line out for each line in, whatever stands in it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;
use std::thread;

use crate::support::{Run, command, run, scratch, workspace};

/// Runs `sd` with bytes on standard input.
fn sd(args: &[&str], input: impl Into<Vec<u8>>) -> Run {
    let input = input.into();
    let mut child = command(workspace())
        .arg("sd")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it was piped");
    // A program that stops reading is to be told by its output, not by a pipe that broke here.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("it wrote");
    Run { status: output.status.code(), stdout: output.stdout, stderr: output.stderr }
}

/// `D:` by hand: revision 1, control 0x8004, the DACL at 20, of revision 2 and 8 bytes ([MS-DTYP] 2.4.6, 2.4.5).
const EMPTY_DACL: &str = "01000480000000000000000000000000140000000200080000000000";
/// No part at all: revision 1, control 0x8000.
const NOTHING: &str = "0100008000000000000000000000000000000000";

#[test]
fn weird_lines_each_give_one_line() {
    let spaced = EMPTY_DACL.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
    let spaced: Vec<_> = spaced.collect();
    let spaces = spaced.join(" ");
    let commas = format!("\"Security\"=hex:{}", spaced.join(","));
    let input = [
        EMPTY_DACL.as_bytes(),
        b"",
        b"  \t",
        &[EMPTY_DACL.to_uppercase().as_bytes(), b"\r"].concat(),
        spaces.as_bytes(),
        commas.as_bytes(),
        b"AQAEgAAAAAAAAAAAAAAAABQAAAACAAgAAAAAAA==",
        b"not a descriptor",
        b"\xff\xfe",
        b"010",
        NOTHING.as_bytes(),
        b"\x1b[2J",
        EMPTY_DACL.as_bytes(),
    ];
    let found = sd(&["decode"], input.join(&b'\n'));
    found.has_status(2);
    let lines: Vec<_> = found.stdout().split('\n').collect();
    let [expected @ .., ""] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(expected.len(), input.len());
    let errors: Vec<_> =
        expected.iter().enumerate().filter(|(_, line)| line.starts_with("error: at ")).collect();
    assert_eq!(errors.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [7, 8, 9, 11]);
    for (index, line) in expected.iter().enumerate() {
        match index {
            7 | 8 | 9 | 11 => assert!(!line.contains('\u{1b}'), "{line}"),
            1 | 2 | 10 => assert_eq!(*line, "", "{index}"),
            _ => assert_eq!(*line, "D:", "{index}"),
        }
    }
}

#[test]
fn no_line_is_added_or_lost_at_the_end() {
    for (input, output) in [
        ("", ""),
        ("\n", "\n"),
        ("D:", "+\n"),
        ("D:\n", "+\n"),
        ("D:\n\n", "+\n\n"),
        ("\r\n", "\n"),
        ("\nD:\r", "\n+\n"),
    ] {
        let found = sd(&["encode"], input);
        found.has_status(0);
        assert_eq!(found.stdout(), output.replace('+', EMPTY_DACL), "{input:?}");
    }
}

#[test]
fn text_that_is_no_sddl_is_told_with_its_place() {
    let found = sd(&["encode"], "O:BAX:\nD:(A;;KR;;;ZZ)\nD:(A;;KR;;;WD)\nD:(A;;KR;;;Ж)\n");
    found.has_status(2);
    let lines: Vec<_> = found.stdout().lines().collect();
    let [first, second, third, fourth] = lines[..] else { panic!("{lines:?}") };
    assert!(first.starts_with("error: at byte 4: "), "{first}");
    assert!(second.starts_with("error: at byte 11: "), "{second}");
    assert!(third.starts_with("01000480"), "{third}");
    assert!(fourth.starts_with("error: at byte 11: "), "{fourth}");
}

#[test]
fn what_is_encoded_decodes_to_itself() {
    let text = "O:BAG:SYD:PAI(A;CI;KR;;;WD)(D;OICIIO;KA;;;S-1-5-21-1-2-3-1105)S:(AU;SAFA;KA;;;WD)\n\n\
                D:NO_ACCESS_CONTROL\nO:S-1-0x12A05F200-30-40\nD:(OA;;CCDC;bf967aba-0de6-11d0-a285-00aa003049e2;;AU)\n";
    let hex = sd(&["encode"], text);
    hex.has_status(0);
    let back = sd(&["decode"], hex.stdout.clone());
    back.has_status(0);
    assert_eq!(back.stdout(), text);
}

/// The largest DACL that Windows can hold, in one line, and more bytes than any line may have.
#[test]
fn long_lines_are_taken_and_endless_ones_refused() {
    // 3,276 entries of 20 bytes in a DACL of 65,528.
    let sddl = format!("D:{}", "(A;;KR;;;WD)".repeat(3_276));
    let hex = sd(&["encode"], format!("{sddl}\n"));
    hex.has_status(0);
    assert_eq!(hex.stdout.len(), (20 + 8 + 3_276 * 20) * 2 + 1);
    let mut input = hex.stdout.clone();
    input.extend(vec![b'0'; (16 << 20) + 1]);
    input.push(b'\n');
    input.extend(&hex.stdout);
    let found = sd(&["decode"], input);
    found.has_status(2);
    let lines: Vec<_> = found.stdout().lines().collect();
    assert_eq!(lines, [&sddl, "error: the line is longer than 16777216 bytes", &sddl]);
    // As long as allowed, and every byte a number of its own.
    let zeros = "0 ".repeat(8 << 20);
    let found = sd(&["decode"], zeros);
    found.has_status(2);
    assert_eq!(found.stdout().lines().count(), 1);
}

#[test]
fn lines_come_from_a_file_too() {
    let folder = scratch("sd-file");
    let file = folder.join("lines.txt");
    fs::write(&file, "D:\r\n\r\n").unwrap();
    let path = file.to_str().unwrap();
    let found = run(["sd", "encode", path]);
    found.has_status(0);
    assert_eq!(found.stdout(), format!("{EMPTY_DACL}\n\n"));
    let missing = run(["sd", "decode", "testdata/no-such-file"]);
    missing.has_status(2);
    assert!(
        missing.stderr().starts_with("coldhive: testdata/no-such-file: the file can't be read: ")
    );
    let directory = run(["sd", "decode", "testdata"]);
    directory.has_status(2);
    assert_eq!(directory.stdout(), "");
    assert_eq!(sd(&["encode", "-"], "D:").stdout(), format!("{EMPTY_DACL}\n"));
}

#[test]
fn a_domain_is_the_sid_of_one() {
    let domain = "S-1-5-21-1004336348-1177238915-682003330";
    // [MS-DTYP] 2.5.1.1: DA are the Domain Admins, RID 512; LA the local Administrator, RID 500.
    let (short, long) = ("O:DAD:(A;;KR;;;LA)", format!("O:{domain}-512D:(A;;KR;;;{domain}-500)"));
    let encoded = sd(&["encode", "--domain", domain], short);
    encoded.has_status(0);
    assert_eq!(sd(&["encode"], long.clone()).stdout(), encoded.stdout());
    assert_eq!(sd(&["decode"], encoded.stdout()).stdout(), format!("{long}\n"));
    let decoded = sd(&["decode", "--domain", domain], encoded.stdout());
    assert_eq!(decoded.stdout(), format!("{short}\n"));
    let other = sd(&["decode", "--domain", "S-1-5-21-1-2-3"], encoded.stdout());
    assert_eq!(other.stdout(), format!("{long}\n"));
    // Without a domain, nobody knows whose they are.
    let unknown = sd(&["encode"], short);
    unknown.has_status(2);
    assert!(unknown.stdout().starts_with("error: at byte 2: "), "{}", unknown.stdout());
    for wrong in ["BA", "S-1-5-21-1-2", "S-1-5-21-1-2-3-500", "S-1-x", ""] {
        let found = sd(&["encode", "--domain", wrong], "D:");
        found.has_status(64);
        assert!(found.stderr().contains("--domain"), "{}", found.stderr());
    }
    run(["sd"]).has_status(64);
}

/// What Windows tools put into text files.
#[test]
fn byte_order_marks_are_no_riddles() {
    let found = sd(&["encode"], "\u{feff}D:\r\n\u{feff}D:\r\n");
    found.has_status(0);
    assert_eq!(found.stdout(), format!("{EMPTY_DACL}\n{EMPTY_DACL}\n"));
    let found = sd(&["decode"], format!("\u{feff}{EMPTY_DACL}"));
    assert_eq!(found.stdout(), "D:\n");
    let found = sd(&["encode"], b"\xFF\xFED\0:\0\r\0\n\0".to_vec());
    found.has_status(2);
    let first = found.stdout().lines().next().unwrap_or_default();
    assert_eq!(first, "error: at byte 0: the line is UTF-16: save the file as UTF-8");
}

/// One entry that has no text hides no other.
#[test]
fn what_can_be_read_stands_behind_the_error() {
    let sound = sd(&["encode"], "D:(A;;KR;;;WD)(A;;KA;;;SY)");
    // The type of the second entry: header 20, ACL header 8, the first entry 20.
    let (before, behind) = (&sound.stdout()[..96], &sound.stdout()[98..]);
    let found = sd(&["decode"], format!("{before}77{behind}"));
    found.has_status(2);
    let line = found.stdout();
    assert!(line.starts_with("error: at offset 0x30 of the descriptor: "), "{line}");
    assert!(
        line.ends_with("; what can be read is D:(A;;KR;;;WD)(0x77;;;;;;<16 bytes>)\n"),
        "{line}"
    );
}

/// Another program can ask line by line.
#[test]
fn an_answer_comes_before_the_next_question() {
    let mut child = command(workspace())
        .args(["sd", "encode"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut questions = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        questions.write_all(b"D:\n").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert_eq!(answer, format!("{EMPTY_DACL}\n"));
    }
    drop(questions);
    let mut rest = String::new();
    answers.read_to_string(&mut rest).unwrap();
    assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("", Some(0)));
}

/// Endless input ends with its reader, and keeps the status.
#[test]
fn a_closed_pipe_ends_it() {
    for (line, status) in [("D:\n", 0), ("x\n", 2)] {
        let mut child = command(workspace())
            .args(["sd", "encode"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut questions = child.stdin.take().unwrap();
        drop(child.stdout.take());
        while questions.write_all(line.repeat(1_000).as_bytes()).is_ok() {}
        assert_eq!(child.wait().unwrap().code(), Some(status), "{line}");
    }
}
