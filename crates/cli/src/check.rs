//! `coldhive check`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use coldhive::rules::{Context, HiveInfo, Principals, Rule, RuleSet, Verdict};
use coldhive::{Beside, Case, CheckOptions, Report, ReportError};
use serde::Serialize;

use crate::args::{CheckArgs, ReportFormat};
use crate::{Status, complain, open_beside, rules, text, verdict};

/// A line of `--format jsonl`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'r> {
    Hive(&'r HiveInfo),
    Verdict(&'r Verdict),
    Error(&'r ReportError),
}

pub(crate) fn run(args: &CheckArgs, out: &mut impl Write) -> io::Result<Status> {
    let (rules, options) = match prepare(args) {
        Ok(prepared) => prepared,
        Err(message) => {
            complain(&message);
            return Ok(Status::Usage);
        }
    };
    // The status is the verdict's, however much of it is still read.
    let out = &mut text::UntilClosed::new(out);
    let mut report = Report::default();
    report.tool = format!("coldhive {}", env!("CARGO_PKG_VERSION"));
    let mut beside = |path: &Option<PathBuf>| {
        let opened = open_beside(path.as_deref()?, &args.source);
        opened.map_err(|error| report.add_error(shown(path), error.to_string())).ok()
    };
    let (baseline, software) = (beside(&args.baseline), beside(&args.software));
    let mut beside = Beside::default();
    beside.baseline = baseline.as_ref();
    beside.software = software.as_ref();
    report.errors.iter().try_for_each(|error| tell(out, args.format, error))?;
    let mut sample = false;
    for path in &args.paths {
        let (first_hive, first_verdict) = (report.hives.len(), report.verdicts.len());
        match Case::open_with(path, &args.source.options()) {
            Ok(case) => {
                report.hives.push(case.hive_info(options.hash));
                report.verdicts.extend(case.check_beside(&rules, &options, &beside));
                sample |= case.is_sample();
            }
            Err(error) => {
                report.add_error(path.display().to_string(), error.to_string());
                let last = report.errors.last();
                last.map_or(Ok(()), |error| tell(out, args.format, error))?;
            }
        }
        let hives = report.hives.get(first_hive..).unwrap_or_default();
        let verdicts = report.verdicts.get(first_verdict..).unwrap_or_default();
        match args.format {
            ReportFormat::Text => {
                verdicts.iter().try_for_each(|found| verdict::write(out, found, args.explain))?;
            }
            ReportFormat::Jsonl => {
                hives.iter().try_for_each(|hive| line(out, &Line::Hive(hive)))?;
                verdicts.iter().try_for_each(|found| line(out, &Line::Verdict(found)))?;
            }
            ReportFormat::Json => {}
        }
    }
    match args.format {
        ReportFormat::Text => summary(out, &report, sample)?,
        ReportFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            writeln!(out)?;
        }
        ReportFormat::Jsonl => {}
    }
    // Even where all that was asked stands before the cut: this is not the hive that the machine had.
    let cut_short = report.hives.iter().any(HiveInfo::is_cut_short);
    Ok(match (report.has_failed(), report.has_gaps() || cut_short) {
        _ if args.exit_zero => Status::Good,
        (true, _) => Status::Failed,
        (false, true) => Status::Gaps,
        (false, false) => Status::Good,
    })
}

fn shown(path: &Option<PathBuf>) -> String {
    path.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
}

/// Tells of a path that gave no hive, in its place among the verdicts; one JSON object has all errors at its end.
fn tell(out: &mut impl Write, format: ReportFormat, error: &ReportError) -> io::Result<()> {
    match format {
        ReportFormat::Text => {
            out.flush()?;
            complain(&error.message);
            Ok(())
        }
        ReportFormat::Jsonl => line(out, &Line::Error(error)),
        ReportFormat::Json => Ok(()),
    }
}

fn line(out: &mut impl Write, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}

/// Loads the rules and understands the arguments, or says what is wrong with them.
fn prepare(args: &CheckArgs) -> Result<(RuleSet, CheckOptions), String> {
    let mut rules = RuleSet::built_in().map_err(|error| error.to_string())?;
    for path in &args.rule_file {
        let rule = load(path)?;
        if rules.get(rule.id()).is_some() {
            let (path, id) = (path.display(), rule.id());
            return Err(format!(
                "the rule file {path} has the id {id}, which another rule has: give it its own"
            ));
        }
        rules.add(rule);
    }
    if !args.rule.is_empty() {
        rules = rules.only(&args.rule).map_err(|unknown| {
            let known: Vec<_> = rules.iter().map(Rule::id).collect();
            let meant = text::meant(&unknown, known.iter().copied());
            format!("there is no rule {unknown}; known: {}{meant}", known.join(", "))
        })?;
    }
    let mut context = Context {
        assume_applicable: args.assume_applicable,
        selector: args.control_set,
        remnants: args.remnants,
        explain: args.explain,
        ..Context::default()
    };
    for param in &args.param {
        let (name, principals) = parse_param(param)?;
        let known: Vec<_> = rules.iter().flat_map(|rule| rule.file().params.keys()).collect();
        if !known.iter().any(|known| **known == name) {
            let known: Vec<_> = known.into_iter().map(String::as_str).collect();
            return Err(format!("no rule has a parameter {name}; known: {}", known.join(", ")));
        }
        if context.params.insert(name.clone(), principals).is_some() {
            return Err(format!(
                "--param {name} is given twice: give all SIDs in one, separated by commas"
            ));
        }
    }
    let options = CheckOptions { context, hash: !args.no_hash, ..CheckOptions::default() };
    Ok((rules, options))
}

pub(crate) fn load(path: &Path) -> Result<Rule, String> {
    let content = rules::read(path)?;
    let shown = path.display().to_string();
    Rule::load(&shown, &content).map_err(|error| {
        let found = error.diagnostics();
        // It is safe as it is, and nothing is left to tell if it can't be written.
        let _ = write!(io::stderr(), "{}", found.render(text::style(&io::stderr())));
        format!("the rule file {shown} can't be used: {}", text::count(found.count(), "error"))
    })
}

fn parse_param(param: &str) -> Result<(String, Principals), String> {
    let Some((name, principals)) = param.split_once('=') else {
        return Err(format!("--param {param}: write it as name=SID,SID"));
    };
    let principals = principals.parse().map_err(|error| format!("--param {param}: {error}"))?;
    Ok((name.to_owned(), principals))
}

fn summary(out: &mut impl Write, report: &Report, sample: bool) -> io::Result<()> {
    if report.hives.len() + report.errors.len() > 1 {
        let mut parts = Vec::new();
        for word in ["fail", "unknown", "error", "pass", "notapplicable"] {
            let number = report
                .verdicts
                .iter()
                .filter(|verdict| verdict.outcome.to_string() == word)
                .count();
            if number > 0 {
                parts.push(format!("{number} {}", verdict::outcome_words(word)));
            }
        }
        if !report.errors.is_empty() {
            parts.push(format!(
                "{} could not be read as a hive",
                text::count(report.errors.len() as u64, "file")
            ));
        }
        writeln!(out, "{}: {}", text::count(report.hives.len() as u64, "hive"), parts.join(", "))?;
    }
    if sample {
        writeln!(
            out,
            "To check your own: coldhive check PATH, where PATH is a copied SYSTEM hive"
        )?;
        writeln!(
            out,
            "(Windows\\System32\\config\\SYSTEM). coldhive check --help tells the rest."
        )?;
    }
    Ok(())
}
