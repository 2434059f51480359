//! The SOFTWARE hive beside a SYSTEM hive.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::{Answer, Confirmation, Hive, Observation, SecondReader};
use coldhive_rules::Truth::{self, False, NotApplicable, True, Unknown};
use coldhive_rules::{
    Context, HiveInfo, HiveName, Outcome, Place, Rule, Software, Target, Verdict,
};
use coldhive_system::System;

use crate::layers::{link, with_links};
use crate::support::{built_in, check, list_hole, node, result, rule, zero_signature};

const INTERNET: &str = "Microsoft\\Rpc\\Internet";

/// A SOFTWARE hive in which ports are restricted.
fn restricted(change: impl FnOnce(&mut KeySpec)) -> HiveSpec {
    let mut root = KeySpec::new("$$$PROTO.HIV");
    root.at(INTERNET)
        .set_value(ValueSpec::multi_sz("Ports", &["5000-5020"]))
        .set_value(ValueSpec::sz("UseInternetPorts", "Y"));
    root.at("Microsoft\\Rpc\\ClientProtocols").set_value(ValueSpec::dword("Order", 7));
    change(&mut root);
    HiveSpec::new(Version::V1_3, root)
}

fn judge_with(
    rule: &Rule,
    system: &HiveSpec,
    software: Option<&[u8]>,
    context: &Context,
) -> Verdict {
    let file = build(system).unwrap();
    let system = System::new(Hive::parse(&file).unwrap());
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    let mut target = Target::new(system, &info);
    if let Some(software) = software {
        let software = System::of_software(Hive::parse(software).unwrap());
        target = target.software(Software::new(software, "SOFTWARE"));
    }
    target.check(rule, context).remove(0)
}

fn judge_bytes(rule: &Rule, system: &HiveSpec, software: Option<&[u8]>) -> Verdict {
    judge_with(rule, system, software, &Context::default())
}

fn judge(rule: &Rule, software: Option<&HiveSpec>) -> Verdict {
    let software = software.map(|spec| build(spec).unwrap());
    judge_bytes(rule, &samples::cluster_sound(), software.as_deref())
}

#[track_caller]
fn is(software: Option<&HiveSpec>, expected: &[(&str, Truth)]) {
    let predicates: Vec<_> = expected.iter().map(|(predicate, _)| *predicate).collect();
    let verdict = judge(&rule(&predicates), software);
    for (check, (predicate, truth)) in verdict.checks.iter().zip(expected) {
        assert_eq!(check.result, *truth, "{predicate}: {}", check.found);
    }
}

/// Every predicate that has a path.
#[test]
fn all_predicates_look_into_it() {
    let internet = "{software}\\Microsoft\\Rpc\\Internet";
    let predicates = [
        (format!("key: {{ path: '{internet}', exists: true, intact: true, class: '' }}"), True),
        ("key: { path: '{software}\\Microsoft\\Rpc', subkeys: { names: { equals: [Internet, ClientProtocols] } } }".into(), True),
        ("key: { path: '{software}', subkeys: { count: { eq: 1 } } }".into(), True),
        ("key: { path: '{software}\\Microsoft\\Rpc\\Other', exists: true }".into(), False),
        (format!("value: {{ path: '{internet}', name: Ports, type: REG_MULTI_SZ, contains: 5000-5020 }}"), True),
        (format!("value: {{ path: '{internet}', name: Ports, same_entries_as: {{ path: '{internet}', name: Ports }} }}"), True),
        // Number against number, from one hive to the other.
        ("value: { path: '{software}\\Microsoft\\Rpc\\ClientProtocols', name: Order, \
          compare: { is: gt, than: { path: '{ccs}\\Services\\Tcpip', name: Start } } }".into(), True),
        ("value: { path: '{ccs}\\Services\\Tcpip', name: Start, \
          compare: { is: gt, than: { path: '{software}\\Microsoft\\Rpc\\ClientProtocols', name: Order } } }".into(), False),
        (format!("access: {{ path: '{internet}', as: SY, grants: KEY_READ }}"), True),
        ("for_each: { subkeys_of: '{software}\\Microsoft\\*', as: it, expect: { key: { path: '{it.path}', exists: true } } }".into(), True),
        ("for_each: { subkeys_of: '{software}\\Microsoft', as: it, expect: { value: { path: '{it.path}\\Internet', name: Ports, exists: true } } }".into(), True),
        (format!("for_each: {{ entries_of: {{ path: '{internet}', name: Ports }}, as: it, expect: {{ text: {{ of: '{{it}}', matches: '^5' }} }} }}"), True),
        // An entry of the one hive is looked for in the other.
        ("for_each: { entries_of: { path: '{winsock}\\Parameters', name: Transports }, as: it, \
          quantifier: none, expect: { key: { path: '{software}\\Microsoft\\{it}', exists: true } } }".into(), True),
        // Nothing of the SYSTEM hive is in it.
        ("key: { path: '{software}\\Select', exists: true }".into(), False),
        ("key: { path: Microsoft, exists: true }".into(), False),
    ];
    let expected: Vec<_> = predicates.iter().map(|(text, truth)| (text.as_str(), *truth)).collect();
    is(Some(&restricted(|_| {})), &expected);
}

