//! Lays a tree out in cells.

use crate::bins::Bins;
use crate::error::ForgeError;
use crate::key_node::{self, KeyNode, Largest};
use crate::key_security;
use crate::key_value::{self, PlacedValue};
use crate::name::Name;
use crate::spec::Version;
use crate::subkey_list::PlacedList;
use crate::tree::{Index, Node, NodeValue, Tree};

/// `REG_LINK`, the type of a symbolic link's target.
const REG_LINK: u32 = 6;

/// Where the parts of a key were put.
pub(crate) struct PlacedKey {
    /// The cell of the `nk` record.
    pub(crate) node: u32,
    pub(crate) values: Vec<PlacedValue>,
    /// The list that the node points at.
    pub(crate) value_list: Option<u32>,
    pub(crate) subkeys: PlacedList,
    /// A list that held the values before the last of them was deleted.
    emptied_value_list: Option<u32>,
    /// A list that held the subkeys before.
    former: Option<PlacedList>,
    class: Option<u32>,
    /// Whether another key's node stands in the node's cell now.
    reused: bool,
}

impl PlacedKey {
    /// Every cell that belongs to the key alone, deleted values and former lists apart.
    fn cells(&self) -> impl Iterator<Item = u32> {
        Some(self.node)
            .filter(|_| !self.reused)
            .into_iter()
            .chain(self.class)
            .chain(self.value_list)
            .chain(self.values.iter().flat_map(PlacedValue::cells))
            .chain(self.subkeys.cells())
    }
}

/// A hive laid out: the bins, and for each key of the tree where it is.
pub(crate) struct Layout {
    pub(crate) bins: Bins,
    pub(crate) keys: Vec<PlacedKey>,
    /// The cell of each descriptor.
    pub(crate) security: Vec<u32>,
}

impl Layout {
    /// The root's cell.
    pub(crate) fn root(&self) -> u32 {
        self.keys[0].node
    }
}

/// Lays out a tree.
///
/// First every cell gets its place, key by key, so that what belongs together lies together; then the
/// records that point at others are written.
pub(crate) fn lay_out(
    tree: &Tree<'_>,
    version: Version,
    last_written: u64,
) -> Result<Layout, ForgeError> {
    let mut bins = Bins::new(version, last_written);
    let mut keys = Vec::with_capacity(tree.nodes.len());
    let mut security = vec![None; tree.descriptors.len()];
    for index in 0..tree.nodes.len() {
        let placed = place(&mut bins, tree, &keys, index, version)?;
        keys.push(placed);
        if let Some(taken) = tree.nodes[index].takes {
            keys[taken].reused = true;
        }
        // A descriptor's cell follows the first key that needs it.
        if let Some(wanted) = tree.nodes[index].security
            && security[wanted].is_none()
        {
            let size = key_security::size(&tree.descriptors[wanted]);
            security[wanted] = Some(bins.allocate(size)?);
        }
    }
    bins.close();
    let security: Vec<u32> = security.into_iter().flatten().collect();
    write_security(&mut bins, tree, &security);
    for index in 0..tree.nodes.len() {
        write_node(&mut bins, tree, &keys, &security, index, version);
    }
    for (node, placed) in tree.nodes.iter().zip(&keys) {
        free(&mut bins, node, placed);
    }
    Ok(Layout { bins, keys, security })
}

/// Frees the cells of a deleted key, of deleted values and of lists that are no longer used.
fn free(bins: &mut Bins, node: &Node<'_>, placed: &PlacedKey) {
    if node.deleted {
        placed.cells().for_each(|cell| bins.free(cell));
    }
    for (value, placed) in node.values.iter().zip(&placed.values) {
        if value.deleted {
            placed.cells().for_each(|cell| bins.free(cell));
        }
    }
    let former = placed.former.iter().flat_map(PlacedList::cells);
    placed.emptied_value_list.into_iter().chain(former).for_each(|cell| bins.free(cell));
}

/// Allocates a key's cells, and writes those that point at no other key.
fn place(
    bins: &mut Bins,
    tree: &Tree<'_>,
    keys: &[PlacedKey],
    index: Index,
    version: Version,
) -> Result<PlacedKey, ForgeError> {
    let node = &tree.nodes[index];
    let size = key_node::size(version, &node.name);
    let cell = match node.takes {
        Some(taken) => take(bins, keys[taken].node, size, &node.key.name)?,
        None => bins.allocate(size)?,
    };
    let class = class_bytes(node.key.class.as_deref());
    let class = if class.is_empty() { None } else { Some(bins.store(&class)?) };
    let subkeys = PlacedList::allocate(bins, version, node.listed.len(), node.nested_list)?;
    let former = match node.formerly_listed.len() {
        0 => None,
        count => Some(PlacedList::allocate(bins, version, count, false)?),
    };
    let mut values = Vec::with_capacity(node.values.len());
    for NodeValue { value, name, slack, .. } in &node.values {
        values.push(key_value::place(bins, version, name, value, slack)?);
    }
    let value_list =
        if values.is_empty() { None } else { Some(bins.store(&value_list(node, &values))?) };
    let emptied = node.listed_values().next().is_none();
    Ok(PlacedKey {
        node: cell,
        values,
        value_list: value_list.filter(|_| !emptied),
        subkeys,
        emptied_value_list: value_list.filter(|_| emptied),
        former,
        class,
        reused: false,
    })
}

