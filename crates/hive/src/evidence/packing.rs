//! Compressed copies of hives, as setup and RDISK.EXE leave them in the Repair folder.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use crate::evidence::szdd::begins_with as szdd_begins_with;
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

/// How the file is compressed whose first bytes these are, if it can be expanded.
pub(crate) fn packing(start: &[u8]) -> Option<Packing> {
    match () {
        () if szdd::is_szdd(start) => Some(Packing::Szdd),
        () if cabinet::is_cabinet(start) => Some(Packing::Cabinet),
        () => None,
    }
}

/// The most bytes that a file of this size and with these first bytes is expanded to; 0 if it is not compressed.
pub(crate) fn most(start: &[u8], size: u64) -> u64 {
    match packing(start) {
        Some(Packing::Szdd) => szdd::most(start, size),
        Some(Packing::Cabinet) => cabinet::most(size),
        None => 0,
    }
}

/// Expands a compressed copy; `None` if the bytes aren't one.
pub(crate) fn expand(stored: &[u8]) -> Option<(Packing, Result<Vec<u8>, UnpackError>)> {
    packing(stored).map(|packing| match packing {
        Packing::Szdd => (packing, szdd::expand(stored)),
        Packing::Cabinet => (packing, cabinet::expand(stored)),
    })
}
