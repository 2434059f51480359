//! `coldhive rules test`.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use coldhive::cases::{CaseOptions, CaseResult, Mismatch, bytes, run_one, selected};
use coldhive::rules::{Rule, RuleSet};
use serde::Serialize;

use crate::args::ViewFormat;
use crate::text::{count, safe};
use crate::{Status, check, complain, text};

/// Run the cases that rules carry as their proof
///
/// A case is a hive, described in the rule or beside it in a file, and what the rule must say of it. Described hives are
/// made in memory.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   every case is as it should be; a rule may have none
  1   a case isn't
  2   none isn't, and a rule file can't be used or a hive can't be kept
  64  the arguments are wrong, or no case has the name that --filter asks for

Examples:
  coldhive rules test Q262832
  coldhive rules test my-rule.yaml --filter 'no provider' --keep hives")]
pub(crate) struct RulesTestArgs {
    /// Rule files, or ids of built-in rules
    #[arg(required = true, value_name = "FILE|ID")]
    pub(crate) rules: Vec<PathBuf>,

    /// Run only cases whose name has this in it, in either case
    #[arg(long, value_name = "NAME")]
    pub(crate) filter: Option<String>,

    /// Write the hives of these cases into this folder, for a look; no file is overwritten
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

/// What came of one rule's cases.
#[derive(Serialize)]
struct Tested {
    rule: String,
    sha256: Option<String>,
    file: String,
    /// Those that passed are without their verdict, which says nothing new.
    cases: Vec<CaseResult>,
}

/// A rule that could not be used.
#[derive(Serialize)]
struct Unusable {
    file: String,
    message: String,
}

#[derive(Serialize)]
struct Report {
    schema: &'static str,
    passed: usize,
    failed: usize,
    rules: Vec<Tested>,
    unusable: Vec<Unusable>,
    not_kept: Vec<String>,
}

pub(crate) fn run(args: &RulesTestArgs, out: &mut impl Write) -> io::Result<Status> {
    // The status is that of all cases, however much of the output is read.
    let out = &mut text::UntilClosed::new(out);
    let mut report = Report {
        schema: "coldhive.cases/1",
        passed: 0,
        failed: 0,
        rules: Vec::new(),
        unusable: Vec::new(),
        not_kept: Vec::new(),
    };
    if let Some(folder) = &args.keep
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        complain(&format!("the folder {} can't be made: {error}", folder.display()));
        return Ok(Status::Usage);
    }
    let is_text = args.format == ViewFormat::Text;
    for path in &args.rules {
        let file = path.display().to_string();
        match load(path) {
            Ok((rule, folder)) => {
                let tested = test(args, &rule, file, folder, &mut report, out)?;
                report.rules.push(tested);
            }
            Err(message) => {
                out.flush()?;
                if is_text {
                    complain(&message);
                }
                report.unusable.push(Unusable { file, message });
            }
        }
    }
    let run = report.passed + report.failed;
    if is_text {
        summary(out, &report)?;
    } else {
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)?;
    }
    if let Some(filter) = args.filter.as_ref().filter(|_| run == 0 && report.unusable.is_empty()) {
        complain(&format!("no case has {filter} in its name"));
        return Ok(Status::Usage);
    }
    let is_whole = report.unusable.is_empty() && report.not_kept.is_empty();
    Ok(match (report.failed, is_whole) {
        (1.., _) => Status::Failed,
        (0, false) => Status::Gaps,
        (0, true) => Status::Good,
    })
}

/// Loads a rule from a file, with the folder that it stands in, or a built-in one by its id.
fn load(path: &Path) -> Result<(Rule, Option<PathBuf>), String> {
    if !path.exists() {
        let built_in = RuleSet::built_in().map_err(|error| error.to_string())?;
        let id = path.to_str().unwrap_or_default();
        if let Some(rule) = built_in.get(id) {
            return Ok((rule.clone(), None));
        }
        let known: Vec<_> = built_in.iter().map(Rule::id).collect();
        let meant = text::meant(id, known.iter().copied());
        let (path, known) = (path.display(), known.join(", "));
        return Err(format!(
            "there is no rule file {path}, and no built-in rule of that id; known: {known}{meant}"
        ));
    }
    let folder = path.parent().map(Path::to_owned);
    check::load(path).map(|rule| (rule, folder))
}

