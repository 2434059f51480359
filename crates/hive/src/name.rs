//! Names of keys and values, as stored.

use std::cmp::Ordering;
use std::fmt;

use crate::upcase::upcase_unit;

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
    pub const fn latin1(bytes: &'i [u8]) -> Self {
        Self { bytes, wide: false }
    }

    /// A name stored as UTF-16LE; an odd last byte is ignored.
    #[must_use]
    pub const fn utf16le(bytes: &'i [u8]) -> Self {
        Self { bytes, wide: true }
    }

    /// The first units of the name.
    pub(crate) fn truncated(self, units: usize) -> Self {
        let length = if self.wide { units.saturating_mul(2) } else { units };
        Self { bytes: self.bytes.get(..length).unwrap_or(self.bytes), wide: self.wide }
    }

    /// How many UTF-16 code units it has.
    pub(crate) const fn length(&self) -> usize {
        if self.wide { self.bytes.len() / 2 } else { self.bytes.len() }
    }

    /// The stored bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'i [u8] {
        self.bytes
    }

    /// Whether it is stored as UTF-16LE rather than Latin-1.
    #[must_use]
    pub const fn is_utf16(&self) -> bool {
        self.wide
    }

    /// Whether the name is empty (the name of a default value).
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The UTF-16 code units, case kept.
    pub fn units(&self) -> impl Iterator<Item = u16> + Clone + use<'i> {
        let (wide, narrow) = if self.wide { (self.bytes, &[][..]) } else { (&[][..], self.bytes) };
        let wide = wide.chunks_exact(2).map(|pair| match pair {
            [low, high] => u16::from_le_bytes([*low, *high]),
            _ => 0,
        });
        narrow.iter().copied().map(u16::from).chain(wide)
    }

    /// The UTF-16 code units, upper-cased.
    pub fn upper_units(&self) -> impl Iterator<Item = u16> + Clone + use<'i> {
        self.units().map(upcase_unit)
    }

    /// Whether it names the same key or value as `text`.
    #[must_use]
    pub fn eq_ignore_case(&self, text: &str) -> bool {
        if !self.wide && text.is_ascii() {
            return self.bytes.eq_ignore_ascii_case(text.as_bytes());
        }
        self.upper_units().eq(text.encode_utf16().map(upcase_unit))
    }

    /// The registry's order of names.
    #[must_use]
    pub fn cmp_ignore_case(&self, other: &Name<'_>) -> Ordering {
        self.upper_units().cmp(other.upper_units())
    }

    /// The hash that `lh` lists store of a name.
    #[must_use]
    pub fn list_hash(&self) -> u32 {
        name_hash(self.units())
    }

    /// Whether `Display` shows the name as it is, with nothing replaced.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        (!self.wide || self.bytes.len().is_multiple_of(2))
            && char::decode_utf16(self.units()).all(|unit| unit.is_ok())
    }
}

/// The hash of a name in an `lh` list: `h = 37 * h + upper(unit)` over its UTF-16 units.
pub(crate) fn name_hash(units: impl Iterator<Item = u16>) -> u32 {
    units.fold(0_u32, |hash, unit| hash.wrapping_mul(37).wrapping_add(u32::from(upcase_unit(unit))))
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for unit in char::decode_utf16(self.units()) {
            f.write_char(unit.unwrap_or(char::REPLACEMENT_CHARACTER))?;
        }
        Ok(())
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
    }

    #[test]
    fn lone_surrogates_are_told() {
        let name = Name::utf16le(&[0x00, 0xD8]);
        assert!(!name.is_lossless());
        assert_eq!(name.to_string(), "\u{FFFD}");
        assert!(Name::latin1(b"abc").is_lossless());
    }
}
