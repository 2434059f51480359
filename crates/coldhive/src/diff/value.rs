//! What differs in values.

use coldhive_hive::{DamageReport, Name, ReadValue, Sha256Digest};
use coldhive_rules::{HexBytes, text_of};
use serde::Serialize;

use super::data::{DataDifference, MOST_DECODED, ill_formed};
use super::kind::{DiffKind, DiffSide};
use super::place::Place;
use crate::export::bytes_if_lossy;
use crate::files::RecordPlace;

/// The most data of a value that is shown, in bytes; the digest of the whole keeps longer ones apart.
const MOST_DATA: usize = 4096;
/// The longest text that is shown, in characters.
const LONGEST_TEXT: usize = 4096;

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ValueDifference {
    /// The name, as the first side stores it where both have it; `""` for the default value.
    pub name: String,
    /// The sort of difference.
    pub difference: DiffKind,
    /// What differs, where both sides have it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub what: Vec<ValuePart>,
    /// The value on the first side.
    pub from: Option<ValueSide>,
    /// The value on the second side.
    pub to: Option<ValueSide>,
    /// How the data differs, where both can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataDifference>,
    /// Why it is uncertain, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The damage that leaves it open, where it isn't that of one of the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_by: Option<DamageReport>,
}

/// A part of a value that can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ValuePart {
    /// How the name is written: the same to Windows, which ignores case.
    Name,
    /// The type.
    Type,
    /// The data.
    Data,
    /// Whether the value marks that it was deleted in this layer (format 1.6).
    Tombstone,
}

/// A value on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ValueSide {
    /// The name as stored.
    pub name: String,
    /// The name's bytes in hex, where `name` can't show it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<HexBytes>,
    /// The type by name.
    #[serde(rename = "type")]
    pub value_type: String,
    /// The type as stored.
    pub type_code: u32,
    /// How many bytes of data the value says it has.
    pub size: u32,
    /// The data as text, list or number, where the type says that it is one; cut where it is long.
    pub text: Option<String>,
    /// The data that could be read, in hex; its first 4096 bytes.
    pub data: HexBytes,
    /// The SHA-256 of all data that could be read, where `data` has not all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What is ill-formed about the data, for its type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ill_formed: Vec<String>,
    /// Whether the value marks that it was deleted in this layer (format 1.6).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tombstone: bool,
    /// Where the record (`vk`) stands; null where the source has no records.
    pub record: Option<RecordPlace>,
    /// The line of the text that the value begins in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Why data is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub damage: Option<DamageReport>,
}

impl ValueSide {
    fn of(place: &Place<'_>, read: &ReadValue<'_>) -> Self {
        let ReadValue { value, data } = read;
        let (name, value_type, bytes) = (value.readable_name(), value.value_type(), &*data.bytes);
        let lacks = place.system.lacks();
        let shown = |most: usize| bytes.get(..most).unwrap_or(bytes);
        let record = RecordPlace::of(place.case, value.cell(), value.file_offset());
        let is_cut = bytes.len() > MOST_DATA;
        Self {
            name: name.to_string(),
            name_bytes: bytes_if_lossy(&name),
            value_type: value_type.to_string(),
            type_code: value_type.code(),
            size: value.size(),
            text: text_of(value_type, shown(MOST_DECODED)).map(cut),
            data: HexBytes(shown(MOST_DATA).to_vec()),
            sha256: is_cut.then(|| Sha256Digest::of(bytes).to_string()),
            ill_formed: if data.damage.is_none() {
                ill_formed(value_type, bytes)
            } else {
                Vec::new()
            },
            tombstone: value.is_tombstone(),
            record: (!lacks.records).then_some(record),
            line: place.line(value.file_offset()),
            damage: data.damage.as_ref().map(coldhive_hive::Damage::report),
        }
    }
}

/// Cuts text that is too long to be read.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
        text.truncate(end);
        text.push_str("...");
    }
    text
}

impl ValueDifference {
    /// A value that only one side has, or of which damage leaves that open.
    pub(super) fn only(
        side: DiffSide,
        place: &Place<'_>,
        read: &ReadValue<'_>,
        difference: DiffKind,
    ) -> Self {
        let value = Some(ValueSide::of(place, read));
        let name = read.value.readable_name().to_string();
        let (from, to) = if side == DiffSide::From { (value, None) } else { (None, value) };
        let (problem, hidden_by) = (None, None);
        Self { name, difference, what: Vec::new(), from, to, data: None, problem, hidden_by }
    }

    /// What differs between two values of one name; `None` where nothing does.
    pub(super) fn between(
        (from, old): (&Place<'_>, &ReadValue<'_>),
        (to, new): (&Place<'_>, &ReadValue<'_>),
    ) -> Option<Self> {
        let mut what = Vec::new();
        if differ_in_case(&old.value.readable_name(), &new.value.readable_name()) {
            what.push(ValuePart::Name);
        }
        if old.value.is_tombstone() != new.value.is_tombstone() {
            what.push(ValuePart::Tombstone);
        }
        let types = [old.value.value_type(), new.value.value_type()];
        if types[0] != types[1] {
            what.push(ValuePart::Type);
        }
        let (one, other): (&[u8], &[u8]) = (&old.data.bytes, &new.data.bytes);
        let damaged = [old, new].map(|read| read.data.damage.is_some());
        let whole = damaged == [false, false];
        let data = if whole { DataDifference::of(types, one, other) } else { None };
        // What can be read of damaged data may be enough to tell that it is other data.
        let is_other = one.iter().zip(other).any(|(one, other)| one != other);
        if data.is_some() || (!whole && is_other) {
            what.push(ValuePart::Data);
        }
        let problem = (!whole).then(|| {
            let sides = [DiffSide::From, DiffSide::To].into_iter().zip(damaged);
            let sides: Vec<_> =
                sides.filter(|(_, damaged)| *damaged).map(|(side, _)| side.word()).collect();
            format!("the data can't be read whole ({})", sides.join(" and "))
        });
        if what.is_empty() && whole {
            return None;
        }
        Some(Self {
            name: old.value.readable_name().to_string(),
            difference: if what.is_empty() { DiffKind::Uncertain } else { DiffKind::Changed },
            what,
            from: Some(ValueSide::of(from, old)),
            to: Some(ValueSide::of(to, new)),
            data,
            problem,
            hidden_by: None,
        })
    }
}

/// Whether two names that are the same to Windows are written otherwise.
pub(super) fn differ_in_case(one: &Name<'_>, other: &Name<'_>) -> bool {
    !one.units().eq(other.units())
}
