//! Hive bins and the cells that tile them.

use crate::error::ForgeError;
use crate::spec::Version;

/// Size of a hive bin's header in bytes.
pub(crate) const BIN_HEADER: usize = 32;

/// A bin's size is a multiple of this many bytes.
const BIN_UNIT: usize = 4096;

/// Cell sizes are signed 32-bit numbers, and no cell is larger than the hive.
const LIMIT: usize = 0x7FFF_F000;

/// How cells are laid out: it differs in format 1.1 alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellLayout {
    /// Bytes before the data: the size, and in 1.1 the offset of the cell before.
    pub(crate) header: usize,
    /// A cell's size is a multiple of this many bytes.
    pub(crate) unit: usize,
}

impl CellLayout {
    /// The layout of a version.
    pub(crate) fn of(version: Version) -> Self {
        match version {
            Version::V1_1 => CellLayout { header: 8, unit: 16 },
            _ => CellLayout { header: 4, unit: 8 },
        }
    }

    /// Size of a cell for so many bytes of data.
    pub(crate) fn cell_size(self, data_size: usize) -> usize {
        (data_size + self.header).next_multiple_of(self.unit)
    }

    /// Whether each cell tells where the one before it begins.
    pub(crate) fn has_previous(self) -> bool {
        self.header == 8
    }

    /// The most bytes of data in a cell that fills a bin of 4096 bytes.
    pub(crate) fn most_in_bin(self) -> usize {
        BIN_UNIT - BIN_HEADER - self.header
    }
}

/// The hive bins data while it grows.
///
/// Cells follow one another. One that doesn't fit the current bin opens the next, and what is left of the
/// bin becomes one free cell; one that is larger than an ordinary bin gets a bin of its own size.
pub(crate) struct Bins {
    bytes: Vec<u8>,
    /// Where the next cell goes; the current bin ends where `bytes` does.
    next: usize,
    /// The cell before that one in the same bin.
    previous: Option<usize>,
    /// Where each bin begins.
    starts: Vec<usize>,
    last_written: u64,
    layout: CellLayout,
}

impl Bins {
    /// No bins yet; the first will carry the last-written time (a FILETIME).
    pub(crate) fn new(version: Version, last_written: u64) -> Self {
        Bins {
            bytes: Vec::new(),
            next: 0,
            previous: None,
            starts: Vec::new(),
            last_written,
            layout: CellLayout::of(version),
        }
    }

    /// How the cells are laid out.
    pub(crate) fn layout(&self) -> CellLayout {
        self.layout
    }

    /// Where each bin begins, relative to the hive bins data.
    pub(crate) fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// Allocates a cell for so many bytes of data, all zero, and answers its offset.
    pub(crate) fn allocate(&mut self, data_size: usize) -> Result<u32, ForgeError> {
        let size = self.layout.cell_size(data_size);
        if size > self.bytes.len() - self.next {
            self.open_bin(size)?;
        }
        let cell = self.next;
        self.start_cell(-as_i32(size));
        Ok(as_u32(cell))
    }

    /// Writes data into an allocated cell.
    pub(crate) fn fill(&mut self, cell: u32, data: &[u8]) {
        let start = cell as usize + self.layout.header;
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
        self.set_size(cell as usize, as_i32(self.size(cell)));
    }

    /// Size of a cell in bytes, its header included.
    pub(crate) fn size(&self, cell: u32) -> usize {
        let field = self.bytes[cell as usize..cell as usize + 4].try_into().expect("four bytes");
        i32::from_le_bytes(field).unsigned_abs() as usize
    }

    /// Makes a free cell of what is left of the last bin: nothing more is allocated.
    pub(crate) fn close(&mut self) {
        let left = self.bytes.len() - self.next;
        if left > 0 {
            self.start_cell(as_i32(left));
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
        self.previous = None;
        self.starts.push(start);
        Ok(())
    }

    /// Begins a cell where the next one goes; its size is negative if it is allocated.
    fn start_cell(&mut self, size: i32) {
        let cell = self.next;
        self.set_size(cell, size);
        if self.layout.has_previous() {
            let bin = self.starts.last().copied().unwrap_or(0);
            let previous = self.previous.map_or(u32::MAX, |previous| as_u32(previous - bin));
            self.bytes[cell + 4..cell + 8].copy_from_slice(&previous.to_le_bytes());
        }
        self.previous = Some(cell);
        self.next += size.unsigned_abs() as usize;
    }

    fn set_size(&mut self, cell: usize, size: i32) {
        self.bytes[cell..cell + 4].copy_from_slice(&size.to_le_bytes());
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
        let mut bins = Bins::new(Version::V1_3, 0);
        assert_eq!(bins.allocate(4096 - 32 - 4).unwrap(), 32);
        bins.close();
        assert_eq!(bins.len(), 4096);
        assert_eq!(bins.allocate(1).unwrap(), 4096 + 32);
    }

    #[test]
    fn a_large_cell_gets_a_bin_of_its_size() {
        let mut bins = Bins::new(Version::V1_3, 0);
        bins.allocate(4).unwrap();
        assert_eq!(bins.allocate(20_000).unwrap(), 4096 + 32);
        assert_eq!(bins.len(), 4096 + 20_480);
        bins.close();
        // The free cell that fills the first bin: 4096 - 32 - 8.
        assert_eq!(bins.bytes()[40..44], 4056_i32.to_le_bytes());
    }

    #[test]
    fn cells_of_1_1_are_larger_and_name_the_one_before() {
        let mut bins = Bins::new(Version::V1_1, 0);
        assert_eq!([bins.allocate(1).unwrap(), bins.allocate(9).unwrap()], [32, 48]);
        assert_eq!(bins.allocate(4010).unwrap(), 4096 + 32);
        bins.close();
        let long = |at: usize| i32::from_le_bytes(bins.bytes()[at..at + 4].try_into().unwrap());
        assert_eq!([long(32), long(36), long(48), long(52)], [-16, -1, -32, 32]);
        // The free cell behind them, the first cell of the second bin, and the free cell behind that.
        assert_eq!([long(80), long(84)], [4096 - 80, 48]);
        assert_eq!([long(4128), long(4132), long(8160), long(8164)], [-4032, -1, 32, 32]);
    }

    #[test]
    fn a_hive_has_a_limit() {
        let error = Bins::new(Version::V1_3, 0).open_bin(LIMIT).unwrap_err();
        assert!(matches!(error, ForgeError::TooLarge { what: "a hive", .. }));
    }
}
