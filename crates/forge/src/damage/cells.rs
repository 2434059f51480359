//! Faults of hive bins, and what Windows does with free cells.

use std::collections::BTreeMap;

use crate::base_block;
use crate::bins::BIN_HEADER;
use crate::damage::Breaker;
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key_node;

impl Breaker<'_> {
    pub(super) fn break_bin(&mut self, fault: &Fault, bin: usize) -> Result<(), ForgeError> {
        let Some(&start) = self.laid.bins.starts().get(bin) else {
            let reason = "there is no such bin";
            return Err(ForgeError::FaultNotPossible { fault: fault.name(), reason });
        };
        let header = base_block::SIZE + start;
        match fault {
            Fault::BinOffset { offset, .. } => self.put(header + 4, offset.to_le_bytes()),
            Fault::BinSize { size, .. } => self.put(header + 8, size.to_le_bytes()),
            _ => self.put(header, [0; 4]),
        }
        Ok(())
    }

    /// Makes one cell of free neighbours.
    pub(super) fn coalesce(&mut self) {
        for bin in self.cells() {
            let mut before: Option<(u32, i32)> = None;
            for cell in bin {
                let size = self.size(cell);
                before = match before {
                    Some((first, free)) if size > 0 => {
                        let sum = free.saturating_add(size);
                        self.put(base_block::SIZE + first as usize, sum.to_le_bytes());
                        Some((first, sum))
                    }
                    _ if size > 0 => Some((cell, size)),
                    _ => None,
                };
            }
        }
        self.name_previous();
    }

    /// Chains the free cells of each size.
    pub(super) fn link(&mut self) {
        let mut chains: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
        for cell in self.cells().into_iter().flatten() {
            let size = self.size(cell);
            if size > 0 {
                chains.entry(size).or_default().push(cell);
            }
        }
        let both_ways = self.laid.bins.layout().has_previous();
        for chain in chains.into_values() {
            for (position, &cell) in chain.iter().enumerate() {
                let at = self.data(cell);
                let neighbour = |position: Option<usize>| {
                    let cell = position.and_then(|position| chain.get(position)).copied();
                    cell.unwrap_or(key_node::NOWHERE).to_le_bytes()
                };
                self.put(at, neighbour(position.checked_add(1)));
                if both_ways {
                    self.put(at + 4, neighbour(position.checked_sub(1)));
                }
            }
        }
    }

    /// Writes into each cell where the one before it begins, where the version has that.
    pub(super) fn name_previous(&mut self) {
        if !self.laid.bins.layout().has_previous() {
            return;
        }
        for bin in self.cells() {
            let start = bin.first().map_or(0, |first| first - as_u32(BIN_HEADER));
            let mut previous = key_node::NOWHERE;
            for cell in bin {
                self.put(base_block::SIZE + cell as usize + 4, previous.to_le_bytes());
                previous = cell - start;
            }
        }
    }

    /// The cells of each bin, as far as their sizes lead.
    fn cells(&self) -> Vec<Vec<u32>> {
        let starts = self.laid.bins.starts();
        let ends = starts.iter().skip(1).copied().chain([self.laid.bins.bytes().len()]);
        let layout = self.laid.bins.layout();
        starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| {
                let mut cells = Vec::new();
                let mut cell = start + BIN_HEADER;
                while cell + layout.unit <= end {
                    let at = as_u32(cell);
                    cells.push(at);
                    cell += (self.size(at).unsigned_abs() as usize).max(layout.unit);
                }
                cells
            })
            .collect()
    }
}

fn as_u32(number: usize) -> u32 {
    u32::try_from(number).expect("within the hive")
}
