//! `WinSock2\Parameters\Protocol_Catalog9`: the protocols that programs are offered.

use coldhive_hive::{Damage, Lookup};

use super::catalog_facts::{CatalogFact, Counted, count_facts, item_facts};
use super::catalog_item::CatalogItem;
use super::layout::{entry_number, names};
use super::place::{Place, views};
use super::width::Width;
use crate::reading::{Reading, binary, dword, text};

/// The catalog of protocols.
#[derive(Clone, Debug)]
pub struct ProtocolCatalog<'i> {
    pub(super) place: Place<'i>,
}

/// An entry of the catalog: one protocol of one provider.
#[derive(Clone, Debug)]
pub struct CatalogEntry<'i> {
    place: Place<'i>,
    number: u64,
}

views! { ProtocolCatalog CatalogEntry }

impl<'i> ProtocolCatalog<'i> {
    fn dword(&self, name: &str) -> Reading<u32> {
        self.place.held.read(|key| dword(key, name))
    }

    /// The value `Num_Catalog_Entries` or `Num_Catalog_Entries64`: how many entries there are, and with that which
    /// ones are read.
    #[must_use]
    pub fn entry_count(&self, width: Width) -> Reading<u32> {
        self.dword(width.count_value())
    }

    /// The value `Next_Catalog_Entry_ID`: the ID of the next entry to be added. The first one is 1001.
    #[must_use]
    pub fn next_entry_id(&self) -> Reading<u32> {
        self.dword(names::NEXT_CATALOG_ENTRY_ID)
    }

    /// The value `Serial_Access_Num`: a number that goes up when the catalog is changed, by which processes notice
    /// that. It counts changes and not entries: nothing in a hive contradicts it. (Not in Windows NT 4.0.)
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
    pub fn entries(&self, width: Width) -> Lookup<Vec<Result<CatalogEntry<'i>, Damage>>> {
        self.place.below(width.entries_key()).map(|entries| {
            let view = |number, place| CatalogEntry { place, number };
            entries.numbered(entry_number, view, CatalogEntry::number)
        })
    }

    /// What doesn't agree within the catalog, of both widths.
    #[must_use]
    pub fn disagreements(&self) -> Vec<CatalogFact> {
        let mut facts = Vec::new();
        let next = self.next_entry_id().ok();
        for width in Width::BOTH {
            let entries = self.entries(width);
            let said = self.entry_count(width);
            facts.extend(count_facts(width, &said, &Counted::of(&entries, CatalogEntry::number)));
            let entries = entries.found().unwrap_or_default();
            facts.extend(item_facts(width, next, &entries));
        }
        facts
    }
}

impl CatalogEntry<'_> {
    /// The number that the key is named by: its place in the catalog, from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The value `PackedCatalogItem`, raw.
    #[must_use]
    pub fn item_data(&self) -> Reading<Vec<u8>> {
        self.place.held.read(|key| binary(key, names::PACKED_CATALOG_ITEM))
    }

    /// The value `PackedCatalogItem`, decoded.
    #[must_use]
    pub fn item(&self) -> Reading<CatalogItem> {
        self.item_data().decoded("a packed catalog item of 888 bytes", CatalogItem::decode)
    }

    /// The value `ProtocolName` (Windows 7 and later): the protocol's name, or where it stands (`@library,-number`).
    #[must_use]
    pub fn protocol_name(&self) -> Reading<String> {
        self.place.held.read(|key| text(key, names::PROTOCOL_NAME))
    }
}
