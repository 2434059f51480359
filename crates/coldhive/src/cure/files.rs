//! The texts of a cure, and what they are called.

use coldhive_hive::names_equal;

use super::data::{Before, Change, ChangeKind, Cure, LeftOut};
use super::reg_text::{Carried, CarriedName, RegText};
use crate::case::Case;

/// The longest part of a hive's file name that is used, in characters.
const LONGEST_NAME: usize = 40;

/// How the names of a cure's files begin: the hive's file name, the beginning of its digest, by which hives of one name
/// are told apart, and the control set.
pub(super) fn stem(case: &Case, control_set: &str) -> String {
    let file = case.evidence().path().file_name().map(|name| name.to_string_lossy().into_owned());
    let name = plain(&file.unwrap_or_default());
    let digest = case.evidence().primary().sha256().map(|digest| digest.to_string());
    let digest = digest.unwrap_or_default().get(..8).map(|digest| format!("-{digest}"));
    format!("{name}{}-{}", digest.unwrap_or_default(), plain(control_set))
}

/// A text as a part of a file's name that any system takes.
fn plain(text: &str) -> String {
    let kept =
        |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' };
    let plain: String =
        text.trim_start_matches(['.', '-']).chars().take(LONGEST_NAME).map(kept).collect();
    if plain.is_empty() { "hive".into() } else { plain }
}

/// Which lines of the import are of which change.
pub(super) struct Import {
    pub(super) text: String,
    /// For each change its first and last line, from 1.
    pub(super) lines: Vec<(usize, usize)>,
}

impl Cure {
    /// Gives the files names with a number, for a cure whose names another has already: copies of one hive have the same
    /// name and digest. The texts name the files so too. 1 is as if none was given.
    pub const fn set_number(&mut self, number: u32) {
        self.number = number;
    }

    fn named(&self, end: &str) -> String {
        match self.number {
            1 => format!("{}{end}", self.stem),
            number => format!("{}-{number}{end}", self.stem),
        }
    }

    /// The name of the text to import.
    #[must_use]
    pub fn reg_name(&self) -> String {
        self.named(".reg")
    }

    /// The name of the text that brings back what an import changes.
    #[must_use]
    pub fn undo_name(&self) -> String {
        self.named(".undo.reg")
    }

    /// The name of the explanation.
    #[must_use]
    pub fn text_name(&self) -> String {
        self.named(".txt")
    }

    /// The text to import with Regedit (REGEDIT4, ASCII, lines ended by CR LF).
    #[must_use]
    pub fn reg(&self) -> String {
        self.import().text
    }

    pub(super) fn import(&self) -> Import {
        let mut text = RegText::new();
        let mut lines = Vec::new();
        let mut key = None;
        for change in &self.changes {
            // The one line of a key stands before its values.
            if key != Some(&change.key) {
                text.key(&self.path(&change.key));
                key = Some(&change.key);
            }
            let mut first = text.lines();
            if let ChangeKind::SetValue { name, to, .. } = &change.what {
                first = first.saturating_add(1);
                // What can't be carried is no change.
                if let Ok(value) = Carried::of(name, to) {
                    text.value(&value);
                }
            }
            lines.push((first, text.lines()));
        }
        Import { text: text.finish(), lines }
    }

    /// The text that brings back what was there before (REGEDIT4): former values with their type and bytes, and
    /// deletions of what the import adds. [`Cure::not_undone`] tells what it can't bring back.
    #[must_use]
    pub fn undo(&self) -> String {
        let mut text = RegText::new();
        for key in self.topmost_added() {
            text.delete_key(&self.path(key));
        }
        let mut key = None;
        for (change, name, before) in self.replaced() {
            let Some(line) = Undone::of(name, before) else { continue };
            if key != Some(&change.key) {
                text.key(&self.path(&change.key));
                key = Some(&change.key);
            }
            match line {
                Undone::Set(value) => text.value(&value),
                Undone::Delete(name) => text.delete_value(&name),
            }
        }
        text.finish()
    }

    /// What [`Cure::undo`] can't bring back, and why.
    #[must_use]
    pub fn not_undone(&self) -> Vec<LeftOut> {
        let mut found = Vec::new();
        for (change, name, before) in self.replaced() {
            let why = match before {
                Before::Absent => continue,
                Before::Unknown(why) => why.clone(),
                Before::Was(content) => match Carried::of(name, content) {
                    Ok(_) => continue,
                    Err(why) => why.into(),
                },
            };
            found.push(LeftOut {
                checks: vec![change.check.clone()],
                about: format!("{}, value {name}", self.path(&change.key)),
                why,
                advice: "Restore the key that was saved before the import.".into(),
            });
        }
        found
    }

    /// The keys that an import adds and that stand below none of the others.
    pub(super) fn topmost_added(&self) -> Vec<&str> {
        let is_added = |change: &&Change| change.what == ChangeKind::AddKey;
        let added = || self.changes.iter().filter(is_added).map(|change| change.key.as_str());
        let above = |key: &str| key.rsplit_once('\\').map(|(above, _)| above.to_owned());
        let is_topmost =
            |key: &&str| above(key).is_none_or(|above| !added().any(|it| names_equal(it, &above)));
        added().filter(is_topmost).collect()
    }

    /// The changes of values in keys that were there before.
    pub(super) fn replaced(&self) -> impl Iterator<Item = (&Change, &String, &Before)> {
        let is_added = |key: &str| {
            self.changes.iter().any(|it| it.what == ChangeKind::AddKey && names_equal(&it.key, key))
        };
        self.changes.iter().filter_map(move |change| match &change.what {
            ChangeKind::SetValue { name, before, .. } if !is_added(&change.key) => {
                Some((change, name, before))
            }
            _ => None,
        })
    }

    /// The registry path of a key on the node.
    pub(super) fn path(&self, below: &str) -> String {
        format!("{}\\{below}", self.root)
    }
}

/// A line of the undo.
enum Undone {
    Set(Carried),
    Delete(CarriedName),
}

impl Undone {
    fn of(name: &str, before: &Before) -> Option<Self> {
        match before {
            Before::Absent => CarriedName::of(name).ok().map(Self::Delete),
            Before::Was(content) => Carried::of(name, content).ok().map(Self::Set),
            Before::Unknown(_) => None,
        }
    }
}
