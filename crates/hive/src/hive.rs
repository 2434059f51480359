//! The hive: a handle over the bytes of an image.

use crate::base_block::{BASE_BLOCK_SIZE, BaseBlock};
use crate::bytes::{i32_at, index, len_u32, signature};
use crate::damage::{Damage, Structure};
use crate::identify::{NotAHive, identify};
use crate::key::Key;
use crate::lookup::Lookup;
use crate::map::CellMap;
use crate::offset::CellOffset;
use crate::plain_bins::PlainBins;

/// A hive: a small handle over its bytes, which nothing is read ahead of.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, Version, build};
/// use coldhive_hive::{Hive, Lookup};
///
/// let file = build(&HiveSpec::new(Version::V1_3, KeySpec::new("SYSTEM").subkey(KeySpec::new("Select"))))?;
/// let hive = Hive::parse(&file)?;
/// assert!(matches!(hive.key("SELECT"), Lookup::Found(_)));
/// assert!(hive.key("Setup").is_absent());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Hive<'i> {
    /// The hive bins data that cells may stand in.
    bins: &'i [u8],
    file: &'i [u8],
    /// Where remnants are read: which bytes the living tree has no use for.
    among_remnants: Option<&'i CellMap>,
    root_cell: CellOffset,
    old_layout: bool,
    big_data: BigDataUse,
}

/// Whether values of more than 16,344 bytes are kept in `db` records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BigDataUse {
    /// Format 1.3 and older: one large cell.
    Never,
    /// Format 1.4 and newer.
    Always,
    /// The version can't be trusted: where the cell begins with `db`.
    ByContent,
}

impl<'i> Hive<'i> {
    /// Opens a hive over the bytes of its file (or recovered image).
    ///
    /// Only what isn't a hive at all is refused. A damaged base block, a truncated file or an
    /// unreadable root are told by [`damage`](Self::damage) and [`root`](Self::root).
    ///
    /// # Errors
    /// [`NotAHive`] says what the bytes are instead.
    pub fn parse(file: &'i [u8]) -> Result<Self, NotAHive> {
        identify(file).map_or_else(|| Ok(Self::over(file)), Err)
    }

    /// Opens what was identified as a hive before.
    pub(crate) fn over(file: &'i [u8]) -> Self {
        let base = BaseBlock::new(file);
        let rest = file.get(BASE_BLOCK_SIZE..).unwrap_or(&[]);
        let available = len_u32(rest.len());
        let trusted = base.signature() == *b"regf" && base.checksum_holds();
        // Behind a broken base block its own size is no better than any number: the file's end counts.
        let said = base.hive_bins_size();
        let limit = if trusted && said != 0 { said.min(available) } else { available };
        let bins = rest.get(..index(limit)).unwrap_or(rest);
        let known_version = trusted && base.major() == 1 && (1..=6).contains(&base.minor());
        let big_data = match (known_version, base.minor()) {
            (false, _) => BigDataUse::ByContent,
            (true, ..=3) => BigDataUse::Never,
            (true, _) => BigDataUse::Always,
        };
        let old_layout =
            seen_layout(bins, base.root_cell()).unwrap_or(known_version && base.minor() == 1);
        let root_cell = base.root_cell();
        Self { bins, file, among_remnants: None, root_cell, old_layout, big_data }
    }

