//! Lists the layered providers of WinSock 2 and the chains that lead through them: libraries that see what programs
//! send and receive.
//!
//! `cargo run --example layered_providers -- PATH`; without a path it reads a sample.

use std::error::Error;
use std::io::Write;

use coldhive::Case;
use coldhive::system::Selector;
use coldhive::system::winsock::{ChainKind, Width};

/// Writes what there is to say of the hive at `path`.
pub(crate) fn run(path: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let case = Case::open(path)?;

    for report in case.winsock_view(Selector::Current, false)?.control_sets {
        let set = report.control_set;
        let catalog = report.winsock2.and_then(|winsock2| winsock2.protocols);
        let catalog = catalog.ok_or_else(|| format!("{set} has no catalog of protocols"))?;
        for width in Width::BOTH {
            let entries = catalog.entries(width);
            let layered = entries.iter().filter(|entry| entry.is_layered());
            let (all, count) = (entries.len(), layered.clone().count());
            writeln!(out, "{set}, {width}: {all} entries, {count} of layered providers")?;
            for entry in layered {
                let Some(item) = &entry.item.value else { continue };
                let (id, name) = (item.protocol.catalog_entry_id, &item.protocol.name);
                if entry.kind == Some(ChainKind::Layered) {
                    let written = entry.key.last_written.map(|time| format!(", written {time}"));
                    let written = written.unwrap_or_default();
                    writeln!(out, "layered {id} {name}: {}{written}", item.library_path)?;
                    continue;
                }
                writeln!(out, "chain {id} {name}")?;
                for link in &entry.chain {
                    let name = link.name.as_deref().unwrap_or("?");
                    let library = link.library.as_deref().unwrap_or("no entry has this ID");
                    writeln!(out, "  {} {name}: {library}", link.id)?;
                }
            }
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/winsock2.SYSTEM");
    let path = std::env::args().nth(1).unwrap_or_else(|| sample.to_owned());
    run(&path, &mut std::io::stdout())
}
