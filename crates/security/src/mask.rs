//! Access masks ([MS-DTYP] 2.4.3), with the names that registry keys give to their bits.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use bitflags::bitflags;
use thiserror::Error;

use crate::describe::ObjectKind;
use crate::number;

bitflags! {
    /// A set of rights, requested, granted or denied.
    ///
    /// Bits without a name are kept: use `from_bits_retain`. The names are those of registry keys
    /// (Win32 "Registry Key Security and Access Rights"); other objects use the low 16 bits otherwise.
    ///
    /// ```
    /// use coldhive_security::AccessMask;
    ///
    /// let mask = AccessMask::from_bits_retain(0x3001F);
    /// assert_eq!(mask.sddl(), "CCDCLCSWRPSDRC");
    /// assert!(mask.contains(AccessMask::KEY_READ));
    /// assert_eq!(AccessMask::from_right_name("QUERY_VALUE"), Some(AccessMask::KEY_QUERY_VALUE));
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
    pub struct AccessMask: u32 {
        /// Read the values of a key.
        const KEY_QUERY_VALUE = 0x1;
        /// Create, delete or set a value of a key.
        const KEY_SET_VALUE = 0x2;
        /// Create a subkey.
        const KEY_CREATE_SUB_KEY = 0x4;
        /// List the subkeys of a key.
        const KEY_ENUMERATE_SUB_KEYS = 0x8;
        /// Be told of changes.
        const KEY_NOTIFY = 0x10;
        /// Reserved for the system's use: make the key a symbolic link.
        const KEY_CREATE_LINK = 0x20;
        /// Delete the object.
        const DELETE = 0x1_0000;
        /// Read the security descriptor, without its SACL.
        const READ_CONTROL = 0x2_0000;
        /// Change the DACL.
        const WRITE_DAC = 0x4_0000;
        /// Change the owner.
        const WRITE_OWNER = 0x8_0000;
        /// Wait for the object; no right of a key.
        const SYNCHRONIZE = 0x10_0000;
        /// Read or change the SACL; granted by a privilege, never by a DACL.
        const ACCESS_SYSTEM_SECURITY = 0x100_0000;
        /// In a request: whatever is granted. In an ACE: nothing.
        const MAXIMUM_ALLOWED = 0x200_0000;
        /// What the object's type maps it to.
        const GENERIC_ALL = 0x1000_0000;
        /// What the object's type maps it to.
        const GENERIC_EXECUTE = 0x2000_0000;
        /// What the object's type maps it to.
        const GENERIC_WRITE = 0x4000_0000;
        /// What the object's type maps it to.
        const GENERIC_READ = 0x8000_0000;
        /// READ_CONTROL, QUERY_VALUE, ENUMERATE_SUB_KEYS and NOTIFY.
        const KEY_READ = 0x2_0019;
        /// The same as KEY_READ.
        const KEY_EXECUTE = 0x2_0019;
        /// READ_CONTROL, SET_VALUE and CREATE_SUB_KEY.
        const KEY_WRITE = 0x2_0006;
        /// Every right that a key has.
        const KEY_ALL_ACCESS = 0xF_003F;

        const _ = !0;
    }
}

/// Two-letter rights in the order in which Windows prints them.
const SDDL_RIGHTS: [(&str, u32); 17] = [
    ("CC", 0x1),
    ("DC", 0x2),
    ("LC", 0x4),
    ("SW", 0x8),
    ("RP", 0x10),
    ("WP", 0x20),
    ("DT", 0x40),
    ("LO", 0x80),
    ("CR", 0x100),
    ("SD", 0x1_0000),
    ("RC", 0x2_0000),
    ("WD", 0x4_0000),
    ("WO", 0x8_0000),
    ("GA", 0x1000_0000),
    ("GX", 0x2000_0000),
    ("GW", 0x4000_0000),
    ("GR", 0x8000_0000),
];

/// Names of whole masks; KR stands before KX, which has the same bits.
const SDDL_MASKS: [(&str, u32); 8] = [
    ("KA", 0xF_003F),
    ("KR", 0x2_0019),
    ("KW", 0x2_0006),
    ("KX", 0x2_0019),
    ("FA", 0x1F_01FF),
    ("FR", 0x12_0089),
    ("FW", 0x12_0116),
    ("FX", 0x12_00A0),
];

/// The rights of a mandatory label (SYSTEM_MANDATORY_LABEL_ACE, [MS-DTYP] 2.4.4.13).
const SDDL_LABEL: [(&str, u32); 3] = [("NW", 0x1), ("NR", 0x2), ("NX", 0x4)];

impl AccessMask {
    /// The right of this name: `KEY_READ`, `KEY_QUERY_VALUE`, `QUERY_VALUE`, `WRITE_DAC`, `0x20019`, ...
    ///
    /// Every name is known with and without `KEY_`, in either case; hexadecimal needs its `0x`.
    pub fn from_right_name(name: &str) -> Option<AccessMask> {
        if let Some(digits) = name.strip_prefix("0x").or_else(|| name.strip_prefix("0X")) {
            return number::digits32(digits, 16).map(AccessMask::from_bits_retain);
        }
        let bare = match name.get(..4) {
            Some(prefix) if prefix.eq_ignore_ascii_case("KEY_") => name.get(4..)?,
            _ => name,
        };
        ObjectKind::RegistryKey.mask_named(bare, "KEY_")
    }

    /// The mask in the registry's own words: `KEY_READ`, or `QUERY_VALUE | SET_VALUE | 0x100`.
    ///
    /// Bits without a name come last, in hexadecimal; the empty mask is `0x0`. The text is read again
    /// by [`AccessMask::from_str`].
    pub fn registry_names(self) -> String {
        ObjectKind::RegistryKey.names(self)
    }

