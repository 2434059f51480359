//! The arguments of `coldhive export`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::SourceArgs;

/// Write every key and value as JSON Lines, past all damage
///
/// A line `hive`, a line `key` for each key, a line `end` with totals and all damage.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if anything was exported, 2 if not, 64 if the arguments are wrong.

Examples:
  coldhive export SYSTEM > SYSTEM.jsonl
  coldhive export SYSTEM 'CurrentControlSet\\Services\\WinSock'")]
pub(crate) struct ExportArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The key to start at, as HKLM\SYSTEM\CurrentControlSet\Services\Winsock; the root if none is given
    #[arg(value_name = "KEY", default_value = "", hide_default_value = true)]
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Jsonl,
}
