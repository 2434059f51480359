//! The arguments about many hives: where they are found, and how they are worked through.

use std::path::PathBuf;

use globset::{Glob, GlobBuilder};

/// Which files in folders are taken.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Finding hives")]
pub(crate) struct FindArgs {
    /// Read paths from a file, or from stdin (-): one a line, or separated by NUL if it holds one
    #[arg(long, value_name = "FILE|-")]
    pub(crate) files_from: Option<PathBuf>,

    /// Paths of --files-from are separated by NUL, as find -print0 writes them, even if there is only one
    #[arg(short = '0', long, requires = "files_from")]
    pub(crate) null: bool,

    /// Take only files of folders that match: a name, or with a slash a path below the folder, regardless of case (may
    /// be given more than once)
    #[arg(long, value_name = "GLOB", value_parser = glob)]
    pub(crate) include: Vec<Glob>,

    /// Leave out files and folders that match (may be given more than once)
    #[arg(long, value_name = "GLOB", value_parser = glob)]
    pub(crate) exclude: Vec<Glob>,

    /// Leave out files of folders that are larger, as 512M (K, M, G: 1024 times the one before)
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_size: Option<u64>,

    /// Follow symbolic links in folders; what two ways lead to is taken once
    #[arg(long)]
    pub(crate) follow_links: bool,

    /// Check hives of folders also where they are certainly not of HKLM\SYSTEM, as SOFTWARE or NTUSER.DAT
    #[arg(long)]
    pub(crate) all_hives: bool,
}

/// How many at once, and what is told of that.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Many hives")]
pub(crate) struct PaceArgs {
    /// How many hives are checked at once (without it: as many as there are processors)
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,

    /// Show no progress bar on a terminal
    #[arg(long)]
    pub(crate) no_progress: bool,

    /// Show no progress bar, and in text nothing of hives that pass or that no rule applies to
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// In text, show every verdict in full
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

fn glob(text: &str) -> Result<Glob, String> {
    // Folders are matched by their names too.
    let text = text.strip_suffix('/').unwrap_or(text);
    if text.is_empty() {
        return Err("it matches nothing: write it as SYSTEM, *.hiv or config/**".into());
    }
    let mut glob = GlobBuilder::new(text);
    glob.case_insensitive(true).literal_separator(true);
    glob.build().map_err(|error| error.kind().to_string())
}

fn size(text: &str) -> Result<u64, String> {
    let wrong = || "write it as a number of bytes, or as 512K, 100M or 2G".to_owned();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let shift = match unit.to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(1 << shift).ok_or_else(wrong)
}
