//! What a control set says about the machine: its names, its clock, its devices, its services.

use coldhive_hive::{Hive, Key, Lookup};

use crate::control_set::ControlSet;
use crate::hardware_profiles::HardwareProfiles;
use crate::load_order::LoadOrder;
use crate::names::{ComputerName, TcpipNames};
use crate::product::Product;
use crate::services::Services;
use crate::system::System;
use crate::time_zone::TimeZone;
use crate::windows_settings::WindowsSettings;

impl<'i> System<'i> {
    /// The key `Clone`, from which Windows made the last known good control set while it started. No copied hive seen has
    /// it.
    #[must_use]
    pub fn clone_key(&self) -> Lookup<Key<'i>> {
        self.key("Clone")
    }

    /// Which Windows a control set belongs to, settled by a SOFTWARE hive of the same machine where there is one.
    #[must_use]
    pub fn product_with(&self, set: &ControlSet, software: Option<Hive<'_>>) -> Product {
        let product = self.product(set);
        match software {
            Some(software) => product.settled_by(software),
            None => product,
        }
    }

    /// The key `Control\Windows`: the service pack, and the time of the last shutdown.
    #[must_use]
    pub fn windows_settings(&self, set: &ControlSet) -> Lookup<WindowsSettings<'i>> {
        self.held(&set.path("Control\\Windows")).map(WindowsSettings::of)
    }

    /// The key `Control\ComputerName\ComputerName`: the name that the machine has from its next start on.
    #[must_use]
    pub fn computer_name(&self, set: &ControlSet) -> Lookup<ComputerName<'i>> {
        self.held(&set.path("Control\\ComputerName\\ComputerName")).map(ComputerName::of)
    }

    /// The key `Control\ComputerName\ActiveComputerName`: the name that it has until then.
    #[must_use]
    pub fn active_computer_name(&self, set: &ControlSet) -> Lookup<ComputerName<'i>> {
        self.held(&set.path("Control\\ComputerName\\ActiveComputerName")).map(ComputerName::of)
    }

    /// The key `Services\Tcpip\Parameters`, for the names in it.
    #[must_use]
    pub fn tcpip_names(&self, set: &ControlSet) -> Lookup<TcpipNames<'i>> {
        self.held(&set.path("Services\\Tcpip\\Parameters")).map(TcpipNames::of)
    }

    /// The key `Control\TimeZoneInformation`.
    #[must_use]
    pub fn time_zone(&self, set: &ControlSet) -> Lookup<TimeZone<'i>> {
        self.held(&set.path("Control\\TimeZoneInformation")).map(TimeZone::of)
    }

    /// The hardware profiles, and which of them was current.
    #[must_use]
    pub fn hardware_profiles(&self, set: &ControlSet) -> HardwareProfiles<'i> {
        HardwareProfiles::of(self, set)
    }

    /// The key `Services`, with all services and drivers.
    #[must_use]
    pub fn services(&self, set: &ControlSet) -> Lookup<Services<'i>> {
        Services::of(self, set)
    }

    /// The order in which groups of drivers and services are loaded.
    #[must_use]
    pub fn load_order(&self, set: &ControlSet) -> LoadOrder<'i> {
        LoadOrder::of(self, set)
    }
}
