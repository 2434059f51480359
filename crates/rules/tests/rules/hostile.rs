//! Hostile rule files and hives: an error or an answer, soon, on a small stack.

use coldhive_forge::{HiveSpec, KeySpec, Version, build};
use coldhive_rules::{Context, LoadError, Rule, Truth};

use crate::support::{
    MIGRATION, PARAMETERS, check, evaluate, node, q262832, rule, transports, utf16,
};

const SMALL_STACK: usize = 2 << 20;

/// Runs on a stack as small as a program's threads may have.
fn on_a_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK).spawn(run).unwrap();
    thread.join().expect("it does not panic")
}

fn load(text: String) -> Result<Rule, LoadError> {
    on_a_small_stack(move || Rule::load("hostile", &text))
}

const HEAD: &str = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\n";
const CHECKS: &str =
    "checks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n";

#[test]
fn files_that_are_no_rules() {
    let million = 1_000_000;
    for (text, what) in [
        (String::new(), "nothing"),
        ("\n\n# only a comment\n".into(), "a comment"),
        ("\u{feff}".into(), "a byte order mark"),
        ("null".into(), "null"),
        ("- a\n- b\n".into(), "a list"),
        ("\0".into(), "a NUL"),
        ("\t\tid: r\n".into(), "tabs"),
        (format!("{HEAD}checks:\n\t- id: c\n"), "a tab in the indentation"),
        ("x".repeat(million), "a word of a million letters"),
        ("[".repeat(million), "a million brackets"),
        ("{".repeat(million), "a million braces"),
        ("- ".repeat(million / 2), "half a million dashes"),
        ("? ".repeat(million / 2), "half a million question marks"),
        ("a: ".repeat(million / 3), "colons"),
        ("'".repeat(million), "quotes"),
        ("&a ".repeat(million / 3), "anchors"),
        ("*a ".repeat(million / 3), "aliases"),
        ("!!a ".repeat(million / 4), "tags"),
        ("---\n".repeat(million / 4), "a quarter of a million documents"),
        ("%YAML 1.2\n".repeat(million / 10), "directives"),
        ("a: b\n".repeat(million / 5), "one key again and again"),
        ((0..60_000).map(|n| format!("k{n}: v\n")).collect(), "many keys"),
        ("[]\n".repeat(million / 3), "empty lists"),
        ((0..2_000).map(|n| format!("{}k:\n", " ".repeat(n % 400))).collect(), "deep maps"),
        ("é€𝄞".repeat(100_000), "letters of several bytes"),
        (format!("{HEAD}{CHECKS}---\n{HEAD}{CHECKS}"), "two rules in one file"),
        (format!("{HEAD}id: again\n{CHECKS}"), "a field twice"),
        (
            format!("{HEAD}{CHECKS}").replace("exists: true", "exists: true, exists: false"),
            "a test twice",
        ),
    ] {
        assert!(load(text).is_err(), "{what}");
    }
}

#[test]
fn nesting() {
    for depth in [70, 10_000, 100_000] {
        for (open, close) in [("[", "]"), ("{ not: ", " }"), ("{ all: [", "] }")] {
            let predicate = format!(
                "{}{{ key: {{ path: Select, exists: true }} }}{}",
                open.repeat(depth),
                close.repeat(depth)
            );
            let text = format!("{HEAD}checks:\n  - {{ id: c, title: t, expect: {predicate} }}\n");
            assert!(load(text).is_err(), "{depth} of {open}");
        }
    }
    // As deep as may be: it loads and evaluates.
    let depth = 50;
    let predicate = format!(
        "not: {}{{ key: {{ path: Select, exists: true }} }}{}",
        "{ not: ".repeat(depth - 1),
        " }".repeat(depth - 1)
    );
    let truth = on_a_small_stack(move || {
        let verdict = evaluate(&rule(&[&predicate]), &node(|_| {}), &Context::default());
        check(&verdict, "c0").result
    });
    assert_eq!(truth, Truth::True);
}

/// A rule needs no anchors: one is an error, so that no bomb can be built of them.
#[test]
fn anchors_and_aliases() {
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (one, next) in ('a'..'i').zip('b'..='i') {
        bomb.push_str(&format!("{next}: &{next} [{}]\n", vec![format!("*{one}"); 9].join(", ")));
    }
    assert!(load(bomb).is_err());
    let anchored = format!("{HEAD}{CHECKS}").replace("{ key:", "&k { key:");
    assert!(load(anchored).is_err(), "one anchor");
    let aliased = format!("{HEAD}tags: [a, *b]\n{CHECKS}");
    assert!(load(aliased).is_err(), "one alias");
    assert!(load(format!("{HEAD}tags: [a]\n{CHECKS}")).is_ok());
}

#[test]
fn large_rules_end() {
    let scalar = format!("{HEAD}description: {}\n{CHECKS}", "word ".repeat(200_000));
    let _ = load(scalar);
    let many: String = (0..9_000)
        .map(|n| {
            format!(
                "  - {{ id: c{n}, title: t, expect: {{ key: {{ path: K, exists: true }} }} }}\n"
            )
        })
        .collect();
    let _ = load(format!("{HEAD}checks:\n{many}"));
    let wide = "{ key: { path: K, exists: true } }, ".repeat(25_000);
    let _ =
        load(format!("{HEAD}checks:\n  - {{ id: c, title: t, expect: {{ all: [{wide}] }} }}\n"));
}

#[test]
fn two_long_lists_are_compared_in_time() {
    let entries = |from: u32| (from..from + 50_000).map(|n| format!("e{n}\0")).collect::<String>();
    let spec = node(|root| {
        for (key, name, from) in [(PARAMETERS, "Transports", 0), (MIGRATION, "Provider List", 1)] {
            let data = utf16(&format!("{}\0", entries(from)));
            root.at(key).set_value(coldhive_forge::ValueSpec::raw(name, 7, data));
        }
    });
    let verdict = on_a_small_stack(move || q262832(&spec));
    assert_eq!(check(&verdict, "lists-agree").result, Truth::False);
    assert_eq!(check(&verdict, "transports").result, Truth::False);
}

#[test]
fn a_list_of_very_many_entries() {
    let spec = transports(7, utf16(&format!("{}\0", "a\0".repeat(200_000))));
    let verdict = on_a_small_stack(move || q262832(&spec));
    assert_eq!(check(&verdict, "transports").result, Truth::False);
}

#[test]
fn a_hundred_thousand_services() {
    let mut spec = node(|_| {});
    spec.version = Version::V1_5;
    let services = spec.root.at("ControlSet001\\Services");
    services.subkeys.extend((0..100_000).map(|n| KeySpec::new(format!("s{n}"))));
    let file = build(&spec).unwrap();
    let rules = crate::support::built_in();
    let verdict =
        crate::support::verdicts(rules.get("Q262832").unwrap(), &file, &Context::default())
            .remove(0);
    assert_eq!(verdict.outcome, coldhive_rules::Outcome::Pass);
}

#[test]
fn a_hive_without_anything() {
    let spec = HiveSpec::new(Version::V1_3, KeySpec::new(""));
    assert_eq!(q262832(&spec).outcome, coldhive_rules::Outcome::NotApplicable);
}
