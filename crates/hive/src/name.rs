//! Names of keys and values, as stored.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use crate::hint::NameHints;
use crate::upcase::{upcase_latin1, upcase_unit};

/// A key, value or class name: the stored bytes and how they are encoded.
///
/// Equality with text, order and [`list_hash`](Self::list_hash) are those of the registry: UTF-16 unit by
/// UTF-16 unit, upper-cased with [`upcase_unit`]. `Display` replaces what is not valid UTF-16 by
/// U+FFFD; [`is_lossless`](Self::is_lossless) tells whether it had to.
///
/// ```
/// use coldhive_hive::Name;
/// let name = Name::latin1(b"Provider List");
/// assert!(name.eq_ignore_case("PROVIDER LIST"));
/// assert_eq!(name.to_string(), "Provider List");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'i> {
    bytes: &'i [u8],
    wide: bool,
}

impl<'i> Name<'i> {
    /// A name stored one byte a character (Latin-1, "compressed").
    #[must_use]
    #[inline]
    pub const fn latin1(bytes: &'i [u8]) -> Self {
        Self { bytes, wide: false }
    }

    /// A name stored as UTF-16LE; an odd last byte is ignored.
    #[must_use]
    #[inline]
    pub const fn utf16le(bytes: &'i [u8]) -> Self {
        Self { bytes, wide: true }
    }

    /// The first units of the name.
    pub(crate) fn truncated(self, units: usize) -> Self {
        let length = if self.wide { units.saturating_mul(2) } else { units };
        Self { bytes: self.bytes.get(..length).unwrap_or(self.bytes), wide: self.wide }
    }

    /// How many UTF-16 code units it has.
    #[inline]
    pub(crate) const fn length(&self) -> usize {
        if self.wide { self.bytes.len() / 2 } else { self.bytes.len() }
    }

