//! Hive bins and the cells that tile them.

use crate::error::ForgeError;

/// Size of a hive bin's header in bytes.
const BIN_HEADER: usize = 32;

/// A bin's size is a multiple of this many bytes.
const BIN_UNIT: usize = 4096;

/// A cell's size is a multiple of this many bytes.
const CELL_UNIT: usize = 8;

/// Size of a cell's own size field in bytes.
pub(crate) const CELL_HEADER: usize = 4;

/// Cell sizes are signed 32-bit numbers, and no cell is larger than the hive.
const LIMIT: usize = 0x7FFF_F000;

/// The hive bins data while it grows.
///
/// Cells follow one another. One that doesn't fit the current bin opens the next, and what is left of the
/// bin becomes one free cell; one that is larger than an ordinary bin gets a bin of its own size.
pub(crate) struct Bins {
    bytes: Vec<u8>,
    /// Where the next cell goes; the current bin ends where `bytes` does.
    next: usize,
    last_written: u64,
}

impl Bins {
    /// No bins yet; the first will carry the last-written time (a FILETIME).
    pub(crate) fn new(last_written: u64) -> Self {
        Bins { bytes: Vec::new(), next: 0, last_written }
    }

    /// Allocates a cell for so many bytes of data, all zero, and answers its offset.
    pub(crate) fn allocate(&mut self, data_size: usize) -> Result<u32, ForgeError> {
        let size = (data_size + CELL_HEADER).next_multiple_of(CELL_UNIT);
        if size > self.bytes.len() - self.next {
            self.open_bin(size)?;
        }
        let cell = self.next;
        self.next += size;
        self.set_size(cell, -as_i32(size));
        Ok(as_u32(cell))
    }

    /// Writes data into an allocated cell.
    pub(crate) fn fill(&mut self, cell: u32, data: &[u8]) {
        let start = cell as usize + CELL_HEADER;
        self.bytes[start..start + data.len()].copy_from_slice(data);
    }

    /// Allocates a cell for this data and answers its offset.
    pub(crate) fn store(&mut self, data: &[u8]) -> Result<u32, ForgeError> {
        let cell = self.allocate(data.len())?;
        self.fill(cell, data);
        Ok(cell)
    }

    /// Frees a cell, leaving its bytes.
    pub(crate) fn free(&mut self, cell: u32) {
        let size_field = cell as usize..cell as usize + CELL_HEADER;
        let size = i32::from_le_bytes(self.bytes[size_field].try_into().expect("four bytes"));
        self.set_size(cell as usize, size.abs());
    }

    /// Makes a free cell of what is left of the last bin: nothing more is allocated.
    pub(crate) fn close(&mut self) {
        let left = self.bytes.len() - self.next;
        if left > 0 {
            self.set_size(self.next, as_i32(left));
            self.next = self.bytes.len();
        }
    }

    /// The hive bins data.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Size of the hive bins data in bytes.
    pub(crate) fn len(&self) -> u32 {
        as_u32(self.bytes.len())
    }

    fn open_bin(&mut self, cell_size: usize) -> Result<(), ForgeError> {
        self.close();
        let start = self.bytes.len();
        let size = (BIN_HEADER + cell_size).next_multiple_of(BIN_UNIT);
        if start + size > LIMIT {
            return Err(ForgeError::TooLarge { what: "a hive", size: start + size, limit: LIMIT });
        }
        self.bytes.resize(start + size, 0);
        let header = &mut self.bytes[start..start + BIN_HEADER];
        header[..4].copy_from_slice(b"hbin");
        header[4..8].copy_from_slice(&as_u32(start).to_le_bytes());
        header[8..12].copy_from_slice(&as_u32(size).to_le_bytes());
        if start == 0 {
            header[20..28].copy_from_slice(&self.last_written.to_le_bytes());
        }
        self.next = start + BIN_HEADER;
        Ok(())
    }

    fn set_size(&mut self, cell: usize, size: i32) {
        self.bytes[cell..cell + CELL_HEADER].copy_from_slice(&size.to_le_bytes());
    }
}

// `LIMIT` keeps every offset and size within both types.
fn as_u32(number: usize) -> u32 {
    u32::try_from(number).expect("within the limit")
}

fn as_i32(number: usize) -> i32 {
    i32::try_from(number).expect("within the limit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_fills_a_bin_leaves_no_free_cell() {
        let mut bins = Bins::new(0);
        assert_eq!(bins.allocate(4096 - 32 - 4).unwrap(), 32);
        bins.close();
        assert_eq!(bins.len(), 4096);
        assert_eq!(bins.allocate(1).unwrap(), 4096 + 32);
    }

    #[test]
    fn a_large_cell_gets_a_bin_of_its_size() {
        let mut bins = Bins::new(0);
        bins.allocate(4).unwrap();
        assert_eq!(bins.allocate(20_000).unwrap(), 4096 + 32);
        assert_eq!(bins.len(), 4096 + 20_480);
        bins.close();
        // The free cell that fills the first bin: 4096 - 32 - 8.
        assert_eq!(bins.bytes()[40..44], 4056_i32.to_le_bytes());
    }

    #[test]
    fn a_hive_has_a_limit() {
        let error = Bins::new(0).open_bin(LIMIT).unwrap_err();
        assert!(matches!(error, ForgeError::TooLarge { what: "a hive", .. }));
    }
}
