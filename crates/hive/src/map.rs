//! A map of the hive bins data: which bytes belong to the living tree, and which are left over.

use serde::Serialize;

use crate::bins::Tile;
use crate::bytes::len_u32;
use crate::cell_set::CellSet;
use crate::damage::Damage;
use crate::hive::Hive;
use crate::offset::CellOffset;
use crate::reach::Reach;

/// Less slack than that holds no record: a key value takes 20 bytes and its name.
const LEAST_SLACK: u32 = 20;

/// What bytes are that belong to no record of the living tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpaceKind {
    /// Free cells, one behind the other.
    Free,
    /// A cell that is marked as in use, and that nothing leads to.
    Unreferenced,
    /// The end of a cell in use, behind its record.
    Slack,
    /// Part of a bin where no cells can be made out, or a bin's header that isn't one.
    Gap,
    /// Bytes of the file behind the last bin.
    BehindBins,
}

/// Bytes that belong to no record of the living tree, and so may hold remnants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Space {
    /// What they are.
    pub kind: SpaceKind,
    /// Where they begin, in bytes relative to the hive bins data. For cells: at the first one's size field.
    pub start: u32,
    /// Where they end, in bytes relative to the hive bins data.
    pub end: u32,
}

/// How much of the hive bins data is what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CellTotals {
    /// Hive bins.
    pub bins: u32,
    /// Cells that the living tree uses.
    pub live_cells: u32,
    /// Their bytes, size fields and slack included.
    pub live_bytes: u32,
    /// Free cells.
    pub free_cells: u32,
    /// Their bytes.
    pub free_bytes: u32,
    /// Cells that are marked as in use, and that nothing leads to.
    pub unreferenced_cells: u32,
    /// Their bytes.
    pub unreferenced_bytes: u32,
    /// Bytes where no cells can be made out.
    pub gap_bytes: u32,
    /// Bytes of the file behind the last bin.
    pub bytes_behind_bins: u32,
}

/// Every byte of a hive, told apart: used by the living tree, free, lost, or no part of any cell.
///
/// Making one reads the whole hive; nothing else in this crate does so unasked. It takes about as much memory
/// as the hive has bytes at the worst, and a fiftieth of that for usual ones.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, Version, build};
/// use coldhive_hive::{CellMap, Hive};
///
/// let file = build(&HiveSpec::new(Version::V1_3, KeySpec::new("root").subkey(KeySpec::new("Select"))))?;
/// let map = CellMap::of(Hive::parse(&file)?);
/// // Two key nodes, one list, one security record.
/// assert_eq!(map.totals().live_cells, 4);
/// assert!(map.damage().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CellMap {
    spaces: Vec<Space>,
    starts: CellSet,
    live: CellSet,
    security: Vec<CellOffset>,
    totals: CellTotals,
    damage: Vec<Damage>,
    complete: bool,
}

