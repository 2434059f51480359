//! Writes the seed corpora under `seeds/`.
//!
//!     cargo run --example make_seeds

use std::error::Error;
use std::fs;
use std::path::Path;
use std::slice::from_ref;

use coldhive_forge::event_log::{EventLogSpec, EventSpec};
use coldhive_forge::log::{
    Entry, EntryFault, LogFault, NewLog, OldLog, Page, interrupted, pages_between, set_sequence,
};
use coldhive_forge::{
    Fault, ForgeError, HiveSpec, KeySpec, LayerSemantics, ValueSpec, Version, build, remnant,
    samples,
};
use coldhive_fuzz::join_parts;
use coldhive_security::SecurityDescriptorBuf;

const TEXTS: &[(&str, &str)] = &[
    ("owner", "O:BAG:SYD:(A;;KA;;;SY)"),
    ("winsock", "O:BAG:SYD:(A;CI;KR;;;WD)(A;CIIO;GA;;;CO)(D;;KW;;;S-1-5-21-1-2-3-1000)"),
    ("null", "D:NO_ACCESS_CONTROL"),
    ("sacl", "O:S-1-5-18S:AI(AU;SAFA;0x2;;;BG)(ML;;NW;;;LW)"),
    ("objects", "D:PAR(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;AU)"),
    ("condition", "D:(XA;;KR;;;WD;((@User.Title == \"PM\" && a >= 0x1f) || !(Member_of {SID(BA), SID(WD)})))"),
    ("attribute", "S:(RA;;;;;WD;(\"Secrecy\",TU,0x1,3,4))(RA;;;;;WD;(\"p%0020q\",TS,0x0,\"x\"))(ML;;NW;;;LW)"),
];

const CLUSTER_LOG: &str = "378.380::1999/06/09-18:00:50.881 [INIT] Unable to bind RPC to CDP, status 1720\r\n\
    082::14-21:29:26.625 Cluster Service started - Cluster Version 1.224.\n  goes on\n";

const RULE: &str = "schema: coldhive/1
id: SEED
title: A rule
status: test
level: low
description: For the fuzzer.
references: [none]
author: coldhive
date: 2026-11-23
hive: system
scope: selected
checks:
  - id: key
    title: The key is there
    origin: derived
    expect:
      all:
        - key: { path: '{ccs}\\Services\\Tcpip', exists: true }
        - not: { value: { path: '{ccs}\\Services\\Tcpip', name: Start, exists: true } }
    remedy: None.
";

fn main() -> Result<(), Box<dyn Error>> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = seeds.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    for (name, spec) in hives() {
        let file = build(&spec)?;
        write("hive", &name, &file)?;
        write("witness", &name, &file)?;
    }
    for (name, spec) in sound().into_iter().chain(broken()) {
        write("verify", &name, &build(&spec)?)?;
    }
    for (name, spec) in with_remnants() {
        write("remnants", name, &build(&spec)?)?;
    }
    for (name, files) in recoveries()? {
        write("recovery", name, &join_parts(&files))?;
    }
    for (name, spec) in event_logs() {
        write("evt", name, &spec.build())?;
    }
    write("evt", "cluster-log", CLUSTER_LOG.as_bytes())?;
    for (name, text) in TEXTS {
        write("sddl", name, text.as_bytes())?;
        if let Ok(descriptor) = text.parse::<SecurityDescriptorBuf>() {
            write("security", name, &descriptor.into_bytes())?;
        }
    }
    write("security", "winsock-nt4", &samples::winsock_descriptor())?;
    for (name, entries) in
        [("empty", &[][..]), ("one", &["Clusnet"]), ("three", &["Tcpip", "NetBIOS", "\u{3a9}"])]
    {
        write("multi_string", name, &ValueSpec::multi_sz("", entries).data)?;
    }
    write("multi_string", "unterminated", b"a\0b\0")?;
    write("rule", "small", RULE.as_bytes())?;
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/rules/library");
    write("rule", "q262832", &fs::read(library.join("Q262832.yaml"))?)?;
    Ok(())
}

