//! Diagnostics: one golden pair for each code, and the examples of the table.

use std::path::PathBuf;

use coldhive_rules::{Code, Diagnostics, Rule, Severity, Style, codes, explain, lint};

/// A rule with nothing to complain of.
const BASE: &str = "\
schema: coldhive/1
id: example
title: An example
level: low
description: What the fault is and how it shows.
references: [Where that is known from]
checks:
  - id: c
    title: The key is there
    remedy: Restore it.
    expect: { key: { path: Select, exists: true } }
";

/// Codes that no text of a reasonable size, or no predicate, leads to yet.
const WITHOUT_FILE: [(&str, &str); 1] = [("CH002", "a file of more than 1 MiB is made here")];

/// What there is to say of a rule's text: errors, or else warnings.
fn diagnostics(name: &str, text: &str) -> Diagnostics {
    match Rule::load(name, text) {
        Ok(rule) => rule.warnings(),
        Err(error) => error.diagnostics().clone(),
    }
}

fn codes_of(diagnostics: &Diagnostics) -> Vec<String> {
    let mut codes: Vec<_> = diagnostics.list().iter().map(|one| one.code.to_string()).collect();
    codes.dedup();
    codes
}

/// The rule with an example put in: fields of it, or its check's predicate.
fn with(example: &str) -> String {
    if let Some(predicate) = example.strip_prefix("expect: ") {
        return BASE.replace("{ key: { path: Select, exists: true } }\n", predicate);
    }
    let name = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    let begins = |line: &str| !line.starts_with([' ', '-']);
    let given: Vec<_> = example.lines().filter(|line| begins(line)).map(name).collect();
    let mut kept = String::new();
    let mut keep = true;
    for line in BASE.lines() {
        if begins(line) {
            keep = !given.contains(&name(line));
        }
        if keep {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept + example
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/rules")
}

fn is_golden(path: &std::path::Path, actual: &str) {
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        std::fs::write(path, actual).unwrap();
    }
    let expected =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(actual, expected.replace("\r\n", "\n"), "{}", path.display());
}

#[test]
fn the_rule_of_the_examples_is_clean() {
    assert_eq!(diagnostics("example", BASE).to_string(), "");
}

#[test]
fn every_code_has_a_golden_pair() {
    for code in codes().map(|code| code.to_string()) {
        if WITHOUT_FILE.iter().any(|(without, _)| *without == code) {
            continue;
        }
        let name = format!("{code}.yaml");
        let text = std::fs::read_to_string(folder().join(&name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = diagnostics(&name, &text);
        assert_eq!(codes_of(&found), [code.as_str()], "{found}");
        is_golden(&folder().join(format!("{code}.txt")), &found.render(Style::Plain));
    }
    let found = diagnostics("CH002.yaml", &(BASE.to_owned() + &"#".repeat(1 << 20)));
    is_golden(&folder().join("CH002.txt"), &found.render(Style::Plain));
}

#[test]
fn no_golden_file_is_left_over() {
    let known: Vec<_> = codes().map(|code| code.to_string()).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(known.contains(&stem), "{}", path.display());
    }
}

#[test]
fn the_wrong_examples_are_wrong_and_the_right_ones_right() {
    for code in codes() {
        let explanation = code.explanation();
        if explanation.wrong.is_empty() {
            assert!(matches!(code, Code::TOO_LARGE | Code::TOO_LONG | Code::TOO_DEEP), "{code}");
            continue;
        }
        let wrong = diagnostics("wrong", &with(explanation.wrong));
        assert_eq!(codes_of(&wrong), [code.to_string()], "{wrong}\n{}", with(explanation.wrong));
        let right = diagnostics("right", &with(explanation.right));
        assert_eq!(right.to_string(), "", "{code}\n{}", with(explanation.right));
    }
}

#[test]
fn codes_are_unique_and_in_order() {
    let numbers: Vec<_> = codes().map(|code| code.explanation().number).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    let mut names: Vec<_> = codes().map(|code| code.explanation().name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), numbers.len());
    for code in codes() {
        let is_warning = code.explanation().number > 100;
        assert_eq!(code.severity() == Severity::Warning, is_warning, "{code}");
        assert_eq!(
            explain(&code.to_string()).map(|found| found.number),
            Some(code.explanation().number)
        );
    }
    for unknown in ["", "CH", "CH000", "CH999", "-1", "CH7x", "é7", "7é"] {
        assert!(explain(unknown).is_none(), "{unknown}");
    }
    assert_eq!(explain("ch7"), explain("CH007"));
}

/// What the codes mean is a promise: numbers that were given away keep their meaning.
#[test]
fn old_codes_keep_their_meaning() {
    for (number, name) in [
        (1, "syntax"),
        (2, "too-large"),
        (3, "schema"),
        (4, "placeholder"),
        (5, "parameter"),
        (6, "duplicate-id"),
        (7, "empty-list"),
        (8, "no-test"),
        (9, "no-checks"),
        (10, "half-access"),
        (11, "hides-control-set"),
        (12, "too-long"),
        (13, "current-control-set"),
        (31, "software-place"),
        (32, "not-of-software"),
    ] {
        assert_eq!(explain(&number.to_string()).unwrap().name, name);
    }
}

#[test]
fn every_warning_has_its_linter() {
    let linters: Vec<_> = lint::ALL.iter().map(lint::Linter::code).collect();
    let warnings: Vec<_> = codes().filter(|code| code.severity() == Severity::Warning).collect();
    assert_eq!(linters, warnings);
    assert_eq!(lint::UNUSED_VAR.name(), "unused-var");
}

#[test]
fn the_built_in_rules_are_clean() {
    for rule in coldhive_rules::RuleSet::built_in().unwrap().iter() {
        assert_eq!(rule.warnings().render(Style::Plain), "", "{}", rule.id());
    }
}

#[test]
fn several_mistakes_in_one_predicate_are_all_told() {
    let found = diagnostics(
        "r",
        &with(
            "expect: { value: { path: '{a', name: 5, type: [REG_DWROD, REG_SZ, 7], exist: true, count: { ge: x } } }\n",
        ),
    );
    let told: Vec<_> = found.list().iter().map(|one| one.code.to_string()).collect();
    assert_eq!(told, ["CH022", "CH017", "CH018", "CH017", "CH014", "CH017"], "{found}");
}

/// One mistake gives one diagnostic: what follows from it is no news.
#[test]
fn no_mistake_is_told_twice() {
    for example in [
        "expect: { key: { path: Select, exist: true } }\n",
        "expect: { key: { path: Select, exists: yes } }\n",
        "expect: { not: { keys: { path: Select } } }\n",
        "expect: { all: [{ keys: { path: Select } }] }\n",
        "expect: { access: { path: Select, as: QQ, grants: KEY_READ } }\n",
        "expect: { access: { path: Select, as: SY, grants: KEY_REED } }\n",
        "expect: { value: { path: Select, name: n, count: { at_least: 1 } } }\n",
        "checks: nothing\n",
        "checks:\n  - { id: c, title: t }\n",
        "title: 5\n",
        "id: [a]\n",
        "level: 5\n",
        "schema: 1\n",
        "vars: { a: '{ccs' }\nchecks:\n  - { id: c, title: t, expect: { key: { path: '{a}', exists: true } } }\n",
        "params: { a: { type: sid, default: [SY] } }\n\
            checks:\n  - { id: c, title: t, expect: { access: { path: a, as: '{a}', grants: DELETE } } }\n",
        "params: { a: { default: [SY] } }\n\
            checks:\n  - { id: c, title: t, expect: { access: { path: a, as: '{a}', grants: DELETE } } }\n",
    ] {
        let found = diagnostics("r", &with(example));
        assert_eq!(found.list().len(), 1, "{example}{found}");
    }
}

#[test]
fn a_rule_built_in_code_is_checked_the_same() {
    use coldhive_rules::model::{Check, KeyTest, Level, Predicate, RuleFile, SCHEMA};
    use coldhive_rules::{Context, Template};

    let build = |path: &str| {
        let mut key = KeyTest::new(Template::parse(path).unwrap());
        key.exists = Some(true);
        let check = Check::new("c", "t", Predicate::from(key));
        RuleFile::new(SCHEMA, "built", "t", Level::Low, vec![check])
    };
    let rule = Rule::from_file(build("{ccs}\\Services")).unwrap();
    assert_eq!((rule.id(), rule.sha256()), ("built", None));
    let codes = codes_of(&rule.warnings());
    assert_eq!(codes, ["CH104", "CH110"]);
    let spec = coldhive_forge::samples::cluster_sound();
    let verdict = crate::support::evaluate(&rule, &spec, &Context::default());
    assert_eq!(verdict.outcome, coldhive_rules::Outcome::Pass);
    assert_eq!(verdict.rule.sha256, "");

    let error = Rule::from_file(build("{css}\\Services")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "built: CH004: the check `c` uses `{css}`, which is neither {ccs} nor {software} nor among the vars"
    );
    let rendered = error.diagnostics().render(Style::Plain);
    assert!(
        rendered.contains("--> built\n") && rendered.contains("did you mean `{ccs}`?"),
        "{rendered}"
    );
    let empty = RuleFile::new(SCHEMA, "", "t", Level::Low, Vec::new());
    let error = Rule::from_file(empty).unwrap_err();
    assert_eq!(codes_of(error.diagnostics()), ["CH027", "CH009"]);
}

/// The same file with other line ends has the same diagnostics at the same places.
#[test]
fn line_ends_make_no_difference() {
    let text = with("expect: { key: { path: '{css}', exist: true } }\n");
    let rendered = diagnostics("r", &text).render(Style::Plain);
    for ends in ["\r\n", "\r"] {
        assert_eq!(
            diagnostics("r", &text.replace('\n', ends)).render(Style::Plain),
            rendered,
            "{ends:?}"
        );
    }
}

#[test]
fn columns_count_characters_and_strange_ones_are_spelled_out() {
    let text = with("expect: { key: { path: '鍵é\u{202e}\u{200b}', exist: true } }\n");
    let found = diagnostics("r\u{1b}.yaml", &text);
    let rendered = found.render(Style::Plain);
    assert!(rendered.contains("--> r\\u{1b}.yaml:11:36\n"), "{rendered}");
    assert!(rendered.contains("path: '鍵é\\u{202e}\\u{200b}', exist: true"), "{rendered}");
    let source = text.lines().nth(10).unwrap();
    assert_eq!(source.chars().skip(35).take(5).collect::<String>(), "exist");
    // The mark stands below what it marks: 鍵 takes two columns of a terminal.
    let lines: Vec<_> = rendered.lines().collect();
    let shown = lines.iter().find(|line| line.contains("exist:")).unwrap();
    let marks = lines.iter().find(|line| line.contains('^')).unwrap();
    let before = shown.split("exist:").next().unwrap().chars().count() + 1;
    assert_eq!(marks.find('^').unwrap(), before);
}

#[test]
fn colours_are_escape_sequences_around_the_same_text() {
    let found = diagnostics("r", &with("expect: { key: { path: Select, exist: true } }\n"));
    let coloured = found.render(Style::Coloured);
    assert!(coloured.contains('\u{1b}'));
    let mut plain = String::new();
    let mut parts = coloured.split('\u{1b}');
    plain.push_str(parts.next().unwrap());
    for part in parts {
        plain.push_str(part.split_once('m').unwrap().1);
    }
    assert_eq!(plain, found.render(Style::Plain));
}
