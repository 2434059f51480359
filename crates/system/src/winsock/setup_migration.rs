//! `Winsock\Setup Migration`: what the migration to WinSock 2 found.

use coldhive_hive::{Damage, Lookup, ValueType};
use coldhive_security::Guid;

use super::layout::names;
use super::name_list::NameList;
use super::place::{Place, views};
use super::provider::Provider;
use super::read::name_list;
use crate::reading::{Reading, dword};

/// The key `Services\Winsock\Setup Migration`.
#[derive(Clone, Debug)]
pub struct SetupMigration<'i> {
    pub(super) place: Place<'i>,
}

/// The key `Setup Migration\Well Known Guids`: provider IDs by the transport's name.
#[derive(Clone, Debug)]
pub struct WellKnownGuids<'i> {
    place: Place<'i>,
}

views! { SetupMigration WellKnownGuids }

impl<'i> SetupMigration<'i> {
    /// The value `Provider List`: the transports that have a provider.
    #[must_use]
    pub fn provider_list(&self) -> Reading<NameList> {
        self.place.held.read(|key| name_list(key, names::PROVIDER_LIST))
    }

    /// The value `Known Static Providers`: the transports whose provider is built in.
    #[must_use]
    pub fn known_static_providers(&self) -> Reading<NameList> {
        self.place.held.read(|key| name_list(key, names::KNOWN_STATIC_PROVIDERS))
    }

    /// The value `Setup Version`, 0x1009 in every hive seen.
    #[must_use]
    pub fn setup_version(&self) -> Reading<u32> {
        self.place.held.read(|key| dword(key, names::SETUP_VERSION))
    }

    /// The providers, in stored order; damage in the place of those that can't be read.
    #[must_use]
    pub fn providers(&self) -> Lookup<Vec<Result<Provider<'i>, Damage>>> {
        self.place.below(names::PROVIDERS).map(|providers| {
            let subkeys = providers.subkeys();
            subkeys.map(|subkey| subkey.map(|place| Provider { place })).collect()
        })
    }

    /// The provider of one transport.
    #[must_use]
    pub fn provider(&self, transport: &str) -> Lookup<Provider<'i>> {
        // A name from a list may hold anything; one with a backslash is no key's.
        if transport.is_empty() || transport.contains('\\') {
            return Lookup::Absent;
        }
        let path = format!("{}\\{transport}", names::PROVIDERS);
        self.place.below(&path).map(|place| Provider { place })
    }

    /// The subkey `Well Known Guids`.
    #[must_use]
    pub fn well_known_guids(&self) -> Lookup<WellKnownGuids<'i>> {
        self.place.below(names::WELL_KNOWN_GUIDS).map(|place| WellKnownGuids { place })
    }
}

impl WellKnownGuids<'_> {
    /// Every value with its name, in stored order; damage in the place of those that can't be read.
    pub fn guids(&self) -> impl Iterator<Item = Result<(String, Reading<Guid>), Damage>> {
        let values =
            self.key().values().filter(|value| !matches!(value, Ok(value) if value.is_tombstone()));
        values.map(|value| {
            let value = value?;
            let name = value.name()?.to_string();
            let expected = "a GUID (REG_BINARY of 16 bytes)";
            let data = match value.data() {
                Ok(data) => data,
                Err(damage) => return Ok((name, Reading::Damaged(vec![damage]))),
            };
            let reading = match <[u8; 16]>::try_from(&*data) {
                Ok(guid) if value.value_type() == ValueType::BINARY => Reading::Is(Guid(guid)),
                _ => {
                    let found = format!("{} of {} bytes", value.value_type(), data.len());
                    Reading::Unfit { expected, found }
                }
            };
            Ok((name, reading))
        })
    }

    /// One GUID by its name.
    #[must_use]
    pub fn guid(&self, name: &str) -> Reading<Guid> {
        self.place.held.read(|key| crate::reading::guid(key, name))
    }
}
