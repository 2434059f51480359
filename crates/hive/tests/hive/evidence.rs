//! Taking files as evidence: what is refused, in which words, and that nothing is written.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use coldhive_forge::{HiveSpec, KeySpec, Version, build};
use coldhive_hive::{Damage, Evidence, EvidenceError, Hive, Image, Lookup};

/// A folder of this test's own, removed at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path =
            std::env::temp_dir().join(format!("coldhive-evidence-{name}-{process}-{number}"));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn hive() -> Vec<u8> {
    build(&HiveSpec::new(Version::V1_3, KeySpec::new("ROOT").subkey(KeySpec::new("Select"))))
        .unwrap()
}

/// The refusal of a file with these bytes, without its path in front.
fn refusal(bytes: &[u8]) -> String {
    let folder = Folder::new("refusal");
    let path = folder.file(&format!("{:p}", bytes.as_ptr()), bytes);
    let error = Evidence::open(&path).unwrap_err();
    assert_eq!(error.path(), path);
    // Bytes in memory, and the reader itself, are judged the same way.
    let EvidenceError::NotAHive { reason, .. } = &error else { panic!("{error}") };
    assert_eq!(Hive::parse(bytes).unwrap_err(), *reason);
    assert!(Evidence::from_bytes("x", bytes).is_err());
    let text = error.to_string();
    text.strip_prefix(&format!("{}: ", path.display())).expect("the path is named").to_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

/// A log as Windows writes it: a base block's first sector, then its own signature.
fn log(signature: &[u8; 4]) -> Vec<u8> {
    let mut log = hive()[..512].to_vec();
    log.extend(signature);
    log.resize(2048, 0xFF);
    log
}

#[test]
fn what_is_no_hive_is_refused_in_words() {
    const TEXT: &str = "this is a text file, not a registry hive: give the SYSTEM file, as in Windows\\System32\\config";
    const REG: &str =
        "this is a registry export in text form (.reg), not a hive: give the SYSTEM file itself";
    const OLD: &str =
        "this is a transaction log (old format), not a hive: give the primary file it belongs to";
    const NEW: &str =
        "this is a transaction log (new format), not a hive: give the primary file it belongs to";
    let long_text = "\u{e4}\u{20ac}".repeat(4000);
    let cases: &[(&str, &[u8], &str)] = &[
        (
            "empty",
            b"",
            "the file is empty: copy the hive again, unless this is a transaction log, which often is empty",
        ),
        ("text", b"hello\r\n", TEXT),
        ("text in UTF-16", &utf16("hello"), TEXT),
        ("text that a sample cuts within a character", long_text.as_bytes(), TEXT),
        ("the same, cut one byte on", &long_text.as_bytes()[2..], TEXT),
        ("the same, cut two bytes on", &[b"x", long_text.as_bytes()].concat(), TEXT),
        (".reg of NT 4.0", b"REGEDIT4\r\n\r\n", REG),
        (".reg of 2000", &utf16("Windows Registry Editor Version 5.00\r\n"), REG),
        (
            "CREG",
            b"CREG\0\0\x01\0",
            "this is a Windows 9x registry file (CREG), another format than the hives of Windows NT: \
             use a tool for Windows 95/98/Me registries",
        ),
        (
            "KWAJ",
            b"KWAJ\x88\xF0\x27\xD1",
            "this file is compressed by COMPRESS.EXE (KWAJ), which is not expanded here: \
             expand it first (EXPAND.EXE, or msexpand on Linux) and give the expanded file",
        ),
        ("old log", &log(b"DIRT"), OLD),
        ("new log", &log(b"HvLE"), NEW),
        (
            "too short",
            &hive()[..511],
            "the file has only 511 bytes, too few for the fields of a hive's base block (512 of its 4096): \
             copy the hive again",
        ),
        (
            "other",
            b"\x7FELF\x02\x01",
            "this is not a registry hive: it begins with bytes 7f 45 4c 46, not with \"regf\"; \
             give the SYSTEM file, as in Windows\\System32\\config",
        ),
    ];
    for (name, bytes, message) in cases {
        assert_eq!(refusal(bytes), *message, "{name}");
    }
}

#[test]
fn a_log_is_a_log_even_where_a_page_with_a_bin_lands_where_a_hive_has_its_first() {
    // The pages of a log follow its bitmap. With a hive of 13 MB they begin at 4096 (old format), and the
    // first bin's page is nearly always among them; in smaller logs any dirty page may land there.
    for signature in [b"DIRT", b"HvLE"] {
        let mut log = log(signature);
        log.resize(4096, 0);
        log.extend(&hive()[4096..4608]);
        assert!(refusal(&log).starts_with("this is a transaction log"));
    }
}

#[test]
fn paths_that_hold_no_file_are_refused_in_words() {
    let folder = Folder::new("paths");
    let missing = folder.0.join("missing");
    let error = Evidence::open(&missing).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("there is no file {}: check the path", missing.display())
    );
    assert_eq!(error.path(), missing);

    let error = Evidence::open(&folder.0).unwrap_err();
    let inside = folder.0.join("SYSTEM");
    assert_eq!(
        error.to_string(),
        format!(
            "{} is a folder: give the hive file in it, as {}",
            folder.0.display(),
            inside.display()
        )
    );

    let below_a_file = folder.file("file", b"x").join("SYSTEM");
    assert!(matches!(
        Evidence::open(&below_a_file),
        Err(EvidenceError::Io { .. } | EvidenceError::NotFound { .. })
    ));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_without_waiting_for_its_writer() {
    let folder = Folder::new("pipe");
    let pipe = folder.0.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no mkfifo here");
        return;
    }
    let error = Evidence::open(&pipe).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{} is not a regular file (a device, pipe or socket): copy the hive to a file first",
            pipe.display()
        )
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("unreadable");
    let path = folder.file("SYSTEM", &hive());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let error = Evidence::open(&path).unwrap_err();
    assert!(matches!(error, EvidenceError::Io { .. }));
    let expected = format!("{} can't be read: ", path.display());
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[test]
fn a_file_larger_than_any_hive_is_refused_before_it_is_read() {
    let folder = Folder::new("large");
    let path = folder.file("SYSTEM", &hive());
    // Sparse where the file system can; nothing of it is read.
    let size = 4096 + (1_u64 << 32) + 1;
    if fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(size).is_err() {
        eprintln!("skipped: no file of that size here");
        return;
    }
    assert_eq!(
        Evidence::open(&path).unwrap_err().to_string(),
        format!("{} has {size} bytes, more than any hive can have (4 GiB)", path.display())
    );
}

