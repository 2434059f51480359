//! Compressed copies of hives, as setup and RDISK.EXE leave them in the Repair folder.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::evidence::{cabinet, szdd};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Packing {
    /// By COMPRESS.EXE (`SZDD`), as in `Repair\system._`.
    Szdd,
    /// In a cabinet (`MSCF`).
    Cabinet,
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Szdd => "compressed by COMPRESS.EXE (SZDD)",
            Self::Cabinet => "a cabinet (MSCF)",
        })
    }
}

/// Why a compressed copy can't be expanded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnpackError {
    /// The file ends within its header.
    #[error("the file ends within its header: copy it again")]
    HeaderCut,
    /// The compression has another mode than the one there is.
    #[error("its compression mode is {found:#04x}, known is only 0x41 (\"A\")")]
    Mode {
        /// The mode's byte.
        found: u8,
    },
    /// It would expand to more than a hive can have, or than a file of its size plausibly gives.
    #[error("it says that it expands to {said} bytes, more than is accepted ({limit})")]
    TooLarge {
        /// The expanded size that it says, in bytes.
        said: u64,
        /// The largest that is accepted, in bytes.
        limit: u64,
    },
    /// The compressed data ends too early.
    #[error("it expands to only {expanded} of the {said} bytes that it should have: copy it again")]
    Cut {
        /// How many bytes could be expanded.
        expanded: u64,
        /// How many it says there are.
        said: u64,
    },
    /// No file in the cabinet is a hive or a log.
    #[error("none of its {files} files is a hive or a transaction log")]
    NoHive {
        /// The number of files.
        files: usize,
    },
    /// The structure is damaged or uses a compression that isn't known.
    #[error("{reason}")]
    Damaged {
        /// What is wrong, in words.
        reason: String,
    },
}

/// Whether bytes begin as a compressed copy that can be expanded does.
pub(crate) fn is_packed(stored: &[u8]) -> bool {
    szdd::is_szdd(stored) || cabinet::is_cabinet(stored)
}

/// Expands a compressed copy; `None` if the bytes aren't one.
pub(crate) fn expand(stored: &[u8]) -> Option<(Packing, Result<Vec<u8>, UnpackError>)> {
    if szdd::is_szdd(stored) {
        Some((Packing::Szdd, szdd::expand(stored)))
    } else if cabinet::is_cabinet(stored) {
        Some((Packing::Cabinet, cabinet::expand(stored)))
    } else {
        None
    }
}
