//! `check --emit-cure`: files to read, and the evidence as it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use coldhive_forge::samples;

use crate::golden::assert_golden;
use crate::support::{BROKEN, SOUND, forge, run, run_in, scratch, workspace};

/// The names of the files in a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be listed").file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().expect("a name")).collect();
    names.sort();
    names
}

#[test]
fn the_three_files_of_a_broken_node() {
    let folder = scratch("cure-golden").join("new/folder");
    let before = fs::read(workspace().join(BROKEN)).expect("the sample");
    let time = |path: &Path| fs::metadata(path).and_then(|it| it.modified()).expect("a time");
    let written = time(&workspace().join(BROKEN));
    let done = run(["check", "--emit-cure", folder.to_str().expect("a path"), BROKEN]);
    done.has_status(1);

    let names = files(&folder);
    let stem = "cluster-broken.SYSTEM-6886e1a8-ControlSet001";
    let ends = [".reg", ".txt", ".undo.reg"];
    assert_eq!(names, ends.map(|end| format!("{stem}{end}")));
    let shown = done.stdout();
    let line =
        shown.lines().find(|line| line.contains("Read the cure")).expect("a step names them");
    assert!(names.iter().all(|name| line.contains(name.as_str())), "{line}");
    for (name, end) in names.iter().zip(ends) {
        let text = fs::read_to_string(folder.join(name)).expect("it is text");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}");
        assert_golden(&format!("cure-broken{end}.txt"), text.replace("\r\n", "\n"));
    }
    assert_eq!(fs::read(workspace().join(BROKEN)).expect("the sample"), before);
    assert_eq!(time(&workspace().join(BROKEN)), written);
}

#[test]
fn the_explanation_of_what_no_text_can_cure() {
    for sample in ["cluster-damaged", "cluster-bad-descriptor"] {
        let folder = scratch(&format!("cure-{sample}"));
        let hive = format!("testdata/{sample}.SYSTEM");
        run(["check", "--emit-cure", folder.to_str().expect("a path"), &hive]).has_status(1);
        let names = files(&folder);
        let [name] = names.as_slice() else { panic!("nothing is to be imported: {names:?}") };
        let text = fs::read_to_string(folder.join(name)).expect("it is text");
        assert_golden(&format!("cure-{sample}.txt"), text.replace("\r\n", "\n"));
    }
}

#[test]
fn nothing_is_overwritten_and_what_is_not_written_is_said() {
    let folder = scratch("cure-again");
    let args = ["check", "--no-hash", "--emit-cure", "cures"];
    for node in ["a", "b"] {
        fs::create_dir(folder.join(node)).expect("a folder");
    }
    // Two hives of one name don't share their files' names.
    forge(folder.join("a/SYSTEM"), &samples::cluster_broken());
    forge(folder.join("b/SYSTEM"), &samples::cluster_deleted());
    run_in(&folder, args.into_iter().chain(["a/SYSTEM", "b/SYSTEM"])).has_status(1);
    let names = files(&folder.join("cures"));
    assert_eq!(names.len(), 6, "{names:?}");

    let kept: Vec<_> = names.iter().map(|name| fs::read(folder.join("cures").join(name))).collect();
    let txt = names.iter().find(|name| name.ends_with(".txt")).expect("an explanation");
    fs::remove_file(folder.join("cures").join(txt)).expect("it is there");
    let again = run_in(&folder, args.into_iter().chain(["a/SYSTEM", "b/SYSTEM"]));
    again.has_status(2);
    let why = "it exists already, and nothing is ever overwritten: choose another name";
    assert_eq!(again.stderr().matches(why).count(), 2, "{}", again.stderr());
    let left = files(&folder.join("cures"));
    assert_eq!(left.len(), 5, "a cure is written whole or not at all");
    for (name, bytes) in names.iter().zip(kept).filter(|(name, _)| *name != txt) {
        let bytes = bytes.expect("it was read");
        assert_eq!(fs::read(folder.join("cures").join(name)).expect("it is there"), bytes);
    }
}

/// As `RegBack` and backups have them.
#[test]
fn copies_of_one_hive_have_a_cure_each() {
    let folder = scratch("cure-copies");
    let copies = ["a/SYSTEM", "b/SYSTEM", "c/system"];
    for copy in copies {
        let copy = folder.join(copy);
        fs::create_dir(copy.parent().expect("a folder")).expect("a folder");
        forge(copy, &samples::cluster_broken());
    }
    let args = ["check", "--no-hash", "--emit-cure", "cures"].into_iter().chain(copies);
    let done = run_in(&folder, args.clone());
    done.has_status(1);
    assert_eq!(done.stderr(), "");
    let names = files(&folder.join("cures"));
    assert_eq!(names.len(), 9, "{names:?}");
    let folded: BTreeSet<_> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(folded.len(), 9, "also where case tells no names apart: {names:?}");
    let read =
        |name: &str| fs::read_to_string(folder.join("cures").join(name)).expect("it is text");
    for (copy, number) in copies.iter().zip(["", "-2", "-3"]) {
        let end = format!("-ControlSet001{number}.txt");
        let text = names.iter().find(|name| name.ends_with(&end)).expect("an explanation");
        let (text, stem) = (read(text), text.trim_end_matches(".txt"));
        assert!(text.contains(&format!("hive         {copy}\r\n")), "{text}");
        for name in [format!("{stem}.reg"), format!("{stem}.undo.reg")] {
            assert!(names.contains(&name) && text.contains(&name), "{name}");
        }
    }
    // What another run wrote is not numbered round.
    run_in(&folder, args.take(6)).has_status(2);
    assert_eq!(files(&folder.join("cures")), names);
}

#[test]
fn where_no_folder_can_be_made_the_status_says_so() {
    let folder = scratch("cure-no-folder");
    fs::write(folder.join("file"), "x").expect("it can be written");
    forge(folder.join("SYSTEM"), &samples::cluster_broken());
    let done = run_in(&folder, ["check", "--emit-cure", "file", "SYSTEM"]);
    done.has_status(2);
    assert!(done.stdout().starts_with("FAIL"), "the verdict is told all the same");
    assert_eq!(fs::read(folder.join("file")).expect("it is there"), b"x");
}

#[test]
fn json_stays_json_and_a_sound_node_needs_no_cure() {
    let folder = scratch("cure-json");
    let path = folder.join("cures");
    let path = path.to_str().expect("a path");
    let done = run(["check", "--emit-cure", path, "--format", "json", BROKEN]);
    done.has_status(1).json();
    assert_eq!(done.stderr(), "");
    let report = done.json();
    let steps = report["verdicts"][0]["next_steps"].as_array().expect("steps");
    let first = steps[0].as_str().expect("a step");
    assert!(first.starts_with("Read the cure, of which nothing was applied: "), "{first}");
    assert!(files(Path::new(path)).iter().all(|name| first.contains(name.as_str())), "{first}");

    let sound = run(["check", "--emit-cure", folder.join("none").to_str().expect("a path"), SOUND]);
    sound.has_status(0);
    assert!(!sound.stdout().contains("cure"), "{}", sound.stdout());
    assert!(!folder.join("none").exists());
}
