//! `coldhive rules`.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use coldhive::rules::language::json_schema;
use coldhive::rules::model::{Check, Level, Status as Maturity};
use coldhive::rules::{Diagnostics, JsonReport, Rule, RuleSet, Severity, explain};
use serde::Serialize;

use crate::args::ViewFormat;
use crate::text::{Labelled, count, safe};
use crate::{Status, complain, rules_test, text};

/// List, show, lint and test rules, and explain what is said of them
#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    List(RulesListArgs),
    Show(RulesShowArgs),
    Lint(RulesLintArgs),
    Test(rules_test::RulesTestArgs),
    Explain(RulesExplainArgs),
    Schema(RulesSchemaArgs),
}

/// List the built-in rules: id, level, status, title
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 64 if the arguments are wrong.

Examples:
  coldhive rules list
  coldhive rules list --format json")]
pub(crate) struct RulesListArgs {
    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

/// Print the file of a built-in rule, to learn from or to start from
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 64 if there is no such rule or the arguments are wrong.

Examples:
  coldhive rules show Q262832 --summary
  coldhive rules show Q262832 > my-rule.yaml")]
pub(crate) struct RulesShowArgs {
    /// The rule's id, in either case
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// What the rule is about and what it checks, instead of its file
    #[arg(long)]
    pub(crate) summary: bool,
}

/// Check rule files: everything that is wrong with them, and what an author should look at
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   every file can be used as a rule
  1   a file can't; with --deny-warnings: or there is a warning
  2   nothing is wrong, and a file could not be read
  64  the arguments are wrong

Examples:
  coldhive rules lint my-rule.yaml
  coldhive rules lint --deny-warnings my-rule.yaml --format json")]
pub(crate) struct RulesLintArgs {
    /// Rule files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Exit with 1 if there is a warning
    #[arg(long)]
    pub(crate) deny_warnings: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

/// Explain an error or warning: why it is one, and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 64 if there is no such code or the arguments are wrong.

Examples:
  coldhive rules explain CH007")]
pub(crate) struct RulesExplainArgs {
    /// The code, as CH007 or 7
    #[arg(value_name = "CODE")]
    pub(crate) code: String,
}

/// Print the JSON Schema of rule files, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 64 if the arguments are wrong.

Examples:
  coldhive rules schema > coldhive-rule.schema.json")]
pub(crate) struct RulesSchemaArgs {}

/// More than any rule file has, in bytes: the loader says how much it takes.
const MOST_RULE_BYTES: u64 = 2 << 20;

pub(crate) fn run(command: &RulesCommand, out: &mut impl Write) -> io::Result<Status> {
    match command {
        RulesCommand::List(args) => list(args, out),
        RulesCommand::Show(args) => show(args, out),
        RulesCommand::Lint(args) => lint(args, out),
        RulesCommand::Test(args) => rules_test::run(args, out),
        RulesCommand::Explain(args) => explain_code(args, out),
        RulesCommand::Schema(_) => schema(out),
    }
}

/// Reads the text of a rule file, or says why it can't.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    let shown = path.display();
    // Looked at before it is opened: opening a pipe would wait for its writer.
    if std::fs::metadata(path).is_ok_and(|kind| !kind.is_file()) {
        return Err(format!("the rule file {shown} is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_RULE_BYTES).read_to_end(&mut bytes))
        .map_err(|error| format!("the rule file {shown} can't be read: {error}"))?;
    String::from_utf8(bytes).map_err(|error| format!("the rule file {shown} is not UTF-8: {error}"))
}

/// The built-in rules. That they load is tested.
fn built_in() -> Option<RuleSet> {
    RuleSet::built_in().map_err(|error| complain(&error.to_string())).ok()
}

/// A rule in a list.
#[derive(Serialize)]
struct Listed<'r> {
    id: &'r str,
    level: Level,
    status: Maturity,
    title: &'r str,
    tags: &'r [String],
}

#[derive(Serialize)]
struct List<'r> {
    schema: &'static str,
    rules: Vec<Listed<'r>>,
}

fn list(args: &RulesListArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(rules) = built_in() else { return Ok(Status::Gaps) };
    let listed = rules.iter().map(|rule| {
        let file = rule.file();
        Listed {
            id: rule.id(),
            level: file.level,
            status: file.status.value,
            title: &file.title,
            tags: &file.tags,
        }
    });
    let rules: Vec<_> = listed.collect();
    match args.format {
        ViewFormat::Json => json(out, &List { schema: "coldhive.rules/1", rules })?,
        ViewFormat::Text => {
            let width = rules.iter().map(|rule| rule.id.chars().count()).max().unwrap_or(0);
            for Listed { id, level, status, title, .. } in rules {
                writeln!(out, "{id:width$}  {level:13}  {status:12}  {title}")?;
            }
        }
    }
    Ok(Status::Good)
}

fn show(args: &RulesShowArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(rules) = built_in() else { return Ok(Status::Gaps) };
    let Some(rule) = rules.get(&args.id) else {
        let known: Vec<_> = rules.iter().map(Rule::id).collect();
        let meant = text::meant(&args.id, known.iter().copied());
        complain(&format!("there is no rule {}; known: {}{meant}", args.id, known.join(", ")));
        return Ok(Status::Usage);
    };
    if args.summary {
        summary(rule, out)?;
    } else {
        out.write_all(rule.source().text().as_bytes())?;
    }
    Ok(Status::Good)
}

fn summary(rule: &Rule, out: &mut impl Write) -> io::Result<()> {
    let file = rule.file();
    writeln!(out, "{}  {}", safe(rule.id()), safe(&file.title))?;
    let mut lines = Labelled::new(out, 2, 10);
    lines.line("level", file.level.word())?;
    lines.line("status", file.status.word())?;
    if !file.date.is_empty() {
        lines.line("date", &file.date)?;
    }
    if !file.author.is_empty() {
        lines.line("author", &file.author)?;
    }
    lines.lines("references", &file.references)?;
    lines.lines("see also", &file.see_also)?;
    if !file.tags.is_empty() {
        lines.line("tags", &file.tags.join(", "))?;
    }
    if !file.description.trim().is_empty() {
        writeln!(out)?;
        for line in wrapped(&file.description) {
            writeln!(out, "  {}", safe(&line))?;
        }
    }
    for (heading, checks) in [("checks", file.checks.as_slice()), ("remarks", &file.remarks)] {
        if !checks.is_empty() {
            writeln!(out, "\n{heading}")?;
            self::checks(checks, out)?;
        }
    }
    if !file.params.is_empty() {
        writeln!(out, "\nparameters")?;
        let width = file.params.keys().map(|name| name.chars().count()).max().unwrap_or(0);
        let mut lines = Labelled::new(out, 2, width);
        for (name, param) in file.params.iter() {
            lines.line(name, &param.description)?;
            let default: Vec<_> = param.default.iter().map(|sid| sid.0.to_string()).collect();
            lines.line("", &format!("default: {}", default.join(", ")))?;
        }
    }
    Ok(())
}

fn checks(checks: &[Check], out: &mut impl Write) -> io::Result<()> {
    let width = checks.iter().map(|check| check.id.chars().count()).max().unwrap_or(0);
    let mut lines = Labelled::new(out, 2, width);
    checks.iter().try_for_each(|check| lines.line(&check.id, &check.title))
}

/// Text in lines that are read with ease.
fn wrapped(text: &str) -> Vec<String> {
    const WIDTH: usize = 96;
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// A file that could not be read.
#[derive(Serialize)]
struct Unreadable {
    file: String,
    message: String,
}

#[derive(Serialize)]
struct Lint {
    schema: &'static str,
    files: Vec<JsonReport>,
    unreadable: Vec<Unreadable>,
}

fn lint(args: &RulesLintArgs, out: &mut impl Write) -> io::Result<Status> {
    // The status is that of all files, however much of the output is read.
    let out = &mut text::UntilClosed::new(out);
    let mut lint = Lint { schema: "coldhive.lint/1", files: Vec::new(), unreadable: Vec::new() };
    let (mut errors, mut warnings) = (0, 0);
    for path in &args.files {
        let shown = path.display().to_string();
        let content = match read(path) {
            Ok(content) => content,
            Err(message) => {
                if args.format == ViewFormat::Text {
                    out.flush()?;
                    complain(&message);
                }
                lint.unreadable.push(Unreadable { file: shown, message });
                continue;
            }
        };
        let found = diagnostics(&shown, &content);
        let is_error = found.list().iter().any(|one| one.severity() == Severity::Error);
        *(if is_error { &mut errors } else { &mut warnings }) += found.count();
        match args.format {
            ViewFormat::Text => write!(out, "{}", found.render(text::style(&io::stdout())))?,
            ViewFormat::Json => lint.files.push(found.to_json()),
        }
    }
    match args.format {
        ViewFormat::Json => json(out, &lint)?,
        ViewFormat::Text => {
            let files = count(args.files.len() as u64, "file");
            writeln!(out, "{files}: {}, {}", count(errors, "error"), count(warnings, "warning"))?;
        }
    }
    Ok(match (errors, warnings) {
        (0, 0) if lint.unreadable.is_empty() => Status::Good,
        (0, 1..) if !args.deny_warnings && lint.unreadable.is_empty() => Status::Good,
        (0, 0) => Status::Gaps,
        (0, 1..) if !args.deny_warnings => Status::Gaps,
        _ => Status::Failed,
    })
}

/// What there is to say of a rule file: errors, or where there are none, warnings.
fn diagnostics(name: &str, content: &str) -> Diagnostics {
    match Rule::load(name, content) {
        Ok(rule) => rule.warnings(),
        Err(error) => error.diagnostics().clone(),
    }
}

fn explain_code(args: &RulesExplainArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(explanation) = explain(&args.code) else {
        complain(&format!("there is no code {}; they are written as CH007", args.code));
        return Ok(Status::Usage);
    };
    let code = explanation.code();
    writeln!(
        out,
        "{code} ({}, {}): {}\n",
        explanation.severity, explanation.name, explanation.title
    )?;
    for line in wrapped(explanation.text) {
        writeln!(out, "{line}")?;
    }
    for (heading, example) in [("Wrong", explanation.wrong), ("Right", explanation.right)] {
        if !example.is_empty() {
            writeln!(out, "\n{heading}:\n")?;
            for line in example.lines() {
                writeln!(out, "  {line}")?;
            }
        }
    }
    Ok(Status::Good)
}

fn schema(out: &mut impl Write) -> io::Result<Status> {
    json(out, &json_schema())?;
    Ok(Status::Good)
}

fn json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
