//! A deleted value.

use crate::bytes::{index, u32_at};
use crate::damage::{Damage, Structure};
use crate::hive::Hive;
use crate::key::Key;
use crate::map::SpaceKind;
use crate::name::Name;
use crate::offset::CellOffset;
use crate::remnants::Remnants;
use crate::remnants::certainty::{Certainty, Counterpart};
use crate::remnants::found::{FoundOwner, FoundValue};
use crate::remnants::key::{DeletedKey, space_words};
use crate::remnants::scan::is_link;
use crate::value::{Value, ValueData};

/// A key value that the living tree has no use for: of a deleted key, or deleted from a living one, or an older version
/// of a living value.
#[derive(Clone, Copy, Debug)]
pub struct DeletedValue<'r> {
    pub(crate) remnants: &'r Remnants<'r>,
    pub(crate) found: &'r FoundValue,
    pub(crate) value: Value<'r>,
}

/// Whose a deleted value was.
#[derive(Clone, Copy, Debug)]
pub enum Owner<'r> {
    /// A deleted key's.
    Deleted(DeletedKey<'r>),
    /// A key's that lives.
    Living(Key<'r>),
    /// Nothing that is left says whose.
    Unknown,
}

impl<'r> DeletedValue<'r> {
    /// The value itself. Its data is looked for in what the living tree has no use for.
    #[must_use]
    pub const fn value(&self) -> Value<'r> {
        self.value
    }

    /// Where the record's cell begins, or began.
    #[must_use]
    pub const fn cell(&self) -> CellOffset {
        self.value.cell()
    }

    /// Where the record's first byte stands in the file, in bytes.
    #[must_use]
    pub const fn file_offset(&self) -> u64 {
        self.value.file_offset()
    }

    /// What the bytes are that it stands in.
    #[must_use]
    pub fn space(&self) -> SpaceKind {
        self.remnants.space_of(self.cell())
    }

    /// Its name, as far as it can be read; empty for a default value.
    #[must_use]
    pub fn name(&self) -> Name<'r> {
        self.value.readable_name()
    }

    /// Whose it was.
    #[must_use]
    pub fn owner(&self) -> Owner<'r> {
        let owner = match self.found.owner {
            FoundOwner::Deleted(key) => self.remnants.key_at(key).map(Owner::Deleted),
            FoundOwner::Living(cell) => {
                let hive = self.remnants.hive.living();
                Key::read(hive, Structure::KeyNode, cell, CellOffset::NONE).ok().map(Owner::Living)
            }
            FoundOwner::Unknown => None,
        };
        owner.unwrap_or(Owner::Unknown)
    }

    /// How sure it is whose it was: `Likely` where the key's own list names it, now or behind its end, and
    /// `Plausible` where an older list names it beside values of the key, or two keys name it.
    #[must_use]
    pub const fn certainty(&self) -> Certainty {
        self.found.certainty
    }

    /// Whether the living key has a value of this name.
    #[must_use]
    pub const fn counterpart(&self) -> Counterpart {
        self.found.counterpart
    }

    /// Its data, as much as can be read, with what is wrong with it: the cell in use again, too short, or with
    /// another record in its midst. What was overwritten by something that is no record can't be told.
    #[must_use]
    pub fn data(&self) -> ValueData<'r> {
        let mut data = self.value.readable_data();
        data.damage = data.damage.or_else(|| self.overwritten());
        data
    }

    fn overwritten(&self) -> Option<Damage> {
        let (what, at) = (Structure::ValueData, self.value.data_cell()?);
        let start = at.get().saturating_add(self.remnants.hive.cell_header());
        let end = start.saturating_add(self.value.size());
        // Data of more than a segment stands elsewhere, in cells that it doesn't fill.
        let cells = &self.remnants.cells;
        let next = cells.partition_point(|cell| *cell <= at);
        let by = cells.get(next).copied().filter(|cell| cell.get() < end);
        let in_segments = self
            .remnants
            .hive
            .cell(what, at, self.cell())
            .is_ok_and(|cell| self.value.is_big_data(cell));
        if let Some(by) = by.filter(|_| !in_segments) {
            return Some(Damage::Overwritten { what, at, by });
        }
        self.remnants.is_linked(at).then_some(Damage::HeadOverwritten { what, at })
    }

    /// What can't be read of it, or was overwritten, its data included.
    #[must_use]
    pub fn damage(&self) -> Vec<Damage> {
        self.damage_with(self.data().damage)
    }

    /// The same, with what reading its data told.
    pub(crate) fn damage_with(&self, data: Option<Damage>) -> Vec<Damage> {
        let (what, at) = (Structure::KeyValue, self.cell());
        let head = self.value.is_headless().then_some(Damage::HeadOverwritten { what, at });
        let mut damage: Vec<Damage> =
            head.into_iter().chain(self.value.name().err()).chain(data).collect();
        damage.sort_unstable();
        damage
    }

    /// Why it is taken for what it is, in a sentence.
    #[must_use]
    pub fn reason(&self) -> String {
        let space = space_words(self.space());
        let owner = match (self.found.owner, self.found.certainty) {
            (FoundOwner::Deleted(_), Certainty::Likely) => "the list of a deleted key names it",
            (FoundOwner::Deleted(_), _) => {
                "a list names it that deleted keys share, or an older list beside a deleted key's values"
            }
            (FoundOwner::Living(_), Certainty::Likely) => {
                "it is named behind the end of a living key's list"
            }
            (FoundOwner::Living(_), _) => "an older list names it beside values of a living key",
            (FoundOwner::Unknown, _) => "no list names it",
        };
        let counterpart = match self.found.counterpart {
            Counterpart::Deleted => "the living tree has no such value".to_owned(),
            Counterpart::Lives(cell) => {
                format!("the living value in cell {cell} has its name, so it is an older version")
            }
            Counterpart::Unknown => {
                "whether there is a living value of its name can't be told".to_owned()
            }
        };
        format!("it stands {space}; {owner}; {counterpart}")
    }
}

/// Reads a found value.
pub(crate) fn read_value<'m>(hive: Hive<'m>, found: &FoundValue) -> Option<Value<'m>> {
    match found.head {
        None => Value::read(hive, found.cell, CellOffset::NONE),
        Some(length) => Value::headless(hive, found.cell, length),
    }
    .ok()
}

impl Remnants<'_> {
    /// What the bytes are that a record stands in.
    pub(crate) fn space_of(&self, cell: CellOffset) -> SpaceKind {
        let start = cell.get().saturating_add(self.hive.cell_header());
        // Records were looked for in spaces alone.
        self.map.space_at(start).map_or(SpaceKind::Gap, |space| space.kind)
    }

    /// Whether a cell's content begins with the link that free cells have up to Windows 2000.
    pub(crate) fn is_linked(&self, cell: CellOffset) -> bool {
        let start = index(cell.get().saturating_add(self.hive.cell_header()));
        let bytes = self.hive.bytes_to_search().get(start..).unwrap_or(&[]);
        self.has_links
            && self.space_of(cell) == SpaceKind::Free
            && u32_at(bytes, 0).is_some_and(|link| is_link(self.map, self.hive.cell_unit(), link))
    }
}
