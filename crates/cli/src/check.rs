//! `coldhive check`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use coldhive::output::{Clock, Totals};
use coldhive::rules::{Context, HiveInfo, Outcome, Principals, Rule, RuleSet};
use coldhive::{Beside, Case, CheckOptions, Report};

use crate::args::{CheckArgs, ReportFormat};
use crate::{Status, complain, formats, open_beside, rules, text};

/// What a run is done with.
struct Prepared {
    rules: RuleSet,
    options: CheckOptions,
    clock: Clock,
}

pub(crate) fn run(args: &CheckArgs, out: &mut impl Write) -> io::Result<Status> {
    let usage = |message: String| {
        complain(&message);
        Ok(Status::Usage)
    };
    let prepared = match prepare(args) {
        Ok(prepared) => prepared,
        Err(message) => return usage(message),
    };
    let Some(path) = &args.output else {
        // The status is the verdict's, however much of it is still read.
        return check(args, &prepared, &mut text::UntilClosed::new(out));
    };
    match formats::create(path, args) {
        Ok(mut file) => {
            let done = check(args, &prepared, &mut file);
            Ok(formats::finish(file, done).unwrap_or(Status::Gaps))
        }
        Err(message) => usage(message),
    }
}

fn check(args: &CheckArgs, prepared: &Prepared, out: &mut impl Write) -> io::Result<Status> {
    let Prepared { rules, options, clock } = prepared;
    let mut report = Report::default();
    let mut beside = |path: &Option<PathBuf>| {
        let opened = open_beside(path.as_deref()?, &args.source);
        opened.map_err(|error| report.add_error(shown(path), error.to_string())).ok()
    };
    let (baseline, software) = (beside(&args.baseline), beside(&args.software));
    let mut beside = Beside::default();
    beside.baseline = baseline.as_ref();
    beside.software = software.as_ref();
    let mut output = formats::open_output(args, &mut *out);
    output.begin(&formats::run(args, rules, *clock))?;
    report.errors.iter().try_for_each(|error| output.error(error))?;
    let mut sample = false;
    for path in &args.paths {
        match Case::open_with(path, &args.source.options()) {
            Ok(case) => {
                let hive = case.hive_info(options.hash);
                let verdicts = case.check_beside(rules, options, &beside);
                output.hive(&hive, &verdicts)?;
                report.hives.push(hive);
                report.verdicts.extend(verdicts);
                sample |= case.is_sample();
            }
            Err(error) => {
                report.add_error(path.display().to_string(), error.to_string());
                report.errors.last().map_or(Ok(()), |error| output.error(error))?;
            }
        }
    }
    output.end(&totals(&report, *clock))?;
    drop(output);
    if sample && args.format == ReportFormat::Text {
        about_samples(out)?;
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

fn totals(report: &Report, clock: Clock) -> Totals {
    use Outcome::{Error, Fail, NotApplicable, NotSelected, Pass, Unknown};
    let of = |outcome| report.verdicts.iter().filter(|it| it.outcome == outcome).count() as u64;
    let mut totals = Totals::default();
    totals.hives = report.hives.len() as u64;
    totals.errors = report.errors.len() as u64;
    let counted = [Fail, Unknown, Error, Pass, NotApplicable, NotSelected];
    totals.outcomes = counted.map(|outcome| (outcome, of(outcome))).into();
    totals.outcomes.retain(|(_, number)| *number > 0);
    totals.ended = clock.now();
    totals
}

/// Loads the rules and understands the arguments, or says what is wrong with them.
fn prepare(args: &CheckArgs) -> Result<Prepared, String> {
    let clock = Clock::from_env().map_err(|error| error.to_string())?;
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
            format!("there is no rule {unknown}; known: {}", known.join(", "))
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
    Ok(Prepared { rules, options, clock })
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

fn about_samples(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "To check your own: coldhive check PATH, where PATH is a copied SYSTEM hive")?;
    writeln!(out, "(Windows\\System32\\config\\SYSTEM). coldhive check --help tells the rest.")
}
