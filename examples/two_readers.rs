//! Reads the same value with coldhive and with nt-hive, by hand and as a verdict does it.
//!
//! `cargo run --example two_readers -- PATH`; without a path it reads a sample.

use std::error::Error;
use std::io::Write;

use coldhive::hive::{Answer, Lookup, Observation, SecondReader, Subject};
use coldhive::rules::RuleSet;
use coldhive::witness::NtHiveWitness;
use coldhive::{Case, CheckOptions};

const KEY: &str = "ControlSet001\\Services\\Winsock\\Parameters";
const VALUE: &str = "Transports";

/// Writes what there is to say of the hive at `path`.
pub(crate) fn run(path: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let case = Case::open(path)?;

    // coldhive's own reader: an answer of four, with the place in the file.
    let value = case.hive().key(KEY).and_then(|key| key.value(VALUE));
    let Lookup::Found(value) = value else {
        writeln!(out, "coldhive: {VALUE} is not to be had: {:?}", value.map(|_| ()))?;
        return Ok(());
    };
    let data = value.data()?;
    writeln!(
        out,
        "coldhive: {} bytes, record at file offset {:#x}",
        data.len(),
        value.file_offset()
    )?;

    // nt-hive over the same bytes. It is lent as it is: asked for a damaged key it may panic.
    let hive = case.nt_hive()?;
    let key = hive.root_key_node()?.subpath(KEY).ok_or("nt-hive finds no such key")??;
    let theirs = key.value(VALUE).ok_or("nt-hive finds no such value")??.data()?.into_vec()?;
    writeln!(
        out,
        "nt-hive:  {} bytes, {}",
        theirs.len(),
        if theirs == *data { "the same" } else { "others" }
    )?;

    // The witness asks nt-hive too, but looks first whether asking is safe.
    let observation = Observation {
        key: KEY.into(),
        subject: Subject::Value(VALUE.into()),
        answer: Answer::Value { type_code: value.value_type().code(), data: data.into_owned() },
    };
    let witness = NtHiveWitness::new(case.image().bytes());
    writeln!(out, "{}: {:?}", witness.name(), witness.confirm(&observation))?;

    // A verdict does so with everything it rests on.
    for verdict in case.check(&RuleSet::built_in()?.without_software(), &CheckOptions::default()) {
        if let Some(second) = verdict.second_reader {
            let (agrees, asked) = (second.agrees, second.asked);
            writeln!(
                out,
                "{}: read twice; {} agrees on {agrees} of {asked}",
                verdict.rule.id, second.reader
            )?;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/cluster-broken.SYSTEM");
    let path = std::env::args().nth(1).unwrap_or_else(|| sample.to_owned());
    run(&path, &mut std::io::stdout())
}
