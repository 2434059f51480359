//! Any byte of a hive may be any other, and any bytes may follow a base block: nothing panics, nothing loops.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Damage, Hive, sort_damage};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::hostile::assert_walks_agree;
use crate::raw::seal;

/// Asks everything there is to ask, and counts.
fn ask_everything(file: &[u8]) {
    let Ok(hive) = Hive::parse(file) else { return };
    let mut reports: Vec<_> = hive.damage().iter().map(Damage::report).collect();
    let Ok(root) = hive.root() else {
        assert!(!hive.key("Select").is_absent());
        return;
    };
    assert_walks_agree(&root);
    let (mut keys, mut data) = (0, 0);
    for visit in root.walk() {
        keys += 1;
        let key = visit.key;
        // A check says of the key what a walk says of it; a walk adds the subkeys' own.
        for damage in key.check() {
            reports.push(damage.report());
        }
        reports.extend(visit.damage.iter().map(Damage::report));
        let _ = (key.path(), key.class_name(), key.security(), key.last_written().to_string());
        for subkey in key.subkeys().flatten() {
            if let Ok(name) = subkey.name()
                && name.is_lossless()
            {
                assert!(
                    key.subkey(&name.to_string()).found().is_some(),
                    "{name} is listed and lost"
                );
            }
        }
        assert!(key.subkey("missing").found().is_none());
        for read in &visit.values {
            data += read.data.bytes.len();
            let (whole, part) = (read.value.data(), read.value.readable_data());
            assert_eq!(whole.is_ok(), part.damage.is_none());
        }
        assert!(key.value("missing").found().is_none());
    }
    assert!(keys <= hive.bins_size() as usize / 80 + 2);
    assert!(data <= 2 * hive.bins_size() as usize);
    sort_damage(&mut reports);
    for report in reports {
        assert!(report.file_offset < 4096 + (1 << 32));
        assert!(!report.message.is_empty() && report.expected != report.found, "{report:?}");
    }
}

fn small(version: Version) -> Vec<u8> {
    let mut root = KeySpec::new("ROOT").class("class");
    root.at("Select")
        .set_value(ValueSpec::dword("Current", 1))
        .set_value(ValueSpec::sz("", "text"));
    root.at("Services\\\u{3b1}").set_value(ValueSpec::multi_sz("list", &["a", "b"]));
    root.at("Services\\Tcpip");
    build(&HiveSpec::new(version, root)).unwrap()
}

#[test]
fn every_byte_of_a_small_hive_changed() {
    for version in [Version::V1_3, Version::V1_5] {
        let file = small(version);
        let used = file.iter().rposition(|byte| *byte != 0).unwrap();
        for at in (0..512).chain(4096..=used) {
            for change in [0x01, 0x80, 0xFF, file[at]] {
                let mut file = file.clone();
                file[at] ^= change;
                ask_everything(&file);
                if at < 508 {
                    seal(&mut file);
                    ask_everything(&file);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn several_bytes_changed(
        version in prop::sample::select(vec![Version::V1_3, Version::V1_4, Version::V1_5, Version::V1_6]),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut file = small(version);
        let used = file.iter().rposition(|byte| *byte != 0).unwrap() - 4096;
        for (at, byte) in changes {
            file[4096 + at.index(used)] = byte;
        }
        ask_everything(&file);
    }

    #[test]
    fn noise_behind_a_base_block(noise in vec(any::<u8>(), 0..3000), minor in 1_u32..7) {
        let mut file = small(Version::V1_5)[..4096 + 32].to_vec();
        file[24..28].copy_from_slice(&minor.to_le_bytes());
        file.extend(noise);
        let size = (file.len() - 4096) as u32;
        file[40..44].copy_from_slice(&size.to_le_bytes());
        seal(&mut file);
        ask_everything(&file);
    }

    /// Noise with the shape of records: signatures, small numbers and offsets that lead somewhere.
    #[test]
    fn shaped_noise(words in vec(0_u32..40, 16..400), old in any::<bool>()) {
        let mut file = small(Version::V1_5)[..4096 + 32].to_vec();
        for word in &words {
            file.extend(match word {
                0..6 => (*word * 8 + 32).to_le_bytes(),
                6..12 => (-(64_i32 << (word - 6))).to_le_bytes(),
                12 => *b"nk\x20\0",
                13 => *b"nk\x2c\0",
                14 => *b"vk\x01\0",
                15 => *b"lf\x04\0",
                16 => *b"lh\x04\0",
                17 => *b"li\xff\0",
                18 => *b"ri\x10\0",
                19 => *b"db\x08\0",
                20 => *b"sk\0\0",
                21 => [0xFF; 4],
                22 => 0x8000_0004_u32.to_le_bytes(),
                23 => 20_000_u32.to_le_bytes(),
                word => (word - 24).to_le_bytes(),
            });
        }
        // The root is forced to be a key node.
        let record = 4096 + 32 + if old { 8 } else { 4 };
        file[4096 + 32..4096 + 36].copy_from_slice(&(-512_i32).to_le_bytes());
        file.resize(file.len().max(4096 + 1024), 0);
        file[record..record + 4].copy_from_slice(b"nk\x20\0");
        file[36..40].copy_from_slice(&32_u32.to_le_bytes());
        let size = (file.len() - 4096) as u32;
        file[40..44].copy_from_slice(&size.to_le_bytes());
        seal(&mut file);
        ask_everything(&file);
    }
}
