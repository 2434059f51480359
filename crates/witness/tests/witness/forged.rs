//! Sound hives: everything agrees; what is made up differs.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::{Answer, Confirmation, Hive, Observation, SecondReader, Subject};
use coldhive_witness::{Limit, NtHiveWitness, Reason, Statement};

use crate::questions;

/// A tree with each thing that can be asked for, small enough to be asked for in full.
pub(crate) fn tree() -> KeySpec {
    let mut root = KeySpec::new("SYSTEM");
    root.at("ControlSet001\\Services\\Winsock\\Setup Migration\\Providers\\Clusnet")
        .set_value(ValueSpec::binary("WinSock 1.1 Provider Data", [7; 128]))
        .set_value(ValueSpec::sz("", "the default"));
    root.at("ControlSet001\\Services\\Tcpip").set_value(ValueSpec::dword("Start", 1));
    root.at("ControlSet001\\Services\\NetBIOS").set_value(ValueSpec::raw("none", 0, []));
    root.at("Select")
        .set_value(ValueSpec::dword("Current", 1))
        .set_value(ValueSpec::raw("a type of its own", 0x1234_5678, *b"five!"))
        .set_value(ValueSpec::multi_sz("list", &["one", "two"]));
    root.at("Names\\Stra\u{df}e").set_value(ValueSpec::sz("\u{3bb}", "lambda"));
    root.at("Names\\\u{1f511}").set_value(ValueSpec::sz("\u{1f511}", "key"));
    root
}

fn assert_all_agree(spec: &HiveSpec) {
    let image = build(spec).unwrap();
    let hive = Hive::parse(&image).unwrap();
    let witness = NtHiveWitness::new(&image);
    let observations = questions::all(hive, 1);
    assert!(observations.len() > 10);
    for observation in &observations {
        assert_eq!(witness.explain(observation), AGREES, "{observation:?}");
    }
    for path in ["", "Select", "Names", "ControlSet001\\Services", "no such\\path"] {
        for observation in questions::absent(hive, path) {
            assert_eq!(observation.answer, Answer::Absent);
            assert_eq!(witness.explain(&observation), AGREES, "{observation:?}");
        }
    }
}

pub(crate) const AGREES: Statement = Statement { confirmation: Confirmation::Agrees, reason: None };

#[test]
fn everything_agrees_in_sound_hives() {
    for version in [Version::V1_3, Version::V1_4, Version::V1_5, Version::V1_6] {
        assert_all_agree(&HiveSpec::new(version, tree()));
    }
}

#[test]
fn everything_agrees_in_the_samples() {
    assert_all_agree(&samples::cluster_sound());
    assert_all_agree(&samples::cluster_dirty());
    assert_all_agree(&samples::many());
}

#[test]
fn paths_are_split_as_the_first_reader_does() {
    let image = build(&HiveSpec::new(Version::V1_5, tree())).unwrap();
    let witness = NtHiveWitness::new(&image);
    for (path, name) in [("", "SYSTEM"), ("\\", "SYSTEM"), ("\\select\\", "Select")] {
        let answer = Answer::Key { name: name.into() };
        let observation = Observation { key: path.into(), subject: Subject::Key, answer };
        assert_eq!(witness.confirm(&observation), Confirmation::Agrees);
    }
}

