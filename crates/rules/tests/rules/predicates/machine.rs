//! The product, and services.

use coldhive_forge::{Fault, KeySpec, ValueSpec};
use coldhive_hive::Hive;
use coldhive_rules::Truth::{False, True, Unknown};
use coldhive_rules::{Context, HiveInfo, Software, Target};
use coldhive_system::System;

use super::table;
use crate::support::{faulty, node, rule};

#[test]
fn families() {
    let nt4 = node(|_| {});
    let later = node(|root| {
        root.at("ControlSet001\\Control\\SafeBoot");
        root.at("ControlSet001\\Services\\MountMgr");
    });
    let nobodys = coldhive_forge::HiveSpec::new(
        coldhive_forge::Version::V1_3,
        KeySpec::new("").subkey(KeySpec::new("ControlSet001")),
    );
    for (family, on_nt4, on_later) in [
        ("nt4", True, False),
        ("nt3", False, False),
        ("[nt3, nt4]", True, False),
        // A SYSTEM hive alone doesn't tell which of them it is.
        ("xp", False, Unknown),
        ("w2k", False, Unknown),
        ("7", False, Unknown),
        ("8.1", False, Unknown),
        ("2003", False, Unknown),
        ("[nt4, 10]", True, Unknown),
        ("w2k-or-later", False, True),
        ("[nt4, w2k-or-later]", True, True),
    ] {
        let test = format!("product: {{ family: {family} }}");
        table(&nt4, &[(&test, on_nt4)]);
        table(&later, &[(&test, on_later)]);
        table(&nobodys, &[(&test, Unknown)]);
    }
}

#[test]
fn service_packs() {
    let with = |value: Option<ValueSpec>| {
        node(|root| {
            root.at("ControlSet001\\Control\\Windows").values.clear();
            root.at("ControlSet001\\Control\\Windows").values.extend(value);
        })
    };
    let third = || with(Some(ValueSpec::dword("CSDVersion", 0x301)));
    for (test, expected) in
        [("{ ge: 3 }", True), ("{ eq: 3 }", True), ("{ gt: 3 }", False), ("{ lt: 3 }", False)]
    {
        let test = format!("product: {{ service_pack: {test} }}");
        table(&third(), &[(&test, expected)]);
        table(&with(None), &[(&test, False)]);
        table(&with(Some(ValueSpec::sz("CSDVersion", "Service Pack 3"))), &[(&test, False)]);
        let key = String::from("ControlSet001\\Control\\Windows");
        let hidden =
            third().fault(Fault::ValueSignature { key: key.clone(), value: "CSDVersion".into() });
        table(&hidden, &[(&test, Unknown)]);
        table(&third().fault(Fault::ZeroSignature { key }), &[(&test, Unknown)]);
    }
}

const SERVICE: &str = "ControlSet001\\Services\\Test";

fn service(kind: u32, account: &str) -> coldhive_forge::HiveSpec {
    node(|root| {
        let key = root.at(SERVICE);
        key.set_value(ValueSpec::dword("Type", kind));
        key.set_value(ValueSpec::dword("Start", 2));
        key.set_value(ValueSpec::sz("ObjectName", account));
    })
}

#[test]
fn types_of_services() {
    for (bits, types, others) in [
        (0x01, "[driver, kernel-driver]", "[service, file-system-driver, adapter]"),
        (0x02, "[driver, file-system-driver]", "[kernel-driver, own-process]"),
        (0x04, "adapter", "[driver, service]"),
        (0x08, "[recognizer-driver, driver]", "kernel-driver"),
        (0x10, "[service, own-process]", "[shared-process, interactive, driver]"),
        (0x120, "[service, shared-process, interactive]", "[own-process, driver]"),
    ] {
        let spec = service(bits, "LocalSystem");
        let test = |types: &str| format!("service: {{ name: test, type: {types} }}");
        table(&spec, &[(&test(types), True), (&test(others), False)]);
        for one in types.trim_matches(['[', ']']).split(", ") {
            table(&spec, &[(&test(one), True)]);
        }
    }
}

