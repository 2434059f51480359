//! Real hives: the two readers agree on all of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use coldhive_hive::{Answer, Confirmation, Hive};
use coldhive_witness::{NtHiveWitness, Reason};

use crate::questions;

/// Where the corpus is; `None`, said on stderr, where it isn't here.
pub(crate) fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("COLDHIVE_CORPUS").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no corpus at {}", folder.display());
    None
}

/// Asks about every `step`th key. Gives how often the first reader read something, and what the witness
/// said against it; what is beyond nt-hive's limits is not counted.
fn ask(image: &[u8], step: usize) -> (usize, BTreeMap<String, usize>) {
    let (mut read, mut objections) = (0, BTreeMap::new());
    let Ok(hive) = Hive::parse(image) else { return (read, objections) };
    let witness = NtHiveWitness::new(image);
    let mut observations = questions::all(hive, step);
    let paths: Vec<String> = observations
        .iter()
        .filter(|observation| matches!(observation.answer, Answer::Key { .. }))
        .map(|observation| observation.key.clone())
        .collect();
    for path in paths.iter().step_by(paths.len().div_ceil(50).max(1)) {
        observations.extend(questions::absent(hive, path));
    }
    for observation in observations {
        let statement = witness.explain(&observation);
        assert!(!matches!(statement.reason, Some(Reason::Panicked(_))), "{statement:?}");
        if matches!(observation.answer, Answer::Unreadable | Answer::Obscured) {
            continue;
        }
        read += 1;
        if !matches!(statement.confirmation, Confirmation::Agrees | Confirmation::NotAsked) {
            let reason = statement.reason.unwrap();
            *objections.entry(format!("{reason}")).or_default() += 1;
        }
    }
    (read, objections)
}

fn assert_agrees(file: &str, step: usize) -> usize {
    let Some(folder) = corpus() else { return 0 };
    let image = std::fs::read(folder.join(file)).unwrap();
    let (read, objections) = ask(&image, step);
    assert_eq!(objections, BTreeMap::new(), "{file}");
    read
}

#[test]
fn nt4_agrees_in_full() {
    // 1,971 keys and 5,841 values, and three absences at each of 50 keys.
    assert!(matches!(assert_agrees("system/nt4-ee-sp3.SYSTEM", 1), 0 | 7_962));
}

#[test]
fn xp_agrees_in_full() {
    // 9,629 keys and 26,819 values, and three absences at each of 50 keys.
    assert!(matches!(assert_agrees("system/xp-sp3-m57.SYSTEM", 1), 0 | 36_598));
}

#[test]
fn the_large_ones_agree_where_they_are_sampled() {
    for (file, step) in [
        ("system/win10-1709.SYSTEM", 40),
        ("system/win7-sp1.SYSTEM", 40),
        ("system/win81-dirty.SYSTEM", 40),
        ("system/nt4-ee-sp3.SOFTWARE", 5),
        ("system/container-delta.SYSTEM", 1),
    ] {
        assert_agrees(file, step);
    }
}

#[test]
fn the_cluster_nodes_agree() {
    let Some(folder) = corpus() else { return };
    for file in files(&folder.join("cluster")) {
        assert_agrees(file.to_str().unwrap(), 10);
    }
}

/// Whatever the first reader could read of these agrees as well.
#[test]
fn the_odd_ones_are_survived() {
    let Some(folder) = corpus() else { return };
    for file in files(&folder.join("odd")) {
        // The larger ones have thousands of keys, the others a few in much empty space.
        let step = if file.metadata().unwrap().len() > 400_000 { 29 } else { 1 };
        assert_agrees(file.to_str().unwrap(), step);
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
