//! Faults of key nodes.

use crate::base_block;
use crate::damage::Breaker;
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key_node;
use crate::shape::not_applicable;
use crate::tree::Index;

impl Breaker<'_> {
    pub(super) fn break_key(&mut self, fault: &Fault, key: &str) -> Result<(), ForgeError> {
        let (index, node) = self.key(fault, key)?;
        let record = self.data(node);
        match fault {
            Fault::WrongParent { .. } if index == 0 => {
                return Err(not_applicable(fault, key, "the root's parent means nothing"));
            }
            Fault::WrongParent { .. } => self.put(record + key_node::PARENT, node.to_le_bytes()),
            Fault::NulInName { .. } => self.end_with_nul(fault, key, index)?,
            Fault::OddNameLength { .. } => self.make_odd(fault, key, index)?,
            Fault::FreedNode { .. } => self.free(node),
            Fault::NodeSize { size, .. } => {
                let size = 0_u32.wrapping_sub(*size);
                self.put(base_block::SIZE + node as usize, size.to_le_bytes());
            }
            _ => self.put(record, [0; 2]),
        }
        Ok(())
    }

    fn end_with_nul(&mut self, fault: &Fault, key: &str, index: Index) -> Result<(), ForgeError> {
        let (start, length, latin1) = self.name(index);
        let unit = if latin1 { 1 } else { 2 };
        if length < unit {
            return Err(not_applicable(fault, key, "it has no name"));
        }
        self.file[start + length - unit..start + length].fill(0);
        Ok(())
    }

    fn make_odd(&mut self, fault: &Fault, key: &str, index: Index) -> Result<(), ForgeError> {
        let (start, length, _) = self.name(index);
        if length < 2 {
            return Err(not_applicable(fault, key, "its name is too short"));
        }
        let record = start - key_node::NAME;
        let odd = length - usize::from(length % 2 == 0);
        let odd = u16::try_from(odd).expect("at most 510 bytes");
        self.put(record + key_node::NAME_LENGTH, odd.to_le_bytes());
        let flags = u16::from_le_bytes(self.get(record + key_node::FLAGS)) & !key_node::LATIN1_NAME;
        self.put(record + key_node::FLAGS, flags.to_le_bytes());
        Ok(())
    }

    /// Where in the file the name in a key's node is, its length in bytes, and whether it is Latin-1.
    fn name(&self, index: Index) -> (usize, usize, bool) {
        let record = self.data(self.laid.keys[index].node);
        let length = u16::from_le_bytes(self.get(record + key_node::NAME_LENGTH));
        let flags = u16::from_le_bytes(self.get(record + key_node::FLAGS));
        let latin1 = flags & key_node::LATIN1_NAME != 0;
        (record + key_node::NAME, length.into(), latin1)
    }
}
