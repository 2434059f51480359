//! Writes transaction logs for tests, from the format notes and not from the reader's code.

use std::collections::BTreeSet;

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::{Evidence, Hive, Image};

use crate::raw::seal;

/// A hive with `values` numbered keys that hold `data` each.
pub(crate) fn hive(keys: u32, data: &str) -> Vec<u8> {
    let mut root = KeySpec::new("ROOT");
    root.at("Select").set_value(ValueSpec::sz("What", data));
    for number in 0..keys {
        root.at(&format!("Key{number:05}")).set_value(ValueSpec::sz("Data", data));
    }
    let mut file = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
    put(&mut file, 12, 1000);
    put(&mut file, 16, 0);
    // The first bin bears the time of the same flush.
    file.copy_within(12..20, 4096 + 20);
    name(&mut file, "emRoot\\System32\\Config\\SYSTEM");
    file
}

/// Gives the base block a file name.
pub(crate) fn name(file: &mut [u8], name: &str) {
    file[48..112].fill(0);
    for (place, unit) in file[48..110].chunks_exact_mut(2).zip(name.encode_utf16()) {
        place.copy_from_slice(&unit.to_le_bytes());
    }
    seal(file);
}

pub(crate) fn get(file: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
}

/// Overwrites a number in the base block and makes its checksum fit.
pub(crate) fn put(file: &mut [u8], at: usize, number: u32) {
    file[at..at + 4].copy_from_slice(&number.to_le_bytes());
    seal(file);
}

/// The hive with these sequence numbers.
pub(crate) fn sequence(mut file: Vec<u8>, primary: u32, secondary: u32) -> Vec<u8> {
    put(&mut file, 4, primary);
    put(&mut file, 8, secondary);
    file
}

/// Each value of the hive as `path: data`.
pub(crate) fn tree(hive: Hive<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for visit in hive.root().unwrap().walk() {
        assert!(visit.damage.is_empty(), "{:?}", visit.damage);
        lines.push(format!("{} {:?}", visit.path, visit.key.last_written()));
        for read in &visit.values {
            lines.push(format!("{}: {:?}", visit.path, read.data.bytes));
        }
    }
    lines
}

pub(crate) fn assert_tree(image: &Image, expected: &[u8]) {
    assert_eq!(tree(image.hive()), tree(Hive::parse(expected).unwrap()), "{:#?}", image.recovery());
    assert!(!image.hive().base_block().is_dirty());
    assert!(!image.recovery().is_dirty);
    let clean = image.clean_bytes();
    let hive = Hive::parse(&clean).unwrap();
    assert_eq!(hive.damage(), []);
    assert!(!hive.base_block().is_dirty());
    assert_eq!(clean[4096..], image.bytes()[4096..4096 + get(expected, 40) as usize]);
}

/// The image of a primary and its logs, in memory.
pub(crate) fn recover(primary: &[u8], logs: &[(&str, &[u8])]) -> Image {
    let mut evidence = Evidence::from_bytes("SYSTEM", primary).unwrap();
    for (name, log) in logs {
        evidence = evidence.with_file(*name, *log);
    }
    let image = Image::recover(evidence);
    crate::mapped::assert_mapped_gives(&image);
    image
}

/// What recovery says of the file with that name.
pub(crate) fn why<'i>(image: &'i Image, name: &str) -> &'i str {
    &image.recovery().files.iter().find(|file| file.path == name).unwrap().why
}

/// The first sector of a log for this hive.
fn base(hive: &[u8], file_type: u32, sequence: u32) -> Vec<u8> {
    let mut sector = hive[..512].to_vec();
    for (at, number) in [(4, sequence), (8, sequence), (28, file_type)] {
        put(&mut sector, at, number);
    }
    sector
}

/// The 512-byte pages in which `after` differs from `before`, in whole blocks of 4096 bytes as Windows marks them.
pub(crate) fn dirty(before: &[u8], after: &[u8]) -> BTreeSet<u32> {
    let blocks = after[4096..].chunks(4096).enumerate();
    let changed = blocks.filter(|(number, block)| {
        before.get(4096 * (number + 1)..4096 * (number + 2)) != Some(block)
    });
    changed.flat_map(|(number, _)| (0..8).map(move |page| (number * 8 + page) as u32)).collect()
}

