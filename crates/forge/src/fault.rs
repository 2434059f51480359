//! What can be broken in a hive, by name.

/// One thing that is wrong with a hive that is otherwise sound.
///
/// Keys are named by their path relative to the root, joined by backslashes and without regard to case; the
/// empty path is the root. Except where a fault says otherwise, nothing else changes: reference counts,
/// largest lengths and checksums are those of the sound hive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The two signature bytes of the key's node are zero.
    ZeroSignature {
        /// The key.
        key: String,
    },
    /// The key's entry in its parent's list points nowhere (0xFFFFFFFF); its hint or hash stays.
    ListHole {
        /// The key whose entry it is.
        key: String,
    },
    /// The two signature bytes of the key's own subkey list are zero.
    ListSignature {
        /// The key whose subkeys can't be listed.
        key: String,
    },
    /// The entries of the key's own subkey list stand in descending order, hints or hashes with them.
    UnsortedList {
        /// The key whose subkeys are listed in the wrong order.
        key: String,
    },
    /// The hint or hash in the key's list entry is that of another name (all its bits are flipped).
    WrongHint {
        /// The key whose entry it is.
        key: String,
    },
    /// The key's entry in its parent's list points at another key; with one above it, this is a cycle.
    Cycle {
        /// The key whose entry it is.
        key: String,
        /// The key that the entry leads to instead.
        to: String,
    },
    /// The key's own subkey list is an `ri` whose first leaf is the list itself.
    SelfReferencingList {
        /// The key whose list it is.
        key: String,
    },
    /// The key says that its parent is the key itself.
    WrongParent {
        /// The key; not the root, whose parent means nothing.
        key: String,
    },
    /// The key has no security cell (0xFFFFFFFF); the cell it would share counts one reference less.
    NoSecurity {
        /// The key.
        key: String,
    },
    /// The key's security cell, one of its own, holds a descriptor whose DACL lies behind its end.
    BadDescriptor {
        /// The key; keys below that follow its descriptor follow the sound one.
        key: String,
    },
    /// The key was deleted, with all below it: out of its parent's list, its cells free, their bytes left.
    ///
    /// Counts, largest lengths and security references are those of a hive without the key. The free cells
    /// stay apart, as in a hive that Windows hasn't written to since.
    DeletedKey {
        /// The key; not the root.
        key: String,
    },
    /// The two signature bytes of a value's record are zero.
    ValueSignature {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// A value's entry in the value list points nowhere (0xFFFFFFFF).
    ValueListHole {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The cell of a value's data is half as large as the data needs; what is cut off is a free cell.
    ///
    /// Data in segments is cut in its first one. Data of 4 bytes or less has no cell.
    DataCutShort {
        /// The key that holds the value.
        key: String,
        /// The value's name; empty for the default value.
        value: String,
    },
    /// The root cell offset in the base block points nowhere (0xFFFFFFFF); the checksum fits.
    RootUnreadable,
    /// The primary sequence number is one more than the secondary; the checksum fits.
    DirtySequence,
    /// The checksum of the base block is wrong (all its bits are flipped).
    BadChecksum,
    /// The file ends early; what the base block says of its size stays.
    Truncate {
        /// The size in bytes that is left; a file that isn't longer stays as it is.
        bytes: usize,
    },
}

impl Fault {
    /// The name of this kind of fault, as the variant is spelled.
    pub fn name(&self) -> &'static str {
        match self {
            Fault::ZeroSignature { .. } => "ZeroSignature",
            Fault::ListHole { .. } => "ListHole",
            Fault::ListSignature { .. } => "ListSignature",
            Fault::UnsortedList { .. } => "UnsortedList",
            Fault::WrongHint { .. } => "WrongHint",
            Fault::Cycle { .. } => "Cycle",
            Fault::SelfReferencingList { .. } => "SelfReferencingList",
            Fault::WrongParent { .. } => "WrongParent",
            Fault::NoSecurity { .. } => "NoSecurity",
            Fault::BadDescriptor { .. } => "BadDescriptor",
            Fault::DeletedKey { .. } => "DeletedKey",
            Fault::ValueSignature { .. } => "ValueSignature",
            Fault::ValueListHole { .. } => "ValueListHole",
            Fault::DataCutShort { .. } => "DataCutShort",
            Fault::RootUnreadable => "RootUnreadable",
            Fault::DirtySequence => "DirtySequence",
            Fault::BadChecksum => "BadChecksum",
            Fault::Truncate { .. } => "Truncate",
        }
    }
}
