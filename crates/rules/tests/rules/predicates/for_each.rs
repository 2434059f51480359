//! Loops over subkeys and entries.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec};
use coldhive_rules::Truth::{self, False, NotApplicable, True, Unknown};
use coldhive_system::Selector;

use super::{KEY, node, table, with};
use crate::support::{check, choosing, evaluate, rule, utf16};

/// A key with the subkeys a, b and c, of which a and b have the value `x`.
fn sample() -> HiveSpec {
    with(|key| {
        for name in ["a", "b"] {
            key.at(name).set_value(ValueSpec::dword("x", 1));
        }
        key.at("c");
        key.set_value(ValueSpec::multi_sz("list", &["\\Device\\a", "\\Device\\b", "\\Other\\d"]));
        key.set_value(ValueSpec::sz("text", "a, b"));
    })
}

fn over(quantifier: &str, rest: &str) -> String {
    format!("for_each: {{ as: it, quantifier: {quantifier}, {rest} }}")
}

fn subkeys(quantifier: &str, expect: &str) -> String {
    over(quantifier, &format!("subkeys_of: '{{ccs}}\\Test', expect: {{ {expect} }}"))
}

const HAS_X: &str = "value: { path: '{it.path}', name: x, exists: true }";
const HAS_Y: &str = "value: { path: '{ccs}\\Test\\{it}', name: y, exists: true }";

#[track_caller]
fn quantified(spec: &HiveSpec, test: impl Fn(&str) -> String, expected: [Truth; 3]) {
    for (quantifier, expected) in ["all", "any", "none"].into_iter().zip(expected) {
        table(spec, &[(&test(quantifier), expected)]);
    }
}

#[test]
fn over_subkeys() {
    let spec = sample();
    quantified(&spec, |it| subkeys(it, HAS_X), [False, True, False]);
    quantified(&spec, |it| subkeys(it, HAS_Y), [False, False, True]);
    quantified(
        &spec,
        |it| subkeys(it, "key: { path: '{it.path}', exists: true }"),
        [True, True, False],
    );
    // Nothing to ask about, and nothing that could have anything.
    quantified(&with(|_| {}), |it| subkeys(it, HAS_X), [True, False, True]);
    quantified(&node(|_| {}), |it| subkeys(it, HAS_X), [NotApplicable; 3]);
}

/// What can't be seen leaves a claim about all open unless it is violated, and one about any unless it is found.
#[test]
fn over_damaged_subkeys() {
    let damaged =
        |name: &str| sample().fault(Fault::ZeroSignature { key: format!("{KEY}\\{name}") });
    quantified(&damaged("a"), |it| subkeys(it, HAS_X), [False, True, False]);
    quantified(&damaged("c"), |it| subkeys(it, HAS_X), [Unknown, True, False]);
    quantified(&damaged("a"), |it| subkeys(it, HAS_Y), [False, Unknown, Unknown]);
    let value = Fault::ValueSignature { key: format!("{KEY}\\a"), value: "x".into() };
    quantified(&sample().fault(value), |it| subkeys(it, HAS_X), [False, True, False]);
    let all_hidden = sample().fault(Fault::ListSignature { key: KEY.into() });
    quantified(&all_hidden, |it| subkeys(it, HAS_X), [Unknown; 3]);
    let no_key = sample().fault(Fault::ZeroSignature { key: KEY.into() });
    quantified(&no_key, |it| subkeys(it, HAS_X), [Unknown; 3]);
}

