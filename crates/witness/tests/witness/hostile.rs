//! Mutated hives: nothing panics, and nothing comes as far as the last net.

use std::cell::Cell;
use std::sync::Once;

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Answer, Hive, Observation, SecondReader, Subject};
use coldhive_witness::{NtHiveWitness, Reason};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::forged::tree;
use crate::questions;

thread_local! {
    static PANICS: Cell<usize> = const { Cell::new(0) };
}

/// Counts the panics of this thread, caught or not.
fn count_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.set(PANICS.get() + 1);
            before(info);
        }));
    });
}

/// Small, with every structure that nt-hive follows: leaves, an index root, segments, each kind of data.
fn hive(version: Version) -> Vec<u8> {
    let mut root = tree();
    root.at("Sizes")
        .set_value(ValueSpec::binary("segments", vec![7; 33_000]))
        .set_value(ValueSpec::binary("one cell", vec![7; 300]))
        .set_value(ValueSpec::binary("empty", []));
    root.at("Long").subkeys.extend((0..520).map(|number| KeySpec::new(format!("{number}"))));
    build(&HiveSpec::new(version, root)).unwrap()
}

/// Keys and values of the mutated hive as the first reader finds them, and those of the sound one.
fn observations(image: &[u8]) -> Vec<Observation> {
    let mut observations: Vec<Observation> = ["", "Select", "Sizes", "Long", "Names"]
        .into_iter()
        .flat_map(|path| {
            let absent = |key, subject| Observation { key, subject, answer: Answer::Absent };
            let key = format!("{path}\\no such key");
            [absent(key, Subject::Key), absent(path.into(), Subject::Value("none".into()))]
        })
        .collect();
    if let Ok(hive) = Hive::parse(image) {
        // Of the long list a few.
        let all = questions::all(hive, 1);
        let long = |observation: &&Observation| observation.key.starts_with("Long\\");
        observations.extend(all.iter().filter(|found| !long(found)).cloned());
        observations.extend(all.iter().filter(long).step_by(60).cloned());
    }
    observations
}

fn assert_no_panic(image: &[u8]) -> Result<(), TestCaseError> {
    count_panics();
    let before = PANICS.get();
    let witness = NtHiveWitness::new(image);
    let mut observations = observations(image);
    let mut one_by_one = Vec::new();
    for observation in &observations {
        let statement = witness.explain(observation);
        let netted = matches!(statement.reason, Some(Reason::Panicked(_)));
        prop_assert!(!netted, "{:?}: {:?}", observation, statement);
        prop_assert_eq!(statement.confirmation, witness.confirm(observation));
        one_by_one.push(statement.confirmation);
    }
    // What was passed on the way to one key changes no answer about the next, in whatever order they come.
    let together = |observations: &[Observation]| {
        witness.confirm_all(&observations.iter().collect::<Vec<_>>())
    };
    prop_assert_eq!(together(&observations), one_by_one.as_slice());
    observations.reverse();
    one_by_one.reverse();
    prop_assert_eq!(together(&observations), one_by_one);
    prop_assert_eq!(PANICS.get(), before);
    Ok(())
}

/// What is written over a place in the hive.
fn writes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        Just(vec![0xFF; 4]),
        Just(vec![0; 4]),
        (0_u32..0x1_2000).prop_map(|offset| (offset & !7).to_le_bytes().to_vec()),
    ]
}

fn write(image: &mut [u8], at: usize, bytes: &[u8]) {
    let at = at % image.len();
    for (place, byte) in image[at..].iter_mut().zip(bytes) {
        *place = *byte;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_mutation_gets_past_the_look(
        new in any::<bool>(),
        mutations in prop::collection::vec((any::<usize>(), writes()), 1..12),
    ) {
        let mut image = hive(if new { Version::V1_5 } else { Version::V1_3 });
        for (at, bytes) in &mutations {
            write(&mut image, *at, bytes);
        }
        assert_no_panic(&image)?;
    }

    #[test]
    fn no_bytes_get_past_the_look(bytes in prop::collection::vec(any::<u8>(), 0..9000)) {
        assert_no_panic(&bytes)?;
    }
}

/// Every aligned place of a small hive in turn, with the two numbers that nt-hive panics on.
#[test]
fn no_field_gets_past_the_look() {
    let mut root = KeySpec::new("ROOT");
    root.at("a\\b").set_value(ValueSpec::binary("long", [7; 12]));
    root.at("a\\c").set_value(ValueSpec::dword("short", 7));
    root.set_value(ValueSpec::binary("segments", vec![7; 16_345]));
    let sound = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
    let filler = |place: &usize| sound[*place..*place + 4] != [7; 4];
    let places = (36..40).chain(4096..sound.len()).step_by(4);
    for place in places.filter(filler) {
        for bytes in [[0xFF; 4], [0; 4]] {
            let mut image = sound.clone();
            write(&mut image, place, &bytes);
            assert_no_panic(&image).unwrap_or_else(|error| panic!("{place:#x}: {error}"));
        }
    }
}
