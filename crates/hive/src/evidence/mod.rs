//! Evidence: the files that were handed in. Opened read-only, never written to.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::base_block::BASE_BLOCK_SIZE;
use crate::identify::{NotAHive, identify};
use crate::offset::HIVE_BINS_START;

/// The largest file that can be a hive, in bytes: offsets in it have 32 bits.
const LARGEST_HIVE: u64 = HIVE_BINS_START + (1 << 32);
/// As much as is read to see whether a file is a hive at all.
const SAMPLE_SIZE: u64 = BASE_BLOCK_SIZE as u64 + 4;

/// A primary hive file, read into memory as it was.
///
/// ```
/// use coldhive_hive::{Evidence, EvidenceError, NotAHive};
/// let evidence = Evidence::from_bytes("SYSTEM", vec![]);
/// assert!(matches!(evidence, Err(EvidenceError::NotAHive { reason: NotAHive::Empty, .. })));
/// ```
#[derive(Clone, Debug)]
pub struct Evidence {
    path: PathBuf,
    bytes: Arc<Vec<u8>>,
    sha256: OnceLock<Sha256Digest>,
}

/// A SHA-256 digest; prints in lower-case hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sha256Digest([u8; 32]);

impl Sha256Digest {
    /// The digest of bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl std::fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Why a file can't be taken as evidence.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// There is no such file.
    #[error("there is no file {}: check the path", path.display())]
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// The path is a folder.
    #[error("{} is a folder: give the hive file in it, as {}", path.display(), path.join("SYSTEM").display())]
    IsFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// The path is a device, a pipe or a socket.
    #[error("{} is not a regular file (a device, pipe or socket): copy the hive to a file first", path.display())]
    NotAFile {
        /// The path as given.
        path: PathBuf,
    },
    /// The system refused to open or read the file.
    #[error("{} can't be read: {source}", path.display())]
    Io {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is larger than any hive can be.
    #[error("{} has {size} bytes, more than any hive can have (4 GiB)", path.display())]
    TooLarge {
        /// The path as given.
        path: PathBuf,
        /// The file's size in bytes.
        size: u64,
    },
    /// The file is no hive.
    #[error("{}: {reason}", path.display())]
    NotAHive {
        /// The path as given.
        path: PathBuf,
        /// What it is instead.
        reason: NotAHive,
    },
}

impl EvidenceError {
    /// The path that was asked for.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::NotFound { path }
            | Self::IsFolder { path }
            | Self::NotAFile { path }
            | Self::Io { path, .. }
            | Self::TooLarge { path, .. }
            | Self::NotAHive { path, .. } => path,
        }
    }
}

impl Evidence {
    /// Reads a hive file. Nothing is ever written to it.
    ///
    /// # Errors
    /// [`EvidenceError`] says what stands at the path instead. What is not a hive is told by its
    /// first bytes, before the rest is read.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, EvidenceError> {
        let path = path.into();
        // Looked at before it is opened: opening a pipe would wait for its writer.
        let kind = match fs::metadata(&path) {
            Ok(kind) => kind,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(EvidenceError::NotFound { path });
            }
            Err(source) => return Err(EvidenceError::Io { path, source }),
        };
        if kind.is_dir() {
            return Err(EvidenceError::IsFolder { path });
        }
        if !kind.is_file() {
            return Err(EvidenceError::NotAFile { path });
        }
        match read_hive(&path) {
            Ok(Ok(bytes)) => Self::from_bytes(path, bytes),
            Ok(Err(ReadStop::NotAHive(reason))) => Err(EvidenceError::NotAHive { path, reason }),
            Ok(Err(ReadStop::TooLarge(size))) => Err(EvidenceError::TooLarge { path, size }),
            Err(source) => Err(EvidenceError::Io { path, source }),
        }
    }

    /// Takes bytes that are in memory already, under a name for reports.
    ///
    /// # Errors
    /// [`EvidenceError::NotAHive`] if they aren't a hive's.
    pub fn from_bytes(
        name: impl Into<PathBuf>,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<Self, EvidenceError> {
        let (path, bytes) = (name.into(), bytes.into());
        match identify(&bytes) {
            Some(reason) => Err(EvidenceError::NotAHive { path, reason }),
            None => Ok(Self { path, bytes: Arc::new(bytes), sha256: OnceLock::new() }),
        }
    }

    /// The path or name as given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The SHA-256 of the file; computed when first asked for.
    #[must_use]
    pub fn sha256(&self) -> Sha256Digest {
        *self.sha256.get_or_init(|| Sha256Digest::of(&self.bytes))
    }
}

enum ReadStop {
    NotAHive(NotAHive),
    TooLarge(u64),
}

fn read_hive(path: &Path) -> io::Result<Result<Vec<u8>, ReadStop>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(SAMPLE_SIZE).read_to_end(&mut bytes)?;
    if let Some(reason) = identify(&bytes) {
        return Ok(Err(ReadStop::NotAHive(reason)));
    }
    let size = file.metadata()?.len();
    if size > LARGEST_HIVE {
        return Ok(Err(ReadStop::TooLarge(size)));
    }
    // Reserved at once: growing by doubling would for a moment need three times the file's size. Should
    // the file grow meanwhile, the reading goes on, up to the limit.
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let rest = usize::try_from(size.saturating_sub(read)).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(rest)?;
    file.take(LARGEST_HIVE.saturating_sub(read)).read_to_end(&mut bytes)?;
    Ok(Ok(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_the_memory_of_its_size_and_no_more() {
        let path =
            std::env::temp_dir().join(format!("coldhive-evidence-size-{}", std::process::id()));
        let mut file = b"regf".to_vec();
        file.resize(1_000_000, 7);
        fs::write(&path, &file).unwrap();
        let read = read_hive(&path).map(Result::ok);
        fs::remove_file(&path).unwrap();
        let bytes = read.unwrap().expect("it begins as a hive does");
        assert_eq!(bytes, file);
        assert_eq!(bytes.capacity(), file.len());
    }
}
