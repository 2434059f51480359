//! A hive of format 1.5 with what makes a reader work.

use crate::key::KeySpec;
use crate::samples::descriptors::winsock_descriptor;
use crate::spec::{HiveSpec, Version};
use crate::value::ValueSpec;

/// More than two leaves hold.
const SUBKEYS: usize = 1200;

/// Data sizes in bytes on both sides of each border: resident or a cell; one bin or more; cell or segments.
const SIZES: [usize; 14] = [0, 1, 2, 3, 4, 5, 8, 4000, 4060, 4061, 16_344, 16_345, 32_688, 40_000];

/// Long lists, data in segments, class names, names in UTF-16, and every size class of value data.
pub fn many() -> HiveSpec {
    let numbered = (0..SUBKEYS).map(|number| KeySpec::new(format!("Key {number:04}")));
    let mut long_list = KeySpec::new("Long list");
    long_list.subkeys.extend(numbered);

    let mut sizes = KeySpec::new("Sizes");
    sizes.values.extend(SIZES.map(|size| ValueSpec::binary(format!("{size}"), pattern(size))));

    let types = KeySpec::new("Types")
        .value(ValueSpec::sz("", "the default value"))
        .value(ValueSpec::raw("none", 0, []))
        .value(ValueSpec::sz("text", "Gr\u{fc}\u{df}e"))
        .value(ValueSpec::expand_sz("path", "%SystemRoot%\\System32"))
        .value(ValueSpec::binary("bytes", *b"\x00\x01\x02"))
        .value(ValueSpec::dword("number", 0xC01D_C01D))
        .value(ValueSpec::raw("big-endian number", 5, [0, 0, 1, 0]))
        .value(ValueSpec::multi_sz("list", &["one", "two"]))
        .value(ValueSpec::multi_sz("empty list", &[]))
        .value(ValueSpec::qword("long number", 0x0123_4567_89AB_CDEF));

    // Latin-1, Greek, Cyrillic, a surrogate pair; upper case decides the order.
    let names = [
        "stra\u{df}e",
        "\u{c4}pfel",
        "\u{3bb}\u{3cc}\u{3b3}\u{3bf}\u{3c2}",
        "\u{43a}\u{43b}\u{44e}\u{447}",
        "\u{1f511}",
    ];
    let mut names_key = KeySpec::new("Names");
    for name in names {
        names_key = names_key.value(ValueSpec::sz(name, name)).subkey(KeySpec::new(name));
    }

    let classes = KeySpec::new("Classes")
        .class("a class of its own")
        .subkey(KeySpec::new("short").class("x"))
        .subkey(KeySpec::new("greek").class("\u{3bb}"))
        .subkey(KeySpec::new("without"));

    let security = KeySpec::new("Security")
        .security(winsock_descriptor())
        .subkey(KeySpec::new("follows"))
        .subkey(KeySpec::new("repeats").security(winsock_descriptor()));

    let mut link = KeySpec::new("Link");
    let target: Vec<u8> =
        "\\Registry\\Machine\\System\\Types".encode_utf16().flat_map(u16::to_le_bytes).collect();
    link.set_value(ValueSpec::raw("SymbolicLinkValue", 6, target));

    let root = KeySpec::new("ROOT")
        .subkey(long_list)
        .subkey(sizes)
        .subkey(types)
        .subkey(names_key)
        .subkey(classes)
        .subkey(security)
        .subkey(link);
    HiveSpec::new(Version::V1_5, root)
}

/// Bytes whose run is longer than a segment's and no power of two, so that a segment out of place shows.
fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|at| ((at * 7 + at / 251) % 256).to_le_bytes()[0]).collect()
}
