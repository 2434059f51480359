//! `Setup Migration` with its providers, and what else stands beside it: well-known GUIDs, `Autodial`, `Linkage`.

use coldhive_hive::{Damage, DamageReport, Lookup};
use coldhive_rules::HexBytes;
use coldhive_security::Guid;
use coldhive_system::winsock::{
    Autodial, Linkage, NameList, Provider, ProviderData, ProviderDataFault, SetupMigration,
    WellKnownGuids, Winsock,
};
use coldhive_system::{KeyFacts, Reading};
use serde::Serialize;

use super::lists::ListReport;
use super::reader::{KeyPlace, MOST_SHOWN, NO_ROOM, Reader, guid_text};
use crate::field::Field;

/// As much of a provider's data as is kept, in bytes; real ones have some hundred.
const MOST_DATA: usize = 65_536;

/// `Services\Winsock\Setup Migration`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MigrationReport {
    /// The key.
    pub key: KeyFacts,
    /// The value `Provider List`.
    pub provider_list: ListReport,
    /// The value `Known Static Providers`.
    pub known_static_providers: ListReport,
    /// The value `Setup Version`.
    pub setup_version: Field<u32>,
    /// The subkeys of `Providers`.
    pub providers: Vec<ProviderReport>,
    /// Providers that can't be read.
    pub damaged_providers: Vec<DamageReport>,
    /// The values of `Well Known Guids`; empty where there is no such key.
    pub well_known_guids: Vec<WellKnownGuidReport>,
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
    /// The same, decoded; what doesn't fit in it is its problem.
    pub protocols: Field<ProviderData>,
}

/// A value of `Well Known Guids`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WellKnownGuidReport {
    /// The transport's name.
    pub name: String,
    /// The GUID.
    pub guid: Field<String>,
}

/// `Services\Winsock\Autodial` (Windows NT 4.0).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AutodialReport {
    /// The key.
    pub key: KeyPlace,
    /// The value `AutodialDllName32`.
    pub dll: Field<String>,
    /// The value `AutodialFcnName32`.
    pub function: Field<String>,
}

/// `Services\Winsock\Linkage` or its subkey `Disabled` (Windows NT 4.0).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LinkageReport {
    /// The key.
    pub key: KeyPlace,
    /// The value `Bind`.
    pub bind: ListReport,
    /// The value `Export`.
    pub export: ListReport,
    /// The value `Route`.
    pub route: ListReport,
}

impl MigrationReport {
    /// The report, and the names of the keys under `Providers` where they are all known.
    pub(super) fn of<'c>(
        reader: &mut Reader<'_, 'c>,
        path: &str,
        migration: &SetupMigration<'c>,
    ) -> (Self, Option<NameList>) {
        let answer = migration.providers();
        let is_absent = answer.is_absent();
        let mut providers = reader.take(&format!("{path}\\Providers"), answer).unwrap_or_default();
        let complete = is_absent || (!providers.is_empty() && providers.iter().all(Result::is_ok));
        let names = complete.then(|| name_list(providers.iter().flatten().map(Provider::name)));
        reader.shorten("Providers", &mut providers, MOST_SHOWN);
        let guids = reader
            .take_optional(&format!("{path}\\Well Known Guids"), migration.well_known_guids());
        let list = migration.provider_list();
        let report = Self {
            key: reader.facts(migration.key()),
            provider_list: ListReport::read(reader, &list, &migration.value("Provider List")),
            known_static_providers: ListReport::read(
                reader,
                &migration.known_static_providers(),
                &migration.value("Known Static Providers"),
            ),
            setup_version: Field::of(migration.setup_version()),
            damaged_providers: providers
                .iter()
                .filter_map(|provider| provider.as_ref().err())
                .map(Damage::report)
                .collect(),
            providers: providers
                .iter()
                .flatten()
                .map(|provider| ProviderReport::of(reader, provider))
                .collect(),
            well_known_guids: guids
                .map(|guids| WellKnownGuidReport::all(reader, &guids))
                .unwrap_or_default(),
        };
        (report, names)
    }
}

