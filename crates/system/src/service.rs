//! Services and drivers: `Services\<name>`.

use coldhive_hive::Key;
use serde::{Deserialize, Serialize};

use crate::locate::Held;
use crate::reading::{Reading, dword, text};

/// How a service is started (Q165748; the `SERVICE_*_START` constants of winnt.h).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// 0: by the boot loader.
    Boot,
    /// 1: while the kernel starts.
    System,
    /// 2: by the Service Control Manager, by itself.
    Automatic,
    /// 3: when asked for.
    Manual,
    /// 4: never.
    Disabled,
    /// A number that means nothing.
    Other(u32),
}

impl Start {
    const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Boot,
            1 => Self::System,
            2 => Self::Automatic,
            3 => Self::Manual,
            4 => Self::Disabled,
            other => Self::Other(other),
        }
    }
}

/// A service or driver. The typed view hides nothing: its [`key`](Self::key) is at hand.
#[derive(Clone, Copy, Debug)]
pub struct Service<'i> {
    held: Held<'i>,
}

impl<'i> Service<'i> {
    /// Reads a key as a service's.
    #[must_use]
    pub const fn new(key: Key<'i>) -> Self {
        Self { held: Held::whole(key) }
    }

    pub(crate) const fn of(held: Held<'i>) -> Self {
        Self { held }
    }

    /// The service's key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.held.key
    }

    /// How it is started.
    #[must_use]
    pub fn start(&self) -> Reading<Start> {
        self.held.read(|key| dword(key, "Start")).map(Start::from_code)
    }

    /// The type bits (`SERVICE_*` of winnt.h): 1 a kernel driver, 0x10 a process of its own.
    #[must_use]
    pub fn service_type(&self) -> Reading<u32> {
        self.held.read(|key| dword(key, "Type"))
    }

    /// What happens when it fails to start, 0 to 3.
    #[must_use]
    pub fn error_control(&self) -> Reading<u32> {
        self.held.read(|key| dword(key, "ErrorControl"))
    }

    /// The program or driver file.
    #[must_use]
    pub fn image_path(&self) -> Reading<String> {
        self.held.read(|key| text(key, "ImagePath"))
    }

    /// The name that people see.
    #[must_use]
    pub fn display_name(&self) -> Reading<String> {
        self.held.read(|key| text(key, "DisplayName"))
    }

    /// The account it runs as, as `DOMAIN\name`; for drivers the driver object's name.
    #[must_use]
    pub fn account(&self) -> Reading<String> {
        self.held.read(|key| text(key, "ObjectName"))
    }
}
