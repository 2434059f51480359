//! Faults of values, their lists and their data.

use crate::base_block;
use crate::damage::{Breaker, NOWHERE};
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key_node;
use crate::shape::not_applicable;

/// Offset of the number of segments within a `db` record, a 16-bit number.
const SEGMENT_COUNT: usize = 2;

impl Breaker<'_> {
    pub(super) fn break_value(
        &mut self,
        fault: &Fault,
        key: &str,
        value: &str,
    ) -> Result<(), ForgeError> {
        let (index, position) = self.tree.find_value(fault, key, value)?;
        let placed = &self.laid.keys[index].values[position];
        match fault {
            Fault::ValueListHole { .. } => {
                let listed = self.tree.nodes[index].listed_values().position(|at| at == position);
                let list = self.laid.keys[index].value_list;
                let (Some(listed), Some(list)) = (listed, list) else {
                    return Err(not_applicable(fault, key, "the value was deleted"));
                };
                let entry = self.data(list) + 4 * listed;
                self.put(entry, NOWHERE);
            }
            Fault::DataCutShort { .. } | Fault::FreedData { .. } => {
                let Some(&first) = placed.data.first() else {
                    let reason = "the value's data has no cell of its own";
                    return Err(not_applicable(fault, key, reason));
                };
                if let Fault::FreedData { .. } = fault {
                    self.free(placed.index.first().copied().unwrap_or(first));
                } else {
                    self.cut(fault, key, first)?;
                }
            }
            Fault::SegmentCount { .. } | Fault::SegmentMissing { .. } => {
                let &[record, list] = placed.index.as_slice() else {
                    return Err(not_applicable(fault, key, "the value's data has no segments"));
                };
                let segments = placed.data.len();
                match *fault {
                    Fault::SegmentCount { count, .. } => {
                        let at = self.data(record) + SEGMENT_COUNT;
                        self.put(at, count.to_le_bytes());
                    }
                    Fault::SegmentMissing { segment, .. } if segment < segments => {
                        let at = self.data(list) + 4 * segment;
                        self.put(at, NOWHERE);
                    }
                    _ => return Err(not_applicable(fault, key, "there is no such segment")),
                }
            }
            Fault::FreedValue { .. } => self.free(placed.record),
            _ => {
                let record = self.data(placed.record);
                self.put(record, [0; 2]);
            }
        }
        Ok(())
    }

    pub(super) fn break_value_list(&mut self, fault: &Fault, key: &str) -> Result<(), ForgeError> {
        let (index, node) = self.key(fault, key)?;
        if let Fault::ValueCount { count, .. } = fault {
            let at = self.data(node) + key_node::VALUE_COUNT;
            self.put(at, count.to_le_bytes());
            return Ok(());
        }
        let list = self.laid.keys[index].value_list;
        self.free(list.ok_or_else(|| not_applicable(fault, key, "it has no values"))?);
        Ok(())
    }

    /// Makes two cells of one, the second of them free.
    fn cut(&mut self, fault: &Fault, key: &str, cell: u32) -> Result<(), ForgeError> {
        let unit = self.laid.bins.layout().unit;
        let size = self.size(cell).unsigned_abs() as usize;
        let kept = size / 2 / unit * unit;
        if kept == 0 {
            return Err(not_applicable(fault, key, "the cell is as small as can be"));
        }
        let (start, sign) = (base_block::SIZE + cell as usize, self.size(cell).signum());
        let half = |bytes: usize| i32::try_from(bytes).expect("half of a cell");
        self.put(start, (sign * half(kept)).to_le_bytes());
        self.put(start + kept, half(size - kept).to_le_bytes());
        self.name_previous();
        Ok(())
    }
}
