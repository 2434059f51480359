//! Services and drivers: `Services\<name>`.

use coldhive_hive::{Key, Lookup, MultiString};
use serde::{Deserialize, Serialize};

use crate::failure_actions::FailureActions;
use crate::locate::Held;
use crate::reading::{Reading, binary, dword, multi_string, text};
use crate::service_security::ServiceSecurity;
use crate::service_type::{ErrorControl, ServiceKind, ServiceSidType, ServiceType};
use crate::system::System;
use crate::view::view;

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
///
/// ```
/// use coldhive_forge::{build, samples};
/// use coldhive_hive::Hive;
/// use coldhive_system::{Reading, Selector, Start, System};
///
/// let file = build(&samples::cluster_sound())?;
/// let system = System::new(Hive::parse(&file)?);
/// let set = &system.select(Selector::Current)?.sets[0];
/// let service = system.service(set, "ClusSvc").found().ok_or("no ClusSvc")?;
/// assert_eq!(service.account(), Reading::Is("LAB\\clussvc".into()));
/// assert_eq!(service.start(), Reading::Is(Start::Automatic));
/// assert_eq!(service.service_type().ok().ok_or("no Type")?.to_string(), "OWN_PROCESS");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Service<'i> {
    held: Held<'i>,
    /// Through which links below its key are followed.
    system: Option<System<'i>>,
}

view!(Service);

impl<'i> Service<'i> {
    /// Reads a key as a service's. Symbolic links below it are not followed: what is behind one is hidden.
    #[must_use]
    pub const fn new(key: Key<'i>) -> Self {
        Self { held: Held::whole(key), system: None }
    }

    pub(crate) const fn of(held: Held<'i>, system: System<'i>) -> Self {
        Self { held, system: Some(system) }
    }

    /// The service's key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.held.key
    }

    /// The service's name, as much of it as is readable.
    #[must_use]
    pub fn name(&self) -> String {
        self.held.key.readable_name().to_string()
    }

    /// A subkey of the service's key, as `Parameters`.
    #[must_use]
    pub fn subkey(&self, name: &str) -> Lookup<Key<'i>> {
        self.below(name).map(|held| held.key)
    }

    fn below(&self, name: &str) -> Lookup<Held<'i>> {
        self.held.below(self.system.as_ref(), name)
    }

    fn dword(&self, name: &str) -> Reading<u32> {
        self.held.read(|key| dword(key, name))
    }

    fn text(&self, name: &str) -> Reading<String> {
        self.held.read(|key| text(key, name))
    }

    fn list(&self, name: &str) -> Reading<MultiString> {
        self.held.read(|key| multi_string(key, name))
    }

    /// `Start`: how it is started.
    #[must_use]
    pub fn start(&self) -> Reading<Start> {
        self.dword("Start").map(Start::from_code)
    }

    /// `DelayedAutostart`: whether one that starts by itself waits until the others did; from Windows Vista on.
    #[must_use]
    pub fn delayed_start(&self) -> Reading<bool> {
        self.dword("DelayedAutostart").map(|number| number != 0)
    }

    /// `Type`: what kind of thing it is.
    #[must_use]
    pub fn service_type(&self) -> Reading<ServiceType> {
        self.dword("Type").map(ServiceType::from_bits_retain)
    }

    /// Whether it is a driver or a service, by its type.
    #[must_use]
    pub fn kind(&self) -> Reading<ServiceKind> {
        self.service_type().map(ServiceType::kind)
    }

    /// `ErrorControl`: what happens when it fails to start.
    #[must_use]
    pub fn error_control(&self) -> Reading<ErrorControl> {
        self.dword("ErrorControl").map(ErrorControl::from_code)
    }

    /// `ImagePath`: the program or driver file.
    #[must_use]
    pub fn image_path(&self) -> Reading<String> {
        self.text("ImagePath")
    }

    /// `DisplayName`: the name that people see, or from Windows Vista on a reference to one.
    #[must_use]
    pub fn display_name(&self) -> Reading<String> {
        self.text("DisplayName")
    }

    /// `Description`: what it is for; from Windows 2000 on.
    #[must_use]
    pub fn description(&self) -> Reading<String> {
        self.text("Description")
    }

    /// `ObjectName`: the account it runs as, as `DOMAIN\name`; for drivers the driver object's name.
    #[must_use]
    pub fn account(&self) -> Reading<String> {
        self.text("ObjectName")
    }

    /// `Group`: the group that it is loaded with.
    #[must_use]
    pub fn group(&self) -> Reading<String> {
        self.text("Group")
    }

    /// `Tag`: its number in its group, which `GroupOrderList` puts in order.
    #[must_use]
    pub fn tag(&self) -> Reading<u32> {
        self.dword("Tag")
    }

    /// `DependOnService`: what must run before it; a name that begins with `+` is a group's.
    #[must_use]
    pub fn depend_on_service(&self) -> Reading<MultiString> {
        self.list("DependOnService")
    }

    /// `DependOnGroup`: the groups of which something must run before it.
    #[must_use]
    pub fn depend_on_group(&self) -> Reading<MultiString> {
        self.list("DependOnGroup")
    }

    /// `Parameters\ServiceDll`: the library of a service that shares the process `svchost`.
    #[must_use]
    pub fn service_dll(&self) -> Reading<String> {
        let parameters = self.below("Parameters");
        Reading::of_found(&parameters, |held| held.read(|key| text(key, "ServiceDll")))
    }

    /// `ServiceDll` of the service's own key, where some services have it instead.
    #[must_use]
    pub fn service_dll_in_own_key(&self) -> Reading<String> {
        self.text("ServiceDll")
    }

    /// `WOW64`, as it is stored: there where the program was made for 32 bits; 1 in Windows 8.1, 0x14C in Windows 10.
    #[must_use]
    pub fn wow64(&self) -> Reading<u32> {
        self.dword("WOW64")
    }

    /// `ServiceSidType`: how its process has the service's own SID; from Windows Vista on.
    #[must_use]
    pub fn sid_type(&self) -> Reading<ServiceSidType> {
        self.dword("ServiceSidType").map(ServiceSidType::from_code)
    }

    /// `RequiredPrivileges`: the privileges that its process keeps; from Windows Vista on.
    #[must_use]
    pub fn required_privileges(&self) -> Reading<MultiString> {
        self.list("RequiredPrivileges")
    }

    /// `FailureActions`: what is done when it fails; from Windows 2000 on.
    #[must_use]
    pub fn failure_actions(&self) -> Reading<FailureActions> {
        self.failure_actions_raw().and_then(|data| FailureActions::decode(&data))
    }

    /// `FailureActions` as it is stored.
    #[must_use]
    pub fn failure_actions_raw(&self) -> Reading<Vec<u8>> {
        self.held.read(|key| binary(key, "FailureActions"))
    }

    /// `FailureCommand`: the command that such an action runs.
    #[must_use]
    pub fn failure_command(&self) -> Reading<String> {
        self.text("FailureCommand")
    }

    /// `RebootMessage`: what is told to users before such an action starts the machine again.
    #[must_use]
    pub fn reboot_message(&self) -> Reading<String> {
        self.text("RebootMessage")
    }

    /// `Security\Security`: the security descriptor of the service itself. [`View::descriptor`](crate::View::descriptor)
    /// is that of its key.
    #[must_use]
    pub fn security(&self) -> Reading<ServiceSecurity<'i>> {
        let subkey = self.below("Security");
        Reading::of_found(&subkey, |held| {
            let bytes = held.read(|key| binary(key, "Security"));
            bytes.map(|bytes| ServiceSecurity { held: *held, bytes })
        })
    }
}
