//! The sentences that people read: they say what decided, and are true.

use coldhive_forge::samples;
use coldhive_rules::{Context, Truth};

use crate::support::{MIGRATION, check, evaluate, node, q262832, rule};

fn found(predicate: &str) -> (Truth, String) {
    let verdict = evaluate(&rule(&[predicate]), &samples::cluster_sound(), &Context::default());
    let check = check(&verdict, "c0");
    (check.result, check.found.clone())
}

const YES: &str = "{ key: { path: '{winsock}\\Parameters', exists: true } }";
const ALSO: &str = "{ key: { path: '{winsock}\\Linkage', exists: true } }";
const NO: &str = "{ key: { path: '{winsock}\\Nowhere', exists: true } }";

#[test]
fn of_a_combination_that_which_decided() {
    for (predicate, truth, says, says_not) in [
        (format!("all: [{YES}, {NO}]"), Truth::False, "Nowhere", "Parameters"),
        (format!("any: [{YES}, {NO}]"), Truth::True, "Parameters", "Nowhere"),
        (format!("none: [{YES}, {NO}]"), Truth::False, "Parameters", "Nowhere"),
        (format!("one: [{YES}, {NO}]"), Truth::True, "Parameters", "Nowhere"),
        (format!("one: [{YES}, {ALSO}, {NO}]"), Truth::False, "Parameters", "Nowhere"),
        (format!("not: {YES}"), Truth::False, "Parameters", "Nowhere"),
    ] {
        let (found_truth, found) = found(&predicate);
        assert_eq!(found_truth, truth, "{predicate}");
        assert!(found.contains(says) && !found.contains(says_not), "{predicate}: {found}");
    }
}

#[test]
fn what_is_expected_shows_how_it_is_grouped() {
    let predicate = format!("all: [{YES}, {{ any: [{ALSO}, {NO}] }}]");
    let verdict = evaluate(&rule(&[&predicate]), &samples::cluster_sound(), &Context::default());
    let expected = &check(&verdict, "c0").expected;
    assert!(expected.contains("(the key"), "{expected}");
}

/// Of a path whose upper part is missing, the missing part is named, not only what was to be below it.
#[test]
fn the_part_of_a_path_that_is_missing() {
    let verdict = q262832(&node(|root| {
        root.remove(MIGRATION);
    }));
    let found = &check(&verdict, "provider-key").found;
    assert_eq!(
        found,
        "ControlSet001\\Services\\WinSock has no subkey Setup Migration, \
         and so no Setup Migration\\Providers\\Clusnet"
    );
}

/// Advice must not say of the parent what nobody looked at.
#[test]
fn the_remedy_for_permissions_does_not_rest_on_the_parent() {
    let verdict = q262832(&samples::cluster_sound());
    for check in verdict.checks.iter().filter(|check| check.id.ends_with("-access")) {
        let remedy = check.remedy.as_deref().unwrap();
        assert!(!remedy.contains("as its parent has"), "{remedy}");
    }
}
