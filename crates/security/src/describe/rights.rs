//! What the bits of a mask are called, for each kind of object.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::access::GenericMapping;
use crate::mask::AccessMask;

/// The kind of object that a descriptor protects: it decides what the low 16 bits of a mask mean.
///
/// Registry keys, services and folders also pass ACEs on to children, each in its own way.
///
/// ```
/// use coldhive_security::{AccessMask, ObjectKind};
///
/// let mask = AccessMask::from_bits_retain(0x30);
/// assert_eq!(ObjectKind::RegistryKey.names(mask), "NOTIFY | CREATE_LINK");
/// assert_eq!(ObjectKind::Service.names(mask), "START | STOP");
/// assert_eq!(ObjectKind::Service.words(mask), "start and stop");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ObjectKind {
    /// A registry key (Win32 "Registry Key Security and Access Rights").
    RegistryKey,
    /// A service (Win32 "Service Security and Access Rights").
    Service,
    /// The service control manager (the same page).
    ServiceManager,
    /// A file (Win32 "File Access Rights Constants").
    File,
    /// A folder of a file system (the same page).
    Directory,
}

/// One right: its bit, its name without the prefix of its kind, and what it lets people do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Right {
    pub(crate) bit: u32,
    pub(crate) name: &'static str,
    pub(crate) words: &'static str,
}

const fn right(bit: u32, name: &'static str, words: &'static str) -> Right {
    Right { bit, name, words }
}

static KEY: [Right; 6] = [
    right(0x1, "QUERY_VALUE", "read values"),
    right(0x2, "SET_VALUE", "set values"),
    right(0x4, "CREATE_SUB_KEY", "create subkeys"),
    right(0x8, "ENUMERATE_SUB_KEYS", "list subkeys"),
    right(0x10, "NOTIFY", "be told of changes"),
    right(0x20, "CREATE_LINK", "create links"),
];

static SERVICE: [Right; 9] = [
    right(0x1, "QUERY_CONFIG", "read the configuration"),
    right(0x2, "CHANGE_CONFIG", "change the configuration"),
    right(0x4, "QUERY_STATUS", "read the status"),
    right(0x8, "ENUMERATE_DEPENDENTS", "list dependents"),
    right(0x10, "START", "start"),
    right(0x20, "STOP", "stop"),
    right(0x40, "PAUSE_CONTINUE", "pause"),
    right(0x80, "INTERROGATE", "interrogate"),
    right(0x100, "USER_DEFINED_CONTROL", "send user-defined controls"),
];

static SERVICE_MANAGER: [Right; 6] = [
    right(0x1, "CONNECT", "connect"),
    right(0x2, "CREATE_SERVICE", "create services"),
    right(0x4, "ENUMERATE_SERVICE", "list services"),
    right(0x8, "LOCK", "lock the database"),
    right(0x10, "QUERY_LOCK_STATUS", "read the lock status"),
    right(0x20, "MODIFY_BOOT_CONFIG", "report the boot status"),
];

static FILE: [Right; 9] = [
    right(0x1, "READ_DATA", "read data"),
    right(0x2, "WRITE_DATA", "write data"),
    right(0x4, "APPEND_DATA", "append data"),
    right(0x8, "READ_EA", "read extended attributes"),
    right(0x10, "WRITE_EA", "write extended attributes"),
    right(0x20, "EXECUTE", "execute"),
    right(0x40, "DELETE_CHILD", "delete children"),
    right(0x80, "READ_ATTRIBUTES", "read attributes"),
    right(0x100, "WRITE_ATTRIBUTES", "write attributes"),
];

static DIRECTORY: [Right; 9] = [
    right(0x1, "LIST_DIRECTORY", "list"),
    right(0x2, "ADD_FILE", "create files"),
    right(0x4, "ADD_SUBDIRECTORY", "create subfolders"),
    right(0x8, "READ_EA", "read extended attributes"),
    right(0x10, "WRITE_EA", "write extended attributes"),
    right(0x20, "TRAVERSE", "traverse"),
    right(0x40, "DELETE_CHILD", "delete children"),
    right(0x80, "READ_ATTRIBUTES", "read attributes"),
    right(0x100, "WRITE_ATTRIBUTES", "write attributes"),
];

/// The rights of every object ([MS-DTYP] 2.4.3).
static STANDARD: [Right; 11] = [
    right(0x1_0000, "DELETE", "delete"),
    right(0x2_0000, "READ_CONTROL", "read the permissions"),
    right(0x4_0000, "WRITE_DAC", "change the permissions"),
    right(0x8_0000, "WRITE_OWNER", "change the owner"),
    right(0x10_0000, "SYNCHRONIZE", "wait for it"),
    right(0x100_0000, "ACCESS_SYSTEM_SECURITY", "read and change the SACL"),
    right(0x200_0000, "MAXIMUM_ALLOWED", "whatever is allowed"),
    right(0x1000_0000, "GENERIC_ALL", "GENERIC_ALL"),
    right(0x2000_0000, "GENERIC_EXECUTE", "GENERIC_EXECUTE"),
    right(0x4000_0000, "GENERIC_WRITE", "GENERIC_WRITE"),
    right(0x8000_0000, "GENERIC_READ", "GENERIC_READ"),
];

