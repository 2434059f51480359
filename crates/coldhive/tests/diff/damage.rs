//! Each kind of damage: what can't be read is never called added, removed or equal.

use coldhive::DiffKind;
use coldhive_forge::{Fault, KeySpec, ValueSpec};

use crate::support::{Found, against_broken, compare, hive, root};

/// Two keys with a value each, and a list of them to break.
fn tree() -> KeySpec {
    let key =
        |name: &str| KeySpec::new(name).value(ValueSpec::sz("v", "some text that takes a cell"));
    root().subkey(KeySpec::new("Keys").subkey(key("Alpha")).subkey(key("Beta")))
}

fn broken(faults: &[Fault]) -> Found {
    against_broken(tree(), tree(), faults)
}

#[track_caller]
fn assert_untold(found: &Found) {
    assert_eq!(found.differs, None, "{:#?}", found.keys);
    let totals = &found.totals;
    assert_eq!((totals.keys.added, totals.keys.removed, totals.keys.changed), (0, 0, 0));
    assert!(found.keys.iter().all(|key| key.difference.is_uncertain()), "{:#?}", found.kinds());
}

#[test]
fn a_damaged_node_is_a_damaged_key() {
    for fault in [
        Fault::ZeroSignature { key: r"Keys\Beta".into() },
        Fault::FreedNode { key: r"Keys\Beta".into() },
        Fault::ListHole { key: r"Keys\Beta".into() },
    ] {
        let found = broken(std::slice::from_ref(&fault));
        assert_untold(&found);
        assert_eq!(
            found.kinds(),
            [("Keys", DiffKind::Uncertain), (r"Keys\Beta", DiffKind::Uncertain)],
            "{fault:?}"
        );
        let beta = &found.keys[1];
        assert!(beta.from.is_some() && beta.to.is_none());
        assert!(beta.hidden_by.is_some());
        let problem = beta.problem.as_deref().unwrap();
        assert!(problem.starts_with("the other side lists this key too, but"), "{problem}");
        assert_eq!(beta.values[0].difference, DiffKind::Uncertain);
        assert_eq!((found.totals.unread, found.totals.values.uncertain), (1, 1));
    }
}

#[test]
fn a_key_that_is_not_in_a_list_with_a_hole_is_possibly_gone() {
    let mut to = tree();
    to.at("Keys").subkeys.remove(0);
    let found = against_broken(tree(), to, &[Fault::ListHole { key: r"Keys\Beta".into() }]);
    assert_untold(&found);
    let alpha = &found.keys[1];
    assert_eq!((&*alpha.path, alpha.difference), (r"Keys\Alpha", DiffKind::PossiblyRemoved));
    let problem = alpha.problem.as_deref().unwrap();
    assert!(
        problem.starts_with("damage hides whether the other side has this key too"),
        "{problem}"
    );
    // What was found on both sides is compared all the same.
    let mut changed = tree();
    changed.at("Keys").set_value(ValueSpec::dword("n", 1));
    let found = against_broken(tree(), changed, &[Fault::ListHole { key: r"Keys\Beta".into() }]);
    assert_eq!(found.differs, Some(true));
    assert_eq!(found.keys[0].difference, DiffKind::Changed);
    assert_eq!(found.totals.keys.uncertain, 1);
}

#[test]
fn an_unreadable_list_hides_all_of_it() {
    for fault in [
        Fault::ListSignature { key: "Keys".into() },
        Fault::FreedList { key: "Keys".into() },
        Fault::SubkeyCount { key: "Keys".into(), count: 5 },
        Fault::ListCount { key: "Keys".into(), count: 600 },
    ] {
        let found = broken(std::slice::from_ref(&fault));
        assert_untold(&found);
        assert_eq!(found.keys[0].path, "Keys", "{fault:?}");
        let side = found.keys[0].to.as_ref().unwrap();
        assert_eq!(side.damage.len(), 1, "{fault:?}");
        assert!(found.keys[1..].iter().all(|key| key.difference == DiffKind::PossiblyRemoved));
    }
    // The same damage on both sides makes them no more equal.
    let fault = Fault::ListSignature { key: "Keys".into() };
    let both = hive(tree()).fault(fault);
    assert_untold(&compare(&both, &both));
}

