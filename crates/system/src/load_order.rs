//! The order in which drivers and services are loaded: groups, and tags within a group.
//!
//! `Control\ServiceGroupOrder` lists the groups, and `Control\GroupOrderList` has for each group the tags of its members
//! in order (Q115486; TechNet, "GroupOrderList"). What is started by the boot loader is loaded before what the kernel
//! starts, and that before what the Service Control Manager does, each in the order of groups. What stands in a group
//! that isn't listed comes behind the groups that are, and what stands in none comes last (MSDN, `Create` of
//! `Win32_Service`).

use std::collections::HashMap;

use coldhive_hive::{Key, Lookup, MultiString, upcase_unit};
use serde::Serialize;

use crate::control_set::ControlSet;
use crate::locate::Held;
use crate::reading::{Reading, binary, multi_string};
use crate::service::Service;
use crate::system::System;

/// The groups and tags of a control set.
#[derive(Clone, Debug)]
pub struct LoadOrder<'i> {
    list: Lookup<Held<'i>>,
    tags: Lookup<Held<'i>>,
    groups: Reading<MultiString>,
    /// Where each group stands in the list, by its name in upper case.
    places: HashMap<Vec<u16>, usize>,
    /// Where each tag stands in its group's list, by the group's name in upper case.
    members: HashMap<Vec<u16>, Reading<HashMap<u32, usize>>>,
    /// Whether a group that is not among them certainly has no list.
    members_are_all: bool,
}

/// Where a service stands in the order of loading: smaller is sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Rank {
    /// By its group.
    pub group: GroupRank,
    /// By its tag, within the group. Services have none; drivers may.
    pub tag: TagRank,
}

/// Where a service stands by its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupRank {
    /// With the group at this place in the list, from 0.
    Listed(usize),
    /// In a group that isn't listed: behind all that are.
    NotListed,
    /// In no group: last.
    NoGroup,
    /// Its group, or the list, can't be read.
    Unknown,
}

/// Where a service stands by its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TagRank {
    /// With the tag at this place in its group's list, from 0.
    Listed(usize),
    /// It has a tag that isn't listed.
    NotListed,
    /// It has no tag.
    NoTag,
    /// Its tag, or the list of tags, can't be read.
    Unknown,
}

/// Decodes a value of `GroupOrderList`: how many tags there are, then each, as numbers of 32 bits.
///
/// ```
/// use coldhive_system::{Reading, group_tags};
/// let data = [3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0];
/// assert_eq!(group_tags(&data), Reading::Is(vec![2, 1, 3]));
/// assert!(matches!(group_tags(&data[..12]), Reading::Unfit { .. }));
/// ```
#[must_use]
pub fn group_tags(data: &[u8]) -> Reading<Vec<u32>> {
    let (numbers, _) = data.as_chunks::<4>();
    let mut numbers = numbers.iter().map(|number| u32::from_le_bytes(*number));
    let count = numbers.next().and_then(|count| usize::try_from(count).ok());
    match count {
        Some(count) if count <= numbers.len() => Reading::Is(numbers.take(count).collect()),
        _ => Reading::Unfit {
            expected: "a list of tags (4 bytes, and 4 for each tag)",
            found: format!("{} bytes that don't fit", data.len()),
        },
    }
}

impl<'i> LoadOrder<'i> {
    pub(crate) fn of(system: &System<'i>, set: &ControlSet) -> Self {
        let list = system.held(&set.path("Control\\ServiceGroupOrder"));
        let tags = system.held(&set.path("Control\\GroupOrderList"));
        let groups = Reading::of_found(&list, |held| held.read(|key| multi_string(key, "List")));
        let mut places = HashMap::new();
        for (place, group) in groups.as_ok().into_iter().flat_map(MultiString::entries).enumerate()
        {
            // Of a group that is listed twice the first place counts.
            places.entry(upcase(group)).or_insert(place);
        }
        let members_are_all = tags.is_absent();
        let mut order =
            Self { list, tags, groups, places, members: HashMap::new(), members_are_all };
        order.read_members();
        order
    }

    /// Reads all lists of tags in one go: a lookup for each service would cost as much as the list is long.
    fn read_members(&mut self) {
        let Lookup::Found(held) = &self.tags else { return };
        let mut values = held.key.values();
        let mut names = Vec::new();
        self.members_are_all = held.complete;
        for value in values.by_ref().take(MOST_GROUPS) {
            match value.and_then(|value| value.name()) {
                Ok(name) => names.push(name.to_string()),
                Err(_) => self.members_are_all = false,
            }
        }
        self.members_are_all &= values.next().is_none();
        for name in names {
            let tags = self.tags(&name).map(|tags| {
                let mut places = HashMap::new();
                for (place, tag) in tags.into_iter().enumerate() {
                    places.entry(tag).or_insert(place);
                }
                places
            });
            self.members.entry(upcase(&name)).or_insert(tags);
        }
    }

    /// The key `Control\ServiceGroupOrder`.
    #[must_use]
    pub fn list_key(&self) -> Lookup<Key<'i>> {
        self.list.clone().map(|held| held.key)
    }

    /// The key `Control\GroupOrderList`.
    #[must_use]
    pub fn tags_key(&self) -> Lookup<Key<'i>> {
        self.tags.clone().map(|held| held.key)
    }

    /// The groups in the order of loading: `ServiceGroupOrder\List`.
    #[must_use]
    pub const fn groups(&self) -> &Reading<MultiString> {
        &self.groups
    }

    /// The tags of a group in the order of loading.
    #[must_use]
    pub fn tags(&self, group: &str) -> Reading<Vec<u32>> {
        Reading::of_found(&self.tags, |held| held.read(|key| binary(key, group)))
            .and_then(|data| group_tags(&data))
    }

    /// Where a service or driver stands in the order of loading.
    #[must_use]
    pub fn rank(&self, service: &Service<'_>) -> Rank {
        let group = service.group();
        let name = group.as_ok().map(|group| upcase(group)).unwrap_or_default();
        let group = match (&group, &self.groups) {
            (Reading::Is(name), _) if name.is_empty() => GroupRank::NoGroup,
            (Reading::Absent, _) => GroupRank::NoGroup,
            (Reading::Is(_), Reading::Is(_)) => self
                .places
                .get(&name)
                .map_or(GroupRank::NotListed, |place| GroupRank::Listed(*place)),
            _ => GroupRank::Unknown,
        };
        let tag = match (service.tag(), self.members.get(&name)) {
            (Reading::Absent, _) => TagRank::NoTag,
            (Reading::Is(tag), Some(Reading::Is(places))) => {
                places.get(&tag).map_or(TagRank::NotListed, |place| TagRank::Listed(*place))
            }
            (Reading::Is(_), None) if self.members_are_all => TagRank::NotListed,
            _ => TagRank::Unknown,
        };
        Rank { group, tag }
    }
}

/// How many groups' tags are read. Real hives have fifty.
const MOST_GROUPS: usize = 1024;

fn upcase(name: &str) -> Vec<u16> {
    name.encode_utf16().map(upcase_unit).collect()
}
