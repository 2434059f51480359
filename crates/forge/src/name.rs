//! Names as a hive stores, sorts and hashes them.
//!
//! Windows compares registry names unit by unit after upper-casing each UTF-16 unit by a table of its own,
//! which maps one unit to one unit and isn't Unicode's: dotless i, long s, the micro sign and the
//! title-case digraphs stay as they are, and surrogates too.

use crate::spec::Version;

/// A name in the forms that the records need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The UTF-16 units.
    pub(crate) units: Vec<u16>,
    /// The units in upper case: the sort key, and what the hash is taken of.
    pub(crate) upper: Vec<u16>,
}

impl Name {
    pub(crate) fn new(text: &str) -> Self {
        let units: Vec<u16> = text.encode_utf16().collect();
        let upper = units.iter().map(|&unit| upcase(unit)).collect();
        Name { units, upper }
    }

    /// Whether the name is stored as Latin-1: every unit fits one byte, and the version knows it.
    pub(crate) fn is_latin1(&self, version: Version) -> bool {
        version.has_latin1_names() && self.units.iter().all(|&unit| unit <= 0xFF)
    }

    /// The bytes in the record: Latin-1 where that is possible, else UTF-16LE.
    pub(crate) fn stored(&self, version: Version) -> Vec<u8> {
        if self.is_latin1(version) {
            self.units.iter().map(|&unit| unit.to_le_bytes()[0]).collect()
        } else {
            self.units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
        }
    }

    /// The length in bytes as UTF-16LE, however the name is stored: what the largest lengths in `nk` count.
    pub(crate) fn utf16_bytes(&self) -> u32 {
        u32::try_from(self.units.len() * 2).expect("names are shorter than 64 KiB")
    }

    /// The hint of an `lf` entry: the first four characters, or zeros where they aren't all Latin-1.
    pub(crate) fn hint(&self) -> [u8; 4] {
        let mut hint = [0; 4];
        for (byte, &unit) in hint.iter_mut().zip(&self.units) {
            match u8::try_from(unit) {
                Ok(latin1) => *byte = latin1,
                Err(_) => return [0; 4],
            }
        }
        hint
    }

    /// The hash of an `lh` entry.
    pub(crate) fn hash(&self) -> u32 {
        self.upper
            .iter()
            .fold(0, |hash: u32, &unit| hash.wrapping_mul(37).wrapping_add(u32::from(unit)))
    }
}

/// Whether two names are the same to Windows.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.encode_utf16().map(upcase).eq(b.encode_utf16().map(upcase))
}

/// The UTF-16 units of a name in upper case.
pub(crate) fn upper_units(name: &str) -> impl Iterator<Item = u16> {
    name.encode_utf16().map(upcase)
}

/// The upper case of one UTF-16 unit.
///
/// Only the pairs of Unicode 2.0 are mapped, the ones that NT 4.0 and every later version agree on;
/// letters that were added since differ between versions of Windows, and stay as they are here.
fn upcase(unit: u16) -> u16 {
    let mapped = match unit {
        // Latin-1, without the micro sign, the sharp s and the division sign.
        0x0061..=0x007A | 0x00E0..=0x00F6 | 0x00F8..=0x00FF => true,
        // Latin Extended-A, without dotless i; long s (017F) lies outside.
        0x0131 => false,
        0x0100..=0x017E => true,
        // Latin Extended-B as of 1996, without the title-case digraphs.
        0x0180 | 0x0195 | 0x019A | 0x019B | 0x019E | 0x01BF | 0x01C5 | 0x01C8 | 0x01CB | 0x01F2
        | 0x01F9 => false,
        0x0181..=0x0217 => true,
        // IPA letters with a capital elsewhere.
        0x0253 | 0x0254 | 0x0256 | 0x0257 | 0x0259 | 0x025B | 0x0260 | 0x0263 | 0x0268 | 0x0269
        | 0x026F | 0x0272 | 0x0275 | 0x0283 | 0x0288 | 0x028A | 0x028B | 0x0292 => true,
        // Greek and Coptic, Cyrillic, Armenian.
        0x03AC..=0x03CE | 0x03E2..=0x03EF => true,
        0x0430..=0x0481 | 0x0490..=0x04C4 | 0x04C7 | 0x04C8 | 0x04CB | 0x04CC => true,
        0x04D0..=0x04EB | 0x04EE..=0x04F5 | 0x04F8 | 0x04F9 | 0x0561..=0x0586 => true,
        // Latin Extended Additional, Greek Extended without the iota of 1FBE.
        0x1E00..=0x1E95 | 0x1EA0..=0x1EF9 | 0x1F00..=0x1FBD | 0x1FBF..=0x1FFF => true,
        // Roman numerals, circled and full-width letters.
        0x2170..=0x217F | 0x24D0..=0x24E9 | 0xFF41..=0xFF5A => true,
        _ => false,
    };
    if !mapped {
        return unit;
    }
    let Some(character) = char::from_u32(u32::from(unit)) else { return unit };
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        // Where Unicode has two characters for one, Windows has the letter itself.
        (Some(single), None) => u16::try_from(u32::from(single)).unwrap_or(unit),
        _ => unit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upper(text: &str) -> String {
        String::from_utf16(&Name::new(text).upper).unwrap()
    }

    #[test]
    fn upper_case_is_one_unit_for_one() {
        assert_eq!(upper("Clusnet{\u{e4}\u{f7}\u{ff}}"), "CLUSNET{\u{c4}\u{f7}\u{178}}");
        assert_eq!(upper("\u{3c2}\u{3b1}\u{43a}\u{ff5a}"), "\u{3a3}\u{391}\u{41a}\u{ff3a}");
        for stays in ["\u{df}", "\u{b5}", "\u{131}", "\u{17f}", "\u{1c5}", "\u{149}", "\u{1f600}"] {
            assert_eq!(upper(stays), stays);
        }
    }

    #[test]
    fn a_hint_keeps_case_and_pads_with_nul() {
        assert_eq!(&Name::new("Clusnet").hint(), b"Clus");
        assert_eq!(&Name::new("ab").hint(), b"ab\0\0");
        assert_eq!(Name::new("ab\u{3b1}").hint(), [0; 4]);
        assert_eq!(&Name::new("abcd\u{3b1}").hint(), b"abcd");
    }

    #[test]
    fn a_hash_doesnt_depend_on_case() {
        // 37 * (37 * 'A' + 'B') + 'C'
        assert_eq!(Name::new("aBc").hash(), 37 * (37 * 0x41 + 0x42) + 0x43);
    }

    #[test]
    fn names_are_latin1_where_they_can_be() {
        assert_eq!(Name::new("\u{fc}b").stored(Version::V1_2), [0xFC, b'b']);
        assert_eq!(Name::new("\u{fc}b").stored(Version::V1_1), [0xFC, 0, b'b', 0]);
        assert_eq!(Name::new("\u{20ac}").stored(Version::V1_5), [0xAC, 0x20]);
        assert_eq!(Name::new("\u{fc}b").utf16_bytes(), 4);
    }
}
