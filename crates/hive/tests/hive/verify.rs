//! What a verification says of whole hives: sound ones, broken ones, and ones that nobody in this project made.

use std::collections::BTreeSet;

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Finding, Hive, Severity, Sha256Digest, Verification};
use serde_json::Value as Json;

use crate::corpus::{corpus, is_sound};

/// A tree with two control sets, large data, and three security records.
fn tree() -> KeySpec {
    let mut root = KeySpec::new("ROOT");
    for name in ["Alpha", "Clusnet", "Tcpip", "Tcpip6"] {
        let key = KeySpec::new(name).subkey(KeySpec::new("below"));
        root.at("ControlSet001\\Services").subkeys.push(key);
    }
    root.at("ControlSet001\\Services").values = vec![
        ValueSpec::sz("one", "first"),
        ValueSpec::binary("two", (0..100).collect::<Vec<u8>>()),
        ValueSpec::binary("big", vec![7; 40_000]),
    ];
    root.at("ControlSet001\\Services\\Clusnet").security = Some(vec![1; 40]);
    root.at("ControlSet001\\Services\\Tcpip").security = Some(vec![2; 40]);
    root.at("ControlSet002\\Services");
    root
}

const SERVICES: &str = "ControlSet001\\Services";
const CLUSNET: &str = "ControlSet001\\Services\\Clusnet";

fn verify(file: &[u8]) -> Verification {
    Verification::of(Hive::parse(file).unwrap())
}

fn forged(version: Version, fault: Fault) -> Verification {
    verify(&build(&HiveSpec::new(version, tree()).fault(fault)).unwrap())
}

/// Code and severity, and the path of the first key.
fn told(finding: &Finding) -> (&str, Severity, Option<&str>) {
    (&finding.damage.code, finding.severity, finding.keys.first().map(String::as_str))
}

/// What must be told of a fault, at least once.
type Told = (&'static str, Severity, Option<&'static str>);

