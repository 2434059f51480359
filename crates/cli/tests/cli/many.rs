//! Many hives: what is found in folders, and the order and the bounds of the work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use coldhive_forge::{HiveSpec, KeySpec, Version, build, samples};
use serde_json::Value;

use crate::support::{BROKEN, Run, SAMPLES, command, forge, run_in, scratch, text, workspace};

/// A hive without anything of SYSTEM.
fn other_hive() -> Vec<u8> {
    let mut root = KeySpec::new("ROOT");
    root.at("Software\\Microsoft");
    root.at("Environment");
    build(&HiveSpec::new(Version::V1_5, root)).unwrap()
}

fn sound() -> Vec<u8> {
    build(&samples::cluster_sound()).unwrap()
}

fn check(folder: &Path, args: &[&str]) -> Run {
    run_in(folder, ["check", "--format", "jsonl", "--no-hash"].iter().chain(args))
}

/// The paths of the hives of JSON Lines, in their order, with slashes.
fn hives(run: &Run) -> Vec<String> {
    let lines = run.lines();
    let hives = lines.iter().filter(|line| line["type"] == "hive");
    hives.map(|hive| text(&hive["path"]).replace('\\', "/")).collect()
}

/// Folders with hives and what stands beside hives; what is found in them by default.
fn tree(name: &str) -> (PathBuf, Vec<&'static str>) {
    let folder = scratch(name);
    for below in ["a/RegBack", "b"] {
        fs::create_dir_all(folder.join(below)).unwrap();
    }
    let write = |path: &str, bytes: &[u8]| fs::write(folder.join(path), bytes).unwrap();
    let sound = sound();
    let mut log = sound.clone();
    log[28] = 6;
    log[512..516].copy_from_slice(b"HvLE");
    write("a/SYSTEM", &sound);
    write("a/system.log1", &log);
    write("a/SYSTEM.LOG2", b"");
    write("a/SYSTEM.ALT", &sound);
    write("a/SOFTWARE", &other_hive());
    write("a/RegBack/SYSTEM", &sound);
    // A log and an emptied one without their hives, texts, programs, other compressed files.
    write("a/SECURITY.LOG1", &log);
    write("b/emptied", &[&log[..512], &[0; 512]].concat());
    write("b/notes.txt", b"nothing");
    write("b/SYSTEM.reg", b"REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM]\r\n");
    write("b/setup.ex_", b"SZDD\x88\xF0\x27\x33A\0\x04\0\0\0\x0FMZ\x90\0");
    write("b/driver.cab", b"MSCF");
    // Names say nothing; a mirror without its hive is one by itself.
    write("b/holiday.jpg", &sound);
    write("b/OLD.ALT", &sound);
    // Nothing is left of the hive but its mirror.
    write("b/GONE", &[0; 8192]);
    write("b/GONE.ALT", &sound);
    (folder, vec!["a/RegBack/SYSTEM", "a/SYSTEM", "b/GONE", "b/OLD.ALT", "b/holiday.jpg"])
}

#[test]
fn folders_are_walked_and_hives_known_by_their_content() {
    let (folder, expected) = tree("many-tree");
    let run = check(&folder, &["a", "b"]);
    // A damaged cabinet may have been one of a hive: that is told.
    run.has_status(2);
    assert_eq!(hives(&run), expected);
    let lines = run.lines();
    let errors: Vec<_> = lines.iter().filter(|line| line["type"] == "error").collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(text(&errors[0]["path"]).ends_with("driver.cab"), "{errors:?}");

    // What belongs to a hive is read with it.
    let hive = |path: &str| lines.iter().find(|line| line["path"] == path).unwrap();
    let system = hive("a/SYSTEM");
    let files = system["files"].as_array().unwrap();
    let roles: Vec<_> = files.iter().map(|file| text(&file["role"])).collect();
    assert_eq!(roles, ["primary", ".LOG1", ".LOG2", ".ALT"]);
    assert_eq!(hive("b/GONE")["recovery"], "mirror");

    let text_run = run_in(&folder, ["check", "--no-hash", "a", "b"]);
    // SECURITY.LOG1, emptied, two texts, setup.ex_.
    let left_out = "Left out: 5 files that are no hives, 1 hive of other parts of the registry (--all-hives checks them)\n";
    assert!(text_run.stdout().contains(left_out), "{}", text_run.stdout());
    let all = check(&folder, &["--all-hives", "a"]);
    assert_eq!(hives(&all), ["a/RegBack/SYSTEM", "a/SOFTWARE", "a/SYSTEM"]);
}

