//! The catalog of name spaces, and the programs that are given layered providers.

use coldhive_rules::HexBytes;
use coldhive_system::winsock::{
    AppIdCatalog, Application, CatalogFact, LspCategories, NameSpace, NameSpaceCatalog,
    NameSpaceEntry, Width,
};
use serde::Serialize;

use super::catalogs::{CatalogEntries, MOST_ENTRIES, MOST_FACTS, facts_of, short, shorten_facts};
use super::facts::{FactReport, RestsOn};
use super::reader::{KeyPlace, NO_ROOM, Reader, guid_text};
use crate::field::Field;

/// The catalog of name spaces.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct NameSpaceCatalogReport {
    /// The key.
    pub key: KeyPlace,
    /// `Serial_Access_Num`: goes up when the catalog is changed.
    pub serial_access_number: Field<u32>,
    /// `Next_Provider_ID` (Windows NT 4.0).
    pub next_provider_id: Field<u32>,
    /// The entries of both widths.
    pub widths: Vec<CatalogEntries<NameSpaceReport>>,
    /// What doesn't agree: counts and order.
    pub facts: Vec<FactReport<CatalogFact>>,
}

/// An entry of the catalog of name spaces: one provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NameSpaceReport {
    /// The number that the key is named by.
    pub number: u64,
    /// The key.
    pub key: KeyPlace,
    /// `DisplayString`.
    pub display_string: Field<String>,
    /// `LibraryPath`.
    pub library_path: Field<String>,
    /// `ProviderId`.
    pub provider_id: Field<String>,
    /// `SupportedNameSpace`.
    pub name_space: Field<NameSpace>,
    /// `Enabled`: 0 for no.
    pub enabled: Field<u32>,
    /// `Version`.
    pub version: Field<u32>,
    /// `StoresServiceClassInfo`: 0 for no.
    pub stores_service_class_info: Field<u32>,
    /// `ProviderInfo` (Windows 7 and later), which only the provider understands, in hex.
    pub provider_info: Field<HexBytes>,
}

/// A program of `AppId_Catalog`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ApplicationReport {
    /// The key's name.
    pub id: String,
    /// The key.
    pub key: KeyPlace,
    /// `AppFullPath`.
    pub full_path: Field<String>,
    /// `AppArgs`.
    pub arguments: Field<String>,
    /// `PermittedLspCategories`.
    pub permitted_categories: Field<LspCategories>,
}

impl NameSpaceCatalogReport {
    pub(super) fn of<'c>(reader: &mut Reader<'_, 'c>, catalog: &NameSpaceCatalog<'c>) -> Self {
        let widths = Width::BOTH.map(|width| {
            let (said, answer) = (catalog.entry_count(width), catalog.entries(width));
            CatalogEntries::of(reader, width, said, answer, NameSpaceReport::of)
        });
        let counts = |width: Width| RestsOn::value(reader, catalog.path(), width.count_value());
        let facts = catalog.disagreements();
        let told = facts_of(&facts, catalog.path(), reader, counts);
        shorten_facts(reader, facts.len());
        Self {
            key: reader.key_place(catalog.path(), catalog.key()),
            serial_access_number: Field::of(catalog.serial_access_number()),
            next_provider_id: Field::of(catalog.next_provider_id()),
            widths: widths.into(),
            facts: told,
        }
    }
}

impl NameSpaceReport {
    pub(super) fn of<'c>(reader: &mut Reader<'_, 'c>, entry: &NameSpaceEntry<'c>) -> Self {
        let info = entry.provider_info();
        let info = if reader.room.take(info.as_ok().map_or(0, Vec::len)) {
            Field::of(info.map(HexBytes))
        } else {
            Field { value: None, problem: Some(NO_ROOM.into()) }
        };
        Self {
            number: entry.number(),
            key: reader.key_place(entry.path(), entry.key()),
            display_string: short(reader, entry.display_string()),
            library_path: short(reader, entry.library_path()),
            provider_id: Field::of(entry.provider_id().map(guid_text)),
            name_space: Field::of(entry.name_space()),
            enabled: Field::of(entry.enabled()),
            version: Field::of(entry.version()),
            stores_service_class_info: Field::of(entry.stores_service_class_info()),
            provider_info: info,
        }
    }
}

impl ApplicationReport {
    pub(super) fn all<'c>(reader: &mut Reader<'_, 'c>, catalog: &AppIdCatalog<'c>) -> Vec<Self> {
        let mut found = catalog.applications();
        reader.shorten("AppId_Catalog", &mut found, MOST_ENTRIES);
        for damage in found.iter().filter_map(|entry| entry.as_ref().err()).take(MOST_FACTS) {
            reader.problems.push(format!("an entry of AppId_Catalog can't be read: {damage}"));
        }
        found.iter().flatten().map(|entry| Self::of(reader, entry)).collect()
    }

    pub(super) fn of<'c>(reader: &mut Reader<'_, 'c>, entry: &Application<'c>) -> Self {
        Self {
            id: entry.id(),
            key: reader.key_place(entry.path(), entry.key()),
            full_path: short(reader, entry.full_path()),
            arguments: short(reader, entry.arguments()),
            permitted_categories: Field::of(entry.permitted_categories()),
        }
    }
}
