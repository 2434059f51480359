//! Bytes in hexadecimal.

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

/// How many bytes are made into digits at a time: as many as need no memory but the stack's.
const AT_ONCE: usize = 512;
/// As many bytes as most values have.
const FEW: usize = 64;

impl HexBytes {
    /// Writes bytes as they would print in here, without taking them.
    ///
    /// ```
    /// use coldhive_hive::HexBytes;
    /// let mut hex = String::new();
    /// HexBytes::write(&[0, 0x7F, 0xFF], &mut hex).unwrap();
    /// assert_eq!(hex, "007fff");
    /// ```
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(bytes: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
        let mut room = [0; 2 * AT_ONCE];
        bytes.chunks(AT_ONCE).try_for_each(|part| out.write_str(digits(part, &mut room)))
    }

    /// Serialises bytes as they would be in here, without taking them.
    ///
    /// # Errors
    /// What the serializer says.
    pub fn serialize_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        if bytes.len() <= FEW {
            return serializer.serialize_str(digits(bytes, &mut [0; 2 * FEW]));
        }
        serializer.collect_str(&Many(bytes))
    }
}

/// Bytes of which not all digits are in memory at once.
struct Many<'b>(&'b [u8]);

impl fmt::Display for Many<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HexBytes::write(self.0, f)
    }
}

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

impl fmt::Display for HexBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::write(&self.0, f)
    }
}

impl Serialize for HexBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize_bytes(&self.0, serializer)
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
