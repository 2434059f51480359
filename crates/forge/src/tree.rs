//! The description, checked and flattened: keys in order, names prepared, security resolved.

use std::collections::{HashMap, HashSet};

use crate::descriptor;
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key::{KeySpec, components};
use crate::name::{Name, same};
use crate::spec::HiveSpec;

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
    pub(crate) value_names: Vec<Name>,
    pub(crate) parent: Option<Index>,
    /// The subkeys that the list holds, sorted.
    pub(crate) listed: Vec<Index>,
    /// Index of its descriptor; `None` where a fault took it.
    pub(crate) security: Option<usize>,
    /// Whether its cells are free.
    pub(crate) deleted: bool,
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
            tree.nodes.push(Node {
                key,
                name: Name::new(&key.name),
                value_names: key.values.iter().map(|value| Name::new(&value.name)).collect(),
                parent,
                listed: Vec::new(),
                security: None,
                deleted: false,
            });
            tree.check(index, level)?;
            if let Some(parent) = parent {
                tree.nodes[parent].listed.push(index);
            }
            // The last to come in is the first to go out, and keys shall be laid out in sorted order.
            let mut subkeys: Vec<&KeySpec> = key.subkeys.iter().collect();
            subkeys.sort_by_cached_key(|subkey| Name::new(&subkey.name).upper);
            waiting.extend(subkeys.into_iter().rev().map(|subkey| (subkey, Some(index))));
        }
        tree.check_siblings()?;
        tree.secure(&spec.faults)?;
        tree.delete(&spec.faults)?;
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
    fn check(&self, index: Index, level: usize) -> Result<(), ForgeError> {
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
        for (value, name) in node.key.values.iter().zip(&node.value_names) {
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

    /// Gives each key its descriptor: its own, its parent's, or what a fault put in the place of it.
    fn secure(&mut self, faults: &[Fault]) -> Result<(), ForgeError> {
        let mut bare = HashSet::new();
        let mut ill_formed = HashSet::new();
        for fault in faults {
            match fault {
                Fault::NoSecurity { key } => bare.insert(self.find(fault, key)?),
                Fault::BadDescriptor { key } => ill_formed.insert(self.find(fault, key)?),
                _ => continue,
            };
        }
        let default = descriptor::default();
        let mut effective: Vec<&[u8]> = Vec::with_capacity(self.nodes.len());
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        for (index, node) in self.nodes.iter_mut().enumerate() {
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
                self.descriptors.push(descriptor::ill_formed(descriptor.to_vec()));
                Some(self.descriptors.len() - 1)
            } else {
                Some(*known.entry(descriptor).or_insert_with(|| {
                    self.descriptors.push(descriptor.to_vec());
                    self.descriptors.len() - 1
                }))
            };
        }
        Ok(())
    }

    /// Takes deleted keys out of their parents' lists, and marks all below them.
    fn delete(&mut self, faults: &[Fault]) -> Result<(), ForgeError> {
        for fault in faults {
            let Fault::DeletedKey { key } = fault else { continue };
            let index = self.find(fault, key)?;
            let Some(parent) = self.nodes[index].parent else {
                return Err(ForgeError::FaultNotApplicable {
                    fault: fault.name(),
                    key: key.clone(),
                    reason: "the root can't be deleted",
                });
            };
            self.nodes[parent].listed.retain(|&listed| listed != index);
            self.nodes[index].deleted = true;
        }
        // Keys come before those below them, so one pass reaches all.
        for index in 1..self.nodes.len() {
            let parent = self.nodes[index].parent;
            self.nodes[index].deleted |= parent.is_some_and(|parent| self.nodes[parent].deleted);
        }
        Ok(())
    }
}
