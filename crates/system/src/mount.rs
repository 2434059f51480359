//! Where in a machine's registry a hive file belongs.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use coldhive_hive::names_equal;
use thiserror::Error;

/// The key of a machine's registry that is the root of a hive file, below `HKLM\SYSTEM`; of a SOFTWARE hive, below
/// `HKLM`.
///
/// A file that Windows itself keeps is mounted at `HKLM\SYSTEM`; one that `reg save` or Save Key wrote holds
/// the subtree that it was saved from, and nothing beside it.
///
/// ```
/// use coldhive_system::Mount;
/// let mount: Mount = r"HKLM\SYSTEM\CurrentControlSet\Services".parse()?;
/// assert_eq!(mount.path(), r"CurrentControlSet\Services");
/// assert_eq!(mount.control_set(), Some("CurrentControlSet"));
/// assert_eq!(r"\Registry\Machine\System".parse::<Mount>()?, Mount::SYSTEM);
/// assert!(r"HKLM\SOFTWARE\Microsoft".parse::<Mount>().is_err());
/// # Ok::<(), coldhive_system::MountError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mount {
    /// Components joined by backslashes; empty for `HKLM\SYSTEM` itself.
    path: Cow<'static, str>,
    /// What the path begins below.
    below: Below,
}

/// What the path of a mount begins below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Below {
    /// `HKLM\SYSTEM`.
    System,
    /// `HKLM`: a key of another hive.
    Machine,
}

/// Text that should name a key below `HKLM\SYSTEM` names none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MountError {
    /// It is a key of another hive, or no key at all.
    #[error(
        "\"{0}\" is no key of HKLM\\SYSTEM: write it like HKLM\\SYSTEM\\CurrentControlSet\\Services"
    )]
    NotSystem(String),
    /// It begins with a key that stands below a control set, and doesn't say below which.
    #[error(
        "\"{0}\" doesn't say in which control set: write it like HKLM\\SYSTEM\\CurrentControlSet\\{0}"
    )]
    NoControlSet(String),
    /// A component is one that no key can have.
    #[error("\"{0}\" has a component that no key can have as its name")]
    Component(String),
}

/// The longest name of a key, in UTF-16 units.
const LONGEST_NAME: usize = 255;
/// The most levels of keys that Windows allows.
const MOST_LEVELS: usize = 512;
/// What stands before the name of a hive of the machine.
const PREFIXES: [&[&str]; 8] = [
    &["Computer", "HKEY_LOCAL_MACHINE"],
    &["Registry", "Machine"],
    &["HKEY_LOCAL_MACHINE"],
    &["HKLM"],
    &["HKLM:"],
    // As PowerShell shows them.
    &["Registry::HKEY_LOCAL_MACHINE"],
    &["Microsoft.PowerShell.Core", "Registry::HKEY_LOCAL_MACHINE"],
    &[],
];
/// Keys that stand right below a control set.
const IN_A_CONTROL_SET: [&str; 6] =
    ["Services", "Control", "Enum", "Hardware Profiles", "Policies", "Winsock"];

impl Mount {
    /// `HKLM\SYSTEM` itself: a whole hive.
    pub const SYSTEM: Self = Self::at("");
    /// `HKLM\SOFTWARE` itself: a whole SOFTWARE hive, in which paths begin with `SOFTWARE`.
    pub const SOFTWARE: Self = Self { path: Cow::Borrowed("SOFTWARE"), below: Below::Machine };
    /// A control set of which the file doesn't say which it is.
    pub(crate) const SOME_CONTROL_SET: Self = Self::at("(root)");
    /// The key `Services` of some control set.
    pub(crate) const SOME_SERVICES: Self = Self::at("(unnamed)\\Services");
    /// The key `Services\Winsock` of some control set.
    pub(crate) const SOME_WINSOCK: Self = Self::at("(unnamed)\\Services\\Winsock");

    const fn at(path: &'static str) -> Self {
        Self { path: Cow::Borrowed(path), below: Below::System }
    }

    fn below_system_at(path: String) -> Self {
        Self { path: path.into(), below: Below::System }
    }

    /// Finds the path below `HKLM\SYSTEM` in a whole path, as the target of a symbolic link or the heading of
    /// an exported text has it; `None` for a path that leads elsewhere.
    #[must_use]
    pub fn below_system(path: &str) -> Option<Self> {
        below_hive(path, "SYSTEM").map(Self::below_system_at)
    }

