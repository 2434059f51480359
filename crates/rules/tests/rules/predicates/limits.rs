//! Work is counted, and can be ended.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::Hive;
use coldhive_rules::{
    Cancel, Context, HiveInfo, Limits, Outcome, Rule, RuleSet, Session, Target, Truth, Verdict,
};
use coldhive_system::{Selector, System};

use crate::support::{choosing, node, rule, verdicts};

#[test]
fn evaluating_can_be_shared_between_threads() {
    fn sendable<T: Send + Sync>() {}
    sendable::<Rule>();
    sendable::<RuleSet>();
    sendable::<Context>();
    sendable::<Verdict>();
    sendable::<Session<'static>>();
}

#[test]
fn threads_share_a_session() {
    let file = build(&node(|_| {})).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    let rules = RuleSet::built_in().unwrap();
    let session = Session::new(system);
    let context = Context { selector: Selector::All, ..Context::default() };
    let alone = Target::new(system, &info).check_all(rules.iter(), &context);
    std::thread::scope(|threads| {
        let shared =
            || Target::new(system, &info).sharing(&session).check_all(rules.iter(), &context);
        let all: Vec<_> = (0..4).map(|_| threads.spawn(shared)).collect();
        for thread in all {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
    assert!(format!("{session:?}").contains("located"));
}

fn many(services: usize) -> Vec<u8> {
    let mut spec = node(|_| {});
    spec.version = Version::V1_5;
    let key = spec.root.at("ControlSet001\\Services");
    key.subkeys.extend(
        (0..services).map(|n| KeySpec::new(format!("s{n}")).value(ValueSpec::dword("Start", 3))),
    );
    build(&spec).unwrap()
}

const EACH: &str = "for_each: { subkeys_of: '{ccs}\\Services', as: svc, where: { text: { of: '{svc}', matches: '^s\\d' } }, expect: { service: { name: '{svc}', start: manual } } }";

#[test]
fn a_loop_over_very_many_ends() {
    let file = many(3000);
    let verdict = verdicts(&rule(&[EACH]), &file, &choosing(Selector::Number(1))).remove(0);
    assert_eq!(verdict.checks[0].result, Truth::True, "{}", verdict.checks[0].found);
    // Each element in each: nine million pairs are more than may be looked at.
    let pairs = |start: &str| {
        let inner = EACH.replace("as: svc", "as: other").replace("{svc}", "{other}");
        let inner = inner.replace("manual", start);
        EACH.replace("service: { name: '{svc}', start: manual }", &inner)
    };
    let mut limits = Limits::default();
    limits.elements = 100_000;
    let context = Context { limits, ..choosing(Selector::Number(1)) };
    let verdict = verdicts(&rule(&[&pairs("boot")]), &file, &context).remove(0);
    assert_eq!(verdict.checks[0].result, Truth::False, "the first violates it");
    let verdict = verdicts(&rule(&[&pairs("manual"), EACH]), &file, &context).remove(0);
    let results: Vec<_> = verdict.checks.iter().map(|check| check.result).collect();
    assert_eq!(results, [Truth::Unknown, Truth::Unknown]);
    assert!(
        verdict.notes.iter().any(|note| note.contains("not everything was looked at")),
        "{:?}",
        verdict.notes
    );
    assert_eq!(verdict.outcome, Outcome::Unknown);
}

#[test]
fn limits_do_not_depend_on_what_was_known_before() {
    let file = many(200);
    let system = System::new(Hive::parse(&file).unwrap());
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    let session = Session::new(system);
    let rule = rule(&[EACH]);
    for elements in [10, 100, 1000, 2000, 5000] {
        let mut limits = Limits::default();
        limits.elements = elements;
        let context = Context { limits, ..choosing(Selector::Number(1)) };
        let once = Target::new(system, &info).check(&rule, &context);
        for _ in 0..2 {
            assert_eq!(Target::new(system, &info).sharing(&session).check(&rule, &context), once);
        }
    }
}

#[test]
fn a_limit_on_data() {
    let spec = node(|root| {
        root.at("ControlSet001\\Test").set_value(ValueSpec::binary("v", vec![1; 10_000]));
    });
    let file = build(&spec).unwrap();
    let predicates: Vec<_> = (0..50)
        .map(|n| format!("value: {{ path: '{{ccs}}\\Test', name: v, length: {{ gt: {n} }} }}"))
        .collect();
    let rule = rule(&predicates.iter().map(String::as_str).collect::<Vec<_>>());
    let mut limits = Limits::default();
    limits.bytes = 100_000;
    let verdict =
        verdicts(&rule, &file, &Context { limits, ..choosing(Selector::Number(1)) }).remove(0);
    let unknown = verdict.checks.iter().filter(|check| check.result == Truth::Unknown).count();
    assert!((30..45).contains(&unknown), "{unknown}");
    assert!(verdict.checks.last().unwrap().found.contains("more data"));
}

#[test]
fn a_cancelled_evaluation_knows_nothing() {
    let file = build(&node(|_| {})).unwrap();
    let cancel = Cancel::new();
    cancel.cancel();
    let context = Context { cancel, ..Context::default() };
    let rules = RuleSet::built_in().unwrap();
    let verdict = verdicts(rules.get("Q262832").unwrap(), &file, &context).remove(0);
    assert_eq!(verdict.outcome, Outcome::Unknown);
    assert!(verdict.notes.iter().any(|note| note.contains("cancelled")));
    assert!(verdict.checks.iter().all(|check| check.result == Truth::Unknown));
}

/// A thousand paths with stars over a hive whose keys lie below themselves.
#[test]
fn a_hostile_rule_over_a_hostile_hive_ends() {
    let mut root = KeySpec::new("");
    root.at("ControlSet001\\a\\b\\c");
    root.at("ControlSet001\\a\\d");
    let spec = HiveSpec::new(Version::V1_5, root)
        .fault(coldhive_forge::Fault::Cycle {
            key: "ControlSet001\\a\\b\\c".into(),
            to: "ControlSet001\\a".into(),
        })
        .fault(coldhive_forge::Fault::Cycle {
            key: "ControlSet001\\a\\d".into(),
            to: "ControlSet001".into(),
        });
    let file = build(&spec).unwrap();
    let stars = "\\*".repeat(8);
    let predicates: Vec<_> = [stars.clone(), "\\*".repeat(2000), format!("{stars}\\a\\*")]
        .iter()
        .map(|stars| format!("for_each: {{ subkeys_of: '{{ccs}}{stars}', as: x, expect: {{ key: {{ path: '{{x.path}}', exists: true }} }} }}"))
        .collect();
    let rule = rule(&predicates.iter().map(String::as_str).collect::<Vec<_>>());
    let verdict = verdicts(&rule, &file, &choosing(Selector::Number(1))).remove(0);
    assert!(
        verdict.checks.iter().skip(1).all(|check| check.result == Truth::Unknown),
        "{:?}",
        verdict.checks
    );
}
