//! The subtree `Services\Winsock`: which transports the sockets library knows.
//!
//! The layout is the same from Windows NT 4.0 to Windows 10. `Parameters\Transports` names the
//! services of the installed transports (Q102974); `Setup Migration` records what the migration to
//! WinSock 2 found, with a provider key per transport.

use coldhive_hive::{Damage, Hive, Key, Lookup, MultiString};
use coldhive_security::Guid;

use crate::control_set::ControlSet;
use crate::reading::{Reading, binary, dword, guid, multi_string, text};

/// The key `Services\Winsock` of a control set.
#[derive(Clone, Copy, Debug)]
pub struct Winsock<'i> {
    key: Key<'i>,
}

/// The key `Services\Winsock\Parameters`.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'i> {
    key: Key<'i>,
}

/// The key `Services\Winsock\Setup Migration`.
#[derive(Clone, Copy, Debug)]
pub struct SetupMigration<'i> {
    key: Key<'i>,
}

/// A key under `Setup Migration\Providers`: one transport's provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider<'i> {
    key: Key<'i>,
}

/// The key `Services\<transport>\Parameters\Winsock`: how the sockets library talks to a transport.
#[derive(Clone, Copy, Debug)]
pub struct Transport<'i> {
    key: Key<'i>,
}

pub(crate) fn winsock<'i>(hive: Hive<'i>, set: &ControlSet) -> Lookup<Winsock<'i>> {
    hive.key(&set.path("Services\\Winsock")).map(|key| Winsock { key })
}

pub(crate) fn transport<'i>(hive: Hive<'i>, set: &ControlSet, name: &str) -> Lookup<Transport<'i>> {
    // A name from a list may hold anything; one with a backslash is no service's.
    if name.is_empty() || name.contains('\\') {
        return Lookup::Absent;
    }
    let services = hive.key(&set.path("Services"));
    let key = services
        .and_then(|key| key.subkey(name))
        .and_then(|key| key.descend("Parameters\\Winsock"));
    key.map(|key| Transport { key })
}

impl<'i> Winsock<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.key
    }

    /// The subkey `Parameters`.
    #[must_use]
    pub fn parameters(&self) -> Lookup<Parameters<'i>> {
        self.key.subkey("Parameters").map(|key| Parameters { key })
    }

    /// The subkey `Setup Migration`.
    #[must_use]
    pub fn setup_migration(&self) -> Lookup<SetupMigration<'i>> {
        self.key.subkey("Setup Migration").map(|key| SetupMigration { key })
    }
}

impl<'i> Parameters<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.key
    }

    /// The value `Transports`: the service names of the installed transports.
    #[must_use]
    pub fn transports(&self) -> Reading<MultiString> {
        multi_string(&self.key, "Transports")
    }
}

impl<'i> SetupMigration<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.key
    }

    /// The value `Provider List`: the transports that have a provider.
    #[must_use]
    pub fn provider_list(&self) -> Reading<MultiString> {
        multi_string(&self.key, "Provider List")
    }

    /// The value `Known Static Providers`: the transports whose provider is built in.
    #[must_use]
    pub fn known_static_providers(&self) -> Reading<MultiString> {
        multi_string(&self.key, "Known Static Providers")
    }

    /// The value `Setup Version`, 0x1009 in every hive seen.
    #[must_use]
    pub fn setup_version(&self) -> Reading<u32> {
        dword(&self.key, "Setup Version")
    }

    /// The providers, in stored order; damage in the place of those that can't be read.
    #[must_use]
    pub fn providers(&self) -> Lookup<Vec<Result<Provider<'i>, Damage>>> {
        let providers = self.key.subkey("Providers");
        providers
            .map(|key| key.subkeys().map(|subkey| subkey.map(|key| Provider { key })).collect())
    }

    /// The provider of one transport.
    #[must_use]
    pub fn provider(&self, transport: &str) -> Lookup<Provider<'i>> {
        let providers = self.key.subkey("Providers");
        providers.and_then(|key| key.subkey(transport)).map(|key| Provider { key })
    }
}

impl<'i> Provider<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.key
    }

    /// The value `WinSock 2.0 Provider ID`.
    #[must_use]
    pub fn id(&self) -> Reading<Guid> {
        guid(&self.key, "WinSock 2.0 Provider ID")
    }

    /// The value `WinSock 1.1 Provider Data`, raw: a run of `PROTOCOL_INFO` records.
    #[must_use]
    pub fn winsock1_data(&self) -> Reading<Vec<u8>> {
        binary(&self.key, "WinSock 1.1 Provider Data")
    }
}

/// One row of a transport's mapping: a kind of socket that it offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MappingRow {
    /// The address family (`AF_*`).
    pub address_family: u32,
    /// The socket type (`SOCK_*`).
    pub socket_type: u32,
    /// The protocol.
    pub protocol: u32,
}

impl<'i> Transport<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.key
    }

    /// The value `HelperDllName`.
    #[must_use]
    pub fn helper_dll(&self) -> Reading<String> {
        text(&self.key, "HelperDllName")
    }

    /// The value `MinSockAddrLength`, in bytes.
    #[must_use]
    pub fn min_sockaddr_length(&self) -> Reading<u32> {
        dword(&self.key, "MinSockAddrLength")
    }

    /// The value `MaxSockAddrLength`, in bytes.
    #[must_use]
    pub fn max_sockaddr_length(&self) -> Reading<u32> {
        dword(&self.key, "MaxSockAddrLength")
    }

    /// The value `Mapping`, decoded: rows and columns (always 3) as `u32`, then the rows.
    #[must_use]
    pub fn mapping(&self) -> Reading<Vec<MappingRow>> {
        match binary(&self.key, "Mapping") {
            Reading::Is(data) => match mapping_rows(&data) {
                Some(rows) => Reading::Is(rows),
                None => Reading::Unfit {
                    expected: "a mapping (8 + 12 bytes for each of its rows, 3 columns)",
                    found: format!("{} bytes that don't fit", data.len()),
                },
            },
            other => other.map(|_| Vec::new()),
        }
    }
}

fn mapping_rows(data: &[u8]) -> Option<Vec<MappingRow>> {
    let (numbers, []) = data.as_chunks::<4>() else { return None };
    let mut numbers = numbers.iter().map(|bytes| u32::from_le_bytes(*bytes));
    let (rows, columns) = (numbers.next()?, numbers.next()?);
    if columns != 3 || u32::try_from(numbers.len()).ok()? != rows.checked_mul(3)? {
        return None;
    }
    let mut decoded = Vec::with_capacity(numbers.len() / 3);
    while let (Some(address_family), Some(socket_type), Some(protocol)) =
        (numbers.next(), numbers.next(), numbers.next())
    {
        decoded.push(MappingRow { address_family, socket_type, protocol });
    }
    Some(decoded)
}
