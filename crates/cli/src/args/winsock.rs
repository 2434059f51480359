//! The arguments of `coldhive winsock`.

use std::path::PathBuf;

use coldhive::system::Selector;

use super::{SourceArgs, ViewFormat, control_set};

/// Show the Winsock registration: lists, providers, transports, catalogs, who may write where, and every key
///
/// With --control-set all, the control sets first stand side by side.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if a chosen control set has the key Winsock, 2 if not or if the file is cut short,\n64 if the arguments are wrong.

Examples:
  coldhive winsock SYSTEM
  coldhive winsock SYSTEM --control-set all --format json > winsock.json")]
pub(crate) struct WinsockArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The control set to show: current, default, last-known-good, failed, all or a number
    #[arg(long, value_name = "WHICH", default_value = "current", value_parser = control_set)]
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