    /// The stored bytes.
    #[must_use]
    #[inline]
    pub const fn bytes(&self) -> &'i [u8] {
        self.bytes
    }

    /// Whether it is stored as UTF-16LE rather than Latin-1.
    #[must_use]
    #[inline]
    pub const fn is_utf16(&self) -> bool {
        self.wide
    }

    /// Whether the name is empty (the name of a default value).
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether it is stored as Latin-1 and begins with these bytes, filled up with NUL where it is shorter.
    #[inline]
    pub(crate) fn begins_with_bytes(&self, first: [u8; 4]) -> bool {
        let begins = match self.bytes {
            [a, b, c, d, ..] => [*a, *b, *c, *d] == first,
            [a, b, c] => [*a, *b, *c, 0] == first,
            [a, b] => [*a, *b, 0, 0] == first,
            [a] => [*a, 0, 0, 0] == first,
            [] => false,
        };
        begins && !self.wide
    }

    /// Whether some unit of it is this ASCII character.
    #[inline]
    pub(crate) fn contains(&self, character: u8) -> bool {
        if self.wide {
            self.units().any(|unit| unit == u16::from(character))
        } else {
            self.bytes.contains(&character)
        }
    }

    /// Whether some unit of it is NUL or this ASCII character.
    #[inline]
    pub(crate) fn contains_nul_or(&self, character: u8) -> bool {
        if self.wide {
            return self.units().any(|unit| unit == 0 || unit == u16::from(character));
        }
        let wanted = u64::from_le_bytes([character; 8]);
        words(self.bytes).fold(false, |any, word| any | has_nul(word) | has_nul(word ^ wanted))
    }

    /// The UTF-16 code units, case kept.
    #[inline]
    pub fn units(&self) -> impl Iterator<Item = u16> + Clone + use<'i> {
        let (wide, narrow) = if self.wide { (self.bytes, &[][..]) } else { (&[][..], self.bytes) };
        let wide = wide.chunks_exact(2).map(|pair| match pair {
            [low, high] => u16::from_le_bytes([*low, *high]),
            _ => 0,
        });
        narrow.iter().copied().map(u16::from).chain(wide)
    }

    /// The UTF-16 code units, upper-cased.
    #[inline]
    pub fn upper_units(&self) -> impl Iterator<Item = u16> + Clone + use<'i> {
        self.units().map(upcase_unit)
    }

    /// Whether it names the same key or value as `text`.
    #[must_use]
    pub fn eq_ignore_case(&self, text: &str) -> bool {
        Sought::new(text).is(self)
    }

    /// The registry's order of names.
    #[must_use]
    #[inline]
    pub fn cmp_ignore_case(&self, other: &Name<'_>) -> Ordering {
        if self.wide || other.wide {
            return self.upper_units().cmp(other.upper_units());
        }
        // Neighbours in a list mostly begin alike.
        let (words, other_words) = (self.bytes.as_chunks::<8>().0, other.bytes.as_chunks::<8>().0);
        let alike = words.iter().zip(other_words).take_while(|(one, other)| one == other).count();
        let behind = |bytes: &'_ [u8]| alike.saturating_mul(8).min(bytes.len());
        let one = self.bytes.iter().skip(behind(self.bytes)).copied().map(upcase_latin1);
        let other = other.bytes.iter().skip(behind(other.bytes)).copied().map(upcase_latin1);
        one.cmp(other)
    }

    /// The hash that `lh` lists store of a name.
    #[must_use]
    #[inline]
    pub fn list_hash(&self) -> u32 {
        if self.wide {
            return name_hash(self.upper_units());
        }
        // Four characters at a time: no product waits for the one before it.
        let (fours, rest) = self.bytes.as_chunks::<4>();
        let add = |hash: u32, byte: u8| {
            hash.wrapping_mul(HASH_FACTOR).wrapping_add(upcase_latin1(byte).into())
        };
        let hash = fours.iter().fold(0_u32, |hash, four| {
            let own = four.iter().fold(0, |own, byte| add(own, *byte));
            hash.wrapping_mul(HASH_FACTOR.wrapping_pow(4)).wrapping_add(own)
        });
        rest.iter().fold(hash, |hash, byte| add(hash, *byte))
    }

    /// The name as `Display` shows it: its own bytes where those are ASCII, as nearly all are.
    ///
    /// ```
    /// use coldhive_hive::Name;
    /// assert_eq!(Name::latin1(b"Clusnet").to_string_lossy(), "Clusnet");
    /// assert_eq!(Name::latin1(b"\xC4").to_string_lossy(), "Ä");
    /// ```
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'i, str> {
        self.as_ascii().map_or_else(|| self.characters().collect(), Cow::Borrowed)
    }

    /// Writes the name behind a text, as `Display` shows it.
    pub(crate) fn push_to(&self, text: &mut String) {
        match self.as_ascii() {
            Some(name) => text.push_str(name),
            None => text.extend(self.characters()),
        }
    }

    /// How many bytes [`push_to`](Self::push_to) writes.
    #[inline]
    pub(crate) fn text_length(&self) -> usize {
        if self.wide {
            return self.characters().map(char::len_utf8).fold(0, usize::saturating_add);
        }
        // Other characters of Latin-1 take two bytes.
        let others = if self.bytes.is_ascii() {
            0
        } else {
            self.bytes.iter().filter(|byte| !byte.is_ascii()).count()
        };
        self.bytes.len().saturating_add(others)
    }

    /// The name as it is stored, if it is stored as ASCII: nearly all are.
    fn as_ascii(&self) -> Option<&'i str> {
        let ascii = !self.wide && self.bytes.is_ascii();
        if ascii { std::str::from_utf8(self.bytes).ok() } else { None }
    }

    fn characters(&self) -> impl Iterator<Item = char> + use<'i> {
        let units = char::decode_utf16(self.units());
        units.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Whether `Display` shows the name as it is, with nothing replaced.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        !self.wide
            || self.bytes.len().is_multiple_of(2)
                && char::decode_utf16(self.units()).all(|unit| unit.is_ok())
    }
}

/// What the hash of a name is multiplied by for each unit.
const HASH_FACTOR: u32 = 37;

/// The hash of a name in an `lh` list: `h = 37 * h + unit` over its upper-cased UTF-16 units.
#[inline]
pub(crate) fn name_hash(upper: impl Iterator<Item = u16>) -> u32 {
    upper.fold(0_u32, |hash, unit| hash.wrapping_mul(HASH_FACTOR).wrapping_add(u32::from(unit)))
}

