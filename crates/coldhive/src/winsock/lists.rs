//! The lists of names: their entries, how they are stored, and what one has that the other lacks.

use coldhive_hive::{Lookup, Value};
use coldhive_system::Reading;
use coldhive_system::winsock::NameList;
use serde::Serialize;

use super::reader::{NO_ROOM, Reader, Stands};
use crate::field::Field;

/// A list of names (`REG_MULTI_SZ`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListReport {
    /// The entries, in stored order; and why there are none, or what is ill-formed.
    #[serde(flatten)]
    pub list: Field<Vec<String>>,
    /// How it is stored; null where it can't be read.
    pub stored: Option<StoredList>,
    /// Where the value's record (`vk`) stands; null where it wasn't found.
    pub stands: Option<Stands>,
}

/// How a list is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StoredList {
    /// How many bytes it has.
    pub size: usize,
    /// Whether the empty string that ends a list is there.
    pub terminated: bool,
    /// Whether half a character stands at the end.
    pub odd_length: bool,
    /// How many empty strings stand among the texts; behind the first Windows sees no more.
    pub empty_entries: usize,
    /// The texts that stand behind the end, which Windows doesn't see.
    pub behind_end: Vec<String>,
    /// The entries that stand in the list a second time, without regard to case.
    pub repeated: Vec<String>,
    /// What is ill-formed, in words.
    pub faults: Vec<String>,
}

/// What the lists have that others lack, without regard to case and order. Null where one of the two can't be read or
/// isn't there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListComparison {
    /// Names of `Transports` that `Provider List` lacks.
    pub not_in_provider_list: Option<Vec<String>>,
    /// Names of `Provider List` that `Transports` lacks.
    pub not_in_transports: Option<Vec<String>>,
    /// Names of `Provider List` that have no key under `Providers`.
    pub without_provider_key: Option<Vec<String>>,
    /// Keys under `Providers` that `Provider List` doesn't name.
    pub not_listed: Option<Vec<String>>,
}

impl ListReport {
    pub(super) fn of(
        reader: &mut Reader<'_, '_>,
        reading: &Reading<NameList>,
        stands: Option<Stands>,
    ) -> Self {
        let Reading::Is(list) = reading else {
            return Self {
                list: Field::of(reading.clone().map(|_| Vec::new())),
                stored: None,
                stands,
            };
        };
        // Its names, those behind its end and those that are repeated are all made of its bytes.
        if !reader.room.take(list.bytes().len().saturating_mul(3)) {
            let list = Field { value: None, problem: Some(NO_ROOM.into()) };
            return Self { list, stored: None, stands };
        }
        let stored = StoredList::of(list);
        let problem = (!stored.faults.is_empty())
            .then(|| format!("ill-formed: {}", stored.faults.join("; ")));
        let list = Field { value: Some(list.entries().to_vec()), problem };
        Self { list, stored: Some(stored), stands }
    }

    /// Reads a list with the place of its value.
    pub(super) fn read<'c>(
        reader: &mut Reader<'_, 'c>,
        reading: &Reading<NameList>,
        value: &Lookup<Value<'c>>,
    ) -> Self {
        let stands = reader.value_stands(value);
        Self::of(reader, reading, stands)
    }

    /// The entries, where they can be read.
    #[must_use]
    pub fn entries(&self) -> Option<&[String]> {
        self.list.value.as_deref()
    }
}

impl StoredList {
    fn of(list: &NameList) -> Self {
        Self {
            size: list.bytes().len(),
            terminated: list.is_terminated(),
            odd_length: list.has_odd_length(),
            empty_entries: list.empty_entries(),
            behind_end: list.entries_behind_end(),
            repeated: list.repeated().into_iter().map(str::to_owned).collect(),
            faults: list.faults().iter().map(ToString::to_string).collect(),
        }
    }
}

impl ListComparison {
    /// Compares the lists with each other and with the keys of the providers, where those are all known.
    pub(super) fn of(
        transports: Option<&NameList>,
        providers: Option<&NameList>,
        keys: Option<&NameList>,
    ) -> Self {
        let missing = |one: Option<&NameList>, other: Option<&NameList>| {
            let missing = one?.missing_from(other?);
            Some(missing.into_iter().take(MOST_COMPARED).map(str::to_owned).collect())
        };
        Self {
            not_in_provider_list: missing(transports, providers),
            not_in_transports: missing(providers, transports),
            without_provider_key: missing(providers, keys),
            not_listed: missing(keys, providers),
        }
    }
}

/// How many names are told that another list lacks.
const MOST_COMPARED: usize = 256;
