//! A map of the hive bins data: which bytes belong to the living tree, and which are left over.

use serde::{Deserialize, Serialize};

use crate::bins::{Bin, Tile};
use crate::cell_set::CellSet;
use crate::damage::Damage;
use crate::hive::Hive;
use crate::offset::CellOffset;
use crate::reach::{MOST_TOLD, Reach, Reached, Secured, SharedRecord};

/// How many keys are kept for one damage.
const MOST_CONCERNED: usize = 16;

/// What bytes are that belong to no record of the living tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// Bytes of them behind the records, size fields not counted.
    pub slack_bytes: u32,
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
/// as the hive has bytes at the worst, and a twentieth of that for usual ones.
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
    security: Vec<Secured>,
    totals: CellTotals,
    damage: Vec<Damage>,
    /// The keys that each damage concerns.
    concerned: Vec<Vec<CellOffset>>,
    damage_beyond: u32,
    complete: bool,
}

impl CellMap {
    /// Maps a hive.
    #[must_use]
    pub fn of(hive: Hive<'_>) -> Self {
        Self::without_damage(hive, Reach::from_root(hive, false))
            .unwrap_or_else(|| Self::with_damage(hive))
    }

    /// Maps a hive with whose bins, and with the way in which records share them, nothing is wrong; `None` where
    /// something is. Which keys it concerns isn't known then.
    pub(crate) fn without_damage(hive: Hive<'_>, reach: Reach<'_>) -> Option<Self> {
        let number = reach.number;
        let map = Self::over(hive, reach);
        // As many cells are in use as records were reached: each stands where a cell begins.
        let is_sound = map.damage.is_empty() && map.totals.live_cells == number;
        is_sound.then_some(map)
    }

    /// Maps a hive and finds out whom that concerns which is wrong.
    pub(crate) fn with_damage(hive: Hive<'_>) -> Self {
        Self::over(hive, Reach::from_root(hive, true))
    }

