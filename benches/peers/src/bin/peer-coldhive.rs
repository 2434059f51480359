//! coldhive itself.

use coldhive::hive::{Hive, Lookup, Reading};
use coldhive::security::SecurityDescriptor;
use coldhive::{Case, Logs, OpenOptions};
use coldhive_peers::{Counts, KEY, Outcome, measured, no_such_work};

fn work(work: &str, hive: Hive<'_>) -> Outcome {
    match work {
        "walk" => walk(hive),
        "lookup" => lookup(hive),
        "security" => security(hive),
        _ => no_such_work(work),
    }
}

fn walk(hive: Hive<'_>) -> Outcome {
    let mut counts = Counts::default();
    let mut walk = hive.root()?.walk_keys();
    while let Some(key) = walk.next() {
        let Ok(key) = key else {
            counts.refused += 1;
            continue;
        };
        counts.keys += 1;
        for read in walk.values(&key) {
            match read {
                Ok(read) => counts.value(&read.data.bytes),
                Err(_) => counts.refused += 1,
            }
        }
    }
    Ok(counts)
}

fn lookup(hive: Hive<'_>) -> Outcome {
    let mut counts = Counts::default();
    match hive.key(KEY) {
        Lookup::Found(key) => {
            counts.keys += 1;
            for value in key.values() {
                counts.value(&value?.data()?);
            }
            Ok(counts)
        }
        _ => Ok(counts),
    }
}

/// Each key's descriptor decoded, as notatin does.
fn security(hive: Hive<'_>) -> Outcome {
    let mut counts = Counts::default();
    for key in hive.root()?.walk_keys() {
        counts.keys += 1;
        let Ok(key) = key else { continue };
        let Ok(Some(record)) = key.security() else { continue };
        match SecurityDescriptor::parse(record.descriptor()) {
            Ok(descriptor) => {
                std::hint::black_box(&descriptor);
                counts.descriptors += 1;
            }
            Err(_) => counts.refused += 1,
        }
    }
    Ok(counts)
}

fn main() {
    let mut arguments: Vec<_> = std::env::args().skip(1).collect();
    let mut options = OpenOptions::default();
    options.logs = Logs::None;
    if arguments.first().is_some_and(|argument| argument == "--mapped") {
        arguments.remove(0);
        options.reading = Reading::Mapped;
    }
    let whole = |name: &str, path: &str| work(name, Case::open_with(path, &options)?.hive());
    let inside = |name: &str, bytes: &[u8]| work(name, Hive::parse(bytes)?);
    measured(&arguments, whole, Some(&inside));
}
