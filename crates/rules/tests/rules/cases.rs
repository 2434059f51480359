//! Cases as data: every form in which a hive is described, and what is refused.

use std::time::{Duration, Instant};

use coldhive_rules::cases::{CaseSource, HiveTree};
use coldhive_rules::model::{
    DataSketch, FaultName, HiveFormat, SecuritySketch, TruthName, ValueSketch,
};
use coldhive_rules::{LoadError, Rule};
use coldhive_system::Selector;

const HEAD: &str = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nparams: { account: { type: sids, default: [SY] } }\n\
    checks:\n  - { id: c, title: t, expect: { access: { path: Select, as: '{account}', grants: KEY_READ } } }\n";

fn load(text: &str) -> Result<Rule, LoadError> {
    Rule::load("r.yaml", &format!("{HEAD}{text}"))
}

/// The hive of the first case.
fn tree(text: &str) -> HiveTree {
    let rule = load(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    match rule.case_source(&rule.file().cases[0].hive) {
        Some(CaseSource::Tree(tree)) => tree.as_ref().clone(),
        other => panic!("{other:?}"),
    }
}

fn of(hive: &str) -> HiveTree {
    tree(&format!("cases:\n  - name: n\n    outcome: pass\n    hive: {hive}\n"))
}

/// The codes of what is wrong, each once.
fn codes(text: &str) -> Vec<String> {
    let error = load(text).unwrap_err();
    let list = error.diagnostics().list();
    let mut codes: Vec<_> = list.iter().map(|one| one.code.to_string()).collect();
    codes.dedup();
    codes
}

#[test]
fn every_form_of_a_value() {
    let tree = of(
        "{ keys: { a: { values: { '': default, n: 7, '1': one, list: [x, y], none: [], e: { type: REG_EXPAND_SZ, data: '%x%' }, \
         q: { type: REG_QWORD, data: 4294967296 }, be: { type: REG_DWORD_BIG_ENDIAN, data: 1 }, \
         b: { type: REG_BINARY, hex: '01 02,ff' }, odd: { type: 0x1234, hex: 00 }, m: { type: REG_MULTI_SZ, hex: '' }, \
         w: { type: REG_MULTI_SZ, data: [z] }, l: { type: REG_LINK, data: to } } } } }",
    );
    let text = |text: &str| DataSketch::Text(text.into());
    let list = |list: &[&str]| DataSketch::List(list.iter().map(ToString::to_string).collect());
    let expected = [
        ("", 1, text("default")),
        ("n", 4, DataSketch::Number(7)),
        ("1", 1, text("one")),
        ("list", 7, list(&["x", "y"])),
        ("none", 7, list(&[])),
        ("e", 2, text("%x%")),
        ("q", 11, DataSketch::Number(1 << 32)),
        ("be", 5, DataSketch::Number(1)),
        ("b", 3, DataSketch::Bytes(vec![1, 2, 255])),
        ("odd", 0x1234, DataSketch::Bytes(vec![0])),
        ("m", 7, DataSketch::Bytes(vec![])),
        ("w", 7, list(&["z"])),
        ("l", 6, text("to")),
    ];
    let expected = expected.map(|(name, type_code, data)| (name, ValueSketch { type_code, data }));
    let key = tree.root.get("A").unwrap();
    let found: Vec<_> =
        key.values().into_iter().map(|(name, value)| (name, value.clone())).collect();
    assert_eq!(found, expected, "in the order of the file");
}

#[test]
fn every_form_of_a_key() {
    let tree = of(
        "\n      format: 1.5\n      select: { current: 1, failed: 3, last_known_good: 2 }\n      keys:\n\
        \x20       '': { class: root, security: 'O:BAG:SYD:(A;;KR;;;WD)' }\n\
        \x20       a\\b: { written: 1999-12-31T23:59:59Z, keys: { 'c\\d': { security: none }, e: { security: { hex: 01 00 } } } }\n\
        \x20       A: { class: above }\n",
    );
    assert_eq!(tree.format, HiveFormat::V1_5);
    assert_eq!(tree.root.class.as_deref(), Some("root"));
    assert!(matches!(&tree.root.security, Some(SecuritySketch::Bytes(bytes)) if bytes.len() > 20));
    let key = |path: &str| tree.root.get(path).unwrap();
    assert_eq!((key("a").name.as_str(), key("a").class.as_deref()), ("a", Some("above")));
    assert_eq!(key("a\\b").written.unwrap().to_string(), "1999-12-31T23:59:59.0000000Z");
    assert_eq!(key("a\\b\\c\\d").security, Some(SecuritySketch::None));
    assert_eq!(key("a\\b\\e").security, Some(SecuritySketch::Bytes(vec![1, 0])));
    assert_eq!(key("a\\b\\c").security, None);
    let select: Vec<_> = key("Select")
        .values()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.data.clone()))
        .collect();
    let numbers = [("Current", 1), ("Default", 1), ("Failed", 3), ("LastKnownGood", 2)];
    assert_eq!(select, numbers.map(|(name, number)| (name.to_owned(), DataSketch::Number(number))));
    let names: Vec<_> = tree.root.keys().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["a", "Select"]);
}

