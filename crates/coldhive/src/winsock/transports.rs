//! Transports: what each tells Winsock, and what doesn't agree between the list and the services.

use coldhive_hive::{Damage, DamageReport, Lookup};
use coldhive_system::KeyFacts;
use coldhive_system::winsock::{
    AddressFamily, Mapping, MappingRow, ProviderFlags, ServiceFlags, SockaddrLength, SocketType,
    Transport, TransportEntry, TransportFact, TransportProtocol, Transports,
};
use serde::Serialize;

use super::facts::{FactReport, RestsOn};
use super::reader::{MOST_SHOWN, NO_ROOM, Reader, guid_text};
use crate::field::Field;

/// One transport: a name of `Transports`, a service with `Parameters\Winsock`, or both.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TransportReport {
    /// The transport's name, as `Transports` spells it, or as the service's key does.
    pub name: String,
    /// Whether `Transports` names it; null where the list can't be read.
    pub named: Option<bool>,
    /// Whether the service is there: `found`, `absent`, `unreadable` or `obscured`.
    pub service: &'static str,
    /// The same of its key `Parameters\Winsock`.
    pub finding: &'static str,
    /// The key; null where it isn't there or can't be read.
    pub key: Option<KeyFacts>,
    /// The value `HelperDllName`.
    pub helper_dll: Option<Field<String>>,
    /// The value `MinSockAddrLength`, or `MinSockAddrLen` where that is absent, in bytes.
    pub min_sockaddr_length: Option<Field<u32>>,
    /// The value `MaxSockAddrLength`, or `MaxSockAddrLen` where that is absent, in bytes.
    pub max_sockaddr_length: Option<Field<u32>>,
    /// Whether lengths stand under the short names that Q102974 writes.
    pub short_names: bool,
    /// The value `Mapping`, decoded: all rows.
    pub mapping: Option<Field<Vec<MappingRow>>>,
    /// How many rows of the mapping each address family has, in the order of the first row of each.
    pub mapping_families: Vec<FamilyCount>,
    /// The value `ProviderGUID` (Windows 10).
    pub provider_guid: Option<Field<String>>,
    /// The value `OfflineCapable` (Windows 10).
    pub offline_capable: Option<Field<u32>>,
    /// The value `UseDelayedAcceptance`.
    pub use_delayed_acceptance: Option<Field<u32>>,
    /// The numbered subkeys (Windows 10).
    pub protocols: Vec<TransportProtocolReport>,
    /// Subkeys that can't be read.
    pub damage: Vec<DamageReport>,
}

/// How many rows of a mapping an address family has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FamilyCount {
    /// The family.
    pub family: AddressFamily,
    /// How many rows.
    pub rows: usize,
}

/// A numbered subkey of a transport's key: one protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TransportProtocolReport {
    /// The number that the key is named by.
    pub number: u64,
    /// `Version`.
    pub version: Field<u32>,
    /// `AddressFamily`.
    pub address_family: Field<AddressFamily>,
    /// `SocketType`.
    pub socket_type: Field<SocketType>,
    /// `Protocol`.
    pub protocol: Field<i32>,
    /// Its name, where it has one.
    pub protocol_text: Option<String>,
    /// `ProtocolMaxOffset`.
    pub protocol_max_offset: Field<u32>,
    /// `MinSockAddrLength`, in bytes.
    pub min_sockaddr_length: Field<u32>,
    /// `MaxSockAddrLength`, in bytes.
    pub max_sockaddr_length: Field<u32>,
    /// `ByteOrder`: 0 for big-endian.
    pub byte_order: Field<u32>,
    /// `MessageSize`, in bytes.
    pub message_size: Field<u32>,
    /// `szProtocol`.
    pub name: Field<String>,
    /// `ProviderFlags`.
    pub provider_flags: Field<ProviderFlags>,
    /// `ServiceFlags`.
    pub service_flags: Field<ServiceFlags>,
}

/// The word for an answer.
pub(super) const fn finding<T>(answer: &Lookup<T>) -> &'static str {
    match answer {
        Lookup::Found(_) => "found",
        Lookup::Absent => "absent",
        Lookup::Unreadable(_) => "unreadable",
        Lookup::Obscured(_) => "obscured",
    }
}

