//! The arguments of `coldhive acl`.

use std::path::PathBuf;

use coldhive::rules::Principals;
use coldhive::security::AccessMask;
use coldhive::{AccessQuestion, OsRules, parse_rights};

use super::{SourceArgs, ViewFormat};

/// Show a key's security descriptor, what a principal may do with it, or every key that it may write
///
/// With KEY: the descriptor of one key, entry by entry, and with --as what the holder of those SIDs may do. With
/// --writable-by: every key on which the holder of those SIDs has any of the rights SET_VALUE, CREATE_SUB_KEY,
/// CREATE_LINK, DELETE, WRITE_DAC and WRITE_OWNER, or of those that --rights names.
///
/// SIDs are separated by commas: S-1-5-21-... or an alias like BA, WD, AU for one that the principal has; deny:SID
/// for one that it has for denying only; S-1-5-21-* for those that it may have or not, which leaves what hangs on
/// them unknown; -SID for one that it certainly lacks. Nothing is added: every account has WD, all but anonymous ones
/// AU.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "coldhive acl [OPTIONS] <PATH> <KEY> [--as <SID,...> [--rights <RIGHT,...>]]\n       \
    coldhive acl [OPTIONS] <PATH> --writable-by <SID,...> [--under <KEY>] [--rights <RIGHT,...>]"
)]
#[command(after_help = "\
Exit status, of a key:
  0   its descriptor was read whole; with --rights: all these rights are certainly granted
  1   with --rights: not all of them are granted
  2   the key is absent or damaged, or its descriptor; with --rights: it can't be told
Exit status, with --writable-by:
  0   no key can be written
  1   some key certainly can
  2   none certainly can, and some possibly, or it can't be told of all
Exit status, of both:
  64  the arguments are wrong

Examples:
  coldhive acl SYSTEM 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Winsock'
  coldhive acl SYSTEM 'CurrentControlSet\\Services\\Tcpip' --as WD,AU,BU --rights KEY_SET_VALUE
  coldhive acl SYSTEM --writable-by WD,AU,BU,IU --under 'CurrentControlSet\\Services'")]
pub(crate) struct AclArgs {
    /// The copied hive
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// The key, below HKLM\SYSTEM: CurrentControlSet\Services\Winsock, with HKLM\SYSTEM\ in front or without
    #[arg(value_name = "KEY", required_unless_present = "writable_by")]
    pub(crate) key: Option<String>,

    /// Answer what the holder of these SIDs may do with the key
    #[arg(long = "as", value_name = "SID,...", allow_hyphen_values = true, requires = "key")]
    pub(crate) principals: Option<Principals>,

    /// List every key that the holder of these SIDs may write
    #[arg(long, value_name = "SID,...", allow_hyphen_values = true, conflicts_with_all = ["key", "principals"])]
    pub(crate) writable_by: Option<Principals>,

    /// Look at this key and those below it only
    #[arg(long, value_name = "KEY", requires = "writable_by", conflicts_with = "key")]
    pub(crate) under: Option<String>,

    /// Ask for these rights: names like KEY_READ or SET_VALUE, names of SDDL like KA, KR or CCDC, or numbers like
    /// 0x20019. With --as all of them, with --writable-by any of them
    #[arg(long, value_name = "RIGHT,...", value_parser = parse_rights)]
    pub(crate) rights: Option<AccessMask>,

    /// Whether OWNER RIGHTS (S-1-3-4) limits what an owner is implied: from Windows Vista on. auto tells by the
    /// hive's product; where that is not known, an answer that hangs on it is unknown
    #[arg(long, value_name = "auto|before-vista|vista", default_value = "auto")]
    pub(crate) os_rules: OsRules,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Do not compute SHA-256 of the files
    #[arg(long)]
    pub(crate) no_hash: bool,

    /// Text for people, or one JSON object
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ViewFormat,
}

impl AclArgs {
    /// The question about these principals.
    pub(crate) fn question(&self, principals: &Principals) -> AccessQuestion {
        let question = AccessQuestion::new(principals.clone()).os_rules(self.os_rules);
        match self.rights {
            Some(rights) => question.rights(rights),
            None => question,
        }
    }
}
