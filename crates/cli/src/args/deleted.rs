//! The arguments of `coldhive deleted`.

use std::path::PathBuf;

use super::{SourceArgs, ViewFormat};

/// List deleted keys and values that are still in the hive, and where they stood
///
/// Looks in free cells, in cells that nothing leads to, in the slack of cells in use and behind the last bin. Nothing
/// found there is certain: each says how sure its place in the tree is, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if the search was made, whatever it found, 2 if the file can't be read as a hive, \
64 if the arguments are wrong.

Examples:
  coldhive deleted SYSTEM
  coldhive deleted SYSTEM --under 'CurrentControlSet\\Services\\WinSock'")]
pub(crate) struct DeletedArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// Only what stood at or below this key, as HKLM\SYSTEM\CurrentControlSet\Services\Winsock
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
