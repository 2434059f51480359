//! The command line: one file per command, and what they share.

mod acl;
mod check;
mod deleted;
mod diff;
mod export;
mod info;
mod many;
mod replay;
mod sd;
mod verify;
mod winsock;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use coldhive::system::Mount;
use coldhive::{CodePage, Logs, OpenOptions};

use crate::rules::RulesArgs;
pub(crate) use acl::AclArgs;
pub(crate) use check::{CheckArgs, ReportFormat};
pub(crate) use deleted::DeletedArgs;
pub(crate) use diff::DiffArgs;
pub(crate) use export::ExportArgs;
pub(crate) use info::InfoArgs;
pub(crate) use many::FindArgs;
pub(crate) use replay::ReplayArgs;
pub(crate) use sd::{SdArgs, SdCommand};
pub(crate) use verify::VerifyArgs;
pub(crate) use winsock::WinsockArgs;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ViewFormat {
    Text,
    Json,
}
