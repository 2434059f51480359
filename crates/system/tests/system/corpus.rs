//! Real hives, where they are at hand: what they are known to hold.

use std::path::PathBuf;

use coldhive_hive::Hive;
use coldhive_system::{Family, Selector, System};

/// The place of a real hive.
pub(crate) fn path(name: &str) -> PathBuf {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder =
        std::env::var_os("COLDHIVE_CORPUS").map_or_else(|| PathBuf::from(default), PathBuf::from);
    folder.join(name)
}

/// The bytes of a real hive, if this machine has it.
pub(crate) fn real(name: &str) -> Option<Vec<u8>> {
    let file = std::fs::read(path(name)).ok();
    if file.is_none() {
        eprintln!("skipped: no {} (set COLDHIVE_CORPUS)", path(name).display());
    }
    file
}

#[test]
fn nt4_enterprise_edition() {
    let Some(file) = real("system/nt4-ee-sp3.SYSTEM") else { return };
    let system = System::new(Hive::parse(&file).unwrap());
    let set = &system.select(Selector::Current).unwrap().sets[0];
    let product = system.product(set);
    assert_eq!(product.family, Family::Nt4, "{:?}", product.reasons);
    assert_eq!(product.reasons.len(), 3, "{:?}", product.reasons);
    assert_eq!(product.product_type.as_ok().unwrap(), "LanmanNT");
    assert_eq!(product.suites.as_ok().unwrap().entries(), ["Enterprise"]);
    assert_eq!(product.service_pack.as_ok(), Some(&0x300));
    assert!(system.service(set, "ClusSvc").is_absent());

    let winsock = system.winsock(set).found().unwrap();
    let transports = winsock.parameters().found().unwrap().transports().ok().unwrap();
    for name in ["Tcpip", "NwlnkIpx", "NwlnkSpx", "NetBIOS"] {
        assert!(transports.contains(name), "{:?}", transports.entries());
    }
    let migration = winsock.setup_migration().found().unwrap();
    let providers = migration.provider_list().ok().unwrap();
    assert!(transports.entries().iter().all(|name| providers.contains(name)));
    assert!(transports.is_well_formed() && providers.is_well_formed());
    assert_eq!(migration.setup_version().ok(), Some(0x1009));
    for (transport, rows, dll) in [
        ("Tcpip", 11, "wshtcpip.dll"),
        ("NwlnkIpx", 260, "wshisn.dll"),
        ("NwlnkSpx", 260, "wshisn.dll"),
        ("NetBIOS", 2, "wshnetbs.dll"),
    ] {
        let found = system.transport(set, transport).found().unwrap();
        assert_eq!(found.mapping().ok().unwrap().rows.len(), rows, "{transport}");
        assert!(found.helper_dll().ok().unwrap().to_lowercase().ends_with(dll), "{transport}");
    }
    for (provider, id) in [
        ("Tcpip", "E70F1AA0-AB8B-11CF-8CA3-00805F48A192"),
        ("NetBIOS", "8D5F1830-C273-11CF-95C8-00805F48A192"),
        ("NwlnkIpx", "11058240-BE47-11CF-95C8-00805F48A192"),
        ("NwlnkSpx", "11058241-BE47-11CF-95C8-00805F48A192"),
    ] {
        let found = migration.provider(provider).found().unwrap().id().ok().unwrap();
        assert!(found.to_string().to_uppercase().contains(id), "{provider}: {found}");
    }
}

#[test]
fn family_of_each_real_hive() {
    for (name, family) in [
        ("system/nt4-ee-sp3.SYSTEM", Family::Nt4),
        ("system/xp-sp3-m57.SYSTEM", Family::Windows2000OrLater),
        ("system/win7-sp1.SYSTEM", Family::Windows2000OrLater),
        ("system/win81-dirty.SYSTEM", Family::Windows2000OrLater),
        ("system/win10-1709.SYSTEM", Family::Windows2000OrLater),
        ("cluster/healthy.SYSTEM", Family::Nt4),
    ] {
        let Some(file) = real(name) else { continue };
        let system = System::new(Hive::parse(&file).unwrap());
        let set = &system.select(Selector::Current).unwrap().sets[0];
        assert_eq!(system.product(set).family, family, "{name}");
    }
    let Some(file) = real("system/container-delta.SYSTEM") else { return };
    let system = System::new(Hive::parse(&file).unwrap());
    // A hive of changes only: it may lack every sign, but must not pass for NT 4.0.
    for set in system.control_sets() {
        let product = system.product(&set);
        assert_ne!(product.family, Family::Nt4, "{:?}", product.reasons);
    }
}
