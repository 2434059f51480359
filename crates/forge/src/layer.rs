//! What a key of format 1.6 does to the same key in the layers below its hive.

/// Set where a layered key takes its class name from the layer below.
const INHERIT_CLASS: u8 = 0x80;

/// What becomes of the same key in the layers below, as the lowest two bits of byte 13 of the key node say.
///
/// Source: regf notes, "Layered keys".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LayerSemantics {
    /// 0: this key and those below are merged; where both have a value, this key's is taken.
    #[default]
    Merge,
    /// 1: the key is deleted here, whatever stands below; such a key has no class, subkeys or values.
    Tombstone,
    /// 2: this key replaces those below; its subkeys are merged with theirs.
    SupersedeLocal,
    /// 3: this key replaces those below with all their subkeys; subkeys here say 3 too, or are tombstones.
    SupersedeTree,
}

/// How a key of format 1.6 stands to the same key in the layers below.
///
/// The default, a merge without inheriting, is what every key of an ordinary hive says (byte 13 is 0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Layer {
    /// What becomes of the key below.
    pub semantics: LayerSemantics,
    /// Whether the class name is that of the key below (bit 0x80).
    pub inherit_class: bool,
}

impl Layer {
    /// Byte 13 of the key node.
    pub(crate) fn bits(self) -> u8 {
        let semantics = match self.semantics {
            LayerSemantics::Merge => 0,
            LayerSemantics::Tombstone => 1,
            LayerSemantics::SupersedeLocal => 2,
            LayerSemantics::SupersedeTree => 3,
        };
        semantics | if self.inherit_class { INHERIT_CLASS } else { 0 }
    }
}
