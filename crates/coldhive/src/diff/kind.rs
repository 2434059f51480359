//! What sort of difference something is.

use serde::Serialize;

/// What sort of difference something is, from the first side to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DiffKind {
    /// Only when it was last written differs.
    Written,
    /// Stored otherwise, and means the same to Windows: bytes of a descriptor that nothing refers to.
    StoredOtherwise,
    /// It can't be told whether it differs: damage stands in the way.
    Uncertain,
    /// Only the first side has it, as far as can be told: damage hides whether the second has it too.
    PossiblyRemoved,
    /// Only the second side has it, as far as can be told: damage hides whether the first has it too.
    PossiblyAdded,
    /// Both have it, and it differs.
    Changed,
    /// Only the first side has it.
    Removed,
    /// Only the second side has it.
    Added,
}

impl DiffKind {
    /// Whether it certainly is a difference; one of times alone, or of what means the same, is none.
    #[must_use]
    pub const fn is_certain(self) -> bool {
        matches!(self, Self::Changed | Self::Removed | Self::Added)
    }

    /// Whether damage leaves it open.
    #[must_use]
    pub const fn is_uncertain(self) -> bool {
        matches!(self, Self::Uncertain | Self::PossiblyRemoved | Self::PossiblyAdded)
    }

    /// What a whole is, of which two parts are of these sorts.
    pub(super) fn and(self, part: Self) -> Self {
        let part = match part {
            Self::Removed | Self::Added => Self::Changed,
            Self::PossiblyRemoved | Self::PossiblyAdded => Self::Uncertain,
            other => other,
        };
        self.max(part)
    }
}

/// One of the two that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffSide {
    /// What is compared.
    From,
    /// What it is compared with.
    To,
}

impl DiffSide {
    /// What something is that only this side has.
    pub(super) const fn only(self) -> DiffKind {
        match self {
            Self::From => DiffKind::Removed,
            Self::To => DiffKind::Added,
        }
    }

    /// What something is that only this side has, if damage doesn't hide it on the other.
    pub(super) const fn possibly_only(self) -> DiffKind {
        match self {
            Self::From => DiffKind::PossiblyRemoved,
            Self::To => DiffKind::PossiblyAdded,
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::From => Self::To,
            Self::To => Self::From,
        }
    }

    /// How sentences name it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
        }
    }
}
