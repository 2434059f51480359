//! WinSock 2: the key, and what its two catalogs have in common.

use coldhive_hive::{Damage, DamageReport, Lookup};
use coldhive_system::winsock::{CatalogFact, Width, Winsock2};
use coldhive_system::{KeyFacts, Reading};
use serde::Serialize;

use super::facts::{FactReport, RestsOn};
use super::name_spaces::{ApplicationReport, NameSpaceCatalogReport};
use super::protocols::ProtocolCatalogReport;
use super::reader::{NO_ROOM, Reader};
use crate::field::Field;

/// How many entries of a catalog are shown; real ones have some dozens.
pub(super) const MOST_ENTRIES: usize = 512;

/// `Services\WinSock2`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Winsock2Report {
    /// The key.
    pub key: KeyFacts,
    /// The subkey `Parameters`; null where it isn't there or can't be read, and all that stands in it with it.
    pub parameters: Option<KeyFacts>,
    /// The value `WinSock_Registry_Version`.
    pub registry_version: Option<Field<String>>,
    /// The value `Current_Protocol_Catalog`.
    pub current_protocol_catalog: Option<Field<String>>,
    /// The value `Current_NameSpace_Catalog`.
    pub current_name_space_catalog: Option<Field<String>>,
    /// The value `NameSpace_Callout` (Windows 7 and later).
    pub name_space_callout: Option<Field<String>>,
    /// The value `AutodialDLL` (Windows 7 and later).
    pub autodial_dll: Option<Field<String>>,
    /// The catalog of protocols; null where it isn't there or can't be read.
    pub protocols: Option<ProtocolCatalogReport>,
    /// The catalog of name spaces; null where it isn't there or can't be read.
    pub name_spaces: Option<NameSpaceCatalogReport>,
    /// The programs of `AppId_Catalog` (Windows 7 and later).
    pub applications: Vec<ApplicationReport>,
}

/// The entries of a catalog for programs of one width.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CatalogEntries<E> {
    /// For which programs.
    pub width: Width,
    /// Whether the key that holds them is there: `found`, `absent`, `unreadable` or `obscured`.
    pub finding: &'static str,
    /// How many there should be, by `Num_Catalog_Entries` or `Num_Catalog_Entries64`.
    pub said: Field<u32>,
    /// The entries in the catalog's order.
    pub entries: Vec<E>,
    /// Entries that can't be read.
    pub damage: Vec<DamageReport>,
    /// How many more there are than are shown.
    pub left_out: usize,
}

impl Winsock2Report {
    pub(super) fn of<'c>(reader: &mut Reader<'_, 'c>, path: &str, winsock2: &Winsock2<'c>) -> Self {
        let mut report = Self {
            key: reader.facts(winsock2.key()),
            parameters: None,
            registry_version: None,
            current_protocol_catalog: None,
            current_name_space_catalog: None,
            name_space_callout: None,
            autodial_dll: None,
            protocols: None,
            name_spaces: None,
            applications: Vec::new(),
        };
        let path = format!("{path}\\Parameters");
        let Some(parameters) = reader.take(&path, winsock2.parameters()) else { return report };
        report.parameters = Some(reader.facts(parameters.key()));
        report.registry_version = Some(Field::of(parameters.registry_version()));
        report.name_space_callout = Some(Field::of(parameters.name_space_callout()));
        report.autodial_dll = Some(Field::of(parameters.autodial_dll()));
        let (protocols, name_spaces) =
            (parameters.current_protocol_catalog(), parameters.current_name_space_catalog());
        let protocols_path = catalog_path(&path, &protocols, "Current_Protocol_Catalog");
        let name_spaces_path = catalog_path(&path, &name_spaces, "Current_NameSpace_Catalog");
        report.current_protocol_catalog = Some(Field::of(protocols));
        report.current_name_space_catalog = Some(Field::of(name_spaces));
        if let Some(catalog) = reader.take(&protocols_path, parameters.protocol_catalog()) {
            report.protocols = Some(ProtocolCatalogReport::of(reader, &catalog));
        }
        if let Some(catalog) = reader.take(&name_spaces_path, parameters.name_space_catalog()) {
            report.name_spaces = Some(NameSpaceCatalogReport::of(reader, &catalog));
        }
        let apps = format!("{path}\\AppId_Catalog");
        if let Some(apps) = reader.take_optional(&apps, parameters.app_id_catalog()) {
            report.applications = ApplicationReport::all(reader, &apps);
        }
        report
    }
}

