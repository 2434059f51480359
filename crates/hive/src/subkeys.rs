//! On-disk structures of subkey lists: `lf`, `lh` and `li` leaves, and the `ri` that joins leaves.

use std::cmp::Ordering;

use crate::bytes::{index, len_u32, signature, u16_at, u32_at};
use crate::damage::{Damage, Signature, Structure};
use crate::duplicates::{Duplicate, duplicates};
use crate::hive::Hive;
use crate::key::Key;
use crate::lookup::Lookup;
use crate::name::{Name, name_hash};
use crate::offset::CellOffset;
use crate::upcase::upcase_unit;

/// Signature and count, in bytes: the entries follow.
const HEADER_SIZE: usize = 4;

/// What a list stores beside a subkey's offset, so that most names need not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Nothing (`li`).
    None,
    /// The first four characters as stored, case kept (`lf`).
    Prefix([u8; 4]),
    /// The hash of the upper-cased name (`lh`).
    Hash(u32),
}

/// How far a hint speaks for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Fits,
    SaysNothing,
    Differs,
}

impl Hint {
    /// Compares with the UTF-16 units of the name that is looked for; `hash` is that name's.
    fn fit(self, name: impl Iterator<Item = u16>, hash: u32) -> Fit {
        match self {
            Self::None | Self::Prefix([0, ..]) => Fit::SaysNothing,
            Self::Hash(stored) if stored == hash => Fit::Fits,
            Self::Prefix(stored) if stored.iter().copied().map(prefix_unit).eq(prefix_of(name)) => {
                Fit::Fits
            }
            Self::Hash(_) | Self::Prefix(_) => Fit::Differs,
        }
    }

    /// Whether an entry that leads to no key is that of a name. `legible` tells whether the bytes where its node should
    /// stand have that name, where they have any.
    pub(crate) fn stands_for(
        self,
        name: impl Iterator<Item = u16>,
        hash: u32,
        legible: Option<bool>,
    ) -> bool {
        match (self, self.fit(name, hash)) {
            (Self::Hash(_), Fit::Fits) => true,
            (_, Fit::Fits) => legible != Some(false),
            (_, Fit::SaysNothing) => legible == Some(true),
            (_, Fit::Differs) => false,
        }
    }

    /// What the hint is and what it should be for a name, if they differ.
    pub(crate) fn mismatch(self, name: &Name<'_>) -> Option<(u32, u32)> {
        match self {
            Self::None | Self::Prefix([0, ..]) => None,
            Self::Hash(stored) => {
                Some((name.list_hash(), stored)).filter(|(expected, found)| expected != found)
            }
            Self::Prefix(stored) => {
                let fits = stored.iter().copied().map(prefix_unit).eq(prefix_of(name.units()));
                let mut expected = [0_u8; 4];
                for (byte, unit) in expected.iter_mut().zip(name.units()) {
                    *byte = u8::try_from(unit).unwrap_or(0);
                }
                (!fits).then(|| (u32::from_be_bytes(expected), u32::from_be_bytes(stored)))
            }
        }
    }
}

fn prefix_unit(byte: u8) -> u16 {
    upcase_unit(u16::from(byte))
}

/// The first four units, upper-cased and filled up with NUL.
fn prefix_of(units: impl Iterator<Item = u16>) -> impl Iterator<Item = u16> {
    units.map(upcase_unit).chain(std::iter::repeat(0)).take(4)
}

/// One entry of a subkey list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubkeyEntry {
    /// The cell of the subkey's node.
    pub cell: CellOffset,
    /// What the list stores of its name.
    pub hint: Hint,
    /// The list's own cell: the leaf's, where leaves are joined by an `ri`.
    pub list: CellOffset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Prefixes,
    Hashes,
    Plain,
    Root,
}

impl Kind {
    const fn entry_size(self) -> usize {
        match self {
            Self::Prefixes | Self::Hashes => 8,
            Self::Plain | Self::Root => 4,
        }
    }
}

/// A list cell, cut into entries.
#[derive(Clone, Debug)]
pub(crate) struct List<'i> {
    cell: CellOffset,
    kind: Kind,
    entries: std::slice::ChunksExact<'i, u8>,
    /// Set where the count promises more entries than the cell holds.
    damage: Option<Damage>,
}

