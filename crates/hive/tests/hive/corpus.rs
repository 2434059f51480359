//! Every real hive against what independent readers counted in it (`FACTS.json` beside the hives).

use std::path::PathBuf;

use coldhive_hive::{Evidence, Hive, Sha256Digest};
use serde_json::Value as Json;

use crate::hostile::assert_walks_agree;

/// The folder of real hives, if this machine has it.
pub(crate) fn corpus() -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder =
        std::env::var_os("COLDHIVE_CORPUS").map_or_else(|| PathBuf::from(default), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no corpus at {} (set COLDHIVE_CORPUS)", folder.display());
    None
}

/// Hives of real systems, and their copies with nothing but well-formed edits: no damage may be told.
pub(crate) fn is_sound(name: &str) -> bool {
    (name.starts_with("system/") || name.starts_with("cluster/"))
        && name != "cluster/provider-key-damaged.SYSTEM"
}

/// Keys, values, data bytes and the digest over sorted lines, as the corpus defines them.
pub(crate) fn totals(hive: Hive<'_>) -> (u64, u64, u64, String, Vec<String>) {
    let (mut keys, mut values, mut bytes) = (0, 0, 0);
    let (mut lines, mut damage) = (Vec::new(), Vec::new());
    hive.root().iter().for_each(assert_walks_agree);
    for visit in hive.root().into_iter().flat_map(|root| root.walk()) {
        keys += 1;
        lines
            .push(format!("{}\0{}\0\n", visit.path, visit.key.last_written().ticks()).into_bytes());
        for read in &visit.values {
            values += 1;
            bytes += read.data.bytes.len() as u64;
            let hex: String = read.data.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let (name, code) = (read.value.readable_name(), read.value.value_type().code());
            lines.push(format!("{}\0{name}\0{code}\0{hex}\0\n", visit.path).into_bytes());
        }
        // Not even the damaged ones have these.
        for found in &visit.damage {
            let made = ["name-too-long", "predefined-handle", "value-count", "path-cut"];
            assert!(!made.contains(&found.code()), "{}: {found}", visit.path);
        }
        damage.extend(visit.damage.iter().map(|damage| format!("{}: {damage}", visit.path)));
    }
    lines.sort();
    (keys, values, bytes, Sha256Digest::of(&lines.concat()).to_string(), damage)
}

#[test]
fn counts_and_digests_equal_those_of_independent_readers() {
    let Some(folder) = corpus() else { return };
    let facts: Json =
        serde_json::from_slice(&std::fs::read(folder.join("FACTS.json")).unwrap()).unwrap();
    let mut compared = 0;
    for (name, fact) in facts.as_object().unwrap() {
        let Some(format) = fact["format"].as_str() else { continue };
        if name.contains(".LOG") {
            continue;
        }
        let evidence = Evidence::open(folder.join(name)).unwrap();
        assert_eq!(evidence.sha256().to_string(), fact["sha256"], "{name}");
        let hive = Hive::parse(evidence.bytes()).unwrap();
        let base = hive.base_block();
        assert_eq!(format!("{}.{}", base.major(), base.minor()), format, "{name}");
        assert_eq!(base.primary_sequence(), fact["sequence"][0], "{name}");
        assert_eq!(base.secondary_sequence(), fact["sequence"][1], "{name}");
        assert_eq!(base.hive_bins_size(), fact["hive_bins_size"], "{name}");
        assert_eq!(base.root_cell().get(), fact["root_cell_offset"], "{name}");
        let (keys, values, bytes, digest, damage) = totals(hive);
        if is_sound(name) {
            assert!(damage.is_empty(), "{name}: {damage:?}");
        }
        if let Some(expected) = fact["digest"].as_str() {
            assert_eq!(fact["yarp"], serde_json::json!([keys, values, bytes]), "{name}");
            assert_eq!(digest, expected, "{name}");
            compared += 1;
        }
    }
    assert!(compared >= 25, "only {compared} hives were compared");
}