/// The table of lookups holds for it too.
#[test]
fn damage_opens_questions() {
    let exists = "key: { path: '{software}\\Microsoft\\Rpc\\Internet', exists: true }";
    let intact = "key: { path: '{software}\\Microsoft\\Rpc\\Internet', intact: true }";
    let ports = "value: { path: '{software}\\Microsoft\\Rpc\\Internet', name: Ports, ranges: { count: { ge: 5 } } }";
    let formed = "value: { path: '{software}\\Microsoft\\Rpc\\Internet', name: Ports, ranges: { well_formed: true } }";
    let access = "access: { path: '{software}\\Microsoft\\Rpc\\Internet', present: true }";
    let none = |root: &mut KeySpec| {
        root.remove(INTERNET);
    };
    let table = [
        (restricted(|_| {}), [True, True, True, True, True]),
        (
            restricted(|_| {}).fault(zero_signature(INTERNET)),
            [Unknown, False, Unknown, Unknown, Unknown],
        ),
        (restricted(none).fault(list_hole("Microsoft\\Rpc\\ClientProtocols")), [Unknown; 5]),
        (restricted(none), [False, NotApplicable, False, NotApplicable, NotApplicable]),
        (
            restricted(|_| {})
                .fault(Fault::FreedData { key: INTERNET.into(), value: "Ports".into() }),
            [True, False, Unknown, Unknown, True],
        ),
        (
            restricted(|_| {}).fault(Fault::UnreadableSecurity { key: INTERNET.into() }),
            [True, False, True, True, Unknown],
        ),
    ];
    for (software, truths) in table {
        let predicates = [exists, intact, ports, formed, access];
        let expected: Vec<_> = predicates.into_iter().zip(truths).collect();
        is(Some(&software), &expected);
    }
}

#[test]
fn without_one_every_question_is_open() {
    let predicates = [
        "key: { path: '{software}\\Microsoft', exists: true }",
        "key: { path: '{software}\\Microsoft', exists: false }",
        "not: { value: { path: '{software}\\Microsoft', name: a, exists: true } }",
        "value: { path: '{ccs}\\Services\\Missing', name: a, compare: { is: eq, than: { path: '{software}', name: a } } }",
        "value: { path: Select, name: a, same_entries_as: { path: '{software}\\x', name: a } }",
        "for_each: { subkeys_of: '{software}\\Microsoft', as: it, expect: { text: { of: '{it}', equals: a } } }",
        "access: { path: '{software}\\Microsoft', present: false }",
    ];
    // Each in a rule of its own: what else is in a rule must not matter.
    for predicate in predicates {
        let verdict = judge(&rule(&[predicate]), None);
        let [check] = verdict.checks.as_slice() else { panic!("{verdict:?}") };
        assert_eq!(check.result, Unknown, "{predicate}");
        assert_eq!(check.found, "no SOFTWARE hive was given", "{predicate}");
        assert!(check.expected.contains("SOFTWARE"), "{}", check.expected);
    }
    // By vars, and in a remark alone.
    let by_vars = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nvars: { a: '{b}\\x', b: '{software}\\y' }\n\
        checks:\n  - { id: c, title: t, expect: { key: { path: Select, exists: true } } }\n\
        remarks:\n  - { id: d, title: t, expect: { key: { path: '{a}', exists: true } } }\n";
    let verdict = judge(&Rule::load("r.yaml", by_vars).unwrap(), None);
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(verdict.remarks[0].result, Unknown);
    assert_eq!(verdict.remarks[0].found, "no SOFTWARE hive was given");
    // What the other hive settles is settled.
    let mixed = "any: [{ key: { path: Select, exists: true } }, { key: { path: '{software}\\a', exists: true } }]";
    is(None, &[(mixed, True)]);
}

