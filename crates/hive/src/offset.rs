//! Where a cell stands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where the hive bins data begins in a hive file, in bytes: right behind the base block.
pub const HIVE_BINS_START: u64 = 4096;

/// Where a cell's size field stands, in bytes relative to the hive bins data.
///
/// This is the number that records use to point at each other. In the file the cell stands
/// [`HIVE_BINS_START`] further on.
///
/// ```
/// use coldhive_hive::CellOffset;
/// assert_eq!(CellOffset::new(0x20).file_offset(), 0x1020);
/// assert_eq!(CellOffset::new(0x20).to_string(), "0x20");
/// assert!(CellOffset::NONE.is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(description = "A cell, relative to the hive bins data, in bytes.")
)]
#[serde(transparent)]
pub struct CellOffset(u32);

impl CellOffset {
    /// The offset that points nowhere, `0xFFFFFFFF`.
    pub const NONE: Self = Self(u32::MAX);

    /// Wraps an offset relative to the hive bins data.
    #[must_use]
    #[inline]
    pub const fn new(offset: u32) -> Self {
        Self(offset)
    }

    /// The offset that four bytes of a list store.
    #[inline]
    pub(crate) const fn from_le_bytes(stored: [u8; 4]) -> Self {
        Self(u32::from_le_bytes(stored))
    }

    /// The number itself, relative to the hive bins data.
    #[must_use]
    #[inline]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether it points nowhere.
    #[must_use]
    #[inline]
    pub const fn is_none(self) -> bool {
        self.0 == u32::MAX
    }

    /// The offset of the cell's size field in the file, in bytes.
    #[must_use]
    #[inline]
    pub const fn file_offset(self) -> u64 {
        (self.0 as u64).wrapping_add(HIVE_BINS_START)
    }
}

impl fmt::Display for CellOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() { f.write_str("nowhere") } else { write!(f, "{:#x}", self.0) }
    }
}

impl fmt::LowerHex for CellOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(&self.0, f)
    }
}
