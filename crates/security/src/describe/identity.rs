//! What a SID stands for, where it is not one that every computer knows.

use alloc::format;
use alloc::string::{String, ToString};

use crate::describe::derived;
use crate::describe::domain::{self, Place};
use crate::describe::names;
use crate::guid::Guid;
use crate::sid::Sid;

/// What kind of principal or label a SID stands for, as far as its numbers alone tell.
///
/// Sources: [MS-DTYP] 2.4.2.4; winnt.h, the base RIDs `SECURITY_..._ID_BASE_RID` and the authorities;
/// Windows Server "Security identifiers".
///
/// ```
/// use coldhive_security::{Sid, SidKind};
///
/// let sid: Sid = "S-1-5-21-1-2-3-512".parse()?;
/// assert_eq!(sid.kind(), SidKind::DomainAccount { rid: 512 });
/// assert_eq!(sid.description(), "Domain Admins, if of a domain");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SidKind {
    /// One that every computer knows: [`Sid::name`] has its name.
    WellKnown,
    /// S-1-5-21-a-b-c: a domain, or a computer with accounts of its own.
    Domain,
    /// S-1-5-21-a-b-c-r: an account or a group of that domain or computer.
    DomainAccount {
        /// The relative identifier within the domain.
        rid: u32,
    },
    /// S-1-5-32-r: a local group of this computer that has no public name.
    LocalGroup,
    /// S-1-5-32 and a hash: the group of those who hold a capability.
    CapabilityGroup,
    /// S-1-5-5-x-y: one logon session.
    LogonSession,
    /// S-1-5-80 and a hash: a service, by its name.
    Service,
    /// S-1-5-82 and a hash: an application pool of IIS.
    AppPool,
    /// S-1-5-83-1 and more: one virtual machine of Hyper-V.
    VirtualMachine,
    /// S-1-5-86 and a hash: the host of a WMI provider.
    WmiHost,
    /// S-1-5-87 and a hash: a scheduled task.
    ScheduledTask,
    /// S-1-5-88 and more: an identity of NFS.
    Nfs,
    /// S-1-5-90-0-n: the Desktop Window Manager of a session.
    WindowManager,
    /// S-1-5-96-0-n: the font driver host of a session.
    FontDriverHost,
    /// S-1-5-80 to S-1-5-111, of a kind with no name above: an account that Windows makes by itself.
    VirtualAccount,
    /// S-1-11: a Microsoft account.
    MicrosoftAccount,
    /// S-1-12-1 and a GUID: a user, group or role of Entra ID (Azure AD).
    Entra,
    /// S-1-15-2 and a hash: an app package or app container.
    AppPackage,
    /// S-1-15-3: a capability of apps.
    Capability,
    /// S-1-16-n: an integrity level between or above those with names.
    IntegrityLevel,
    /// S-1-17: a central access policy.
    CentralAccessPolicy,
    /// S-1-18: how somebody was authenticated.
    Authentication,
    /// S-1-19-type-level: how far a process is protected.
    ProcessTrust,
    /// S-1-22-1: a user of Unix, as Samba writes it.
    UnixUser,
    /// S-1-22-2: a group of Unix, as Samba writes it.
    UnixGroup,
    /// None of these.
    Unknown,
}

impl Sid {
    /// What kind of principal or label this is, as far as its numbers tell.
    pub fn kind(&self) -> SidKind {
        if names::of(self).is_some() {
            return SidKind::WellKnown;
        }
        match (self.authority(), self.sub_authorities()) {
            (5, [5, _, _]) => SidKind::LogonSession,
            (5, [21, _, _, _]) => SidKind::Domain,
            (5, [21, _, _, _, rid]) => SidKind::DomainAccount { rid: *rid },
            (5, [32, _]) => SidKind::LocalGroup,
            (5, [32, hash @ ..]) if hash.len() == 8 => SidKind::CapabilityGroup,
            (5, [80, hash @ ..]) if hash.len() == 5 => SidKind::Service,
            (5, [82, hash @ ..]) if hash.len() == 5 => SidKind::AppPool,
            (5, [83, 1, ..]) => SidKind::VirtualMachine,
            (5, [86, hash @ ..]) if hash.len() == 5 => SidKind::WmiHost,
            (5, [87, hash @ ..]) if hash.len() == 5 => SidKind::ScheduledTask,
            (5, [88, _, ..]) => SidKind::Nfs,
            (5, [90, 0, _]) => SidKind::WindowManager,
            (5, [96, 0, _]) => SidKind::FontDriverHost,
            (5, [80..=111, _, ..]) => SidKind::VirtualAccount,
            (11, [_, ..]) => SidKind::MicrosoftAccount,
            (12, [1, _, _, _, _]) => SidKind::Entra,
            (15, [2, _, ..]) => SidKind::AppPackage,
            (15, [3, _, ..]) => SidKind::Capability,
            (16, [_]) => SidKind::IntegrityLevel,
            (17, [_, ..]) => SidKind::CentralAccessPolicy,
            (18, [_]) => SidKind::Authentication,
            (19, [_, _]) => SidKind::ProcessTrust,
            (22, [1, _]) => SidKind::UnixUser,
            (22, [2, _]) => SidKind::UnixGroup,
            _ => SidKind::Unknown,
        }
    }

