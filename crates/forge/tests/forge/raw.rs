//! A small parser that believes what it reads; it panics where a hive isn't sound.

use std::collections::BTreeMap;

pub(crate) const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Copy)]
pub(crate) struct Raw<'a>(pub(crate) &'a [u8]);

/// A key node's fields, with what they point at where that is plain bytes.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) flags: u16,
    pub(crate) last_written: u64,
    pub(crate) parent: u32,
    pub(crate) subkey_count: u32,
    pub(crate) list: u32,
    pub(crate) value_count: u32,
    pub(crate) value_list: u32,
    pub(crate) security: u32,
    pub(crate) class: Option<Vec<u16>>,
    pub(crate) class_cell: u32,
    pub(crate) largest: [u32; 4],
    pub(crate) layer: u8,
    pub(crate) name: Vec<u16>,
}

/// An entry of a subkey list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) node: u32,
    pub(crate) hint: [u8; 4],
}

/// A value, with every cell that it takes.
pub(crate) struct Value {
    pub(crate) name: Vec<u16>,
    pub(crate) type_code: u32,
    pub(crate) data: Vec<u8>,
    pub(crate) cells: Vec<u32>,
}

impl<'a> Raw<'a> {
    /// Minor version number.
    pub(crate) fn minor(&self) -> u32 {
        self.number(24)
    }

    /// Bytes before a cell's data, and what its size is a multiple of.
    pub(crate) fn cell_layout(&self) -> (u32, u32) {
        if self.minor() == 1 { (8, 16) } else { (4, 8) }
    }

