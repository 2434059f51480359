//! Telling by the first bytes whether a file is worth to be read.

use coldhive_hive::{EvidenceError, FirstLook};

use crate::evidence::{Folder, hive};
use crate::evidence_packed::literal_szdd;

#[track_caller]
fn look(folder: &Folder, name: &str, bytes: &[u8]) -> FirstLook {
    let look = FirstLook::at(folder.file(name, bytes)).unwrap();
    assert_eq!(look.size, bytes.len() as u64, "{name}");
    look
}

#[test]
fn hives_are_told_from_what_is_none() {
    let folder = Folder::new("first-look");
    let hive = hive();
    let destroyed = [&[0; 4096][..], &hive[4096..]].concat();
    let mut odd_type = hive[..4096].to_vec();
    odd_type[28] = 7;
    for (name, bytes) in [
        ("whole", &hive[..]),
        ("cut", &hive[..100]),
        ("bare", &hive[..4096]),
        ("odd", &odd_type),
        ("bin", &destroyed),
    ] {
        assert!(look(&folder, name, bytes).may_be_hive, "{name}");
    }
    // The type at 28 says log (1 in NT 4.0, 6 from 8.1 on), and no bin stands behind.
    let mut emptied = hive[..4096].to_vec();
    emptied[28] = 1;
    let mut log = hive.clone();
    log[28] = 6;
    log[512..516].copy_from_slice(b"HvLE");
    for (name, bytes) in [
        ("emptied", &emptied[..]),
        ("log", &log),
        ("empty", b""),
        ("zeros", &[0; 8192]),
        ("text", b"hello"),
        ("export.reg", b"REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM]\r\n"),
        ("9x", b"CREG\0\0\x01\0"),
        ("kwaj", b"KWAJ\x88\xF0\x27\xD1"),
    ] {
        assert!(!look(&folder, name, bytes).may_be_hive, "{name}");
    }
}

#[test]
fn compressed_copies_are_taken_where_they_may_hold_a_hive() {
    let folder = Folder::new("first-look-packed");
    let hive = hive();
    let (packed, program) = (literal_szdd(&hive), literal_szdd(b"MZ\x90\0\x03\0\0\0"));
    let look_at = look(&folder, "system._", &packed);
    assert!(look_at.may_be_hive);
    assert_eq!(look_at.takes, (packed.len() + hive.len()) as u64, "it says how large it was");
    assert!(!look(&folder, "setup.ex_", &program).may_be_hive);
    // What a header says can't be more than the compression gives: one byte in 17 is flags, two are 18.
    let mut boasting = packed.clone();
    boasting[10..14].copy_from_slice(&[0xFF; 4]);
    let takes = look(&folder, "boasting._", &boasting).takes;
    assert!(takes <= 10 * packed.len() as u64, "{takes}");
    // What is in a cabinet shows when it is expanded.
    let look_at = look(&folder, "cabinet", b"MSCF\0\0\0\0");
    assert!(look_at.may_be_hive && look_at.takes >= 64 << 20);
}

#[test]
fn only_files_are_looked_at() {
    let folder = Folder::new("first-look-kinds");
    let look = |path| FirstLook::at(path);
    assert!(matches!(look(folder.0.clone()), Err(EvidenceError::IsFolder { .. })));
    assert!(matches!(look(folder.0.join("nowhere")), Err(EvidenceError::NotFound { .. })));
    #[cfg(unix)]
    {
        let socket = folder.0.join("socket");
        let bound = std::os::unix::net::UnixListener::bind(&socket);
        if bound.is_ok() {
            assert!(matches!(look(socket), Err(EvidenceError::NotAFile { .. })));
        }
    }
}