/// The cell of a deleted key's node, for the node of another.
fn take(bins: &Bins, cell: u32, size: usize, by: &str) -> Result<u32, ForgeError> {
    if bins.layout().cell_size(size) > bins.size(cell) {
        return Err(ForgeError::FaultNotApplicable {
            fault: "ReusedNode",
            key: by.into(),
            reason: "its node doesn't fit the cell of the deleted one",
        });
    }
    Ok(cell)
}

/// The entries of a value list, each deleted one overwritten as Windows does: those behind it move up, and what
/// the last place held stays there as slack.
fn value_list(node: &Node<'_>, values: &[PlacedValue]) -> Vec<u8> {
    let mut entries: Vec<u32> = values.iter().map(|value| value.record).collect();
    let mut count = entries.len();
    for (_, placed) in node.values.iter().zip(values).filter(|(value, _)| value.deleted) {
        if let Some(position) = entries[..count].iter().position(|&entry| entry == placed.record) {
            entries.copy_within(position + 1..count, position);
            count -= 1;
        }
    }
    entries.iter().flat_map(|entry| entry.to_le_bytes()).collect()
}

/// Writes a key's node and its subkey list.
fn write_node(
    bins: &mut Bins,
    tree: &Tree<'_>,
    keys: &[PlacedKey],
    security: &[u32],
    index: Index,
    version: Version,
) {
    let node = &tree.nodes[index];
    let placed = &keys[index];
    let named = |subkeys: &[Index]| -> Vec<(&Name, u32)> {
        subkeys.iter().map(|&subkey| (&tree.nodes[subkey].name, keys[subkey].node)).collect()
    };
    placed.subkeys.write(bins, &named(&node.listed));
    if let Some(former) = &placed.former {
        former.write(bins, &named(&node.formerly_listed));
    }
    let class_length = class_bytes(node.key.class.as_deref()).len();
    let record = KeyNode {
        version,
        name: &node.name,
        is_root: node.parent.is_none(),
        is_symlink: node
            .key
            .values
            .iter()
            .any(|value| value.name == "SymbolicLinkValue" && value.type_code == REG_LINK),
        last_written: node.key.last_written,
        layer: node.key.layer,
        parent: node.parent.map(|parent| keys[parent].node),
        subkey_count: as_u32(node.listed.len()),
        subkey_list: placed.subkeys.top(),
        value_count: as_u32(node.listed_values().count()),
        value_list: placed.value_list,
        security: node.security.map(|wanted| security[wanted]),
        class: placed.class,
        class_length: u16::try_from(class_length).expect("checked with the tree"),
        largest: largest(tree, index),
    };
    bins.fill(placed.node, &record.encode());
}

/// Writes the security cells: a ring of those that a key refers to, in the order of the cells.
fn write_security(bins: &mut Bins, tree: &Tree<'_>, cells: &[u32]) {
    let mut references = vec![0; cells.len()];
    for node in tree.nodes.iter().filter(|node| !node.deleted) {
        if let Some(wanted) = node.security {
            references[wanted] += 1;
        }
    }
    let ring: Vec<usize> = (0..cells.len()).filter(|&index| references[index] > 0).collect();
    for (position, &index) in ring.iter().enumerate() {
        let next = cells[ring[(position + 1) % ring.len()]];
        let previous = cells[ring[(position + ring.len() - 1) % ring.len()]];
        let record =
            key_security::encode(next, previous, references[index], &tree.descriptors[index]);
        bins.fill(cells[index], &record);
    }
    // Only deleted keys had these: they are remnants too, no longer in the ring.
    for index in (0..cells.len()).filter(|&index| references[index] == 0) {
        let (cell, descriptor) = (cells[index], &tree.descriptors[index]);
        bins.fill(cell, &key_security::encode(cell, cell, 0, descriptor));
        bins.free(cell);
    }
}

fn largest(tree: &Tree<'_>, index: Index) -> Largest {
    let node = &tree.nodes[index];
    let mut largest = Largest::default();
    for &subkey in &node.listed {
        let subkey = &tree.nodes[subkey];
        let class = class_bytes(subkey.key.class.as_deref());
        largest.subkey_name = largest.subkey_name.max(subkey.name.utf16_bytes());
        largest.subkey_class = largest.subkey_class.max(as_u32(class.len()));
    }
    for NodeValue { value, name, .. } in node.values.iter().filter(|value| !value.deleted) {
        largest.value_name = largest.value_name.max(name.utf16_bytes());
        largest.value_data = largest.value_data.max(as_u32(value.data.len()));
    }
    largest
}

fn class_bytes(class: Option<&str>) -> Vec<u8> {
    class.unwrap_or_default().encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn as_u32(number: usize) -> u32 {
    u32::try_from(number).expect("what is counted was allocated within 2 GiB")
}
