//! Security descriptors of real hives, found by scanning the files for `sk` cells.
//!
//! The hives are not part of the project: the tests look for them in `COLDHIVE_CORPUS` or in
//! `../shared/corpus` beside the workspace, and say so on stderr when there are none.

use std::path::PathBuf;

use coldhive_security::{
    AceSpec, Acl, AclState, DescriptorError, SecurityDescriptor, SecurityDescriptorBuf,
};

/// Bytes of a hive before its first bin, and of a bin before its first cell.
const BASE_BLOCK: usize = 4096;
const BIN_HEADER: usize = 32;

fn corpus(file: &str) -> Option<Vec<u8>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder = std::env::var_os("COLDHIVE_CORPUS").map_or(PathBuf::from(beside), PathBuf::from);
    let path = folder.join(file);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            eprintln!("skipped: {}: {error}", path.display());
            None
        }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// The descriptors in the allocated `sk` cells of a sound hive, bin after bin.
fn descriptors(hive: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut bin = BASE_BLOCK;
    while hive.get(bin..bin + 4) == Some(b"hbin") {
        let end = bin + u32_at(hive, bin + 8) as usize;
        let mut cell = bin + BIN_HEADER;
        while cell + 4 <= end.min(hive.len()) {
            let size = u32_at(hive, cell).cast_signed();
            if size == 0 {
                break;
            }
            let data = &hive[cell + 4..cell + size.unsigned_abs() as usize];
            if size < 0 && data.starts_with(b"sk") {
                let length = u32_at(data, 16) as usize;
                found.push(&data[20..20 + length]);
            }
            cell += size.unsigned_abs() as usize;
        }
        bin = end;
    }
    found
}

/// What the ACEs say. Windows NT 4.0 left stray bytes behind the SIDs of some: they mean nothing.
fn aces(acl: Acl<'_>) -> Vec<AceSpec> {
    let specs = acl.aces().map(|ace| AceSpec::from_ace(&ace.unwrap()));
    specs.map(|spec| AceSpec { data: vec![], ..spec }).collect()
}

/// Every descriptor of this hive is sound, and text tells all there is about it.
fn every_descriptor_is_sound(file: &str, count: usize, with_slack: usize) {
    let Some(hive) = corpus(file) else { return };
    let descriptors = descriptors(&hive);
    assert_eq!(descriptors.len(), count, "{file}");
    let mut slack = 0;
    for bytes in descriptors {
        let descriptor = SecurityDescriptor::parse(bytes).unwrap();
        assert_eq!(descriptor.check(), [], "{file}");
        let acls = [descriptor.dacl().unwrap(), descriptor.sacl().unwrap()];
        slack += usize::from(acls.iter().filter_map(AclState::acl).any(|acl| acl.slack() > 0));
        let text = match descriptor.to_sddl() {
            Ok(text) => text,
            Err(DescriptorError::NoTextForm { .. }) => continue,
            Err(error) => panic!("{file}: {error}"),
        };
        let read: SecurityDescriptorBuf = text.parse().unwrap();
        let again = read.as_descriptor();
        assert_eq!(again.to_sddl().unwrap(), text);
        assert_eq!((again.owner(), again.group()), (descriptor.owner(), descriptor.group()));
        for (own, other) in acls.iter().zip([again.dacl().unwrap(), again.sacl().unwrap()]) {
            assert_eq!(own.name(), other.name());
            let (Some(own), Some(other)) = (own.acl(), other.acl()) else { continue };
            assert_eq!(aces(own), aces(other), "{text}");
        }
    }
    assert_eq!(slack, with_slack, "{file}");
}

#[test]
fn windows_nt_4() {
    every_descriptor_is_sound("system/nt4-ee-sp3.SYSTEM", 215, 44);
}

#[test]
fn windows_xp() {
    every_descriptor_is_sound("system/xp-sp3-m57.SYSTEM", 55, 5);
}

#[test]
fn windows_7_and_later() {
    for file in ["win7-sp1.SYSTEM", "win81-dirty.SYSTEM", "win10-1709.SYSTEM"] {
        let Some(hive) = corpus(&format!("system/{file}")) else { continue };
        let mut sound = 0;
        for bytes in descriptors(&hive) {
            let descriptor = SecurityDescriptor::parse(bytes).unwrap();
            assert_eq!(descriptor.check(), [], "{file}: {}", descriptor.to_sddl_lossy());
            if let Ok(text) = descriptor.to_sddl() {
                let read: SecurityDescriptorBuf = text.parse().unwrap();
                assert_eq!(read.as_descriptor().to_sddl().unwrap(), text);
                sound += 1;
            }
        }
        assert!(sound > 0, "{file}");
        eprintln!("{file}: {sound}");
    }
}

/// The key `Services\WinSock` of Windows NT 4.0 Enterprise Edition.
#[test]
fn the_winsock_key_of_windows_nt_4() {
    let Some(hive) = corpus("system/nt4-ee-sp3.SYSTEM") else { return };
    let winsock = "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)\
                   (A;;CCDCLCSWRPSDRC;;;SO)(A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)\
                   (A;;KA;;;BA)(A;CIIO;KA;;;CO)";
    let texts =
        descriptors(&hive).into_iter().map(|bytes| SecurityDescriptor::parse(bytes).unwrap());
    assert!(texts.into_iter().any(|descriptor| descriptor.to_sddl().unwrap() == winsock));
}
