//! Finding what belongs to a hive.

use std::fs;
use std::path::PathBuf;

use coldhive_hive::{Beside, Content, Evidence, EvidenceError, Image, RecoveryState, Role};

use crate::evidence::{Folder, hive};

fn names(evidence: &Evidence) -> Vec<(String, Role)> {
    evidence
        .files()
        .iter()
        .map(|file| (file.path().file_name().unwrap().to_string_lossy().into_owned(), file.role()))
        .collect()
}

fn named(names: &[(&str, Role)]) -> Vec<(String, Role)> {
    names.iter().map(|(name, role)| ((*name).to_owned(), *role)).collect()
}

#[test]
fn companions_are_found_by_name_whatever_the_case() {
    let folder = Folder::new("beside");
    let path = folder.file("SYSTEM_B", &hive());
    for name in [
        "system_b.log1",
        "SYSTEM_B.LOG2",
        "System_B.Log",
        "SYSTEM_B.alt",
        "SYSTEM_B.sav",
        // Others' and strangers.
        "SYSTEM",
        "SYSTEM.LOG1",
        "SYSTEM_B.LOG3",
        "SYSTEM_B.LOG1.bak",
        "SYSTEM_B.txt",
        "XSYSTEM_B.LOG1",
    ] {
        folder.file(name, name.as_bytes());
    }
    let evidence = Evidence::gather(&path, &Beside::Auto).unwrap();
    assert_eq!(
        names(&evidence),
        named(&[
            ("SYSTEM_B", Role::Primary),
            ("System_B.Log", Role::Log),
            ("system_b.log1", Role::Log1),
            ("SYSTEM_B.LOG2", Role::Log2),
            ("SYSTEM_B.alt", Role::Alternate),
            ("SYSTEM_B.sav", Role::Save),
        ])
    );
    assert_eq!(evidence.notes(), [""; 0]);
    let log = &evidence.files()[2];
    assert_eq!((log.bytes(), log.size()), (&b"system_b.log1"[..], 13));
    assert_eq!(log.content(), Content::Text);
    // Of "system_b.log1", by another program.
    assert!(log.sha256().is_some());

    assert_eq!(Evidence::open(&path).unwrap().files().len(), 1);
    assert_eq!(Evidence::gather(&path, &Beside::None).unwrap().files().len(), 1);
}

#[test]
fn of_two_names_that_differ_in_case_the_one_spelled_as_the_primary_counts() {
    let folder = Folder::new("case");
    let path = folder.file("system", &hive());
    folder.file("SYSTEM.LOG1", b"upper");
    folder.file("system.LOG1", b"mixed");
    folder.file("system.log2", b"lower");
    folder.file("SYSTEM.log2", b"other");
    if fs::read_dir(&folder.0).unwrap().count() < 5 {
        eprintln!("skipped: the file system here ignores case");
        return;
    }
    let evidence = Evidence::gather(&path, &Beside::Auto).unwrap();
    assert_eq!(
        names(&evidence),
        named(&[
            ("system", Role::Primary),
            ("system.LOG1", Role::Log1),
            ("SYSTEM.log2", Role::Log2)
        ])
    );
    assert_eq!(
        evidence.notes(),
        [
            format!(
                "{} is left out: but for its case it is named as {}",
                folder.0.join("SYSTEM.LOG1").display(),
                folder.0.join("system.LOG1").display()
            ),
            format!(
                "{} is left out: but for its case it is named as {}",
                folder.0.join("system.log2").display(),
                folder.0.join("SYSTEM.log2").display()
            ),
        ]
    );
    // What was said of the finding is said of the recovery.
    assert_eq!(Image::recover(evidence.clone()).recovery().notes, evidence.notes());
}

#[test]
fn a_companion_that_can_not_be_read_is_kept_with_its_problem() {
    let folder = Folder::new("unreadable-log");
    let path = folder.file("SYSTEM", &hive());
    fs::create_dir(folder.0.join("SYSTEM.LOG1")).unwrap();
    let large = folder.file("SYSTEM.LOG2", b"");
    let size = 4096 + (1_u64 << 32) + 1;
    let sparse = fs::OpenOptions::new().write(true).open(&large).unwrap().set_len(size).is_ok();
    folder.file("SYSTEM.SAV", b"SZDD\x88\xF0\x27\x33");
    let evidence = Evidence::gather(&path, &Beside::Auto).unwrap();
    let [_, log1, log2, save] = evidence.files() else { panic!("{evidence:?}") };
    assert!(matches!(log1.problem(), Some(EvidenceError::IsFolder { .. })));
    assert_eq!((log1.bytes(), log1.sha256(), log1.content()), (&[][..], None, Content::Unreadable));
    if sparse {
        assert!(matches!(log2.problem(), Some(EvidenceError::TooLarge { .. })));
        assert_eq!(log2.size(), size);
    }
    assert!(matches!(save.problem(), Some(EvidenceError::Packed { .. })));
    assert!(save.sha256().is_some(), "what is on disk was read");
    let image = Image::recover(evidence);
    assert_eq!(image.recovery().state, RecoveryState::Clean);
    assert!(image.recovery().files[1].why.contains(" is a folder"));
}

