//! Recovery of real dirty hives, against what Windows and independent readers made of them.

use std::path::{Path, PathBuf};

use coldhive_hive::{Beside, Content, Evidence, Hive, Image, Recovery, RecoveryState, Role};
use md5::{Digest as _, Md5};
use serde_json::Value as Json;

use crate::corpus::{corpus, totals};

fn recovered(path: impl Into<PathBuf>) -> Image {
    Image::recover(Evidence::gather(path, &Beside::Auto).unwrap())
}

/// Paths, times, values with types and data, and security, a line each.
fn tree(hive: Hive<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for visit in hive.root().unwrap().walk() {
        assert!(visit.damage.is_empty(), "{}: {:?}", visit.path, visit.damage);
        let security = visit.key.security().unwrap().map(|security| security.descriptor().to_vec());
        lines.push(format!("{} {} {security:02x?}", visit.path, visit.key.last_written().ticks()));
        for read in &visit.values {
            let (name, code) = (read.value.readable_name(), read.value.value_type().code());
            lines.push(format!("{}:{name} {code} {:02x?}", visit.path, read.data.bytes));
        }
    }
    lines.sort();
    lines
}

fn tree_of(file: &Path) -> Vec<String> {
    tree(Hive::parse(&std::fs::read(file).unwrap()).unwrap())
}

/// What recovery says of the one file with that role.
fn why(recovery: &Recovery, role: Role) -> (bool, &str) {
    let file = recovery.files.iter().find(|file| file.role == role).expect("a file of that role");
    (file.used, &file.why)
}

/// Every byte of the image is where its origin says.
fn assert_origins(image: &Image) {
    let mut covered = 0;
    for run in image.provenance().runs() {
        assert_eq!(run.start, covered, "runs leave a gap or overlap");
        covered += run.length;
        let bytes = &image.bytes()[run.start as usize..covered as usize];
        match run.offset {
            Some(offset) => {
                let file = &image.evidence().files()[run.file];
                assert_eq!(bytes, &file.bytes()[offset as usize..][..run.length as usize]);
                let origin = image.origin(covered - 1);
                assert_eq!(origin.file.path(), file.path());
                assert_eq!(origin.offset, Some(offset + run.length - 1));
                assert_eq!(origin.entry, run.entry);
            }
            None => assert!(run.start < 512 || bytes.iter().all(|byte| *byte == 0)),
        }
    }
    assert_eq!(covered, image.bytes().len() as u64);
}

#[test]
fn a_new_format_pair_of_logs_gives_what_windows_10_made_of_it() {
    let Some(folder) = corpus() else { return };
    let folder = folder.join("odd/NewDirtyHive1");
    let image = recovered(folder.join("NewDirtyHive"));
    assert_eq!(tree(image.hive()), tree_of(&folder.join("RecoveredHive_Windows10")));
    let recovery = image.recovery();
    assert_eq!(recovery.state, RecoveryState::Recovered);
    assert!(recovery.was_dirty && !recovery.is_dirty);
    assert!(!image.hive().base_block().is_dirty());
    assert_eq!(image.hive().damage(), []);
    assert_eq!(recovery.entries, 4);
    assert_eq!(why(recovery, Role::Log1), (true, "its entry 2 was applied"));
    assert_eq!(why(recovery, Role::Log2), (true, "its entries 3 to 5 were applied"));
    assert_eq!(image.hive().base_block().primary_sequence(), 5);
    assert_eq!(recovery.applied.unwrap().to_string(), "2 to 5");
    assert_origins(&image);
}

#[test]
fn an_old_format_log_gives_what_windows_7_made_of_it() {
    let Some(folder) = corpus() else { return };
    let folder = folder.join("odd/OldDirtyHive");
    let image = recovered(folder.join("OldDirtyHive"));
    assert_eq!(tree(image.hive()), tree_of(&folder.join("RecoveredHive_Windows7")));
    let recovery = image.recovery();
    assert_eq!(recovery.state, RecoveryState::Recovered);
    assert_eq!(recovery.pages, 64);
    assert_eq!(why(recovery, Role::Log2), (false, "not used: it is empty"));
    assert!(!image.hive().base_block().is_dirty());
    assert_origins(&image);
    // The first dirty page stands behind a sector for the base block and one for the bitmap.
    let origin = image.origin(4096);
    assert_eq!(
        (origin.file.role(), origin.offset, origin.entry),
        (Role::Log1, Some(1024), Some(5))
    );
}

