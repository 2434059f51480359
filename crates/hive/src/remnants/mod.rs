//! Remnants: deleted keys and values that can still be read in what the living tree has no use for.

mod attach;
mod certainty;
mod found;
mod key;
mod legible;
mod lists;
mod living;
mod names;
mod owners;
mod report;
mod scan;
mod stale;
mod under;
mod value;

use std::cmp::Reverse;

use crate::cell_set::CellSet;
use crate::damage::Structure;
use crate::hive::Hive;
use crate::key::{Key, KeyFlags};
use crate::map::CellMap;
use crate::offset::CellOffset;
use crate::remnants::found::{FoundKey, FoundValue};
use crate::remnants::living::{Asked, Living};
use crate::remnants::scan::{Candidate, Scan, Scanner};

pub use certainty::{Certainty, Counterpart, ParentLink, RemnantPath};
pub use key::DeletedKey;
pub use lists::ListRemnant;
pub use report::{
    KeyRemnantReport, OwnerReport, RemnantReport, RemnantReports, SecurityReport,
    ValueRemnantReport,
};
pub use value::{DeletedValue, Owner};

/// Deleted keys and values that can still be read: in free cells, in cells that nothing leads to, behind the ends
/// of records, where no cells can be made out, and behind the last bin.
///
/// A key node is believed where every field of it is plausible: known flags, counts and places that the file has room
/// for, a legible name of at most 255 UTF-16 units, a time between 1980 and 2106 or none. A key with an odd time or
/// name, or with a signature that was overwritten, is believed where its parent is a key. A key value is believed
/// where its flags are known, its type is a number that values have, its data fits the file, and its name is
/// legible. On random bytes less than one place in a billion passes; text and other programs' records can still look
/// like one, and what is found may be older than what is deleted: see [`Counterpart`].
///
/// Finding takes time in proportion to the file's size, and memory of a few times as much at the worst.
///
/// ```
/// use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
/// use coldhive_hive::{CellMap, Hive, Remnants};
///
/// let mut root = KeySpec::new("ROOT");
/// root.at("Providers\\Clusnet").set_value(ValueSpec::dword("Start", 1));
/// let spec = HiveSpec::new(Version::V1_3, root);
/// let file = build(&spec.fault(Fault::DeletedKey { key: "Providers\\Clusnet".into() }))?;
///
/// let hive = Hive::parse(&file)?;
/// let map = CellMap::of(hive);
/// let remnants = Remnants::of(hive, &map);
/// let key = remnants.keys().next().ok_or("no deleted key")?;
/// assert_eq!(key.path().text, "Providers\\Clusnet");
/// assert_eq!(key.values().next().ok_or("no value")?.data().bytes.as_ref(), [1, 0, 0, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Remnants<'m> {
    /// The hive, read for its remnants.
    hive: Hive<'m>,
    map: &'m CellMap,
    living: Living,
    /// By cell.
    keys: Vec<FoundKey>,
    /// Those of deleted keys, key by key; then those that no deleted key lists, by cell.
    values: Vec<FoundValue>,
    /// How many of the values stand in a list of a deleted key.
    listed_values: usize,
    /// What of the deleted keys' values can't be read, by key.
    lost: Vec<found::Lost>,
    /// The keys in the order in which they are told.
    order: Vec<u32>,
    /// The cells of all records, in order: what stands in the midst of data has overwritten it.
    cells: Vec<CellOffset>,
    /// Whether free cells lead to one another, as up to Windows 2000 they do.
    has_links: bool,
    complete: bool,
}

