//! Symbolic links and layers, as lookups of a SYSTEM hive meet them.

use coldhive_forge::{HiveSpec, KeySpec, LayerSemantics, ValueSpec, Version, build};
use coldhive_hive::{Damage, Hive, Key, Lookup, Stop};
use coldhive_system::{Mount, Reading, Selector, System};

use crate::support::names;

/// A link: its key with the target as Windows stores it, UTF-16LE without a NUL.
fn link(root: &mut KeySpec, path: &str, target: &str) {
    let data: Vec<u8> = target.encode_utf16().flat_map(u16::to_le_bytes).collect();
    root.at(path).set_value(ValueSpec::raw("SymbolicLinkValue", 6, data));
}

/// Builds, and sets the flag of a link (0x10) on every key that has a target.
pub(crate) fn with_links(spec: &HiveSpec) -> Vec<u8> {
    let mut file = build(spec).unwrap();
    let nodes: Vec<u64> = {
        let root = Hive::parse(&file).unwrap().root().unwrap();
        let is_link = |key: &Key<'_>| matches!(key.value("SymbolicLinkValue"), Lookup::Found(_));
        root.walk()
            .filter(|visit| is_link(&visit.key))
            .map(|visit| visit.key.file_offset())
            .collect()
    };
    for node in nodes {
        file[usize::try_from(node).unwrap() + 2] |= 0x10;
    }
    file
}

fn select(root: &mut KeySpec, current: u32) {
    root.at("Select").set_value(ValueSpec::dword("Current", current));
}

#[test]
fn the_current_hardware_profile() {
    let mut root = KeySpec::new("SYSTEM");
    select(&mut root, 2);
    root.at("ControlSet002\\Hardware Profiles\\0001\\Software").set_value(ValueSpec::dword("n", 7));
    link(
        &mut root,
        "ControlSet002\\Hardware Profiles\\Current",
        "\\Registry\\Machine\\System\\CurrentControlSet\\Hardware Profiles\\0001",
    );
    let file = with_links(&HiveSpec::new(Version::V1_3, root));
    let system = System::new(Hive::parse(&file).unwrap());
    let located = system.locate("ControlSet002\\Hardware Profiles\\Current\\Software");
    let (_, stored) = located.nearest.as_ref().unwrap();
    assert_eq!(stored, "ControlSet002\\Hardware Profiles\\0001\\Software");
    assert_eq!(located.links.len(), 1);
    assert_eq!(located.links[0].path, "ControlSet002\\Hardware Profiles\\Current");
    assert!(matches!(located.value("n"), Lookup::Found(_)));
    assert!(system.key("ControlSet002\\Hardware Profiles\\Current\\None").is_absent());
    // The name that only a running Windows has is understood too.
    assert!(matches!(system.key("CurrentControlSet\\Hardware Profiles"), Lookup::Found(_)));
}

#[test]
fn a_link_out_of_the_hive_hides_what_is_behind_it() {
    let mut root = KeySpec::new("SYSTEM");
    select(&mut root, 1);
    root.at("ControlSet001\\Services");
    link(&mut root, "ControlSet001\\Control", "\\Registry\\Machine\\Software\\Control");
    link(&mut root, "ControlSet001\\Enum", "\\Registry\\Machine\\System\\Nowhere");
    link(&mut root, "ControlSet001\\Odd", "HKLM\\SYSTEM\\ControlSet001\\Services");
    let file = with_links(&HiveSpec::new(Version::V1_3, root));
    let system = System::new(Hive::parse(&file).unwrap());
    let out = system.locate("ControlSet001\\Control\\ProductOptions");
    assert!(matches!(out.answer, Lookup::Obscured(_)));
    assert_eq!(out.stop, Some(Stop::Outside("\\Registry\\Machine\\Software\\Control".into())));
    assert_eq!(out.rest, "ProductOptions");
    // In here there is no such key, and that is certain.
    assert!(system.key("ControlSet001\\Enum").is_absent());
    let odd = system.locate("ControlSet001\\Odd");
    assert!(matches!(odd.stop, Some(Stop::Broken(_))), "{odd:?}");
    let set = &system.select(Selector::Current).unwrap().sets[0];
    assert!(matches!(system.product(set).product_type, Reading::Damaged(_)));
}

