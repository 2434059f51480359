//! Evidence: the files that were handed in. Opened read-only, never written to.

mod cabinet;
mod content;
mod digest;
mod error;
mod file;
mod gather;
mod look;
mod name;
mod packing;
mod read;
mod role;
mod szdd;

use std::path::{Path, PathBuf};

pub use content::Content;
pub use digest::Sha256Digest;
pub use error::EvidenceError;
pub use file::EvidenceFile;
pub use look::FirstLook;
pub use name::FoldedName;
pub use packing::{Packing, UnpackError};
pub use role::Role;

use crate::store::Stored;
use read::Wanted;

/// The files of one hive, as they were when they were read: the primary first, then what belongs to it.
///
/// At least one of them is a hive: the primary or, where that can't be read as one, its mirror. (Only
/// [`of_text`](Self::of_text) takes something else.)
///
/// ```
/// use coldhive_hive::{Evidence, EvidenceError, NotAHive};
/// let evidence = Evidence::from_bytes("SYSTEM", vec![]);
/// assert!(matches!(evidence, Err(EvidenceError::NotAHive { reason: NotAHive::Empty, .. })));
/// ```
#[derive(Clone, Debug)]
pub struct Evidence {
    primary: EvidenceFile,
    /// The primary (again, sharing its bytes), then its companions.
    files: Vec<EvidenceFile>,
    notes: Vec<String>,
}

/// Which files to take beside the primary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Beside {
    /// Those whose names are the primary's with `.LOG`, `.LOG1`, `.LOG2`, `.ALT` or `.SAV` behind it,
    /// in the same folder, regardless of case.
    #[default]
    Auto,
    /// None.
    None,
    /// These and no others.
    Given(Vec<PathBuf>),
}

/// How the bytes of a file come into memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// They are read at once: the memory of the file's size, and what becomes of the file later doesn't matter.
    #[default]
    Read,
    /// The file is mapped into memory, privately and read-only, and only those pages are read that are looked at. What
    /// can't be mapped is read: compressed copies (which are expanded), and files on file systems that don't support
    /// it.
    ///
    /// The file must stay as it is. Where it is cut short meanwhile, or a page of it can't be read from the disk, the
    /// system ends the process (SIGBUS, on Windows an in-page error), and no error can tell of it; what other
    /// programs write to it may show in some places and not in others. So map copies that nobody else writes to.
    #[cfg(feature = "mmap")]
    Mapped,
}

