//! Transaction logs: their bytes by the format's description, and against logs that Windows wrote.

use coldhive_forge::log::{
    Entry, EntryFault, LogFault, NewLog, OldLog, Page, interrupted, marvin32, pages_between,
    set_sequence,
};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};

use crate::corpus::corpus;
use crate::raw::{Raw, long};

/// A hive of five bins before and after a write, which changes two of them that aren't neighbours.
fn states(version: Version) -> (Vec<u8>, Vec<u8>) {
    let mut spec = HiveSpec::new(version, KeySpec::new("ROOT"));
    for name in ["a", "b", "c", "d", "e"] {
        spec.root.at(name).set_value(ValueSpec::binary("data", vec![1; 3000]));
    }
    let before = build(&spec).unwrap();
    spec.root.at("a").set_value(ValueSpec::binary("data", vec![2; 3000]));
    spec.root.at("c").set_value(ValueSpec::binary("data", vec![2; 3000]));
    spec.last_written += 600_000_000;
    let after = build(&spec).unwrap();
    assert_eq!((before.len(), after.len()), (6 * 4096, 6 * 4096));
    (before, after)
}

fn checksum(block: &[u8]) -> u32 {
    (0..508).step_by(4).fold(0, |sum, at| sum ^ long(block, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

/// What an entry says: sequence, size of the hive bins data, pages.
struct Parsed {
    at: usize,
    size: usize,
    flags: u32,
    sequence: u32,
    bins_size: u32,
    pages: Vec<Page>,
}

/// The entries of a log, as far as there are any; hashes aren't looked at.
fn entries(log: &[u8]) -> Vec<Parsed> {
    let mut entries = Vec::new();
    let mut at = 512;
    while log.get(at..at + 4) == Some(b"HvLE") {
        let entry = &log[at..];
        let [size, flags, sequence, bins_size, count] =
            [4, 8, 12, 16, 20].map(|at| long(entry, at));
        let mut start = 40 + 8 * count as usize;
        let pages = (0..count as usize).map(|page| {
            let (offset, length) =
                (long(entry, 40 + 8 * page), long(entry, 44 + 8 * page) as usize);
            start += length;
            Page { offset, bytes: entry[start - length..start].to_vec() }
        });
        let pages = pages.collect();
        let size = size as usize;
        entries.push(Parsed { at, size, flags, sequence, bins_size, pages });
        at += size;
    }
    entries
}

fn apply(bins: &mut Vec<u8>, size: usize, pages: &[Page]) {
    bins.resize(size, 0);
    for page in pages {
        let start = page.offset as usize;
        bins[start..start + page.bytes.len()].copy_from_slice(&page.bytes);
    }
}

/// The pages of an old log by its bitmap.
fn old_pages(log: &[u8], sector: usize) -> Vec<Page> {
    let bins_size = long(log, 40) as usize;
    assert_eq!(&log[sector..sector + 4], b"DIRT");
    let bitmap = &log[sector + 4..sector + 4 + bins_size / 4096];
    let mut at = sector + (4 + bitmap.len()).next_multiple_of(sector);
    let mut pages = Vec::new();
    for bit in 0..bitmap.len() * 8 {
        if bitmap[bit / 8] >> (bit % 8) & 1 == 1 {
            let offset = u32::try_from(512 * bit).unwrap();
            pages.push(Page { offset, bytes: log[at..at + 512].to_vec() });
            at += 512;
        }
    }
    pages
}

const NEW_LOGS: [&str; 4] = [
    "odd/NewDirtyHive1/NewDirtyHive.LOG1",
    "odd/NewDirtyHive1/NewDirtyHive.LOG2",
    "system/win10-1709.SYSTEM.LOG1",
    "system/win10-1709.SYSTEM.LOG2",
];

#[test]
fn marvin32_gives_the_hashes_that_windows_wrote() {
    let mut checked = 0;
    for file in NEW_LOGS {
        let Some(log) = corpus(file) else { return };
        for entry in entries(&log) {
            let bytes = &log[entry.at..entry.at + entry.size];
            assert_eq!(marvin32(&bytes[40..]), u64_at(bytes, 24), "{file} at {}", entry.at);
            assert_eq!(marvin32(&bytes[..32]), u64_at(bytes, 32), "{file} at {}", entry.at);
            checked += 1;
        }
    }
    assert_eq!(checked, 28);
}

#[test]
fn the_logs_of_windows_are_written_again_byte_for_byte() {
    for file in NEW_LOGS {
        let Some(original) = corpus(file) else { return };
        let parsed = entries(&original);
        let end = parsed.last().map(|last| last.at + last.size).unwrap();
        let log = parsed.into_iter().fold(NewLog::new(&original), |log, entry| {
            let Parsed { flags, sequence, bins_size, pages, .. } = entry;
            log.entry(Entry { sequence, flags, bins_size, pages, faults: Vec::new() })
        });
        assert!(log.build() == original[..end], "{file}");
    }
}

#[test]
fn an_old_log_of_windows_is_written_again_byte_for_byte() {
    for folder in ["OldDirtyHive", "BadBaseBlockHive"] {
        let Some(original) = corpus(&format!("odd/{folder}/{folder}.LOG1")) else { return };
        let log = OldLog::of_pages(&original, &old_pages(&original, 512)).build();
        // Behind the bitmap, up to the sector's end, Windows leaves what was in memory.
        let bitmap_end = 516 + long(&original, 40) as usize / 4096;
        assert!(log[..bitmap_end] == original[..bitmap_end]);
        assert!(log[1024..] == original[1024..log.len()]);
    }
}

#[test]
fn an_old_log_has_a_bit_for_each_512_bytes() {
    let (before, after) = states(Version::V1_3);
    let log = OldLog::between(&before, &after).file_type(2).build();
    assert_eq!(&log[..4], b"regf");
    // Sequence numbers, file type, size, clustering factor.
    assert_eq!([4, 8, 28, 40, 44].map(|at| long(&log, at)), [2, 2, 2, 5 * 4096, 1]);
    assert_eq!(log[12..20], after[12..20]);
    assert_eq!(long(&log, 508), checksum(&log));
    // Of five blocks the first (its time), that of `a`, that of `c` and the one that their records share.
    let dirty: Vec<usize> = (0..5)
        .filter(|block| {
            let range = 4096 * (block + 1)..4096 * (block + 2);
            before[range.clone()] != after[range]
        })
        .collect();
    let bitmap: Vec<u8> =
        (0..5).map(|block| if dirty.contains(&block) { 255 } else { 0 }).collect();
    assert_eq!(log[512..516], *b"DIRT");
    assert_eq!(log[516..521], bitmap);
    assert_eq!(log.len(), 1024 + 4096 * dirty.len());
    let mut bins = before[4096..].to_vec();
    apply(&mut bins, 5 * 4096, &old_pages(&log, 512));
    assert!(bins == after[4096..]);
    assert!((1..5).contains(&dirty.len()));
}

#[test]
fn a_larger_sector_moves_everything() {
    let (before, after) = states(Version::V1_3);
    let log = OldLog::between(&before, &after).clustering_factor(8).build();
    assert_eq!(long(&log, 44), 8);
    assert_eq!(long(&log, 508), checksum(&log));
    assert_eq!(log[512..4096], after[512..4096]);
    assert_eq!(log[4096..4100], *b"DIRT");
    let mut bins = before[4096..].to_vec();
    apply(&mut bins, 5 * 4096, &old_pages(&log, 4096));
    assert!(bins == after[4096..]);
    assert_eq!(log.len() % 4096, 0);
}

#[test]
fn a_page_of_512_bytes_is_one_bit() {
    let (_, after) = states(Version::V1_3);
    let pages = [Page { offset: 1024, bytes: vec![7; 512] }, Page { offset: 512, bytes: vec![5] }];
    let log = OldLog::of_pages(&after, &pages).build();
    assert_eq!(log[516..522], [0b110, 0, 0, 0, 0, 0]);
    assert_eq!((log[1024], log[1025], log[1536], log.len()), (5, 0, 7, 2048));
    // A page beyond the five blocks has no bit.
    let pages = [Page { offset: 5 * 4096, bytes: vec![7; 512] }];
    assert_eq!(OldLog::of_pages(&after, &pages).build().len(), 1024);
    assert_eq!(OldLog::of_all(&after).build().len(), 1024 + 5 * 4096);
}

#[test]
fn a_hive_with_a_long_bitmap_has_its_pages_further_on() {
    // 2,084,864 bytes of hive bins data need 509 bytes of bitmap: one more than fit the sector.
    let mut spec = HiveSpec::new(Version::V1_3, KeySpec::new("ROOT"));
    spec.root.set_value(ValueSpec::binary("large", vec![3; 2_084_864 - 2 * 4096 - 32 - 4]));
    let file = build(&spec).unwrap();
    assert_eq!(file.len(), 4096 + 2_084_864);
    let log = OldLog::of_pages(&file, &[Page { offset: 0, bytes: vec![9; 512] }]).build();
    assert_eq!(log.len(), 512 + 1024 + 512);
    assert_eq!(log[1536..], [9; 512]);
}

#[test]
fn an_interrupted_primary_is_dirty_and_has_the_old_bins() {
    let (before, after) = states(Version::V1_3);
    let primary = interrupted(&before, &after);
    assert_eq!((long(&primary, 4), long(&primary, 8)), (2, 1));
    assert_eq!(primary[12..20], after[12..20]);
    assert_eq!(long(&primary, 508), checksum(&primary));
    assert_eq!(primary[4096..], before[4096..]);
    let mut primary = primary;
    set_sequence(&mut primary, 9, 7);
    assert_eq!((long(&primary, 4), long(&primary, 8)), (9, 7));
    assert_eq!(long(&primary, 508), checksum(&primary));
}

#[test]
fn a_new_log_has_an_entry_for_each_write() {
    let (first, second) = states(Version::V1_5);
    let log = NewLog::new(&first)
        .entry(Entry::between(7, &first, &second))
        .entry(Entry::between(8, &second, &first))
        .build();
    // Sequence numbers and file type.
    assert_eq!([4, 8, 28].map(|at| long(&log, at)), [7, 7, 6]);
    assert_eq!(long(&log, 508), checksum(&log));
    let parsed = entries(&log);
    assert_eq!(parsed.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [7, 8]);
    let mut bins = first[4096..].to_vec();
    for (entry, state) in parsed.iter().zip([&second, &first]) {
        assert_eq!((entry.size % 512, (entry.at + entry.size) % 4096), (0, 0));
        assert_eq!((entry.flags, entry.bins_size), (0, 5 * 4096));
        assert!(entry.pages.len() > 1, "pages apart from one another");
        let bytes = &log[entry.at..entry.at + entry.size];
        assert_eq!(marvin32(&bytes[40..]), u64_at(bytes, 24));
        assert_eq!(marvin32(&bytes[..32]), u64_at(bytes, 32));
        apply(&mut bins, entry.bins_size as usize, &entry.pages);
        assert!(bins == state[4096..]);
    }
    assert_eq!(parsed.last().map(|entry| entry.at + entry.size), Some(log.len()));
    // The least that the format asks for.
    let tight =
        NewLog::new(&first).alignment(512).entry(Entry::between(7, &first, &second)).build();
    assert_eq!(tight.len() % 512, 0);
    assert!(tight.len() < parsed[1].at);
}

#[test]
fn a_grown_hive_brings_its_new_bins() {
    let (before, _) = states(Version::V1_5);
    let mut spec = HiveSpec::new(Version::V1_5, KeySpec::new("ROOT"));
    spec.root.set_value(ValueSpec::binary("large", vec![1; 60_000]));
    let after = build(&spec).unwrap();
    assert!(after.len() > before.len());
    let entry = Entry::between(2, &before, &after);
    assert_eq!(entry.bins_size as usize, after.len() - 4096);
    let mut bins = before[4096..].to_vec();
    apply(&mut bins, after.len() - 4096, &entry.pages);
    assert!(bins == after[4096..]);
    let old = OldLog::between(&before, &after).build();
    assert_eq!(long(&old, 40) as usize, after.len() - 4096);
    let mut bins = before[4096..].to_vec();
    apply(&mut bins, after.len() - 4096, &old_pages(&old, 512));
    assert!(bins == after[4096..]);
    // A hive that shrank: nothing is said of what it lost.
    assert!(pages_between(&after, &before).iter().all(|page| page.offset < 5 * 4096));
}

#[test]
fn each_entry_fault_is_one_wrong_thing() {
    let (first, second) = states(Version::V1_5);
    let entry = || Entry::between(2, &first, &second);
    let build = |fault| NewLog::new(&first).sequence(2).entry(entry().fault(fault)).build();
    let holds = |log: &[u8], size: usize| {
        let bytes = &log[512..512 + size];
        (marvin32(&bytes[40..]) == u64_at(bytes, 24), marvin32(&bytes[..32]) == u64_at(bytes, 32))
    };
    let sound = NewLog::new(&first).entry(entry()).build();
    let size = sound.len() - 512;
    assert_eq!(holds(&sound, size), (true, true));
    assert_eq!(holds(&build(EntryFault::WrongHash1), size), (false, true));
    assert_eq!(holds(&build(EntryFault::WrongHash2), size), (true, false));
    for (fault, at, number) in [
        (EntryFault::NoSignature, 0, 0),
        (EntryFault::Size { bytes: 0 }, 4, 0),
        (EntryFault::SequenceGap, 12, 3),
        (EntryFault::OddBinsSize, 16, 5 * 4096 + 1),
        (EntryFault::PageCount { count: 77 }, 20, 77),
        (EntryFault::PageOutside, 40, 5 * 4096),
    ] {
        let log = build(fault);
        assert_eq!(log.len(), sound.len());
        assert_eq!(long(&log, 512 + at), number, "{fault:?}");
        assert_eq!(holds(&log, size), (true, true), "{fault:?}");
        assert_ne!(long(&sound, 512 + at), number);
    }
}

#[test]
fn each_log_fault_is_one_wrong_thing() {
    let (before, after) = states(Version::V1_3);
    let old = |fault| OldLog::between(&before, &after).fault(fault).build();
    let new =
        |fault| NewLog::new(&before).entry(Entry::between(2, &before, &after)).fault(fault).build();
    for log in [old(LogFault::BadChecksum), new(LogFault::BadChecksum)] {
        assert_eq!(long(&log, 508), !checksum(&log));
    }
    for log in [old(LogFault::SequenceMismatch), new(LogFault::SequenceMismatch)] {
        assert_eq!((long(&log, 4), long(&log, 8)), (3, 2));
        assert_eq!(long(&log, 508), checksum(&log));
    }
    for log in [old(LogFault::NoSignature), new(LogFault::NoSignature)] {
        assert_eq!(long(&log, 512), 0);
    }
    let cut = LogFault::Truncate { bytes: 700 };
    assert_eq!((old(cut).len(), new(cut).len()), (700, 700));
    let other = OldLog::between(&before, &after).written(5).sequence(9).build();
    assert_eq!((u64_at(&other, 12), long(&other, 4), long(&other, 8)), (5, 9, 9));
    assert_eq!(Raw(&other).number(508), checksum(&other));
}
