//! Rule files with mistakes: every code, every message.

use coldhive_rules::{Diagnostics, Rule, RuleSet};

const HEAD: &str = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\n";
const KEY: &str = "{ key: { path: Select, exists: true } }";

fn load(text: &str) -> Result<Rule, Diagnostics> {
    Rule::load("r.yaml", text).map_err(|error| error.diagnostics().clone())
}

/// A rule of one check with this predicate.
fn with(predicate: &str) -> String {
    format!("{HEAD}checks:\n  - id: c\n    title: t\n    expect: {predicate}\n")
}

#[track_caller]
fn problems(text: &str) -> Vec<String> {
    let error = load(text).expect_err("it has a mistake");
    error.list().iter().map(ToString::to_string).collect()
}

#[test]
fn the_smallest_rule() {
    let rule = load(&with(KEY)).unwrap();
    assert_eq!(rule.id(), "r");
    assert_eq!(rule.sha256().unwrap().to_string().len(), 64);
    let error = Rule::load("r.yaml", "").unwrap_err();
    assert!(error.to_string().starts_with("r.yaml:1:1: CH001: "), "{error}");
}

#[test]
fn every_code() {
    for (text, expected) in [
        (
            with(KEY).replace("coldhive/1", "coldhive/2"),
            "CH003: the schema is `coldhive/2`; this program speaks `coldhive/1`",
        ),
        (
            with("{ key: { path: '{css}\\Services', exists: true } }"),
            "CH004: the check `c` uses `{css}`, which is neither {ccs} nor {software} nor among the vars",
        ),
        (
            format!("{}vars: {{ b: '{{a}}' }}\n", with(KEY)),
            "CH004: the var `b` uses `{a}`, which is neither {ccs} nor {software} nor among the vars",
        ),
        (
            format!("{}vars: {{ a: '{{b}}\\x', b: '{{a}}' }}\n", with(KEY)),
            "CH028: 2 vars refer to each other in a circle, `a` among them",
        ),
        (format!("{}vars: {{ a: '{{a}}' }}\n", with(KEY)), "CH028: the var `a` refers to itself"),
        (with(KEY).replace("id: r", "id: ''"), "CH027: the rule's id is empty"),
        (
            with(KEY).replace("    title: t", "    title: ' '"),
            "CH027: the title of the check `c` is empty",
        ),
        (
            with("{ value: { path: Select, name: a, same_entries_as: { path: '{x}', name: b } } }"),
            "CH004: the check `c` uses `{x}`, which is neither {ccs} nor {software} nor among the vars",
        ),
        (
            with("{ access: { path: Select, as: '{nobody}', grants: KEY_READ } }"),
            "CH005: the check `c` uses the parameter `{nobody}`, which is not among the params",
        ),
        (
            format!("{}  - {{ id: c, title: t, expect: {KEY} }}\n", with(KEY)),
            "CH006: the id `c` is used twice",
        ),
        (
            format!("{}remarks:\n  - {{ id: c, title: t, expect: {KEY} }}\n", with(KEY)),
            "CH006: the id `c` is used twice",
        ),
        (with("{ any: [] }"), "CH007: the check `c` has an empty list of predicates"),
        (with("{ not: { all: [] } }"), "CH007: the check `c` has an empty list of predicates"),
        (
            with("{ key: { path: Select } }"),
            "CH008: the check `c` has a predicate that tests nothing",
        ),
        (
            with("{ value: { path: Select, name: a } }"),
            "CH008: the check `c` has a predicate that tests nothing",
        ),
        (
            with("{ value: { path: Select, name: a, count: {} } }"),
            "CH008: the check `c` has a predicate that tests nothing",
        ),
        (with("{ product: {} }"), "CH008: the check `c` has a predicate that tests nothing"),
        (
            with("{ service: { name: a } }"),
            "CH008: the check `c` has a predicate that tests nothing",
        ),
        (
            with("{ access: { path: Select } }"),
            "CH008: the check `c` has a predicate that tests nothing",
        ),
        (format!("{HEAD}checks: []\n"), "CH009: the rule has no checks"),
        (
            with("{ access: { path: Select, as: SY, present: true } }"),
            "CH010: the check `c` needs both `as` and one of `grants` and `lacks`",
        ),
        (
            with("{ access: { path: Select, lacks: DELETE } }"),
            "CH010: the check `c` needs both `as` and one of `grants` and `lacks`",
        ),
        (
            format!("{}vars: {{ ccs: ControlSet002 }}\n", with(KEY)),
            "CH011: the var `ccs` would hide {ccs}, the control set",
        ),
        (
            with("{ key: { path: 'CURRENTCONTROLSET\\Services', exists: true } }"),
            "CH013: the check `c` has a path under CurrentControlSet, which no hive file has: write {ccs}",
        ),
        (
            with(&format!("{{ key: {{ path: '{}', exists: true }} }}", "k\\".repeat(3000))),
            "CH012: the check `c` has a path of more than 4096 bytes",
        ),
        (
            format!("{}vars: {{ long: '{}' }}\n", with(KEY), "k\\".repeat(3000)),
            "CH012: the var `long` has a path of more than 4096 bytes",
        ),
        (
            format!(
                "{}vars: {{ a: '{}' }}\n",
                with("{ key: { path: '{a}\\{a}', exists: true } }"),
                "k".repeat(2100)
            ),
            "CH012: the check `c` has a path of more than 4096 bytes",
        ),
    ] {
        assert_eq!(problems(&text), [expected], "{text}");
    }
    let large = with(KEY) + &"#".repeat(1 << 20);
    assert_eq!(
        problems(&large),
        [format!("CH002: the file has {} bytes; a rule file has at most 1048576", large.len())]
    );
}

