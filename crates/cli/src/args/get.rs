//! The arguments of `coldhive get`.

use std::path::PathBuf;

use super::{SourceArgs, ViewFormat};

/// Show a key with its values, or one value
///
/// Of the key: when it was last written, its class, how much is in it and where it stands; of each value its type, size and
/// data by its type.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   it is there and could be read
  1   it is certainly not there
  2   it can't be told, or a part of it can't be read
  64  the arguments are wrong

Examples:
  coldhive get SYSTEM Select
  coldhive get SYSTEM 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\WinSock\\Parameters' Transports
  coldhive get SYSTEM 'CurrentControlSet\\Control\\ProductOptions' ProductType --raw > ProductType.bin")]
pub(crate) struct GetArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The key, as HKLM\SYSTEM\CurrentControlSet\Services\Winsock
    ///
    /// It is taken as registry editors, PowerShell and exported texts have it: HKLM\SYSTEM\..., HKEY_LOCAL_MACHINE\SYSTEM\...,
    /// Computer\HKEY_LOCAL_MACHINE\..., HKLM:\SYSTEM\..., \Registry\Machine\System\..., in brackets or quotes, with slashes, or
    /// from below SYSTEM on; and as this program shows it, with characters that can't be shown by their numbers: %{202e}.
    /// CurrentControlSet is the control set that Select calls current.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,

    /// The name of one value; (default) or @ for the value without a name
    #[arg(value_name = "VALUE")]
    pub(crate) value: Option<String>,

    /// Write the bytes of the value's data, and nothing else
    #[arg(long, requires = "value", conflicts_with = "format")]
    pub(crate) raw: bool,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}
