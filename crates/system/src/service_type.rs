//! What kind of thing a service is: the bits of its value `Type`.

use std::fmt;

use bitflags::bitflags;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

bitflags! {
    /// The value `Type` of a service (winnt.h, `SERVICE_*`; TechNet, "Type"). Unknown bits are kept.
    ///
    /// ```
    /// use coldhive_system::{ServiceKind, ServiceType};
    /// let shared = ServiceType::from_bits_retain(0x120);
    /// assert_eq!(shared.to_string(), "SHARE_PROCESS, INTERACTIVE");
    /// assert_eq!(shared.kind(), ServiceKind::Service);
    /// assert_eq!(ServiceType::from_bits_retain(1).kind(), ServiceKind::Driver);
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct ServiceType: u32 {
        /// A driver in the kernel.
        const KERNEL_DRIVER = 0x1;
        /// A file system driver.
        const FILE_SYSTEM_DRIVER = 0x2;
        /// A set of arguments for an adapter.
        const ADAPTER = 0x4;
        /// A driver that recognizes file systems.
        const RECOGNIZER_DRIVER = 0x8;
        /// A program with a process of its own.
        const OWN_PROCESS = 0x10;
        /// A program that shares a process with other services.
        const SHARE_PROCESS = 0x20;
        /// A service of each user who logs on; from Windows 10 on.
        const USER_SERVICE = 0x40;
        /// One user's instance of such a service.
        const USER_SERVICE_INSTANCE = 0x80;
        /// It may show windows on the console.
        const INTERACTIVE = 0x100;
        /// A service of an application package.
        const PACKAGE_SERVICE = 0x200;
        const _ = !0;
    }
}

/// Drivers, services, and what is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    /// A driver: `SERVICE_DRIVER`, 0xB.
    Driver,
    /// A service: `SERVICE_WIN32`, 0x30.
    Service,
    /// A set of arguments for an adapter.
    Adapter,
    /// None of them.
    Other,
}

impl ServiceType {
    /// Whether it is a driver or a service.
    #[must_use]
    pub const fn kind(self) -> ServiceKind {
        let drivers =
            Self::KERNEL_DRIVER.union(Self::FILE_SYSTEM_DRIVER).union(Self::RECOGNIZER_DRIVER);
        if self.intersects(drivers) {
            ServiceKind::Driver
        } else if self.intersects(Self::OWN_PROCESS.union(Self::SHARE_PROCESS)) {
            ServiceKind::Service
        } else if self.intersects(Self::ADAPTER) {
            ServiceKind::Adapter
        } else {
            ServiceKind::Other
        }
    }

    /// The names of its bits, and the number of those that have none.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        let mut names: Vec<String> = self.iter_names().map(|(name, _)| name.to_owned()).collect();
        let rest = self.bits() & !NAMED;
        if rest != 0 {
            names.push(format!("{rest:#x}"));
        }
        names
    }
}

/// All bits with a name.
const NAMED: u32 = 0x3FF;

impl fmt::Display for ServiceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.names().as_slice() {
            [] => f.write_str("0"),
            names => f.write_str(&names.join(", ")),
        }
    }
}

impl Serialize for ServiceType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut told = serializer.serialize_struct("ServiceType", 2)?;
        told.serialize_field("bits", &self.bits())?;
        told.serialize_field("names", &self.names())?;
        told.end()
    }
}

/// How bad it is when a service fails to start (winnt.h, `SERVICE_ERROR_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorControl {
    /// 0: nobody is told.
    Ignore,
    /// 1: it is logged, and the machine goes on.
    Normal,
    /// 2: the machine starts again with the last known good control set, if it wasn't that already.
    Severe,
    /// 3: the same, and where it was that already, the machine stops.
    Critical,
    /// A number that means nothing.
    Other(u32),
}

impl ErrorControl {
    pub(crate) const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Ignore,
            1 => Self::Normal,
            2 => Self::Severe,
            3 => Self::Critical,
            other => Self::Other(other),
        }
    }
}

/// How the token of a service's process holds the service's own SID (MSDN, `SERVICE_SID_INFO`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceSidType {
    /// 0: not at all.
    None,
    /// 1: among its groups.
    Unrestricted,
    /// 3: among its groups and among its restricted SIDs.
    Restricted,
    /// A number that means nothing.
    Other(u32),
}

impl ServiceSidType {
    pub(crate) const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::None,
            1 => Self::Unrestricted,
            3 => Self::Restricted,
            other => Self::Other(other),
        }
    }
}
