//! On-disk structure of a key node (`nk`).

use bitflags::bitflags;

use crate::bytes::{index, len_u32, signature, u16_at};
use crate::damage::{Damage, LONGEST_KEY_NAME, Structure};
use crate::find::find_subkey;
use crate::hive::Hive;
use crate::list::SubkeyEntry;
use crate::lookup::Lookup;
use crate::name::Name;
use crate::offset::CellOffset;
use crate::plain_bins::PlainBins;
use crate::record::{NamePlace, Record};
use crate::security::KeySecurity;
use crate::subkeys::{SubkeyEntries, Subkeys};
use crate::time::FileTime;
use crate::value::Value;
use crate::values::{Values, find_value};

/// The fixed part of a key node, in bytes: the name follows.
const HEADER_SIZE: usize = 76;
/// Windows allows no deeper trees; it also bounds the way up to the root.
pub(crate) const MOST_LEVELS: usize = 512;

bitflags! {
    /// The flags of a key node. Unknown bits are kept.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct KeyFlags: u16 {
        /// The key is volatile; never set on disk.
        const VOLATILE = 0x0001;
        /// The key is the mount point of another hive; never set on disk.
        const HIVE_EXIT = 0x0002;
        /// The key is the root.
        const ROOT = 0x0004;
        /// The key can't be deleted.
        const NO_DELETE = 0x0008;
        /// The key is a symbolic link; its target stands in the value `SymbolicLinkValue`.
        const SYMLINK = 0x0010;
        /// The name is stored as Latin-1.
        const LATIN1_NAME = 0x0020;
        /// The key is a predefined handle: its value count is a handle, not a count.
        const PREDEFINED_HANDLE = 0x0040;
        const _ = !0;
    }
}

/// A key: its node, read and found to be one.
#[derive(Clone, Copy, Debug)]
pub struct Key<'i> {
    node: Record<'i>,
    /// The key whose list led here; nowhere for the root and for keys reached by offset.
    listed_by: CellOffset,
}

/// A key node that a list led to, without the hive: what a walk that visits each key keeps moving.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListedNode<'i> {
    pub(crate) cell: CellOffset,
    bytes: &'i [u8],
    listed_by: CellOffset,
}

impl<'i> ListedNode<'i> {
    /// Reads a key node that was read before, by the key whose list led to it.
    #[inline]
    pub(crate) fn again(hive: Hive<'i>, cell: CellOffset, listed_by: CellOffset) -> Option<Self> {
        let bytes = match Key::plain_node(hive.plain_bins(), cell) {
            Some(bytes) => bytes,
            None => Key::read(hive, Structure::KeyNode, cell, listed_by).ok()?.node.bytes(),
        };
        Some(Self { cell, bytes, listed_by })
    }

    #[inline]
    pub(crate) const fn key(self, hive: Hive<'i>) -> Key<'i> {
        let node = Record::of(hive, Structure::KeyNode, self.cell, self.bytes);
        Key { node, listed_by: self.listed_by }
    }
}

impl<'i> Key<'i> {
    /// Reads the key node in a cell.
    #[inline]
    pub(crate) fn read(
        hive: Hive<'i>,
        what: Structure,
        cell: CellOffset,
        listed_by: CellOffset,
    ) -> Result<Self, Damage> {
        let node = Record::read(hive, what, cell, listed_by, *b"nk", HEADER_SIZE)?;
        Ok(Self { node, listed_by })
    }

    /// Reads the subkey that an entry of this key's list leads to.
    #[inline]
    pub(crate) fn listed(&self, entry: SubkeyEntry) -> Result<Self, Damage> {
        Self::read(self.hive(), Structure::KeyNode, entry.cell, self.cell())
    }

    /// Takes a cell for a key node whose signature and flags were overwritten.
    pub(crate) fn headless(
        hive: Hive<'i>,
        cell: CellOffset,
        flags: KeyFlags,
    ) -> Result<Self, Damage> {
        let what = Structure::KeyNode;
        let node = Record::headless(hive, what, cell, HEADER_SIZE, flags.bits())?;
        Ok(Self { node, listed_by: CellOffset::NONE })
    }

