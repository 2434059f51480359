//! What the witness says, and why.

use std::fmt;

use coldhive_hive::{Confirmation, Damage};
use nt_hive::NtHiveError;

use crate::limit::Limit;

/// A confirmation with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whether nt-hive finds the same.
    pub confirmation: Confirmation,
    /// Why it doesn't say that it finds the same; `None` where it does.
    pub reason: Option<Reason>,
}

impl Statement {
    /// It finds the same, and no more is to be said.
    pub(crate) const AGREES: Self = Self { confirmation: Confirmation::Agrees, reason: None };
}

impl From<Reason> for Statement {
    fn from(reason: Reason) -> Self {
        Self { confirmation: reason.confirmation(), reason: Some(reason) }
    }
}

/// Why the witness does not agree. Each prints as a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// nt-hive can't read this kind of thing.
    Limit(Limit),
    /// The observation's answer is none to its question, so there is nothing to compare.
    NoAnswer,
    /// The first reader met damage in its own way: there is nothing to compare.
    FirstReader,
    /// The image is shorter than a base block.
    TooShort {
        /// Its size in bytes.
        size: usize,
    },
    /// nt-hive was not asked: this damage, which stands in its way, would make it panic.
    Damage(Damage),
    /// nt-hive was asked and gave up.
    GaveUp(NtHiveError),
    /// nt-hive was asked and panicked, with this message.
    Panicked(String),
    /// nt-hive finds nothing of that name.
    NotFound,
    /// nt-hive finds a key or value where the first reader found none.
    Found {
        /// Its name as stored.
        name: String,
    },
    /// nt-hive finds the key under another name.
    OtherName {
        /// That name as stored.
        found: String,
    },
    /// nt-hive reads another value type.
    OtherType {
        /// The type's number as the first reader read it.
        expected: u32,
        /// The type's number as nt-hive read it.
        found: u32,
    },
    /// nt-hive reads data of another size.
    OtherSize {
        /// The size in bytes of what the first reader read.
        expected: usize,
        /// The size in bytes by nt-hive.
        found: usize,
    },
    /// nt-hive reads data of the same size that differs.
    OtherData {
        /// The first byte that differs, counted from 0.
        first: usize,
    },
}

impl Reason {
    /// The confirmation that the reason gives.
    #[must_use]
    pub const fn confirmation(&self) -> Confirmation {
        match self {
            Self::Limit(_) | Self::NoAnswer => Confirmation::NotAsked,
            Self::FirstReader
            | Self::TooShort { .. }
            | Self::Damage(_)
            | Self::GaveUp(_)
            | Self::Panicked(_) => Confirmation::Damaged,
            Self::NotFound
            | Self::Found { .. }
            | Self::OtherName { .. }
            | Self::OtherType { .. }
            | Self::OtherSize { .. }
            | Self::OtherData { .. } => Confirmation::Differs,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(limit) => limit.fmt(f),
            Self::NoAnswer => f.write_str("the observation's answer is none to its question"),
            Self::FirstReader => f.write_str("the first reader met damage"),
            Self::TooShort { size } => {
                write!(f, "the image has {size} bytes, fewer than a base block (4096)")
            }
            Self::Damage(damage) => write!(f, "nt-hive wasn't asked: {damage}"),
            Self::GaveUp(error) => write!(f, "nt-hive gave up: {error}"),
            Self::Panicked(message) => write!(f, "nt-hive panicked: {message}"),
            Self::NotFound => f.write_str("nt-hive finds nothing of that name"),
            Self::Found { name } => write!(f, "nt-hive finds {name:?}"),
            Self::OtherName { found } => write!(f, "nt-hive finds the key as {found:?}"),
            Self::OtherType { expected, found } => {
                write!(f, "nt-hive reads a value of type {found}, not {expected}")
            }
            Self::OtherSize { expected, found } => {
                write!(f, "nt-hive reads {found} bytes of data, not {expected}")
            }
            Self::OtherData { first } => {
                write!(f, "nt-hive reads other data, from byte {first} on")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_prints_and_decides() {
        let printed = |reason: Reason| {
            let statement = Statement::from(reason.clone());
            assert_eq!(statement.confirmation, reason.confirmation());
            reason.to_string()
        };
        assert_eq!(
            printed(Reason::TooShort { size: 3 }),
            "the image has 3 bytes, fewer than a base block (4096)"
        );
        assert_eq!(
            printed(Reason::OtherType { expected: 1, found: 7 }),
            "nt-hive reads a value of type 7, not 1"
        );
        assert_eq!(
            printed(Reason::OtherSize { expected: 4, found: 8 }),
            "nt-hive reads 8 bytes of data, not 4"
        );
        assert_eq!(
            printed(Reason::OtherName { found: "Clusnet".into() }),
            "nt-hive finds the key as \"Clusnet\""
        );
        for limit in Limit::ALL {
            assert_eq!(printed(Reason::Limit(limit)), limit.sentence());
        }
        assert_eq!(Statement::AGREES.reason, None);
    }
}
