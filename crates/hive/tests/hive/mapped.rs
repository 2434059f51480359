//! Files that are mapped into memory instead of read: the same answers, and nothing is written to them.

use std::fs;
use std::path::{Path, PathBuf};

use coldhive_hive::{Beside, Content, Evidence, Image, Packing, Reading, Recovery, Sha256Digest};

use crate::corpus::corpus;
use crate::evidence::Folder;

/// What recovery says, with the names of files alone.
fn told(recovery: &Recovery, folder: &Path) -> String {
    format!("{recovery:?}").replace(&format!("{}/", folder.display()), "")
}

fn assert_same(mapped: &Image, read: &Image, folder: &Path) {
    assert!(mapped.bytes() == read.bytes(), "the images differ");
    assert_eq!(mapped.provenance(), read.provenance());
    assert_eq!(told(mapped.recovery(), folder), told(read.recovery(), folder));
    for (mapped, read) in mapped.evidence().files().iter().zip(read.evidence().files()) {
        assert!(mapped.bytes() == read.bytes(), "{} differs", mapped.path().display());
        assert_eq!(mapped.sha256(), read.sha256());
        assert_eq!(mapped.size(), read.size());
        assert_eq!(mapped.is_mapped(), !read.bytes().is_empty() && read.packing().is_none());
        assert!(!read.is_mapped());
    }
}

/// Writes the files that an image in memory was made from, maps them, and holds the image against the first one.
#[cfg(unix)]
pub(crate) fn assert_mapped_gives(read: &Image) {
    let folder = Folder::new("mapped");
    let files = read.evidence().files();
    let mut paths =
        files.iter().map(|file| folder.file(file.path().to_str().unwrap(), file.bytes()));
    let (primary, beside) = (paths.next().unwrap(), paths.collect());
    let evidence =
        Evidence::gather_with(&primary, &Beside::Given(beside), Reading::Mapped).unwrap();
    let mapped = Image::recover(evidence);
    assert_same(&mapped, read, &folder.0);
    for file in files {
        let now = fs::read(folder.0.join(file.path())).unwrap();
        assert!(now == file.bytes(), "{} was written to", file.path().display());
    }
    assert!(mapped.clean_bytes() == read.clean_bytes());
}

#[cfg(not(unix))]
pub(crate) fn assert_mapped_gives(_: &Image) {}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// All hives of the samples and of the corpus, with what stands beside them.
#[test]
fn mapped_hives_are_those_that_were_read() {
    let mut folders = vec![samples()];
    if let Some(corpus) = corpus() {
        folders.extend(
            ["system", "cluster", "odd", "odd/OldDirtyHive", "odd/NewDirtyHive1"]
                .map(|it| corpus.join(it)),
        );
    }
    let mut hives = 0;
    for folder in folders {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let Ok(read) = Evidence::gather(&path, &Beside::Auto) else {
                assert!(Evidence::gather_with(&path, &Beside::Auto, Reading::Mapped).is_err());
                continue;
            };
            let mapped = Evidence::gather_with(&path, &Beside::Auto, Reading::Mapped).unwrap();
            assert_same(&Image::recover(mapped), &Image::recover(read), Path::new(""));
            hives += 1;
        }
    }
    assert!(hives >= 15, "{hives} hives");
}

#[test]
fn reading_is_the_default() {
    let path = samples().join("cluster-sound.SYSTEM");
    assert_eq!(Reading::default(), Reading::Read);
    for evidence in [Evidence::open(&path), Evidence::gather(&path, &Beside::Auto)] {
        assert!(!evidence.unwrap().primary().is_mapped());
    }
}

/// Nothing of a clean hive is copied: image and evidence are the same bytes in memory.
#[test]
fn a_clean_hive_is_not_copied() {
    let path = samples().join("cluster-sound.SYSTEM");
    for reading in [Reading::Read, Reading::Mapped] {
        let evidence = Evidence::gather_with(&path, &Beside::Auto, reading).unwrap();
        let image = Image::recover(evidence.clone());
        assert_eq!(image.bytes().as_ptr(), evidence.bytes().as_ptr());
        let image = Image::without_logs(evidence.clone());
        assert_eq!(image.bytes().as_ptr(), evidence.bytes().as_ptr());
        // Of a clean file only the base block is new.
        let (base_block, bins) = image.clean_parts();
        assert_eq!(base_block.len(), 4096);
        assert_eq!(bins.as_ptr(), image.bytes()[4096..].as_ptr());
    }
}

/// What can't be mapped, or needs no map, is read.
#[test]
fn what_cannot_be_mapped_is_read() {
    let folder = Folder::new("mapped");
    let hive = fs::read(samples().join("cluster-sound.SYSTEM")).unwrap();
    let path = folder.file("SYSTEM", &hive);
    folder.file("SYSTEM.LOG1", b"");
    let evidence = Evidence::gather_with(&path, &Beside::Auto, Reading::Mapped).unwrap();
    let [primary, log] = evidence.files() else { panic!("{evidence:?}") };
    assert!(primary.is_mapped() && !log.is_mapped());
    assert_eq!(log.content(), Content::Empty);

    // Codes of SZDD for bytes that stand for themselves: a byte of flags before each eight.
    let mut packed = b"SZDD\x88\xF0\x27\x33A\0".to_vec();
    packed.extend_from_slice(&u32::try_from(hive.len()).unwrap().to_le_bytes());
    for eight in hive.chunks(8) {
        packed.push(0xFF);
        packed.extend_from_slice(eight);
    }
    let path = folder.file("SYSTEM._", &packed);
    let evidence = Evidence::gather_with(&path, &Beside::None, Reading::Mapped).unwrap();
    assert_eq!(evidence.primary().packing(), Some(Packing::Szdd));
    assert!(!evidence.primary().is_mapped());
    assert!(evidence.bytes() == hive);
    assert_eq!(evidence.sha256(), Sha256Digest::of(&packed));

    // A file system without sizes.
    #[cfg(target_os = "linux")]
    assert!(Evidence::gather_with("/proc/version", &Beside::None, Reading::Mapped).is_err());
}

/// Evidence may be shown without its bytes.
#[test]
fn evidence_is_shown_in_short() {
    let path = samples().join("cluster-sound.SYSTEM");
    for (reading, how) in [(Reading::Read, "owned"), (Reading::Mapped, "mapped")] {
        let evidence = Evidence::gather_with(&path, &Beside::None, reading).unwrap();
        let shown = format!("{evidence:?}");
        assert!(shown.len() < 2_000 && shown.contains(how), "{shown}");
    }
}

/// The digest of parts is that of the whole.
#[test]
fn a_digest_of_parts() {
    let parts: [&[u8]; 3] = [b"a", b"", b"bc"];
    // FIPS 180-2, B.1.
    assert_eq!(
        Sha256Digest::of_parts(parts).to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}