/// Placeholders that the control set fills are counted at their longest.
#[test]
fn a_path_of_just_the_longest_length_loads_and_one_more_does_not() {
    let path = |length: usize| {
        with(&format!("{{ key: {{ path: '{{ccs}}{}', exists: true }} }}", "k".repeat(length)))
    };
    assert!(load(&path(4096 - "ControlSet001".len())).is_ok());
    assert!(problems(&path(4097 - "ControlSet001".len()))[0].starts_with("CH012"));
}

#[test]
fn every_problem_of_a_file_is_told() {
    let text = format!(
        "{}remarks:\n  - {{ id: r1, title: t, expect: {{ any: [] }} }}\n",
        with("{ all: [{ key: { path: '{x}' } }, { any: [] }] }").replace("coldhive/1", "two")
    );
    let codes: Vec<_> = problems(&text).iter().map(|problem| problem[..5].to_owned()).collect();
    assert_eq!(codes, ["CH003", "CH008", "CH004", "CH007", "CH007"]);
}

/// An unknown field is an error with its line, wherever it stands.
#[test]
fn unknown_fields() {
    for (text, at, field) in [
        (format!("{}colour: red\n", with(KEY)), 9, "colour"),
        (with("{ key: { path: Select, exist: true } }"), 8, "exist"),
        (with("{ keys: { path: Select, exists: true } }"), 8, "keys"),
        (with("{ key: { path: Select, exists: true }, weak: true }"), 8, "weak"),
        (with(KEY).replace("    title: t\n", "    title: t\n    remdy: x\n"), 8, "remdy"),
        (
            with(
                "{ access: { path: Select, only: { principals: [SY], rights: DELETE, not: x } } }",
            ),
            8,
            "not",
        ),
        (with("{ value: { path: Select, name: a, count: { at_least: 2 } } }"), 8, "at_least"),
        (with(KEY).replace("level: low", "level: low\nnext_steps: { passed: [] }"), 5, "passed"),
        (
            with(KEY).replace(
                "level: low",
                "level: low\nparams: { a: { type: sids, default: [SY], close: [] } }",
            ),
            5,
            "close",
        ),
    ] {
        let error = load(&text).expect_err(field);
        let [one] = error.list() else { panic!("{field}: {error}") };
        assert_eq!(error.position(one).unwrap().line, at, "{field}: {error}");
        let code = if field == "weak" { "CH023" } else { "CH014" };
        assert_eq!(one.code.to_string(), code, "{error}");
        let place = &text[one.span().unwrap().range()];
        assert_eq!(place, field, "the field itself is pointed at");
    }
}

#[test]
fn wrong_words_are_refused_and_named() {
    for (predicate, code, word) in [
        ("{ value: { path: Select, name: a, type: REG_MULTI } }", "CH018", "REG_MULTI"),
        ("{ value: { path: Select, name: a, type: [] } }", "CH025", "empty list"),
        ("{ access: { path: Select, as: QQ, grants: KEY_READ } }", "CH019", "QQ"),
        ("{ access: { path: Select, as: S-1-5-x, grants: KEY_READ } }", "CH019", "S-1-5-x"),
        ("{ access: { path: Select, as: SY, grants: KEY_REED } }", "CH018", "KEY_REED"),
        ("{ access: { path: Select, as: SY, grants: [] } }", "CH025", "empty list"),
        ("{ access: { path: Select, as: SY, grants: '0x0' } }", "CH018", "0x0"),
        ("{ product: { family: nt5 } }", "CH018", "nt5"),
        ("{ service: { name: a, start: auto } }", "CH018", "auto"),
        ("{ key: { path: '{ccs', exists: true } }", "CH022", "{ccs"),
        ("{ key: { path: 'a}b', exists: true } }", "CH022", "a}b"),
        ("{ access: { path: Select, as: SY, grants: 0 } }", "CH024", "from 1 to 4294967295"),
        (
            "{ access: { path: Select, as: SY, grants: [DELETE, 0x100000000] } }",
            "CH024",
            "from 1 to 4294967295",
        ),
        ("{ access: { path: Select, as: SY, grants: -1 } }", "CH024", "whole number"),
        ("{ access: { path: Select, as: 18, grants: DELETE } }", "CH017", "a SID"),
        ("{ value: { path: Select, name: a, type: 7 } }", "CH017", "the name of a type"),
        ("{ key: { path: Select, exists: maybe } }", "CH017", "true or false"),
    ] {
        let told = problems(&with(predicate));
        assert!(told.len() == 1 && told[0].starts_with(code), "{told:?}");
        assert!(told[0].contains(word), "{word}: {told:?}");
    }
    let level = with(KEY).replace("level: low", "level: lowest");
    assert!(problems(&level)[0].contains("lowest"));
}

