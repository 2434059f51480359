//! What a file is by its first bytes, for those who look through many.

use std::path::Path;

use crate::bytes::u32_at;
use crate::evidence::content::Content;
use crate::evidence::error::EvidenceError;
use crate::evidence::packing::{self, Packing};
use crate::evidence::read::read_start;
use crate::identify::{NotAHive, identify};

/// A look at the first bytes of a file: enough to tell whether it is worth to be read.
///
/// ```
/// use coldhive_hive::FirstLook;
/// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
/// assert!(FirstLook::at(format!("{samples}/cluster-sound.SYSTEM"))?.may_be_hive);
/// assert!(!FirstLook::at(format!("{samples}/MANIFEST.json"))?.may_be_hive);
/// # Ok::<(), coldhive_hive::EvidenceError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FirstLook {
    /// Whether it is a hive, or what is left of one that is cut off in its base block, or a compressed copy that may
    /// hold one: what is in a cabinet shows only when it is expanded.
    pub may_be_hive: bool,
    /// The file's size on disk, in bytes.
    pub size: u64,
    /// The most memory that reading it takes, in bytes: its size, and of a compressed copy what that may expand to.
    pub takes: u64,
}

impl FirstLook {
    /// Looks at a file, read-only. What is no regular file is not opened.
    ///
    /// # Errors
    /// [`EvidenceError`] where there is no such file, or it can't be read.
    pub fn at(path: impl AsRef<Path>) -> Result<Self, EvidenceError> {
        let (start, size) = read_start(path.as_ref())?;
        let may_be_hive = match packing::packing(&start) {
            Some(Packing::Szdd) => packing::szdd_begins_with(&start, b"regf"),
            Some(Packing::Cabinet) => true,
            None => match Content::of(&start) {
                Content::Hive => true,
                // Of a hive that is cut off behind its base block this is what is left, unless its type says log.
                Content::BareBaseBlock => !matches!(u32_at(&start, 28), Some(1 | 2 | 6)),
                _ => matches!(identify(&start), Some(NotAHive::TooShort { .. })),
            },
        };
        Ok(Self { may_be_hive, size, takes: size.saturating_add(packing::most(&start, size)) })
    }
}
