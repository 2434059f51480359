//! `Services\WinSock2`: the catalogs of WinSock 2.

use coldhive_hive::Lookup;

use super::accounts::{Accounts, Catalogs};
use super::app_id::AppIdCatalog;
use super::catalog::ProtocolCatalog;
use super::layout::{WINSOCK2_KEY, names};
use super::name_space::NameSpaceCatalog;
use super::place::{Place, views};
use crate::control_set::ControlSet;
use crate::reading::{Reading, text};
use crate::system::System;

/// The key `Services\WinSock2` of a control set.
#[derive(Clone, Debug)]
pub struct Winsock2<'i> {
    place: Place<'i>,
}

/// The key `Services\WinSock2\Parameters`.
#[derive(Clone, Debug)]
pub struct Winsock2Parameters<'i> {
    place: Place<'i>,
}

views! { Winsock2 Winsock2Parameters }

pub(crate) fn winsock2<'i>(system: &System<'i>, set: &ControlSet) -> Lookup<Winsock2<'i>> {
    Place::at(system, set.path("Services\\WinSock2")).map(|place| Winsock2 { place })
}

impl<'i> Winsock2<'i> {
    /// The subkey `Parameters`.
    #[must_use]
    pub fn parameters(&self) -> Lookup<Winsock2Parameters<'i>> {
        self.place.below(names::PARAMETERS).map(|place| Winsock2Parameters { place })
    }

    /// Which keys and values here the typed views read, and what else there is.
    #[must_use]
    pub fn accounts(&self) -> Accounts<'i> {
        let parameters = self.parameters().found();
        let name = |read: fn(&Winsock2Parameters<'i>) -> Reading<String>| {
            parameters.as_ref().and_then(|parameters| read(parameters).ok())
        };
        let catalogs = Catalogs {
            protocols: name(Winsock2Parameters::current_protocol_catalog),
            name_spaces: name(Winsock2Parameters::current_name_space_catalog),
        };
        Accounts::of(self.key(), &WINSOCK2_KEY, catalogs)
    }
}

impl<'i> Winsock2Parameters<'i> {
    fn text(&self, name: &str) -> Reading<String> {
        self.place.held.read(|key| text(key, name))
    }

    /// The value `WinSock_Registry_Version`, `2.0` in every hive seen.
    #[must_use]
    pub fn registry_version(&self) -> Reading<String> {
        self.text(names::REGISTRY_VERSION)
    }

    /// The value `Current_Protocol_Catalog`: the name of the subkey that is the catalog of protocols.
    #[must_use]
    pub fn current_protocol_catalog(&self) -> Reading<String> {
        self.text(names::CURRENT_PROTOCOL_CATALOG)
    }

    /// The value `Current_NameSpace_Catalog`: the name of the subkey that is the catalog of name spaces.
    #[must_use]
    pub fn current_name_space_catalog(&self) -> Reading<String> {
        self.text(names::CURRENT_NAME_SPACE_CATALOG)
    }

    /// The value `NameSpace_Callout`: a library (Windows 7 and later).
    #[must_use]
    pub fn name_space_callout(&self) -> Reading<String> {
        self.text(names::NAME_SPACE_CALLOUT)
    }

    /// The value `AutodialDLL`: a library (Windows 7 and later).
    #[must_use]
    pub fn autodial_dll(&self) -> Reading<String> {
        self.text(names::AUTODIAL_DLL)
    }

    /// The catalog of protocols that is in use, by the name that `Current_Protocol_Catalog` holds; absent
    /// where that is no text or names nothing, obscured where it can't be read.
    #[must_use]
    pub fn protocol_catalog(&self) -> Lookup<ProtocolCatalog<'i>> {
        let place = self.current(self.current_protocol_catalog());
        place.map(|place| ProtocolCatalog { place })
    }

    /// The catalog of name spaces that is in use, by the name that `Current_NameSpace_Catalog` holds; absent
    /// where that is no text or names nothing, obscured where it can't be read.
    #[must_use]
    pub fn name_space_catalog(&self) -> Lookup<NameSpaceCatalog<'i>> {
        let place = self.current(self.current_name_space_catalog());
        place.map(|place| NameSpaceCatalog { place })
    }

    fn current(&self, name: Reading<String>) -> Lookup<Place<'i>> {
        match name {
            Reading::Is(name) => self.place.named(&name),
            Reading::Absent | Reading::Unfit { .. } => Lookup::Absent,
            Reading::Damaged(damage) => Lookup::Obscured(damage),
        }
    }

    /// The subkey `AppId_Catalog` (Windows 7 and later).
    #[must_use]
    pub fn app_id_catalog(&self) -> Lookup<AppIdCatalog<'i>> {
        self.place.below(names::APP_ID_CATALOG).map(|place| AppIdCatalog { place })
    }
}
