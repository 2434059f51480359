//! What is wrong with a hive that a rule file describes.

use crate::decode::{described, words};

described! {
    /// One thing that is wrong with a hive which is sound else.
    pub struct DamageSketch as "a damage", example "{ fault: zeroed-signature, key: 'ControlSet001\\Services\\Tcpip' }" {
        required {
            /// What is wrong.
            fault: FaultName,
        }
        optional {
            /// The key that it is about, by its path.
            key: Option<String> = None,
            /// The value that it is about, `''` for the default value.
            value: Option<String> = None,
            /// The entry of the list that it is about.
            entry: Option<String> = None,
            /// The size that is left, in bytes.
            bytes: Option<u64> = None,
        }
    }
}

words! {
    /// What can be wrong with a hive.
    pub enum FaultName as "a fault" {
        /// The key's node has no signature: the key stands in its list and can't be read.
        ZeroedSignature = "zeroed-signature",
        /// The key's entry in the list above it leads nowhere; its name's hash or hint stays.
        ListHole = "list-hole",
        /// The list of the key's subkeys has no signature: none of them can be found.
        ListSignature = "list-signature",
        /// The list of the key's subkeys stands in a free cell.
        FreedList = "freed-list",
        /// The list of the key's subkeys is in the wrong order.
        UnsortedList = "unsorted-list",
        /// The hash or hint in the key's list entry is that of another name.
        WrongHash = "wrong-hash",
        /// The key's node stands in a free cell, and its list leads to it all the same.
        FreedKey = "freed-key",
        /// The key was deleted with all below it, and can still be read in free cells.
        DeletedKey = "deleted-key",
        /// The record of the value has no signature.
        ValueSignature = "value-signature",
        /// The value's entry in the list of values leads nowhere.
        ValueListHole = "value-list-hole",
        /// The list of the key's values stands in a free cell.
        FreedValueList = "freed-value-list",
        /// The record of the value stands in a free cell, and the list leads to it all the same.
        FreedValue = "freed-value",
        /// The cell of the value's data is cut short.
        DataCutShort = "data-cut-short",
        /// The value's data stands in a free cell: it can't be relied on.
        FreedData = "freed-data",
        /// The value was deleted, and can still be read in free cells.
        DeletedValue = "deleted-value",
        /// The list lacks the NUL that ends it.
        UnterminatedList = "unterminated-list",
        /// The list has half a character behind its end.
        OddLength = "odd-length",
        /// An entry stands behind the end of the list: `entry`.
        BehindListEnd = "behind-list-end",
        /// An empty text stands in front of an entry of the list: `entry`.
        EmptyEntry = "empty-entry",
        /// The key has no security cell.
        NoSecurity = "no-security",
        /// The key's security descriptor is ill-formed: its DACL lies behind its end.
        IllFormedDescriptor = "ill-formed-descriptor",
        /// The key's security cell has no signature; that of no other key is concerned.
        UnreadableSecurity = "unreadable-security",
        /// The key's security cell is free, for all keys that share it.
        FreedSecurity = "freed-security",
        /// The sequence numbers differ, as in a hive that was copied while it was written to.
        Dirty = "dirty",
        /// The checksum of the base block is wrong.
        BadChecksum = "bad-checksum",
        /// The root key can't be found.
        NoRoot = "no-root",
        /// The file ends early: `bytes` are left of it.
        CutShort = "cut-short",
        /// Free cells that are neighbours are one, as where Windows freed them.
        MergedFreeCells = "merged-free-cells",
        /// Free cells lead to each other, as in hives up to those of Windows 2000.
        LinkedFreeCells = "linked-free-cells",
    }
}

/// What a fault needs to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) key: bool,
    pub(crate) value: bool,
    pub(crate) entry: bool,
    pub(crate) bytes: bool,
}

impl FaultName {
    /// What it needs to be told, and nothing else.
    pub(crate) const fn needs(self) -> Needs {
        let nothing = Needs { key: false, value: false, entry: false, bytes: false };
        match self {
            Self::ZeroedSignature
            | Self::ListHole
            | Self::ListSignature
            | Self::FreedList
            | Self::UnsortedList
            | Self::WrongHash
            | Self::FreedKey
            | Self::DeletedKey
            | Self::FreedValueList
            | Self::NoSecurity
            | Self::IllFormedDescriptor
            | Self::UnreadableSecurity
            | Self::FreedSecurity => Needs { key: true, ..nothing },
            Self::ValueSignature
            | Self::ValueListHole
            | Self::FreedValue
            | Self::DataCutShort
            | Self::FreedData
            | Self::DeletedValue
            | Self::UnterminatedList
            | Self::OddLength => Needs { key: true, value: true, ..nothing },
            Self::BehindListEnd | Self::EmptyEntry => {
                Needs { key: true, value: true, entry: true, ..nothing }
            }
            Self::CutShort => Needs { bytes: true, ..nothing },
            Self::Dirty
            | Self::BadChecksum
            | Self::NoRoot
            | Self::MergedFreeCells
            | Self::LinkedFreeCells => nothing,
        }
    }
}
