//! Files of output never take the place of evidence.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use coldhive::output::{OutputFile, OutputFileError};

use crate::support::workspace;

/// A folder with a copy of a hive and of its log.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    for (from, to) in [
        ("cluster-dirty-old-log.SYSTEM", "SYSTEM"),
        ("cluster-dirty-old-log.SYSTEM.LOG", "SYSTEM.LOG"),
    ] {
        fs::copy(workspace().join("testdata").join(from), folder.join(to)).unwrap();
    }
    folder
}

fn create(folder: &Path, name: &str, force: bool) -> Result<OutputFile, OutputFileError> {
    let hive = folder.join("SYSTEM");
    OutputFile::create(&folder.join(name), force, [hive.as_path()])
}

#[track_caller]
fn is_evidence(done: Result<OutputFile, OutputFileError>) {
    assert!(matches!(done, Err(OutputFileError::Evidence(_))), "{done:?}");
}

#[test]
fn a_new_file_is_made_and_an_old_one_stays() {
    let folder = folder("output-new");
    let mut file = create(&folder, "report", false).unwrap();
    file.write_all(b"one").unwrap();
    file.finish().unwrap();
    let again = create(&folder, "report", false);
    assert!(matches!(again, Err(OutputFileError::Exists(_))), "{again:?}");
    assert_eq!(fs::read(folder.join("report")).unwrap(), b"one");
    assert!(matches!(create(&folder, "no/such", false), Err(OutputFileError::Io { .. })));
}

#[test]
fn a_file_is_replaced_when_the_new_one_is_whole() {
    let folder = folder("output-force");
    fs::write(folder.join("report"), "old").unwrap();
    let mut file = create(&folder, "report", true).unwrap();
    file.write_all(b"new").unwrap();
    assert_eq!(fs::read(folder.join("report")).unwrap(), b"old");
    assert_eq!(file.path(), folder.join("report.partial"));
    file.finish().unwrap();
    assert_eq!(fs::read(folder.join("report")).unwrap(), b"new");
    assert!(!folder.join("report.partial").exists());
    // A run that was killed leaves its part, and nothing of it is lost.
    drop(create(&folder, "report", true).unwrap());
    let left = create(&folder, "report", true);
    assert!(matches!(left, Err(OutputFileError::LeftOver(_))), "{left:?}");
    assert_eq!(fs::read(folder.join("report")).unwrap(), b"new");
    let new = create(&folder, "another", true).unwrap();
    assert_eq!(new.path(), folder.join("another"));
}

#[test]
fn evidence_is_never_replaced() {
    let folder = folder("output-evidence");
    let before = fs::read(folder.join("SYSTEM")).unwrap();
    let log = fs::read(folder.join("SYSTEM.LOG")).unwrap();
    for force in [false, true] {
        is_evidence(create(&folder, "SYSTEM", force));
        is_evidence(create(&folder, "./SYSTEM", force));
        is_evidence(create(&folder, "../output-evidence/SYSTEM", force));
    }
    // Nobody named the log, but it begins like one.
    is_evidence(create(&folder, "SYSTEM.LOG", true));
    assert!(create(&folder, "SYSTEM.LOG", false).is_err());
    let editor = "\u{feff}Windows Registry Editor Version 5.00\r\n".encode_utf16();
    for (name, start) in [
        ("SYSTEM._", b"SZDD...".to_vec()),
        ("SYSTEM.cab", b"MSCF...".to_vec()),
        ("SYSTEM.DAT", b"CREG...".to_vec()),
        ("NT4.reg", b"REGEDIT4\r\n".to_vec()),
        ("XP.reg", editor.flat_map(u16::to_le_bytes).collect()),
    ] {
        fs::write(folder.join(name), start).unwrap();
        is_evidence(create(&folder, name, true));
    }
    assert_eq!(fs::read(folder.join("SYSTEM")).unwrap(), before);
    assert_eq!(fs::read(folder.join("SYSTEM.LOG")).unwrap(), log);
}

#[cfg(unix)]
#[test]
fn links_to_evidence_and_devices_are_not_replaced() {
    let folder = folder("output-links");
    std::os::unix::fs::symlink("SYSTEM", folder.join("symbolic")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.join("dangling")).unwrap();
    fs::hard_link(folder.join("SYSTEM"), folder.join("hard")).unwrap();
    for force in [false, true] {
        is_evidence(create(&folder, "symbolic", force));
        is_evidence(create(&folder, "hard", force));
        assert!(create(&folder, "dangling", force).is_err());
    }
    let device = OutputFile::create("/dev/null".as_ref(), true, []);
    assert!(matches!(device, Err(OutputFileError::NotAFile(_))), "{device:?}");
    let itself = OutputFile::create(&folder, true, []);
    assert!(matches!(itself, Err(OutputFileError::NotAFile(_))), "{itself:?}");
}
