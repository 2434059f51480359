//! Lists of names (`REG_MULTI_SZ`) with the bytes they were stored as.

use std::collections::BTreeSet;

use coldhive_hive::{HexBytes, MultiString, MultiStringFault, upcase_unit};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::bytes::units;

/// A list of names, as `Transports` and `Provider List`, that keeps how it was stored.
///
/// The entries are those that Windows sees: the list ends with the first empty string, and what stands behind
/// that is told apart. An entry whose NUL is missing at the very end still counts.
///
/// ```
/// use coldhive_system::winsock::NameList;
/// let bytes: Vec<u8> = "Tcpip\0\0Clusnet\0\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
/// let list = NameList::decode(bytes);
/// assert_eq!(list.entries(), ["Tcpip"]);
/// assert!(!list.contains("Clusnet"));
/// assert_eq!(list.entries_behind_end(), ["Clusnet"]);
/// assert!(!list.is_well_formed());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameList {
    list: MultiString,
    bytes: Vec<u8>,
}

impl NameList {
    /// Decodes the data of a value.
    #[must_use]
    pub fn decode(bytes: Vec<u8>) -> Self {
        Self { list: MultiString::decode(&bytes), bytes }
    }

    /// The entries, in stored order.
    #[must_use]
    pub fn entries(&self) -> &[String] {
        self.list.entries()
    }

    /// Whether an entry equals `name` as a whole, without regard to case.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.list.contains(name)
    }

    /// Whether it is stored as it should be.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        self.list.is_well_formed()
    }

    /// What is ill-formed about it.
    #[must_use]
    pub fn faults(&self) -> &[MultiStringFault] {
        self.list.faults()
    }

    /// The decoded list without its bytes.
    #[must_use]
    pub const fn as_multi_string(&self) -> &MultiString {
        &self.list
    }

    /// The data as stored.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the empty string that ends a list is there.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        !self.faults().contains(&MultiStringFault::ListUnterminated)
    }

    /// Whether half a character stands at the end.
    #[must_use]
    pub fn has_odd_length(&self) -> bool {
        !self.bytes.len().is_multiple_of(2)
    }

    /// What stands behind the end of the list, from the first byte on that isn't 0; empty where nothing does.
    #[must_use]
    pub fn behind_end(&self) -> &[u8] {
        let offset = self.faults().iter().find_map(|fault| match fault {
            MultiStringFault::DataBehindEnd { offset } => Some(*offset),
            _ => None,
        });
        offset.and_then(|offset| self.bytes.get(offset..)).unwrap_or_default()
    }

    /// The texts that stand behind the end of the list, which Windows doesn't see: former entries, or ones that
    /// an empty entry cut off.
    #[must_use]
    pub fn entries_behind_end(&self) -> Vec<String> {
        let units: Vec<u16> = units(self.behind_end()).collect();
        let texts = units.split(|unit| *unit == 0).filter(|text| !text.is_empty());
        texts.map(String::from_utf16_lossy).collect()
    }

    /// How many empty strings stand among the texts: behind each of them Windows sees no more.
    #[must_use]
    pub fn empty_entries(&self) -> usize {
        let units: Vec<u16> = units(&self.bytes).collect();
        let used =
            units.iter().rposition(|unit| *unit != 0).map_or(0, |last| last.saturating_add(1));
        let texts = units.get(..used).unwrap_or_default().split(|unit| *unit == 0);
        if used == 0 { 0 } else { texts.filter(|text| text.is_empty()).count() }
    }

    /// The entries that stand in the list a second time, without regard to case.
    #[must_use]
    pub fn repeated(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let entries = self.entries().iter().map(String::as_str);
        entries.filter(|entry| !seen.insert(upper(entry))).collect()
    }

    /// The entries that the other list lacks, without regard to case and order.
    ///
    /// `Transports` and `Provider List` hold the same names in a different order in nearly every hive.
    #[must_use]
    pub fn missing_from(&self, other: &Self) -> Vec<&str> {
        let others: BTreeSet<_> = other.entries().iter().map(|entry| upper(entry)).collect();
        let entries = self.entries().iter().map(String::as_str);
        entries.filter(|entry| !others.contains(&upper(entry))).collect()
    }
}

/// A name as it is compared.
pub(crate) fn upper(name: &str) -> Vec<u16> {
    name.encode_utf16().map(upcase_unit).collect()
}

/// `entries`, `faults` in words, `behind_end` as texts, and `bytes` in hex.
impl Serialize for NameList {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let faults: Vec<_> = self.faults().iter().map(ToString::to_string).collect();
        let mut list = to.serialize_struct("NameList", 4)?;
        list.serialize_field("entries", self.entries())?;
        list.serialize_field("faults", &faults)?;
        list.serialize_field("behind_end", &self.entries_behind_end())?;
        list.serialize_field("bytes", &HexBytes(self.bytes.clone()))?;
        list.end()
    }
}
