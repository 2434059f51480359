//! The hive reader: everything that can be asked of any bytes, in bounded work.

use coldhive_hive::{Evidence, Hive, Key, Lookup};

/// Opens bytes as a hive, walks all of it, and asks its first keys everything there is to ask.
pub fn read_everything(bytes: &[u8]) {
    let hive = match Hive::parse(bytes) {
        Ok(hive) => hive,
        Err(refusal) => {
            assert!(!refusal.to_string().is_empty());
            assert!(Evidence::from_bytes("fuzz", bytes).is_err());
            return;
        }
    };
    for damage in hive.damage() {
        let _ = damage.report();
    }
    let base = hive.base_block();
    let _ = (base.file_name(), base.newer_fields(), base.last_written().to_string());
    let Ok(root) = hive.root() else {
        assert!(!hive.key("Select").is_absent(), "absence without a root");
        return;
    };
    let most_keys = hive.bins_size() / 80 + 2;
    let (mut keys, mut data_bytes) = (0_u32, 0_u64);
    for visit in root.walk() {
        keys += 1;
        assert!(keys <= most_keys, "more keys than fit");
        data_bytes += visit.values.iter().map(|read| read.data.bytes.len() as u64).sum::<u64>();
        for damage in &visit.damage {
            let _ = damage.report();
        }
        // Lookups read a whole list each: asked of the first keys only, so that an input stays fast.
        if keys <= 20 {
            ask(&visit.key);
        }
    }
    assert!(data_bytes <= 2 * u64::from(hive.bins_size()), "more data than there is");
    for chunk in bytes.chunks(16).take(8) {
        let _ = hive.key(&String::from_utf8_lossy(chunk));
    }
}

fn ask(key: &Key<'_>) {
    let _ = key.check();
    let _ = (key.path(), key.parent(), key.class_name(), key.last_written().to_string());
    if let Ok(Some(security)) = key.security() {
        let _ = (security.descriptor(), security.reference_count(), security.file_offset());
    }
    for subkey in key.subkeys().flatten().take(20) {
        // What a list leads to is found by its name: this key, or another of the same name.
        if let Ok(name) = subkey.name()
            && name.is_lossless()
        {
            assert!(matches!(key.subkey(&name.to_string()), Lookup::Found(_)), "{name} is lost");
        }
    }
    for value in key.values().flatten().take(20) {
        let whole = value.data();
        let part = value.readable_data();
        assert_eq!(whole.is_err(), part.damage.is_some());
        if let Ok(name) = value.name()
            && name.is_lossless()
        {
            assert!(matches!(key.value(&name.to_string()), Lookup::Found(_)), "{name} is lost");
        }
    }
}