#[test]
fn those_that_count() {
    let filtered = |quantifier: &str, filter: &str, expect: &str| {
        over(
            quantifier,
            &format!("subkeys_of: '{{ccs}}\\Test', where: {{ {filter} }}, expect: {{ {expect} }}"),
        )
    };
    let spec = sample();
    quantified(&spec, |it| filtered(it, HAS_X, HAS_X), [True, True, False]);
    quantified(&spec, |it| filtered(it, HAS_X, HAS_Y), [False, False, True]);
    quantified(&spec, |it| filtered(it, HAS_Y, HAS_X), [True, False, True]);
    let only_c = "text: { of: '{it}', equals: c }";
    quantified(&spec, |it| filtered(it, only_c, HAS_X), [False, False, True]);
    // Whether `a` counts can't be told; where its answer would be the same either way, that is no matter.
    let value = Fault::ValueSignature { key: format!("{KEY}\\a"), value: "x".into() };
    let open = sample().fault(value);
    quantified(
        &open,
        |it| filtered(it, HAS_X, "key: { path: '{it.path}', exists: true }"),
        [True, True, False],
    );
    // The value that can't be read may be any of its values.
    quantified(&open, |it| filtered(it, HAS_X, HAS_Y), [False, Unknown, Unknown]);
    let not_a = "text: { of: '{it}', matches: '[^a]' }";
    quantified(&open, |it| filtered(it, HAS_X, not_a), [Unknown, True, False]);
    let is_a = "text: { of: '{it}', matches: a }";
    quantified(&open, |it| filtered(it, HAS_X, is_a), [False, Unknown, Unknown]);
}

#[test]
fn over_entries() {
    let entries = |quantifier: &str, list: &str, rest: &str| {
        over(quantifier, &format!("entries_of: {{ path: '{{ccs}}\\Test', {list} }}, {rest}"))
    };
    let there = "expect: { key: { path: '{ccs}\\Test\\{it}', exists: true } }";
    let stripped = format!("transform: {{ strip_prefix: '\\device\\' }}, {there}");
    let spec = sample();
    quantified(&spec, |it| entries(it, "name: list", &stripped), [False, True, False]);
    let devices =
        format!("where: {{ text: {{ of: '{{it.raw}}', matches: '^.device' }} }}, {stripped}");
    quantified(&spec, |it| entries(it, "name: list", &devices), [True, True, False]);
    quantified(&spec, |it| entries(it, "name: text, split: ','", there), [True, True, False]);
    let last = format!("transform: {{ after: '\\' }}, {there}");
    quantified(&spec, |it| entries(it, "name: list", &last), [False, True, False]);
    // No list, no entries.
    quantified(&spec, |it| entries(it, "name: text", there), [NotApplicable; 3]);
    quantified(&spec, |it| entries(it, "name: missing", there), [NotApplicable; 3]);
    let hidden = sample().fault(Fault::ValueSignature { key: KEY.into(), value: "list".into() });
    quantified(&hidden, |it| entries(it, "name: list", there), [Unknown; 3]);
}

/// Half a character is none that could be looked for.
#[test]
fn entries_that_are_no_text() {
    let mut data = utf16("a\0");
    data.extend([0x00, 0xd8, 0, 0, 0, 0]);
    let spec = with(|key| {
        key.at("a");
        key.set_value(ValueSpec::raw("list", 7, data));
    });
    let there = "entries_of: { path: '{ccs}\\Test', name: list }, expect: { key: { path: '{ccs}\\Test\\{it}', exists: true } }";
    quantified(&spec, |it| over(it, there), [Unknown, True, False]);
}

/// A path that is longer than a rule may spell is looked for all the same, and an entry that is longer than any name is not.
#[test]
fn long_paths_and_long_entries() {
    let deep = vec!["k".repeat(200); 30].join("\\");
    let spec = with(|key| {
        key.at(&deep).at("last").set_value(ValueSpec::dword("x", 1));
        key.set_value(ValueSpec::multi_sz("list", &["a", &"b".repeat(2000)]));
    });
    let stars = "\\k*".repeat(8);
    let mut predicate = String::from(HAS_X);
    for level in (0..4).rev() {
        let over = if level == 0 {
            format!("{{ccs}}\\Test{stars}")
        } else {
            let stars = if level == 3 { stars[..15].to_owned() } else { stars[..21].to_owned() };
            format!("{{l{}.path}}{stars}", level - 1)
        };
        let name = if level == 3 { "it".to_owned() } else { format!("l{level}") };
        predicate = format!(
            "for_each: {{ subkeys_of: '{over}', as: {name}, quantifier: any, expect: {{ {predicate} }} }}"
        );
    }
    table(&spec, &[(&predicate, True)]);
    let entries = "entries_of: { path: '{ccs}\\Test', name: list }, expect: { text: { of: '{it}', matches: 'x' } }";
    quantified(&spec, |it| over(it, entries), [False, Unknown, Unknown]);
}

