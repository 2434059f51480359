//! What a SOFTWARE hive says about the Windows that it is of: `Microsoft\Windows NT\CurrentVersion`.

use coldhive_hive::{FileTime, Hive, Lookup};

use crate::family::{Role, WindowsVersion};
use crate::locate::Held;
use crate::reading::{Reading, dword, text};
use crate::view::view;

/// The path of the key in a SOFTWARE hive.
pub(crate) const CURRENT_VERSION: &str = "Microsoft\\Windows NT\\CurrentVersion";

/// The key `Microsoft\Windows NT\CurrentVersion` of a SOFTWARE hive.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
/// use coldhive_hive::Hive;
/// use coldhive_system::{CurrentVersion, WindowsVersion};
///
/// let mut root = KeySpec::new("SOFTWARE");
/// root.at("Microsoft\\Windows NT\\CurrentVersion")
///     .set_value(ValueSpec::sz("CurrentVersion", "4.0"))
///     .set_value(ValueSpec::sz("CurrentBuildNumber", "1381"));
/// let file = build(&HiveSpec::new(Version::V1_3, root))?;
/// let key = CurrentVersion::of(Hive::parse(&file)?).found().ok_or("no key")?;
/// let version = WindowsVersion { major: 4, minor: 0, build: Some(1381) };
/// assert_eq!(key.version().ok(), Some(version));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CurrentVersion<'i> {
    held: Held<'i>,
}

view!(CurrentVersion);

/// The FILETIME of 1970-01-01 UTC.
const UNIX_EPOCH: u64 = 116_444_736_000_000_000;
const TICKS_PER_SECOND: u64 = 10_000_000;

impl<'i> CurrentVersion<'i> {
    /// Looks the key up in a SOFTWARE hive.
    #[must_use]
    pub fn of(software: Hive<'i>) -> Lookup<Self> {
        match software.key(CURRENT_VERSION) {
            Lookup::Found(key) if key.is_tombstone() => Lookup::Absent,
            answer => answer.map(|key| Self { held: Held::whole(key) }),
        }
    }

    fn text(&self, name: &str) -> Reading<String> {
        self.held.read(|key| text(key, name))
    }

    fn dword(&self, name: &str) -> Reading<u32> {
        self.held.read(|key| dword(key, name))
    }

    /// `CurrentVersion`, as `4.0`; `6.3` in everything from Windows 8.1 on.
    #[must_use]
    pub fn current_version(&self) -> Reading<String> {
        self.text("CurrentVersion")
    }

    /// `CurrentMajorVersionNumber`; from Windows 10 on.
    #[must_use]
    pub fn major(&self) -> Reading<u32> {
        self.dword("CurrentMajorVersionNumber")
    }

    /// `CurrentMinorVersionNumber`; from Windows 10 on.
    #[must_use]
    pub fn minor(&self) -> Reading<u32> {
        self.dword("CurrentMinorVersionNumber")
    }

    /// `CurrentBuildNumber`, as `1381`.
    #[must_use]
    pub fn build_number(&self) -> Reading<String> {
        self.text("CurrentBuildNumber")
    }

    /// `CurrentBuild`: the same in newer systems, and other text in old ones.
    #[must_use]
    pub fn build(&self) -> Reading<String> {
        self.text("CurrentBuild")
    }

    /// `UBR`: the revision of the build; in newer systems.
    #[must_use]
    pub fn revision(&self) -> Reading<u32> {
        self.dword("UBR")
    }

    /// `CSDVersion`, as `Service Pack 3`; absent where there is none.
    #[must_use]
    pub fn service_pack(&self) -> Reading<String> {
        self.text("CSDVersion")
    }

    /// `ProductName`; not in Windows NT 4.0. Windows 11 calls itself Windows 10 here.
    #[must_use]
    pub fn product_name(&self) -> Reading<String> {
        self.text("ProductName")
    }

