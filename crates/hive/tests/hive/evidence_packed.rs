//! Compressed copies: expanded in memory, digests of what is on disk, and what is refused.

use std::collections::HashMap;
use std::io::Write;

use cab::{CabinetBuilder, CompressionType};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{
    Content, Evidence, EvidenceError, Hive, Image, NotAHive, Packing, Sha256Digest, UnpackError,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::evidence::{Folder, hive};

fn header(size: usize) -> Vec<u8> {
    let mut file = b"SZDD\x88\xF0\x27\x33A\0".to_vec();
    file.extend((size as u32).to_le_bytes());
    file
}

/// Every byte as a literal.
pub(crate) fn literal_szdd(plain: &[u8]) -> Vec<u8> {
    let mut file = header(plain.len());
    for group in plain.chunks(8) {
        file.push(0xFF);
        file.extend(group);
    }
    file
}

/// With back references: the window is a ring of 4096 bytes, spaces at first, written from 4080 on. The
/// matches are searched for in the plain bytes, with the spaces in front of them.
fn szdd(plain: &[u8]) -> Vec<u8> {
    let text: Vec<u8> = [&[b' '; 4080][..], plain].concat();
    let mut seen: HashMap<[u8; 3], usize> = HashMap::new();
    let (mut at, mut codes) = (4080, Vec::new());
    for place in 0..4078 {
        seen.insert(text[place..place + 3].try_into().unwrap(), place);
    }
    while at < text.len() {
        let found = text.get(at..at + 3).and_then(|next| seen.get(next)).copied();
        // Where a match may begin: not before what the window still holds.
        let found = found.filter(|place| at - place < 4096);
        let length = found.map_or(1, |place| {
            (0..18).take_while(|n| at + n < text.len() && text[place + n] == text[at + n]).count()
        });
        match found.filter(|_| length >= 3) {
            Some(place) => {
                let position = place % 4096;
                codes.push(vec![position as u8, (position >> 8 << 4) as u8 | (length - 3) as u8]);
            }
            None => codes.push(vec![text[at]]),
        }
        for _ in 0..if codes.last().unwrap().len() == 2 { length } else { 1 } {
            seen.insert(text[at - 2..at + 1].try_into().unwrap(), at - 2);
            at += 1;
        }
    }
    let mut file = header(plain.len());
    for group in codes.chunks(8) {
        let flags = (0..group.len()).filter(|n| group[*n].len() == 1).map(|n| 1 << n).sum();
        file.push(flags);
        file.extend(group.concat());
    }
    file
}

fn cabinet(kind: CompressionType, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = CabinetBuilder::new();
    let folder = builder.add_folder(kind);
    for (name, _) in files {
        folder.add_file(*name);
    }
    let mut writer = builder.build(std::io::Cursor::new(Vec::new())).unwrap();
    let mut contents = files.iter();
    while let Some(mut file) = writer.next_file().unwrap() {
        file.write_all(contents.next().unwrap().1).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A hive of some size, with data that doesn't compress away.
fn large() -> Vec<u8> {
    let data: Vec<u8> =
        (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut root = KeySpec::new("ROOT");
    root.at("Select").set_value(ValueSpec::binary("noise", data));
    build(&HiveSpec::new(Version::V1_3, root)).unwrap()
}

fn check(packing: Packing, stored: &[u8], plain: &[u8]) {
    let evidence = Evidence::from_bytes("system._", stored).unwrap();
    let primary = evidence.primary();
    assert_eq!(primary.packing(), Some(packing));
    assert_eq!(primary.content(), Content::Hive);
    assert!(evidence.bytes() == plain);
    assert_eq!(primary.size(), stored.len() as u64);
    assert_eq!(evidence.sha256(), Sha256Digest::of(stored));
    assert_eq!(primary.expanded_sha256(), Some(Sha256Digest::of(plain)));
    let folder = Folder::new(&format!("packed-{packing:?}-{}", stored.len()));
    let path = folder.file("system._", stored);
    assert!(Evidence::open(&path).unwrap().bytes() == plain);
    assert_eq!(std::fs::read(&path).unwrap(), stored);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1, "expanded in memory only");
}

#[test]
fn szdd_is_expanded() {
    for plain in [hive(), large()] {
        check(Packing::Szdd, &literal_szdd(&plain), &plain);
        let packed = szdd(&plain);
        assert!(packed.len() < literal_szdd(&plain).len());
        check(Packing::Szdd, &packed, &plain);
    }
}

#[test]
fn matches_of_szdd_may_run_into_what_they_write() {
    // "regf" as literals, then 18 bytes from the place of the first of them, and spaces from the window.
    let mut file = header(4 + 18 + 18);
    file.extend([0b0000_1111, b'r', b'e', b'g', b'f', 0xF0, 0xFF, 0x00, 0x0F]);
    let error = Evidence::from_bytes("x", file).unwrap_err();
    // What comes out is too short for a hive, and says so: it was expanded.
    assert_eq!(
        error.to_string(),
        "x: the file has only 40 bytes, too few for the fields of a hive's base block (512 of its 4096): \
         copy the hive again"
    );
}

#[test]
fn cabinets_are_expanded() {
    for kind in [CompressionType::None, CompressionType::MsZip] {
        for plain in [hive(), large()] {
            check(Packing::Cabinet, &cabinet(kind, &[("SYSTEM", &plain)]), &plain);
            let text = [b'x'; 70_000];
            let several =
                cabinet(kind, &[("readme.txt", &text), ("SYSTEM", &plain), ("SOFTWARE", &hive())]);
            check(Packing::Cabinet, &several, &plain);
        }
    }
}

#[test]
fn an_expanded_hive_is_read_like_any_other() {
    let evidence = Evidence::from_bytes("system._", szdd(&hive())).unwrap();
    let image = Image::recover(evidence);
    assert!(image.hive().key("Select").found().is_some());
}

fn reason(stored: &[u8]) -> UnpackError {
    match Evidence::from_bytes("system._", stored) {
        Err(EvidenceError::Packed { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_can_not_be_expanded_says_why() {
    let plain = hive();
    let packed = literal_szdd(&plain);
    let error = Evidence::from_bytes("system._", &packed[..packed.len() - 100]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "system._ is compressed by COMPRESS.EXE (SZDD) and can't be expanded: it expands to only {} of the \
             {} bytes that it should have: copy it again",
            plain.len() - 89,
            plain.len()
        )
    );
    assert_eq!(reason(b"SZDD\x88\xF0\x27\x33A"), UnpackError::HeaderCut);
    let mut other_mode = packed.clone();
    other_mode[8] = b'B';
    assert_eq!(reason(&other_mode), UnpackError::Mode { found: b'B' });
    // It claims 4 GiB, and memory is taken for what is there.
    let mut lies = packed.clone();
    lies[10..14].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(
        reason(&lies),
        UnpackError::Cut { expanded: plain.len() as u64, said: u32::MAX.into() }
    );
    assert_eq!(
        reason(&cabinet(CompressionType::MsZip, &[("a.txt", b"text"), ("b.txt", b"more")])),
        UnpackError::NoHive { files: 2 }
    );
    let whole = cabinet(CompressionType::MsZip, &[("SYSTEM", &large())]);
    let cut = reason(&whole[..whole.len() / 2]);
    assert_eq!(cut.to_string(), "its blocks of data are damaged, or some are missing");
    assert_eq!(reason(b"MSCF").to_string(), "its headers are damaged");
    // The reader of hives expands nothing.
    assert_eq!(Hive::parse(&packed).unwrap_err(), NotAHive::Szdd);
    assert_eq!(Hive::parse(&whole).unwrap_err(), NotAHive::Cabinet);
}

#[test]
fn logs_in_a_cabinet_are_logs() {
    let mut log = hive()[..512].to_vec();
    log.extend(b"HvLE");
    log.resize(1024, 0);
    let evidence = Evidence::from_bytes("SYSTEM", hive())
        .unwrap()
        .with_file("SYSTEM.LOG1", cabinet(CompressionType::MsZip, &[("SYSTEM.LOG1", &log)]));
    assert_eq!(evidence.files()[1].content(), Content::NewLog);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_copies_never_panic(
        kind in 0..3,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        early in vec((0_usize..120, any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let plain = hive();
        let mut stored = match kind {
            0 => szdd(&plain),
            1 => cabinet(CompressionType::None, &[("x", &[7; 40_000]), ("SYSTEM", &plain)]),
            _ => cabinet(CompressionType::MsZip, &[("x", &[7; 40_000]), ("SYSTEM", &plain)]),
        };
        for (at, byte) in changes {
            let at = at.index(stored.len());
            stored[at] = byte;
        }
        for (at, byte) in early {
            stored[at] = byte;
        }
        if cut.index(4) == 0 {
            stored.truncate(cut.index(stored.len()));
        }
        let _ = Evidence::from_bytes("x", stored);
    }
}
