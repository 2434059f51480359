//! `coldhive replay`.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use coldhive::hive::Sha256Digest;

use crate::args::ReplayArgs;
use crate::text::{self, Labelled, count};
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
    let bytes = case.image().clean_bytes();
    if let Err(error) = write_new(&args.output, &bytes) {
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                "it exists already, and nothing is ever overwritten: choose another name".into()
            }
            _ => error.to_string(),
        };
        complain(&format!("{} can't be written: {why}", args.output.display()));
        return Ok(Status::Gaps);
    }
    let mut lines = Labelled::new(out, 0, 15);
    lines.line("hive", &case.path())?;
    files::write(&mut lines, &case.files(!args.no_hash))?;
    text::state(&mut lines, &case)?;
    lines.lines("note", case.notes())?;
    lines.line("written", &args.output.display().to_string())?;
    lines.line("size", &count(bytes.len() as u64, "byte"))?;
    if !args.no_hash {
        lines.line("sha256", &Sha256Digest::of(&bytes).to_string())?;
    }
    Ok(Status::Good)
}

/// Writes a file that didn't exist before: no evidence can be overwritten, not even by a mistaken name.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| {
        // What is there of it is no hive. If it can't be removed either, the error tells of the file all the same.
        let _ = std::fs::remove_file(path);
    })
}
