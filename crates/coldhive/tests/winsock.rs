//! The page on Winsock: it leaves nothing out, says what disagrees and who may write, and stays bounded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use coldhive::security::{AccessMask, Sid};
use coldhive::system::Selector;
use coldhive::system::winsock::{CatalogFact, ChainKind, TransportFact, Width};
use coldhive::{Case, ExportRecord, SideDifference, WinsockReport, WinsockView};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};

fn case(spec: &HiveSpec) -> Case {
    Case::from_bytes("SYSTEM", build(spec).unwrap()).unwrap()
}

fn view(spec: &HiveSpec) -> WinsockView {
    case(spec).winsock_view(Selector::Current, false).unwrap()
}

fn report(spec: &HiveSpec) -> WinsockReport {
    view(spec).control_sets.remove(0)
}

/// The hives of the corpus that are SYSTEM hives, or nothing with a word on stderr.
fn corpus() -> Vec<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("COLDHIVE_CORPUS").map_or_else(default, PathBuf::from);
    let mut hives = Vec::new();
    for below in ["system", "cluster"] {
        let Ok(entries) = std::fs::read_dir(folder.join(below)) else {
            eprintln!("skipped real hives: there is no corpus in {}", folder.display());
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        hives.extend(paths.filter(|path| path.extension().is_some_and(|end| end == "SYSTEM")));
    }
    hives.sort();
    hives
}

/// Values with name, type and size.
type Values = Vec<(String, String, u32)>;

/// What the page has of each key, and how many keys it decodes and lists as unknown.
fn of_page(report: &WinsockReport) -> BTreeMap<String, Values> {
    let mut keys = BTreeMap::new();
    for tree in &report.trees {
        assert_eq!(tree.left_out, 0, "{}", tree.path);
        let values = tree.keys.iter().flat_map(|key| &key.values);
        let typed = values.clone().filter(|value| value.decoded).count();
        assert_eq!(typed, tree.totals.typed_values as usize, "{}", tree.path);
        assert_eq!(values.count() - typed, tree.totals.unknown_values as usize, "{}", tree.path);
        let unknown = tree.totals.unknown_values + tree.totals.unknown_keys;
        assert_eq!(tree.unknown.len(), unknown as usize, "{}", tree.path);
        for key in &tree.keys {
            let path = match key.path.as_str() {
                "" => tree.path.clone(),
                below => format!("{}\\{below}", tree.path),
            };
            let values = key.values.iter();
            let mut values: Values = values
                .map(|value| (value.name.clone(), value.value_type.clone(), value.size))
                .collect();
            values.sort();
            assert!(keys.insert(path.clone(), values).is_none(), "{path} is told twice");
        }
    }
    keys
}

/// What an export gives of the same subtrees.
fn of_export(case: &Case, report: &WinsockReport) -> BTreeMap<String, Values> {
    let mut keys = BTreeMap::new();
    for tree in &report.trees {
        for record in case.export(&tree.path, false).found().unwrap() {
            let ExportRecord::Key(key) = record else { continue };
            let values = key.values.into_iter();
            let mut values: Values = values
                .map(|value| (value.name.into_owned(), value.value_type.into_owned(), value.size))
                .collect();
            values.sort();
            keys.insert(key.path, values);
        }
    }
    keys
}

#[test]
fn what_is_decoded_and_what_is_listed_is_what_an_export_gives() {
    let mut cases: Vec<(String, Case)> = Vec::new();
    for sample in samples::all() {
        cases.push((sample.file.to_owned(), case(&sample.spec)));
    }
    for path in corpus() {
        cases.push((path.display().to_string(), Case::open(&path).unwrap()));
    }
    let (mut hives, mut all) = (0, 0);
    for (name, case) in &cases {
        let Ok(view) = case.winsock_view(Selector::All, false) else { continue };
        for report in &view.control_sets {
            let page = of_page(report);
            assert_eq!(page, of_export(case, report), "{name}");
            all += page.len();
        }
        hives += 1;
    }
    eprintln!("{hives} hives, {all} keys");
    assert!(hives >= 8 && all >= 100, "{hives} hives, {all} keys");
}

