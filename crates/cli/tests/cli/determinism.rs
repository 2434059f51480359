//! The same question to the same file gives the same bytes.

use crate::corpus::Corpus;
use crate::support::{SAMPLES, run};

#[test]
fn two_runs_give_the_same_bytes() {
    for sample in SAMPLES {
        for args in [
            &["check", "--control-set", "all"][..],
            &["check", "--control-set", "all", "--format", "json"],
            &["check", "--control-set", "all", "--format", "jsonl"],
            &["info", "--format", "json"],
            &["winsock", "--control-set", "all", "--format", "json"],
            &["export"],
        ] {
            let once = || run(args.iter().chain([&sample]));
            assert_eq!(once(), once(), "{args:?} {sample}");
        }
    }
}

#[test]
fn two_runs_over_damage_give_the_same_bytes() {
    let Some(corpus) = Corpus::find("two runs over a corrupted hive") else { return };
    for args in [&["check", "--format", "json"][..], &["info"], &["export"]] {
        let once = || corpus.run(args.iter().copied(), "odd/corrupted.SYSTEM");
        assert_eq!(once(), once(), "{args:?}");
    }
}
