//! What the forge writes, read by an independent reader and by a small parser of these tests.

mod broken_bins;
mod broken_keys;
mod broken_values;
mod corpus;
mod descriptors;
mod errors;
mod faults;
mod formats;
mod independent;
mod laws;
mod logs;
mod raw;
mod recovered;
mod reg;
mod remnants;
mod structure;
mod testdata;

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, samples};

const VERSIONS: [Version; 6] = Version::ALL;

/// The samples without damage, and the one with all the odd shapes in every version.
fn sound_specs() -> Vec<HiveSpec> {
    let mut specs = vec![samples::cluster_sound(), samples::cluster_broken()];
    specs.extend(VERSIONS.map(|version| HiveSpec::new(version, samples::many().root)));
    specs.extend(VERSIONS.map(|version| HiveSpec::new(version, KeySpec::new(""))));
    specs
}

/// A root with the keys `a` (values, a class), `b` (subkeys `x`, `y`, `z`) and `longer name`.
fn small(version: Version) -> HiveSpec {
    let mut root = KeySpec::new("ROOT");
    root.at("a")
        .set_value(ValueSpec::dword("resident", 1))
        .set_value(ValueSpec::binary("cell", [7; 100]))
        .set_value(ValueSpec::binary("large", vec![9; 20_000]))
        .class = Some("class".into());
    root.at("longer name");
    for name in ["z", "x", "y"] {
        root.at("b").subkeys.push(KeySpec::new(name).value(ValueSpec::sz("", name)));
    }
    HiveSpec::new(version, root)
}
