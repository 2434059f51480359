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

/// The upper case of one UTF-16 unit: the pairs of Unicode 5.1, which Windows has from Windows 7 on. Older versions leave
/// letters alone that were added since their time; names with such letters are rare enough to be forged in one way.
fn upcase(unit: u16) -> u16 {
    let has_pair = match unit {
        // Greek letters with an iota below. Unicode makes two characters of them, and Windows the one with an iota beside.
        0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7 => return unit | 8,
        0x1FB3 | 0x1FC3 | 0x1FF3 => return unit.wrapping_add(9),
        // Latin, without the micro sign, dotless i, long s, and letters that came later.
        0x0061..=0x007A | 0x00E0..=0x012F | 0x0133..=0x017E | 0x0180..=0x019A => true,
        // Without the title-case digraphs.
        0x019E..=0x01BF | 0x01C6 | 0x01C9 | 0x01CC..=0x01EF | 0x01F3..=0x024F => true,
        // IPA letters, of which many have a capital elsewhere.
        0x0250..=0x025B | 0x0260 | 0x0263 | 0x0268 | 0x0269 | 0x026B | 0x026F..=0x0280 => true,
        0x0283 | 0x0288..=0x0292 => true,
        // Greek and Coptic without the symbols, Cyrillic, Armenian.
        0x0371..=0x03CE | 0x03D7..=0x03EF | 0x03F2 | 0x03F8..=0x0523 | 0x0561..=0x0586 => true,
        // Phonetic Extensions, Latin Extended Additional, Greek Extended without the iota of 1FBE.
        0x1D79..=0x1D7D | 0x1E01..=0x1E95 | 0x1EA1..=0x1FB1 | 0x1FD0..=0x1FFF => true,
        // Letterlike symbols, Roman numerals, circled letters, Glagolitic, Latin Extended-C, Coptic, Georgian.
        0x214E | 0x2170..=0x2184 | 0x24D0..=0x24E9 | 0x2C30..=0x2C5E | 0x2C61..=0x2CE3 => true,
        0x2D00..=0x2D25 => true,
        // Cyrillic Extended-B, Latin Extended-D, full-width letters.
        0xA641..=0xA66D | 0xA681..=0xA697 | 0xA723..=0xA78C | 0xFF41..=0xFF5A => true,
        _ => false,
    };
    if !has_pair {
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
