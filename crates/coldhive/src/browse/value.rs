//! A value as a report, with its data decoded by its type.

use coldhive_hive::{Damage, DamageReport, MultiString, ReadValue, ValueType};
use coldhive_rules::HexBytes;
use coldhive_system::decode_text;
use serde::Serialize;

use crate::case::Case;
use crate::export::bytes_if_lossy;
use crate::key_path::show_stored_value_name;
use crate::winsock::Stands;

/// The longest data that is decoded, in bytes: lists take many times their size. No sound SYSTEM hive has a longer one.
const MOST_DECODED: usize = 1 << 20;

/// A value with its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ValueReport {
    /// The name; `""` for the default value.
    pub name: String,
    /// The name's bytes in hex, where `name` can't show it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<HexBytes>,
    /// The name by which [`Case::get`] finds the value.
    pub shown: String,
    /// The type by name.
    #[serde(rename = "type")]
    pub value_type: String,
    /// The type as stored.
    pub type_code: u32,
    /// Where the value's record (`vk`) stands.
    pub stands: Option<Stands>,
    /// Whether it marks a value that was deleted in this layer of the registry (format 1.6).
    pub tombstone: bool,
    /// How many bytes of data the value says it has.
    pub size: u32,
    /// The data that could be read, in hex.
    pub data: HexBytes,
    /// What the data says; null where the type doesn't tell, or it is of another length.
    pub decoded: Option<DecodedData>,
    /// What is unusual about how the data is stored.
    pub notes: Vec<String>,
    /// What is wrong with the value.
    pub damage: Vec<DamageReport>,
}

/// Data by its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DecodedData {
    /// Text, up to the first NUL.
    Text(String),
    /// The entries of a list.
    List(Vec<String>),
    /// A number.
    Number(u64),
}

impl ValueReport {
    pub(super) fn of(case: &Case, read: &ReadValue<'_>) -> Self {
        let (value, bytes) = (&read.value, &read.data.bytes);
        let (decoded, notes) = match read.data.damage {
            // The rest may say otherwise.
            Some(_) => (None, Vec::new()),
            None => decoded(value.value_type(), bytes),
        };
        let name = value.readable_name();
        let damage = value.name().err().into_iter().chain(read.data.damage);
        Self {
            name: name.to_string(),
            name_bytes: bytes_if_lossy(&name),
            shown: show_stored_value_name(&name),
            value_type: value.value_type().to_string(),
            type_code: value.value_type().code(),
            stands: Stands::of(case, value.cell(), value.file_offset()),
            tombstone: value.is_tombstone(),
            size: value.size(),
            data: HexBytes(bytes.to_vec()),
            decoded,
            notes,
            damage: damage.map(|damage: Damage| damage.report()).collect(),
        }
    }

    /// Whether all of it could be read.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.damage.is_empty()
    }
}

/// What data says, and what is unusual about how it is stored.
fn decoded(value_type: ValueType, data: &[u8]) -> (Option<DecodedData>, Vec<String>) {
    if data.len() > MOST_DECODED {
        return (None, Vec::new());
    }
    match value_type {
        ValueType::SZ | ValueType::EXPAND_SZ => {
            (Some(DecodedData::Text(decode_text(data))), oddities(data, true))
        }
        // Windows stores no NUL behind a link's target.
        ValueType::LINK => (Some(DecodedData::Text(decode_text(data))), oddities(data, false)),
        ValueType::MULTI_SZ => {
            let list = MultiString::decode(data);
            let faults = list.faults().iter().map(ToString::to_string).collect();
            (Some(DecodedData::List(list.entries().to_vec())), faults)
        }
        ValueType::DWORD => number(data.try_into().map(u32::from_le_bytes).ok().map(u64::from), 4),
        ValueType::DWORD_BIG_ENDIAN => {
            number(data.try_into().map(u32::from_be_bytes).ok().map(u64::from), 4)
        }
        ValueType::QWORD => number(data.try_into().map(u64::from_le_bytes).ok(), 8),
        _ => (None, Vec::new()),
    }
}

fn number(number: Option<u64>, length: usize) -> (Option<DecodedData>, Vec<String>) {
    match number {
        Some(number) => (Some(DecodedData::Number(number)), Vec::new()),
        None => (None, vec![format!("a number of this type has {length} bytes")]),
    }
}

/// What is unusual about stored text.
fn oddities(data: &[u8], has_end: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let (units, odd) = data.as_chunks::<2>();
    if !odd.is_empty() {
        notes.push(format!("it has an odd number of bytes, {}", data.len()));
    }
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let end = units.iter().position(|unit| *unit == 0);
    let (text, behind) = units.split_at_checked(end.unwrap_or(units.len())).unwrap_or((&[], &[]));
    if end.is_none() && has_end {
        notes.push("it is not ended by a NUL".into());
    }
    if behind.iter().any(|unit| *unit != 0) {
        let offset = text.len().saturating_add(1).saturating_mul(2);
        notes.push(format!("data goes on behind the NUL that ends it, at byte {offset}"));
    }
    if char::decode_utf16(text.iter().copied()).any(|unit| unit.is_err()) {
        notes.push("it is not valid UTF-16".into());
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn data_by_its_type() {
        let text = |text: &str| Some(DecodedData::Text(text.into()));
        let plain = |value_type, data: &[u8]| decoded(value_type, data).0;
        assert_eq!(decoded(ValueType::SZ, &utf16("ab\0")), (text("ab"), vec![]));
        assert_eq!(decoded(ValueType::LINK, &utf16("\\a")), (text("\\a"), vec![]));
        assert_eq!(
            plain(ValueType::MULTI_SZ, &utf16("a\0b\0\0")),
            Some(DecodedData::List(vec!["a".into(), "b".into()]))
        );
        assert_eq!(plain(ValueType::DWORD, &[1, 2, 0, 0]), Some(DecodedData::Number(0x201)));
        assert_eq!(
            plain(ValueType::DWORD_BIG_ENDIAN, &[0, 0, 1, 2]),
            Some(DecodedData::Number(0x102))
        );
        assert_eq!(
            plain(ValueType::QWORD, &[0, 0, 0, 0, 1, 0, 0, 0]),
            Some(DecodedData::Number(1 << 32))
        );
        assert_eq!(plain(ValueType::DWORD, &[1, 2, 0]), None);
        assert_eq!(plain(ValueType::BINARY, &[1]), None);
    }

    #[test]
    fn what_text_hides_is_told() {
        let notes = |data: &[u8]| decoded(ValueType::SZ, data).1.join("; ");
        assert_eq!(notes(&utf16("ab")), "it is not ended by a NUL");
        assert_eq!(notes(&utf16("a\0\0\0")), "");
        assert_eq!(notes(&utf16("a\0b\0")), "data goes on behind the NUL that ends it, at byte 4");
        assert_eq!(notes(b"a\0\0\0b"), "it has an odd number of bytes, 5");
        assert_eq!(notes(&[0, 0xD8, 0, 0]), "it is not valid UTF-16");
    }
}
