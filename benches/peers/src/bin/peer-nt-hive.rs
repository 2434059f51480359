//! nt-hive, as coldhive's benches walk it.

use coldhive_peers::{Counts, KEY, Outcome, main as measured, no_such_work};
use nt_hive::{Hive, KeyNode, KeyValueData};

type Node<'h, 'b> = KeyNode<'h, &'b [u8]>;

fn work(work: &str, bytes: &[u8]) -> Outcome {
    // Dirty hives are let in, as every reader here does.
    let hive = Hive::without_validation(bytes)?;
    let root = hive.root_key_node()?;
    let mut counts = Counts::default();
    match work {
        "walk" => walk(&root, &mut counts),
        "lookup" => {
            if let Some(key) = root.subpath(KEY) {
                counts.keys += 1;
                values(&key?, &mut counts);
            }
        }
        _ => return no_such_work(work),
    }
    Ok(counts)
}

fn values(key: &Node<'_, '_>, counts: &mut Counts) {
    let Some(values) = key.values() else { return };
    let Ok(values) = values else { return counts.refused += 1 };
    for value in values {
        match value.and_then(|value| value.data()) {
            Ok(KeyValueData::Small(data)) => counts.value(data),
            Ok(data) => match data.into_vec() {
                Ok(data) => counts.value(&data),
                Err(_) => counts.refused += 1,
            },
            Err(_) => counts.refused += 1,
        }
    }
}

fn walk(key: &Node<'_, '_>, counts: &mut Counts) {
    counts.keys += 1;
    values(key, counts);
    let Some(subkeys) = key.subkeys() else { return };
    let Ok(subkeys) = subkeys else { return counts.refused += 1 };
    for subkey in subkeys {
        match subkey {
            Ok(subkey) => walk(&subkey, counts),
            Err(_) => counts.refused += 1,
        }
    }
}

fn main() {
    measured(|name, path| work(name, &std::fs::read(path)?), Some(&work));
}
