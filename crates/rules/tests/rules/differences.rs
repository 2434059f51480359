//! What other control sets have otherwise.

use coldhive_forge::{Fault, KeySpec, ValueSpec, build, samples};
use coldhive_rules::{Difference, Verdict};
use coldhive_system::Selector;

use crate::support::{
    MIGRATION, PARAMETERS, PROVIDER, built_in, choosing, evaluate, faulty, node, q262832, utf16,
    verdicts, zero_signature,
};

const RECONFIGURED: &str = "1998-11-16";
const INSTALLED: &str = "1998-05-04";

fn about<'v>(verdict: &'v Verdict, key: &str, value: Option<&str>) -> Vec<&'v Difference> {
    let differs = |other: &&Difference| other.key == key && other.value.as_deref() == value;
    verdict.differences.iter().filter(differs).collect()
}

#[test]
fn what_the_last_known_good_set_still_has() {
    let verdict = q262832(&samples::cluster_broken());
    assert_eq!(verdict.differences.len(), 2, "{:#?}", verdict.differences);
    let [key] = about(&verdict, PROVIDER, None)[..] else { panic!() };
    assert_eq!((key.here.as_str(), key.there.as_str()), ("absent", "present"));
    assert_eq!(key.here_last_written, None);
    assert!(key.there_last_written.unwrap().to_string().starts_with(INSTALLED));
    assert!(key.last_known_good);
    assert_eq!(key.control_set, "ControlSet002");
    let [list] =
        about(&verdict, "ControlSet001\\Services\\WinSock\\Parameters", Some("Transports"))[..]
    else {
        panic!("{:#?}", verdict.differences)
    };
    assert_eq!(list.here, "REG_MULTI_SZ: Tcpip, NetBIOS");
    assert_eq!(list.there, "REG_MULTI_SZ: Tcpip, NetBIOS, Clusnet");
    assert!(list.here_last_written.unwrap().to_string().starts_with(RECONFIGURED));
    assert!(list.there_last_written.unwrap().to_string().starts_with(INSTALLED));
}

#[test]
fn the_last_known_good_set_comes_first() {
    let spec = node(|root| {
        let mut third = root.get("ControlSet002").unwrap().clone();
        third.name = "ControlSet003".into();
        root.subkeys.push(third);
        root.at("Select").set_value(ValueSpec::dword("LastKnownGood", 3));
        root.remove(PROVIDER);
    });
    let verdict = q262832(&spec);
    let order: Vec<_> = verdict
        .differences
        .iter()
        .map(|other| (other.control_set.as_str(), other.last_known_good))
        .collect();
    assert_eq!(order, [("ControlSet003", true), ("ControlSet002", false)]);
}

#[test]
fn nothing_where_both_are_equal_or_there_is_but_one() {
    assert_eq!(q262832(&samples::cluster_sound()).differences, []);
    let one = node(|root| {
        root.remove("ControlSet002");
        root.remove(PROVIDER);
    });
    assert_eq!(q262832(&one).differences, []);
}

#[test]
fn permissions_that_differ() {
    let spec = node(|root| {
        let key = root.at(PARAMETERS);
        *key = key.clone().sddl("O:BAG:SYD:(A;;KA;;;SY)").unwrap();
    });
    let verdict = q262832(&spec);
    assert_eq!(verdict.differences.len(), 1);
    assert_eq!(verdict.differences[0].here, "O:BAG:SYD:(A;;KA;;;SY)");
    assert!(verdict.differences[0].there.contains("(A;;KR;;;WD)"));
}

/// Two lists that a check tells apart are not equal, whatever they look like.
#[test]
fn lists_that_look_alike_and_differ() {
    for data in [utf16("Tcpip, NetBIOS, Clusnet\0\0"), utf16("Tcpip\0NetBIOS\0Clusnet\0")] {
        let spec = node(|root| {
            root.at(PARAMETERS).set_value(ValueSpec::raw("Transports", 7, data));
        });
        let verdict = q262832(&spec);
        assert_eq!(verdict.differences.len(), 1, "{:#?}", verdict.differences);
        assert_ne!(verdict.differences[0].here, verdict.differences[0].there);
    }
}

#[test]
fn what_damage_hides_here_is_told_too() {
    let verdict = q262832(&faulty(zero_signature(PROVIDER)));
    let [key] = verdict.differences.as_slice() else { panic!("{:#?}", verdict.differences) };
    assert_eq!((key.here.as_str(), key.there.as_str()), ("damaged", "present"));
    let cut = Fault::DataCutShort { key: MIGRATION.into(), value: "Provider List".into() };
    let verdict = q262832(&faulty(cut));
    assert_eq!(verdict.differences.len(), 1);
    assert!(verdict.differences[0].here.starts_with("damaged: "));
}

#[test]
fn the_other_way_round() {
    let rules = built_in();
    let rule = rules.get("Q262832").unwrap();
    let verdict = evaluate(rule, &samples::cluster_broken(), &choosing(Selector::LastKnownGood));
    assert_eq!(verdict.control_set.as_deref(), Some("ControlSet002"));
    assert_eq!(verdict.differences.len(), 2);
    assert!(verdict.differences.iter().all(|other| !other.last_known_good));
    assert_eq!(verdict.differences[0].control_set, "ControlSet001");
}

/// Every control set against every other would be a million comparisons in a hostile hive.
#[test]
fn a_hive_of_many_control_sets_stays_cheap_and_says_what_it_left_out() {
    let spec = node(|root| {
        for number in 3..=120 {
            root.subkeys.push(KeySpec::new(format!("ControlSet{number:03}")));
        }
        root.at("Select").set_value(ValueSpec::dword("LastKnownGood", 99));
    });
    let rules = built_in();
    let file = build(&spec).unwrap();
    let verdict =
        verdicts(rules.get("Q262832").unwrap(), &file, &choosing(Selector::Current)).remove(0);
    let mut compared: Vec<_> =
        verdict.differences.iter().map(|other| other.control_set.as_str()).collect();
    compared.dedup();
    assert_eq!(compared[0], "ControlSet099", "the last known good one is never left out");
    assert!(compared.len() <= 16, "{}", compared.len());
    assert!(
        verdict.notes.iter().any(|note| note.contains("were not compared")),
        "what was left out must be said: {:?}",
        verdict.notes
    );
}
