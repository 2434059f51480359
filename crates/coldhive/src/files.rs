//! The files that a hive was read from, and which of its bytes came from where.

use coldhive_hive::{CellOffset, EvidenceFile, Sha256Digest};
use coldhive_rules::{FileInfo, Place};
use serde::Serialize;

use crate::case::Case;

/// A file's digest, where digests are wanted. Where they aren't, the file is not read for one.
pub(crate) fn digest_of(file: &EvidenceFile, wanted: bool) -> Option<Sha256Digest> {
    if wanted { file.sha256() } else { None }
}

/// Neighbouring bytes of the hive as it was read that come from one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OriginRun {
    /// Where they begin in the hive as it was read, in bytes.
    pub start: u64,
    /// How many they are.
    pub length: u64,
    /// The file that holds them.
    pub file: String,
    /// Where they stand in that file, in bytes; null where no file holds them: fields that recovery set, and
    /// what it filled with zeros.
    pub file_offset: Option<u64>,
    /// The sequence number of the log entry that brought them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_entry: Option<u32>,
}

/// Where a record stands: its cell, and its first byte in the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordPlace {
    /// The cell, relative to the hive bins data.
    pub cell: CellOffset,
    /// The file that holds it: the hive's own, or the log that it was recovered from.
    pub file: String,
    /// Where in that file, in bytes; null where no file holds it.
    pub file_offset: Option<u64>,
    /// The sequence number of the log entry that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_entry: Option<u32>,
}

impl RecordPlace {
    pub(crate) fn of(case: &Case, cell: CellOffset, offset: u64) -> Self {
        let place = case.place(offset);
        Self { cell, file: place.file, file_offset: place.offset, log_entry: place.log_entry }
    }
}

impl Case {
    /// The files of the evidence, the hive's own first: what each is, whether it was used, and why.
    #[must_use]
    pub fn files(&self, hash: bool) -> Vec<FileInfo> {
        let uses = &self.image().recovery().files;
        let files = self.evidence().files().iter().zip(uses);
        files
            .map(|(file, used)| {
                let (path, role) = (file.path().display().to_string(), file.role().to_string());
                let mut info = FileInfo::new(path, role, file.size());
                info.content = file.content().to_string();
                info.packing = file.packing().map(|packing| packing.to_string());
                if hash {
                    info.sha256 = file.sha256().map(|digest| digest.to_string());
                    info.expanded_sha256 = file.expanded_sha256().map(|digest| digest.to_string());
                }
                info.used = used.used;
                info.why.clone_from(&used.why);
                info
            })
            .collect()
    }

    /// Where the bytes of the hive come from, run by run; empty where they are the file's own, as they stand there.
    #[must_use]
    pub fn origins(&self) -> Vec<OriginRun> {
        let runs = self.image().provenance().runs();
        let own = |file: usize, entry: Option<u32>| file == 0 && entry.is_none();
        if self.is_text()
            || runs.iter().all(|run| own(run.file, run.entry) && run.offset == Some(run.start))
        {
            return Vec::new();
        }
        let files = self.evidence().files();
        let name = |file: usize| {
            files.get(file).map(|file| file.path().display().to_string()).unwrap_or_default()
        };
        runs.iter()
            .map(|run| OriginRun {
                start: run.start,
                length: run.length,
                file: name(run.file),
                file_offset: run.offset,
                log_entry: run.entry,
            })
            .collect()
    }

    /// Where the byte at an offset of the hive as it was read stands in the files.
    #[must_use]
    pub fn place(&self, offset: u64) -> Place {
        let origin = self.image().origin(offset);
        Place {
            // Every record of a verdict asks for it, and this is the cheaper way to the same text.
            file: origin.file.path().to_string_lossy().into_owned(),
            offset: origin.offset,
            log_entry: origin.entry,
            line: origin.line,
        }
    }
}
