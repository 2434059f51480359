//! Hives with one fault each: what lies elsewhere still agrees.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{
    Answer, CellOffset, Confirmation, Damage, Hive, Observation, SecondReader, Structure, Subject,
};
use coldhive_witness::{NtHiveWitness, Reason};

use crate::forged::{AGREES, tree};
use crate::questions;

const VERSIONS: [Version; 2] = [Version::V1_3, Version::V1_5];

fn image(version: Version, fault: Fault) -> Vec<u8> {
    build(&HiveSpec::new(version, tree()).fault(fault)).unwrap()
}

/// What the witness says of each question about the hive: those that the sound hive answers too.
fn confirmations(image: &[u8]) -> Vec<(Observation, Confirmation)> {
    let sound = build(&HiveSpec::new(Version::V1_5, tree())).unwrap();
    let questions = questions::all(Hive::parse(&sound).unwrap(), 1);
    let hive = Hive::parse(image).unwrap();
    let witness = NtHiveWitness::new(image);
    let asked = questions.into_iter().map(|question| match question.subject {
        Subject::Value(name) => questions::value(hive, &question.key, &name),
        _ => questions::key(hive, &question.key),
    });
    let explained = asked.map(|observation| {
        let statement = witness.explain(&observation);
        assert!(!matches!(statement.reason, Some(Reason::Panicked(_))), "{statement:?}");
        (observation, statement.confirmation)
    });
    explained.collect()
}

/// Asserts that what the first reader could read agrees, and that all else is said to be damaged.
fn assert_agrees_but_for_damage(image: &[u8], damaged: usize) {
    let confirmations = confirmations(image);
    for (observation, confirmation) in &confirmations {
        let unreadable = matches!(observation.answer, Answer::Unreadable | Answer::Obscured);
        let expected = if unreadable { Confirmation::Damaged } else { Confirmation::Agrees };
        assert_eq!(*confirmation, expected, "{observation:?}");
    }
    let found = confirmations.iter().filter(|(_, found)| *found == Confirmation::Damaged).count();
    assert_eq!(found, damaged);
}

const PROVIDER: &str = "ControlSet001\\Services\\Winsock\\Setup Migration\\Providers\\Clusnet";
const SERVICES: &str = "ControlSet001\\Services";

#[test]
fn an_unreadable_key_hides_itself_alone() {
    for version in VERSIONS {
        // The key and its two values; the sound siblings stay confirmed.
        let fault = Fault::ZeroSignature { key: PROVIDER.into() };
        assert_agrees_but_for_damage(&image(version, fault), 3);
        let fault = Fault::ListHole { key: format!("{SERVICES}\\Tcpip") };
        assert_agrees_but_for_damage(&image(version, fault), 2);
        let fault = Fault::ListHole { key: format!("{SERVICES}\\NetBIOS") };
        assert_agrees_but_for_damage(&image(version, fault), 2);
    }
}

#[test]
fn a_hole_below_an_index_root_hides_little() {
    let mut root = KeySpec::new("ROOT");
    root.subkeys.extend((0..520).map(|number| KeySpec::new(format!("{number:03}"))));
    for hole in ["001", "300", "518", "519"] {
        let spec = HiveSpec::new(Version::V1_5, root.clone());
        let image = build(&spec.fault(Fault::ListHole { key: hole.into() })).unwrap();
        let hive = Hive::parse(&image).unwrap();
        let witness = NtHiveWitness::new(&image);
        let confirmed = root.subkeys.iter().filter(|key| {
            let observation = questions::key(hive, &key.name);
            matches!(observation.answer, Answer::Key { .. })
                && witness.explain(&observation) == AGREES
        });
        // All that nt-hive's binary search finds without coming across the hole, which it does
        // only at a first or last entry for every name.
        assert!(confirmed.count() > 250, "{hole}");
    }
}

#[test]
fn an_unreadable_list_hides_what_it_lists() {
    for version in VERSIONS {
        let fault = Fault::ListSignature { key: PROVIDER.rsplit_once('\\').unwrap().0.into() };
        assert_agrees_but_for_damage(&image(version, fault), 3);
        let fault = Fault::SelfReferencingList { key: "Names".into() };
        let image = image(version, fault);
        for (observation, confirmation) in confirmations(&image) {
            let below = observation.key.starts_with("Names\\");
            let expected = if below { Confirmation::Damaged } else { Confirmation::Agrees };
            assert_eq!(confirmation, expected, "{observation:?}");
        }
    }
}

#[test]
fn what_windows_would_miss_is_confirmed() {
    for version in VERSIONS {
        for fault in [
            Fault::UnsortedList { key: SERVICES.into() },
            Fault::WrongHint { key: format!("{SERVICES}\\Tcpip") },
            Fault::WrongParent { key: format!("{SERVICES}\\Tcpip") },
            Fault::NoSecurity { key: SERVICES.into() },
            Fault::BadDescriptor { key: SERVICES.into() },
            Fault::DirtySequence,
            Fault::BadChecksum,
        ] {
            assert_agrees_but_for_damage(&image(version, fault), 0);
        }
    }
}

#[test]
fn a_deleted_key_is_absent_to_both() {
    for version in VERSIONS {
        let image = image(version, Fault::DeletedKey { key: PROVIDER.into() });
        let absent = confirmations(&image);
        let absent = absent.iter().filter(|(observation, _)| observation.answer == Answer::Absent);
        assert_eq!(absent.clone().count(), 3);
        assert!(absent.clone().all(|(_, confirmation)| *confirmation == Confirmation::Agrees));
        assert_agrees_but_for_damage(&image, 0);
    }
}

