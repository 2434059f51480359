//! The arguments of `coldhive check`.

use std::path::PathBuf;

use clap::ValueEnum;
use coldhive::system::Selector;

use super::{SourceArgs, control_set};

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
    #[arg(long, value_name = "WHICH", default_value = "current", value_parser = control_set)]
    pub(crate) control_set: Selector,

    /// Supply a parameter of a rule, as account=SID,SID (in text or as aliases like BA; -SID: not that one)
    #[arg(long, value_name = "NAME=SID,...")]
    pub(crate) param: Vec<String>,

    /// A SYSTEM hive of a machine that is known to be well, for rules that compare with it (same: as: baseline)
    #[arg(long, value_name = "PATH")]
    pub(crate) baseline: Option<PathBuf>,

    /// The SOFTWARE hive of the same machine: it names the Windows of which the SYSTEM hive tells only the family
    #[arg(long, value_name = "PATH")]
    pub(crate) software: Option<PathBuf>,

    /// Search for deleted keys and values also where all checks hold
    #[arg(long)]
    pub(crate) remnants: bool,

    /// Show every predicate behind the verdict with its value, its reason and its evidence, and which decided
    #[arg(long)]
    pub(crate) explain: bool,

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
    Jsonl,
}
