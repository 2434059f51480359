//! Real hives: counts that an independent reader gave, and what Windows itself made of dirty hives.

use std::path::{Path, PathBuf};

use coldhive::system::Selector;
use coldhive::{Case, DiffKind, DiffOptions, Logs, OpenOptions};

use crate::support::{Found, compare_cases};

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("COLDHIVE_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    );
    let there = folder.join("FACTS.json").exists();
    if !there {
        eprintln!("skipped: there is no corpus in {}", folder.display());
    }
    there.then_some(folder)
}

fn open(folder: &Path, file: &str, logs: Logs) -> Case {
    let mut options = OpenOptions::default();
    options.logs = logs;
    Case::open_with(folder.join(file), &options).unwrap()
}

fn control_sets(case: &Case, from: u32, to: u32, under: &str) -> Found {
    let options = DiffOptions::control_sets(Selector::Number(from), Selector::Number(to));
    compare_cases(case, case, &options.under(under))
}

/// Keys: compared, removed, added, changed, times only. Values: removed, added, changed. Keys with other security.
type Counts = [u64; 9];

fn counts(found: &Found) -> Counts {
    let (totals, keys, values) = (&found.totals, &found.totals.keys, &found.totals.values);
    [
        totals.compared,
        keys.removed,
        keys.added,
        keys.changed,
        totals.times_only,
        values.removed,
        values.added,
        values.changed,
        totals.security,
    ]
}

/// The numbers but for security are those of a comparison over dissect.regf 3.14, which reads no descriptors: there,
/// one key each of the first two differs in times alone that differs in security too.
#[test]
fn counts_are_those_of_an_independent_reader() {
    let Some(folder) = corpus() else { return };
    let nt4 = open(&folder, "system/nt4-ee-sp3.SYSTEM", Logs::Auto);
    assert_eq!(counts(&control_sets(&nt4, 2, 1, "")), [982, 0, 4, 9, 973, 0, 24, 5, 1]);
    let xp = open(&folder, "system/xp-sp3-m57.SYSTEM", Logs::Auto);
    assert_eq!(counts(&control_sets(&xp, 1, 2, "")), [4804, 1, 0, 11, 14, 1, 2, 15, 1]);
    let all = open(&folder, "cluster/all-three-missing.SYSTEM", Logs::Auto);
    let found = compare_cases(&nt4, &all, &DiffOptions::default());
    assert_eq!(counts(&found), [1971, 0, 11, 2, 0, 0, 39, 2, 0]);
    assert_eq!(found.totals.unread, 0);
}

#[test]
fn winsock_of_both_control_sets_of_nt4_differs_in_times_alone() {
    let Some(folder) = corpus() else { return };
    let nt4 = open(&folder, "system/nt4-ee-sp3.SYSTEM", Logs::Auto);
    let found = control_sets(&nt4, 1, 2, r"Services\Winsock");
    assert_eq!(counts(&found), [12, 0, 0, 0, 12, 0, 0, 0, 0]);
    assert_eq!((found.differs, found.totals.differs(true)), (Some(false), Some(true)));
}

