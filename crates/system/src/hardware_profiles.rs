//! Hardware profiles: which configurations of its devices a machine knows, and which one it was in.
//!
//! `Hardware Profiles\0001` and the like hold what a profile changes in the SOFTWARE and SYSTEM keys;
//! `Control\IDConfigDB` says which one is current and, under the same numbers, what they are called (TechNet,
//! "Hardware Profiles").

use coldhive_hive::{Damage, Key, Lookup};

use crate::control_set::ControlSet;
use crate::locate::Held;
use crate::reading::{Reading, dword, text};
use crate::system::System;
use crate::view::view;

/// The hardware profiles of a control set.
#[derive(Clone, Debug)]
pub struct HardwareProfiles<'i> {
    system: System<'i>,
    set: ControlSet,
    profiles: Lookup<Held<'i>>,
    database: Lookup<IdConfigDb<'i>>,
}

/// The key `Control\IDConfigDB`.
#[derive(Clone, Copy, Debug)]
pub struct IdConfigDb<'i> {
    held: Held<'i>,
}

/// A key below `Hardware Profiles` with a number as its name.
#[derive(Clone, Debug)]
pub struct HardwareProfile<'i> {
    held: Held<'i>,
    number: u32,
    system: System<'i>,
    /// Where the key stands that describes it.
    described_at: String,
}

/// A key below `Control\IDConfigDB\Hardware Profiles`: what a profile is called.
#[derive(Clone, Copy, Debug)]
pub struct ProfileDescription<'i> {
    held: Held<'i>,
}

view!(IdConfigDb);
view!(HardwareProfile);
view!(ProfileDescription);

impl<'i> HardwareProfiles<'i> {
    pub(crate) fn of(system: &System<'i>, set: &ControlSet) -> Self {
        Self {
            system: *system,
            set: set.clone(),
            profiles: system.held(&set.path("Hardware Profiles")),
            database: system.held(&set.path("Control\\IDConfigDB")).map(|held| IdConfigDb { held }),
        }
    }

    /// The key `Hardware Profiles`.
    #[must_use]
    pub fn key(&self) -> Lookup<Key<'i>> {
        self.profiles.clone().map(|held| held.key)
    }

    /// The key `Control\IDConfigDB`.
    #[must_use]
    pub const fn database(&self) -> &Lookup<IdConfigDb<'i>> {
        &self.database
    }

    /// The number of the profile that the machine was in: `IDConfigDB\CurrentConfig`.
    #[must_use]
    pub fn current(&self) -> Reading<u32> {
        Reading::of_found(&self.database, IdConfigDb::current_config)
    }

    /// The key that the link `Hardware Profiles\Current` leads to. No copied hive seen has that link:
    /// [`current`](Self::current) tells the number.
    #[must_use]
    pub fn current_key(&self) -> Lookup<Key<'i>> {
        self.system.key(&self.set.path("Hardware Profiles\\Current"))
    }

    /// The profiles in stored order, with damage in place of those that can't be read. What isn't named by a number is
    /// no profile.
    #[must_use]
    pub fn profiles(&self) -> Lookup<Vec<Result<HardwareProfile<'i>, Damage>>> {
        self.profiles.clone().map(|profiles| {
            let children = profiles.children(Some(&self.system)).into_iter();
            children.filter_map(|child| child.map(|held| self.profile(held)).transpose()).collect()
        })
    }

    fn profile(&self, held: Held<'i>) -> Option<HardwareProfile<'i>> {
        let name = held.key.readable_name().to_string();
        let number = number_of(&name)?;
        let described_at =
            self.set.path(&format!("Control\\IDConfigDB\\Hardware Profiles\\{name}"));
        Some(HardwareProfile { held, number, system: self.system, described_at })
    }
}

impl IdConfigDb<'_> {
    /// `CurrentConfig`: the number of the profile that the machine was in.
    #[must_use]
    pub fn current_config(&self) -> Reading<u32> {
        self.held.read(|key| dword(key, "CurrentConfig"))
    }
}

impl<'i> HardwareProfile<'i> {
    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The key that describes it.
    #[must_use]
    pub fn description(&self) -> Lookup<ProfileDescription<'i>> {
        self.system.held(&self.described_at).map(|held| ProfileDescription { held })
    }

    /// What people call it.
    #[must_use]
    pub fn friendly_name(&self) -> Reading<String> {
        Reading::of_found(&self.description(), ProfileDescription::friendly_name)
    }
}

impl ProfileDescription<'_> {
    /// `FriendlyName`: what people call it.
    #[must_use]
    pub fn friendly_name(&self) -> Reading<String> {
        self.held.read(|key| text(key, "FriendlyName"))
    }

    /// `PreferenceOrder`: 0 for the one that is offered first; 0xFFFFFFFF for the profile 0000 in every hive seen.
    #[must_use]
    pub fn preference_order(&self) -> Reading<u32> {
        self.held.read(|key| dword(key, "PreferenceOrder"))
    }

    /// `HwProfileGuid`, as text; not in Windows NT 4.0.
    #[must_use]
    pub fn guid(&self) -> Reading<String> {
        self.held.read(|key| text(key, "HwProfileGuid"))
    }
}

/// The number of a profile by the name of its key: four digits.
fn number_of(name: &str) -> Option<u32> {
    let is_number = name.len() == 4 && name.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| name.parse().ok()).flatten()
}
