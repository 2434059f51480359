//! Finding a key by its path, and keeping what was passed on the way.

use coldhive_hive::{Hive, Key, Lookup};

use crate::truth::Truth;

/// What came of looking for a key.
#[derive(Clone, Debug)]
pub(crate) struct Located<'i> {
    /// The path that was asked for.
    pub(crate) asked: String,
    /// The answer.
    pub(crate) answer: Lookup<Key<'i>>,
    /// The deepest key on the way that could be read, with its path as stored. It is the key itself
    /// where that was found.
    pub(crate) nearest: Option<(Key<'i>, String)>,
    /// What of the path is left below the nearest key.
    pub(crate) rest: String,
}

/// Looks for a key, component by component.
pub(crate) fn locate<'i>(hive: Hive<'i>, path: &str) -> Located<'i> {
    let mut components = path.split('\\').filter(|component| !component.is_empty());
    let asked = components.clone().collect::<Vec<_>>().join("\\");
    let mut key = match hive.root() {
        Ok(root) => root,
        Err(damage) => {
            let answer = if asked.is_empty() {
                Lookup::Unreadable(vec![damage])
            } else {
                Lookup::Obscured(vec![damage])
            };
            return Located { rest: asked.clone(), asked, answer, nearest: None };
        }
    };
    let mut stored = String::new();
    while let Some(component) = components.next() {
        let answer = key.subkey(component);
        let Lookup::Found(found) = answer else {
            let below: Vec<_> = components.collect();
            let is_last = below.is_empty();
            let rest = [&[component], below.as_slice()].concat().join("\\");
            let answer = match answer {
                // What lies below an unreadable key can't be seen; only that key itself is known to be damaged.
                Lookup::Unreadable(damage) if !is_last => Lookup::Obscured(damage),
                other => other,
            };
            return Located { asked, answer, nearest: Some((key, stored)), rest };
        };
        key = found;
        if !stored.is_empty() {
            stored.push('\\');
        }
        stored.push_str(&key.readable_name().to_string());
    }
    Located { asked, answer: Lookup::Found(key), nearest: Some((key, stored)), rest: String::new() }
}

impl Located<'_> {
    /// Whether the key is there.
    pub(crate) const fn exists(&self) -> Truth {
        match &self.answer {
            Lookup::Found(_) => Truth::True,
            Lookup::Absent => Truth::False,
            Lookup::Unreadable(_) | Lookup::Obscured(_) => Truth::Unknown,
        }
    }

    /// The answer in words, as a clause with the path.
    pub(crate) fn describe(&self) -> String {
        let damage = || self.answer.damage().first().map(ToString::to_string).unwrap_or_default();
        match &self.answer {
            Lookup::Found(_) => match &self.nearest {
                Some((_, stored)) => format!("the key {stored} exists"),
                None => "the key exists".into(),
            },
            Lookup::Absent => {
                let nearest = match &self.nearest {
                    Some((_, stored)) if !stored.is_empty() => stored,
                    _ => "the root key",
                };
                match self.rest.split_once('\\') {
                    Some((missing, _)) => {
                        format!("{nearest} has no subkey {missing}, and so no {}", self.rest)
                    }
                    None => format!("{nearest} has no subkey {}", self.rest),
                }
            }
            Lookup::Unreadable(_) => {
                format!(
                    "the key {} is damaged, not missing: its entry stands in the list, but {}",
                    self.asked,
                    damage()
                )
            }
            Lookup::Obscured(_) => {
                format!("damage hides whether {} exists: {}", self.asked, damage())
            }
        }
    }
}