/// A name of several rights at once.
type Whole = (&'static str, u32);

static KEY_WHOLE: [Whole; 4] = [
    ("KEY_READ", 0x2_0019),
    ("KEY_WRITE", 0x2_0006),
    ("KEY_EXECUTE", 0x2_0019),
    ("KEY_ALL_ACCESS", 0xF_003F),
];
static SERVICE_WHOLE: [Whole; 1] = [("SERVICE_ALL_ACCESS", 0xF_01FF)];
static SERVICE_MANAGER_WHOLE: [Whole; 1] = [("SC_MANAGER_ALL_ACCESS", 0xF_003F)];
static FILE_WHOLE: [Whole; 4] = [
    ("FILE_GENERIC_READ", 0x12_0089),
    ("FILE_GENERIC_WRITE", 0x12_0116),
    ("FILE_GENERIC_EXECUTE", 0x12_00A0),
    ("FILE_ALL_ACCESS", 0x1F_01FF),
];

impl ObjectKind {
    fn specific(self) -> &'static [Right] {
        match self {
            ObjectKind::RegistryKey => &KEY,
            ObjectKind::Service => &SERVICE,
            ObjectKind::ServiceManager => &SERVICE_MANAGER,
            ObjectKind::File => &FILE,
            ObjectKind::Directory => &DIRECTORY,
        }
    }

    fn whole(self) -> &'static [Whole] {
        match self {
            ObjectKind::RegistryKey => &KEY_WHOLE,
            ObjectKind::Service => &SERVICE_WHOLE,
            ObjectKind::ServiceManager => &SERVICE_MANAGER_WHOLE,
            ObjectKind::File | ObjectKind::Directory => &FILE_WHOLE,
        }
    }

    /// Every right that has a name here, in the order of the bits.
    pub(crate) fn rights(self) -> impl Iterator<Item = &'static Right> {
        self.specific().iter().chain(&STANDARD)
    }

    /// What the generic rights stand for with this kind of object.
    pub fn generic_mapping(self) -> GenericMapping {
        match self {
            ObjectKind::RegistryKey => GenericMapping::REGISTRY_KEY,
            ObjectKind::Service => GenericMapping::SERVICE,
            ObjectKind::ServiceManager => GenericMapping::SERVICE_MANAGER,
            ObjectKind::File | ObjectKind::Directory => GenericMapping::FILE,
        }
    }

    /// The bits of `mask` that are no right of such an object, and no generic right.
    ///
    /// An ACE may well hold them; they have no effect.
    ///
    /// ```
    /// use coldhive_security::{AccessMask, ObjectKind};
    ///
    /// let mask = AccessMask::from_bits_retain(0x12_0119);
    /// assert_eq!(ObjectKind::RegistryKey.meaningless(mask).bits(), 0x10_0100);
    /// assert!(ObjectKind::File.meaningless(mask).is_empty());
    /// ```
    pub fn meaningless(self, mask: AccessMask) -> AccessMask {
        let generic = AccessMask::GENERIC_ALL
            | AccessMask::GENERIC_EXECUTE
            | AccessMask::GENERIC_WRITE
            | AccessMask::GENERIC_READ;
        mask.difference(self.generic_mapping().all | generic | AccessMask::ACCESS_SYSTEM_SECURITY)
    }

    /// The mask in the names of winnt.h and winsvc.h: `KEY_READ`, or `QUERY_CONFIG | START | 0x200`.
    ///
    /// Single rights stand without the prefix of their kind (`SERVICE_`, `FILE_`), whole masks with it.
    /// Bits without a name come last, in hexadecimal; the empty mask is `0x0`.
    pub fn names(self, mask: AccessMask) -> String {
        if let Some((name, _)) = self.whole().iter().find(|(_, bits)| *bits == mask.bits()) {
            return (*name).to_string();
        }
        let mut rest = mask;
        let mut parts = Vec::new();
        for right in self.rights() {
            let bit = AccessMask::from_bits_retain(right.bit);
            if mask.contains(bit) {
                parts.push(right.name.to_string());
                rest.remove(bit);
            }
        }
        if !rest.is_empty() || parts.is_empty() {
            parts.push(format!("{:#x}", rest.bits()));
        }
        parts.join(" | ")
    }

    /// The mask of this name of a right or of a whole mask, in either case.
    ///
    /// `prefix` is what names of whole masks begin with, and may be missing in `name`.
    pub(crate) fn mask_named(self, name: &str, prefix: &str) -> Option<AccessMask> {
        let single = self.rights().map(|right| (right.name, right.bit));
        let whole = self
            .whole()
            .iter()
            .map(|(whole, bits)| (whole.strip_prefix(prefix).unwrap_or(whole), *bits));
        let (_, bits) = single.chain(whole).find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(AccessMask::from_bits_retain(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [ObjectKind; 5] = [
        ObjectKind::RegistryKey,
        ObjectKind::Service,
        ObjectKind::ServiceManager,
        ObjectKind::File,
        ObjectKind::Directory,
    ];

    // The sum of the single rights and of the four that each object needs is what the pages call
    // ..._ALL_ACCESS; the lists of rights are complete, then.
    #[test]
    fn all_access_is_every_right() {
        for kind in KINDS {
            let specific = kind.specific().iter().fold(0, |bits, right| bits | right.bit);
            let all = kind.generic_mapping().all.bits();
            assert_eq!(specific, all & 0xFFFF, "{kind:?}");
            assert!(kind.whole().iter().any(|(_, bits)| *bits == all));
            assert!(kind.rights().all(|right| right.bit.count_ones() == 1));
            assert!(kind.rights().is_sorted_by_key(|right| right.bit));
        }
    }
}
