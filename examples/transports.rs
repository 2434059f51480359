//! Opens a hive, prints Winsock's transports and who may write their key, and evaluates Q262832.
//!
//! `cargo run --example transports -- PATH`; without a path it reads a sample.

use std::error::Error;
use std::io::Write;

use coldhive::rules::RuleSet;
use coldhive::security::{AccessMask, GenericMapping, Writers, writers};
use coldhive::system::{Selector, descriptor};
use coldhive::{Case, CheckOptions};

/// Writes what there is to say of the hive at `path`.
pub(crate) fn run(path: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let case = Case::open(path)?;
    let system = case.system();

    for set in system.select(Selector::Current)?.sets {
        let winsock = system.winsock(&set).found().ok_or("no key Services\\Winsock")?;
        let parameters = winsock.parameters().found().ok_or("no key Parameters")?;
        match parameters.transports().as_ok() {
            Some(list) => writeln!(out, "{set}: {}", list.entries().join(", "))?,
            None => writeln!(out, "{set}: Transports is {}", parameters.transports().why_not())?,
        }
        let descriptor = descriptor(parameters.key())?;
        let change = AccessMask::KEY_SET_VALUE | AccessMask::KEY_CREATE_SUB_KEY;
        match writers(&descriptor, change, &GenericMapping::REGISTRY_KEY)? {
            Writers::Trustees { writers, .. } => {
                for writer in writers {
                    let name = writer.sid.name().unwrap_or("?");
                    writeln!(out, "  {} ({name}) has {}", writer.sid, writer.mask)?;
                }
            }
            _ => writeln!(out, "  everyone may write it: it has no DACL")?,
        }
    }

    for verdict in case.check(&RuleSet::built_in()?.without_software(), &CheckOptions::default()) {
        writeln!(out, "{}: {}", verdict.rule.id, verdict.outcome)?;
        for check in verdict.failed_checks() {
            writeln!(out, "  {}: {}", check.id, check.found)?;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/cluster-broken.SYSTEM");
    let path = std::env::args().nth(1).unwrap_or_else(|| sample.to_owned());
    run(&path, &mut std::io::stdout())
}
