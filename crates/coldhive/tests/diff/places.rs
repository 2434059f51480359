//! Which places are compared: control sets, paths as people write them, keys that one side lacks.

use coldhive::system::Selector;
use coldhive::{DiffError, DiffKind, DiffOptions};
use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, samples};

use crate::support::{case, compare_cases, hive, root};

const SERVICE: &str = r"Services\WinSock\Setup Migration\Providers\Clusnet";

fn last_known_good() -> DiffOptions {
    DiffOptions::control_sets(Selector::LastKnownGood, Selector::Current)
}

#[test]
fn paths_are_taken_as_people_write_them() {
    let broken = case(&samples::cluster_broken());
    for under in [
        SERVICE,
        r"services\winsock\setup migration\providers\clusnet",
        r"\Services\Winsock\Setup Migration\Providers\Clusnet\",
        r"CurrentControlSet\Services\Winsock\Setup Migration\Providers\Clusnet",
        r"HKLM\SYSTEM\CurrentControlSet\Services\Winsock\Setup Migration\Providers\Clusnet",
        r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\Winsock\Setup Migration\Providers\Clusnet",
        r"ControlSet002\Services\Winsock\Setup Migration\Providers\Clusnet",
        r"\Registry\Machine\System\ControlSet002\Services\Winsock\Setup Migration\Providers\Clusnet",
    ] {
        let found = compare_cases(&broken, &broken, &last_known_good().under(under));
        assert_eq!(found.kinds(), [(SERVICE, DiffKind::Removed)], "{under}");
        let problem = found.key().problem.as_deref().unwrap();
        assert!(problem.starts_with("to: "), "{problem}");
        assert!(problem.to_lowercase().contains("has no subkey clusnet"), "{problem}");
    }
}

#[test]
fn what_is_compared_is_told() {
    let broken = case(&samples::cluster_broken());
    let diff = broken.diff(&broken, &last_known_good().under("Services")).unwrap();
    let (from, to) = (diff.from(), diff.to());
    assert_eq!(
        (from.control_set.as_deref(), &*from.roles),
        (Some("ControlSet002"), &["last known good"][..])
    );
    assert_eq!((&*from.key, &*to.key), (r"ControlSet002\Services", r"ControlSet001\Services"));
    assert_eq!(to.roles, ["current", "default"]);
    assert_eq!((diff.under(), diff.nothing_to_compare()), ("Services", None));
}

#[test]
fn one_control_set_on_both_sides_is_nothing_to_compare() {
    let sound = case(&samples::cluster_sound());
    for (from, to) in
        [(Selector::Current, Selector::Default), (Selector::Number(1), Selector::Current)]
    {
        let diff = sound.diff(&sound, &DiffOptions::control_sets(from, to)).unwrap();
        let nothing = diff.nothing_to_compare();
        assert_eq!(nothing.as_deref(), Some("nothing to compare: ControlSet001 is both"));
        assert_eq!(diff.differences().count(), 0);
        assert_eq!(diff.differences().differs(), Some(false));
    }
    // Two files are two, whatever they hold.
    let other = case(&samples::cluster_sound());
    let diff = sound.diff(&other, &DiffOptions::default()).unwrap();
    assert_eq!(diff.nothing_to_compare(), None);
    assert_eq!(diff.differences().count(), 0);
}

#[test]
fn whole_hives_are_compared_from_the_root_and_below_any_key() {
    let (sound, broken) = (case(&samples::cluster_sound()), case(&samples::cluster_broken()));
    let whole = compare_cases(&sound, &broken, &DiffOptions::default());
    let clusnet = format!(r"ControlSet001\{SERVICE}");
    assert!(whole.kinds().contains(&(&*clusnet, DiffKind::Removed)), "{:?}", whole.kinds());
    let under = DiffOptions::default()
        .under(r"HKLM\SYSTEM\CurrentControlSet\Services\Winsock\Setup Migration");
    assert_eq!(compare_cases(&sound, &broken, &under).kinds(), [(&*clusnet, DiffKind::Removed)]);
    let select = compare_cases(&sound, &broken, &DiffOptions::default().under("select"));
    assert_eq!((select.totals.compared, select.differs), (1, Some(false)));
    // One chosen control set: the other hive's current one stands against it.
    let mut options = DiffOptions::default().under(SERVICE);
    options.from = Some(Selector::Number(2));
    assert_eq!(compare_cases(&sound, &broken, &options).kinds(), [(SERVICE, DiffKind::Removed)]);
}

