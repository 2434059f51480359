//! What nt-hive can't read even where nothing is damaged.

use std::fmt;

/// The known limits of nt-hive 0.3.0: where one applies, the witness is not asked.
///
/// Not among them are value types outside nt-hive's list of twelve: its refusal to name such a type
/// carries the type's number, which is compared like any other.
///
/// ```
/// use coldhive_witness::Limit;
/// for limit in Limit::ALL {
///     println!("{limit}");
/// }
/// assert_eq!(Limit::KeySecurity.to_string(), "nt-hive doesn't read security descriptors");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// Format 1.2 and older: nt-hive's validation refuses it, and cells of 1.1 are laid out otherwise.
    OldFormat,
    /// Values of more than 16,344 bytes in format 1.3 and older, which stand in one large cell: nt-hive
    /// takes the first bytes of their data for a `db` record.
    LargeValue,
    /// Security descriptors.
    KeySecurity,
    /// Names that are equal to nt-hive and not to Windows, or the other way round: nt-hive's table of
    /// upper-case letters is that of a newer Unicode, and has letters that Windows leaves alone (`µ`, `ſ`, `ı`).
    LetterCase,
    /// A key that has no subkeys or no values and still points at a list, as sound hives do: nt-hive goes
    /// by the pointer, where the cell may be free by now. (Where it finds what was asked for in such
    /// a list, that is said: a count of 0 can be damage.)
    StaleList,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::OldFormat, Self::LargeValue, Self::KeySecurity, Self::LetterCase, Self::StaleList];

    /// What nt-hive can't do, in a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::OldFormat => "nt-hive doesn't read hives of a format below 1.3",
            Self::LargeValue => {
                "nt-hive doesn't read values of more than 16,344 bytes in hives of format 1.3"
            }
            Self::KeySecurity => "nt-hive doesn't read security descriptors",
            Self::LetterCase => {
                "nt-hive and Windows differ on whether two letters in the name are the same but for case"
            }
            Self::StaleList => {
                "nt-hive follows a key's pointer to its list even where the key counts none to be listed"
            }
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}
