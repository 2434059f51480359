//! The product: how sure it is, and what a SOFTWARE hive makes of it.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::Hive;
use coldhive_system::{
    Confidence, CurrentVersion, Family, Lacks, Product, Reading, Role, Selector, System,
};

use crate::support::{hive_of, list_hole, with_system, zero_signature};

const KEY: &str = "Microsoft\\Windows NT\\CurrentVersion";

fn product(spec: &HiveSpec) -> Product {
    with_system(spec, |system| {
        let selection = system.select(Selector::Number(1)).expect("the control set is there");
        system.product(&selection.sets[0])
    })
}

fn software(values: &[ValueSpec]) -> HiveSpec {
    let mut root = KeySpec::new("SOFTWARE");
    root.at(KEY).values = values.to_vec();
    HiveSpec::new(Version::V1_5, root)
}

fn settled(system: &HiveSpec, software: &HiveSpec) -> Product {
    let software = build(software).unwrap();
    let software = Hive::parse(&software).unwrap();
    with_system(system, |system| {
        let selection = system.select(Selector::Number(1)).expect("the control set is there");
        system.product_with(&selection.sets[0], Some(software))
    })
}

/// A SYSTEM hive that tells nothing but whether it is of a workstation.
fn machine(product_type: &str) -> HiveSpec {
    let mut spec = hive_of(&["ControlSet001"]);
    spec.root
        .at("ControlSet001\\Control\\ProductOptions")
        .set_value(ValueSpec::sz("ProductType", product_type));
    spec
}

fn old(version: &str, build: &str) -> Vec<ValueSpec> {
    vec![ValueSpec::sz("CurrentVersion", version), ValueSpec::sz("CurrentBuildNumber", build)]
}

fn new(build: &str) -> Vec<ValueSpec> {
    let mut values = old("6.3", build);
    values.push(ValueSpec::dword("CurrentMajorVersionNumber", 10));
    values.push(ValueSpec::dword("CurrentMinorVersionNumber", 0));
    values
}

#[test]
fn each_release_by_its_numbers() {
    let workstations = [
        (old("3.1", "511"), Family::Nt3),
        (old("3.5", "807"), Family::Nt3),
        (old("3.51", "1057"), Family::Nt3),
        (old("4.0", "1381"), Family::Nt4),
        (old("5.0", "2195"), Family::Windows2000),
        (old("5.1", "2600"), Family::Xp),
        (old("5.2", "3790"), Family::Xp),
        (old("6.0", "6002"), Family::Vista),
        (old("6.1", "7601"), Family::Windows7),
        (old("6.2", "9200"), Family::Windows8),
        (old("6.3", "9600"), Family::Windows81),
        (new("10240"), Family::Windows10),
        (new("19045"), Family::Windows10),
        (new("22000"), Family::Windows11),
        (new("26100"), Family::Windows11),
    ];
    let servers = [
        (old("3.51", "1057"), Family::Nt3),
        (old("4.0", "1381"), Family::Nt4),
        (old("5.0", "2195"), Family::Windows2000),
        (old("5.2", "3790"), Family::Server2003),
        (old("6.0", "6001"), Family::Server2008),
        (old("6.1", "7600"), Family::Server2008R2),
        (old("6.2", "9200"), Family::Server2012),
        (old("6.3", "9600"), Family::Server2012R2),
        (new("14393"), Family::Server2016),
        (new("17763"), Family::Server2019),
        (new("20348"), Family::Server2022),
        (new("26100"), Family::Server2025),
    ];
    for (kinds, cases) in
        [(&["WinNT", "winnt"][..], &workstations[..]), (&["ServerNT", "LanmanNT"], &servers)]
    {
        for kind in kinds {
            for (values, family) in cases {
                let product = settled(&machine(kind), &software(values));
                assert_eq!(product.family, *family, "{kind}: {values:?}");
                assert_eq!(product.confidence, Confidence::Certain, "{:?}", product.contradictions);
            }
        }
    }
}

#[test]
fn numbers_without_a_name_stay_numbers() {
    for (kind, values, words) in [
        ("WinNT", new("22635"), "Windows NT 10.0, build 22635"),
        ("ServerNT", new("16299"), "Windows NT 10.0, build 16299"),
        ("WinNT", new("20348"), "Windows NT 10.0, build 20348"),
        ("WinNT", old("5.0", "2031"), "Windows NT 5.0, build 2031"),
        ("WinNT", old("7.0", "1"), "Windows NT 7.0, build 1"),
        ("odd", old("6.1", "7601"), "Windows NT 6.1, build 7601"),
        ("WinNT", new("x"), "Windows NT 10.0"),
    ] {
        let product = settled(&machine(kind), &software(&values));
        assert_eq!(product.family.to_string(), words, "{kind}");
        assert!(matches!(product.family, Family::Version(_)));
    }
    // Without a build, versions before 10 have one name only.
    let product = settled(&machine("WinNT"), &software(&[ValueSpec::sz("CurrentVersion", "6.1")]));
    assert_eq!((product.family, product.confidence), (Family::Windows7, Confidence::Likely));
    assert!(product.contradictions[0].contains("names no build"), "{:?}", product.contradictions);
}

