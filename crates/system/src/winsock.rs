//! The subtree `Services\Winsock`: which transports the sockets library knows.
//!
//! The layout is the same from Windows NT 4.0 to Windows 10. `Parameters\Transports` names the
//! services of the installed transports (Q102974); `Setup Migration` records what the migration to
//! WinSock 2 found, with a provider key per transport.

use coldhive_hive::{Damage, Key, Lookup, MultiString};
use coldhive_security::Guid;

use crate::control_set::ControlSet;
use crate::locate::{Held, Located};
use crate::reading::{Reading, binary, dword, guid, multi_string, text};
use crate::system::System;

/// The key `Services\Winsock` of a control set.
#[derive(Clone, Debug)]
pub struct Winsock<'i> {
    place: Place<'i>,
}

/// The key `Services\Winsock\Parameters`.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'i> {
    held: Held<'i>,
}

/// The key `Services\Winsock\Setup Migration`.
#[derive(Clone, Debug)]
pub struct SetupMigration<'i> {
    place: Place<'i>,
}

/// A key under `Setup Migration\Providers`: one transport's provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider<'i> {
    held: Held<'i>,
}

/// The key `Services\<transport>\Parameters\Winsock`: how the sockets library talks to a transport.
#[derive(Clone, Copy, Debug)]
pub struct Transport<'i> {
    held: Held<'i>,
}

/// A key with keys of interest below it, which are asked of the system and not of the file alone.
#[derive(Clone, Debug)]
struct Place<'i> {
    system: System<'i>,
    /// The path below `HKLM\SYSTEM`.
    path: String,
    held: Held<'i>,
}

impl<'i> Place<'i> {
    fn at(system: &System<'i>, path: String) -> Lookup<Self> {
        system.held(&path).map(|held| Self { system: *system, path, held })
    }

    fn path_of(&self, below: &str) -> String {
        format!("{}\\{below}", self.path)
    }

    fn below(&self, below: &str) -> Lookup<Self> {
        Self::at(&self.system, self.path_of(below))
    }

    fn locate(&self, below: &str) -> Located<'i> {
        self.system.locate(&self.path_of(below))
    }
}

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
    system.held(&path).map(|held| Transport { held })
}

impl<'i> Winsock<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.place.held.key
    }

    /// The subkey `Parameters`.
    #[must_use]
    pub fn parameters(&self) -> Lookup<Parameters<'i>> {
        self.place.locate("Parameters").into_held().map(|held| Parameters { held })
    }

    /// The subkey `Setup Migration`.
    #[must_use]
    pub fn setup_migration(&self) -> Lookup<SetupMigration<'i>> {
        self.place.below("Setup Migration").map(|place| SetupMigration { place })
    }
}

impl<'i> Parameters<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.held.key
    }

    /// The value `Transports`: the service names of the installed transports.
    #[must_use]
    pub fn transports(&self) -> Reading<MultiString> {
        self.held.read(|key| multi_string(key, "Transports"))
    }
}

impl<'i> SetupMigration<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.place.held.key
    }

    /// The value `Provider List`: the transports that have a provider.
    #[must_use]
    pub fn provider_list(&self) -> Reading<MultiString> {
        self.place.held.read(|key| multi_string(key, "Provider List"))
    }

    /// The value `Known Static Providers`: the transports whose provider is built in.
    #[must_use]
    pub fn known_static_providers(&self) -> Reading<MultiString> {
        self.place.held.read(|key| multi_string(key, "Known Static Providers"))
    }

    /// The value `Setup Version`, 0x1009 in every hive seen.
    #[must_use]
    pub fn setup_version(&self) -> Reading<u32> {
        self.place.held.read(|key| dword(key, "Setup Version"))
    }

    /// The providers, in stored order; damage in the place of those that can't be read.
    #[must_use]
    pub fn providers(&self) -> Lookup<Vec<Result<Provider<'i>, Damage>>> {
        self.place.below("Providers").map(|providers| {
            let Held { key, complete } = providers.held;
            let mut found = Vec::new();
            for subkey in key.subkeys() {
                match subkey {
                    Ok(key) if key.is_tombstone() => {}
                    Ok(key) if key.is_link() => {
                        match providers.locate(&key.readable_name().to_string()).into_held() {
                            Lookup::Found(held) => found.push(Ok(Provider { held })),
                            other => found.extend(other.damage().first().map(|it| Err(*it))),
                        }
                    }
                    Ok(key) => found.push(Ok(Provider { held: Held { key, complete } })),
                    Err(damage) => found.push(Err(damage)),
                }
            }
            if !complete {
                found.push(Err(Damage::NotInExport));
            }
            found
        })
    }

    /// The provider of one transport.
    #[must_use]
    pub fn provider(&self, transport: &str) -> Lookup<Provider<'i>> {
        // A name from a list may hold anything; one with a backslash is no key's.
        if transport.is_empty() || transport.contains('\\') {
            return Lookup::Absent;
        }
        let located = self.place.locate(&format!("Providers\\{transport}"));
        located.into_held().map(|held| Provider { held })
    }
}

impl<'i> Provider<'i> {
    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.held.key
    }

    /// The value `WinSock 2.0 Provider ID`.
    #[must_use]
    pub fn id(&self) -> Reading<Guid> {
        self.held.read(|key| guid(key, "WinSock 2.0 Provider ID"))
    }

    /// The value `WinSock 1.1 Provider Data`, raw: a run of `PROTOCOL_INFO` records.
    #[must_use]
    pub fn winsock1_data(&self) -> Reading<Vec<u8>> {
        self.held.read(|key| binary(key, "WinSock 1.1 Provider Data"))
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
        &self.held.key
    }

    /// The value `HelperDllName`.
    #[must_use]
    pub fn helper_dll(&self) -> Reading<String> {
        self.held.read(|key| text(key, "HelperDllName"))
    }

    /// The value `MinSockAddrLength`, in bytes.
    #[must_use]
    pub fn min_sockaddr_length(&self) -> Reading<u32> {
        self.held.read(|key| dword(key, "MinSockAddrLength"))
    }

    /// The value `MaxSockAddrLength`, in bytes.
    #[must_use]
    pub fn max_sockaddr_length(&self) -> Reading<u32> {
        self.held.read(|key| dword(key, "MaxSockAddrLength"))
    }

    /// The value `Mapping`, decoded: rows and columns (always 3) as `u32`, then the rows.
    #[must_use]
    pub fn mapping(&self) -> Reading<Vec<MappingRow>> {
        match self.held.read(|key| binary(key, "Mapping")) {
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
