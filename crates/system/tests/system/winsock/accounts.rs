//! Accounts: every key and value of the subtrees is typed or listed.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, build};
use coldhive_hive::{Beside, Evidence, Hive, Image, Lookup, RecoveryState, Value};
use coldhive_system::View as _;
use coldhive_system::winsock::{Accounts, Unknown};
use coldhive_system::{ControlSet, Lacks, System};

use super::everything::{self, Read, count};
use crate::corpus::{path, real};
use crate::support::{node, with_system};

/// Keys and values under `Winsock`, `WinSock2` and all `<transport>\Parameters\Winsock` of a control set, as
/// dissect.regf 3.14 counts them.
type Row = (&'static str, &'static str, [(u32, u32); 3]);

const NT4: [(u32, u32); 3] = [(12, 17), (20, 34), (4, 16)];
const NODE: [(u32, u32); 3] = [(13, 18), (20, 34), (5, 20)];
/// Without `Providers\Clusnet`.
const NO_PROVIDER: [(u32, u32); 3] = [(12, 17), (20, 34), (5, 20)];

const COUNTS: [Row; 29] = [
    ("system/nt4-ee-sp3", "ControlSet001", NT4),
    ("system/nt4-ee-sp3", "ControlSet002", NT4),
    ("system/xp-sp3-m57", "ControlSet001", [(7, 13), (20, 40), (2, 9)]),
    ("system/xp-sp3-m57", "ControlSet002", [(7, 13), (20, 40), (2, 9)]),
    ("system/win7-sp1", "ControlSet001", [(9, 15), (43, 122), (4, 18)]),
    ("system/win7-sp1", "ControlSet002", [(9, 15), (43, 122), (4, 18)]),
    ("system/win81-dirty", "ControlSet001", [(8, 10), (47, 164), (3, 14)]),
    ("system/win10-1709", "ControlSet001", [(11, 14), (53, 184), (18, 180)]),
    ("cluster/healthy", "ControlSet001", NODE),
    ("cluster/healthy", "ControlSet002", NODE),
    ("cluster/all-three-missing", "ControlSet001", NO_PROVIDER),
    ("cluster/all-three-missing", "ControlSet002", NODE),
    ("cluster/no-cluster", "ControlSet001", NT4),
    ("cluster/no-cluster", "ControlSet002", NT4),
    ("cluster/parameters-empty-dacl", "ControlSet001", NODE),
    ("cluster/parameters-empty-dacl", "ControlSet002", NODE),
    // dissect.regf gives up on the damaged key, which is in no account.
    ("cluster/provider-key-damaged", "ControlSet001", NO_PROVIDER),
    ("cluster/provider-key-damaged", "ControlSet002", NODE),
    ("cluster/provider-key-deleted", "ControlSet001", NO_PROVIDER),
    ("cluster/provider-key-deleted", "ControlSet002", NODE),
    ("cluster/provider-key-missing", "ControlSet001", NO_PROVIDER),
    ("cluster/provider-key-missing", "ControlSet002", NODE),
    ("cluster/provider-key-no-read", "ControlSet001", NODE),
    ("cluster/provider-key-no-read", "ControlSet002", NODE),
    ("cluster/provider-list-lacks-clusnet", "ControlSet001", NODE),
    ("cluster/provider-list-lacks-clusnet", "ControlSet002", NODE),
    ("cluster/transports-lacks-clusnet", "ControlSet001", NODE),
    ("cluster/transports-lacks-clusnet", "ControlSet002", NODE),
    ("cluster/transports-wrong-type", "ControlSet001", NODE),
];

/// Compares three accounts of a subtree: by the library, by the views one by one, and by a plain count; and answers
/// with the keys and values.
fn account(accounts: Accounts<'_>, read: Read, plain: (u32, u32), damage: bool) -> (u32, u32) {
    let unknown: Vec<_> = accounts.clone().unknown().collect();
    assert_eq!(unknown, []);
    let totals = accounts.totals();
    assert_eq!((totals.unknown_keys, totals.unknown_values), (0, 0));
    assert_eq!(totals.damage > 0, damage);
    assert_eq!((totals.typed_keys, totals.typed_values), plain);
    assert_eq!((read.keys, read.values + read.unfit), plain);
    plain
}

