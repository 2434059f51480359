//! Random trees, written as text by a small writer of this test, make the same tree again.

use std::collections::BTreeMap;
use std::fmt::Write;

use coldhive_forge::reg::{RegOptions, parse};
use coldhive_hive::upcase_unit;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::{BINARY, DWORD, ReadKey, SZ, keys, wide};

#[derive(Clone, Debug)]
enum Data {
    Text(String),
    Number(u32),
    Bytes(u32, Vec<u8>),
}

impl Data {
    fn stored(&self) -> (u32, Vec<u8>) {
        match self {
            Data::Text(text) => (SZ, wide(text)),
            Data::Number(number) => (DWORD, number.to_le_bytes().into()),
            Data::Bytes(type_code, bytes) => (*type_code, bytes.clone()),
        }
    }

    fn written(&self, style: Style) -> String {
        match self {
            Data::Text(text) => format!("\"{}\"", escaped(text)),
            Data::Number(number) => format!("dword:{number:08x}"),
            Data::Bytes(type_code, bytes) => {
                let mut out = if *type_code == BINARY && style.short {
                    "hex:".into()
                } else {
                    format!("hex({type_code:x}):")
                };
                for (index, byte) in bytes.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                        if index % 5 == 0 && style.wrapped {
                            out.push_str("\\\r\n  ");
                        }
                    }
                    write!(out, "{byte:02x}").unwrap();
                }
                out
            }
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[derive(Clone, Copy, Debug)]
struct Style {
    short: bool,
    wrapped: bool,
    /// 0: UTF-8 with a byte order mark, 1 and 2: UTF-16.
    encoding: u8,
}

type Values = BTreeMap<Vec<u16>, (String, Data)>;
type Tree = BTreeMap<Vec<Vec<u16>>, (Vec<String>, Values)>;

fn folded(name: &str) -> Vec<u16> {
    name.encode_utf16().map(upcase_unit).collect()
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => "[a-zA-Z0-9 {}.$;\"=@\\[\\]-]{1,8}",
        2 => "[a-c\u{e4}\u{c4}\u{3b1}\u{391}\u{430}\u{410}\u{1f511}]{1,4}",
    ]
    // A bracket before a semicolon is a comment or a name: such a line is refused.
    .prop_filter("clear", |name| !name.contains(']') || !name.contains(';'))
}

fn data() -> impl Strategy<Value = Data> {
    prop_oneof![
        "([a-z\\\\\";\u{e4}\u{1f511}]|\\r\\n|\\n){0,12}".prop_map(Data::Text),
        any::<u32>().prop_map(Data::Number),
        (prop_oneof![0..16_u32, any::<u32>()], vec(any::<u8>(), 0..40))
            .prop_map(|(type_code, bytes)| Data::Bytes(type_code, bytes)),
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    let value_name =
        prop_oneof![6 => name().prop_map(|name| name + "\\"), 1 => Just(String::new())];
    let values = btree_map(value_name, data(), 0..5).prop_map(|values| {
        let folded = |(name, data): (String, Data)| (folded(&name), (name, data));
        values.into_iter().map(folded).collect::<Values>()
    });
    vec((vec(name(), 0..4), values), 1..12).prop_map(|keys| {
        let mut tree = Tree::new();
        for (path, values) in keys {
            for length in 0..=path.len() {
                let above: Vec<String> = path[..length].to_vec();
                let key = above.iter().map(|name| folded(name)).collect();
                tree.entry(key).or_insert((above, Values::new()));
            }
            let key: Vec<_> = path.iter().map(|name| folded(name)).collect();
            tree.insert(key, (path, values));
        }
        tree
    })
}

/// Paths as the tree has them: each name as spelled where its key was made first.
fn expected(tree: &Tree) -> Vec<ReadKey> {
    let mut spelled: BTreeMap<Vec<Vec<u16>>, String> = BTreeMap::new();
    let mut keys = Vec::new();
    for (key, (path, values)) in tree {
        let mut text = String::new();
        for length in 1..=key.len() {
            let name =
                spelled.entry(key[..length].to_vec()).or_insert_with(|| path[length - 1].clone());
            if length > 1 {
                text.push('\\');
            }
            text.push_str(name);
        }
        let values = values.values().map(|(name, data)| {
            let (type_code, data) = data.stored();
            (name.clone(), type_code, data)
        });
        keys.push((text, values.collect()));
    }
    keys
}

fn written(tree: &Tree, style: Style) -> Vec<u8> {
    let mut out = String::from("\u{feff}Windows Registry Editor Version 5.00\r\n\r\n");
    for (path, values) in tree.values() {
        let path: String = path.iter().map(|name| format!("\\{name}")).collect();
        write!(out, "[HKEY_LOCAL_MACHINE\\SYSTEM{path}]\r\n").unwrap();
        for (name, data) in values.values() {
            let name = if name.is_empty() { "@".into() } else { format!("\"{}\"", escaped(name)) };
            write!(out, "{name}={}\r\n", data.written(style)).unwrap();
        }
        out.push_str("\r\n");
    }
    match style.encoding {
        0 => out.into_bytes(),
        1 => out.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => out.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

fn style() -> impl Strategy<Value = Style> {
    (any::<bool>(), any::<bool>(), 0..3_u8).prop_map(|(short, wrapped, encoding)| Style {
        short,
        wrapped,
        encoding,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_written_tree_is_read_back(tree in tree(), style in style()) {
        let text = written(&tree, style);
        let made = parse(&text, &RegOptions::default()).unwrap();
        // Siblings are sorted by their names in upper case, and so are the paths of the tree.
        prop_assert_eq!(keys(&made), expected(&tree));
        prop_assert_eq!(made.exported, [""]);
        prop_assert!(made.implied.is_empty());
        prop_assert_eq!(made.notes, [""; 0]);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes, &RegOptions::default());
        let _ = parse(&[b"REGEDIT4\n[HKLM\\SYSTEM]\n", bytes.as_slice()].concat(), &RegOptions::default());
    }

    #[test]
    fn no_syntax_makes_it_panic(
        text in "REGEDIT4\n(\\[|\\]|HKLM\\\\|-|\"|\"a\"=|@=|hex:|hex\\(7\\):|dword:|[0-9a-f]|,|\\\\|\\\\\n|;|\r|\n|\n\\[HKLM\\\\|x| ){0,40}"
    ) {
        if let Ok(made) = parse(text.as_bytes(), &RegOptions::default()) {
            keys(&made);
        }
    }

    #[test]
    fn no_change_to_a_text_makes_it_panic(
        tree in tree(),
        style in style(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut text = written(&tree, style);
        for (at, byte, kind) in changes {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            match kind {
                0 => text[at] = byte,
                1 => drop(text.remove(at)),
                _ => text.truncate(at.max(1)),
            }
        }
        if let Ok(made) = parse(&text, &RegOptions::default()) {
            keys(&made);
        }
    }
}
