//! `Control\Windows`: the service pack, and when the machine was last shut down.

use std::fmt;

use coldhive_hive::FileTime;
use serde::Serialize;

use crate::locate::Held;
use crate::reading::{Reading, dword, file_time, text};
use crate::view::view;

/// The service pack as `Control\Windows\CSDVersion` has it: its number in the second byte, a lesser one in the first.
///
/// ```
/// use coldhive_system::ServicePack;
/// assert_eq!(ServicePack(0x300).major(), 3);
/// assert_eq!(ServicePack(0x300).to_string(), "service pack 3");
/// assert_eq!(ServicePack(0).to_string(), "no service pack");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ServicePack(pub u32);

impl ServicePack {
    /// The number that people know it by.
    #[must_use]
    pub const fn major(self) -> u32 {
        (self.0 >> 8) & 0xFF
    }

    /// The number behind the point, 0 in every hive seen.
    #[must_use]
    pub const fn minor(self) -> u32 {
        self.0 & 0xFF
    }

    /// The bits that mean neither.
    const fn rest(self) -> u32 {
        self.0 >> 16
    }
}

impl fmt::Display for ServicePack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.rest(), self.major(), self.minor()) {
            (0, 0, 0) => f.write_str("no service pack"),
            (0, major, 0) => write!(f, "service pack {major}"),
            (0, major, minor) => write!(f, "service pack {major}.{minor}"),
            (rest, major, minor) => {
                write!(f, "service pack {major}.{minor}, and {rest:#x} in the bits above")
            }
        }
    }
}

/// The key `Control\Windows`.
#[derive(Clone, Copy, Debug)]
pub struct WindowsSettings<'i> {
    held: Held<'i>,
}

view!(WindowsSettings);

impl<'i> WindowsSettings<'i> {
    pub(crate) const fn of(held: Held<'i>) -> Self {
        Self { held }
    }

    /// `CSDVersion`: the service pack. Windows NT 4.0 and XP have it alike; from Windows 8 on it is 0.
    #[must_use]
    pub fn service_pack(&self) -> Reading<ServicePack> {
        self.held.read(|key| dword(key, "CSDVersion")).map(ServicePack)
    }

    /// `CSDBuildNumber`, as it is stored; from Windows Vista on.
    #[must_use]
    pub fn csd_build_number(&self) -> Reading<u32> {
        self.held.read(|key| dword(key, "CSDBuildNumber"))
    }

    /// `CSDReleaseType`, as it is stored; from Windows XP on, and 0 in every hive seen.
    #[must_use]
    pub fn csd_release_type(&self) -> Reading<u32> {
        self.held.read(|key| dword(key, "CSDReleaseType"))
    }

    /// `ShutdownTime`: when the machine was last shut down in good order (UTC). A machine that lost its power since
    /// has an older time here.
    #[must_use]
    pub fn shutdown_time(&self) -> Reading<FileTime> {
        self.held.read(|key| file_time(key, "ShutdownTime"))
    }

    /// `Directory`: where Windows stands, `%SystemRoot%` in every hive seen.
    #[must_use]
    pub fn directory(&self) -> Reading<String> {
        self.held.read(|key| text(key, "Directory"))
    }

    /// `SystemDirectory`.
    #[must_use]
    pub fn system_directory(&self) -> Reading<String> {
        self.held.read(|key| text(key, "SystemDirectory"))
    }
}