#[test]
fn all_of_every_real_hive_is_typed() {
    let mut unfit = 0;
    for (name, set, counts) in COUNTS {
        let Some(file) = real(&format!("{name}.SYSTEM")) else { continue };
        let system = System::new(Hive::parse(&file).unwrap());
        let sets = system.control_sets();
        let set = sets.iter().find(|found| found.name() == set).unwrap();

        let winsock = system.winsock(set).found().unwrap();
        let read = everything::winsock(&winsock);
        unfit += read.unfit;
        let damage = name.ends_with("provider-key-damaged") && set.name() == "ControlSet001";
        let found = account(winsock.accounts(), read, count(winsock.key()), damage);
        assert_eq!(found, counts[0], "{name} {set}");

        let winsock2 = system.winsock2(set).found().unwrap();
        let read = everything::winsock2(&winsock2);
        unfit += read.unfit;
        let found = account(winsock2.accounts(), read, count(winsock2.key()), false);
        assert_eq!(found, counts[1], "{name} {set}");

        let mut sum = (0, 0);
        for entry in system.transports(set).entries {
            let Lookup::Found(transport) = entry.transport else { continue };
            let read = everything::transport(&transport);
            unfit += read.unfit;
            let found = account(transport.accounts(), read, count(transport.key()), false);
            sum = (sum.0 + found.0, sum.1 + found.1);
        }
        assert_eq!(sum, counts[2], "{name} {set}");
    }
    // transports-wrong-type has Transports as a REG_SZ, and nothing else is other than it should be.
    let is_there = real("cluster/transports-wrong-type.SYSTEM").is_some();
    assert_eq!(unfit, u32::from(is_there));
}

/// What stands in a hive and no other reader understands: the accounts add up to a plain count all the same.
#[test]
fn damaged_hives_account_for_what_can_be_read() {
    for name in
        ["system/container-delta.SYSTEM", "odd/corrupted.SYSTEM", "system/win10-1709.SYSTEM"]
    {
        let Some(file) = real(name) else { continue };
        let Ok(hive) = Hive::parse(&file) else { continue };
        let system = System::new(hive);
        for set in system.control_sets() {
            let winsock = system.winsock(&set).found().map(|view| (*view.key(), view.accounts()));
            let winsock2 = system.winsock2(&set).found().map(|view| (*view.key(), view.accounts()));
            for (key, accounts) in winsock.into_iter().chain(winsock2) {
                let totals = accounts.totals();
                let keys = totals.typed_keys + totals.unknown_keys;
                let values = totals.typed_values + totals.unknown_values;
                assert_eq!((keys, values), count(&key), "{name} {set}");
            }
        }
    }
}

/// With its transaction logs, the hive of Windows 10 is typed just as well.
#[test]
fn a_recovered_hive_is_typed() {
    let name = "system/win10-1709.SYSTEM";
    if real(name).is_none() {
        return;
    }
    let evidence = Evidence::gather(path(name), &Beside::Auto).unwrap();
    let image = Image::recover(evidence);
    assert_eq!(image.recovery().state, RecoveryState::Recovered);
    let system = System::new(image.hive());
    let set = &system.control_sets()[0];
    let winsock = system.winsock(set).found().unwrap();
    let plain = count(winsock.key());
    account(winsock.accounts(), everything::winsock(&winsock), plain, false);
    let winsock2 = system.winsock2(set).found().unwrap();
    let plain = count(winsock2.key());
    account(winsock2.accounts(), everything::winsock2(&winsock2), plain, false);
    let transports = system.transports(set);
    assert_eq!((transports.facts, transports.entries.len()), (vec![], 6));
}

const WINSOCK: &str = "ControlSet001\\Services\\WinSock";

/// What the accounts of the sample node's Winsock list as unknown, with some change.
fn unknown(spec: &HiveSpec) -> Vec<String> {
    with_system(spec, |system| listed(&system, &system.control_sets()[0]))
}

fn listed(system: &System<'_>, set: &ControlSet) -> Vec<String> {
    let winsock = system.winsock(set).found().unwrap();
    let accounts = winsock.accounts();
    let totals = accounts.clone().totals();
    let (keys, values) = count(winsock.key());
    assert_eq!(totals.typed_keys + totals.unknown_keys, keys);
    assert_eq!(totals.typed_values + totals.unknown_values, values);
    let unknown = accounts.unknown().map(|unknown| match unknown {
        Unknown::Key { path } => path,
        Unknown::Value { path, name, value_type, data } => {
            format!("{path}: {name} {value_type} {data}")
        }
        _ => unreachable!(),
    });
    unknown.collect()
}

