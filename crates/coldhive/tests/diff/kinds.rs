//! Each kind of difference, on a forged pair that differs in nothing else.

use coldhive::hive::MultiString;
use coldhive::{DiffKind, KeyPart, ValuePart};
use coldhive_forge::{HiveSpec, KeySpec, LayerSemantics, ValueSpec, Version};

use crate::support::{Found, compare, hive, root};

fn values(from: ValueSpec, to: ValueSpec) -> Found {
    let tree = |value| hive(root().subkey(KeySpec::new("Key").value(value)));
    compare(&tree(from), &tree(to))
}

/// The one value that differs, from the first to the second.
#[track_caller]
fn value(from: ValueSpec, to: ValueSpec) -> coldhive::ValueDifference {
    let found = values(from, to);
    assert_eq!(found.differs, Some(true));
    assert_eq!(found.key().difference, DiffKind::Changed);
    match found.key().values.as_slice() {
        [value] => value.clone(),
        other => panic!("{other:#?}"),
    }
}

#[test]
fn equal_trees_differ_in_nothing() {
    let tree = hive(root().subkey(KeySpec::new("Key").class("c").value(ValueSpec::dword("n", 1))));
    let found = compare(&tree, &tree);
    assert_eq!((found.keys.len(), found.differs), (0, Some(false)));
    assert_eq!(found.totals.compared, 2);
    // The order of values has no meaning, and neither has the format.
    let values = [ValueSpec::dword("a", 1), ValueSpec::dword("b", 2)];
    let [one, other] = values.clone();
    let first = root().value(one.clone()).value(other.clone());
    let second = root().value(other).value(one);
    assert_eq!(compare(&hive(first.clone()), &hive(second)).keys, []);
    let older = HiveSpec::new(Version::V1_2, first.clone());
    assert_eq!(compare(&hive(first), &older).keys, []);
}

#[test]
fn keys_of_one_side_come_with_all_below_them() {
    let gone = KeySpec::new("Gone")
        .value(ValueSpec::sz("", "default"))
        .subkey(KeySpec::new("Below").value(ValueSpec::dword("n", 7)));
    let with = hive(root().subkey(KeySpec::new("Both")).subkey(gone));
    let without = hive(root().subkey(KeySpec::new("Both")));
    let found = compare(&with, &without);
    let kinds = [("Gone", DiffKind::Removed), (r"Gone\Below", DiffKind::Removed)];
    assert_eq!(found.kinds(), kinds);
    let [top, below] = found.keys.as_slice() else { panic!() };
    assert_eq!((top.level, below.level), (0, 1));
    assert!(top.from.is_some() && top.to.is_none());
    assert_eq!(below.values[0].from.as_ref().unwrap().text.as_deref(), Some("7"));
    let node = below.from.as_ref().unwrap().node.as_ref().unwrap();
    assert_eq!(node.file_offset, Some(u64::from(node.cell.get()) + 4096 + 4));
    assert_eq!((found.totals.keys.removed, found.totals.values.removed), (2, 2));
    assert_eq!(found.totals.compared, 2);

    let mirrored = compare(&without, &with);
    let kinds = [("Gone", DiffKind::Added), (r"Gone\Below", DiffKind::Added)];
    assert_eq!(mirrored.kinds(), kinds);
    assert_eq!((mirrored.totals.keys.added, mirrored.totals.values.added), (2, 2));
}

#[test]
fn values_are_added_and_removed() {
    let found = compare(
        &hive(root().value(ValueSpec::dword("one", 1))),
        &hive(root().value(ValueSpec::dword("other", 1))),
    );
    let kinds: Vec<_> =
        found.key().values.iter().map(|value| (&*value.name, value.difference)).collect();
    assert_eq!(kinds, [("one", DiffKind::Removed), ("other", DiffKind::Added)]);
    assert_eq!((found.totals.values.removed, found.totals.values.added), (1, 1));
    assert_eq!(found.totals.keys.changed, 1);
}

#[test]
fn a_type_can_change_alone() {
    let found = value(ValueSpec::sz("v", "x"), ValueSpec::expand_sz("v", "x"));
    assert_eq!(found.what, [ValuePart::Type]);
    assert_eq!(found.data, None);
    let side = found.to.unwrap();
    assert_eq!((side.value_type.as_str(), side.type_code), ("REG_EXPAND_SZ", 2));
}

