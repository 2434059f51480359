//! Examples of help pages, manual pages, completions, suggestions, colours and widths.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::golden::{assert_golden, transcript};
use crate::support::{BROKEN, Run, SOUND, command, run, run_in, scratch, workspace};

/// Every command that has none below it, as its words.
fn commands() -> Vec<Vec<String>> {
    let folder = scratch("man-names");
    run_in(&folder, ["man", "--dir", "."]).has_status(0);
    let names: Vec<String> = pages(&folder)
        .iter()
        .map(|page| page.file_stem().and_then(|stem| stem.to_str()).unwrap().to_owned())
        .collect();
    let is_leaf =
        |name: &&String| !names.iter().any(|other| other.starts_with(&format!("{name}-")));
    let words = |name: &String| name.split('-').skip(1).map(str::to_owned).collect();
    names.iter().filter(is_leaf).map(words).collect()
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut pages: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "1"));
    pages.sort();
    pages
}

/// A shell with the program on its path.
fn bash(folder: &Path, script: &str) -> Run {
    let program = Path::new(env!("CARGO_BIN_EXE_coldhive")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let bash =
        Command::new("bash").args(["-c", script]).current_dir(folder).env("PATH", path).output();
    let output = bash.expect("bash is installed");
    Run { status: output.status.code(), stdout: output.stdout, stderr: output.stderr }
}

#[test]
#[cfg(unix)]
fn every_example_of_every_help_page_runs() {
    let folder = scratch("examples");
    let (samples, rule) = (workspace(), "examples/rules/winsock-providers.yaml");
    for (sample, names) in [
        (SOUND, &["SYSTEM", "SYSTEM.before", "NODE1.SYSTEM"][..]),
        (BROKEN, &["SYSTEM.after", "NODE2.SYSTEM"]),
        (rule, &["my-rule.yaml"]),
    ] {
        for name in names {
            fs::copy(samples.join(sample), folder.join(name)).unwrap();
        }
    }
    fs::create_dir(folder.join("evidence")).unwrap();
    fs::copy(samples.join(SOUND), folder.join("evidence/SYSTEM")).unwrap();
    for log in ["SYSTEM.LOG1", "SYSTEM.LOG2"] {
        fs::write(folder.join(log), []).unwrap();
    }
    fs::write(folder.join("descriptors.txt"), "AQAEgAAAAAAAAAAAAAAAABQAAAACAAgAAAAAAA==\n")
        .unwrap();
    fs::write(folder.join("sddl.txt"), "O:DAG:SYD:\n").unwrap();
    for words in commands().into_iter().chain([Vec::new()]) {
        let help = run(words.iter().map(String::as_str).chain(["--help"]));
        let help = help.stdout();
        assert!(help.contains("Exit status"), "{words:?}");
        let (_, examples) =
            help.split_once("\nExamples:\n").unwrap_or_else(|| panic!("{words:?} has no examples"));
        let examples: Vec<_> = examples.lines().filter(|line| line.starts_with("  ")).collect();
        assert!(!examples.is_empty(), "{words:?}");
        for example in examples {
            let ran = bash(&folder, &format!("set -o pipefail\n{example}"));
            assert!(matches!(ran.status, Some(0..=2)), "{example}: {ran:?}");
            assert!(!ran.stderr().contains("can't be read"), "{example}: {}", ran.stderr());
        }
    }
}

#[test]
#[cfg(unix)]
fn bash_completes_commands_and_options() {
    let folder = scratch("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(["completions", shell]);
        script.has_status(0);
        fs::write(folder.join(shell), script.stdout).unwrap();
    }
    let complete = |words: &str, number: usize| {
        let script = format!(
            "source ./bash && COMP_WORDS=({words}) COMP_CWORD={number} && _coldhive coldhive \"${{COMP_WORDS[{number}]}}\" \
             \"${{COMP_WORDS[{number}-1]}}\" && echo \"${{COMPREPLY[@]}}\""
        );
        let run = bash(&folder, &script);
        run.has_status(0);
        run.stdout().trim().to_owned()
    };
    assert_eq!(complete("coldhive comp", 1), "completions");
    assert_eq!(complete("coldhive rules ex", 2), "explain");
    assert_eq!(complete("coldhive get --ra", 2), "--raw");
    assert_eq!(complete("coldhive get --format j", 3), "json");
    // Those that are installed read theirs without a complaint.
    for (shell, args) in [("zsh", ["-n", "zsh"]), ("fish", ["-n", "fish"])] {
        if let Ok(read) = Command::new(shell).args(args).current_dir(&folder).output() {
            assert!(read.status.success() && read.stderr.is_empty(), "{shell}: {read:?}");
        }
    }
}

#[test]
#[cfg(unix)]
fn manual_pages_are_drawn_without_a_warning() {
    let folder = scratch("man");
    run_in(&folder, ["man", "--dir", "pages"]).has_status(0);
    let pages = pages(&folder.join("pages"));
    for name in ["coldhive.1", "coldhive-get.1", "coldhive-rules-lint.1"] {
        assert!(pages.iter().any(|page| page.ends_with(name)), "{name}");
    }
    assert!(!pages.iter().any(|page| page.to_str().unwrap().contains("help")));
    // groff draws pages everywhere; where it is missing there is nothing to draw them with.
    for page in &pages {
        let drawn = Command::new("groff").args(["-man", "-Tutf8", "-ww"]).arg(page).output();
        let Ok(drawn) = drawn else { return };
        assert!(drawn.status.success() && drawn.stderr.is_empty(), "{page:?}: {drawn:?}");
    }
    let one = run(["man", "rules", "lint"]);
    assert_eq!(
        one.stdout().as_bytes(),
        fs::read(folder.join("pages/coldhive-rules-lint.1")).unwrap()
    );
    run(["man", "rules", "lnt"])
        .has_status(64)
        .complains("there is no command lnt; did you mean lint?");
    run_in(&folder, ["man", "--dir", "pages/coldhive.1"]).has_status(2);
}

#[test]
fn what_was_meant_is_suggested() {
    for (args, words) in [
        (&["chek", SOUND][..], "a similar subcommand exists: 'check'"),
        (&["rules", "lnt"], "some similar subcommands exist: 'list', 'lint'"),
        (&["info", "--no-hsh", SOUND], "a similar argument exists: '--no-hash'"),
        (&["info", "--format", "jsn", SOUND], "a similar value exists: 'json'"),
        (&["check", "--rule", "Q26832", SOUND], "did you mean Q262832?"),
        (&["rules", "show", "q262823"], "did you mean Q262832?"),
        (&["check", "--control-set", "curent", SOUND], "did you mean current?"),
        (&["winsock", "--control-set", "last-know-good", SOUND], "did you mean last-known-good?"),
        (&["diff", "--from", "defalt", SOUND], "did you mean default?"),
    ] {
        let run = run(args);
        run.has_status(64);
        assert!(run.stderr().contains(words), "{args:?}: {}", run.stderr());
    }
}

fn with_env(args: &[&str], variables: &[(&str, &str)]) -> String {
    let output = command(workspace()).args(args).envs(variables.iter().copied()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn colours_are_for_those_who_want_them() {
    let check = ["check", "--no-hash", BROKEN];
    let plain = run(check).stdout().to_owned();
    let coloured = run(["--color", "always"].into_iter().chain(check)).stdout().to_owned();
    assert!(!plain.contains('\u{1b}'));
    assert!(
        coloured.starts_with("\u{1b}[1m\u{1b}[31mFAIL (fault found)\u{1b}[0m  Q262832"),
        "{coloured}"
    );
    assert!(coloured.contains("\u{1b}[1m\u{1b}[32mok     \u{1b}[0m"), "{coloured}");
    assert_eq!(with_env(&check, &[("CLICOLOR_FORCE", "1")]), coloured);
    assert_eq!(with_env(&check, &[("NO_COLOR", "1")]), plain);
    assert_eq!(
        with_env(&["check", "--no-hash", "--color", "never", BROKEN], &[("CLICOLOR_FORCE", "1")]),
        plain
    );
    // Nothing but colours is added.
    let bare: String =
        coloured.split('\u{1b}').enumerate().fold(String::new(), |text, (index, part)| {
            text + if index == 0 { part } else { part.split_once('m').unwrap().1 }
        });
    assert_eq!(bare, plain);
    run(["--color", "sometimes", "check", BROKEN]).has_status(64);
}

#[test]
fn lines_are_as_wide_as_is_asked_for_and_whole_in_a_pipe() {
    let check = ["check", "--no-hash", BROKEN];
    let plain = run(check).stdout().to_owned();
    assert_eq!(with_env(&check, &[("COLUMNS", "60")]), plain);
    assert_eq!(with_env(&["check", "--no-hash", "--width", "0", BROKEN], &[]), plain);
    let narrow = run(["check", "--no-hash", "--width", "72", BROKEN]);
    assert_golden("check-72-columns.txt", transcript(&narrow));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(narrow.stdout()), words(&plain));
    run(["--width", "-1", "check", BROKEN]).has_status(64);
}
