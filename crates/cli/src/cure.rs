//! Cures: files to read, which nothing applies.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use coldhive::Cure;
use coldhive::rules::Verdict;

use crate::complain;
use crate::write_new::{self, write_new};

/// The cures of a run.
pub(crate) struct Cures<'f> {
    folder: &'f Path,
    /// The names of what was written, in lower case, because some systems take a name in another case for the same.
    written: BTreeSet<String>,
}

impl<'f> Cures<'f> {
    pub(crate) const fn new(folder: &'f Path) -> Self {
        Self { folder, written: BTreeSet::new() }
    }

    /// Writes the cure of a verdict, and says so among its next steps. Whether that could be done.
    pub(crate) fn write(&mut self, cure: &mut Cure, verdict: &mut Verdict) -> bool {
        // Copies of one hive have cures of one name.
        let mut number = 1;
        while self.has(&cure.text_name()) {
            number += 1;
            cure.set_number(number);
        }
        let (step, is_done) = match files(self.folder, cure) {
            Ok(names) => {
                self.written.insert(cure.text_name().to_ascii_lowercase());
                (format!("Read the cure, of which nothing was applied: {names}"), true)
            }
            Err(why) => {
                complain(&why);
                (format!("No cure was written: {why}"), false)
            }
        };
        verdict.next_steps.insert(0, step);
        is_done
    }

    fn has(&self, name: &str) -> bool {
        self.written.contains(&name.to_ascii_lowercase())
    }
}

/// Writes what would put right what a verdict found into a folder; the names of the files, or why there are none.
///
/// All of them are written or none: what is there already is never overwritten.
fn files(folder: &Path, cure: &Cure) -> Result<String, String> {
    let mut files = vec![(cure.text_name(), cure.text())];
    if !cure.changes.is_empty() {
        files.push((cure.reg_name(), cure.reg()));
        files.push((cure.undo_name(), cure.undo()));
    }
    fs::create_dir_all(folder)
        .map_err(|error| format!("{}: the folder can't be made: {error}", folder.display()))?;
    let paths: Vec<_> = files.iter().map(|(name, _)| folder.join(name)).collect();
    let says = |path: &Path, error: &io::Error| write_new::refused(path, error);
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(says(path, &io::ErrorKind::AlreadyExists.into()));
    }
    for (number, (path, (_, text))) in paths.iter().zip(&files).enumerate() {
        write_new(path, &[text.as_bytes()]).map_err(|error| {
            // Those that were written by now are of no use alone, and are this run's own.
            paths.iter().take(number).for_each(|path| drop(fs::remove_file(path)));
            says(path, &error)
        })?;
    }
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    Ok(names.join(", "))
}
