//! A made-up node of a Windows NT Server 4.0 Enterprise Edition cluster, sound and with faults.

use crate::fault::Fault;
use crate::key::KeySpec;
use crate::samples::network;
use crate::spec::{HiveSpec, Version};
use crate::value::ValueSpec;

/// When the node was set up: 1998-05-04 09:12:33 UTC.
const INSTALLED: u64 = 0x01BD_773C_C569_5680;
/// When the broken node's network settings were changed: 1998-11-16 17:40:05 UTC.
const RECONFIGURED: u64 = 0x01BE_1188_252E_C880;
/// When the hive was last written: 1998-11-17 07:02:51 UTC.
const LAST_START: u64 = 0x01BE_11F8_4A5B_1F80;

/// Every hive of Windows NT 4.0's setup starts as this prototype.
const ROOT_NAME: &str = "$$$PROTO.HIV";

pub(super) const PARAMETERS: &str = "ControlSet001\\Services\\Winsock\\Parameters";
pub(super) const PROVIDERS: &str = "ControlSet001\\Services\\Winsock\\Setup Migration\\Providers";

/// The sound node: current control set 1, last-known-good 2, both the same.
pub fn cluster_sound() -> HiveSpec {
    let select = KeySpec::new("Select")
        .value(ValueSpec::dword("Current", 1))
        .value(ValueSpec::dword("Default", 1))
        .value(ValueSpec::dword("Failed", 0))
        .value(ValueSpec::dword("LastKnownGood", 2));
    let setup = KeySpec::new("Setup")
        .value(ValueSpec::dword("SetupType", 0))
        .value(ValueSpec::dword("SystemSetupInProgress", 0))
        .value(ValueSpec::sz("CmdLine", "setup -newsetup"))
        .value(ValueSpec::sz("SystemPartition", "\\Device\\Harddisk0\\Partition1"));
    let mut root = KeySpec::new(ROOT_NAME)
        .subkey(control_set("ControlSet001"))
        .subkey(control_set("ControlSet002"))
        .subkey(KeySpec::new("DISK"))
        .subkey(select)
        .subkey(setup);
    stamp(&mut root, INSTALLED);
    let mut spec = HiveSpec::new(Version::V1_3, root).written(LAST_START);
    spec.sequence = (195, 195);
    spec
}

/// The node that KB Q262832 is about.
///
/// The current control set has lost Clusnet's provider key and its entry in `Transports`, later than
/// everything else was written; the last-known-good one is sound.
pub fn cluster_broken() -> HiveSpec {
    let mut spec = without_provider_key();
    let parameters = spec.root.at(PARAMETERS);
    parameters.set_value(ValueSpec::multi_sz("Transports", &["Tcpip", "NetBIOS"]));
    parameters.last_written = RECONFIGURED;
    spec
}

/// Clusnet's provider key in the current control set has a node without a signature.
pub fn cluster_damaged() -> HiveSpec {
    cluster_sound().fault(Fault::ZeroSignature { key: format!("{PROVIDERS}\\Clusnet") })
}

/// Clusnet's provider key isn't among the current control set's, and another entry there can't be followed.
pub fn cluster_obscured() -> HiveSpec {
    without_provider_key().fault(Fault::ListHole { key: format!("{PROVIDERS}\\NetBIOS") })
}

/// Winsock's `Parameters` in the current control set has no security cell.
pub fn cluster_no_security() -> HiveSpec {
    cluster_sound().fault(Fault::NoSecurity { key: PARAMETERS.into() })
}

/// Winsock's `Parameters` in the current control set has an ill-formed security descriptor.
pub fn cluster_bad_descriptor() -> HiveSpec {
    cluster_sound().fault(Fault::BadDescriptor { key: PARAMETERS.into() })
}

/// The sound node, copied while a write was under way.
pub fn cluster_dirty() -> HiveSpec {
    cluster_sound().fault(Fault::DirtySequence)
}

/// The sound node, with Clusnet's provider key in the current control set deleted as Windows NT 4.0 deletes.
///
/// An older list of `Providers` lay before it and went into the same free cell, so that the chain of free cells took
/// the list's signature and not the key's. All of the key, its value and the data is there.
pub fn cluster_deleted() -> HiveSpec {
    let mut spec = cluster_sound()
        .fault(Fault::ReplacedList { key: PROVIDERS.into() })
        .fault(Fault::DeletedKey { key: format!("{PROVIDERS}\\Clusnet") })
        .fault(Fault::CoalesceFree)
        .fault(Fault::LinkFree);
    spec.root.at(PROVIDERS).last_written = RECONFIGURED;
    spec
}

fn without_provider_key() -> HiveSpec {
    let mut spec = cluster_sound();
    spec.root.remove(&format!("{PROVIDERS}\\Clusnet")).expect("the sound node has it");
    spec.root.at(PROVIDERS).last_written = RECONFIGURED;
    spec
}

fn control_set(name: &str) -> KeySpec {
    let mut services = KeySpec::new("Services");
    cluster_services(&mut services);
    network::add(&mut services);
    KeySpec::new(name)
        .subkey(control())
        .subkey(
            KeySpec::new("Enum")
                .subkey(KeySpec::new("HTREE").subkey(KeySpec::new("ROOT")))
                .subkey(KeySpec::new("Root").subkey(KeySpec::new("LEGACY_CLUSNET"))),
        )
        .subkey(KeySpec::new("Hardware Profiles"))
        .subkey(services)
}

fn control() -> KeySpec {
    let mut control = KeySpec::new("Control");
    control.at("ComputerName\\ComputerName").set_value(ValueSpec::sz("ComputerName", "LABNODE1"));
    control
        .at("ProductOptions")
        .set_value(ValueSpec::sz("ProductType", "LanmanNT"))
        .set_value(ValueSpec::multi_sz("ProductSuite", &["Enterprise"]));
    control
        .at("Windows")
        .set_value(ValueSpec::expand_sz("Directory", "%SystemRoot%"))
        .set_value(ValueSpec::dword("CSDVersion", 0x300));
    control
}

fn cluster_services(services: &mut KeySpec) {
    services
        .at("ClusSvc")
        .set_value(ValueSpec::dword("Type", 0x10))
        .set_value(ValueSpec::dword("Start", 2))
        .set_value(ValueSpec::dword("ErrorControl", 1))
        .set_value(ValueSpec::expand_sz("ImagePath", "%SystemRoot%\\Cluster\\clussvc.exe"))
        .set_value(ValueSpec::sz("DisplayName", "Cluster Server"))
        .set_value(ValueSpec::multi_sz("DependOnService", &["ClusNet", "RPCSS"]))
        .set_value(ValueSpec::sz("ObjectName", "LAB\\clussvc"));
    services
        .at("ClusDisk")
        .set_value(ValueSpec::dword("Type", 1))
        .set_value(ValueSpec::dword("Start", 1))
        .set_value(ValueSpec::dword("ErrorControl", 1))
        .set_value(ValueSpec::sz("Group", "Filter"))
        .set_value(ValueSpec::expand_sz("ImagePath", "System32\\DRIVERS\\clusdisk.sys"));
}

/// Gives a key and all below it one last-written time.
fn stamp(key: &mut KeySpec, filetime: u64) {
    key.last_written = filetime;
    key.subkeys.iter_mut().for_each(|subkey| stamp(subkey, filetime));
}
