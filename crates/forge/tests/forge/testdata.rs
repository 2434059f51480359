//! The files under `testdata/` are what the samples build.

use std::path::{Path, PathBuf};

use coldhive_forge::samples;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

fn manifest() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("MANIFEST.json")).unwrap()).unwrap()
}

#[test]
fn files_are_what_the_samples_build() {
    for sample in samples::files().unwrap() {
        let file = std::fs::read(folder().join(&sample.file)).unwrap();
        assert!(file == sample.bytes, "{}: run the example make_testdata", sample.file);
    }
}

#[test]
fn the_manifest_holds() {
    let manifest = manifest();
    let samples = samples::files().unwrap();
    for sample in &samples {
        let entry = &manifest[&sample.file];
        let file = std::fs::read(folder().join(&sample.file)).unwrap();
        let sha256: String =
            Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(entry["sha256"], sha256, "{}", sample.file);
        assert_eq!(entry["size"], file.len());
        assert_eq!(entry["made"], sample.made);
    }
    assert_eq!(manifest.as_object().unwrap().len(), samples.len());
}

#[test]
fn a_sample_names_itself_in_its_base_block() {
    let start: Vec<u8> = "coldhive\\testdata\\".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for sample in samples::files().unwrap() {
        if sample.file.contains(".SysEvent.") || sample.file.contains(".Cluster.") {
            continue;
        }
        assert!(sample.bytes[48..].starts_with(&start), "{}", sample.file);
    }
}