    fn over(hive: Hive<'_>, mut reach: Reach<'_>) -> Self {
        let size = hive.bins_size();
        let (records, slack) =
            (std::mem::take(&mut reach.records), std::mem::take(&mut reach.slack));
        let mut map = Self {
            spaces: Vec::new(),
            starts: CellSet::new(size),
            live: CellSet::new(0),
            security: std::mem::take(&mut reach.security),
            totals: CellTotals::default(),
            damage: Vec::new(),
            concerned: Vec::new(),
            damage_beyond: reach.shared_beyond,
            complete: reach.complete,
        };
        let mut concerns = Concerns { records: &records, list: Vec::new() };
        for SharedRecord { what, at, key } in &reach.shared {
            let keys = concerns.keys_within(at.get(), at.get().saturating_add(1), Some(*key));
            concerns.list.push((Damage::SharedCell { what: *what, at: *at }, keys));
        }
        let mut slack_left = slack.iter().peekable();
        let (mut live_cells, mut live_bytes) = (0_u32, 0_u32);
        for bin in hive.bins() {
            if ends_before(hive, &bin) && reach.cells.none_from(CellOffset::new(bin.start())) {
                map.totals.bytes_behind_bins = size.saturating_sub(bin.start());
                map.add(SpaceKind::BehindBins, bin.start(), map.totals.bytes_behind_bins);
                continue;
            }
            map.totals.bins = map.totals.bins.saturating_add(u32::from(bin.damage().is_none()));
            if let Some(damage) = bin.damage() {
                concerns.add(damage, bin.start(), bin.end());
            }
            for tile in bin.tiles(hive) {
                let (at, size, allocated) = match tile {
                    Tile::Cell { at, size, allocated } => (at, size, allocated),
                    Tile::Gap { at, size, damage } => {
                        // Where there is no bin at all, that is what is wrong.
                        if bin.damage().is_none() || at.get() > bin.first_cell() {
                            concerns.add(damage, at.get(), at.get().saturating_add(size));
                        }
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
                if !reach.cells.contains(at) {
                    map.totals.unreferenced_cells = map.totals.unreferenced_cells.saturating_add(1);
                    map.totals.unreferenced_bytes =
                        map.totals.unreferenced_bytes.saturating_add(size);
                    map.add(SpaceKind::Unreferenced, at.get(), size);
                    continue;
                }
                live_cells = live_cells.saturating_add(1);
                live_bytes = live_bytes.saturating_add(size);
                // That of records inside of other cells is passed over.
                while slack_left.next_if(|slack| slack.at < at).is_some() {}
                if let Some(slack) = slack_left.next_if(|slack| slack.at == at) {
                    let end = at.get().saturating_add(size);
                    map.add(SpaceKind::Slack, end.saturating_sub(slack.size), slack.size);
                }
            }
        }
        (map.totals.live_cells, map.totals.live_bytes) = (live_cells, live_bytes);
        let behind = hive.bytes_behind_bins();
        if behind > 0 {
            map.totals.bytes_behind_bins = behind;
            map.add(SpaceKind::BehindBins, size, behind);
        }
        map.tell_astray(&reach, &records, &mut concerns.list);
        map.live = reach.cells;
        concerns.list.sort_unstable();
        concerns.list.dedup_by(|one, next| one.0 == next.0);
        (map.damage, map.concerned) = concerns.list.into_iter().unzip();
        map
    }

    /// Tells of records that stand where no cell begins; what is behind them is no slack.
    fn tell_astray(
        &mut self,
        reach: &Reach<'_>,
        records: &[Reached],
        list: &mut Vec<(Damage, Vec<CellOffset>)>,
    ) {
        let (mut told, mut slack) = (0_usize, reach.slack_bytes);
        for record in records.iter().filter(|record| !self.starts.contains(record.at)) {
            slack = slack.saturating_sub(reach.slack_of(record.at, record.used).into());
            // In a gap no cells can be made out, which is told of the gap as a whole.
            let space = self.space_at(record.at.get());
            if space.is_some_and(|space| space.kind == SpaceKind::Gap) {
                continue;
            }
            if told < MOST_TOLD {
                let damage = Damage::NotACell { what: record.what, at: record.at };
                list.push((damage, vec![record.key]));
                told = told.saturating_add(1);
            } else {
                self.damage_beyond = self.damage_beyond.saturating_add(1);
            }
        }
        self.totals.slack_bytes = u32::try_from(slack).unwrap_or(u32::MAX);
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
        self.secured(at).map_or(0, |secured| secured.keys)
    }

    /// Some key that names a cell as its security record.
    pub(crate) fn secured_by(&self, at: CellOffset) -> Option<CellOffset> {
        self.secured(at).map(|secured| secured.key)
    }

    fn secured(&self, at: CellOffset) -> Option<&Secured> {
        let place = self.security.binary_search_by_key(&at, |secured| secured.security).ok()?;
        self.security.get(place)
    }

    /// The security cells that keys of the living tree name, each once, in the order of the file.
    pub fn security_cells(&self) -> impl Iterator<Item = CellOffset> {
        self.security.iter().map(|secured| secured.security)
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

    /// How many more cells than those are shared, or stand where no cell begins: of each kind 65,536 are told.
    #[must_use]
    pub const fn damage_beyond(&self) -> u32 {
        self.damage_beyond
    }

    /// The damage, each with the nodes of keys that it concerns.
    pub(crate) fn concerns(&self) -> impl Iterator<Item = (Damage, &[CellOffset])> {
        self.damage.iter().copied().zip(self.concerned.iter().map(Vec::as_slice))
    }

    /// Gives back the memory that [`spaces`](Self::spaces) takes: there are none afterwards.
    pub(crate) fn forget_spaces(&mut self) {
        self.spaces = Vec::new();
    }

    /// Whether all that can be reached was followed to its end. Only in hives made to keep readers busy it isn't:
    /// then some cells pass for unreferenced that are not.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }
}

/// Whether what seems to be a bin, and isn't, begins where the hive ends by its base block: where the base block's checksum
/// doesn't hold, its size isn't trusted, and all of the file is read as bins.
fn ends_before(hive: Hive<'_>, bin: &Bin) -> bool {
    matches!(bin.damage(), Some(Damage::BinSignature { .. }))
        && bin.start() == hive.base_block().hive_bins_size()
        && bin.end() == hive.bins_size()
        && bin.start() > 0
}

/// Damage, each with the keys that it concerns.
struct Concerns<'r> {
    /// What was reached, sorted by place.
    records: &'r [Reached],
    list: Vec<(Damage, Vec<CellOffset>)>,
}

impl Concerns<'_> {
    fn add(&mut self, damage: Damage, start: u32, end: u32) {
        let keys = self.keys_within(start, end, None);
        self.list.push((damage, keys));
    }

    /// Some of the keys that have records in a stretch, and one more.
    fn keys_within(&self, start: u32, end: u32, and: Option<CellOffset>) -> Vec<CellOffset> {
        let first = self.records.partition_point(|record| record.at.get() < start);
        let within = self.records.iter().skip(first);
        let within = within.take_while(|record| record.at.get() < end).map(|record| record.key);
        let mut keys = Vec::new();
        for key in within.chain(and) {
            if keys.len() >= MOST_CONCERNED {
                break;
            }
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.sort_unstable();
        keys
    }
}

#[cfg(test)]
mod tests {
    use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};

    use super::*;
    use crate::verify::Visits;

    fn file(version: Version) -> Vec<u8> {
        let mut root = KeySpec::new("ROOT").class("class");
        root.at("Select").set_value(ValueSpec::dword("Current", 1));
        root.at("Select").security = Some(vec![2; 40]);
        root.at("Services\\Tcpip").set_value(ValueSpec::multi_sz("list", &["a", "b"]));
        build(&HiveSpec::new(version, root)).unwrap()
    }

    /// By what a walk met, if that tells.
    fn by_visits(hive: Hive<'_>) -> Option<CellMap> {
        let mut reach = Reach::new(hive);
        if let Ok(root) = hive.root() {
            let mut visits = Visits::below(root);
            while visits.next(&mut reach).is_some() {}
        }
        CellMap::without_damage(hive, reach.of_visits()?)
    }

    #[test]
    fn what_is_followed_once_gives_the_same_map() {
        for version in [Version::V1_1, Version::V1_3, Version::V1_5] {
            let file = file(version);
            let whole = Hive::parse(&file).unwrap();
            assert!(by_visits(whole).is_some() && CellMap::of(whole).totals.slack_bytes > 0);
            let used = file.iter().rposition(|byte| *byte != 0).unwrap();
            let mut by_visit = 0;
            for at in 4096..=used {
                for change in [0x01, 0x08, 0x80, file[at]] {
                    let mut file = file.clone();
                    file[at] ^= change;
                    let hive = Hive::parse(&file).unwrap();
                    let map = format!("{:?}", CellMap::with_damage(hive));
                    assert_eq!(format!("{:?}", CellMap::of(hive)), map, "{change:#x} at {at:#x}");
                    if let Some(found) = by_visits(hive) {
                        assert_eq!(format!("{found:?}"), map, "{change:#x} at {at:#x}");
                        by_visit += 1;
                    }
                }
            }
            // Data and times can be anything.
            assert!(by_visit > 100, "{by_visit}");
        }
    }
}
