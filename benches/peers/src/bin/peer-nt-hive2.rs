//! nt_hive2. It decodes each value as it reads the key, and gives no data as stored; the bytes are those of what it gives.

use std::io::{Cursor, Read, Seek};

use coldhive_peers::{Counts, KEY, Outcome, main as measured, no_such_work};
use nt_hive2::{CleanHive, Hive, HiveParseMode, KeyNode, RegistryValue, SubPath};

fn work<R: Read + Seek>(work: &str, source: R) -> Outcome {
    let mut hive = Hive::<R, CleanHive>::new(source, HiveParseMode::NormalWithBaseBlock)?;
    let root = hive.root_key_node()?;
    let mut counts = Counts::default();
    match work {
        "walk" => walk(&root, &mut hive, &mut counts),
        "lookup" => {
            if let Some(key) = root.subpath(KEY, &mut hive)? {
                counts.keys += 1;
                values(&key.borrow(), &mut counts);
            }
        }
        _ => return no_such_work(work),
    }
    Ok(counts)
}

fn values(key: &KeyNode, counts: &mut Counts) {
    for value in key.values() {
        match value.value() {
            RegistryValue::RegBinary(data) => counts.value(data),
            RegistryValue::RegSZ(text)
            | RegistryValue::RegExpandSZ(text)
            | RegistryValue::RegLink(text)
            | RegistryValue::RegResourceList(text)
            | RegistryValue::RegFullResourceDescriptor(text)
            | RegistryValue::RegResourceRequirementsList(text) => counts.value(text.as_bytes()),
            RegistryValue::RegMultiSZ(texts) => counts.value(texts.concat().as_bytes()),
            RegistryValue::RegDWord(number) => counts.value(&number.to_le_bytes()),
            RegistryValue::RegDWordBigEndian(number) => counts.value(&number.to_be_bytes()),
            RegistryValue::RegQWord(number) => counts.value(&number.to_le_bytes()),
            RegistryValue::RegNone | RegistryValue::RegUnknown | RegistryValue::RegFileTime => {
                counts.value(&[]);
            }
        }
    }
}

fn walk<R: Read + Seek>(key: &KeyNode, hive: &mut Hive<R, CleanHive>, counts: &mut Counts) {
    counts.keys += 1;
    values(key, counts);
    match key.subkeys(hive).map(|subkeys| subkeys.clone()) {
        Ok(subkeys) => subkeys.iter().for_each(|subkey| walk(&subkey.borrow(), hive, counts)),
        Err(_) => counts.refused += 1,
    }
}

fn main() {
    // A buffered file is thirteen times slower: each seek empties the buffer.
    let whole = |name: &str, path: &str| work(name, Cursor::new(std::fs::read(path)?));
    measured(whole, Some(&|name, bytes| work(name, Cursor::new(bytes))));
}