/// An old-format log with these 512-byte pages of `after`, for a disk with sectors of 512 * `factor` bytes.
pub(crate) fn old_log(
    after: &[u8],
    pages: &BTreeSet<u32>,
    sequence: u32,
    file_type: u32,
    factor: u32,
) -> Vec<u8> {
    let sector = 512 * factor as usize;
    let mut log = base(after, file_type, sequence);
    put(&mut log, 44, factor);
    log.resize(sector, 0);
    log.extend(b"DIRT");
    let mut bitmap = vec![0_u8; (get(after, 40) / 4096) as usize];
    for page in pages {
        bitmap[*page as usize / 8] |= 1 << (page % 8);
    }
    log.extend(bitmap);
    log.resize(log.len().next_multiple_of(sector), 0);
    for page in pages {
        log.extend(&after[4096 + *page as usize * 512..][..512]);
    }
    log
}

/// An entry of a new-format log.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) sequence: u32,
    pub(crate) bins_size: u32,
    pub(crate) flags: u32,
    /// Offset and bytes.
    pub(crate) pages: Vec<(u32, Vec<u8>)>,
}

impl Entry {
    /// What makes `before` `after`.
    pub(crate) fn between(sequence: u32, before: &[u8], after: &[u8]) -> Self {
        let pages = dirty(before, after)
            .into_iter()
            .step_by(8)
            .map(|page| (page * 512, after[4096 + page as usize * 512..][..4096].to_vec()))
            .collect();
        Self { sequence, bins_size: get(after, 40), flags: 0, pages }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (offset, page) in &self.pages {
            body.extend(offset.to_le_bytes());
            body.extend((page.len() as u32).to_le_bytes());
        }
        body.extend(self.pages.iter().flat_map(|(_, page)| page));
        body.resize((body.len() + 40).next_multiple_of(512) - 40, 0);
        let mut entry = b"HvLE".to_vec();
        for number in [
            body.len() as u32 + 40,
            self.flags,
            self.sequence,
            self.bins_size,
            self.pages.len() as u32,
        ] {
            entry.extend(number.to_le_bytes());
        }
        entry.resize(40, 0);
        entry.extend(body);
        rehash(&mut entry);
        entry
    }
}

/// Makes both hashes of an entry fit.
pub(crate) fn rehash(entry: &mut [u8]) {
    let first = marvin(&entry[40..]);
    entry[24..32].copy_from_slice(&first.to_le_bytes());
    let second = marvin(&entry[..32]);
    entry[32..40].copy_from_slice(&second.to_le_bytes());
}

/// A new-format log whose base block carries the first entry's sequence number.
pub(crate) fn new_log(hive: &[u8], entries: &[Entry]) -> Vec<u8> {
    new_log_of(hive, entries[0].sequence, &entries.iter().map(Entry::bytes).collect::<Vec<_>>())
}

pub(crate) fn new_log_of(hive: &[u8], sequence: u32, entries: &[Vec<u8>]) -> Vec<u8> {
    [base(hive, 6, sequence), entries.concat()].concat()
}

/// Marvin32 over 64-bit halves of the state, as its description for .NET has it: mix in words, then the rest of
/// the bytes behind which stands 0x80, then nothing once more.
fn marvin(bytes: &[u8]) -> u64 {
    let mut words: Vec<u32> = bytes
        .chunks(4)
        .filter(|chunk| chunk.len() == 4)
        .map(|chunk| u32::from_le_bytes(chunk.try_into().unwrap()))
        .collect();
    let rest = &bytes[words.len() * 4..];
    words.push(rest.iter().rev().fold(0x80, |word, byte| word << 8 | u32::from(*byte)));
    words.push(0);
    let (mut p0, mut p1) = (0x7A4E_55C5_u32, 0x82EF_4D88_u32);
    for word in words {
        p0 = p0.wrapping_add(word);
        p1 ^= p0;
        p0 = p0.rotate_left(20);
        p0 = p0.wrapping_add(p1);
        p1 = p1.rotate_left(9);
        p1 ^= p0;
        p0 = p0.rotate_left(27);
        p0 = p0.wrapping_add(p1);
        p1 = p1.rotate_left(19);
    }
    u64::from(p1) << 32 | u64::from(p0)
}
