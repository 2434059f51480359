//! Small hives of the oldest formats and of the newest.

use crate::key::KeySpec;
use crate::layer::LayerSemantics;
use crate::spec::{HiveSpec, Version};
use crate::value::ValueSpec;

/// When Windows NT 3.1 could have been set up: 1993-08-02 10:00:00 UTC.
const NT31: u64 = 0x01B8_231B_C93D_1000;
/// When Windows NT 3.5 could have been set up: 1994-10-03 10:00:00 UTC.
const NT35: u64 = 0x01B9_72A5_87A0_5000;
/// When a container could have been made: 2020-08-15 12:00:00 UTC.
const CONTAINER: u64 = 0x01D6_72FB_99FF_2000;

/// A small SYSTEM hive of Windows NT 3.1, format 1.1.
pub fn nt31() -> HiveSpec {
    oldest(Version::V1_1, NT31, "Windows NT 3.1")
}

/// A small SYSTEM hive of Windows NT 3.5, format 1.2.
pub fn nt35() -> HiveSpec {
    oldest(Version::V1_2, NT35, "Windows NT 3.5")
}

fn oldest(version: Version, installed: u64, system: &str) -> HiveSpec {
    let mut root = KeySpec::new("$$$PROTO.HIV");
    root.at("Select")
        .set_value(ValueSpec::dword("Current", 1))
        .set_value(ValueSpec::dword("Default", 1))
        .set_value(ValueSpec::dword("Failed", 0))
        .set_value(ValueSpec::dword("LastKnownGood", 1));
    let set = root.at("ControlSet001");
    set.at("Control\\ProductOptions").set_value(ValueSpec::sz("ProductType", "WinNT"));
    set.at("Control\\ComputerName\\ComputerName")
        .set_value(ValueSpec::sz("ComputerName", "LABOLD1"));
    for (name, start) in [("Beep", 1), ("Floppy", 1), ("NetBT", 2), ("Tcpip", 2)] {
        let path = format!("\\SystemRoot\\System32\\drivers\\{}.sys", name.to_lowercase());
        set.at(&format!("Services\\{name}"))
            .set_value(ValueSpec::dword("Type", 1))
            .set_value(ValueSpec::dword("Start", start))
            .set_value(ValueSpec::dword("ErrorControl", 1))
            .set_value(ValueSpec::expand_sz("ImagePath", &path));
    }
    // Names that Latin-1 can't hold, a class, and data in a large cell.
    set.at("Services\\\u{3bb}\u{3cc}\u{3b3}\u{3bf}\u{3c2}")
        .set_value(ValueSpec::sz("\u{43a}\u{43b}\u{44e}\u{447}", system))
        .class = Some("GenericClass".into());
    set.at("Services\\Beep").set_value(ValueSpec::binary("large", vec![0x11; 20_000]));
    stamp(&mut root, installed);
    HiveSpec::new(version, root).written(installed)
}

/// The layer of a container over its host's SYSTEM hive, format 1.6, with all that a layer can say.
///
/// `Services\Deleted` and the value `Services\Changed\Gone` are deleted, `Services\Local` replaces what is below it
/// without its subkeys, `Services\Tree` with them; everything else is merged.
pub fn layered() -> HiveSpec {
    let mut root = KeySpec::new("ROOT");
    for key in ["Control", "Services\\Changed"] {
        root.at(&format!("ControlSet001\\{key}"));
    }
    let services = root.at("ControlSet001\\Services");
    services
        .at("Changed")
        .set_value(ValueSpec::dword("Start", 4))
        .set_value(ValueSpec::tombstone("Gone"));
    services.subkeys.extend([
        KeySpec::new("Deleted").layer(LayerSemantics::Tombstone),
        KeySpec::new("Local")
            .layer(LayerSemantics::SupersedeLocal)
            .value(ValueSpec::dword("Start", 3)),
        KeySpec::new("Tree").layer(LayerSemantics::SupersedeTree).class("its own").subkey(
            KeySpec::new("Parameters")
                .layer(LayerSemantics::SupersedeTree)
                .value(ValueSpec::sz("text", "new")),
        ),
    ]);
    inherit_classes(&mut root);
    stamp(&mut root, CONTAINER);
    HiveSpec::new(Version::V1_6, root).written(CONTAINER)
}

/// Keys that are merged take their class from below, as those of containers do.
fn inherit_classes(key: &mut KeySpec) {
    key.layer.inherit_class = key.layer.semantics == LayerSemantics::Merge;
    key.subkeys.iter_mut().for_each(inherit_classes);
}

fn stamp(key: &mut KeySpec, filetime: u64) {
    key.last_written = filetime;
    key.subkeys.iter_mut().for_each(|subkey| stamp(subkey, filetime));
}
