//! The `coldhive` program: arguments, files, rendering; nothing else.
#![forbid(unsafe_code)]

mod acl;
mod args;
mod check;
mod cure;
mod deleted;
mod diff;
mod difference;
mod explain;
mod export;
mod files;
mod get;
mod info;
mod ls;
mod machine;
mod man;
mod replay;
mod rules;
mod rules_test;
mod sd;
mod signs;
mod text;
mod tree;
mod verdict;
mod verify;
mod winsock;
mod writable;
mod write_new;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use coldhive::{Case, Logs, OpenError, OpenOptions};

use args::{Args, Command, SourceArgs};

/// How a run ended. The numbers are the program's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Everything passed, or nothing was asked that could fail.
    Good = 0,
    /// A rule found its fault, a hive is damaged that was to be verified, a right isn't granted, a key can be written,
    /// what was compared differs, a key or value isn't there, or a rule file can't be used.
    Failed = 1,
    /// Nothing failed, and something is unknown or could not be read.
    Gaps = 2,
    /// The arguments are wrong (EX_USAGE of sysexits.h).
    Usage = 64,
    /// The user interrupted the run: 128 and the number of SIGINT, as shells have it.
    Interrupted = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Nothing is left to tell if even this can't be written.
            if !error.use_stderr() {
                let _ = error.print();
                return Status::Good.into();
            }
            // It repeats arguments, and a file's name may be one.
            for line in error.to_string().lines() {
                let _ = writeln!(io::stderr(), "{}", text::safe(line));
            }
            return Status::Usage.into();
        }
    };
    text::lay_out(&args);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let done = match args.command {
        Command::Check(args) => check::run(&args, &mut out),
        Command::Info(args) => info::run(&args, &mut out),
        Command::Get(args) => get::run(&args, &mut out),
        Command::Ls(args) => ls::run(&args, &mut out),
        Command::Tree(args) => tree::run(&args, &mut out),
        Command::Winsock(args) => winsock::run(&args, &mut out),
        Command::Export(args) => export::run(&args, &mut out),
        Command::Verify(args) => verify::run(&args, &mut out),
        Command::Deleted(args) => deleted::run(&args, &mut out),
        Command::Replay(args) => replay::run(&args, &mut out),
        Command::Acl(args) => acl::run(&args, &mut out),
        Command::Diff(args) => diff::run(&args, &mut out),
        Command::Sd(args) => sd::run(&args.command, &mut out),
        Command::Rules(args) => rules::run(&args.command, &mut out),
        Command::Completions(args) => man::completions(&args, &mut out),
        Command::Man(args) => man::run(&args, &mut out),
    };
    // Who closed the pipe has seen enough; what was found out by then still counts.
    let (status, written) = match done {
        Ok(status) => (status, out.flush()),
        Err(error) => (Status::Good, Err(error)),
    };
    match written {
        Ok(()) => status.into(),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => status.into(),
        Err(error) => {
            complain(&format!("the output can't be written: {error}"));
            Status::Gaps.into()
        }
    }
}

/// Opens the one hive that a command is about, or says why it can't.
fn open(path: &Path, source: &SourceArgs) -> Option<Case> {
    Case::open_with(path, &source.options()).map_err(|error| complain(&error.to_string())).ok()
}

/// Opens a hive beside the one that a command is about. Logs that were named are that one's, and so is where it is
/// mounted.
fn open_beside(path: &Path, source: &SourceArgs) -> Result<Case, OpenError> {
    let mut options = OpenOptions::default();
    options.logs = if source.logs == Logs::None { Logs::None } else { Logs::Auto };
    options.reading = source.reading();
    Case::open_with(path, &options)
}

/// Says on stderr what went wrong.
fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "coldhive: {}", text::safe(message));
}
