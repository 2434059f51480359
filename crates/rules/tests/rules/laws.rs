//! Laws that hold on any hive: damage only opens questions, and nothing panics.

use std::sync::LazyLock;

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, build, samples};
use coldhive_hive::{CellMap, CellOffset, Hive};
use coldhive_rules::{Context, HiveInfo, Rule, Software, Target, Truth, Verdict};
use coldhive_system::{Mount, Selector, System};
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
    all.extend(more_leaves());
    all.extend(of_software());
    let simple = all.clone();
    for (number, pair) in simple.windows(3).step_by(7).enumerate() {
        let word = ["all", "any", "none", "one", "all_or_none"][number % 5];
        let [first, second, third] = pair else { continue };
        all.push(format!("{word}: [{{ {first} }}, {{ not: {{ {second} }} }}, {{ {third} }}]"));
        if number % 3 == 0 {
            all.push(format!(
                "at_least: {{ n: 2, of: [{{ {first} }}, {{ {second} }}, {{ {third} }}] }}"
            ));
            all.push(format!("if: {{ {second} }}, then: {{ {first} }}"));
        }
    }
    all
}

/// Every other test, of what is there, of what isn't, and of what is something else.
fn more_leaves() -> Vec<String> {
    let mut all = Vec::new();
    let keys = [
        "{ccs}",
        "{winsock}",
        "{winsock}\\Parameters",
        "{winsock}\\Missing",
        "{ccs}\\Services\\Tcpip",
    ];
    for path in keys {
        for test in [
            "class: ''",
            "class: Net",
            "newer_than: 1990-01-01",
            "newer_than: 2010-01-01T00:00:00Z",
            "older_than: 2010-01-01",
            "subkeys: { count: { ge: 1 } }",
            "subkeys: { count: { lt: 3 } }",
            "subkeys: { count: { ne: 2 } }",
            "subkeys: { names: { superset_of: [Parameters, 'Setup Migration'] } }",
            "subkeys: { names: { disjoint_from: [Missing, Control] } }",
            "subkeys: { names: { equals: [Parameters, Linkage, 'Setup Migration', Autotuning] } }",
            "subkeys: { names: { equals: [] } }",
        ] {
            all.push(format!("key: {{ path: '{path}', {test} }}"));
        }
        for test in [
            "owner: BA",
            "owner: [SY, '{account}']",
            "dacl: populated",
            "dacl: [absent, 'null', empty]",
        ] {
            all.push(format!("access: {{ path: '{path}', {test} }}"));
        }
        for test in [
            "as: last-known-good",
            "as: last-known-good, deep: true",
            "as: baseline",
            "as: baseline, deep: true",
            "as: failed",
        ] {
            all.push(format!("same: {{ path: '{path}', {test} }}"));
        }
    }
    for (path, name) in [
        ("{winsock}\\Parameters", "Transports"),
        ("{winsock}\\Setup Migration", "Setup Version"),
        ("{winsock}\\Parameters", "Missing"),
        ("{ccs}\\Services\\ClusSvc", "ImagePath"),
        ("{ccs}\\Services\\Tcpip", "Start"),
        ("{ccs}\\Test", "Order"),
        ("{ccs}\\Test", "Bytes"),
        ("{ccs}\\Test", "Large"),
        ("{ccs}\\Test", "Wide"),
    ] {
        for test in [
            "equals: 1",
            "equals: Alpha",
            "equals: [Tcpip, NetBIOS, Clusnet]",
            "equals: { hex: 01 02 03 04 05 06 07 08 }",
            "in: [0, 1, 2, 'x']",
            "matches: '\\.exe'",
            "matches: '^.'",
            "length: { eq: 4 }",
            "length: { gt: 4 }",
            "split: ',', contains: beta",
            "contains_any: [Clusnet, Nobody]",
            "contains_all: [Clusnet, Tcpip]",
            "split: ',', contains_all: [alpha, Nobody]",
            "first: Tcpip",
            "split: ',', first: alpha",
            "index: { entry: Tcpip, before: Clusnet }",
            "index: { entry: Tcpip, after: [Clusnet, NetBIOS] }",
            "unique: true",
            "split: ',', unique: false",
            "lt: 3",
            "le: 2, ge: 1",
            "gt: 0x7fffffff",
            "ne: 2",
            "range: { from: 1, to: 4 }",
            "mask: { bits: 3, eq: 1 }",
            "mask: { bits: 1, ne: 0 }",
            "compare: { is: le, than: { path: '{ccs}\\Test', name: Wide } }",
            "compare: { measure: length, is: eq, than: { path: '{winsock}\\Parameters', name: Transports }, of: count, times: 2, plus: 2 }",
            "compare: { measure: count, is: eq, than: { path: '{winsock}\\Setup Migration', name: Provider List }, of: count }",
        ] {
            all.push(format!("value: {{ path: '{path}', name: '{name}', {test} }}"));
        }
        for test in ["last-known-good", "baseline"] {
            all.push(format!("same: {{ path: '{path}', name: '{name}', as: {test} }}"));
        }
    }
    for test in ["w2k", "w2k-or-later", "[nt3, 7]", "[nt4, xp]"] {
        all.push(format!("product: {{ family: {test} }}"));
    }
    all.push("product: { service_pack: { ge: 3 } }".into());
    all.push("product: { service_pack: { lt: 3 } }".into());
    for name in ["ClusSvc", "Tcpip", "Missing"] {
        for test in [
            "type: service",
            "type: [driver, adapter]",
            "account: LocalSystem",
            "account: ['NT AUTHORITY\\SYSTEM', 'x']",
        ] {
            all.push(format!("service: {{ name: {name}, {test} }}"));
        }
    }
    all.extend(loops());
    all
}