/// Every fault that damages something, and what it shows.
fn damaging() -> Vec<(Fault, Vec<Told>)> {
    use Severity::{Lost, Misleading, Structural};
    let (services, clusnet) = (|| SERVICES.to_owned(), || CLUSNET.to_owned());
    let value = |name: &str| (SERVICES.to_owned(), name.to_owned());
    let lost = |code| vec![(code, Lost, Some(SERVICES))];
    let lost_clusnet = |code| vec![(code, Lost, Some(CLUSNET))];
    let misleading = |code| vec![(code, Misleading, Some(SERVICES))];
    let structural = |code, key| vec![(code, Structural, key)];
    let ((key, one), (_, big)) = (value("one"), value("big"));
    vec![
        // The name stands where it stood.
        (Fault::ZeroSignature { key: clusnet() }, lost_clusnet("bad-signature")),
        (Fault::FreedNode { key: clusnet() }, lost("cell-not-allocated")),
        (
            Fault::NodeSize { key: clusnet(), size: 44 },
            [
                lost("cell-size"),
                structural("cells-not-tiled", Some("ControlSet001\\Services\\Tcpip")),
            ]
            .concat(),
        ),
        (
            Fault::NodeSize { key: clusnet(), size: 8 },
            [
                lost("record-too-short"),
                structural("cells-not-tiled", Some("ControlSet001\\Services\\Tcpip")),
            ]
            .concat(),
        ),
        (Fault::ListHole { key: clusnet() }, lost("points-nowhere")),
        (Fault::ListSignature { key: services() }, lost("bad-signature")),
        (Fault::FreedList { key: services() }, lost("cell-not-allocated")),
        (Fault::SelfReferencingList { key: services() }, lost("nested-index-root")),
        (Fault::NestedIndexRoot { key: services() }, lost("nested-index-root")),
        (Fault::ListCount { key: services(), count: 3 }, lost("subkey-count")),
        (Fault::ListCount { key: services(), count: 900 }, lost("list-too-long")),
        (Fault::SubkeyCount { key: services(), count: 3 }, misleading("subkey-count")),
        (Fault::SubkeyCount { key: services(), count: 0 }, misleading("subkey-count")),
        (Fault::SubkeyCount { key: services(), count: 9 }, lost("subkey-count")),
        (Fault::UnsortedList { key: services() }, misleading("list-out-of-order")),
        (Fault::WrongHint { key: clusnet() }, misleading("list-wrong-hint")),
        (Fault::DuplicateKey { key: clusnet() }, misleading("duplicate-key")),
        (
            Fault::Cycle { key: clusnet(), to: services() },
            [misleading("key-listed-twice"), misleading("list-wrong-hint")].concat(),
        ),
        (Fault::WrongParent { key: clusnet() }, vec![("wrong-parent", Misleading, Some(CLUSNET))]),
        (Fault::ValueSignature { key: key.clone(), value: one.clone() }, lost("bad-signature")),
        (Fault::ValueListHole { key: key.clone(), value: one.clone() }, lost("points-nowhere")),
        (Fault::FreedValueList { key: services() }, lost("cell-not-allocated")),
        (Fault::FreedValue { key: key.clone(), value: one.clone() }, lost("cell-not-allocated")),
        (Fault::FreedData { key: key.clone(), value: one.clone() }, lost("cell-not-allocated")),
        (Fault::FreedData { key: key.clone(), value: big.clone() }, lost("cell-not-allocated")),
        (Fault::DataCutShort { key: key.clone(), value: "two".into() }, lost("data-too-short")),
        (Fault::DataCutShort { key: key.clone(), value: big.clone() }, lost("data-too-short")),
        (Fault::DuplicateValue { key: key.clone(), value: one }, misleading("duplicate-value")),
        (Fault::ValueCount { key: services(), count: 0 }, misleading("value-count")),
        (Fault::ValueCount { key: services(), count: 900 }, lost("list-too-long")),
        (Fault::SecurityRingSelf { key: clusnet() }, structural("security-ring", Some(CLUSNET))),
        (Fault::SecurityRingAstray { key: clusnet() }, structural("security-link", Some(CLUSNET))),
        (Fault::SecurityRingEndless, structural("security-ring", Some(CLUSNET))),
        (Fault::SecurityBlink { key: clusnet() }, structural("security-back-link", Some(CLUSNET))),
        (
            Fault::SecurityCount { key: clusnet(), count: 77 },
            structural("reference-count", Some(CLUSNET)),
        ),
        (
            Fault::FreedSecurity { key: clusnet() },
            [lost_clusnet("cell-not-allocated"), structural("security-link", Some(""))].concat(),
        ),
        (Fault::BinSignature { bin: 0 }, structural("bin-signature", Some(""))),
        (Fault::BinSignature { bin: 1 }, structural("bin-signature", Some(SERVICES))),
        (Fault::BinOffset { bin: 1, offset: 0 }, structural("bin-offset", Some(SERVICES))),
        (Fault::BinSize { bin: 1, size: 100 }, structural("bin-size", Some(SERVICES))),
        (Fault::RootUnreadable, vec![("points-nowhere", Lost, Some(""))]),
        (Fault::BadChecksum, structural("base-block-checksum", None)),
        (
            Fault::Truncate { bytes: 8192 },
            [vec![("truncated", Lost, None)], lost("out-of-bounds")].concat(),
        ),
    ]
}

