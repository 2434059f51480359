//! The key node record, `nk`.

use crate::layer::Layer;
use crate::name::Name;
use crate::spec::Version;

/// Size of the fixed part in bytes; the name follows.
const FIXED: usize = 76;

/// Offset of the flags within the record, a 16-bit number.
pub(crate) const FLAGS: usize = 2;
/// Offset of the parent's cell within the record.
pub(crate) const PARENT: usize = 16;
/// Offset of the number of subkeys within the record.
pub(crate) const SUBKEY_COUNT: usize = 20;
/// Offset of the number of values within the record.
pub(crate) const VALUE_COUNT: usize = 36;
/// Offset of the name's length in bytes within the record, a 16-bit number.
pub(crate) const NAME_LENGTH: usize = 72;
/// Offset of the name within the record.
pub(crate) const NAME: usize = FIXED;

const ROOT: u16 = 0x4;
const NO_DELETE: u16 = 0x8;
const SYMLINK: u16 = 0x10;
/// Set in the flags where the name is stored as Latin-1.
pub(crate) const LATIN1_NAME: u16 = 0x20;

/// An offset that points nowhere.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// What a key node says. Offsets that are `None` point nowhere.
pub(crate) struct KeyNode<'a> {
    pub(crate) version: Version,
    pub(crate) name: &'a Name,
    pub(crate) is_root: bool,
    pub(crate) is_symlink: bool,
    pub(crate) last_written: u64,
    pub(crate) layer: Layer,
    pub(crate) parent: Option<u32>,
    pub(crate) subkey_count: u32,
    pub(crate) subkey_list: Option<u32>,
    pub(crate) value_count: u32,
    pub(crate) value_list: Option<u32>,
    pub(crate) security: Option<u32>,
    pub(crate) class: Option<u32>,
    /// Length of the class name in bytes.
    pub(crate) class_length: u16,
    pub(crate) largest: Largest,
}

/// The largest sizes among what a key holds, in bytes; names count as UTF-16LE however they are stored.
#[derive(Default)]
pub(crate) struct Largest {
    pub(crate) subkey_name: u32,
    pub(crate) subkey_class: u32,
    pub(crate) value_name: u32,
    pub(crate) value_data: u32,
}

/// Size of a key node with this name, in bytes.
pub(crate) fn size(version: Version, name: &Name) -> usize {
    FIXED + name.stored(version).len()
}

impl KeyNode<'_> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let stored = self.name.stored(self.version);
        let name_length = u16::try_from(stored.len()).expect("at most 255 UTF-16 units");
        let mut record = Vec::with_capacity(FIXED + stored.len());
        record.extend(b"nk");
        record.extend(self.flags().to_le_bytes());
        record.extend(self.last_written.to_le_bytes());
        // Access bits: only in memory before Windows 8. In 1.1 the title index, which nothing ever used.
        record.extend([0, self.layer.bits(), 0, 0]);
        number(&mut record, self.parent.unwrap_or(NOWHERE));
        number(&mut record, self.subkey_count);
        // Volatile subkeys: none on disk.
        number(&mut record, 0);
        number(&mut record, self.subkey_list.unwrap_or(NOWHERE));
        number(&mut record, NOWHERE);
        number(&mut record, self.value_count);
        number(&mut record, self.value_list.unwrap_or(NOWHERE));
        number(&mut record, self.security.unwrap_or(NOWHERE));
        number(&mut record, self.class.unwrap_or(NOWHERE));
        number(&mut record, self.largest.subkey_name);
        number(&mut record, self.largest.subkey_class);
        number(&mut record, self.largest.value_name);
        number(&mut record, self.largest.value_data);
        // Work variable: only in memory.
        number(&mut record, 0);
        record.extend(name_length.to_le_bytes());
        record.extend(self.class_length.to_le_bytes());
        record.extend(stored);
        record
    }

    fn flags(&self) -> u16 {
        let mut flags = 0;
        if self.is_root {
            flags |= ROOT | NO_DELETE;
        }
        if self.is_symlink {
            flags |= SYMLINK;
        }
        if self.name.is_latin1(self.version) {
            flags |= LATIN1_NAME;
        }
        flags
    }
}

fn number(record: &mut Vec<u8>, number: u32) {
    record.extend(number.to_le_bytes());
}
