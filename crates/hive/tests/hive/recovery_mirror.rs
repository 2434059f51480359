//! The mirror (`.ALT`) of Windows NT: when it stands in, and how it is compared.

use std::fs;

use coldhive_hive::{Beside, Content, Evidence, EvidenceError, Hive, Image, RecoveryState, Role};

use crate::evidence::Folder;
use crate::recovery_logs::*;

/// A hive of Windows NT 4.0, clean.
fn nt(data: &str, number: u32) -> Vec<u8> {
    let mut file = hive(20, data);
    put(&mut file, 24, 3);
    sequence(file, number, number)
}

/// The same as its mirror: file type 1.
fn mirror_of(mut hive: Vec<u8>) -> Vec<u8> {
    put(&mut hive, 28, 1);
    hive
}

fn gathered(folder: &Folder, primary: &[u8], mirror: &[u8]) -> Result<Evidence, EvidenceError> {
    folder.file("SYSTEM.ALT", mirror);
    Evidence::gather(folder.file("SYSTEM", primary), &Beside::Auto)
}

#[test]
fn a_mirror_is_no_damaged_hive() {
    let mirror = mirror_of(nt("x", 5));
    assert_eq!(Hive::parse(&mirror).unwrap().damage(), []);
    let image = Image::recover(Evidence::from_bytes("SYSTEM.ALT", mirror.clone()).unwrap());
    assert_eq!(image.recovery().state, RecoveryState::Clean);
    // For other tools it becomes a primary.
    let clean = image.clean_bytes();
    assert_eq!(get(&clean, 28), 0);
    assert!(Hive::parse(&clean).unwrap().base_block().checksum_holds());
    assert_eq!(clean[4096..], mirror[4096..]);
    // From XP on the number means a log.
    let mut later = mirror;
    put(&mut later, 24, 5);
    assert_eq!(Hive::parse(&later).unwrap().damage()[0].code(), "base-block-file-type");
}

#[test]
fn a_mirror_stands_in_for_what_is_no_hive() {
    let expected = nt("mirrored", 5);
    let mirror = mirror_of(expected.clone());
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty", b"", "it is empty, not a hive"),
        ("zeros", &[0; 8192], "it is nothing but zeros, not a hive"),
        ("text", b"hello", "it is text, not a hive"),
        ("packed", b"SZDD\x88\xF0\x27\x33A\0\xFF\0\0\0", "can't be expanded"),
    ];
    for (name, primary, why) in cases {
        let folder = Folder::new(&format!("mirror-{name}"));
        let evidence = gathered(&folder, primary, &mirror).unwrap();
        assert_eq!(evidence.path(), folder.0.join("SYSTEM"));
        assert_eq!(evidence.files()[1].role(), Role::Alternate);
        for image in [Image::recover(evidence.clone()), Image::without_logs(evidence)] {
            assert_tree(&image, &expected);
            let recovery = image.recovery();
            assert_eq!(recovery.state, RecoveryState::Mirror, "{name}");
            assert!(recovery.summary.contains(why), "{}", recovery.summary);
            assert!(!recovery.files[0].used && recovery.files[1].used);
            assert_eq!(image.origin(5000).file.role(), Role::Alternate);
            assert_eq!(image.origin(5000).offset, Some(5000));
            assert_eq!(get(image.bytes(), 28), 0);
        }
        // Without the mirror, and with one that is none, the error is that of the primary alone.
        let alone = Evidence::open(folder.0.join("SYSTEM")).unwrap_err().to_string();
        folder.file("SYSTEM.ALT", b"no mirror");
        let error = Evidence::gather(folder.0.join("SYSTEM"), &Beside::Auto).unwrap_err();
        assert_eq!(error.to_string(), alone);
    }
    // But a primary that isn't there is a wrong path.
    let folder = Folder::new("mirror-missing");
    folder.file("SYSTEM.ALT", &mirror);
    let error = Evidence::gather(folder.0.join("SYSTEM"), &Beside::Auto).unwrap_err();
    assert!(matches!(error, EvidenceError::NotFound { .. }));
}

