//! What is restored, held against this project's own reader of registry texts.

use coldhive::rules::Truth;
use coldhive::system::Selector;
use coldhive::{Before, Case, ChangeKind, Cure};
use coldhive_forge::{HiveSpec, ValueSpec, samples};

use crate::support::{
    GOOD_PROVIDER, MIGRATION, PARAMETERS, PROVIDER, case, cure, imported, tree, verdict, verdict_of,
};

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn changed(change: impl FnOnce(&mut HiveSpec)) -> HiveSpec {
    let mut spec = samples::cluster_sound();
    change(&mut spec);
    spec
}

/// Nodes with a fault of content, and the checks that don't hold.
fn nodes() -> Vec<(&'static str, HiveSpec, Vec<&'static str>)> {
    let transports = |value: ValueSpec| {
        changed(|spec| {
            spec.root.at(PARAMETERS).set_value(value);
        })
    };
    let gone = |key: &str| changed(|spec| drop(spec.root.remove(key).expect("it is there")));
    let winsock = r"ControlSet001\Services\Winsock";
    let both = vec!["provider-key", "migration-key", "provider-list"];
    vec![
        ("broken", samples::cluster_broken(), vec!["provider-key", "transports"]),
        ("no parameters", gone(PARAMETERS), vec!["parameters-key", "transports"]),
        ("no migration", gone(MIGRATION), both.clone()),
        ("no providers", gone(&format!("{MIGRATION}\\Providers")), vec!["provider-key"]),
        ("no winsock", gone(winsock), [both, vec!["parameters-key", "transports"]].concat()),
        (
            "unended",
            changed(|spec| {
                let list = ValueSpec::raw("Provider List", 7, utf16("NetBIOS\0Clusnet\0Tcpip\0"));
                spec.root.at(MIGRATION).set_value(list);
            }),
            vec!["provider-list-well-formed"],
        ),
        (
            "a list in other bytes",
            transports(ValueSpec::binary("Transports", utf16("Tcpip\0NetBIOS\0\0"))),
            vec!["transports"],
        ),
        (
            "a text",
            transports(ValueSpec::sz("Transports", "Tcpip, \"NetBIOS\" \\Clusnet")),
            vec!["transports"],
        ),
        (
            "an empty entry inside",
            transports(ValueSpec::raw("Transports", 7, utf16("Tcpip\0\0NetBIOS\0Clusnet\0\0"))),
            vec!["transports", "transports-well-formed"],
        ),
        (
            "no list",
            changed(|spec| spec.root.at(PARAMETERS).values.retain(|it| it.name != "Transports")),
            vec!["transports"],
        ),
    ]
}

fn is(case: &Case, check: &str) -> Truth {
    let verdict = verdict(case);
    verdict.checks.iter().find(|it| it.id == check).expect("a check").result
}

#[test]
fn what_is_imported_makes_the_checks_hold_and_an_undo_brings_all_back() {
    for (name, spec, checks) in nodes() {
        let case = case(&spec);
        assert_eq!(crate::support::false_checks(&verdict(&case)), checks, "{name}");
        let cure = cure(&case);
        assert_eq!(cure.left_out, [], "{name}");
        assert_eq!(cure.not_undone(), [], "{name}");
        let cured = imported(&case, &[&cure.reg()]);
        for check in
            ["provider-list", "transports", "provider-list-well-formed", "transports-well-formed"]
                .into_iter()
                .chain(checks)
        {
            assert_eq!(is(&cured, check), Truth::True, "{name}: {check}\n{}", cure.reg());
        }
        let undone = imported(&case, &[&cure.reg(), &cure.undo()]);
        assert_eq!(tree(&undone), tree(&case), "{name}\n{}", cure.undo());
    }
}

/// Read back as it stands, REGEDIT4 and all.
#[test]
fn the_text_says_what_was_meant() {
    for (name, spec, _) in nodes() {
        let cure = cure(&case(&spec));
        let read = Case::from_bytes("cure.reg", cure.reg().into_bytes()).expect("it is understood");
        let system = read.system();
        for change in &cure.changes {
            let key = system.key(&format!(r"CurrentControlSet\{}", change.key));
            let key = key.found().unwrap_or_else(|| panic!("{name}: {}", change.key));
            if let ChangeKind::SetValue { name: value, to, .. } = &change.what {
                let found = key.value(value).found().unwrap_or_else(|| panic!("{name}: {value}"));
                assert_eq!(found.value_type(), to.value_type(), "{name}: {value}");
                assert_eq!(*found.data().unwrap(), *to.data.0, "{name}: {value}");
            }
        }
        assert!(cure.reg().lines().all(|line| line.len() <= 80 || line.starts_with('[')));
        assert!(cure.reg().is_ascii() && cure.undo().is_ascii());
    }
}

#[test]
fn what_the_last_known_good_set_has_below_a_missing_key_comes_back_whole() {
    let (_, spec, _) = nodes().swap_remove(2);
    let case = case(&spec);
    let cured = tree(&imported(&case, &[&cure(&case).reg()]));
    let here = MIGRATION.to_uppercase();
    let there = here.replace("CONTROLSET001", "CONTROLSET002");
    let below = |start: &str| -> Vec<_> {
        let keys = cured.iter().filter(|(key, _)| key.starts_with(start));
        keys.map(|(key, values)| (key[start.len()..].to_owned(), values.clone())).collect()
    };
    assert!(below(&there).len() > 4);
    assert_eq!(below(&here), below(&there));
}

