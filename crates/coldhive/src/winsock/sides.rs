//! Control sets side by side: what each has, and which rows differ.

use coldhive_hive::names_equal;
use coldhive_system::winsock::Width;
use serde::Serialize;

use super::WinsockReport;
use super::catalogs::CatalogEntries;
use super::lists::ListReport;
use super::protocols::ProtocolEntry;
use super::reader::MissingKey;
use super::transports::TransportReport;
use crate::field::Field;

/// How many names of one kind have rows.
const MOST_ROWS: usize = 128;
/// The key of the providers, below a control set.
const PROVIDERS: &str = "Services\\Winsock\\Setup Migration\\Providers";

/// A table: a column for each control set, a row for each thing that can differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SideBySide {
    /// The control sets, by name.
    pub control_sets: Vec<String>,
    /// The rows.
    pub rows: Vec<SideRow>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SideRow {
    /// What it is about.
    pub what: String,
    /// What each control set has, in the order of the columns.
    pub cells: Vec<String>,
    /// How the cells differ; null where they are all the same.
    pub difference: Option<SideDifference>,
}

/// How the cells of a row differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SideDifference {
    /// They say different things, or one of them can't be told.
    Content,
    /// All have the name, at different places in the list.
    Order,
    /// When something was written, which differs in most hives with nothing wrong.
    Time,
}

impl SideBySide {
    pub(super) fn of(reports: &[WinsockReport]) -> Self {
        let mut rows = Rows { reports, rows: Vec::new() };
        rows.keys();
        rows.lists();
        rows.providers();
        rows.transports();
        rows.catalogs();
        let control_sets = reports.iter().map(|report| report.control_set.clone()).collect();
        Self { control_sets, rows: rows.rows }
    }

    /// How many rows differ in what they say.
    #[must_use]
    pub fn differing(&self) -> usize {
        let differs = |row: &&SideRow| row.difference == Some(SideDifference::Content);
        self.rows.iter().filter(differs).count()
    }
}

struct Rows<'r> {
    reports: &'r [WinsockReport],
    rows: Vec<SideRow>,
}

