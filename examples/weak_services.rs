//! Lists the services whose keys people without special rights may change, and so what runs and as whom
//! (ATT&CK T1574.011).
//!
//! `cargo run --example weak_services -- PATH`; without a path it reads a sample.

use std::error::Error;
use std::io::Write;

use coldhive::system::Selector;
use coldhive::{AccessQuestion, Case, Writable};

/// Everyone, Authenticated Users, Users, and who is logged on at the machine.
const ANYBODY: &str = "WD,AU,BU,IU";

/// Writes what there is to say of the hive at `path`.
pub(crate) fn run(path: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let case = Case::open(path)?;
    let system = case.system();
    let anybody = AccessQuestion::new(ANYBODY.parse()?);

    for set in system.select(Selector::Current)?.sets {
        let services = set.path("Services");
        let search = case.writable_by(&anybody, &services, false)?;
        let mut keys = search.keys();
        while let Some(key) = keys.next() {
            // A service's own key stands right below; what is deeper belongs to it.
            let below = key.path.get(services.len()..).unwrap_or_default().trim_start_matches('\\');
            if below.is_empty() || below.contains('\\') {
                continue;
            }
            let descriptor = keys.descriptors().iter().find(|found| found.number == key.descriptor);
            let why = descriptor.and_then(|found| match key.verdict {
                Writable::Unknown => found.problem.as_deref(),
                _ => found.decisions.first().map(|decision| decision.why.as_str()),
            });
            let (may, sure) = (key.granted | key.possible, key.verdict == Writable::Granted);
            let sure = if sure { "" } else { " (not for certain)" };
            writeln!(out, "{below}: {may}{sure}: {}", why.unwrap_or("?"))?;
            if let Some(service) = system.service(&set, below).found() {
                let image = service.image_path();
                let runs = image.as_ok().cloned().unwrap_or_else(|| image.why_not());
                writeln!(out, "  runs {runs}")?;
            }
        }
        let totals = keys.totals();
        writeln!(out, "{} keys looked at, {} writable", totals.keys, totals.granted)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/cluster-broken.SYSTEM");
    let path = std::env::args().nth(1).unwrap_or_else(|| sample.to_owned());
    run(&path, &mut std::io::stdout())
}
