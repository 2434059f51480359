//! The image: the bytes that are read as the hive, and where they came from.

use crate::evidence::Evidence;
use crate::hive::Hive;

/// The bytes of a hive as they are read, owned, with the evidence they came from.
///
/// Today the image is the primary file as it is. Pages recovered from transaction logs will be laid
/// over it here, so that nothing behind the image needs to know where a page came from.
#[derive(Clone, Debug)]
pub struct Image {
    evidence: Evidence,
}

impl Image {
    /// Makes the image of a primary file alone, without looking at logs.
    #[must_use]
    pub const fn without_logs(evidence: Evidence) -> Self {
        Self { evidence }
    }

    /// The files that the image was made from.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The image's bytes: a whole hive file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.evidence.bytes()
    }

    /// The reader over the image. It costs nothing: evidence was found to be a hive when it was taken.
    #[must_use]
    pub fn hive(&self) -> Hive<'_> {
        Hive::over(self.bytes())
    }
}