/// A hive that is none tells what stands in it, and not what doesn't.
#[test]
fn a_hive_that_is_no_software_hive() {
    let mut root = KeySpec::new("SAM");
    root.at("SAM\\Domains");
    let other = HiveSpec::new(Version::V1_3, root);
    is(
        Some(&other),
        &[
            ("key: { path: '{software}\\Microsoft\\Rpc\\Internet', exists: true }", Unknown),
            (
                "value: { path: '{software}\\Microsoft\\Rpc\\Internet', name: Ports, exists: false }",
                Unknown,
            ),
            ("key: { path: '{software}\\SAM', exists: true }", True),
            ("key: { path: '{software}\\SAM', subkeys: { count: { eq: 1 } } }", Unknown),
        ],
    );
}

/// Links lead through the SOFTWARE hive as through the SYSTEM hive, and never from one into the other.
#[test]
fn links() {
    for (target, truth) in [
        ("\\Registry\\Machine\\Software\\Microsoft\\Elsewhere", True),
        ("\\Registry\\Machine\\Software\\Microsoft\\Missing", False),
        ("\\Registry\\Machine\\System\\Microsoft\\Elsewhere", Unknown),
        ("\\Registry\\Machine\\SoftwareMicrosoft\\Elsewhere", Unknown),
    ] {
        let software = restricted(|root| {
            root.at("Microsoft\\Elsewhere").set_value(ValueSpec::multi_sz("Ports", &["1"]));
            root.remove(INTERNET);
            link(root, INTERNET, target);
        });
        let predicate =
            "value: { path: '{software}\\Microsoft\\Rpc\\Internet', name: Ports, contains: '1' }";
        let verdict = judge_bytes(
            &rule(&[predicate]),
            &samples::cluster_sound(),
            Some(&with_links(&software)),
        );
        assert_eq!(result(&verdict, "c0"), truth, "{target}: {}", check(&verdict, "c0").found);
    }
}

