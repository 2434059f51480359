//! Sources that don't tell everything: exported texts.

use coldhive::{Case, DiffKind, DiffOptions};
use coldhive_forge::{KeySpec, ValueSpec};

use crate::support::{case, compare_cases, hive, root};

fn text(body: &str) -> Case {
    let text = format!("Windows Registry Editor Version 5.00\r\n\r\n{body}");
    Case::from_bytes("export.reg", text.into_bytes()).unwrap()
}

const EXPORT: &str = "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Key]\r\n\"Start\"=dword:00000002\r\n\r\n";

fn whole() -> Case {
    let mut tree = root();
    tree.at("Select").set_value(ValueSpec::dword("Current", 1));
    tree.at(r"ControlSet001\Services\Key")
        .set_value(ValueSpec::dword("Start", 4))
        .set_value(ValueSpec::dword("Type", 1));
    tree.at(r"ControlSet001\Services\Key").class = Some("a class".into());
    tree.at(r"ControlSet001\Services\Other").subkeys.push(KeySpec::new("Below"));
    tree.at(r"ControlSet001\Services").set_value(ValueSpec::dword("n", 1));
    case(&hive(tree))
}

#[test]
fn neither_times_nor_security_of_a_text_are_compared() {
    let (whole, text) = (whole(), text(EXPORT));
    let mut under = DiffOptions::default().under(r"ControlSet001\Services\Key");
    under.times = true;
    let diff = whole.diff(&text, &under).unwrap();
    assert_eq!(
        diff.not_compared(),
        [
            "export.reg holds no last-written times, security descriptors, class names or flags of keys: they are not compared"
        ]
    );
    let found = compare_cases(&whole, &text, &under);
    let key = found.key();
    let values: Vec<_> = key.values.iter().map(|value| (&*value.name, value.difference)).collect();
    assert_eq!(values, [("Start", DiffKind::Changed), ("Type", DiffKind::Removed)]);
    assert_eq!((key.security.is_none(), found.totals.times_only), (true, 0));
    assert_eq!(key.changes, []);
    let side = key.to.as_ref().unwrap();
    assert_eq!((side.node.is_none(), side.last_written, side.line), (true, None, Some(3)));
    assert_eq!(key.values[0].to.as_ref().unwrap().line, Some(4));
    assert_eq!(found.differs, Some(true));
}

#[test]
fn what_a_text_does_not_hold_is_not_told() {
    let (whole, text) = (
        whole(),
        text(
            &EXPORT.replace("00000002", "00000004").replace("\r\n\r\n", "\r\n\"Type\"=dword:1\r\n"),
        ),
    );
    let found = compare_cases(&whole, &text, &DiffOptions::default());
    assert_eq!(found.keys, []);
    // Select, Other, and the value of Services.
    assert_eq!((found.totals.not_held, found.differs), (3, None));
    let found = compare_cases(&text, &whole, &DiffOptions::default());
    assert_eq!((found.keys.len(), found.totals.not_held), (0, 3));
    // What it holds is equal.
    let under = DiffOptions::default().under(r"HKLM\SYSTEM\ControlSet001\Services\Key");
    let found = compare_cases(&whole, &text, &under);
    assert_eq!((found.totals.not_held, found.differs), (0, Some(false)));
}

#[test]
fn layers_are_named_as_what_they_are() {
    let layered = case(&coldhive_forge::samples::layered());
    let other = case(&coldhive_forge::samples::layered());
    let diff = layered.diff(&other, &DiffOptions::default()).unwrap();
    let notes = diff.not_compared();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("what stands in the hive below it is not seen"));
    assert_eq!(diff.differences().count(), 0);
}