/// `NO` is an alias (Network Configuration Operators) and, to old YAML, a boolean: it must not become one.
#[test]
fn an_alias_that_looks_like_a_boolean() {
    let rule = load(&with("{ access: { path: Select, as: NO, grants: KEY_READ } }"));
    assert!(format!("{:?}", rule.unwrap().file().checks[0]).contains("S-1-5-32-556"));
}

#[test]
fn sets_of_rules() {
    let mut rules = RuleSet::built_in().unwrap();
    assert_eq!(rules.get("q262832").unwrap().id(), "Q262832");
    rules.add(load(&with(KEY)).unwrap());
    rules.add(load(&with(KEY).replace("title: t\nlevel", "title: newer\nlevel")).unwrap());
    let ids = |rules: &RuleSet| rules.iter().map(|rule| rule.id().to_owned()).collect::<Vec<_>>();
    // The order is that of reports.
    let built_in = ["Q262832", "Q246784", "Q217351", "Q258469", "Q257928", "Q102974"];
    assert_eq!(ids(&rules), [&built_in[..], &["r"]].concat());
    assert_eq!(ids(&rules.without_software()), ["Q262832", "Q257928", "Q102974", "r"]);
    assert_eq!(rules.get("R").unwrap().file().title.value, "newer");
    assert_eq!(rules.only(&["nobody".into()]).unwrap_err(), "nobody");
    assert_eq!(rules.only(&["R".into()]).unwrap().iter().count(), 1);
    // One id, whatever its case, is one rule: the built-in one can be replaced.
    rules.add(load(&with(KEY).replace("id: r", "id: q262832")).unwrap());
    assert_eq!(rules.iter().count(), 7);
    assert_eq!(rules.get("Q262832").unwrap().file().title.value, "t");
}

/// YAML may be dressed in several ways.
#[test]
fn documents_in_other_dress() {
    let text = with(KEY);
    for dressed in [
        format!("\u{feff}{text}"),
        format!("---\n{text}...\n"),
        format!("%YAML 1.2\n---\n{text}"),
        format!("# a comment\n\n{text}# another\n"),
        text.replace('\n', "\r\n"),
        text.replace("title: t\nlevel", "title: |\n  t\nlevel"),
        text.replace("id: r", "\"id\": 'r'"),
    ] {
        assert_eq!(
            load(&dressed).map(|rule| rule.id().to_owned()),
            Ok("r".to_owned()),
            "{dressed}"
        );
        let wrong = dressed.replace("exists: true", "exist: true");
        let error = load(&wrong).expect_err("it has a mistake");
        let span = error.list()[0].span().unwrap();
        assert_eq!(&wrong[span.range()], "exist", "{dressed}");
    }
}

/// Text and other kinds are told apart as YAML 1.2's core schema does, and never guessed.
#[test]
fn kinds_are_told_apart() {
    let value =
        |name: &str| with(&format!("{{ value: {{ path: Select, name: {name}, exists: true }} }}"));
    for name in ["''", "'5'", "yes", "2026-11-23", "0x", "1.2.3", "\"null\""] {
        assert!(load(&value(name)).is_ok(), "{name}");
    }
    for name in ["5", "0x5", "1.5", "true", "null", "~", "", "[a]", "{ a: b }"] {
        assert!(problems(&value(name))[0].starts_with("CH017"), "{name}");
    }
    let access = |rights: &str| {
        let rule =
            load(&with(&format!("{{ access: {{ path: Select, as: SY, grants: {rights} }} }}")))
                .unwrap();
        format!("{:?}", rule.file().checks[0].expect.value)
    };
    assert_eq!(access("0x20019"), access("KEY_READ"));
    assert_eq!(access("131097"), access("KEY_READ"));
    assert_eq!(access("'0x20019'"), access("KEY_READ"));
}

#[test]
fn vars_may_use_vars() {
    let vars = "vars: { a: '{b}\\x', b: '{ccs}\\Services' }\n";
    let rule = load(&(with("{ key: { path: '{a}\\y', exists: true } }") + vars)).unwrap();
    let spec = crate::support::node(|root| {
        root.at("ControlSet001\\Services\\x\\y");
    });
    let verdict = crate::support::evaluate(&rule, &spec, &coldhive_rules::Context::default());
    assert_eq!(
        verdict.checks[0].result,
        coldhive_rules::Truth::True,
        "{}",
        verdict.checks[0].found
    );
    assert_eq!(verdict.checks[0].expected, "the key ControlSet001\\Services\\x\\y exists");
}
