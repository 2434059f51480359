//! Hives put together by hand, for what no description of a tree can say.

/// Points nowhere.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// The hive bins data of a hive that is being made: one bin, cells one behind the other.
#[derive(Clone)]
pub(crate) struct Raw {
    bins: Vec<u8>,
    old_layout: bool,
}

impl Raw {
    pub(crate) fn new() -> Self {
        let mut bins = vec![0; 32];
        bins[..4].copy_from_slice(b"hbin");
        Self { bins, old_layout: false }
    }

    /// The cell layout of format 1.1: sizes are multiples of 16, and the record begins at byte 8.
    pub(crate) fn old_layout() -> Self {
        Self { old_layout: true, ..Self::new() }
    }

    fn header(&self) -> usize {
        if self.old_layout { 8 } else { 4 }
    }

    /// Adds an allocated cell and answers its offset.
    pub(crate) fn cell(&mut self, data: &[u8]) -> u32 {
        let at = self.bins.len();
        let unit = if self.old_layout { 16 } else { 8 };
        let size = (self.header() + data.len()).next_multiple_of(unit);
        self.bins.extend((-(size as i32)).to_le_bytes());
        self.bins.resize(at + self.header(), 0);
        self.bins.extend(data);
        self.bins.resize(at + size, 0);
        at as u32
    }

    /// Overwrites bytes in a cell's data.
    pub(crate) fn put(&mut self, cell: u32, offset: usize, bytes: &[u8]) {
        let start = cell as usize + self.header() + offset;
        self.bins[start..start + bytes.len()].copy_from_slice(bytes);
    }

    /// Overwrites a cell's size field.
    pub(crate) fn put_size(&mut self, cell: u32, size: i32) {
        self.bins[cell as usize..cell as usize + 4].copy_from_slice(&size.to_le_bytes());
    }

    /// The offset that the next cell will get.
    pub(crate) fn next(&self) -> u32 {
        self.bins.len() as u32
    }

    /// A subkey list without hints.
    pub(crate) fn li(&mut self, keys: &[u32]) -> u32 {
        self.cell(&list(b"li", keys))
    }

    pub(crate) fn ri(&mut self, leaves: &[u32]) -> u32 {
        self.cell(&list(b"ri", leaves))
    }

    /// The file: a base block of that minor version in front, the bin closed.
    pub(crate) fn file(mut self, minor: u32, root: u32) -> Vec<u8> {
        let used = self.bins.len();
        self.bins.resize(used.next_multiple_of(4096), 0);
        if self.bins.len() > used {
            let left = (self.bins.len() - used) as i32;
            self.bins[used..used + 4].copy_from_slice(&left.to_le_bytes());
        }
        let size = self.bins.len() as u32;
        self.bins[8..12].copy_from_slice(&size.to_le_bytes());
        let mut file = vec![0; 4096];
        file[..4].copy_from_slice(b"regf");
        for (offset, number) in
            [(4, 1), (8, 1), (20, 1), (24, minor), (32, 1), (36, root), (40, size), (44, 1)]
        {
            file[offset..offset + 4].copy_from_slice(&u32::to_le_bytes(number));
        }
        file.extend(self.bins);
        seal(&mut file);
        file
    }
}

/// Makes the checksum of a base block fit.
pub(crate) fn seal(file: &mut [u8]) {
    let sum = file[..508]
        .chunks_exact(4)
        .fold(0, |sum, dword| sum ^ u32::from_le_bytes(dword.try_into().unwrap()));
    file[508..512].copy_from_slice(
        &match sum {
            0 => 1_u32,
            u32::MAX => u32::MAX - 1,
            sum => sum,
        }
        .to_le_bytes(),
    );
}

/// A list record: signature, count, offsets.
pub(crate) fn list(signature: &[u8; 2], entries: &[u32]) -> Vec<u8> {
    let mut record = signature.to_vec();
    record.extend((entries.len() as u16).to_le_bytes());
    record.extend(entries.iter().flat_map(|entry| entry.to_le_bytes()));
    record
}

/// What a key node says; the rest is zero.
pub(crate) struct Nk<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) flags: u16,
    pub(crate) parent: u32,
    /// Count and list.
    pub(crate) subkeys: (u32, u32),
    /// Count and list.
    pub(crate) values: (u32, u32),
    /// Length in bytes and cell.
    pub(crate) class: (u16, u32),
}

impl Default for Nk<'_> {
    fn default() -> Self {
        Self {
            name: b"k",
            flags: 0x20,
            parent: NOWHERE,
            subkeys: (0, NOWHERE),
            values: (0, NOWHERE),
            class: (0, NOWHERE),
        }
    }
}

impl Nk<'_> {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut node = vec![0; 76];
        node[..2].copy_from_slice(b"nk");
        node[2..4].copy_from_slice(&self.flags.to_le_bytes());
        for (offset, number) in [
            (16, self.parent),
            (20, self.subkeys.0),
            (28, self.subkeys.1),
            (32, NOWHERE),
            (36, self.values.0),
            (40, self.values.1),
            (44, NOWHERE),
            (48, self.class.1),
        ] {
            node[offset..offset + 4].copy_from_slice(&number.to_le_bytes());
        }
        node[72..74].copy_from_slice(&(self.name.len() as u16).to_le_bytes());
        node[74..76].copy_from_slice(&self.class.0.to_le_bytes());
        node.extend(self.name);
        node
    }
}

/// A key value record of type `REG_BINARY` with a Latin-1 name.
pub(crate) fn vk(name: &[u8], size: u32, data: u32) -> Vec<u8> {
    let mut record = b"vk".to_vec();
    record.extend((name.len() as u16).to_le_bytes());
    for number in [size, data, 3, 1] {
        record.extend(number.to_le_bytes());
    }
    record.extend(name);
    record
}