/// Runs a rule's cases and tells them as they come.
fn test(
    args: &RulesTestArgs,
    rule: &Rule,
    file: String,
    folder: Option<PathBuf>,
    report: &mut Report,
    out: &mut impl Write,
) -> io::Result<Tested> {
    let is_text = args.format == ViewFormat::Text;
    let mut options = CaseOptions::default();
    options.filter.clone_from(&args.filter);
    let all = rule.file().cases.len();
    let chosen: Vec<_> = selected(rule, &options).collect();
    if is_text {
        let cases = match (all, chosen.len()) {
            (0, _) => "it has no cases".to_owned(),
            (all, chosen) if chosen < all => format!("{chosen} of {}", count(all as u64, "case")),
            (all, _) => count(all as u64, "case"),
        };
        writeln!(out, "{}: {cases}", safe(rule.id()))?;
    }
    let mut cases = Vec::new();
    for (number, case) in chosen {
        if let Some(keep) = &args.keep
            && let Err(message) = kept(rule, number, case, keep)
        {
            out.flush()?;
            if is_text {
                complain(&message);
            }
            report.not_kept.push(message);
        }
        let mut result = run_one(rule, case, folder.as_deref());
        *(if result.passed { &mut report.passed } else { &mut report.failed }) += 1;
        if is_text {
            show(out, &result)?;
        }
        if result.passed {
            result.verdict = None;
        }
        cases.push(result);
    }
    let sha256 = rule.sha256().map(|digest| digest.to_string());
    Ok(Tested { rule: rule.id().to_owned(), sha256, file, cases })
}

fn show(out: &mut impl Write, result: &CaseResult) -> io::Result<()> {
    let word = match (result.passed, &result.error) {
        (true, _) => "ok",
        (false, None) => "FAILED",
        (false, Some(_)) => "ERROR",
    };
    writeln!(out, "  {word:6}  {}", safe(&result.name))?;
    if let Some(error) = &result.error {
        writeln!(out, "          {}", safe(error))?;
    }
    result.mismatches.iter().try_for_each(|mismatch| otherwise(out, mismatch))
}

fn otherwise(out: &mut impl Write, mismatch: &Mismatch) -> io::Result<()> {
    /// More reasons than these stand in the JSON form.
    const MOST_REASONS: usize = 12;
    let Mismatch { what, expected, found, why, .. } = mismatch;
    writeln!(out, "          {}: expected {}, found {}", safe(what), safe(expected), safe(found))?;
    for reason in why.iter().take(MOST_REASONS).filter(|reason| !reason.is_empty()) {
        writeln!(out, "            {}", safe(reason))?;
    }
    if why.len() > MOST_REASONS {
        writeln!(out, "            and {} more", why.len() - MOST_REASONS)?;
    }
    Ok(())
}

fn summary(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let cases = count((report.passed + report.failed) as u64, "case");
    writeln!(out, "{cases}: {} passed, {} failed", report.passed, report.failed)?;
    if report.failed > 0 {
        writeln!(
            out,
            "To see more: --filter NAME --keep DIR writes a case's hive, for coldhive check and export;\n\
             --format json has the whole verdict."
        )?;
    }
    Ok(())
}

/// Writes the hive of a case into a folder; one that is a file already stays where it is.
fn kept(
    rule: &Rule,
    number: usize,
    case: &coldhive::rules::model::Case,
    folder: &Path,
) -> Result<(), String> {
    let mut hives = vec![("", &case.hive)];
    hives.extend(case.baseline.as_ref().map(|baseline| ("-baseline", baseline)));
    for (which, hive) in hives {
        // Why a hive can't be made is told when the case is run.
        let Ok(Some(bytes)) = bytes(rule, hive) else { continue };
        let name = format!("{}-{number:03}-{}{which}.SYSTEM", plain(rule.id()), plain(&case.name));
        let path = folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        file.and_then(|mut file| file.write_all(&bytes))
            .map_err(|error| format!("the hive {} can't be written: {error}", path.display()))?;
    }
    Ok(())
}

/// A text as part of a file's name on every system.
fn plain(text: &str) -> String {
    const LONGEST: usize = 60;
    let plain: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    plain.trim_matches('-').to_owned()
}