/// Small event logs: sound, wrapped and dirty.
fn event_logs() -> [(&'static str, EventLogSpec); 4] {
    let event = |time| {
        EventSpec::new("Service Control Manager", 7023).time(time).strings(["Cluster Server", "%%1720"])
    };
    let few = EventLogSpec::new((0..3).map(event));
    let many = EventLogSpec::new((0..20).map(event)).size(0x600);
    [("few", few.clone()), ("wrapped", many.clone()), ("dirty", few.dirty()), ("dirty-wrapped", many.dirty())]
}

/// Small hives, one of each format, and one with layers.
fn sound() -> Vec<(String, HiveSpec)> {
    let named = |version: Version| format!("sound-1.{}", version.minor());
    let mut hives: Vec<_> =
        Version::ALL.map(|version| (named(version), HiveSpec::new(version, tree()))).into();
    let mut layered = tree();
    layered.at("Setup\\below").layer.semantics = LayerSemantics::SupersedeTree;
    layered.at("gone").layer.semantics = LayerSemantics::Tombstone;
    layered.at("Select").set_value(ValueSpec::tombstone("Current"));
    hives.push(("layered".into(), HiveSpec::new(Version::V1_6, layered)));
    hives
}

/// Small hives: each format, and what stops a reader.
fn hives() -> Vec<(String, HiveSpec)> {
    let mut hives = sound();
    let faults = [
        Fault::ZeroSignature { key: "Select".into() },
        Fault::ListHole { key: "Select".into() },
        Fault::ListSignature { key: "Setup".into() },
        Fault::UnsortedList { key: String::new() },
        Fault::Cycle { key: "Setup\\below".into(), to: String::new() },
        Fault::SelfReferencingList { key: String::new() },
        Fault::DeletedKey { key: "Setup".into() },
        Fault::ValueSignature { key: "Select".into(), value: "Current".into() },
        Fault::ValueListHole { key: "Select".into(), value: "Current".into() },
        Fault::DataCutShort { key: "Setup".into(), value: "CmdLine".into() },
        Fault::NoSecurity { key: "Select".into() },
        Fault::RootUnreadable,
        Fault::BadChecksum,
        Fault::Truncate { bytes: 5000 },
    ];
    for fault in faults {
        hives.push((fault.name().to_owned(), HiveSpec::new(Version::V1_3, tree()).fault(fault)));
    }
    hives
}

/// Small hives with what a reader passes over and a check should not.
fn broken() -> Vec<(String, HiveSpec)> {
    let (key, value) = (|| "Setup".to_owned(), || "CmdLine".to_owned());
    let faults = [
        Fault::SecurityRingSelf { key: key() },
        Fault::SecurityRingAstray { key: key() },
        Fault::SecurityRingEndless,
        Fault::SecurityBlink { key: key() },
        Fault::SecurityCount { key: key(), count: 0 },
        Fault::FreedSecurity { key: key() },
        Fault::BinSignature { bin: 0 },
        Fault::BinOffset { bin: 0, offset: 4096 },
        Fault::BinSize { bin: 0, size: 0 },
        Fault::NodeSize { key: key(), size: 0x7FFF_FFF8 },
        Fault::NulInName { key: key() },
        Fault::OddNameLength { key: key() },
        Fault::DuplicateKey { key: key() },
        Fault::DuplicateValue { key: key(), value: value() },
        Fault::SubkeyCount { key: key(), count: u32::MAX },
        Fault::ListCount { key: key(), count: u16::MAX },
        Fault::ValueCount { key: key(), count: u32::MAX },
        Fault::NestedIndexRoot { key: key() },
        Fault::FreedNode { key: key() },
        Fault::FreedList { key: key() },
        Fault::FreedValueList { key: key() },
        Fault::FreedValue { key: key(), value: value() },
        Fault::FreedData { key: key(), value: value() },
        Fault::LostKey { key: key() },
    ];
    faults
        .into_iter()
        .map(|fault| {
            let mut root = tree();
            root.at("Setup").security = Some(samples::winsock_descriptor());
            (fault.name().to_owned(), HiveSpec::new(Version::V1_5, root).fault(fault))
        })
        .collect()
}

/// Small hives with keys and values that were deleted.
fn with_remnants() -> Vec<(&'static str, HiveSpec)> {
    let hive = |version, faults: &[Fault]| {
        let mut root = tree();
        root.at("Setup").security = Some(samples::winsock_descriptor());
        root.at("TypeA");
        let mut spec = HiveSpec::new(version, root);
        spec.faults = faults.into();
        spec
    };
    let deleted = |key: &str| Fault::DeletedKey { key: key.into() };
    let (key, value) = ("Setup".to_owned(), "CmdLine".to_owned());
    let replaced = Fault::ReplacedList { key: String::new() };
    let old = remnant::key_cell(Version::V1_5, &KeySpec::new("old"), 32);
    let older = remnant::value_cell(Version::V1_5, &ValueSpec::dword("older", 1));
    let chained = [replaced, deleted("Setup"), Fault::CoalesceFree, Fault::LinkFree];
    vec![
        ("sound", hive(Version::V1_5, &[])),
        ("deleted", hive(Version::V1_5, &[deleted("Setup")])),
        ("deleted-1.1", hive(Version::V1_1, &chained)),
        ("deleted-1.3", hive(Version::V1_3, &chained)),
        ("deleted-below", hive(Version::V1_5, &[deleted("Setup\\below"), Fault::CoalesceFree])),
        (
            "deleted-value",
            hive(Version::V1_5, &[Fault::DeletedValue { key: key.clone(), value: value.clone() }]),
        ),
        ("lost", hive(Version::V1_5, &[Fault::LostKey { key: key.clone() }])),
        (
            "reused",
            hive(Version::V1_5, &[Fault::ReusedNode { key: key.clone(), by: "TypeA".into() }]),
        ),
        ("slack", hive(Version::V1_5, &[Fault::Slack { key, value, bytes: old.clone() }])),
        ("behind", hive(Version::V1_5, &[Fault::Trailing { bytes: [old, older].concat() }])),
    ]
}

/// A seed's name, and its files: the primary first.
type Files = (&'static str, Vec<Vec<u8>>);

/// Primaries with their logs.
fn recoveries() -> Result<Vec<Files>, ForgeError> {
    let state = |version, step: u32| {
        let mut root = tree();
        root.at("Select").set_value(ValueSpec::dword("Current", step));
        let written = coldhive_forge::DEFAULT_TIME + u64::from(step);
        build(&HiveSpec::new(version, root).written(written))
    };
    let (old, new) = (
        [state(Version::V1_3, 1)?, state(Version::V1_3, 2)?],
        [state(Version::V1_5, 1)?, state(Version::V1_5, 2)?, state(Version::V1_5, 3)?],
    );
    let old_primary = interrupted(&old[0], &old[1]);
    let old_log = OldLog::between(&old[0], &old[1]).file_type(2);
    let small_log = OldLog::of_pages(&old[1], &small_pages(&old[0], &old[1])).sequence(2);
    let mut bad_primary = old_primary.clone();
    bad_primary[508] ^= 0xFF;

    let mut new_primary = interrupted(&new[0], &new[1]);
    set_sequence(&mut new_primary, 3, 2);
    let entry = |sequence: u32, step: usize| Entry {
        pages: small_pages(&new[step], &new[step + 1]),
        ..Entry::between(sequence, &new[step], &new[step + 1])
    };
    let log = |entries: &[Entry]| {
        let log = NewLog::new(&new[0]).alignment(512);
        entries.iter().cloned().fold(log, NewLog::entry).build()
    };
    let (first, second) = (entry(3, 0), entry(4, 1));
    let bad = |fault| log(&[first.clone(), second.clone().fault(fault)]);
    Ok(vec![
        ("old", vec![old_primary.clone(), old_log.build()]),
        (
            "old-two",
            vec![
                old_primary.clone(),
                small_log.clone().fault(LogFault::BadChecksum).build(),
                small_log.build(),
            ],
        ),
        ("old-large-sector", vec![old_primary, old_log.clone().clustering_factor(2).build()]),
        ("old-bad-base", vec![bad_primary, old_log.build()]),
        ("new", vec![new_primary.clone(), log(from_ref(&first)), log(from_ref(&second))]),
        ("new-one", vec![new_primary.clone(), log(&[first.clone(), second.clone(), entry(1, 0)])]),
        ("new-gap", vec![new_primary.clone(), bad(EntryFault::SequenceGap)]),
        ("new-outside", vec![new_primary.clone(), bad(EntryFault::PageOutside)]),
        ("new-size-0", vec![new_primary.clone(), bad(EntryFault::Size { bytes: 0 })]),
        ("new-hash", vec![new_primary.clone(), bad(EntryFault::WrongHash1)]),
        (
            "new-whole-page",
            vec![
                new_primary,
                NewLog::new(&new[0])
                    .alignment(512)
                    .entry(Entry::between(3, &new[0], &new[1]))
                    .build(),
            ],
        ),
    ])
}

/// What differs in pieces of 512 bytes, so that an input stays small.
fn small_pages(before: &[u8], after: &[u8]) -> Vec<Page> {
    let mut pages = Vec::new();
    for page in pages_between(before, after) {
        for (offset, bytes) in (page.offset..).step_by(512).zip(page.bytes.chunks(512)) {
            let start = 4096 + usize::try_from(offset).expect("a small hive");
            if before.get(start..start + bytes.len()) != Some(bytes) {
                pages.push(Page { offset, bytes: bytes.to_vec() });
            }
        }
    }
    pages
}

fn tree() -> KeySpec {
    let mut root = KeySpec::new("SYSTEM").class("class");
    root.at("Select").set_value(ValueSpec::dword("Current", 1)).set_value(ValueSpec::sz("", "x"));
    root.at("Setup").set_value(ValueSpec::sz("CmdLine", "setup -newsetup"));
    root.at("Setup\\below").set_value(ValueSpec::multi_sz("list", &["a", "b"]));
    root.at("Setup\\\u{3b1}\u{3b2}");
    root.at("\u{e4}x");
    root
}
