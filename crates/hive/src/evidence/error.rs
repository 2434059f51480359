//! Why a file can't be taken as evidence.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::evidence::packing::{Packing, UnpackError};
use crate::identify::NotAHive;

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
    /// The file is a compressed copy that can't be expanded.
    #[error("{} is {packing} and can't be expanded: {reason}", path.display())]
    Packed {
        /// The path as given.
        path: PathBuf,
        /// How it is compressed.
        packing: Packing,
        /// What is wrong with it.
        reason: UnpackError,
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
            | Self::NotAHive { path, .. }
            | Self::Packed { path, .. } => path,
        }
    }

    /// Whether there is a file, so that a mirror beside it could stand in for it.
    pub(crate) const fn may_have_mirror(&self) -> bool {
        matches!(
            self,
            Self::Io { .. } | Self::TooLarge { .. } | Self::NotAHive { .. } | Self::Packed { .. }
        )
    }
}
