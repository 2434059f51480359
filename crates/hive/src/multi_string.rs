//! Multi-strings (`REG_MULTI_SZ`): the entries, and how they were stored.

use crate::upcase::upcase_unit;

/// A decoded multi-string that keeps how it was stored.
///
/// Well formed means: an even number of bytes, each entry ended by a NUL, the list ended by an empty
/// string, and nothing but NULs behind that. An entry whose NUL is missing at the very end still counts;
/// what stands behind the end of the list isn't part of it.
///
/// ```
/// use coldhive_hive::MultiString;
/// let list = MultiString::decode(b"T\0c\0p\0i\0p\0\0\0C\0l\0u\0s\0n\0e\0t\0\0\0\0\0");
/// assert_eq!(list.entries(), ["Tcpip", "Clusnet"]);
/// assert!(list.contains("CLUSNET") && !list.contains("Clus"));
/// assert!(list.is_well_formed());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiString {
    entries: Vec<String>,
    faults: Vec<MultiStringFault>,
}

/// What is ill-formed about a multi-string. None of these is damage of the hive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MultiStringFault {
    /// Half a character stands at the end.
    #[error("it has an odd number of bytes, {length}")]
    OddLength {
        /// The data's length in bytes.
        length: usize,
    },
    /// The last entry is not ended by a NUL.
    #[error("its last entry is not ended by a NUL")]
    EntryUnterminated,
    /// The empty string that ends a list is missing.
    #[error("the empty string that ends the list is missing")]
    ListUnterminated,
    /// Text stands behind the end of the list: an empty string inside, or leftovers.
    #[error("data goes on behind the end of the list, at byte {offset}")]
    DataBehindEnd {
        /// Where in the data, in bytes.
        offset: usize,
    },
    /// An entry isn't valid UTF-16.
    #[error("entry {entry} is not valid UTF-16")]
    InvalidUtf16 {
        /// Which entry, from 0.
        entry: usize,
    },
}

impl MultiString {
    /// Decodes the data of a value.
    #[must_use]
    pub fn decode(data: &[u8]) -> Self {
        let units = data.as_chunks::<2>().0.iter().copied().map(u16::from_le_bytes);
        let units: Vec<u16> = units.collect();
        let mut entries = Vec::new();
        let mut faults = Vec::new();
        if !data.len().is_multiple_of(2) {
            faults.push(MultiStringFault::OddLength { length: data.len() });
        }
        let mut rest = units.as_slice();
        loop {
            let Some(length) = rest.iter().position(|unit| *unit == 0) else {
                if !rest.is_empty() {
                    entries.push(text(rest, entries.len(), &mut faults));
                    faults.push(MultiStringFault::EntryUnterminated);
                }
                faults.push(MultiStringFault::ListUnterminated);
                break;
            };
            let (entry, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = behind.get(1..).unwrap_or(&[]);
            if entry.is_empty() {
                if let Some(more) = rest.iter().position(|unit| *unit != 0) {
                    let units_before = units.len().saturating_sub(rest.len()).saturating_add(more);
                    faults.push(MultiStringFault::DataBehindEnd {
                        offset: units_before.saturating_mul(2),
                    });
                }
                break;
            }
            entries.push(text(entry, entries.len(), &mut faults));
        }
        Self { entries, faults }
    }

    /// The entries, in stored order.
    #[must_use]
    pub fn entries(&self) -> &[String] {
        &self.entries
    }

    /// Whether an entry equals `name` as a whole, without regard to case.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| names_equal(entry, name))
    }

    /// Whether it is stored as it should be.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        self.faults.is_empty()
    }

    /// What is ill-formed about it.
    #[must_use]
    pub fn faults(&self) -> &[MultiStringFault] {
        &self.faults
    }
}

/// Whether two names are the same to the registry: unit by unit, upper-cased.
#[must_use]
pub fn names_equal(one: &str, other: &str) -> bool {
    one.encode_utf16().map(upcase_unit).eq(other.encode_utf16().map(upcase_unit))
}

fn text(units: &[u16], entry: usize, faults: &mut Vec<MultiStringFault>) -> String {
    // Nearly all is ASCII, which needs no decoding.
    if units.iter().all(|unit| *unit < 0x80) {
        let mut text = String::with_capacity(units.len());
        text.extend(units.iter().map(|unit| unit.to_le_bytes()).map(|[low, _]| char::from(low)));
        return text;
    }
    String::from_utf16(units).unwrap_or_else(|_| {
        faults.push(MultiStringFault::InvalidUtf16 { entry });
        String::from_utf16_lossy(units)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn decoded(text: &str) -> (Vec<String>, Vec<MultiStringFault>) {
        let list = MultiString::decode(&utf16(text));
        (list.entries, list.faults)
    }

    #[test]
    fn well_formed_as_the_project_defines_it() {
        use MultiStringFault::{DataBehindEnd, EntryUnterminated, ListUnterminated};
        let list = |entries: &[&str]| entries.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(decoded("a\0b\0\0"), (list(&["a", "b"]), vec![]));
        // An empty list is 2 or 4 zero bytes; extra NULs are Windows' own doing.
        assert_eq!(decoded("\0"), (vec![], vec![]));
        assert_eq!(decoded("\0\0"), (vec![], vec![]));
        assert_eq!(decoded("a\0\0\0\0"), (list(&["a"]), vec![]));
        // A missing terminator loses no entry.
        assert_eq!(decoded("a\0b\0"), (list(&["a", "b"]), vec![ListUnterminated]));
        assert_eq!(decoded("a\0b"), (list(&["a", "b"]), vec![EntryUnterminated, ListUnterminated]));
        assert_eq!(decoded(""), (vec![], vec![ListUnterminated]));
        // What stands behind the end is no member.
        assert_eq!(decoded("a\0\0b\0\0"), (list(&["a"]), vec![DataBehindEnd { offset: 6 }]));
        assert_eq!(decoded("\0b\0\0"), (vec![], vec![DataBehindEnd { offset: 2 }]));
    }

    #[test]
    fn odd_bytes_and_broken_text_are_faults() {
        let mut data = utf16("a\0\0");
        data.push(0);
        assert_eq!(
            MultiString::decode(&data).faults(),
            [MultiStringFault::OddLength { length: 7 }]
        );
        let list = MultiString::decode(&[0, 0xD8, 0, 0, 0, 0]);
        assert_eq!(list.faults(), [MultiStringFault::InvalidUtf16 { entry: 0 }]);
    }
}
