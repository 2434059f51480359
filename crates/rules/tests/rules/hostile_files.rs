//! Rule files made to cost time, memory or a reader's terminal: refused, soon, in bounded words.

use std::time::{Duration, Instant};

use coldhive_rules::{Diagnostics, MOST_REPORTED, Rule, RuleSet, Style};
use proptest::prelude::*;

const HEAD: &str = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\n";

/// What there is to say of a text, and that it is said soon and as it should be.
fn diagnostics(text: &str) -> Diagnostics {
    let start = Instant::now();
    let found = match Rule::load("hostile.yaml", text) {
        Ok(rule) => rule.warnings(),
        Err(error) => {
            assert!(!error.diagnostics().is_empty());
            error.diagnostics().clone()
        }
    };
    is_sound(&found, text);
    // Far more than it takes, and far less than work that grows with the square of a file.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}: {:.60}", start.elapsed(), text);
    found
}

/// Places lie in the text, and what is shown is of bounded size and harmless.
fn is_sound(found: &Diagnostics, text: &str) {
    assert!(found.list().len() <= MOST_REPORTED);
    for label in found.list().iter().flat_map(|one| &one.labels) {
        assert!(label.span.start <= label.span.end, "{label:?}");
        assert!(text.len() > 1 << 20 || text.get(label.span.range()).is_some(), "{label:?}");
    }
    let rendered = found.render(Style::Plain);
    assert!(rendered.len() <= 8_000 * (found.list().len() + 1), "{}", rendered.len());
    let is_harmful =
        |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!rendered.contains(is_harmful), "{rendered:?}");
    assert!(!found.to_string().contains(is_harmful));
    let json = serde_json::to_value(found.to_json()).unwrap();
    for (one, json) in found.list().iter().zip(json["diagnostics"].as_array().unwrap()) {
        let place = found.position(one);
        let label =
            json["labels"].as_array().unwrap().iter().find(|label| label["primary"] == true);
        let told =
            label.map(|label| (label["line"].as_u64().unwrap(), label["column"].as_u64().unwrap()));
        assert_eq!(told, place.map(|place| (place.line as u64, place.column as u64)));
    }
}

fn first_code(text: &str) -> String {
    diagnostics(text).list()[0].code.to_string()
}

