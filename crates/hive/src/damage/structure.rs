//! What damage can be told of: the on-disk structures, and their signatures.

use std::fmt;

/// The longest name that Windows gives to a key, in UTF-16 units.
pub(crate) const LONGEST_KEY_NAME: u32 = 255;

/// The on-disk structures that damage can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Structure {
    /// The root key's node.
    RootKey,
    /// A key node (`nk`).
    KeyNode,
    /// A key's class name.
    ClassName,
    /// A list of subkeys (`lf`, `lh`, `li` or `ri`).
    SubkeyList,
    /// A list of values.
    ValueList,
    /// A key value (`vk`).
    KeyValue,
    /// The data of a value.
    ValueData,
    /// A big data record (`db`) or its list of segments.
    BigData,
    /// A key security record (`sk`).
    KeySecurity,
}

impl Structure {
    /// The longest name that Windows gives to one, in UTF-16 units.
    pub(crate) const fn longest_name(self) -> u32 {
        if matches!(self, Self::KeyValue) { 16_383 } else { LONGEST_KEY_NAME }
    }
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RootKey => "root key",
            Self::KeyNode => "key node",
            Self::ClassName => "class name",
            Self::SubkeyList => "subkey list",
            Self::ValueList => "value list",
            Self::KeyValue => "key value",
            Self::ValueData => "value data",
            Self::BigData => "big data record",
            Self::KeySecurity => "key security record",
        })
    }
}

/// Two bytes of a signature, printed as text where they are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub [u8; 2]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0;
        if first.is_ascii_graphic() && second.is_ascii_graphic() {
            write!(f, "\"{}{}\"", char::from(first), char::from(second))
        } else {
            write!(f, "bytes {first:02x} {second:02x}")
        }
    }
}