#[test]
fn a_software_hive_may_tell_the_kind_of_machine() {
    for (value, family) in [
        (ValueSpec::sz("InstallationType", "Client"), Family::Windows7),
        (ValueSpec::sz("InstallationType", "Server Core"), Family::Server2008R2),
        (ValueSpec::sz("ProductName", "Windows Server 2008 R2 Standard"), Family::Server2008R2),
    ] {
        let mut values = old("6.1", "7601");
        values.push(value);
        let product = settled(&hive_of(&["ControlSet001"]), &software(&values));
        assert_eq!(product.family, family, "{:?}", product.reasons);
    }
    let mut values = old("6.1", "7601");
    values.push(ValueSpec::sz("InstallationType", "Client"));
    let product = settled(&machine("ServerNT"), &software(&values));
    assert!(matches!(product.family, Family::Version(_)), "two hives, two answers");
    assert_eq!(product.confidence, Confidence::Likely);
    assert!(product.contradictions[0].contains("ProductOptions"));
}

#[test]
fn what_contradicts_is_told() {
    // Signs of the other family.
    let product = settled(&samples::cluster_sound(), &software(&old("6.1", "7601")));
    assert_eq!((product.family, product.confidence), (Family::Server2008R2, Confidence::Likely));
    assert!(product.contradictions.iter().any(|text| text.contains("Services\\Rdr exists")));
    assert!(product.reasons.iter().all(|text| !text.contains("Rdr")), "{:?}", product.reasons);
    // The service pack.
    let mut values = old("4.0", "1381");
    for (pack, agrees) in [("Service Pack 3", true), ("Service Pack 6", false)] {
        values.push(ValueSpec::sz("CSDVersion", pack));
        let product = settled(&samples::cluster_sound(), &software(&values));
        assert_eq!(product.family, Family::Nt4);
        assert_eq!(product.contradictions.is_empty(), agrees, "{:?}", product.contradictions);
        values.pop();
    }
    // Two builds.
    let mut values = old("6.1", "7601");
    values.push(ValueSpec::sz("CurrentBuild", "7600"));
    let product = settled(&machine("WinNT"), &software(&values));
    assert_eq!((product.family, product.confidence), (Family::Windows7, Confidence::Likely));
    assert!(product.contradictions[0].contains("CurrentBuild is 7600"));
}

#[test]
fn a_hive_that_says_nothing_settles_nothing() {
    let alone = product(&samples::cluster_sound());
    let cut = software(&old("4.0", "1381"));
    for (spec, why) in [
        (hive_of(&["Classes"]), "has no key"),
        (software(&[]), "is absent"),
        (software(&[ValueSpec::dword("CurrentVersion", 4)]), "is not text"),
        (software(&old("four", "1381")), "is not a version"),
        (software(&old("4.-1", "1381")), "is not a version"),
        (cut.clone().fault(zero_signature(KEY)), "can't be read"),
        (cut.clone().fault(list_hole("Microsoft")), "can't be read"),
        (
            cut.fault(Fault::ValueListHole { key: KEY.into(), value: "CurrentVersion".into() }),
            "is unreadable",
        ),
    ] {
        let product = settled(&samples::cluster_sound(), &spec);
        assert_eq!((product.family, product.confidence), (alone.family, alone.confidence));
        assert_eq!(product.version, None);
        let last = product.reasons.last().unwrap();
        assert!(
            last.starts_with("the SOFTWARE hive settles nothing: ") && last.contains(why),
            "{last}"
        );
    }
    // What hides the newer numbers leaves it open which Windows 6.3 means.
    let hidden = software(&new("19045"))
        .fault(Fault::ValueListHole { key: KEY.into(), value: "CurrentMajorVersionNumber".into() });
    let product = settled(&machine("WinNT"), &hidden);
    assert_eq!((product.family, product.version), (Family::Undetermined, None));
}

#[test]
fn how_sure_signs_are() {
    let one = product(&hive_of(&["ControlSet001", "MountedDevices"]));
    assert_eq!((one.family, one.confidence), (Family::Windows2000OrLater, Confidence::Likely));
    let two = product(&hive_of(&["MountedDevices", "ControlSet001\\Services\\MountMgr"]));
    assert_eq!(two.confidence, Confidence::Certain);
    let upgraded = product(&hive_of(&[
        "MountedDevices",
        "ControlSet001\\Services\\MountMgr",
        "ControlSet001\\Services\\Rdr",
    ]));
    assert_eq!(upgraded.confidence, Confidence::Likely);
    assert!(upgraded.contradictions[0].contains("Services\\Rdr"), "{:?}", upgraded.contradictions);
    let nt4 = product(&hive_of(&["ControlSet001\\Services\\Rdr"]));
    assert_eq!((nt4.family, nt4.confidence), (Family::Nt4, Confidence::Likely));
    assert_eq!(product(&samples::cluster_sound()).confidence, Confidence::Certain);
    let none = product(&hive_of(&["ControlSet001"]));
    assert_eq!(none.confidence, Confidence::Undetermined);
}