#[test]
fn lists_differ_by_entry_order_and_storage() {
    let list = |entries: &[&str]| ValueSpec::multi_sz("v", entries);
    let found = value(list(&["Tcpip", "Clusnet", "NetBIOS"]), list(&["NetBIOS", "Tcpip"]));
    let data = found.data.unwrap();
    let list_found = data.list.unwrap();
    assert_eq!(list_found.removed.len(), 1);
    assert_eq!((list_found.removed[0].index, &*list_found.removed[0].entry), (1, "Clusnet"));
    assert!(list_found.added.is_empty() && list_found.order_changed);

    let whole = list(&["a"]);
    let mut data = whole.data.clone();
    data.truncate(data.len() - 2);
    let found = value(whole, ValueSpec::raw("v", 7, data.clone()));
    let difference = found.data.unwrap();
    assert!(difference.says_the_same && difference.list.is_none());
    assert!(found.from.unwrap().ill_formed.is_empty());
    let faults = MultiString::decode(&data);
    assert_eq!(found.to.unwrap().ill_formed, [faults.faults()[0].to_string()]);
}

#[test]
fn texts_and_numbers_are_told_as_such() {
    let found = value(ValueSpec::sz("v", "old"), ValueSpec::sz("v", "new"));
    let texts = [found.from, found.to].map(|side| side.unwrap().text.unwrap());
    assert_eq!(texts, ["old", "new"]);
    let found = value(ValueSpec::dword("v", 2), ValueSpec::dword("v", 4));
    let numbers = [found.from, found.to].map(|side| side.unwrap().text.unwrap());
    assert_eq!(numbers, ["2", "4"]);
    let found = value(ValueSpec::dword("v", 2), ValueSpec::raw("v", 4, [2, 0, 0]));
    let side = found.to.unwrap();
    assert_eq!(side.text, None);
    assert_eq!(side.ill_formed, ["it has 3 bytes, and a number of this type 4"]);
}

#[test]
fn long_data_is_cut_with_its_digest_and_the_first_difference() {
    // In segments (db) on the one side, with another byte far behind what is shown.
    let mut data = vec![0xAB; 20_000];
    let one = ValueSpec::binary("v", data.clone());
    data[19_000] = 0;
    let found = value(one, ValueSpec::binary("v", data));
    let first = found.data.unwrap().first.unwrap();
    assert_eq!((first.offset, first.shown_from), (19_000, 18_996));
    assert_eq!(first.from.to_string(), "ab".repeat(16));
    assert_eq!(first.to.to_string(), format!("{}00{}", "ab".repeat(4), "ab".repeat(11)));
    let [from, to] = [found.from, found.to].map(Option::unwrap);
    assert_eq!((from.size, from.data.0.len()), (20_000, 4096));
    assert_eq!(from.data, to.data);
    assert_ne!(from.sha256.unwrap(), to.sha256.unwrap());
}

#[test]
fn names_that_are_written_otherwise_are_the_same_key_and_are_told() {
    let found = compare(
        &hive(root().subkey(KeySpec::new("WinSock").value(ValueSpec::dword("Start", 1)))),
        &hive(root().subkey(KeySpec::new("Winsock").value(ValueSpec::dword("START", 1)))),
    );
    let key = found.key();
    assert_eq!((key.path.as_str(), key.difference), ("WinSock", DiffKind::Changed));
    let change = &key.changes[0];
    assert_eq!(change.what, KeyPart::Name);
    assert_eq!((change.from.as_deref(), change.to.as_deref()), (Some("WinSock"), Some("Winsock")));
    assert_eq!(key.values[0].what, [ValuePart::Name]);
    // Where there is no other way to write it, there is none: the root's name is not compared.
    let renamed = KeySpec::new("other").sddl(crate::support::PLAIN).unwrap();
    assert_eq!(compare(&hive(root()), &hive(renamed)).keys, []);
}

#[test]
fn classes_are_compared() {
    let tree = |class: Option<&str>| {
        let key = KeySpec::new("Key");
        hive(root().subkey(class.map_or_else(|| key.clone(), |class| key.clone().class(class))))
    };
    let found = compare(&tree(Some("one")), &tree(Some("other")));
    let change = &found.key().changes[0];
    assert_eq!(change.what, KeyPart::Class);
    assert_eq!((change.from.as_deref(), change.to.as_deref()), (Some("one"), Some("other")));
    let found = compare(&tree(None), &tree(Some("other")));
    assert_eq!(found.key().changes[0].from, None);
}

#[test]
fn times_alone_are_counted_and_listed_when_asked() {
    let tree = |time| hive(root().subkey(KeySpec::new("Key").written(time)));
    let found = compare(&tree(1), &tree(2));
    assert_eq!(found.kinds(), [("Key", DiffKind::Written)]);
    assert_eq!((found.totals.times_only, found.totals.keys.changed), (1, 0));
    assert_eq!((found.differs, found.totals.differs(true)), (Some(false), Some(true)));
    let unasked = crate::support::compare_cases(
        &crate::support::case(&tree(1)),
        &crate::support::case(&tree(2)),
        &coldhive::DiffOptions::default(),
    );
    assert_eq!((unasked.keys.len(), unasked.totals.times_only), (0, 1));
}

