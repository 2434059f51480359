//! Looking around in a hive: one key, what is in it, and the tree below it.

mod get;
mod list;
mod tree;
mod value;

use coldhive_hive::{Damage, Key, Lookup, Severity};
use coldhive_system::{CURRENT_CONTROL_SET, Located};
use serde::Serialize;

use crate::acl::AclKey;
use crate::case::Case;
use crate::key_path::show_key_path;
use crate::locate::{explain, suggestions};
pub use get::{GET_SCHEMA, GetReport, KeyDetails, ValueAnswer};
pub use list::{KEY_LIST_SCHEMA, KeyListReport, SubkeyReport, ValueLine};
pub use tree::{TREE_SCHEMA, TreeBranch, TreeOptions, TreeReport};
pub use value::{DecodedData, ValueReport};

/// What came of looking for a key by a path that somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyAnswer {
    /// The path as it was asked for.
    pub asked: String,
    /// `found`, `absent`, `unreadable` or `obscured`.
    pub finding: &'static str,
    /// Why there is no key, with the deepest part of the path that exists.
    pub problem: Option<String>,
    /// The path of the deepest key on the way that could be read, below `HKLM\SYSTEM`; null where the way doesn't lead into
    /// this file.
    pub nearest: Option<String>,
    /// Existing keys that may have been meant, where the key is absent.
    pub suggestions: Vec<String>,
    /// What was taken for what in the path, and what the file doesn't hold.
    pub notes: Vec<String>,
    /// The key, where it was found.
    pub key: Option<AclKey>,
}

impl KeyAnswer {
    fn of(case: &Case, located: &Located<'_>, asked: &str) -> Self {
        let system = case.system();
        let found = matches!(located.answer, Lookup::Found(_));
        Self {
            asked: asked.to_owned(),
            finding: finding(&located.answer),
            problem: (!found).then(|| explain(&system, located, asked)),
            nearest: located.shown(),
            suggestions: suggestions(&system, located),
            notes: notes(case, located),
            key: AclKey::of(case, located),
        }
    }

    /// Whether the key is there.
    #[must_use]
    pub const fn is_found(&self) -> bool {
        self.key.is_some()
    }
}

/// The four answers in a word.
pub(crate) const fn finding<T>(answer: &Lookup<T>) -> &'static str {
    match answer {
        Lookup::Found(_) => "found",
        Lookup::Absent => "absent",
        Lookup::Unreadable(_) => "unreadable",
        Lookup::Obscured(_) => "obscured",
    }
}

fn notes(case: &Case, located: &Located<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let shown = located.shown().unwrap_or_default();
    let begins = |path: &str| path.split('\\').next().unwrap_or_default().to_owned();
    if begins(&located.asked).eq_ignore_ascii_case(CURRENT_CONTROL_SET)
        && !begins(&shown).eq_ignore_ascii_case(CURRENT_CONTROL_SET)
        && !shown.is_empty()
        && located.links.is_empty()
    {
        notes.push(format!("CurrentControlSet is {}, as Select says", begins(&shown)));
    }
    for link in &located.links {
        if let Ok(Some(target)) = link.key.link_target() {
            notes.push(format!("{} is a symbolic link to {target}", show_key_path(&link.path)));
        }
    }
    if matches!(located.answer, Lookup::Found(_)) && !case.system().holds(&shown) {
        notes.push("this file holds only a part of the key".into());
    }
    notes
}

/// Whether damage of a key hides something of it.
fn loses(damage: &[Damage]) -> bool {
    damage.iter().any(|damage| damage.severity() == Severity::Lost)
}

/// Where a symbolic link leads; `None` for a key that is none.
fn link_target(key: &Key<'_>) -> Option<String> {
    match key.link_target() {
        Ok(target) => target,
        Err(broken) => Some(format!("? ({broken})")),
    }
}
