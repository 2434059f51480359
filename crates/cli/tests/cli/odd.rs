//! Damaged, dirty, truncated and strange files: what the program says of each, read one by one.

use crate::corpus::Corpus;
use crate::golden::{assert_golden, transcript};

/// Every file under `odd/`, transaction logs too.
const FILES: [&str; 36] = [
    "BadBaseBlockHive/BadBaseBlockHive",
    "BadBaseBlockHive/BadBaseBlockHive.LOG1",
    "BadBaseBlockHive/BadBaseBlockHive.LOG2",
    "BadListHive",
    "BadLogHive1/BadLogHive",
    "BadLogHive1/BadLogHive.LOG1",
    "BadLogHive1/BadLogHive.LOG2",
    "BigDataHive",
    "CompHive",
    "DeletedDataHive",
    "DeletedTreeHive",
    "EmptyHive",
    "ExtendedASCIIHive",
    "GarbageHive",
    "ManySubkeysHive",
    "MultiSzHive",
    "NewDirtyHive1/NewDirtyHive",
    "NewDirtyHive1/NewDirtyHive.LOG1",
    "NewDirtyHive1/NewDirtyHive.LOG2",
    "NewDirtyHive1/RecoveredHive_Windows10",
    "OldDirtyHive/OldDirtyHive",
    "OldDirtyHive/OldDirtyHive.LOG1",
    "OldDirtyHive/OldDirtyHive.LOG2",
    "OldDirtyHive/RecoveredHive_Windows7",
    "SlackHive",
    "StringValuesHive",
    "TruncatedHive",
    "TruncatedNameHive",
    "UnicodeHive",
    "WrongOrderHive",
    "corrupted.SYSTEM",
    "hivex-minimal",
    "hivex-special",
    "nt-hive-testhive",
    "p0-01-security-oob.dat",
    "p0-02-symlink-oob.dat",
];

#[test]
fn what_is_said_of_each_odd_file() {
    let Some(corpus) = Corpus::find("the golden files of odd hives") else { return };
    for file in FILES.into_iter().chain(["win9x-SYSTEM.DAT"]) {
        let path = format!("odd/{file}");
        let (info, check) = (corpus.run(["info"], &path), corpus.run(["check"], &path));
        let text = format!(
            "$ coldhive info {path}\n{}\n$ coldhive check {path}\n{}",
            transcript(&info),
            transcript(&check)
        );
        assert_golden(&format!("odd/{}.txt", file.replace('/', "-")), text);
    }
}

#[test]
fn every_command_ends_well_on_every_odd_file() {
    let Some(corpus) = Corpus::find("commands on odd hives") else { return };
    for file in FILES.into_iter().chain(["win9x-SYSTEM.DAT"]) {
        let path = format!("odd/{file}");
        for args in [
            &["check", "--assume-applicable", "--control-set", "all"][..],
            &["check", "--assume-applicable", "--control-set", "1", "--format", "json"],
            &["winsock", "--control-set", "1"],
            &["export"],
        ] {
            let run = corpus.run(args.iter().copied(), &path);
            assert!(matches!(run.status, Some(0..=2)), "{args:?} {path}: {:?}", run.status);
            let complaints = run.stderr().lines();
            let own = complaints.filter(|line| line.starts_with("coldhive: ")).count();
            assert_eq!(own, run.stderr().lines().count(), "{args:?} {path}: {}", run.stderr());
        }
    }
}

#[test]
fn no_odd_file_is_forgotten() {
    let Some(corpus) = Corpus::find("the list of odd hives") else { return };
    let mut files: Vec<_> = corpus
        .facts()
        .keys()
        .filter_map(|file| file.strip_prefix("odd/"))
        .filter(|file| *file != "win9x-SYSTEM.DAT")
        .collect();
    files.sort_unstable();
    assert_eq!(files, FILES);
}
