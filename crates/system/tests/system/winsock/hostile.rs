//! Hives whose bytes were changed at random: everything is asked for, and accounts add up all the same.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::{Hive, Lookup};
use coldhive_system::winsock::Accounts;
use coldhive_system::{Selector, System};
use proptest::collection::vec;
use proptest::prelude::*;

use super::everything;

/// A small hive with something of everything.
fn hive() -> Vec<u8> {
    let mut sample = samples::cluster_sound().root;
    let mut root = KeySpec::new("ROOT");
    root.at("Select").set_value(ValueSpec::dword("Current", 1));
    let services = root.at("ControlSet001\\Services");
    for name in ["WinSock", "Tcpip", "ClusNet", "NetBIOS"] {
        let service = sample.remove(&format!("ControlSet001\\Services\\{name}")).unwrap();
        services.subkeys.push(service);
    }
    let protocol = services.at("Tcpip\\Parameters\\Winsock\\0");
    protocol.set_value(ValueSpec::dword("AddressFamily", 2));
    let parameters = services.at("WinSock2\\Parameters");
    parameters.set_value(ValueSpec::sz("Current_Protocol_Catalog", "P"));
    parameters.set_value(ValueSpec::sz("Current_NameSpace_Catalog", "N"));
    parameters.at("AppId_Catalog\\06EBDCB1").set_value(ValueSpec::sz("AppFullPath", "x"));
    parameters.at("N\\Catalog_Entries\\000000000001").set_value(ValueSpec::dword("Enabled", 1));
    parameters.at("P").set_value(ValueSpec::dword("Num_Catalog_Entries", 2));
    for name in ["000000000001", "000000000002"] {
        let entry = parameters.at(&format!("P\\Catalog_Entries\\{name}"));
        entry.set_value(ValueSpec::binary("PackedCatalogItem", vec![2; 888]));
    }
    build(&HiveSpec::new(Version::V1_3, root)).unwrap()
}

fn ask(accounts: Accounts<'_>) {
    let walked: usize =
        accounts.clone().map(|account| account.typed.len() + account.unknown.len()).sum();
    let totals = accounts.clone().totals();
    let values: usize = usize::try_from(totals.typed_values + totals.unknown_values).unwrap();
    assert_eq!(values, walked);
    assert!(accounts.unknown().count() <= values + usize::try_from(totals.unknown_keys).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_answered(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let mut file = hive();
        for (at, byte) in changes {
            // Behind the base block, which mostly decides whether there is a hive at all.
            let at = 4096 + at.index(file.len() - 4096);
            file[at] = byte;
        }
        let Ok(hive) = Hive::parse(&file) else { return Ok(()) };
        let system = System::new(hive);
        let mut sets = system.control_sets();
        sets.extend(system.select(Selector::All).map(|selection| selection.sets).unwrap_or_default());
        for set in sets {
            if let Lookup::Found(winsock) = system.winsock(&set) {
                everything::winsock(&winsock);
                ask(winsock.accounts());
            }
            if let Lookup::Found(winsock2) = system.winsock2(&set) {
                everything::winsock2(&winsock2);
                ask(winsock2.accounts());
                let parameters = winsock2.parameters().found();
                if let Some(Lookup::Found(catalog)) = parameters.map(|it| it.protocol_catalog()) {
                    let facts = serde_json::to_string(&catalog.disagreements());
                    prop_assert!(facts.is_ok());
                }
            }
            let transports = system.transports(&set);
            prop_assert!(serde_json::to_string(&transports.facts).is_ok());
            for entry in transports.entries {
                if let Lookup::Found(transport) = entry.transport {
                    everything::transport(&transport);
                    ask(transport.accounts());
                }
            }
        }
    }
}
