//! Deleted keys and values as a report.

use coldhive_hive::{CellMap, CellTotals, RemnantReport, Remnants};
use coldhive_rules::HiveInfo;
use serde::Serialize;

use crate::case::Case;
use crate::files::OriginRun;
use crate::locate::path_in_file;

/// The version of the JSON form of [`DeletedReport`].
pub const DELETED_SCHEMA: &str = "coldhive.deleted/1";

/// Deleted keys and values that can still be read.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DeletedReport {
    /// [`DELETED_SCHEMA`].
    pub schema: &'static str,
    /// The hive.
    pub hive: HiveInfo,
    /// Where the bytes of the hive come from, where they aren't all the file's own. Offsets in the remnants are offsets
    /// in the hive as it was read, `start` here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<OriginRun>,
    /// The path that the remnants stood at or below, from the hive's root; null for all remnants.
    pub under: Option<String>,
    /// How much of the hive is in use, free, or lost.
    pub totals: CellTotals,
    /// The keys, then the values that no deleted key lists.
    pub remnants: Vec<RemnantReport>,
    /// Whether all was searched to its end: only in hives made to keep readers busy it isn't.
    pub complete: bool,
}

impl Case {
    /// Searches for deleted keys and values: of the whole hive, or of what stood at or below a path, in any form that people
    /// write it in.
    #[must_use]
    pub fn deleted(&self, under: Option<&str>, hash: bool) -> DeletedReport {
        let map = CellMap::of(self.hive());
        let found = Remnants::of(self.hive(), &map);
        let under = under.map(|path| path_in_file(&self.system(), path));
        let remnants = match &under {
            Some(path) => found.reports_of(Box::new(found.under(path))).collect(),
            None => found.reports().collect(),
        };
        DeletedReport {
            schema: DELETED_SCHEMA,
            hive: self.hive_info(hash),
            origins: self.origins(),
            under,
            totals: *map.totals(),
            remnants,
            complete: found.is_complete(),
        }
    }
}