#[test]
fn questions_without_an_answer_say_why() {
    let sound = case(&samples::cluster_sound());
    let error = |options: &DiffOptions| sound.diff(&sound, options).unwrap_err();
    assert!(matches!(error(&last_known_good().under("Nowhere")), DiffError::Neither { .. }));
    let other = error(&last_known_good().under(r"ControlSet003\Services"));
    assert!(matches!(other, DiffError::OtherControlSet { .. }), "{other}");
    let select = error(&last_known_good().under(r"HKLM\SYSTEM\Select"));
    assert!(matches!(select, DiffError::NotInControlSet { .. }), "{select}");
    let failed = DiffOptions::control_sets(Selector::Failed, Selector::Current);
    assert!(matches!(error(&failed), DiffError::NoControlSet { .. }));
    let all = DiffOptions::control_sets(Selector::All, Selector::Current);
    assert_eq!(error(&all), DiffError::AllControlSets);
    let services = part(r"ControlSet001\Services");
    let roots = sound.diff(&services, &DiffOptions::default()).unwrap_err();
    assert!(matches!(roots, DiffError::OtherRoots { .. }), "{roots}");
}

/// The sample, saved from one of its keys.
fn part(path: &str) -> coldhive::Case {
    let mut root = samples::cluster_sound().root.remove(path).unwrap();
    root.name = "Exported".into();
    case(&HiveSpec::new(coldhive_forge::Version::V1_3, root))
}

#[test]
fn a_part_is_compared_with_the_same_part_of_a_whole_hive() {
    let (services, broken) = (part(r"ControlSet001\Services"), case(&samples::cluster_broken()));
    let options = DiffOptions::control_sets(Selector::Current, Selector::Current);
    let found = compare_cases(&services, &broken, &options.clone().under(r"Services\Winsock"));
    assert!(found.kinds().contains(&(SERVICE, DiffKind::Removed)), "{:?}", found.kinds());
    // What the part doesn't hold is neither there nor missing.
    let found = compare_cases(&services, &broken, &options.under(r"Control\ProductOptions"));
    assert_eq!(found.kinds(), [(r"Control\ProductOptions", DiffKind::PossiblyAdded)]);
    assert_eq!(found.differs, None);
    // Two parts of a kind are compared from root to root, whatever their control sets are called.
    let found = compare_cases(&services, &part(r"ControlSet002\Services"), &DiffOptions::default());
    assert_eq!((found.keys.len(), found.differs), (0, Some(false)));
}

#[test]
fn a_damaged_key_to_begin_with_is_uncertain() {
    let tree = root().subkey(KeySpec::new("Key").value(ValueSpec::dword("n", 1)));
    let whole = case(&hive(tree.clone()));
    let under = DiffOptions::default().under("Key");
    let broken = case(&hive(tree.clone()).fault(Fault::ZeroSignature { key: "Key".into() }));
    let found = compare_cases(&whole, &broken, &under);
    assert_eq!(found.kinds(), [("Key", DiffKind::Uncertain)]);
    assert!(found.key().problem.as_deref().unwrap().contains("damaged, not missing"));
    assert!(matches!(broken.diff(&broken, &under), Err(DiffError::Unknown { .. })));
    let hidden = case(&hive(tree).fault(Fault::RootUnreadable));
    assert_eq!(compare_cases(&whole, &hidden, &under).differs, None);
}
