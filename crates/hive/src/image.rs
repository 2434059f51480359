//! The image: the bytes that are read as the hive, and where they came from.

use crate::evidence::Evidence;
use crate::hive::Hive;
use crate::provenance::{Origin, Provenance};
use crate::recovery::{self, Recovery};
use crate::store::Stored;

/// The bytes of a hive as they are read, with the evidence they came from.
///
/// Where a log was applied, these bytes are the primary's with the log's pages laid over them. Else they
/// are the file's own, shared with the evidence and not copied.
#[derive(Clone, Debug)]
pub struct Image {
    evidence: Evidence,
    bytes: Stored,
    provenance: Provenance,
    recovery: Recovery,
}

impl Image {
    /// Makes the image of the primary alone, without looking at logs. (If only its mirror is a hive, of the
    /// mirror.)
    #[must_use]
    pub fn without_logs(evidence: Evidence) -> Self {
        Self::from_parts(evidence, recovery::not_asked)
    }

    /// Makes the image as Windows does when it loads the hive: a dirty primary is brought up to date from
    /// its transaction logs, or replaced by its mirror. [`recovery`](Self::recovery) tells what was done.
    ///
    /// Where evidence was read, and no clone of it is held, the image takes over the memory of the primary's bytes.
    #[must_use]
    pub fn recover(evidence: Evidence) -> Self {
        Self::from_parts(evidence, recovery::recover)
    }

    /// Takes an image that was made from evidence by other means, such as a hive written from text.
    #[must_use]
    pub fn made(evidence: Evidence, bytes: Vec<u8>, provenance: Provenance) -> Self {
        let recovery = recovery::made(&evidence, &bytes);
        Self { evidence, bytes: bytes.into(), provenance, recovery }
    }

    fn from_parts(
        mut evidence: Evidence,
        make: impl FnOnce(&mut Evidence) -> recovery::Made,
    ) -> Self {
        let recovery::Made { bytes, provenance, recovery } = make(&mut evidence);
        Self { evidence, bytes, provenance, recovery }
    }

    /// The files that the image was made from.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The image's bytes: a whole hive file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The reader over the image. It costs nothing: evidence was found to be a hive when it was taken.
    #[must_use]
    pub fn hive(&self) -> Hive<'_> {
        Hive::over(&self.bytes)
    }

    /// What was done to bring the hive up to date, and why.
    #[must_use]
    pub const fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// Where the byte at `offset` of the image comes from. Behind the image's end, and in what no run of the
    /// provenance covers, it is the primary at no offset.
    #[must_use]
    pub fn origin(&self, offset: u64) -> Origin<'_> {
        let run = self.provenance.at(offset);
        Origin {
            file: run
                .and_then(|run| self.evidence.files().get(run.file))
                .unwrap_or_else(|| self.evidence.primary()),
            offset: run.and_then(|run| run.offset),
            entry: run.and_then(|run| run.entry),
            line: run.and_then(|run| run.line),
        }
    }

    /// Where all bytes of the image come from.
    #[must_use]
    pub const fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The hive as a clean file for other tools: file type 0, equal sequence numbers, a checksum that holds, and
    /// as many bytes as the base block says. What stands behind the hive bins data is dropped.
    ///
    /// What isn't there is not made up: an image that is cut short gives a file that is.
    #[must_use]
    pub fn clean_bytes(&self) -> Vec<u8> {
        let (base_block, bins) = self.clean_parts();
        [&base_block, bins].concat()
    }

    /// The same file in two parts, of which only the first is a copy: its base block, and the hive bins data.
    #[must_use]
    pub fn clean_parts(&self) -> (Vec<u8>, &[u8]) {
        recovery::clean(&self.bytes)
    }
}
