//! The arguments of `coldhive sd`.

use std::path::PathBuf;

use clap::Subcommand;
use coldhive::security::Sid;

/// Turn security descriptors from bytes into SDDL and back, line by line
#[derive(Debug, clap::Args)]
pub(crate) struct SdArgs {
    #[command(subcommand)]
    pub(crate) command: SdCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SdCommand {
    Decode(SdDecodeArgs),
    Encode(SdEncodeArgs),
}

/// Turn lines of hexadecimal or base64 into lines of SDDL
///
/// Exactly one line comes out for each that goes in, and a blank one for a blank one; where a line is no descriptor, one
/// that begins with "error:".
///
/// Hexadecimal may have spaces, commas or hyphens between bytes, 0x before them, and the form of exported registry
/// values, hex:01,00,... Base64 is of the standard alphabet, padded or not. Which of both a line is, its beginning
/// tells: a descriptor begins with the byte 01, so its hexadecimal begins with 0 and its base64 with A. Any other line
/// is taken for hexadecimal if it has nothing but hexadecimal digits, else for base64.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if every line could be turned, 2 if not, or if the file can't be read, 64 if the arguments are wrong.

Examples:
  coldhive sd decode descriptors.txt
  echo AQAEgAAAAAAAAAAAAAAAABQAAAACAAgAAAAAAA== | coldhive sd decode")]
pub(crate) struct SdDecodeArgs {
    #[command(flatten)]
    pub(crate) lines: SdLinesArgs,
}

/// Turn lines of SDDL into lines of hexadecimal
///
/// Exactly one line comes out for each that goes in, and a blank one for a blank one; where a line is no SDDL, one that
/// begins with "error:".
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 if every line could be turned, 2 if not, or if the file can't be read, 64 if the arguments are wrong.

Examples:
  echo 'O:BAG:SYD:(A;CI;KR;;;WD)' | coldhive sd encode
  coldhive sd encode --domain S-1-5-21-1004336348-1177238915-682003330 sddl.txt")]
pub(crate) struct SdEncodeArgs {
    #[command(flatten)]
    pub(crate) lines: SdLinesArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SdLinesArgs {
    /// The file with the lines; standard input if none is given, or for -
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// The domain whose accounts and groups have letters of their own in SDDL, such as DA: S-1-5-21-A-B-C
    #[arg(long, value_name = "SID", value_parser = domain)]
    pub(crate) domain: Option<Sid>,
}

fn domain(text: &str) -> Result<Sid, String> {
    let sid: Sid = text.parse().map_err(|error| format!("{error}"))?;
    match (sid.authority(), sid.sub_authorities()) {
        (5, [21, _, _, _]) => Ok(sid),
        _ => Err("the SID of a domain is S-1-5-21- and three numbers".into()),
    }
}