/// Names as a list that others can be compared with.
fn name_list(names: impl Iterator<Item = String>) -> NameList {
    let mut text: String = names.map(|name| format!("{name}\0")).collect();
    text.push('\0');
    NameList::decode(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
}

impl ProviderReport {
    fn of<'c>(reader: &mut Reader<'_, 'c>, provider: &Provider<'c>) -> Self {
        let data = provider.winsock1_data();
        let size = data.as_ok().map_or(0, Vec::len);
        let protocols = if reader.room.take(size.saturating_mul(4)) {
            let reading = provider.protocols();
            let faults = reading.as_ok().map(|data| data.faults.clone()).unwrap_or_default();
            let mut field = Field::of(reading);
            if !faults.is_empty() {
                field.problem = Some(in_words(&faults));
            }
            field
        } else {
            Field { value: None, problem: Some(NO_ROOM.into()) }
        };
        Self {
            name: provider.name(),
            key: reader.facts(provider.key()),
            id: Field::of(provider.id().map(guid_text)),
            winsock1_data: first_part(data),
            protocols,
        }
    }
}

/// What doesn't fit, the first few of it.
fn in_words(faults: &[ProviderDataFault]) -> String {
    const TOLD: usize = 4;
    let told: Vec<_> = faults.iter().take(TOLD).map(ToString::to_string).collect();
    let more = faults.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("ill-formed: {}{more}", told.join("; "))
}

/// A provider's data, or its first part.
fn first_part(data: Reading<Vec<u8>>) -> Field<HexBytes> {
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

impl WellKnownGuidReport {
    fn all(reader: &mut Reader<'_, '_>, guids: &WellKnownGuids<'_>) -> Vec<Self> {
        let mut all = Vec::new();
        let mut left_out = 0_usize;
        for guid in guids.guids() {
            let (name, reading): (String, Reading<Guid>) = match guid {
                Ok(named) => named,
                Err(damage) => {
                    reader
                        .problems
                        .push(format!("a value of Well Known Guids can't be read: {damage}"));
                    continue;
                }
            };
            if all.len() < MOST_SHOWN {
                all.push(Self { name, guid: Field::of(reading.map(guid_text)) });
            } else {
                left_out = left_out.saturating_add(1);
            }
        }
        if left_out > 0 {
            reader.problems.push(format!("{left_out} values of Well Known Guids are left out"));
        }
        all
    }
}

impl AutodialReport {
    pub(super) fn of<'c>(
        reader: &mut Reader<'_, 'c>,
        path: &str,
        winsock: &Winsock<'c>,
    ) -> Option<Self> {
        let autodial: Autodial<'_> =
            reader.take_optional(&format!("{path}\\Autodial"), winsock.autodial())?;
        Some(Self {
            key: reader.key_place(autodial.path(), autodial.key()),
            dll: Field::of(autodial.dll()),
            function: Field::of(autodial.function()),
        })
    }
}

impl LinkageReport {
    /// `Linkage` and `Linkage\Disabled`, as far as they are there.
    pub(super) fn both<'c>(
        reader: &mut Reader<'_, 'c>,
        path: &str,
        winsock: &Winsock<'c>,
    ) -> Vec<Self> {
        let path = format!("{path}\\Linkage");
        let Some(linkage) = reader.take_optional(&path, winsock.linkage()) else {
            return Vec::new();
        };
        let disabled: Lookup<Linkage<'c>> = linkage.disabled();
        let disabled = reader.take_optional(&format!("{path}\\Disabled"), disabled);
        let both = [Some(linkage), disabled];
        both.into_iter().flatten().map(|linkage| Self::of(reader, &linkage)).collect()
    }

    fn of<'c>(reader: &mut Reader<'_, 'c>, linkage: &Linkage<'c>) -> Self {
        Self {
            key: reader.key_place(linkage.path(), linkage.key()),
            bind: ListReport::read(reader, &linkage.bind(), &linkage.value("Bind")),
            export: ListReport::read(reader, &linkage.export(), &linkage.value("Export")),
            route: ListReport::read(reader, &linkage.route(), &linkage.value("Route")),
        }
    }
}
