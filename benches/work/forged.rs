//! Hives that are forged in memory: as large, and with lists as long, as a measurement asks for.
#![allow(dead_code, reason = "each bench needs a part of it")]

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};

/// As many services as a usual machine has; that list doesn't grow with the hive.
pub(crate) const SERVICES: usize = 400;

/// As many descriptors as a large hive has, shared by its keys.
const DESCRIPTORS: usize = 300;

/// Services as a machine has them, with what a service usually has.
fn add_services(root: &mut KeySpec) {
    for set in ["ControlSet001", "ControlSet002"] {
        let services = root.at(&format!("{set}\\Services"));
        for number in 0..SERVICES {
            let image = format!("\\SystemRoot\\System32\\drivers\\svc{number:04}.sys");
            let security =
                KeySpec::new("Security").value(ValueSpec::binary("Security", [0x5A; 168]));
            let parameters = KeySpec::new("Parameters")
                .value(ValueSpec::dword("TimeOut", 30))
                .value(ValueSpec::sz("ServiceDll", "%SystemRoot%\\System32\\service.dll"));
            let service = KeySpec::new(format!("Service{number:04}"))
                .value(ValueSpec::dword("Type", 1))
                .value(ValueSpec::dword("Start", 1 + u32::try_from(number % 3).expect("small")))
                .value(ValueSpec::dword("ErrorControl", 1))
                .value(ValueSpec::expand_sz("ImagePath", &image))
                .value(ValueSpec::sz("DisplayName", &format!("Service of number {number}")))
                .subkey(parameters)
                .subkey(security);
            services.subkeys.push(service);
        }
    }
}

/// The descriptors that large hives share: each lets one group more do something.
fn descriptors() -> Vec<Vec<u8>> {
    let sddl = |number: usize| {
        format!(
            "O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;S-1-5-21-1-2-3-{number})"
        )
    };
    let key = |number| KeySpec::new("").sddl(&sddl(number)).expect("SDDL");
    (1000..1000 + DESCRIPTORS).filter_map(|number| key(number).security).collect()
}

/// One device as `Enum` has them, and the software that came with it.
fn device(number: usize, descriptor: &[u8]) -> [KeySpec; 2] {
    let id = format!("PCI\\VEN_{:04X}&DEV_{:04X}&REV_01", number / 1000, number % 1000);
    let blob = vec![number.to_le_bytes()[0]; 64 + number % 11 * 32];
    let instance = KeySpec::new(format!("3&2411E6FE&0&{:02X}", number % 256))
        .value(ValueSpec::sz("DeviceDesc", &format!("Adapter of number {number}")))
        .value(ValueSpec::multi_sz("HardwareID", &[&id, "PCI\\CC_020000", "PCI\\CC_0200"]))
        .value(ValueSpec::sz("Class", "Net"))
        .value(ValueSpec::sz("ClassGUID", "{4d36e972-e325-11ce-bfc1-08002be10318}"))
        .value(ValueSpec::sz("Mfg", "A maker of adapters"))
        .value(ValueSpec::dword("ConfigFlags", 0))
        .value(ValueSpec::dword("Capabilities", 0x16))
        .subkey(KeySpec::new("Device Parameters").value(ValueSpec::binary("Settings", blob)))
        .subkey(KeySpec::new("LogConf").value(ValueSpec::raw("BootConfig", 8, [7; 116])))
        .subkey(KeySpec::new("Control"));
    let device = KeySpec::new(format!("VEN_{:04X}&DEV_{:04X}", number / 1000, number % 1000))
        .security(descriptor)
        .subkey(instance);
    let version = KeySpec::new("CurrentVersion")
        .value(ValueSpec::sz("", "1.0"))
        .value(ValueSpec::sz("Path", "C:\\Program Files\\Maker\\Product"))
        .value(ValueSpec::qword("Installed", 0x01BF_53EB_256D_4000))
        .value(ValueSpec::binary("State", vec![3; 256 + number % 7 * 100]));
    let product = KeySpec::new(format!("Product{:04}", number % 1000)).subkey(version);
    [device, product]
}

/// A hive as a machine has it, with so many devices.
pub(crate) fn machine(devices: usize) -> HiveSpec {
    let mut spec = samples::cluster_sound();
    add_services(&mut spec.root);
    let descriptors = descriptors();
    // No list gets longer than that of a thousand devices.
    for first in (0..devices).step_by(1000) {
        let mut bus = KeySpec::new(format!("BUS{:04}", first / 1000));
        let mut vendor = KeySpec::new(format!("Vendor{:04}", first / 1000));
        for number in first..devices.min(first + 1000) {
            let [device, product] = device(number, &descriptors[number % DESCRIPTORS]);
            bus.subkeys.push(device);
            vendor.subkeys.push(product);
        }
        // Of other names below `Enum`, Windows 2000 or later is told.
        spec.root.at("ControlSet001\\Enum\\Root").subkeys.push(bus);
        let software = "ControlSet001\\Hardware Profiles\\0001\\Software";
        spec.root.at(software).subkeys.push(vendor);
    }
    spec
}

pub(crate) fn forge(spec: &HiveSpec) -> Vec<u8> {
    build(spec).expect("a sound description")
}

/// A hive as a machine has it, of about so many bytes; and how many devices it has.
pub(crate) fn of_size(bytes: usize) -> (Vec<u8>, usize) {
    let (bare, thousand) = (forge(&machine(0)).len(), forge(&machine(1000)).len());
    let devices = bytes.saturating_sub(bare) * 1000 / (thousand - bare);
    (forge(&machine(devices)), devices)
}

/// A hive with a key `List` that has so many subkeys, of the names that [`listed`] gives to even numbers.
pub(crate) fn list(count: usize) -> Vec<u8> {
    let mut list = KeySpec::new("List");
    list.subkeys.extend((0..count).map(|number| KeySpec::new(listed(2 * number))));
    forge(&HiveSpec::new(Version::V1_5, KeySpec::new("ROOT").subkey(list)))
}

/// A name in that list, in its order. Every second one is there, so that absent ones stand all over the list.
pub(crate) fn listed(number: usize) -> String {
    format!("Key {number:06}")
}