impl<'i> List<'i> {
    pub(crate) fn read(hive: Hive<'i>, at: CellOffset, from: CellOffset) -> Result<Self, Damage> {
        let what = Structure::SubkeyList;
        let cell = hive.cell(what, at, from)?;
        let kind = match signature(cell) {
            Some([b'l', b'f']) => Kind::Prefixes,
            Some([b'l', b'h']) => Kind::Hashes,
            Some([b'l', b'i']) => Kind::Plain,
            Some([b'r', b'i']) => Kind::Root,
            found => {
                let found = Signature(found.unwrap_or_default());
                return Err(Damage::BadSignature { what, at, expected: Signature(*b"lf"), found });
            }
        };
        let said = index(u32::from(u16_at(cell, 2).unwrap_or(0)));
        let body = cell.get(HEADER_SIZE..).unwrap_or(&[]);
        let room = body.chunks_exact(kind.entry_size()).len();
        let damage = (said > room).then(|| Damage::ListTooLong {
            what,
            at,
            said: len_u32(said),
            room: len_u32(room),
        });
        let used = body.get(..said.min(room).saturating_mul(kind.entry_size())).unwrap_or(body);
        Ok(Self { cell: at, kind, entries: used.chunks_exact(kind.entry_size()), damage })
    }

    /// The list's own cell.
    pub(crate) const fn cell(&self) -> CellOffset {
        self.cell
    }

    /// Whether it is an index root, whose entries are leaves.
    pub(crate) fn is_root(&self) -> bool {
        self.kind == Kind::Root
    }

    /// How many bytes of its cell's content it uses from the next entry on, and what stands before the first.
    pub(crate) fn used(&self) -> usize {
        self.entries.len().saturating_mul(self.kind.entry_size()).saturating_add(HEADER_SIZE)
    }

    pub(crate) fn next_entry(&mut self) -> Option<SubkeyEntry> {
        let entry = self.entries.next()?;
        let cell = CellOffset::new(u32_at(entry, 0)?);
        let hint = match self.kind {
            Kind::Prefixes => Hint::Prefix(entry.last_chunk::<4>().copied().unwrap_or_default()),
            Kind::Hashes => Hint::Hash(u32_at(entry, 4)?),
            Kind::Plain | Kind::Root => Hint::None,
        };
        Some(SubkeyEntry { cell, hint, list: self.cell })
    }
}

/// The entries of a key's subkey list, through the `ri` where there is one.
///
/// Damage of the list itself comes as an `Err` in its place; what follows it is still read. The
/// iterator ends on any bytes: after as many entries, and as many leaves, as the hive has room for keys.
#[derive(Clone, Debug)]
pub struct SubkeyEntries<'i> {
    hive: Hive<'i>,
    key: CellOffset,
    said: u32,
    found: u32,
    limit: u32,
    /// How many leaves an index root named.
    leaves: u32,
    state: State<'i>,
    /// Whether some part of the list could not be read, which explains a wrong count.
    broken: bool,
}

#[derive(Clone, Debug)]
enum State<'i> {
    Start(CellOffset),
    Leaf { leaf: List<'i>, root: Option<List<'i>> },
    BetweenLeaves(List<'i>),
    Counting,
    Done,
}

impl<'i> SubkeyEntries<'i> {
    pub(crate) fn new(key: &Key<'i>, limit: u32) -> Self {
        let said = key.subkey_count();
        let list = key.subkey_list();
        let state = if subkey_list_in_use(key) { State::Start(list) } else { State::Done };
        Self {
            hive: key.hive(),
            key: key.cell(),
            said,
            found: 0,
            limit,
            leaves: 0,
            state,
            broken: false,
        }
    }

    /// How much was read so far, in entries: a leaf of an index root counts as one where it has none, so
    /// that sound lists cost what they hold.
    pub(crate) fn cost(&self) -> u32 {
        self.found.max(self.leaves)
    }

    fn endless(&mut self, at: CellOffset) -> Option<Result<SubkeyEntry, Damage>> {
        self.damaged(Damage::EndlessList { what: Structure::SubkeyList, at })
    }