#[test]
fn what_is_made_up_differs() {
    let image = build(&HiveSpec::new(Version::V1_3, tree())).unwrap();
    let witness = NtHiveWitness::new(&image);
    let key = |path: &str, answer: Answer| (path.to_owned(), Subject::Key, answer);
    let value = |name: &str, type_code, data: &[u8]| {
        let answer = Answer::Value { type_code, data: data.into() };
        ("Select".to_owned(), Subject::Value(name.into()), answer)
    };
    let cases = [
        (key("Select", Answer::Absent), Reason::Found { name: "Select".into() }),
        (key("Setup", Answer::Key { name: "Setup".into() }), Reason::NotFound),
        (
            key("select", Answer::Key { name: "select".into() }),
            Reason::OtherName { found: "Select".into() },
        ),
        (value("Default", 4, &[1, 0, 0, 0]), Reason::NotFound),
        (value("Current", 3, &[1, 0, 0, 0]), Reason::OtherType { expected: 3, found: 4 }),
        (value("Current", 4, &[1, 0, 0]), Reason::OtherSize { expected: 3, found: 4 }),
        (value("Current", 4, &[1, 0, 5, 0]), Reason::OtherData { first: 2 }),
        (
            value("a type of its own", 0x1234_5679, b"five!"),
            Reason::OtherType { expected: 0x1234_5679, found: 0x1234_5678 },
        ),
        (
            ("Select".into(), Subject::Value("current".into()), Answer::Absent),
            Reason::Found { name: "Current".into() },
        ),
    ];
    for ((key, subject, answer), reason) in cases {
        let statement = witness.explain(&Observation { key, subject, answer });
        assert_eq!(statement.confirmation, Confirmation::Differs);
        assert_eq!(statement.reason, Some(reason));
    }
}

#[test]
fn data_in_segments_differs_where_it_does() {
    let data: Vec<u8> = (0..40_000_u32).flat_map(u32::to_le_bytes).take(40_000).collect();
    let root = KeySpec::new("ROOT").value(ValueSpec::binary("v", data.clone()));
    let image = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
    let witness = NtHiveWitness::new(&image);
    let explain = |data: Vec<u8>| {
        let answer = Answer::Value { type_code: 3, data };
        let subject = Subject::Value("v".into());
        witness.explain(&Observation { key: String::new(), subject, answer })
    };
    assert_eq!(explain(data.clone()), AGREES);
    for first in [0, 16_343, 16_344, 32_688, 39_999] {
        let mut data = data.clone();
        data[first] ^= 1;
        assert_eq!(explain(data).reason, Some(Reason::OtherData { first }));
    }
}

#[test]
fn what_is_beyond_nt_hive_is_not_asked() {
    let large = ValueSpec::binary("large", vec![7; 16_345]);
    let small = ValueSpec::binary("small", vec![7; 16_344]);
    let root = KeySpec::new("ROOT").value(large).value(small).subkey(KeySpec::new("\u{b5}"));
    let mut image = build(&HiveSpec::new(Version::V1_3, root)).unwrap();
    let hive = Hive::parse(&image).unwrap();
    let witness = NtHiveWitness::new(&image);
    let limit = |limit| Statement {
        confirmation: Confirmation::NotAsked,
        reason: Some(Reason::Limit(limit)),
    };

    let observation = questions::value(hive, "", "large");
    assert_eq!(witness.explain(&observation), limit(Limit::LargeValue));
    assert_eq!(witness.explain(&questions::value(hive, "", "small")), AGREES);

    let descriptor = hive.root().unwrap().security().unwrap().unwrap().descriptor();
    let answer = Answer::Security { descriptor: descriptor.to_vec() };
    let observation = Observation { key: String::new(), subject: Subject::Security, answer };
    assert_eq!(witness.explain(&observation), limit(Limit::KeySecurity));

    // To nt-hive a micro sign is a small mu; to Windows it has no upper case.
    assert_eq!(witness.explain(&questions::key(hive, "\u{b5}")), AGREES);
    let observation = questions::key(hive, "\u{39c}");
    assert_eq!(observation.answer, Answer::Absent);
    assert_eq!(witness.explain(&observation), limit(Limit::LetterCase));

    let observation = Observation {
        key: String::new(),
        subject: Subject::Key,
        answer: Answer::Value { type_code: 0, data: Vec::new() },
    };
    assert_eq!(witness.explain(&observation).reason, Some(Reason::NoAnswer));

    image[24] = 2;
    image[508] ^= 3 ^ 2;
    let hive = Hive::parse(&image).unwrap();
    let statement = NtHiveWitness::new(&image).explain(&questions::key(hive, ""));
    assert_eq!(statement, limit(Limit::OldFormat));
}

