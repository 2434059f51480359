//! Symbolic links, in forged hives and in one that was made to lead a reader out of bounds.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{BrokenLink, Damage, Followed, Hive, Key, LINK_VALUE, Lookup, Stop, ValueType};

use crate::corpus::corpus;

const FLAG: u8 = 0x10;

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A hive with keys of these names, each with a value `SymbolicLinkValue` of this type and data, flagged as links.
fn hive_with_links(links: &[(&str, u32, Vec<u8>)], others: &[&str]) -> Vec<u8> {
    let mut root = KeySpec::new("ROOT");
    for other in others {
        root.at(other);
    }
    for (path, type_code, data) in links {
        let value = ValueSpec::raw(LINK_VALUE.to_uppercase(), *type_code, data.clone());
        root.at(path).set_value(value);
    }
    let paths: Vec<_> = links.iter().map(|(path, ..)| *path).collect();
    flagged(&HiveSpec::new(Version::V1_3, root), &paths)
}

fn flagged(spec: &HiveSpec, paths: &[&str]) -> Vec<u8> {
    let mut file = build(spec).unwrap();
    for path in paths {
        let node = Hive::parse(&file).unwrap().key(path).found().unwrap().file_offset();
        file[usize::try_from(node).unwrap() + 2] |= FLAG;
    }
    file
}

/// This hive is mounted at `\Registry\Here`.
fn here(target: &str) -> Option<String> {
    target.strip_prefix("\\Registry\\Here\\").map(str::to_owned)
}

fn key<'i>(file: &'i [u8], path: &str) -> Key<'i> {
    Hive::parse(file).unwrap().key(path).found().unwrap()
}

#[test]
fn the_four_answers_of_a_link() {
    let target = |text: &str| (6, utf16(text));
    let links = [
        ("to key", target("\\Registry\\Here\\Deep\\Key")),
        ("to nothing", target("\\Registry\\Here\\Deep\\None")),
        ("with nul", target("\\Registry\\Here\\Deep\\Key\0\0")),
        ("to link", target("\\Registry\\Here\\to key")),
        ("elsewhere", target("\\Registry\\There\\Key")),
        ("by link elsewhere", target("\\Registry\\Here\\elsewhere\\x")),
        ("to itself", target("\\Registry\\Here\\to itself")),
    ];
    let links: Vec<_> = links.into_iter().map(|(path, (code, data))| (path, code, data)).collect();
    let file = hive_with_links(&links, &["Deep\\Key"]);
    let follow = |path: &str| key(&file, path).follow(&here);
    for path in ["to key", "with nul", "to link"] {
        let Followed::Inside(Lookup::Found(found)) = follow(path) else { panic!("{path}") };
        assert_eq!(found.path().unwrap(), "Deep\\Key", "{path}");
    }
    assert!(matches!(follow("to nothing"), Followed::Inside(Lookup::Absent)));
    for (path, expected) in
        [("elsewhere", "\\Registry\\There\\Key"), ("by link elsewhere", "\\Registry\\There\\Key")]
    {
        assert!(matches!(follow(path), Followed::Outside(target) if target == expected), "{path}");
    }
    assert!(matches!(follow("to itself"), Followed::TooMany));
    assert!(matches!(follow("Deep"), Followed::Inside(Lookup::Found(_))), "no link at all");
}