    fn damaged(&mut self, damage: Damage) -> Option<Result<SubkeyEntry, Damage>> {
        self.broken = true;
        Some(Err(damage))
    }
}

/// Whether the key's list is one. A count of 0 is what Windows goes by, and sound hives then have no list. A list
/// of this very key's subkeys is read nevertheless: the count is what is damaged. Anything else is a stale offset.
pub(crate) fn subkey_list_in_use(key: &Key<'_>) -> bool {
    key.subkey_count() != 0 || lists_subkeys_of(key)
}

/// Whether the list that the key names begins with a key that names it as its parent.
fn lists_subkeys_of(key: &Key<'_>) -> bool {
    let first_entry = || {
        let mut list = List::read(key.hive(), key.subkey_list(), key.cell()).ok()?;
        if list.is_root() {
            let leaf = list.next_entry()?.cell;
            list = List::read(key.hive(), leaf, list.cell).ok()?;
        }
        let first = list.next_entry()?.cell;
        Key::read(key.hive(), Structure::KeyNode, first, key.cell()).ok()
    };
    first_entry().is_some_and(|first| first.parent_cell() == key.cell())
}

impl Iterator for SubkeyEntries<'_> {
    type Item = Result<SubkeyEntry, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Start(at) => match List::read(self.hive, at, self.key) {
                    Ok(list) if list.is_root() => self.state = State::BetweenLeaves(list),
                    Ok(leaf) => self.state = State::Leaf { leaf, root: None },
                    Err(damage) => return self.damaged(damage),
                },
                State::BetweenLeaves(mut root) => match root.next_entry() {
                    Some(_) if self.leaves >= self.limit => return self.endless(root.cell),
                    Some(entry) => {
                        self.leaves = self.leaves.saturating_add(1);
                        let leaf = List::read(self.hive, entry.cell, root.cell);
                        match leaf {
                            Ok(leaf) if leaf.is_root() => {
                                self.state = State::BetweenLeaves(root);
                                return self.damaged(Damage::NestedIndexRoot { at: entry.cell });
                            }
                            Ok(leaf) => self.state = State::Leaf { leaf, root: Some(root) },
                            Err(damage) => {
                                self.state = State::BetweenLeaves(root);
                                return self.damaged(damage);
                            }
                        }
                    }
                    None => {
                        self.state = State::Counting;
                        if let Some(damage) = root.damage {
                            return self.damaged(damage);
                        }
                    }
                },
                State::Leaf { mut leaf, root } => match leaf.next_entry() {
                    Some(_) if self.found >= self.limit => return self.endless(leaf.cell),
                    Some(entry) => {
                        self.found = self.found.saturating_add(1);
                        self.state = State::Leaf { leaf, root };
                        return Some(Ok(entry));
                    }
                    None => {
                        self.state = root.map_or(State::Counting, State::BetweenLeaves);
                        if let Some(damage) = leaf.damage {
                            return self.damaged(damage);
                        }
                    }
                },
                State::Counting => {
                    let (at, said, found) = (self.key, self.said, self.found);
                    return (said != found && !self.broken).then_some(Err(Damage::SubkeyCount {
                        at,
                        said,
                        found,
                    }));
                }
                State::Done => return None,
            }
        }
    }
}

/// The subkeys of a key. Damage comes as an `Err` in its place; what follows it is still read.
#[derive(Clone, Debug)]
pub struct Subkeys<'i> {
    hive: Hive<'i>,
    parent: CellOffset,
    entries: SubkeyEntries<'i>,
}

impl<'i> Subkeys<'i> {
    pub(crate) fn new(parent: &Key<'i>, entries: SubkeyEntries<'i>) -> Self {
        Self { hive: parent.hive(), parent: parent.cell(), entries }
    }
}

impl<'i> Iterator for Subkeys<'i> {
    type Item = Result<Key<'i>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next()?;
        Some(
            entry.and_then(|entry| {
                Key::read(self.hive, Structure::KeyNode, entry.cell, self.parent)
            }),
        )
    }
}

