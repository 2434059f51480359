//! Lists what the last known good control set has otherwise below `Services`: what was changed since the machine last
//! booted well is where to look first.
//!
//! `cargo run --example diff_last_known_good -- PATH`; without a path it reads a sample.

use std::error::Error;
use std::io::Write;

use coldhive::system::Selector;
use coldhive::{Case, DiffKind, DiffOptions};

/// Writes what there is to say of the hive at `path`.
pub(crate) fn run(path: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let case = Case::open(path)?;
    let options = DiffOptions::control_sets(Selector::LastKnownGood, Selector::Current);
    let diff = case.diff(&case, &options.under("Services"))?;
    if let Some(nothing) = diff.nothing_to_compare() {
        writeln!(out, "{nothing}")?;
        return Ok(());
    }
    let mut differences = diff.differences();
    for key in differences.by_ref() {
        let what = match key.difference {
            DiffKind::Removed => "lost",
            DiffKind::Added => "new",
            DiffKind::Changed => "changed",
            _ => "uncertain",
        };
        writeln!(out, "{what}: {}", key.path)?;
        for value in &key.values {
            let text = |side: &Option<coldhive::ValueSide>| {
                let side = side
                    .as_ref()
                    .map(|side| side.text.clone().unwrap_or_else(|| side.data.to_string()));
                side.unwrap_or_else(|| "nothing".into())
            };
            writeln!(out, "  {}: {} -> {}", value.name, text(&value.from), text(&value.to))?;
        }
    }
    writeln!(
        out,
        "{}",
        match differences.differs() {
            Some(true) => "the control sets differ",
            Some(false) => "nothing differs",
            None => "it can't be told whether they differ",
        }
    )?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/cluster-broken.SYSTEM");
    let path = std::env::args().nth(1).unwrap_or_else(|| sample.to_owned());
    run(&path, &mut std::io::stdout())
}
