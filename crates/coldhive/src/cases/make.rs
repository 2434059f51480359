//! From a described tree to the bytes of a hive.

use coldhive_forge::{ForgeError, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_rules::cases::{HiveTree, KeyTree};
use coldhive_rules::model::{DataSketch, HiveFormat, SecuritySketch, ValueSketch};

use super::fault::{fault, no_security};

/// What the base block has as the start of its file name, so that nobody takes the hive for evidence of anything.
const FILE_NAME: &str = "coldhive\\testdata\\case";

/// Makes a hive in memory: the same tree always gives the same bytes.
///
/// # Errors
/// [`ForgeError`] says what of the tree can't be in a hive.
pub fn make(tree: &HiveTree) -> Result<Vec<u8>, ForgeError> {
    let mut faults = Vec::new();
    let root = key(&tree.root, "", &mut faults);
    let mut spec = HiveSpec::new(version(tree.format), root).file_name(FILE_NAME);
    faults.extend(tree.damage.iter().filter_map(fault));
    spec.faults = faults;
    build(&spec)
}

/// A key with all below it; what its security can't say is a fault.
fn key(tree: &KeyTree, path: &str, faults: &mut Vec<coldhive_forge::Fault>) -> KeySpec {
    let mut spec = KeySpec::new(tree.name.as_str());
    spec.class.clone_from(&tree.class);
    if let Some(written) = tree.written {
        spec.last_written = written.ticks();
    }
    match &tree.security {
        Some(SecuritySketch::Bytes(bytes)) => spec.security = Some(bytes.clone()),
        Some(_) => faults.push(no_security(path)),
        None => {}
    }
    spec.values = tree.values().into_iter().map(|(name, sketch)| value(name, sketch)).collect();
    let below = tree.keys().map(|below| {
        let path =
            if path.is_empty() { below.name.clone() } else { format!("{path}\\{}", below.name) };
        key(below, &path, faults)
    });
    spec.subkeys = below.collect();
    spec
}

fn value(name: &str, sketch: &ValueSketch) -> ValueSpec {
    const DWORD_BIG_ENDIAN: u32 = 5;
    const QWORD: u32 = 11;
    let mut spec = match &sketch.data {
        DataSketch::Text(text) => ValueSpec::sz(name, text),
        DataSketch::List(entries) => {
            let entries: Vec<_> = entries.iter().map(String::as_str).collect();
            ValueSpec::multi_sz(name, &entries)
        }
        DataSketch::Bytes(bytes) => ValueSpec::binary(name, bytes.as_slice()),
        DataSketch::Number(number) if sketch.type_code == QWORD => ValueSpec::qword(name, *number),
        DataSketch::Number(number) => {
            // Loading refuses more than 32 bits here.
            let number = u32::try_from(*number).unwrap_or(u32::MAX);
            let is_big = sketch.type_code == DWORD_BIG_ENDIAN;
            ValueSpec::dword(name, if is_big { number.swap_bytes() } else { number })
        }
        _ => ValueSpec::binary(name, []),
    };
    spec.type_code = sketch.type_code;
    spec
}

const fn version(format: HiveFormat) -> Version {
    match format {
        HiveFormat::V1_1 => Version::V1_1,
        HiveFormat::V1_2 => Version::V1_2,
        HiveFormat::V1_3 => Version::V1_3,
        HiveFormat::V1_4 => Version::V1_4,
        HiveFormat::V1_5 => Version::V1_5,
        HiveFormat::V1_6 => Version::V1_6,
    }
}
