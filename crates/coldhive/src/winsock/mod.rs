//! A page on the Winsock registration of each control set, as data: decoded, with evidence, security and times.
//!
//! What is decoded and what is listed as unknown is together what an export gives.

mod catalogs;
mod facts;
mod lists;
mod name_spaces;
mod protocols;
mod providers;
mod reader;
mod security;
mod sides;
mod transports;
mod tree;

use coldhive_hive::DamageReport;
use coldhive_rules::HiveInfo;
use coldhive_system::winsock::{NameList, TransportFact, Winsock};
use coldhive_system::{
    ControlSet, ErrorControl, KeyFacts, NoControlSet, Selector, Service, ServiceType, Start,
};
use serde::Serialize;

pub use catalogs::{CatalogEntries, Winsock2Report};
pub use facts::{FactReport, RestsOn};
pub use lists::{ListComparison, ListReport, StoredList};
pub use name_spaces::{ApplicationReport, NameSpaceCatalogReport, NameSpaceReport};
pub use protocols::{ChainLink, ProtocolCatalogReport, ProtocolEntry};
pub use providers::{
    AutodialReport, LinkageReport, MigrationReport, ProviderReport, WellKnownGuidReport,
};
pub use reader::{KeyPlace, MissingKey, Stands};
pub use security::{DescriptorUse, Outsider, WinsockSecurity};
pub use sides::{SideBySide, SideDifference, SideRow};
pub use transports::{FamilyCount, TransportProtocolReport, TransportReport};
pub use tree::{Tree, TreeKey, TreeValue, UnknownReport};

use crate::case::Case;
use crate::field::Field;
use crate::files::OriginRun;
use reader::{Reader, Room};
use security::SecurityTable;

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
    /// Where the bytes of the hive come from, where they aren't all the file's own: offsets of damage are those in the
    /// hive as it was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<OriginRun>,
    /// What the control sets have and how they differ; null where there is one.
    pub side_by_side: Option<SideBySide>,
    /// The control sets that were looked at.
    pub control_sets: Vec<WinsockReport>,
    /// Notes on the choice of the control set.
    pub notes: Vec<String>,
}

/// `Services\Winsock`, `Services\WinSock2` and the transports of one control set.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WinsockReport {
    /// The control set.
    pub control_set: String,
    /// What `Select` makes of it: `current`, `default`, `last known good`, `failed`.
    pub roles: Vec<&'static str>,
    /// What is missing or can't be read, in words.
    pub problems: Vec<String>,
    /// The keys that were looked for and not found, those that may be absent too.
    pub missing: Vec<MissingKey>,
    /// The key itself; null where it isn't there or can't be read.
    pub winsock: Option<KeyFacts>,
    /// What the key says as that of a service.
    pub service: Option<WinsockServiceReport>,
    /// The subkey `Parameters`.
    pub parameters: Option<ParametersReport>,
    /// The subkey `Setup Migration`.
    pub setup_migration: Option<MigrationReport>,
    /// What the lists have that others lack.
    pub lists: ListComparison,
    /// The subkey `Autodial` (Windows NT 4.0).
    pub autodial: Option<AutodialReport>,
    /// The subkey `Linkage` and its subkey `Disabled` (Windows NT 4.0).
    pub linkage: Vec<LinkageReport>,
    /// What each service that `Transports` names, and each other with `Parameters\Winsock`, tells Winsock.
    pub transports: Vec<TransportReport>,
    /// What is damaged below `Services` and may hide transports that the list doesn't name.
    pub hidden_transports: Vec<DamageReport>,
    /// What doesn't agree between the list and the services.
    pub transport_facts: Vec<FactReport<TransportFact>>,
    /// The key `Services\WinSock2`.
    pub winsock2: Option<Winsock2Report>,
    /// Who may write where.
    pub security: WinsockSecurity,
    /// Every key below `Services\Winsock`, `Services\WinSock2` and the transports' `Parameters\Winsock`.
    pub trees: Vec<Tree>,
}

/// `Services\Winsock` as the key of a service (up to Windows 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WinsockServiceReport {
    /// `Type`.
    #[serde(rename = "type")]
    pub service_type: Field<ServiceType>,
    /// `Start`.
    pub start: Field<Start>,
    /// `ErrorControl`.
    pub error_control: Field<ErrorControl>,
}

/// `Services\Winsock\Parameters`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ParametersReport {
    /// The key.
    pub key: KeyFacts,
    /// The value `Transports`.
    pub transports: ListReport,
}

