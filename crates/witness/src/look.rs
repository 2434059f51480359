//! Looking at what nt-hive is about to follow, before it is asked.
//!
//! Each function here mirrors what nt-hive 0.3.0 does with the same bytes: which offsets it follows in
//! which order, and where it ends with an error of its own.

use coldhive_hive::{CellOffset, Damage, Structure};

use crate::bins::{Bins, u16_at, u32_at};
use crate::list::{Entries, List};

/// The data bytes of a `db` segment, and the largest data that needs no `db` record.
pub(crate) const SEGMENT_SIZE: u32 = 16_344;
/// Set in a value's data size where the data stands in the offset field.
const IN_OFFSET_FIELD: u32 = 0x8000_0000;

/// The items of a list in the order in which nt-hive's iterator comes to them.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    /// For each item, whether nt-hive can be asked for it; what stands in the way where not.
    pub(crate) items: Vec<Result<(), Damage>>,
    /// Whether nt-hive's `nth` goes past an item without reading it. Through an index root it doesn't.
    pub(crate) can_skip: bool,
}

impl Steps {
    /// A list that is empty, or that nt-hive refuses as a whole.
    const NONE: Self = Self { items: Vec::new(), can_skip: true };
}

/// Looks over the subkey list of a key node.
///
/// # Errors
/// The damage on which nt-hive would panic before it comes to the first subkey.
pub(crate) fn subkeys(bins: Bins<'_>, node: CellOffset) -> Result<Steps, Damage> {
    let what = Structure::SubkeyList;
    let at = field(bins, Structure::KeyNode, node, 28)?;
    // nt-hive goes by the pointer alone, and not by the count that the node states.
    if at.is_none() {
        return Ok(Steps::NONE);
    }
    let Some(cell) = bins.follow(what, at, node)? else { return Ok(Steps::NONE) };
    let mut gathered = Gathered { bins, items: Vec::new() };
    match List::read(cell) {
        None => {}
        Some(List::Leaf(leaf)) => gathered.add_leaf(leaf, at),
        Some(List::Root(root)) => {
            for leaf_at in root.iter() {
                match bins.follow(what, leaf_at, at).map(|cell| cell.and_then(List::read_leaf)) {
                    Ok(Some(leaf)) => gathered.add_leaf(leaf, leaf_at),
                    // An error takes the refused leaf's place in nt-hive's iteration.
                    Ok(None) => gathered.push(Ok(()), leaf_at),
                    Err(damage) => gathered.push(Err(damage), leaf_at),
                }
                // Behind what can't be asked for, nothing else can be reached.
                if gathered.items.last().is_some_and(Result::is_err) {
                    break;
                }
            }
            return Ok(Steps { items: gathered.items, can_skip: false });
        }
    }
    Ok(Steps { items: gathered.items, can_skip: true })
}

/// Whether the node says that it has no subkeys, so that its list means nothing.
pub(crate) fn counts_no_subkeys(bins: Bins<'_>, node: CellOffset) -> bool {
    field(bins, Structure::KeyNode, node, 20) == Ok(CellOffset::new(0))
}

/// Whether the node says that it has no values.
pub(crate) fn counts_no_values(bins: Bins<'_>, node: CellOffset) -> bool {
    field(bins, Structure::KeyNode, node, 36) == Ok(CellOffset::new(0))
}

/// Looks over the value list of a key node.
///
/// # Errors
/// The damage on which nt-hive would panic before it comes to the first value.
pub(crate) fn values(bins: Bins<'_>, node: CellOffset) -> Result<Steps, Damage> {
    let what = Structure::ValueList;
    let list = field(bins, Structure::KeyNode, node, 40)?;
    if list.is_none() {
        return Ok(Steps::NONE);
    }
    // nt-hive follows the pointer even where the node counts no values.
    let Some(cell) = bins.follow(what, list, node)? else { return Ok(Steps::NONE) };
    let said = field(bins, Structure::KeyNode, node, 36)?.get();
    let room = cell.len() / 4;
    let Some(used) = usize::try_from(said).ok().filter(|said| *said <= room) else {
        // On 32-bit targets nt-hive overflows on the largest counts.
        let room = u32::try_from(room).unwrap_or(u32::MAX);
        return Err(Damage::ListTooLong { what, at: list, said, room });
    };
    let follow = |value| bins.follow(Structure::KeyValue, CellOffset::new(value), list).map(drop);
    let items = cell.chunks_exact(4).take(used).filter_map(|entry| u32_at(entry, 0)).map(follow);
    Ok(Steps { items: items.collect(), can_skip: true })
}

/// Looks at the data of a value.
///
/// # Errors
/// The damage on which nt-hive would panic.
pub(crate) fn data(bins: Bins<'_>, value: CellOffset) -> Result<(), Damage> {
    let size = field(bins, Structure::KeyValue, value, 4)?.get();
    if size & IN_OFFSET_FIELD != 0 {
        return Ok(());
    }
    let data = field(bins, Structure::KeyValue, value, 8)?;
    let Some(cell) = bins.follow(Structure::ValueData, data, value)? else { return Ok(()) };
    if size <= SEGMENT_SIZE || !cell.starts_with(b"db") {
        return Ok(());
    }
    let (Some(count), Some(list)) = (u16_at(cell, 2), u32_at(cell, 4)) else { return Ok(()) };
    let needed = size.div_ceil(SEGMENT_SIZE);
    if needed > u32::from(count) {
        return Ok(());
    }
    let list = CellOffset::new(list);
    let Some(cell) = bins.follow(Structure::BigData, list, data)? else { return Ok(()) };
    // The segments behind those that hold data are not followed; more than are listed are none.
    let needed = usize::try_from(needed).unwrap_or(usize::MAX);
    for segment in cell.chunks_exact(4).take(needed).filter_map(|entry| u32_at(entry, 0)) {
        bins.follow(Structure::ValueData, CellOffset::new(segment), list)?;
    }
    Ok(())
}

/// The steps through a subkey list, while they are gathered.
struct Gathered<'i> {
    bins: Bins<'i>,
    items: Vec<Result<(), Damage>>,
}

impl Gathered<'_> {
    fn add_leaf(&mut self, leaf: Entries<'_>, at: CellOffset) {
        for node in leaf.iter() {
            self.push(self.bins.follow(Structure::KeyNode, node, at).map(drop), at);
            if self.items.len() > self.bins.most_keys() {
                break;
            }
        }
    }

    /// Lists whose leaves are shared can be made to have billions of entries: one that has more than
    /// the hive has room for keys is cut off, with an item that can't be asked for.
    fn push(&mut self, item: Result<(), Damage>, list: CellOffset) {
        let endless = Damage::EndlessList { what: Structure::SubkeyList, at: list };
        let fits = self.items.len() < self.bins.most_keys();
        self.items.push(if fits { item } else { Err(endless) });
    }
}

/// A field of a record that nt-hive has read before; as if it pointed nowhere where that isn't so.
pub(crate) fn field(
    bins: Bins<'_>,
    what: Structure,
    record: CellOffset,
    offset: usize,
) -> Result<CellOffset, Damage> {
    let cell = bins.follow(what, record, CellOffset::NONE)?;
    Ok(cell.and_then(|cell| u32_at(cell, offset)).map_or(CellOffset::NONE, CellOffset::new))
}
