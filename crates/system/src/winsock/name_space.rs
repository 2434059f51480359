//! `WinSock2\Parameters\NameSpace_Catalog5`: who resolves names.

use coldhive_hive::{Damage, Lookup};
use coldhive_security::Guid;

use super::catalog_facts::{CatalogFact, Counted, count_facts};
use super::layout::{entry_number, names};
use super::names::NameSpace;
use super::place::{Place, views};
use super::width::Width;
use crate::reading::{Reading, binary, dword, guid, text};

/// The catalog of name-space providers.
#[derive(Clone, Debug)]
pub struct NameSpaceCatalog<'i> {
    pub(super) place: Place<'i>,
}

/// An entry of the catalog: one name-space provider.
#[derive(Clone, Debug)]
pub struct NameSpaceEntry<'i> {
    place: Place<'i>,
    number: u64,
}

views! { NameSpaceCatalog NameSpaceEntry }

impl<'i> NameSpaceCatalog<'i> {
    fn dword(&self, name: &str) -> Reading<u32> {
        self.place.held.read(|key| dword(key, name))
    }

    /// The value `Num_Catalog_Entries` or `Num_Catalog_Entries64`: how many entries there are.
    #[must_use]
    pub fn entry_count(&self, width: Width) -> Reading<u32> {
        self.dword(width.count_value())
    }

    /// The value `Serial_Access_Num`: a number that goes up when the catalog is changed. (Not in Windows NT 4.0.)
    #[must_use]
    pub fn serial_access_number(&self) -> Reading<u32> {
        self.dword(names::SERIAL_ACCESS_NUM)
    }

    /// The value `Next_Provider_ID` (Windows NT 4.0).
    #[must_use]
    pub fn next_provider_id(&self) -> Reading<u32> {
        self.dword(names::NEXT_PROVIDER_ID)
    }

    /// The entries in the catalog's order, which is that of the numbers they are named by; damage behind them.
    ///
    /// Keys that aren't named by twelve digits are no entries, and the accounts list them.
    #[must_use]
    pub fn entries(&self, width: Width) -> Lookup<Vec<Result<NameSpaceEntry<'i>, Damage>>> {
        self.place.below(width.entries_key()).map(|entries| {
            let view = |number, place| NameSpaceEntry { place, number };
            entries.numbered(entry_number, view, NameSpaceEntry::number)
        })
    }

    /// What doesn't agree within the catalog, of both widths.
    #[must_use]
    pub fn disagreements(&self) -> Vec<CatalogFact> {
        let facts = Width::BOTH.into_iter().flat_map(|width| {
            let counted = Counted::of(&self.entries(width), NameSpaceEntry::number);
            count_facts(width, &self.entry_count(width), &counted)
        });
        facts.collect()
    }
}

impl NameSpaceEntry<'_> {
    /// The number that the key is named by: its place in the catalog, from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    fn text(&self, name: &str) -> Reading<String> {
        self.place.held.read(|key| text(key, name))
    }

    fn dword(&self, name: &str) -> Reading<u32> {
        self.place.held.read(|key| dword(key, name))
    }

    /// The value `LibraryPath`.
    #[must_use]
    pub fn library_path(&self) -> Reading<String> {
        self.text(names::LIBRARY_PATH)
    }

    /// The value `DisplayString`: the name that people see, or where it stands (`@library,-number`).
    #[must_use]
    pub fn display_string(&self) -> Reading<String> {
        self.text(names::DISPLAY_STRING)
    }

    /// The value `ProviderId`.
    #[must_use]
    pub fn provider_id(&self) -> Reading<Guid> {
        self.place.held.read(|key| guid(key, names::NAME_SPACE_PROVIDER_ID))
    }

    /// The value `SupportedNameSpace`.
    #[must_use]
    pub fn name_space(&self) -> Reading<NameSpace> {
        self.dword(names::SUPPORTED_NAME_SPACE).map(NameSpace)
    }

    /// The value `Enabled`: 0 for no.
    #[must_use]
    pub fn enabled(&self) -> Reading<u32> {
        self.dword(names::ENABLED)
    }

    /// The value `Version`.
    #[must_use]
    pub fn version(&self) -> Reading<u32> {
        self.dword(names::VERSION)
    }

    /// The value `StoresServiceClassInfo`: 0 for no. Windows NT 4.0 leaves there what was in memory.
    #[must_use]
    pub fn stores_service_class_info(&self) -> Reading<u32> {
        self.dword(names::STORES_SERVICE_CLASS_INFO)
    }

    /// The value `ProviderInfo` (Windows 7 and later), which only the provider understands.
    #[must_use]
    pub fn provider_info(&self) -> Reading<Vec<u8>> {
        self.place.held.read(|key| binary(key, names::PROVIDER_INFO))
    }
}
