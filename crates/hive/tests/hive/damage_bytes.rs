//! Each kind of damage: the bytes that show it to who reads keys.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Damage, Hive};

use crate::raw::{NOWHERE, Nk, Raw, list, seal, vk};

/// All damage that reading a file shows.
fn codes(file: &[u8]) -> Vec<&'static str> {
    let hive = Hive::parse(file).unwrap();
    let mut damage = hive.damage();
    match hive.root() {
        Ok(root) => damage.extend(root.walk().flat_map(|visit| visit.damage)),
        Err(found) => damage.push(found),
    }
    let mut codes: Vec<_> = damage.iter().map(Damage::code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A hive with one key and one value, with what `change` makes of it. The cells: value, list, child,
/// leaf, root.
fn changed(change: impl FnOnce(&mut Raw, [u32; 6])) -> Vec<u8> {
    let mut raw = Raw::new();
    let data = raw.cell(b"twelve bytes");
    let value = raw.cell(&vk(b"value", 12, data));
    let values = raw.cell(&value.to_le_bytes());
    let child = raw.cell(&Nk { name: b"child", values: (1, values), ..Nk::default() }.bytes());
    let leaf = raw.cell(&[list(b"lf", &[child]), b"chil".to_vec()].concat());
    let root =
        raw.cell(&Nk { name: b"root", flags: 0x2c, subkeys: (1, leaf), ..Nk::default() }.bytes());
    raw.put(child, 16, &root.to_le_bytes());
    change(&mut raw, [data, value, values, child, leaf, root]);
    raw.file(3, root)
}

#[test]
fn bytes_that_show_each_kind() {
    assert!(codes(&changed(|_, _| {})).is_empty());
    type Cells = [u32; 6];
    let one = |code: &str, change: &dyn Fn(&mut Raw, Cells)| {
        let file = changed(|raw, cells| change(raw, cells));
        assert_eq!(codes(&file), [code]);
    };
    one("out-of-bounds", &|raw, [.., leaf, _]| raw.put(leaf, 4, &0x0010_0000_u32.to_le_bytes()));
    one("points-nowhere", &|raw, [.., leaf, _]| raw.put(leaf, 4, &NOWHERE.to_le_bytes()));
    one("unaligned", &|raw, [.., child, leaf, _]| raw.put(leaf, 4, &(child + 1).to_le_bytes()));
    one("cell-size", &|raw, [_, value, ..]| raw.put_size(value, -33));
    one("cell-too-long", &|raw, [data, ..]| raw.put_size(data, -0x10000));
    one("cell-not-allocated", &|raw, [.., child, _, _]| raw.put_size(child, 88));
    one("record-too-short", &|raw, [.., child, _, _]| raw.put(child, 72, &[200, 0]));
    one("bad-signature", &|raw, [_, value, ..]| raw.put(value, 0, b"xk"));
    one("odd-name", &|raw, [_, value, ..]| raw.put(value, 16, &[0]));
    one("empty-name", &|raw, [.., child, _, _]| raw.put(child, 72, &[0]));
    one("list-too-long", &|raw, [.., child, _, _]| raw.put(child, 36, &[9]));
    one("subkey-count", &|raw, [.., root]| raw.put(root, 20, &[2]));
    one("list-wrong-hint", &|raw, [.., leaf, _]| raw.put(leaf, 8, b"CHIX"));
    one("wrong-parent", &|raw, [.., child, _, _]| raw.put(child, 16, &child.to_le_bytes()));
    one("inline-data-too-long", &|raw, [_, value, ..]| {
        raw.put(value, 4, &0x8000_0005_u32.to_le_bytes());
    });
    one("data-too-short", &|raw, [_, value, ..]| raw.put(value, 4, &13_u32.to_le_bytes()));

    let base = |offset: usize, byte: u8| {
        let mut file = changed(|_, _| {});
        file[offset] = byte;
        seal(&mut file);
        codes(&file)
    };
    assert_eq!(base(24, 9), ["base-block-version"]);
    assert_eq!(base(24, 1), ["base-block-layout"]);
    assert_eq!(base(28, 9), ["base-block-file-type"]);
    // That of a mirror, `SYSTEM.ALT`.
    assert!(base(28, 1).is_empty());
    assert_eq!(base(40, 1), ["bins-size", "truncated"]);
    assert_eq!(base(4096, 0), ["bin-signature"]);
    assert_eq!(base(0, b'R'), ["base-block-signature"]);
    assert_eq!(base(36, 0xFF), ["unaligned"]);
}

#[test]
fn what_forged_faults_show() {
    let mut root = KeySpec::new("ROOT");
    for name in ["a", "b", "c"] {
        root.at("parent").subkeys.push(KeySpec::new(name));
    }
    root.at("parent\\a").set_value(ValueSpec::sz("text", "some text"));
    let key = || "parent\\b".to_owned();
    for (fault, expected) in [
        (Fault::BadChecksum, &["base-block-checksum"][..]),
        (Fault::DirtySequence, &[]),
        (Fault::NoSecurity { key: key() }, &[]),
        (Fault::BadDescriptor { key: key() }, &[]),
        (Fault::Truncate { bytes: 4096 }, &["out-of-bounds", "truncated"]),
        (Fault::RootUnreadable, &["points-nowhere"]),
        (Fault::UnsortedList { key: "parent".into() }, &["list-out-of-order"]),
        (
            Fault::Cycle { key: key(), to: "parent".into() },
            &["key-listed-twice", "list-out-of-order", "list-wrong-hint"],
        ),
        (
            Fault::DataCutShort { key: "parent\\a".into(), value: "text".into() },
            &["data-too-short"],
        ),
    ] {
        let spec = HiveSpec::new(Version::V1_5, root.clone()).fault(fault.clone());
        assert_eq!(codes(&build(&spec).unwrap()), expected, "{fault:?}");
    }
}
