//! A value: name, type, data.

/// One value of a key: its name, the number of its type and its data, byte for byte.
///
/// The constructors write data as Windows does: text is UTF-16LE and ends with a NUL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSpec {
    /// The name; empty for the default value of a key.
    pub name: String,
    /// The type as stored, 1 for `REG_SZ` and so on; any number may stand in a hive.
    pub type_code: u32,
    /// The data as stored.
    pub data: Vec<u8>,
    /// Whether the value is deleted in this layer, whatever stands in the layers below (format 1.6 alone).
    ///
    /// Its record then has the flag 2, type 0, size 0 and a data offset of 0xFFFFFFFF, whatever the other fields
    /// say. Source: regf notes, "Key value".
    pub is_tombstone: bool,
}

impl ValueSpec {
    /// A value of any type, with its data as it shall be stored.
    pub fn raw(name: impl Into<String>, type_code: u32, data: impl Into<Vec<u8>>) -> Self {
        ValueSpec { name: name.into(), type_code, data: data.into(), is_tombstone: false }
    }

    /// A value that is deleted in this layer (format 1.6 alone).
    pub fn tombstone(name: impl Into<String>) -> Self {
        ValueSpec { is_tombstone: true, ..Self::raw(name, 0, []) }
    }

    /// A text (`REG_SZ`, 1).
    pub fn sz(name: impl Into<String>, text: &str) -> Self {
        Self::raw(name, 1, terminated(text))
    }

    /// A text in which `%NAME%` stands for an environment variable (`REG_EXPAND_SZ`, 2).
    pub fn expand_sz(name: impl Into<String>, text: &str) -> Self {
        Self::raw(name, 2, terminated(text))
    }

    /// Bytes (`REG_BINARY`, 3).
    pub fn binary(name: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self::raw(name, 3, data)
    }

    /// A 32-bit number (`REG_DWORD`, 4).
    pub fn dword(name: impl Into<String>, number: u32) -> Self {
        Self::raw(name, 4, number.to_le_bytes())
    }

    /// A list of texts (`REG_MULTI_SZ`, 7): each ends with a NUL, and so does the list.
    ///
    /// An empty list is that last NUL alone. An empty text inside the list is written as asked for,
    /// and reads as the list's end.
    pub fn multi_sz(name: impl Into<String>, entries: &[&str]) -> Self {
        let mut data: Vec<u8> = entries.iter().flat_map(|entry| terminated(entry)).collect();
        data.extend([0, 0]);
        Self::raw(name, 7, data)
    }

    /// A 64-bit number (`REG_QWORD`, 11).
    pub fn qword(name: impl Into<String>, number: u64) -> Self {
        Self::raw(name, 11, number.to_le_bytes())
    }
}

fn terminated(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_with_one_nul_more_than_its_last_entry() {
        assert_eq!(ValueSpec::multi_sz("", &["ab"]).data, b"a\0b\0\0\0\0\0");
        assert_eq!(ValueSpec::multi_sz("", &[]).data, [0, 0]);
    }

    #[test]
    fn numbers_are_little_endian() {
        assert_eq!(ValueSpec::dword("n", 0x0102).data, [2, 1, 0, 0]);
        assert_eq!(ValueSpec::qword("n", 1).data.len(), 8);
    }
}
