//! Serde: SIDs and patterns as text, masks and flags as numbers.

use alloc::string::String;
use core::fmt::Display;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::access::SidPattern;
use crate::ace_type::AceFlags;
use crate::control::Control;
use crate::describe::Places;
use crate::guid::Guid;
use crate::mask::AccessMask;
use crate::sid::Sid;

fn from_text<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

macro_rules! as_text {
    ($($type:ty)*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from_text(from)
            }
        }
    )*};
}

macro_rules! as_number {
    ($($type:ty: $number:ty;)*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                self.bits().serialize(to)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <$number>::deserialize(from).map(<$type>::from_bits_retain)
            }
        }
    )*};
}

as_text! { Sid SidPattern Guid }

as_number! {
    AccessMask: u32;
    AceFlags: u8;
    Control: u16;
    Places: u8;
}
