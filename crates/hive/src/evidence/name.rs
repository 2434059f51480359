//! Names of files as Windows compares them.

use std::ffi::OsStr;

use crate::evidence::role::Role;
use crate::upcase::upcase_unit;

/// A file's name as Windows compares names: two that differ in case alone are equal.
///
/// ```
/// use std::ffi::OsStr;
/// use coldhive_hive::{FoldedName, Role};
/// let hive = FoldedName::of(OsStr::new("SYSTEM"));
/// let log = FoldedName::of(OsStr::new("system.log1"));
/// assert_eq!(log.belongs_to(), Some((hive, Role::Log1)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FoldedName(Vec<u16>);

impl FoldedName {
    /// Takes a name, without its folder.
    #[must_use]
    pub fn of(name: &OsStr) -> Self {
        let name = name.to_string_lossy();
        let mut units = Vec::with_capacity(name.len());
        units.extend(folded(&name));
        Self(units)
    }

    /// The name of the hive that a file of this name belongs to, and as what.
    #[must_use]
    pub fn belongs_to(&self) -> Option<(Self, Role)> {
        Role::SUFFIXES.iter().find_map(|(suffix, role)| {
            // A folder of evidence holds many names that end in none of them: nothing is copied for these.
            let stem = self.0.len().checked_sub(folded(suffix).count())?;
            let (stem, end) = self.0.split_at_checked(stem)?;
            end.iter().copied().eq(folded(suffix)).then(|| (Self(stem.to_vec()), *role))
        })
    }
}

fn folded(name: &str) -> impl Iterator<Item = u16> {
    name.encode_utf16().map(upcase_unit)
}
