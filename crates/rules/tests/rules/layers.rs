//! Symbolic links and layers, as predicates meet them.

use coldhive_forge::{HiveSpec, KeySpec, LayerSemantics, ValueSpec, Version, build};
use coldhive_hive::{Hive, Key, Lookup, Subject};
use coldhive_rules::{Context, Finding, Truth};
use coldhive_system::Selector;

use crate::support::{check, choosing, result, rule, verdicts};

fn layered() -> HiveSpec {
    let mut root = KeySpec::new("ROOT");
    root.at("ControlSet001\\Services\\Tcpip").values.push(ValueSpec::tombstone("Start"));
    let services = root.at("ControlSet001\\Services");
    services.subkeys.push(KeySpec::new("ClusSvc").layer(LayerSemantics::Tombstone));
    HiveSpec::new(Version::V1_6, root)
}

#[test]
fn a_tombstone_does_not_exist() {
    let predicates = [
        "key: { path: '{ccs}\\Services\\ClusSvc', exists: true }",
        "key: { path: '{ccs}\\Services\\ClusSvc\\Parameters', exists: true }",
        "key: { path: '{ccs}\\Services\\ClusSvc', intact: true }",
        "value: { path: '{ccs}\\Services\\Tcpip', name: Start, exists: true }",
        "service: { name: ClusSvc, present: true }",
        "service: { name: Tcpip, start: manual }",
        "access: { path: '{ccs}\\Services\\ClusSvc', present: true }",
        "key: { path: '{ccs}\\Services\\ClusSvc', class: '' }",
        "key: { path: '{ccs}\\Services', subkeys: { names: { equals: [Tcpip] } } }",
        "value: { path: '{ccs}\\Services\\Tcpip', name: Start, equals: 0 }",
        "access: { path: '{ccs}\\Services\\ClusSvc', owner: BA }",
        "for_each: { subkeys_of: '{ccs}\\Services', as: it, expect: { text: { of: '{it}', equals: Tcpip } } }",
        "for_each: { subkeys_of: '{ccs}\\Services\\ClusSvc', as: it, expect: { text: { of: '{it}', equals: a } } }",
    ];
    let file = build(&layered()).unwrap();
    let verdict = verdicts(&rule(&predicates), &file, &Context::default()).remove(0);
    use Truth::{False, NotApplicable, True};
    let living = [False, False, NotApplicable, False, False, False, NotApplicable];
    let more = [False, True, False, NotApplicable, True, NotApplicable];
    let expected = living.into_iter().chain(more);
    for (number, expected) in expected.enumerate() {
        let check = check(&verdict, &format!("c{number}"));
        assert_eq!(check.result, expected, "{}: {}", predicates[number], check.found);
    }
    // The tombstone is the evidence, and a second reader finds it where it stands.
    let key = &check(&verdict, "c0");
    assert!(key.found.contains("marked as deleted in this layer"), "{}", key.found);
    assert!(key.evidence[0].tombstone && key.evidence[0].finding == Finding::Found);
    assert_eq!(key.evidence[0].observation().unwrap().key, "ControlSet001\\Services\\ClusSvc");
    let value = &check(&verdict, "c3").evidence[0];
    assert!(value.tombstone && value.damage.is_empty());
    assert_eq!(value.observation().unwrap().subject, Subject::Value("Start".into()));
    assert!(verdict.notes.iter().any(|note| note.contains("the hive below it")));
}

pub(crate) fn link(root: &mut KeySpec, path: &str, target: &str) {
    let data: Vec<u8> = target.encode_utf16().flat_map(u16::to_le_bytes).collect();
    root.at(path).set_value(ValueSpec::raw("SymbolicLinkValue", 6, data));
}

pub(crate) fn with_links(spec: &HiveSpec) -> Vec<u8> {
    let mut file = build(spec).unwrap();
    let nodes: Vec<u64> = {
        let root = Hive::parse(&file).unwrap().root().unwrap();
        let is_link = |key: &Key<'_>| matches!(key.value("SymbolicLinkValue"), Lookup::Found(_));
        root.walk()
            .filter(|visit| is_link(&visit.key))
            .map(|visit| visit.key.file_offset())
            .collect()
    };
    for node in nodes {
        file[usize::try_from(node).unwrap() + 2] |= 0x10;
    }
    file
}

#[test]
fn what_a_link_leads_to_is_what_is_tested() {
    let mut root = KeySpec::new("SYSTEM");
    root.at("ControlSet001\\Services\\Real").set_value(ValueSpec::dword("Start", 2));
    let services = "\\Registry\\Machine\\System\\ControlSet001\\Services";
    link(&mut root, "ControlSet001\\Services\\Link", &format!("{services}\\Real"));
    link(&mut root, "ControlSet001\\Services\\Out", "\\Registry\\Machine\\Software\\Real");
    link(&mut root, "ControlSet001\\Services\\Gone", &format!("{services}\\None"));
    link(&mut root, "ControlSet001\\Services\\Circle", &format!("{services}\\Circle"));
    link(&mut root, "ControlSet001\\Services\\Broken", "Real");
    let file = with_links(&HiveSpec::new(Version::V1_3, root));
    let exists = |name: &str| format!("key: {{ path: '{{ccs}}\\Services\\{name}', exists: true }}");
    let predicates: Vec<_> =
        ["Link", "Out", "Gone", "Circle", "Broken", "Out\\Below"].map(exists).into();
    let mut predicates: Vec<&str> = predicates.iter().map(String::as_str).collect();
    predicates.push("value: { path: '{ccs}\\Services\\Link', name: Start, type: REG_DWORD }");
    predicates.push("service: { name: Link, start: automatic }");
    predicates.push("value: { path: '{ccs}\\Services\\Out', name: Start, exists: true }");
    let context = choosing(Selector::Number(1));
    let verdict = verdicts(&rule(&predicates), &file, &context).remove(0);
    use Truth::{False, True, Unknown};
    let expected = [True, Unknown, False, Unknown, Unknown, Unknown, True, True, Unknown];
    for (number, expected) in expected.into_iter().enumerate() {
        let check = check(&verdict, &format!("c{number}"));
        assert_eq!(check.result, expected, "{}: {}", predicates[number], check.found);
    }
    let found = check(&verdict, "c0");
    let [key, target] = found.evidence.as_slice() else { panic!("{:#?}", found.evidence) };
    assert_eq!(key.key, "ControlSet001\\Services\\Real");
    assert_eq!(target.key, "ControlSet001\\Services\\Link");
    assert_eq!(target.value.as_deref(), Some("SymbolicLinkValue"));
    assert_eq!(
        target.text.as_deref(),
        Some("\\Registry\\Machine\\System\\ControlSet001\\Services\\Real")
    );
    let out = check(&verdict, "c1");
    assert!(out.found.contains("\\Registry\\Machine\\Software\\Real"), "{}", out.found);
    assert_eq!(result(&verdict, "c1"), Unknown);
}
