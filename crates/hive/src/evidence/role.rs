//! What a file of the evidence is said to be, by its name.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What a file of the evidence is by its name, beside the hive that was asked for.
///
/// What a file really is, its content tells ([`Content`](crate::Content)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The hive itself.
    Primary,
    /// `.LOG`: the transaction log of systems to XP and 2003.
    Log,
    /// `.LOG1`: the first transaction log of Vista and later.
    Log1,
    /// `.LOG2`: the second transaction log of Vista and later.
    Log2,
    /// `.ALT`: the mirror of the SYSTEM hive in Windows NT and 2000.
    Alternate,
    /// `.SAV`: a backup that setup made.
    Save,
    /// Given by the caller under a name that says nothing.
    Given,
}

impl Role {
    /// The suffixes of companions, in the order in which they are looked at.
    pub(crate) const SUFFIXES: [(&'static str, Self); 5] = [
        (".LOG", Self::Log),
        (".LOG1", Self::Log1),
        (".LOG2", Self::Log2),
        (".ALT", Self::Alternate),
        (".SAV", Self::Save),
    ];

    /// The role that a companion's name gives it, regardless of case.
    pub(crate) fn of_companion(path: &Path) -> Self {
        let suffix = path.extension().map(|suffix| suffix.to_string_lossy().to_ascii_uppercase());
        let known = |(name, _): &&(&str, Self)| name.strip_prefix('.') == suffix.as_deref();
        Self::SUFFIXES.iter().find(known).map_or(Self::Given, |(_, role)| *role)
    }

    /// The suffix of the file's name, or the word for what has none.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Given => "given",
            Self::Log => ".LOG",
            Self::Log1 => ".LOG1",
            Self::Log2 => ".LOG2",
            Self::Alternate => ".ALT",
            Self::Save => ".SAV",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
