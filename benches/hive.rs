//! What the main paths cost. Compares with nt-hive in the same run, over the same bytes.
//!
//! `cargo bench -p coldhive` reads a sample; `COLDHIVE_BENCH_HIVE=PATH cargo bench -p coldhive` any hive.

use std::collections::HashSet;
use std::hint::black_box;
use std::path::PathBuf;

use coldhive::rules::{Context, Rule, RuleSet, Target};
use coldhive::security::{AccessOptions, GenericMapping, SecurityDescriptor, Token, check_access};
use coldhive::system::Selector;
use coldhive::{AccessQuestion, Case, CheckOptions, nt_hive};
use criterion::{Criterion, criterion_group, criterion_main};

fn case() -> Case {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/many-1.5.SYSTEM");
    let path = std::env::var_os("COLDHIVE_BENCH_HIVE")
        .map_or_else(|| PathBuf::from(sample), PathBuf::from);
    Case::open(path).expect("a hive to measure with")
}

/// Every key visited and every byte of data summed.
fn walk(case: &Case) -> u64 {
    let root = case.hive().root().expect("a readable root");
    let values = root.walk().flat_map(|visit| visit.values);
    values.flat_map(|read| read.data.bytes.into_owned()).map(u64::from).sum()
}

fn nt_hive_walk(key: &nt_hive::KeyNode<'_, &[u8]>) -> u64 {
    let mut sum = 0;
    for value in key.values().into_iter().flatten().flatten() {
        let data = value.expect("a sound hive").data().and_then(nt_hive::KeyValueData::into_vec);
        sum += data.expect("a sound hive").into_iter().map(u64::from).sum::<u64>();
    }
    for subkey in key.subkeys().into_iter().flatten().flatten() {
        sum += nt_hive_walk(&subkey.expect("a sound hive"));
    }
    sum
}

/// The distinct descriptors of a hive.
fn descriptors(case: &Case) -> HashSet<&[u8]> {
    let keys = case.hive().root().expect("a readable root").walk_keys();
    let records = keys.flatten().filter_map(|key| key.security().ok().flatten());
    records.map(|record| record.descriptor()).collect()
}

/// How many of these descriptors could be decoded and checked for a token.
fn check_all(descriptors: &HashSet<&[u8]>, token: &Token) -> usize {
    let checked = descriptors.iter().filter(|bytes| {
        let Ok(descriptor) = SecurityDescriptor::parse(bytes) else { return false };
        let (mapping, options) = (&GenericMapping::REGISTRY_KEY, AccessOptions::default());
        check_access(&descriptor, token, mapping, options).is_ok()
    });
    checked.count()
}

fn security(criterion: &mut Criterion) {
    let case = case();
    let who = "WD,AU,BU,IU".parse::<coldhive::rules::Principals>().expect("SIDs");
    let token = who.token();
    let descriptors = descriptors(&case);
    let question = AccessQuestion::new(who);
    criterion.bench_function("walk, key nodes alone", |bench| {
        bench.iter(|| case.hive().root().expect("a readable root").walk_keys().count());
    });
    criterion.bench_function("every key that a token may write", |bench| {
        let search = case.writable_by(&question, "", false).expect("a readable root");
        bench.iter(|| search.keys().count());
    });
    let name = format!("{} distinct descriptors decoded and checked", descriptors.len());
    criterion.bench_function(&name, |bench| bench.iter(|| check_all(&descriptors, &token)));
}

fn benches(criterion: &mut Criterion) {
    let case = case();
    let rules = RuleSet::built_in().expect("the built-in rules load");
    let options = CheckOptions { hash: false, ..CheckOptions::default() };
    let theirs = case.nt_hive().expect("a base block");
    criterion.bench_function("lookup of an absent key", |bench| {
        bench.iter(|| {
            black_box(case.hive().key(black_box("ControlSet001\\Services\\ClusSvc"))).is_absent()
        });
    });
    criterion.bench_function("walk, everything checked", |bench| bench.iter(|| walk(&case)));
    criterion.bench_function("walk by nt-hive", |bench| {
        bench.iter(|| nt_hive_walk(&theirs.root_key_node().expect("a readable root")));
    });
    criterion.bench_function("check, read twice", |bench| {
        bench.iter(|| case.check(&rules, &options).len());
    });
}

/// A thousand rules, each about the start of a service of the hive, and the paths of their keys.
fn thousand_rules(case: &Case) -> (Vec<Rule>, Vec<String>) {
    let system = case.system();
    let set = system.select(Selector::Current).expect("a control set").sets.remove(0);
    let services = system.key(&set.path("Services")).found().expect("services");
    let names: Vec<_> =
        services.subkeys().flatten().map(|key| key.readable_name().to_string()).collect();
    let names = names.iter().filter(|name| !name.contains(['\'', '{', '}']));
    let names: Vec<_> = names.cycle().take(1_000).collect();
    let rule = |(number, name): (usize, &&String)| {
        let text = format!(
            "schema: coldhive/1\nid: R{number}\ntitle: A service can start\nlevel: low\nchecks:\n  - id: start\n    \
             title: It can\n    expect:\n      value: {{ path: '{{ccs}}\\Services\\{name}', name: Start, \
             type: REG_DWORD, lt: 4 }}\n"
        );
        Rule::load("bench", &text).expect("a sound rule")
    };
    let rules = names.iter().enumerate().map(rule).collect();
    let paths = names.iter().map(|name| set.path(&format!("Services\\{name}"))).collect();
    (rules, paths)
}

fn rules(criterion: &mut Criterion) {
    let case = case();
    let info = case.hive_info(false);
    let target = Target::new(case.system(), &info);
    let built_in = RuleSet::built_in().expect("the built-in rules load");
    let q262832 = built_in.get("Q262832").expect("a built-in rule");
    let context = Context { assume_applicable: true, ..Context::default() };
    criterion.bench_function("Q262832 on an open hive", |bench| {
        bench.iter(|| target.check(q262832, &context).len());
    });
    let (rules, paths) = thousand_rules(&case);
    let context = Context::default();
    criterion.bench_function("a thousand rules on one hive", |bench| {
        bench.iter(|| target.check_all(&rules, &context).len());
    });
    criterion.bench_function("the same thousand, each for itself", |bench| {
        bench.iter(|| rules.iter().map(|rule| target.check(rule, &context).len()).sum::<usize>());
    });
    criterion.bench_function("their thousand lookups alone", |bench| {
        let system = case.system();
        bench.iter(|| paths.iter().filter(|path| !system.key(path).is_absent()).count());
    });
}

criterion_group!(all, benches, security, rules);
criterion_main!(all);