#[test]
fn each_fault_is_told_with_its_severity_and_key() {
    for version in [Version::V1_4, Version::V1_5, Version::V1_6] {
        for (fault, expected) in damaging() {
            let found = forged(version, fault.clone());
            assert!(found.is_damaged(), "{fault:?}");
            let all: Vec<_> = found.damage.iter().chain(&found.notices).collect();
            for told_of in &expected {
                assert!(
                    all.iter().any(|finding| told(finding) == *told_of),
                    "{fault:?} in {version:?}: {told_of:?} is not among {all:#?}"
                );
            }
            // What else is told follows from that: keys that are out of reach are missed by security records, a
            // link of a ring is wrong at both of its ends, and all that a cut file lacks is told of.
            let follows = ["reference-count", "security-unused", "security-back-link"];
            let follows = |finding: &&&Finding| {
                let (code, severity, key) = told(finding);
                follows.contains(&code)
                    || matches!(fault, Fault::Truncate { .. } | Fault::SelfReferencingList { .. })
                    || expected.iter().any(|told| (told.0, told.1) == (code, severity))
                        && key.is_some()
            };
            let others: Vec<_> = all.iter().filter(|finding| !follows(finding)).collect();
            let whole = expected.iter().any(|told| told.2.is_none());
            assert!(others.is_empty() || whole, "{fault:?}: {others:#?}");
        }
    }
}

#[test]
fn what_is_no_damage_is_none() {
    let (services, clusnet) = (|| SERVICES.to_owned(), || CLUSNET.to_owned());
    for version in [Version::V1_3, Version::V1_4, Version::V1_5, Version::V1_6] {
        for fault in [
            Fault::NoSecurity { key: clusnet() },
            Fault::BadDescriptor { key: clusnet() },
            Fault::DeletedKey { key: clusnet() },
            Fault::ReplacedList { key: services() },
            Fault::ReusedNode { key: clusnet(), by: "ControlSet001\\Services\\Tcpip".into() },
            Fault::DeletedValue { key: services(), value: "one".into() },
            Fault::Slack { key: services(), value: "two".into(), bytes: vec![9; 64] },
            Fault::CoalesceFree,
            Fault::LinkFree,
            Fault::Trailing { bytes: vec![1; 5000] },
            Fault::DirtySequence,
        ] {
            let found = forged(version, fault.clone());
            assert!(!found.is_damaged(), "{fault:?}: {found:#?}");
            assert!(found.notices.is_empty() && found.branches.is_empty(), "{fault:?}");
        }
    }
}

#[test]
fn a_key_that_stands_in_no_list_is_seen_by_what_it_leaves() {
    let found = forged(Version::V1_5, Fault::LostKey { key: CLUSNET.into() });
    // Two key nodes and the list of one; the security record of both stands in the ring and no key names it.
    assert_eq!(found.totals.unreferenced_cells, 4);
    let [unused] = &found.damage[..] else { panic!("{found:#?}") };
    assert_eq!(told(unused), ("security-unused", Severity::Structural, None));
    assert_eq!(unused.damage.expected, "a key that names it");
}

#[test]
fn segments_are_counted() {
    let count = |count| Fault::SegmentCount { key: SERVICES.into(), value: "big".into(), count };
    let found = forged(Version::V1_5, count(9));
    let [finding] = &found.damage[..] else { panic!("{found:#?}") };
    assert_eq!(told(finding), ("segment-count", Severity::Structural, Some(SERVICES)));
    let found = forged(Version::V1_5, count(2));
    let [finding] = &found.damage[..] else { panic!("{found:#?}") };
    assert_eq!(told(finding), ("data-too-short", Severity::Lost, Some(SERVICES)));
    let missing =
        |segment| Fault::SegmentMissing { key: SERVICES.into(), value: "big".into(), segment };
    for segment in 0..3 {
        let found = forged(Version::V1_5, missing(segment));
        let [finding] = &found.damage[..] else { panic!("{found:#?}") };
        assert_eq!(told(finding), ("points-nowhere", Severity::Lost, Some(SERVICES)));
    }
}

#[test]
fn a_nul_in_a_name_is_no_damage() {
    // Of an `lf` list's hint, its four characters, nothing changes.
    let found = forged(Version::V1_3, Fault::NulInName { key: CLUSNET.into() });
    assert!(!found.is_damaged());
    let [notice] = &found.notices[..] else { panic!("{found:#?}") };
    let path = "ControlSet001\\Services\\Clusne\0";
    assert_eq!(told(notice), ("nul-in-name", Severity::Notice, Some(path)));
    // A hash is that of the whole name.
    let found = forged(Version::V1_5, Fault::NulInName { key: CLUSNET.into() });
    let [damage] = &found.damage[..] else { panic!("{found:#?}") };
    assert_eq!(told(damage), ("list-wrong-hint", Severity::Misleading, Some(SERVICES)));
    assert_eq!(found.notices.len(), 1);
}