impl Case {
    /// Decodes the Winsock subtrees of the control sets that are selected.
    ///
    /// ```
    /// use coldhive::Case;
    /// use coldhive::system::Selector;
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
    /// let view = case.winsock_view(Selector::All, false)?;
    /// let sides = view.side_by_side.ok_or("one control set")?;
    /// let row = sides.rows.iter().find(|row| row.what == "Transports: Clusnet").ok_or("no row")?;
    /// assert_eq!(row.cells, ["absent", "3rd"]);
    /// assert!(row.difference.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
        let mut room = Room::of(self);
        let sets = selection.sets.iter();
        let control_sets: Vec<_> = sets.map(|set| self.winsock_page(set, &mut room)).collect();
        Ok(WinsockView {
            schema: WINSOCK_SCHEMA,
            hive: self.hive_info(hash),
            origins: self.origins(),
            side_by_side: (control_sets.len() > 1).then(|| SideBySide::of(&control_sets)),
            control_sets,
            notes,
        })
    }

    /// Decodes the Winsock subtrees of a control set.
    #[must_use]
    pub fn winsock(&self, set: &ControlSet) -> WinsockReport {
        self.winsock_page(set, &mut Room::of(self))
    }

    fn winsock_page(&self, set: &ControlSet, room: &mut Room) -> WinsockReport {
        let system = self.system();
        let mut reader = Reader {
            case: self,
            system,
            set,
            room,
            problems: Vec::new(),
            missing: Vec::new(),
            not_in_file: Vec::new(),
        };
        let path = set.path("Services\\Winsock");
        let mut table = SecurityTable::of(&system, &path);
        let mut report = WinsockReport {
            control_set: set.to_string(),
            roles: system.roles(set),
            problems: Vec::new(),
            missing: Vec::new(),
            winsock: None,
            service: None,
            parameters: None,
            setup_migration: None,
            lists: ListComparison::default(),
            autodial: None,
            linkage: Vec::new(),
            transports: Vec::new(),
            hidden_transports: Vec::new(),
            transport_facts: Vec::new(),
            winsock2: None,
            security: SecurityTable::of(&system, &path).finish(),
            trees: Vec::new(),
        };
        if let Some(winsock) = reader.take(&path, system.winsock(set)) {
            report.read_winsock(&mut reader, &path, &winsock);
            report.trees.push(Tree::of(&mut reader, &mut table, &path, winsock.accounts()));
        }
        report.read_winsock2(&mut reader, &mut table);
        report.read_transports(&mut reader, &mut table);
        report.security = table.finish();
        (report.problems, report.missing) = reader.finish();
        report
    }
}

impl WinsockReport {
    fn read_winsock<'c>(&mut self, reader: &mut Reader<'_, 'c>, path: &str, winsock: &Winsock<'c>) {
        self.winsock = Some(reader.facts(winsock.key()));
        self.service = WinsockServiceReport::of(&winsock.as_service());
        let mut lists: [Option<NameList>; 3] = [None, None, None];
        let [transports, providers, keys] = &mut lists;
        let parameters = reader.take(&format!("{path}\\Parameters"), winsock.parameters());
        if let Some(parameters) = parameters {
            let list = parameters.transports();
            self.parameters = Some(ParametersReport {
                key: reader.facts(parameters.key()),
                transports: ListReport::read(reader, &list, &parameters.value("Transports")),
            });
            *transports = list.ok();
        }
        let path_of_migration = format!("{path}\\Setup Migration");
        let migration = reader.take(&path_of_migration, winsock.setup_migration());
        if let Some(migration) = migration {
            let (report, names) = MigrationReport::of(reader, &path_of_migration, &migration);
            self.setup_migration = Some(report);
            *providers = migration.provider_list().ok();
            *keys = names;
        }
        let [transports, providers, keys] = lists.each_ref().map(Option::as_ref);
        self.lists = ListComparison::of(transports, providers, keys);
        self.autodial = AutodialReport::of(reader, path, winsock);
        self.linkage = LinkageReport::both(reader, path, winsock);
    }

    fn read_winsock2<'c>(&mut self, reader: &mut Reader<'_, 'c>, table: &mut SecurityTable<'c>) {
        let path = reader.set.path("Services\\WinSock2");
        let answer = reader.system.winsock2(reader.set);
        let Some(winsock2) = reader.take(&path, answer) else { return };
        self.winsock2 = Some(Winsock2Report::of(reader, &path, &winsock2));
        self.trees.push(Tree::of(reader, table, &path, winsock2.accounts()));
    }

    fn read_transports<'c>(&mut self, reader: &mut Reader<'_, 'c>, table: &mut SecurityTable<'c>) {
        let transports = reader.system.transports(reader.set);
        self.transports = TransportReport::all(reader, &transports);
        self.transport_facts = TransportReport::facts(reader, &transports);
        let hidden = transports.hidden.iter().take(reader::MOST_SHOWN);
        self.hidden_transports = hidden.map(coldhive_hive::Damage::report).collect();
        for entry in transports.entries.iter().take(reader::MOST_SHOWN.saturating_mul(2)) {
            let coldhive_hive::Lookup::Found(transport) = &entry.transport else { continue };
            let path = transport.path().to_owned();
            self.trees.push(Tree::of(reader, table, &path, transport.accounts()));
        }
    }
}

impl WinsockServiceReport {
    /// What the key says of a service; `None` where it certainly says nothing, as from Windows 8.1 on.
    fn of(service: &Service<'_>) -> Option<Self> {
        let report = Self {
            service_type: Field::of(service.service_type()),
            start: Field::of(service.start()),
            error_control: Field::of(service.error_control()),
        };
        let says_nothing = report.service_type.is_absent()
            && report.start.is_absent()
            && report.error_control.is_absent();
        (!says_nothing).then_some(report)
    }
}
