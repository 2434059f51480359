//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use coldhive::system::{Mount, Selector};
use coldhive::{CodePage, Logs, OpenOptions};

/// Answers questions about Windows SYSTEM hives that were copied off a machine.
///
/// Reads hives as evidence: they are never written to, each statement names the bytes it rests on, and
/// what can't be told is said to be unknown, with the reason.
#[derive(Debug, Parser)]
#[command(name = "coldhive", version, max_term_width = 100)]
#[command(after_help = "This program links nt-hive and is as a whole under GPL-2.0-or-later.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(CheckArgs),
    Info(InfoArgs),
    Winsock(WinsockArgs),
    Export(ExportArgs),
    Verify(VerifyArgs),
    Deleted(DeletedArgs),
    Replay(ReplayArgs),
}

/// How hives are read, for every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading the hive")]
pub(crate) struct SourceArgs {
    /// Transaction logs to recover a dirty hive from: auto (those beside it, and its mirror .ALT), none (read the
    /// primary file as it is), or files
    #[arg(long, value_name = "auto|none|FILE,...", default_value = "auto", value_parser = logs)]
    pub(crate) logs: Logs,

    /// The key that is the root of the file, where it was saved from a part of the registry, as
    /// HKLM\SYSTEM\CurrentControlSet\Services (without it: told by the keys, if they tell)
    #[arg(long, value_name = "KEY")]
    pub(crate) mounted_at: Option<Mount>,

    /// The ANSI code page of the machine that a .reg text comes from, as 1252 or shift_jis
    #[arg(long, value_name = "NAME", value_parser = code_page)]
    pub(crate) code_page: Option<CodePage>,
}

impl SourceArgs {
    /// The same for the library.
    pub(crate) fn options(&self) -> OpenOptions {
        let mut options = OpenOptions::default();
        options.logs = self.logs.clone();
        options.mounted_at = self.mounted_at.clone();
        options.code_page = self.code_page;
        options
    }
}

fn logs(text: &str) -> Result<Logs, String> {
    Ok(match text {
        "auto" => Logs::Auto,
        "none" => Logs::None,
        files if files.split(',').any(str::is_empty) => {
            return Err("write auto, none, or the paths of files, separated by commas".into());
        }
        files => Logs::Files(files.split(',').map(PathBuf::from).collect()),
    })
}

fn code_page(name: &str) -> Result<CodePage, String> {
    CodePage::named(name)
        .ok_or_else(|| "no such code page is known: write it as 1252, cp932 or shift_jis".into())
}

/// Check hives for known faults, and show what each verdict rests on
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   all rules passed or do not apply
  1   a rule failed: its fault is there
  2   nothing failed, and something is unknown, in error, unreadable or cut short
  64  the arguments are wrong

Examples:
  coldhive check SYSTEM
  coldhive check --control-set all --format json SYSTEM > report.json
  coldhive check --param account=S-1-5-21-1004336348-1177238915-682003330-1105,BA,BU,WD,AU,SU SYSTEM")]
pub(crate) struct CheckArgs {
    /// Copied hives to check
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Evaluate only this rule (may be given more than once)
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Vec<String>,

    /// Load a rule file beside the built-in rules, with an id of its own (may be given more than once)
    #[arg(long, value_name = "FILE")]
    pub(crate) rule_file: Vec<PathBuf>,

    /// The control set to evaluate: current, default, last-known-good, failed, all or a number
    #[arg(long, value_name = "WHICH", default_value = "current")]
    pub(crate) control_set: Selector,

    /// Supply a parameter of a rule, as account=SID,SID (in text or as aliases like BA; -SID: not that one)
    #[arg(long, value_name = "NAME=SID,...")]
    pub(crate) param: Vec<String>,

    /// Search for deleted keys and values also where all checks hold
    #[arg(long)]
    pub(crate) remnants: bool,

    /// Evaluate rules also where they do not apply
    #[arg(long)]
    pub(crate) assume_applicable: bool,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Exit with 0 whatever was found
    #[arg(long)]
    pub(crate) exit_zero: bool,

    /// Text for people, one JSON object, or JSON Lines
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ReportFormat,
}

/// Show what a hive is: base block, counts, control sets, product
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 2 if the root key can't be read or the file is cut short, 64 if the arguments are wrong.")]
pub(crate) struct InfoArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

/// Show the Winsock registration, decoded, with owner and security of each key
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if a chosen control set has the key Winsock, 2 if not or if the file is cut short,\n64 if the arguments are wrong.")]
pub(crate) struct WinsockArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The control set to show: current, default, last-known-good, failed, all or a number
    #[arg(long, value_name = "WHICH", default_value = "current")]
    pub(crate) control_set: Selector,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

/// Write every key and value as JSON Lines, past all damage
///
/// A line `hive`, a line `key` for each key, a line `end` with totals and all damage.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status: 0 if anything was exported, 2 if not, 64 if the arguments are wrong."
)]
pub(crate) struct ExportArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The key to start at, as ControlSet001\Services\Winsock; the root if none is given
    #[arg(value_name = "KEY", default_value = "")]
    pub(crate) key: String,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// The output's format
    #[arg(long, value_enum, default_value = "jsonl")]
    pub(crate) format: ExportFormat,
}

/// Check the structure of a hive: every bin, cell, key, value and security record
///
/// Walks everything that can be reached and every bin, and says what is damaged, where, and which keys it concerns.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if nothing is damaged, 1 if something is, 2 if the file can't be read as a hive, \
64 if the arguments are wrong.")]
pub(crate) struct VerifyArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// List all damage, not only the first of each severity
    #[arg(long)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

/// List deleted keys and values that are still in the hive, and where they stood
///
/// Looks in free cells, in cells that nothing leads to, in the slack of cells in use and behind the last bin. Nothing
/// found there is certain: each says how sure its place in the tree is, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if the search was made, whatever it found, 2 if the file can't be read as a hive, \
64 if the arguments are wrong.")]
pub(crate) struct DeletedArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// Only what stood at or below this key, as ControlSet001\Services\Winsock
    #[arg(long, value_name = "KEY")]
    pub(crate) under: Option<String>,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

/// Recover a dirty hive from its transaction logs and write it to a new file, clean, for other tools
///
/// The files that were handed in stay as they are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if the file was written, 2 if not, 64 if the arguments are wrong. A dirty hive without logs that \
apply to it is not written: nothing makes it clean.")]
pub(crate) struct ReplayArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The file to write; it must not exist yet
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ViewFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Jsonl,
}
