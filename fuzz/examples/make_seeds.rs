//! Writes the seed corpora under `seeds/`.
//!
//!     cargo run --example make_seeds

use std::error::Error;
use std::fs;
use std::path::Path;

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_security::SecurityDescriptorBuf;

const TEXTS: &[(&str, &str)] = &[
    ("owner", "O:BAG:SYD:(A;;KA;;;SY)"),
    ("winsock", "O:BAG:SYD:(A;CI;KR;;;WD)(A;CIIO;GA;;;CO)(D;;KW;;;S-1-5-21-1-2-3-1000)"),
    ("null", "D:NO_ACCESS_CONTROL"),
    ("sacl", "O:S-1-5-18S:AI(AU;SAFA;0x2;;;BG)(ML;;NW;;;LW)"),
    ("objects", "D:PAR(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;AU)"),
];

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

/// Small hives: each format, and each kind of fault.
fn hives() -> Vec<(String, HiveSpec)> {
    let mut hives = Vec::new();
    for (name, version) in [
        ("1.3", Version::V1_3),
        ("1.4", Version::V1_4),
        ("1.5", Version::V1_5),
        ("1.6", Version::V1_6),
    ] {
        hives.push((format!("sound-{name}"), HiveSpec::new(version, tree())));
    }
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

fn tree() -> KeySpec {
    let mut root = KeySpec::new("SYSTEM").class("class");
    root.at("Select").set_value(ValueSpec::dword("Current", 1)).set_value(ValueSpec::sz("", "x"));
    root.at("Setup").set_value(ValueSpec::sz("CmdLine", "setup -newsetup"));
    root.at("Setup\\below").set_value(ValueSpec::multi_sz("list", &["a", "b"]));
    root.at("Setup\\\u{3b1}\u{3b2}");
    root.at("\u{e4}x");
    root
}