    /// The mask as Windows prints it in SDDL ([MS-DTYP] 2.5.1.1).
    ///
    /// The name of the whole mask (`KA`, `KR`, `FA`, ...), else two letters a bit in Windows' order,
    /// else lower-case hexadecimal where some bit has no letters. The empty mask is empty text. The
    /// letters are those of directory objects; for people, use [`registry_names`](Self::registry_names).
    pub fn sddl(self) -> String {
        match SDDL_MASKS.iter().find(|(_, mask)| *mask == self.bits()) {
            Some((name, _)) => (*name).to_string(),
            None => self.letters(&SDDL_RIGHTS),
        }
    }

    /// The mask of a mandatory label in SDDL: `NW`, `NR`, `NX`, or as of any ACE if it has other bits.
    pub(crate) fn sddl_label(self) -> String {
        let own = SDDL_LABEL.iter().fold(0, |own, (_, bits)| own | bits);
        match AccessMask::from_bits_retain(own).contains(self) {
            true => self.letters(&SDDL_LABEL),
            false => self.sddl(),
        }
    }

    fn letters(self, table: &[(&str, u32)]) -> String {
        let mut rest = self;
        let mut text = String::new();
        for (letters, bits) in table {
            let right = AccessMask::from_bits_retain(*bits);
            if self.contains(right) {
                text.push_str(letters);
                rest.remove(right);
            }
        }
        if rest.is_empty() { text } else { format!("{:#x}", self.bits()) }
    }

    /// What two letters of SDDL mean, in either case; a label has some more.
    pub(crate) fn from_letters(letters: &str, label: bool) -> Option<AccessMask> {
        let find = |table: &[(&str, u32)]| {
            table.iter().find(|(name, _)| name.eq_ignore_ascii_case(letters)).map(|(_, bits)| *bits)
        };
        let own = || if label { find(&SDDL_LABEL) } else { None };
        let bits = find(&SDDL_MASKS).or_else(|| find(&SDDL_RIGHTS)).or_else(own);
        bits.map(AccessMask::from_bits_retain)
    }
}

/// As [`AccessMask::registry_names`].
impl fmt::Display for AccessMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.registry_names())
    }
}

/// A part of the text names no right.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name:?} is not the name of a right, such as KEY_READ, QUERY_VALUE or 0x20019")]
pub struct MaskTextError {
    /// The part that names no right.
    pub name: String,
}

/// Names as of [`AccessMask::from_right_name`], with `|` between them.
impl FromStr for AccessMask {
    type Err = MaskTextError;

    fn from_str(text: &str) -> Result<AccessMask, MaskTextError> {
        text.split('|').map(str::trim).try_fold(AccessMask::empty(), |mask, name| {
            let right = AccessMask::from_right_name(name);
            Ok(mask | right.ok_or_else(|| MaskTextError { name: name.to_string() })?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(bits: u32) -> AccessMask {
        AccessMask::from_bits_retain(bits)
    }

    #[test]
    fn sddl_rights() {
        for (bits, text) in [
            (0xF003F, "KA"),
            (0x20019, "KR"),
            (0x20006, "KW"),
            (0x1F01FF, "FA"),
            (0x120089, "FR"),
            (0x120116, "FW"),
            (0x1200A0, "FX"),
            (0x3001F, "CCDCLCSWRPSDRC"),
            (0x2001D, "CCLCSWRPRC"),
            (0x1200A9, "0x1200a9"),
            (0x10000000, "GA"),
            (0xF0000000, "GAGXGWGR"),
            (0x100, "CR"),
            (0, ""),
        ] {
            assert_eq!(mask(bits).sddl(), text);
        }
        assert_eq!(mask(7).sddl_label(), "NWNRNX");
        assert_eq!(mask(9).sddl_label(), "CCSW");
    }

    #[test]
    fn registry_names() {
        for (bits, text) in [
            (0x20019, "KEY_READ"),
            (0x20006, "KEY_WRITE"),
            (0xF003F, "KEY_ALL_ACCESS"),
            (0x103, "QUERY_VALUE | SET_VALUE | 0x100"),
            (0x120019, "QUERY_VALUE | ENUMERATE_SUB_KEYS | NOTIFY | READ_CONTROL | SYNCHRONIZE"),
            (0x80000000, "GENERIC_READ"),
            (0x300, "0x300"),
            (0, "0x0"),
        ] {
            assert_eq!(mask(bits).registry_names(), text);
            assert_eq!(text.parse(), Ok(mask(bits)));
        }
    }

    #[test]
    fn right_names() {
        for (name, bits) in [
            ("KEY_READ", 0x20019),
            ("READ", 0x20019),
            ("key_execute", 0x20019),
            ("QUERY_VALUE", 1),
            ("KEY_QUERY_VALUE", 1),
            ("SET_VALUE", 2),
            ("ALL_ACCESS", 0xF003F),
            ("KEY_ALL_ACCESS", 0xF003F),
            ("WRITE_DAC", 0x40000),
            ("MAXIMUM_ALLOWED", 0x2000000),
            ("0x20019", 0x20019),
            ("0XFFFFFFFF", 0xFFFFFFFF),
        ] {
            assert_eq!(AccessMask::from_right_name(name), Some(mask(bits)), "{name}");
        }
        for name in ["", "KEY_", "FOO", "0x", "0x+1", "0x100000000", "20019", "READ|WRITE"] {
            assert_eq!(AccessMask::from_right_name(name), None, "{name}");
        }
        assert_eq!("READ | SET".parse::<AccessMask>().unwrap_err().name, "SET");
    }
}
