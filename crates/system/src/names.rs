//! What the machine is called: its computer name, and its names in TCP/IP.

use crate::locate::Held;
use crate::reading::{Reading, text};
use crate::view::view;

/// A key below `Control\ComputerName`: `ComputerName`, or `ActiveComputerName`.
///
/// The name under `ComputerName` is the one that the machine has after its next start; the one under
/// `ActiveComputerName` it has until then. No copied hive seen has the latter: it is made anew at each start.
#[derive(Clone, Copy, Debug)]
pub struct ComputerName<'i> {
    held: Held<'i>,
}

/// The names in `Services\Tcpip\Parameters`.
#[derive(Clone, Copy, Debug)]
pub struct TcpipNames<'i> {
    held: Held<'i>,
}

view!(ComputerName);
view!(TcpipNames);

impl<'i> ComputerName<'i> {
    pub(crate) const fn of(held: Held<'i>) -> Self {
        Self { held }
    }

    /// `ComputerName`: the NetBIOS name.
    #[must_use]
    pub fn name(&self) -> Reading<String> {
        self.held.read(|key| text(key, "ComputerName"))
    }
}

impl<'i> TcpipNames<'i> {
    pub(crate) const fn of(held: Held<'i>) -> Self {
        Self { held }
    }

    /// `Hostname`.
    #[must_use]
    pub fn hostname(&self) -> Reading<String> {
        self.held.read(|key| text(key, "Hostname"))
    }

    /// `NV Hostname`, the one that was set; not in Windows NT 4.0.
    #[must_use]
    pub fn set_hostname(&self) -> Reading<String> {
        self.held.read(|key| text(key, "NV Hostname"))
    }

    /// `Domain`: the DNS domain; empty where there is none.
    #[must_use]
    pub fn domain(&self) -> Reading<String> {
        self.held.read(|key| text(key, "Domain"))
    }

    /// `NV Domain`, the one that was set; not in Windows NT 4.0.
    #[must_use]
    pub fn set_domain(&self) -> Reading<String> {
        self.held.read(|key| text(key, "NV Domain"))
    }

    /// `DhcpDomain`: the DNS domain that a DHCP server gave.
    #[must_use]
    pub fn dhcp_domain(&self) -> Reading<String> {
        self.held.read(|key| text(key, "DhcpDomain"))
    }
}