impl TransportReport {
    /// All transports of the control set.
    pub(super) fn all(reader: &mut Reader<'_, '_>, transports: &Transports<'_>) -> Vec<Self> {
        let is_named = |entry: &&TransportEntry<'_>| entry.named == Some(true);
        let named: Vec<_> = transports.entries.iter().filter(is_named).collect();
        let mut others: Vec<_> =
            transports.entries.iter().filter(|entry| !is_named(entry)).collect();
        if others.len() > MOST_SHOWN {
            let count = others.len();
            reader.problems.push(format!(
                "{count} services that Transports doesn't name have Parameters\\Winsock; the first {MOST_SHOWN} are shown"
            ));
            others.truncate(MOST_SHOWN);
        }
        let skipped = transports.facts.iter().find_map(|fact| match fact {
            TransportFact::NotLookedUp { count } => Some(*count),
            _ => None,
        });
        if let Some(skipped) = skipped {
            let (most, all) = (named.len(), skipped.saturating_add(named.len() as u64));
            reader
                .problems
                .push(format!("Transports names {all} services; the first {most} were looked up"));
        }
        named.into_iter().chain(others).map(|entry| Self::of(reader, entry)).collect()
    }

    fn of(reader: &mut Reader<'_, '_>, entry: &TransportEntry<'_>) -> Self {
        let mut report = Self {
            name: entry.name.clone(),
            named: entry.named,
            service: finding(&entry.service),
            finding: finding(&entry.transport),
            key: None,
            helper_dll: None,
            min_sockaddr_length: None,
            max_sockaddr_length: None,
            short_names: false,
            mapping: None,
            mapping_families: Vec::new(),
            provider_guid: None,
            offline_capable: None,
            use_delayed_acceptance: None,
            protocols: Vec::new(),
            damage: Vec::new(),
        };
        let path = winsock_path(reader, &entry.name);
        let Some(transport) = reader.take(&path, entry.transport.clone()) else { return report };
        report.read(reader, &transport);
        report
    }

    fn read(&mut self, reader: &mut Reader<'_, '_>, transport: &Transport<'_>) {
        let (min, max) = (transport.min_sockaddr(), transport.max_sockaddr());
        let has_short =
            |length: &SockaddrLength| !matches!(length.len, coldhive_system::Reading::Absent);
        self.key = Some(reader.facts(transport.key()));
        self.helper_dll = Some(Field::of(transport.helper_dll()));
        self.min_sockaddr_length = Some(Field::of(min.effective().clone()));
        self.max_sockaddr_length = Some(Field::of(max.effective().clone()));
        self.short_names = has_short(&min) || has_short(&max);
        let mapping = mapping(reader, transport);
        self.mapping_families = families(mapping.value.as_deref().unwrap_or_default());
        self.mapping = Some(mapping);
        self.provider_guid = Some(Field::of(transport.provider_guid().map(guid_text)));
        self.offline_capable = Some(Field::of(transport.offline_capable()));
        self.use_delayed_acceptance = Some(Field::of(transport.use_delayed_acceptance()));
        let mut protocols = transport.protocols();
        reader.shorten(&winsock_path(reader, &self.name), &mut protocols, MOST_SHOWN);
        self.damage =
            protocols.iter().filter_map(|one| one.as_ref().err()).map(Damage::report).collect();
        self.protocols = protocols.iter().flatten().map(TransportProtocolReport::of).collect();
    }

    /// The facts, with what they rest on.
    pub(super) fn facts(
        reader: &mut Reader<'_, '_>,
        transports: &Transports<'_>,
    ) -> Vec<FactReport<TransportFact>> {
        let mut facts: Vec<_> = transports.facts.iter().collect();
        reader.shorten("What doesn't agree among transports", &mut facts, MOST_SHOWN);
        facts
            .into_iter()
            .map(|fact| FactReport::new(fact.clone(), rests_on(reader, fact)))
            .collect()
    }
}

