//! Runs over hives, in every format.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use coldhive::hive::FileTime;
use coldhive::output::{Bodyfile, Csv, Json, JsonLines, Output, Run, Sarif, Timesketch, Totals};
use coldhive::rules::{Context, HiveInfo, RuleInfo, RuleSet, Verdict};
use coldhive::system::Selector;
use coldhive::{Case, CheckOptions, Report, ReportError};
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    JsonLines,
    Csv,
    Sarif,
    Timesketch,
    Bodyfile,
}

pub(crate) const FORMATS: [Format; 6] = [
    Format::Json,
    Format::JsonLines,
    Format::Csv,
    Format::Sarif,
    Format::Timesketch,
    Format::Bodyfile,
];

impl Format {
    pub(crate) fn open<'w>(self, out: impl std::io::Write + 'w) -> Box<dyn Output + 'w> {
        match self {
            Self::Json => Box::new(Json::new(out)),
            Self::JsonLines => Box::new(JsonLines::new(out)),
            Self::Csv => Box::new(Csv::new(out)),
            Self::Sarif => Box::new(Sarif::new(out)),
            Self::Timesketch => Box::new(Timesketch::new(out)),
            Self::Bodyfile => Box::new(Bodyfile::new(out)),
        }
    }
}

/// What a run over paths found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) run: Run,
    pub(crate) hives: Vec<(HiveInfo, Vec<Verdict>)>,
    pub(crate) errors: Vec<ReportError>,
}

impl Findings {
    pub(crate) fn new(rules: &RuleSet) -> Self {
        let mut run = Run::default();
        run.tool = "coldhive 0.0.0".into();
        run.case = Some("=Case 7".into());
        run.examiner = Some("A. Examiner".into());
        run.arguments = vec!["check".into(), "--control-set".into(), "all".into()];
        run.rules = rules.iter().map(RuleInfo::of).collect();
        run.started = Some(FileTime::UNIX_EPOCH);
        Self { run, ..Self::default() }
    }

    pub(crate) fn add(&mut self, case: &Case, rules: &RuleSet, options: &CheckOptions) {
        self.hives.push((case.hive_info(true), case.check(rules, options)));
    }

    pub(crate) fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        self.hives.iter().flat_map(|(_, verdicts)| verdicts)
    }

    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        totals.hives = self.hives.len() as u64;
        totals.errors = self.errors.len() as u64;
        for verdict in self.verdicts() {
            match totals.outcomes.iter_mut().find(|(outcome, _)| *outcome == verdict.outcome) {
                Some((_, number)) => *number += 1,
                None => totals.outcomes.push((verdict.outcome, 1)),
            }
        }
        totals.ended = Some(FileTime::UNIX_EPOCH);
        totals
    }

    pub(crate) fn tell(&self, output: &mut dyn Output) -> std::io::Result<()> {
        output.begin(&self.run)?;
        self.hives.iter().try_for_each(|(hive, verdicts)| output.hive(hive, verdicts))?;
        self.errors.iter().try_for_each(|error| output.error(error))?;
        output.end(&self.totals())
    }

    pub(crate) fn bytes(&self, format: Format) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.tell(&mut *format.open(&mut bytes)).unwrap();
        bytes
    }

    pub(crate) fn text(&self, format: Format) -> String {
        String::from_utf8(self.bytes(format)).expect("every format is UTF-8")
    }

    pub(crate) fn json(&self, format: Format) -> Value {
        serde_json::from_slice(&self.bytes(format)).expect("it is JSON")
    }

    pub(crate) fn lines(&self, format: Format) -> Vec<Value> {
        let text = self.text(format);
        text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    /// The report as a value, built without an output.
    pub(crate) fn report(&self) -> Report {
        let mut report = Report::default();
        report.tool = self.run.tool.clone();
        report.run = Some(self.run.clone());
        report.verdicts = self.verdicts().cloned().collect();
        report.hives = self.hives.iter().map(|(hive, _)| hive.clone()).collect();
        report.errors = self.errors.clone();
        report.totals = Some(self.totals());
        report
    }
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Everything that a verdict can hold.
pub(crate) fn thorough() -> CheckOptions {
    let context = Context {
        selector: Selector::All,
        assume_applicable: true,
        remnants: true,
        explain: true,
        ..Context::default()
    };
    CheckOptions { context, ..CheckOptions::default() }
}

/// A run over the samples of these names, by paths as seen from this crate.
pub(crate) fn samples(names: &[&str], options: &CheckOptions) -> Findings {
    let rules = RuleSet::built_in().unwrap();
    let mut findings = Findings::new(&rules);
    for name in names {
        let case = Case::open(format!("../../testdata/{name}.SYSTEM")).unwrap();
        findings.add(&case, &rules, options);
    }
    findings
}

pub(crate) const SAMPLES: [&str; 15] = [
    "cluster-bad-descriptor",
    "cluster-broken",
    "cluster-damaged",
    "cluster-deleted",
    "cluster-dirty-old-log",
    "cluster-dirty",
    "cluster-no-security",
    "cluster-obscured",
    "cluster-sound",
    "dirty-new-logs",
    "layered",
    "many-1.5",
    "nt31",
    "nt35",
    "winsock2",
];

/// All samples, with an error.
pub(crate) static ALL_SAMPLES: LazyLock<Findings> = LazyLock::new(|| {
    let mut findings = samples(&SAMPLES, &CheckOptions::default());
    let mut report = Report::default();
    report.add_error("nowhere", "nowhere: there is no such file");
    findings.errors = report.errors;
    findings
});

/// Every file of the corpus that is a hive, looked at as closely as can be; empty, with a word, where there is none.
pub(crate) static CORPUS: LazyLock<Findings> = LazyLock::new(|| {
    let rules = RuleSet::built_in().unwrap();
    let mut findings = Findings::new(&rules);
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder =
        std::env::var_os("COLDHIVE_CORPUS").map_or_else(|| PathBuf::from(default), PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: no corpus at {} (set COLDHIVE_CORPUS)", folder.display());
        return findings;
    }
    let mut folders = vec![folder];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    for path in files {
        match Case::open(&path) {
            Ok(case) => findings.add(&case, &rules, &thorough()),
            Err(error) => {
                let mut report = Report::default();
                report.add_error(path.display().to_string(), error.to_string());
                findings.errors.extend(report.errors);
            }
        }
    }
    assert!(findings.hives.len() >= 40, "only {} hives", findings.hives.len());
    findings
});

/// What a program prints for this input; `None`, with a word, where there is no such program.
pub(crate) fn piped(program: &str, args: &[&str], input: &[u8]) -> Option<String> {
    let spawned = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        eprintln!("skipped: no {program} on this machine");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let done = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program}: {error}");
    writer.join().unwrap().expect("it reads all of its input");
    Some(String::from_utf8(done.stdout).expect("it prints UTF-8"))
}
