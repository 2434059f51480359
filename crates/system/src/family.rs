//! The families of Windows, and the version numbers behind them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A family of Windows.
///
/// A SYSTEM hive alone tells no more than [`Nt4`](Self::Nt4), [`Windows2000OrLater`](Self::Windows2000OrLater) and
/// [`Undetermined`](Self::Undetermined). All others need a SOFTWARE hive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Family {
    /// Windows NT 3.1, 3.5 or 3.51.
    Nt3,
    /// Windows NT 4.0.
    Nt4,
    /// Windows 2000, workstation or server.
    Windows2000,
    /// Windows XP.
    Xp,
    /// Windows Server 2003, R2 or not.
    Server2003,
    /// Windows Vista.
    Vista,
    /// Windows Server 2008.
    Server2008,
    /// Windows 7.
    Windows7,
    /// Windows Server 2008 R2.
    Server2008R2,
    /// Windows 8.
    Windows8,
    /// Windows Server 2012.
    Server2012,
    /// Windows 8.1.
    Windows81,
    /// Windows Server 2012 R2.
    Server2012R2,
    /// Windows 10.
    Windows10,
    /// Windows Server 2016.
    Server2016,
    /// Windows Server 2019.
    Server2019,
    /// Windows Server 2022.
    Server2022,
    /// Windows Server 2025.
    Server2025,
    /// Windows 11.
    Windows11,
    /// Windows 2000 or any later Windows.
    Windows2000OrLater,
    /// A version that has no name here, or of which it isn't known whether it is a workstation's or a server's: its
    /// numbers as they stand.
    Version(WindowsVersion),
    /// No sign of any, or damage hides the signs.
    Undetermined,
}

impl Family {
    /// Whether it is Windows NT 4.0; `None` where that isn't known.
    #[must_use]
    pub const fn is_nt4(self) -> Option<bool> {
        match self {
            Self::Undetermined => None,
            Self::Nt4 => Some(true),
            Self::Version(version) => Some(version.major == 4),
            _ => Some(false),
        }
    }

    /// Whether it is Windows 2000 or later; `None` where that isn't known.
    #[must_use]
    pub const fn is_2000_or_later(self) -> Option<bool> {
        match self {
            Self::Undetermined => None,
            Self::Nt3 | Self::Nt4 => Some(false),
            Self::Version(version) => Some(version.major >= 5),
            _ => Some(true),
        }
    }

    /// Whether it is Windows Vista or later; `None` where that isn't known.
    #[must_use]
    pub const fn is_vista_or_later(self) -> Option<bool> {
        match self {
            Self::Undetermined | Self::Windows2000OrLater => None,
            Self::Nt3 | Self::Nt4 | Self::Windows2000 | Self::Xp | Self::Server2003 => Some(false),
            Self::Version(version) => Some(version.major >= 6),
            _ => Some(true),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nt3 => "Windows NT 3.x",
            Self::Nt4 => "Windows NT 4.0",
            Self::Windows2000 => "Windows 2000",
            Self::Xp => "Windows XP",
            Self::Server2003 => "Windows Server 2003",
            Self::Vista => "Windows Vista",
            Self::Server2008 => "Windows Server 2008",
            Self::Windows7 => "Windows 7",
            Self::Server2008R2 => "Windows Server 2008 R2",
            Self::Windows8 => "Windows 8",
            Self::Server2012 => "Windows Server 2012",
            Self::Windows81 => "Windows 8.1",
            Self::Server2012R2 => "Windows Server 2012 R2",
            Self::Windows10 => "Windows 10",
            Self::Server2016 => "Windows Server 2016",
            Self::Server2019 => "Windows Server 2019",
            Self::Server2022 => "Windows Server 2022",
            Self::Server2025 => "Windows Server 2025",
            Self::Windows11 => "Windows 11",
            Self::Windows2000OrLater => "Windows 2000 or later",
            Self::Version(version) => return write!(f, "Windows NT {version}"),
            Self::Undetermined => "can't be told",
        })
    }
}

/// How sure an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It can't be told.
    Undetermined,
    /// What was read says so, and rests on little or has something against it.
    Likely,
    /// What was read says so plainly, and nothing speaks against it.
    Certain,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Undetermined => "undetermined",
            Self::Likely => "likely",
            Self::Certain => "certain",
        })
    }
}

/// Whether a machine is a workstation or a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A workstation.
    Workstation,
    /// A server, or a domain controller.
    Server,
}

