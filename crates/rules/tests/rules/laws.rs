//! Laws that hold on any hive: damage only opens questions, and nothing panics.

use std::sync::LazyLock;

use coldhive_forge::{Fault, HiveSpec, KeySpec, build, samples};
use coldhive_rules::{Context, Rule, Truth, Verdict};
use coldhive_system::Selector;
use proptest::prelude::*;

use crate::support::{PROVIDER, WINSOCK, built_in, choosing, node, regardless, rule, verdicts};

/// Predicates of every kind but `intact` and `well_formed`, whose business is damage itself.
fn predicates() -> Vec<String> {
    let mut all = Vec::new();
    for below in [
        "Parameters",
        "Setup Migration",
        "Setup Migration\\Providers\\Clusnet",
        "Linkage",
        "Setup Migration\\Providers\\Clus",
        "Parameters2",
    ] {
        for test in ["exists: true", "exists: false", "exists: true, weak: true"] {
            all.push(format!("key: {{ path: '{{winsock}}\\{below}', {test} }}"));
        }
        for test in [
            "as: SY, grants: KEY_READ",
            "as: '{account}', grants: KEY_WRITE",
            "as: BG, lacks: [SET_VALUE, DELETE]",
            "as: WD, lacks: QUERY_VALUE",
            "only: { principals: [SY, BA, SO], rights: KEY_WRITE }",
            "present: true",
            "present: false",
        ] {
            all.push(format!("access: {{ path: '{{winsock}}\\{below}', {test} }}"));
        }
    }
    for (path, name) in [
        ("{winsock}\\Parameters", "Transports"),
        ("{winsock}\\Setup Migration", "Provider List"),
        ("{winsock}\\Setup Migration", "Setup Version"),
        ("{winsock}\\Parameters", "Missing"),
        ("{winsock}\\Missing", "Missing"),
        ("{ccs}\\Services\\ClusSvc", "ImagePath"),
        ("Select", "Current"),
    ] {
        for test in [
            "exists: true",
            "exists: false",
            "type: REG_MULTI_SZ",
            "type: [REG_DWORD, REG_SZ]",
            "contains: Clusnet",
            "contains: Nobody",
            "count: { ge: 2 }",
            "count: { eq: 0 }",
            "same_entries_as: { path: '{winsock}\\Setup Migration', name: Provider List }",
        ] {
            all.push(format!("value: {{ path: '{path}', name: '{name}', {test} }}"));
        }
    }
    for test in
        ["family: nt4", "type: LanmanNT", "type: WinNT", "suite: Enterprise", "suite: Other"]
    {
        all.push(format!("product: {{ {test} }}"));
    }
    for name in ["ClusSvc", "Clus", "Tcpip", "Rdr", "Missing"] {
        for test in
            ["present: true", "present: false", "start: automatic", "start: [boot, disabled]"]
        {
            all.push(format!("service: {{ name: {name}, {test} }}"));
        }
    }
    let simple = all.clone();
    for (number, pair) in simple.windows(3).enumerate() {
        let word = ["all", "any", "none", "one"][number % 4];
        let [first, second, third] = pair else { continue };
        all.push(format!("{word}: [{{ {first} }}, {{ not: {{ {second} }} }}, {{ {third} }}]"));
    }
    all
}

static RULE: LazyLock<Rule> = LazyLock::new(|| {
    let all = predicates();
    rule(&all.iter().map(String::as_str).collect::<Vec<_>>())
});

/// Trees in which names share their first four letters, so that hints speak for several.
fn trees() -> Vec<HiveSpec> {
    let confusing = |root: &mut KeySpec| {
        for key in [
            "MountPoints",
            "Selection",
            "ControlSet001\\Control\\DeviceOptions",
            "ControlSet001\\Control\\SafeOptions",
            "ControlSet001\\Services\\MountSvc",
            "ControlSet001\\Services\\RdbsOld",
            "ControlSet001\\Services\\ClusOther",
            "ControlSet001\\Services\\Winsock\\Parallel",
            "ControlSet001\\Services\\Winsock\\Setup",
        ] {
            root.at(key);
        }
        root.at(PROVIDER).name = "Clusnot".into();
    };
    let mut later = node(confusing);
    later.version = coldhive_forge::Version::V1_5;
    later.root.at("MountedDevices");
    vec![
        samples::cluster_sound(),
        samples::cluster_broken(),
        node(confusing),
        later,
        node(|root| {
            root.remove(WINSOCK);
        }),
    ]
}

