//! A file that a run writes to: beside the evidence, never into it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use coldhive_hive::FoldedName;
use thiserror::Error;

/// What hives and their logs begin with, hives of Windows 9x, the two forms in which setup compresses them, and exported
/// texts of both versions.
const SIGNATURES: [&[u8]; 7] = [
    b"regf",
    b"CREG",
    b"SZDD",
    b"MSCF",
    b"REGEDIT4",
    b"Windows Registry Editor",
    b"\xff\xfeW\0i\0n\0d\0o\0w\0s\0 \0R\0e\0g\0i\0s\0t\0r\0y\0 \0",
];
/// As many bytes as the longest of them.
const LONGEST: u64 = 64;

/// A file for output.
///
/// A file that exists is left alone, unless `force` is given; then the output goes to a file of the same name with
/// `.partial` behind it, which takes its place in [`finish`](Self::finish). Evidence is never replaced, `force` or not: no
/// file that a run reads, by whatever name or link, none that by its name is a log or mirror of a hive that it reads, be it there or
/// not, and nothing that begins like a hive, a log or an exported text.
///
/// ```
/// use std::io::Write as _;
/// use coldhive::output::OutputFile;
///
/// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
/// let hive = format!("{samples}/cluster-broken.SYSTEM");
/// let refused = OutputFile::create(hive.as_ref(), true, [hive.as_ref()]).unwrap_err();
/// assert!(refused.to_string().contains("is evidence"));
/// ```
#[derive(Debug)]
pub struct OutputFile {
    file: File,
    path: PathBuf,
    /// Where it is written until it is whole.
    partial: Option<PathBuf>,
}

/// Why a file isn't written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutputFileError {
    /// It is there already.
    #[error("{} exists already: choose another name, or replace it with --force", .0.display())]
    Exists(PathBuf),
    /// It is what the run reads, or looks like it.
    #[error("{} is evidence, which is never written to: choose another name", .0.display())]
    Evidence(PathBuf),
    /// It can't be replaced as a whole.
    #[error("{} is no regular file, and is not replaced: choose another name", .0.display())]
    NotAFile(PathBuf),
    /// What an earlier run left is in the way.
    #[error("{} is in the way, left over from a run that did not end: look at it, and remove it", .0.display())]
    LeftOver(PathBuf),
    /// The system refuses.
    #[error("{} can't be written: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl OutputFile {
    /// Makes the file. `evidence` is all that the run reads, as far as it is known; logs and mirrors beside are known by
    /// their bytes.
    ///
    /// # Errors
    /// [`OutputFileError`], which says what to do instead. Nothing was changed then.
    pub fn create<'p>(
        path: &Path,
        force: bool,
        evidence: impl IntoIterator<Item = &'p Path>,
    ) -> Result<Self, OutputFileError> {
        let io = |path: &Path, error| OutputFileError::Io { path: path.to_owned(), error };
        let found = match fs::symlink_metadata(path) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(io(path, error)),
        };
        let is_read = |read: &Path| found.is_some() && is_same(read, path);
        if evidence.into_iter().any(|read| is_read(read) || would_belong_to(path, read)) {
            return Err(OutputFileError::Evidence(path.to_owned()));
        }
        let Some(found) = found.filter(|_| force) else {
            return match create_new(path) {
                Ok(file) => Ok(Self { file, path: path.to_owned(), partial: None }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    Err(OutputFileError::Exists(path.to_owned()))
                }
                Err(error) => Err(io(path, error)),
            };
        };
        if !found.is_file() {
            return Err(OutputFileError::NotAFile(path.to_owned()));
        }
        if begins_like_evidence(path).map_err(|error| io(path, error))? {
            return Err(OutputFileError::Evidence(path.to_owned()));
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".partial");
        let partial = PathBuf::from(name);
        match create_new(&partial) {
            Ok(file) => Ok(Self { file, path: path.to_owned(), partial: Some(partial) }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(OutputFileError::LeftOver(partial))
            }
            Err(error) => Err(io(&partial, error)),
        }
    }

    /// Where the output stands now: until [`finish`](Self::finish) a file that is replaced has `.partial` behind its name.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.partial.as_deref().unwrap_or(&self.path)
    }

    /// Whether it is to take the place of another.
    #[must_use]
    pub const fn replaces(&self) -> bool {
        self.partial.is_some()
    }

    /// Brings what was written to the disk, and puts it in its place.
    ///
    /// # Errors
    /// [`OutputFileError::Io`]; what was written by then stands at [`path`](Self::path).
    pub fn finish(self) -> Result<(), OutputFileError> {
        let io = |path: &Path, error| OutputFileError::Io { path: path.to_owned(), error };
        self.file.sync_all().map_err(|error| io(self.path(), error))?;
        let Some(partial) = &self.partial else { return Ok(()) };
        fs::rename(partial, &self.path).map_err(|error| io(&self.path, error))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn create_new(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

fn begins_like_evidence(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(File::open(path)?, LONGEST), &mut start)?;
    Ok(SIGNATURES.iter().any(|signature| start.starts_with(signature)))
}

/// Whether a file of this path would be taken for a log or a mirror of that hive, and read with it.
fn would_belong_to(path: &Path, hive: &Path) -> bool {
    let name = |path: &Path| path.file_name().map(FoldedName::of);
    let belongs = name(path).and_then(|name| name.belongs_to());
    let is_its_name = belongs.is_some_and(|(of, _)| name(hive) == Some(of));
    let folder = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()
    };
    is_its_name && folder(path) == folder(hive)
}

/// Whether two paths lead to one file.
fn is_same(a: &Path, b: &Path) -> bool {
    let paths = || Some(fs::canonicalize(a).ok()? == fs::canonicalize(b).ok()?);
    is_same_inode(a, b) || paths().unwrap_or(false)
}

#[cfg(unix)]
fn is_same_inode(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path| fs::metadata(path).map(|found| (found.dev(), found.ino()));
    matches!((identity(a), identity(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(not(unix))]
fn is_same_inode(_: &Path, _: &Path) -> bool {
    false
}
