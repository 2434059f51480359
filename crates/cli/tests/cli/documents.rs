//! What the documents under `docs/` show is what the program prints.
//!
//! A block `console` is a command and all that it prints, `...` standing for lines that are left out. Commands are
//! `coldhive` and `cat`. In the tutorial a block of YAML is what the reader has in `providers.yaml` from there on, and its last rule
//! is the one under `examples/rules`. `SNAPSHOTS=overwrite` writes what is printed, but for blocks with `...`.

use std::fs;
use std::path::Path;

use crate::support::{BROKEN, SOUND, command, run, scratch, workspace};

const OBSCURED: &str = "testdata/cluster-obscured.SYSTEM";
const LOGS: [&str; 2] =
    ["testdata/cluster-broken.SysEvent.Evt", "testdata/cluster-broken.Cluster.log"];
const FILE: &str = "providers.yaml";
const FINAL: &str = "examples/rules/winsock-providers.yaml";

/// Whether lines are as they are shown, of which `...` stands for any number.
fn fits(shown: &[&str], lines: &[&str]) -> bool {
    match shown {
        [] => lines.is_empty(),
        ["...", rest @ ..] => (0..=lines.len()).any(|at| fits(rest, &lines[at..])),
        [first, rest @ ..] => lines.first() == Some(first) && fits(rest, &lines[1..]),
    }
}

/// What a command prints.
fn printed(folder: &Path, words: &str) -> String {
    let text = match words.split_once(' ') {
        Some(("cat", file)) => fs::read_to_string(folder.join(file)).unwrap(),
        Some(("coldhive", args)) => {
            // As a shell takes them: there are quotes, and no blanks within.
            let args = args.split(' ').map(|arg| arg.trim_matches('\''));
            let run = command(folder).args(args).output().unwrap();
            assert!(run.stderr.is_empty(), "{words}: {}", String::from_utf8_lossy(&run.stderr));
            String::from_utf8(run.stdout).unwrap()
        }
        _ => panic!("it is no command that can be tried: {words}"),
    };
    text.replace("\r\n", "\n")
}

/// Tries the commands of a document in its order; gives their number and the last block of YAML.
fn repeat(document: &str) -> (usize, String) {
    let folder = scratch(document);
    fs::create_dir(folder.join("testdata")).unwrap();
    for sample in [SOUND, BROKEN, OBSCURED].into_iter().chain(LOGS) {
        fs::copy(workspace().join(sample), folder.join(sample)).unwrap();
    }
    let path = workspace().join("docs").join(document);
    let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let mut written = String::new();
    let (mut last, mut commands) = (String::new(), 0);
    // Text and blocks by turns.
    for (number, part) in text.split("```").enumerate() {
        if number > 0 {
            written.push_str("```");
        }
        if let Some(rule) = part.strip_prefix("yaml\n") {
            fs::write(folder.join(FILE), rule).unwrap();
            last = rule.to_owned();
        }
        let Some(session) = part.strip_prefix("console\n$ ") else {
            written.push_str(part);
            continue;
        };
        let (words, shown) = session.split_once('\n').unwrap_or((session, ""));
        let printed = printed(&folder, words);
        let (lines, wanted): (Vec<_>, Vec<_>) =
            (printed.lines().collect(), shown.lines().collect());
        let is_same = fits(&wanted, &lines);
        let is_cut = wanted.contains(&"...");
        let renew = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") && !is_cut;
        assert!(is_same || renew, "{words}\nshown:\n{shown}\nprinted:\n{printed}");
        let kept = if is_cut { shown } else { printed.as_str() };
        written.push_str(&format!("console\n$ {words}\n{kept}"));
        commands += 1;
    }
    if written != text {
        fs::write(path, written).unwrap();
    }
    (commands, last)
}

#[test]
fn every_command_prints_what_the_tutorial_shows() {
    let (commands, last) = repeat("tutorial.md");
    assert!(commands > 4);
    assert_eq!(last, fs::read_to_string(workspace().join(FINAL)).unwrap(), "{FINAL}");
}

#[test]
fn every_command_prints_what_the_case_shows() {
    let (commands, _) = repeat("q262832.md");
    assert!(commands > 6);
}

#[test]
fn the_rules_of_the_examples_are_clean() {
    for entry in fs::read_dir(workspace().join("examples/rules")).unwrap() {
        let path = entry.unwrap().path();
        let lint =
            run(["rules".as_ref(), "lint".as_ref(), "--deny-warnings".as_ref(), path.as_os_str()]);
        lint.has_status(0);
    }
}
