//! The arguments of `coldhive tree`.

use std::path::PathBuf;

use super::{SourceArgs, ViewFormat};

/// Draw the tree of keys below a key
///
/// Symbolic links are shown and not followed; each key is drawn once, however often a damaged hive lists it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   the key is there and all below it could be read
  1   the key is certainly not there
  2   it can't be told, or a part of the tree can't be read
  64  the arguments are wrong

Examples:
  coldhive tree SYSTEM --depth 2
  coldhive tree SYSTEM 'CurrentControlSet\\Services\\WinSock' --values")]
pub(crate) struct TreeArgs {
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

    /// How many levels below the key
    #[arg(long, value_name = "N")]
    pub(crate) depth: Option<usize>,

    /// With values, their types and sizes
    #[arg(long)]
    pub(crate) values: bool,

    /// How many keys and values at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) max: usize,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}