/// Something deleted that can still be read.
#[derive(Clone, Copy, Debug)]
pub enum Remnant<'r> {
    /// A key, with the values that its list names.
    Key(DeletedKey<'r>),
    /// A value that no deleted key lists: a living key's, or nobody knows whose.
    Value(DeletedValue<'r>),
}

impl<'m> Remnants<'m> {
    /// Looks for remnants in all that the map of a hive shows to be left over.
    #[must_use]
    pub fn of(hive: Hive<'m>, map: &'m CellMap) -> Self {
        let hive = hive.among_remnants(map);
        let has_links = scan::has_links(hive, map);
        let Scan { keys, odd_keys, values: candidates, lists } =
            Scanner::new(hive, map, has_links).run();
        let size = crate::bytes::len_u32(hive.bytes_to_search().len());
        let mut former = CellSet::new(size);
        for candidate in &candidates {
            former.insert(candidate.cell);
        }
        // Only where there are values someone's older lists can name them.
        let listed = if candidates.is_empty() {
            CellSet::new(size)
        } else {
            owners::numbers_left_over(hive, map, size)
        };
        let living = Living::of(hive.living(), map, &Asked { former, listed });
        let keys = with_odd_keys(keys, odd_keys, &living, hive);
        let mut remnants = Self {
            hive,
            map,
            complete: living.complete && map.is_complete(),
            living,
            keys: keys
                .into_iter()
                .filter(|key| read_key(hive, *key).is_some())
                .map(FoundKey::new)
                .collect(),
            values: Vec::new(),
            listed_values: 0,
            lost: Vec::new(),
            order: Vec::new(),
            cells: Vec::new(),
            has_links,
        };
        attach::link(&mut remnants);
        stale::read_lists(&mut remnants, &lists);
        attach::climb(&mut remnants);
        let owned = owners::read_lists(&mut remnants, &candidates, size);
        owners::add_others(&mut remnants, &candidates, &owned);
        names::compare(&mut remnants);
        remnants.finish();
        remnants
    }

    fn finish(&mut self) {
        self.cells = self.keys.iter().map(|key| key.cell).collect();
        self.cells.extend(self.values.iter().map(|value| value.cell));
        self.cells.sort_unstable();
        self.cells.dedup();
        let mut order: Vec<_> = (0_u32..)
            .zip(&self.keys)
            .filter_map(|(place, found)| {
                let key = self.read_key(found)?;
                Some((key.parent_cell(), key.readable_name(), Reverse(key.last_written()), place))
            })
            .collect();
        // Of one name below one parent the newest comes first.
        order.sort_unstable_by(|one, other| {
            one.0
                .cmp(&other.0)
                .then_with(|| one.1.cmp_ignore_case(&other.1))
                .then_with(|| one.2.cmp(&other.2))
                // Their places are in the order of their cells.
                .then_with(|| one.3.cmp(&other.3))
        });
        self.order = order.into_iter().map(|(_, _, _, place)| place).collect();
    }

    /// The map that they were found with.
    #[must_use]
    pub const fn map(&self) -> &'m CellMap {
        self.map
    }

    /// The deleted keys, by the cell of the parent that they name and by name, the newest of a name first.
    pub fn keys(&self) -> impl Iterator<Item = DeletedKey<'_>> {
        self.order.iter().filter_map(|key| self.key_at(*key))
    }

    /// The values that no deleted key lists, in the order of the file.
    pub fn values(&self) -> impl Iterator<Item = DeletedValue<'_>> {
        let others = self.values.get(self.listed_values..).unwrap_or(&[]);
        others.iter().filter_map(|found| self.value_of(found))
    }

    /// All of it: the keys, then the values that no deleted key lists.
    pub fn iter(&self) -> impl Iterator<Item = Remnant<'_>> {
        self.keys().map(Remnant::Key).chain(self.values().map(Remnant::Value))
    }

    /// The keys whose path ends with these names, as far as it is known: of a path that begins nowhere, what is known
    /// of it may be less. Case is ignored.
    ///
    /// `ending("Winsock\\Parameters")` finds `ControlSet003\Services\Winsock\Parameters`, and `...\Parameters` too.
    pub fn ending(&self, path: &str) -> impl Iterator<Item = DeletedKey<'_>> {
        let path: Vec<String> =
            path.split('\\').filter(|name| !name.is_empty()).map(String::from).collect();
        self.keys().filter(move |key| key.ends_with(&path))
    }

    /// Keys and values of a name, wherever they stood, also where that isn't known; with the values that deleted
    /// keys list.
    pub fn named<'r>(&'r self, name: &'r str) -> impl Iterator<Item = Remnant<'r>> {
        let keys = self.keys().filter(move |key| key.name().eq_ignore_case(name));
        let values = self.values.iter().filter_map(|found| self.value_of(found));
        let values = values.filter(move |value| value.name().eq_ignore_case(name));
        keys.map(Remnant::Key).chain(values.map(Remnant::Value))
    }

    /// Whether nothing was left out: hives made to keep readers busy are not followed to every end.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    fn key_at(&self, index: u32) -> Option<DeletedKey<'_>> {
        let found = self.keys.get(crate::bytes::index(index))?;
        let key = self.read_key(found)?;
        Some(DeletedKey { remnants: self, index, found, key })
    }

    fn value_of<'r>(&'r self, found: &'r FoundValue) -> Option<DeletedValue<'r>> {
        let value = value::read_value(self.hive, found)?;
        Some(DeletedValue { remnants: self, found, value })
    }

    /// The key among those found whose node stands in a cell.
    fn key_in(&self, cell: CellOffset) -> Option<u32> {
        let place = self.keys.binary_search_by_key(&cell, |key| key.cell).ok()?;
        u32::try_from(place).ok()
    }

    /// Reads a found key.
    fn read_key(&self, found: &FoundKey) -> Option<Key<'m>> {
        read_key(self.hive, Candidate { cell: found.cell, head: found.head })
    }
}

impl Remnant<'_> {
    /// Where its record's first byte stands in the file, in bytes.
    #[must_use]
    pub fn file_offset(&self) -> u64 {
        match self {
            Self::Key(key) => key.key().file_offset(),
            Self::Value(value) => value.value().file_offset(),
        }
    }
}

fn read_key(hive: Hive<'_>, candidate: Candidate) -> Option<Key<'_>> {
    match candidate.head {
        None => Key::read(hive, Structure::KeyNode, candidate.cell, CellOffset::NONE),
        Some(flags) => Key::headless(hive, candidate.cell, KeyFlags::from_bits_retain(flags)),
    }
    .ok()
}

/// The plausible keys, and of the odd ones those whose parent is a living key or a plausible one.
fn with_odd_keys(
    keys: Vec<Candidate>,
    odd: Vec<Candidate>,
    living: &Living,
    hive: Hive<'_>,
) -> Vec<Candidate> {
    let is_found = |keys: &[Candidate], cell: CellOffset| {
        keys.binary_search_by_key(&cell, |key| key.cell).is_ok()
    };
    let mut believed = keys;
    let mut left = odd;
    // Odd keys can hang on odd keys: a few rounds find all but chains that are odd through and through.
    for _ in 0..8 {
        let (with_parent, without): (Vec<_>, Vec<_>) = left.into_iter().partition(|candidate| {
            read_key(hive, *candidate).is_some_and(|key| {
                let parent = key.parent_cell();
                living.key(parent).is_some() || is_found(&believed, parent)
            })
        });
        left = without;
        if with_parent.is_empty() {
            break;
        }
        believed.extend(with_parent);
        believed.sort_unstable_by_key(|key| key.cell);
    }
    believed
}