#[test]
fn security_is_told_by_trustee_once_for_all_keys_that_have_it() {
    let tree = |sddl: &str| {
        hive(root().subkey(KeySpec::new("Open").sddl(sddl).unwrap().subkey(KeySpec::new("Below"))))
    };
    let found = compare(
        &tree("O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;BA)"),
        &tree("O:BAG:SYD:(A;CI;KA;;;BA)(A;CI;KA;;;WD)"),
    );
    assert_eq!(found.totals.security, 2);
    let [change] = found.security.as_slice() else { panic!("{:#?}", found.security) };
    assert_eq!(change.keys, 2);
    assert_eq!(change.difference, DiffKind::Changed);
    assert!(
        change.lines.iter().any(|line| line.starts_with("DACL: newly allowed to Everyone")),
        "{:#?}",
        change.lines
    );
    let [gained] = change.rights.as_slice() else { panic!("{:#?}", change.rights) };
    assert_eq!(gained.trustee.alias, Some("WD"));
    assert_eq!((gained.part, gained.lost.names.as_str()), ("DACL", ""));
    for key in &found.keys {
        let security = key.security.as_ref().unwrap();
        assert_eq!(security.change, Some(1));
        assert!(security.from.is_some() && security.to.is_some());
    }
}

#[test]
fn slack_in_a_descriptor_says_the_same() {
    let plain = root().subkey(KeySpec::new("Key").sddl("O:BAG:SYD:(A;;KR;;;WD)").unwrap());
    let mut slack = plain.clone();
    slack.subkeys[0].security.as_mut().unwrap().extend([0xAA; 8]);
    let found = compare(&hive(plain), &hive(slack));
    assert_eq!(found.kinds(), [("Key", DiffKind::StoredOtherwise)]);
    assert_eq!((found.differs, found.totals.stored_otherwise), (Some(false), 1));
    assert_eq!(found.security[0].difference, DiffKind::StoredOtherwise);
    assert_eq!(found.security[0].lines, [""; 0]);
}

#[test]
fn ill_formed_descriptors_differ_in_bytes_and_it_is_said_that_no_more_is_known() {
    let key = |bytes: &[u8]| hive(root().subkey(KeySpec::new("Key").security(bytes)));
    let found = compare(&key(&[1; 24]), &key(&[2; 24]));
    assert_eq!(found.key().difference, DiffKind::Changed);
    let problem = found.security[0].problem.as_deref().unwrap();
    assert!(problem.starts_with("from: the security descriptor is ill-formed: "), "{problem}");
    assert!(problem.contains("; to: the security descriptor is ill-formed: "), "{problem}");
}

#[test]
fn links_are_compared_as_the_keys_that_they_are() {
    let target = |path: &str| {
        let bytes: Vec<u8> = path.encode_utf16().flat_map(u16::to_le_bytes).collect();
        ValueSpec::raw("SymbolicLinkValue", 6, bytes)
    };
    let tree = |path| root().subkey(KeySpec::new("Link").value(target(path)));
    let from = crate::support::case(&hive(tree(r"\Registry\Machine\System\A")));
    let mut to = coldhive_forge::build(&hive(tree(r"\Registry\Machine\System\B"))).unwrap();
    // The value without the flag makes no link.
    let node = coldhive::hive::Hive::parse(&to).unwrap().key("Link").found().unwrap();
    let flags = usize::try_from(node.file_offset()).unwrap() + 2;
    to[flags] &= !0x10;
    let to = coldhive::Case::from_bytes("SYSTEM", to).unwrap();
    let found = crate::support::compare_cases(&from, &to, &coldhive::DiffOptions::default());
    let key = found.key();
    assert!(key.from.as_ref().unwrap().link && !key.to.as_ref().unwrap().link);
    let change = key.changes.iter().find(|change| change.what == KeyPart::Flags).unwrap();
    assert_eq!(change.from.as_deref(), Some("0x0010 (a symbolic link)"));
    let text = key.values[0].from.as_ref().unwrap().text.as_deref();
    assert_eq!(text, Some(r"\Registry\Machine\System\A"));
}

#[test]
fn tombstones_are_told_as_what_they_are() {
    let layer = |key, value| {
        let root = root()
            .subkey(KeySpec::new("Key").layer(key))
            .subkey(KeySpec::new("Other").value(value));
        HiveSpec::new(Version::V1_6, root)
    };
    let found = compare(
        &layer(LayerSemantics::Merge, ValueSpec::dword("v", 1)),
        &layer(LayerSemantics::Tombstone, ValueSpec::tombstone("v")),
    );
    let [key, other] = found.keys.as_slice() else { panic!("{:#?}", found.keys) };
    assert_eq!(key.changes[0].what, KeyPart::Layer);
    let to = key.changes[0].to.as_deref();
    assert_eq!(to, Some("a tombstone: it marks the key as deleted"));
    assert!(other.values[0].what.contains(&ValuePart::Tombstone));
    assert!(other.values[0].to.as_ref().unwrap().tombstone);
}