    /// `EditionID`, as `Professional`; in newer systems.
    #[must_use]
    pub fn edition(&self) -> Reading<String> {
        self.text("EditionID")
    }

    /// `InstallationType`, as `Client`, `Server` or `Server Core`; in newer systems.
    #[must_use]
    pub fn installation_type(&self) -> Reading<String> {
        self.text("InstallationType")
    }

    /// `ReleaseId`, as `1709`; in Windows 10 and later.
    #[must_use]
    pub fn release(&self) -> Reading<String> {
        self.text("ReleaseId")
    }

    /// `DisplayVersion`, as `22H2`; in Windows 10 and later.
    #[must_use]
    pub fn display_version(&self) -> Reading<String> {
        self.text("DisplayVersion")
    }

    /// `InstallDate`: when this Windows was set up, or last upgraded (UTC). Stored in seconds since 1970.
    ///
    /// Setup may have counted it in another time zone than the machine's: in the one hive of Windows NT 4.0 seen it is eight
    /// hours ahead of the times of the keys that setup wrote.
    #[must_use]
    pub fn install_date(&self) -> Reading<FileTime> {
        self.dword("InstallDate").map(|seconds| {
            let ticks = u64::from(seconds).saturating_mul(TICKS_PER_SECOND);
            FileTime::new(ticks.saturating_add(UNIX_EPOCH))
        })
    }

    /// The version numbers. Where `CurrentMajorVersionNumber` and `CurrentMinorVersionNumber` are there, they count;
    /// else `CurrentVersion`, which newer systems keep at 6.3.
    #[must_use]
    pub fn version(&self) -> Reading<WindowsVersion> {
        let build = self.parsed_build();
        match (self.major(), self.minor()) {
            (Reading::Is(major), Reading::Is(minor)) => {
                Reading::Is(WindowsVersion { major, minor, build })
            }
            // Where they can't be read, 6.3 may mean anything from Windows 8.1 on.
            (Reading::Damaged(damage), _) | (_, Reading::Damaged(damage)) => {
                Reading::Damaged(damage)
            }
            _ => self.current_version().and_then(|text| match parse_version(&text) {
                Some((major, minor)) => Reading::Is(WindowsVersion { major, minor, build }),
                None => Reading::Unfit {
                    expected: "a version (two numbers with a point between them)",
                    found: format!("\"{}\"", text.chars().take(MOST_SHOWN).collect::<String>()),
                },
            }),
        }
    }

    /// The build as a number, by `CurrentBuildNumber`, or by `CurrentBuild` where that is none.
    fn parsed_build(&self) -> Option<u32> {
        let number = |text: Reading<String>| text.ok().and_then(|text| parse_number(&text));
        number(self.build_number()).or_else(|| number(self.build()))
    }

    /// Whether the two values that name the build are two different numbers.
    pub(crate) fn builds_differ(&self) -> Option<(u32, u32)> {
        let number = |text: Reading<String>| text.ok().and_then(|text| parse_number(&text));
        let (one, other) = (number(self.build_number())?, number(self.build())?);
        (one != other).then_some((one, other))
    }

    /// Whether it is a workstation or a server, by `InstallationType`, or by a `ProductName` that says so.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        let told = |text: Reading<String>| text.ok().map(|text| text.to_ascii_lowercase());
        if let Some(kind) = told(self.installation_type()) {
            return match kind.as_str() {
                "client" => Some(Role::Workstation),
                kind if kind.contains("server") => Some(Role::Server),
                _ => None,
            };
        }
        let name = told(self.product_name())?;
        name.contains("server").then_some(Role::Server)
    }
}

/// How much of an odd text is told, in characters.
const MOST_SHOWN: usize = 40;

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once('.')?;
    Some((parse_number(major)?, parse_number(minor)?))
}

/// A number of decimal digits alone; `parse` would take a sign too.
fn parse_number(text: &str) -> Option<u32> {
    let text = text.trim();
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
