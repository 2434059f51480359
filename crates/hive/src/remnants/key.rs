//! A deleted key.

use crate::bytes::index;
use crate::damage::{Damage, Structure};
use crate::key::Key;
use crate::map::SpaceKind;
use crate::name::Name;
use crate::offset::CellOffset;
use crate::remnants::Remnants;
use crate::remnants::certainty::{Certainty, Counterpart, ParentLink, RemnantPath};
use crate::remnants::found::{FoundKey, times_fit};
use crate::remnants::value::DeletedValue;
use crate::security::KeySecurity;
use crate::time::FileTime;

/// Stands for the keys above in a path that isn't whole.
const CUT: &str = "...\\";

/// A key node that the living tree has no use for: of a deleted key, or an older copy of a living one.
#[derive(Clone, Copy, Debug)]
pub struct DeletedKey<'r> {
    pub(crate) remnants: &'r Remnants<'r>,
    pub(crate) index: u32,
    pub(crate) found: &'r FoundKey,
    pub(crate) key: Key<'r>,
}

impl<'r> DeletedKey<'r> {
    /// The key itself. What it names is looked for in what the living tree has no use for; only its parent and its
    /// security record may live.
    #[must_use]
    pub const fn key(&self) -> Key<'r> {
        self.key
    }

    /// Where the node's cell begins, or began.
    #[must_use]
    pub const fn cell(&self) -> CellOffset {
        self.key.cell()
    }

    /// Where the node's first byte stands in the file, in bytes.
    #[must_use]
    pub const fn file_offset(&self) -> u64 {
        self.key.file_offset()
    }

    /// What the bytes are that it stands in.
    #[must_use]
    pub fn space(&self) -> SpaceKind {
        self.remnants.space_of(self.cell())
    }

    /// Its name, as far as it can be read.
    #[must_use]
    pub fn name(&self) -> Name<'r> {
        self.key.readable_name()
    }

    /// When it was last written. Deleting a key doesn't change its own time, but its parent's.
    #[must_use]
    pub fn last_written(&self) -> FileTime {
        self.key.last_written()
    }

    /// What stands where the key names its parent.
    #[must_use]
    pub const fn parent_link(&self) -> ParentLink {
        self.found.link
    }

    /// The parent, if it is a deleted key too.
    #[must_use]
    pub fn deleted_parent(&self) -> Option<DeletedKey<'r>> {
        (self.found.link == ParentLink::Deleted)
            .then(|| self.remnants.key_at(self.found.parent))
            .flatten()
    }

    /// The parent, if it lives.
    #[must_use]
    pub fn living_parent(&self) -> Option<Key<'r>> {
        let living = self.found.link == ParentLink::Living;
        let hive = self.remnants.hive.living();
        living
            .then(|| Key::read(hive, Structure::KeyNode, self.key.parent_cell(), self.cell()).ok())
            .flatten()
    }

    /// How sure its place is: as sure as the least sure step up to the root.
    #[must_use]
    pub const fn certainty(&self) -> Certainty {
        self.found.certainty
    }

    /// Whether an older list of subkeys names it.
    #[must_use]
    pub const fn is_listed(&self) -> bool {
        self.found.is_listed
    }

    /// Whether the living tree has a key of its path.
    #[must_use]
    pub const fn counterpart(&self) -> Counterpart {
        self.found.counterpart
    }

    /// Where it stood, as far as that is known.
    #[must_use]
    pub fn path(&self) -> RemnantPath {
        let mut names: Vec<String> = self.names().map(|name| name.to_string()).collect();
        let is_whole = self.found.is_whole;
        names.reverse();
        let mut text = if is_whole { String::new() } else { CUT.to_owned() };
        text.push_str(&names.join("\\"));
        RemnantPath { text, is_whole, certainty: self.found.certainty }
    }

    /// How many names its path has.
    pub(crate) const fn depth(&self) -> u16 {
        self.found.depth
    }

    /// Its name and those above, without the root's, up to where its path begins. They end: circles were broken when
    /// the way up was followed first.
    pub(crate) fn names(&self) -> impl Iterator<Item = Name<'r>> + use<'r> {
        let remnants = self.remnants;
        let deleted = std::iter::successors(Some(*self), DeletedKey::deleted_parent);
        let top = move |key: &DeletedKey<'r>| key.found.link == ParentLink::Living;
        let mut first_living = CellOffset::NONE;
        let mut below = deleted.fuse();
        let mut above = None;
        std::iter::from_fn(move || {
            if let Some(key) = below.next() {
                if top(&key) {
                    first_living = key.key.parent_cell();
                }
                return Some(key.name());
            }
            let living = above.get_or_insert_with(|| remnants.living_names(first_living));
            living.next()
        })
    }

    /// Whether its path ends with these names, as far as it is known.
    pub(crate) fn ends_with(&self, path: &[String]) -> bool {
        if !path.last().is_some_and(|wanted| self.name().eq_ignore_case(wanted)) {
            return false;
        }
        (usize::from(self.depth()) >= path.len() || !self.found.is_whole)
            && self.names().zip(path.iter().rev()).all(|(name, wanted)| name.eq_ignore_case(wanted))
    }

    /// The values that its list names, as far as they can be read.
    pub fn values(&self) -> impl Iterator<Item = DeletedValue<'r>> + use<'r> {
        let (first, end) = self.found.values;
        let remnants = self.remnants;
        let found = remnants.values.get(index(first)..index(end)).unwrap_or(&[]);
        found.iter().filter_map(|found| remnants.value_of(found))
    }

    /// Its security record, if it names one that can be read.
    ///
    /// Windows takes it from a key when it deletes the key, so that only keys of lost cells and keys that other
    /// programs deleted have one.
    ///
    /// # Errors
    /// The security cell can't be read.
    pub fn security(&self) -> Result<Option<KeySecurity<'r>>, Damage> {
        self.key.security()
    }

    /// How many living keys use its security record too. That speaks for the record being the one that the key had: a
    /// cell given to another record since would be as good a descriptor.
    #[must_use]
    pub fn security_is_shared_by(&self) -> u32 {
        self.remnants.map.security_references(self.key.security_cell())
    }

    /// What can't be read of it, or was overwritten, without its values' data.
    #[must_use]
    pub fn damage(&self) -> Vec<Damage> {
        let (what, at) = (Structure::KeyNode, self.cell());
        let mut damage = Vec::new();
        if self.key.is_headless() {
            damage.push(Damage::HeadOverwritten { what, at });
        }
        damage.extend(self.key.name().err());
        damage.extend(self.key.class_name().err());
        damage.extend(self.key.security().err());
        let lost = &self.remnants.lost;
        let first = lost.partition_point(|lost| lost.key < self.index);
        let its_own = lost.get(first..).unwrap_or(&[]);
        damage.extend(
            its_own.iter().take_while(|lost| lost.key == self.index).map(|lost| lost.damage),
        );
        damage.sort_unstable();
        damage.dedup();
        damage
    }

    /// Why it is taken for what it is, in a sentence.
    #[must_use]
    pub fn reason(&self) -> String {
        let space = space_words(self.space());
        let parent = self.key.parent_cell();
        let place = match self.found.link {
            ParentLink::Living => {
                format!("its parent in cell {parent} lives{}", self.doubt_words())
            }
            ParentLink::Deleted => {
                format!("its parent in cell {parent} is a remnant too{}", self.doubt_words())
            }
            ParentLink::AnotherKey => format!(
                "the key in cell {parent} that it names as its parent never had a subkey with a name as long, so it is \
                 another one that was given the cell"
            ),
            ParentLink::Reallocated => {
                format!("what it names as its parent, cell {parent}, is in use for something else")
            }
            ParentLink::Overwritten => {
                format!("what it names as its parent, cell {parent}, holds no key any more")
            }
            ParentLink::Nowhere => "it leads to no parent".to_owned(),
            ParentLink::Endless => "the way up from it does not end".to_owned(),
        };
        let listed =
            if self.found.is_listed { ", an older list of subkeys still names it" } else { "" };
        let counterpart = match self.found.counterpart {
            Counterpart::Deleted => "no living key has its path".to_owned(),
            Counterpart::Lives(cell) => format!(
                "a living key in cell {cell} has its path, so it is an older copy or was made again"
            ),
            Counterpart::Unknown => "whether a living key has its path can't be told".to_owned(),
        };
        format!("it stands {space}; {place}{listed}; {counterpart}")
    }

    fn doubt_words(&self) -> &'static str {
        let parent = self.living_parent().or_else(|| self.deleted_parent().map(|key| key.key));
        if parent.is_some_and(|parent| !times_fit(&parent, &self.key)) {
            ", though it was last written before this key was"
        } else if self.found.step == Certainty::Doubtful {
            ", though other remnants show that the cell was another key's before"
        } else {
            ""
        }
    }
}

/// Where a remnant stands, in words.
pub(crate) const fn space_words(space: SpaceKind) -> &'static str {
    match space {
        SpaceKind::Free => "in a free cell",
        SpaceKind::Unreferenced => "in a cell that is marked as in use and that nothing leads to",
        SpaceKind::Slack => "behind the end of a record in use",
        SpaceKind::Gap => "where no cells can be made out",
        SpaceKind::BehindBins => "behind the last bin",
    }
}
