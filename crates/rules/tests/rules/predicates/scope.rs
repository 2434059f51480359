//! Rules for the hive as a whole, and rules that are not wanted.

use coldhive_rules::{Context, Outcome, Rule, RuleSet, Truth};
use coldhive_system::Selector;

use crate::support::{node, verdicts};

const HEAD: &str = "schema: coldhive/1\nid: whole\ntitle: t\nlevel: low\nscope: hive\n";

#[test]
fn once_for_the_hive() {
    let text = format!(
        "{HEAD}checks:\n  - {{ id: a, title: t, expect: {{ value: {{ path: Select, name: Current, range: {{ from: 1, to: 999 }} }} }} }}\n  \
         - {{ id: b, title: t, expect: {{ for_each: {{ subkeys_of: Setup, as: key, expect: {{ key: {{ path: 'Setup\\{{key}}', intact: true }} }} }} }} }}\n"
    );
    let rule = Rule::load("r", &text).unwrap();
    let file = coldhive_forge::build(&node(|_| {})).unwrap();
    for selector in [Selector::Current, Selector::All, Selector::Failed, Selector::Number(77)] {
        let verdicts = verdicts(&rule, &file, &Context { selector, ..Context::default() });
        assert_eq!(verdicts.len(), 1);
        assert_eq!(verdicts[0].outcome, Outcome::Pass);
        assert_eq!(verdicts[0].control_set, None);
        assert!(verdicts[0].differences.is_empty());
    }
    // It needs no control set at all.
    let bare = coldhive_forge::HiveSpec::new(
        coldhive_forge::Version::V1_3,
        coldhive_forge::KeySpec::new(""),
    );
    let file = coldhive_forge::build(&bare).unwrap();
    let verdict = verdicts(&rule, &file, &Context::default()).remove(0);
    assert_eq!(verdict.outcome, Outcome::Fail);
    let results: Vec<_> = verdict.checks.iter().map(|check| check.result).collect();
    assert_eq!(results, [Truth::False, Truth::NotApplicable]);
}

#[test]
fn what_it_must_not_ask() {
    for predicate in [
        "key: { path: '{ccs}\\Services', exists: true }",
        "key: { path: '{v}', exists: true }",
        "value: { path: Select, name: '{ccs}', exists: true }",
        "value: { path: Select, name: a, equals: '{w}' }",
        "product: { family: nt4 }",
        "service: { name: a, present: true }",
        "same: { path: Select, as: last-known-good }",
    ] {
        let text = format!(
            "{HEAD}vars: {{ v: '{{w}}\\x', w: '{{ccs}}' }}\nchecks:\n  - {{ id: a, title: t, expect: {{ {predicate} }} }}\n"
        );
        let error = Rule::load("r", &text).unwrap_err().to_string();
        assert!(error.contains("CH030"), "{predicate}: {error}");
    }
    let baseline = "same: { path: Select, as: baseline }";
    let text = format!("{HEAD}checks:\n  - {{ id: a, title: t, expect: {{ {baseline} }} }}\n");
    assert!(Rule::load("r", &text).is_ok());
}

#[test]
fn rules_that_are_not_wanted() {
    let rules = RuleSet::built_in().unwrap();
    let file = coldhive_forge::build(&node(|_| {})).unwrap();
    let deselected = ["q262832".to_owned()].into();
    let context = Context { deselected, selector: Selector::All, ..Context::default() };
    let verdicts = verdicts(rules.get("Q262832").unwrap(), &file, &context);
    assert_eq!(verdicts.len(), 1);
    assert_eq!(verdicts[0].outcome, Outcome::NotSelected);
    assert!(verdicts[0].checks.is_empty() && verdicts[0].next_steps.is_empty());
    assert_eq!(serde_json::to_value(&verdicts[0]).unwrap()["outcome"], "notselected");
}

#[test]
fn loops_are_checked_when_a_rule_is_loaded() {
    for (predicate, code) in [
        ("for_each: { as: it, expect: { text: { of: a, matches: a } } }", "CH029"),
        (
            "for_each: { as: it, subkeys_of: a, entries_of: { path: a, name: b }, expect: { text: { of: a, matches: a } } }",
            "CH029",
        ),
        ("for_each: { as: ccs, subkeys_of: a, expect: { text: { of: a, matches: a } } }", "CH029"),
        (
            "for_each: { as: 'a b', subkeys_of: a, expect: { text: { of: a, matches: a } } }",
            "CH029",
        ),
        (
            "for_each: { as: it, subkeys_of: a, expect: { for_each: { as: it, subkeys_of: a, expect: { text: { of: a, matches: a } } } } }",
            "CH029",
        ),
        (
            "for_each: { as: it, subkeys_of: '{it}', expect: { text: { of: a, matches: a } } }",
            "CH004",
        ),
        (
            "all: [{ for_each: { as: it, subkeys_of: a, expect: { text: { of: '{it}', matches: a } } } }, { text: { of: '{it}', matches: a } }]",
            "CH004",
        ),
        (
            "for_each: { as: it, subkeys_of: a, expect: { text: { of: '{it.parent}', matches: a } } }",
            "CH004",
        ),
        ("at_least: { n: 0, of: [{ text: { of: a, matches: a } }] }", "CH024"),
        ("at_least: { n: 2, of: [{ text: { of: a, matches: a } }] }", "CH024"),
        ("at_least: { n: 1, of: [] }", "CH007"),
        ("if: { text: { of: a, matches: a } }", "CH016"),
        (
            "if: { text: { of: a, matches: a } }, then: { text: { of: a, matches: a } }, else: { text: { of: a, matches: a } }",
            "CH014",
        ),
        ("text: { of: a }", "CH008"),
        ("text: { of: a, matches: '(' }", "CH026"),
        ("same: { path: Setup, as: last-known-good }", "CH008"),
        ("key: { path: a, newer_than: yesterday }", "CH018"),
        ("value: { path: a, name: b, split: ',' }", "CH008"),
        ("value: { path: a, name: b, equals: { hex: 0 } }", "CH018"),
        ("value: { path: a, name: b, equals: true }", "CH017"),
        ("value: { path: a, name: '{nobody}', exists: true }", "CH004"),
        ("key: { path: a, subkeys: {} }", "CH008"),
        ("key: { path: a, subkeys: { count: {} } }", "CH008"),
        ("key: { path: a, subkeys: { names: {} } }", "CH008"),
        ("value: { path: a, name: b, length: {} }", "CH008"),
        ("value: { path: a, name: b, mask: { bits: 1 } }", "CH008"),
        ("value: { path: a, name: b, index: { entry: c } }", "CH008"),
        ("product: { service_pack: {} }", "CH008"),
    ] {
        let text = format!(
            "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nchecks:\n  - {{ id: a, title: t, expect: {{ {predicate} }} }}\n"
        );
        let error = Rule::load("r", &text).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(code) && !error.contains('\n'), "{predicate}: {error}");
    }
}
