//! Why a description can't be written as a hive.

/// A reason why a hive can't be written as described.
///
/// Paths are relative to the root key, joined by backslashes; the root itself is the empty path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForgeError {
    /// A key other than the root has an empty name.
    #[error("a subkey of the key {parent:?} has an empty name")]
    EmptyName {
        /// Path of the key that holds it.
        parent: String,
    },
    /// A key's name holds a backslash, which separates the components of a path.
    #[error("the key {key:?} has a backslash in its name {name:?}")]
    BackslashInName {
        /// Path of the key.
        key: String,
        /// The name.
        name: String,
    },
    /// A key's name is longer than 255 UTF-16 units.
    #[error("the name of the key {key:?} has {units} UTF-16 units, and 255 is the most")]
    NameTooLong {
        /// Path of the key.
        key: String,
        /// The name's length in UTF-16 units.
        units: usize,
    },
    /// A value's name is longer than 16,383 UTF-16 units.
    #[error("a value name of the key {key:?} has {units} UTF-16 units, and 16383 is the most")]
    ValueNameTooLong {
        /// Path of the key that holds the value.
        key: String,
        /// The name's length in UTF-16 units.
        units: usize,
    },
    /// A class name is longer than 32,767 UTF-16 units.
    #[error("the class name of the key {key:?} has {units} UTF-16 units, and 32767 is the most")]
    ClassTooLong {
        /// Path of the key.
        key: String,
        /// The class name's length in UTF-16 units.
        units: usize,
    },
    /// Two subkeys of one key have the same name, but for case.
    #[error(
        "the key {parent:?} has two subkeys named {name:?} (names are compared without regard to case)"
    )]
    DuplicateKey {
        /// Path of the key that holds both.
        parent: String,
        /// The name, as the second one spells it.
        name: String,
    },
    /// Two values of one key have the same name, but for case.
    #[error(
        "the key {key:?} has two values named {name:?} (names are compared without regard to case)"
    )]
    DuplicateValue {
        /// Path of the key that holds both.
        key: String,
        /// The name, as the second one spells it.
        name: String,
    },
    /// Keys are nested deeper than the 512 levels that Windows allows.
    #[error("the key {key:?} is at level {level}, and Windows allows 512")]
    TooDeep {
        /// Path of the key.
        key: String,
        /// Its level; the root is at level 1.
        level: usize,
    },
    /// The data of a value, or the hive as a whole, is more than the format can address.
    #[error("{what} of {size} bytes doesn't fit: {limit} is the most")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The largest size in bytes.
        limit: usize,
    },
    /// A key says something of layers, or a value is a tombstone, in a format below 1.6.
    #[error("the key {key:?} or a value of it is layered, which only format 1.6 knows")]
    NeedsLayers {
        /// Path of the key.
        key: String,
    },
    /// A fault names a key that the description doesn't have.
    #[error("the fault {fault} names the key {key:?}, which isn't there")]
    FaultKeyMissing {
        /// The fault's name.
        fault: &'static str,
        /// The path it names.
        key: String,
    },
    /// A fault names a value that the description doesn't have.
    #[error("the fault {fault} names the value {value:?} of the key {key:?}, which isn't there")]
    FaultValueMissing {
        /// The fault's name.
        fault: &'static str,
        /// The path it names.
        key: String,
        /// The value's name.
        value: String,
    },
    /// A fault can't be put where it asks for.
    #[error("the fault {fault} can't be applied to the key {key:?}: {reason}")]
    FaultNotApplicable {
        /// The fault's name.
        fault: &'static str,
        /// The path it names.
        key: String,
        /// What stands in the way.
        reason: &'static str,
    },
    /// A fault that names no key can't be put into this hive.
    #[error("the fault {fault} can't be applied: {reason}")]
    FaultNotPossible {
        /// The fault's name.
        fault: &'static str,
        /// What stands in the way.
        reason: &'static str,
    },
}
