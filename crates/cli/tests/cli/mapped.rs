//! `--mmap`: the same answers, in less memory.

use std::fs;

use crate::support::{SAMPLES, run, scratch, workspace};

/// Each command over a hive, but those whose output names how it was called.
fn commands(hive: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["info", hive],
        vec!["get", hive, "Select", "Current"],
        vec!["ls", "-l", hive, "CurrentControlSet\\Services"],
        vec!["tree", hive],
        vec!["winsock", hive],
        vec!["check", hive],
        vec!["export", hive],
        vec!["verify", hive],
        vec!["deleted", hive],
        vec!["acl", hive, "CurrentControlSet\\Services"],
        vec!["acl", hive, "--writable-by", "WD,AU,BU"],
        vec!["diff", hive],
        vec!["diff", hive, "testdata/cluster-sound.SYSTEM"],
    ]
}

#[test]
fn a_mapped_hive_gives_the_same_answers() {
    for sample in SAMPLES {
        for command in commands(sample) {
            let mapped = run(command.iter().copied().chain(["--mmap"]));
            let read = run(&command);
            assert!(mapped == read, "{command:?}\n{}\n{}", mapped.stdout(), mapped.stderr());
        }
    }
}

/// What is written is the same, and the files that were mapped stay as they were.
#[test]
fn replay_of_a_mapped_hive() {
    let folder = scratch("mapped-replay");
    let name = "dirty-new-logs.SYSTEM";
    let files = ["", ".LOG1", ".LOG2"].map(|suffix| format!("testdata/{name}{suffix}"));
    let before = files.clone().map(|file| fs::read(workspace().join(file)).unwrap());
    let written = [&[][..], &["--mmap"]].map(|options| {
        let output = folder.join(format!("out{}", options.len()));
        let command = ["replay", &files[0], "--output", output.to_str().unwrap()];
        run(command.iter().chain(options)).has_status(0);
        fs::read(output).unwrap()
    });
    assert!(written[0] == written[1]);
    assert!(written[0][4096..] != before[0][4096..], "there was something to recover");
    let after = files.map(|file| fs::read(workspace().join(file)).unwrap());
    assert!(before == after);
}

/// A hive larger than the memory that the program may have.
#[cfg(target_os = "linux")]
#[test]
fn a_mapped_hive_takes_little_memory() {
    use std::path::Path;

    use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, samples};

    use crate::support::{Run, forge, run_within};

    /// Runs with at most 24 MB of memory that is the process's own, of which each thread's stack counts as a whole.
    fn limited(folder: &Path, arguments: &[&str]) -> Run {
        run_within("-d 24000", folder, arguments)
    }

    let folder = scratch("mapped-memory");
    let HiveSpec { version, mut root, .. } = samples::cluster_sound();
    let mut large = KeySpec::new("Large");
    for number in 0..64 {
        let value = ValueSpec::raw("Data", 3, vec![number; 1 << 20]);
        large = large.subkey(KeySpec::new(format!("{number}")).value(value));
    }
    root = root.subkey(large);
    forge(folder.join("SYSTEM"), &HiveSpec::new(version, root));
    assert!(fs::metadata(folder.join("SYSTEM")).unwrap().len() > 64 << 20);

    // The limit is one: what is read must fit into it.
    let read = limited(&folder, &["info", "SYSTEM"]);
    assert_eq!(read.status, Some(2), "{}", read.stderr());
    assert!(read.stderr().contains("SYSTEM can't be read"), "{}", read.stderr());

    let mut commands = commands("SYSTEM");
    // The other hive isn't here, and all data as text takes long where nothing is optimized.
    commands.retain(|it| it[0] != "export" && !it.contains(&"testdata/cluster-sound.SYSTEM"));
    commands.push(vec!["export", "SYSTEM", "Large\\7"]);
    commands.push(vec!["replay", "SYSTEM", "--output", "clean"]);
    for mut command in commands {
        command.push("--mmap");
        let run = limited(&folder, &command);
        assert!(matches!(run.status, Some(0 | 1)), "{command:?}: {}", run.stderr());
        assert!(run.stderr().lines().all(|line| line.contains(": note: ")), "{}", run.stderr());
    }
    fs::remove_dir_all(&folder).unwrap();
}