    /// The same for a path that leads to `HKLM\SOFTWARE` or below it.
    ///
    /// ```
    /// use coldhive_system::Mount;
    /// let mount = Mount::below_software(r"HKEY_LOCAL_MACHINE\Software\Microsoft\Rpc").ok_or("elsewhere")?;
    /// assert_eq!(mount.path(), r"SOFTWARE\Microsoft\Rpc");
    /// assert_eq!(Mount::below_software(r"HKLM\SYSTEM\Select"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn below_software(path: &str) -> Option<Self> {
        let below = below_hive(path, "SOFTWARE")?;
        Some(Self { path: Self::SOFTWARE.full(&below).into(), ..Self::SOFTWARE })
    }

    /// The path below `HKLM\SYSTEM`, components joined by backslashes; empty for `HKLM\SYSTEM` itself. Of a SOFTWARE
    /// hive it begins with `SOFTWARE`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is `HKLM\SYSTEM` itself.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.path.is_empty()
    }

    /// Whether it is `HKLM\SOFTWARE` or a key below it.
    #[must_use]
    pub const fn is_of_software(&self) -> bool {
        matches!(self.below, Below::Machine)
    }

    /// The control set that it is, or stands in.
    #[must_use]
    pub fn control_set(&self) -> Option<&str> {
        let first = self.path.split('\\').next()?;
        (is_control_set(first) || first.starts_with('(')).then_some(first)
    }

    /// Whether it was told by the file's keys alone, which don't name the control set.
    pub(crate) fn is_recognised(&self) -> bool {
        self.path.starts_with('(')
    }

    /// The path below the control set; `None` for a key that stands in none.
    #[must_use]
    pub fn below_control_set(&self) -> Option<&str> {
        self.control_set()?;
        Some(self.path.split_once('\\').map_or("", |(_, below)| below))
    }

    /// Whether two are the same but for the name of the control set.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        match (self.below_control_set(), other.below_control_set()) {
            (Some(one), Some(other)) => names_equal(one, other),
            (None, None) => names_equal(&self.path, &other.path),
            _ => false,
        }
    }

    /// What is left of a path below `HKLM\SYSTEM` behind this one; `None` where it doesn't lead here.
    #[must_use]
    pub fn relative(&self, path: &str) -> Option<String> {
        self.behind(path).map(|rest| joined(rest, path.len()))
    }

    /// Whether a path below `HKLM\SYSTEM` leads here, or further down.
    pub(crate) fn is_above(&self, path: &str) -> bool {
        self.behind(path).is_some()
    }

    /// The components of a path behind those of this one.
    fn behind<'p>(&self, path: &'p str) -> Option<impl Iterator<Item = &'p str> + use<'p>> {
        after(components(path), components(&self.path))
    }

    /// The path below `HKLM\SYSTEM` of a key by its path in the file.
    #[must_use]
    pub fn full(&self, in_file: &str) -> String {
        match (self.path.is_empty(), in_file.is_empty()) {
            (true, _) => in_file.to_owned(),
            (false, true) => self.path.clone().into_owned(),
            (false, false) => format!("{}\\{in_file}", self.path),
        }
    }
}

/// The components of a path; empty ones are none.
pub(crate) fn components(path: &str) -> impl Iterator<Item = &str> {
    path.split('\\').filter(|part| !part.is_empty())
}

/// The path that components make, of at most so many bytes.
pub(crate) fn joined<'p>(components: impl Iterator<Item = &'p str>, longest: usize) -> String {
    let mut path = String::with_capacity(longest);
    for part in components {
        if !path.is_empty() {
            path.push('\\');
        }
        path.push_str(part);
    }
    path
}

/// What of a whole path follows the name of a hive.
fn below_hive(path: &str, hive: &str) -> Option<String> {
    let below = PREFIXES.iter().find_map(|prefix| {
        let whole = prefix.iter().copied().chain([hive]);
        after(components(path), whole)
    })?;
    Some(joined(below, path.len()))
}

/// What of a path follows a prefix.
fn after<'p, 'o, P: Iterator<Item = &'p str>>(
    mut path: P,
    mut prefix: impl Iterator<Item = &'o str>,
) -> Option<P> {
    let starts = prefix.all(|own| path.next().is_some_and(|one| names_equal(one, own)));
    starts.then_some(path)
}

/// Whether a key right below `HKLM\SYSTEM` is a control set by its name.
pub(crate) fn is_control_set(name: &str) -> bool {
    names_equal(name, CURRENT_CONTROL_SET) || number_of(name).is_some()
}

/// The number of a control set, by its name: three digits behind `ControlSet`.
pub(crate) fn number_of(name: &str) -> Option<u32> {
    let digits =
        name.get(..10).filter(|prefix| names_equal(prefix, "ControlSet")).and(name.get(10..))?;
    let three = digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
    three.then(|| digits.parse().ok()).flatten()
}

/// What a running Windows calls the control set that it uses. In a file it stands only if it is an export.
pub const CURRENT_CONTROL_SET: &str = "CurrentControlSet";

impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_of_software() { "HKLM" } else { "HKLM\\SYSTEM" })?;
        if self.path.is_empty() { Ok(()) } else { write!(f, "\\{}", self.path) }
    }
}

impl FromStr for Mount {
    type Err = MountError;

    fn from_str(text: &str) -> Result<Self, MountError> {
        let text = text.trim();
        let not_system = || MountError::NotSystem(text.to_owned());
        // `Registry` stands at the top of the kernel's names alone.
        let starts = text.starts_with('\\');
        let shown = text.strip_prefix('\\').unwrap_or(text);
        let shown = shown.strip_suffix('\\').unwrap_or(shown);
        let components: Vec<&str> = shown.split('\\').collect();
        let named = |part: &&str| {
            !part.is_empty()
                && part.encode_utf16().count() <= LONGEST_NAME
                && !part.contains(char::is_control)
        };
        let first = components.first().copied().unwrap_or_default();
        if first.is_empty() {
            return Err(not_system());
        }
        if !components.iter().all(named) || components.len() > MOST_LEVELS {
            return Err(MountError::Component(text.to_owned()));
        }
        let is_kernel_name = names_equal(first, "Registry");
        if starts != is_kernel_name {
            return Err(not_system());
        }
        if let Some(mount) = Self::below_system(shown) {
            return match mount.path.split('\\').next() {
                Some(below) if is_below_control_set(below) => {
                    Err(MountError::NoControlSet(mount.path.into_owned()))
                }
                _ => Ok(mount),
            };
        }
        if is_below_control_set(first) {
            return Err(MountError::NoControlSet(shown.to_owned()));
        }
        if is_control_set(first) {
            return Ok(Self::below_system_at(components.join("\\")));
        }
        Err(not_system())
    }
}

fn is_below_control_set(name: &str) -> bool {
    IN_A_CONTROL_SET.iter().any(|known| names_equal(known, name))
}
