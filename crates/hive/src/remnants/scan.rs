//! Looking for records in all that is left over.

use crate::bins::{Bin, HEADER_SIZE, Tile};
use crate::bytes::{i32_at, index, len_u32, u16_at, u32_at, u64_at};
use crate::hive::Hive;
use crate::key::KeyFlags;
use crate::map::{CellMap, Space, SpaceKind};
use crate::offset::CellOffset;
use crate::remnants::legible::Legible;

/// The fixed part of a key node and of a key value, in bytes.
const KEY_NODE: u32 = 76;
const KEY_VALUE: u32 = 20;
/// What a key's name can have at most, in UTF-16 units.
const LONGEST_KEY_NAME: usize = 255;
/// And a value's.
const LONGEST_VALUE_NAME: usize = 16_383;
/// The flags of key nodes that Windows writes: the seven of the format, three of Vista's virtualisation, and one that
/// sound hives of Windows 7 have.
const KNOWN_FLAGS: u16 = 0x13FF;
/// Latin-1 name, and the tombstone of layered keys.
const KNOWN_VALUE_FLAGS: u16 = 0x0003;
/// Times that a clock can have shown, as FILETIMEs: from 1980 to 2106.
const TIMES: std::ops::RangeInclusive<u64> = 119_600_064_000_000_000..=159_677_568_000_000_000;
const IN_OFFSET_FIELD: u32 = 0x8000_0000;

/// A place where a record seems to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) cell: CellOffset,
    /// What the field behind the signature is taken to have been, where both were overwritten.
    pub(crate) head: Option<u16>,
}

/// What a scan finds, each in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scan {
    /// Key nodes whose every field is plausible.
    pub(crate) keys: Vec<Candidate>,
    /// Key nodes with something odd about them: a time that no clock showed, a name with control characters,
    /// or a signature that was overwritten. They count where their parent is a key.
    pub(crate) odd_keys: Vec<Candidate>,
    /// Key values whose every field is plausible.
    pub(crate) values: Vec<Candidate>,
    /// Subkey lists: the signature alone.
    pub(crate) lists: Vec<CellOffset>,
}

/// How far a key node is to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Belief {
    No,
    Odd,
    Yes,
}

/// Looks at one place after another.
pub(crate) struct Scanner<'i> {
    map: &'i CellMap,
    bytes: &'i [u8],
    legible: Legible<'i>,
    header: u32,
    unit: u32,
    old_layout: bool,
    most_keys: u32,
    limit: u32,
    has_links: bool,
}

impl<'i> Scanner<'i> {
    /// A scanner over a hive that is read for its remnants.
    pub(crate) fn new(hive: Hive<'i>, map: &'i CellMap, has_links: bool) -> Self {
        let bytes = hive.bytes_to_search();
        Self {
            map,
            bytes,
            legible: Legible::new(bytes),
            header: hive.cell_header(),
            unit: hive.cell_unit(),
            old_layout: hive.old_layout(),
            most_keys: hive.most_keys(),
            limit: len_u32(bytes.len()),
            has_links,
        }
    }

    /// Looks everywhere. Takes time in proportion to the space there is.
    pub(crate) fn run(mut self) -> Scan {
        let mut scan = Scan::default();
        for space in self.map.spaces() {
            self.space(space, &mut scan);
        }
        scan
    }

    fn space(&mut self, space: &Space, scan: &mut Scan) {
        // Cells begin at the same multiples everywhere. A size field can be the last bytes of the record before.
        let first = space.start.saturating_sub(self.header).next_multiple_of(self.unit);
        let mut at = first;
        let end = space.end.min(self.limit);
        let may_lack_heads = self.has_links && space.kind == SpaceKind::Free;
        while let Some(start) = at.checked_add(self.header).filter(|start| *start < end) {
            let record = self.bytes.get(index(start)..index(end)).unwrap_or(&[]);
            let cell = CellOffset::new(at);
            let mut taken = 0;
            let kind = record.first_chunk::<2>();
            let is_signed = matches!(kind, Some(b"nk" | b"vk" | b"lf" | b"lh" | b"li"));
            // Where no cells can be made out, records of the living tree stand too.
            if (is_signed || may_lack_heads) && !self.map.is_live(cell) {
                taken = self.record(cell, start, record, scan);
            }
            // No two records share their fixed parts.
            let step = taken.next_multiple_of(self.unit).max(self.unit);
            at = match at.checked_add(step) {
                Some(next) => next,
                None => return,
            };
        }
    }

