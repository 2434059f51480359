//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use coldhive::rules::Principals;
use coldhive::security::{AccessMask, Sid};
use coldhive::system::{Mount, Selector};
use coldhive::{AccessQuestion, CodePage, Logs, OpenOptions, OsRules, parse_rights};

use crate::rules::RulesArgs;

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
    Acl(AclArgs),
    Diff(DiffArgs),
    Sd(SdArgs),
    Rules(RulesArgs),
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

/// Show what a hive is: base block, counts, control sets, product, machine
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 2 if the root key can't be read, the file is cut short or the SOFTWARE hive can't be read, \
64 if the arguments are wrong.")]
pub(crate) struct InfoArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The SOFTWARE hive of the same machine: it names the Windows of which the SYSTEM hive tells only the family
    #[arg(long, value_name = "PATH")]
    pub(crate) software: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

/// Show the Winsock registration: lists, providers, transports, catalogs, who may write where, and every key
///
/// With --control-set all, the control sets first stand side by side.
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

/// Show a key's security descriptor, what a principal may do with it, or every key that it may write
///
/// With KEY: the descriptor of one key, entry by entry, and with --as what the holder of those SIDs may do. With
/// --writable-by: every key on which the holder of those SIDs has any of the rights SET_VALUE, CREATE_SUB_KEY,
/// CREATE_LINK, DELETE, WRITE_DAC and WRITE_OWNER, or of those that --rights names.
///
/// SIDs are separated by commas: S-1-5-21-... or an alias like BA, WD, AU for one that the principal has; deny:SID
/// for one that it has for denying only; S-1-5-21-* for those that it may have or not, which leaves what hangs on
/// them unknown; -SID for one that it certainly lacks. Nothing is added: every account has WD, all but anonymous ones
/// AU.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "coldhive acl [OPTIONS] <PATH> <KEY> [--as <SID,...> [--rights <RIGHT,...>]]\n       \
    coldhive acl [OPTIONS] <PATH> --writable-by <SID,...> [--under <KEY>] [--rights <RIGHT,...>]"
)]
#[command(after_help = "\
Exit status, of a key:
  0   its descriptor was read whole; with --rights: all these rights are certainly granted
  1   with --rights: not all of them are granted
  2   the key is absent or damaged, or its descriptor; with --rights: it can't be told
Exit status, with --writable-by:
  0   no key can be written
  1   some key certainly can
  2   none certainly can, and some possibly, or it can't be told of all
Exit status, of both:
  64  the arguments are wrong

Examples:
  coldhive acl SYSTEM 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock'
  coldhive acl SYSTEM 'CurrentControlSet\\Services\\Tcpip' --as WD,AU,BU --rights KEY_SET_VALUE
  coldhive acl SYSTEM --writable-by WD,AU,BU,IU --under 'CurrentControlSet\\Services'")]
pub(crate) struct AclArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The key, below HKLM\SYSTEM: CurrentControlSet\Services\Winsock, with HKLM\SYSTEM\ in front or without
    #[arg(value_name = "KEY", required_unless_present = "writable_by")]
    pub(crate) key: Option<String>,

    /// Answer what the holder of these SIDs may do with the key
    #[arg(long = "as", value_name = "SID,...", allow_hyphen_values = true, requires = "key")]
    pub(crate) principals: Option<Principals>,

    /// List every key that the holder of these SIDs may write
    #[arg(long, value_name = "SID,...", allow_hyphen_values = true, conflicts_with_all = ["key", "principals"])]
    pub(crate) writable_by: Option<Principals>,

    /// Look at this key and those below it only
    #[arg(long, value_name = "KEY", requires = "writable_by", conflicts_with = "key")]
    pub(crate) under: Option<String>,

    /// Ask for these rights: names like KEY_READ or SET_VALUE, names of SDDL like KA, KR or CCDC, or numbers like
    /// 0x20019. With --as all of them, with --writable-by any of them
    #[arg(long, value_name = "RIGHT,...", value_parser = parse_rights)]
    pub(crate) rights: Option<AccessMask>,

    /// Whether OWNER RIGHTS (S-1-3-4) limits what an owner is implied: from Windows Vista on. auto tells by the
    /// hive's product; where that is not known, an answer that hangs on it is unknown
    #[arg(long, value_name = "auto|before-vista|vista", default_value = "auto")]
    pub(crate) os_rules: OsRules,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

impl AclArgs {
    /// The question about these principals.
    pub(crate) fn question(&self, principals: &Principals) -> AccessQuestion {
        let question = AccessQuestion::new(principals.clone()).os_rules(self.os_rules);
        match self.rights {
            Some(rights) => question.rights(rights),
            None => question,
        }
    }
}