#[test]
fn a_cycle_ends_with_the_path() {
    let fault = Fault::Cycle { key: format!("{SERVICES}\\Tcpip"), to: "ControlSet001".into() };
    for version in VERSIONS {
        let image = image(version, fault.clone());
        let hive = Hive::parse(&image).unwrap();
        let path = format!("{SERVICES}\\NetBIOS");
        let witness = NtHiveWitness::new(&image);
        assert_eq!(witness.explain(&questions::key(hive, &path)), AGREES);
        let around = format!("{SERVICES}{}", "\\ControlSet001\\Services".repeat(300));
        assert_eq!(witness.explain(&questions::key(hive, &around)), AGREES);
    }
}

#[test]
fn an_unreadable_value_hides_itself_alone() {
    for version in VERSIONS {
        let (key, value) = ("Select".to_owned(), "Current".to_owned());
        let fault = Fault::ValueSignature { key: key.clone(), value: value.clone() };
        assert_agrees_but_for_damage(&image(version, fault), 1);
        let fault = Fault::ValueListHole { key: key.clone(), value };
        let image = image(version, fault);
        assert_agrees_but_for_damage(&image, 1);

        // Absence behind a hole can't be proved, whatever the first reader says.
        let subject = Subject::Value("no such value".into());
        let observation = Observation { key, subject, answer: Answer::Absent };
        let statement = NtHiveWitness::new(&image).explain(&observation);
        assert_eq!(statement.confirmation, Confirmation::Damaged);
        let reason = statement.reason.unwrap();
        assert!(
            matches!(
                reason,
                Reason::Damage(Damage::PointsNowhere { what: Structure::KeyValue, .. })
            ),
            "{reason:?}"
        );
    }
}

#[test]
fn data_that_is_cut_short_is_damaged() {
    let large = ValueSpec::binary("large", vec![7; 40_000]);
    for version in VERSIONS {
        let spec = HiveSpec::new(version, KeySpec::new("ROOT").value(large.clone()));
        let fault = Fault::DataCutShort { key: String::new(), value: "large".into() };
        let image = build(&spec.fault(fault)).unwrap();
        let observation = questions::value(Hive::parse(&image).unwrap(), "", "large");
        assert_eq!(observation.answer, Answer::Unreadable);
        let witness = NtHiveWitness::new(&image);
        assert_eq!(witness.explain(&observation).reason, Some(Reason::FirstReader));
        // Nor does nt-hive confirm what was never read.
        let answer = Answer::Value { type_code: 3, data: vec![7; 40_000] };
        assert_ne!(witness.confirm(&Observation { answer, ..observation }), Confirmation::Agrees);
    }
}

#[test]
fn a_root_that_is_nowhere_damages_all() {
    let image = image(Version::V1_5, Fault::RootUnreadable);
    let statement = NtHiveWitness::new(&image).explain(&Observation {
        key: String::new(),
        subject: Subject::Key,
        answer: Answer::Absent,
    });
    let damage = Damage::PointsNowhere { what: Structure::RootKey, from: CellOffset::NONE };
    assert_eq!(statement.reason, Some(Reason::Damage(damage)));
}

#[test]
fn a_hive_that_is_cut_off_anywhere_is_survived() {
    let whole = build(&HiveSpec::new(Version::V1_5, tree())).unwrap();
    let observations = questions::all(Hive::parse(&whole).unwrap(), 1);
    for length in (0..whole.len()).step_by(97) {
        let witness = NtHiveWitness::new(&whole[..length]);
        for observation in &observations {
            let statement = witness.explain(observation);
            assert!(
                matches!(statement.confirmation, Confirmation::Agrees | Confirmation::Damaged),
                "{statement:?}"
            );
            assert!(!matches!(statement.reason, Some(Reason::Panicked(_))), "{statement:?}");
        }
    }
}

#[test]
fn a_list_without_end_is_given_up() {
    // An index root with 60,000 entries, all of them the one leaf of 60,000 entries for the root: asking
    // nt-hive for each would take an hour.
    let mut image = build(&HiveSpec::new(Version::V1_5, KeySpec::new("ROOT"))).unwrap();
    let start = u32::try_from(image.len() - 4096).unwrap();
    let root = u32::from_le_bytes(image[36..40].try_into().unwrap());
    let node = usize::try_from(root).unwrap() + 4096 + 4;
    image[node + 20..node + 24].copy_from_slice(&1_u32.to_le_bytes());
    image[node + 28..node + 32].copy_from_slice(&start.to_le_bytes());
    let list_size = 4 + 4 + 4 * 60_000_i32;
    let mut list = |signature: &[u8; 2], entry: u32| {
        image.extend((-list_size).to_le_bytes());
        image.extend(signature);
        image.extend(60_000_u16.to_le_bytes());
        image.extend(std::iter::repeat_n(entry.to_le_bytes(), 60_000).flatten());
    };
    list(b"ri", start + list_size.unsigned_abs());
    list(b"li", root);
    let statement = NtHiveWitness::new(&image).explain(&Observation {
        key: "no such key".into(),
        subject: Subject::Key,
        answer: Answer::Absent,
    });
    assert!(
        matches!(statement.reason, Some(Reason::Damage(Damage::EndlessList { .. }))),
        "{statement:?}"
    );
}