#[test]
fn a_name_of_half_a_character_is_damage() {
    let found = forged(Version::V1_5, Fault::OddNameLength { key: CLUSNET.into() });
    let [finding] = &found.damage[..] else { panic!("{found:#?}") };
    assert_eq!((&*finding.damage.code, finding.severity), ("odd-name", Severity::Misleading));
    assert!(finding.keys[0].starts_with("ControlSet001\\Services\\"));
}

#[test]
fn findings_are_counted_by_branch() {
    let mut spec = HiveSpec::new(Version::V1_5, tree());
    spec.faults = vec![
        Fault::WrongHint { key: CLUSNET.into() },
        Fault::WrongParent { key: "ControlSet001\\Services\\Alpha".into() },
        Fault::WrongParent { key: "ControlSet002\\Services".into() },
        Fault::ZeroSignature { key: "ControlSet003".into() },
        Fault::BadChecksum,
    ];
    spec.root.at("ControlSet003");
    let found = verify(&build(&spec).unwrap());
    let branches: Vec<_> = found
        .branches
        .iter()
        .map(|branch| (&*branch.name, branch.findings.damage(), branch.findings.lost))
        .collect();
    assert_eq!(
        branches,
        [("ControlSet001", 2, 0), ("ControlSet002", 1, 0), ("ControlSet003", 1, 1)]
    );
    // Services, Alpha, the other Services, and the root, whose list leads to what can't be read.
    assert_eq!(found.damaged_keys, 4);
    assert_eq!(found.counts.damage(), found.damage.len() as u64);
}

/// The verification of a file of the corpus.
fn of_corpus(folder: &std::path::Path, name: &str) -> Verification {
    verify(&std::fs::read(folder.join(name)).unwrap())
}

#[test]
fn real_hives_that_are_sound_have_no_findings() {
    let Some(folder) = corpus() else { return };
    let facts: Json =
        serde_json::from_slice(&std::fs::read(folder.join("FACTS.json")).unwrap()).unwrap();
    let mut verified = 0;
    for (name, fact) in facts.as_object().unwrap() {
        // Hives of yarp's and hivex's tests that nothing is wrong with, besides those of real systems.
        let sound =
            ["BigDataHive", "DeletedDataHive", "DeletedTreeHive", "EmptyHive", "MultiSzHive"];
        let others =
            ["ManySubkeysHive", "SlackHive", "StringValuesHive", "UnicodeHive", "hivex-minimal"];
        let is_other = sound.iter().chain(&others).any(|other| name.ends_with(other));
        if !fact["format"].is_string() || name.contains(".LOG") || !(is_sound(name) || is_other) {
            continue;
        }
        let found = of_corpus(&folder, name);
        assert!(!found.is_damaged() && found.notices.is_empty(), "{name}: {:?}", found.damage);
        assert!(found.complete && found.branches.is_empty());
        assert_eq!(serde_json::json!([found.keys, found.values]), fact["dissect"], "{name}");
        verified += 1;
    }
    assert!(verified >= 25, "only {verified} hives were verified");
}

/// Security records of real hives, as a few lines of another language counted them along the ring.
#[test]
fn rings_of_real_hives() {
    let Some(folder) = corpus() else { return };
    for (name, records) in [
        ("system/container-delta.SYSTEM", 42),
        ("system/nt4-ee-sp3.SYSTEM", 215),
        ("system/win10-1709.SYSTEM", 262),
        ("system/win7-sp1.SYSTEM", 193),
        ("system/win81-dirty.SYSTEM", 204),
        ("system/xp-sp3-m57.SYSTEM", 55),
        ("odd/OldDirtyHive/RecoveredHive_Windows7", 2),
        ("cluster/parameters-empty-dacl.SYSTEM", 216),
    ] {
        assert_eq!(of_corpus(&folder, name).security_records, records, "{name}");
    }
}