/// A minimal image of a newer Windows has none of the keys, and may have a bare `Enum`.
#[test]
fn a_minimal_newer_hive_is_not_called_nt4() {
    let bare = &["ControlSet001\\Enum\\HTREE", "ControlSet001\\Enum\\Root"];
    let mut spec = hive_of(bare);
    for version in [Version::V1_4, Version::V1_5, Version::V1_6] {
        spec.version = version;
        let product = product(&spec);
        assert_eq!(product.family, Family::Undetermined, "{version:?}: {:?}", product.reasons);
        assert!(product.reasons.last().unwrap().contains("format 1."));
    }
    // The format of a hive that was made of an exported text says nothing of its Windows.
    let text = with_system(&spec, |system| {
        let set = system.select(Selector::Number(1)).unwrap().sets[0].clone();
        system.lacking(Lacks::REG_TEXT).product(&set)
    });
    assert_eq!(text.family, Family::Nt4, "{:?}", text.reasons);
    // Saved in the old format, its values tell.
    spec.version = Version::V1_3;
    assert_eq!(product(&spec).family, Family::Nt4);
    for (key, value) in [
        ("Control\\ProductOptions", ValueSpec::binary("ProductPolicy", [0; 20])),
        ("Control\\Windows", ValueSpec::dword("ComponentizedBuild", 1)),
        ("Control\\Windows", ValueSpec::dword("CSDReleaseType", 0)),
    ] {
        let mut spec = spec.clone();
        spec.root.at(&format!("ControlSet001\\{key}")).set_value(value);
        let product = product(&spec);
        assert_eq!(product.family, Family::Windows2000OrLater, "{key}");
        assert_eq!(product.confidence, Confidence::Likely);
        assert_eq!(product.looked_at, [format!("ControlSet001\\{key}")]);
    }
    // Formats older than NT 4.0's.
    for version in [Version::V1_1, Version::V1_2] {
        let mut spec = samples::cluster_sound();
        spec.version = version;
        let product = product(&spec);
        assert_eq!((product.family, product.confidence), (Family::Nt4, Confidence::Likely));
        assert!(product.contradictions[0].contains("older than NT 4.0"));
    }
}

#[test]
fn products_as_data() {
    let product = settled(&machine("WinNT"), &software(&old("7.0", "1")));
    let data = serde_json::to_value(&product).unwrap();
    assert_eq!(data["family"]["version"]["major"], 7);
    assert_eq!(data["confidence"], "certain");
    assert_eq!(data["product_type"]["value"], "WinNT");
    assert_eq!(data["suites"]["state"], "absent");
    let data = serde_json::to_value(self::product(&samples::cluster_sound())).unwrap();
    assert_eq!(
        (&data["family"], &data["suites"]["value"][0]),
        (&"nt4".into(), &"Enterprise".into())
    );
    for family in [Family::Nt3, Family::Server2012R2, Family::Windows2000OrLater] {
        let text = serde_json::to_string(&family).unwrap();
        assert_eq!(serde_json::from_str::<Family>(&text).unwrap(), family, "{text}");
    }
    let text = serde_json::to_string(&Family::Server2012R2).unwrap();
    assert_eq!(text, "\"server2012_r2\"");
}

#[test]
fn what_the_key_says() {
    let mut values = new("19045");
    values.push(ValueSpec::dword("InstallDate", 0));
    values.push(ValueSpec::dword("UBR", 2006));
    values.push(ValueSpec::sz("EditionID", "Professional"));
    values.push(ValueSpec::sz("ReleaseId", "2009"));
    values.push(ValueSpec::sz("DisplayVersion", "22H2"));
    values.push(ValueSpec::sz("ProductName", "Windows 10 Pro"));
    let file = build(&software(&values)).unwrap();
    let key = CurrentVersion::of(Hive::parse(&file).unwrap()).found().unwrap();
    assert_eq!(key.install_date().ok().unwrap().to_string(), "1970-01-01T00:00:00.0000000Z");
    assert_eq!(key.revision(), Reading::Is(2006));
    assert_eq!(key.edition(), Reading::Is("Professional".into()));
    assert_eq!(key.release(), Reading::Is("2009".into()));
    assert_eq!(key.display_version(), Reading::Is("22H2".into()));
    assert_eq!(key.service_pack(), Reading::Absent);
    assert_eq!(key.role(), None, "a name without the word server proves nothing");
    assert_eq!(Role::of_product_type("LANMANNT"), Some(Role::Server));
    let system = System::new(Hive::parse(&file).unwrap());
    assert!(system.select(Selector::Current).is_err());
}
