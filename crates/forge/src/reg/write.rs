//! From the draft to the hive: its bytes, and where in the text each record comes from.
//!
//! A draft is large where a text is, so it goes into cells as it is, without a description in between.

use super::draft::{Draft, DraftKey, DraftValue, KeyId, Source};
use super::mount::Mount;
use super::order::{Order, group};
use super::scan::Header;
use crate::base_block;
use crate::bins::Bins;
use crate::error::ForgeError;
use crate::key::KeySpec;
use crate::key_node::{self, KeyNode, Largest};
use crate::key_value;
use crate::layer::Layer;
use crate::name::Name;
use crate::spec::{HiveSpec, Version};
use crate::subkey_list::PlacedList;
use crate::value::ValueSpec;

/// `REG_LINK`, the type of a symbolic link's target.
const REG_LINK: u32 = 6;

/// Where in the text a record of the hive comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The cell of a key node or key value, relative to the hive bins data.
    pub cell: u32,
    /// The line, from 1: that which names the key, or the first that needs it, or that where the value begins.
    pub line: u32,
    /// The offset of that line's first byte in the file.
    pub offset: u64,
}

/// What is written.
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    pub(super) exported: Vec<String>,
    pub(super) implied: Vec<u32>,
    pub(super) places: Vec<Place>,
}

/// Writes the hive.
pub(super) fn write(
    mut draft: Draft,
    mount: &Mount,
    header: Header,
) -> Result<Written, ForgeError> {
    draft.finish();
    let order = Order::new(&draft, mount);
    let exported = order.exported(&draft);
    let version = match header {
        Header::Regedit4 => Version::V1_3,
        Header::Version5 => Version::V1_5,
    };
    let mut writer = Writer::new(&draft, version);
    let mut values = std::mem::take(&mut draft.values);
    let by_key =
        group(draft.keys.len(), values.iter().map(|value| (!value.deleted).then_some(value.key)));
    for &id in order.keys() {
        writer.key(&draft, &order, id, by_key.of(id), &mut values)?;
    }
    drop((values, by_key));
    writer.close(&draft, &order);

    let spec = HiveSpec::new(version, KeySpec::new("")).written(0);
    let Writer { bins, mut places, mut implied, cells, .. } = writer;
    let root = cells.get(mount.root).copied().unwrap_or(key_node::NOWHERE);
    let mut bytes = base_block::encode(&spec, root, bins.len()).to_vec();
    bytes.extend_from_slice(bins.bytes());
    places.sort_unstable_by_key(|place| place.cell);
    implied.sort_unstable();
    Ok(Written { bytes, exported, implied, places })
}

/// The cells so far.
struct Writer {
    version: Version,
    bins: Bins,
    /// For each key of the draft, the cell of its node.
    cells: Vec<u32>,
    /// The lists that are still to be filled, with the keys that they belong to.
    lists: Vec<(KeyId, PlacedList)>,
    places: Vec<Place>,
    implied: Vec<u32>,
}

impl Writer {
    fn new(draft: &Draft, version: Version) -> Self {
        Writer {
            version,
            bins: Bins::new(version, 0),
            cells: vec![key_node::NOWHERE; draft.keys.len()],
            lists: Vec::new(),
            places: Vec::new(),
            implied: Vec::new(),
        }
    }

    /// Writes a key, its values, and the empty list of its subkeys. Those above it are written already.
    fn key(
        &mut self,
        draft: &Draft,
        order: &Order,
        id: KeyId,
        value_ids: &[usize],
        values: &mut [DraftValue],
    ) -> Result<(), ForgeError> {
        let Some(key) = draft.keys.get(id) else { return Ok(()) };
        let subkeys = order.below(id);
        let name = Name::new(&key.name);
        let node = self.bins.allocate(key_node::size(self.version, &name))?;
        let list = PlacedList::allocate(&mut self.bins, self.version, subkeys.len(), false)?;
        let mut largest =
            Largest { subkey_name: largest_name(draft, subkeys), ..Largest::default() };
        let mut is_symlink = false;
        let mut records: Vec<u8> = Vec::with_capacity(value_ids.len().saturating_mul(4));
        for &value in value_ids {
            let Some(value) = values.get_mut(value) else { continue };
            let source = value.source;
            // What is written need not be kept.
            let (name, data) = (std::mem::take(&mut value.name), std::mem::take(&mut value.data));
            let value = ValueSpec::raw(name, value.type_code, data);
            let name = Name::new(&value.name);
            let record = key_value::place(&mut self.bins, self.version, &name, &value, &[])?.record;
            records.extend(record.to_le_bytes());
            self.note(record, source);
            is_symlink |= value.name == "SymbolicLinkValue" && value.type_code == REG_LINK;
            largest.value_name = largest.value_name.max(name.utf16_bytes());
            largest.value_data = largest.value_data.max(as_u32(value.data.len()));
        }
        let value_list = if records.is_empty() { None } else { Some(self.bins.store(&records)?) };
        let is_root = order.is_root(id);
        let record = KeyNode {
            version: self.version,
            name: &name,
            is_root,
            is_symlink,
            last_written: 0,
            layer: Layer::default(),
            parent: self.cells.get(key.parent).copied().filter(|_| !is_root),
            subkey_count: as_u32(subkeys.len()),
            subkey_list: list.top(),
            value_count: as_u32(records.len() / 4),
            value_list,
            // A text knows no security: no key names a record.
            security: None,
            class: None,
            class_length: 0,
            largest,
        };
        self.bins.fill(node, &record.encode());
        if let Some(cell) = self.cells.get_mut(id) {
            *cell = node;
        }
        if !subkeys.is_empty() {
            self.lists.push((id, list));
        }
        self.note(node, key.source);
        if !key.explicit {
            self.implied.push(node);
        }
        Ok(())
    }

    fn note(&mut self, cell: u32, source: Source) {
        self.places.push(Place { cell, line: source.line, offset: source.offset });
    }

    /// Fills the lists of subkeys: where they are is only known when all keys are written.
    fn close(&mut self, draft: &Draft, order: &Order) {
        self.bins.close();
        for (id, list) in std::mem::take(&mut self.lists) {
            let subkeys: Vec<(Name, u32)> = order
                .below(id)
                .iter()
                .filter_map(|&id| Some((name_of(draft, id)?, *self.cells.get(id)?)))
                .collect();
            let entries: Vec<(&Name, u32)> =
                subkeys.iter().map(|(name, cell)| (name, *cell)).collect();
            list.write(&mut self.bins, &entries);
        }
    }
}

fn name_of(draft: &Draft, id: KeyId) -> Option<Name> {
    draft.keys.get(id).map(|key: &DraftKey| Name::new(&key.name))
}

fn largest_name(draft: &Draft, subkeys: &[KeyId]) -> u32 {
    let names = subkeys.iter().filter_map(|&id| draft.keys.get(id));
    let bytes = names.map(|key| key.name.encode_utf16().count().saturating_mul(2));
    bytes.max().map_or(0, as_u32)
}

/// Within a hive, whose cells have room for it, no number is larger.
fn as_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
