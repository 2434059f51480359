//! Names that somebody chose to harm who reads them, through every format.

use coldhive::rules::{Rule, RuleSet};
use coldhive::{Case, CheckOptions};
use coldhive_forge::{KeySpec, ValueSpec, build, samples};

use crate::csv::{plain, rows};
use crate::support::{FORMATS, Findings, Format, thorough};

/// Markup, formulas, separators, links, escapes, what a terminal obeys, what turns the direction of writing.
const NAMES: [&str; 16] = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\u{ff1d}1+1",
    "'quoted",
    "a\"b\",\"c;d",
    "a|b|c%0A%7C",
    "line\r\nline\u{2028}line",
    "\u{1b}[2J\u{7}\u{9b}31m",
    "abc\u{202e}txt\u{2066}",
    "[click](https://example.org)",
    "{0}{name}",
    "nul\0byte",
];

/// A rule whose checks rest on each of these keys, and say its names.
const RULE: &str = r"
schema: coldhive/1
id: HOSTILE
title: No key is there
level: low
checks:
  - id: subkeys
    title: No subkey has a value
    expect:
      for_each:
        subkeys_of: Evil
        as: it
        quantifier: none
        expect: { value: { path: '{it.path}', name: V, exists: true } }
";

/// A hive with all of these names, for keys and data; one name ends in half a character.
pub(crate) fn hive() -> Vec<u8> {
    let mut spec = samples::cluster_broken();
    let mut evil = KeySpec::new("Evil");
    for name in NAMES.iter().copied().chain(["half\u{100}"]) {
        let key = KeySpec::new(name).value(ValueSpec::sz("V", name)).sddl("O:BAG:SYD:(A;;KA;;;WD)");
        evil = evil.subkey(key.unwrap());
    }
    spec.root.subkeys.push(evil.sddl("O:BAG:SYD:(A;;KA;;;WD)").unwrap());
    spec.root
        .at("ControlSet001\\Services\\Winsock\\Parameters")
        .set_value(ValueSpec::multi_sz("Transports", &NAMES[..15]));
    let mut file = build(&spec).unwrap();
    // The name and the data, in UTF-16: a high surrogate takes the place of its last unit.
    let half: Vec<u8> = "half\u{100}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at: Vec<_> =
        (0..file.len() - half.len()).filter(|at| file[*at..].starts_with(&half)).collect();
    assert_eq!(at.len(), 2);
    for at in at {
        file[at + half.len() - 2..at + half.len()].copy_from_slice(&0xd800_u16.to_le_bytes());
    }
    file
}

pub(crate) fn findings() -> Findings {
    let mut rules = RuleSet::built_in().unwrap();
    rules.add(Rule::load("hostile.yaml", RULE).unwrap());
    let mut findings = Findings::new(&rules);
    for (path, options) in [
        ("a|b\"\n<SYSTEM>", CheckOptions::default()),
        ("=C:\\evidence\\\u{202e}SYSTEM", thorough()),
    ] {
        findings.add(&Case::from_bytes(path, hive()).unwrap(), &rules, &options);
    }
    findings
}

/// Characters that a terminal obeys, or that turn or hide what stands beside them.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r'))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn the_rule_looks_at_every_name() {
    let findings = findings();
    let verdict = findings.verdicts().find(|it| it.rule.id == "HOSTILE").unwrap();
    let check = &verdict.checks[0];
    for name in NAMES {
        let looked = check.evidence.iter().any(|it| {
            it.text
                .as_deref()
                .is_some_and(|text| text.trim_matches('"') == name || name.contains('\0'))
        });
        assert!(looked, "{name:?}: {:#?}", check.evidence);
    }
    // Half a character has no Unicode; it is told, and nothing is left out for it.
    let half = check.evidence.iter().any(|it| it.key.contains("half"));
    assert!(half || check.found.contains("half"), "{}", check.found);
}

#[test]
fn json_gives_every_name_back() {
    let findings = findings();
    assert!(findings.json(Format::Json) == serde_json::to_value(findings.report()).unwrap());
    for format in [Format::Json, Format::JsonLines, Format::Sarif, Format::Timesketch] {
        let text = findings.text(format);
        // JSON escapes what is below a space; a line is a record.
        assert!(!text.contains(|c: char| u32::from(c) < 0x20 && c != '\n'), "{format:?}");
    }
}

#[test]
fn no_format_but_json_has_a_character_that_acts() {
    let findings = findings();
    for format in [Format::Csv, Format::Bodyfile] {
        let text = findings.text(format);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        assert_eq!(text.chars().find(|c| is_obeyed(*c)), None, "{format:?}");
    }
    for event in findings.lines(Format::Timesketch) {
        assert!(!event["message"].as_str().unwrap().contains(is_obeyed), "{event}");
    }
    let sarif = crate::sarif::run(&findings);
    for result in sarif["results"].as_array().unwrap() {
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.contains(is_obeyed), "{message}");
        assert!(!message.contains("]("), "no link: {message}");
        let rest = message.replace("{{", "").replace("}}", "");
        assert!(!rest.contains(['{', '}']), "no placeholder: {message}");
    }
}

#[test]
fn no_cell_is_a_formula() {
    let rows = rows(&findings());
    for cell in rows.iter().flat_map(|row| row.values()) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}']), "{cell}");
    }
    let hives: Vec<_> = rows.iter().map(|row| plain(&row["hive"])).collect();
    assert!(hives.contains(&"=C:\\evidence\\\\u{202e}SYSTEM"), "{hives:?}");
}

#[test]
fn the_same_bytes_twice() {
    for format in FORMATS {
        assert_eq!(findings().bytes(format), findings().bytes(format), "{format:?}");
    }
}
