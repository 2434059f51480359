//! The Winsock subtree as data: decoded, with the evidence and security of each key.

use coldhive_hive::{Damage, DamageReport, Lookup};
use coldhive_rules::{HexBytes, HiveInfo};
use coldhive_system::winsock::{Mapping, MappingRow, NameList, Transport};
use coldhive_system::{ControlSet, KeyFacts, NoControlSet, Reading, Selector};
use serde::Serialize;

use crate::case::Case;

/// Real hives have a dozen transports and providers at most; one made to keep a reader busy has millions.
const MOST_SHOWN: usize = 64;
/// As much of a provider's data as is kept, in bytes; real ones have some hundred.
const MOST_DATA: usize = 65_536;

/// A field that was read, or why it was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field<T> {
    /// What was read.
    pub value: Option<T>,
    /// Why nothing was, or what is odd about what was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl<T> Field<T> {
    /// Takes what came of reading.
    #[must_use]
    pub fn of(reading: Reading<T>) -> Self {
        let why = reading.why_not();
        Self { problem: (!why.is_empty()).then_some(why), value: reading.ok() }
    }
}

fn list(reading: Reading<NameList>) -> Field<Vec<String>> {
    let faults: Vec<_> = reading
        .as_ok()
        .into_iter()
        .flat_map(|list| list.faults().iter().map(ToString::to_string))
        .collect();
    let mut field = Field::of(reading.map(|list| list.entries().to_vec()));
    if !faults.is_empty() {
        field.problem = Some(format!("ill-formed: {}", faults.join("; ")));
    }
    field
}

/// The rows of a transport's mapping that are there.
fn mapping(transport: &Transport<'_>) -> Field<Vec<MappingRow>> {
    let mapping = transport.mapping();
    let fault = mapping.as_ok().and_then(Mapping::fault);
    let mut field = Field::of(mapping.map(|mapping| mapping.rows));
    if let Some(fault) = fault {
        field.problem = Some(format!("ill-formed: {fault}"));
    }
    field
}

/// A provider's data, or its first part.
fn provider_data(data: Reading<Vec<u8>>) -> Field<HexBytes> {
    let size = data.as_ok().map_or(0, Vec::len);
    let mut field = Field::of(data.map(|mut data| {
        data.truncate(MOST_DATA);
        data.shrink_to_fit();
        HexBytes(data)
    }));
    if size > MOST_DATA {
        field.problem = Some(format!("the first {MOST_DATA} of {size} bytes"));
    }
    field
}

/// The version of the JSON form of [`WinsockView`].
pub const WINSOCK_SCHEMA: &str = "coldhive.winsock/1";

/// The Winsock registrations of a hive, with what they were read from.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WinsockView {
    /// [`WINSOCK_SCHEMA`].
    pub schema: &'static str,
    /// The hive.
    pub hive: HiveInfo,
    /// The control sets that were looked at.
    pub control_sets: Vec<WinsockReport>,
    /// Notes on the choice of the control set.
    pub notes: Vec<String>,
}

/// `Services\Winsock` of one control set.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WinsockReport {
    /// The control set.
    pub control_set: String,
    /// The key itself; null where it isn't there or can't be read.
    pub winsock: Option<KeyFacts>,
    /// The subkey `Parameters`.
    pub parameters: Option<ParametersReport>,
    /// The subkey `Setup Migration`.
    pub setup_migration: Option<MigrationReport>,
    /// What each service that `Transports` names tells Winsock.
    pub transports: Vec<TransportReport>,
    /// What is missing or can't be read, in words.
    pub problems: Vec<String>,
}

/// `Services\Winsock\Parameters`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ParametersReport {
    /// The key.
    pub key: KeyFacts,
    /// The value `Transports`.
    pub transports: Field<Vec<String>>,
}

/// `Services\Winsock\Setup Migration`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MigrationReport {
    /// The key.
    pub key: KeyFacts,
    /// The value `Provider List`.
    pub provider_list: Field<Vec<String>>,
    /// The value `Known Static Providers`.
    pub known_static_providers: Field<Vec<String>>,
    /// The value `Setup Version`.
    pub setup_version: Field<u32>,
    /// The subkeys of `Providers`.
    pub providers: Vec<ProviderReport>,
    /// Providers that can't be read.
    pub damaged_providers: Vec<DamageReport>,
}

/// A key under `Setup Migration\Providers`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProviderReport {
    /// The transport's name.
    pub name: String,
    /// The key.
    pub key: KeyFacts,
    /// The value `WinSock 2.0 Provider ID`.
    pub id: Field<String>,
    /// The value `WinSock 1.1 Provider Data`, in hex.
    pub winsock1_data: Field<HexBytes>,
}