    /// Whether the key is a remnant: not of the living tree, but read from what is left over in the file.
    #[must_use]
    pub const fn is_remnant(&self) -> bool {
        self.node.hive.leftovers().is_some()
    }

    /// Whether the node's signature and flags were overwritten. Only of remnants such nodes are read.
    #[must_use]
    pub const fn is_headless(&self) -> bool {
        self.node.is_headless()
    }

    /// The hive that the key belongs to.
    #[must_use]
    #[inline]
    pub const fn hive(&self) -> Hive<'i> {
        self.node.hive
    }

    /// The cell of the key node.
    #[must_use]
    #[inline]
    pub const fn cell(&self) -> CellOffset {
        self.node.cell
    }

    /// Where the node's first byte (`nk`) stands in the file.
    #[must_use]
    pub const fn file_offset(&self) -> u64 {
        self.node.file_offset()
    }

    /// The key's flags.
    #[must_use]
    #[inline]
    pub fn flags(&self) -> KeyFlags {
        KeyFlags::from_bits_retain(self.node.u16(2))
    }

    /// When the key was last written: its values, its subkeys' list or its security.
    #[must_use]
    pub fn last_written(&self) -> FileTime {
        FileTime::new(self.node.u64(4))
    }

    /// The cell that the node names as its parent's.
    #[must_use]
    #[inline]
    pub fn parent_cell(&self) -> CellOffset {
        self.node.offset(16)
    }

    /// How many subkeys the node says there are.
    #[must_use]
    #[inline]
    pub fn subkey_count(&self) -> u32 {
        self.node.u32(20)
    }

    /// The byte that tells of layers in format 1.6.
    pub(crate) fn layer_byte(&self) -> u8 {
        let [_, byte] = self.node.u16(12).to_le_bytes();
        byte
    }

    #[inline]
    pub(crate) fn subkey_list(&self) -> CellOffset {
        self.node.offset(28)
    }

    /// How many values the node says there are; none where it is marked as a predefined handle.
    #[must_use]
    #[inline]
    pub fn value_count(&self) -> u32 {
        if self.is_predefined_handle() { 0 } else { self.node.u32(36) }
    }

    #[inline]
    fn is_predefined_handle(&self) -> bool {
        self.flags().contains(KeyFlags::PREDEFINED_HANDLE)
    }

    /// Whether a handle, or what may be one, stands in the place of the value count.
    #[inline]
    pub(crate) fn has_handle(&self) -> bool {
        self.is_predefined_handle() && self.node.u32(36) != 0
    }

    /// Whether the node counts no values and still has a length for the longest name or data of one. Windows
    /// clears both with the last value; its pointer to the list may stay, and lead to another key's.
    #[inline]
    pub(crate) fn has_uncounted_values(&self) -> bool {
        let longest = self.node.u32(60) | self.node.u32(64);
        self.node.u32(36) == 0 && !self.is_predefined_handle() && longest != 0
    }

    /// The length of the longest name that a subkey has or had, as UTF-16 in bytes; 0 says nothing.
    pub(crate) fn longest_subkey_name(&self) -> u32 {
        // The upper half holds flags from Windows XP SP3 on.
        self.node.u32(52) & 0xFFFF
    }

    /// The length of the longest name that a value has or had, as UTF-16 in bytes, and of the longest data; both are 0
    /// where there are no values.
    pub(crate) fn longest_value(&self) -> (u32, u32) {
        (self.node.u32(60), self.node.u32(64))
    }

    #[inline]
    pub(crate) fn value_list(&self) -> CellOffset {
        self.node.offset(40)
    }

    /// The cell of the key's security record.
    #[must_use]
    #[inline]
    pub fn security_cell(&self) -> CellOffset {
        self.node.offset(44)
    }