#[test]
fn a_destroyed_base_block_comes_from_the_log() {
    let Some(folder) = corpus() else { return };
    let image = recovered(folder.join("odd/BadBaseBlockHive/BadBaseBlockHive"));
    let expected = tree_of(&folder.join("odd/OldDirtyHive/RecoveredHive_Windows7"));
    assert_eq!(tree(image.hive()), expected);
    assert_eq!(image.recovery().state, RecoveryState::Recovered);
    assert_eq!(image.hive().base_block().minor(), 3);
    assert_eq!(image.hive().damage(), []);
    assert_origins(&image);
}

#[test]
fn a_log_with_a_wrong_checksum_is_refused() {
    let Some(folder) = corpus() else { return };
    let image = recovered(folder.join("odd/BadLogHive1/BadLogHive"));
    let recovery = image.recovery();
    assert_eq!(recovery.state, RecoveryState::NothingApplies);
    let (used, why) = why(recovery, Role::Log1);
    assert!(!used);
    assert!(why.starts_with("not used: the checksum of its base block is wrong"), "{why}");
    assert!(recovery.is_dirty);
    assert_eq!(image.bytes(), image.evidence().bytes());
}

#[test]
fn a_system_hive_of_windows_10_with_a_gap_before_its_logs() {
    let Some(folder) = corpus() else { return };
    let image = recovered(folder.join("system/win10-1709.SYSTEM"));
    let recovery = image.recovery();
    assert_eq!(recovery.state, RecoveryState::Recovered, "{recovery:#?}");
    assert_eq!(recovery.entries, 24);
    assert_eq!(recovery.applied.unwrap().to_string(), "2107 to 2130");
    let (keys, values, _, _, damage) = totals(image.hive());
    assert_eq!((keys, values), (35_595, 78_901));
    assert!(damage.is_empty(), "{damage:?}");
    assert_origins(&image);
    let clean = image.clean_bytes();
    assert_eq!(clean.len(), 4096 + 12_591_104);
    let md5: String =
        Md5::digest(&clean[4096..]).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(md5, "f019534444e0a529da69b8afa132e965");
    let hive = Hive::parse(&clean).unwrap();
    assert!(hive.damage().is_empty() && !hive.base_block().is_dirty());

    let image = Image::without_logs(image.evidence().clone());
    let (keys, values, ..) = totals(image.hive());
    assert_eq!((keys, values), (33_123, 74_957));
    assert_eq!(image.recovery().state, RecoveryState::NotAsked);
    // Nothing was copied.
    assert_eq!(image.bytes().as_ptr(), image.evidence().bytes().as_ptr());
}

#[test]
fn a_dirty_hive_without_logs_says_so() {
    let Some(folder) = corpus() else { return };
    let image = recovered(folder.join("system/win81-dirty.SYSTEM"));
    let recovery = image.recovery();
    assert_eq!(recovery.state, RecoveryState::NoLogs);
    assert!(recovery.is_dirty);
    assert_eq!(
        recovery.summary,
        "the primary is dirty (its sequence numbers 205 and 204 differ), and no transaction log was found beside it: \
         it is read as it is"
    );
}

#[test]
fn every_clean_hive_is_read_as_it_is() {
    let Some(folder) = corpus() else { return };
    let facts: Json =
        serde_json::from_slice(&std::fs::read(folder.join("FACTS.json")).unwrap()).unwrap();
    let mut clean = 0;
    for (name, fact) in facts.as_object().unwrap() {
        if fact["file_type"] != 0 || fact["sequence"][0] != fact["sequence"][1] {
            continue;
        }
        let image = recovered(folder.join(name));
        let recovery = image.recovery();
        if !recovery.was_dirty {
            assert_eq!(recovery.state, RecoveryState::Clean, "{name}");
            assert_eq!(recovery.notes, [""; 0], "{name}");
            assert_eq!(image.bytes().as_ptr(), image.evidence().bytes().as_ptr());
            clean += 1;
        }
        assert_eq!(image.evidence().primary().content(), Content::Hive, "{name}");
    }
    assert!(clean > 20, "{clean}");
}

#[test]
fn logs_of_another_hive_are_refused() {
    let Some(folder) = corpus() else { return };
    let logs = [
        folder.join("system/win10-1709.SYSTEM.LOG1"),
        folder.join("system/win10-1709.SYSTEM.LOG2"),
    ];
    let dirty = folder.join("odd/NewDirtyHive1/NewDirtyHive");
    let image = Image::recover(Evidence::gather(&dirty, &Beside::Given(logs.into())).unwrap());
    assert_eq!(image.recovery().state, RecoveryState::NothingApplies);
    for file in &image.recovery().files[1..] {
        assert_eq!(
            file.why,
            "not used: it belongs to another hive: its base block names \"SYSTEM\", the primary's \
             \"ers\\user\\Desktop\\1\\NewDirtyHive\""
        );
    }
}