/// The way into a saved part leads by the name that it was saved under.
#[test]
fn links_in_a_part_of_the_registry() {
    let mut root = KeySpec::new("Services");
    root.at("Tcpip").set_value(ValueSpec::dword("Type", 1));
    link(&mut root, "Same", "\\Registry\\Machine\\System\\ControlSet001\\Services\\Tcpip");
    link(&mut root, "Current", "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Tcpip");
    link(&mut root, "Beside", "\\Registry\\Machine\\System\\ControlSet001\\Control");
    let file = with_links(&HiveSpec::new(Version::V1_3, root));
    let hive = Hive::parse(&file).unwrap();
    let mount: Mount = "ControlSet001\\Services".parse().unwrap();
    let system = System::mounted(hive, &mount);
    let path = |name: &str| format!("ControlSet001\\Services\\{name}");
    assert!(matches!(system.key(&path("Same")), Lookup::Found(_)));
    for outside in ["Current", "Beside"] {
        // Whether ControlSet001 was the current one can't be told without Select.
        assert!(matches!(system.locate(&path(outside)).stop, Some(Stop::Outside(_))), "{outside}");
    }
    let current: Mount = "CurrentControlSet\\Services".parse().unwrap();
    let system = System::mounted(hive, &current);
    assert!(matches!(system.key("CurrentControlSet\\Services\\Current"), Lookup::Found(_)));
}

#[test]
fn circles_end() {
    let mut root = KeySpec::new("SYSTEM");
    select(&mut root, 1);
    link(&mut root, "ControlSet001\\a", "\\Registry\\Machine\\System\\CurrentControlSet\\b");
    link(&mut root, "ControlSet001\\b", "\\Registry\\Machine\\System\\CurrentControlSet\\a\\x");
    // The key that names are resolved with must not be resolved by it.
    link(&mut root, "Select", "\\Registry\\Machine\\System\\CurrentControlSet\\Select");
    let file = with_links(&HiveSpec::new(Version::V1_3, root));
    let system = System::new(Hive::parse(&file).unwrap());
    let located = system.locate("ControlSet001\\a");
    assert_eq!(located.stop, Some(Stop::TooMany));
    assert!(matches!(&located.answer, Lookup::Obscured(hidden)
        if matches!(hidden[..], [Damage::TooManyLinks { .. }])));
    assert!(system.select_key().is_absent());
}

/// In a layered hive, what is marked as deleted is not there, and what it deletes may be below.
#[test]
fn tombstones_are_not_there() {
    let mut root = KeySpec::new("ROOT");
    select(&mut root, 1);
    let services = root.at("ControlSet001\\Services");
    services.subkeys.push(KeySpec::new("ClusSvc").layer(LayerSemantics::Tombstone));
    services.at("Tcpip").values.push(ValueSpec::tombstone("Start"));
    root.subkeys.push(KeySpec::new("ControlSet002").layer(LayerSemantics::Tombstone));
    let file = build(&HiveSpec::new(Version::V1_6, root)).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let all = system.select(Selector::All).unwrap();
    assert_eq!(names(&all), ["ControlSet001"]);
    let set = &all.sets[0];
    assert!(system.service(set, "ClusSvc").is_absent());
    let located = system.locate("ControlSet001\\Services\\ClusSvc\\Parameters");
    assert!(located.answer.is_absent() && located.is_tombstone());
    assert_eq!(located.rest, "Parameters");
    let tcpip = system.service(set, "Tcpip").found().unwrap();
    assert_eq!(tcpip.start(), Reading::Absent);
}
