//! Text as Windows stores it: UTF-16 code units.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// UTF-16 code units, which need not be sound: nothing is lost, whatever is stored.
///
/// ```
/// use coldhive_security::WideString;
///
/// let name = WideString::from("Project");
/// assert_eq!(name.to_text().as_deref(), Some("Project"));
/// assert_eq!(WideString::from_units(vec![0xD800]).to_text(), None);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WideString(Vec<u16>);

impl WideString {
    /// Takes code units as they are.
    pub fn from_units(units: Vec<u16>) -> WideString {
        WideString(units)
    }

    /// Takes little-endian code units; an odd last byte is left out.
    pub(crate) fn from_le_bytes(bytes: &[u8]) -> WideString {
        let (units, _) = bytes.as_chunks::<2>();
        WideString(units.iter().map(|unit| u16::from_le_bytes(*unit)).collect())
    }

    /// The code units as bytes, little-endian.
    pub(crate) fn le_bytes(&self) -> impl Iterator<Item = u8> {
        self.0.iter().flat_map(|unit| unit.to_le_bytes())
    }

    /// The code units.
    pub fn units(&self) -> &[u16] {
        &self.0
    }

    /// The text; `None` where a surrogate stands alone.
    pub fn to_text(&self) -> Option<String> {
        String::from_utf16(&self.0).ok()
    }
}

impl From<&str> for WideString {
    fn from(text: &str) -> WideString {
        WideString(text.encode_utf16().collect())
    }
}

/// The text, with U+FFFD for each surrogate that stands alone.
impl fmt::Display for WideString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        char::decode_utf16(self.0.iter().copied())
            .try_for_each(|unit| write!(f, "{}", unit.unwrap_or(char::REPLACEMENT_CHARACTER)))
    }
}

impl fmt::Debug for WideString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf16_lossy(&self.0), f)
    }
}
