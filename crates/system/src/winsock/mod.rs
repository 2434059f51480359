//! The subtrees `Services\Winsock` and `Services\WinSock2`: which transports and providers the sockets library
//! knows.
//!
//! The layout is the same from Windows NT 4.0 to Windows 10. `Parameters\Transports` names the
//! services of the installed transports (Q102974); `Setup Migration` records what the migration to
//! WinSock 2 found, with a provider key per transport. Under `WinSock2` stand two catalogs: of protocols, with what
//! programs are offered, and of name spaces.
//!
//! Every view gives its raw key, and [`Winsock::accounts`], [`Winsock2::accounts`] and [`Transport::accounts`] tell
//! of each key and value of a subtree whether a view reads it: what none does is listed, not dropped.
//!
//! ```
//! use coldhive_forge::{build, samples};
//! use coldhive_hive::Hive;
//! use coldhive_system::{Selector, System};
//!
//! let file = build(&samples::cluster_sound())?;
//! let system = System::new(Hive::parse(&file)?);
//! let set = &system.select(Selector::Current)?.sets[0];
//!
//! let transports = system.transports(set);
//! let clusnet = transports.entries.iter().find(|entry| entry.name == "Clusnet").ok_or("no Clusnet")?;
//! let mapping = clusnet.transport.clone().found().ok_or("no key")?.mapping().ok().ok_or("no mapping")?;
//! assert_eq!(mapping.rows[0].to_string(), "AF_CLUSTER SOCK_DGRAM 3");
//! assert!(transports.facts.is_empty());
//!
//! let winsock = system.winsock(set).found().ok_or("no Winsock")?;
//! assert_eq!(winsock.accounts().totals().unknown_values, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accounts;
mod app_id;
mod bytes;
mod catalog;
mod catalog_facts;
mod catalog_item;
mod fixed_text;
mod flags;
mod layout;
mod linkage;
mod mapping;
mod name_list;
mod name_space;
mod names;
mod place;
mod provider;
mod provider_data;
mod read;
mod setup_migration;
mod transport;
mod transports;
mod width;
mod winsock2;
mod wsa_protocol_info;

use coldhive_hive::Lookup;

pub use accounts::{Accounted, Accounts, Totals, Unknown};
pub use app_id::{AppIdCatalog, Application};
pub use catalog::{CatalogEntry, ProtocolCatalog};
pub use catalog_facts::CatalogFact;
pub use catalog_item::CatalogItem;
pub use fixed_text::{FixedAnsi, FixedWide};
pub use flags::{LspCategories, OldServiceFlags, ProviderFlags, ServiceFlags};
pub use linkage::{Autodial, Linkage};
pub use mapping::{Mapping, MappingFault, MappingRow};
pub use name_list::NameList;
pub use name_space::{NameSpaceCatalog, NameSpaceEntry};
pub use names::{AddressFamily, NameSpace, SocketType, lana, protocol_name};
pub use provider::Provider;
pub use provider_data::{ProtocolInfo, ProviderData, ProviderDataFault};
pub use setup_migration::{SetupMigration, WellKnownGuids};
pub use transport::{SockaddrLength, Transport, TransportProtocol};
pub use transports::{TransportEntry, TransportFact, Transports};
pub use width::Width;
pub use winsock2::{Winsock2, Winsock2Parameters};
pub use wsa_protocol_info::{ChainKind, ProtocolChain, WsaProtocolInfo};

pub(crate) use transports::transports;
pub(crate) use winsock2::winsock2;

use accounts::Catalogs;
use layout::{WINSOCK_KEY, names as value_names};
use place::{Place, views};
use read::name_list;

use crate::control_set::ControlSet;
use crate::reading::Reading;
use crate::service::Service;
use crate::system::System;

/// The key `Services\Winsock` of a control set.
#[derive(Clone, Debug)]
pub struct Winsock<'i> {
    place: Place<'i>,
}

/// The key `Services\Winsock\Parameters`.
#[derive(Clone, Debug)]
pub struct Parameters<'i> {
    place: Place<'i>,
}

views! { Winsock Parameters }

pub(crate) fn winsock<'i>(system: &System<'i>, set: &ControlSet) -> Lookup<Winsock<'i>> {
    Place::at(system, set.path("Services\\Winsock")).map(|place| Winsock { place })
}

pub(crate) fn transport<'i>(
    system: &System<'i>,
    set: &ControlSet,
    name: &str,
) -> Lookup<Transport<'i>> {
    // A name from a list may hold anything; one with a backslash is no service's.
    if name.is_empty() || name.contains('\\') {
        return Lookup::Absent;
    }
    let path = set.path(&format!("Services\\{name}\\Parameters\\Winsock"));
    Place::at(system, path).map(|place| Transport { place })
}

impl<'i> Winsock<'i> {
    /// The key as that of a service, with `Type`, `Start` and `ErrorControl` (up to Windows 7).
    #[must_use]
    pub fn as_service(&self) -> Service<'i> {
        Service::of(self.place.held, *self.place.system)
    }

    /// The subkey `Parameters`.
    #[must_use]
    pub fn parameters(&self) -> Lookup<Parameters<'i>> {
        self.place.below(value_names::PARAMETERS).map(|place| Parameters { place })
    }

    /// The subkey `Setup Migration`.
    #[must_use]
    pub fn setup_migration(&self) -> Lookup<SetupMigration<'i>> {
        self.place.below(value_names::SETUP_MIGRATION).map(|place| SetupMigration { place })
    }

    /// The subkey `Autodial` (Windows NT 4.0).
    #[must_use]
    pub fn autodial(&self) -> Lookup<Autodial<'i>> {
        self.place.below(value_names::AUTODIAL).map(|place| Autodial { place })
    }

    /// The subkey `Linkage` (Windows NT 4.0).
    #[must_use]
    pub fn linkage(&self) -> Lookup<Linkage<'i>> {
        self.place.below(value_names::LINKAGE).map(|place| Linkage { place })
    }

    /// Which keys and values here the typed views read, and what else there is.
    #[must_use]
    pub fn accounts(&self) -> Accounts<'i> {
        Accounts::of(self.key(), &WINSOCK_KEY, Catalogs::default())
    }
}

impl Parameters<'_> {
    /// The value `Transports`: the service names of the installed transports.
    #[must_use]
    pub fn transports(&self) -> Reading<NameList> {
        self.place.held.read(|key| name_list(key, value_names::TRANSPORTS))
    }
}
