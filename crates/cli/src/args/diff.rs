//! The arguments of `coldhive diff`.

use std::path::PathBuf;

use coldhive::system::Selector;

use super::{SourceArgs, ViewFormat, control_set};

/// Show what differs between two control sets, or two hives: keys, values, security, times
///
/// With one PATH: control set --from against control set --to of that hive. With two: the whole hives, root against
/// root; with --from or --to the control set of each. "removed" is what only the first side has, "added" what only the
/// second has.
///
/// Names are matched without regard to case; a name that is written otherwise is a difference. Keys that differ in
/// nothing but when they were last written are counted, and listed with --times. What can't be read is never called
/// removed, added or equal: it is uncertain, with the damage.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0   nothing differs, whatever the times (with --times: nor do they), or both sides are one control set
  1   something certainly differs
  2   it can't be told: something can't be read, or one side's file doesn't hold it; or there is no such key
  64  the arguments are wrong

Examples:
  coldhive diff SYSTEM --under 'Services\\Winsock'
  coldhive diff SYSTEM --from 1 --to 3 --times
  coldhive diff SYSTEM.before SYSTEM.after --format json > diff.json
  coldhive diff NODE1.SYSTEM NODE2.SYSTEM --from current --under 'Services\\ClusSvc'")]
pub(crate) struct DiffArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// Another copied hive to compare it with
    #[arg(value_name = "PATH2")]
    pub(crate) other: Option<PathBuf>,

    /// The control set of the first side: current, default, last-known-good, failed or a number (with one PATH:
    /// last-known-good if none is given; with two: current if --to is given)
    #[arg(long, value_name = "SET", value_parser = one_control_set)]
    pub(crate) from: Option<Selector>,

    /// The control set of the second side (with one PATH: current if none is given; with two: current if --from is
    /// given)
    #[arg(long, value_name = "SET", value_parser = one_control_set)]
    pub(crate) to: Option<Selector>,

    /// Compare this key and those below it only: below the control set, as Services\Winsock, or below HKLM\SYSTEM where
    /// whole hives are compared, as Select; HKLM\SYSTEM\CurrentControlSet\Services\Winsock is understood too
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(crate) under: String,

    /// List keys that differ in nothing but when they were last written, and count that as a difference
    #[arg(long)]
    pub(crate) times: bool,

    /// Show all of a subtree that one side has alone, not only its first lines (JSON always has all)
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

fn one_control_set(text: &str) -> Result<Selector, String> {
    match control_set(text) {
        Ok(Selector::All) => Err("one control set is compared with one: choose which".into()),
        Ok(selector) => Ok(selector),
        Err(error) => Err(error.replace(", all or", " or")),
    }
}
