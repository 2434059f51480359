//! Combinators, over predicates whose values are known.

use coldhive_rules::Truth::{False, NotApplicable, True, Unknown};

use super::table;
use crate::support::{check, choosing, evaluate, list_hole, node, rule};

const T: &str = "{ key: { path: Select, exists: true } }";
const F: &str = "{ key: { path: Select, exists: false } }";
const U: &str = "{ key: { path: 'Setup\\x', exists: true } }";
const N: &str = "{ access: { path: Missing, present: true } }";

#[test]
fn each_combinator() {
    let mut spec = node(|root| {
        root.at("Setup\\y");
    });
    spec = spec.fault(list_hole("Setup\\y"));
    for (predicate, expected) in [
        (format!("all_or_none: [{T}, {T}]"), True),
        (format!("all_or_none: [{F}, {F}, {N}]"), True),
        (format!("all_or_none: [{T}, {F}, {U}]"), False),
        (format!("all_or_none: [{T}, {U}]"), Unknown),
        (format!("all_or_none: [{N}]"), NotApplicable),
        (format!("at_least: {{ n: 2, of: [{T}, {T}, {U}] }}"), True),
        (format!("at_least: {{ n: 2, of: [{T}, {F}, {U}] }}"), Unknown),
        (format!("at_least: {{ n: 2, of: [{F}, {F}, {U}] }}"), False),
        (format!("at_least: {{ n: 1, of: [{N}] }}"), NotApplicable),
        (format!("if: {T}, then: {T}"), True),
        (format!("if: {T}, then: {F}"), False),
        (format!("if: {F}, then: {F}"), True),
        (format!("if: {U}, then: {T}"), True),
        (format!("if: {U}, then: {F}"), Unknown),
        (format!("if: {T}, then: {N}"), NotApplicable),
        (format!("if: {N}, then: {F}"), NotApplicable),
        (format!("then: {F}, if: {T}"), False),
        (format!("not: {{ all_or_none: [{T}, {F}] }}"), True),
    ] {
        table(&spec, &[(&predicate, expected)]);
    }
}

#[test]
fn the_words_for_them() {
    let told = |predicate: String| {
        let verdict = evaluate(
            &rule(&[&predicate]),
            &node(|_| {}),
            &choosing(coldhive_system::Selector::Number(1)),
        );
        let check = check(&verdict, "c0");
        (check.expected.clone(), check.found.clone())
    };
    let (expected, found) = told(format!("if: {T}, then: {F}"));
    assert_eq!(expected, "if the key Select exists, then the key Select does not exist");
    assert_eq!(found, "the key Select exists");
    let (expected, _) = told(format!("at_least: {{ n: 1, of: [{T}, {F}] }}"));
    assert_eq!(expected, "at least 1 of: the key Select exists; the key Select does not exist");
    let (expected, found) =
        told("all_or_none: [{ key: { path: Select, exists: true } }, { key: { path: None, exists: true } }]".into());
    assert_eq!(expected, "all or none of: the key Select exists; the key None exists");
    assert_eq!(found, "the key Select exists; the root key has no subkey None");
    // Where the premise doesn't hold, that is the whole reason.
    let (_, found) = told(format!("if: {F}, then: {{ key: {{ path: None, exists: true }} }}"));
    assert_eq!(found, "the key Select exists");
}