/// Questions to the SOFTWARE hive, some of them mixed with questions to the other.
fn of_software() -> Vec<String> {
    let services = "{software}\\ControlSet001\\Services";
    let mut all = Vec::new();
    for below in ["Winsock\\Parameters", "Winsock\\Missing", "ClusDisk"] {
        for test in ["exists: true", "exists: false", "subkeys: { count: { ge: 1 } }", "class: ''"]
        {
            all.push(format!("key: {{ path: '{services}\\{below}', {test} }}"));
        }
        all.push(format!("access: {{ path: '{services}\\{below}', as: SY, grants: KEY_READ }}"));
    }
    for (path, name) in [
        (format!("{services}\\Winsock\\Parameters"), "Transports"),
        (format!("{services}\\Tcpip"), "Start"),
        ("{software}\\ControlSet001\\Test".into(), "Ports"),
        ("{ccs}\\Test".into(), "Ports"),
    ] {
        for test in [
            "exists: true".to_owned(),
            "contains: Clusnet".to_owned(),
            "ranges: { well_formed: true }".to_owned(),
            "ranges: { well_formed: false }".to_owned(),
            "ranges: { count: { ge: 20 } }".to_owned(),
            "ranges: { within: { from: 0, to: 5000 }, count: { lt: 5002 } }".to_owned(),
            "same_entries_as: { path: '{winsock}\\Parameters', name: Transports }".to_owned(),
            format!("compare: {{ is: ge, than: {{ path: '{services}\\ClusSvc', name: Start }} }}"),
        ] {
            all.push(format!("value: {{ path: '{path}', name: {name}, {test} }}"));
        }
    }
    for quantifier in ["all", "any", "none"] {
        all.push(format!(
            "for_each: {{ subkeys_of: '{services}', as: svc, quantifier: {quantifier}, \
             where: {{ value: {{ path: '{{svc.path}}', name: Start, type: REG_DWORD }} }}, \
             expect: {{ key: {{ path: '{{ccs}}\\Services\\{{svc}}\\Parameters', exists: true }} }} }}"
        ));
        all.push(format!(
            "for_each: {{ entries_of: {{ path: '{services}\\Winsock\\Parameters', name: Transports }}, as: svc, \
             quantifier: {quantifier}, expect: {{ key: {{ path: '{services}\\{{svc}}', exists: true }} }} }}"
        ));
    }
    all
}

