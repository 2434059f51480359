//! Where in the tree each key stands, by the lists that led to it.

use std::cell::OnceCell;

use crate::bytes::{index, len_u32};
use crate::damage::Structure;
use crate::hive::Hive;
use crate::key::Key;
use crate::offset::CellOffset;

/// The parent of the root.
const NOBODY: u32 = u32::MAX;
/// What the paths of all findings may add up to, in bytes.
const MOST_PATH_BYTES: usize = 8 << 20;
/// Stands for the keys above in a path that is cut.
const CUT: &str = "...\\";

/// The keys that a walk met, as a tree. It takes 16 bytes a key, a key node at least 80.
pub(super) struct Seats<'i> {
    hive: Hive<'i>,
    seats: Vec<Seat>,
    /// The way from the root to the key that was met last.
    way: Vec<u32>,
    /// The seats, in the order of the keys' cells; made when one is looked up.
    by_cell: OnceCell<Vec<u32>>,
    path_bytes_left: usize,
}

#[derive(Clone, Copy)]
struct Seat {
    cell: CellOffset,
    /// Another seat.
    parent: u32,
    /// The seat right below the root.
    branch: u32,
}

impl<'i> Seats<'i> {
    pub(super) const fn new(hive: Hive<'i>) -> Self {
        Self {
            hive,
            seats: Vec::new(),
            way: Vec::new(),
            by_cell: OnceCell::new(),
            path_bytes_left: MOST_PATH_BYTES,
        }
    }

    /// Adds the key that a walk met next, so many levels below the root.
    pub(super) fn add(&mut self, cell: CellOffset, depth: usize) {
        let seat = len_u32(self.seats.len());
        self.way.truncate(depth);
        let parent = self.way.last().copied().unwrap_or(NOBODY);
        self.way.push(seat);
        let branch = self.way.get(1).copied().unwrap_or(NOBODY);
        self.seats.push(Seat { cell, parent, branch });
        self.by_cell.take();
    }

    fn by_cell(&self) -> &[u32] {
        self.by_cell.get_or_init(|| {
            let mut by_cell: Vec<u32> = (0..len_u32(self.seats.len())).collect();
            by_cell.sort_unstable_by_key(|&seat| self.get(seat).map(|seat| seat.cell));
            by_cell
        })
    }

    /// The cell of the key on the way to the one that was met last, so many levels below the root.
    pub(super) fn way(&self, depth: usize) -> Option<CellOffset> {
        Some(self.get(*self.way.get(depth)?)?.cell)
    }

    fn get(&self, seat: u32) -> Option<Seat> {
        self.seats.get(index(seat)).copied()
    }

    fn find(&self, cell: CellOffset) -> Option<Seat> {
        let cell_of = |seat: &u32| self.get(*seat).map(|seat| seat.cell);
        let by_cell = self.by_cell();
        let place = by_cell.binary_search_by_key(&Some(cell), cell_of).ok()?;
        self.get(*by_cell.get(place)?)
    }

    /// The cell of the key right below the root that stands above a key, or is it; `None` for the root.
    pub(super) fn branch(&self, cell: CellOffset) -> Option<CellOffset> {
        Some(self.get(self.find(cell)?.branch)?.cell)
    }

    /// The key's name, as far as it can be read.
    pub(super) fn name(&self, cell: CellOffset) -> String {
        let key = Key::read(self.hive, Structure::KeyNode, cell, CellOffset::NONE);
        key.map(|key| key.readable_name().to_string()).unwrap_or_default()
    }

    /// The key's path below the root; `None` for what no walk met. It is cut where paths got too many.
    pub(super) fn path(&mut self, cell: CellOffset) -> Option<String> {
        let mut seat = self.find(cell)?;
        let mut names = Vec::new();
        let mut length = 0_usize;
        // Parents come before their subkeys, so this ends.
        while let Some(parent) = self.get(seat.parent) {
            let name = self.name(seat.cell);
            length = length.saturating_add(name.len()).saturating_add(1);
            if length > self.path_bytes_left {
                // What was in vain has cost as much as what was not.
                self.path_bytes_left = 0;
                let own = names.pop().unwrap_or(name);
                return Some(format!("{CUT}{own}"));
            }
            names.insert(0, name);
            seat = parent;
        }
        self.path_bytes_left = self.path_bytes_left.saturating_sub(length);
        Some(names.join("\\"))
    }
}
