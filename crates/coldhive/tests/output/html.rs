//! The page for people: read by an XML parser, and by Chromium where there is one.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use coldhive::hive::FileTime;
use coldhive::output::{Details, DetailsWanted, Html, Output as _, Run, Totals};
use coldhive::rules::{RuleSet, Truth};
use coldhive::{Case, CheckOptions};
use roxmltree::Document;

use crate::hostile;
use crate::support::{ALL_SAMPLES, CORPUS, Findings, Format};

/// All elements that a page is made of.
const ELEMENTS: [&str; 43] = [
    "a", "b", "bdi", "body", "caption", "circle", "code", "dd", "desc", "details", "div", "dl",
    "dt", "footer", "h1", "h2", "h3", "h4", "h5", "head", "header", "html", "li", "line", "main",
    "meta", "nav", "ol", "p", "section", "span", "style", "summary", "svg", "table", "tbody", "td",
    "text", "th", "thead", "title", "tr", "ul",
];
/// All attributes.
const ATTRIBUTES: [&str; 27] = [
    "aria-label",
    "aria-labelledby",
    "charset",
    "class",
    "content",
    "cx",
    "cy",
    "dir",
    "href",
    "http-equiv",
    "id",
    "lang",
    "name",
    "r",
    "role",
    "scope",
    "tabindex",
    "text-anchor",
    "viewBox",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
    "xmlns",
    "open",
];

/// A run over the hostile hive, in all detail.
fn hostile_page() -> String {
    let findings = hostile::findings();
    let case = Case::from_bytes("<SYSTEM>", hostile::hive()).unwrap();
    let details = Details::of(&case);
    page(&findings, Some(&details))
}

fn page(findings: &Findings, details: Option<&Details>) -> String {
    let mut bytes = Vec::new();
    let mut output = Html::new(&mut bytes, true);
    output.begin(&findings.run).unwrap();
    for (hive, verdicts) in &findings.hives {
        match details {
            Some(details) => output.hive_in_detail(hive, verdicts, details).unwrap(),
            None => output.hive(hive, verdicts).unwrap(),
        }
    }
    findings.errors.iter().for_each(|error| output.error(error).unwrap());
    output.end(&findings.totals()).unwrap();
    drop(output);
    String::from_utf8(bytes).unwrap()
}

/// The page without what no XML has.
fn as_xml(page: &str) -> &str {
    page.strip_prefix("<!DOCTYPE html>\n").expect("a page begins with its type")
}

/// How often each element is there.
fn elements(page: &str) -> BTreeMap<String, usize> {
    let document = Document::parse(as_xml(page)).expect("every element is closed");
    let mut counts = BTreeMap::new();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        *counts.entry(node.tag_name().name().to_owned()).or_default() += 1;
    }
    counts
}

#[track_caller]
fn is_sound(page: &str) {
    let document = Document::parse(as_xml(page)).expect("every element is closed");
    let mut ids = HashSet::new();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        assert!(ELEMENTS.contains(&node.tag_name().name()), "{node:?}");
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()), "{attribute:?}");
        }
        if let Some(id) = node.attribute("id") {
            assert!(ids.insert(id), "{id} is there twice");
        }
        if node.tag_name().name() == "table" {
            assert!(node.children().any(|it| it.has_tag_name("caption")), "{node:?}");
        }
    }
    for node in document.descendants() {
        for name in ["href", "aria-labelledby"] {
            for link in
                node.attribute(name).unwrap_or_default().split(' ').filter(|it| !it.is_empty())
            {
                assert!(ids.contains(link.trim_start_matches('#')), "{link} leads nowhere");
                assert_eq!(link.starts_with('#'), name == "href", "{link} leaves the page");
            }
        }
    }
    let is_obeyed = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(page.chars().find(|c| is_obeyed(*c)), None);
    let style = document.descendants().find(|it| it.has_tag_name("style")).unwrap();
    let style = style.text().unwrap();
    assert!(!style.contains("url(") && !style.contains("@import"), "the style sheet loads nothing");
    let policy = document.descendants().find_map(|it| {
        (it.attribute("http-equiv") == Some("Content-Security-Policy"))
            .then(|| it.attribute("content"))
    });
    let policy = policy.flatten().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"), "{policy}");
}

#[test]
fn every_page_is_well_formed_and_leads_nowhere_else() {
    for findings in [&*ALL_SAMPLES, &*CORPUS] {
        is_sound(&page(findings, None));
    }
    for name in ["cluster-broken", "cluster-damaged", "cluster-obscured", "winsock2", "many-1.5"] {
        let case = Case::open(format!("../../testdata/{name}.SYSTEM")).unwrap();
        let rules = RuleSet::built_in().unwrap();
        let mut findings = Findings::new(&rules);
        findings.add(&case, &rules, &CheckOptions::default());
        is_sound(&page(&findings, Some(&Details::of(&case))));
    }
}

