//! The command line: one file per command, and what they share.

mod acl;
mod check;
mod deleted;
mod diff;
mod export;
mod get;
mod info;
mod ls;
mod man;
mod many;
mod replay;
mod sd;
mod tree;
mod verify;
mod winsock;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use coldhive::hive::Reading;
use coldhive::system::{Mount, MountError, Selector};
use coldhive::{CodePage, Logs, OpenOptions, key_path_readings};

use crate::rules::RulesArgs;
use crate::text;
pub(crate) use acl::AclArgs;
pub(crate) use check::{CheckArgs, ReportFormat};
pub(crate) use deleted::DeletedArgs;
pub(crate) use diff::DiffArgs;
pub(crate) use export::ExportArgs;
pub(crate) use get::GetArgs;
pub(crate) use info::InfoArgs;
pub(crate) use ls::LsArgs;
pub(crate) use man::{CompletionsArgs, ManArgs};
pub(crate) use many::FindArgs;
pub(crate) use replay::ReplayArgs;
pub(crate) use sd::{SdArgs, SdCommand};
pub(crate) use tree::TreeArgs;
pub(crate) use verify::VerifyArgs;
pub(crate) use winsock::WinsockArgs;

/// Answers questions about Windows SYSTEM hives that were copied off a machine.
///
/// Reads hives as evidence: they are never written to, each statement names the bytes it rests on, and
/// what can't be told is said to be unknown, with the reason.
#[derive(Debug, Parser)]
#[command(name = "coldhive", version, max_term_width = 100)]
#[command(after_help = "\
Exit status: that of the command, 64 if the arguments are wrong.

Examples:
  coldhive check SYSTEM
  coldhive info SYSTEM
  coldhive ls -l SYSTEM 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\WinSock'

This program links nt-hive and is as a whole under GPL-2.0-or-later.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Colours in text: auto (on a terminal, by NO_COLOR and CLICOLOR_FORCE), always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true
    )]
    #[arg(help_heading = "Output")]
    pub(crate) color: ColorArg,

    /// How wide lines of text are; 0: never broken (without it: as wide as the terminal, and never broken in a pipe)
    #[arg(long, global = true, value_name = "COLUMNS", help_heading = "Output")]
    pub(crate) width: Option<usize>,
}

/// When text has colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    #[default]
    Auto,
    Always,
    Never,
}

impl Args {
    /// Whether text goes to a file instead of stdout.
    pub(crate) fn writes_a_file(&self) -> bool {
        matches!(&self.command, Command::Check(check) if check.output.is_some())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(CheckArgs),
    Info(InfoArgs),
    Get(GetArgs),
    Ls(LsArgs),
    Tree(TreeArgs),
    Winsock(WinsockArgs),
    Export(ExportArgs),
    Verify(VerifyArgs),
    Deleted(DeletedArgs),
    Replay(ReplayArgs),
    Acl(AclArgs),
    Diff(DiffArgs),
    Sd(SdArgs),
    Rules(RulesArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
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
    #[arg(long, value_name = "KEY", value_parser = mount)]
    pub(crate) mounted_at: Option<Mount>,

    /// The ANSI code page of the machine that a .reg text comes from, as 1252 or shift_jis
    #[arg(long, value_name = "NAME", value_parser = code_page)]
    pub(crate) code_page: Option<CodePage>,

    /// Map hives and their logs into memory instead of reading them: only what is looked at is read from the disk.
    /// Not the default, because a disk error, or a file that is cut short meanwhile, then ends the program (SIGBUS)
    /// instead of being told
    #[arg(long)]
    pub(crate) mmap: bool,
}

impl SourceArgs {
    /// The same for the library.
    pub(crate) fn options(&self) -> OpenOptions {
        let mut options = OpenOptions::default();
        options.logs = self.logs.clone();
        options.mounted_at = self.mounted_at.clone();
        options.code_page = self.code_page;
        options.reading = self.reading();
        options
    }

    /// How files come into memory.
    pub(crate) const fn reading(&self) -> Reading {
        if self.mmap { Reading::Mapped } else { Reading::Read }
    }
}

/// A key in any form that people write it in.
fn mount(text: &str) -> Result<Mount, String> {
    let mut readings = key_path_readings(text).into_iter();
    let readable = readings.find_map(|reading| reading.parse().ok());
    readable.map_or_else(|| text.parse().map_err(|error: MountError| error.to_string()), Ok)
}

/// The words for control sets.
const CONTROL_SETS: [&str; 5] = ["current", "default", "last-known-good", "failed", "all"];

pub(crate) fn control_set(text: &str) -> Result<Selector, String> {
    text.parse().map_err(|error| format!("{error}{}", text::meant(text, CONTROL_SETS)))
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ViewFormat {
    Text,
    Json,
}
