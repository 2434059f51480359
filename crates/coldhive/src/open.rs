//! Opening what an analyst has: a hive with its logs, a compressed copy, an exported text.

use std::path::{Path, PathBuf};

use coldhive_forge::reg::{self, CodePage, RegError, RegHive, RegOptions};
use coldhive_hive::{
    Beside, CellOffset, Evidence, EvidenceError, Image, NotAHive, Provenance, ProvenanceRun,
    Reading,
};
use coldhive_system::Mount;
use thiserror::Error;

use crate::case::{Case, SoftwareText, Text};

/// Which files are read beside the hive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Logs {
    /// What stands beside it by name: its transaction logs, its mirror, its backup. A dirty hive is recovered.
    #[default]
    Auto,
    /// None: the hive is read as it is in its primary file.
    None,
    /// These. A dirty hive is recovered from them.
    Files(Vec<PathBuf>),
}

/// How to open a case.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OpenOptions {
    /// Which files to read beside the hive.
    pub logs: Logs,
    /// The key of the machine that is the root of the file, where that isn't `HKLM\SYSTEM` and can't be
    /// told from the keys.
    pub mounted_at: Option<Mount>,
    /// The ANSI code page of the machine that an exported text comes from.
    pub code_page: Option<CodePage>,
    /// How the files come into memory: read (the default), or mapped (`Reading::Mapped`, with the feature `mmap`). An
    /// exported text is always read.
    pub reading: Reading,
}

/// Why a file gives no case.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file can't be taken as evidence.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The file is an exported text (`.reg`) that is not understood.
    #[error("{}: this text is no registry export that is understood: {reason}", path.display())]
    Text {
        /// The path as given.
        path: PathBuf,
        /// What is wrong with it, with lines.
        reason: RegError,
    },
}

impl OpenError {
    /// The path that was asked for.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Evidence(error) => error.path(),
            Self::Text { path, .. } => path,
        }
    }
}

impl Case {
    /// Opens a hive file and what stands beside it, read-only. A dirty hive is recovered in memory.
    ///
    /// # Errors
    /// [`OpenError`] says what stands at the path instead of a hive.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OpenError> {
        Self::open_with(path, &OpenOptions::default())
    }

    /// Opens a hive file as the options say. A registry export in text form (`.reg`) is made into a hive in memory.
    ///
    /// # Errors
    /// [`OpenError`] says what stands at the path instead of a hive.
    pub fn open_with(path: impl Into<PathBuf>, options: &OpenOptions) -> Result<Self, OpenError> {
        let path = path.into();
        let beside = match &options.logs {
            Logs::Auto => Beside::Auto,
            Logs::None => Beside::None,
            Logs::Files(files) => Beside::Given(files.clone()),
        };
        let case = match Evidence::gather_with(&path, &beside, options.reading) {
            Ok(evidence) if options.logs == Logs::None => Self::of(Image::without_logs(evidence)),
            Ok(evidence) => Self::of(Image::recover(evidence)),
            Err(EvidenceError::NotAHive { reason: NotAHive::RegText, .. }) => {
                Self::of_text(Evidence::open_text(&path)?, options.code_page)?
            }
            Err(error) => return Err(error.into()),
        };
        Ok(match options.mounted_at.clone() {
            Some(mount) => case.mounted_at(mount),
            None => case,
        })
    }

    /// Takes a hive, or a registry export in text form, that is in memory, under a name for reports.
    ///
    /// # Errors
    /// [`OpenError`] if the bytes are neither.
    pub fn from_bytes(name: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, OpenError> {
        if reg::is_reg_text(&bytes) {
            return Self::of_text(Evidence::of_text(name, bytes), None);
        }
        Ok(Self::new(Evidence::from_bytes(name, bytes)?))
    }

    /// Makes a case of evidence. A dirty hive is recovered from what logs the evidence has.
    #[must_use]
    pub fn new(evidence: Evidence) -> Self {
        Self::of(Image::recover(evidence))
    }

    /// Makes a hive of a registry export.
    fn of_text(evidence: Evidence, code_page: Option<CodePage>) -> Result<Self, OpenError> {
        let mut options = RegOptions::default();
        options.code_page = code_page;
        match reg::parse(evidence.bytes(), &options) {
            Ok(made) => Ok(Self::of_export(evidence, made)),
            Err(reason) => Err(OpenError::Text { path: evidence.path().to_owned(), reason }),
        }
    }

    fn of_export(evidence: Evidence, made: RegHive) -> Self {
        let length = u64::try_from(made.bytes.len()).unwrap_or(u64::MAX);
        let provenance = places(&made, length);
        let mount = Mount::below_system(&made.root);
        // Below a root that isn't HKLM\SYSTEM, or a key loaded in its place, paths are those of the hive.
        let full = |path: &String| {
            let below = mount.as_ref().map_or_else(|| path.clone(), |mount| mount.full(path));
            Mount::below_system(&format!("HKLM\\SYSTEM\\{below}"))
        };
        let exported = made.exported.iter().filter_map(full).collect();
        let in_software = |path: &String| Mount::below_software(&format!("{}\\{path}", made.root));
        let software = Mount::below_software(&made.root).map(|mount| SoftwareText {
            mount,
            exported: made.exported.iter().filter_map(in_software).collect(),
        });
        let text = Text { exported, software, notes: made.notes, encoding: made.encoding };
        let case = Self::of(Image::made(evidence, made.bytes, provenance)).with_text(text);
        match mount {
            Some(mount) => case.mounted_at(mount),
            None => case,
        }
    }
}

/// Each record of the hive comes from a line of the text, up to where the next record's cell begins.
fn places(made: &RegHive, length: u64) -> Provenance {
    let starts = made.places.iter().map(|place| CellOffset::new(place.cell).file_offset());
    let ends = starts.clone().skip(1).chain([length]);
    let runs =
        made.places.iter().zip(starts.zip(ends)).map(|(place, (start, end))| ProvenanceRun {
            start,
            length: end.saturating_sub(start),
            file: 0,
            offset: Some(place.offset),
            entry: None,
            line: Some(place.line),
        });
    Provenance::new(runs.collect())
}