/// What a catalog that isn't found is called in problems: its path, or the value that should name it.
fn catalog_path(parameters: &str, name: &Reading<String>, value: &str) -> String {
    match name {
        Reading::Is(name) => format!("{parameters}\\{name}"),
        other => {
            format!("{parameters}: the catalog that {value} should name ({})", other.why_not())
        }
    }
}

/// How many facts of a catalog are told.
pub(super) const MOST_FACTS: usize = 64;

pub(super) fn shorten_facts(reader: &mut Reader<'_, '_>, count: usize) {
    if count > MOST_FACTS {
        reader.problems.push(format!(
            "{count} things don't agree within a catalog; the first {MOST_FACTS} are told"
        ));
    }
}

/// The first facts, with what they rest on: the count, and the entry.
pub(super) fn facts_of(
    facts: &[CatalogFact],
    catalog: &str,
    reader: &Reader<'_, '_>,
    count: impl Fn(Width) -> RestsOn,
) -> Vec<FactReport<CatalogFact>> {
    let entry = |width: Width, number: u64| {
        let path = format!("{catalog}\\{}\\{number:012}", width.entries_key());
        RestsOn::value(reader, &path, "PackedCatalogItem")
    };
    let entries =
        |width: Width| RestsOn::key(reader, &format!("{catalog}\\{}", width.entries_key()));
    let rests_on = |fact: &CatalogFact| match fact {
        CatalogFact::NoCount { width, .. }
        | CatalogFact::NoEntries { width, .. }
        | CatalogFact::CountDiffers { width, .. }
        | CatalogFact::Missing { width, .. } => vec![count(*width), entries(*width)],
        CatalogFact::EntriesHidden { width, .. } => vec![entries(*width)],
        CatalogFact::BehindCount { width, number, .. } => {
            let key = format!("{catalog}\\{}\\{number:012}", width.entries_key());
            vec![count(*width), RestsOn::key(reader, &key)]
        }
        CatalogFact::SameId { width, first, number, .. } => {
            vec![entry(*width, *first), entry(*width, *number)]
        }
        CatalogFact::IdNotBelowNext { width, number, .. } => {
            vec![entry(*width, *number), RestsOn::value(reader, catalog, "Next_Catalog_Entry_ID")]
        }
        CatalogFact::NoItem { width, number, .. }
        | CatalogFact::BytesBehind { width, number, .. }
        | CatalogFact::ChainLength { width, number, .. }
        | CatalogFact::ChainBroken { width, number, .. } => vec![entry(*width, *number)],
        _ => Vec::new(),
    };
    let told = facts.iter().take(MOST_FACTS);
    told.map(|fact| FactReport::new(fact.clone(), rests_on(fact))).collect()
}

impl<E> CatalogEntries<E> {
    pub(super) fn of<'c, V>(
        reader: &mut Reader<'_, 'c>,
        width: Width,
        said: Reading<u32>,
        answer: Lookup<Vec<Result<V, Damage>>>,
        entry: impl Fn(&mut Reader<'_, 'c>, &V) -> E,
    ) -> Self {
        let finding = super::transports::finding(&answer);
        let mut damage: Vec<_> = answer.damage().iter().map(Damage::report).collect();
        let found = answer.found().unwrap_or_default();
        let readable = found.iter().filter(|entry| entry.is_ok()).count();
        let unread = found.iter().filter_map(|entry| entry.as_ref().err());
        damage.extend(unread.take(MOST_FACTS).map(Damage::report));
        let shown = found.iter().flatten().take(MOST_ENTRIES);
        let entries: Vec<_> = shown.map(|view| entry(reader, view)).collect();
        let left_out = readable.saturating_sub(entries.len());
        Self { width, finding, said: Field::of(said), entries, damage, left_out }
    }
}

/// A text, if there is room for it.
pub(super) fn short(reader: &mut Reader<'_, '_>, text: Reading<String>) -> Field<String> {
    if reader.room.take(text.as_ok().map_or(0, String::len)) {
        Field::of(text)
    } else {
        Field { value: None, problem: Some(NO_ROOM.into()) }
    }
}