#[test]
fn paths_with_stars() {
    let spec = with(|key| {
        for path in [
            "NdisWan1\\Parameters\\Device0",
            "NdisWan1\\Parameters\\Device1",
            "NdisWan2\\Parameters\\Port",
            "Other\\Parameters\\Device0",
            "NdisWan3",
        ] {
            key.at(path);
        }
        key.at("*\\x");
    });
    let names = |path: &str, names: &str| {
        format!(
            "for_each: {{ subkeys_of: '{path}', as: it, expect: {{ text: {{ of: '{{it}}', equals: {names} }} }} }}"
        )
    };
    for (path, all, not_all) in [
        ("{ccs}\\Test\\ndis*\\Parameters", "[Device0, Device1, Port]", "[Device0, Port]"),
        ("{ccs}\\Test\\*\\Parameters", "[Device0, Device1, Port]", "[Port, Device1]"),
        ("{ccs}\\Test\\*2\\Param*", "[Port]", "[Device0]"),
        ("{ccs}\\T*\\Other\\*", "[Device0]", "[Port]"),
    ] {
        table(&spec, &[(&names(path, all), True), (&names(path, not_all), False)]);
    }
    // The star of a name that a loop found is no more than a character.
    let nested = "for_each: { subkeys_of: '{ccs}\\Test', as: key, where: { text: { of: '{key}', matches: '\\*' } }, \
        expect: { for_each: { subkeys_of: '{key.path}', as: it, expect: { text: { of: '{it}', equals: x } } } } }";
    table(&spec, &[(nested, True)]);
    let damaged = spec.fault(Fault::ZeroSignature { key: format!("{KEY}\\NdisWan3") });
    table(&damaged, &[(&names("{ccs}\\Test\\*\\Parameters", "[Device0, Device1, Port]"), Unknown)]);
}

#[test]
fn a_loop_in_a_loop() {
    // Each service that a service needs is there.
    let predicate = "for_each: { subkeys_of: '{ccs}\\Services', as: svc, \
        where: { value: { path: '{svc.path}', name: DependOnService, type: REG_MULTI_SZ } }, \
        expect: { for_each: { entries_of: { path: '{svc.path}', name: DependOnService }, as: needed, \
        expect: { service: { name: '{needed}', present: true } } } } }";
    let depending = |on: &[&str]| {
        node(|root| {
            for key in &mut root.at("ControlSet001\\Services").subkeys {
                key.values.retain(|value| value.name != "DependOnService");
            }
            root.at("ControlSet001\\Services\\ClusSvc")
                .set_value(ValueSpec::multi_sz("DependOnService", on));
        })
    };
    table(&depending(&["ClusNet", "Tcpip"]), &[(predicate, True)]);
    table(&depending(&["ClusNet", "Missing"]), &[(predicate, False)]);
    let verdict = evaluate(
        &rule(&[predicate]),
        &depending(&["ClusNet", "Missing"]),
        &choosing(Selector::Number(1)),
    );
    let found = &check(&verdict, "c0").found;
    assert!(found.contains("Services has no subkey Missing"), "{found}");
    assert!(found.contains("left out because they don't count"), "{found}");
    let evidence = &check(&verdict, "c0").evidence;
    assert!(evidence.iter().any(|it| it.lacks_key.as_deref() == Some("Missing")), "{evidence:?}");
}

#[test]
fn names_that_no_path_leads_to() {
    let spec = with(|key| {
        key.at("a");
        key.subkeys.push(KeySpec::new("b\\c"));
    });
    let Ok(_) = coldhive_forge::build(&spec) else { return };
    quantified(
        &spec,
        |it| subkeys(it, "key: { path: '{it.path}', exists: true }"),
        [Unknown, True, False],
    );
}
