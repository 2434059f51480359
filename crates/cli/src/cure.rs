//! Cures: files to read, which nothing applies.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use coldhive::Case;
use coldhive::rules::Verdict;

use crate::args::{CheckArgs, ReportFormat};
use crate::text::safe;
use crate::write_new::{self, write_new};
use crate::{Status, complain};

/// The cures of a run of `check`.
pub(crate) struct Cures<'a> {
    folder: Option<&'a Path>,
    /// Whether their names stand with the verdicts; else they go to stderr.
    with_verdicts: bool,
    /// For each verdict the files, or why there are none.
    written: Vec<Result<String, String>>,
}

impl<'a> Cures<'a> {
    pub(crate) fn of(args: &'a CheckArgs) -> Self {
        let with_verdicts = args.format == ReportFormat::Text;
        Self { folder: args.emit_cure.as_deref(), with_verdicts, written: Vec::new() }
    }

    /// Writes the cure of each verdict, if they were asked for.
    pub(crate) fn write(&mut self, case: &Case, verdicts: &[Verdict]) {
        let Some(folder) = self.folder else { return };
        for verdict in verdicts {
            let written = write(folder, case, verdict);
            match &written {
                Ok(names) if !self.with_verdicts => complain(&format!("cure: {names}")),
                Ok(_) => {}
                Err(why) => complain(why),
            }
            self.written.push(written);
        }
    }

    /// Names the files of a verdict, in a line behind it.
    pub(crate) fn tell(&self, out: &mut impl Write, verdict: usize) -> io::Result<()> {
        match self.written.get(verdict) {
            Some(Ok(names)) => {
                writeln!(out, "Cure (to read; nothing is applied): {}\n", safe(names))
            }
            Some(Err(why)) => writeln!(out, "Cure: not written: {}\n", safe(why)),
            None => Ok(()),
        }
    }

    /// The status of the run: its own, unless a cure could not be written.
    pub(crate) fn status(&self, own: Status) -> Status {
        if self.written.iter().any(Result::is_err) { Status::Gaps } else { own }
    }
}

/// Writes what would put right what a verdict found into a folder; the names of the files, or why there are none.
///
/// All of them are written or none: what is there already is never overwritten.
fn write(folder: &Path, case: &Case, verdict: &Verdict) -> Result<String, String> {
    let Some(cure) = case.cure(verdict) else {
        return Ok("none, for the verdict tells of nothing that a cure is known for".into());
    };
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
        write_new(path, text.as_bytes()).map_err(|error| {
            // Those that were written by now are of no use alone, and are this run's own.
            paths.iter().take(number).for_each(|path| drop(fs::remove_file(path)));
            says(path, &error)
        })?;
    }
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    Ok(names.join(", "))
}
