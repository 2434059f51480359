//! Descriptions that no hive can hold.

use coldhive_forge::{ForgeError, HiveSpec, KeySpec, ValueSpec, Version, build};

fn refused(root: KeySpec) -> String {
    build(&HiveSpec::new(Version::V1_3, root)).unwrap_err().to_string()
}

#[test]
fn each_error_names_the_place() {
    let root = || KeySpec::new("ROOT");
    let cases = [
        (root().subkey(KeySpec::new("")), "a subkey of the key \"\" has an empty name"),
        (
            root().subkey(KeySpec::new("a\\b")),
            "the key \"a\\\\b\" has a backslash in its name \"a\\\\b\"",
        ),
        (
            root().subkey(KeySpec::new("k").subkey(KeySpec::new("A")).subkey(KeySpec::new("a"))),
            "the key \"k\" has two subkeys named \"a\" (names are compared without regard to case)",
        ),
        (
            root().value(ValueSpec::dword("n", 1)).value(ValueSpec::dword("N", 2)),
            "the key \"\" has two values named \"N\" (names are compared without regard to case)",
        ),
    ];
    for (root, message) in cases {
        assert_eq!(refused(root), message);
    }
    let long = "x".repeat(256);
    let message = refused(root().subkey(KeySpec::new(long)));
    assert!(message.ends_with("has 256 UTF-16 units, and 255 is the most"), "{message}");
    let message = refused(root().class("x".repeat(32_768)));
    assert!(message.ends_with("has 32768 UTF-16 units, and 32767 is the most"), "{message}");
    let message = refused(root().value(ValueSpec::dword("x".repeat(16_384), 1)));
    assert!(message.ends_with("has 16384 UTF-16 units, and 16383 is the most"), "{message}");
}

#[test]
fn the_longest_names_fit() {
    for character in ["x", "\u{3bb}"] {
        let root = KeySpec::new(character.repeat(255))
            .class(character.repeat(32_767))
            .value(ValueSpec::dword(character.repeat(16_383), 1));
        crate::structure::assert_sound(&HiveSpec::new(Version::V1_3, root));
    }
}

#[test]
fn windows_512_levels_are_the_most() {
    let nested = |levels: usize| {
        let mut root = KeySpec::new("ROOT");
        root.at(&vec!["k"; levels - 1].join("\\"));
        build(&HiveSpec::new(Version::V1_5, root))
    };
    assert!(nested(512).is_ok());
    assert!(matches!(nested(513), Err(ForgeError::TooDeep { level: 513, .. })));
}
