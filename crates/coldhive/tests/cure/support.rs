//! Applying a cure without Windows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use coldhive::rules::{Outcome, RuleSet, Truth, Verdict};
use coldhive::system::Selector;
use coldhive::{Case, CheckOptions, Cure, ExportRecord};
use coldhive_forge::{HiveSpec, build};

pub(crate) const PARAMETERS: &str = r"ControlSet001\Services\Winsock\Parameters";
pub(crate) const MIGRATION: &str = r"ControlSet001\Services\Winsock\Setup Migration";
pub(crate) const PROVIDER: &str =
    r"ControlSet001\Services\Winsock\Setup Migration\Providers\Clusnet";
pub(crate) const GOOD_PROVIDER: &str =
    r"ControlSet002\Services\Winsock\Setup Migration\Providers\Clusnet";

pub(crate) fn case(spec: &HiveSpec) -> Case {
    Case::from_bytes("SYSTEM", build(spec).unwrap()).unwrap()
}

pub(crate) fn verdict_of(case: &Case, selector: Selector) -> Verdict {
    let mut options = CheckOptions::default();
    options.context.selector = selector;
    // A text has no signs of Enterprise Edition that a part of a hive lacks.
    options.context.assume_applicable = true;
    case.check(&RuleSet::built_in().unwrap(), &options).remove(0)
}

pub(crate) fn verdict(case: &Case) -> Verdict {
    verdict_of(case, Selector::Current)
}

pub(crate) fn cure(case: &Case) -> Cure {
    let verdict = verdict(case);
    assert!(matches!(verdict.outcome, Outcome::Fail | Outcome::Unknown));
    case.cure(&verdict).expect("there is something to cure")
}

pub(crate) fn false_checks(verdict: &Verdict) -> Vec<&str> {
    let checks = verdict.checks.iter().filter(|check| check.result == Truth::False);
    checks.map(|check| check.id.as_str()).collect()
}

/// Values by name: type and data.
pub(crate) type Values = BTreeMap<String, (u32, Vec<u8>)>;

/// Keys by their path in upper case, with their values.
pub(crate) fn tree(case: &Case) -> BTreeMap<String, Values> {
    let records = case.export("", false).found().expect("the root can be read");
    let keys = records.filter_map(|record| match record {
        ExportRecord::Key(key) => Some(key),
        _ => None,
    });
    keys.map(|key| {
        let values = key.values.into_iter();
        let values = values
            .map(|value| (value.name.into_owned(), (value.type_code, value.data.0.into_owned())));
        (key.path.to_uppercase(), values.collect())
    })
    .collect()
}

/// A whole hive as a registry text of version 5.00.
pub(crate) fn as_text(case: &Case) -> String {
    let mut text = format!("{VERSION_5}\r\n");
    for (key, values) in tree(case) {
        text.push_str(&format!("\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\{key}]\r\n"));
        for (name, (type_code, data)) in values {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            let name = if name.is_empty() { "@".into() } else { format!("\"{name}\"") };
            text.push_str(&format!("{name}=hex({type_code:x}):{}\r\n", hex(&data)));
        }
    }
    text.replace("SYSTEM\\]", "SYSTEM]")
}

const VERSION_5: &str = "Windows Registry Editor Version 5.00";

fn hex(data: &[u8]) -> String {
    data.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(",")
}

/// A REGEDIT4 text as one of version 5.00 about a control set by its number: the same lines, but for the version, the
/// data of the text types, which is UTF-16 there, and the name CurrentControlSet, which no file has.
pub(crate) fn as_version_5(text: &str, control_set: &str) -> String {
    let joined = text.replace("\\\r\n  ", "");
    assert!(joined.split_inclusive('\n').all(|line| line.ends_with("\r\n")), "{text}");
    let mut lines = joined.lines();
    assert_eq!(lines.next(), Some("REGEDIT4"));
    let mut made = format!("{VERSION_5}\r\n");
    for line in lines {
        let wide = ["=hex(1):", "=hex(2):", "=hex(7):"].into_iter().find_map(|mark| {
            let (name, bytes) = line.split_once(mark)?;
            let bytes: Vec<_> = bytes.split(',').map(|byte| format!("{byte},00")).collect();
            Some(format!("{name}{mark}{}", bytes.join(",")))
        });
        let line = wide.unwrap_or_else(|| line.to_owned());
        made.push_str(
            &line.replace(r"SYSTEM\CurrentControlSet\", &format!(r"SYSTEM\{control_set}\")),
        );
        made.push_str("\r\n");
    }
    made
}

/// The hive behind an import, as this project's own reader of such texts makes it.
pub(crate) fn imported(case: &Case, texts: &[&str]) -> Case {
    let mut text = as_text(case);
    for import in texts {
        let import = as_version_5(import, "ControlSet001");
        text.push_str(import.strip_prefix(VERSION_5).expect("the version"));
    }
    Case::from_bytes("cured.reg", text.into_bytes()).expect("the text is understood")
}

/// The corpus, or nothing with a word on stderr.
pub(crate) fn corpus() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("COLDHIVE_CORPUS").map_or_else(default, PathBuf::from);
    let there = folder.join("cluster/EXPECTED.json").exists();
    if !there {
        eprintln!("skipped real hives: there is no corpus in {}", folder.display());
    }
    there.then_some(folder)
}
