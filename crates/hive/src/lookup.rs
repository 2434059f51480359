//! The four answers of a lookup.

use crate::damage::Damage;

/// What a hive says when it is asked for a key or value by name.
///
/// The middle ground between "there" and "not there" is split in two, because it decides what may be concluded:
/// an [`Unreadable`](Lookup::Unreadable) key is damaged, not missing; behind an [`Obscured`](Lookup::Obscured) one
/// anything could be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup<T> {
    /// It is there.
    Found(T),
    /// It is not there: every entry of the list was read and is named otherwise.
    Absent,
    /// An entry that fits stands in the list, and its record cannot be read, or is that of another.
    Unreadable(Vec<Damage>),
    /// The list or some other entry cannot be read, so it could be there.
    Obscured(Vec<Damage>),
}

impl<T> Lookup<T> {
    /// The answer where nothing was found, by the damage of what is looked for and that of other entries.
    pub(crate) fn not_found(its_own: Vec<Damage>, others: Vec<Damage>) -> Self {
        match (its_own.is_empty(), others.is_empty()) {
            (false, _) => Self::Unreadable(its_own),
            (true, false) => Self::Obscured(others),
            (true, true) => Self::Absent,
        }
    }

    /// What was found, if it was.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Found(found) => Some(found),
            _ => None,
        }
    }

    /// Whether it is proven that it is not there.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The damage that stands in the way; empty for the two certain answers.
    pub fn damage(&self) -> &[Damage] {
        match self {
            Self::Found(_) | Self::Absent => &[],
            Self::Unreadable(damage) | Self::Obscured(damage) => damage,
        }
    }

    /// Maps what was found.
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Lookup<U> {
        match self {
            Self::Found(found) => Lookup::Found(map(found)),
            Self::Absent => Lookup::Absent,
            Self::Unreadable(damage) => Lookup::Unreadable(damage),
            Self::Obscured(damage) => Lookup::Obscured(damage),
        }
    }

    /// Asks on below what was found. Below something unreadable, everything is obscured.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Lookup<U>) -> Lookup<U> {
        match self {
            Self::Found(found) => next(found),
            Self::Absent => Lookup::Absent,
            Self::Unreadable(damage) | Self::Obscured(damage) => Lookup::Obscured(damage),
        }
    }
}
