//! What security and faults do to the tree before it is laid out.

use std::collections::{HashMap, HashSet};

use crate::descriptor;
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key_value;
use crate::spec::{HiveSpec, Version};
use crate::tree::{Index, Node, Tree};

/// Resolves the keys' descriptors and applies the faults that change what is laid out.
pub(crate) fn apply<'s>(tree: &mut Tree<'s>, spec: &'s HiveSpec) -> Result<(), ForgeError> {
    for fault in &spec.faults {
        double(tree, fault)?;
    }
    secure(tree, &spec.faults)?;
    // What an older list holds is what stood there before anything was deleted.
    for fault in &spec.faults {
        reshape_lists(tree, fault)?;
    }
    for fault in &spec.faults {
        delete(tree, fault)?;
    }
    // Keys come before those below them, so one pass reaches all.
    for index in 1..tree.nodes.len() {
        let parent = tree.nodes[index].parent;
        tree.nodes[index].deleted |= parent.is_some_and(|parent| tree.nodes[parent].deleted);
    }
    for fault in &spec.faults {
        fill_cells(tree, fault, spec.version)?;
    }
    Ok(())
}

/// Adds the second of two keys or values of one name.
fn double(tree: &mut Tree<'_>, fault: &Fault) -> Result<(), ForgeError> {
    match fault {
        Fault::DuplicateKey { key } => {
            let index = tree.find(fault, key)?;
            let parent = parent(tree, fault, key, index)?;
            let double = tree.nodes.len();
            tree.nodes.push(Node::new(tree.nodes[index].key, Some(parent)));
            let listed = &mut tree.nodes[parent].listed;
            let position = listed.iter().position(|&listed| listed == index);
            listed.insert(position.map_or(listed.len(), |position| position + 1), double);
        }
        Fault::DuplicateValue { key, value } => {
            let (index, position) = tree.find_value(fault, key, value)?;
            let double = tree.nodes[index].values[position].clone();
            tree.nodes[index].values.push(double);
        }
        _ => {}
    }
    Ok(())
}

/// Gives each key its descriptor: its own, its parent's, or what a fault put in the place of it.
fn secure(tree: &mut Tree<'_>, faults: &[Fault]) -> Result<(), ForgeError> {
    let mut bare = HashSet::new();
    let mut ill_formed = HashSet::new();
    let mut apart = HashSet::new();
    for fault in faults {
        match fault {
            Fault::NoSecurity { key } => bare.insert(tree.find(fault, key)?),
            Fault::BadDescriptor { key } => ill_formed.insert(tree.find(fault, key)?),
            Fault::UnreadableSecurity { key } => apart.insert(tree.find(fault, key)?),
            _ => continue,
        };
    }
    let default = descriptor::default();
    let mut effective: Vec<&[u8]> = Vec::with_capacity(tree.nodes.len());
    let mut known: HashMap<&[u8], usize> = HashMap::new();
    let descriptors = &mut tree.descriptors;
    for (index, node) in tree.nodes.iter_mut().enumerate() {
        let descriptor = match (&node.key.security, node.parent) {
            (Some(own), _) => own,
            (None, Some(parent)) => effective[parent],
            (None, None) => &default,
        };
        effective.push(descriptor);
        node.security = if bare.contains(&index) {
            None
        } else if ill_formed.contains(&index) {
            // Not among the known ones: its cell is its own even where another holds the same bytes.
            descriptors.push(descriptor::ill_formed(descriptor.to_vec()));
            Some(descriptors.len() - 1)
        } else if apart.contains(&index) {
            // Likewise, so that only this key is without a descriptor that can be read.
            descriptors.push(descriptor.to_vec());
            Some(descriptors.len() - 1)
        } else {
            Some(*known.entry(descriptor).or_insert_with(|| {
                descriptors.push(descriptor.to_vec());
                descriptors.len() - 1
            }))
        };
    }
    Ok(())
}

/// Marks the lists that are nested or were replaced.
fn reshape_lists(tree: &mut Tree<'_>, fault: &Fault) -> Result<(), ForgeError> {
    let (Fault::NestedIndexRoot { key } | Fault::ReplacedList { key }) = fault else {
        return Ok(());
    };
    let index = tree.find(fault, key)?;
    let node = &mut tree.nodes[index];
    if node.listed.is_empty() {
        return Err(not_applicable(fault, key, "it has no subkeys"));
    }
    if let Fault::NestedIndexRoot { .. } = fault {
        node.nested_list = true;
    } else {
        node.formerly_listed.clone_from(&node.listed);
    }
    Ok(())
}

/// Takes keys and values out of their lists.
fn delete(tree: &mut Tree<'_>, fault: &Fault) -> Result<(), ForgeError> {
    match fault {
        Fault::DeletedKey { key } | Fault::LostKey { key } | Fault::ReusedNode { key, .. } => {
            let index = tree.find(fault, key)?;
            let parent = parent(tree, fault, key, index)?;
            tree.nodes[parent].listed.retain(|&listed| listed != index);
            tree.nodes[index].deleted |= !matches!(fault, Fault::LostKey { .. });
        }
        Fault::DeletedValue { key, value } => {
            let (index, position) = tree.find_value(fault, key, value)?;
            tree.nodes[index].values[position].deleted = true;
        }
        _ => {}
    }
    if let Fault::ReusedNode { key, by } = fault {
        let (index, by_index) = (tree.find(fault, key)?, tree.find(fault, by)?);
        if by_index < index {
            let reason = "the key that shall take its cell stands before it";
            return Err(not_applicable(fault, key, reason));
        }
        tree.nodes[by_index].takes = Some(index);
    }
    Ok(())
}

/// Fills what isn't used of a cell.
fn fill_cells<'s>(
    tree: &mut Tree<'s>,
    fault: &'s Fault,
    version: Version,
) -> Result<(), ForgeError> {
    match fault {
        Fault::Slack { key, value, bytes } => {
            let (index, position) = tree.find_value(fault, key, value)?;
            let value = &mut tree.nodes[index].values[position];
            if !key_value::has_one_cell(version, value.value.data.len()) {
                return Err(not_applicable(fault, key, "the value's data has no cell of its own"));
            }
            value.slack = bytes;
        }
        Fault::ReusedNode { key, by } => {
            let by_index = tree.find(fault, by)?;
            if tree.nodes[by_index].deleted {
                let reason = "the key that shall take its cell was deleted too";
                return Err(not_applicable(fault, key, reason));
            }
        }
        _ => {}
    }
    Ok(())
}

fn parent(tree: &Tree<'_>, fault: &Fault, key: &str, index: Index) -> Result<Index, ForgeError> {
    let reason = match fault {
        Fault::DuplicateKey { .. } => "the root stands in no list",
        _ => "the root can't be deleted",
    };
    tree.nodes[index].parent.ok_or_else(|| not_applicable(fault, key, reason))
}

/// An error for a fault that can't be put where it asks for.
pub(crate) fn not_applicable(fault: &Fault, key: &str, reason: &'static str) -> ForgeError {
    ForgeError::FaultNotApplicable { fault: fault.name(), key: key.into(), reason }
}