impl<'r> Rows<'r> {
    fn row(&mut self, what: impl Into<String>, cell: impl Fn(&'r WinsockReport) -> String) {
        self.row_of(what, SideDifference::Content, cell);
    }

    fn row_of(
        &mut self,
        what: impl Into<String>,
        difference: SideDifference,
        cell: impl Fn(&'r WinsockReport) -> String,
    ) {
        let cells: Vec<String> = self.reports.iter().map(cell).collect();
        let all_same = cells.windows(2).all(|pair| matches!(pair, [one, other] if one == other));
        let difference = (!all_same).then_some(difference);
        self.rows.push(SideRow { what: what.into(), cells, difference });
    }

    /// The main keys: when they were last written, or why that can't be told.
    fn keys(&mut self) {
        for (what, path) in [
            ("Winsock written", "Services\\Winsock"),
            ("Parameters written", "Services\\Winsock\\Parameters"),
            ("Setup Migration written", "Services\\Winsock\\Setup Migration"),
            ("Providers written", PROVIDERS),
            ("WinSock2\\Parameters written", "Services\\WinSock2\\Parameters"),
        ] {
            let written = |report: &WinsockReport| {
                let path = format!("{}\\{path}", report.control_set);
                written(report, &path)
            };
            let found = self.reports.iter().map(written).all(|cell| cell.1);
            let kind = if found { SideDifference::Time } else { SideDifference::Content };
            self.row_of(what, kind, |report| written(report).0);
        }
        self.row("Setup Version", |report| {
            let migration = report.setup_migration.as_ref();
            field_cell(migration.map(|found| &found.setup_version), |found| format!("{found:#x}"))
        });
    }

    fn lists(&mut self) {
        type Of = fn(&WinsockReport) -> Option<&ListReport>;
        let lists: [(&str, Of); 3] = [
            ("Transports", |report| Some(&report.parameters.as_ref()?.transports)),
            ("Provider List", |report| Some(&report.setup_migration.as_ref()?.provider_list)),
            ("Known Static Providers", |report| {
                Some(&report.setup_migration.as_ref()?.known_static_providers)
            }),
        ];
        for (what, of) in lists {
            self.row(what, |report| match of(report) {
                None => NO_KEY.into(),
                Some(list) => match (list.entries(), &list.list.problem) {
                    (Some(entries), None) => names(entries.len()),
                    (Some(entries), Some(_)) => format!("{}, ill-formed", names(entries.len())),
                    (None, problem) => problem.clone().unwrap_or_default(),
                },
            });
            let entries = self.reports.iter().filter_map(of).filter_map(ListReport::entries);
            for name in union(entries.flatten()) {
                let place = |report: &WinsockReport| {
                    let entries = of(report).and_then(ListReport::entries)?;
                    Some(entries.iter().position(|entry| names_equal(entry, name)))
                };
                let in_all =
                    self.reports.iter().all(|report| matches!(place(report), Some(Some(_))));
                let kind = if in_all { SideDifference::Order } else { SideDifference::Content };
                self.row_of(format!("{what}: {name}"), kind, |report| match place(report) {
                    None => "can't be told".into(),
                    Some(None) => "absent".into(),
                    Some(Some(place)) => ordinal(place.saturating_add(1)),
                });
            }
        }
    }

    fn providers(&mut self) {
        let providers = |report: &'r WinsockReport| {
            report.setup_migration.iter().flat_map(|migration| &migration.providers)
        };
        let all = self.reports.iter().flat_map(providers).map(|provider| &provider.name);
        for name in union(all) {
            self.row(format!("provider {name}"), |report| {
                let mut found = providers(report);
                match found.find(|provider| names_equal(&provider.name, name)) {
                    Some(provider) => {
                        field_cell(Some(&provider.id), |id| id.trim_matches(['{', '}']).to_owned())
                    }
                    None => no_provider(report),
                }
            });
        }
    }

    fn transports(&mut self) {
        let all = self.reports.iter().flat_map(|report| &report.transports);
        for name in union(all.map(|transport| &transport.name)) {
            self.row(format!("transport {name}"), |report| {
                let mut found = report.transports.iter();
                match found.find(|transport| names_equal(&transport.name, name)) {
                    Some(transport) if transport.key.is_some() => transport_cell(transport),
                    Some(transport) => format!("Parameters\\Winsock {}", transport.finding),
                    None if report.hidden_transports.is_empty() => "absent".into(),
                    None => "can't be told".into(),
                }
            });
        }
    }

    fn catalogs(&mut self) {
        let protocols = |report: &'r WinsockReport| report.winsock2.as_ref()?.protocols.as_ref();
        let name_spaces =
            |report: &'r WinsockReport| report.winsock2.as_ref()?.name_spaces.as_ref();
        let time = |report: &'r WinsockReport| {
            let written = protocols(report)?.key.last_written?;
            Some(written.to_string())
        };
        let in_all = self.reports.iter().all(|report| protocols(report).is_some());
        let kind = if in_all { SideDifference::Time } else { SideDifference::Content };
        self.row_of("protocol catalog written", kind, |report| time(report).unwrap_or_else(no_key));
        for width in Width::BOTH {
            let entries = |report: &'r WinsockReport| {
                let catalog = protocols(report)?;
                catalog.widths.iter().find(|entries| entries.width == width)
            };
            type Of = fn(&CatalogEntries<ProtocolEntry>) -> String;
            let rows: [(&str, Of); 4] = [
                ("protocols", count_of),
                ("layered and chains", |entries| {
                    entries.entries.iter().filter(|entry| entry.is_layered()).count().to_string()
                }),
                ("entry IDs in order", ids),
                ("libraries", libraries),
            ];
            for (what, of) in rows {
                self.row(format!("{what}, {width}"), |report| match entries(report) {
                    None => no_key(),
                    Some(entries) if entries.finding == "found" => of(entries),
                    Some(entries) => entries.finding.into(),
                });
            }
        }
        self.row("protocols in themselves", |report| {
            protocols(report).map_or_else(no_key, |found| match found.facts.len() {
                0 => "agree".into(),
                1 => "1 disagreement".into(),
                facts => format!("{facts} disagreements"),
            })
        });
        for width in Width::BOTH {
            self.row(format!("name spaces, {width}"), |report| {
                let found = name_spaces(report).and_then(|catalog| {
                    catalog.widths.iter().find(|entries| entries.width == width)
                });
                found.map_or_else(no_key, count_of)
            });
        }
    }
}

/// The catalog entry IDs in the catalog's order, as `1001-1003, 1010`.
fn ids(entries: &CatalogEntries<ProtocolEntry>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for item in entries.entries.iter().filter_map(|entry| entry.item.value.as_ref()) {
        let id = item.protocol.catalog_entry_id;
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(id) => *last = id,
            _ => runs.push((id, id)),
        }
    }
    let text = |(first, last): &(u32, u32)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    runs.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// The different libraries; those of the system's folder without it.