#[test]
fn reading_changes_nothing() {
    let folder = Folder::new("unchanged");
    let path = folder.file("SYSTEM", &hive());
    let before = fs::metadata(&path).unwrap();
    let evidence = Evidence::open(&path).unwrap();
    assert_eq!(evidence.path(), path);
    // SHA-256 by another program, where there is one.
    if let Ok(output) = std::process::Command::new("sha256sum").arg(&path).output() {
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(line.split_whitespace().next(), Some(&*evidence.sha256().to_string()));
    }
    let image = Image::without_logs(evidence);
    assert_eq!(image.hive().root().unwrap().walk().count(), 2);
    let after = fs::metadata(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), hive());
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    assert_eq!(before.permissions(), after.permissions());
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn a_hive_with_a_destroyed_base_block_is_read_with_damage() {
    let mut file = hive();
    file[..4].copy_from_slice(b"CREG");
    let hive = Hive::parse(&file).unwrap();
    let codes: Vec<_> = hive.damage().iter().map(Damage::code).collect();
    assert_eq!(codes, ["base-block-signature", "base-block-checksum"]);
    assert!(matches!(hive.key("Select"), Lookup::Found(_)), "the root's place is still told");

    file[..512].fill(0);
    let hive = Hive::parse(&file).unwrap();
    assert!(hive.damage().iter().any(|damage| matches!(damage, Damage::BaseSignature { .. })));
    assert!(matches!(hive.key("Select"), Lookup::Obscured(_)));
}