/// `Services\<transport>\Parameters\Winsock`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TransportReport {
    /// The transport's name, as `Transports` spells it.
    pub name: String,
    /// The key; null where it isn't there or can't be read.
    pub key: Option<KeyFacts>,
    /// The value `HelperDllName`.
    pub helper_dll: Option<Field<String>>,
    /// The value `MinSockAddrLength`, in bytes.
    pub min_sockaddr_length: Option<Field<u32>>,
    /// The value `MaxSockAddrLength`, in bytes.
    pub max_sockaddr_length: Option<Field<u32>>,
    /// The value `Mapping`, decoded.
    pub mapping: Option<Field<Vec<MappingRow>>>,
}

impl Case {
    /// Decodes the Winsock subtrees of the control sets that are selected.
    ///
    /// # Errors
    /// Why no control set could be selected.
    pub fn winsock_view(
        &self,
        selector: Selector,
        hash: bool,
    ) -> Result<WinsockView, NoControlSet> {
        let selection = self.system().select(selector)?;
        let mut notes = selection.notes;
        notes.extend(self.notes());
        Ok(WinsockView {
            schema: WINSOCK_SCHEMA,
            hive: self.hive_info(hash),
            control_sets: selection.sets.iter().map(|set| self.winsock(set)).collect(),
            notes,
        })
    }

    /// Decodes the Winsock subtree of a control set.
    #[must_use]
    pub fn winsock(&self, set: &ControlSet) -> WinsockReport {
        let system = self.system();
        let mut report = WinsockReport {
            control_set: set.to_string(),
            winsock: None,
            parameters: None,
            setup_migration: None,
            transports: Vec::new(),
            problems: Vec::new(),
        };
        let path = set.path("Services\\Winsock");
        let Some(winsock) = report.take(&path, system.winsock(set)) else { return report };
        report.winsock = Some(system.facts(winsock.key()));
        let mut names = Vec::new();
        if let Some(parameters) = report.take(&format!("{path}\\Parameters"), winsock.parameters())
        {
            let transports = list(parameters.transports());
            names = transports.value.clone().unwrap_or_default();
            report.parameters =
                Some(ParametersReport { key: system.facts(parameters.key()), transports });
        }
        let migration = format!("{path}\\Setup Migration");
        if let Some(found) = report.take(&migration, winsock.setup_migration()) {
            let mut providers = report
                .take(&format!("{migration}\\Providers"), found.providers())
                .unwrap_or_default();
            if providers.len() > MOST_SHOWN {
                report.problems.push(format!(
                    "Providers has {} entries; the first {MOST_SHOWN} are shown",
                    providers.len()
                ));
                providers.truncate(MOST_SHOWN);
            }
            let damaged = providers.iter().filter_map(|provider| provider.as_ref().err());
            report.setup_migration = Some(MigrationReport {
                key: system.facts(found.key()),
                provider_list: list(found.provider_list()),
                known_static_providers: list(found.known_static_providers()),
                setup_version: Field::of(found.setup_version()),
                damaged_providers: damaged.map(Damage::report).collect(),
                providers: providers
                    .iter()
                    .flatten()
                    .map(|provider| ProviderReport {
                        name: provider.key().readable_name().to_string(),
                        key: system.facts(provider.key()),
                        id: Field::of(provider.id().map(|id| format!("{{{id}}}").to_uppercase())),
                        winsock1_data: provider_data(provider.winsock1_data()),
                    })
                    .collect(),
            });
        }
        if names.len() > MOST_SHOWN {
            report.problems.push(format!(
                "Transports names {} services; the first {MOST_SHOWN} were looked up",
                names.len()
            ));
            names.truncate(MOST_SHOWN);
        }
        for name in names {
            let key = format!("{}\\{name}\\Parameters\\Winsock", set.path("Services"));
            let transport = report.take(&key, system.transport(set, &name));
            report.transports.push(TransportReport {
                name,
                key: transport.as_ref().map(|transport| system.facts(transport.key())),
                helper_dll: transport.as_ref().map(|transport| Field::of(transport.helper_dll())),
                min_sockaddr_length: transport
                    .as_ref()
                    .map(|transport| Field::of(transport.min_sockaddr_length())),
                max_sockaddr_length: transport
                    .as_ref()
                    .map(|transport| Field::of(transport.max_sockaddr_length())),
                mapping: transport.as_ref().map(mapping),
            });
        }
        report
    }
}

impl WinsockReport {
    /// What was found; otherwise notes in words why it was not.
    fn take<T>(&mut self, path: &str, answer: Lookup<T>) -> Option<T> {
        let damage = answer.damage().first().map(ToString::to_string).unwrap_or_default();
        match answer {
            Lookup::Found(found) => return Some(found),
            Lookup::Absent => self.problems.push(format!("{path} is not there")),
            Lookup::Unreadable(_) => self.problems.push(format!("{path} is damaged: {damage}")),
            Lookup::Obscured(hidden) if hidden == [Damage::NotInExport] => {
                self.problems.push(format!("whether {path} exists can't be told: {damage}"));
            }
            Lookup::Obscured(_) => {
                self.problems.push(format!("damage hides whether {path} exists: {damage}"));
            }
        }
        None
    }
}
