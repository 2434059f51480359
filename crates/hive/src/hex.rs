//! Bytes in hexadecimal.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes that print, and are serialised, as lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(description = "Bytes in lower-case hex.")
)]
pub struct HexBytes(
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^([0-9a-f]{2})*$"))
    )]
    pub Vec<u8>,
);

/// Bytes, of the hive itself where they can be, that print and are serialised as [`HexBytes`] are.
///
/// ```
/// use coldhive_hive::Hex;
/// let hex = Hex([0, 0x7F, 0xFF][..].into());
/// assert_eq!(hex.to_string(), "007fff");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Hex<'b>(pub Cow<'b, [u8]>);

/// How many bytes are made into digits at a time: as many as need no memory but the stack's.
const AT_ONCE: usize = 512;
/// As many bytes as most values have: those are serialised in one piece.
const FEW: usize = 64;

/// The digits of bytes, of as many as there is room for.
fn digits<'r>(bytes: &[u8], room: &'r mut [u8]) -> &'r str {
    for (pair, byte) in room.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 0x0F)];
    }
    let made = room.get(..bytes.len().saturating_mul(2)).unwrap_or(room);
    std::str::from_utf8(made).unwrap_or_default()
}

/// The digit of a number below 16. Arithmetic, unlike a table, is done for many at once.
const fn digit(number: u8) -> u8 {
    number.wrapping_add(if number < 10 { b'0' } else { b'a' - 10 })
}

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut room = [0; 2 * AT_ONCE];
        self.0.chunks(AT_ONCE).try_for_each(|part| f.write_str(digits(part, &mut room)))
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.len() <= FEW {
            return serializer.serialize_str(digits(&self.0, &mut [0; 2 * FEW]));
        }
        serializer.collect_str(self)
    }
}

impl fmt::Display for HexBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(self.0.as_slice().into()).fmt(f)
    }
}

impl Serialize for HexBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Hex(self.0.as_slice().into()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let nibble =
            |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let bytes = pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?));
        match bytes.collect::<Option<Vec<_>>>() {
            Some(bytes) if rest.is_empty() => Ok(Self(bytes)),
            _ => Err(de::Error::custom("not pairs of hexadecimal digits")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_prints_as_two_digits_in_any_length() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(3 * AT_ONCE + 1).collect();
        for length in [0, 1, FEW, FEW + 1, 256, AT_ONCE, AT_ONCE + 1, bytes.len()] {
            let bytes = &bytes[..length];
            let expected: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let hex = HexBytes(bytes.to_vec());
            assert_eq!(serde_json::to_string(&hex).unwrap(), format!("\"{expected}\""));
            assert_eq!(hex.to_string(), expected);
        }
    }

    #[test]
    fn hex_reads_what_it_writes() {
        let json = serde_json::to_string(&HexBytes(vec![0, 0x7F, 0xFF])).unwrap();
        assert_eq!(json, "\"007fff\"");
        assert_eq!(serde_json::from_str::<HexBytes>(&json).unwrap().0, [0, 0x7F, 0xFF]);
        for bad in ["\"0\"", "\"0g\"", "\"+1\""] {
            assert!(serde_json::from_str::<HexBytes>(bad).is_err(), "{bad}");
        }
    }
}
