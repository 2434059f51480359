//! Key paths: the root key and the names below it.

use super::problem::quote;

/// The most UTF-16 units in a key's name.
const NAME_UNITS: usize = 255;
/// The most levels of keys in a hive, its root included.
const LEVELS: usize = 512;

const BACKSLASH: u16 = b'\\' as u16;

/// A root key of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RootKey {
    LocalMachine,
    Users,
    CurrentUser,
    ClassesRoot,
    CurrentConfig,
    DynData,
    PerformanceData,
    /// None is given: the path begins with a backslash, and is that below the root of some hive.
    None,
}

impl RootKey {
    pub(super) const ALL: [RootKey; 8] = [
        RootKey::LocalMachine,
        RootKey::Users,
        RootKey::None,
        RootKey::CurrentUser,
        RootKey::ClassesRoot,
        RootKey::CurrentConfig,
        RootKey::DynData,
        RootKey::PerformanceData,
    ];

    /// The name in full.
    pub(super) fn name(self) -> &'static str {
        match self {
            RootKey::LocalMachine => "HKEY_LOCAL_MACHINE",
            RootKey::Users => "HKEY_USERS",
            RootKey::CurrentUser => "HKEY_CURRENT_USER",
            RootKey::ClassesRoot => "HKEY_CLASSES_ROOT",
            RootKey::CurrentConfig => "HKEY_CURRENT_CONFIG",
            RootKey::DynData => "HKEY_DYN_DATA",
            RootKey::PerformanceData => "HKEY_PERFORMANCE_DATA",
            RootKey::None => "",
        }
    }

    /// The name in short, as `reg.exe` takes it.
    fn short(self) -> Option<&'static str> {
        match self {
            RootKey::LocalMachine => Some("HKLM"),
            RootKey::Users => Some("HKU"),
            RootKey::CurrentUser => Some("HKCU"),
            RootKey::ClassesRoot => Some("HKCR"),
            RootKey::CurrentConfig => Some("HKCC"),
            _ => None,
        }
    }

    /// Whether hives are loaded below it; else it is the root of one, or a part.
    pub(super) fn holds_hives(self) -> bool {
        matches!(self, RootKey::LocalMachine | RootKey::Users)
    }

    fn named(name: &[u16]) -> Option<Self> {
        let is = |word: &str| {
            word.len() == name.len()
                && word
                    .bytes()
                    .zip(name)
                    .all(|(a, &b)| u8::try_from(b).is_ok_and(|b| a.eq_ignore_ascii_case(&b)))
        };
        let named = Self::ALL.into_iter().filter(|&root| root != RootKey::None);
        named.into_iter().find(|root| is(root.name()) || root.short().is_some_and(is))
    }
}

/// A key's path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) root: RootKey,
    pub(super) names: Vec<String>,
}

impl Path {
    /// The path in words.
    pub(super) fn text(&self) -> String {
        let mut text = self.root.name().to_owned();
        for name in &self.names {
            text.push('\\');
            text.push_str(name);
        }
        if text.is_empty() { "\\".into() } else { text }
    }
}

/// What is wrong with a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPath {
    /// In the path, in UTF-16 units.
    pub(super) at: usize,
    pub(super) expected: &'static str,
    pub(super) found: String,
}

/// Takes a path apart.
///
/// Backslashes behind the last name don't count, as they don't to an import.
pub(super) fn parse(units: &[u16]) -> Result<Path, BadPath> {
    let bad = |at, expected, found| Err(BadPath { at, expected, found });
    let mut end = units.len();
    while end > 0 && units.get(end.saturating_sub(1)) == Some(&BACKSLASH) {
        end = end.saturating_sub(1);
    }
    let units_left = units.get(..end).unwrap_or_default();
    let mut parts = units_left.split(|&unit| unit == BACKSLASH);
    let first = parts.next().unwrap_or_default();
    let root = if units.first() == Some(&BACKSLASH) {
        RootKey::None
    } else {
        match RootKey::named(first) {
            Some(root) => root,
            None => return bad(0, "a root key such as HKEY_LOCAL_MACHINE", quote(first)),
        }
    };
    let most = if root.holds_hives() { LEVELS } else { LEVELS.saturating_sub(1) };
    let mut names = Vec::new();
    let mut at = first.len().saturating_add(1);
    for part in parts {
        if part.is_empty() {
            return bad(at, "the name of a key", "a second backslash".into());
        }
        if part.len() > NAME_UNITS {
            let found = format!("one of {}", part.len());
            return bad(at, "a key name of at most 255 UTF-16 units", found);
        }
        if part.contains(&0) {
            return bad(at, "the name of a key", "one with a NUL in it".into());
        }
        let Ok(name) = String::from_utf16(part) else {
            return bad(
                at,
                "the name of a key",
                format!("{}, half a character in it", quote(part)),
            );
        };
        if names.len() >= most {
            return bad(at, "a key within the 512 levels of a hive", "a deeper one".into());
        }
        names.push(name);
        at = at.saturating_add(part.len()).saturating_add(1);
    }
    Ok(Path { root, names })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Result<Path, BadPath> {
        parse(&text.encode_utf16().collect::<Vec<_>>())
    }

    #[test]
    fn a_path_has_a_root_key_and_names() {
        let found = path("hklm\\System\\Select").unwrap();
        assert_eq!((found.root, found.names.len()), (RootKey::LocalMachine, 2));
        assert_eq!(found.text(), "HKEY_LOCAL_MACHINE\\System\\Select");
        assert_eq!(path("HKEY_USERS\\").unwrap().names.len(), 0);
        assert_eq!(path("\\").unwrap(), Path { root: RootKey::None, names: vec![] });
        assert_eq!(path("\\Select").unwrap().text(), "\\Select");
        assert_eq!(path("HKLM\\a\\\\\\").unwrap().names, ["a"]);
    }

    #[test]
    fn a_bad_path_says_where() {
        for (text, at) in [("", 0), ("HKLMX\\a", 0), (" HKLM\\a", 0), ("HKLM\\a\\\\b", 7)] {
            assert_eq!(path(text).unwrap_err().at, at, "{text:?}");
        }
        assert!(path(&format!("HKLM\\{}", "n".repeat(255))).is_ok());
        assert!(path(&format!("HKLM\\{}", "n".repeat(256))).is_err());
        assert!(path(&format!("HKLM{}", "\\n".repeat(512))).is_ok());
        assert!(path(&format!("HKLM{}", "\\n".repeat(513))).is_err());
        assert!(path(&format!("HKCU{}", "\\n".repeat(511))).is_ok());
        assert!(path(&format!("HKCU{}", "\\n".repeat(512))).is_err());
        assert!(path(&"\\n".repeat(511)).is_ok());
        assert!(path(&"\\n".repeat(512)).is_err());
    }
}