#[test]
fn damage_that_hides_nothing_makes_nothing_uncertain() {
    for fault in [
        Fault::UnsortedList { key: "Keys".into() },
        Fault::WrongHint { key: r"Keys\Beta".into() },
        Fault::SubkeyCount { key: "Keys".into(), count: 1 },
        Fault::WrongParent { key: r"Keys\Beta".into() },
    ] {
        let found = broken(std::slice::from_ref(&fault));
        assert_eq!(found.keys, [], "{fault:?}");
        assert_eq!(found.differs, Some(false), "{fault:?}");
    }
}

#[test]
fn an_entry_that_was_made_for_another_name_damages_that_key() {
    // The hash of Beta leads to Alpha's node.
    let fault = Fault::Cycle { key: r"Keys\Beta".into(), to: r"Keys\Alpha".into() };
    let found = broken(&[fault]);
    assert_eq!(found.differs, None, "{:#?}", found.keys);
    let beta = found.keys.iter().find(|key| key.path == r"Keys\Beta").unwrap();
    assert_eq!(beta.difference, DiffKind::Uncertain);
}

#[test]
fn a_second_key_of_a_name_is_one_more() {
    let found = broken(&[Fault::DuplicateKey { key: r"Keys\Beta".into() }]);
    assert_eq!(found.kinds(), [(r"Keys\Beta", DiffKind::Added)]);
}

#[test]
fn unreadable_values_are_uncertain() {
    let beta = || r"Keys\Beta".to_owned();
    for (fault, kind) in [
        (Fault::ValueSignature { key: beta(), value: "v".into() }, DiffKind::Uncertain),
        (Fault::FreedValue { key: beta(), value: "v".into() }, DiffKind::PossiblyRemoved),
        (Fault::ValueListHole { key: beta(), value: "v".into() }, DiffKind::PossiblyRemoved),
        (Fault::FreedValueList { key: beta() }, DiffKind::PossiblyRemoved),
    ] {
        let found = broken(std::slice::from_ref(&fault));
        assert_untold(&found);
        let value = &found.key().values[0];
        assert_eq!(value.difference, kind, "{fault:?}");
        assert!(value.problem.is_some() && value.hidden_by.is_some());
        assert_eq!(found.totals.values.uncertain, 1);
    }
}

#[test]
fn unreadable_data_can_not_be_compared() {
    for fault in [
        Fault::DataCutShort { key: r"Keys\Beta".into(), value: "v".into() },
        Fault::FreedData { key: r"Keys\Beta".into(), value: "v".into() },
    ] {
        let found = broken(std::slice::from_ref(&fault));
        assert_untold(&found);
        let value = &found.key().values[0];
        assert_eq!(value.problem.as_deref(), Some("the data can't be read whole (to)"));
        assert!(value.to.as_ref().unwrap().damage.is_some());
        assert_eq!(value.data, None);
    }
    // What is left of it is other data.
    let mut other = tree();
    other.at(r"Keys\Beta").set_value(ValueSpec::sz("v", "other text, and that takes a cell"));
    let cut = Fault::DataCutShort { key: r"Keys\Beta".into(), value: "v".into() };
    let found = against_broken(tree(), other.clone(), std::slice::from_ref(&cut));
    assert_eq!((found.differs, found.key().difference), (Some(true), DiffKind::Changed));
    // Nothing is left of it.
    let freed = Fault::FreedData { key: r"Keys\Beta".into(), value: "v".into() };
    assert_untold(&against_broken(tree(), other, &[freed]));
}

#[test]
fn unreadable_security_is_uncertain_and_none_is_a_difference() {
    let own = || {
        let mut tree = tree();
        let beta = tree.at(r"Keys\Beta");
        *beta = beta.clone().sddl("O:SYG:SYD:(A;;KA;;;SY)").unwrap();
        tree
    };
    let freed = Fault::FreedSecurity { key: r"Keys\Beta".into() };
    let found = against_broken(own(), own(), &[freed]);
    assert_untold(&found);
    let security = found.key().security.as_ref().unwrap();
    assert!(security.from.is_some() && security.to.is_none() && security.change.is_none());
    let problem = security.problem.as_deref().unwrap();
    assert!(problem.starts_with("to: the security record can't be read: "), "{problem}");

    let none = Fault::NoSecurity { key: r"Keys\Beta".into() };
    let found = against_broken(own(), own(), &[none]);
    assert_eq!((found.differs, found.key().difference), (Some(true), DiffKind::Changed));
    assert_eq!(found.security[0].to, None);
}

#[test]
fn unreadable_names_are_unread_entries() {
    let found = broken(&[Fault::OddNameLength { key: r"Keys\Beta".into() }]);
    assert_untold(&found);
    assert_eq!(found.totals.unread, 1);
}