#[test]
fn what_no_view_reads_is_listed() {
    assert_eq!(unknown(&node(|_| {})), Vec::<String>::new());
    let listed = unknown(&node(|root| {
        root.at(WINSOCK).set_value(ValueSpec::sz("", "x"));
        root.at(&format!("{WINSOCK}\\Parameters")).set_value(ValueSpec::dword("Transport", 1));
        root.at(&format!("{WINSOCK}\\Parameters\\Deep\\Transports"));
        root.at(&format!("{WINSOCK}\\Setup Migration\\Providers\\Tcpip"))
            .set_value(ValueSpec::binary("Odd", [1, 2]));
        // Whatever stands in Well Known Guids is read, and told to be none where it is none.
        root.at(&format!("{WINSOCK}\\Setup Migration\\Well Known Guids"))
            .set_value(ValueSpec::dword("No GUID", 1));
        // Any key in Providers is a provider.
        root.at(&format!("{WINSOCK}\\Setup Migration\\Providers\\Other"));
    }));
    let expected = [
        ":  REG_SZ 78000000",
        "Parameters: Transport REG_DWORD 01000000",
        "Parameters\\Deep",
        "Parameters\\Deep\\Transports",
        "Setup Migration\\Providers\\Tcpip: Odd REG_BINARY 0102",
    ];
    assert_eq!(listed, expected);
}

/// A name may hold a backslash, and such a key is not the one that its path seems to be.
#[test]
fn a_path_does_not_make_a_key() {
    let spec = node(|root| {
        let winsock = root.at(WINSOCK);
        winsock.remove("Setup Migration");
        let id = ValueSpec::binary("WinSock 2.0 Provider ID", [0; 16]);
        let odd = KeySpec::new("Setup Migration/Providers")
            .value(ValueSpec::dword("Setup Version", 1))
            .subkey(KeySpec::new("Tcpip").value(id));
        winsock.subkeys.push(odd);
    });
    // The writer of hives refuses such a name, but not one of the same length.
    let mut file = build(&spec).unwrap();
    let name = b"Setup Migration/Providers";
    let places: Vec<_> =
        (0..file.len() - name.len()).filter(|at| file[*at..].starts_with(name)).collect();
    assert_eq!(places.len(), 1);
    file[places[0] + b"Setup Migration".len()] = b'\\';
    let system = System::new(Hive::parse(&file).unwrap());
    let listed = listed(&system, &system.control_sets()[0]);
    let expected = [
        "Setup Migration\\Providers",
        "Setup Migration\\Providers: Setup Version REG_DWORD 01000000",
        "Setup Migration\\Providers\\Tcpip",
        "Setup Migration\\Providers\\Tcpip: WinSock 2.0 Provider ID REG_BINARY 00000000000000000000000000000000",
    ];
    assert_eq!(listed, expected);
}

/// Of values with the same name Windows finds the first alone, and so do the views.
#[test]
fn a_second_value_of_a_name_is_not_read() {
    let spec = node(|root| {
        root.at(WINSOCK).set_value(ValueSpec::dword("Stert", 7));
    });
    let duplicate = Fault::DuplicateValue { key: WINSOCK.into(), value: "Start".into() };
    let listed = unknown(&HiveSpec { faults: vec![duplicate], ..spec });
    assert!(listed.iter().any(|line| line.starts_with(": Start REG_DWORD")), "{listed:?}");
    assert!(listed.contains(&": Stert REG_DWORD 07000000".to_owned()), "{listed:?}");
}

#[test]
fn views_give_the_raw_side_of_things() {
    with_system(&node(|_| {}), |system| {
        let set = &system.control_sets()[0];
        let parameters = system.winsock(set).found().unwrap().parameters().found().unwrap();
        assert_eq!(parameters.path(), "ControlSet001\\Services\\Winsock\\Parameters");
        assert_eq!(parameters.facts().path, "ControlSet001\\Services\\WinSock\\Parameters");
        assert_eq!(parameters.last_written(), Some(parameters.key().last_written()));
        assert!(parameters.descriptor().unwrap().to_sddl().unwrap().starts_with("O:BA"));
        assert_eq!(parameters.damage(), []);
        let raw = parameters.value("transports").found().unwrap();
        let list = parameters.transports().ok().unwrap();
        assert_eq!(list.bytes(), &*Value::data(&raw).unwrap());
        assert!(parameters.value("Nothing").is_absent());

        let lacking = system.lacking(Lacks::REG_TEXT);
        let parameters = lacking.winsock(set).found().unwrap().parameters().found().unwrap();
        assert_eq!((parameters.last_written(), parameters.damage()), (None, vec![]));
        assert!(parameters.descriptor().is_err());
    });
}