    /// The name with the domain part that Windows (in English) writes before it: `BUILTIN\Administrators`.
    ///
    /// `None` for a SID that not every computer knows.
    pub fn full_name(&self) -> Option<String> {
        let name = self.name()?;
        Some(match names::domain_part(self) {
            "" => name.to_string(),
            domain => format!("{domain}\\{name}"),
        })
    }

    /// What this SID stands for, in a few words for people; never more than is certain.
    ///
    /// The name, if every computer knows the SID; else what its numbers tell.
    ///
    /// ```
    /// use coldhive_security::Sid;
    ///
    /// for (sid, description) in [
    ///     ("S-1-5-18", "NT AUTHORITY\\SYSTEM"),
    ///     ("S-1-5-21-1-2-3-1005", "account or group of a domain or computer"),
    ///     ("S-1-5-80-1-2-3-4-5", "service of an unknown name"),
    ///     ("S-1-15-3-1", "app capability internetClient"),
    ///     ("S-1-19-512-8192", "process trust: light, WinTcb"),
    /// ] {
    ///     assert_eq!(sid.parse::<Sid>()?.description(), description);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn description(&self) -> String {
        let subs = self.sub_authorities();
        let last = subs.last().copied().unwrap_or(0);
        match self.kind() {
            SidKind::WellKnown => self.full_name().unwrap_or_default(),
            SidKind::Domain => "domain, or computer with accounts of its own".to_string(),
            SidKind::DomainAccount { rid } => domain_account(rid),
            SidKind::LocalGroup => format!("local group {last} of an unknown name"),
            SidKind::CapabilityGroup => match self.hashed_name() {
                Some(name) => format!("holders of the app capability {name}"),
                None => "holders of an app capability of an unknown name".to_string(),
            },
            SidKind::LogonSession => "logon session".to_string(),
            SidKind::Service => match self.hashed_name() {
                Some(name) => format!("NT SERVICE\\{name}"),
                None => "service of an unknown name".to_string(),
            },
            SidKind::AppPool => "application pool of IIS".to_string(),
            SidKind::VirtualMachine => "virtual machine of Hyper-V".to_string(),
            SidKind::WmiHost => match subs {
                [_, 1544737700, ..] => "WMI provider host (Local Service)".to_string(),
                [_, 615999462, ..] => "WMI provider host (Network Service)".to_string(),
                _ => "WMI provider host".to_string(),
            },
            SidKind::ScheduledTask => "scheduled task".to_string(),
            SidKind::Nfs => match subs {
                [_, 1, id] => format!("NFS owner {id}"),
                [_, 2, id] => format!("NFS group {id}"),
                [_, 3, mode] => format!("NFS mode {mode:o} (octal)"),
                _ => "NFS identity".to_string(),
            },
            SidKind::WindowManager => format!("Window Manager\\DWM-{last}"),
            SidKind::FontDriverHost => format!("Font Driver Host\\UMFD-{last}"),
            SidKind::VirtualAccount => "virtual account".to_string(),
            SidKind::MicrosoftAccount => "Microsoft account".to_string(),
            SidKind::Entra => match guid_of(subs) {
                Some(guid) => format!("Entra ID object {guid}"),
                None => "Entra ID object".to_string(),
            },
            SidKind::AppPackage => match subs.len() {
                8 => "app package".to_string(),
                12 => "app container of an app package".to_string(),
                _ => "app package, of an unknown form".to_string(),
            },
            SidKind::Capability => match (self.hashed_name(), guid_of(subs)) {
                (Some(name), _) => format!("app capability {name}"),
                (None, Some(class)) => format!("app capability for devices of class {class}"),
                (None, None) => "app capability of an unknown name".to_string(),
            },
            SidKind::IntegrityLevel => format!("integrity level {last:#06x}"),
            SidKind::CentralAccessPolicy => "central access policy".to_string(),
            SidKind::Authentication => "authentication of an unknown kind".to_string(),
            SidKind::ProcessTrust => process_trust(subs),
            SidKind::UnixUser => format!("user {last} of Unix (Samba)"),
            SidKind::UnixGroup => format!("group {last} of Unix (Samba)"),
            SidKind::Unknown => "unknown".to_string(),
        }
    }

    /// The SID together with its name or description, as reports show it.
    ///
    /// A name comes first, because it is what the eye looks for; where there is none the SID does,
    /// because a description alone names nobody.
    ///
    /// ```
    /// use coldhive_security::Sid;
    ///
    /// assert_eq!(Sid::EVERYONE.explained(), "Everyone (S-1-1-0)");
    /// let sid: Sid = "S-1-5-21-1-2-3-500".parse()?;
    /// assert_eq!(sid.explained(), "S-1-5-21-1-2-3-500 (built-in Administrator)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explained(&self) -> String {
        let description = self.description();
        match self.kind() {
            SidKind::WellKnown | SidKind::WindowManager | SidKind::FontDriverHost => {
                format!("{description} ({self})")
            }
            _ if self.hashed_name().is_some() => format!("{description} ({self})"),
            SidKind::Unknown => self.to_string(),
            _ => format!("{self} ({description})"),
        }
    }

    /// The public name that the hash or the number of a service or a capability stands for.
    fn hashed_name(&self) -> Option<&'static str> {
        match (self.kind(), self.sub_authorities()) {
            (SidKind::Service, [_, hash @ ..]) => derived::service(hash),
            (SidKind::CapabilityGroup, [_, hash @ ..]) => derived::capability(hash),
            (SidKind::Capability, [_, number]) => derived::numbered_capability(*number),
            (SidKind::Capability, [_, 1024, hash @ ..]) => derived::capability(hash),
            _ => None,
        }
    }
}

