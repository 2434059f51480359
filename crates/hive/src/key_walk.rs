//! Walking the nodes of a tree alone.

use std::collections::VecDeque;

use crate::damage::Damage;
use crate::descent::{Descent, PathBudget, cut_path};
use crate::key::Key;

/// Visits a key and everything below it, depth first, in stored order, and reads key nodes and subkey lists alone.
///
/// For questions about keys that need neither values nor a check of everything: a [`Walk`](crate::Walk) costs
/// several times as much. An `Err` is a subkey list, or a subkey of the key before it, that can't be read. The
/// walk ends on any bytes, as that one does.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, Version, build};
/// use coldhive_hive::Hive;
///
/// let root = KeySpec::new("SYSTEM").subkey(KeySpec::new("Setup").subkey(KeySpec::new("Pid")));
/// let file = build(&HiveSpec::new(Version::V1_3, root))?;
/// let mut walk = Hive::parse(&file)?.root()?.walk_keys();
/// let mut paths = Vec::new();
/// while let Some(key) = walk.next() {
///     key?;
///     paths.push(walk.path());
/// }
/// assert_eq!(paths, ["", "Setup", r"Setup\Pid"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyWalk<'i> {
    descent: Descent<'i>,
    damage: VecDeque<Damage>,
    paths: PathBudget,
}

impl<'i> Key<'i> {
    /// Walks the nodes of this key and everything below it.
    #[must_use]
    pub fn walk_keys(&self) -> KeyWalk<'i> {
        KeyWalk {
            descent: Descent::new(*self),
            damage: VecDeque::new(),
            paths: PathBudget::of(self),
        }
    }
}

impl KeyWalk<'_> {
    /// The path of the key that came last, below where the walk began; `""` for the start. Made when it is asked
    /// for: most questions are about few keys.
    ///
    /// All paths of one walk together are bounded by the size of the hive. Beyond, a path is `...` and the key's own
    /// name.
    pub fn path(&mut self) -> String {
        let mut path = String::new();
        for key in self.descent.keys().skip(1) {
            if !path.is_empty() {
                path.push('\\');
            }
            path.push_str(&key.readable_name().to_string());
        }
        if self.paths.take(path.len()) {
            return path;
        }
        self.descent.keys().last().map(cut_path).unwrap_or_default()
    }
}

impl<'i> Iterator for KeyWalk<'i> {
    type Item = Result<Key<'i>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(damage) = self.damage.pop_front() {
            return Some(Err(damage));
        }
        let key = self.descent.next_key()?;
        self.descent.enter(key, |damage| self.damage.push_back(damage));
        Some(Ok(key))
    }
}
