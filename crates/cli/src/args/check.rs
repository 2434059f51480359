//! The arguments of `coldhive check`.

use std::path::PathBuf;

use clap::ValueEnum;
use coldhive::system::Selector;

use super::many::{FindArgs, PaceArgs};
use super::{SourceArgs, control_set};

/// Check hives for known faults, and show what each verdict rests on
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   all rules passed or do not apply
  1   a rule failed: its fault is there
  2   nothing failed, and something is unknown, in error, unreadable or cut short
      also where a cure can't be written, whatever was found
  64  the arguments are wrong
  130 interrupted by Ctrl-C: what was done by then is told (a second Ctrl-C ends at once)

Examples:
  coldhive check SYSTEM
  coldhive check --control-set all --format json SYSTEM > report.json
  coldhive check -j 4 --exclude RegBack --format jsonl evidence/ > report.jsonl
  find evidence -name SYSTEM -print0 | coldhive check --files-from -
  coldhive check --format csv --output report.csv --case 2024-117 SYSTEM
  coldhive check --format html --output report.html --case 2024-117 --examiner \"A. Smith\" SYSTEM
  coldhive check --event-log SysEvent.Evt --cluster-log Cluster.log SYSTEM
  coldhive check --param account=S-1-5-21-1004336348-1177238915-682003330-1105,BA,BU,WD,AU,SU SYSTEM")]
pub(crate) struct CheckArgs {
    /// Copied hives to check, and folders: of those, every hive of HKLM\SYSTEM, whatever its name
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
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

    /// The SOFTWARE hive of the same machine: it names the Windows of which the SYSTEM hive tells only the family, and some
    /// rules look into it
    #[arg(long, value_name = "PATH")]
    pub(crate) software: Option<PathBuf>,

    /// An event log of the same machine, as SysEvent.Evt of Windows NT to 2003: what it says for or against a fault is told
    /// and changes no verdict (may be given more than once; with one PATH only)
    #[arg(long, value_name = "FILE")]
    pub(crate) event_log: Vec<PathBuf>,

    /// A log of the same machine's Cluster service, as Cluster.log (the same)
    #[arg(long, value_name = "FILE")]
    pub(crate) cluster_log: Vec<PathBuf>,

    /// Search for deleted keys and values also where all checks hold
    #[arg(long)]
    pub(crate) remnants: bool,

    /// Show every predicate behind the verdict with its value, its reason and its evidence, and which decided
    #[arg(long)]
    pub(crate) explain: bool,

    /// Evaluate rules also where they do not apply
    #[arg(long)]
    pub(crate) assume_applicable: bool,

    /// Write a cure to read into this folder, for each verdict of Q262832 that found its fault: a text to import with
    /// Regedit (.reg), one that undoes it (.undo.reg), and an explanation (.txt); nothing is applied or overwritten
    #[arg(long, value_name = "DIR")]
    pub(crate) emit_cure: Option<PathBuf>,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Exit with 0 whatever was found
    #[arg(long)]
    pub(crate) exit_zero: bool,

    /// Text for people; one JSON object, or JSON Lines; CSV for spreadsheets, SARIF for viewers of findings; a timeline
    /// for Timesketch or mactime; one page of HTML for others
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ReportFormat,

    /// Write to this file instead of stdout; it must not exist yet
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the file of --output, once the new one is whole; evidence is never replaced
    #[arg(long, requires = "output")]
    pub(crate) force: bool,

    /// The name of the case, for the report
    #[arg(long = "case", value_name = "NAME")]
    pub(crate) case_name: Option<String>,

    /// Who examines, for the report
    #[arg(long, value_name = "NAME")]
    pub(crate) examiner: Option<String>,

    #[command(flatten)]
    pub(crate) find: FindArgs,

    #[command(flatten)]
    pub(crate) pace: PaceArgs,

    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
    Jsonl,
    Csv,
    Sarif,
    Timesketch,
    Bodyfile,
    Html,
}
