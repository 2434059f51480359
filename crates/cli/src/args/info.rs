//! The arguments of `coldhive info`.

use std::path::PathBuf;

use super::{SourceArgs, ViewFormat};

/// Show what a hive is: base block, counts, control sets, product, machine
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 2 if the root key can't be read, the file is cut short or the SOFTWARE hive can't be read, \
64 if the arguments are wrong.

Examples:
  coldhive info SYSTEM
  coldhive info SYSTEM --format json > info.json")]
pub(crate) struct InfoArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The SOFTWARE hive of the same machine: it names the Windows of which the SYSTEM hive tells only the family
    #[arg(long, value_name = "PATH")]
    pub(crate) software: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}