#[test]
fn a_hive_is_found_as_it_is_when_it_is_named() {
    let (folder, _) = tree("many-same");
    let named = check(&folder, &["a/SYSTEM", "b/GONE"]);
    let strip = |mut lines: Vec<Value>| {
        lines.retain(|line| ["a/SYSTEM", "b/GONE"].map(Value::from).contains(&line["path"]));
        lines
    };
    let found = check(&folder, &["a", "b"]);
    assert_eq!(strip(found.lines()), strip(named.lines()));
    // A file that is named and no hive is an error, as ever.
    check(&folder, &["b/notes.txt"]).has_status(2);
    check(&folder, &["a/SOFTWARE"]).has_status(0);
}

/// With several named in one folder, what stands beside them is looked for once for all.
#[test]
fn hives_named_together_are_told_as_each_by_itself() {
    let (folder, _) = tree("many-named");
    for (name, from) in [
        ("a/old", "cluster-dirty-old-log.SYSTEM"),
        ("a/old.log", "cluster-dirty-old-log.SYSTEM.LOG"),
        ("a/new", "dirty-new-logs.SYSTEM"),
        ("a/NEW.log1", "dirty-new-logs.SYSTEM.LOG1"),
        ("a/NEW.LOG2", "dirty-new-logs.SYSTEM.LOG2"),
        // Which of two is taken is told.
        ("a/new.LOG2", "dirty-new-logs.SYSTEM.LOG1"),
    ] {
        fs::copy(workspace().join("testdata").join(from), folder.join(name)).unwrap();
    }
    let (above, a) = (folder.as_path(), folder.join("a"));
    for (here, names) in [
        (above, ["a/SYSTEM", "a/old", "a/new", "b/GONE", "b/OLD.ALT", "a/missing"]),
        (a.as_path(), ["SYSTEM", "old", "new", "./old", "../b/GONE", "missing"]),
    ] {
        let told = |run: &Run| -> Vec<Value> {
            let kept = |line: &Value| line["type"] == "hive" || line["type"] == "verdict";
            run.lines().into_iter().filter(|line| kept(line)).collect()
        };
        let alone: Vec<_> = names.iter().flat_map(|name| told(&check(here, &[name]))).collect();
        assert!(alone.iter().any(|line| line.to_string().contains("old.log")), "{alone:?}");
        assert_eq!(told(&check(here, &names)), alone);
    }
}

#[test]
fn patterns_and_sizes_choose_among_what_folders_hold() {
    let (folder, _) = tree("many-globs");
    let found = |args: &[&str]| hives(&check(&folder, args));
    assert_eq!(found(&["--include", "system", "."]), ["./a/RegBack/SYSTEM", "./a/SYSTEM"]);
    assert_eq!(found(&["--include", "a/*", "."]), ["./a/SYSTEM"]);
    assert_eq!(found(&["--include", "a/**", "--exclude", "SYS*", "."]), [""; 0]);
    assert_eq!(found(&["--exclude", "regback/", "a"]), ["a/SYSTEM"]);
    assert_eq!(found(&["--exclude", "*.{jpg,alt}", "b"]), ["b/GONE"]);
    // What is named is taken.
    assert_eq!(found(&["--exclude", "SYSTEM", "--max-size", "1", "a/SYSTEM"]), ["a/SYSTEM"]);
    // A log that is left out as a file still belongs to its hive.
    let run = check(&folder, &["--exclude", "*.log*", "a"]);
    let lines = run.lines();
    let system = lines.iter().find(|line| line["path"] == "a/SYSTEM").unwrap();
    assert_eq!(system["files"].as_array().unwrap().len(), 4);

    fs::write(folder.join("a/large"), [&sound()[..], &[0; 1 << 20]].concat()).unwrap();
    assert!(found(&["a"]).contains(&"a/large".to_owned()));
    for (size, taken) in [("1M", false), ("1048576", false), ("2M", true), ("1g", true)] {
        let run = run_in(&folder, ["check", "--no-hash", "--max-size", size, "a"]);
        let told = run.stdout().contains("1 file larger than --max-size");
        assert_eq!(told, !taken, "{size}: {}", run.stdout());
    }
    for wrong in ["--max-size=12Q", "--max-size=", "--include=[", "--exclude=", "--jobs=0"] {
        run_in(&folder, ["check", wrong, "a"]).has_status(64);
    }
}

