//! Faults of subkey lists.

use crate::base_block;
use crate::damage::{Breaker, NOWHERE};
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key_node;
use crate::shape::not_applicable;

impl Breaker<'_> {
    pub(super) fn break_list(&mut self, fault: &Fault, key: &str) -> Result<(), ForgeError> {
        match fault {
            Fault::ListHole { .. } => {
                let (entry, _) = self.entry(fault, key)?;
                self.put(entry, NOWHERE);
            }
            Fault::WrongHint { .. } => {
                let (entry, size) = self.entry(fault, key)?;
                if size < 8 {
                    let reason = "lists of this version have neither hints nor hashes";
                    return Err(not_applicable(fault, key, reason));
                }
                let flipped = self.get::<4>(entry + 4).map(|byte| !byte);
                self.put(entry + 4, flipped);
            }
            Fault::Cycle { to, .. } => {
                let (_, to) = self.key(fault, to)?;
                let (entry, _) = self.entry(fault, key)?;
                self.put(entry, to.to_le_bytes());
            }
            Fault::SubkeyCount { count, .. } => {
                let (_, node) = self.key(fault, key)?;
                let record = self.data(node);
                self.put(record + key_node::SUBKEY_COUNT, count.to_le_bytes());
            }
            Fault::UnsortedList { .. } => self.reverse(fault, key)?,
            _ => self.break_record(fault, key)?,
        }
        Ok(())
    }

    /// Breaks the record that a key's node leads to.
    fn break_record(&mut self, fault: &Fault, key: &str) -> Result<(), ForgeError> {
        let index = self.tree.find(fault, key)?;
        let top = self.laid.keys[index].subkeys.top();
        let list = top.ok_or_else(|| not_applicable(fault, key, "it has no subkeys"))?;
        let record = self.data(list);
        match fault {
            Fault::SelfReferencingList { .. } => {
                self.put(record, *b"ri");
                self.put(record + 4, list.to_le_bytes());
            }
            Fault::ListCount { count, .. } => self.put(record + 2, count.to_le_bytes()),
            Fault::FreedList { .. } => self.free(list),
            _ => self.put(record, [0; 2]),
        }
        Ok(())
    }

    /// Where in the file the entry of a key in its parent's list is, and its size.
    fn entry(&self, fault: &Fault, key: &str) -> Result<(usize, usize), ForgeError> {
        let index = self.tree.find(fault, key)?;
        let Some(parent) = self.tree.nodes[index].parent else {
            return Err(not_applicable(fault, key, "the root stands in no list"));
        };
        let listed = &self.tree.nodes[parent].listed;
        let Some(position) = listed.iter().position(|&subkey| subkey == index) else {
            return Err(not_applicable(fault, key, "it was deleted and stands in no list"));
        };
        let list = &self.laid.keys[parent].subkeys;
        Ok((base_block::SIZE + list.entry(position), list.entry_size()))
    }

    fn reverse(&mut self, fault: &Fault, key: &str) -> Result<(), ForgeError> {
        let index = self.tree.find(fault, key)?;
        let count = self.tree.nodes[index].listed.len();
        if count < 2 {
            return Err(not_applicable(fault, key, "it has fewer than two subkeys"));
        }
        let list = &self.laid.keys[index].subkeys;
        let place = |entry| {
            let start = base_block::SIZE + list.entry(entry);
            start..start + list.entry_size()
        };
        let entries: Vec<Vec<u8>> =
            (0..count).map(|entry| self.file[place(entry)].to_vec()).collect();
        for (position, entry) in entries.into_iter().rev().enumerate() {
            self.file[place(position)].copy_from_slice(&entry);
        }
        Ok(())
    }
}