#[test]
fn links_that_lead_nowhere() {
    let long = utf16(&format!("\\{}", "x".repeat(40_000)));
    let links = [
        ("text", 1, utf16("\\Registry\\Here\\Key")),
        ("odd", 6, b"\\\0R".to_vec()),
        ("empty", 6, Vec::new()),
        ("relative", 6, utf16("Key")),
        ("surrogate", 6, vec![b'\\', 0, 0x00, 0xD8]),
        ("long", 6, long),
    ];
    let file = hive_with_links(&links, &["Key"]);
    let broken = |path: &str| match key(&file, path).follow(&here) {
        Followed::Broken(why) => why,
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(broken("text"), BrokenLink::WrongType { found: ValueType::SZ });
    assert_eq!(broken("odd"), BrokenLink::NoText { size: 3 });
    assert_eq!(broken("surrogate"), BrokenLink::NoText { size: 4 });
    assert_eq!(broken("long"), BrokenLink::NoText { size: 80_002 });
    for path in ["empty", "relative"] {
        assert_eq!(broken(path), BrokenLink::NotAbsolute, "{path}");
    }
    let bare = HiveSpec::new(Version::V1_3, KeySpec::new("ROOT").subkey(KeySpec::new("bare")));
    let file = flagged(&bare, &["bare"]);
    assert_eq!(key(&file, "bare").link_target(), Err(BrokenLink::NoTarget));
    let resolved = Hive::parse(&file).unwrap().resolve("bare\\x", &here);
    assert_eq!(resolved.stop, Some(Stop::Broken(BrokenLink::NoTarget)));
    assert_eq!(resolved.rest, "x");
    let Lookup::Obscured(hidden) = resolved.answer else { panic!() };
    assert!(matches!(hidden[..], [Damage::LinkBroken { .. }]));
}

/// A plain lookup shows the link itself: it is what is stored.
#[test]
fn a_lookup_shows_what_is_stored() {
    let file = hive_with_links(&[("link", 6, utf16("\\Registry\\Here\\Key"))], &["Key\\Below"]);
    let hive = Hive::parse(&file).unwrap();
    assert!(hive.key("link\\Below").is_absent());
    let resolved = hive.resolve("\\LINK\\below", &here);
    let (found, stored) = resolved.nearest.as_ref().unwrap();
    assert_eq!((stored.as_str(), found.path().as_deref()), ("Key\\Below", Ok("Key\\Below")));
    assert_eq!(resolved.links.len(), 1);
    assert_eq!(resolved.links[0].path, "link");
}

/// The root of a file stands for itself, whatever flags it has; a link to the root is one to the root.
#[test]
fn the_root_is_no_link() {
    let file = hive_with_links(&[("up", 6, utf16("\\Registry\\Here\\"))], &[]);
    let root = Hive::parse(&file).unwrap().root().unwrap();
    let Followed::Inside(Lookup::Found(up)) = key(&file, "up").follow(&here) else { panic!() };
    assert_eq!(up.cell(), root.cell());
    // up\up\up is the root again and again, as long as anybody asks for it.
    let hive = Hive::parse(&file).unwrap();
    assert!(matches!(hive.resolve("up\\up\\up", &here).answer, Lookup::Found(_)));
    let many = hive.resolve(&"up\\".repeat(65), &here);
    assert_eq!(many.stop, Some(Stop::TooMany));
    let mut file = file;
    let node = usize::try_from(root_offset(&file)).unwrap();
    file[node + 2] |= FLAG;
    assert!(!Hive::parse(&file).unwrap().root().unwrap().is_link());
}

fn root_offset(file: &[u8]) -> u64 {
    Hive::parse(file).unwrap().root().unwrap().file_offset()
}

/// Targets as long as may be, each with a link at its end, make no work without end.
#[test]
fn long_targets_end() {
    let deep = format!("\\Registry\\Here{}", "\\a".repeat(15_000));
    let file = hive_with_links(&[("a", 6, utf16(&deep))], &[]);
    assert!(matches!(key(&file, "a").follow(&here), Followed::TooMany));
}

/// A hive of Google Project Zero: a link without a sound target, which some reader once followed anyway.
#[test]
fn a_link_that_was_made_to_do_harm() {
    let Some(corpus) = corpus() else { return };
    let file = std::fs::read(corpus.join("odd/p0-02-symlink-oob.dat")).unwrap();
    let link = key(&file, "Link");
    assert!(link.is_link());
    assert_eq!(link.link_target(), Err(BrokenLink::NoTarget));
    let value = link.values().next().unwrap().unwrap();
    assert_eq!((value.value_type(), value.size()), (ValueType::LINK, 0));
}