    /// The key's name.
    ///
    /// # Errors
    /// The name goes on past its cell, is longer than Windows allows, has half a character, or is empty although
    /// the key isn't the root.
    #[inline]
    pub fn name(&self) -> Result<Name<'i>, Damage> {
        let name = self.node.name(self.name_place())?;
        if name.is_empty() && !self.is_root() {
            return Err(Damage::EmptyName { at: self.node.cell });
        }
        Ok(name)
    }

    /// The bytes of the key node in a cell, where there is nothing to be told of it but perhaps of its name. No more than its
    /// first bytes are read: many walks need none of the second line of memory that it stands in.
    #[inline]
    pub(crate) fn plain_node(bins: PlainBins<'i>, cell: CellOffset) -> Option<&'i [u8]> {
        let bytes = bins.cell(cell)?;
        (bytes.len() >= HEADER_SIZE && signature(bytes) == Some(*b"nk")).then_some(bytes)
    }

    /// Whether there is a key node in a cell, and nothing to be told of it or the bounds of its name.
    ///
    /// That reads the node's first and last field, and so both lines of memory that it stands in.
    #[inline]
    pub(crate) fn is_sound_node(bins: PlainBins<'i>, cell: CellOffset) -> bool {
        let Some(bytes) = bins.cell(cell) else { return false };
        let Some(node) = bytes.first_chunk::<HEADER_SIZE>() else { return false };
        let used = HEADER_SIZE.saturating_add(u16_at(node, 72).unwrap_or(u16::MAX).into());
        (signature(node) == Some(*b"nk")) & (used <= bytes.len())
    }

    /// The name of the node in a cell, where there is nothing to be told of either.
    pub(crate) fn sound_name(bins: PlainBins<'i>, cell: CellOffset) -> Option<Name<'i>> {
        let (node, behind) = bins.cell(cell)?.split_first_chunk::<HEADER_SIZE>()?;
        let length = usize::from(u16_at(node, 72)?);
        let name = behind.get(..length)?;
        let latin1 = u16_at(node, 2)? & KeyFlags::LATIN1_NAME.bits() != 0;
        let name = if latin1 { Name::latin1(name) } else { Name::utf16le(name) };
        let sound = signature(node) == Some(*b"nk")
            && (latin1 || length.is_multiple_of(2))
            && (1..=index(LONGEST_KEY_NAME)).contains(&name.length());
        sound.then_some(name)
    }

    pub(crate) fn is_root(&self) -> bool {
        self.node.cell == self.node.hive.root_cell()
    }

    #[inline]
    fn name_place(&self) -> NamePlace {
        name_place(&self.node)
    }

    /// As much of the key's name as stands in its cell: the first 255 UTF-16 units of one that is longer.
    #[must_use]
    pub fn readable_name(&self) -> Name<'i> {
        self.node.readable_name(self.name_place())
    }

    /// The key's class name, if it has one.
    ///
    /// # Errors
    /// The class name's cell can't be read or is too short, or half a character stands at its end.
    #[inline]
    pub fn class_name(&self) -> Result<Option<Name<'i>>, Damage> {
        // Few keys have one.
        match usize::from(self.node.u16(74)) {
            0 => Ok(None),
            length => self.class_of_length(length).map(Some),
        }
    }

    fn class_of_length(&self, length: usize) -> Result<Name<'i>, Damage> {
        let at = self.node.offset(48);
        let what = Structure::ClassName;
        let cell = self.node.hive.cell(what, at, self.node.cell)?;
        let (needed, found) = (len_u32(length), len_u32(cell.len()));
        let bytes = cell.get(..length).ok_or(Damage::TooShort { what, at, needed, found })?;
        if !length.is_multiple_of(2) {
            return Err(Damage::OddName { what, at, length: needed });
        }
        Ok(Name::utf16le(bytes))
    }

    /// The cell of the class name and its length in bytes, if the key has one and it can be read.
    #[inline]
    pub(crate) fn class_cell(&self) -> Result<Option<(CellOffset, usize)>, Damage> {
        let class = self.class_name()?;
        Ok(class.map(|class| (self.node.offset(48), class.bytes().len())))
    }

    /// The cell that the node names for a class name of no bytes.
    pub(crate) fn empty_class(&self) -> Option<CellOffset> {
        let cell = self.node.offset(48);
        (self.node.u16(74) == 0 && !cell.is_none()).then_some(cell)
    }

    /// How many bytes of its cell the node uses.
    pub(crate) fn used(&self) -> usize {
        HEADER_SIZE.saturating_add(self.name_place().length)
    }

    /// The key's security record; `None` where the node names none.
    ///
    /// # Errors
    /// The security cell can't be read.
    #[inline]
    pub fn security(&self) -> Result<Option<KeySecurity<'i>>, Damage> {
        let cell = self.security_cell();
        if cell.is_none() {
            Ok(None)
        } else {
            KeySecurity::read(self.node.hive, cell, self.node.cell).map(Some)
        }
    }

    /// The entries of the key's subkey list, as stored.
    #[must_use]
    #[inline]
    pub fn subkey_entries(&self) -> SubkeyEntries<'i> {
        SubkeyEntries::new(self, self.node.hive.most_keys())
    }

    /// The subkeys, in stored order. Goes on past damage.
    #[must_use]
    #[inline]
    pub fn subkeys(&self) -> Subkeys<'i> {
        Subkeys::new(self, self.subkey_entries())
    }

    /// Looks a subkey up by name.
    #[must_use]
    pub fn subkey(&self, name: &str) -> Lookup<Key<'i>> {
        find_subkey(self, name)
    }

    /// Looks a key up by its path below this one; `""` is this key.
    #[must_use]
    pub fn descend(&self, path: &str) -> Lookup<Key<'i>> {
        let components = path.split('\\').filter(|component| !component.is_empty());
        components
            .fold(Lookup::Found(*self), |key, component| key.and_then(|key| key.subkey(component)))
    }

    /// The values, in stored order. Goes on past damage.
    #[must_use]
    #[inline]
    pub fn values(&self) -> Values<'i> {
        Values::new(self)
    }

    /// Looks a value up by name; `""` is the default value.
    #[must_use]
    pub fn value(&self, name: &str) -> Lookup<Value<'i>> {
        find_value(self, name)
    }

    /// The parent that the node names; `None` for the root.
    ///
    /// # Errors
    /// The parent's node can't be read.
    pub fn parent(&self) -> Result<Option<Key<'i>>, Damage> {
        if self.is_root() {
            return Ok(None);
        }
        let (what, cell, from) = (Structure::KeyNode, self.parent_cell(), self.node.cell);
        let hive = self.node.hive.of_parent(cell);
        let node = Record::read(hive, what, cell, from, *b"nk", HEADER_SIZE)?;
        Ok(Some(Self { node, listed_by: CellOffset::NONE }))
    }

    /// The key's path by the parents that the nodes name, without the root's own name.
    ///
    /// # Errors
    /// A node on the way up can't be read, its name is damaged, or the way up does not end.
    pub fn path(&self) -> Result<String, Damage> {
        let mut names = Vec::new();
        let mut key = *self;
        while let Some(parent) = key.parent()? {
            names.push(key.name()?.to_string());
            if names.len() > MOST_LEVELS {
                return Err(Damage::TooDeep { at: self.node.cell });
            }
            key = parent;
        }
        names.reverse();
        Ok(names.join("\\"))
    }

    /// The key whose list led to this one.
    pub(crate) const fn listed_by(&self) -> CellOffset {
        self.listed_by
    }

    /// Reads bytes of a node that can't be read as one for its name: how far an unreadable key
    /// still says who it is. Bounds are checked, the signature is not.
    pub(crate) fn legible_name(hive: Hive<'i>, cell: CellOffset) -> Option<Name<'i>> {
        let node = Record::unchecked(hive, Structure::KeyNode, cell)?;
        node.name(name_place(&node)).ok().filter(|name| !name.is_empty())
    }
}

#[inline]
fn name_place(node: &Record<'_>) -> NamePlace {
    let latin1 = KeyFlags::from_bits_retain(node.u16(2)).contains(KeyFlags::LATIN1_NAME);
    NamePlace { start: HEADER_SIZE, length: usize::from(node.u16(72)), latin1 }
}
