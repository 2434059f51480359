//! `coldhive check`.

mod find;
mod formats;
mod list;
mod neighbours;
mod progress;
mod tally;
mod text;
mod work;

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use coldhive::hive::{EvidenceError, NotAHive, UnpackError};
use coldhive::output::{Clock, Details, DetailsWanted, Output};
use coldhive::rules::{Cancel, Context, HiveInfo, Principals, Rule, RuleSet, Verdict};
use coldhive::{Beside, Case, CheckOptions, Cure, Logs, OpenError, ReportError};
use signal_hook::{consts::SIGINT, flag};

use crate::args::{CheckArgs, ReportFormat};
use crate::cure::Cures;
use crate::text::{UntilClosed, style};
use crate::{Status, complain, open_beside, rules, signs};
use find::{Findings, Found, Task};
use progress::Progress;
use tally::Tally;
use work::{Bounds, Done};

/// How many bytes of files are read at once: eight large hives must not take all memory.
const BYTES_IN_FLIGHT: u64 = 256 << 20;
/// Verdicts on hives of so many bytes together may wait for those on a hive that takes its time.
const BYTES_OF_SMALL_HIVES: u64 = 8 << 20;

/// What a run is done with.
struct Prepared {
    rules: RuleSet,
    options: CheckOptions,
    found: Findings,
    clock: Clock,
    interrupted: Arc<AtomicBool>,
}

pub(crate) fn run(args: &CheckArgs, out: &mut impl Write) -> io::Result<Status> {
    let prepared = match prepare(args) {
        Ok(prepared) => prepared,
        Err(message) => return usage(&message),
    };
    let Some(path) = &args.output else {
        // The status is the verdicts', however much of them is still read.
        let mut out = UntilClosed::new(out);
        let closed = out.closed();
        return told(args, &prepared, &mut out, || closed.get());
    };
    match formats::create(path, args, &prepared.found) {
        Ok(mut file) => {
            let done = told(args, &prepared, &mut file, || false);
            Ok(formats::finish(file, done).unwrap_or(Status::Gaps))
        }
        Err(message) => usage(&message),
    }
}

fn usage(message: &str) -> io::Result<Status> {
    complain(message);
    Ok(Status::Usage)
}

/// Checks all that was found, and tells it to a writer.
fn told(
    args: &CheckArgs,
    prepared: &Prepared,
    out: &mut impl Write,
    is_closed: impl Fn() -> bool,
) -> io::Result<Status> {
    let Prepared { rules, options, found, clock, interrupted } = prepared;
    let mut tally = Tally::new(found);
    let progress = Progress::checking(wants_progress(args), found.tasks.len());
    let mut output = formats::open(args, found.tasks.len(), &mut *out);
    output.begin(&formats::run(args, rules, *clock))?;
    let mut beside = |path: Option<&Path>| {
        let opened = open_beside(path?, &args.source);
        let shown = path.map(|path| path.display().to_string()).unwrap_or_default();
        opened.map_err(|error| tally.early(ReportError::new(shown, error.to_string()))).ok()
    };
    let baseline = beside(args.baseline.as_deref());
    let software = beside(args.software.as_deref());
    let logs = signs::open(args, |error| tally.early(error));
    let mut beside = Beside::default().logs(&logs);
    beside.baseline = baseline.as_ref();
    beside.software = software.as_ref();
    let details = output.wants_details();
    let check = Check { args, rules, options, beside, details };
    check.all(found, interrupted, &progress, &mut tally, &mut *output, is_closed)?;
    drop(progress);
    output.end(&tally.totals(clock.now()))?;
    drop(output);
    if tally.has_sample() && args.format == ReportFormat::Text {
        text::invitation(out)?;
    }
    Ok(tally.status(args.exit_zero))
}

/// What every hive is checked with.
struct Check<'c> {
    args: &'c CheckArgs,
    rules: &'c RuleSet,
    options: &'c CheckOptions,
    beside: Beside<'c>,
    details: DetailsWanted,
}

/// What came of a file.
pub(crate) enum Made {
    Checked(Box<Checked>),
    Error(ReportError),
    /// It was found in a folder and is no hive.
    NoHive,
    /// It was found in a folder and is a hive of another part of the registry.
    OtherHive,
    /// The run was interrupted meanwhile, so that what was found out is not all.
    Interrupted,
}