fn libraries(entries: &CatalogEntries<ProtocolEntry>) -> String {
    let items = entries.entries.iter().filter_map(|entry| entry.item.value.as_ref());
    let paths: Vec<String> = items.map(|item| item.library_path.to_string()).collect();
    let short = |path: &str| {
        let folder = path.get(..SYSTEM_FOLDER.len());
        let is_system = folder.is_some_and(|folder| names_equal(folder, SYSTEM_FOLDER));
        path.get(if is_system { SYSTEM_FOLDER.len() } else { 0 }..).unwrap_or_default().to_owned()
    };
    union(paths.iter()).into_iter().map(short).collect::<Vec<_>>().join(", ")
}

/// Where Windows keeps its own libraries.
const SYSTEM_FOLDER: &str = r"%SystemRoot%\System32\";

/// What stands where the key above isn't there or can't be read: the row of that key says which.
const NO_KEY: &str = "no key";

fn no_key() -> String {
    NO_KEY.into()
}

fn names(count: usize) -> String {
    format!("{count} name{}", if count == 1 { "" } else { "s" })
}

fn ordinal(number: usize) -> String {
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

/// The different names, without regard to case, in the order in which they come.
fn union<'r>(names: impl Iterator<Item = &'r String>) -> Vec<&'r str> {
    let mut found: Vec<&str> = Vec::new();
    for name in names {
        if found.len() >= MOST_ROWS {
            break;
        }
        if !found.iter().any(|known| names_equal(known, name)) {
            found.push(name);
        }
    }
    found
}

fn field_cell<T>(field: Option<&Field<T>>, text: impl FnOnce(&T) -> String) -> String {
    match field.map(|field| (&field.value, &field.problem)) {
        None => no_key(),
        Some((Some(value), _)) => text(value),
        Some((None, problem)) => problem.clone().unwrap_or_default(),
    }
}

/// When a key was last written, and whether it was found.
fn written(report: &WinsockReport, path: &str) -> (String, bool) {
    if let Some(missing) = report.missing.iter().find(|missing| names_equal(&missing.path, path)) {
        return (missing.finding.into(), false);
    }
    let keys = report.trees.iter().flat_map(|tree| tree.keys.iter().map(move |key| (tree, key)));
    for (tree, key) in keys {
        let is_it = match key.path.is_empty() {
            true => names_equal(&tree.path, path),
            false => path.get(tree.path.len()..).is_some_and(|below| {
                names_equal(below.trim_start_matches('\\'), &key.path)
                    && path
                        .get(..tree.path.len())
                        .is_some_and(|start| names_equal(start, &tree.path))
            }),
        };
        if is_it {
            let time = key.last_written.map(|time| time.to_string());
            return (time.unwrap_or_else(|| "there".into()), true);
        }
    }
    ("no key".into(), false)
}

/// A provider that isn't among those of a control set.
fn no_provider(report: &WinsockReport) -> String {
    let Some(migration) = &report.setup_migration else { return no_key() };
    let providers = format!("{}\\{PROVIDERS}", report.control_set);
    let is_it = |missing: &&MissingKey| names_equal(&missing.path, &providers);
    let missing = report.missing.iter().find(is_it);
    let is_hidden = missing.is_some_and(|missing| missing.finding != "absent");
    if is_hidden || !migration.damaged_providers.is_empty() {
        "can't be told".into()
    } else {
        "absent".into()
    }
}

fn transport_cell(transport: &TransportReport) -> String {
    let dll = transport.helper_dll.as_ref().map_or_else(no_key, |dll| {
        field_cell(Some(dll), |dll| dll.rsplit('\\').next().unwrap_or_default().to_owned())
    });
    let rows = transport.mapping.as_ref().and_then(|mapping| mapping.value.as_ref());
    let rows = rows.map_or_else(
        || "no mapping".into(),
        |rows| match rows.len() {
            1 => "1 row".into(),
            rows => format!("{rows} rows"),
        },
    );
    let named = match transport.named {
        Some(true) => "",
        Some(false) => ", not named",
        None => ", named or not",
    };
    format!("{dll}, {rows}{named}")
}

fn count_of<E>(entries: &CatalogEntries<E>) -> String {
    if entries.finding != "found" {
        return entries.finding.into();
    }
    let found = entries.entries.len().saturating_add(entries.left_out);
    match &entries.said.value {
        Some(said) if usize::try_from(*said) == Ok(found) => found.to_string(),
        Some(said) => format!("{found}, should be {said}"),
        None => format!("{found}, no count"),
    }
}
