//! Tests of a service or driver.

use super::OneOrMany;
use crate::decode::{described, words};
use crate::diagnostic::Spanned;
use crate::template::Template;

described! {
    /// Tests of a service or driver; all that are given must hold.
    pub struct ServiceTest as "a test of a service", example "{ name: ClusSvc, present: true, start: [automatic, manual] }" {
        required {
            /// Its name.
            name: Spanned<Template>,
        }
        optional {
            /// Whether its key must be there.
            present: Option<bool> = None,
            /// How it must be started, one of these.
            start: OneOrMany<StartName> = OneOrMany::default(),
            /// What it must be, one of these.
            kinds as "type": OneOrMany<ServiceTypeName> = OneOrMany::default(),
            /// The account that it must run as, one of these, without regard to case. `LocalSystem`, `LocalService` and
            /// `NetworkService` mean all names of these accounts.
            account: OneOrMany<Spanned<Template>> = OneOrMany::default(),
            /// Whether a "no" proves nothing.
            weak: bool = false => "false",
        }
    }
}

impl ServiceTest {
    pub(crate) fn has_test(&self) -> bool {
        !Self { weak: false, ..self.clone() }.is_bare()
    }
}

words! {
    /// How a service is started.
    pub enum StartName as "a start type" {
        /// 0.
        Boot = "boot",
        /// 1.
        System = "system",
        /// 2.
        Automatic = "automatic",
        /// 3.
        Manual = "manual",
        /// 4.
        Disabled = "disabled",
    }
}

words! {
    /// What a service or driver is.
    pub enum ServiceTypeName as "a type of services" {
        /// A driver of any kind.
        Driver = "driver",
        /// A driver of the kernel.
        KernelDriver = "kernel-driver",
        /// A driver of a file system.
        FileSystemDriver = "file-system-driver",
        /// Arguments of a network adapter.
        Adapter = "adapter",
        /// A file system's recognizer.
        Recognizer = "recognizer-driver",
        /// A service: a process, of its own or shared.
        Service = "service",
        /// A service with a process of its own.
        OwnProcess = "own-process",
        /// A service that shares its process.
        SharedProcess = "shared-process",
        /// A service that may show windows.
        Interactive = "interactive",
    }
}

impl ServiceTypeName {
    /// The bits of `Type` of which it has at least one (`SERVICE_*` of winnt.h).
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Driver => 0x0b,
            Self::KernelDriver => 0x01,
            Self::FileSystemDriver => 0x02,
            Self::Adapter => 0x04,
            Self::Recognizer => 0x08,
            Self::Service => 0x30,
            Self::OwnProcess => 0x10,
            Self::SharedProcess => 0x20,
            Self::Interactive => 0x100,
        }
    }
}
