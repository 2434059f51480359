//! Names that do to a terminal what they look like never reach it raw.

use coldhive_forge::{HiveSpec, ValueSpec, samples};

use crate::support::{forge, run_in, scratch};

/// Clears the screen, rings, sets the title, starts a line, and turns the direction of writing.
const EVIL: &str = "a\u{1b}[2J\u{7}\u{9b}31m\u{1b}]0;t\u{7}\r\nb\u{202e}c\u{2066}d\u{200b}e";

fn hostile() -> HiveSpec {
    let mut spec = samples::cluster_sound().file_name("evil\u{1b}[2J\u{202e}");
    spec.root.name = format!("root{EVIL}");
    let set = spec.root.at("ControlSet001");
    set.at("Control\\ProductOptions")
        .set_value(ValueSpec::sz("ProductType", EVIL))
        .set_value(ValueSpec::multi_sz("ProductSuite", &["Enterprise", EVIL]));
    let winsock = set.at("Services\\Winsock");
    winsock.at("Parameters").set_value(ValueSpec::multi_sz("Transports", &["Tcpip", EVIL]));
    let migration = winsock.at("Setup Migration");
    migration.set_value(ValueSpec::multi_sz("Provider List", &[EVIL]));
    migration
        .at("Providers")
        .at(EVIL)
        .set_value(ValueSpec::binary("WinSock 2.0 Provider ID", [0; 16]))
        .set_value(ValueSpec::sz(EVIL, EVIL));
    spec.root.at(EVIL);
    spec
}

/// Characters that a terminal obeys instead of showing, or that turn or hide what stands beside them.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[track_caller]
fn is_tame(text: &str) {
    assert_eq!(text.chars().find(|c| is_obeyed(*c)), None, "{text:?}");
}

#[test]
fn names_and_data_of_a_hive_are_spelled_out() {
    let folder = scratch("hostile-names");
    forge(folder.join("SYSTEM"), &hostile());
    let spelled =
        "a\\u{1b}[2J\\u{7}\\u{9b}31m\\u{1b}]0;t\\u{7}\\u{d}\\u{a}b\\u{202e}c\\u{2066}d\\u{200b}e";
    for args in [
        &["check", "SYSTEM"][..],
        &["check", "--control-set", "all", "SYSTEM"],
        &["info", "SYSTEM"],
        &["winsock", "SYSTEM"],
    ] {
        let run = run_in(&folder, args);
        is_tame(run.stdout());
        is_tame(run.stderr());
        assert!(run.stdout().contains(spelled), "{args:?} shows the name: {}", run.stdout());
    }
    // JSON escapes control characters by its own rules, and gives the rest as it is.
    let export = run_in(&folder, ["export", "SYSTEM", EVIL]);
    export.has_status(0);
    assert!(!export.stdout().contains(|c: char| c.is_ascii_control() && c != '\n'));
    assert_eq!(export.lines()[1]["name"], EVIL);
}

#[cfg(unix)]
#[test]
fn paths_are_spelled_out() {
    let folder = scratch("hostile-paths");
    let path = "S\u{1b}[2J\u{202e}\n.SYSTEM";
    forge(folder.join(path), &samples::cluster_broken());
    for args in [
        &["check", path][..],
        &["info", path],
        &["winsock", path],
        &["check", "nowhere\u{1b}[2J\u{202e}"],
        &["export", path, "key\u{1b}[2J\u{202e}"],
        &["check", "--frobnicate\u{1b}[2J\u{202e}", path],
        &["check", "--control-set=\u{1b}[2J\u{202e}", path],
        &["info", path, "more\u{1b}[2J\u{202e}"],
        &["check", "--rule", "Q\u{1b}[2J\u{202e}", path],
        &["check", "--param", "account=\u{1b}[2J\u{202e}", path],
        &["check", "--rule-file", "rule\u{1b}[2J\u{202e}.yaml", path],
    ] {
        let run = run_in(&folder, args);
        is_tame(run.stdout());
        is_tame(run.stderr());
    }
    let check = run_in(&folder, ["check", path]);
    assert!(check.stdout().contains("S\\u{1b}[2J\\u{202e}\\u{a}.SYSTEM"), "{}", check.stdout());
}

#[test]
fn rules_of_others_are_spelled_out() {
    let folder = scratch("hostile-rules");
    forge(folder.join("SYSTEM"), &samples::cluster_broken());
    // Its cases name the checks as they were.
    let rule = include_str!("../../../rules/library/Q262832.yaml").split("\nhives:").next();
    let rule = rule
        .unwrap()
        .replace("id: Q262832", r#"id: "Q1\e[2J\u202e""#)
        .replace("title: Cluster service", r#"title: "T\e[2J\u202e" #"#)
        .replace("title: The list of transports", r#"title: "T\e[2J\u202e" #"#)
        .replace("remedy: Make Transports", r#"remedy: "R\e[2J\u202e" #"#)
        .replace("id: lists-agree", r#"id: "L\e[2J\u202e""#)
        .replace("[Q217351,", r#"["S\e[2J\u202e","#);
    std::fs::write(folder.join("rule.yaml"), rule).unwrap();
    let check = run_in(&folder, ["check", "--rule-file", "rule.yaml", "SYSTEM"]);
    check.has_status(1);
    is_tame(check.stdout());
    for spelled in ["Q1", "T", "R", "L", "S"].map(|word| format!("{word}\\u{{1b}}[2J\\u{{202e}}")) {
        assert!(check.stdout().contains(&spelled), "{spelled}: {}", check.stdout());
    }
    let unknown = run_in(&folder, ["check", "--rule-file", "rule.yaml", "--rule", "X", "SYSTEM"]);
    unknown.has_status(64);
    is_tame(unknown.stderr());
}
