//! Old cells, as they lie about in the slack of others and behind the end of a hive.
//!
//! ```
//! use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, remnant};
//!
//! let old = remnant::key_cell(Version::V1_3, &KeySpec::new("Clusnet"), 32);
//! let root = KeySpec::new("ROOT").value(ValueSpec::sz("text", "short"));
//! let slack = Fault::Slack { key: "".into(), value: "text".into(), bytes: old };
//! let file = build(&HiveSpec::new(Version::V1_3, root).fault(slack))?;
//! assert!(file.windows(7).any(|bytes| bytes == b"Clusnet"));
//! # Ok::<(), coldhive_forge::ForgeError>(())
//! ```

use crate::bins::CellLayout;
use crate::key::KeySpec;
use crate::key_node::{KeyNode, Largest};
use crate::key_value;
use crate::name::Name;
use crate::spec::Version;
use crate::value::ValueSpec;

/// A free cell with the node of a key: its name, time and parent's cell, no subkeys, values or security.
///
/// A name of more than 255 UTF-16 units is cut.
pub fn key_cell(version: Version, key: &KeySpec, parent: u32) -> Vec<u8> {
    let mut name = Name::new(&key.name);
    name.units.truncate(255);
    let node = KeyNode {
        version,
        name: &name,
        is_root: false,
        is_symlink: false,
        last_written: key.last_written,
        layer: key.layer,
        parent: Some(parent),
        subkey_count: 0,
        subkey_list: None,
        value_count: 0,
        value_list: None,
        security: None,
        class: None,
        class_length: 0,
        largest: Largest::default(),
    };
    cell(version, &node.encode())
}

/// A free cell with the record of a value, whose data stands in it: the first four bytes where there are more.
///
/// A name of more than 16,383 UTF-16 units is cut.
pub fn value_cell(version: Version, value: &ValueSpec) -> Vec<u8> {
    cell(version, &key_value::encode_resident(version, value))
}

/// A free cell that begins with this data.
fn cell(version: Version, data: &[u8]) -> Vec<u8> {
    let layout = CellLayout::of(version);
    let size = layout.cell_size(data.len());
    let mut bytes = u32::try_from(size).expect("a record is small").to_le_bytes().to_vec();
    bytes.resize(layout.header, 0xFF);
    bytes.extend(data);
    bytes.resize(size, 0);
    bytes
}
