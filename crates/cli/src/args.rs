//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use coldhive::system::Selector;

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

    /// Evaluate rules also where they do not apply
    #[arg(long)]
    pub(crate) assume_applicable: bool,

    /// Do not compute SHA-256 of the hives
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

    /// Do not compute the hive's SHA-256
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

    /// Do not compute the hive's SHA-256
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

    /// Which transaction logs to lay over the hive
    #[arg(long, value_enum, default_value = "none")]
    pub(crate) logs: Logs,

    /// Do not compute the hive's SHA-256
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// The output's format
    #[arg(long, value_enum, default_value = "jsonl")]
    pub(crate) format: ExportFormat,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Logs {
    /// The hive as it is in its primary file
    None,
}