    /// Looks for a record in one place: with a signature, or where it may lack one. Answers how many bytes it takes.
    fn record(&mut self, cell: CellOffset, start: u32, record: &[u8], scan: &mut Scan) -> u32 {
        match record.first_chunk::<2>() {
            Some(b"nk") => {
                let flags = u16_at(record, 2).unwrap_or(0);
                match self.key(start, record, flags) {
                    Belief::Yes => {
                        scan.keys.push(Candidate { cell, head: None });
                        return self.header.saturating_add(KEY_NODE);
                    }
                    Belief::Odd => scan.odd_keys.push(Candidate { cell, head: None }),
                    Belief::No => {}
                }
            }
            Some(b"vk") => {
                let length = u16_at(record, 2).unwrap_or(0);
                if self.value(start, record, length) {
                    scan.values.push(Candidate { cell, head: None });
                    return self.header.saturating_add(KEY_VALUE);
                }
            }
            Some(b"lf" | b"lh" | b"li") => scan.lists.push(cell),
            _ => return self.headless(cell, start, record, scan),
        }
        0
    }

    /// A record whose first bytes became a link to another free cell: up to Windows 2000 free cells have one. Answers
    /// how many bytes it takes.
    fn headless(&mut self, cell: CellOffset, start: u32, record: &[u8], scan: &mut Scan) -> u32 {
        let linked = u32_at(record, 0).is_some_and(|link| is_link(self.map, self.unit, link));
        if !linked {
            return 0;
        }
        // A key value's type stands where a key node has its parent, and its flags where that one's upper bytes are.
        for flags in [KeyFlags::LATIN1_NAME, KeyFlags::empty()] {
            if self.key(start, record, flags.bits()) == Belief::Yes {
                scan.odd_keys.push(Candidate { cell, head: Some(flags.bits()) });
                return self.header.saturating_add(KEY_NODE);
            }
        }
        let Some(length) = self.name_of_headless_value(cell, start, record) else { return 0 };
        if length > 0 && self.value(start, record, length) && self.looks_like_a_value(record) {
            scan.values.push(Candidate { cell, head: Some(length) });
            return self.header.saturating_add(KEY_VALUE);
        }
        0
    }

    /// How long the name of a value can be whose record begins with a link: as long as its text goes on in a
    /// cell that has room for no more than padding behind it.
    fn name_of_headless_value(
        &mut self,
        cell: CellOffset,
        start: u32,
        record: &[u8],
    ) -> Option<u16> {
        let wide = self.old_layout || u16_at(record, 16)? & 1 == 0;
        let size = i32_at(self.bytes, index(cell.get()))?.unsigned_abs();
        let room = index(size.checked_sub(self.header.saturating_add(KEY_VALUE))?)
            .min(record.len().saturating_sub(index(KEY_VALUE)));
        let most = room.min(if wide { 510 } else { 255 });
        let name = start.saturating_add(KEY_VALUE);
        let text = self.legible.length(name, most, wide);
        let bytes = record.get(index(KEY_VALUE)..)?.get(..text)?;
        // Windows fills cells up with bytes that are no ASCII, and names are mostly ASCII.
        let ascii = bytes.iter().position(|byte| !byte.is_ascii()).filter(|_| !wide);
        let text = ascii.unwrap_or(text);
        // The size of the next cell reads as one more character.
        let end = name.saturating_add(len_u32(text));
        let grid = end.saturating_sub(end.checked_rem(self.unit).unwrap_or(0));
        let size = i32_at(self.bytes, index(grid)).map_or(0, i32::unsigned_abs);
        let is_size = end > grid
            && end.saturating_sub(grid) <= 2
            && grid > name
            && size > 0
            && size.is_multiple_of(self.unit)
            && size <= 0x1000;
        let text = if is_size { grid.saturating_sub(name) } else { len_u32(text) };
        u16::try_from(text).ok()
    }

    /// What a value has to be like if its signature can't speak for it: a type of the twelve that Windows knows, and
    /// data that it can have.
    fn looks_like_a_value(&self, record: &[u8]) -> bool {
        let (size, data) = (u32_at(record, 4).unwrap_or(0), u32_at(record, 8).unwrap_or(0));
        let inline = size & IN_OFFSET_FIELD != 0 && (1..=4).contains(&(size & !IN_OFFSET_FIELD));
        let apart = (5..=1 << 20).contains(&size) && self.is_place(data);
        u32_at(record, 12).is_some_and(|code| code <= 11) && (inline || apart)
    }

    /// Whether a cell could be there.
    fn is_place(&self, offset: u32) -> bool {
        offset.is_multiple_of(self.unit) && (32..self.limit).contains(&offset)
    }

    fn is_place_or_none(&self, offset: u32) -> bool {
        offset == u32::MAX || self.is_place(offset)
    }