/// What is known of a hive.
pub(crate) struct Checked {
    pub(crate) hive: HiveInfo,
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) is_sample: bool,
    /// What the format tells besides verdicts, if it wants that of this hive.
    details: Option<Details>,
    /// For each verdict its cure, where cures are wanted.
    cures: Vec<Option<Cure>>,
}

impl Check<'_> {
    /// Does all there is to do, and tells of it in order.
    fn all(
        &self,
        found: &Findings,
        interrupted: &AtomicBool,
        progress: &Progress,
        tally: &mut Tally,
        output: &mut dyn Output,
        is_closed: impl Fn() -> bool,
    ) -> io::Result<()> {
        work::keep_panics();
        tally.errors().iter().try_for_each(|error| progress.aside(|| output.error(error)))?;
        let mut cures = self.args.emit_cure.as_deref().map(Cures::new);
        let tell = |task: &Task, done: Done<Made>| {
            let mut made = done.unwrap_or_else(|words| Made::Error(panicked(task, &words)));
            tally.count(task, &made);
            if let (Made::Checked(checked), Some(cures)) = (&mut made, &mut cures) {
                progress.aside(|| write_cures(cures, checked, tally));
            }
            progress.aside(|| match &made {
                Made::Checked(checked) => match &checked.details {
                    Some(details) => {
                        output.hive_in_detail(&checked.hive, &checked.verdicts, details)
                    }
                    None => output.hive(&checked.hive, &checked.verdicts),
                },
                Made::Error(error) => output.error(error),
                Made::NoHive | Made::OtherHive | Made::Interrupted => Ok(()),
            })?;
            progress.step();
            // Nobody reads on, and nothing can change the status any more.
            let is_settled = is_closed() && tally.has_failed();
            Ok(if is_settled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        };
        let begun = work::in_order(
            &found.tasks,
            Bounds { jobs: jobs(self.args), bytes: BYTES_IN_FLIGHT, small: BYTES_OF_SMALL_HIVES },
            interrupted,
            Task::takes,
            |task| self.one(task),
            tell,
        )?;
        if interrupted.load(Ordering::Relaxed) {
            tally.interrupted(found.tasks.len() - begun);
        } else if !(is_closed() && tally.has_failed()) {
            for error in tally.empty_folders(&found.folders) {
                progress.aside(|| output.error(&error))?;
            }
        }
        Ok(())
    }

    fn one(&self, task: &Task) -> Made {
        let found = match task {
            Task::Check(found) => found,
            Task::Tell(error) => return Made::Error(error.clone()),
        };
        let mut options = self.args.source.options();
        if options.logs == Logs::Auto {
            options.logs = found.logs.clone().unwrap_or_default();
        }
        let in_folder = found.folder.is_some();
        let case = match Case::open_with(&found.path, &options) {
            Ok(case) => case,
            Err(error) if in_folder && is_no_hive(&error) => return Made::NoHive,
            Err(error) => {
                return Made::Error(ReportError::new(shown(found), error.to_string()));
            }
        };
        if in_folder && !self.args.find.all_hives && case.is_of_another_part() {
            return Made::OtherHive;
        }
        let verdicts = case.check_beside(self.rules, self.options, &self.beside);
        let wants_cures = self.args.emit_cure.is_some();
        let cured = verdicts.iter().filter(|_| wants_cures);
        let hive = case.hive_info(self.options.hash);
        let checked = Checked {
            details: self.details.of(&case, &hive, &verdicts),
            cures: cured.map(|verdict| case.cure(verdict)).collect(),
            verdicts,
            hive,
            is_sample: case.is_sample(),
        };
        match self.options.context.cancel.is_cancelled() {
            true => Made::Interrupted,
            false => Made::Checked(Box::new(checked)),
        }
    }
}

/// Writes the cures of a hive.
fn write_cures(cures: &mut Cures<'_>, checked: &mut Checked, tally: &mut Tally) {
    for (verdict, made) in checked.verdicts.iter_mut().zip(&mut checked.cures) {
        if made.as_mut().is_some_and(|made| !cures.write(made, verdict)) {
            tally.lacks_a_cure();
        }
    }
}

/// Whether a file that looked like a compressed copy of a hive holds something else.
fn is_no_hive(error: &OpenError) -> bool {
    match error {
        OpenError::Evidence(EvidenceError::NotAHive { reason, .. }) => {
            !matches!(reason, NotAHive::TooShort { .. })
        }
        OpenError::Evidence(EvidenceError::Packed { reason, .. }) => {
            matches!(reason, UnpackError::NoHive { .. })
        }
        _ => false,
    }
}

