//! Breaks a finished hive where its faults say.

use crate::base_block;
use crate::bins::CELL_HEADER;
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key_node;
use crate::layout::Layout;
use crate::name::same;
use crate::spec::HiveSpec;
use crate::tree::{Index, Tree};

const NOWHERE: [u8; 4] = key_node::NOWHERE.to_le_bytes();

/// Applies the faults in their order.
///
/// The checksum and the file's length come last: a fault in the base block seals it anew, and nothing can be
/// broken in bytes that were cut off.
pub(crate) fn apply(
    spec: &HiveSpec,
    tree: &Tree<'_>,
    laid: &Layout,
    file: &mut Vec<u8>,
) -> Result<(), ForgeError> {
    let mut breaker = Breaker { tree, laid, file };
    for fault in &spec.faults {
        breaker.apply(fault)?;
    }
    if spec.faults.contains(&Fault::BadChecksum) {
        base_block::break_checksum(file);
    }
    for fault in &spec.faults {
        if let Fault::Truncate { bytes } = fault {
            file.truncate(*bytes);
        }
    }
    Ok(())
}

struct Breaker<'a> {
    tree: &'a Tree<'a>,
    laid: &'a Layout,
    file: &'a mut [u8],
}

impl Breaker<'_> {
    fn apply(&mut self, fault: &Fault) -> Result<(), ForgeError> {
        match fault {
            Fault::ZeroSignature { key } => {
                let node = self.node(fault, key)?;
                self.put(cell_data(node), [0; 2]);
            }
            Fault::ListHole { key } => {
                let entry = self.entry(fault, key)?;
                self.put(entry, NOWHERE);
            }
            Fault::WrongHint { key } => {
                let hint = self.entry(fault, key)? + 4;
                let flipped = self.get::<4>(hint).map(|byte| !byte);
                self.put(hint, flipped);
            }
            Fault::Cycle { key, to } => {
                let to = self.node(fault, to)?;
                let entry = self.entry(fault, key)?;
                self.put(entry, to.to_le_bytes());
            }
            Fault::ListSignature { key } => {
                let list = self.list(fault, key)?;
                self.put(cell_data(list), [0; 2]);
            }
            Fault::SelfReferencingList { key } => {
                let list = self.list(fault, key)?;
                self.put(cell_data(list), *b"ri");
                self.put(cell_data(list) + 4, list.to_le_bytes());
            }
            Fault::UnsortedList { key } => self.reverse(fault, key)?,
            Fault::WrongParent { key } => {
                let index = self.tree.find(fault, key)?;
                if index == 0 {
                    return Err(not_applicable(fault, key, "the root's parent means nothing"));
                }
                let node = self.laid.keys[index].node;
                self.put(cell_data(node) + key_node::PARENT, node.to_le_bytes());
            }
            Fault::ValueSignature { key, value } => {
                let (index, position) = self.value(fault, key, value)?;
                let record = self.laid.keys[index].values[position].record;
                self.put(cell_data(record), [0; 2]);
            }
            Fault::ValueListHole { key, value } => {
                let (index, position) = self.value(fault, key, value)?;
                let list = self.laid.keys[index].value_list.expect("a key with values");
                self.put(cell_data(list) + 4 * position, NOWHERE);
            }
            Fault::DataCutShort { key, value } => self.cut_data(fault, key, value)?,
            Fault::RootUnreadable => base_block::lose_root(self.file),
            Fault::DirtySequence => base_block::make_dirty(self.file),
            // What changes the layout was done with the tree; the rest is done at the end.
            Fault::NoSecurity { .. }
            | Fault::BadDescriptor { .. }
            | Fault::DeletedKey { .. }
            | Fault::BadChecksum
            | Fault::Truncate { .. } => {}
        }
        Ok(())
    }

    /// The cell of a key's node.
    fn node(&self, fault: &Fault, key: &str) -> Result<u32, ForgeError> {
        Ok(self.laid.keys[self.tree.find(fault, key)?].node)
    }

    /// Where in the file the entry of a key in its parent's list is.
    fn entry(&self, fault: &Fault, key: &str) -> Result<usize, ForgeError> {
        let index = self.tree.find(fault, key)?;
        let Some(parent) = self.tree.nodes[index].parent else {
            return Err(not_applicable(fault, key, "the root stands in no list"));
        };
        let listed = &self.tree.nodes[parent].listed;
        let Some(position) = listed.iter().position(|&subkey| subkey == index) else {
            return Err(not_applicable(fault, key, "it was deleted and stands in no list"));
        };
        Ok(base_block::SIZE + self.laid.keys[parent].subkeys.entry(position))
    }

    /// The cell of a key's own subkey list.
    fn list(&self, fault: &Fault, key: &str) -> Result<u32, ForgeError> {
        let index = self.tree.find(fault, key)?;
        let top = self.laid.keys[index].subkeys.top();
        top.ok_or_else(|| not_applicable(fault, key, "it has no subkeys"))
    }

    /// A key, and the position of one of its values.
    fn value(&self, fault: &Fault, key: &str, value: &str) -> Result<(Index, usize), ForgeError> {
        let index = self.tree.find(fault, key)?;
        let values = &self.tree.nodes[index].key.values;
        match values.iter().position(|candidate| same(&candidate.name, value)) {
            Some(position) => Ok((index, position)),
            None => Err(ForgeError::FaultValueMissing {
                fault: fault.name(),
                key: key.into(),
                value: value.into(),
            }),
        }
    }

    fn reverse(&mut self, fault: &Fault, key: &str) -> Result<(), ForgeError> {
        let index = self.tree.find(fault, key)?;
        let count = self.tree.nodes[index].listed.len();
        if count < 2 {
            return Err(not_applicable(fault, key, "it has fewer than two subkeys"));
        }
        let places: Vec<usize> = (0..count)
            .map(|entry| base_block::SIZE + self.laid.keys[index].subkeys.entry(entry))
            .collect();
        let entries: Vec<[u8; 8]> = places.iter().map(|&place| self.get(place)).collect();
        for (&place, entry) in places.iter().zip(entries.into_iter().rev()) {
            self.put(place, entry);
        }
        Ok(())
    }

    fn cut_data(&mut self, fault: &Fault, key: &str, value: &str) -> Result<(), ForgeError> {
        let (index, position) = self.value(fault, key, value)?;
        let Some(&cell) = self.laid.keys[index].values[position].data.first() else {
            return Err(not_applicable(fault, key, "the value's data has no cell of its own"));
        };
        let start = base_block::SIZE + cell as usize;
        let size = i32::from_le_bytes(self.get(start)).abs();
        // Data of 5 bytes or more has a cell of at least 16, so both halves are cells.
        let kept = size / 2 / 8 * 8;
        let sign = i32::from_le_bytes(self.get(start)).signum();
        self.put(start, (sign * kept).to_le_bytes());
        let cut = start + usize::try_from(kept).expect("half of a positive size");
        self.put(cut, (size - kept).to_le_bytes());
        Ok(())
    }

    fn get<const N: usize>(&self, at: usize) -> [u8; N] {
        self.file[at..at + N].try_into().expect("as many bytes as asked for")
    }

    fn put<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        self.file[at..at + N].copy_from_slice(&bytes);
    }
}

/// Where in the file a cell's data begins.
fn cell_data(cell: u32) -> usize {
    base_block::SIZE + cell as usize + CELL_HEADER
}

fn not_applicable(fault: &Fault, key: &str, reason: &'static str) -> ForgeError {
    ForgeError::FaultNotApplicable { fault: fault.name(), key: key.into(), reason }
}
