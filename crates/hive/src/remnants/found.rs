//! What is kept of each record that was found.

use crate::bytes::len_u32;
use crate::damage::Damage;
use crate::key::Key;
use crate::offset::CellOffset;
use crate::remnants::certainty::{Certainty, Counterpart, ParentLink};
use crate::remnants::scan::Candidate;
use crate::value::Value;

/// A key node that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FoundKey {
    pub(crate) cell: CellOffset,
    /// The flags that it is taken to have had, where they were overwritten.
    pub(crate) head: Option<u16>,
    pub(crate) link: ParentLink,
    /// Which of the found keys its parent is, if it is one.
    pub(crate) parent: u32,
    /// Whether an older list of subkeys names it.
    pub(crate) is_listed: bool,
    /// Whether that list is the parent's own, or names living subkeys of it too.
    pub(crate) is_listed_by_parent: bool,
    /// How sure the step to the parent is.
    pub(crate) step: Certainty,
    /// How sure all steps to the root are.
    pub(crate) certainty: Certainty,
    /// How far below the root it stood, or below where its path begins.
    pub(crate) depth: u16,
    /// Whether the way up leads to the root.
    pub(crate) is_whole: bool,
    pub(crate) counterpart: Counterpart,
    /// Its values: from which to which.
    pub(crate) values: (u32, u32),
}

impl FoundKey {
    pub(crate) const fn new(candidate: Candidate) -> Self {
        Self {
            cell: candidate.cell,
            head: candidate.head,
            link: ParentLink::Nowhere,
            parent: u32::MAX,
            is_listed: false,
            is_listed_by_parent: false,
            step: Certainty::Unattached,
            certainty: Certainty::Unattached,
            depth: 0,
            is_whole: false,
            counterpart: Counterpart::Unknown,
            values: (0, 0),
        }
    }
}

/// Whose a value was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoundOwner {
    /// One of the found keys.
    Deleted(u32),
    /// A living key's cell.
    Living(CellOffset),
    Unknown,
}

/// A key value that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FoundValue {
    pub(crate) cell: CellOffset,
    /// The length that its name is taken to have had, where it was overwritten.
    pub(crate) head: Option<u16>,
    pub(crate) owner: FoundOwner,
    pub(crate) certainty: Certainty,
    pub(crate) counterpart: Counterpart,
}

/// What can't be read of a found key's values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lost {
    pub(crate) key: u32,
    pub(crate) damage: Damage,
}

/// Whether one key can be another one's child: no key is written later than its parent learns of its end. Times of zero
/// say nothing.
pub(crate) fn times_fit(parent: &Key<'_>, child: &Key<'_>) -> bool {
    let (parent, child) = (parent.last_written().ticks(), child.last_written().ticks());
    parent == 0 || child == 0 || parent >= child
}

/// Whether one key can have had a subkey of that name: Windows keeps the length of the longest name that there was,
/// as long as there are subkeys.
pub(crate) fn length_fits(parent: &Key<'_>, child: &Key<'_>) -> bool {
    let longest = parent.longest_subkey_name();
    let length = len_u32(child.readable_name().length()).saturating_mul(2);
    longest == 0 || length <= longest
}

/// Whether a key can have had a value of that name and size: Windows keeps both lengths, as long as there are values.
pub(crate) fn value_fits(key: &Key<'_>, value: &Value<'_>) -> bool {
    let (name, data) = key.longest_value();
    // Of a name that lost its length more may be taken for it than it had.
    let length = len_u32(value.readable_name().length()).saturating_mul(2);
    (name == 0 && data == 0) || (value.size() <= data && (length <= name || value.is_headless()))
}
