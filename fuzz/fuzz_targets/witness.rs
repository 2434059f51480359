//! The second reader: asked for what the first one found, and for what isn't there.
//!
//! libFuzzer's panic hook ends the process before any `catch_unwind` sees a panic, so a panic of nt-hive
//! that the witness would have caught is a crash here: the witness must look before it asks.
#![no_main]

use coldhive_hive::{Answer, Confirmation, Hive, Lookup, Observation, SecondReader, Subject};
use coldhive_witness::NtHiveWitness;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let witness = NtHiveWitness::new(bytes);
    let missing = Observation {
        key: "Select\\no such key".into(),
        subject: Subject::Key,
        answer: Answer::Absent,
    };
    witness.confirm(&missing);
    let Ok(hive) = Hive::parse(bytes) else { return };
    let Ok(root) = hive.root() else { return };
    for visit in root.walk().take(24) {
        let observe = |subject, answer| {
            let observation = Observation { key: visit.path.clone(), subject, answer };
            let statement = witness.explain(&observation);
            assert_eq!(statement.confirmation, witness.confirm(&observation));
            statement.confirmation
        };
        let name = visit.key.readable_name().to_string();
        observe(Subject::Key, Answer::Key { name });
        observe(Subject::Key, Answer::Absent);
        observe(Subject::Security, Answer::Absent);
        let nothing = observe(Subject::Value("no such value".into()), Answer::Absent);
        // Both readers see the value, or both don't: where one proves absence, the other can't find it.
        if matches!(visit.key.value("no such value"), Lookup::Found(_)) {
            assert_ne!(nothing, Confirmation::Agrees);
        }
        for read in visit.values.iter().take(16) {
            let name = read.value.readable_name().to_string();
            let answer = Answer::Value {
                type_code: read.value.value_type().code(),
                data: read.data.bytes.to_vec(),
            };
            observe(Subject::Value(name), answer);
        }
    }
});
