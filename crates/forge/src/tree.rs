//! The description, checked and flattened: keys in order, names prepared, security resolved.

use std::collections::HashSet;

use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key::{KeySpec, components};
use crate::layer::Layer;
use crate::name::{Name, same};
use crate::shape;
use crate::spec::{HiveSpec, Version};
use crate::value::ValueSpec;

/// The most UTF-16 units in a key's name.
const KEY_NAME_UNITS: usize = 255;
/// The most UTF-16 units in a value's name.
const VALUE_NAME_UNITS: usize = 16_383;
/// The most UTF-16 units in a class name: its length in bytes is a 16-bit number.
const CLASS_UNITS: usize = 32_767;
/// The most levels of keys that Windows allows.
const LEVELS: usize = 512;

/// Index of a key in the tree; the root is 0, and keys come before those below them.
pub(crate) type Index = usize;

/// One key of the tree.
pub(crate) struct Node<'s> {
    pub(crate) key: &'s KeySpec,
    pub(crate) name: Name,
    /// The values, with those that were deleted; first the description's, in its order.
    pub(crate) values: Vec<NodeValue<'s>>,
    pub(crate) parent: Option<Index>,
    /// The subkeys that the list holds, sorted.
    pub(crate) listed: Vec<Index>,
    /// The subkeys that an older list holds, which was replaced.
    pub(crate) formerly_listed: Vec<Index>,
    /// Whether the list has an index root above its index root.
    pub(crate) nested_list: bool,
    /// The deleted key whose node's cell this key's node took.
    pub(crate) takes: Option<Index>,
    /// Index of its descriptor; `None` where a fault took it.
    pub(crate) security: Option<usize>,
    /// Whether its cells are free.
    pub(crate) deleted: bool,
}

/// One value of a key.
#[derive(Clone)]
pub(crate) struct NodeValue<'s> {
    pub(crate) value: &'s ValueSpec,
    pub(crate) name: Name,
    /// Whether it is out of the list and its cells are free.
    pub(crate) deleted: bool,
    /// What stands behind its data in the same cell.
    pub(crate) slack: &'s [u8],
}

impl<'s> NodeValue<'s> {
    fn new(value: &'s ValueSpec) -> Self {
        NodeValue { value, name: Name::new(&value.name), deleted: false, slack: &[] }
    }
}

impl<'s> Node<'s> {
    pub(crate) fn new(key: &'s KeySpec, parent: Option<Index>) -> Self {
        Node {
            key,
            name: Name::new(&key.name),
            values: key.values.iter().map(NodeValue::new).collect(),
            parent,
            listed: Vec::new(),
            formerly_listed: Vec::new(),
            nested_list: false,
            takes: None,
            security: None,
            deleted: false,
        }
    }

    /// The values that the list holds, by position.
    pub(crate) fn listed_values(&self) -> impl Iterator<Item = usize> {
        (0..self.values.len()).filter(|&position| !self.values[position].deleted)
    }
}

/// All keys of a description.
pub(crate) struct Tree<'s> {
    pub(crate) nodes: Vec<Node<'s>>,
    /// The distinct descriptors, in the order in which the keys need them.
    pub(crate) descriptors: Vec<Vec<u8>>,
}

impl<'s> Tree<'s> {
    /// Checks a description and flattens it, with the faults that change what is laid out.
    ///
    /// It works off a list instead of calling itself, so that a deep tree is an error and no overflow.
    pub(crate) fn grow(spec: &'s HiveSpec) -> Result<Self, ForgeError> {
        let mut tree = Tree { nodes: Vec::new(), descriptors: Vec::new() };
        let mut levels = Vec::new();
        let mut waiting = vec![(&spec.root, None)];
        while let Some((key, parent)) = waiting.pop() {
            let index = tree.nodes.len();
            let level = parent.map_or(1, |parent: Index| levels[parent] + 1);
            levels.push(level);
            tree.nodes.push(Node::new(key, parent));
            tree.check(index, level, spec.version)?;
            if let Some(parent) = parent {
                tree.nodes[parent].listed.push(index);
            }
            // The last to come in is the first to go out, and keys shall be laid out in sorted order.
            let mut subkeys: Vec<&KeySpec> = key.subkeys.iter().collect();
            subkeys.sort_by_cached_key(|subkey| Name::new(&subkey.name).upper);
            waiting.extend(subkeys.into_iter().rev().map(|subkey| (subkey, Some(index))));
        }
        tree.check_siblings()?;
        shape::apply(&mut tree, spec)?;
        Ok(tree)
    }

