//! Bytes of a hive in hexadecimal, without a copy of them.

use std::borrow::Cow;
use std::fmt;

use coldhive_rules::HexBytes;
use serde::{Serialize, Serializer};

/// Bytes, of the hive itself where they can be, that print and are serialised as [`HexBytes`] are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Hex<'i>(pub Cow<'i, [u8]>);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HexBytes::write(&self.0, f)
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        HexBytes::serialize_bytes(&self.0, serializer)
    }
}