    /// What the hive says of itself.
    #[must_use]
    pub fn base_block(&self) -> BaseBlock<'i> {
        BaseBlock::new(self.file)
    }

    /// The cell of the root key.
    #[inline]
    pub(crate) const fn root_cell(&self) -> CellOffset {
        self.root_cell
    }

    /// What follows the base block in the file: the hive bins data and all behind it.
    fn rest(&self) -> &'i [u8] {
        self.file.get(BASE_BLOCK_SIZE..).unwrap_or(&[])
    }

    /// How many bytes that is.
    fn available(&self) -> u32 {
        len_u32(self.rest().len())
    }

    /// Bytes of hive bins data that cells may stand in: the smaller of what the base block says
    /// and what the file holds.
    #[must_use]
    #[inline]
    pub fn bins_size(&self) -> u32 {
        len_u32(self.bins.len())
    }

    /// Bytes in the file behind the hive bins data: padding, or remnants of a larger hive.
    #[must_use]
    pub fn bytes_behind_bins(&self) -> u32 {
        self.available().saturating_sub(self.bins_size())
    }

    /// Whether the file ends before what its base block says it holds.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.base_block().hive_bins_size() > self.available()
    }

    /// What is wrong with the hive as a whole: its base block, its size, its first bin.
    #[must_use]
    pub fn damage(&self) -> Vec<Damage> {
        let base = self.base_block();
        let mut damage = base.check(self.available());
        let minor = base.minor();
        if seen_layout(self.bins, self.root_cell).is_some() && self.old_layout != (minor == 1) {
            damage.push(Damage::Layout { minor, old_layout: self.old_layout });
        }
        match self.bins.first_chunk::<4>() {
            Some(b"hbin") => {}
            Some(found) => {
                let (at, found) = (CellOffset::new(0), u32::from_be_bytes(*found));
                damage.push(Damage::BinSignature { at, found });
            }
            None => {} // told as truncation
        }
        damage
    }

    /// The root key.
    ///
    /// # Errors
    /// The damage that makes its node unreadable.
    pub fn root(&self) -> Result<Key<'i>, Damage> {
        Key::read(*self, Structure::RootKey, self.root_cell, CellOffset::NONE)
    }

    /// Looks a key up by its path below the root, components separated by backslashes; `""` is the
    /// root. Case is ignored, and so are empty components.
    #[must_use]
    pub fn key(&self, path: &str) -> Lookup<Key<'i>> {
        match self.root() {
            Ok(root) => root.descend(path),
            Err(damage) if path.split('\\').all(str::is_empty) => Lookup::Unreadable(vec![damage]),
            Err(damage) => Lookup::Obscured(vec![damage]),
        }
    }

    /// Where a record's first byte stands in the file: behind the cell's size field.
    #[must_use]
    pub const fn record_file_offset(&self, cell: CellOffset) -> u64 {
        cell.file_offset().wrapping_add(self.cell_header() as u64)
    }

    /// What a cell's size is a multiple of, in bytes.
    #[inline]
    pub(crate) const fn cell_unit(&self) -> u32 {
        if self.old_layout { 16 } else { 8 }
    }

    /// What stands in a cell before its content, in bytes: the size field and, in format 1.1, another one.
    #[inline]
    pub(crate) const fn cell_header(&self) -> u32 {
        if self.old_layout { 8 } else { 4 }
    }

    /// The hive bins data that cells may stand in.
    pub(crate) const fn bin_bytes(&self) -> &'i [u8] {
        self.bins
    }

    /// How values of more than 16,344 bytes are stored.
    pub(crate) const fn big_data(&self) -> BigDataUse {
        self.big_data
    }

    /// Whether cells and names are laid out as in format 1.1.
    pub(crate) const fn old_layout(&self) -> bool {
        self.old_layout
    }

    /// The most entries that a list can have in a hive of this size: a key node takes 80 bytes.
    pub(crate) fn most_keys(&self) -> u32 {
        (len_u32(self.bytes_to_search().len()) / 80).saturating_add(1)
    }

    /// The same hive, as remnants are read: pointers lead into what the living tree has no use for, up to the
    /// end of the file.
    pub(crate) const fn among_remnants(self, map: &'i CellMap) -> Self {
        Self { among_remnants: Some(map), ..self }
    }

    /// The map of what is left over, where remnants are read.
    pub(crate) const fn leftovers(&self) -> Option<&'i CellMap> {
        self.among_remnants
    }

    /// The hive that a remnant's parent is to be read in: the living tree, if it uses the cell.
    pub(crate) fn of_parent(&self, cell: CellOffset) -> Self {
        match self.among_remnants {
            Some(map) if map.is_live(cell) => self.living(),
            _ => *self,
        }
    }

    /// The hive as it is read without regard to remnants.
    ///
    /// Keys and values that are remnants belong to a handle that finds what is left over, and nothing of the living
    /// tree but security records and parents. This is the way back; other handles stay what they are.
    #[must_use]
    pub const fn living(self) -> Self {
        Self { among_remnants: None, ..self }
    }

    /// All bytes that cells can be looked for in, in the file's order, from the first bin on.
    pub(crate) fn bytes_to_search(&self) -> &'i [u8] {
        if self.among_remnants.is_some() { self.rest() } else { self.bins }
    }

    /// The content of an allocated cell: what follows its size field. `from` is who points there.
    ///
    /// Among remnants cells are those that the living tree doesn't use, whatever they are marked as: up to the
    /// end that their old size field tells, or to the end of the space that they stand in.
    #[inline]
    pub(crate) fn cell(
        &self,
        what: Structure,
        at: CellOffset,
        from: CellOffset,
    ) -> Result<&'i [u8], Damage> {
        self.plain_bins().cell(at).map_or_else(|| self.odd_cell(what, at, from), Ok)
    }

    /// Where cells that nothing is wrong with are read at the least cost.
    #[inline]
    pub(crate) const fn plain_bins(&self) -> PlainBins<'i> {
        let is_plain = !self.old_layout && self.among_remnants.is_none();
        PlainBins::new(if is_plain { self.bins } else { &[] })
    }

    /// The same for every layout and place, with what is wrong.
    #[cold]
    #[inline(never)]
    fn odd_cell(
        &self,
        what: Structure,
        at: CellOffset,
        from: CellOffset,
    ) -> Result<&'i [u8], Damage> {
        if at.is_none() {
            return Err(Damage::PointsNowhere { what, from });
        }
        if !at.get().is_multiple_of(8) {
            return Err(Damage::Unaligned { what, at });
        }
        // A security record is shared, and so mostly outlives the keys that go.
        if let Some(map) = self.among_remnants
            && !(what == Structure::KeySecurity && map.is_live(at))
        {
            return self.leftover_cell(map, what, at);
        }
        let limit = self.bins_size();
        let cell = self.bins.get(index(at.get())..).unwrap_or(&[]);
        let Some(raw_size) = i32_at(cell, 0) else {
            return Err(Damage::OutOfBounds { what, at, limit });
        };
        let header = index(self.cell_header());
        let size = raw_size.unsigned_abs();
        if size == 0 || !size.is_multiple_of(self.cell_unit()) {
            return Err(Damage::CellSize { what, at, size });
        }
        if raw_size > 0 {
            return Err(Damage::NotAllocated { what, at });
        }
        let room = len_u32(cell.len());
        cell.get(header..index(size)).ok_or(Damage::CellTooLong { what, at, size, room })
    }

    fn leftover_cell(
        &self,
        map: &CellMap,
        what: Structure,
        at: CellOffset,
    ) -> Result<&'i [u8], Damage> {
        let bytes = self.rest();
        let start = at.get().saturating_add(self.cell_header());
        if index(start) >= bytes.len() {
            return Err(Damage::OutOfBounds { what, at, limit: len_u32(bytes.len()) });
        }
        // Of a cell behind a record in use the size field can be that record's last bytes.
        let space = map.space_at(start).ok_or(Damage::Reallocated { what, at })?;
        // Nodes and values know their own lengths.
        let own = matches!(what, Structure::RootKey | Structure::KeyNode | Structure::KeyValue);
        let told = !own && space.start <= at.get();
        let size = told.then(|| i32_at(bytes, index(at.get()))).flatten();
        let size = size
            .map(i32::unsigned_abs)
            .filter(|size| *size > self.cell_header() && size.is_multiple_of(self.cell_unit()));
        let end = size.map_or(space.end, |size| at.get().saturating_add(size).min(space.end));
        let limit = len_u32(bytes.len());
        bytes.get(index(start)..index(end)).ok_or(Damage::OutOfBounds { what, at, limit })
    }
}

/// Tells from the root cell whether cells are laid out as in 1.1 (the record begins 8 bytes into
/// the cell) or as from 1.2 on (4 bytes); `None` if neither shows. Bytes are believed before the version
/// number, which a damaged base block gets wrong.
fn seen_layout(bins: &[u8], root: CellOffset) -> Option<bool> {
    let cell = bins.get(index(root.get())..)?;
    let nk_at = |offset: usize| cell.get(offset..).and_then(signature) == Some(*b"nk");
    match (nk_at(4), nk_at(8)) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}
