//! Breaks a finished hive where its faults say.

mod cells;
mod keys;
mod lists;
mod security;
mod values;

use crate::base_block;
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key_node;
use crate::layout::Layout;
use crate::spec::HiveSpec;
use crate::tree::{Index, Tree};

const NOWHERE: [u8; 4] = key_node::NOWHERE.to_le_bytes();

/// Applies the faults in their order.
///
/// What follows the hive, the checksum and the file's length come last: a fault in the base block seals it
/// anew, and nothing can be broken in bytes that were cut off.
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
    for fault in &spec.faults {
        if let Fault::Trailing { bytes } = fault {
            file.extend(bytes);
        }
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

/// A finished hive, with what is known of where its parts are.
///
/// Each module beside this one breaks one kind of thing.
struct Breaker<'a> {
    tree: &'a Tree<'a>,
    laid: &'a Layout,
    file: &'a mut [u8],
}

impl Breaker<'_> {
    fn apply(&mut self, fault: &Fault) -> Result<(), ForgeError> {
        match fault {
            Fault::ZeroSignature { key }
            | Fault::WrongParent { key }
            | Fault::NulInName { key }
            | Fault::OddNameLength { key }
            | Fault::FreedNode { key }
            | Fault::NodeSize { key, .. } => self.break_key(fault, key),
            Fault::ListHole { key }
            | Fault::WrongHint { key }
            | Fault::Cycle { key, .. }
            | Fault::ListSignature { key }
            | Fault::SelfReferencingList { key }
            | Fault::UnsortedList { key }
            | Fault::SubkeyCount { key, .. }
            | Fault::ListCount { key, .. }
            | Fault::FreedList { key } => self.break_list(fault, key),
            Fault::ValueSignature { key, value }
            | Fault::ValueListHole { key, value }
            | Fault::DataCutShort { key, value }
            | Fault::FreedValue { key, value }
            | Fault::FreedData { key, value }
            | Fault::SegmentCount { key, value, .. }
            | Fault::SegmentMissing { key, value, .. } => self.break_value(fault, key, value),
            Fault::ValueCount { key, .. } | Fault::FreedValueList { key } => {
                self.break_value_list(fault, key)
            }
            Fault::SecurityRingSelf { key }
            | Fault::SecurityRingAstray { key }
            | Fault::SecurityBlink { key }
            | Fault::SecurityCount { key, .. }
            | Fault::UnreadableSecurity { key }
            | Fault::FreedSecurity { key } => self.break_security(fault, key),
            Fault::SecurityRingEndless => self.unclose_ring(fault),
            Fault::BinSignature { bin }
            | Fault::BinOffset { bin, .. }
            | Fault::BinSize { bin, .. } => self.break_bin(fault, *bin),
            Fault::CoalesceFree => {
                self.coalesce();
                Ok(())
            }
            Fault::LinkFree => {
                self.link();
                Ok(())
            }
            Fault::RootUnreadable => {
                base_block::lose_root(self.file);
                Ok(())
            }
            Fault::DirtySequence => {
                base_block::make_dirty(self.file);
                Ok(())
            }
            // What changes data or the layout was done before; the rest is done at the end.
            Fault::NoSecurity { .. }
            | Fault::BadDescriptor { .. }
            | Fault::DeletedKey { .. }
            | Fault::LostKey { .. }
            | Fault::ReusedNode { .. }
            | Fault::DuplicateKey { .. }
            | Fault::NestedIndexRoot { .. }
            | Fault::ReplacedList { .. }
            | Fault::DuplicateValue { .. }
            | Fault::UnterminatedList { .. }
            | Fault::OddList { .. }
            | Fault::BehindListEnd { .. }
            | Fault::EmptyEntry { .. }
            | Fault::DeletedValue { .. }
            | Fault::Slack { .. }
            | Fault::Trailing { .. }
            | Fault::BadChecksum
            | Fault::Truncate { .. } => Ok(()),
        }
    }

    /// A key and the cell of its node.
    fn key(&self, fault: &Fault, key: &str) -> Result<(Index, u32), ForgeError> {
        let index = self.tree.find(fault, key)?;
        Ok((index, self.laid.keys[index].node))
    }

    /// Where in the file a cell's data begins.
    fn data(&self, cell: u32) -> usize {
        base_block::SIZE + cell as usize + self.laid.bins.layout().header
    }

    /// Makes an allocated cell a free one.
    fn free(&mut self, cell: u32) {
        let at = base_block::SIZE + cell as usize;
        let size = self.size(cell).unsigned_abs();
        self.put(at, size.to_le_bytes());
    }

    /// The size of a cell: negative if it is allocated.
    fn size(&self, cell: u32) -> i32 {
        i32::from_le_bytes(self.get(base_block::SIZE + cell as usize))
    }

    fn get<const N: usize>(&self, at: usize) -> [u8; N] {
        self.file[at..at + N].try_into().expect("as many bytes as asked for")
    }

    fn put<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        self.file[at..at + N].copy_from_slice(&bytes);
    }
}