#[test]
fn cluster_nodes_differ_in_what_their_names_say() {
    let Some(folder) = corpus() else { return };
    let found = |name: &str| {
        let case = open(&folder, &format!("cluster/{name}.SYSTEM"), Logs::Auto);
        let options = DiffOptions::control_sets(Selector::LastKnownGood, Selector::Current);
        compare_cases(&case, &case, &options.under(r"Services\Winsock"))
    };
    const MIGRATION: &str = r"Services\WinSock\Setup Migration";
    const PROVIDERS: &str = r"Services\WinSock\Setup Migration\Providers";
    const PROVIDER: &str = r"Services\WinSock\Setup Migration\Providers\Clusnet";
    const PARAMETERS: &str = r"Services\WinSock\Parameters";

    assert_eq!(counts(&found("healthy")), [13, 0, 0, 0, 13, 0, 0, 0, 0]);
    for (name, path, value) in [
        ("provider-list-lacks-clusnet", MIGRATION, "Provider List"),
        ("transports-lacks-clusnet", PARAMETERS, "Transports"),
    ] {
        let found = found(name);
        assert_eq!(found.kinds(), [(path, DiffKind::Changed)], "{name}");
        let [differing] = found.key().values.as_slice() else { panic!("{name}") };
        assert_eq!(differing.name, value);
        let list = differing.data.as_ref().unwrap().list.as_ref().unwrap();
        assert_eq!((list.removed.len(), list.added.len(), list.order_changed), (1, 0, false));
        assert_eq!(list.removed[0].entry, "Clusnet");
    }
    let wrong_type = found("transports-wrong-type");
    assert_eq!(wrong_type.kinds(), [(PARAMETERS, DiffKind::Changed)]);
    let value = &wrong_type.key().values[0];
    let types = [&value.from, &value.to].map(|side| &*side.as_ref().unwrap().value_type);
    assert_eq!(types, ["REG_MULTI_SZ", "REG_SZ"]);

    for name in ["provider-key-missing", "provider-key-deleted"] {
        let found = found(name);
        assert_eq!(found.kinds(), [(PROVIDER, DiffKind::Removed)], "{name}");
        let values: Vec<_> = found.key().values.iter().map(|value| &*value.name).collect();
        assert_eq!(values, ["WinSock 2.0 Provider ID"]);
    }
    for (name, path) in [("parameters-empty-dacl", PARAMETERS), ("provider-key-no-read", PROVIDER)]
    {
        let found = found(name);
        assert_eq!(found.kinds(), [(path, DiffKind::Changed)], "{name}");
        assert!(found.key().values.is_empty() && found.key().changes.is_empty());
        let lost = found.security[0].rights.iter().filter(|change| !change.lost.mask.is_empty());
        let lost: Vec<_> = lost.filter_map(|change| change.trustee.alias).collect();
        assert_eq!(lost, ["WD", "CO", "SY", "BA", "SO"], "{name}");
        let owner = found.security[0].to.as_ref().unwrap().owner.as_ref().unwrap();
        assert_eq!(owner.alias, Some("BG"));
    }
    let damaged = found("provider-key-damaged");
    assert_eq!(
        damaged.kinds(),
        [(PROVIDERS, DiffKind::Uncertain), (PROVIDER, DiffKind::Uncertain)]
    );
    assert_eq!(damaged.differs, None);
    let all = found("all-three-missing");
    let kinds = [
        (PARAMETERS, DiffKind::Changed),
        (MIGRATION, DiffKind::Changed),
        (PROVIDER, DiffKind::Removed),
    ];
    assert_eq!(all.kinds(), kinds);
}

#[test]
fn recovered_hives_are_what_windows_made_of_them() {
    let Some(folder) = corpus() else { return };
    let mut options = DiffOptions::default();
    options.times = true;
    for (dirty, windows, keys) in [
        ("NewDirtyHive1/NewDirtyHive", "NewDirtyHive1/RecoveredHive_Windows10", 5),
        ("OldDirtyHive/OldDirtyHive", "OldDirtyHive/RecoveredHive_Windows7", 5_003),
    ] {
        let windows = open(&folder, &format!("odd/{windows}"), Logs::Auto);
        let recovered = open(&folder, &format!("odd/{dirty}"), Logs::Auto);
        let found = compare_cases(&recovered, &windows, &options);
        assert_eq!(counts(&found), [keys, 0, 0, 0, 0, 0, 0, 0, 0], "{dirty}");
        assert_eq!((found.keys.len(), found.totals.unread), (0, 0), "{dirty}");
        // Without its logs it lacks what they hold.
        let stale = open(&folder, &format!("odd/{dirty}"), Logs::None);
        assert_eq!(compare_cases(&stale, &windows, &options).differs, Some(true), "{dirty}");
    }
}

/// 35,595 keys and 78,901 values with the logs (yarp), 33,123 and 74,957 without (yarp and dissect.regf).
#[test]
fn logs_add_what_they_hold() {
    let Some(folder) = corpus() else { return };
    let file = "system/win10-1709.SYSTEM";
    let (with, without) = (open(&folder, file, Logs::Auto), open(&folder, file, Logs::None));
    let found = compare_cases(&without, &with, &DiffOptions::default());
    let (keys, values) = (found.totals.keys, found.totals.values);
    assert_eq!((found.totals.compared, keys.added, keys.removed), (33_123, 35_595 - 33_123, 0));
    assert_eq!(values.added - values.removed, 78_901 - 74_957);
    let from_log = found.keys.iter().filter(|key| key.difference == DiffKind::Added);
    let mut places = from_log.filter_map(|key| key.to.as_ref()?.node.as_ref());
    assert!(places.all(|place| place.log_entry.is_some() && place.file.contains(".LOG")));
}