impl Role {
    /// By `Control\ProductOptions\ProductType`, without regard to case.
    #[must_use]
    pub fn of_product_type(product_type: &str) -> Option<Self> {
        match product_type.to_ascii_lowercase().as_str() {
            "winnt" => Some(Self::Workstation),
            "servernt" | "lanmannt" => Some(Self::Server),
            _ => None,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Workstation => "a workstation",
            Self::Server => "a server",
        })
    }
}

/// The version numbers of a Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WindowsVersion {
    /// The first number.
    pub major: u32,
    /// The second one; 51 for Windows NT 3.51.
    pub minor: u32,
    /// The build; null where it isn't known.
    pub build: Option<u32>,
}

impl fmt::Display for WindowsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.build.map_or(Ok(()), |build| write!(f, ", build {build}"))
    }
}

/// A release that has a name: version, builds, family of workstations, family of servers.
type Release = (u32, u32, &'static [u32], Option<Family>, Option<Family>);

/// The releases (MSDN, "Operating System Version"; the release information of Windows 10, 11 and Windows Server). Where a
/// release has both kinds and one name, it stands twice.
const RELEASES: &[Release] = &[
    (3, 1, &[511, 528], Some(Family::Nt3), Some(Family::Nt3)),
    (3, 10, &[511, 528], Some(Family::Nt3), Some(Family::Nt3)),
    (3, 5, &[807], Some(Family::Nt3), Some(Family::Nt3)),
    (3, 50, &[807], Some(Family::Nt3), Some(Family::Nt3)),
    (3, 51, &[1057], Some(Family::Nt3), Some(Family::Nt3)),
    (4, 0, &[1381], Some(Family::Nt4), Some(Family::Nt4)),
    (5, 0, &[2195], Some(Family::Windows2000), Some(Family::Windows2000)),
    (5, 1, &[2600], Some(Family::Xp), None),
    // Windows XP for 64 bits has the number of Windows Server 2003.
    (5, 2, &[3790], Some(Family::Xp), Some(Family::Server2003)),
    (6, 0, &[6000], Some(Family::Vista), None),
    (6, 0, &[6001, 6002, 6003], Some(Family::Vista), Some(Family::Server2008)),
    (6, 1, &[7600, 7601], Some(Family::Windows7), Some(Family::Server2008R2)),
    (6, 2, &[9200], Some(Family::Windows8), Some(Family::Server2012)),
    (6, 3, &[9600], Some(Family::Windows81), Some(Family::Server2012R2)),
    (10, 0, &[14393], Some(Family::Windows10), Some(Family::Server2016)),
    (10, 0, &[17763], Some(Family::Windows10), Some(Family::Server2019)),
    (
        10,
        0,
        &[10240, 10586, 15063, 16299, 17134, 18362, 18363, 19041, 19042, 19043, 19044, 19045],
        Some(Family::Windows10),
        None,
    ),
    (10, 0, &[20348], None, Some(Family::Server2022)),
    (10, 0, &[22000, 22621, 22631, 26200], Some(Family::Windows11), None),
    (10, 0, &[26100], Some(Family::Windows11), Some(Family::Server2025)),
];

impl WindowsVersion {
    /// The family that has this version. What isn't a known release, or is one of workstations and one of servers while it
    /// isn't known which of them the machine is, stays a number.
    ///
    /// ```
    /// use coldhive_system::{Family, Role, WindowsVersion};
    /// let version = WindowsVersion { major: 6, minor: 1, build: Some(7601) };
    /// assert_eq!(version.family(Some(Role::Workstation)), Family::Windows7);
    /// assert_eq!(version.family(Some(Role::Server)), Family::Server2008R2);
    /// assert_eq!(version.family(None).to_string(), "Windows NT 6.1, build 7601");
    /// let insider = WindowsVersion { build: Some(25398), major: 10, minor: 0 };
    /// assert_eq!(insider.family(Some(Role::Server)), Family::Version(insider));
    /// ```
    #[must_use]
    pub fn family(self, role: Option<Role>) -> Family {
        let mut named = None;
        for (major, minor, builds, workstation, server) in RELEASES {
            let fits = (*major, *minor) == (self.major, self.minor)
                && self.build.is_none_or(|build| builds.contains(&build));
            if !fits {
                continue;
            }
            let family = match role {
                Some(Role::Workstation) => *workstation,
                Some(Role::Server) => *server,
                // A machine of an unknown kind has a name if both kinds have the same.
                None if workstation == server => *workstation,
                None => None,
            };
            // Without a build, it takes all releases of the version to agree.
            match (named, family) {
                (_, None) if role.is_some() => {}
                (None, Some(family)) => named = Some(family),
                (Some(one), Some(other)) if one == other => {}
                _ => return Family::Version(self),
            }
        }
        named.unwrap_or(Family::Version(self))
    }
}