/// Show what differs between two control sets, or two hives: keys, values, security, times
///
/// With one PATH: control set --from against control set --to of that hive. With two: the whole hives, root against
/// root; with --from or --to the control set of each. "removed" is what only the first side has, "added" what only the
/// second has.
///
/// Names are matched without regard to case; a name that is written otherwise is a difference. Keys that differ in
/// nothing but when they were last written are counted, and listed with --times. What can't be read is never called
/// removed, added or equal: it is uncertain, with the damage.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   nothing differs, whatever the times (with --times: nor do they), or both sides are one control set
  1   something certainly differs
  2   it can't be told: something can't be read, or one side's file doesn't hold it; or there is no such key
  64  the arguments are wrong

Examples:
  coldhive diff SYSTEM --under 'Services\\Winsock'
  coldhive diff SYSTEM --from 1 --to 3 --times
  coldhive diff SYSTEM.before SYSTEM.after --format json > diff.json
  coldhive diff NODE1.SYSTEM NODE2.SYSTEM --from current --under 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\ClusSvc'")]
pub(crate) struct DiffArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// Another copied hive to compare it with
    #[arg(value_name = "PATH2")]
    pub(crate) other: Option<PathBuf>,

    /// The control set of the first side: current, default, last-known-good, failed or a number (with one PATH:
    /// last-known-good if none is given; with two: current if --to is given)
    #[arg(long, value_name = "SET", value_parser = one_control_set)]
    pub(crate) from: Option<Selector>,

    /// The control set of the second side (with one PATH: current if none is given; with two: current if --from is
    /// given)
    #[arg(long, value_name = "SET", value_parser = one_control_set)]
    pub(crate) to: Option<Selector>,

    /// Compare this key and those below it only: below the control set, as Services\Winsock, or below HKLM\SYSTEM where
    /// whole hives are compared, as Select; HKLM\SYSTEM\CurrentControlSet\Services\Winsock is understood too
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(crate) under: String,

    /// List keys that differ in nothing but when they were last written, and count that as a difference
    #[arg(long)]
    pub(crate) times: bool,

    /// Show all of a subtree that one side has alone, not only its first lines (JSON always has all)
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

fn one_control_set(text: &str) -> Result<Selector, String> {
    match text.parse() {
        Ok(Selector::All) => Err("one control set is compared with one: choose which".into()),
        Ok(selector) => Ok(selector),
        Err(error) => Err(format!("{error}").replace(", all or", " or")),
    }
}

/// Turn security descriptors from bytes into SDDL and back, line by line
#[derive(Debug, clap::Args)]
pub(crate) struct SdArgs {
    #[command(subcommand)]
    pub(crate) command: SdCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SdCommand {
    Decode(SdDecodeArgs),
    Encode(SdEncodeArgs),
}

/// Turn lines of hexadecimal or base64 into lines of SDDL
///
/// Exactly one line comes out for each that goes in, and a blank one for a blank one; where a line is no descriptor, one
/// that begins with "error:".
///
/// Hexadecimal may have spaces, commas or hyphens between bytes, 0x before them, and the form of exported registry
/// values, hex:01,00,... Base64 is of the standard alphabet, padded or not. Which of both a line is, its beginning
/// tells: a descriptor begins with the byte 01, so its hexadecimal begins with 0 and its base64 with A. Any other line
/// is taken for hexadecimal if it has nothing but hexadecimal digits, else for base64.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if every line could be turned, 2 if not, or if the file can't be read, 64 if the arguments are wrong.

Examples:
  coldhive sd decode descriptors.txt
  echo AQAEgAAAAAAAAAAAAAAAABQAAAACAAgAAAAAAA== | coldhive sd decode")]
pub(crate) struct SdDecodeArgs {
    #[command(flatten)]
    pub(crate) lines: SdLinesArgs,
}

/// Turn lines of SDDL into lines of hexadecimal
///
/// Exactly one line comes out for each that goes in, and a blank one for a blank one; where a line is no SDDL, one that
/// begins with "error:".
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if every line could be turned, 2 if not, or if the file can't be read, 64 if the arguments are wrong.

Examples:
  echo 'O:BAG:SYD:(A;CI;KR;;;WD)' | coldhive sd encode
  coldhive sd encode --domain S-1-5-21-1004336348-1177238915-682003330 sddl.txt")]
pub(crate) struct SdEncodeArgs {
    #[command(flatten)]
    pub(crate) lines: SdLinesArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SdLinesArgs {
    /// The file with the lines; standard input if none is given, or for -
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// The domain whose accounts and groups have letters of their own in SDDL, such as DA: S-1-5-21-A-B-C
    #[arg(long, value_name = "SID", value_parser = domain)]
    pub(crate) domain: Option<Sid>,
}

fn domain(text: &str) -> Result<Sid, String> {
    let sid: Sid = text.parse().map_err(|error| format!("{error}"))?;
    match (sid.authority(), sid.sub_authorities()) {
        (5, [21, _, _, _]) => Ok(sid),
        _ => Err("the SID of a domain is S-1-5-21- and three numbers".into()),
    }
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
