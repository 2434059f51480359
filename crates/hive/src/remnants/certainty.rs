//! How sure it is where a remnant belongs.

use serde::{Deserialize, Serialize};

use crate::offset::CellOffset;

/// How sure it is where a remnant belongs. Nothing that is deleted is ever certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It isn't known: what it names as its parent is overwritten, or it names none.
    Unattached,
    /// There is a hint, and something speaks against it: the key in the parent's cell was last written before the
    /// remnant was, or other remnants show that the cell was another key's before. Of a value: the key that lists it says
    /// that it never had a value with a name or data as long.
    Doubtful,
    /// The remnant leads to a key, and nothing speaks against it.
    Plausible,
    /// It is told twice: the remnant leads to the key, and a list names the remnant: the key's own one behind its end,
    /// an older one that names living subkeys of the key too, or one beside a deleted key.
    Likely,
}

impl Certainty {
    /// A stable word, as it stands in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unattached => "unattached",
            Self::Doubtful => "doubtful",
            Self::Plausible => "plausible",
            Self::Likely => "likely",
        }
    }
}

impl std::fmt::Display for Certainty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// What stands where a deleted key names its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParentLink {
    /// A key of the living tree.
    Living,
    /// Another deleted key.
    Deleted,
    /// A key, living or deleted, that can't be the parent: the longest name that it says a subkey ever had is shorter
    /// than this one's, so it was given the cell later.
    AnotherKey,
    /// Something else that the living tree uses: the cell was given away.
    Reallocated,
    /// No key node, in space that isn't in use.
    Overwritten,
    /// Nothing: the key is a root, or names a place outside of the file.
    Nowhere,
    /// The way up comes back to the key itself, or is longer than Windows allows.
    Endless,
}

/// Whether the living tree has a key or value of the remnant's path and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "state", content = "cell")]
pub enum Counterpart {
    /// It has none: what the remnant shows was deleted.
    Deleted,
    /// It has one, in another cell: the remnant is an older copy, from before it was moved, rewritten, or deleted
    /// and made again.
    Lives(CellOffset),
    /// It can't be told: the path isn't known, or the living list can't be read.
    Unknown,
}

/// Where a deleted key stood, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemnantPath {
    /// The path without the root's own name, components joined by backslashes; `...\` in front where the way up
    /// ends before the root.
    pub text: String,
    /// Whether it is the whole path.
    pub is_whole: bool,
    /// How sure the least sure step of it is.
    pub certainty: Certainty,
}
