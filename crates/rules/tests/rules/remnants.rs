//! What was deleted where a rule looks.

use coldhive_forge::{Fault, HiveSpec, build, samples};
use coldhive_hive::{Certainty, Counterpart};
use coldhive_rules::{Context, EvidenceKind, Outcome, Rule, Truth, Verdict};

use crate::support::{
    MIGRATION, PARAMETERS, PROVIDER, PROVIDERS, built_in, check, choosing, evaluate, faulty, node,
    q262832, q262832_with, rule, truth, verdicts,
};
use coldhive_system::Selector;

fn deleted(key: &str) -> HiveSpec {
    faulty(Fault::DeletedKey { key: key.into() })
}

#[test]
fn a_deleted_key_explains_a_missing_one() {
    let verdict = q262832(&deleted(PROVIDER));
    assert_eq!(verdict.outcome, Outcome::Fail);
    let found: Vec<_> = verdict.remnants.iter().filter(|it| it.what == EvidenceKind::Key).collect();
    let [key] = found.as_slice() else { panic!("{:#?}", verdict.remnants) };
    assert_eq!(key.path.to_lowercase(), PROVIDER.to_lowercase());
    assert_eq!(key.stood.to_lowercase(), PROVIDER.to_lowercase());
    assert_eq!(key.counterpart, Counterpart::Deleted);
    assert!(key.certainty >= Certainty::Plausible);
    assert_eq!(key.file, "SYSTEM");
    assert_eq!(key.file_offset, Some(u64::from(key.cell.get()) + 4096 + 4));
    // The deleted key still has what the sound node has there.
    let sound = samples::cluster_sound();
    let values = &sound.root.get(PROVIDER).unwrap().values;
    let read: Vec<_> =
        key.values.iter().map(|value| (value.name.clone(), value.data.0.clone())).collect();
    let expected: Vec<_> =
        values.iter().map(|value| (value.name.clone(), value.data.clone())).collect();
    assert_eq!(read, expected);
    let json = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
}

/// A key that was deleted with its parent is found by its own path.
#[test]
fn a_key_deleted_with_the_one_above_it() {
    let verdict = q262832(&deleted(MIGRATION));
    let paths: Vec<_> =
        verdict.remnants.iter().map(|remnant| remnant.path.to_lowercase()).collect();
    for path in [PROVIDER, MIGRATION] {
        assert!(paths.contains(&path.to_lowercase()), "{path}: {paths:?}");
    }
    // What no check looks at is not told.
    assert!(!paths.contains(&PROVIDERS.to_lowercase()));
}

#[test]
fn nothing_is_searched_for_where_nothing_is_open() {
    let elsewhere = deleted("ControlSet002\\Services\\Winsock");
    assert_eq!(q262832(&elsewhere).outcome, Outcome::Pass);
    assert_eq!(q262832(&elsewhere).remnants, []);
    // An older copy beside a sound key is told when it is asked for.
    let old = faulty(Fault::DeletedValue { key: PARAMETERS.into(), value: "Transports".into() });
    let asked = Context { remnants: true, ..Context::default() };
    let verdict = q262832_with(&old, &asked);
    assert_eq!(verdict.outcome, Outcome::Fail);
    let sound = q262832_with(&samples::cluster_sound(), &asked);
    assert_eq!((sound.outcome, sound.remnants), (Outcome::Pass, vec![]));
}

#[test]
fn the_predicate() {
    let predicate = |wanted: bool| format!("key: {{ path: '{PROVIDER}', remnant: {wanted} }}");
    let gone = deleted(PROVIDER);
    assert_eq!(truth(&gone, &predicate(true)), Truth::True);
    assert_eq!(truth(&gone, &predicate(false)), Truth::False);
    let never = samples::cluster_broken();
    assert_eq!(truth(&never, &predicate(true)), Truth::False);
    assert_eq!(truth(&never, &predicate(false)), Truth::True);
    assert_eq!(truth(&samples::cluster_sound(), &predicate(true)), Truth::False);
    // Together with what lives.
    let both = format!("key: {{ path: '{PROVIDER}', exists: false, remnant: true }}");
    assert_eq!(truth(&gone, &both), Truth::True);
    assert_eq!(truth(&never, &both), Truth::False);
    // The same name elsewhere is another key.
    let other = format!("key: {{ path: '{PARAMETERS}\\Clusnet', remnant: true }}");
    assert_eq!(truth(&gone, &other), Truth::False);
    // A file that ends too soon may have lost it.
    let mut file = build(&never).unwrap();
    file.truncate(file.len() - 4096);
    let rule = rule(&[&predicate(true)]);
    let verdict = verdicts(&rule, &file, &choosing(Selector::Number(1))).remove(0);
    assert_eq!(check(&verdict, "c0").result, Truth::Unknown);
}