    pub(crate) fn number(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap())
    }

    /// Every cell by offset: size, and whether it is allocated. Fails where bins or cells leave a gap.
    pub(crate) fn cells(&self) -> BTreeMap<u32, (u32, bool)> {
        let mut cells = BTreeMap::new();
        let size = self.number(40);
        let mut bin = 0;
        while bin < size {
            let at = 4096 + bin as usize;
            assert_eq!(&self.0[at..at + 4], b"hbin");
            assert_eq!(self.number(at + 4), bin);
            let end = bin + self.number(at + 8);
            assert_eq!(end % 4096, 0);
            let mut cell = bin + 32;
            let mut previous = NOWHERE;
            while cell < end {
                let size = self.number(4096 + cell as usize).cast_signed();
                assert_eq!(size.unsigned_abs() % self.cell_layout().1, 0);
                assert_ne!(size, 0);
                if self.minor() == 1 {
                    assert_eq!(self.number(4096 + cell as usize + 4), previous);
                    previous = cell - bin;
                }
                cells.insert(cell, (size.unsigned_abs(), size < 0));
                cell += size.unsigned_abs();
            }
            assert_eq!(cell, end, "cells tile the bin");
            bin = end;
        }
        assert_eq!(bin, size, "bins tile the hive");
        cells
    }

    pub(crate) fn root(&self) -> u32 {
        self.number(36)
    }

    /// Where in the file a cell's data begins.
    pub(crate) fn data_at(&self, cell: u32) -> usize {
        4096 + (self.cell_layout().0 + cell) as usize
    }

    /// The data of an allocated cell.
    pub(crate) fn cell(&self, cell: u32) -> &'a [u8] {
        let at = 4096 + cell as usize;
        let size = self.number(at).cast_signed();
        assert!(size < 0, "cell {cell:#x} is allocated");
        &self.0[at + self.cell_layout().0 as usize..at + size.unsigned_abs() as usize]
    }

    pub(crate) fn node(&self, cell: u32) -> Node {
        let record = self.cell(cell);
        assert_eq!(&record[..2], b"nk");
        let flags = short(record, 2);
        let class_cell = long(record, 48);
        let class_length = usize::from(short(record, 74));
        Node {
            flags,
            last_written: u64::from_le_bytes(record[4..12].try_into().unwrap()),
            parent: long(record, 16),
            subkey_count: long(record, 20),
            list: long(record, 28),
            value_count: long(record, 36),
            value_list: long(record, 40),
            security: long(record, 44),
            class: (class_cell != NOWHERE)
                .then(|| units(&self.cell(class_cell)[..class_length], false)),
            class_cell,
            largest: [52, 56, 60, 64].map(|at| long(record, at)),
            layer: record[13],
            name: units(&record[76..76 + usize::from(short(record, 72))], flags & 0x20 != 0),
        }
    }

    /// The leaves of a list, each with its cell and signature, and the `ri` cell where there is one.
    pub(crate) fn leaves(&self, list: u32) -> (Option<u32>, Vec<(u32, [u8; 2])>) {
        let record = self.cell(list);
        let signature = [record[0], record[1]];
        if &signature != b"ri" {
            return (None, vec![(list, signature)]);
        }
        let leaves = (0..usize::from(short(record, 2))).map(|leaf| {
            let leaf = long(record, 4 + 4 * leaf);
            (leaf, self.cell(leaf)[..2].try_into().unwrap())
        });
        (Some(list), leaves.collect())
    }

    pub(crate) fn entries(&self, list: u32) -> Vec<Entry> {
        if list == NOWHERE {
            return Vec::new();
        }
        let leaves = self.leaves(list).1.into_iter().map(|(leaf, _)| self.cell(leaf));
        leaves
            .flat_map(|leaf| {
                let size = if self.minor() < 3 { 4 } else { 8 };
                let entries = &leaf[4..4 + size * usize::from(short(leaf, 2))];
                entries.chunks_exact(size).map(move |entry| Entry {
                    node: long(entry, 0),
                    hint: entry[4..].try_into().unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The key at a path of exact names.
    pub(crate) fn find(&self, path: &str) -> u32 {
        path.split('\\').filter(|name| !name.is_empty()).fold(self.root(), |key, name| {
            let name: Vec<u16> = name.encode_utf16().collect();
            let entries = self.entries(self.node(key).list);
            entries.iter().find(|entry| self.node(entry.node).name == name).unwrap().node
        })
    }

    pub(crate) fn value_cells(&self, node: &Node) -> Vec<u32> {
        (0..node.value_count as usize)
            .map(|value| long(self.cell(node.value_list), 4 * value))
            .collect()
    }

    pub(crate) fn value(&self, cell: u32) -> Value {
        let record = self.cell(cell);
        assert_eq!(&record[..2], b"vk");
        let size = (long(record, 4) & 0x7FFF_FFFF) as usize;
        let offset = long(record, 8);
        let flags = short(record, 16);
        let mut cells = vec![cell];
        let data = if long(record, 4) & 0x8000_0000 != 0 {
            record[8..8 + size].to_vec()
        } else if size > 16_344 && self.minor() > 3 {
            let big = self.cell(offset);
            assert_eq!(&big[..2], b"db");
            let list = long(big, 4);
            cells.extend([offset, list]);
            let mut data = Vec::new();
            for segment in 0..usize::from(short(big, 2)) {
                let segment = long(self.cell(list), 4 * segment);
                cells.push(segment);
                data.extend(&self.cell(segment)[..(size - data.len()).min(16_344)]);
            }
            data
        } else if flags & 2 != 0 {
            assert_eq!((size, offset), (0, NOWHERE));
            Vec::new()
        } else {
            cells.push(offset);
            self.cell(offset)[..size].to_vec()
        };
        let name_length = usize::from(short(record, 2));
        Value {
            name: units(&record[20..20 + name_length], flags & 1 != 0),
            type_code: long(record, 12),
            data,
            cells,
        }
    }

    /// Next, previous, references and descriptor of a security cell.
    pub(crate) fn security(&self, cell: u32) -> (u32, u32, u32, &'a [u8]) {
        let record = self.cell(cell);
        assert_eq!(&record[..2], b"sk");
        let size = long(record, 16) as usize;
        (long(record, 4), long(record, 8), long(record, 12), &record[20..20 + size])
    }
}

pub(crate) fn short(record: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(record[at..at + 2].try_into().unwrap())
}

pub(crate) fn long(record: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(record[at..at + 4].try_into().unwrap())
}

fn units(bytes: &[u8], latin1: bool) -> Vec<u16> {
    if latin1 {
        bytes.iter().map(|&byte| byte.into()).collect()
    } else {
        bytes.chunks_exact(2).map(|unit| u16::from_le_bytes(unit.try_into().unwrap())).collect()
    }
}
