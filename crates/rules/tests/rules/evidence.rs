//! The bytes that a verdict rests on, and the questions that a second reader is asked.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::{Answer, Subject};
use coldhive_rules::{Context, Evidence, EvidenceKind, Finding, Verdict};
use coldhive_system::Selector;

use crate::support::{
    MIGRATION, PARAMETERS, PROVIDER, PROVIDERS, built_in, check, choosing, evaluate, faulty,
    list_hole, node, q262832, regardless, rule, verdicts, zero_signature,
};

fn variants() -> Vec<HiveSpec> {
    let mut specs: Vec<_> = samples::all().into_iter().map(|sample| sample.spec).collect();
    specs.extend([
        faulty(list_hole(PROVIDER)),
        faulty(zero_signature(PARAMETERS)),
        faulty(zero_signature(MIGRATION)),
        faulty(Fault::ListSignature { key: MIGRATION.into() }),
        faulty(Fault::ValueSignature { key: PARAMETERS.into(), value: "Transports".into() }),
        faulty(Fault::ValueListHole { key: PARAMETERS.into(), value: "Transports".into() }),
        faulty(Fault::DataCutShort { key: PARAMETERS.into(), value: "Transports".into() }),
        faulty(Fault::DeletedKey { key: PROVIDER.into() }),
        faulty(Fault::WrongParent { key: PARAMETERS.into() }),
        faulty(zero_signature("ControlSet001\\Services")),
        faulty(zero_signature("Select")),
        faulty(Fault::RootUnreadable),
    ]);
    specs
}

fn all_evidence(verdict: &Verdict) -> Vec<Evidence> {
    verdict.clone().evidence_mut().map(|evidence| evidence.clone()).collect()
}