#[test]
fn deep_ones() {
    for open in ["[", "{a: ", "- ", "? ", "!!a [", "{not: "] {
        let text = format!("{HEAD}checks: \n  {}", open.repeat(10_000));
        let code = first_code(&text);
        assert!(["CH021", "CH020", "CH001"].contains(&code.as_str()), "{open}: {code}");
    }
    assert_eq!(first_code(&"[".repeat(10_000)), "CH021");
    let nested = (0..1_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>();
    assert_eq!(first_code(&nested), "CH021");
}

#[test]
fn wide_ones() {
    assert_eq!(first_code(&format!("{HEAD}tags: [{}]", "a,".repeat(60_000))), "CH021");
    assert_eq!(first_code(&"x".repeat((1 << 20) + 1)), "CH002");
    let nonsense: String = (0..1 << 20)
        .map(|n: u32| char::from(b' ' + (n.wrapping_mul(2_654_435_761) >> 25) as u8 % 95))
        .collect();
    diagnostics(&nonsense);
}

#[test]
fn references_that_multiply() {
    let mut bomb = format!("{HEAD}a: &a [x]\n");
    for (one, next) in ('a'..='y').zip('b'..='z') {
        bomb.push_str(&format!("{next}: &{next} [*{one}, *{one}, *{one}]\n"));
    }
    assert_eq!(first_code(&bomb), "CH020");
    assert_eq!(first_code(&format!("{HEAD}tags: [*nowhere]\n")), "CH020");
    assert_eq!(first_code(&format!("{HEAD}tags: !!seq [a]\n")), "CH020");
    assert_eq!(first_code(&format!("{HEAD}<<: {{ id: a }}\n")), "CH016", "no merging");
}

#[test]
fn vars_that_multiply_or_lead_nowhere() {
    let vars = |text: &dyn Fn(usize) -> String, number: usize| {
        let vars: String = (0..number).map(|n| format!("  v{n}: '{}'\n", text(n))).collect();
        format!(
            "{HEAD}vars:\n{vars}checks:\n  - {{ id: c, title: t, expect: {{ key: {{ path: '{{v9}}', exists: true }} }} }}\n"
        )
    };
    assert_eq!(first_code(&vars(&|n| format!("{{v{}}}", n + 1), 1_000)), "CH004");
    assert_eq!(first_code(&vars(&|n| format!("{{v{}}}", (n + 1) % 1_000), 1_000)), "CH028");
    assert_eq!(first_code(&vars(&|n| format!("{{v{0}}}{{v{0}}}", n + 1), 999)), "CH004");
    assert_eq!(
        first_code(&vars(
            &|n| if n == 0 { "xx".into() } else { format!("{{v{0}}}{{v{0}}}", n - 1) },
            999
        )),
        "CH012"
    );
    assert_eq!(first_code(&vars(&|_| "x".into(), 1_001)), "CH021");
    assert_eq!(
        first_code(&vars(&|_| "x".repeat(1_000), 1_000)),
        "CH101",
        "unused, and of bounded length"
    );
}

#[test]
fn more_mistakes_than_anybody_reads_are_counted() {
    let checks = "  - {}\n".repeat(20_000);
    let found = diagnostics(&format!("{HEAD}checks:\n{checks}"));
    assert_eq!(
        (found.list().len(), found.count()),
        (MOST_REPORTED, 60_000),
        "three fields lack in each"
    );
    assert!(found.render(Style::Plain).ends_with("and 59900 more\n\n"));
    assert!(found.to_string().ends_with("and 59900 more"));
    for (text, what) in [
        ((0..24_000).map(|n| format!("k{n}: v\n")).collect::<String>(), "unknown fields"),
        (format!("{HEAD}checks: [{}]", "exists, ".repeat(40_000)), "wrong kinds"),
        ("title: t\n".repeat(24_000), "one field again and again"),
        (
            format!(
                "{HEAD}params: {{ a: {{ type: sids, default: [{}] }} }}",
                "Administrator, ".repeat(40_000)
            ),
            "no SIDs",
        ),
        (
            format!(
                "{HEAD}checks:\n{}",
                "  - {id: c, title: t, expect: {access: {path: a, as: '{b}', lacks: [NOTIFI]}}}\n"
                    .repeat(2_000)
            ),
            "unknown rights",
        ),
        (
            format!(
                "{HEAD}checks:\n{}",
                "  - {id: c, title: t, expect: {key: {path: '{b}\\{c}', exists: true}}}\n"
                    .repeat(2_000)
            ),
            "unknown placeholders",
        ),
    ] {
        let found = diagnostics(&text);
        assert!(found.left_out() > 1_500, "{what}: {}", found.count());
    }
}

#[test]
fn names_and_lines_without_end() {
    let long = "n".repeat(500_000);
    for text in [
        format!("{HEAD}{long}: 1\n"),
        format!("{HEAD}? {long}\n: 1\n"),
        format!("{HEAD}level: {long}\n"),
        format!("{HEAD}\"{long}\": 1\n"),
        format!("{HEAD}vars: {{ \"{long}\": '{{x}}' }}\n"),
        format!("{HEAD}checks: [{{ id: {long}, title: t, expect: {{ all: [] }} }}]\n"),
        format!(
            "{HEAD}checks: [{{ id: c, title: t, expect: {{ key: {{ path: '{{{long}}}', exists: true }} }} }}]\n"
        ),
        format!(
            "{HEAD}checks: [{{ id: c, title: t, expect: {{ key: {{ path: '{long}', exists: true }} }} }}]\n"
        ),
        format!("{HEAD}{}", "\r".repeat(500_000)),
        format!("{HEAD}x: \"{}\"\n", "\u{202e}".repeat(300_000)),
        format!("{HEAD}x{}: 1\n", "\u{301}".repeat(400_000)),
    ] {
        diagnostics(&text);
    }
}

/// Warnings are bounded too.
#[test]
fn a_rule_that_loads_with_very_many_warnings() {
    let checks: String = (0..3_000)
        .map(|n| {
            format!(
                "  - {{ id: c {n}, title: t, expect: {{ key: {{ path: K\\, exists: true }} }} }}\n"
            )
        })
        .collect();
    let found = diagnostics(&format!("{HEAD}checks:\n{checks}"));
    assert!(found.count() > 8_000, "{}", found.count());
    let same = "{ key: { path: K, exists: true } }, ".repeat(5_000);
    let found = diagnostics(&format!(
        "{HEAD}checks: [{{ id: c, title: t, expect: {{ all: [{same}] }} }}]\n"
    ));
    assert!(found.count() > 100);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any text is a rule or is refused with reasons that can be shown.
    #[test]
    fn any_text(text in "[ -~\\n\\r\\té鍵\u{202e}\u{1b}]{0,200}") {
        diagnostics(&text);
    }

    /// So is a rule that somebody cut, doubled or overwrote.
    #[test]
    fn a_rule_that_was_damaged(
        from in any::<prop::sample::Index>(),
        length in 0_usize..40,
        put in "[ -~\\n\\t\u{202e}{}'\":,-]{0,12}",
    ) {
        let rules = RuleSet::built_in().unwrap();
        let good = rules.get("Q262832").unwrap().source().text();
        let bounds: Vec<_> = good.char_indices().map(|(index, _)| index).collect();
        let at = from.index(bounds.len());
        let end = (at + length).min(bounds.len() - 1);
        let text = format!("{}{put}{}", &good[..bounds[at]], &good[bounds[end]..]);
        diagnostics(&text);
    }
}
