//! Symbolic links: keys that stand for another key.
//!
//! The value `SymbolicLinkValue` (`REG_LINK`) of a key with the flag `0x10` holds the target's whole path in
//! UTF-16LE, without a NUL at its end, as `\Registry\Machine\System\ControlSet001\Services`. Where such a path
//! lies in a hive file only the caller knows: it depends on where the hive was mounted.

use std::borrow::Cow;

use thiserror::Error;

use crate::damage::Damage;
use crate::hive::Hive;
use crate::key::{Key, KeyFlags};
use crate::lookup::Lookup;
use crate::value_type::ValueType;

/// The value that holds a link's target.
pub const LINK_VALUE: &str = "SymbolicLinkValue";
/// How many links are followed for one path, as a guard against circles.
const MOST_LINKS: usize = 64;
/// How many steps down a path with links in it may take: targets can be long, and every link has another.
const MOST_STEPS: usize = 1024;
/// The longest target, in bytes: what a counted string of the kernel holds.
const LONGEST_TARGET: u32 = 65_534;

/// Why a link has no target that could be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BrokenLink {
    /// The key has the flag of a link and no target.
    #[error("it has no value {LINK_VALUE}")]
    NoTarget,
    /// Damage hides the target.
    #[error("its target can't be read: {0}")]
    Damaged(Damage),
    /// The target is of another type than `REG_LINK`.
    #[error("its target is of type {found}, not REG_LINK")]
    WrongType {
        /// The type as stored.
        found: ValueType,
    },
    /// The target is no text, or longer than any path.
    #[error("its target, {size} bytes, is no path in UTF-16")]
    NoText {
        /// How many bytes it has.
        size: u32,
    },
    /// The target is no whole path.
    #[error("its target does not begin with a backslash: it is no whole path")]
    NotAbsolute,
}

/// What came of following a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed<K> {
    /// It leads into this hive: what looking there gave.
    Inside(Lookup<K>),
    /// It leads to a path that this hive does not hold.
    Outside(String),
    /// It leads nowhere.
    Broken(BrokenLink),
    /// It leads to more links than are followed.
    TooMany,
}

/// A link that was passed on the way to a key.
#[derive(Clone, Debug)]
pub struct PassedLink<'i> {
    /// The link's own key.
    pub key: Key<'i>,
    /// Its path in the hive, names as stored.
    pub path: String,
}

/// Why the way to a key ended although no list was at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// The key, or one above it, is marked as deleted in this layer.
    Tombstone,
    /// A link leads to this path, which the hive does not hold.
    Outside(String),
    /// A link leads nowhere.
    Broken(BrokenLink),
    /// There were more links than are followed.
    TooMany,
}

/// What came of looking for a key by its path, links followed and tombstones seen for what they are.
#[derive(Clone, Debug)]
pub struct Resolution<'i> {
    /// The answer. A tombstone is absent; behind a link that can't be followed everything is obscured.
    pub answer: Lookup<Key<'i>>,
    /// The deepest key that was reached, with its path as stored: the key itself where it was found, the
    /// tombstone or link where one ended the way.
    pub nearest: Option<(Key<'i>, String)>,
    /// What is left of the path below the nearest key.
    pub rest: String,
    /// The links that were passed, in the order in which they were met.
    pub links: Vec<PassedLink<'i>>,
    /// What ended the way, if not a list.
    pub stop: Option<Stop>,
}

/// Where the target of a link lies in this hive: its path below the root, or `None` for what is elsewhere.
pub type Inside<'f> = dyn Fn(&str) -> Option<String> + 'f;

impl<'i> Key<'i> {
    /// Whether the key is a symbolic link. The root of a hive stands for itself.
    #[must_use]
    pub fn is_link(&self) -> bool {
        let is_root = self.cell() == self.hive().base_block().root_cell();
        !is_root && self.flags().contains(KeyFlags::SYMLINK)
    }

    /// The path that a symbolic link leads to; `None` for a key that is none.
    ///
    /// # Errors
    /// The key is a link and its target can't be told.
    pub fn link_target(&self) -> Result<Option<String>, BrokenLink> {
        if !self.is_link() {
            return Ok(None);
        }
        let value = match self.value(LINK_VALUE) {
            Lookup::Found(value) if value.is_tombstone() => return Err(BrokenLink::NoTarget),
            Lookup::Found(value) => value,
            Lookup::Absent => return Err(BrokenLink::NoTarget),
            Lookup::Unreadable(damage) | Lookup::Obscured(damage) => {
                return Err(damage
                    .first()
                    .map_or(BrokenLink::NoTarget, |it| BrokenLink::Damaged(*it)));
            }
        };
        if value.value_type() != ValueType::LINK {
            return Err(BrokenLink::WrongType { found: value.value_type() });
        }
        let no_text = BrokenLink::NoText { size: value.size() };
        if value.size() > LONGEST_TARGET {
            return Err(no_text);
        }
        let data = value.data().map_err(BrokenLink::Damaged)?;
        let (units, []) = data.as_chunks::<2>() else { return Err(no_text) };
        let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        // Windows stores no NUL; some programs do.
        let end =
            units.iter().rposition(|unit| *unit != 0).map_or(0, |last| last.saturating_add(1));
        let target =
            String::from_utf16(units.get(..end).unwrap_or_default()).map_err(|_| no_text)?;
        if !target.starts_with('\\') {
            return Err(BrokenLink::NotAbsolute);
        }
        Ok(Some(target))
    }