#[test]
fn every_record_begins_where_the_evidence_says() {
    let rules = built_in();
    let q262832 = rules.get("Q262832").unwrap();
    let mut seen = [0; 3];
    for spec in variants() {
        let file = build(&spec).unwrap();
        for verdict in [Selector::Current, Selector::All]
            .into_iter()
            .flat_map(|selector| verdicts(q262832, &file, &Context { selector, ..regardless() }))
        {
            for evidence in all_evidence(&verdict) {
                let Some(offset) = evidence.file_offset else {
                    assert_ne!(evidence.finding, Finding::Found, "{evidence:#?}");
                    continue;
                };
                let at = usize::try_from(offset).unwrap();
                let found = &file[at..at + 2];
                let signature: &[u8] = match evidence.kind {
                    EvidenceKind::Key => b"nk",
                    EvidenceKind::Value => b"vk",
                    EvidenceKind::Security => b"sk",
                };
                seen[evidence.kind as usize] += 1;
                if evidence.finding == Finding::Unreadable && found == [0, 0] {
                    assert!(!evidence.damage.is_empty());
                    continue;
                }
                assert_eq!(found, signature, "{evidence:#?}");
                assert_eq!(evidence.cell.unwrap().get() + 0x1004, u32::try_from(offset).unwrap());
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}

/// A key whose entry points nowhere has no cell: its parent's place is not its own.
#[test]
fn an_entry_that_points_nowhere_has_no_place() {
    let verdict = q262832(&faulty(list_hole(PROVIDER)));
    let [record] = check(&verdict, "provider-key").evidence.as_slice() else { panic!() };
    assert_eq!(record.finding, Finding::Unreadable);
    assert_eq!((record.cell, record.file_offset), (None, None));
    let verdict = q262832(&faulty(zero_signature(PROVIDER)));
    let [record] = check(&verdict, "provider-key").evidence.as_slice() else { panic!() };
    assert!(record.cell.is_some() && record.file_offset.is_some());
}

#[test]
fn each_piece_asks_what_was_asked() {
    let cell = |spec: &HiveSpec, id: &str| {
        let verdict = q262832(spec);
        check(&verdict, id)
            .evidence
            .iter()
            .map(|evidence| evidence.observation().unwrap())
            .collect::<Vec<_>>()
    };
    let one = |spec: &HiveSpec, id: &str| {
        let all = cell(spec, id);
        assert_eq!(all.len(), 1, "{all:#?}");
        all.into_iter().next().unwrap()
    };
    let stored = |path: &str| path.replace("Winsock", "WinSock");
    let sound = samples::cluster_sound();
    let found = one(&sound, "provider-key");
    assert_eq!(found.key, stored(PROVIDER));
    assert_eq!(
        (found.subject, found.answer),
        (Subject::Key, Answer::Key { name: "Clusnet".into() })
    );
    let value = one(&sound, "transports");
    assert_eq!(value.key, stored(PARAMETERS));
    assert_eq!(value.subject, Subject::Value("Transports".into()));
    assert_eq!(
        value.answer,
        Answer::Value {
            type_code: 7,
            data: ValueSpec::multi_sz("", &["Tcpip", "NetBIOS", "Clusnet"]).data
        }
    );
    let security = one(&sound, "parameters-key-access");
    assert_eq!(security.subject, Subject::Security);
    assert_eq!(security.answer, Answer::Security { descriptor: samples::winsock_descriptor() });

    let absent = one(&samples::cluster_broken(), "provider-key");
    assert_eq!(absent.key, stored(PROVIDER));
    assert_eq!((absent.subject, absent.answer), (Subject::Key, Answer::Absent));
    let unreadable = one(&samples::cluster_damaged(), "provider-key");
    assert_eq!(unreadable.key, stored(PROVIDER));
    assert_eq!(unreadable.answer, Answer::Unreadable);
    let obscured = one(&samples::cluster_obscured(), "provider-key");
    assert_eq!(obscured.key, stored(PROVIDER));
    assert_eq!(obscured.answer, Answer::Obscured);
    let above = one(&faulty(zero_signature(PROVIDERS)), "provider-key");
    assert_eq!(above.key, stored(PROVIDER));
    assert_eq!(above.answer, Answer::Obscured);

    let cut = Fault::DataCutShort { key: PARAMETERS.into(), value: "Transports".into() };
    let cut = one(&faulty(cut), "transports");
    assert_eq!(cut.subject, Subject::Value("Transports".into()));
    assert_eq!(cut.answer, Answer::Unreadable);
    let spec = crate::support::node(|root| root.at(PARAMETERS).values.clear());
    let none = one(&spec, "transports");
    assert_eq!((none.key, none.subject), (stored(PARAMETERS), Subject::Value("Transports".into())));
    assert_eq!(none.answer, Answer::Absent);
}

/// The root's path is empty, and its name is not.
#[test]
fn the_root_key_is_named_as_it_is_stored() {
    let mut root = samples::cluster_sound().root.remove("ControlSet001").unwrap();
    root.name = "Exported".into();
    let spec = HiveSpec::new(Version::V1_3, root);
    let verdict =
        evaluate(&rule(&["key: { path: '{ccs}', exists: true }"]), &spec, &choosing(Selector::All));
    for evidence in all_evidence(&verdict) {
        let observation = evidence.observation().unwrap();
        assert_eq!(observation.key, "");
        assert_ne!(observation.answer, Answer::Key { name: String::new() }, "it has a name");
    }
}

#[test]
fn damage_told_by_one_part_of_a_check_is_in_its_evidence() {
    let both = "all: [{ key: { path: '{winsock}\\Parameters', exists: true } }, \
                { key: { path: '{winsock}\\Parameters', intact: true } }]";
    let spec = faulty(Fault::WrongParent { key: PARAMETERS.into() });
    let verdict = evaluate(&rule(&[both]), &spec, &Context::default());
    let [record] = check(&verdict, "c0").evidence.as_slice() else { panic!("one record") };
    assert_eq!(record.damage.len(), 1, "{record:#?}");
}

#[test]
fn a_record_looked_at_twice_is_told_once_with_all_its_aces() {
    let verdict = q262832(&samples::cluster_sound());
    for check in &verdict.checks {
        for (index, evidence) in check.evidence.iter().enumerate() {
            let again = check.evidence[..index].iter().any(|other| {
                other.cell == evidence.cell
                    && other.kind == evidence.kind
                    && other.value == evidence.value
            });
            assert!(!again, "{}: {evidence:#?}", check.id);
        }
    }
    let access = check(&verdict, "parameters-key-access");
    assert_eq!(access.evidence.len(), 1);
    assert!(!access.evidence[0].aces.is_empty());
    assert!(access.evidence[0].sddl.as_deref().unwrap().starts_with("O:BAG:SYD:"));
}

#[test]
fn verdicts_read_what_they_write() {
    for spec in variants() {
        for context in [Context::default(), regardless()] {
            let verdict = evaluate(built_in().get("Q262832").unwrap(), &spec, &context);
            let json = serde_json::to_string(&verdict).unwrap();
            assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
        }
    }
}

#[test]
fn a_list_of_hostile_length_has_bounded_damage() {
    let mut root = KeySpec::new("R");
    root.at("ControlSet001\\Services\\Winsock");
    let winsock = root.at("ControlSet001\\Services\\Winsock");
    for number in 0..400 {
        winsock.subkeys.push(KeySpec::new(format!("key{number}")));
    }
    let mut spec = HiveSpec::new(Version::V1_3, root);
    spec.faults = (0..400)
        .map(|number| list_hole(&format!("ControlSet001\\Services\\Winsock\\key{number}")))
        .collect();
    let verdict = evaluate(
        &rule(&["key: { path: '{winsock}\\Parameters', exists: true }"]),
        &spec,
        &choosing(Selector::Number(1)),
    );
    let damage = &check(&verdict, "c0").evidence[0].damage;
    assert_eq!(damage.len(), 1, "the same thing is said once");

    // Of a thousand different things the first hundred are told, and how many more there are.
    spec.faults = (0..400)
        .map(|number| zero_signature(&format!("ControlSet001\\Services\\Winsock\\key{number}")))
        .collect();
    let verdict = evaluate(
        &rule(&["key: { path: '{winsock}\\Parameters', exists: true }"]),
        &spec,
        &choosing(Selector::Number(1)),
    );
    let record = &check(&verdict, "c0").evidence[0];
    assert_eq!((record.damage.len(), record.more_damage), (100, 300));
    let json = serde_json::to_string(record).unwrap();
    assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), *record);
}

/// What a hive shares between a thousand control sets must not be copied a thousand times in full.
#[test]
fn large_data_is_cut_and_then_not_compared() {
    let entries: Vec<String> = (0..20_000).map(|number| format!("Transport{number}")).collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let list = ValueSpec::multi_sz("Transports", &entries);
    let spec = node(|root| {
        root.at(PARAMETERS).set_value(list.clone());
    });
    let verdict = q262832(&spec);
    let evidence = &check(&verdict, "transports").evidence[0];
    assert_eq!(evidence.data.as_ref().map(|data| data.0.len()), Some(65_536));
    assert_eq!(evidence.data_size, Some(list.data.len()));
    assert_eq!(evidence.observation(), None);
}