    fn key(&mut self, start: u32, record: &[u8], flags: u16) -> Belief {
        let long = |at: usize| u32_at(record, at).unwrap_or(0);
        let short = |at: usize| u16_at(record, at).unwrap_or(0);
        if record.len() < index(KEY_NODE) || flags & !KNOWN_FLAGS != 0 {
            return Belief::No;
        }
        let flags = KeyFlags::from_bits_retain(flags);
        let is_root = flags.contains(KeyFlags::ROOT);
        let counts_fit = {
            let (subkeys, values) = (long(20), long(36));
            let handle = flags.contains(KeyFlags::PREDEFINED_HANDLE);
            subkeys <= self.most_keys
                && (subkeys == 0 || self.is_place(long(28)))
                && (handle || values <= self.limit / 24)
                && (handle || values == 0 || self.is_place(long(40)))
        };
        let class = short(74);
        let places_fit = (is_root || self.is_place(long(16)))
            && self.is_place_or_none(long(44))
            && class.is_multiple_of(2)
            && (class == 0 || self.is_place(long(48)));
        let wide = self.old_layout || !flags.contains(KeyFlags::LATIN1_NAME);
        let length = usize::from(short(72));
        let units = if wide { length / 2 } else { length };
        let name_fits = (length > 0 || is_root)
            && units <= LONGEST_KEY_NAME
            && !(wide && length % 2 != 0)
            && length <= record.len().saturating_sub(index(KEY_NODE));
        if !counts_fit || !places_fit || !name_fits {
            return Belief::No;
        }
        let text = self.legible.length(start.saturating_add(KEY_NODE), length, wide);
        let time = u64_at(record, 4).unwrap_or(0);
        let clock = time == 0 || TIMES.contains(&time);
        match (text == length, clock) {
            (true, true) => Belief::Yes,
            // Two oddities are one too many.
            (false, false) => Belief::No,
            _ => Belief::Odd,
        }
    }

    fn value(&mut self, start: u32, record: &[u8], name_length: u16) -> bool {
        let long = |at: usize| u32_at(record, at).unwrap_or(0);
        let flags = u16_at(record, 16).unwrap_or(0);
        if record.len() < index(KEY_VALUE) || (!self.old_layout && flags & !KNOWN_VALUE_FLAGS != 0)
        {
            return false;
        }
        let size = long(4);
        let data_fits = if size & IN_OFFSET_FIELD != 0 {
            size & !IN_OFFSET_FIELD <= 4
        } else {
            size <= self.limit && (size == 0 || self.is_place(long(8)))
        };
        // Beyond the known types there are those of device properties, and small numbers of several programs.
        let code = long(12);
        let type_fits = code <= 0x00FF_FFFF || code >> 16 == 0xFFFF;
        let wide = self.old_layout || flags & 1 == 0;
        let length = usize::from(name_length);
        let units = if wide { length / 2 } else { length };
        data_fits
            && type_fits
            && units <= LONGEST_VALUE_NAME
            && !(wide && length % 2 != 0)
            && length <= record.len().saturating_sub(index(KEY_VALUE))
            && self.legible.length(start.saturating_add(KEY_VALUE), length, wide) == length
    }
}

/// Whether the first four bytes of a free cell's content can be the link to another one: to nowhere, to where a cell
/// begins, or into free space.
pub(crate) fn is_link(map: &CellMap, unit: u32, link: u32) -> bool {
    link == u32::MAX
        || (link.is_multiple_of(unit)
            && (map.is_cell(CellOffset::new(link))
                || map.space_at(link).is_some_and(|space| space.kind == SpaceKind::Free)))
}

/// Whether the free cells of a hive lead to one another, as they do up to Windows 2000: most begin with what can be
/// a link. Programs that write such hives since don't make links.
pub(crate) fn has_links(hive: Hive<'_>, map: &CellMap) -> bool {
    let (mut cells, mut links) = (0_u32, 0_u32);
    for space in map.spaces() {
        let first = match space.kind {
            SpaceKind::Free => space.start,
            // What follows the last bin can look like one of free cells.
            SpaceKind::BehindBins => space.start.saturating_add(HEADER_SIZE),
            _ => continue,
        };
        for tile in Bin::tiles_between(hive, first, space.end.min(hive.bins_size())) {
            if let Tile::Cell { at, allocated: false, .. } = tile {
                let start = index(at.get().saturating_add(hive.cell_header()));
                let content = hive.bytes_to_search().get(start..).unwrap_or(&[]);
                let linked =
                    u32_at(content, 0).is_some_and(|link| is_link(map, hive.cell_unit(), link));
                cells = cells.saturating_add(1);
                links = links.saturating_add(u32::from(linked));
            }
        }
    }
    cells > 0 && links >= cells.div_ceil(2)
}
