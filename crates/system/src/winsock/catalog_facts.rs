//! What doesn't agree within a catalog of WinSock 2: counts, order, IDs, chains.
//!
//! The entries are read by number from 1 to what `Num_Catalog_Entries` says, and IDs are given out from
//! `Next_Catalog_Entry_ID` on (ReactOS' ws2_32 does both): so the numbers have no gap, and no ID is as high as the
//! next one.

use std::collections::BTreeMap;

use coldhive_hive::{Damage, Lookup};
use serde::Serialize;
use thiserror::Error;

use super::catalog::CatalogEntry;
use super::catalog_item::CatalogItem;
use super::width::Width;
use super::wsa_protocol_info::ChainKind;
use crate::reading::Reading;

/// Something in a catalog that doesn't agree, or can't be told. None of these is damage of the hive.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case", tag = "fact")]
#[non_exhaustive]
#[allow(missing_docs)] // `width` and `number` say which entry; the other fields are named as the messages read.
pub enum CatalogFact {
    /// There are entries and no count, or a count that can't be read.
    #[error("how many {width} entries there should be can't be told: the count is {why}")]
    NoCount { width: Width, why: String },
    /// The count says that there are entries, and the key that should hold them isn't there.
    #[error("there should be {said} {width} entries, and there is no key for them")]
    NoEntries { width: Width, said: u32 },
    /// Entries can't be read, so that counts and numbers can't be compared.
    #[error("{width} entries can't be read: {why}")]
    EntriesHidden { width: Width, why: String },
    /// There are more or fewer entries than the count says.
    #[error("there should be {said} {width} entries, and there are {found}")]
    CountDiffers { width: Width, said: u32, found: u64 },
    /// Entries are missing between the first number and what the count says.
    #[error("{width} entries {first} to {last} are missing")]
    Missing { width: Width, first: u64, last: u64 },
    /// An entry has a number behind the count, so that it isn't read.
    #[error("{width} entry {number} stands behind the {said} that are read")]
    BehindCount { width: Width, number: u64, said: u32 },
    /// An entry's item can't be decoded.
    #[error("the item of {width} entry {number} is {why}")]
    NoItem { width: Width, number: u64, why: String },
    /// An item has bytes behind its record.
    #[error("the item of {width} entry {number} has {count} bytes behind its record")]
    BytesBehind { width: Width, number: u64, count: u64 },
    /// Two entries have the same ID.
    #[error("{width} entries {first} and {number} both have the ID {id}")]
    SameId { width: Width, first: u64, number: u64, id: u32 },
    /// An entry has an ID that is not below the next one to be given out.
    #[error("{width} entry {number} has the ID {id}, but the next one to be given out is {next}")]
    IdNotBelowNext { width: Width, number: u64, id: u32, next: u32 },
    /// A chain has a length that none can have.
    #[error("the chain of {width} entry {number} has the length {length}")]
    ChainLength { width: Width, number: u64, length: i32 },
    /// A chain names an ID that no entry has.
    #[error("the chain of {width} entry {number} names the ID {id}, which no entry has")]
    ChainBroken { width: Width, number: u64, id: u32 },
}

/// The numbers of the entries that are there, and what hides others.
pub(super) struct Counted {
    /// `None` where the key of the entries certainly isn't there.
    numbers: Option<Vec<u64>>,
    hidden: Option<Damage>,
}

impl Counted {
    pub(super) fn of<T>(
        entries: &Lookup<Vec<Result<T, Damage>>>,
        number: impl Fn(&T) -> u64,
    ) -> Self {
        match entries {
            Lookup::Found(entries) => Self {
                numbers: Some(entries.iter().flatten().map(number).collect()),
                hidden: entries.iter().find_map(|entry| entry.as_ref().err().copied()),
            },
            Lookup::Absent => Self { numbers: None, hidden: None },
            Lookup::Unreadable(damage) | Lookup::Obscured(damage) => {
                Self { numbers: None, hidden: damage.first().copied() }
            }
        }
    }
}

/// Compares the entries with their count. No count and no entries is how a 32-bit Windows is for 64 bits.
pub(super) fn count_facts(
    width: Width,
    said: &Reading<u32>,
    counted: &Counted,
) -> Vec<CatalogFact> {
    let mut facts = Vec::new();
    if let Some(damage) = &counted.hidden {
        facts.push(CatalogFact::EntriesHidden { width, why: damage.to_string() });
    }
    let Reading::Is(said) = *said else {
        let nothing = matches!(said, Reading::Absent) && counted.numbers.is_none();
        if !nothing {
            facts.push(CatalogFact::NoCount { width, why: said.why_not() });
        }
        return facts;
    };
    let Some(numbers) = &counted.numbers else {
        if said > 0 && counted.hidden.is_none() {
            facts.push(CatalogFact::NoEntries { width, said });
        }
        return facts;
    };
    let last = u64::from(said);
    let behind = numbers.iter().filter(|number| **number > last || **number == 0);
    facts.extend(behind.map(|number| CatalogFact::BehindCount { width, number: *number, said }));
    if counted.hidden.is_some() {
        return facts;
    }
    let found = u64::try_from(numbers.len()).unwrap_or(u64::MAX);
    if found != last {
        facts.push(CatalogFact::CountDiffers { width, said, found });
    }
    let mut next = 1_u64;
    for number in numbers.iter().copied().chain([last.saturating_add(1)]) {
        let gap_end = number.min(last.saturating_add(1)).saturating_sub(1);
        if next <= gap_end {
            facts.push(CatalogFact::Missing { width, first: next, last: gap_end });
        }
        next = next.max(number.saturating_add(1));
    }
    facts
}

/// What doesn't agree among the items of the catalog of protocols.
pub(super) fn item_facts(
    width: Width,
    next: Option<u32>,
    entries: &[Result<CatalogEntry<'_>, Damage>],
) -> Vec<CatalogFact> {
    let mut facts = Vec::new();
    let mut ids: BTreeMap<u32, u64> = BTreeMap::new();
    let mut chains = Vec::new();
    let mut all_read = entries.iter().all(Result::is_ok);
    for entry in entries.iter().flatten() {
        let number = entry.number();
        let CatalogItem { protocol, behind, .. } = match entry.item() {
            Reading::Is(item) => item,
            other => {
                all_read = false;
                facts.push(CatalogFact::NoItem { width, number, why: other.why_not() });
                continue;
            }
        };
        if !behind.0.is_empty() {
            let count = u64::try_from(behind.0.len()).unwrap_or(u64::MAX);
            facts.push(CatalogFact::BytesBehind { width, number, count });
        }
        let id = protocol.catalog_entry_id;
        if let Some(first) = ids.get(&id).copied() {
            facts.push(CatalogFact::SameId { width, first, number, id });
        } else {
            ids.insert(id, number);
        }
        if let Some(next) = next.filter(|next| id >= *next) {
            facts.push(CatalogFact::IdNotBelowNext { width, number, id, next });
        }
        match protocol.chain.kind() {
            ChainKind::Impossible => {
                let length = protocol.chain.length;
                facts.push(CatalogFact::ChainLength { width, number, length });
            }
            ChainKind::Chain => chains.push((number, protocol.chain)),
            ChainKind::Layered | ChainKind::Base => {}
        }
    }
    // Where an entry can't be read, its ID may be the one.
    for (number, chain) in chains.iter().filter(|_| all_read) {
        let broken = chain.entries().iter().copied().filter(|id| !ids.contains_key(id));
        facts.extend(broken.map(|id| CatalogFact::ChainBroken { width, number: *number, id }));
    }
    facts
}