impl Evidence {
    /// Reads a hive file alone. Nothing is ever written to it. A compressed copy is expanded in memory.
    ///
    /// # Errors
    /// [`EvidenceError`] says what stands at the path instead. What is not a hive is told by its
    /// first bytes, before the rest is read.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, EvidenceError> {
        Self::gather(path, &Beside::None)
    }

    /// Reads a hive file and what belongs to it: transaction logs, mirror, backup. A companion that can't
    /// be read is kept with its [problem](EvidenceFile::problem).
    ///
    /// Where the primary is there but can't be read as a hive, and a mirror (`.ALT`) that is a hive stands
    /// beside it, the evidence is accepted for the mirror's sake.
    ///
    /// # Errors
    /// [`EvidenceError`] says what stands at the path instead of a hive.
    pub fn gather(path: impl Into<PathBuf>, beside: &Beside) -> Result<Self, EvidenceError> {
        Self::gather_with(path, beside, Reading::default())
    }

    /// The same, with a choice of how the files are read: the hive's own, and those beside it.
    ///
    /// # Errors
    /// [`EvidenceError`] says what stands at the path instead of a hive.
    pub fn gather_with(
        path: impl Into<PathBuf>,
        beside: &Beside,
        reading: Reading,
    ) -> Result<Self, EvidenceError> {
        let path = path.into();
        match read::read_file(&path, Role::Primary, Wanted::Hives, reading)
            .and_then(EvidenceFile::must_be_hive)
        {
            Ok(primary) => {
                let companions = gather::companions(&path, beside, reading);
                Ok(Self::of(primary, companions.files, companions.notes))
            }
            Err(error) if error.may_have_mirror() => {
                let companions = gather::companions(&path, beside, reading);
                if !companions.files.iter().any(is_mirror) {
                    return Err(error);
                }
                let primary = read::read_file(&path, Role::Primary, Wanted::Anything, reading)
                    .unwrap_or_else(|error| EvidenceFile::unreadable(Role::Primary, error));
                Ok(Self::of(primary, companions.files, companions.notes))
            }
            Err(error) => Err(error),
        }
    }

    /// Takes bytes that are in memory already, under a name for reports. A compressed copy is expanded.
    ///
    /// # Errors
    /// [`EvidenceError::NotAHive`] if they aren't a hive's, [`EvidenceError::Packed`] if they can't be expanded.
    pub fn from_bytes(
        name: impl Into<PathBuf>,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<Self, EvidenceError> {
        EvidenceFile::new(name.into(), Role::Primary, bytes.into().into())
            .must_be_hive()
            .map(|primary| Self::of(primary, Vec::new(), Vec::new()))
    }

    /// Reads a file of text that a hive is made from. See [`of_text`](Self::of_text).
    ///
    /// # Errors
    /// [`EvidenceError`] where there is no such file, or it can't be read.
    pub fn open_text(path: impl Into<PathBuf>) -> Result<Self, EvidenceError> {
        let text = read::read_file(&path.into(), Role::Primary, Wanted::Anything, Reading::Read)?
            .into_text();
        Ok(Self::of(text, Vec::new(), Vec::new()))
    }

    /// Takes text that a hive is made from, under a name for reports. Nothing is asked of it here; the
    /// image over it is made with [`Image::made`](crate::Image::made).
    #[must_use]
    pub fn of_text(name: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        let text = EvidenceFile::of_text(name.into(), bytes.into());
        Self::of(text, Vec::new(), Vec::new())
    }

    /// Adds a companion that is in memory. Its role is what its name says.
    #[must_use]
    pub fn with_file(mut self, name: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        let name = name.into();
        let role = Role::of_companion(&name);
        self.files.push(EvidenceFile::new(name, role, bytes.into().into()));
        self
    }

    fn of(primary: EvidenceFile, companions: Vec<EvidenceFile>, notes: Vec<String>) -> Self {
        let files = std::iter::once(primary.clone()).chain(companions).collect();
        Self { primary, files, notes }
    }

    /// Takes the primary's bytes out. Until they are put back it has none.
    pub(crate) fn take_primary(&mut self) -> Stored {
        if let Some(first) = self.files.first_mut() {
            drop(first.take_bytes());
        }
        self.primary.take_bytes()
    }

    pub(crate) fn put_back_primary(&mut self, bytes: Stored) {
        if let Some(first) = self.files.first_mut() {
            first.put_back(bytes.clone());
        }
        self.primary.put_back(bytes);
    }

    /// The primary: the file that was asked for.
    #[must_use]
    pub const fn primary(&self) -> &EvidenceFile {
        &self.primary
    }

    /// All files, the primary first.
    #[must_use]
    pub fn files(&self) -> &[EvidenceFile] {
        &self.files
    }

    /// What there is to say of how the files were found, in sentences.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The path or name of the primary as given.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.primary.path()
    }

    /// The primary's bytes; none if it can't be read and its mirror stands in. See [`EvidenceFile::bytes`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.primary.bytes()
    }

    /// The SHA-256 of the primary as it is on disk, computed when first asked for. Of a primary that
    /// can't be read there is none, and this is the digest of no bytes; [`EvidenceFile::sha256`] tells.
    #[must_use]
    pub fn sha256(&self) -> Sha256Digest {
        self.primary.sha256().unwrap_or_else(|| Sha256Digest::of(&[]))
    }
}

/// Whether a companion is a mirror of the hive.
pub(crate) fn is_mirror(file: &EvidenceFile) -> bool {
    file.role() == Role::Alternate && file.content() == Content::Hive
}