/// The bytes of a name, eight at a time. The last word overlaps the one before it, or repeats bytes of a short name; that of
/// no bytes is of spaces.
#[inline]
pub(crate) fn words(bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let last = bytes.last_chunk().copied().unwrap_or_else(|| match bytes {
        [a, b, c, d, ..] => {
            let [e, f, g, h] = bytes.last_chunk::<4>().copied().unwrap_or_default();
            [*a, *b, *c, *d, e, f, g, h]
        }
        [a, b, c] => [*a, *b, *c, *a, *a, *a, *a, *a],
        [a, b] => [*a, *b, *a, *a, *a, *a, *a, *a],
        [a] => [*a; 8],
        [] => [b' '; 8],
    });
    let words = bytes.as_chunks::<8>().0.iter().copied();
    words.chain(std::iter::once(last)).map(u64::from_le_bytes)
}

/// The bit that the two cases of an ASCII letter differ in, and nearly all of Latin-1: with it set they are the same.
pub(crate) const CASE_BIT: u8 = b'a' ^ b'A';
/// The same in each byte of a word.
pub(crate) const CASE_OF_EIGHT: u64 = u64::from_le_bytes([CASE_BIT; 8]);

/// Whether some byte of a word is 0.
#[inline]
pub(crate) const fn has_nul(word: u64) -> bool {
    const LOW: u64 = 0x0101_0101_0101_0101;
    word.wrapping_sub(LOW) & !word & (LOW << 7) != 0
}

/// A name that is looked for: what comparing it with many needs, made once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'n> {
    text: &'n str,
    is_ascii: bool,
    /// How many UTF-16 code units it has: one of another length is another name.
    length: usize,
    /// The last eight bytes, with the bits set that tell nothing.
    end: u64,
    /// These bits: those of the case, or all, where the end isn't compared.
    blind: u64,
}

impl<'n> Sought<'n> {
    pub(crate) fn new(text: &'n str) -> Self {
        let is_ascii = text.is_ascii();
        let length = if is_ascii { text.len() } else { text.encode_utf16().count() };
        let (end, blind) = match text.as_bytes().last_chunk() {
            Some(end) if is_ascii => (u64::from_le_bytes(*end) | CASE_OF_EIGHT, CASE_OF_EIGHT),
            _ => (u64::MAX, u64::MAX),
        };
        Self { text, is_ascii, length, end, blind }
    }

    /// What the hints of subkey lists are for it.
    pub(crate) fn hints(&self) -> NameHints {
        if self.is_ascii {
            return NameHints::of(self.text.bytes().map(|byte| byte.to_ascii_uppercase().into()));
        }
        NameHints::of(self.text.encode_utf16().map(upcase_unit))
    }

    /// Whether it is the name of a key or value.
    #[inline]
    pub(crate) fn is(&self, name: &Name<'_>) -> bool {
        name.length() == self.length
            && (name.wide || self.may_end(name.bytes))
            && self.is_spelled(name)
    }

    /// Whether a name stored as Latin-1 may end like it. Names in a list mostly begin alike, so that their ends tell them
    /// apart.
    #[inline]
    fn may_end(&self, name: &[u8]) -> bool {
        name.last_chunk().is_none_or(|end| u64::from_le_bytes(*end) | self.blind == self.end)
    }