/// A second reader that says of which hive it was asked.
struct Reader(&'static str, std::cell::RefCell<Vec<String>>);

impl SecondReader for Reader {
    fn name(&self) -> &str {
        self.0
    }

    fn confirm(&self, observation: &Observation) -> Confirmation {
        assert!(!matches!(observation.answer, Answer::Obscured));
        self.1.borrow_mut().push(observation.key.clone());
        Confirmation::Agrees
    }
}

/// Evidence names its file, and each reader is asked for its own hive. One path in both hives is two records.
#[test]
fn evidence_is_of_its_hive() {
    let system = build(&node(|root| {
        root.at(INTERNET);
    }))
    .unwrap();
    let software = build(&restricted(|_| {})).unwrap();
    let beside = System::of_software(Hive::parse(&software).unwrap());
    let system = System::new(Hive::parse(&system).unwrap());
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    let places = |offset| Place {
        file: "SOFTWARE.LOG".into(),
        offset: Some(offset + 512),
        log_entry: Some(3),
        line: None,
    };
    let both = "all: [{ key: { path: 'Microsoft\\Rpc\\Internet', exists: true } }, \
                { key: { path: '{software}\\Microsoft\\Rpc\\Internet', exists: true } }, \
                { value: { path: '{software}\\Microsoft\\Rpc\\Internet', name: Missing, exists: false } }]";
    let plain = Software::new(beside, "SOFTWARE");
    let target = Target::new(system, &info).software(plain.places(&places));
    let mut verdict = target.check(&rule(&[both]), &Context::default()).remove(0);
    let evidence = &check(&verdict, "c0").evidence;
    let told: Vec<_> =
        evidence.iter().map(|it| (it.hive, it.file.as_str(), it.key.as_str())).collect();
    let record = (HiveName::Software, "SOFTWARE.LOG", INTERNET);
    assert_eq!(told, [(HiveName::System, "SYSTEM", INTERNET), record, record]);
    let offset = evidence[1].file_offset.unwrap();
    assert_eq!(&software[usize::try_from(offset - 512).unwrap()..][..2], b"nk");
    assert_eq!(evidence[1].log_entry, Some(3));
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(json["checks"][0]["evidence"][1]["hive"], "software");
    assert!(json["checks"][0]["evidence"][0].get("hive").is_none());
    assert_eq!(serde_json::from_value::<Verdict>(json).unwrap(), verdict);

    let (one, other) = (Reader("one", Vec::new().into()), Reader("other", Vec::new().into()));
    verdict.confirm_with(&one);
    assert!(
        verdict.checks[0].evidence[1..].iter().all(|it| it.confirmed == Confirmation::NotAsked)
    );
    assert_eq!(verdict.second_reader.as_ref().unwrap().not_asked, 2);
    one.1.borrow_mut().clear();
    verdict.confirm_with_software(&one, &other);
    assert!(one.1.borrow().iter().all(|key| key == INTERNET || key == "Select"), "{:?}", one.1);
    assert_eq!(*other.1.borrow(), [INTERNET, INTERNET], "the key, and the value that it lacks");
    assert_eq!(verdict.second_reader.as_ref().unwrap().not_asked, 0);
    assert!(verdict.checks[0].evidence.iter().all(|it| it.confirmed == Confirmation::Agrees));

    // A file as it is.
    let target = Target::new(system, &info).software(plain);
    let verdict = target.check(&rule(&[both]), &Context::default()).remove(0);
    let evidence = &check(&verdict, "c0").evidence[1];
    assert_eq!((evidence.file.as_str(), evidence.file_offset), ("SOFTWARE", Some(offset - 512)));
}

/// It is the same whatever the control set, and what was deleted is looked for in the SYSTEM hive.
#[test]
fn no_differences_and_no_remnants() {
    let text =
        "value: { path: '{software}\\Microsoft\\Rpc\\Internet', name: Ports, contains: other }";
    let software = restricted(|_| {})
        .fault(Fault::DeletedValue { key: INTERNET.into(), value: "UseInternetPorts".into() });
    let context = Context { remnants: true, ..Context::default() };
    let software = build(&software).unwrap();
    let verdict = judge_with(&rule(&[text]), &samples::cluster_broken(), Some(&software), &context);
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert!(verdict.differences.is_empty() && verdict.remnants.is_empty(), "{verdict:?}");
}

#[test]
fn which_rules_need_it() {
    let needs = |predicate: &str| rule(&[predicate]).needs_software();
    assert!(needs("not: { key: { path: '{software}', exists: true } }"));
    assert!(needs(
        "value: { path: Select, name: a, same_entries_as: { path: '{software}\\x', name: a } }"
    ));
    assert!(!needs("key: { path: 'software', exists: true }"));
    let text = |part: &str| {
        format!(
            "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nvars: {{ a: '{{b}}\\x', b: '{{software}}\\y' }}\n\
             checks:\n  - {{ id: c, title: t, expect: {{ key: {{ path: Select, exists: true }} }} }}\n{part}"
        )
    };
    let load = |part: &str| Rule::load("r.yaml", &text(part)).unwrap().needs_software();
    assert!(!load(""));
    assert!(load("applies: { key: { path: '{a}', exists: true } }\n"));
    // A remark alone keeps nobody from evaluating the rule.
    assert!(!load(
        "remarks:\n  - { id: d, title: t, expect: { key: { path: '{a}', exists: true } } }\n"
    ));
    let needing: Vec<_> =
        built_in().iter().map(|rule| (rule.id().to_owned(), rule.needs_software())).collect();
    let expected = [
        ("Q262832", false),
        ("Q246784", true),
        ("Q217351", true),
        ("Q258469", true),
        ("Q257928", false),
        ("Q102974", false),
    ];
    assert!(needing.iter().map(|(id, needs)| (id.as_str(), *needs)).eq(expected), "{needing:?}");
}

/// In a rule for the hive as a whole there is no control set to be asked about, and the SOFTWARE hive is in none.
#[test]
fn a_rule_for_the_whole_hive() {
    let text = |path: &str| {
        format!(
            "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\nscope: hive\nchecks:\n  - id: c\n    title: t\n    \
             expect: {{ for_each: {{ subkeys_of: '{path}', as: it, expect: {{ key: {{ path: '{{it.path}}', exists: true }} }} }} }}\n"
        )
    };
    let verdict =
        judge(&Rule::load("r", &text("{software}\\Microsoft")).unwrap(), Some(&restricted(|_| {})));
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert!(Rule::load("r", &text("Setup")).is_ok());
    let error = Rule::load("r", &text("{ccs}\\Services")).unwrap_err().to_string();
    assert!(error.contains("CH030"), "{error}");
}

/// A list of numbers and ranges, by what stands in it.
#[test]
fn ranges() {
    let with = |value: Option<ValueSpec>| {
        restricted(|root| {
            let key = root.at(INTERNET);
            key.values.retain(|value| value.name != "Ports");
            key.values.extend(value);
        })
    };
    let list = |entries: &[&str]| Some(ValueSpec::multi_sz("Ports", entries));
    let value = |test: &str| {
        format!(
            "value: {{ path: '{{software}}\\Microsoft\\Rpc\\Internet', name: Ports, ranges: {{ {test} }} }}"
        )
    };
    let formed = value("well_formed: true");
    let ill = value("well_formed: false");
    let twenty = value("count: { ge: 20 }");
    let few = value("count: { lt: 20 }");
    let high = value("within: { from: 1025, to: 65535 }, well_formed: true, count: { ge: 1 }");
    for (software, truths) in [
        (list(&["5000-5019"]), [True, False, True, False, True]),
        (list(&["5000-5018"]), [True, False, False, True, True]),
        (list(&["5000-5010", "5005-5015", "5012"]), [True, False, False, True, True]),
        (list(&["5000-5018", "1000"]), [True, False, True, False, False]),
        (list(&[]), [True, False, False, True, False]),
        // One that isn't understood may be anything.
        (list(&["5000-5018", "7 - 9"]), [False, True, Unknown, Unknown, False]),
        (list(&["5000-5019", "x"]), [False, True, True, False, False]),
        (
            Some(ValueSpec::sz("Ports", "5000-5019")),
            [NotApplicable, NotApplicable, False, False, False],
        ),
        (
            Some(ValueSpec::dword("Ports", 5000)),
            [NotApplicable, NotApplicable, False, False, False],
        ),
        (None, [NotApplicable, NotApplicable, False, False, False]),
    ] {
        let software = with(software);
        let predicates = [&formed, &ill, &twenty, &few, &high];
        let expected: Vec<_> = predicates.into_iter().map(String::as_str).zip(truths).collect();
        is(Some(&software), &expected);
    }
    // A text in which entries stand is a list where that is said.
    let software = with(Some(ValueSpec::sz("Ports", "5000-5018, 80; 1")));
    let split = |by: &str, test: &str| {
        format!(
            "value: {{ path: '{{software}}\\Microsoft\\Rpc\\Internet', name: Ports, split: '{by}', ranges: {{ {test} }} }}"
        )
    };
    is(
        Some(&software),
        &[
            (&split(",", "count: { ge: 19 }"), True),
            (&split(",", "well_formed: true"), False),
            (&split(";", "well_formed: true"), False),
        ],
    );
}

/// What is found says how many numbers there are, and which entry isn't understood.
#[test]
fn ranges_in_words() {
    let software = restricted(|root| {
        let ports =
            ValueSpec::multi_sz("Ports", &["5000-5003", "4000 - 4010", "9-5", "x", "70000"]);
        root.at(INTERNET).set_value(ports);
    });
    let text = "value: { path: '{software}\\Microsoft\\Rpc\\Internet', name: Ports, ranges: { count: { ge: 20 }, well_formed: true } }";
    let verdict = judge(&rule(&[text]), Some(&software));
    let found = check(&verdict, "c0");
    assert_eq!(
        found.found,
        "SOFTWARE\\Microsoft\\Rpc\\Internet\\Ports is REG_MULTI_SZ: 5000-5003, 4000 - 4010, 9-5, x, 70000; numbers in all: \
         at least 4, for 4000 - 4010 has blanks, which are no part of a range; 9-5 ends before it begins; x is neither a \
         number nor two with a hyphen between; and 1 more such entries"
    );
    assert_eq!(
        found.expected,
        "the value SOFTWARE\\Microsoft\\Rpc\\Internet\\Ports has nothing but well-formed numbers and ranges and has a \
         number of numbers >= 20"
    );
}