fn value<'c>(cure: &'c Cure, name: &str) -> (&'c [u8], &'c Before, &'c str) {
    let found = cure.changes.iter().find_map(|change| match &change.what {
        ChangeKind::SetValue { name: it, to, before } if it == name => {
            Some((to.data.0.as_slice(), before, change.why.as_str()))
        }
        _ => None,
    });
    found.expect("the value is changed")
}

#[test]
fn what_stands_behind_the_end_of_a_list_is_told_and_not_taken_over() {
    let (_, spec, _) = nodes().swap_remove(8);
    let cure = cure(&case(&spec));
    let (data, _, why) = value(&cure, "Transports");
    assert_eq!(data, utf16("Tcpip\0Clusnet\0\0"));
    assert!(why.contains("not taken over: NetBIOS, Clusnet"), "{why}");
}

#[test]
fn a_text_is_no_list_so_the_last_known_good_one_is_taken() {
    let (_, spec, _) = nodes().swap_remove(7);
    let cure = cure(&case(&spec));
    let (data, _, why) = value(&cure, "Transports");
    assert_eq!(data, utf16("Tcpip\0NetBIOS\0Clusnet\0\0"));
    assert!(why.contains("ControlSet002, the last known good one, is taken instead"), "{why}");
}

#[test]
fn another_control_set_than_the_current_one_is_named_by_its_number() {
    let spec = changed(|spec| drop(spec.root.remove(GOOD_PROVIDER).expect("it is there")));
    let case = case(&spec);
    let cure = case.cure(&verdict_of(&case, Selector::LastKnownGood)).expect("its key is missing");
    let key = r"[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet002\Services\Winsock\Setup Migration\Providers\Clusnet]";
    assert!(cure.reg().contains(key), "{}", cure.reg());
    assert_eq!(cure.changes[0].from[0].control_set, "ControlSet001");
}

#[test]
fn names_are_escaped_or_left_out_with_a_word() {
    let mut spec = changed(|spec| drop(spec.root.remove(PROVIDER).expect("it is there")));
    let provider = spec.root.at(GOOD_PROVIDER);
    provider.set_value(ValueSpec::sz(r#"a "b" \c"#, "C:\\\"x\"\\"));
    provider.set_value(ValueSpec::expand_sz("", "%SystemRoot%\\x"));
    provider.set_value(ValueSpec::dword("]", 0xDEAD_BEEF));
    provider.set_value(ValueSpec::qword("eight", 1));
    for refused in ["line\r\n\"Start\"=dword:00000004", "Ünï", "nul\0", "\u{202e}"] {
        provider.set_value(ValueSpec::sz(refused, "x"));
    }
    provider.set_value(ValueSpec::sz("text", "ключ"));
    provider.at("good").set_value(ValueSpec::multi_sz("list", &["one", "two"]));
    provider.at("b]d").at("below").set_value(ValueSpec::dword("lost", 1));
    let case = case(&spec);
    let cure = cure(&case);

    let read = Case::from_bytes("cure.reg", cure.reg().into_bytes()).expect("it is understood");
    let key = |below: &str| {
        let path = PROVIDER.replace("ControlSet001", "CurrentControlSet");
        read.system().key(&format!("{path}{below}")).found()
    };
    let restored = key("").expect("it is restored");
    let there = case.system().key(GOOD_PROVIDER).found().expect("it is there");
    let names = ["WinSock 2.0 Provider ID", r#"a "b" \c"#, "", "]", "eight"];
    assert_eq!(restored.values().count(), names.len());
    for name in names {
        let [one, other] = [restored, there].map(|key| key.value(name).found().expect("a value"));
        assert_eq!(one.value_type(), other.value_type(), "{name}");
        assert_eq!(one.data(), other.data(), "{name}");
    }
    assert!(matches!(key("\\good").map(|key| key.value("list").found()), Some(Some(_))));
    assert!(key("\\b]d").is_none());
    assert_eq!(cure.left_out.len(), 6, "{:#?}", cure.left_out);
    assert!(cure.text().lines().all(|line| !line.starts_with("\"Start\"")));
    assert!(!cure.text().contains('\u{202e}'));
}

#[test]
fn a_third_control_set_helps_where_the_last_known_good_one_does_not() {
    let mut spec = samples::cluster_broken();
    let mut third = spec.root.get("ControlSet002").expect("it is there").clone();
    third.name = "ControlSet003".into();
    spec.root = spec.root.clone().subkey(third);
    spec.root.remove(GOOD_PROVIDER).expect("it is there");
    let cure = cure(&case(&spec));
    let restored = cure.changes.iter().find(|it| it.what == ChangeKind::AddKey).expect("the key");
    assert_eq!(restored.from[0].control_set, "ControlSet003");
    assert!(!restored.from[0].last_known_good);
    assert!(restored.why.contains("ControlSet003 (of no role in Select)"), "{}", restored.why);
}

/// A file that was saved from Winsock's key alone, and a registry text of a running node.
#[test]
fn a_part_of_the_registry_has_the_paths_of_the_node_too() {
    let text = "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Winsock]\r\n\r\n\
        [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Winsock\\Parameters]\r\n\
        \"Transports\"=hex(7):54,63,70,69,70,00,00\r\n";
    let case = Case::from_bytes("winsock.reg", text.into()).expect("it is understood");
    let cure = cure(&case);
    let transports = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Winsock\\Parameters]\r\n\
        \"Transports\"=hex(7):54,63,70,69,70,00,43,6c,75,73,6e,65,74,00,00\r\n";
    assert!(cure.reg().contains(transports), "{}", cure.reg());
    assert!(cure.changes[0].from[0].line == Some(6) && cure.changes[0].from[0].record.is_none());
    assert!(cure.notes.iter().any(|note| note.contains("as the file does")), "{:#?}", cure.notes);
}
