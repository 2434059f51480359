//! Faults of security cells and their ring.

use crate::damage::Breaker;
use crate::error::ForgeError;
use crate::fault::Fault;
use crate::shape::not_applicable;

/// Offset of the next cell in the ring within the record.
const FLINK: usize = 4;
/// Offset of the previous cell in the ring within the record.
const BLINK: usize = 8;
/// Offset of the number of keys that refer to the record.
const COUNT: usize = 12;

impl Breaker<'_> {
    pub(super) fn break_security(&mut self, fault: &Fault, key: &str) -> Result<(), ForgeError> {
        let (index, node) = self.key(fault, key)?;
        let Some(cell) = self.tree.nodes[index].security.map(|wanted| self.laid.security[wanted])
        else {
            return Err(not_applicable(fault, key, "it has no security cell"));
        };
        let alone = self.field(cell, FLINK) == cell;
        match fault {
            Fault::SecurityRingSelf { .. } | Fault::SecurityBlink { .. } if alone => {
                return Err(not_applicable(fault, key, "there is one security cell alone"));
            }
            Fault::SecurityRingSelf { .. } => self.put_field(cell, FLINK, cell),
            Fault::SecurityRingAstray { .. } => self.put_field(cell, FLINK, node),
            Fault::SecurityBlink { .. } => self.put_field(cell, BLINK, cell),
            Fault::SecurityCount { count, .. } => self.put_field(cell, COUNT, *count),
            Fault::UnreadableSecurity { .. } => self.put(self.data(cell), [0; 2]),
            _ => self.free(cell),
        }
        Ok(())
    }

    /// Leads from the ring's last member to its second.
    pub(super) fn unclose_ring(&mut self, fault: &Fault) -> Result<(), ForgeError> {
        let first = self.tree.nodes[0].security.map(|wanted| self.laid.security[wanted]);
        let ring = first.map(|first| (first, self.field(first, FLINK), self.field(first, BLINK)));
        match ring {
            Some((first, second, last)) if second != first => {
                self.put_field(last, FLINK, second);
                Ok(())
            }
            _ => Err(ForgeError::FaultNotPossible {
                fault: fault.name(),
                reason: "there are fewer than two security cells",
            }),
        }
    }

    fn field(&self, cell: u32, field: usize) -> u32 {
        u32::from_le_bytes(self.get(self.data(cell) + field))
    }

    fn put_field(&mut self, cell: u32, field: usize, number: u32) {
        let at = self.data(cell) + field;
        self.put(at, number.to_le_bytes());
    }
}
