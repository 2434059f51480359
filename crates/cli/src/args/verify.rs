//! The arguments of `coldhive verify`.

use std::path::PathBuf;

use super::{SourceArgs, ViewFormat};

/// Check the structure of a hive: every bin, cell, key, value and security record
///
/// Walks everything that can be reached and every bin, and says what is damaged, where, and which keys it concerns.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if nothing is damaged, 1 if something is, 2 if the file can't be read as a hive, \
64 if the arguments are wrong.

Examples:
  coldhive verify SYSTEM
  coldhive verify SYSTEM --all --format json > damage.json")]
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