    /// The key that a fault names.
    pub(crate) fn find(&self, fault: &Fault, path: &str) -> Result<Index, ForgeError> {
        components(path)
            .try_fold(0, |index, name| {
                // A key that was deleted is still there for a fault that names it.
                (index + 1..self.nodes.len()).find(|&candidate| {
                    self.nodes[candidate].parent == Some(index)
                        && same(&self.nodes[candidate].key.name, name)
                })
            })
            .ok_or_else(|| ForgeError::FaultKeyMissing { fault: fault.name(), key: path.into() })
    }

    /// A key that a fault names, and the position of one of its values.
    pub(crate) fn find_value(
        &self,
        fault: &Fault,
        path: &str,
        value: &str,
    ) -> Result<(Index, usize), ForgeError> {
        let index = self.find(fault, path)?;
        let values = &self.nodes[index].key.values;
        match values.iter().position(|candidate| same(&candidate.name, value)) {
            Some(position) => Ok((index, position)),
            None => Err(ForgeError::FaultValueMissing {
                fault: fault.name(),
                key: path.into(),
                value: value.into(),
            }),
        }
    }

    /// Path of a key relative to the root.
    fn path(&self, index: Index) -> String {
        let mut names = Vec::new();
        let mut index = index;
        while let Some(parent) = self.nodes[index].parent {
            names.push(self.nodes[index].key.name.as_str());
            index = parent;
        }
        names.reverse();
        names.join("\\")
    }

    /// Checks one key by itself, its values too.
    fn check(&self, index: Index, level: usize, version: Version) -> Result<(), ForgeError> {
        let node = &self.nodes[index];
        let path = || self.path(index);
        if let Some(parent) = node.parent.filter(|_| node.key.name.is_empty()) {
            return Err(ForgeError::EmptyName { parent: self.path(parent) });
        }
        if node.key.name.contains('\\') {
            return Err(ForgeError::BackslashInName { key: path(), name: node.key.name.clone() });
        }
        let units = node.name.units.len();
        if units > KEY_NAME_UNITS {
            return Err(ForgeError::NameTooLong { key: path(), units });
        }
        let units = node.key.class.as_deref().unwrap_or_default().encode_utf16().count();
        if units > CLASS_UNITS {
            return Err(ForgeError::ClassTooLong { key: path(), units });
        }
        if level > LEVELS {
            return Err(ForgeError::TooDeep { key: path(), level });
        }
        let mut seen = HashSet::new();
        let layered = node.key.layer != Layer::default()
            || node.key.values.iter().any(|value| value.is_tombstone);
        if layered && version != Version::V1_6 {
            return Err(ForgeError::NeedsLayers { key: path() });
        }
        for NodeValue { value, name, .. } in &node.values {
            let units = name.units.len();
            if units > VALUE_NAME_UNITS {
                return Err(ForgeError::ValueNameTooLong { key: path(), units });
            }
            if !seen.insert(&name.upper) {
                return Err(ForgeError::DuplicateValue { key: path(), name: value.name.clone() });
            }
        }
        Ok(())
    }

    /// Checks that no two subkeys of a key have the same name; the lists are sorted, so they'd be neighbours.
    fn check_siblings(&self) -> Result<(), ForgeError> {
        for (index, node) in self.nodes.iter().enumerate() {
            for pair in node.listed.windows(2) {
                let (first, second) = (&self.nodes[pair[0]], &self.nodes[pair[1]]);
                if first.name.upper == second.name.upper {
                    return Err(ForgeError::DuplicateKey {
                        parent: self.path(index),
                        name: second.key.name.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}