#[test]
fn real_damage_is_told() {
    let Some(folder) = corpus() else { return };
    let found = |name: &str| {
        let found = of_corpus(&folder, name);
        let told = found.damage.iter().chain(&found.notices).map(|finding| {
            (finding.damage.code.clone(), finding.severity, finding.keys.join(", "))
        });
        told.collect::<Vec<_>>()
    };
    use Severity::{Lost, Misleading, Notice, Structural};
    let told = |code: &str, severity, keys: &str| (code.to_owned(), severity, keys.to_owned());
    assert_eq!(
        found("cluster/provider-key-damaged.SYSTEM"),
        [
            told("reference-count", Structural, "ControlSet001\\Services\\WinSock2"),
            told(
                "bad-signature",
                Lost,
                "ControlSet001\\Services\\WinSock\\Setup Migration\\Providers\\Clusnet"
            ),
        ]
    );
    assert_eq!(
        found("odd/BadListHive"),
        [
            told("reference-count", Structural, "1"),
            told("shared-cell", Misleading, "2, 3"),
            told("key-listed-twice", Misleading, "3"),
            told("wrong-parent", Misleading, "2\\subkey"),
        ]
    );
    assert_eq!(
        found("odd/WrongOrderHive"),
        [told("list-out-of-order", Misleading, "1"), told("list-out-of-order", Misleading, "2")]
    );
    assert_eq!(
        found("odd/TruncatedNameHive"),
        [told("record-too-short", Lost, "longname1234\0\0\0\0")]
    );
    assert_eq!(
        found("odd/hivex-special"),
        [told("nul-in-name", Notice, "zero\0key"), told("nul-in-name", Notice, "zero\0key")]
    );
    // Bytes behind the bins are not bins, though the checksum of the size that says so doesn't hold.
    assert_eq!(found("odd/GarbageHive"), [told("base-block-checksum", Structural, "")]);
}

/// What remains of a hive a part of whose bins is zeros. regipy 6.5.0 reads the same values, and besides the same keys 39 names
/// from bytes that bear no key node's signature; a plain walk written for this in another language counts the same keys.
/// python-registry 1.3.1 gets 501 keys and 1,383 values, dissect.regf 3.14 gets 771 and 2,569, all of them among these.
#[test]
fn of_a_hive_with_bins_of_zeros_all_is_read_that_any_reader_reads() {
    let Some(folder) = corpus() else { return };
    let file = std::fs::read(folder.join("odd/corrupted.SYSTEM")).unwrap();
    let hive = Hive::parse(&file).unwrap();
    let (mut keys, mut lines) = (0, Vec::new());
    for visit in hive.root().unwrap().walk() {
        keys += 1;
        for read in &visit.values {
            lines.push(format!("{}\0{}\n", visit.path, read.value.readable_name()).into_bytes());
        }
    }
    lines.sort();
    assert_eq!((keys, lines.len()), (1687, 5625));
    // The paths and names of regipy's values, in the same form.
    assert_eq!(
        Sha256Digest::of(&lines.concat()).to_string(),
        "fab2e822cc81cde9fad5eb831924bd3bcd8cd298d8242de45e343803b5aec796"
    );
    let found = verify(&file);
    assert_eq!((found.keys, found.values), (1687, 5625));
    // The plain walk follows the ring over seven security records to a link that leads into zeros; 39 others are named by
    // keys.
    assert_eq!(found.security_records, 7 + 39);
    let codes: BTreeSet<_> = found.damage.iter().map(|finding| &*finding.damage.code).collect();
    assert!(codes.is_superset(&BTreeSet::from([
        "bin-signature",
        "cell-size",
        "security-link",
        "security-not-in-ring",
    ])));
    let branches: Vec<_> = found.branches.iter().map(|branch| &*branch.name).collect();
    assert!(branches.contains(&"ControlSet001") && branches.contains(&"ControlSet003"));
}
