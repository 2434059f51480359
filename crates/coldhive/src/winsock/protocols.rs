//! The catalog of protocols: its entries, layered providers and chains.

use std::collections::HashMap;

use coldhive_system::winsock::{
    CatalogEntry, CatalogFact, CatalogItem, ChainKind, ProtocolCatalog, Width,
};
use serde::Serialize;

use super::catalogs::{CatalogEntries, facts_of, short, shorten_facts};
use super::facts::{FactReport, RestsOn};
use super::reader::{KeyPlace, NO_ROOM, Reader};
use crate::field::Field;

/// The catalog of protocols.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProtocolCatalogReport {
    /// The key.
    pub key: KeyPlace,
    /// `Next_Catalog_Entry_ID`: the ID of the next entry to be added.
    pub next_entry_id: Field<u32>,
    /// `Serial_Access_Num`: goes up when the catalog is changed.
    pub serial_access_number: Field<u32>,
    /// `Next_Provider_ID` (Windows NT 4.0).
    pub next_provider_id: Field<u32>,
    /// The entries of both widths.
    pub widths: Vec<CatalogEntries<ProtocolEntry>>,
    /// What doesn't agree: counts, order, IDs, chains.
    pub facts: Vec<FactReport<CatalogFact>>,
}

/// An entry of the catalog of protocols.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProtocolEntry {
    /// The number that the key is named by.
    pub number: u64,
    /// The key.
    pub key: KeyPlace,
    /// The value `PackedCatalogItem`, decoded.
    pub item: Field<Box<CatalogItem>>,
    /// The value `ProtocolName` (Windows 7 and later).
    pub protocol_name: Field<String>,
    /// What the entry is; null where its item can't be decoded.
    pub kind: Option<ChainKind>,
    /// The entries that a chain goes through, top down.
    pub chain: Vec<ChainLink>,
}

/// One entry that a chain goes through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChainLink {
    /// The catalog entry ID that the chain names.
    pub id: u32,
    /// The number of the first entry with that ID; null where no readable entry has it.
    pub number: Option<u64>,
    /// The name of its protocol.
    pub name: Option<String>,
    /// Its library.
    pub library: Option<String>,
    /// Whether it is a layered provider, a base provider or again a chain.
    pub kind: Option<ChainKind>,
}

impl ProtocolCatalogReport {
    pub(super) fn of<'c>(reader: &mut Reader<'_, 'c>, catalog: &ProtocolCatalog<'c>) -> Self {
        let widths = Width::BOTH.map(|width| {
            let answer = catalog.entries(width);
            let mut entries = CatalogEntries::of(
                reader,
                width,
                catalog.entry_count(width),
                answer,
                ProtocolEntry::of,
            );
            resolve_chains(&mut entries.entries);
            entries
        });
        let counts = |width: Width| RestsOn::value(reader, catalog.path(), width.count_value());
        let facts = catalog.disagreements();
        let told = facts_of(&facts, catalog.path(), reader, counts);
        shorten_facts(reader, facts.len());
        Self {
            key: reader.key_place(catalog.path(), catalog.key()),
            next_entry_id: Field::of(catalog.next_entry_id()),
            serial_access_number: Field::of(catalog.serial_access_number()),
            next_provider_id: Field::of(catalog.next_provider_id()),
            widths: widths.into(),
            facts: told,
        }
    }

    /// The entries for programs of one width.
    #[must_use]
    pub fn entries(&self, width: Width) -> &[ProtocolEntry] {
        let found = self.widths.iter().find(|entries| entries.width == width);
        found.map(|entries| entries.entries.as_slice()).unwrap_or_default()
    }
}

impl ProtocolEntry {
    pub(super) fn of<'c>(reader: &mut Reader<'_, 'c>, entry: &CatalogEntry<'c>) -> Self {
        let size = size_of::<Self>().saturating_add(size_of::<CatalogItem>());
        let behind = entry.item_data().as_ok().map_or(0, Vec::len);
        let item = if reader.room.take(size.saturating_add(behind)) {
            Field::of(entry.item().map(Box::new))
        } else {
            Field { value: None, problem: Some(NO_ROOM.into()) }
        };
        Self {
            number: entry.number(),
            key: reader.key_place(entry.path(), entry.key()),
            kind: item.value.as_ref().map(|item| item.protocol.chain.kind()),
            item,
            protocol_name: short(reader, entry.protocol_name()),
            chain: Vec::new(),
        }
    }
}

/// Finds the entries that chains name.
fn resolve_chains(entries: &mut [ProtocolEntry]) {
    let mut by_id: HashMap<u32, ChainLink> = HashMap::new();
    for entry in entries.iter() {
        let Some(item) = &entry.item.value else { continue };
        let id = item.protocol.catalog_entry_id;
        by_id.entry(id).or_insert_with(|| ChainLink {
            id,
            number: Some(entry.number),
            name: Some(item.protocol.name.to_string()),
            library: Some(item.library_path.to_string()),
            kind: entry.kind,
        });
    }
    for entry in entries {
        let Some(item) = &entry.item.value else { continue };
        let unknown = |id| ChainLink { id, number: None, name: None, library: None, kind: None };
        let link = |id: &u32| by_id.get(id).cloned().unwrap_or_else(|| unknown(*id));
        entry.chain = item.protocol.chain.entries().iter().map(link).collect();
    }
}

impl ProtocolEntry {
    /// Whether it is a layered provider or a chain of them.
    #[must_use]
    pub const fn is_layered(&self) -> bool {
        matches!(self.kind, Some(ChainKind::Layered | ChainKind::Chain))
    }
}
