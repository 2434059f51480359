//! The arguments of `coldhive replay`.

use std::path::PathBuf;

use super::SourceArgs;

/// Recover a dirty hive from its transaction logs and write it to a new file, clean, for other tools
///
/// The files that were handed in stay as they are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if the file was written, 2 if not, 64 if the arguments are wrong. A dirty hive without logs that \
apply to it is not written: nothing makes it clean.

Examples:
  coldhive replay SYSTEM --output SYSTEM.recovered
  coldhive replay SYSTEM --logs SYSTEM.LOG1,SYSTEM.LOG2 --output SYSTEM.by-logs")]
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
