//! Security descriptors of real hives, found by scanning the files for `sk` cells.
//!
//! The hives are not part of the project: the tests look for them in `COLDHIVE_CORPUS` or in
//! `../shared/corpus` beside the workspace, and say so on stderr when there are none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use coldhive_security::{
    AceSpec, AceType, AclSpec, AclState, DescriptorBuilder, SecurityDescriptor,
    SecurityDescriptorBuf, Sid,
};

/// Bytes of a hive before its first bin, of a bin before its first cell, and of what bins come in.
const BASE_BLOCK: usize = 4096;
const BIN_HEADER: usize = 32;
const PAGE: usize = 4096;

fn corpus() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder = std::env::var_os("COLDHIVE_CORPUS").map_or(PathBuf::from(beside), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no corpus at {}", folder.display());
    None
}

fn hive(file: &str) -> Option<Vec<u8>> {
    let path = corpus()?.join(file);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Every file below a folder that calls itself a hive, by its name from there.
fn hives(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            if bytes.starts_with(b"regf") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, bytes);
            }
        }
    }
    found
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// What the allocated `sk` cells say is their descriptor, bin after bin.
///
/// A bin or a cell whose size cannot be ends its page or its bin; a descriptor that reaches over the end of
/// its cell ends with the cell.
fn descriptors(hive: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut bin = BASE_BLOCK;
    while let Some(rest) = hive.get(bin..).filter(|rest| rest.len() > BIN_HEADER) {
        let size = u32_at(rest, 8).unwrap() as usize;
        if !rest.starts_with(b"hbin") || size == 0 || !size.is_multiple_of(PAGE) {
            bin += PAGE;
            continue;
        }
        let bytes = &rest[..size.min(rest.len())];
        let mut at = BIN_HEADER;
        while let Some(stored) = u32_at(bytes, at).map(u32::cast_signed) {
            let size = stored.unsigned_abs() as usize;
            let Some(data) = bytes.get(at + 4..at + size).filter(|_| size >= 8) else { break };
            if stored < 0 && data.starts_with(b"sk") && data.len() >= 20 {
                let length = u32_at(data, 16).unwrap() as usize;
                found.push(&data[20..20 + length.min(data.len() - 20)]);
            }
            at += size;
        }
        bin += size;
    }
    found
}

/// What a descriptor says. Windows NT 4.0 left stray bytes behind the SIDs of some ACEs: they mean nothing.
#[derive(Debug, PartialEq)]
struct Contents {
    owner: Option<Sid>,
    group: Option<Sid>,
    states: [&'static str; 2],
    aces: [Vec<AceSpec>; 2],
}

fn contents(descriptor: &SecurityDescriptor<'_>) -> Contents {
    let acls = [descriptor.dacl().unwrap(), descriptor.sacl().unwrap()];
    let aces = |state: &AclState<'_>| {
        let Some(acl) = state.acl() else { return vec![] };
        let specs = acl.aces().map(|ace| {
            let ace = ace.unwrap();
            let stray = !ace.stray_data().is_empty();
            let spec = AceSpec::from_ace(&ace);
            if stray { AceSpec { data: vec![], ..spec } } else { spec }
        });
        specs.collect()
    };
    Contents {
        owner: descriptor.owner().unwrap(),
        group: descriptor.group().unwrap(),
        states: acls.each_ref().map(AclState::name),
        aces: acls.each_ref().map(aces),
    }
}

/// What is true of a descriptor that Windows accepts.
fn holds(bytes: &[u8]) {
    let descriptor = SecurityDescriptor::parse(bytes).unwrap();
    let said = contents(&descriptor);
    let rebuilt = DescriptorBuilder::from_descriptor(&descriptor).unwrap().build().unwrap();
    assert_eq!(rebuilt.as_bytes(), bytes);
    let canonical = descriptor.canonical().unwrap();
    assert_eq!(contents(&canonical.as_descriptor()), said);
    assert_eq!(canonical.as_descriptor().control(), descriptor.control());
    assert_eq!(canonical.as_descriptor().canonical().as_ref(), Ok(&canonical));
    for (part, state) in [(descriptor.dacl(), 0), (descriptor.sacl(), 1)] {
        let spec = AclSpec::from_state(&part.unwrap()).unwrap();
        assert_eq!(matches!(spec, AclSpec::Present(_)), said.states[state].ends_with(['y', 'd']));
    }
    let text = descriptor.to_sddl().unwrap();
    assert_eq!(descriptor.to_sddl_lossy(), text);
    let read: SecurityDescriptorBuf = text.parse().unwrap();
    assert_eq!(read.as_descriptor().to_sddl().unwrap(), text);
    assert_eq!(contents(&read.as_descriptor()), said, "{text}");
}

