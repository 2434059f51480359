//! Reading a value as what it should be.

use coldhive_hive::{Damage, FileTime, Key, Lookup, MultiString, Value, ValueType};
use coldhive_security::Guid;

/// How much of a text of the wrong type is told, in characters.
const MOST_SHOWN: usize = 200;

/// What came of reading a value as a certain type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<T> {
    /// It is there and of the type.
    Is(T),
    /// It is certainly not there.
    Absent,
    /// It is there with another type or length.
    Unfit {
        /// What it should be.
        expected: &'static str,
        /// What it is, in words.
        found: String,
    },
    /// Damage stands in the way.
    Damaged(Vec<Damage>),
}

impl<T> Reading<T> {
    /// What was read, if it was.
    pub fn ok(self) -> Option<T> {
        match self {
            Self::Is(read) => Some(read),
            _ => None,
        }
    }

    /// What was read, if it was, borrowed.
    pub const fn as_ok(&self) -> Option<&T> {
        match self {
            Self::Is(read) => Some(read),
            _ => None,
        }
    }

    /// Maps what was read.
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Is(read) => Reading::Is(map(read)),
            Self::Absent => Reading::Absent,
            Self::Unfit { expected, found } => Reading::Unfit { expected, found },
            Self::Damaged(damage) => Reading::Damaged(damage),
        }
    }

    /// Goes on with what was read, which may turn out to be unfit.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Reading<U>) -> Reading<U> {
        match self {
            Self::Is(read) => next(read),
            Self::Absent => Reading::Absent,
            Self::Unfit { expected, found } => Reading::Unfit { expected, found },
            Self::Damaged(damage) => Reading::Damaged(damage),
        }
    }

    /// Reads from what a lookup found; where it found nothing, its answer is that of the reading.
    pub fn of_found<F>(found: &Lookup<F>, read: impl FnOnce(&F) -> Self) -> Self {
        match found {
            Lookup::Found(found) => read(found),
            Lookup::Absent => Self::Absent,
            Lookup::Unreadable(damage) | Lookup::Obscured(damage) => Self::Damaged(damage.clone()),
        }
    }

    /// Why nothing was read, in a few words; empty where something was.
    pub fn why_not(&self) -> String {
        match self {
            Self::Is(_) => String::new(),
            Self::Absent => "absent".into(),
            Self::Unfit { expected, found } => format!("not {expected} but {found}"),
            Self::Damaged(damage) => match damage.first() {
                Some(Damage::NotInExport) => "not in this file".into(),
                Some(first) => format!("unreadable: {first}"),
                None => "unreadable".into(),
            },
        }
    }
}

/// Reads a value's data if its type is one of `types`.
pub(crate) fn data<'i>(
    key: &Key<'i>,
    name: &str,
    types: &[ValueType],
    expected: &'static str,
) -> Reading<(Value<'i>, Vec<u8>)> {
    let value = match key.value(name) {
        // What is marked as deleted in this layer is not there.
        Lookup::Found(value) if value.is_tombstone() => return Reading::Absent,
        Lookup::Found(value) => value,
        Lookup::Absent => return Reading::Absent,
        Lookup::Unreadable(damage) | Lookup::Obscured(damage) => return Reading::Damaged(damage),
    };
    if !types.contains(&value.value_type()) {
        return Reading::Unfit { expected, found: describe(&value) };
    }
    match value.data() {
        Ok(data) => Reading::Is((value, data.into_owned())),
        Err(damage) => Reading::Damaged(vec![damage]),
    }
}

/// A value of another type, in words: what it says may be right all the same.
fn describe(value: &Value<'_>) -> String {
    let data = value.readable_data().bytes;
    match value.value_type() {
        text @ (ValueType::SZ | ValueType::EXPAND_SZ) => {
            let shown: String = decode_text(&data).chars().take(MOST_SHOWN).collect();
            format!("{text} \"{shown}\"")
        }
        other => format!("{other} of {} bytes", data.len()),
    }
}

/// Reads a `REG_DWORD`.
#[must_use]
pub fn dword(key: &Key<'_>, name: &str) -> Reading<u32> {
    const EXPECTED: &str = "a REG_DWORD of 4 bytes";
    match data(key, name, &[ValueType::DWORD], EXPECTED) {
        Reading::Is((_, data)) => match data.as_slice().try_into() {
            Ok(bytes) => Reading::Is(u32::from_le_bytes(bytes)),
            Err(_) => Reading::Unfit { expected: EXPECTED, found: format!("{} bytes", data.len()) },
        },
        other => other.map(|_| 0),
    }
}

/// Reads a `REG_SZ` or `REG_EXPAND_SZ`, up to its first NUL.
#[must_use]
pub fn text(key: &Key<'_>, name: &str) -> Reading<String> {
    data(key, name, &[ValueType::SZ, ValueType::EXPAND_SZ], "text (REG_SZ or REG_EXPAND_SZ)")
        .map(|(_, data)| decode_text(&data))
}

/// Decodes the data of a text value: UTF-16LE up to the first NUL.
#[must_use]
pub fn decode_text(data: &[u8]) -> String {
    let units = data.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&units)
}

/// Reads a `REG_MULTI_SZ`.
#[must_use]
pub fn multi_string(key: &Key<'_>, name: &str) -> Reading<MultiString> {
    data(key, name, &[ValueType::MULTI_SZ], "a list (REG_MULTI_SZ)")
        .map(|(_, data)| MultiString::decode(&data))
}

/// Reads a `REG_BINARY`.
#[must_use]
pub fn binary(key: &Key<'_>, name: &str) -> Reading<Vec<u8>> {
    data(key, name, &[ValueType::BINARY], "REG_BINARY").map(|(_, data)| data)
}

/// Reads a `REG_BINARY` of 8 bytes as a FILETIME: 100 ns units since 1601-01-01 UTC ([MS-DTYP] 2.3.3).
#[must_use]
pub fn file_time(key: &Key<'_>, name: &str) -> Reading<FileTime> {
    const EXPECTED: &str = "a FILETIME (REG_BINARY of 8 bytes)";
    binary(key, name).and_then(|data| match data.as_slice().try_into() {
        Ok(bytes) => Reading::Is(FileTime::new(u64::from_le_bytes(bytes))),
        Err(_) => Reading::Unfit { expected: EXPECTED, found: format!("{} bytes", data.len()) },
    })
}

/// Reads a `REG_BINARY` of 16 bytes as a GUID in memory layout.
#[must_use]
pub fn guid(key: &Key<'_>, name: &str) -> Reading<Guid> {
    const EXPECTED: &str = "a GUID (REG_BINARY of 16 bytes)";
    match binary(key, name) {
        Reading::Is(data) => match data.as_slice().try_into() {
            Ok(bytes) => Reading::Is(Guid(bytes)),
            Err(_) => Reading::Unfit { expected: EXPECTED, found: format!("{} bytes", data.len()) },
        },
        other => other.map(|_| Guid([0; 16])),
    }
}