/// The path of a transport's key.
pub(super) fn winsock_path(reader: &Reader<'_, '_>, name: &str) -> String {
    reader.set.path(&format!("Services\\{name}\\Parameters\\Winsock"))
}

/// The rows of a transport's mapping that are there.
fn mapping(reader: &mut Reader<'_, '_>, transport: &Transport<'_>) -> Field<Vec<MappingRow>> {
    let mapping = transport.mapping();
    let rows = mapping.as_ok().map_or(0, |mapping| mapping.rows.len());
    if !reader.room.take(rows.saturating_mul(size_of::<MappingRow>())) {
        return Field { value: None, problem: Some(NO_ROOM.into()) };
    }
    let fault = mapping.as_ok().and_then(Mapping::fault);
    let mut field = Field::of(mapping.map(|mapping| mapping.rows));
    if let Some(fault) = fault {
        field.problem = Some(format!("ill-formed: {fault}"));
    }
    field
}

fn families(rows: &[MappingRow]) -> Vec<FamilyCount> {
    let mut counts: Vec<FamilyCount> = Vec::new();
    for row in rows {
        let family = row.family();
        if let Some(count) = counts.iter_mut().find(|count| count.family == family) {
            count.rows = count.rows.saturating_add(1);
        } else if counts.len() < MOST_SHOWN {
            counts.push(FamilyCount { family, rows: 1 });
        }
    }
    counts
}

impl TransportProtocolReport {
    fn of(protocol: &TransportProtocol<'_>) -> Self {
        let family = protocol.address_family();
        let number = protocol.protocol();
        let protocol_text = family.as_ok().zip(number.as_ok()).and_then(|(family, number)| {
            coldhive_system::winsock::protocol_name(*family, *number)
                .map(std::borrow::Cow::into_owned)
        });
        Self {
            number: protocol.number(),
            version: Field::of(protocol.version()),
            address_family: Field::of(family),
            socket_type: Field::of(protocol.socket_type()),
            protocol: Field::of(number),
            protocol_text,
            protocol_max_offset: Field::of(protocol.protocol_max_offset()),
            min_sockaddr_length: Field::of(protocol.min_sockaddr_length()),
            max_sockaddr_length: Field::of(protocol.max_sockaddr_length()),
            byte_order: Field::of(protocol.byte_order()),
            message_size: Field::of(protocol.message_size()),
            name: Field::of(protocol.protocol_name()),
            provider_flags: Field::of(protocol.provider_flags()),
            service_flags: Field::of(protocol.service_flags()),
        }
    }
}

/// Which keys and values a fact rests on.
fn rests_on(reader: &Reader<'_, '_>, fact: &TransportFact) -> Vec<RestsOn> {
    let list =
        || RestsOn::value(reader, &reader.set.path("Services\\Winsock\\Parameters"), "Transports");
    let transport = |name: &str| RestsOn::key(reader, &winsock_path(reader, name));
    let value =
        |name: &str, value: &str| RestsOn::value(reader, &winsock_path(reader, name), value);
    match fact {
        TransportFact::NoService { name } => {
            vec![list(), RestsOn::key(reader, &reader.set.path(&format!("Services\\{name}")))]
        }
        TransportFact::NoWinsockKey { name }
        | TransportFact::Unreadable { name, .. }
        | TransportFact::Obscured { name, .. }
        | TransportFact::NotNamed { name } => vec![list(), transport(name)],
        TransportFact::Mapping { name, .. } => vec![value(name, "Mapping")],
        TransportFact::LengthsDiffer { name, longer, shorter, .. } => {
            vec![value(name, longer), value(name, shorter)]
        }
        TransportFact::ProviderIdDiffers { name, .. } => {
            let provider = format!("Services\\Winsock\\Setup Migration\\Providers\\{name}");
            let provider = reader.set.path(&provider);
            vec![
                value(name, "ProviderGUID"),
                RestsOn::value(reader, &provider, "WinSock 2.0 Provider ID"),
            ]
        }
        TransportFact::LengthsCross { name, .. } => vec![transport(name)],
        _ => vec![list()],
    }
}