#[cfg(unix)]
#[test]
fn pipes_and_links_beside_a_hive() {
    let folder = Folder::new("pipe-log");
    let path = folder.file("SYSTEM", &hive());
    let pipe = folder.0.join("SYSTEM.LOG1");
    if !std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|made| made.success()) {
        eprintln!("skipped: no mkfifo here");
        return;
    }
    // A link to the hive itself is no companion; one to nowhere is a file that can't be read.
    std::os::unix::fs::symlink(&path, folder.0.join("SYSTEM.ALT")).unwrap();
    std::os::unix::fs::symlink(folder.0.join("gone"), folder.0.join("SYSTEM.LOG2")).unwrap();
    let elsewhere = folder.file("kept", b"log");
    std::os::unix::fs::symlink(&elsewhere, folder.0.join("SYSTEM.LOG")).unwrap();
    let evidence = Evidence::gather(&path, &Beside::Auto).unwrap();
    let [_, log, log1, log2] = evidence.files() else { panic!("{evidence:?}") };
    assert_eq!(log.bytes(), b"log");
    assert!(matches!(log1.problem(), Some(EvidenceError::NotAFile { .. })));
    assert!(matches!(log2.problem(), Some(EvidenceError::NotFound { .. })));
    assert_eq!(
        evidence.notes(),
        [format!(
            "{} is left out: it is a file that was taken already",
            folder.0.join("SYSTEM.ALT").display()
        )]
    );
}

#[test]
fn given_companions_are_taken_as_they_are_given() {
    let folder = Folder::new("given");
    let path = folder.file("SYSTEM", &hive());
    folder.file("SYSTEM.LOG1", b"not given");
    let given: Vec<PathBuf> = vec![
        folder.file("copy-of.log2", b"b"),
        folder.file("first", b"a"),
        path.clone(),
        folder.0.join("first"),
        folder.0.join("missing.LOG1"),
    ];
    let evidence = Evidence::gather(&path, &Beside::Given(given)).unwrap();
    assert_eq!(
        names(&evidence),
        named(&[
            ("SYSTEM", Role::Primary),
            ("copy-of.log2", Role::Log2),
            ("first", Role::Given),
            ("missing.LOG1", Role::Log1),
        ])
    );
    assert_eq!(evidence.notes().len(), 2);
    assert!(matches!(evidence.files()[3].problem(), Some(EvidenceError::NotFound { .. })));
}

#[test]
fn a_second_hive_is_no_log() {
    let evidence = Evidence::from_bytes("SYSTEM", hive()).unwrap().with_file("SYSTEM.LOG1", hive());
    let image = Image::recover(evidence);
    assert_eq!(
        image.recovery().files[1].why,
        "not used: it is a hive, and only one named .ALT is taken for a mirror"
    );
}

#[test]
fn digests_are_of_the_files_on_disk() {
    let folder = Folder::new("digests");
    let path = folder.file("SYSTEM", &hive());
    let log = folder.file("SYSTEM.LOG1", b"abc");
    let evidence = Evidence::gather(&path, &Beside::Auto).unwrap();
    // The test vector of FIPS 180 for "abc".
    assert_eq!(
        evidence.files()[1].sha256().unwrap().to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(evidence.files()[0].sha256(), Some(evidence.sha256()));
    assert_eq!(fs::read(log).unwrap(), b"abc");
}

#[test]
fn text_is_evidence_of_an_image_that_is_made_of_it() {
    use coldhive_hive::{Provenance, ProvenanceRun};
    let evidence = Evidence::of_text("export.reg", "REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SYSTEM]\n");
    assert_eq!(evidence.primary().content(), Content::Text);
    let runs = vec![
        ProvenanceRun::of_line(4096 + 32, 88, 0, 3, 10),
        ProvenanceRun::of_line(4096 + 120, 8, 0, 3, 10),
        ProvenanceRun::of_line(4096 + 128, 8, 0, 4, 38),
    ];
    let image = Image::made(evidence, hive(), Provenance::new(runs));
    assert_eq!(image.recovery().state, RecoveryState::Made);
    assert!(image.hive().key("Select").found().is_some());
    assert_eq!(image.provenance().runs().len(), 2, "neighbours are joined");
    let lines = [4096 + 31, 4096 + 32, 4096 + 127, 4096 + 128, 4096 + 136].map(|at| {
        let origin = image.origin(at);
        assert_eq!(origin.file.path().to_str(), Some("export.reg"));
        origin.line.zip(origin.offset)
    });
    assert_eq!(lines, [None, Some((3, 10)), Some((3, 10)), Some((4, 38)), None]);
}