    /// Follows a symbolic link, and those that it leads to. A key that is no link leads to itself.
    ///
    /// ```
    /// use coldhive_forge::{HiveSpec, KeySpec, Version, build};
    /// use coldhive_hive::{Followed, Hive, Lookup};
    ///
    /// let file = build(&HiveSpec::new(Version::V1_3, KeySpec::new("SYSTEM").subkey(KeySpec::new("Select"))))?;
    /// let select = Hive::parse(&file)?.key("Select").found().ok_or("no Select")?;
    /// let Followed::Inside(Lookup::Found(same)) = select.follow(&|_| None) else { panic!() };
    /// assert_eq!(same.cell(), select.cell());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn follow(&self, inside: &Inside<'_>) -> Followed<Key<'i>> {
        let path = match self.link_target() {
            Ok(None) => return Followed::Inside(Lookup::Found(*self)),
            Ok(Some(target)) => match inside(&target) {
                Some(path) => path,
                None => return Followed::Outside(target),
            },
            Err(broken) => return Followed::Broken(broken),
        };
        let resolution = self.hive().resolve(&path, inside);
        match resolution.stop {
            Some(Stop::Outside(target)) => Followed::Outside(target),
            Some(Stop::Broken(broken)) => Followed::Broken(broken),
            Some(Stop::TooMany) => Followed::TooMany,
            Some(Stop::Tombstone) | None => Followed::Inside(resolution.answer),
        }
    }
}

impl<'i> Hive<'i> {
    /// Looks a key up by its path below the root, as Windows would: symbolic links on the way are followed, and
    /// what is marked as deleted in this layer is absent. `inside` tells where targets of links lie in this hive.
    ///
    /// [`Hive::key`] looks only at what is stored.
    #[must_use]
    pub fn resolve(&self, path: &str, inside: &Inside<'_>) -> Resolution<'i> {
        // The components that are left, the next one last.
        let mut left = Vec::with_capacity(USUAL_STEPS);
        left.extend(components(path).map(Cow::Borrowed));
        let mut resolution = Resolution {
            answer: Lookup::Absent,
            nearest: None,
            rest: String::new(),
            links: Vec::new(),
            stop: None,
        };
        let root = match self.root() {
            Ok(root) => root,
            Err(damage) if left.is_empty() => {
                resolution.answer = Lookup::Unreadable(vec![damage]);
                return resolution;
            }
            Err(damage) => {
                resolution.answer = Lookup::Obscured(vec![damage]);
                resolution.rest = joined(left);
                return resolution;
            }
        };
        let (mut key, mut stored, mut steps) = (root, String::with_capacity(path.len()), 0_usize);
        resolution.answer = loop {
            let at = key.cell();
            if key.is_tombstone() {
                resolution.stop = Some(Stop::Tombstone);
                break Lookup::Absent;
            }
            if key.is_link() {
                let target = key.link_target();
                resolution.links.push(PassedLink { key, path: stored.clone() });
                match target {
                    Ok(target) => {
                        let target = target.unwrap_or_default();
                        let Some(path) = inside(&target) else {
                            resolution.stop = Some(Stop::Outside(target));
                            break Lookup::Obscured(vec![Damage::LinkOutside { at }]);
                        };
                        let target = components(&path);
                        let target: Vec<_> =
                            target.map(|part| Cow::Owned(part.to_owned())).collect();
                        let ahead = left.len().saturating_add(target.len());
                        if resolution.links.len() > MOST_LINKS
                            || steps.saturating_add(ahead) > MOST_STEPS
                        {
                            resolution.stop = Some(Stop::TooMany);
                            break Lookup::Obscured(vec![Damage::TooManyLinks { at }]);
                        }
                        left.extend(target);
                        (key, stored) = (root, String::new());
                    }
                    Err(broken) => {
                        resolution.stop = Some(Stop::Broken(broken));
                        break Lookup::Obscured(vec![Damage::LinkBroken { at }]);
                    }
                }
            }
            let Some(component) = left.pop() else { break Lookup::Found(key) };
            steps = steps.saturating_add(1);
            match key.subkey(&component) {
                Lookup::Found(found) => {
                    key = found;
                    if !stored.is_empty() {
                        stored.push('\\');
                    }
                    key.readable_name().push_to(&mut stored);
                }
                other => {
                    let is_last = left.is_empty();
                    left.push(component);
                    break match other {
                        // What lies below an unreadable key can't be seen; only that key itself is damaged.
                        Lookup::Unreadable(damage) if !is_last => Lookup::Obscured(damage),
                        other => other,
                    };
                }
            }
        };
        resolution.nearest = Some((key, stored));
        resolution.rest = joined(left);
        resolution
    }
}

/// As many components as nearly all paths have.
const USUAL_STEPS: usize = 8;

/// The components of a path, the first one last.
fn components(path: &str) -> impl Iterator<Item = &str> {
    path.rsplit('\\').filter(|component| !component.is_empty())
}

/// What is left, as a path.
fn joined(mut left: Vec<Cow<'_, str>>) -> String {
    left.reverse();
    left.join("\\")
}
