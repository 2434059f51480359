//! 32-bit and 64-bit forms of what Winsock stores.

use std::fmt;

use serde::Serialize;

/// For which programs something is stored, and how wide its pointers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Width {
    /// 32-bit: the only one on a 32-bit Windows, and that of WOW64 programs on a 64-bit one.
    #[serde(rename = "32")]
    Bits32,
    /// 64-bit.
    #[serde(rename = "64")]
    Bits64,
}

impl Width {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Bits32, Self::Bits64];

    /// The subkey of a catalog that holds the entries.
    #[must_use]
    pub const fn entries_key(self) -> &'static str {
        match self {
            Self::Bits32 => "Catalog_Entries",
            Self::Bits64 => "Catalog_Entries64",
        }
    }

    /// The value of a catalog that counts the entries.
    #[must_use]
    pub const fn count_value(self) -> &'static str {
        match self {
            Self::Bits32 => "Num_Catalog_Entries",
            Self::Bits64 => "Num_Catalog_Entries64",
        }
    }
}

impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bits32 => "32-bit",
            Self::Bits64 => "64-bit",
        })
    }
}