#[test]
fn accounts() {
    let system = "account: [LocalSystem]";
    for (account, test, expected) in [
        ("LocalSystem", system, True),
        ("localsystem", system, True),
        (".\\LocalSystem", system, True),
        ("NT AUTHORITY\\SYSTEM", system, True),
        ("NT AUTHORITY\\NetworkService", "account: 'NT Authority\\NETWORK SERVICE'", True),
        ("NT AUTHORITY\\LocalService", "account: LocalService", True),
        ("NT AUTHORITY\\LocalService", system, False),
        ("CONTOSO\\cluster", "account: [LocalSystem, 'contoso\\CLUSTER']", True),
        ("CONTOSO\\cluster", "account: cluster", False),
        ("", system, False),
    ] {
        let test = format!("service: {{ name: Test, {test} }}");
        table(&service(0x10, account), &[(&test, expected)]);
    }
}

#[test]
fn a_service_in_all_its_states() {
    let tests = ["type: service", "account: LocalSystem", "start: automatic", "present: true"];
    let fault = |value: &str| Fault::ValueSignature { key: SERVICE.into(), value: value.into() };
    let sound = || service(0x10, "LocalSystem");
    for test in tests {
        let test = format!("service: {{ name: Test, {test} }}");
        table(&sound(), &[(&test, True)]);
        table(&node(|_| {}), &[(&test, False)]);
        table(&sound().fault(Fault::ZeroSignature { key: SERVICE.into() }), &[(&test, Unknown)]);
        let list = Fault::ListSignature { key: "ControlSet001\\Services".into() };
        table(&sound().fault(list), &[(&test, Unknown)]);
    }
    for (value, test) in [("Type", tests[0]), ("ObjectName", tests[1]), ("Start", tests[2])] {
        let test = format!("service: {{ name: Test, {test} }}");
        table(&sound().fault(fault(value)), &[(&test, Unknown)]);
    }
    // A name with a backslash leads below a service, and is none.
    for (test, expected) in
        [("present: true", False), ("present: false", True), ("start: automatic", False)]
    {
        let test = format!("service: {{ name: 'Tcpip\\Parameters', {test} }}");
        table(
            &faulty(Fault::ZeroSignature { key: SERVICE.replace("Test", "Tcpip") }),
            &[(&test, expected)],
        );
    }
}

/// A SOFTWARE hive of the same machine tells what the SYSTEM hive leaves open.
#[test]
fn a_software_hive_settles_the_family() {
    let settled = |version: &str, build: &str| {
        let mut root = KeySpec::new("SOFTWARE");
        root.at("Microsoft\\Windows NT\\CurrentVersion")
            .set_value(ValueSpec::sz("CurrentVersion", version))
            .set_value(ValueSpec::sz("CurrentBuildNumber", build));
        let spec = coldhive_forge::HiveSpec::new(coldhive_forge::Version::V1_3, root);
        coldhive_forge::build(&spec).unwrap()
    };
    let later = node(|root| {
        root.at("ControlSet001\\Control\\SafeBoot");
        root.at("ControlSet001\\Services\\MountMgr");
        let options = root.at("ControlSet001\\Control\\ProductOptions");
        options.set_value(ValueSpec::sz("ProductType", "WinNT"));
    });
    let file = coldhive_forge::build(&later).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    let families = ["w2k", "xp", "7", "nt4", "w2k-or-later", "[vista, xp]"];
    let predicates: Vec<_> =
        families.iter().map(|family| format!("product: {{ family: {family} }}")).collect();
    let rule = rule(&predicates.iter().map(String::as_str).collect::<Vec<_>>());
    for (version, build, expected) in [
        ("5.0", "2195", [True, False, False, False, True, False]),
        ("5.1", "2600", [False, True, False, False, True, True]),
        // Of a build that has no name here no more is known than its number.
        ("6.4", "9841", [Unknown, Unknown, Unknown, False, True, Unknown]),
    ] {
        let software = settled(version, build);
        let software = System::of_software(Hive::parse(&software).unwrap());
        let software = Software::new(software, "SOFTWARE");
        let target = Target::new(system, &info).software(software);
        let verdict = target.check(&rule, &Context::default()).remove(0);
        let results: Vec<_> = verdict.checks.iter().map(|check| check.result).collect();
        assert_eq!(results, expected, "{version}");
    }
}
