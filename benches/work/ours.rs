//! The work as this project does it.

use std::collections::HashMap;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use coldhive::hive::{Evidence, Hive, Image, Lookup, Role, Sha256Digest};
use coldhive::rules::{Rule, RuleSet};
use coldhive::security::{
    AccessMask, AccessOptions, GenericMapping, SecurityDescriptor, Token, granted,
};
use coldhive::system::Selector;
use coldhive::{Case, CheckOptions, OpenOptions};

use super::sum;

pub(crate) fn lookup(hive: Hive<'_>, path: &str) -> bool {
    matches!(hive.key(black_box(path)), Lookup::Found(_))
}

pub(crate) fn open_and_look_up(file: &Path, options: &OpenOptions, path: &str) -> bool {
    lookup(Case::open_with(file, options).expect("a hive").hive(), path)
}

/// Every key visited.
pub(crate) fn walk_keys(hive: Hive<'_>) -> u64 {
    hive.root().expect("a readable root").walk_keys().map(|key| u64::from(key.is_ok())).sum()
}

/// Every key visited and every byte of data summed: how many keys, and the sum.
pub(crate) fn walk(hive: Hive<'_>) -> (u64, u64) {
    let mut walk = hive.root().expect("a readable root").walk_keys();
    let (mut keys, mut total) = (0, 0);
    while let Some(key) = walk.next() {
        let Ok(key) = key else { continue };
        keys += 1;
        total += walk.values(&key).flatten().map(|read| sum(&read.data.bytes)).sum::<u64>();
    }
    (keys, total)
}

/// The same, and whether a token may write to each key. Keys share descriptors by their cells, and one is asked once.
pub(crate) fn walk_access(hive: Hive<'_>, token: &Token) -> u64 {
    let mut walk = hive.root().expect("a readable root").walk_keys();
    let (mut total, mut known) = (0, HashMap::new());
    while let Some(key) = walk.next() {
        let Ok(key) = key else { continue };
        let may = known.entry(key.security_cell()).or_insert_with(|| {
            let record = key.security().ok().flatten()?;
            let descriptor = SecurityDescriptor::parse(record.descriptor()).ok()?;
            let mapping = &GenericMapping::REGISTRY_KEY;
            let found = granted(&descriptor, token, mapping, AccessOptions::default()).ok()?;
            found.grants(AccessMask::GENERIC_WRITE, mapping)
        });
        total += u64::from(*may == Some(true));
        total += walk.values(&key).flatten().map(|read| sum(&read.data.bytes)).sum::<u64>();
    }
    total
}

/// The same as [`walk`], with everything checked that can be wrong with a key.
pub(crate) fn walk_checked(hive: Hive<'_>) -> u64 {
    let root = hive.root().expect("a readable root");
    root.walk().flat_map(|visit| visit.values).map(|read| sum(&read.data.bytes)).sum()
}

/// The least that a recovery has to do: take a copy of the image, and see that the logs are what they were.
pub(crate) fn copy_and_hash_logs(evidence: &Evidence) -> u64 {
    let copy = black_box(evidence.bytes().to_vec());
    for file in evidence.files().iter().filter(|file| file.role() != Role::Primary) {
        black_box(Sha256Digest::of(file.bytes()));
    }
    copy.len() as u64
}

pub(crate) fn recover(evidence: &Evidence) -> u64 {
    Image::recover(evidence.clone()).bytes().len() as u64
}

/// From the path to verdicts.
pub(crate) fn check(file: &Path, opening: &OpenOptions, rules: &RuleSet, hash: bool) -> u64 {
    check_open(&Case::open_with(file, opening).expect("a hive"), rules, hash)
}

/// The verdicts of an open hive, each read twice.
pub(crate) fn check_open(case: &Case, rules: &RuleSet, hash: bool) -> u64 {
    let options = CheckOptions { hash, ..CheckOptions::default() };
    case.check(rules, &options).len() as u64
}

/// The whole hive as JSON Lines, as the program writes them.
pub(crate) fn export(case: &Case, to: &Path) -> u64 {
    let file = File::create(to).expect("room in the temporary folder");
    let mut out = BufWriter::with_capacity(256 << 10, file);
    for record in case.export("", false).found().expect("a readable root") {
        serde_json::to_writer(&mut out, &record).expect("room in the temporary folder");
        out.write_all(b"\n").expect("room in the temporary folder");
    }
    out.flush().expect("room in the temporary folder");
    out.get_ref().metadata().expect("the file").len()
}

/// A thousand rules, each about the start of a service of the hive, and the paths of their keys.
pub(crate) fn thousand_rules(case: &Case) -> (RuleSet, Vec<String>) {
    let system = case.system();
    let set = system.select(Selector::Current).expect("a control set").sets.remove(0);
    let services = system.key(&set.path("Services")).found().expect("services");
    let names: Vec<_> =
        services.subkeys().flatten().map(|key| key.readable_name().to_string()).collect();
    let names = names.iter().filter(|name| !name.contains(['\'', '{', '}']));
    let names: Vec<_> = names.cycle().take(1_000).collect();
    let mut rules = RuleSet::default();
    for (number, name) in names.iter().enumerate() {
        let text = format!(
            "schema: coldhive/1\nid: R{number}\ntitle: A service can start\nlevel: low\nchecks:\n  - id: start\n    \
             title: It can\n    expect:\n      value: {{ path: '{{ccs}}\\Services\\{name}', name: Start, \
             type: REG_DWORD, lt: 4 }}\n"
        );
        rules.add(Rule::load("bench", &text).expect("a sound rule"));
    }
    (rules, names.iter().map(|name| set.path(&format!("Services\\{name}"))).collect())
}
