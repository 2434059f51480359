//! Short ways to a hive, a rule and a verdict.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, build, samples};
use coldhive_hive::Hive;
use coldhive_rules::{
    CheckResult, Context, HiveInfo, Rule, RuleSet, Truth, Verdict, evaluate_selected,
};
use coldhive_system::{Selector, System};

pub(crate) const SERVICES: &str = "ControlSet001\\Services";
pub(crate) const WINSOCK: &str = "ControlSet001\\Services\\Winsock";
pub(crate) const PARAMETERS: &str = "ControlSet001\\Services\\Winsock\\Parameters";
pub(crate) const MIGRATION: &str = "ControlSet001\\Services\\Winsock\\Setup Migration";
pub(crate) const PROVIDERS: &str = "ControlSet001\\Services\\Winsock\\Setup Migration\\Providers";
pub(crate) const PROVIDER: &str =
    "ControlSet001\\Services\\Winsock\\Setup Migration\\Providers\\Clusnet";

/// The sample cluster node, changed.
pub(crate) fn node(change: impl FnOnce(&mut KeySpec)) -> HiveSpec {
    let mut spec = samples::cluster_sound();
    change(&mut spec.root);
    spec
}

/// The sample cluster node, unchanged but for one fault.
pub(crate) fn faulty(fault: Fault) -> HiveSpec {
    samples::cluster_sound().fault(fault)
}

pub(crate) fn zero_signature(key: &str) -> Fault {
    Fault::ZeroSignature { key: key.into() }
}

pub(crate) fn list_hole(key: &str) -> Fault {
    Fault::ListHole { key: key.into() }
}

/// The sample cluster node with these bytes as the list of transports.
pub(crate) fn transports(type_code: u32, data: impl Into<Vec<u8>>) -> HiveSpec {
    node(|root| {
        root.at(PARAMETERS).set_value(ValueSpec::raw("Transports", type_code, data));
    })
}

/// UTF-16LE.
pub(crate) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// All verdicts of a rule over a hive's bytes.
pub(crate) fn verdicts(rule: &Rule, file: &[u8], context: &Context) -> Vec<Verdict> {
    let system = System::new(Hive::parse(file).expect("it is a hive"));
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    evaluate_selected(rule, system, &info, context)
}

/// The one verdict of a rule.
pub(crate) fn evaluate(rule: &Rule, spec: &HiveSpec, context: &Context) -> Verdict {
    let file = build(spec).expect("the description can be written");
    let mut verdicts = verdicts(rule, &file, context);
    assert_eq!(verdicts.len(), 1);
    verdicts.remove(0)
}

/// The built-in rules.
pub(crate) fn built_in() -> RuleSet {
    RuleSet::built_in().expect("the built-in rules load")
}

/// The verdict of Q262832 for the current control set.
pub(crate) fn q262832(spec: &HiveSpec) -> Verdict {
    q262832_with(spec, &Context::default())
}

pub(crate) fn q262832_with(spec: &HiveSpec, context: &Context) -> Verdict {
    evaluate(built_in().get("Q262832").expect("it is built in"), spec, context)
}

pub(crate) fn regardless() -> Context {
    Context { assume_applicable: true, ..Context::default() }
}

pub(crate) fn choosing(selector: Selector) -> Context {
    Context { selector, ..Context::default() }
}

/// The check or remark of that id.
pub(crate) fn check<'v>(verdict: &'v Verdict, id: &str) -> &'v CheckResult {
    let found = verdict.checks.iter().chain(&verdict.remarks).find(|check| check.id == id);
    found.unwrap_or_else(|| panic!("there is no {id}"))
}

pub(crate) fn result(verdict: &Verdict, id: &str) -> Truth {
    check(verdict, id).result
}

/// Holds every check against what it should be; those not named must hold.
#[track_caller]
pub(crate) fn all_hold_but(verdict: &Verdict, exceptions: &[(&str, Truth)]) {
    for check in &verdict.checks {
        let exception = exceptions.iter().find(|(id, _)| *id == check.id);
        let expected = exception.map_or(Truth::True, |(_, truth)| *truth);
        assert_eq!(check.result, expected, "{}: {}", check.id, check.found);
    }
    for (id, _) in exceptions {
        assert!(verdict.checks.iter().any(|check| check.id == *id), "no check {id}");
    }
}

/// The ids of the remarks that were made.
pub(crate) fn remarks(verdict: &Verdict) -> Vec<&str> {
    verdict.remarks.iter().map(|remark| remark.id.as_str()).collect()
}

/// A rule whose checks are these predicates, in YAML's flow style, named c0, c1 and so on.
pub(crate) fn rule(predicates: &[&str]) -> Rule {
    let mut text = String::from(
        "schema: coldhive/1\nid: test\ntitle: t\nlevel: low\n\
         vars: { winsock: '{ccs}\\Services\\Winsock' }\n\
         params: { account: { type: sids, default: [BA, WD], open: ['S-1-5-21-*'] } }\nchecks:\n",
    );
    for (number, predicate) in predicates.iter().enumerate() {
        text.push_str(&format!("  - id: c{number}\n    title: t\n    expect: {{ {predicate} }}\n"));
    }
    Rule::load("test.yaml", &text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What one predicate gives for the current control set.
#[track_caller]
pub(crate) fn truth(spec: &HiveSpec, predicate: &str) -> Truth {
    let context = choosing(Selector::Number(1));
    result(&evaluate(&rule(&[predicate]), spec, &context), "c0")
}
