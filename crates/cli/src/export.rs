//! `coldhive export`.

use std::io::{self, Write};

use coldhive::hive::Lookup;

use crate::args::ExportArgs;
use crate::{Status, complain, open};

pub(crate) fn run(args: &ExportArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let answer = case.export(&args.key, !args.no_hash);
    let damage = answer.damage().first().map(ToString::to_string).unwrap_or_default();
    let why = match answer {
        Lookup::Found(records) => {
            let mut exported = false;
            for record in records {
                exported |= matches!(record, coldhive::ExportRecord::Key(_));
                serde_json::to_writer(&mut *out, &record)?;
                writeln!(out)?;
            }
            if !exported {
                complain(&format!(
                    "{}: the root key can't be read, so no key was exported; the end line lists the damage",
                    case.path()
                ));
            }
            return Ok(if exported { Status::Good } else { Status::Gaps });
        }
        Lookup::Absent => "there is no such key; paths begin below the root, as ControlSet001\\Services, and export without KEY lists all".to_owned(),
        Lookup::Unreadable(_) => format!("the key is damaged: {damage}"),
        Lookup::Obscured(_) => format!("damage hides whether the key exists: {damage}"),
    };
    complain(&format!("{}: {}: {why}", case.path(), args.key));
    Ok(Status::Gaps)
}
