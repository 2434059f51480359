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
}