/// Looks a subkey up: first where the hash or hint fits, then everywhere else, because only the
/// names themselves prove that a key is not there.
pub(crate) fn find_subkey<'i>(parent: &Key<'i>, name: &str) -> Lookup<Key<'i>> {
    let hive = parent.hive();
    let hash = name_hash(name.encode_utf16());
    let read = |entry: SubkeyEntry| Key::read(hive, Structure::KeyNode, entry.cell, parent.cell());
    let is_named = |key: &Key<'_>| key.name().map(|found| found.eq_ignore_case(name));
    let fitting = |entry: &SubkeyEntry| entry.hint.fit(name.encode_utf16(), hash);

    for entry in parent.subkey_entries().flatten().filter(|entry| fitting(entry) == Fit::Fits) {
        if let Ok(key) = read(entry)
            && is_named(&key) == Ok(true)
        {
            return Lookup::Found(key);
        }
    }

    let (mut its_own, mut others) = (Vec::new(), Vec::new());
    for entry in parent.subkey_entries() {
        let entry = match entry {
            Ok(entry) => entry,
            // More keys than counted: all of them are read here, so nothing is hidden.
            Err(Damage::SubkeyCount { said, found, .. }) if found > said => continue,
            Err(damage) => {
                others.push(damage);
                continue;
            }
        };
        let damage = match read(entry).and_then(|key| Ok((key, key.name()?))) {
            Ok((key, found)) if found.eq_ignore_case(name) => return Lookup::Found(key),
            // The entry was made for this name or one much like it, and no longer leads to its key.
            Ok((_, found)) if fitting(&entry) == Fit::Fits => {
                its_own.extend(wrong_hint(parent.cell(), entry, &found));
                continue;
            }
            Ok(_) => continue,
            Err(damage) => damage,
        };
        let legible = Key::legible_name(hive, entry.cell).map(|found| found.eq_ignore_case(name));
        let is_it = entry.hint.stands_for(name.encode_utf16(), hash, legible);
        if is_it { its_own.push(damage) } else { others.push(damage) }
    }
    Lookup::not_found(its_own, others)
}

/// What is wrong with the hint of an entry in a key's list, by the name of the subkey that it leads to.
pub(crate) fn wrong_hint(at: CellOffset, entry: SubkeyEntry, name: &Name<'_>) -> Option<Damage> {
    let (expected, found) = entry.hint.mismatch(name)?;
    Some(Damage::WrongHint { at, list: entry.list, entry: entry.cell, expected, found })
}

/// What is wrong with a key's subkey list: what can't be read of it, entries that point nowhere,
/// and what makes Windows' binary search miss a key. A subkey whose node is unreadable is that
/// subkey's damage, not the list's. Answers how much of `limit` was used.
pub(crate) fn check_list(key: &Key<'_>, limit: u32, damage: &mut Vec<Damage>) -> u32 {
    let at = key.cell();
    let mut named: Vec<(Name<'_>, SubkeyEntry)> = Vec::new();
    let mut ascending = true;
    let mut entries = SubkeyEntries::new(key, limit);
    for entry in entries.by_ref() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(found) => {
                damage.push(found);
                continue;
            }
        };
        match Key::read(key.hive(), Structure::KeyNode, entry.cell, at) {
            Ok(subkey) => {
                let Ok(name) = subkey.name() else { continue };
                let (list, cell) = (entry.list, entry.cell);
                damage.extend(wrong_hint(at, entry, &name));
                let order = named.last().map(|(previous, _)| previous.cmp_ignore_case(&name));
                ascending &= order.is_none_or(Ordering::is_lt);
                if order.is_some_and(Ordering::is_gt) {
                    damage.push(Damage::OutOfOrder { at, list, entry: cell });
                }
                named.push((name, entry));
            }
            Err(
                found @ (Damage::PointsNowhere { .. }
                | Damage::OutOfBounds { .. }
                | Damage::Unaligned { .. }),
            ) => damage.push(found),
            Err(_) => {}
        }
    }
    // Names that ascend are all different.
    if !ascending {
        let name = |position: usize| named.get(position).map(|(name, entry)| (*name, entry.cell));
        for Duplicate { first, again } in duplicates(named.len(), name) {
            damage.push(if first == again {
                Damage::ListedTwice { at: again }
            } else {
                Damage::DuplicateKey { at, entry: again, first }
            });
        }
    }
    entries.cost()
}
