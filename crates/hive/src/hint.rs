//! Hints: what the entries of subkey lists store of names, so that most nodes need not be read.

use crate::name::{CASE_BIT, Name, name_hash};
use crate::upcase::upcase_latin1;

/// What a list stores beside a subkey's offset, so that most names need not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Nothing (`li`).
    None,
    /// The first four characters as stored, case kept (`lf`).
    Prefix([u8; 4]),
    /// The hash of the upper-cased name (`lh`).
    Hash(u32),
}

/// How far a hint speaks for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits,
    SaysNothing,
    Differs,
}

/// What the hints of a name are, made once for all entries that it is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameHints {
    hash: u32,
    /// The first four units, upper-cased and filled up with NUL.
    prefix: [u16; 4],
    /// Their bytes with the bit set that tells cases apart, if there are such bytes at all.
    folded: Option<u32>,
}

/// In each of four bytes the bit that the two cases of a letter differ in.
pub(crate) const CASE_OF_FOUR: u32 = u32::from_le_bytes([CASE_BIT; 4]);

impl NameHints {
    /// Of upper-cased UTF-16 units.
    pub(crate) fn of(upper: impl Iterator<Item = u16> + Clone) -> Self {
        let mut prefix = [0; 4];
        for (place, unit) in prefix.iter_mut().zip(upper.clone()) {
            *place = unit;
        }
        // The only unit beyond Latin-1 that is the upper case of a byte is that of 0xFF.
        let byte = |unit: u16| u8::try_from(if unit == 0x0178 { 0xFF } else { unit }).ok();
        let folded = match prefix.map(byte) {
            [Some(a), Some(b), Some(c), Some(d)] => {
                Some(u32::from_le_bytes([a, b, c, d]) | CASE_OF_FOUR)
            }
            _ => None,
        };
        Self { hash: name_hash(upper), prefix, folded }
    }

    pub(crate) const fn hash(&self) -> u32 {
        self.hash
    }

    /// What the prefixes of this name are, whatever their case, with [`CASE_OF_FOUR`] set; those of others can be the same.
    pub(crate) const fn folded(&self) -> Option<u32> {
        self.folded
    }

    #[inline]
    pub(crate) fn is_prefix(&self, stored: [u8; 4]) -> bool {
        stored.map(upcase_latin1) == self.prefix
    }
}

impl Hint {
    /// Compares with the hints of the name that is looked for.
    #[inline]
    pub(crate) fn fit(self, name: &NameHints) -> Fit {
        match self {
            Self::None | Self::Prefix([0, ..]) => Fit::SaysNothing,
            Self::Hash(stored) if stored == name.hash => Fit::Fits,
            Self::Prefix(stored) if name.is_prefix(stored) => Fit::Fits,
            Self::Hash(_) | Self::Prefix(_) => Fit::Differs,
        }
    }

    /// Whether an entry that leads to no key is that of a name. `legible` tells whether the bytes where its node should
    /// stand have that name, where they have any.
    pub(crate) fn stands_for(self, name: &NameHints, legible: Option<bool>) -> bool {
        match (self, self.fit(name)) {
            (Self::Hash(_), Fit::Fits) => true,
            (_, Fit::Fits) => legible != Some(false),
            (_, Fit::SaysNothing) => legible == Some(true),
            (_, Fit::Differs) => false,
        }
    }

    /// What the hint is and what it should be for a name, if they differ.
    #[inline]
    pub(crate) fn mismatch(self, name: &Name<'_>) -> Option<(u32, u32)> {
        match self {
            Self::None | Self::Prefix([0, ..]) => None,
            Self::Hash(stored) => {
                Some((name.list_hash(), stored)).filter(|(expected, found)| expected != found)
            }
            Self::Prefix(stored) if name.begins_with_bytes(stored) => None,
            Self::Prefix(stored) => prefix_mismatch(stored, name),
        }
    }
}

fn prefix_mismatch(stored: [u8; 4], name: &Name<'_>) -> Option<(u32, u32)> {
    let fits = NameHints::of(name.upper_units()).is_prefix(stored);
    let mut expected = [0_u8; 4];
    for (byte, unit) in expected.iter_mut().zip(name.units()) {
        *byte = u8::try_from(unit).unwrap_or(0);
    }
    (!fits).then(|| (u32::from_be_bytes(expected), u32::from_be_bytes(stored)))
}
