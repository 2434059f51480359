//! Hives that were saved from a part of the registry: recognised, or told, and never asked for the rest.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::{Damage, Hive, Lookup};
use coldhive_system::{
    ControlSet, Family, Lacks, Mount, NO_SECURITY, NoControlSet, Reading, Selection, Selector,
    System,
};

use crate::support::{hive_of, names, zero_signature};

/// The sample cluster node, saved from one of its keys.
fn export(path: &str) -> HiveSpec {
    let mut root = samples::cluster_sound().root.remove(path).expect("the sample has it");
    root.name = "Exported".into();
    HiveSpec::new(Version::V1_3, root)
}

fn with<T>(spec: &HiveSpec, mount: Option<&str>, ask: impl FnOnce(System<'_>) -> T) -> T {
    let file = build(spec).expect("the description can be written");
    let hive = Hive::parse(&file).expect("it is a hive");
    let mount: Option<Mount> = mount.map(|mount| mount.parse().expect("it is a mount"));
    ask(mount.as_ref().map_or_else(|| System::new(hive), |mount| System::mounted(hive, mount)))
}

fn select(spec: &HiveSpec, mount: Option<&str>, selector: Selector) -> Selection {
    with(spec, mount, |system| system.select(selector)).unwrap_or_else(|why| panic!("{why}"))
}

fn unknown(spec: &HiveSpec, mount: Option<&str>, selector: Selector) -> String {
    match with(spec, mount, |system| system.select(selector)) {
        Err(NoControlSet::Unknown(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn is_not_in_file<T: std::fmt::Debug>(answer: &Lookup<T>) -> bool {
    matches!(answer, Lookup::Obscured(hidden) if *hidden == [Damage::NotInExport])
}

/// Each part of the sample, what it is recognised as, and what its one control set is then called.
const PARTS: [(&str, &str, &str); 3] = [
    ("ControlSet001", "(root)", "(root)"),
    ("ControlSet001\\Services", "(unnamed)\\Services", "(unnamed)"),
    ("ControlSet001\\Services\\Winsock", "(unnamed)\\Services\\Winsock", "(unnamed)"),
];

#[test]
fn parts_are_recognised_by_their_keys() {
    for (path, mount, set) in PARTS {
        let spec = export(path);
        with(&spec, None, |system| {
            assert_eq!(system.mount().path(), mount, "{path}");
            assert!(system.is_part());
        });
        for selector in [Selector::Current, Selector::Default, Selector::All] {
            let selection = select(&spec, None, selector);
            assert_eq!(names(&selection), [set], "{path}");
            assert!(selection.notes[0].contains("was saved from"), "{:?}", selection.notes);
            assert!(selection.notes[0].contains("--mounted-at"), "{:?}", selection.notes);
        }
        for selector in [Selector::Number(1), Selector::LastKnownGood, Selector::Failed] {
            unknown(&spec, None, selector);
        }
    }
    with(&samples::cluster_sound(), None, |system| {
        assert_eq!(*system.mount(), Mount::SYSTEM);
        assert!(!system.is_part());
    });
}

/// The fault that a rule looks for must not keep a part from being recognised.
#[test]
fn winsock_is_recognised_by_what_is_left_of_it() {
    for lost in ["Parameters", "Setup Migration"] {
        let mut spec = export("ControlSet001\\Services\\Winsock");
        spec.root.remove(lost).unwrap();
        with(&spec, None, |system| {
            assert_eq!(system.mount().path(), "(unnamed)\\Services\\Winsock", "{lost}");
        });
    }
    // Under its own name, one key without what is usually in it is enough; under another it isn't.
    for (name, path) in [("WINSOCK", "(unnamed)\\Services\\Winsock"), ("Exported", "")] {
        let root = KeySpec::new(name).subkey(KeySpec::new("Parameters"));
        with(&HiveSpec::new(Version::V1_3, root), None, |system| {
            assert_eq!(system.mount().path(), path, "{name}");
        });
    }
}

#[test]
fn services_are_recognised_by_their_three_numbers() {
    let service = |name: &str| {
        KeySpec::new(name)
            .value(ValueSpec::dword("Type", 1))
            .value(ValueSpec::dword("start", 3))
            .value(ValueSpec::dword("ErrorControl", 1))
    };
    for (root_name, services, others, expected) in [
        ("x", 3, 3, true),
        ("x", 3, 4, false),
        ("x", 2, 0, false),
        ("Services", 1, 1, true),
        ("Services", 0, 1, false),
    ] {
        let mut root = KeySpec::new(root_name);
        root.subkeys.extend((0..services).map(|number| service(&format!("s{number}"))));
        root.subkeys.extend((0..others).map(|number| KeySpec::new(format!("t{number}"))));
        with(&HiveSpec::new(Version::V1_3, root), None, |system| {
            assert_eq!(!system.mount().is_system(), expected, "{root_name} {services} {others}");
        });
    }
}

/// What fits two descriptions is neither.
#[test]
fn what_is_ambiguous_is_not_recognised() {
    let spec = hive_of(&["Services", "Control", "Parameters", "Setup Migration"]);
    with(&spec, None, |system| assert!(system.looks_like().is_none()));
    let why = with(&spec, None, |system| system.select(Selector::Current)).unwrap_err();
    assert!(why.to_string().contains("--mounted-at"), "{why}");
}

#[test]
fn a_hive_with_a_select_that_is_damaged_is_whole() {
    let spec = samples::cluster_sound().fault(zero_signature("Select"));
    with(&spec, None, |system| assert_eq!(*system.mount(), Mount::SYSTEM));
}

#[test]
fn a_mount_that_is_told_names_the_control_set() {
    let spec = export("ControlSet001\\Services\\Winsock");
    for (mount, set, current_is_noted) in [
        ("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock", "CurrentControlSet", false),
        ("ControlSet002\\Services\\Winsock", "ControlSet002", true),
    ] {
        let selection = select(&spec, Some(mount), Selector::Current);
        assert_eq!(names(&selection), [set]);
        assert_eq!(selection.notes.len(), 1 + usize::from(current_is_noted), "{selection:?}");
        assert_eq!(names(&select(&spec, Some(mount), Selector::All)), [set]);
        let roles = with(&spec, Some(mount), |system| system.roles(&selection.sets[0]));
        assert_eq!(roles.contains(&"current"), !current_is_noted);
    }
    let second = Some("ControlSet002\\Services\\Winsock");
    assert_eq!(names(&select(&spec, second, Selector::Number(2))), ["ControlSet002"]);
    assert!(unknown(&spec, second, Selector::Number(1)).contains("ControlSet001 is not in it"));
    assert!(unknown(&spec, Some("HKLM\\SYSTEM\\Setup"), Selector::Current).contains("no"));
}

#[test]
fn a_mount_that_the_keys_contradict_is_noted() {
    let winsock = export("ControlSet001\\Services\\Winsock");
    let whole = samples::cluster_sound();
    for (spec, mount, contradicts) in [
        (&winsock, "CurrentControlSet\\Services\\Winsock", false),
        (&winsock, "CurrentControlSet\\Services", true),
        (&whole, "CurrentControlSet\\Services\\Winsock", true),
        (&whole, "HKLM\\SYSTEM\\Setup\\AllowStart", true),
    ] {
        let notes = match with(spec, Some(mount), |system| system.select(Selector::All)) {
            Ok(selection) => selection.notes,
            Err(_) => continue,
        };
        let noted = notes.iter().any(|note| note.contains("look like"));
        assert_eq!(noted, contradicts, "{mount}: {notes:?}");
    }
}

/// A key above or beside the one that was saved was there or not: the file can't tell.
#[test]
fn nothing_outside_of_the_file_is_absent() {
    let spec = export("ControlSet001\\Services\\Winsock");
    let mount = "ControlSet001\\Services\\Winsock";
    with(&spec, Some(mount), |system| {
        for outside in [
            "",
            "Select",
            "Setup",
            "ControlSet001",
            "ControlSet001\\Services",
            "ControlSet001\\Services\\ClusSvc",
            "ControlSet001\\Services\\Winsock2",
            "ControlSet002\\Services\\Winsock\\Parameters",
            "CurrentControlSet\\Services\\Winsock\\Parameters",
        ] {
            let located = system.locate(outside);
            assert!(is_not_in_file(&located.answer), "{outside}: {:?}", located.answer);
            assert!(located.nearest.is_none() && !system.holds(outside));
        }
        let inside = system.locate("controlset001\\services\\winsock\\parameters");
        let (key, stored) = inside.nearest.as_ref().unwrap();
        assert_eq!((stored.as_str(), key.path().as_deref()), ("Parameters", Ok("Parameters")));
        assert_eq!(inside.shown().as_deref(), Some("ControlSet001\\Services\\Winsock\\Parameters"));
        assert!(system.key("ControlSet001\\Services\\Winsock\\None").is_absent());
        assert!(system.locate(mount).value("None").is_absent());

        let set = &system.control_sets()[0];
        let winsock = system.winsock(set).found().unwrap();
        assert!(winsock.parameters().found().unwrap().transports().as_ok().is_some());
        assert!(winsock.setup_migration().found().unwrap().provider("Tcpip").found().is_some());
        assert!(is_not_in_file(&system.service(set, "ClusSvc")));
        assert!(is_not_in_file(&system.transport(set, "Tcpip")));
        assert!(is_not_in_file(&system.select_key()));
        let product = system.product(set);
        assert_eq!(product.family, Family::Undetermined);
        assert!(product.reasons.last().unwrap().contains("not in this file"), "{product:?}");
        assert!(matches!(&product.suites, Reading::Damaged(why) if *why == [Damage::NotInExport]));
        assert_eq!(system.roles(set), [""; 0]);
    });
}

/// A whole control set tells its product as well as a whole hive does.
#[test]
fn the_product_of_a_control_set_that_was_saved() {
    with(&export("ControlSet001"), None, |system| {
        let product = system.product(&system.control_sets()[0]);
        assert_eq!(product.family, Family::Nt4, "{:?}", product.reasons);
    });
    let mut later = export("ControlSet001");
    later.root.at("Control\\SafeBoot");
    with(&later, None, |system| {
        let product = system.product(&system.control_sets()[0]);
        assert_eq!(product.family, Family::Windows2000OrLater);
    });
    // Services alone can show a later Windows, and never NT 4.0.
    let mut services = export("ControlSet001\\Services");
    services.root.at("Rdr");
    with(&services, None, |system| {
        let product = system.product(&system.control_sets()[0]);
        assert_eq!(product.family, Family::Undetermined, "{:?}", product.reasons);
    });
    services.root.at("MountMgr");
    with(&services, None, |system| {
        let product = system.product(&system.control_sets()[0]);
        assert_eq!(product.family, Family::Windows2000OrLater);
    });
}

fn mounts(paths: &[&str]) -> Vec<Mount> {
    paths.iter().map(|path| path.parse().unwrap()).collect()
}

/// An exported text has the keys above what it holds, and nothing else of them.
#[test]
fn keys_above_an_exported_subtree_are_there_and_incomplete() {
    let mut root = KeySpec::new("SYSTEM");
    *root.at("CurrentControlSet\\Services\\Winsock") =
        samples::cluster_sound().root.at("ControlSet001\\Services\\Winsock").clone();
    let file = build(&HiveSpec::new(Version::V1_3, root)).unwrap();
    let exported = mounts(&["HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock\\Parameters"]);
    let system = System::new(Hive::parse(&file).unwrap()).holding(&exported);
    assert!(system.is_part());

    let selection = system.select(Selector::Current).unwrap();
    assert_eq!(names(&selection), ["CurrentControlSet"]);
    assert!(selection.notes[0].contains("Winsock\\Parameters"), "{:?}", selection.notes);
    let set = &selection.sets[0];
    assert_eq!(system.roles(set), ["current"]);

    let services = system.locate("CurrentControlSet\\Services");
    assert!(matches!(services.answer, Lookup::Found(_)), "it stands there");
    assert!(is_not_in_file(&services.value("Type")), "its values are left out");
    let winsock = system.winsock(set).found().unwrap();
    assert!(winsock.parameters().found().unwrap().transports().as_ok().is_some());
    assert!(is_not_in_file(&system.key("CurrentControlSet\\Services\\Winsock\\None")));
    assert!(system.key("CurrentControlSet\\Services\\Winsock\\Parameters\\None").is_absent());
    assert!(is_not_in_file(&system.key("ControlSet001")));
    // Of what stands there all the same, the list of others is not whole.
    let migration = winsock.setup_migration().found().unwrap();
    let providers = migration.providers().found().unwrap();
    assert_eq!(providers.last().map(Result::is_err), Some(true));
    assert!(matches!(
        system.select(Selector::Number(1)),
        Err(NoControlSet::Unknown(why)) if why.contains("only a part")
    ));
    assert!(matches!(system.select(Selector::LastKnownGood), Err(NoControlSet::Unknown(_))));
}

/// With Select beside it, the control set in use is found under the name that the running Windows gave it.
#[test]
fn a_control_set_in_use_by_name_and_by_number() {
    let mut root = KeySpec::new("SYSTEM");
    root.at("CurrentControlSet\\Services");
    root.at("ControlSet002");
    for (name, number) in [("Current", 1), ("Default", 1), ("LastKnownGood", 2), ("Failed", 0)] {
        root.at("Select").set_value(ValueSpec::dword(name, number));
    }
    let spec = HiveSpec::new(Version::V1_3, root);
    assert_eq!(names(&select(&spec, None, Selector::Current)), ["CurrentControlSet"]);
    assert_eq!(names(&select(&spec, None, Selector::Default)), ["CurrentControlSet"]);
    assert_eq!(names(&select(&spec, None, Selector::LastKnownGood)), ["ControlSet002"]);
    with(&spec, None, |system| {
        let current = &system.select(Selector::Current).unwrap().sets[0];
        assert_eq!(system.roles(current), ["current", "default"]);
    });
    // Where both names stand in a file, Select decides.
    let mut both = spec.clone();
    both.root.at("ControlSet001");
    assert_eq!(names(&select(&both, None, Selector::Current)), ["ControlSet001"]);
}

#[test]
fn what_a_source_lacks_is_left_out_of_facts() {
    let file = build(&samples::cluster_sound()).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let set: ControlSet = system.select(Selector::Current).unwrap().sets.remove(0);
    let key = *system.winsock(&set).found().unwrap().key();
    let whole = system.facts(&key);
    assert!(whole.cell.is_some() && whole.file_offset.is_some() && whole.last_written.is_some());
    assert!(whole.sddl.is_some() && whole.security_problem.is_none());
    let text = system.lacking(Lacks::REG_TEXT).facts(&key);
    assert_eq!((text.cell, text.file_offset, text.last_written), (None, None, None));
    assert_eq!((text.owner, text.sddl), (None, None));
    assert_eq!(text.security_problem.as_deref(), Some(NO_SECURITY));
    assert_eq!(text.path, whole.path);
}

/// Damage in a part hides as much as in a whole hive, and says so.
#[test]
fn damage_in_a_part_is_told_as_damage() {
    let spec = export("ControlSet001\\Services\\Winsock")
        .fault(Fault::ZeroSignature { key: "Parameters".into() });
    with(&spec, Some("CurrentControlSet\\Services\\Winsock"), |system| {
        let answer = system.key("CurrentControlSet\\Services\\Winsock\\Parameters");
        assert!(matches!(answer, Lookup::Unreadable(_)), "{answer:?}");
    });
    let root = export("ControlSet001\\Services\\Winsock").fault(Fault::RootUnreadable);
    let mount = Some("CurrentControlSet\\Services\\Winsock");
    assert!(unknown(&root, mount, Selector::Current).contains("root key"));
}
