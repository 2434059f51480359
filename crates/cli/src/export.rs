//! `coldhive export`.

use std::io::{self, BufWriter, Write};

use coldhive::hive::Lookup;

use crate::args::ExportArgs;
use crate::{Status, complain, open};

/// How many bytes are written at a time: an export is twice as large as its hive and more.
const AT_ONCE: usize = 256 << 10;

pub(crate) fn run(args: &ExportArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let Lookup::Found(records) = case.export(&args.key, !args.no_hash) else {
        let report = case.get(&args.key, None, false);
        complain(&format!(
            "{}: {}",
            case.path(),
            report.problem().unwrap_or("the key can't be read")
        ));
        return Ok(Status::Gaps);
    };
    let mut exported = false;
    let mut out = BufWriter::with_capacity(AT_ONCE, out);
    for record in records {
        exported |= matches!(record, coldhive::ExportRecord::Key(_));
        serde_json::to_writer(&mut out, &record)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    if !exported {
        complain(&format!(
            "{}: the root key can't be read, so no key was exported; the end line lists the damage",
            case.path()
        ));
    }
    Ok(if exported { Status::Good } else { Status::Gaps })
}
