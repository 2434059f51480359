//! The arguments of `coldhive man` and `coldhive completions`.

use std::path::PathBuf;

use clap_complete::Shell;

/// Print the manual page of the program or of a command, or write all of them to a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 2 if a page can't be written, 64 if there is no such command or the arguments are wrong.

Examples:
  coldhive man | man -l -
  coldhive man rules lint | man -l -
  coldhive man --dir ./man")]
pub(crate) struct ManArgs {
    /// The command, as check or rules lint; the program itself if none is given
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub(crate) command: Vec<String>,

    /// Write a page for each command to this folder, over those that are there
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// Print what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0, 64 if the arguments are wrong.

Examples:
  coldhive completions bash > coldhive.bash
  coldhive completions zsh > _coldhive
  coldhive completions fish > coldhive.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: Shell,
}
