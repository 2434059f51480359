//! Masks in words for people.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::describe::rights::ObjectKind;
use crate::mask::AccessMask;

/// Rights that one word covers, the widest first.
type Set = (u32, &'static str);

static KEY: [Set; 3] = [(0xF_003F, "full control"), (0x2_0019, "read"), (0x2_0006, "write")];
static SERVICE: [Set; 2] = [(0xF_01FF, "full control"), (0x2_008D, "read")];
static SERVICE_MANAGER: [Set; 2] = [(0xF_003F, "full control"), (0x2_0014, "read")];
// The words of Windows' own dialog for files and folders.
static FILE: [Set; 6] = [
    (0x1F_01FF, "full control"),
    (0x13_01BF, "modify"),
    (0x12_00A9, "read and execute"),
    (0x12_0089, "read"),
    (0x12_0116, "write"),
    (0x12_00A0, "execute"),
];

/// The bits of a mandatory label's mask ([MS-DTYP] 2.4.4.13).
static LABEL: [Set; 3] = [(0x1, "no write-up"), (0x2, "no read-up"), (0x4, "no execute-up")];

impl ObjectKind {
    fn sets(self) -> &'static [Set] {
        match self {
            ObjectKind::RegistryKey => &KEY,
            ObjectKind::Service => &SERVICE,
            ObjectKind::ServiceManager => &SERVICE_MANAGER,
            ObjectKind::File | ObjectKind::Directory => &FILE,
        }
    }

    /// What such an object is called.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            ObjectKind::RegistryKey => "key",
            ObjectKind::Service => "service",
            ObjectKind::ServiceManager => "service manager",
            ObjectKind::File => "file",
            ObjectKind::Directory => "folder",
        }
    }

    /// What the mask lets people do, in plain words: `read and set values`, `full control`.
    ///
    /// Generic rights are told as what they stand for, and named behind it. Bits that are no right of
    /// such an object are told as such. The empty mask is `nothing`.
    ///
    /// ```
    /// use coldhive_security::{AccessMask, ObjectKind};
    ///
    /// for (bits, words) in [
    ///     (0x2_0019, "read"),
    ///     (0x2_001B, "read and set values"),
    ///     (0x3_001F, "read, write and delete"),
    ///     (0x1000_0000, "full control (from GENERIC_ALL)"),
    ///     (0x103, "read values and set values, and 0x100, no right of a key"),
    /// ] {
    ///     let mask = AccessMask::from_bits_retain(bits);
    ///     assert_eq!(ObjectKind::RegistryKey.words(mask), words);
    /// }
    /// ```
    pub fn words(self, mask: AccessMask) -> String {
        let meaningless = self.meaningless(mask);
        let mask = mask.difference(meaningless);
        let mapped = self.generic_mapping().map(mask);
        let mut parts = Vec::new();
        let mut told = AccessMask::empty();
        for (bits, words) in self.sets() {
            let set = AccessMask::from_bits_retain(*bits);
            if mapped.contains(set) && !told.contains(set) {
                parts.push(*words);
                told |= set;
            }
        }
        let (mut generic, untold) = (Vec::new(), mapped.difference(told));
        for right in self.rights() {
            let bit = AccessMask::from_bits_retain(right.bit);
            if untold.contains(bit) {
                parts.push(right.words);
            } else if mask.difference(mapped).contains(bit) {
                generic.push(right.name);
            }
        }
        let mut text = list(&parts);
        if !generic.is_empty() {
            text = format!("{text} (from {})", list(&generic));
        }
        if meaningless.is_empty() {
            return if text.is_empty() { "nothing".to_string() } else { text };
        }
        let join = if text.is_empty() { "" } else { ", and " };
        format!("{text}{join}{:#x}, no right of a {}", meaningless.bits(), self.noun())
    }
}

/// What a mandatory label forbids those below it: `no write-up and no read-up`.
pub(crate) fn label_words(mask: AccessMask) -> String {
    let mut rest = mask;
    let mut parts = Vec::new();
    for (bits, words) in LABEL {
        let bit = AccessMask::from_bits_retain(bits);
        if mask.contains(bit) {
            parts.push(words);
            rest.remove(bit);
        }
    }
    let unknown = format!("unknown policy {:#x}", rest.bits());
    if !rest.is_empty() {
        parts.push(&unknown);
    }
    if parts.is_empty() { "forbids nothing".to_string() } else { list(&parts) }
}

/// `a, b and c`.
pub(crate) fn list(parts: &[&str]) -> String {
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_string(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}
