//! Which control set is chosen, and what is said about the choice.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec};
use coldhive_system::{NoControlSet, Selector};

use crate::support::{hive_of, list_hole, names, node, select, set_select, zero_signature};

fn is_unknown(spec: &HiveSpec, selector: Selector) -> String {
    match select(spec, selector) {
        Err(NoControlSet::Unknown(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn is_none(spec: &HiveSpec, selector: Selector) -> String {
    match select(spec, selector) {
        Err(NoControlSet::None(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_that_choose_a_control_set() {
    for (text, selector) in [
        ("current", Selector::Current),
        ("Default", Selector::Default),
        ("LAST-KNOWN-GOOD", Selector::LastKnownGood),
        ("failed", Selector::Failed),
        ("all", Selector::All),
        ("2", Selector::Number(2)),
        ("002", Selector::Number(2)),
        ("999", Selector::Number(999)),
        ("ControlSet002", Selector::Number(2)),
        ("controlset12", Selector::Number(12)),
    ] {
        assert_eq!(text.parse(), Ok(selector), "{text}");
    }
    for nonsense in [
        "",
        "0",
        "000",
        "1000",
        "-1",
        "+1",
        " 1",
        "newest",
        "ControlSet",
        "ControlSet000",
        "ControlSet+02",
        "ControlSetControlSet002",
        "99999999999999999999",
        "١",
    ] {
        let refused = nonsense.parse::<Selector>().expect_err(nonsense);
        assert_eq!(
            refused.to_string(),
            format!(
                "\"{nonsense}\" names no control set: use current, default, last-known-good, failed, \
                 all or a number from 1 to 999"
            )
        );
    }
}

#[test]
fn select_decides() {
    let spec = node(|root| {
        set_select(root, &[("Current", 1), ("Default", 1), ("LastKnownGood", 2), ("Failed", 0)]);
    });
    for (selector, expected) in [
        (Selector::Current, vec!["ControlSet001"]),
        (Selector::Default, vec!["ControlSet001"]),
        (Selector::LastKnownGood, vec!["ControlSet002"]),
        (Selector::Number(2), vec!["ControlSet002"]),
        (Selector::All, vec!["ControlSet001", "ControlSet002"]),
    ] {
        let selection = select(&spec, selector).unwrap();
        assert_eq!(names(&selection), expected, "{selector:?}");
        assert_eq!(selection.notes, [""; 0], "{selector:?}");
    }
    assert!(is_none(&spec, Selector::Failed).contains("Select\\Failed is 0"));
    assert!(is_unknown(&spec, Selector::Number(7)).contains("the hive has no ControlSet007, only"));
}

#[test]
fn a_default_that_differs_and_a_failed_set_are_noted() {
    let spec = node(|root| set_select(root, &[("Default", 2), ("Failed", 2)]));
    let selection = select(&spec, Selector::Current).unwrap();
    assert_eq!(names(&selection), ["ControlSet001"]);
    let [default, failed] = selection.notes.as_slice() else { panic!("{:?}", selection.notes) };
    assert!(default.contains("Select\\Default is 2") && default.contains("boot ControlSet002"));
    assert!(
        failed.contains("Select\\Failed is 2") && failed.contains("ControlSet002 was given up")
    );
}

#[test]
fn a_default_of_zero_names_no_control_set() {
    let spec = node(|root| set_select(root, &[("Default", 0)]));
    let selection = select(&spec, Selector::Current).unwrap();
    assert_eq!(selection.notes.len(), 1);
    assert!(!selection.notes[0].contains("ControlSet000"), "{:?}", selection.notes);
}

#[test]
fn current_of_zero_is_no_control_set() {
    let spec = node(|root| set_select(root, &[("Current", 0)]));
    let why = is_none(&spec, Selector::Current);
    assert!(why.contains("Select\\Current is 0"), "{why}");
    assert!(why.contains("choose by number"), "{why}");
}

#[test]
fn current_that_cannot_be_read_is_unknown() {
    let absent = node(|root| root.at("Select").values.retain(|value| value.name != "Current"));
    let text = node(|root| {
        root.at("Select").set_value(ValueSpec::sz("Current", "1"));
    });
    let hole =
        node(|_| {}).fault(Fault::ValueListHole { key: "Select".into(), value: "Current".into() });
    for spec in [absent, text, hole] {
        let why = is_unknown(&spec, Selector::Current);
        assert!(why.contains("Select\\Current is"), "{why}");
    }
}

#[test]
fn current_that_names_a_missing_set_is_unknown() {
    let spec = node(|root| set_select(root, &[("Current", 5)]));
    let why = is_unknown(&spec, Selector::Current);
    assert!(why.contains("names ControlSet005, which is not in the hive"), "{why}");
    assert!(why.contains("ControlSet001, ControlSet002"), "{why}");
    let huge = node(|root| set_select(root, &[("Current", u32::MAX)]));
    assert!(is_unknown(&huge, Selector::Current).contains("ControlSet4294967295"));
}

/// Nothing may be said to be missing from a list of which a part can't be read.
#[test]
fn a_damaged_control_set_is_not_said_to_be_missing() {
    for fault in [zero_signature("ControlSet001"), list_hole("ControlSet001")] {
        let spec = node(|_| {}).fault(fault);
        for selector in [Selector::Current, Selector::Number(1)] {
            let why = is_unknown(&spec, selector);
            assert!(!why.contains("which is not in the hive"), "{why}");
            assert!(!why.contains("the hive has no"), "{why}");
        }
        let all = select(&spec, Selector::All).unwrap();
        assert_eq!(names(&all), ["ControlSet002"]);
        assert_eq!(all.notes.len(), 1, "that a set may be hidden must be noted");
    }
}

#[test]
fn without_select_one_control_set_is_used_and_several_are_not() {
    let one = node(|root| {
        root.remove("Select");
        root.remove("ControlSet002");
    });
    let selection = select(&one, Selector::Current).unwrap();
    assert_eq!(names(&selection), ["ControlSet001"]);
    assert!(selection.notes[0].contains("no key Select"));
    // Only `Select` says which was the last known good one, and which failed.
    for selector in [Selector::LastKnownGood, Selector::Failed] {
        let why = is_none(&one, selector);
        assert!(why.contains("no key Select"), "{why}");
    }
    let several = node(|root| {
        root.remove("Select");
    });
    let why = is_unknown(&several, Selector::Current);
    assert!(why.contains("2 control sets and no key Select"), "{why}");
    assert_eq!(names(&select(&several, Selector::All).unwrap()).len(), 2);
    assert_eq!(names(&select(&several, Selector::Number(2)).unwrap()), ["ControlSet002"]);
}

/// With one control set there is nothing to choose, so a damaged `Select` takes nothing away.
#[test]
fn a_damaged_select_over_one_control_set_is_noted() {
    for fault in [zero_signature("Select"), list_hole("Select")] {
        let one = node(|root| {
            root.remove("ControlSet002");
        })
        .fault(fault.clone());
        let selection = select(&one, Selector::Current).unwrap();
        assert_eq!(names(&selection), ["ControlSet001"], "{fault:?}");
        assert_eq!(selection.notes.len(), 1);
        let several = node(|_| {}).fault(fault);
        let why = is_unknown(&several, Selector::Current);
        assert!(why.contains("choose by number"), "{why}");
    }
    // The hidden entry could be another control set.
    let hidden = node(|root| {
        root.remove("ControlSet002");
        root.remove("Select");
    })
    .fault(list_hole("Setup"));
    is_unknown(&hidden, Selector::Current);
}

#[test]
fn a_damaged_root_proves_nothing_missing() {
    let list = node(|_| {}).fault(Fault::ListSignature { key: String::new() });
    for selector in [Selector::Current, Selector::All, Selector::Number(1)] {
        is_unknown(&list, selector);
        is_unknown(&node(|_| {}).fault(Fault::RootUnreadable), selector);
    }
}

#[test]
fn hives_that_are_no_systems() {
    let software = hive_of(&["Microsoft\\Rpc", "Classes"]);
    assert!(is_none(&software, Selector::Current).contains("no SYSTEM hive"));
    assert!(is_none(&hive_of(&[]), Selector::All).contains("no SYSTEM hive"));
}

#[test]
fn only_three_digits_make_a_control_set() {
    let spec = hive_of(&[
        "ControlSet001",
        "CONTROLSET002",
        "ControlSet1",
        "ControlSet0003",
        "ControlSetABC",
        "CurrentControlSet",
        "Clone",
        "ControlSeté01",
    ]);
    let all = select(&spec, Selector::All).unwrap();
    // A key of that name is a control set of its own; in a hive of Windows' own there is none.
    assert_eq!(names(&all), ["ControlSet001", "CONTROLSET002", "CurrentControlSet"]);
    let second = select(&spec, Selector::Number(2)).unwrap();
    assert_eq!(names(&second), ["CONTROLSET002"], "the name as it is stored");
}

/// Two entries that lead to one control set are one control set, not two.
#[test]
fn a_control_set_listed_twice_is_chosen_once() {
    let spec = node(|_| {})
        .fault(Fault::Cycle { key: "ControlSet002".into(), to: "ControlSet001".into() });
    assert_eq!(names(&select(&spec, Selector::All).unwrap()), ["ControlSet001"]);
}

/// A list with more entries than the key counts was read to its end: nothing is hidden.
#[test]
fn more_keys_than_counted_hide_nothing() {
    let spec = hive_of(&["ControlSet001", "Setup"]);
    let mut file = coldhive_forge::build(&spec).unwrap();
    let root =
        0x1000 + usize::try_from(u32::from_le_bytes(file[36..40].try_into().unwrap())).unwrap() + 4;
    assert_eq!(file[root..root + 2], *b"nk");
    assert_eq!(file[root + 20], 2, "the count of subkeys");
    file[root + 20] = 1;
    let system = coldhive_system::System::new(coldhive_hive::Hive::parse(&file).unwrap());
    let all = system.select(Selector::All).unwrap();
    assert_eq!((names(&all), all.notes.len()), (vec!["ControlSet001"], 0));
    let why = system.select(Selector::Number(9)).unwrap_err().to_string();
    assert!(why.starts_with("the hive has no ControlSet009"), "{why}");
}

#[test]
fn select_as_it_is_stored() {
    let spec = node(|root: &mut KeySpec| set_select(root, &[("Current", 3)]));
    crate::support::with_system(&spec, |system| {
        let select = system.select_key().found().unwrap();
        assert_eq!(select.current.as_ok(), Some(&3));
        assert_eq!(select.last_known_good.as_ok(), Some(&2));
    });
}
