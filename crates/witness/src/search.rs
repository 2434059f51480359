//! Looking along the way of nt-hive's binary search for a subkey.
//!
//! The search touches few entries of a list: damage that it doesn't come across is no reason not to
//! let nt-hive take it, and a long list need not be looked over for each key that is found.

use std::cmp::Ordering;

use coldhive_hive::{CellOffset, Damage, Structure};
use nt_hive::NtHiveNameString;

use crate::bins::{Bins, u16_at};
use crate::list::{Entries, List};
use crate::look::field;

/// The fixed part of a key node, in bytes: the name follows.
pub(crate) const KEY_NODE_SIZE: usize = 76;
const FLAG_LATIN1_NAME: u16 = 0x20;

/// Whether `KeyNode::subkey` of nt-hive can be called for this name: mirrors what it does.
///
/// # Errors
/// The damage on which nt-hive would panic.
pub(crate) fn subkey(bins: Bins<'_>, node: CellOffset, name: &str) -> Result<(), Damage> {
    let at = field(bins, Structure::KeyNode, node, 28)?;
    if at.is_none() {
        return Ok(());
    }
    let search = Search { bins, name };
    match bins.follow(Structure::SubkeyList, at, node)?.and_then(List::read) {
        None => Ok(()),
        Some(List::Leaf(leaf)) => search.leaf(leaf, at),
        Some(List::Root(root)) => search.root(root, at),
    }
}

struct Search<'i, 'n> {
    bins: Bins<'i>,
    name: &'n str,
}

impl Search<'_, '_> {
    fn root(&self, root: Entries<'_>, at: CellOffset) -> Result<(), Damage> {
        let (mut left, mut right) = (0, root.len());
        while let Some(last) = right.checked_sub(1).filter(|last| left <= *last) {
            let middle = left.midpoint(last);
            let Some(leaf_at) = root.get(middle) else { return Ok(()) };
            let cell = self.bins.follow(Structure::SubkeyList, leaf_at, at)?;
            let Some(leaf) = cell.and_then(List::read_leaf) else { return Ok(()) };
            match self.compare(leaf.iter().next(), leaf_at)? {
                None | Some(Ordering::Equal) => return Ok(()),
                Some(Ordering::Greater) => {
                    right = middle;
                    continue;
                }
                Some(Ordering::Less) => {}
            }
            match self.compare(leaf.iter().next_back(), leaf_at)? {
                None | Some(Ordering::Equal) => return Ok(()),
                Some(Ordering::Less) => left = middle.saturating_add(1),
                Some(Ordering::Greater) => return self.leaf(leaf, leaf_at),
            }
        }
        Ok(())
    }

    fn leaf(&self, leaf: Entries<'_>, at: CellOffset) -> Result<(), Damage> {
        let (mut left, mut right) = (0, leaf.len());
        while let Some(last) = right.checked_sub(1).filter(|last| left <= *last) {
            let middle = left.midpoint(last);
            match self.compare(leaf.get(middle), at)? {
                None | Some(Ordering::Equal) => break,
                Some(Ordering::Less) => left = middle.saturating_add(1),
                Some(Ordering::Greater) => right = middle,
            }
        }
        Ok(())
    }

    /// Compares a key's name as nt-hive does; `None` where nt-hive ends the search with an error.
    fn compare(
        &self,
        entry: Option<CellOffset>,
        list: CellOffset,
    ) -> Result<Option<Ordering>, Damage> {
        let Some(at) = entry else { return Ok(None) };
        let cell = self.bins.follow(Structure::KeyNode, at, list)?;
        Ok(cell.and_then(name_of).and_then(|name| name.partial_cmp(self.name)))
    }
}

/// The name of a key node.
fn name_of(node: &[u8]) -> Option<NtHiveNameString<'_>> {
    if !node.starts_with(b"nk") {
        return None;
    }
    let bytes = node.get(KEY_NODE_SIZE..)?.get(..usize::from(u16_at(node, 72)?))?;
    Some(if u16_at(node, 2)? & FLAG_LATIN1_NAME != 0 {
        NtHiveNameString::Latin1(bytes)
    } else {
        NtHiveNameString::Utf16LE(bytes)
    })
}