#[test]
fn hives_that_are_like_others() {
    let tree = tree(
        "hives:\n  base:\n    keys: { a: { values: { x: 1, y: 2, z: 3 }, keys: { b: {}, c: {} } } }\n    damage: [{ fault: list-hole, key: a\\b }]\n\
        \x20 middle: { like: base, under: a, delete: [c, { key: '', value: y }], keys: { d: {}, '': { values: { x: 9, w: 4 } } } }\n\
        cases:\n  - { name: n, hive: { like: other, damage: [{ fault: dirty }] }, outcome: pass }\n  - { name: other, hive: middle, outcome: pass }\n",
    );
    let a = tree.root.get("a").unwrap();
    let names: Vec<_> = a.keys().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["b", "d"]);
    let values: Vec<_> =
        a.values().into_iter().map(|(name, value)| (name, value.data.clone())).collect();
    let number = DataSketch::Number;
    assert_eq!(values, [("x", number(9)), ("z", number(3)), ("w", number(4))], "x keeps its place");
    let faults: Vec<_> = tree.damage.iter().map(|damage| damage.fault).collect();
    assert_eq!(faults, [FaultName::ListHole, FaultName::Dirty]);
}

#[test]
fn damage_that_a_change_takes_the_ground_from() {
    let base = "hives:\n  base: { keys: { a: { keys: { b: {} } } }, damage: [{ fault: list-hole, key: a\\b }] }\n";
    assert_eq!(codes(&format!("{base}  other: {{ like: base, delete: [a] }}\n")), ["CH046"]);
    // What is put in anew is broken as before.
    assert!(
        load(&format!("{base}  other: {{ like: base, delete: [a], keys: {{ a\\b: {{}} }} }}\n"))
            .is_ok()
    );
}

#[test]
fn what_a_case_expects() {
    let rule = load(
        "cases:\n  - name: n\n    hive: {}\n    outcome: unknown\n    control_set: 2\n    params: { account: [BA, '-S-1-5-21-1-2-3-4'] }\n\
        \x20   baseline: { keys: { a: {} } }\n    assume_applicable: true\n    applicability: undetermined\n    checks: { c: true }\n\
        \x20   others: [true, notapplicable]\n    differences: [{ key: a, value: b, control_set: ControlSet002 }]\n    remnants: []\n",
    )
    .unwrap();
    let case = &rule.file().cases[0];
    assert_eq!(case.control_set.unwrap().0, Selector::Number(2));
    let account = &case.params["account"].0;
    assert_eq!((account.sids.len(), account.absent.len()), (1, 1));
    assert!(case.assume_applicable && case.baseline.is_some());
    assert_eq!(case.checks["c"].value, TruthName::True);
    assert_eq!(*case.others, [TruthName::True, TruthName::NotApplicable]);
    assert_eq!(case.differences.as_ref().unwrap()[0].value.as_deref(), Some("b"));
    assert_eq!(case.remnants.as_deref(), Some(&[][..]));
    let text =
        |field: &str| format!("cases:\n  - {{ name: n, hive: {{}}, outcome: pass, {field} }}\n");
    for (field, code) in [
        ("control_set: all", "CH018"),
        ("control_set: newest", "CH018"),
        ("params: { account: nobody }", "CH019"),
        ("params: { other: SY }", "CH042"),
        ("checks: { c: maybe }", "CH018"),
        ("checks: { d: true }", "CH042"),
        ("others: []", "CH025"),
        ("expect: pass", "CH014"),
        ("differences: [{ value: a }]", "CH016"),
    ] {
        assert_eq!(codes(&text(field)), [code], "{field}");
    }
    assert_eq!(codes("cases:\n  - { name: n, outcome: pass }\n"), ["CH016"]);
    assert_eq!(codes("cases:\n  - { name: ' ', hive: {}, outcome: pass }\n"), ["CH027"]);
}

