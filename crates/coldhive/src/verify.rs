//! Verification as a report.

use coldhive_hive::Verification;
use coldhive_rules::HiveInfo;
use serde::Serialize;

use crate::case::Case;
use crate::files::OriginRun;

/// The version of the JSON form of [`VerifyReport`].
pub const VERIFY_SCHEMA: &str = "coldhive.verify/1";

/// What is wrong with the structure of a hive.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct VerifyReport {
    /// [`VERIFY_SCHEMA`].
    pub schema: &'static str,
    /// The hive.
    pub hive: HiveInfo,
    /// Where the bytes of the hive come from, where they aren't all the file's own. Offsets in the findings are offsets
    /// in the hive as it was read, `start` here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<OriginRun>,
    /// What was found.
    pub verification: Verification,
}

impl Case {
    /// Verifies the structure of the hive: all that can be reached, and every bin.
    #[must_use]
    pub fn verify(&self, hash: bool) -> VerifyReport {
        VerifyReport {
            schema: VERIFY_SCHEMA,
            hive: self.hive_info(hash),
            origins: self.origins(),
            verification: Verification::of(self.hive()),
        }
    }
}