    #[inline(never)]
    fn is_spelled(&self, name: &Name<'_>) -> bool {
        if self.is_ascii && !name.wide {
            return name.bytes.eq_ignore_ascii_case(self.text.as_bytes());
        }
        name.upper_units().eq(self.text.encode_utf16().map(upcase_unit))
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        match self.as_ascii() {
            Some(name) => f.write_str(name),
            None => self.characters().try_for_each(|character| f.write_char(character)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin1_and_utf16_compare_alike() {
        let wide: Vec<u8> = "Clusnet".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(Name::utf16le(&wide).eq_ignore_case("CLUSNET"));
        assert!(Name::latin1(b"\xE4").eq_ignore_case("Ä"));
        assert!(!Name::latin1(b"Clus").eq_ignore_case("Clusnet"));
        assert_eq!(
            Name::utf16le(&wide).cmp_ignore_case(&Name::latin1(b"CLUSNET")),
            Ordering::Equal
        );
    }

    #[test]
    fn hash_is_that_of_the_format() {
        // 37 * (37 * 'A' + 'B') + 'C', by hand.
        assert_eq!(Name::latin1(b"abc").list_hash(), (65 * 37 + 66) * 37 + 67);
        // Over the borders of four characters, as one by one.
        let text = b"Provider List \xE4\xFF, and what stands behind it";
        for length in 0..=text.len() {
            let name = Name::latin1(&text[..length]);
            assert_eq!(name.list_hash(), name_hash(name.upper_units()), "{length}");
        }
    }

    #[test]
    fn order_is_that_of_units_wherever_names_differ() {
        let text = *b"Services and more of them";
        let wide = |name: &[u8]| name.iter().flat_map(|byte| [*byte, 0]).collect::<Vec<u8>>();
        for at in 0..text.len() {
            for (length, change) in [(at, 0), (25, 0x20), (25, 0x01), (25, 0x80)] {
                let mut other = text;
                other[at] ^= change;
                let (one, other) = (Name::latin1(&text), Name::latin1(&other[..length]));
                let by_units = one.cmp_ignore_case(&Name::utf16le(&wide(other.bytes())));
                assert_eq!(one.cmp_ignore_case(&other), by_units, "{at} {length} {change}");
                assert_eq!(other.cmp_ignore_case(&one), by_units.reverse());
            }
        }
    }

    #[test]
    fn a_name_is_the_one_that_is_sought_if_all_units_are() {
        let text = "Winsock\0and @`\u{e4}\u{e9}";
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for part in ends.filter_map(|end| text.get(..end)) {
            let stored: Vec<u8> =
                part.chars().map(|unit| u8::try_from(unit).unwrap_or_default()).collect();
            let is_it = |sought: &str, stored: &[u8]| {
                let upper = |units: &mut dyn Iterator<Item = u16>| -> Vec<u16> {
                    units.map(upcase_unit).collect()
                };
                let units = upper(&mut stored.iter().copied().map(u16::from));
                let is_it = upper(&mut sought.encode_utf16()) == units;
                let wide: Vec<u8> = stored.iter().flat_map(|byte| [*byte, 0]).collect();
                for name in [Name::latin1(stored), Name::utf16le(&wide)] {
                    assert_eq!(name.eq_ignore_case(sought), is_it, "{sought} {name:?}");
                }
                is_it
            };
            assert!(is_it(part, &stored) && is_it(&part.to_uppercase(), &stored), "{part:?}");
            for at in 0..stored.len() {
                for change in [0x01, 0x20, 0x80] {
                    let mut other = stored.clone();
                    other[at] ^= change;
                    is_it(part, &other);
                }
            }
            assert!(!is_it(part, &[&*stored, b"x"].concat()));
        }
    }

    #[test]
    fn a_nul_is_found_wherever_it_stands() {
        for length in 0..=20 {
            let mut bytes = vec![b'x'; length];
            assert!(!Name::latin1(&bytes).contains_nul_or(b'\\'));
            for at in 0..length {
                for found in [0, b'\\'] {
                    bytes[at] = found;
                    assert!(Name::latin1(&bytes).contains_nul_or(b'\\'), "{at} of {length}");
                    let wide: Vec<u8> = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
                    assert!(Name::utf16le(&wide).contains_nul_or(b'\\'), "{at} of {length}");
                }
                bytes[at] = b'x';
            }
        }
    }

    #[test]
    fn a_text_is_as_long_as_is_told() {
        let wide: Vec<u8> = [0xDC00, 0xE4, 0x20AC, 0xD83D, 0xDE00, 0xD800]
            .into_iter()
            .flat_map(u16::to_le_bytes)
            .collect();
        for name in [Name::latin1(b"abc \xE4\x80\0"), Name::utf16le(&wide), Name::latin1(b"")] {
            assert_eq!(name.text_length(), name.to_string().len());
        }
    }

    #[test]
    fn lone_surrogates_are_told() {
        let name = Name::utf16le(&[0x00, 0xD8]);
        assert!(!name.is_lossless());
        assert_eq!(name.to_string(), "\u{FFFD}");
        assert!(Name::latin1(b"abc").is_lossless());
    }
}
