//! Layered keys: what the keys and values of a differencing hive do to those of the hive below it.
//!
//! A container's registry is a stack of hives. The one on top, in format 1.6, holds what differs; each of its
//! keys says how it goes together with the key of the same path below, and a key or value that was deleted
//! is kept as a tombstone, so that it hides the one below (regf notes, "Layered keys").

use serde::{Deserialize, Serialize};

use crate::hive::Hive;
use crate::key::Key;
use crate::value::Value;

/// The bits of a key node's layer byte that say how the key goes together with those below.
const SEMANTICS: u8 = 0x03;
/// The bit that says where the class name comes from.
const INHERIT_CLASS: u8 = 0x80;
/// The flag of a key value that is a tombstone.
const FLAG_TOMBSTONE: u16 = 2;

/// How a key goes together with the keys of the same path in the hives below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerSemantics {
    /// 0: its values and subkeys add to those below, and win where both have one.
    Merge,
    /// 1: it marks the key as deleted, and has no class, subkeys or values of its own.
    Tombstone,
    /// 2: it takes the place of the key below; subkeys are still merged.
    SupersedeLocal,
    /// 3: it takes the place of the key below and of all that is under that.
    SupersedeTree,
}

/// What a key of a differencing hive says of the layers below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Layer {
    /// How it goes together with the keys below.
    pub semantics: LayerSemantics,
    /// Whether the class name is that of the key below.
    pub inherit_class: bool,
}

impl Layer {
    /// Whether it is anything but an ordinary key, which is merged with those below.
    #[must_use]
    pub fn says_something(&self) -> bool {
        self.semantics != LayerSemantics::Merge || self.inherit_class
    }
}

impl Hive<'_> {
    /// Whether the hive is in the format that has layers, 1.6. In older ones these bits mean nothing.
    pub(crate) fn has_layers(&self) -> bool {
        let base = self.base_block();
        base.major() == 1 && base.minor() == 6
    }
}

impl Key<'_> {
    /// How the key goes together with those of the hives below; `None` in formats before 1.6.
    #[must_use]
    pub fn layer(&self) -> Option<Layer> {
        let byte = self.hive().has_layers().then(|| self.layer_byte())?;
        let semantics = match byte & SEMANTICS {
            0 => LayerSemantics::Merge,
            1 => LayerSemantics::Tombstone,
            2 => LayerSemantics::SupersedeLocal,
            _ => LayerSemantics::SupersedeTree,
        };
        Some(Layer { semantics, inherit_class: byte & INHERIT_CLASS != 0 })
    }

    /// Whether the key only marks that it was deleted in this layer.
    #[must_use]
    pub fn is_tombstone(&self) -> bool {
        self.layer().is_some_and(|layer| layer.semantics == LayerSemantics::Tombstone)
    }
}

impl Value<'_> {
    /// Whether the value only marks that it was deleted in this layer: it has no type and no data.
    #[must_use]
    pub fn is_tombstone(&self) -> bool {
        self.flag_bits() & FLAG_TOMBSTONE != 0 && self.hive().has_layers()
    }
}