fn domain_account(rid: u32) -> String {
    match domain::domain_rid(rid) {
        Some(known) if rid == 513 => format!("{} of a domain, or None of a computer", known.name),
        Some(known) => match known.place {
            Place::Anywhere => format!("built-in {}", known.name),
            Place::Domain => format!("{}, if of a domain", known.name),
            Place::RootDomain => format!("{}, if of a forest's first domain", known.name),
        },
        // Windows numbers what people make from 1000 on.
        None if rid < 1000 => "reserved account or group of a domain or computer".to_string(),
        None => "account or group of a domain or computer".to_string(),
    }
}

/// The GUID that four sub-authorities behind a first one hold, as it is stored.
///
/// A published pair: S-1-12-1-1943430372-1249052806-2496021943-3034400218 is the object
/// 73d664e4-0886-4a73-b745-c694da45ddb4.
fn guid_of(subs: &[u32]) -> Option<Guid> {
    let [_, a, b, c, d] = subs else { return None };
    let stored = [a.to_le_bytes(), b.to_le_bytes(), c.to_le_bytes(), d.to_le_bytes()];
    stored.as_flattened().try_into().ok().map(Guid)
}

/// SECURITY_PROCESS_PROTECTION_TYPE_... and ..._LEVEL_... of winnt.h.
fn process_trust(subs: &[u32]) -> String {
    let [kind, level] = subs else { return "process trust".to_string() };
    let kind = match kind {
        0 => "none",
        512 => "light",
        1024 => "full",
        _ => "unknown type",
    };
    let level = match level {
        0 => "none",
        0x400 => "Authenticode",
        0x600 => "Antimalware",
        0x800 => "App",
        0x1000 => "Windows",
        0x2000 => "WinTcb",
        _ => "unknown level",
    };
    format!("process trust: {kind}, {level}")
}