#[cfg(unix)]
#[test]
fn a_mirror_stands_in_for_what_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("mirror-unreadable");
    let path = folder.file("SYSTEM", &nt("x", 5));
    folder.file("SYSTEM.ALT", &mirror_of(nt("x", 5)));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let evidence = Evidence::gather(&path, &Beside::Auto).unwrap();
    assert_eq!(evidence.primary().content(), Content::Unreadable);
    assert_eq!(evidence.primary().sha256(), None);
    assert_eq!(Image::recover(evidence).recovery().state, RecoveryState::Mirror);
}

#[test]
fn a_mirror_stands_in_for_a_wrong_checksum_that_no_log_repairs() {
    let mut primary = nt("primary", 6);
    primary[300] ^= 1;
    let (mirrored, logged) = (nt("mirrored", 5), nt("repaired", 6));
    let mirror = mirror_of(mirrored.clone());
    let image = recover(&primary, &[("SYSTEM.ALT", &mirror)]);
    assert_tree(&image, &mirrored);
    assert_eq!(
        image.recovery().summary,
        "the mirror SYSTEM.ALT stands in for the primary, which is not used: the checksum of its base block is wrong"
    );
    assert!(!image.recovery().files[0].used);

    let log = old_log(&logged, &dirty(&primary, &logged), 6, 1, 1);
    let image = recover(&primary, &[("SYSTEM.LOG", &log), ("SYSTEM.ALT", &mirror)]);
    assert_tree(&image, &logged);
    assert_eq!(image.recovery().state, RecoveryState::Recovered);

    // A mirror that is no better is of no use.
    let mut bad = mirror;
    bad[300] ^= 1;
    let image = recover(&primary, &[("SYSTEM.ALT", &bad)]);
    assert_eq!(image.recovery().state, RecoveryState::NoLogs);
    assert_eq!(image.bytes(), primary);
}

#[test]
fn a_mirror_is_compared_with_a_primary_that_can_be_read() {
    let primary = nt("primary", 6);
    let compared = |mirror: Vec<u8>| {
        let image = recover(&primary, &[("SYSTEM.ALT", &mirror)]);
        assert_eq!(image.recovery().state, RecoveryState::Clean);
        assert_eq!(image.bytes(), primary);
        let note = image.recovery().notes[0].clone();
        assert!(why(&image, "SYSTEM.ALT").starts_with("not needed: the primary can be read; "));
        note
    };
    assert_eq!(
        compared(mirror_of(primary.clone())),
        "the mirror SYSTEM.ALT: it equals the primary"
    );
    let mut behind = mirror_of(sequence(primary.clone(), 5, 5));
    behind[4096 + 700] ^= 1;
    behind[4096 + 1200] ^= 1;
    behind[4096 + 1201] ^= 1;
    assert_eq!(
        compared(behind.clone()),
        "the mirror SYSTEM.ALT: it is one flush behind the primary: its sequence number is 5, the primary's 6, and its \
         hive bins data differs from the primary's in 2 pages of 512 bytes"
    );
    assert_eq!(
        compared(mirror_of(sequence(primary.clone(), 3, 3))),
        "the mirror SYSTEM.ALT: its sequence number is 3, the primary's 6, and its hive bins data equals the primary's"
    );
    assert_eq!(
        compared(mirror_of(sequence(primary.clone(), 6, 5))),
        "the mirror SYSTEM.ALT: it is dirty itself (its sequence numbers 6 and 5 differ); its hive bins data equals the \
         primary's"
    );
    // Blocks that only one of them has differ.
    let mut longer = mirror_of(primary.clone());
    let size = get(&longer, 40) + 4096;
    put(&mut longer, 40, size);
    longer.resize(4096 + size as usize, 0);
    assert!(compared(longer).ends_with("differs from the primary's in 8 pages of 512 bytes"));
}
