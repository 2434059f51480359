//! Real hives, written as text as `regedit` would, make the same keys and values again.

use std::fmt::Write;

use coldhive_forge::reg::{RegOptions, parse};
use coldhive_hive::Hive;

use crate::corpus::corpus;

use super::{DWORD, ReadKey, SZ, keys, wide};

/// The keys of a hive, as a walk meets them.
fn tree(file: &[u8]) -> Vec<ReadKey> {
    let hive = Hive::parse(file).unwrap();
    let mut keys = Vec::new();
    for visit in hive.root().unwrap().walk() {
        let mut values = Vec::new();
        for value in visit.key.values().map(Result::unwrap) {
            let name = value.name().unwrap().to_string();
            values.push((name, value.value_type().code(), value.data().unwrap().into_owned()));
        }
        keys.push((visit.path, values));
    }
    keys
}

/// A text in quotes, where what is stored is one that `regedit` writes so.
fn quoted(data: &[u8]) -> Option<String> {
    let units: Vec<u16> =
        data.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(units.strip_suffix(&[0])?).ok()?;
    let whole = wide(&text) == data && !text.contains('\0');
    whole.then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn text(tree: &[ReadKey]) -> Vec<u8> {
    let mut out = String::from("\u{feff}Windows Registry Editor Version 5.00\r\n\r\n");
    for (path, values) in tree {
        let path = if path.is_empty() { String::new() } else { format!("\\{path}") };
        write!(out, "[HKEY_LOCAL_MACHINE\\SYSTEM{path}]\r\n").unwrap();
        for (name, type_code, data) in values {
            match name.as_str() {
                "" => out.push('@'),
                _ => {
                    write!(out, "\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")).unwrap();
                }
            }
            out.push('=');
            match (*type_code, data.as_slice(), quoted(data)) {
                (SZ, _, Some(text)) => out.push_str(&text),
                (DWORD, &[a, b, c, d], _) => {
                    write!(out, "dword:{:08x}", u32::from_le_bytes([a, b, c, d])).unwrap();
                }
                _ => {
                    write!(out, "hex({type_code:x}):").unwrap();
                    for (index, byte) in data.iter().enumerate() {
                        let comma = match index {
                            0 => "",
                            _ if index % 25 == 0 => ",\\\r\n  ",
                            _ => ",",
                        };
                        write!(out, "{comma}{byte:02x}").unwrap();
                    }
                }
            }
            out.push_str("\r\n");
        }
        out.push_str("\r\n");
    }
    out.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn real_hives_come_back() {
    for name in ["nt4-ee-sp3.SYSTEM", "xp-sp3-m57.SYSTEM", "win7-sp1.SYSTEM"] {
        let Some(file) = corpus(&format!("system/{name}")) else { continue };
        let tree = tree(&file);
        let made = parse(&text(&tree), &RegOptions::default())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(tree.len() > 1_000, "{name}");
        assert_eq!(made.exported, [""], "{name}");
        assert!(made.implied.is_empty() && made.notes.is_empty(), "{name}: {:?}", made.notes);
        for (read, expected) in keys(&made).iter().zip(&tree) {
            assert_eq!(read, expected, "{name}");
        }
        assert_eq!(keys(&made).len(), tree.len());
    }
}