#[test]
fn lists_of_paths_are_read() {
    use std::io::Write as _;

    let (folder, expected) = tree("many-list");
    fs::write(folder.join("list"), "a\r\n\r\nb").unwrap();
    assert_eq!(hives(&check(&folder, &["--files-from", "list"])), expected);
    let mut child = command(&folder)
        .args(["check", "--format", "jsonl", "--files-from", "-", "a/SYSTEM"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"b/OLD.ALT\0b/notes.txt\0").unwrap();
    let output = child.wait_with_output().unwrap();
    let run = Run { status: output.status.code(), stdout: output.stdout, stderr: output.stderr };
    run.has_status(2);
    assert_eq!(hives(&run), ["a/SYSTEM", "b/OLD.ALT"]);
    run_in(&folder, ["check", "--files-from", "nowhere"])
        .has_status(64)
        .complains("the list nowhere can't be read: No such file or directory (os error 2)");
    run_in(&folder, ["check", "--null", "a"]).has_status(64);
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_are_left_out_or_followed_once() {
        let folder = scratch("many-links");
        fs::create_dir_all(folder.join("in/a")).unwrap();
        fs::create_dir_all(folder.join("out")).unwrap();
        fs::write(folder.join("in/a/SYSTEM"), sound()).unwrap();
        fs::write(folder.join("out/SYSTEM"), sound()).unwrap();
        symlink("..", folder.join("in/a/loop")).unwrap();
        symlink("../../out", folder.join("in/a/there")).unwrap();
        symlink("../../out/SYSTEM", folder.join("in/a/twice")).unwrap();
        symlink("nowhere", folder.join("in/dangling")).unwrap();
        let run = run_in(&folder, ["check", "--no-hash", "in"]);
        run.has_status(0);
        let left_out = "Left out: 4 links that were not followed\n";
        assert!(run.stdout().contains(left_out), "{}", run.stdout());
        assert_eq!(hives(&check(&folder, &["in"])), ["in/a/SYSTEM"]);

        let run = check(&folder, &["--follow-links", "in"]);
        // Where the dangling one leads isn't known.
        run.has_status(2);
        assert_eq!(hives(&run), ["in/a/SYSTEM", "in/a/there/SYSTEM"]);
        // Of two folders that are named, each is walked, whatever the other holds.
        let both = check(&folder, &["--follow-links", "in/a", "out"]);
        assert_eq!(hives(&both), ["in/a/SYSTEM", "in/a/there/SYSTEM", "out/SYSTEM"]);
        // A link that is named is followed.
        assert_eq!(hives(&check(&folder, &["in/a/there"])), ["in/a/there/SYSTEM"]);
    }

    /// Folders that each have two links to the next: two to the power of forty ways through them.
    #[test]
    fn many_ways_through_links_are_one() {
        let folder = scratch("many-ways");
        for level in 0..40 {
            let here = folder.join(format!("{level}"));
            fs::create_dir(&here).unwrap();
            for name in ["x", "y"] {
                symlink(format!("../{}", level + 1), here.join(name)).unwrap();
            }
        }
        fs::create_dir(folder.join("40")).unwrap();
        fs::write(folder.join("40/SYSTEM"), sound()).unwrap();
        let run = check(&folder, &["--follow-links", "0"]);
        assert_eq!(hives(&run).len(), 1);
    }

    #[test]
    fn what_is_no_file_is_never_opened() {
        let folder = scratch("many-special");
        fs::write(folder.join("SYSTEM"), sound()).unwrap();
        let fifo = Command::new("mkfifo").arg(folder.join("fifo")).status();
        let fifo = fifo.is_ok_and(|status| status.success());
        let socket = UnixListener::bind(folder.join("s"));
        symlink("/dev/zero", folder.join("zero")).unwrap();
        let run = run_in(&folder, ["check", "--no-hash", "--follow-links", "."]);
        run.has_status(0);
        let left_out = u64::from(fifo) + u64::from(socket.is_ok()) + 1;
        let words = format!("Left out: {left_out} file");
        assert!(run.stdout().contains(&words), "{}", run.stdout());
    }

    #[test]
    fn names_are_bytes_and_so_is_their_order() {
        let folder = scratch("many-names");
        let names: [&[u8]; 4] = [b"S\xFFTEM", b"Z", b"a", b"\xC3\xA4"];
        for name in names {
            if fs::write(folder.join(OsStr::from_bytes(name)), sound()).is_err() {
                eprintln!("skipped: this file system takes UTF-8 alone");
                return;
            }
        }
        let run = check(&folder, &["."]);
        run.has_status(0);
        assert_eq!(hives(&run), ["./S\u{fffd}TEM", "./Z", "./a", "./\u{e4}"]);
        fs::write(folder.join("list"), b"S\xFFTEM\n").unwrap();
        check(&folder, &["--files-from", "list"]).has_status(0);
    }

    #[test]
    fn folders_that_can_not_be_listed_are_told_and_the_rest_goes_on() {
        let folder = scratch("many-closed");
        for name in ["closed", "open"] {
            fs::create_dir(folder.join(name)).unwrap();
            fs::write(folder.join(name).join("SYSTEM"), sound()).unwrap();
        }
        let mode = |mode| {
            fs::set_permissions(folder.join("closed"), fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(0o000);
        if fs::read_dir(folder.join("closed")).is_ok() {
            eprintln!("skipped: this user may read everything");
        } else {
            let run = check(&folder, &["."]);
            run.has_status(2);
            assert_eq!(hives(&run), ["./open/SYSTEM"]);
            let told = "./closed can't be read: Permission denied (os error 13)";
            assert_eq!(run.lines()[0]["message"], told);
        }
        mode(0o700);
    }

    /// Deeper than a path may be long: no folder of that depth can be listed by its path.
    #[test]
    fn a_folder_that_is_too_deep_is_told() {
        let folder = scratch("many-deep");
        fs::write(folder.join("SYSTEM"), sound()).unwrap();
        let dig = "n=$(printf '%0200d' 0); for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; \
                   do mkdir $n && cd -P ./$n || exit 1; done";
        let dug = Command::new("sh").args(["-c", dig]).current_dir(&folder).status().unwrap();
        if dug.success() {
            let run = check(&folder, &["."]);
            run.has_status(2);
            assert_eq!(hives(&run), ["./SYSTEM"]);
            let lines = run.lines();
            let error = lines.iter().find(|line| line["type"] == "error").unwrap();
            assert!(text(&error["message"]).contains("File name too long"));
        } else {
            eprintln!("skipped: no such depth can be made here");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}

/// A generator of the family xorshift64*: the same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }
}

/// Two thousand files that were hives once: copies of the samples with some bytes overwritten or the end cut off.
fn mutations(name: &str) -> PathBuf {
    let folder = scratch(name);
    let samples: Vec<_> =
        SAMPLES.iter().map(|sample| fs::read(workspace().join(sample)).unwrap()).collect();
    let mut numbers = Numbers(0x00C0_1D41_7E00_0001);
    for number in 0..2_000 {
        let mut bytes = samples[number % samples.len()].clone();
        for _ in 0..numbers.below(40) {
            let place = numbers.below(bytes.len());
            bytes[place] = numbers.below(256) as u8;
        }
        if number % 10 == 0 {
            bytes.truncate(512 + numbers.below(bytes.len() - 512));
        }
        // The signature stays, so that it is known what must be found.
        bytes[..4].copy_from_slice(b"regf");
        let below = folder.join(format!("{:02}", number % 40));
        fs::create_dir_all(&below).unwrap();
        fs::write(below.join(format!("{number:04}.hive")), bytes).unwrap();
    }
    folder
}

/// All of them are accounted for, in an order that doesn't depend on who is first, and in bounded memory.
#[test]
fn two_thousand_hives_come_in_order_and_in_little_memory() {
    let folder = mutations("many-mutations");
    let mut runs = Vec::new();
    for jobs in ["1", "8"] {
        let arguments = ["check", "--format", "jsonl", "--all-hives", "-j", jobs, "."];
        let output = limited(&folder, &arguments);
        assert_eq!(output.status, Some(1), "{}", output.stderr());
        assert_eq!(output.stderr(), "");
        runs.push(output);
    }
    // The first line has the arguments, which differ.
    let told = |run: &Run| run.stdout().split_once('\n').unwrap().1.to_owned();
    assert!(told(&runs[0]) == told(&runs[1]), "one at a time and eight at once say the same");
    let (lines, mut paths) = (runs[0].lines(), Vec::new());
    for line in &lines {
        if line["type"] == "hive" || line["type"] == "error" {
            paths.push(text(&line["path"]).to_owned());
        }
        let message = line["message"].as_str().unwrap_or_default();
        assert!(!message.contains("coldhive itself"), "{message}");
    }
    assert_eq!(paths.len(), 2_000);
    assert!(paths.is_sorted(), "each folder in the order of its names");

    let text_run = limited(&folder, &["check", "-q", "--no-hash", "00", "13"]);
    let summary = text_run.stdout().lines().rev().take(4).collect::<Vec<_>>().join("\n");
    let number = |words: &str| -> usize {
        let line = summary.split(['\n', ',', ':']).find(|part| part.contains(words));
        let digits = line.and_then(|part| part.trim().split(' ').next());
        digits.map_or(0, |digits| digits.parse().unwrap())
    };
    let sum =
        number(" hives") + number("gave no hive") + number("other parts") + number("no hives");
    assert_eq!(sum, 100, "{summary}");
    fs::remove_dir_all(&folder).unwrap();
}

/// Runs where no process may have more than 300 MB of memory, programs and stacks included.
#[cfg(target_os = "linux")]
fn limited(folder: &Path, arguments: &[&str]) -> Run {
    crate::support::run_within("-v 300000", folder, arguments)
}

#[cfg(not(target_os = "linux"))]
fn limited(folder: &Path, arguments: &[&str]) -> Run {
    run_in(folder, arguments)
}

#[test]
fn a_list_without_a_path_is_a_mistake() {
    let folder = scratch("many-no-path");
    fs::write(folder.join("list"), "\n").unwrap();
    run_in(&folder, ["check", "--files-from", "list"])
        .has_status(64)
        .complains("list: there is no path in this list");
}

#[test]
fn of_many_hives_those_that_are_well_get_a_line() {
    let folder = scratch("many-lines");
    for name in ["1", "2", "3", "5"] {
        forge(folder.join(name), &samples::cluster_sound());
    }
    fs::copy(workspace().join(BROKEN), folder.join("4")).unwrap();
    let run = run_in(&folder, ["check", "--no-hash", "."]);
    run.has_status(1);
    let out = run.stdout();
    assert!(
        out.starts_with(
            "PASS            ./1  (3 pass)\nPASS            ./2  (3 pass)\nPASS            ./3  (3 pass)\n\nFAIL (fault found)"
        ),
        "{out}"
    );
    assert!(
        out.contains("\n\nPASS            ./5  (3 pass)\n\n5 hives: 1 fail, 4 pass\n"),
        "{out}"
    );
    let quiet = run_in(&folder, ["check", "--no-hash", "--quiet", "."]);
    assert!(quiet.stdout().starts_with("FAIL (fault found)") && !quiet.stdout().contains("PASS"));
    let whole = run_in(&folder, ["check", "--no-hash", "--verbose", "."]);
    assert_eq!(whole.stdout().matches("PASS (fault not found)  Q262832").count(), 4);
    // A few are shown as one is.
    let few = run_in(&folder, ["check", "--no-hash", "1", "2"]);
    assert_eq!(few.stdout().matches("PASS (fault not found)  Q262832").count(), 2);
}

#[test]
fn rules_that_do_not_apply_get_a_line_behind_those_that_do() {
    let folder = scratch("many-rules");
    let rule = include_str!("../../../rules/library/Q262832.yaml");
    let elsewhere = r"schema: coldhive/1
id: A-elsewhere
title: Something elsewhere
level: low
description: For a test.
references: [none]
applies: { key: { path: Nowhere, exists: true } }
checks:
  - { id: x, title: x, remedy: x, expect: { key: { path: Select, exists: true } } }
";
    fs::write(folder.join("a.yaml"), elsewhere).unwrap();
    fs::write(folder.join("b.yaml"), rule.replace("id: Q262832", "id: Q1")).unwrap();
    fs::write(folder.join("SYSTEM"), sound()).unwrap();
    let rules = ["check", "--rule-file", "a.yaml", "--rule-file", "b.yaml", "SYSTEM"];
    let run = run_in(&folder, rules.iter().chain(&["--rule", "A-elsewhere", "--rule", "Q1"]));
    let out = run.stdout();
    assert!(out.starts_with("PASS (fault not found)  Q1"), "{out}");
    let last = out.lines().rev().find(|line| !line.is_empty()).unwrap();
    assert!(last.starts_with("NOT APPLICABLE  A-elsewhere  Something elsewhere"), "{out}");
    // Where none applies, one page says what there is to say of the hive.
    let run = run_in(&folder, rules.iter().chain(&["--rule", "A-elsewhere"]));
    assert!(run.stdout().contains("\n  hive  "), "{}", run.stdout());
}

#[cfg(unix)]
mod ended_early {
    use std::io::{BufRead as _, BufReader, Read as _};

    use super::*;

    /// Begins to check a folder again and again, until its first line is there.
    fn begin(folder: &Path, args: &[&str]) -> (std::process::Child, impl std::io::BufRead, String) {
        let list = "./SYSTEM\n".repeat(20_000);
        fs::write(folder.join("SYSTEM"), sound()).unwrap();
        fs::write(folder.join("list"), list).unwrap();
        let mut child = command(folder)
            .args(["check", "--no-hash", "--files-from", "list"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        (child, out, first)
    }

    /// The same where nothing comes on stdout: until its file is there.
    fn begin_blind(folder: &Path, args: &[&str]) -> std::process::Child {
        let child = command(folder)
            .args(["check", "--no-hash", "--files-from", "list"])
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let partial = folder.join("whole.csv.partial");
        while fs::metadata(&partial).map_or(0, |file| file.len()) == 0 {
            std::thread::yield_now();
        }
        child
    }

    fn signal(child: &std::process::Child, signal: &str) {
        let id = child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
    }

    #[test]
    fn what_is_interrupted_says_so_and_keeps_what_is_done() {
        let folder = scratch("many-interrupted");
        let (mut child, mut out, mut text_out) = begin(&folder, &["--format", "jsonl"]);
        signal(&child, "-INT");
        out.read_to_string(&mut text_out).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let lines: Vec<Value> =
            text_out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let (end, before) = lines.split_last().unwrap();
        assert_eq!(end["type"], "end");
        let end = &end["totals"];
        assert_eq!(end["interrupted"], true);
        let hives = before.iter().filter(|line| line["type"] == "hive").count() as u64;
        assert_eq!(end["hives"], hives);
        assert_eq!(end["not_reached"], 20_000 - hives);
        // No verdict of an evaluation that was cut off.
        assert!(before[1..].iter().all(|line| line["type"] == "hive" || line["outcome"] == "pass"));

        // What a whole run wrote is not replaced by a part of one; a format without a place for it says so on stderr.
        fs::write(folder.join("whole.csv"), "whole").unwrap();
        let args = ["--format", "csv", "--force", "--output", "whole.csv", "--verbose"];
        let mut child = begin_blind(&folder, &args);
        signal(&child, "-INT");
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(told.contains("interrupted: ") && told.contains("is as it was"), "{told}");
        assert_eq!(fs::read_to_string(folder.join("whole.csv")).unwrap(), "whole");

        let (mut child, mut out, mut text_out) = begin(&folder, &["--exit-zero"]);
        signal(&child, "-INT");
        out.read_to_string(&mut text_out).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(text_out.contains("\nInterrupted: "), "{text_out}");
    }

    #[test]
    fn what_is_killed_leaves_whole_lines() {
        let folder = scratch("many-killed");
        let (mut child, mut out, mut text_out) = begin(&folder, &["--format", "jsonl"]);
        // Some more lines, and the end somewhere.
        for _ in 0..5 {
            out.read_line(&mut text_out).unwrap();
        }
        drop(out);
        signal(&child, "-KILL");
        child.wait().unwrap();
        assert_eq!(text_out.lines().count(), 6);

        // Into a file, where nothing waits for a reader.
        let written = folder.join("out.jsonl");
        let mut child = command(&folder)
            .args(["check", "--no-hash", "--files-from", "list", "--format", "jsonl"])
            .stdout(fs::File::create(&written).unwrap())
            .spawn()
            .unwrap();
        while fs::metadata(&written).unwrap().len() < 500_000 {
            std::thread::yield_now();
        }
        signal(&child, "-KILL");
        child.wait().unwrap();
        let lines = fs::read_to_string(&written).unwrap();
        assert!(lines.ends_with('\n'));
        for line in lines.lines() {
            serde_json::from_str::<Value>(line).expect("a line is JSON");
        }
    }
}
