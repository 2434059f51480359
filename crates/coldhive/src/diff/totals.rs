//! Counts of what was compared, and of what differs.

use serde::Serialize;

use super::kind::DiffKind;

/// How many keys or values differ, by how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct DiffCounts {
    /// Only the first side has them.
    pub removed: u64,
    /// Only the second side has them.
    pub added: u64,
    /// Both have them, and they differ.
    pub changed: u64,
    /// Damage leaves it open.
    pub uncertain: u64,
}

/// What was compared, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct DiffTotals {
    /// Keys that both sides have.
    pub compared: u64,
    /// Keys that differ in anything but times; those on one side with all below them.
    pub keys: DiffCounts,
    /// Values that differ, those of keys on one side among them.
    pub values: DiffCounts,
    /// Keys whose security descriptors say different things.
    pub security: u64,
    /// Keys that differ in what means the same to Windows alone.
    pub stored_otherwise: u64,
    /// Keys that differ in when they were last written alone.
    pub times_only: u64,
    /// Entries of lists, and lists, that can't be read on either side.
    pub unread: u64,
    /// Keys and values of one side that stand where the other side's file holds only a part: those below such keys are
    /// not counted.
    pub not_held: u64,
}

impl DiffCounts {
    pub(super) const fn add(&mut self, kind: DiffKind) {
        let count = match kind {
            DiffKind::Removed => &mut self.removed,
            DiffKind::Added => &mut self.added,
            DiffKind::Changed => &mut self.changed,
            DiffKind::Uncertain | DiffKind::PossiblyRemoved | DiffKind::PossiblyAdded => {
                &mut self.uncertain
            }
            DiffKind::Written | DiffKind::StoredOtherwise => return,
        };
        *count = count.saturating_add(1);
    }

    const fn any(&self) -> bool {
        self.removed > 0 || self.added > 0 || self.changed > 0
    }
}

impl DiffTotals {
    /// Whether anything differs; `None` where that can't be told. `times`: whether last-written times count.
    #[must_use]
    pub const fn differs(&self, times: bool) -> Option<bool> {
        if self.keys.any() || (times && self.times_only > 0) {
            Some(true)
        } else if self.keys.uncertain > 0 || self.unread > 0 || self.not_held > 0 {
            None
        } else {
            Some(false)
        }
    }

    pub(super) const fn add_key(&mut self, kind: DiffKind) {
        self.keys.add(kind);
        match kind {
            DiffKind::StoredOtherwise => {
                self.stored_otherwise = self.stored_otherwise.saturating_add(1);
            }
            DiffKind::Written => self.times_only = self.times_only.saturating_add(1),
            _ => {}
        }
    }
}