/// A sound tree, the paths of its keys, and what the rule gives for it.
struct Tree {
    spec: HiveSpec,
    keys: Vec<String>,
    truths: Vec<Truth>,
}

static TREES: LazyLock<Vec<Tree>> = LazyLock::new(|| {
    let known = |spec: HiveSpec| {
        let mut keys = Vec::new();
        paths(&spec.root, "", &mut keys);
        let file = build(&spec).unwrap();
        let truths = results(&file).expect("it has the control set");
        Tree { spec, keys, truths }
    };
    trees().into_iter().map(known).collect()
});

fn paths(key: &KeySpec, path: &str, all: &mut Vec<String>) {
    all.push(path.to_owned());
    for subkey in &key.subkeys {
        let below =
            if path.is_empty() { subkey.name.clone() } else { format!("{path}\\{}", subkey.name) };
        paths(subkey, &below, all);
    }
}

fn results(file: &[u8]) -> Option<Vec<Truth>> {
    let mut verdicts = verdicts(&RULE, file, &choosing(Selector::Number(1)));
    let Verdict { control_set, checks, .. } = verdicts.remove(0);
    control_set.map(|_| checks.iter().map(|check| check.result).collect())
}

fn fault(keys: &[String], spec: &HiveSpec, kind: u8, at: usize, value: usize) -> Option<Fault> {
    // Most of a hive is far from what the rule looks at.
    let near: Vec<_> = keys.iter().filter(|key| !key.starts_with("ControlSet002\\")).collect();
    let key = near[at % near.len()].clone();
    let values = &spec.root.get(&key)?.values;
    let value = (!values.is_empty()).then(|| values[value % values.len()].name.clone());
    Some(match kind {
        0 => Fault::ZeroSignature { key },
        1 => Fault::ListHole { key },
        2 => Fault::ListSignature { key },
        3 => Fault::ValueSignature { key, value: value? },
        4 => Fault::ValueListHole { key, value: value? },
        _ => Fault::DataCutShort { key, value: value? },
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_unreadable_cell_only_opens_questions(
        tree in 0..5_usize, kind in 0..6_u8, at in any::<usize>(), value in any::<usize>(),
    ) {
        let Tree { spec, keys, truths: before } = &TREES[tree];
        let Some(fault) = fault(keys, spec, kind, at, value) else { return Ok(()) };
        let Ok(file) = build(&spec.clone().fault(fault.clone())) else { return Ok(()) };
        // Where the control set itself is hidden, nothing is asked.
        let Some(after) = results(&file) else { return Ok(()) };
        for ((before, after), predicate) in before.iter().zip(&after).zip(predicates()) {
            if matches!(before, Truth::True | Truth::False) {
                prop_assert!(
                    after == before || *after == Truth::Unknown,
                    "{:?} made {before} into {after}: {predicate}", fault
                );
            }
        }
    }

    #[test]
    fn no_byte_makes_evaluating_panic(
        tree in 0..5_usize, changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4),
    ) {
        static FILES: LazyLock<Vec<Vec<u8>>> =
            LazyLock::new(|| trees().iter().map(|spec| build(spec).unwrap()).collect());
        let mut file = FILES[tree].clone();
        for (at, byte) in changes {
            let at = at % file.len();
            file[at] = byte;
        }
        if coldhive_hive::Hive::parse(&file).is_err() {
            return Ok(());
        }
        let rules = built_in();
        for context in [Context::default(), Context { selector: Selector::All, ..regardless() }] {
            for verdict in verdicts(rules.get("Q262832").unwrap(), &file, &context) {
                let json = serde_json::to_string(&verdict).unwrap();
                prop_assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
            }
        }
    }

    #[test]
    fn no_text_makes_loading_panic(text in "(?s).{0,200}") {
        let _ = Rule::load("random", &text);
    }

    #[test]
    fn no_change_of_a_rule_makes_loading_panic(
        at in any::<prop::sample::Index>(), length in 0..40_usize, put in "[-{}\\[\\]:,&*!|>'\"%@`#?a-z0-9 \n\t]{0,12}",
    ) {
        let text = include_str!("../../library/Q262832.yaml");
        let boundary = |mut place: usize| {
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            place
        };
        let from = boundary(at.index(text.len()));
        let to = boundary((from + length).min(text.len()));
        let _ = Rule::load("changed", &format!("{}{put}{}", &text[..from], &text[to..]));
    }
}