#[test]
fn the_evidence_of_the_predicate_is_no_question_to_a_second_reader() {
    let rule =
        rule(&["key: { path: '{winsock}\\Setup Migration\\Providers\\Clusnet', remnant: true }"]);
    let verdict = evaluate(&rule, &deleted(PROVIDER), &Context::default());
    let evidence = &check(&verdict, "c0").evidence[0];
    assert!(evidence.remnant && evidence.last_written.is_some());
    assert!(evidence.key.to_lowercase().ends_with("\\providers\\clusnet"));
    assert_eq!(evidence.observation(), None);
}

/// A list that was deleted is told with what it held, attached to its key or not.
#[test]
fn a_deleted_value_of_a_living_key() {
    for (key, name, check_id, stood) in [
        (MIGRATION, "Provider List", "provider-list", Some(MIGRATION)),
        // The only value of its key leaves no list behind.
        (PARAMETERS, "Transports", "transports", None),
    ] {
        // What stood last in a list is still named behind its end.
        let last = node(|root| root.at(key).values.sort_by_key(|value| value.name == name));
        let spec = last.fault(Fault::DeletedValue { key: key.into(), value: name.into() });
        let verdict = q262832(&spec);
        assert_eq!(check(&verdict, check_id).result, Truth::False);
        let found: Vec<_> =
            verdict.remnants.iter().filter(|it| it.what == EvidenceKind::Value).collect();
        let [value] = found.as_slice() else { panic!("{:#?}", verdict.remnants) };
        assert_eq!(value.value.as_deref(), Some(name));
        assert_eq!(value.path.to_lowercase(), key.to_lowercase());
        match stood {
            Some(stood) => {
                assert_eq!(value.stood.to_lowercase(), stood.to_lowercase());
                assert!(value.certainty >= Certainty::Plausible);
            }
            None => {
                assert_eq!((value.stood.as_str(), value.certainty), ("...", Certainty::Unattached));
            }
        }
        let sound = samples::cluster_sound();
        let stored = sound.root.get(key).unwrap().values.iter().find(|it| it.name == name).unwrap();
        assert_eq!(value.values[0].data.0, stored.data);
        let text = value.values[0].text.as_deref().unwrap();
        assert!(text.contains("Clusnet"), "{text}");
    }
}

/// What was deleted from a real hive's copy is found.
#[test]
fn a_real_hive_with_a_deleted_provider() {
    let Some(corpus) = crate::corpus::corpus() else { return };
    let file = std::fs::read(corpus.join("cluster/provider-key-deleted.SYSTEM")).unwrap();
    let rules = built_in();
    let rule: &Rule = rules.get("Q262832").unwrap();
    let verdict = verdicts(rule, &file, &Context::default()).remove(0);
    assert_eq!(verdict.outcome, Outcome::Fail);
    let found: Vec<_> =
        verdict.remnants.iter().map(|it| (it.stood.to_lowercase(), it.counterpart)).collect();
    assert!(found.contains(&(PROVIDER.to_lowercase(), Counterpart::Deleted)), "{found:#?}");
    // In the copy in which the key was never written, nothing is found.
    let file = std::fs::read(corpus.join("cluster/provider-key-missing.SYSTEM")).unwrap();
    let verdict = verdicts(rule, &file, &Context::default()).remove(0);
    let clusnet = |stood: &str| stood.to_lowercase().ends_with("\\clusnet");
    assert!(verdict.remnants.iter().all(|it| !clusnet(&it.stood)), "{:#?}", verdict.remnants);
}