#[test]
fn lists_of_nothing_are_not_damage() {
    let mut root = KeySpec::new("ROOT");
    root.at("a\\b").set_value(ValueSpec::dword("v", 1));
    let sound = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
    let node = |path: &str| {
        let key = Hive::parse(&sound).unwrap().key(path).found().unwrap();
        usize::try_from(key.file_offset()).unwrap()
    };
    let written = |writes: &[(usize, u32)]| {
        let mut image = sound.clone();
        for (at, number) in writes {
            image[*at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        image
    };
    let explain = |image: &[u8], ask: &dyn Fn(Hive<'_>) -> Observation| {
        let observation = ask(Hive::parse(image).unwrap());
        assert_eq!(observation.answer, Answer::Absent);
        NtHiveWitness::new(image).explain(&observation)
    };
    let limit = Some(Reason::Limit(Limit::StaleList));
    let value = |hive: Hive<'_>| questions::value(hive, "a\\b", "none");
    let key = |hive: Hive<'_>| questions::key(hive, "a\\b");

    // No values, and a list pointer to nothing that is a list any more.
    let (a, b) = (node("a"), node("a\\b"));
    let end = u32::try_from(sound.len()).unwrap() - 4096;
    assert_eq!(explain(&written(&[(b + 36, 0), (b + 40, end)]), &value).reason, limit);
    // The same where the list is alive: not the key's, which has no longest name and data.
    assert_eq!(explain(&written(&[(b + 36, 0), (b + 60, 0), (b + 64, 0)]), &value), AGREES);
    // A list of the key's own values that only the count denies: nt-hive goes by the count.
    let denied = written(&[(b + 36, 0)]);
    for (name, is_read) in [("v", true), ("none", false)] {
        let observation = questions::value(Hive::parse(&denied).unwrap(), "a\\b", name);
        assert_eq!(matches!(observation.answer, Answer::Value { .. }), is_read);
        let statement = NtHiveWitness::new(&denied).explain(&observation);
        assert_eq!(statement.reason, Some(Reason::FirstReader));
    }
    // A predefined handle, behind which values may be hidden.
    let handle = 0x0060_0000 | u32::from_le_bytes(*b"nk\0\0");
    let marked = written(&[(b, handle), (b + 36, 0x8000_0005)]);
    let observation = value(Hive::parse(&marked).unwrap());
    assert_eq!(observation.answer, Answer::Obscured);
    assert_eq!(NtHiveWitness::new(&marked).explain(&observation).reason, Some(Reason::FirstReader));
    // No subkeys, and a list pointer to nothing that is a list any more.
    assert_eq!(explain(&written(&[(a + 20, 0), (a + 28, end)]), &key).reason, limit);
    // A living list of subkeys that only the count denies is read by both.
    let denied = written(&[(a + 20, 0)]);
    let observation = key(Hive::parse(&denied).unwrap());
    assert!(matches!(observation.answer, Answer::Key { .. }));
    assert_eq!(NtHiveWitness::new(&denied).explain(&observation), AGREES);
}

#[test]
fn the_letters_in_dispute_are_those_that_are_known() {
    use coldhive_witness::nt_hive::NtHiveNameString::Utf16LE;
    let same = |one: u16, other: u16| Utf16LE(&one.to_le_bytes()) == Utf16LE(&other.to_le_bytes());
    for unit in 0..=u16::MAX {
        let upper = coldhive_hive::upcase_unit(unit);
        assert!(same(unit, upper), "{unit:04x}");
    }
    for (small, capital) in [(0xB5, 0x39C), (0x17F, 0x53), (0x131, 0x49)] {
        assert!(same(small, capital));
    }
}