/// What can't be read is told once, and what would follow from it isn't.
#[test]
fn no_mistake_of_a_case_is_told_twice() {
    for text in [
        "hives: { a: { keys: { b: { values: { c: null } } } } }\ncases:\n  - { name: n, hive: a, outcome: fail }\n",
        "hives: { a: { keys: {} } }\ncases:\n  - { name: n, hive: { like: a, delete: [b] }, outcome: fail }\n",
        "cases:\n  - { name: m, hive: { path: /x }, outcome: fail }\n  - { name: n, hive: { like: m }, outcome: fail }\n",
        "hives: { a: { damage: [{ fault: nothing }] } }\n",
        "hives: { a: { delete: [x] }, b: { like: a }, c: { like: b } }\n",
        "cases:\n  - { name: m, hive: 5, outcome: fail }\n  - { name: n, hive: m, outcome: fail }\n",
    ] {
        let error = load(text).unwrap_err();
        assert_eq!(error.diagnostics().list().len(), 1, "{text}{error}");
    }
}

fn is_soon(text: &str) -> Result<Rule, LoadError> {
    let start = Instant::now();
    let loaded = load(text);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}: {text:.80}", start.elapsed());
    loaded
}

#[test]
fn hostile_cases_end_soon() {
    let chain: String = (0..20_000).map(|n| format!("  h{n}: {{ like: h{} }}\n", n + 1)).collect();
    assert!(is_soon(&format!("hives:\n{chain}")).is_err());
    // One large hive that all others are like.
    let keys: String = (0..9_000).map(|n| format!("k{n}: {{}}, ")).collect();
    let large = format!("hives:\n  large: {{ keys: {{ {keys} }} }}\n");
    assert!(is_soon(&large).is_ok());
    let like: String =
        (0..400).map(|n| format!("  - {{ name: n{n}, hive: large, outcome: pass }}\n")).collect();
    assert!(is_soon(&format!("{large}cases:\n{like}")).is_ok(), "nothing is made of them");
    let like = like.replace("hive: large", "hive: { like: large, keys: { more: {} } }");
    let error = is_soon(&format!("{large}cases:\n{like}")).unwrap_err();
    assert!(error.to_string().contains("CH021: the hives of a rule have at most"), "{error}");
    assert_eq!(error.diagnostics().list().len(), 1);
    // Paths that are deep, each by itself or below another.
    let deep = "a\\".repeat(600) + "a";
    assert!(is_soon(&format!("hives: {{ a: {{ keys: {{ '{deep}': {{}} }} }} }}\n")).is_err());
    let step = "a\\".repeat(30) + "a";
    let nested = format!("{{ keys: {{ '{step}': ").repeat(25) + "{}" + &" } }".repeat(25);
    assert!(is_soon(&format!("hives: {{ a: {nested} }}\n")).is_err());
    let many: String = (0..8_000).map(|n| format!("'{}b{n}': {{}}, ", "a\\".repeat(50))).collect();
    assert!(is_soon(&format!("hives: {{ a: {{ keys: {{ {many} }} }} }}\n")).is_err());
    let faults = "{ fault: dirty }, ".repeat(200);
    assert!(is_soon(&format!("hives: {{ a: {{ damage: [{faults}] }} }}\n")).is_err());
    let cases: String =
        (0..2_000).map(|n| format!("  - {{ name: n{n}, hive: {{}}, outcome: pass }}\n")).collect();
    assert!(is_soon(&format!("cases:\n{cases}")).is_err());
    let values: String = (0..15_000).map(|n| format!("v{n}: {n}, ")).collect();
    assert!(
        is_soon(&format!("hives: {{ a: {{ keys: {{ k: {{ values: {{ {values} }} }} }} }} }}\n"))
            .is_ok()
    );
}
