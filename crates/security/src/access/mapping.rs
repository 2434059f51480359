//! What the generic rights mean for a type of object.

use crate::mask::AccessMask;

/// The rights that GENERIC_READ, _WRITE, _EXECUTE and _ALL stand for (Win32 GENERIC_MAPPING).
///
/// ```
/// use coldhive_security::{AccessMask, GenericMapping};
///
/// let mapped = GenericMapping::REGISTRY_KEY.map(AccessMask::GENERIC_READ | AccessMask::DELETE);
/// assert_eq!(mapped, AccessMask::KEY_READ | AccessMask::DELETE);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct GenericMapping {
    /// What GENERIC_READ stands for.
    pub read: AccessMask,
    /// What GENERIC_WRITE stands for.
    pub write: AccessMask,
    /// What GENERIC_EXECUTE stands for.
    pub execute: AccessMask,
    /// What GENERIC_ALL stands for: every right of the object.
    pub all: AccessMask,
}

impl GenericMapping {
    /// The mapping of registry keys (Win32 "Registry Key Security and Access Rights").
    pub const REGISTRY_KEY: GenericMapping = GenericMapping {
        read: AccessMask::KEY_READ,
        write: AccessMask::KEY_WRITE,
        execute: AccessMask::KEY_EXECUTE,
        all: AccessMask::KEY_ALL_ACCESS,
    };

    /// The mapping of services (Win32 "Service Security and Access Rights").
    ///
    /// That page has no row for GENERIC_ALL; SERVICE_ALL_ACCESS "includes STANDARD_RIGHTS_REQUIRED in
    /// addition to all access rights in this table".
    pub const SERVICE: GenericMapping = GenericMapping {
        read: AccessMask::from_bits_retain(0x2_008D),
        write: AccessMask::from_bits_retain(0x2_0002),
        execute: AccessMask::from_bits_retain(0x2_0170),
        all: AccessMask::from_bits_retain(0xF_01FF),
    };

    /// The mapping of the service control manager (the same page).
    pub const SERVICE_MANAGER: GenericMapping = GenericMapping {
        read: AccessMask::from_bits_retain(0x2_0014),
        write: AccessMask::from_bits_retain(0x2_0022),
        execute: AccessMask::from_bits_retain(0x2_0009),
        all: AccessMask::from_bits_retain(0xF_003F),
    };

    /// The mapping of files and directories (Win32 "File Security and Access Rights").
    pub const FILE: GenericMapping = GenericMapping {
        read: AccessMask::from_bits_retain(0x12_0089),
        write: AccessMask::from_bits_retain(0x12_0116),
        execute: AccessMask::from_bits_retain(0x12_00A0),
        all: AccessMask::from_bits_retain(0x1F_01FF),
    };

    /// Replaces the generic bits of a mask by what they stand for, and leaves the others.
    pub fn map(&self, mask: AccessMask) -> AccessMask {
        [
            (AccessMask::GENERIC_READ, self.read),
            (AccessMask::GENERIC_WRITE, self.write),
            (AccessMask::GENERIC_EXECUTE, self.execute),
            (AccessMask::GENERIC_ALL, self.all),
        ]
        .into_iter()
        .filter(|(generic, _)| mask.contains(*generic))
        .fold(mask, |mapped, (generic, meaning)| mapped.difference(generic) | meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Win32 "Registry Key Security and Access Rights"; MapGenericMask clears the generic bits.
    #[test]
    fn registry_keys() {
        let map =
            |bits| GenericMapping::REGISTRY_KEY.map(AccessMask::from_bits_retain(bits)).bits();
        assert_eq!(map(0x8000_0000), 0x20019);
        assert_eq!(map(0x4000_0000), 0x20006);
        assert_eq!(map(0x2000_0000), 0x20019);
        assert_eq!(map(0x1000_0000), 0xF003F);
        assert_eq!(map(0xC000_0100), 0x2011F);
        assert_eq!(map(0x3), 0x3);
    }

    // Win32 "Service Security and Access Rights", the tables of rights and of generic rights;
    // STANDARD_RIGHTS_READ, _WRITE and _EXECUTE are READ_CONTROL (Win32 "Standard Access Rights").
    #[test]
    fn services() {
        let (query_config, change_config, query_status, enumerate_dependents) = (1, 2, 4, 8);
        let (start, stop, pause_continue, interrogate, user_defined) =
            (0x10, 0x20, 0x40, 0x80, 0x100);
        let (read_control, required) = (0x2_0000, 0xF_0000);
        let read = query_config | query_status | interrogate | enumerate_dependents;
        let execute = start | stop | pause_continue | user_defined;
        let GenericMapping { read: r, write: w, execute: x, all } = GenericMapping::SERVICE;
        assert_eq!(r.bits(), read_control | read);
        assert_eq!(w.bits(), read_control | change_config);
        assert_eq!(x.bits(), read_control | execute);
        assert_eq!(all.bits(), required | read | change_config | execute);
    }

    // The same page: its table of generic rights for the service control manager.
    #[test]
    fn service_manager() {
        let (connect, create, enumerate, lock, query_lock, boot_config) = (1, 2, 4, 8, 0x10, 0x20);
        let (read_control, required) = (0x2_0000, 0xF_0000);
        let GenericMapping { read: r, write: w, execute: x, all } = GenericMapping::SERVICE_MANAGER;
        assert_eq!(r.bits(), read_control | enumerate | query_lock);
        assert_eq!(w.bits(), read_control | create | boot_config);
        assert_eq!(x.bits(), read_control | connect | lock);
        assert_eq!(all.bits(), required | (r | w | x).bits());
    }

    // Win32 "File Security and Access Rights" and "File Access Rights Constants"; the sums are those of
    // FR, FW, FX and FA in [MS-DTYP] 2.5.1.1.
    #[test]
    fn files() {
        let (read_data, write_data, append_data, read_ea, write_ea, run) = (1, 2, 4, 8, 0x10, 0x20);
        let (delete_child, read_attributes, write_attributes) = (0x40, 0x80, 0x100);
        let (read_control, required, synchronize) = (0x2_0000, 0xF_0000, 0x10_0000);
        let common = read_control | synchronize;
        let GenericMapping { read: r, write: w, execute: x, all } = GenericMapping::FILE;
        assert_eq!(r.bits(), common | read_data | read_attributes | read_ea);
        assert_eq!(w.bits(), common | write_data | append_data | write_attributes | write_ea);
        assert_eq!(x.bits(), common | run | read_attributes);
        let specific = r | w | x | AccessMask::from_bits_retain(delete_child);
        assert_eq!(all.bits(), required | specific.bits());
    }
}
