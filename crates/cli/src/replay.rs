//! `coldhive replay`.

use std::io::{self, Write};

use coldhive::hive::Sha256Digest;

use crate::args::ReplayArgs;
use crate::text::{self, Labelled, count};
use crate::write_new::{self, write_new};
use crate::{Status, complain, files, open};

pub(crate) fn run(args: &ReplayArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(case) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let recovery = case.image().recovery();
    if case.is_text() {
        complain(&format!(
            "{}: a registry export in text form has nothing to recover",
            case.path()
        ));
        return Ok(Status::Gaps);
    }
    if recovery.is_dirty {
        complain(&format!(
            "{}: not written, for the hive stays dirty: {}",
            case.path(),
            recovery.summary
        ));
        return Ok(Status::Gaps);
    }
    let (base_block, bins) = case.image().clean_parts();
    let parts = [&*base_block, bins];
    if let Err(error) = write_new(&args.output, &parts) {
        complain(&write_new::refused(&args.output, &error));
        return Ok(Status::Gaps);
    }
    let mut lines = Labelled::new(out, 0, 15);
    lines.line("hive", &case.path())?;
    files::write(&mut lines, &case.files(!args.no_hash))?;
    text::state(&mut lines, &case)?;
    lines.lines("note", case.notes())?;
    lines.line("written", &args.output.display().to_string())?;
    let size: usize = parts.iter().map(|part| part.len()).sum();
    lines.line("size", &count(size as u64, "byte"))?;
    if !args.no_hash {
        lines.line("sha256", &Sha256Digest::of_parts(parts).to_string())?;
    }
    Ok(Status::Good)
}
