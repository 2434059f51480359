//! Text in a field of fixed size, up to its first NUL; what stands behind that is left over from elsewhere.

use std::fmt;

use coldhive_hive::HexBytes;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::bytes::units;

/// An ANSI text in `N` bytes.
///
/// The code page is that of the machine, so only ASCII is certain: other bytes are shown as U+FFFD, and
/// [`field`](Self::field) has them all.
///
/// ```
/// use coldhive_system::winsock::FixedAnsi;
/// let field = FixedAnsi::new(*b"msafd.dll\0garbage");
/// assert_eq!(field.to_string(), "msafd.dll");
/// assert_eq!(field.behind(), b"garbage");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FixedAnsi<const N: usize>([u8; N]);

/// A UTF-16 text in `N` units, whose unpaired surrogates are shown as U+FFFD.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FixedWide<const N: usize>([u16; N]);

impl<const N: usize> FixedAnsi<N> {
    /// Takes the bytes of the field.
    #[must_use]
    pub const fn new(field: [u8; N]) -> Self {
        Self(field)
    }

    /// All bytes of the field.
    #[must_use]
    pub const fn field(&self) -> &[u8; N] {
        &self.0
    }

    /// The bytes of the text: those before the first NUL.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.0.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    /// The bytes behind the first NUL, which are no part of the text.
    #[must_use]
    pub fn behind(&self) -> &[u8] {
        self.0.get(self.text().len().saturating_add(1)..).unwrap_or_default()
    }

    /// Whether there is a NUL.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.text().len() < N
    }

    /// Whether the text is ASCII, so that `Display` shows it as it is whatever the code page.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        self.text().is_ascii()
    }
}

impl<const N: usize> fmt::Display for FixedAnsi<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        self.text().iter().try_for_each(|byte| {
            f.write_char(if byte.is_ascii() {
                char::from(*byte)
            } else {
                char::REPLACEMENT_CHARACTER
            })
        })
    }
}

impl<const N: usize> FixedWide<N> {
    /// Takes the units of the field.
    #[must_use]
    pub const fn new(field: [u16; N]) -> Self {
        Self(field)
    }

    /// Reads a field of `2 * N` bytes; `None` for any other number.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        if !bytes.len().is_multiple_of(2) {
            return None;
        }
        units(bytes).collect::<Vec<_>>().try_into().ok().map(Self)
    }

    /// All units of the field.
    #[must_use]
    pub const fn field(&self) -> &[u16; N] {
        &self.0
    }

    /// The units of the text: those before the first NUL.
    #[must_use]
    pub fn text(&self) -> &[u16] {
        self.0.split(|unit| *unit == 0).next().unwrap_or_default()
    }

    /// The units behind the first NUL, which are no part of the text.
    #[must_use]
    pub fn behind(&self) -> &[u16] {
        self.0.get(self.text().len().saturating_add(1)..).unwrap_or_default()
    }

    /// Whether there is a NUL.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.text().len() < N
    }

    /// Whether the text is valid UTF-16, so that `Display` shows it as it is.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        char::decode_utf16(self.text().iter().copied()).all(|unit| unit.is_ok())
    }
}

impl<const N: usize> fmt::Display for FixedWide<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        char::decode_utf16(self.text().iter().copied())
            .try_for_each(|unit| f.write_char(unit.unwrap_or(char::REPLACEMENT_CHARACTER)))
    }
}

/// `text`, whether it is `terminated` and `lossless`, and `behind`: what is left over, as hex up to its last byte
/// that isn't 0.
fn serialize<S: Serializer>(
    to: S,
    text: String,
    terminated: bool,
    lossless: bool,
    mut behind: Vec<u8>,
) -> Result<S::Ok, S::Error> {
    let used = behind.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    behind.truncate(used);
    let mut field = to.serialize_struct("FixedText", 4)?;
    field.serialize_field("text", &text)?;
    field.serialize_field("terminated", &terminated)?;
    field.serialize_field("lossless", &lossless)?;
    field.serialize_field("behind", &HexBytes(behind))?;
    field.end()
}

impl<const N: usize> Serialize for FixedAnsi<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let behind = self.behind().to_vec();
        serialize(to, self.to_string(), self.is_terminated(), self.is_lossless(), behind)
    }
}

impl<const N: usize> Serialize for FixedWide<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let behind = self.behind().iter().flat_map(|unit| unit.to_le_bytes()).collect();
        serialize(to, self.to_string(), self.is_terminated(), self.is_lossless(), behind)
    }
}

impl<const N: usize> fmt::Debug for FixedAnsi<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} then {}", self.to_string(), HexBytes(self.behind().to_vec()))
    }
}

impl<const N: usize> fmt::Debug for FixedWide<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} then {:04x?}", self.to_string(), self.behind())
    }
}
