//! Reading values as types of this module.

use coldhive_hive::{Key, ValueType};

use super::name_list::NameList;
use crate::reading::{Reading, data};

/// Reads a `REG_MULTI_SZ` with its bytes.
pub(super) fn name_list(key: &Key<'_>, name: &str) -> Reading<NameList> {
    data(key, name, &[ValueType::MULTI_SZ], "a list (REG_MULTI_SZ)")
        .map(|(_, data)| NameList::decode(data))
}

impl Reading<Vec<u8>> {
    /// Decodes what was read.
    pub(super) fn decoded<T>(
        self,
        expected: &'static str,
        decode: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Reading<T> {
        match self {
            Self::Is(data) => match decode(&data) {
                Some(decoded) => Reading::Is(decoded),
                None => Reading::Unfit {
                    expected,
                    found: format!("{} bytes that don't fit", data.len()),
                },
            },
            Self::Absent => Reading::Absent,
            Self::Unfit { expected, found } => Reading::Unfit { expected, found },
            Self::Damaged(damage) => Reading::Damaged(damage),
        }
    }
}