#[test]
fn no_name_becomes_markup() {
    let page = hostile_page();
    is_sound(&page);
    let document = Document::parse(as_xml(&page)).unwrap();
    let text: String = document.descendants().filter_map(|it| it.text()).collect();
    for spelled in ["<script>alert(1)</script>", "[click](https://example.org)", "\\u{202e}txt"] {
        assert!(text.contains(spelled), "{spelled} is shown");
    }
}

#[test]
fn ten_thousand_differences_are_bounded_and_counted() {
    let rules = RuleSet::built_in().unwrap();
    let mut findings = Findings::new(&rules);
    let case = Case::open("../../testdata/cluster-broken.SYSTEM").unwrap();
    findings.add(&case, &rules, &CheckOptions::default());
    let verdict = &mut findings.hives[0].1[0];
    let mut difference = verdict.differences[0].clone();
    difference.here = "x".repeat(70_000);
    verdict.differences = vec![difference; 10_000];
    let page = page(&findings, None);
    is_sound(&page);
    assert!(page.contains(": 10000</summary>") && page.contains("9800 more differences"));
    assert!(page.len() < 2_000_000, "{}", page.len());
}

/// Of many hives, those that are well have a row alone, and nothing more is read of them.
#[test]
fn a_sound_hive_among_many_has_a_row_alone() {
    let rules = RuleSet::built_in().unwrap().without_software();
    let (mut bytes, mut wants) = (Vec::new(), Vec::new());
    let mut output = Html::new(&mut bytes, false);
    assert_eq!(output.wants_details(), DetailsWanted::OfFindings);
    output.begin(&Run::default()).unwrap();
    for name in ["cluster-sound", "cluster-broken"] {
        let case = Case::open(format!("../../testdata/{name}.SYSTEM")).unwrap();
        let (hive, verdicts) = (case.hive_info(true), case.check(&rules, &CheckOptions::default()));
        wants.push(output.wants_details().of(&case, &hive, &verdicts).is_some());
        output.hive(&hive, &verdicts).unwrap();
    }
    output.end(&Totals::default()).unwrap();
    drop(output);
    assert_eq!(wants, [false, true]);
    let page = String::from_utf8(bytes).unwrap();
    is_sound(&page);
    assert!(!page.contains("id=\"hive-1\"") && page.contains("id=\"hive-2\""));
    assert_eq!(Format::Csv.open(std::io::sink()).wants_details(), DetailsWanted::OfNone);
}

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut found =
        std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    found.find(|path| path.is_file())
}

/// The browser makes the same elements of it as were written, and has nothing to complain of.
#[test]
fn chromium_sees_what_was_written() {
    let Some(chromium) = chromium() else {
        eprintln!("skipped: there is no Chromium on PATH");
        return;
    };
    let page = hostile_page();
    let folder = std::env::temp_dir().join(format!("coldhive-html-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("page.html");
    fs::write(&file, &page).unwrap();
    let mut command = Command::new(chromium);
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        "--v=0",
    ]);
    command.args(["--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom"]);
    command.arg(format!("--user-data-dir={}", folder.join("profile").display()));
    let ran =
        command.arg(format!("file://{}", file.display())).stdin(Stdio::null()).output().unwrap();
    fs::remove_dir_all(&folder).ok();
    let (dom, said) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && !dom.is_empty(), "{said}");
    assert!(!said.contains("CONSOLE"), "{said}");
    // In what a browser writes, text has no `<`, and neither has the style sheet.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for part in dom.split('<').skip(1) {
        let name: String = part.chars().take_while(char::is_ascii_alphanumeric).collect();
        if !name.is_empty() {
            *seen.entry(name).or_default() += 1;
        }
    }
    assert_eq!(seen, elements(&page));
}

/// What fails is not lost among many keys that were only looked at.
#[test]
fn of_too_many_keys_those_that_fail_are_told() {
    let rules = RuleSet::built_in().unwrap().without_software();
    let mut findings = Findings::new(&rules);
    let case = Case::open("../../testdata/cluster-broken.SYSTEM").unwrap();
    findings.add(&case, &rules, &CheckOptions::default());
    let verdict = &mut findings.hives[0].1[0];
    let held = verdict.checks.iter().position(|check| check.result == Truth::True).unwrap();
    let evidence = verdict.checks[held].evidence[0].clone();
    for number in 0..1000_u64 {
        let mut early = evidence.clone();
        early.key = format!("Early{number}");
        early.last_written = Some(FileTime::new(1 + number));
        verdict.checks[held].evidence.push(early);
    }
    let page = page(&findings, None);
    is_sound(&page);
    assert!(page.contains("more keys are left out"));
    assert!(page.contains("Q262832: provider-key fails"));
}
