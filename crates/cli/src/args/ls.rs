//! The arguments of `coldhive ls`.

use std::path::PathBuf;

use super::{SourceArgs, ViewFormat};

/// List the subkeys and values of a key, one a line
///
/// In the key's own order, subkeys first; a subkey's name ends with a backslash. What is damaged is told at the end, on
/// standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   the key is there and all that is in it could be read
  1   the key is certainly not there
  2   it can't be told, or a part of it can't be read
  64  the arguments are wrong

Examples:
  coldhive ls SYSTEM
  coldhive ls -l SYSTEM 'CurrentControlSet\\Services\\WinSock'")]
pub(crate) struct LsArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The key, as HKLM\SYSTEM\CurrentControlSet\Services\Winsock; the root if none is given
    ///
    /// It is taken as registry editors, PowerShell and exported texts have it: HKLM\SYSTEM\..., HKEY_LOCAL_MACHINE\SYSTEM\...,
    /// Computer\HKEY_LOCAL_MACHINE\..., HKLM:\SYSTEM\..., \Registry\Machine\System\..., in brackets or quotes, with slashes, or
    /// from below SYSTEM on; and as this program shows it, with characters that can't be shown by their numbers: %{202e}.
    /// CurrentControlSet is the control set that Select calls current.
    #[arg(value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(crate) key: String,

    /// With times and counts of subkeys, types and sizes of values
    #[arg(long, short)]
    pub(crate) long: bool,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}