fn loops() -> Vec<String> {
    let mut all = Vec::new();
    let has_start = "value: { path: '{svc.path}', name: Start, type: REG_DWORD }";
    let enabled = "service: { name: '{svc}', start: [boot, system, automatic] }";
    for quantifier in ["all", "any", "none"] {
        for (over, filter, expect) in [
            ("subkeys_of: '{ccs}\\Services'", "", has_start),
            ("subkeys_of: '{ccs}\\Services'", enabled, has_start),
            ("subkeys_of: '{ccs}\\Services'", has_start, enabled),
            (
                "subkeys_of: '{ccs}\\Services'",
                "text: { of: '{svc}', matches: '^clus' }",
                "key: { path: '{ccs}\\Services\\{svc}\\Parameters', exists: true }",
            ),
            (
                "subkeys_of: '{ccs}\\Services\\*\\Parameters'",
                "",
                "key: { path: '{svc.path}', subkeys: { count: { eq: 0 } } }",
            ),
            (
                "subkeys_of: '{ccs}\\Services\\W*\\Set*'",
                "",
                "key: { path: '{svc.path}', exists: true }",
            ),
            ("subkeys_of: '{ccs}\\Services\\Missing'", "", has_start),
            ("subkeys_of: '{ccs}\\Services\\ClusDisk'", "", has_start),
            (
                "entries_of: { path: '{winsock}\\Parameters', name: Transports }",
                "",
                "key: { path: '{ccs}\\Services\\{svc}', exists: true }",
            ),
            (
                "entries_of: { path: '{winsock}\\Parameters', name: Transports }",
                enabled,
                "value: { path: '{winsock}\\Setup Migration', name: Provider List, contains: '{svc}' }",
            ),
            ("entries_of: { path: '{winsock}\\Parameters', name: Missing }", "", enabled),
            (
                "entries_of: { path: '{ccs}\\Test', name: Order, split: ',' }",
                "",
                "text: { of: '{svc}', equals: [alpha, beta] }",
            ),
            (
                "subkeys_of: '{winsock}\\Setup Migration\\Providers'",
                "",
                "same: { path: '{svc.path}', as: last-known-good }",
            ),
            (
                "subkeys_of: '{ccs}\\Services'",
                "value: { path: '{svc.path}', name: DependOnService, exists: true }",
                "for_each: { entries_of: { path: '{svc.path}', name: DependOnService }, as: needed, expect: { service: { name: '{needed}', present: true } } }",
            ),
        ] {
            let filter =
                if filter.is_empty() { String::new() } else { format!(", where: {{ {filter} }}") };
            all.push(format!(
                "for_each: {{ {over}, as: svc, quantifier: {quantifier}{filter}, expect: {{ {expect} }} }}"
            ));
        }
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
    let full = |root: &mut KeySpec| {
        for set in ["ControlSet001", "ControlSet002"] {
            let test = root.at(&format!("{set}\\Test"));
            for value in [
                ValueSpec::sz("Order", "Alpha, Beta,,Alpha"),
                ValueSpec::binary("Bytes", [1, 2, 3, 4, 5, 6, 7, 8]),
                ValueSpec::qword("Wide", 1 << 40),
                ValueSpec::binary("Large", vec![7; 5000]),
                ValueSpec::multi_sz("Ports", &["4000-4010", "4005-4012", "4000 - 4010"]),
            ] {
                test.set_value(value);
            }
            for number in 0..20 {
                test.at(&format!("Device{number}")).class = Some("Net".into());
            }
            root.at(&format!("{set}\\Services\\ClusSvc"))
                .set_value(ValueSpec::multi_sz("DependOnService", &["ClusNet", "RpcSs", "Tcpip"]));
            root.at(&format!("{set}\\Services\\ClusSvc"))
                .set_value(ValueSpec::sz("ObjectName", ".\\LocalSystem"));
            root.at(&format!("{set}\\Control\\Windows"))
                .set_value(ValueSpec::dword("CSDVersion", 0x300));
            root.at(&format!("{set}\\Services\\Winsock\\Parameters")).class = Some("Net".into());
        }
        root.at("ControlSet001\\Test\\Device3").set_value(ValueSpec::dword("x", 1));
    };
    let mut later = node(confusing);
    later.version = coldhive_forge::Version::V1_5;
    later.root.at("MountedDevices");
    let mut newest = node(full);
    newest.version = coldhive_forge::Version::V1_6;
    vec![
        node(full),
        newest,
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

fn results_of(rule: &Rule, file: &[u8]) -> Option<Vec<Truth>> {
    static BASELINE: LazyLock<Vec<u8>> = LazyLock::new(|| build(&trees()[0]).unwrap());
    let system = System::new(Hive::parse(file).ok()?);
    let info = HiveInfo::of(system.hive(), "SYSTEM", None);
    let baseline = System::new(Hive::parse(&BASELINE).unwrap());
    // The same bytes are the SOFTWARE hive too, so that damage is in both.
    static SOFTWARE: Mount = Mount::SOFTWARE;
    let software = System::mounted(Hive::parse(file).ok()?, &SOFTWARE);
    let software = Software::new(software, "SOFTWARE");
    let target = Target::new(system, &info).baseline(baseline).software(software);
    let mut verdicts = target.check(rule, &choosing(Selector::Number(1)));
    let Verdict { control_set, checks, .. } = verdicts.remove(0);
    control_set.map(|_| checks.iter().map(|check| check.result).collect())
}

fn results(file: &[u8]) -> Option<Vec<Truth>> {
    results_of(&RULE, file)
}

/// The names of loops must differ where one is in another.
fn not_nested(tree: &str) -> String {
    let mut number = 0;
    let parts: Vec<_> = tree.split("as: outer").collect();
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        text.push_str(part);
        if index + 1 < parts.len() {
            text.push_str(&format!("as: outer{number}"));
            number += 1;
        }
    }
    text
}

/// All cells of a hive that are in use.
fn cells(file: &[u8]) -> Vec<CellOffset> {
    let hive = Hive::parse(file).unwrap();
    let map = CellMap::of(hive);
    (0..hive.bins_size())
        .step_by(8)
        .map(CellOffset::new)
        .filter(|cell| map.is_live(*cell))
        .collect()
}

/// Makes a cell unreadable: free, of no size, or without the signature of its record.
fn break_cell(file: &mut [u8], cell: CellOffset, how: u8) {
    let at = usize::try_from(cell.file_offset()).unwrap();
    let is_record = matches!(
        &file[at + 4..at + 6],
        b"nk" | b"vk" | b"sk" | b"lf" | b"lh" | b"li" | b"ri" | b"db"
    );
    let size = i32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    match how {
        0 if is_record => file[at + 4..at + 6].fill(0),
        1 => file[at..at + 4].fill(0),
        _ => file[at..at + 4].copy_from_slice(&size.wrapping_neg().to_le_bytes()),
    }
}

/// Holds what a rule gave before and after damage against the law.
fn only_opened(before: &[Truth], after: &[Truth], predicates: &[String]) -> Result<(), String> {
    for ((before, after), predicate) in before.iter().zip(after).zip(predicates) {
        let is_known = matches!(before, Truth::True | Truth::False);
        if is_known && after != before && *after != Truth::Unknown {
            return Err(format!("{before} became {after}: {predicate}"));
        }
    }
    Ok(())
}

/// The hives to break, with their cells.
static BROKEN: LazyLock<Vec<(Vec<u8>, Vec<CellOffset>)>> = LazyLock::new(|| {
    let files = trees().into_iter().map(|spec| build(&spec).unwrap());
    files
        .map(|file| {
            let cells = cells(&file);
            (file, cells)
        })
        .collect()
});

static PREDICATES: LazyLock<Vec<String>> = LazyLock::new(predicates);

/// A predicate over predicates, four deep at most.
fn tree() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(PREDICATES.clone());
    leaf.prop_recursive(4, 24, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..4).prop_map(|list| {
            let braced: Vec<_> = list.iter().map(|one| format!("{{ {one} }}")).collect();
            (list.len(), braced.join(", "))
        });
        let word = prop::sample::select(vec!["all", "any", "none", "one", "all_or_none"]);
        prop_oneof![
            (word, list.clone()).prop_map(|(word, (_, list))| format!("{word}: [{list}]")),
            (1..4_usize, list).prop_map(|(n, (length, list))| {
                format!("at_least: {{ n: {}, of: [{list}] }}", n.min(length))
            }),
            inner.clone().prop_map(|inner| format!("not: {{ {inner} }}")),
            (inner.clone(), inner.clone())
                .prop_map(|(premise, then)| format!("if: {{ {premise} }}, then: {{ {then} }}")),
            (inner.clone(), inner, prop::sample::select(vec!["all", "any", "none"])).prop_map(
                |(filter, expect, quantifier)| format!(
                    "for_each: {{ subkeys_of: '{{winsock}}', as: outer, quantifier: {quantifier}, \
                     where: {{ {filter} }}, expect: {{ {expect} }} }}"
                )
            ),
        ]
    })
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
        tree in 0..7_usize, kind in 0..6_u8, at in any::<usize>(), value in any::<usize>(),
    ) {
        let Tree { spec, keys, truths: before } = &TREES[tree];
        let Some(fault) = fault(keys, spec, kind, at, value) else { return Ok(()) };
        let Ok(file) = build(&spec.clone().fault(fault.clone())) else { return Ok(()) };
        // Where the control set itself is hidden, nothing is asked.
        let Some(after) = results(&file) else { return Ok(()) };
        let held = only_opened(before, &after, &PREDICATES);
        prop_assert!(held.is_ok(), "{fault:?}: {}", held.unwrap_err());
    }

    #[test]
    fn a_cell_that_cannot_be_read_only_opens_questions(
        tree in 0..7_usize, how in 0..3_u8, at in any::<prop::sample::Index>(),
    ) {
        let (file, cells) = &BROKEN[tree];
        let cell = *at.get(cells);
        let mut file = file.clone();
        break_cell(&mut file, cell, how);
        let Some(after) = results(&file) else { return Ok(()) };
        let held = only_opened(&TREES[tree].truths, &after, &PREDICATES);
        prop_assert!(held.is_ok(), "cell {cell}, {how}: {}", held.unwrap_err());
    }

    #[test]
    fn no_byte_makes_evaluating_panic(
        tree in 0..7_usize, changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4),
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn in_trees_too_damage_only_opens_questions(
        hive in 0..7_usize, trees in prop::collection::vec(tree(), 8), how in 0..3_u8,
        cells_at in prop::collection::vec(any::<prop::sample::Index>(), 6),
    ) {
        let nested: Vec<_> = trees.iter().map(|tree| not_nested(tree)).collect();
        let rule = rule(&nested.iter().map(String::as_str).collect::<Vec<_>>());
        let (file, cells) = &BROKEN[hive];
        let mut before = results_of(&rule, file).expect("it has the control set");
        let mut file = file.clone();
        // Damage adds up: what was opened stays open or gets known no more.
        for at in cells_at {
            break_cell(&mut file, *at.get(cells), how);
            let Some(after) = results_of(&rule, &file) else { return Ok(()) };
            let held = only_opened(&before, &after, &nested);
            prop_assert!(held.is_ok(), "{}", held.unwrap_err());
            before = after;
        }
    }

    #[test]
    fn predicates_keep_the_laws_of_logic(
        hive in 0..7_usize, a in tree(), b in tree(), c in tree(), how in 0..3_u8,
        cells_at in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let [a, b, c] = [a, b, c].map(|it| format!("{{ {it} }}"));
        // Each of a pair says the same as the other.
        let pairs = [
            (format!("all: [{a}, {b}, {c}]"), format!("all: [{c}, {b}, {a}]")),
            (format!("any: [{a}, {b}, {c}]"), format!("any: [{b}, {c}, {a}]")),
            (format!("one: [{a}, {b}, {c}]"), format!("one: [{c}, {a}, {b}]")),
            (format!("none: [{a}, {b}]"), format!("none: [{b}, {a}]")),
            (format!("all_or_none: [{a}, {b}, {c}]"), format!("all_or_none: [{b}, {a}, {c}]")),
            (format!("all: [{a}, {b}, {c}]"), format!("all: [{a}, {{ all: [{b}, {c}] }}]")),
            (format!("any: [{a}, {b}, {c}]"), format!("any: [{{ any: [{a}, {b}] }}, {c}]")),
            (format!("not: {{ all: [{a}, {b}] }}"), format!("any: [{{ not: {a} }}, {{ not: {b} }}]")),
            (format!("not: {{ any: [{a}, {b}] }}"), format!("all: [{{ not: {a} }}, {{ not: {b} }}]")),
            (format!("none: [{a}, {b}, {c}]"), format!("not: {{ any: [{a}, {b}, {c}] }}")),
            (format!("at_least: {{ n: 1, of: [{a}, {b}] }}"), format!("any: [{a}, {b}]")),
            (format!("not: {{ not: {a} }}"), format!("all: [{a}]")),
        ];
        let predicates: Vec<_> =
            pairs.iter().flat_map(|(one, other)| [not_nested(one), not_nested(other)]).collect();
        let rule = rule(&predicates.iter().map(String::as_str).collect::<Vec<_>>());
        let (file, cells) = &BROKEN[hive];
        let mut file = file.clone();
        cells_at.iter().for_each(|at| break_cell(&mut file, *at.get(cells), how));
        let Some(truths) = results_of(&rule, &file) else { return Ok(()) };
        for (pair, predicates) in truths.chunks(2).zip(predicates.chunks(2)) {
            prop_assert_eq!(pair[0], pair[1], "{:?}", predicates);
        }
    }
}