/// Counted without this crate, by a script that walks bins and cells: allocated `sk` cells of each hive.
/// Logs have none; a hive of `odd` that is not named has one.
const COUNTS: [(&str, usize); 27] = [
    ("cluster/all-three-missing.SYSTEM", 215),
    ("cluster/healthy.SYSTEM", 215),
    ("cluster/no-cluster.SYSTEM", 215),
    ("cluster/parameters-empty-dacl.SYSTEM", 216),
    ("cluster/provider-key-damaged.SYSTEM", 215),
    ("cluster/provider-key-deleted.SYSTEM", 215),
    ("cluster/provider-key-missing.SYSTEM", 215),
    ("cluster/provider-key-no-read.SYSTEM", 216),
    ("cluster/provider-list-lacks-clusnet.SYSTEM", 215),
    ("cluster/transports-lacks-clusnet.SYSTEM", 215),
    ("cluster/transports-wrong-type.SYSTEM", 215),
    ("odd/BadListHive", 2),
    ("odd/NewDirtyHive1/NewDirtyHive", 2),
    ("odd/NewDirtyHive1/RecoveredHive_Windows10", 2),
    ("odd/OldDirtyHive/RecoveredHive_Windows7", 2),
    ("odd/UnicodeHive", 2),
    ("odd/WrongOrderHive", 2),
    ("odd/corrupted.SYSTEM", 39),
    ("odd/hivex-special", 2),
    ("system/container-delta.SYSTEM", 42),
    ("system/nt4-ee-sp3.SOFTWARE", 75),
    ("system/nt4-ee-sp3.SYSTEM", 215),
    ("system/win10-1709.SYSTEM", 262),
    ("system/win7-sp1.SYSTEM", 193),
    ("system/win81-dirty.SYSTEM", 204),
    ("system/xp-sp3-m57.SYSTEM", 55),
    ("total", 3486),
];

#[test]
fn every_descriptor_of_every_hive() {
    let Some(folder) = corpus() else { return };
    let counts = BTreeMap::from(COUNTS);
    let (mut total, mut distinct) = (0, BTreeSet::new());
    let (mut damaged, mut types, mut odd) = (vec![], BTreeMap::new(), BTreeMap::new());
    let hives = hives(&folder);
    for (file, hive) in &hives {
        let found = descriptors(hive);
        let is_log =
            Path::new(file).extension().is_some_and(|end| end.to_string_lossy().starts_with("LOG"));
        let expected = counts.get(file.as_str()).copied().unwrap_or(usize::from(!is_log));
        assert_eq!(found.len(), expected, "{file}");
        total += found.len();
        for (place, bytes) in found.into_iter().enumerate() {
            let errors = match SecurityDescriptor::parse(bytes) {
                Ok(descriptor) => descriptor.check(),
                Err(error) => vec![error],
            };
            if !errors.is_empty() {
                eprintln!("damaged: {file}, descriptor {place}: {errors:?}");
                damaged.push(file.as_str());
                continue;
            }
            if !distinct.insert(bytes) {
                continue;
            }
            holds(bytes);
            let descriptor = SecurityDescriptor::parse(bytes).unwrap();
            for oddity in descriptor.oddities() {
                *odd.entry(oddity.code()).or_insert(0_usize) += 1;
            }
            let acls = [descriptor.dacl().unwrap(), descriptor.sacl().unwrap()];
            for ace in acls.iter().filter_map(AclState::acl).flat_map(|acl| acl.aces()) {
                *types.entry(ace.unwrap().ace_type()).or_insert(0_usize) += 1;
            }
        }
    }
    eprintln!("{total} descriptors, {} distinct", distinct.len());
    eprintln!("types: {types:?}");
    eprintln!("oddities: {odd:?}");
    assert_eq!(total, counts["total"]);
    assert_eq!(damaged, [""; 0]);
    // Counted by the same script. The three odd ACEs are Windows' own: (A;IO;RC;;;OW) and (A;NP;DC;;;IU) in
    // Windows 7, (AU;CI;KR;;;WD) in Windows 10.
    assert_eq!(distinct.len(), 775);
    let expected =
        [("inheritance_flags", 2), ("nothing_audited", 1), ("slack", 54), ("stray_data", 170)];
    assert_eq!(odd, BTreeMap::from(expected));
    let expected =
        [(AceType::ACCESS_ALLOWED, 6177), (AceType::ACCESS_DENIED, 9), (AceType::SYSTEM_AUDIT, 31)];
    assert_eq!(types, BTreeMap::from(expected));
}

/// How many descriptors a hive has, and in how many of them an ACL has slack.
fn with_slack(file: &str) -> Option<(usize, usize)> {
    let hive = hive(file)?;
    let descriptors = descriptors(&hive);
    let slack = descriptors.iter().filter(|bytes| {
        let descriptor = SecurityDescriptor::parse(bytes).unwrap();
        descriptor.oddities().any(|oddity| oddity.code() == "slack")
    });
    Some((descriptors.len(), slack.count()))
}

#[test]
fn slack() {
    for (file, expected) in
        [("system/nt4-ee-sp3.SYSTEM", (215, 44)), ("system/xp-sp3-m57.SYSTEM", (55, 5))]
    {
        assert!(with_slack(file).is_none_or(|found| found == expected), "{file}");
    }
}

/// The key `Services\WinSock` of Windows NT 4.0 Enterprise Edition.
#[test]
fn the_winsock_key_of_windows_nt_4() {
    let Some(hive) = hive("system/nt4-ee-sp3.SYSTEM") else { return };
    let winsock = "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)\
                   (A;;CCDCLCSWRPSDRC;;;SO)(A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)\
                   (A;;KA;;;BA)(A;CIIO;KA;;;CO)";
    let mut texts =
        descriptors(&hive).into_iter().map(|bytes| SecurityDescriptor::parse(bytes).unwrap());
    assert!(texts.any(|descriptor| descriptor.to_sddl().unwrap() == winsock));
}