fn panicked(task: &Task, words: &str) -> ReportError {
    let path = match task {
        Task::Check(found) => shown(found),
        Task::Tell(error) => error.path.clone(),
    };
    let message = format!(
        "{path}: coldhive itself went wrong over this file, which says nothing of the file; please report it, with these \
         words and if you may with the file: {words}"
    );
    ReportError::new(path, message)
}

fn shown(found: &Found) -> String {
    found.path.display().to_string()
}

/// A flag that Ctrl-C sets; a second Ctrl-C ends the program at once. Where no handler can be set, the first does.
fn listen() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let status = Status::Interrupted as i32;
    // In this order: the first signal finds the flag not yet set.
    let _ = flag::register_conditional_shutdown(SIGINT, status, Arc::clone(&interrupted));
    let _ = flag::register(SIGINT, Arc::clone(&interrupted));
    interrupted
}

fn wants_progress(args: &CheckArgs) -> bool {
    !args.pace.no_progress && !args.pace.quiet
}

fn jobs(args: &CheckArgs) -> usize {
    let all = || thread::available_parallelism().map_or(1, usize::from);
    args.pace.jobs.map_or_else(all, usize::from)
}

/// Understands the arguments and finds the files, or says what is wrong with them.
fn prepare(args: &CheckArgs) -> Result<Prepared, String> {
    let clock = Clock::from_env().map_err(|error| error.to_string())?;
    let (rules, mut options) = ask(args)?;
    let mut paths = args.paths.clone();
    if let Some(file) = &args.find.files_from {
        paths.extend(list::read(file, args.find.null)?);
        if paths.is_empty() {
            return Err(format!("{}: there is no path in this list", file.display()));
        }
    }
    // From here on Ctrl-C ends the run in order: waiting for a list it ends it at once.
    let interrupted = listen();
    options.context.cancel = Cancel::from(Arc::clone(&interrupted));
    let progress = Progress::finding(wants_progress(args));
    let found = find::find(&paths, &args.find, &progress, &interrupted);
    let found = found.map_err(|error| error.to_string())?;
    signs::are_of_one_machine(args, found.tasks.len())?;
    Ok(Prepared { rules, options, found, clock, interrupted })
}

/// Loads the rules, and says what is asked of them.
fn ask(args: &CheckArgs) -> Result<(RuleSet, CheckOptions), String> {
    let mut rules = RuleSet::built_in_without_cases().map_err(|error| error.to_string())?;
    let mut asked_for = args.rule.clone();
    for path in &args.rule_file {
        let rule = load(path)?;
        if rules.get(rule.id()).is_some() {
            let (path, id) = (path.display(), rule.id());
            return Err(format!(
                "the rule file {path} has the id {id}, which another rule has: give it its own"
            ));
        }
        asked_for.push(rule.id().to_owned());
        rules.add(rule);
    }
    if !args.rule.is_empty() {
        rules = rules.only(&args.rule).map_err(|unknown| {
            let known: Vec<_> = rules.iter().map(Rule::id).collect();
            let meant = crate::text::meant(&unknown, known.iter().copied());
            format!("there is no rule {unknown}; known: {}{meant}", known.join(", "))
        })?;
    }
    if args.software.is_none() {
        let is_asked_for =
            |rule: &Rule| asked_for.iter().any(|id| id.eq_ignore_ascii_case(rule.id()));
        if let Some(rule) = rules.iter().find(|rule| rule.needs_software() && is_asked_for(rule)) {
            return Err(format!(
                "the rule {} looks into the SOFTWARE hive of the same machine: give it with --software PATH",
                rule.id()
            ));
        }
        // Of the others, those that could only say that it can't be told.
        rules = rules.without_software();
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
        let _ = write!(io::stderr(), "{}", found.render(style(&io::stderr())));
        format!(
            "the rule file {shown} can't be used: {}",
            crate::text::count(found.count(), "error")
        )
    })
}

fn parse_param(param: &str) -> Result<(String, Principals), String> {
    let Some((name, principals)) = param.split_once('=') else {
        return Err(format!("--param {param}: write it as name=SID,SID"));
    };
    let principals = principals.parse().map_err(|error| format!("--param {param}: {error}"))?;
    Ok((name.to_owned(), principals))
}
