//! Writing files beside evidence.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file that didn't exist before, of parts: no evidence can be overwritten, not even by a mistaken name.
pub(crate) fn write_new(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = parts.iter().try_for_each(|part| file.write_all(part));
    written.and_then(|()| file.sync_all()).inspect_err(|_| {
        // What is there of it is of no use. If it can't be removed either, the error tells of the file all the same.
        let _ = std::fs::remove_file(path);
    })
}

/// Why a file can't be written, in a sentence.
pub(crate) fn refused(path: &Path, error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::AlreadyExists => {
            "it exists already, and nothing is ever overwritten: choose another name".into()
        }
        _ => error.to_string(),
    };
    format!("{} can't be written: {why}", path.display())
}