impl CellMap {
    /// Maps a hive.
    #[must_use]
    pub fn of(hive: Hive<'_>) -> Self {
        let size = hive.bins_size();
        let Reach { cells: live, mut records, mut security, shared, complete, .. } =
            Reach::from_root(hive);
        records.sort_unstable_by_key(|record| record.at);
        security.sort_unstable();
        let mut map = Self {
            spaces: Vec::new(),
            starts: CellSet::new(size),
            live,
            security,
            totals: CellTotals::default(),
            damage: shared,
            complete,
        };
        let mut records_left = records.iter().peekable();
        for bin in hive.bins() {
            map.totals.bins = map.totals.bins.saturating_add(u32::from(bin.damage().is_none()));
            map.damage.extend(bin.damage());
            for tile in bin.tiles(hive) {
                let (at, size, allocated) = match tile {
                    Tile::Cell { at, size, allocated } => (at, size, allocated),
                    Tile::Gap { at, size, damage } => {
                        map.damage.push(damage);
                        map.add_gap(at, size);
                        continue;
                    }
                };
                map.starts.insert(at);
                if !allocated {
                    map.totals.free_cells = map.totals.free_cells.saturating_add(1);
                    map.totals.free_bytes = map.totals.free_bytes.saturating_add(size);
                    map.add(SpaceKind::Free, at.get(), size);
                    continue;
                }
                // Records inside of other cells were passed over.
                while records_left.next_if(|record| record.at < at).is_some() {}
                match records_left.next_if(|record| record.at == at) {
                    Some(record) => {
                        map.totals.live_cells = map.totals.live_cells.saturating_add(1);
                        map.totals.live_bytes = map.totals.live_bytes.saturating_add(size);
                        let used = hive.cell_header().saturating_add(record.used);
                        if size.saturating_sub(used) >= LEAST_SLACK {
                            let start = at.get().saturating_add(used);
                            map.add(SpaceKind::Slack, start, size.saturating_sub(used));
                        }
                    }
                    None => {
                        let cells = &mut map.totals.unreferenced_cells;
                        *cells = cells.saturating_add(1);
                        map.totals.unreferenced_bytes =
                            map.totals.unreferenced_bytes.saturating_add(size);
                        map.add(SpaceKind::Unreferenced, at.get(), size);
                    }
                }
            }
        }
        let behind = hive.bytes_behind_bins();
        map.totals.bytes_behind_bins = behind;
        if behind > 0 {
            map.add(SpaceKind::BehindBins, size, behind);
        }
        let astray = records.iter().filter(|record| !map.starts.contains(record.at));
        let astray = astray.map(|record| Damage::NotACell { what: record.what, at: record.at });
        map.damage.extend(astray);
        map.damage.sort_unstable();
        map.damage.dedup();
        map
    }

    fn add_gap(&mut self, at: CellOffset, size: u32) {
        self.totals.gap_bytes = self.totals.gap_bytes.saturating_add(size);
        self.add(SpaceKind::Gap, at.get(), size);
    }

    /// Adds a space; free cells that touch become one, for a deleted record may reach over their borders.
    fn add(&mut self, kind: SpaceKind, start: u32, size: u32) {
        let end = start.saturating_add(size);
        match self.spaces.last_mut() {
            Some(last) if kind == SpaceKind::Free && last.kind == kind && last.end == start => {
                last.end = end;
            }
            _ => self.spaces.push(Space { kind, start, end }),
        }
    }

    /// What belongs to no record of the living tree, in the order of the file.
    #[must_use]
    pub fn spaces(&self) -> &[Space] {
        &self.spaces
    }

    /// The space that a byte belongs to; `None` for bytes of the living tree. The offset is relative to the
    /// hive bins data.
    #[must_use]
    pub fn space_at(&self, offset: u32) -> Option<Space> {
        let next = self.spaces.partition_point(|space| space.start <= offset);
        let space = self.spaces.get(next.checked_sub(1)?)?;
        (offset < space.end).then_some(*space)
    }

    /// Whether a cell begins there, as cells are counted from the start of their bin.
    #[must_use]
    pub fn is_cell(&self, at: CellOffset) -> bool {
        self.starts.contains(at)
    }

    /// Whether the living tree uses the cell.
    #[must_use]
    pub fn is_live(&self, at: CellOffset) -> bool {
        self.live.contains(at)
    }

    /// How many keys of the living tree name a cell as their security record.
    #[must_use]
    pub fn security_references(&self, at: CellOffset) -> u32 {
        let first = self.security.partition_point(|cell| *cell < at);
        let behind = self.security.partition_point(|cell| *cell <= at);
        len_u32(behind.saturating_sub(first))
    }

    /// The security cells that keys of the living tree name, each once, in the order of the file.
    pub fn security_cells(&self) -> impl Iterator<Item = CellOffset> {
        self.security.chunk_by(|one, next| one == next).filter_map(|same| same.first().copied())
    }

    /// How much is what.
    #[must_use]
    pub const fn totals(&self) -> &CellTotals {
        &self.totals
    }

    /// What is wrong with the bins and with the way in which records share them, sorted.
    #[must_use]
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// Whether all that can be reached was followed to its end. Only in hives made to keep readers busy it isn't:
    /// then some cells pass for unreferenced that are not.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }
}