#[test]
fn places_are_those_of_records_in_the_file() {
    let spec = samples::winsock2();
    let file = build(&spec).unwrap();
    let json = serde_json::to_value(report(&spec)).unwrap();
    let mut checked = 0;
    let record = |stands: &serde_json::Value| {
        let at = usize::try_from(stands["file_offset"].as_u64().unwrap()).unwrap();
        file[at..][..2].to_vec()
    };
    for tree in json["trees"].as_array().unwrap() {
        for key in tree["keys"].as_array().unwrap() {
            assert_eq!(record(&key["stands"]), b"nk", "{key}");
            for value in key["values"].as_array().unwrap() {
                assert_eq!(record(&value["stands"]), b"vk", "{value}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 49);
    assert_eq!(record(&json["parameters"]["transports"]["stands"]), b"vk");
}

#[test]
fn the_lists_say_how_they_are_stored() {
    let report = report(&samples::winsock2());
    let transports = &report.parameters.unwrap().transports;
    assert_eq!(transports.entries().unwrap(), ["Tcpip"]);
    let stored = transports.stored.as_ref().unwrap();
    assert_eq!((stored.empty_entries, stored.behind_end.as_slice()), (1, &["NetBIOS".into()][..]));
    let migration = report.setup_migration.unwrap();
    let stored = migration.provider_list.stored.unwrap();
    assert_eq!(stored.repeated, ["tcpip"]);
    assert!(stored.terminated && !stored.odd_length);
}

#[test]
fn what_one_list_has_and_the_other_lacks() {
    let broken = report(&samples::cluster_broken());
    assert_eq!(broken.lists.not_in_transports.as_deref(), Some(&["Clusnet".to_owned()][..]));
    assert_eq!(broken.lists.not_in_provider_list.as_deref(), Some(&[][..]));
    assert_eq!(broken.lists.without_provider_key.as_deref(), Some(&["Clusnet".to_owned()][..]));
    let [fact] = &broken.transport_facts[..] else { panic!("{:?}", broken.transport_facts) };
    assert_eq!(fact.fact, TransportFact::NotNamed { name: "ClusNet".into() });
    let rests: Vec<_> =
        fact.rests_on.iter().map(|rests| (rests.key.as_str(), rests.finding)).collect();
    assert_eq!(
        rests,
        [
            (r"ControlSet001\Services\WinSock\Parameters", "found"),
            (r"ControlSet001\Services\ClusNet\Parameters\Winsock", "found"),
        ]
    );
    // Where an entry can't be read, nobody can tell which key it is.
    let obscured = report(&samples::cluster_obscured());
    assert_eq!(obscured.lists.without_provider_key, None);
    assert_eq!(obscured.setup_migration.unwrap().damaged_providers.len(), 1);
}

#[test]
fn layered_providers_and_chains_are_resolved() {
    let report = report(&samples::winsock2());
    let catalog = report.winsock2.unwrap().protocols.unwrap();
    let entries = catalog.entries(Width::Bits32);
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.unwrap()).collect();
    assert_eq!(kinds, [ChainKind::Chain, ChainKind::Base, ChainKind::Base, ChainKind::Layered]);
    let links: Vec<_> =
        entries[0].chain.iter().map(|link| (link.id, link.number, link.kind)).collect();
    assert_eq!(
        links,
        [(1003, Some(4), Some(ChainKind::Layered)), (1001, Some(2), Some(ChainKind::Base)),]
    );
    assert_eq!(catalog.entries(Width::Bits64).len(), 2);
    let facts: Vec<_> = catalog.facts.iter().map(|fact| fact.fact.clone()).collect();
    assert_eq!(
        facts,
        [
            CatalogFact::CountDiffers { width: Width::Bits64, said: 3, found: 2 },
            CatalogFact::Missing { width: Width::Bits64, first: 3, last: 3 },
        ]
    );
    let item = entries[0].item.value.as_ref().unwrap();
    assert!(item.library_path.behind().starts_with(b"lablsp.dll /install"));
}

#[test]
fn who_may_write_is_told_of_each_descriptor_once() {
    let security = report(&samples::cluster_sound()).security;
    let found: Vec<_> = security
        .descriptors
        .iter()
        .map(|used| {
            let outsiders = used.outsiders.iter().map(|one| {
                assert!(one.possible.mask.is_empty());
                (one.trustee.as_ref().unwrap().sid, one.granted.mask)
            });
            (used.number, used.keys.len(), outsiders.collect::<Vec<_>>())
        })
        .collect();
    let operate = AccessMask::KEY_SET_VALUE | AccessMask::KEY_CREATE_SUB_KEY | AccessMask::DELETE;
    let create = AccessMask::KEY_CREATE_SUB_KEY;
    assert_eq!(
        found,
        [(1, 11, vec![(Sid::SERVER_OPERATORS, operate)]), (2, 3, vec![(Sid::EVERYONE, create)]),]
    );
    assert_eq!(security.os_rules.rules, "before-vista");
    // Nothing is said where nothing is known.
    let without = report(&samples::cluster_no_security()).security;
    let unknown: Vec<_> =
        without.descriptors.iter().filter(|used| used.descriptor.is_none()).collect();
    let [unknown] = unknown[..] else { panic!("{unknown:?}") };
    assert_eq!(unknown.keys, [r"ControlSet001\Services\WinSock\Parameters"]);
    assert!(unknown.problem.is_some() && unknown.outsiders.is_empty());
    // Without a DACL everybody may do everything.
    let mut open = samples::winsock2();
    let key = open.root.at("ControlSet001\\Services\\Winsock\\Parameters");
    *key = key.clone().sddl("O:SYG:SY").unwrap();
    let open = report(&open).security;
    let anybody: Vec<_> = open.descriptors.iter().flat_map(|used| &used.outsiders).collect();
    let [anybody] = anybody[..] else { panic!("{anybody:?}") };
    assert!(anybody.trustee.is_none() && anybody.granted.mask.contains(AccessMask::WRITE_OWNER));
}

#[test]
fn trusted_installer_is_no_outsider() {
    let mut spec = samples::winsock2();
    let key = spec.root.at("ControlSet001\\Services\\Winsock");
    let installer = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
    *key =
        key.clone().sddl(&format!("O:{installer}G:SYD:(A;;KA;;;{installer})(A;;KR;;;BU)")).unwrap();
    let security = report(&spec).security;
    assert_eq!(security.descriptors[0].keys[0], r"ControlSet001\Services\Winsock");
    assert!(
        security.descriptors[0].outsiders.is_empty(),
        "{:?}",
        security.descriptors[0].outsiders
    );
}

#[test]
fn control_sets_stand_side_by_side() {
    assert!(view(&samples::cluster_broken()).side_by_side.is_none());
    let view = case(&samples::cluster_broken()).winsock_view(Selector::All, false).unwrap();
    let sides = view.side_by_side.unwrap();
    assert_eq!(sides.control_sets, ["ControlSet001", "ControlSet002"]);
    let differing: Vec<_> =
        sides.rows.iter().filter_map(|row| Some((row.what.as_str(), row.difference?))).collect();
    assert_eq!(
        differing,
        [
            ("Parameters written", SideDifference::Time),
            ("Providers written", SideDifference::Time),
            ("Transports", SideDifference::Content),
            ("Transports: Clusnet", SideDifference::Content),
            ("provider Clusnet", SideDifference::Content),
            ("transport ClusNet", SideDifference::Content),
        ]
    );
}

#[test]
fn what_cannot_be_read_is_not_absent_beside_what_can() {
    let cell = |spec: &HiveSpec, what: &str| {
        let view = case(spec).winsock_view(Selector::All, false).unwrap();
        let rows = view.side_by_side.unwrap().rows;
        rows.into_iter().find(|row| row.what == what).unwrap().cells.remove(0)
    };
    assert_eq!(cell(&samples::cluster_broken(), "provider Clusnet"), "absent");
    for spec in [samples::cluster_damaged(), samples::cluster_obscured()] {
        assert_eq!(cell(&spec, "provider Clusnet"), "can't be told");
    }
}

/// Many control sets of a hive can share one subtree, and many keys one value as large as the hive.
#[test]
fn the_page_stays_small_on_hives_that_repeat_themselves() {
    let mut root = KeySpec::new("ROOT");
    root.at("Select").set_value(ValueSpec::dword("Current", 1));
    for number in 1..=64 {
        let set = root.at(&format!("ControlSet{number:03}"));
        let names: Vec<String> = (0..400).map(|name| format!("Transport{name}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let winsock = set.at("Services\\Winsock");
        winsock.at("Parameters").set_value(ValueSpec::multi_sz("Transports", &names));
        for key in 0..60 {
            winsock.at(&format!("Unknown{key}")).set_value(ValueSpec::binary("Data", vec![7; 600]));
        }
    }
    let spec = HiveSpec::new(Version::V1_5, root);
    let hive = build(&spec).unwrap().len();
    let view = case(&spec).winsock_view(Selector::All, false).unwrap();
    let json = serde_json::to_string(&view).unwrap().len();
    assert!(json < 6 * hive + (16 << 20), "{json} bytes of JSON from {hive}");
    assert_eq!(view.control_sets.len(), 64);
}
